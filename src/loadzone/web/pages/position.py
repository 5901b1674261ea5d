"""A position: what to do by when, how sure, why, since when, where in the machine, and what happened there before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Response
from markupsafe import Markup

from loadzone.flows.course import Course, course
from loadzone.flows.dossier import (
    Advice,
    Dossier,
    Inner,
    Result,
    dossier,
    inner_of,
    last_result,
    orders_of,
)
from loadzone.flows.spectra import Column, spectra
from loadzone.reports.bearing_section import bearing_section
from loadzone.reports.numbers import fixed, one_in, probability, significant
from loadzone.web.pages import findings, quantities
from loadzone.web.pages.course_picture import Level, Mark, Scene, Words, course_picture
from loadzone.web.pages.page import Reader, Reading, page, pages, show
from loadzone.web.pages.paths import (
    advice_path,
    alarm_path,
    bearing_path,
    machine_path,
    position_path,
    recording_path,
    site_path,
    why_path,
)
from loadzone.web.pages.position_events import Happening, happenings
from loadzone.web.pages.when import DAY_US, HOUR_US, SECOND_US
from loadzone.words.texts import Text, text

routes = pages()
SPANS = {"7": 7, "30": 30, "90": 90}
"""Days of the segments; «mounted» is since the unit that is there was mounted."""
WIDTHS = (300, 968, 2400)
"""Of the course in pixels: least, where nobody said it, most."""
SHOWN_HAPPENINGS = 8
MAIN = ("velocity", "rms", "kurtosis", "temperature", "speed", "load")
LONG_AGO_US = 3 * 365 * DAY_US
BIG: Mapping[str, Text] = {
    "act": text("Today"),
    "plan": text("At the next stop"),
    "watch": text("Look again"),
    "cant": text("Give what is missing"),
    "none": text("Restore the data"),
    "sensor": text("Check the sensor"),
    "good": text("Nothing to do"),
}
HIDDEN: Mapping[str, Text] = {
    "shelved": text("shelved"),
    "suppressed by design": text("suppressed"),
    "out of service": text("out of service"),
}
"""States in which an alarm does not count; a page says that it is there."""
WEIGHT_MARKS = {"against": "none", "checked": "good", "missing": "cant"}


@dataclass(frozen=True)
class Row:
    """One line of «Why»: its mark, what was seen, the number, what it was held against, and where it leads."""

    mark: str
    told: str
    number: str
    note: str
    path: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer of the page: a few words, the date or the deed in large, a sentence, and facts with captions."""

    finding: str
    large: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    due: Markup


@page(routes, "/positions/{organisation}/{position}", needs="viewer")
def get_position(
    reader: Reading, organisation: str, position: str, days: str = "90", width: int = 0, start: int = 0, end: int = 0
) -> Response:
    """The position now.

    ``days`` is 7, 30, 90 or «mounted»; ``start`` and ``end`` (s since 1970) show a span of their own; ``width`` is that
    of the course in pixels.
    """
    at_us, platform = reader.visit.at_us, reader.visit.platform
    found = platform.read(reader.seen.organisations(), lambda work: dossier(work, organisation, position, at_us))
    result = last_result(platform, organisation, position, at_us)
    inner = inner_of(found)
    own = _own_span(start, end, at_us)
    span = own or _span(found, days, at_us)
    measured = course(platform, found, span, MAIN, is_cut=own is None and days not in SPANS)
    columns = spectra(platform, organisation, position, *measured.span)
    happened = happenings(found, reader)
    drawn, data = _course(found, measured, columns, happened, inner, result, reader, width)
    return show(
        reader,
        "position.html.j2",
        room="fleet",
        **head(found, reader, "now"),
        answer=answer(found, result, reader),
        unanswered=next((each for each in found.stand.alarms if each.state.endswith("unacknowledged")), None),
        advice_path=advice_path,
        alarm_path=alarm_path,
        why=list(_why(found, result, reader)),
        weights=_weights(result, reader),
        against=_told_list(result, "against", reader),
        segments=_segments(found, "" if own else days, reader),
        table=_table(measured, reader),
        whole=f"{position_path(found.position)}?days={days}" if own else "",
        computed=why_path(organisation, result.id) if result else "",
        bearing_path=bearing_path,
        drawn=drawn,
        data=data,
        span_name=_span_name("" if own else days, measured.span, reader),
        latest=_latest(measured, found, reader),
        section=_section(inner, result, reader),
        inner=inner,
        happened=happened[:SHOWN_HAPPENINGS],
        count_happened=len(happened),
        cells=_cells(found, result, inner, reader),
        recording=recording_path(organisation, position, result.recording) if result and result.recording else "",
    )


def head(found: Dossier, reader: Reader, tab: Literal["now", "recordings", "history"]) -> dict[str, Any]:
    """What all pages of a position share: title, place line, tabs, neighbours by urgency."""
    stand, position = found.stand, found.position
    here = position_path(position)
    steps = [(stand.site.name, site_path(stand.site))] if stand.site else []
    steps += [(stand.machine.name, machine_path(stand.machine))] if stand.machine else []
    tabs = [
        (reader.say("Now"), here, tab == "now"),
        (reader.say("Recordings"), f"{here}/recordings", tab == "recordings"),
        (reader.say("History"), f"{here}/history", tab == "history"),
    ]
    machine = stand.machine.name if stand.machine else ""
    full = reader.say("{machine}, {position}", machine=machine, position=position.name) if machine else position.name
    return {
        "title": text("{name}", name=full),
        "name": full,
        "found": found,
        "stand": stand,
        "steps": steps,
        "tabs": tabs,
        "previous": position_path(found.previous) if found.previous else "",
        "following": position_path(found.following) if found.following else "",
        "about": _about(found, reader),
    }


def _about(found: Dossier, reader: Reader) -> str:
    """«6226 C3, 1 487 r/min, mounted 14 Mar 2024»."""
    mounted = found.mounted
    unit = found.units.get(mounted.serial) if mounted else None
    parts = [(unit.bearing if unit else found.position.bearing) or reader.say("bearing not known")]
    speed = next((each for each in found.latest if each.quantity in {"speed", "speed_rpm"} and each.value), None)
    if speed is not None:
        parts.append(quantities.value("speed", speed.value, "rpm"))
    if mounted is not None:
        parts.append(reader.say("mounted {day}", day=reader.when.day(mounted.mounted_us)))
    return ("，" if reader.lang == "zh" else ", ").join(parts)


def answer(found: Dossier, result: Result | None, reader: Reader) -> Answer:
    """What to do by when, how sure, since when."""
    stand = found.stand
    finding, found_number = findings.finding(stand, reader)
    deciding = stand.deciding
    given = deciding if isinstance(deciding, Advice) else next(iter(stand.advice), None)
    due_us = min((each.due_us for each in stand.advice if each.due_us is not None), default=None)
    has_date = stand.state in {"act", "plan"} and due_us is not None
    large = (
        reader.say("By {day}", day=reader.when.short_day(due_us)) if has_date else BIG[stand.state].render(reader.lang)
    )
    told = _sentences(given, reader) if given is not None else {}
    is_told = result is not None and (stand.state in {"watch", "cant"} or result.verdict == "healthy")
    if given is None and result is not None and is_told:
        told = result.told("advice", reader.lang) or {}
    sentence = "" if stand.state == "good" else str(told.get("action") or "")
    if given is None and deciding is not None:
        sentence = findings.sentence(deciding.facts, reader) or sentence
    facts = [(reader.say("Since"), _since(found, reader))] if stand.standing.since_us is not None else []
    if told.get("confidence"):
        facts.append((reader.say("Sure"), str(told["confidence"])))
    if found_number:
        facts.append((reader.say("Number"), found_number))
    until = [str(each) for each in (told.get("until_then") or ())[:2]]
    facts += [(reader.say("Until then") if number == 0 else "", each) for number, each in enumerate(until)]
    if stand.state == "good" and result is not None and result.verdict == "undetermined":
        facts.append((reader.say("But"), reader.say("the last recording gave no answer")))
    hidden = [each for each in stand.alarms if each.state in HIDDEN]
    for number, each in enumerate(hidden):
        caption = reader.say("Hidden") if number == 0 else ""
        told_alarm = reader.say(
            "{finding}, {state}", finding=findings.words(each, reader), state=HIDDEN[each.state].render(reader.lang)
        )
        facts.append((caption, told_alarm))
    if stand.standing.heard_us is not None:
        facts.append((reader.say("Heard"), reader.when.recent(stand.standing.heard_us)))
    due = Markup()
    if has_date and given is not None and given.due_us is not None:
        from loadzone.web.pages.time_lanes import due_bar

        due = due_bar(given.issued_us, given.due_us, reader.when, reader.say("today"), reader.lang)
    return Answer(finding, large, sentence, facts, due)


def _since(found: Dossier, reader: Reader) -> str:
    since_us = found.stand.standing.since_us
    return reader.say("{day}, for {span}", day=reader.when.short_day(since_us), span=reader.when.since(since_us))


def _sentences(given: Advice, reader: Reader) -> Mapping[str, Any]:
    told = given.facts.get("sentences")
    chosen = told.get(reader.lang, {}) if isinstance(told, Mapping) else {}
    return chosen if isinstance(chosen, Mapping) else {}


def _why(found: Dossier, result: Result | None, reader: Reader) -> Iterator[Row]:
    """Open alarms first, then the evidence of the last diagnosis."""
    position = found.position
    for alarm in found.stand.alarms:
        if alarm.cause.startswith("bearing-"):
            continue
        source = alarm.facts.get("limit_source")
        note = str(source.get(reader.lang, "")) if isinstance(source, Mapping) else ""
        seen = reader.say("since {time}", time=reader.when.recent(alarm.raised_us))
        mark = "sensor" if alarm.cause.startswith("device-") else "act" if alarm.priority == "high" else "watch"
        yield Row(
            mark,
            findings.words(alarm, reader),
            findings.number(alarm),
            "; ".join(filter(None, (note, seen))),
            alarm_path(alarm.organisation, alarm.id),
        )
    path = recording_path(position.organisation, position.id, result.recording) if result else ""
    state = found.stand.state if found.stand.state in {"act", "plan", "watch"} else "watch"
    for each in (result.told("evidence", reader.lang) or ()) if result else ():
        weight = str(each.get("weight", "checked"))
        note = ("，" if reader.lang == "zh" else ", ").join(filter(None, (each.get("source"), each.get("expected"))))
        yield Row(
            WEIGHT_MARKS.get(weight, state), _capital(str(each.get("name", ""))), _number(each, reader), note, path
        )
    for each in (result.told("problems", reader.lang) or ()) if result else ():
        yield Row("cant", str(each.get("text", "")), "", "", path)


def _capital(told: str) -> str:
    return told[:1].upper() + told[1:]


def _number(evidence: Mapping[str, Any], reader: Reader) -> str:
    value, unit = evidence.get("value"), str(evidence.get("unit") or "")
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{value} {unit}".strip()
    return (
        f"p {probability(value)}" if unit == "p" else f"{significant(value)} {Text(unit).render(reader.lang)}".strip()
    )


def _weights(result: Result | None, reader: Reader) -> str:
    told = (result.told("evidence", "en") or ()) if result else ()
    weights = [each.get("weight") for each in told]
    if not weights:
        return ""
    checked = weights.count("checked") + weights.count("against")
    return reader.say("{n_for} for, {n_checked} checked against", n_for=weights.count("for"), n_checked=checked)


def _told_list(result: Result | None, name: str, reader: Reader) -> list[str]:
    advised = (result.told("advice", reader.lang) or {}) if result else {}
    return [str(each) for each in advised.get(name) or ()]


def _span(found: Dossier, days: str, at_us: int) -> tuple[int, int]:
    if days in SPANS:
        return at_us - SPANS[days] * DAY_US, at_us
    since_us = found.mounted.mounted_us if found.mounted else found.position.created_us
    return max(at_us - LONG_AGO_US, min(since_us, at_us - DAY_US)), at_us


def _own_span(start_s: int, end_s: int, at_us: int) -> tuple[int, int] | None:
    """A span that the reader drew, at least an hour of the past three years."""
    end_us = min(end_s, at_us // SECOND_US + 1) * SECOND_US
    start_us = max(start_s * SECOND_US, at_us - LONG_AGO_US)
    return (start_us, end_us) if start_s > 0 and end_us - start_us >= HOUR_US else None


def _span_name(days: str, span: tuple[int, int], reader: Reader) -> str:
    if not days:
        start, end = (reader.when.short_day(each) for each in span)
        return reader.say("{start} to {end}", start=start, end=end)
    return reader.say("{count} days", count=SPANS[days]) if days in SPANS else reader.say("Since mounting")


def _segments(found: Dossier, days: str, reader: Reader) -> list[tuple[str, str, bool]]:
    here = position_path(found.position)
    chosen = [(reader.say("{count} d", count=each), f"{here}?days={each}", days == each) for each in SPANS]
    return [*chosen, (reader.say("since mounting"), f"{here}?days=mounted", bool(days) and days not in SPANS)]


def _course(
    found: Dossier,
    measured: Course,
    columns: Sequence[Column],
    happened: Sequence[Happening],
    inner: Inner,
    result: Result | None,
    reader: Reader,
    width: int,
) -> tuple[Markup, str]:
    if not measured.lanes and not columns:
        return Markup(), ""
    words = Words(
        heads={each.base: quantities.name(each.base, reader.lang) for each in measured.lanes},
        units={each.base: quantities.unit(each.unit) for each in measured.lanes},
        baseline=reader.say("baseline"),
        no_data=reader.say("no data"),
        map_head=reader.say("Envelope spectra of the recordings, order of shaft speed"),
        map_short=reader.say("Envelope, order"),
        floor=reader.say("floor"),
        label=_summary(measured, columns, reader),
    )
    marks = [Mark(each.at_us, each.short, each.state) for each in happened if each.short]
    levels = {each.base: _levels(found, each.base, reader) for each in measured.lanes}
    scene = Scene(measured, levels, marks, columns, _lines(inner, result))
    least, usual, most = WIDTHS
    return course_picture(scene, words, reader.when, float(min(max(width, least), most) if width else usual))


def _summary(measured: Course, columns: Sequence[Column], reader: Reader) -> str:
    names = ("，" if reader.lang == "zh" else ", ").join(
        quantities.name(each.base, reader.lang) for each in measured.lanes
    )
    return reader.say(
        "From {start} to {end}: {names}; {count} recordings",
        start=reader.when.day(measured.span[0]), end=reader.when.day(measured.span[1]), names=names, count=len(columns),
    )  # fmt: skip


def _levels(found: Dossier, base: str, reader: Reader) -> list[Level]:
    """Limits that were given, and those that an open alarm tells of."""
    told = [(each.level, each.value) for each in found.limits if each.quantity.partition(":")[0] == base]
    for alarm in found.stand.alarms:
        quantity = {"velocity_rms_mms": "velocity"}.get(str(alarm.facts.get("quantity")), alarm.facts.get("quantity"))
        if quantity == base and alarm.cause.startswith(("zone-", "limit-")):
            told.append((str(alarm.facts.get("level")), alarm.facts.get("limit")))
    names = {"alert": ("watch", reader.say("alert")), "danger": ("act", reader.say("danger"))}
    known = {(level, float(value)) for level, value in told if level in names and isinstance(value, int | float)}
    return [Level(names[level][0], names[level][1], value) for level, value in sorted(known, key=lambda each: each[1])]


def _lines(inner: Inner, result: Result | None) -> list[tuple[str, float, bool]]:
    """The lines of the found family with its multiples, else one line of each family."""
    found = (
        {each["fault"]: each["order"] for each in (result.found.get("faults") or ()) if each.get("order")}
        if result
        else {}
    )
    orders = orders_of(inner)
    if found:
        fault, order = next(iter(found.items()))
        symbol = {"outer": "BPFO", "inner": "BPFI", "ball": "2×BSF", "cage": "FTF"}.get(fault, fault)
        return [(f"{symbol if n == 1 else f'{n}×'} {fixed(n * order, 2)}", n * order, True) for n in range(1, 6)]
    return [(f"{symbol} {fixed(order, 2)}", order, False) for symbol, order in orders.items()]


def _latest(measured: Course, found: Dossier, reader: Reader) -> list[tuple[str, str, str, str]]:
    """Of each lane its name, head and newest value, for the read-out that is live."""
    newest = {each.quantity: each for each in found.latest}
    told = []
    for lane in measured.lanes:
        last = newest.get(lane.name)
        head_ = quantities.name(lane.base, reader.lang)
        value = quantities.value(lane.base, last.value if last else None, "")
        told.append((lane.name, head_, value, quantities.unit(lane.unit)))
    return told


def _table(measured: Course, reader: Reader) -> list[tuple[str, str, str, str, str]]:
    """The course as a table: name with unit, least, mean, greatest, values of each lane."""
    rows = []
    for lane in measured.lanes:
        line = lane.line
        head = ", ".join(filter(None, (quantities.name(lane.base, reader.lang), quantities.unit(lane.unit))))
        mean = float((line.means * line.counts).sum() / line.counts.sum())
        numbers = (float(line.minima.min()), mean, float(line.maxima.max()))
        least, middle, most = (quantities.value(lane.base, each) for each in numbers)
        rows.append((head, least, middle, most, fixed(float(line.counts.sum()))))
    return rows


def _section(inner: Inner, result: Result | None, reader: Reader) -> Markup:
    """The mounted bearing, the damaged part marked; empty where its inside is not known."""
    if inner.geometry is None:
        return Markup()
    faults = (result.found.get("faults") or ()) if result else ()
    fault = next((each["fault"] for each in faults if each.get("verdict") == "confirmed"), None)
    name = ""
    if fault is not None:
        element = {"outer": "outer ring", "inner": "inner ring", "ball": "rolling element", "cage": "cage"}[fault]
        name = text("damage, {element}", element=Text(element)).render(reader.lang)
    return bearing_section(inner.geometry, fault, name, reader.lang, 360, inner.outline)


def _cells(found: Dossier, result: Result | None, inner: Inner, reader: Reader) -> list[tuple[str, str]]:
    """Of the title block."""
    cells = [(reader.say("Data to"), reader.when.full(found.stand.standing.heard_us))]
    if result is not None:
        cells.append((reader.say("Record"), f"{result.recording[:18]}, {reader.when.recent(result.at_us)}"))
        speed = result.found.get("speed_rpm")
        if speed:
            told = str(result.found.get("speed_source", "")).partition(":")[0]
            cells.append((reader.say("Speed from"), f"{told}, {fixed(speed, 1)} r/min"))
    if inner.source:
        cells.append((reader.say("Geometry from"), inner.source))
    sources = sorted({each.source for each in found.limits})
    if sources:
        cells.append((reader.say("Limits"), "; ".join(sources)[:80]))
    if result is not None:
        rate = one_in(float(result.found.get("false_alarm_rate") or 0.0))
        cells.append((reader.say("By chance"), reader.say("1 in {count} by chance", count=rate)))
        cells.append((reader.say("Rules"), str(result.found.get("rules", ""))))
    return cells
