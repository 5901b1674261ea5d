"""Alarms: who must move, what went by unseen, is it bearable; each a line over time with what people did to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import Response
from markupsafe import Markup

from loadzone.flows import alarms_desk, people
from loadzone.flows.alarm_lines import (
    ACCEPTABLE_PER_HOUR,
    HIDDEN,
    UNSEEN,
    WAITING,
    AlarmLine,
    Bearable,
    alarm_lines,
    bearable,
)
from loadzone.flows.alarms_desk import VERBS, Move, Verb
from loadzone.flows.platform import Work
from loadzone.reports.numbers import fixed, significant
from loadzone.web.pages import findings
from loadzone.web.pages.alarm_picture import SHARED, axis_picture, life_picture, line_picture
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.paths import alarm_moves_path, machine_path, position_path, why_path
from loadzone.web.pages.reader import Reader, inside, show
from loadzone.web.pages.when import DAY_US, HOUR_US
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import Text, text

routes = pages()
SPANS: Mapping[str, int] = {"8h": 8 * HOUR_US, "24h": DAY_US, "7d": 7 * DAY_US, "30d": 30 * DAY_US}
SHELVES_H = (1, 2, 4, 8, 24)
"""Ends of a shelf that can be chosen; 24 h is the longest that is allowed."""
LONG_MIN = 120.0
TABS = ("live", "shelved", "history")
STATES: Mapping[str, Text] = {
    "unacknowledged": text("Raised"),
    "acknowledged": text("Acknowledged"),
    "returned unacknowledged": text("Gone, not seen"),
    "latched unacknowledged": text("Latched"),
    "latched acknowledged": text("Latched, seen"),
    "shelved": text("Shelved"),
    "suppressed by design": text("Suppressed"),
    "out of service": text("Out of service"),
    "normal": text("Returned"),
}
THERE = (*WAITING, "acknowledged", *HIDDEN)
PROGRAMS: Mapping[str, Text] = {"evidence": text("the watch"), "time": text("end of the shelf")}
ANSWERED_FROM = (*WAITING, *UNSEEN)
BACK: Mapping[Verb, Verb] = {"shelve": "unshelve", "take out": "return"}
"""What undoes what; an alarm that was acknowledged was seen, and stays so."""
DONE: Mapping[str, Text] = {
    "shelve": text("{alarm}: shelved"),
    "take out": text("{alarm}: out of service"),
    "acknowledge": text("{alarm}: acknowledged"),
    "unshelve": text("{alarm}: back from the shelf"),
    "return": text("{alarm}: back in service"),
    "reset": text("{alarm}: reset"),
}


@dataclass(frozen=True)
class Row:
    """A line with its words and its picture."""

    line: AlarmLine
    name: str
    second: str
    picture: Markup
    may: bool

    @property
    def key(self) -> str:
        """How the address names its last alarm."""
        return self.line.key


@page(routes, "/alarms")
def get_alarms(reader: Reading, show: str = "live", span: str = "24h", alarm: str = "", told: str = "") -> Response:
    """The lines of a span, one of them chosen."""
    return _alarms(reader, show, span, alarm, told=told)


@page(routes, "/alarms/{organisation}/{alarm}/moves", needs="analyst", method="POST")
def post_move(organisation: str, alarm: str, reader: Reading, form: Form) -> Response:
    """Acknowledge, shelve, reset and so on, and lead back to where it was done; what is refused stands on the form."""
    verb = next((each for each in VERBS if each == form.get("verb")), None)
    try:
        if verb is None:
            raise BadInput(text("choose what to do with the alarm"))
        _act(reader, organisation, alarm, verb, form)
    except LoadzoneError as error:
        return _alarms(reader, "live", "24h", f"{organisation}:{alarm}", form=form, refusal=error)
    back = form.get("next") or f"/alarms?alarm={organisation}:{alarm}"
    goal = inside(back, "/alarms")
    if goal.partition("?")[0] == "/alarms":
        goal = (
            f"{_without_told(goal)}&told={verb}" if "?" in goal else f"{goal}?alarm={organisation}:{alarm}&told={verb}"
        )
    return to(goal)


def _act(reader: Reader, organisation: str, alarm: str, verb: Verb, form: Mapping[str, str]) -> None:
    act = reader.visit.act
    until_us = None
    if verb == "shelve":
        hours = form.get("hours", "")
        until_us = act.at_us + int(hours) * HOUR_US if hours.isascii() and hours.isdigit() and len(hours) < 4 else None
    reason = form.get("reason", "").strip() or None
    reader.visit.platform.catalog.write(
        organisation,
        lambda work: alarms_desk.act_on_alarm(work, act, organisation, alarm, verb, reason=reason, until_us=until_us),
    )


def _without_told(path: str) -> str:
    start, _, query = path.partition("?")
    return f"{start}?{'&'.join(each for each in query.split('&') if not each.startswith('told='))}"


def _alarms(
    reader: Reader,
    shown: str,
    span: str,
    chosen: str,
    *,
    told: str = "",
    form: Mapping[str, str] | None = None,
    refusal: LoadzoneError | None = None,
) -> Response:
    tab = shown if shown in TABS else "live"
    span = span if span in SPANS else "24h"
    at_us = reader.visit.at_us
    start_us = at_us - SPANS[span]

    def job(work: Work) -> tuple[list[AlarmLine], Bearable, Mapping[str, str]]:
        return alarm_lines(work, start_us, at_us), bearable(work, at_us), people.names(work)

    lines, load, names = reader.visit.platform.read(reader.seen.organisations(), job)
    rows = [_row(each, start_us, names, reader) for each in lines if _is_of(tab, each)]
    selected = next((each for each in rows if each.key == chosen), None)
    if selected is None:  # one of another tab; where none is named the first
        named = [each for each in lines if each.key == chosen]
        selected = _row(named[0], start_us, names, reader) if named else rows[0] if rows and not chosen else None
    before, following = _neighbours(rows, selected)
    return show(
        reader,
        "alarms.html.j2",
        status=refusal.status if refusal else 200,
        title=text("Alarms"),
        room="fleet",
        tab=tab,
        span=span,
        heading=_heading(lines, reader),
        groups=[
            (name, path, list(group)) for (name, path), group in groupby(rows, lambda each: _group(each.line, reader))
        ],
        count={name: sum(_is_of(name, each) for each in lines) for name in TABS},
        chosen=selected,
        moves=_told(selected, names, reader) if selected else [],
        previous=_address(tab, span, before) if before else "",
        following=_address(tab, span, following) if following else "",
        address=lambda **to_: _address(to_.get("tab", tab), to_.get("span", span), to_.get("row")),
        axis=axis_picture(start_us, at_us, reader),
        life=life_picture(reader),
        shapes=SHARED,
        load=load,
        per_hour=significant(load.load.per_hour, 2),
        per_hour_limit=fixed(ACCEPTABLE_PER_HOUR),
        to_answer=_to_answer(load, reader),
        unseen_share=fixed(100.0 * load.unseen / load.raised) if load.raised else "–",
        states=STATES,
        spans=SPANS,
        shelves=SHELVES_H,
        answered_from=ANSWERED_FROM,
        form=form or {},
        refusal=refusal.message.render(reader.lang) if refusal else "",
        toast=_toast(told, selected, reader),
        alarm_moves_path=alarm_moves_path,
        position_path=position_path,
        why_path=why_path,
    )


def _to_answer(load: Bearable, reader: Reader) -> tuple[str, str]:
    """The median time to an answer, in minutes, or hours where it is long."""
    if load.minutes is None or load.minutes < LONG_MIN:
        return significant(load.minutes, 2), reader.say("min")
    return significant(load.minutes / 60.0, 2), reader.say("h")


def _is_of(tab: str, line: AlarmLine) -> bool:
    if tab == "shelved":
        return line.state in HIDDEN
    if tab == "history":
        return line.state == "normal"
    return line.state != "normal" or line.is_chattering


def _row(line: AlarmLine, start_us: int, names: Mapping[str, str], reader: Reader) -> Row:
    at_us = reader.visit.at_us
    may = line.alarm.organisation in reader.seen.organisations("analyst")
    return Row(line, line.position.name, _second(line, names, reader), line_picture(line, start_us, at_us), may)


def _second(line: AlarmLine, names: Mapping[str, str], reader: Reader) -> str:
    """The cause with what is known of its state."""
    alarm, when = line.alarm, reader.when
    cause = findings.words(alarm, reader)
    number = findings.number(alarm)
    if number and alarm.state in THERE:  # of a cause that has gone the last number is that of its end
        cause = reader.say("{cause}, {number}", cause=cause, number=number)
    if line.is_chattering:
        return reader.say("{cause}; raised {count} times in 24 h", cause=cause, count=line.raises)
    if alarm.state == "shelved" and alarm.shelved_until_us is not None:
        reason = line.moves[-1].reason if line.moves and line.moves[-1].reason else ""
        until = when.recent(alarm.shelved_until_us)
        return reader.say("{cause}; until {time}: {reason}", cause=cause, time=until, reason=reason)
    if alarm.state in UNSEEN:
        return reader.say("{cause}; gone since {time}", cause=cause, time=when.recent(alarm.changed_us))
    if alarm.state == "acknowledged" and line.acknowledged is not None:
        return reader.say("{cause}; by {who}", cause=cause, who=_who(line.acknowledged.by, names, reader))
    if alarm.state == "normal":
        return reader.say("{cause}; over since {time}", cause=cause, time=when.recent(alarm.ended_us))
    return reader.say("{cause}; since {time}", cause=cause, time=when.recent(alarm.raised_us))


def _told(row: Row, names: Mapping[str, str], reader: Reader) -> list[tuple[str, str, str]]:
    """What happened to the chosen alarm: time, what, by whom."""
    alarm = row.line.alarm
    began = row.line.moves[0].before if row.line.moves else alarm.state
    first = findings.sentence(alarm.facts, reader) or STATES[began].render(reader.lang)
    found = [(reader.when.moment(alarm.raised_us), reader.say("raised: {sentence}", sentence=first), "")]
    return found + [
        (reader.when.moment(each.at_us), _move(each, reader), _who(each.by, names, reader)) for each in row.line.moves
    ]


def _who(by: str, names: Mapping[str, str], reader: Reader) -> str:
    """Who moved an alarm: a person by name, or what the platform did by itself."""
    return PROGRAMS[by].render(reader.lang) if by in PROGRAMS else names.get(by, by.rpartition("/")[2])


def _move(move: Move, reader: Reader) -> str:
    state = STATES[move.after].render(reader.lang)
    return reader.say("{state}: {reason}", state=state, reason=move.reason) if move.reason else state


def _heading(lines: Sequence[AlarmLine], reader: Reader) -> str:
    waiting = sum(each.state in WAITING for each in lines)
    unseen = sum(each.state in UNSEEN for each in lines)
    if waiting == 1 and unseen:
        return reader.say("One alarm waits for a hand, {unseen} went by unseen", unseen=unseen)
    if waiting == 1:
        return reader.say("One alarm waits for a hand")
    if waiting and unseen:
        return reader.say("{count} alarms wait for a hand, {unseen} went by unseen", count=waiting, unseen=unseen)
    if waiting:
        return reader.say("{count} alarms wait for a hand", count=waiting)
    if unseen:
        return reader.say("No alarm waits, {unseen} went by unseen", unseen=unseen)
    return reader.say("No alarm waits for a hand")


def _group(line: AlarmLine, reader: Reader) -> tuple[str, str]:
    if line.machine is None:
        return reader.say("No machine"), ""
    site = line.site.name if line.site else ""
    name = reader.say("{machine}, {site}", machine=line.machine.name, site=site) if site else line.machine.name
    return name, machine_path(line.machine)


def _neighbours(rows: Sequence[Row], chosen: Row | None) -> tuple[Row | None, Row | None]:
    keys = [each.key for each in rows]
    if chosen is None or chosen.key not in keys:
        return None, None
    at = keys.index(chosen.key)
    return (rows[at - 1] if at else None), (rows[at + 1] if at + 1 < len(rows) else None)


def _address(tab: str, span: str, row: Row | None) -> str:
    chosen = f"&alarm={row.key}" if row else ""
    return f"/alarms?show={tab}&span={span}{chosen}"


def _toast(verb: str, row: Row | None, reader: Reader) -> Mapping[str, Any] | None:
    """What was just done, and what undoes it as long as it stands."""
    if row is None or verb not in DONE:
        return None
    undo = next((back for done, back in BACK.items() if done == verb), None)
    is_there = {"shelve": "shelved", "take out": "out of service"}.get(verb) == row.line.state
    said = Text(DONE[verb].msgid, {"alarm": row.name}).render(reader.lang)
    return {"said": said, "undo": undo if is_there and row.may else None}
