"""What a page says about a diagnosis: the same sentences on the terminal and on paper."""

import math
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from loadzone.monitor.diagnosis import Diagnosis, Evidence, FaultName, Line, Zone
from loadzone.reports.marks import MarkName, state_rank, state_word
from loadzone.reports.numbers import fixed, one_in, probability, significant
from loadzone.signals.recording import Recording
from loadzone.words.texts import Text, text

_STATE_OF_VERDICT: dict[str, MarkName] = {
    "confirmed": "plan",
    "suspected": "watch",
    "unexplained": "watch",
    "healthy": "good",
    "undetermined": "cant",
}
_ELEMENTS: dict[FaultName, Text] = {
    "outer": text("outer ring"),
    "inner": text("inner ring"),
    "ball": text("rolling element"),
    "cage": text("cage"),
}
_DAMAGE: dict[FaultName, Text] = {
    "outer": text("Outer-ring damage"),
    "inner": text("Inner-ring damage"),
    "ball": text("Rolling-element damage"),
    "cage": text("Cage damage"),
}
_PROVENANCE: dict[str, Text] = {
    "drawing": text("maker drawing"),
    "catalogue": text("catalogue"),
    "estimate": text("estimated"),
    "user": text("given with the call"),
}
_KINDS: dict[str, Text] = {
    "file": text("from the file"),
    "label": text("from the table beside it"),
    "user": text("given with the call"),
    "estimated": text("estimated"),
}
_DEVICE: dict[str, Text] = {
    "measured": text("measured, as the device told"),
    "set": text("set value, as the device told"),
    "estimated": text("estimated, as the device told"),
}


def state(diagnosis: Diagnosis) -> MarkName:
    """Health state of a diagnosis: its advice's, else what the verdict alone allows."""
    if diagnosis.advice:
        return diagnosis.advice.state
    if diagnosis.verdict == "confirmed" and diagnosis.severity.grade == "severe":
        return "act"
    return _STATE_OF_VERDICT[diagnosis.verdict]


def headline(diagnosis: Diagnosis) -> Text:
    """The verdict in one sentence."""
    if diagnosis.advice:
        return diagnosis.advice.headline
    if diagnosis.verdict == "undetermined" and diagnosis.problems:
        return diagnosis.problems[0].text
    if diagnosis.fault:
        damage = _DAMAGE[diagnosis.fault]
        if diagnosis.verdict == "confirmed":
            return text("{damage}, confirmed", damage=damage)
        return text("{damage}, suspected", damage=damage)
    if diagnosis.verdict == "unexplained":
        return text("Unexplained line at order {order}", order=fixed(diagnosis.unexplained_order, 2))
    is_healthy = diagnosis.verdict == "healthy"
    return text("No bearing damage found") if is_healthy else text("No answer from this record")


def confidence(diagnosis: Diagnosis) -> Text:
    """How sure: never a percentage of certainty, but how often a healthy record would do this."""
    if diagnosis.advice:
        return diagnosis.advice.confidence
    rate = one_in(diagnosis.false_alarm_rate)
    if diagnosis.verdict == "undetermined":
        return text("No verdict, so no error rate.")
    if diagnosis.verdict == "healthy":
        return text("These limits call 1 healthy record in {count} damaged.", count=rate)
    return text("1 healthy record in {count} does this.", count=rate)


def missing(diagnosis: Diagnosis) -> list[Text]:
    """What was not there to judge by; one record of a damaged bearing always lacks the second that gives a date."""
    found = [evidence.name for evidence in diagnosis.evidence if evidence.weight == "missing"]
    if diagnosis.faults and not any(evidence.weight == "missing" for evidence in diagnosis.evidence):
        found.append(text("a second record: without it there is no date"))
    return found


def remarks(diagnosis: Diagnosis) -> list[Text]:
    """What limits the answer and is not said by the headline."""
    shown = headline(diagnosis)
    return [problem.text for problem in diagnosis.problems if problem.text != shown]


def damage(diagnosis: Diagnosis) -> Text | None:
    """«damage, outer ring»: the element, never the failure mode; None where nothing was called."""
    if diagnosis.fault is None:
        return None
    part = _ELEMENTS[diagnosis.fault]
    is_sure = diagnosis.verdict == "confirmed"
    return text("damage, {element}", element=part) if is_sure else text("suspected, {element}", element=part)


def also(diagnosis: Diagnosis, lang: str) -> str:
    """«damage, inner ring; suspected, rolling element»: what was found beside the first fault."""
    words = {"confirmed": text("damage, {element}"), "suspected": text("suspected, {element}")}
    found = [
        Text(words[each.verdict].msgid, {"element": _ELEMENTS[each.fault]}).render(lang)
        for each in diagnosis.faults[1:]
        if each.verdict in words
    ]
    return ("；" if lang == "zh" else "; ").join(found)


def value(evidence: Evidence, lang: str) -> str:
    """Value and unit of an evidence, "" where there is none; p values as powers of ten."""
    if evidence.value is None:
        return ""
    if isinstance(evidence.value, str):
        return f"{evidence.value} {evidence.unit}".strip()
    if evidence.unit == "p":
        return f"p {probability(evidence.value)}"
    unit = Text(evidence.unit).render(lang)
    return f"{significant(evidence.value)} {unit}".strip()


def provenance(diagnosis: Diagnosis) -> Text | None:
    """Where the geometry comes from, None without one."""
    return _PROVENANCE[diagnosis.geometry.provenance] if diagnosis.geometry else None


def machine(zone: Zone) -> Text:
    """«group 1, rigid» of the class that a velocity zone belongs to."""
    group, _, support = zone.machine.partition(":")
    if support == "rigid":
        return text("group {group}, rigid", group=group)
    if support == "flexible":
        return text("group {group}, flexible", group=group)
    return Text(zone.machine)


def velocity(zone: Zone, lang: str) -> str:
    """«2.1 mm/s, zone B» with the edition and the class of machine that the limits belong to."""
    told = text("{value} mm/s, zone {zone}", value=significant(zone.velocity_mms, 2), zone=zone.zone)
    return listed([told.render(lang), zone.edition, machine(zone).render(lang)], lang)


def source(kind: str, lang: str) -> str:
    """«from the file», «given with the call»; the field of a file is named, the way of an estimate is not.

    >>> source("user", "en"), source("file: X097RPM", "en"), source("estimated: shaft lines", "en")
    ('given with the call', 'from the file: X097RPM', 'estimated')
    >>> source("file: message: measured", "en")
    'measured, as the device told'
    """
    head, colon, detail = kind.partition(":")
    known = _KINDS.get(head.strip())
    if known is None:
        return kind
    if detail.strip().startswith("message: "):
        told = _DEVICE.get(detail.rpartition(": ")[2])
        return (told or text("from the device")).render(lang)
    if not colon or head.strip() not in {"file", "label"}:
        return known.render(lang)
    return text("{source}: {detail}", source=known, detail=detail.strip()).render(lang)


def family_lines(diagnosis: Diagnosis, fault: FaultName | None) -> list[Line]:
    """Lines that were looked for of one family, harmonics before sidebands."""
    lines = diagnosis.exhibits.lines if diagnosis.exhibits else ()
    return sorted((line for line in lines if line.fault == fault), key=is_sideband)


@dataclass(frozen=True)
class Flag:
    """A line that a picture points at: its name and the order where it stands."""

    label: str
    order: float
    is_sideband: bool = False


def flags(diagnosis: Diagnosis) -> list[Flag]:
    """The found lines of the found family, or the line that nothing explains."""
    if diagnosis.verdict == "unexplained" and diagnosis.unexplained_order is not None:
        return [Flag("?", diagnosis.unexplained_order)]
    return [
        Flag(line.label, line.found_order, is_sideband(line))
        for line in family_lines(diagnosis, diagnosis.fault)
        if line.found_order is not None and math.isfinite(line.found_order)
    ]


def is_sideband(line: Line) -> bool:
    """Whether a line stands beside another instead of at a multiple of its order."""
    return line.label.startswith(("−", "-", "+", "±"))


def name(diagnosis: Diagnosis) -> str:
    """File name and channel, as a person would point at the record."""
    file = PurePath(diagnosis.record).name or diagnosis.record
    return f"{file}, {diagnosis.channel}" if diagnosis.channel and diagnosis.channel not in file else file


def short_hash(diagnosis: Diagnosis) -> str:
    """First eight signs of the record's hash."""
    return diagnosis.record_hash.removeprefix("sha256:")[:8]


def check_command(diagnosis: Diagnosis, recording: Recording | None = None) -> str:
    """The command that computes this diagnosis again from the file, as far as the diagnosis and the record tell."""
    words = ["loadzone", "diagnose", PurePath(diagnosis.record).name or diagnosis.record]
    if diagnosis.bearing:
        words += ["--bearing", diagnosis.bearing]
    if diagnosis.speed_rpm is not None and diagnosis.speed_source.startswith("user"):
        words += ["--speed", f"{round(diagnosis.speed_rpm, 1):.10g}"]
    if recording and recording.fs_hz and recording.fs_hz.kind == "user":
        words += ["--fs", f"{recording.fs_hz.value:.10g}"]
    if recording and recording.unit and recording.unit.kind == "user":
        words += ["--unit", recording.unit.value]
    return shlex.join(words)


def worst_first(diagnoses: Iterable[Diagnosis]) -> list[Diagnosis]:
    """By state, then by the line over its floor, then by name."""
    return sorted(diagnoses, key=lambda each: (state_rank(state(each)), -each.severity.line_db, each.record))


def counts(diagnoses: Iterable[Diagnosis]) -> list[tuple[MarkName, int, Text]]:
    """State, how many, its word; worst first, states that occur."""
    states = [state(each) for each in diagnoses]
    return [(each, states.count(each), state_word(each)) for each in sorted(set(states), key=state_rank)]


def listed(facts: list[str], lang: str) -> str:
    """Facts of a row, separated by commas of the language; empty ones are left out."""
    return ("，" if lang == "zh" else ", ").join(fact for fact in facts if fact)
