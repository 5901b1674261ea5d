"""The fleet: how many need me, which first, what changed since yesterday, where, and can the watch be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from markupsafe import Markup

from loadzone.flows.platform import Work
from loadzone.flows.standing import HEALTHS, Change, Fleet, Health, Kept, Stand, changes, fleet, kept, outlines
from loadzone.reports.marks import state_word
from loadzone.reports.numbers import fixed, significant
from loadzone.web.pages import findings
from loadzone.web.pages.fleet_picture import load_zone
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import machine_path, position_path, site_path
from loadzone.web.pages.reader import Reader, show
from loadzone.web.pages.spark import spark
from loadzone.web.pages.when import DAY_US
from loadzone.words.texts import Text, text

routes = pages()
ROWS = 9
"""Of the worst first; all the others are one click away."""
SPARK_DAYS, SPARK_PARTS = 30, 60
SHOWN_CHANGES = 4
MOST_MACHINES = 12
MAIN_QUANTITIES = ("velocity", "velocity_rms_mms", "rms")
"""Of these the first that a position has is its course."""


@dataclass(frozen=True)
class Row:
    """One line of the list: a position with what is known of it, in words."""

    stand: Stand
    finding: str
    number: str
    do: str
    course: Markup


@page(routes, "/")
def get_fleet(reader: Reading, all: int = 0, state: str = "") -> Response:  # noqa: A002  the name in the address
    """The page; ``all`` shows every position, ``state`` those of one state."""
    at_us = reader.visit.at_us

    def job(work: Work) -> tuple[Fleet, list[Change], Kept]:
        return fleet(work, at_us), changes(work, at_us - DAY_US, at_us), kept(work, at_us)

    found, changed, promise = reader.visit.platform.read(reader.seen.organisations(), job)
    chosen = [each for each in found.stands if not state or each.state == state]
    listed = chosen if all or state else [each for each in chosen if each.state != "good"][:ROWS] or chosen[:ROWS]
    return show(
        reader,
        "fleet.html.j2",
        title=text("Fleet"),
        room="fleet",
        fleet=found,
        heading=heading(found.counts["act"], found, reader),
        lead=_lead(changed, reader),
        rows=rows_of(listed, reader),
        is_whole=bool(all or state),
        chosen_state=state,
        changed=[(each, findings.change_words(each, reader)) for each in changed[:SHOWN_CHANGES]],
        count_changed=len(changed),
        sites=[(site, stands, _strings(stands)) for site, stands in found.by_site if site],
        most_machines=MOST_MACHINES,
        promise=promise,
        watched=fixed(100.0 * found.heard / len(found.stands), 1) if found.stands else "–",
        false_rate=significant(promise.false_per_month, 2),
        notice=significant(promise.notice_days, 2),
        picture=_picture(found, reader),
        states=HEALTHS,
        position_path=position_path,
        machine_path=machine_path,
        site_path=site_path,
        simulated=any(each.position.facts.get("simulated") for each in found.stands),
    )


def heading(urgent: int, found: Fleet, reader: Reader) -> str:
    """The verdict on the fleet."""
    if not found.stands:
        return reader.say("Nothing turns here yet")
    if urgent == 1:
        return reader.say("One position needs you now")
    if urgent:
        return reader.say("{count} positions need you now", count=urgent)
    planned = found.counts["plan"]
    if planned:
        return reader.say("Nothing is urgent. {count} to plan.", count=planned)
    silent = found.counts["none"]
    return reader.say(
        "Nothing needs you. {count} watched, {silent} without data.", count=len(found.stands) - silent, silent=silent
    )


def _lead(changed: Sequence[Change], reader: Reader) -> str:
    new = len(
        {
            (each.position.organisation, each.position.id)
            for each in changed
            if each.state in {"act", "plan"} and each.kind != "ended"
        }
    )
    ended = len({(each.position.organisation, each.position.id) for each in changed if each.kind == "ended"})
    if not new and not ended:
        return reader.say("Nothing changed since yesterday.")
    return reader.say("Since yesterday: {new} new, {ended} recovered.", new=new, ended=ended)


def rows_of(stands: Sequence[Stand], reader: Reader) -> list[Row]:
    """Lines of the list «worst first»."""
    at_us = reader.visit.at_us
    span_us = (at_us - SPARK_DAYS * DAY_US, at_us)
    keys = [(each.position.organisation, each.position.id) for each in stands[:200]]
    lines = outlines(
        reader.visit.platform,
        keys,
        MAIN_QUANTITIES,
        start_us=span_us[0],
        end_us=span_us[1],
        count=SPARK_PARTS,
    )
    rows = []
    for each in stands:
        told, number = findings.finding(each, reader)
        line = lines.get((each.position.organisation, each.position.id))
        course = Markup() if line is None else spark(line.starts_us, line.means, span_us, each.state, _limit(each))
        rows.append(Row(each, told, number, findings.to_do(each, reader), course))
    return rows


def _limit(stand: Stand) -> float | None:
    """The limit of its main quantity that an open alarm tells of."""
    for alarm in stand.alarms:
        limit = alarm.facts.get("limit")
        if alarm.facts.get("quantity") in MAIN_QUANTITIES and isinstance(limit, int | float):
            return float(limit)
    return None


def _strings(stands: Sequence[Stand]) -> list[tuple[str, str, Health, int]]:
    """Machines of a site: name, path, state of the worst position, count; the worst first."""
    found: dict[str, tuple[str, str, Health, int]] = {}
    for each in stands:
        if each.machine is None:
            continue
        name, path, state, count = found.get(
            each.machine.id, (each.machine.name, machine_path(each.machine), each.state, 0)
        )
        found[each.machine.id] = name, path, state, count + 1
    return list(found.values())


def _picture(found: Fleet, reader: Reader) -> Markup:
    counts = found.counts
    words: dict[str, Any] = {state: _word(state, reader) for state in ("act", "plan", "watch")}
    words["none"] = reader.say("{count} no data", count=counts["none"])
    label = reader.say(
        "{count} positions; {act} need action now, {plan} are to be planned, {watch} to be watched",
        count=len(found.stands),
        act=counts["act"],
        plan=counts["plan"],
        watch=counts["watch"],
    )

    def name_of(stand: Stand) -> str:
        place = stand.machine.name if stand.machine else ""
        return "\n".join(part for part in (stand.position.name, place, findings.finding(stand, reader)[0]) if part)

    return load_zone(found, label, name_of, lambda each: position_path(each.position), words)


def _word(state: Health, reader: Reader) -> str:
    word: Text = state_word(state)
    return word.render(reader.lang)
