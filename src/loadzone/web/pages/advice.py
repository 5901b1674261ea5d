"""The advice desk: what is promised first, what speaks for and against, what is unchecked, what came of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from fastapi import Response
from markupsafe import Markup

from loadzone.flows import advice_case, alarms_desk, people
from loadzone.flows.advice_case import MODE_WORDS, MODES, Case, Course, Diagnosis, Item
from loadzone.flows.alarms_desk import Advice, Outcome, sharpened_us
from loadzone.flows.platform import Work
from loadzone.reports.charts import Chart, charts
from loadzone.reports.numbers import UNKNOWN, one_in, probability, significant
from loadzone.reports.record_views import UNIT_NAMES
from loadzone.reports.sentences import listed
from loadzone.web.pages import findings, quantities
from loadzone.web.pages.advice_picture import NARROW, WIDE, Limit, Mark, course_picture, interval_bar, percent
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.paths import advice_path, machine_path, position_path, recording_path, site_path, why_path
from loadzone.web.pages.reader import Reader, show
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import Text, text

routes = pages()
TABS = ("waiting", "closed", "learnt")
OUTCOMES: Mapping[Outcome, Text] = {
    "right": text("The advice was right"),
    "wrong": text("The advice was wrong"),
    "not checked": text("Not checked"),
}
SHORT: Mapping[str, Text] = {"right": text("right"), "wrong": text("wrong"), "not checked": text("not checked")}
ELEMENTS: Mapping[str, Text] = {
    "outer": text("Outer ring"),
    "inner": text("Inner ring"),
    "ball": text("Rolling element"),
    "cage": text("Cage"),
}
NOT_A_FAULT = "not a fault"
LONGEST_NOTE = 4000
DUE: Mapping[str, Text] = {"act": text("Act by {day}"), "plan": text("Plan by {day}")}


@page(routes, "/advice")
def get_desk(reader: Reading, show: str = "waiting", told: str = "") -> Response:
    """The desk with the first that waits, or with what outcomes taught."""
    tab = show if show in TABS else "waiting"
    items = _listed(reader, tab)
    first = items[0].advice if items and tab != "learnt" else None
    return _desk(reader, tab, first, items, told=told, is_list=True)


@page(routes, "/advice/{organisation}/{advice}")
def get_advice(organisation: str, advice: str, reader: Reading, told: str = "") -> Response:
    """The desk with this one chosen, in the list that it stands in."""
    item = reader.visit.platform.read(organisation, lambda work: advice_case.one(work, organisation, advice))
    tab = "waiting" if item.advice.closed_us is None else "closed"
    return _desk(reader, tab, item.advice, _listed(reader, tab), told=told)


@page(routes, "/advice/{organisation}/{advice}/outcome", needs="analyst", method="POST")
def post_outcome(organisation: str, advice: str, reader: Reading, form: Form) -> Response:
    """Enter what came of it and go on to the next that waits; what is refused stands on the form."""
    given = reader.visit.platform.read(organisation, lambda work: alarms_desk.one_advice(work, organisation, advice))
    following = _after(_listed(reader, "waiting"), given)
    try:
        outcome, found, note = _entered(form)
        reader.visit.platform.catalog.write(
            organisation,
            lambda work: alarms_desk.close_advice(
                work, reader.visit.act, organisation, advice, outcome, found=found, note=note
            ),
        )
    except LoadzoneError as error:
        given = reader.visit.platform.read(
            organisation, lambda work: alarms_desk.one_advice(work, organisation, advice)
        )
        tab = "waiting" if given.closed_us is None else "closed"
        return _desk(reader, tab, given, _listed(reader, tab), form=form, refusal=error)
    goal = advice_path(following.organisation, following.id) if following else "/advice"
    return to(f"{goal}?told={organisation}:{advice}")


@page(routes, "/advice/{organisation}/{advice}/reopen", needs="analyst", method="POST")
def post_reopen(organisation: str, advice: str, reader: Reading) -> Response:
    """Take an outcome back that was entered a moment ago."""
    act = reader.visit.act
    reader.visit.platform.catalog.write(
        organisation, lambda work: advice_case.reopen_advice(work, act, organisation, advice)
    )
    return to(advice_path(organisation, advice))


def _entered(form: Mapping[str, str]) -> tuple[Outcome, str | None, str | None]:
    note = form.get("note", "").strip()[:LONGEST_NOTE] or None
    if form.get("kind") == NOT_A_FAULT:
        if note is None:
            raise BadInput(text("say why it is not a fault: the reason is kept and learnt from"))
        return "wrong", None, note
    outcome = next((each for each in OUTCOMES if each == form.get("outcome")), None)
    if outcome is None:
        raise BadInput(text("choose whether the advice was right, wrong or not checked"))
    found = form.get("found", "")
    if found and found not in MODES:
        raise BadInput(text("{mode} is no mode of ISO 15243: choose one of the list", mode=found[:80]))
    return outcome, found or None, note


def _desk(
    reader: Reader,
    tab: str,
    chosen: Advice | None,
    items: Sequence[Item],
    *,
    told: str = "",
    form: Mapping[str, str] | None = None,
    refusal: LoadzoneError | None = None,
    is_list: bool = False,
) -> Response:
    counts = reader.visit.platform.read(reader.seen.organisations(), _counts)
    values: dict[str, Any] = {"case": None, "learnt": None}
    if tab == "learnt":
        values["learnt"] = reader.visit.platform.read(reader.seen.organisations(), advice_case.learnt)
    elif chosen is not None:
        values |= _case(reader, chosen, items)
    return show(
        reader,
        "advice.html.j2",
        status=refusal.status if refusal else 200,
        title=text("Advice"),
        room="advice",
        tab=tab,
        counts=counts,
        heading=_heading(counts["waiting"], reader),
        lead=_lead(_listed(reader, "waiting") if tab != "waiting" else items, reader),
        listed=[(each, _row(each, reader)) for each in items],
        chosen=chosen,
        form=form or {},
        refusal=refusal.message.render(reader.lang) if refusal else "",
        undo=_undo(reader, told),
        is_list=is_list,
        short=SHORT,
        elements=ELEMENTS,
        modes=MODES,
        mode_words=MODE_WORDS,
        outcomes=OUTCOMES,
        advice_path=advice_path,
        position_path=position_path,
        machine_path=machine_path,
        site_path=site_path,
        why_path=why_path,
        recording_path=recording_path,
        interval_bar=interval_bar,
        percent=percent,
        finding=lambda item: findings.words(item.advice, reader),
        **values,
    )


def _case(reader: Reader, chosen: Advice, items: Sequence[Item]) -> dict[str, Any]:
    platform, at_us = reader.visit.platform, reader.visit.at_us
    organisation = chosen.organisation
    found = advice_case.case(platform, organisation, reader.seen.organisations(), chosen.id, at_us)
    diagnosis = advice_case.drawn_again(platform, found)
    course = advice_case.course(platform, found, at_us)
    sentences = chosen.facts.get("sentences")
    told: Mapping[str, Any] = sentences if isinstance(sentences, Mapping) else {}
    other = "en" if reader.lang == "zh" else "zh"
    before, following = _neighbours(items, chosen)
    place = next((number for number, each in enumerate(items, 1) if each.advice.id == chosen.id), 0)
    return {
        "case": found,
        "item": found.item,
        "verdict": findings.words(chosen, reader),
        "number": findings.number(chosen),
        "due": _due(found.item, reader),
        "charts": _drawn(diagnosis, reader),
        "course": _course(found, course, reader) if course else None,
        "mine": told.get(reader.lang, {}),
        "other": told.get(other, {}),
        "other_lang": {"zh": "zh-Hans", "en": "en"}[other],
        "evidence": [(each, _value(each), _weighed(each, reader)) for each in found.evidence(reader.lang)],
        "unchecked": sum(not each.is_done for each in found.checks),
        "closed_by": _named_person(chosen, reader),
        "is_mine": reader.seen.organisations("analyst") >= {organisation},
        "may_take_back": advice_case.may_take_back(chosen, reader.visit.act),
        "previous": advice_path(before.organisation, before.id) if before else "",
        "following": advice_path(following.organisation, following.id) if following else "",
        "place_in_list": place,
        "error_rate": _error_rate(found, told.get(reader.lang, {}), reader),
        "wait_for_hand": found.alarm is not None and found.alarm.state in ACKNOWLEDGED_FROM,
        "render": lambda each: each.render(reader.lang) if isinstance(each, Text) else each,
    }


ACKNOWLEDGED_FROM = ("unacknowledged", "returned unacknowledged", "latched unacknowledged")


def _named_person(chosen: Advice, reader: Reader) -> str:
    names = reader.visit.platform.read(reader.seen.organisations(), people.names)
    by = chosen.closed_by or ""
    return names.get(by, by.rpartition("/")[2])


def _drawn(diagnosis: Diagnosis | None, reader: Reader) -> dict[str, Any]:
    """The envelope spectrum, the section and the decoys of the diagnosis, as its report shows them."""
    if diagnosis is None or diagnosis.exhibits is None:
        return {"spectrum": None, "more": ()}
    drawn = charts(diagnosis, None, reader.lang)
    spectrum: Chart | None = drawn.first[0] if drawn.first else None
    return {"spectrum": spectrum, "more": drawn.second}


def _course(found: Case, course: Course, reader: Reader) -> tuple[Markup, Markup]:
    base = course.quantity.partition(":")[0]
    head = reader.say(
        "{quantity}, {unit}, greatest of {span}",
        quantity=_named(base, reader),
        unit=_unit(course.unit),
        span=reader.when.span(course.width_us),
    )
    limits = [
        Limit("act" if each.level == "danger" else "watch", _limit_name(each.level, each.value, reader), each.value)
        for each in found.limits
        if each.quantity.partition(":")[0] == base and each.value is not None
    ]
    given = found.item.advice
    marks = [Mark(given.issued_us, reader.say("advice given"), is_finding=True)]
    if (sharper_us := sharpened_us(given)) is not None:
        marks.append(Mark(sharper_us, reader.say("more urgent"), is_finding=True))
    marks += [Mark(each.mounted_us, reader.say("mounted")) for each in found.mounted]
    marks += [Mark(each.removed_us, reader.say("removed")) for each in found.mounted if each.removed_us]
    marks += [Mark(each.raised_us, reader.say("alarm")) for each in found.raised if each.id != given.alarm]
    wide, narrow = (
        course_picture(course, limits, marks, head, found.item.state, reader, width) for width in (WIDE, NARROW)
    )
    return wide, narrow


LEVELS: Mapping[str, Text] = {"alert": text("alert {value}"), "danger": text("danger {value}")}


def _limit_name(level: str, value: float, reader: Reader) -> str:
    told = LEVELS.get(level)
    return Text(told.msgid, {"value": significant(value)}).render(reader.lang) if told else significant(value)


def _named(base: str, reader: Reader) -> str:
    return reader.say("rms of the recordings") if base == "rms" else quantities.name(base, reader.lang)


def _unit(unit: str) -> str:
    return next((written for code, written in UNIT_NAMES.items() if code == unit), unit)


def _value(evidence: Mapping[str, Any]) -> str:
    value, unit = evidence.get("value"), evidence.get("unit") or ""
    if isinstance(value, str):
        return value
    if not isinstance(value, int | float):
        return UNKNOWN
    return f"p {probability(float(value))}" if unit == "p" else f"{significant(float(value))} {unit}".rstrip()


WEIGHTS: Mapping[str, Text] = {
    "for": text("for"),
    "against": text("against"),
    "missing": text("missing"),
    "checked": text("checked"),
}


def _weighed(evidence: Mapping[str, Any], reader: Reader) -> str:
    """Which way it pulls, what was expected of it, and where it is from."""
    weight = WEIGHTS.get(str(evidence["weight"]), WEIGHTS["checked"]).render(reader.lang)
    return listed([weight, str(evidence.get("expected") or ""), str(evidence.get("source") or "")], reader.lang)


def _error_rate(found: Case, told: Mapping[str, Any], reader: Reader) -> str:
    """How often a healthy record would do this, and how often such advice was right when the bearing was opened."""
    rate = found.found.get("false_alarm_rate")
    chance = (
        reader.say("1 in {count} healthy records", count=one_in(float(rate)))
        if isinstance(rate, int | float)
        else str(told.get("confidence") or reader.say("no rate is known"))
    )
    return reader.say("{chance}; {past}", chance=chance, past=_past(found, reader))


def _past(found: Case, reader: Reader) -> str:
    checked = found.like.right + found.like.wrong
    if not checked:
        return reader.say("no such call was checked on the bearing yet")
    return reader.say("{right} of {checked} such calls checked were right", right=found.like.right, checked=checked)


def _due(item: Item, reader: Reader) -> str:
    given = item.advice
    if given.closed_us is not None or given.due_us is None:
        return ""
    by = DUE.get(item.state, text("Answer by {day}"))
    day = Text(by.msgid, {"day": reader.when.short_day(given.due_us)}).render(reader.lang)
    left_us = given.due_us - reader.visit.at_us
    if left_us < 0:
        return reader.say("{by}, {span} overdue", by=day, span=reader.when.span(-left_us))
    return reader.say("{by}, {span} left", by=day, span=reader.when.span(left_us))


def _row(item: Item, reader: Reader) -> tuple[str, str]:
    """Second line and figure at the right of a row."""
    place = item.machine.name if item.machine else ""
    second = findings.words(item.advice, reader)
    if place:
        second = reader.say("{finding}, {place}", finding=second, place=place)
    outcome = item.advice.outcome
    if outcome is not None:
        return second, SHORT[outcome].render(reader.lang)
    due_us = item.advice.due_us
    if due_us is None:
        return second, ""
    left_us = due_us - reader.visit.at_us
    return second, reader.when.span(left_us) if left_us > 0 else reader.say("overdue")


def _heading(count: int, reader: Reader) -> str:
    if not count:
        return reader.say("No advice waits")
    return reader.say("One to answer") if count == 1 else reader.say("{count} to answer", count=count)


def _lead(waiting: Sequence[Item], reader: Reader) -> str:
    due = sorted(each.advice.due_us for each in waiting if each.advice.due_us is not None)
    if not due:
        return ""
    late = sum(each < reader.visit.at_us for each in due)
    if late:
        return reader.say("{count} overdue; the oldest since {day}", count=late, day=reader.when.short_day(due[0]))
    return reader.say("The first is due on {day}", day=reader.when.short_day(due[0]))


def _listed(reader: Reader, tab: str) -> list[Item]:
    journeys: Mapping[str, Callable[[Work], list[Item]]] = {
        "waiting": advice_case.waiting,
        "closed": advice_case.closed,
        "learnt": lambda work: list(advice_case.learnt(work).wrong),
    }
    return reader.visit.platform.read(reader.seen.organisations(), journeys[tab])


def _counts(work: Work) -> Mapping[str, int]:
    counted = alarms_desk.precision(work)
    checked = counted.right + counted.wrong
    return {"waiting": counted.open, "closed": checked + counted.not_checked, "learnt": checked}


def _neighbours(items: Sequence[Item], chosen: Advice) -> tuple[Advice | None, Advice | None]:
    keys = [(each.advice.organisation, each.advice.id) for each in items]
    if (chosen.organisation, chosen.id) not in keys:
        return None, None
    at = keys.index((chosen.organisation, chosen.id))
    before = items[at - 1].advice if at else None
    return before, items[at + 1].advice if at + 1 < len(items) else None


def _after(items: Sequence[Item], chosen: Advice) -> Advice | None:
    """The next that waits behind this one, or the first before it."""
    before, following = _neighbours(items, chosen)
    return following or before


def _undo(reader: Reader, told: str) -> tuple[str, str, str] | None:
    """What was just entered, in words, and what takes it back: action, and the verb's words."""
    organisation, colon, identifier = told.partition(":")
    if not colon or organisation not in reader.seen.organisations("analyst"):
        return None
    try:
        item = reader.visit.platform.read(organisation, lambda work: advice_case.one(work, organisation, identifier))
    except LoadzoneError:
        return None
    if item.advice.outcome is None or not advice_case.may_take_back(item.advice, reader.visit.act):
        return None
    said = reader.say(
        "{position}: {outcome} entered",
        position=item.position.name,
        outcome=SHORT[cast("str", item.advice.outcome)].render(reader.lang),
    )
    return said, f"{advice_path(organisation, identifier)}/reopen", reader.say("Undo")
