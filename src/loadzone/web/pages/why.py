"""Why: from advice, alarm or result back to the samples, computed again now and set beside what was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from fastapi import Response

from loadzone.flows import in_words
from loadzone.flows.alarms_desk import Alarm
from loadzone.flows.then_and_now import SAME, Compared, then_and_now
from loadzone.flows.why import Chain, why
from loadzone.reports.numbers import UNKNOWN, fixed, probability, significant
from loadzone.reports.record_views import UNIT_NAMES
from loadzone.reports.sentences import source
from loadzone.web.pages import findings
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import advice_path, alarm_path, recording_path
from loadzone.web.pages.reader import Reader, show
from loadzone.web.pages.why_picture import Column, Node, chain_picture
from loadzone.words.texts import Text, text

routes = pages()
STEPS: Mapping[str, Text] = {
    "samples": text("Samples"),
    "settings": text("Settings"),
    "lines": text("Lines"),
    "finding": text("Finding"),
    "alarm": text("Alarm"),
    "advice": text("Advice"),
}
VERDICTS: Mapping[str, Text] = {
    "confirmed": text("damage confirmed"),
    "suspected": text("damage suspected"),
    "unexplained": text("unexplained line"),
    "healthy": text("no damage found"),
    "undetermined": text("can't tell"),
}
ELEMENTS: Mapping[str, Text] = {
    "outer": text("outer ring"),
    "inner": text("inner ring"),
    "ball": text("rolling element"),
    "cage": text("cage"),
}
NAMES: Mapping[str, Text] = {
    "speed_rpm": text("shaft speed, r/min"),
    "fs_hz": text("sampling rate, Hz"),
    "verdict": text("verdict"),
    "fault": text("element"),
    "p_value": text("p value"),
    "false_alarm_rate": text("stated error rate"),
    "severity.depth": text("modulation depth, Np"),
    "severity.line_db": text("line over the floor, dB"),
    "zone.velocity_mms": text("velocity rms, mm/s"),
    "faults[0].order": text("order of the line"),
    "rules": text("rules"),
    "record_hash": text("hash of the record"),
}


@dataclass(frozen=True)
class Value:
    """A line of then and now, in words."""

    name: str
    stored: str
    again: str
    relative: str
    is_same: bool
    is_exact: bool


@page(routes, "/why/{organisation}/{result}")
def get_why(organisation: str, result: str, reader: Reading, step: str = "", values: str = "") -> Response:
    """The chain; ``step`` shows what went into a step, ``values`` all values or those that differ."""
    chain = why(reader.visit.platform, organisation, result)
    step = step if step in STEPS else "lines" if chain.again else "alarm" if chain.alarm else "advice"
    compared = then_and_now(chain)
    shown = _chosen(compared, chain, values, reader)
    columns = _columns(chain, compared, step, organisation, result, reader)
    differing = sum(not each.is_same for each in compared)
    return show(
        reader,
        "why.html.j2",
        title=text("Why"),
        room="advice",
        chain=chain,
        name=_name(chain, result, reader),
        back=_back(chain, organisation),
        heading=_heading(chain, differing, reader),
        lead=_lead(compared, reader),
        compared=len(compared),
        differing=differing,
        values=shown,
        which=values,
        picture=chain_picture(columns, _summary(chain, differing, reader)),
        went_in=_went_in(chain, step, reader),
        step=STEPS[step].render(reader.lang),
        versions=_versions(chain, reader),
        tolerance=probability(SAME),
        recording=_recording(chain, organisation),
        address=f"/why/{organisation}/{result}",
    )


def _heading(chain: Chain, differing: int, reader: Reader) -> str:
    if chain.broken and "limit" in chain.alarm.get("facts", {}):
        return reader.say("This alarm rests on a value and its limit")
    if chain.broken and chain.alarm.get("cause") == in_words.SILENT:
        return reader.say("This alarm rests on time: nothing came any more")
    if chain.broken:
        return reader.say("The chain ends before the samples: no result is kept")
    if differing:
        return reader.say("Computed again just now: {count} values differ", count=differing)
    return reader.say("Computed again just now: same finding")


def _lead(compared: Sequence[Compared], reader: Reader) -> str:
    if not compared:
        return reader.say("Nothing was computed, so nothing can be computed again.")
    same = sum(each.is_same for each in compared)
    exact = sum(each.is_exact for each in compared)
    return reader.say(
        "{same} of {all} values agree, {exact} of them to the last digit.", same=same, all=len(compared), exact=exact
    )


def _summary(chain: Chain, differing: int, reader: Reader) -> str:
    if chain.broken:
        return reader.say("Chain from samples to advice, broken")
    if differing:
        return reader.say("Chain from samples to advice, {count} values differ", count=differing)
    return reader.say("Chain from samples to advice, intact")


def _name(chain: Chain, result: str, reader: Reader) -> str:
    for kind in ("advice", "alarm"):
        if getattr(chain, kind):
            return reader.say("{kind} {identifier}", kind=STEPS[kind], identifier=getattr(chain, kind)["id"][:12])
    return reader.say("result {identifier}", identifier=str(chain.result.get("id", result))[:16])


def _back(chain: Chain, organisation: str) -> str:
    if chain.advice:
        return advice_path(organisation, str(chain.advice["id"]))
    return alarm_path(organisation, str(chain.alarm["id"])) if chain.alarm else "/advice"


def _recording(chain: Chain, organisation: str) -> str:
    row = chain.recording
    return recording_path(organisation, str(row["position"]), str(row["id"])) if row else ""


def _columns(
    chain: Chain, compared: Sequence[Compared], step: str, organisation: str, result: str, reader: Reader
) -> list[Column]:
    built: dict[str, tuple[Node, ...]] = {}
    if chain.samples:
        built["samples"] = (_samples(chain, reader),)
        built["settings"] = _settings(chain, reader)
    if chain.again:
        built["lines"] = _lines(chain, compared, reader)
        built["finding"] = _finding(chain, compared, reader)
    if chain.alarm:
        built["alarm"] = (Node(_cause(chain, reader), str(chain.alarm["id"])[:12]),)
    if chain.advice:
        due_us = chain.advice.get("due_us")
        by = reader.say("by {day}", day=reader.when.short_day(due_us)) if due_us else str(chain.advice["action"])
        built["advice"] = (Node(by, str(chain.advice["id"])[:12]),)
    return [
        Column(
            code,
            STEPS[code].render(reader.lang),
            nodes,
            f"/why/{organisation}/{result}?step={code}#went-in",
            is_chosen=code == step,
        )
        for code, nodes in built.items()
    ] or [Column("result", reader.say("Result"), (Node(reader.say("not kept"), result[:16]),), "#main")]


def _samples(chain: Chain, reader: Reader) -> Node:
    at = reader.when.moment(chain.samples.get("started_us"))
    return Node(at, str(chain.samples["object"])[:16], is_same=True)


def _settings(chain: Chain, reader: Reader) -> tuple[Node, ...]:
    found = chain.result.get("found", {})
    bearing = str(found.get("bearing") or reader.say("no bearing named"))
    speed = found.get("speed_rpm")
    rpm = f"{fixed(float(speed), 1)} r/min" if isinstance(speed, int | float) else reader.say("speed not known")
    return (
        Node(bearing, _source(found, "geometry_source", reader)),
        Node(rpm, _source(found, "speed_source", reader)),
    )


def _source(found: Mapping[str, Any], name: str, reader: Reader) -> str:
    """Where a setting came from, without its details: those stand in the list."""
    told = str(found.get(name) or UNKNOWN)
    return source(told.partition(":")[0], reader.lang)


def _lines(chain: Chain, compared: Sequence[Compared], reader: Reader) -> tuple[Node, ...]:
    """The lines of the element that leads, and the strongest line where no bearing line can be."""
    found = chain.result.get("found", {})
    tested = [(place, each) for place, each in _evidence(chain, reader) if each.get("unit") == "p"]
    nodes = []
    for fault in found.get("faults", [])[:1]:
        name = reader.say("order {order}", order=fixed(_number(fault.get("order")), 2))
        nodes.append(Node(name, f"p {probability(_number(fault.get('p_value')))}", _agrees(compared, "faults")))
    for place, each in tested[-1:]:
        best = reader.say("best p {value}", value=probability(_number(each.get("value"))))
        nodes.append(Node(reader.say("foreign lines"), best, _agrees(compared, place)))
    return tuple(nodes) or (Node(reader.say("no lines"), UNKNOWN, _agrees(compared, "evidence")),)


def _finding(chain: Chain, compared: Sequence[Compared], reader: Reader) -> tuple[Node, ...]:
    found = chain.again
    fault = ELEMENTS.get(str(found.get("fault")))
    verdict = VERDICTS.get(str(found.get("verdict")), text("can't tell")).render(reader.lang)
    first = Node(fault.render(reader.lang) if fault else verdict, verdict, _agrees(compared, "verdict", "fault"))
    zone = found.get("zone")
    if not zone:
        return (first,)
    detail = f"{significant(_number(zone.get('velocity_mms')))} mm/s"
    return first, Node(reader.say("velocity, zone {zone}", zone=zone["zone"]), detail, _agrees(compared, "zone"))


def _cause(chain: Chain, reader: Reader) -> str:
    """What the alarm is about, in the words of the other pages."""
    names = {field.name for field in fields(Alarm)}
    return findings.words(Alarm(**{name: value for name, value in chain.alarm.items() if name in names}), reader)


def _agrees(compared: Sequence[Compared], *places: str) -> bool:
    return all(each.is_same for each in compared if each.place.startswith(places))


def _evidence(chain: Chain, reader: Reader) -> list[tuple[str, Mapping[str, Any]]]:
    told = chain.result.get("zh", {}).get("evidence") if reader.lang == "zh" else None
    listed = told or chain.result.get("found", {}).get("evidence", [])
    return [(f"evidence[{number}]", each) for number, each in enumerate(listed)]


def _chosen(compared: Sequence[Compared], chain: Chain, which: str, reader: Reader) -> list[Value]:
    """The values that carry the finding; all of them, or those that differ, where that is asked."""
    names = {f"{place}.value": str(each["name"]) for place, each in _evidence(chain, reader)}
    names |= {place: told.render(reader.lang) for place, told in NAMES.items()}
    if which == "differ":
        listed = [each for each in compared if not each.is_same]
    elif which == "all":
        listed = list(compared)
    else:
        listed = [each for each in compared if each.place in names]
    return [_value(each, names.get(each.place, each.place), reader) for each in listed]


def _value(compared: Compared, name: str, reader: Reader) -> Value:
    relative = compared.relative
    return Value(
        name,
        _written(compared.stored, compared.place, reader),
        _written(compared.again, compared.place, reader),
        UNKNOWN if relative is None else probability(relative) if relative else "0",
        compared.is_same,
        compared.is_exact,
    )


def _written(value: object, place: str, reader: Reader | None = None) -> str:
    known = {"verdict": VERDICTS, "fault": ELEMENTS}.get(place, {})
    if reader is not None and value in known:
        return known[str(value)].render(reader.lang)
    number = _number(value)
    if number is not None:
        return probability(number) if place.endswith("p_value") or 0 < abs(number) < 1e-3 else significant(number, 6)
    told = str(value) if value is not None else UNKNOWN
    return told if len(told) <= 40 else f"{told[:18]}…{told[-8:]}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _went_in(chain: Chain, step: str, reader: Reader) -> list[tuple[str, str]]:
    """What a step used, as name and value."""
    sources: Mapping[str, Iterator[tuple[str, str]]] = {
        "samples": _samples_facts(chain, reader),
        "settings": _plain(chain.settings, reader),
        "lines": ((str(each["name"]), _of_evidence(each)) for _, each in _evidence(chain, reader)),
        "finding": _plain(
            {key: each for key, each in chain.again.items() if not isinstance(each, dict | list)}, reader
        ),
        "alarm": _plain(chain.alarm, reader),
        "advice": _plain({**chain.advice, "facts": _without_letter(chain.advice)}, reader),
    }
    return list(sources.get(step, iter(())))


def _samples_facts(chain: Chain, reader: Reader) -> Iterator[tuple[str, str]]:
    told = chain.samples
    if not told:
        return
    yield reader.say("hash of the samples"), str(told["object"])
    yield reader.say("samples"), fixed(float(told["count"]))
    yield reader.say("sampling rate"), f"{significant(_number(told['fs_hz']), 6)} Hz"
    unit = next((written for code, written in UNIT_NAMES.items() if code == told["unit"]), str(told["unit"]))
    yield reader.say("unit"), unit or UNKNOWN
    yield reader.say("began"), reader.when.full(told["started_us"])
    yield reader.say("channel"), str(chain.recording.get("channel") or UNKNOWN)
    yield reader.say("door"), str(chain.recording.get("door") or UNKNOWN)


def _of_evidence(each: Mapping[str, Any]) -> str:
    number = _number(each.get("value"))
    if number is None:
        return str(each.get("value") or UNKNOWN)
    unit = str(each.get("unit") or "")
    return f"p {probability(number)}" if unit == "p" else f"{significant(number, 4)} {unit}".strip()


def _without_letter(advice: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts of an advice but its words to the customer, which have a place of their own."""
    return {name: value for name, value in advice.get("facts", {}).items() if name != "sentences"}


def _plain(facts: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, str]]:
    """Facts as they are kept, with the names of the interface; of what is told in two languages the reader's."""
    for name, value in facts.items():
        if value is None or value in ("", {}, []):
            continue
        if isinstance(value, dict) and {"en", "zh"} >= {*value}:
            yield name, str(value.get(reader.lang, ""))
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", told) for key, told in _plain(value, reader))
        elif name.endswith("_us") and isinstance(value, int):
            yield name.removesuffix("_us"), reader.when.full(value)
        else:
            yield name, _written(value, name)


def _versions(chain: Chain, reader: Reader) -> list[tuple[str, str, str]]:
    rules = str(chain.result.get("found", {}).get("rules", "")) or UNKNOWN
    again = str(chain.again.get("rules", "")) or UNKNOWN
    return [
        ("loadzone", chain.stored_version or UNKNOWN, chain.version or UNKNOWN),
        (reader.say("rules"), rules, again),
    ] * bool(chain.again)
