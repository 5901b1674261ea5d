"""What happened at a position, for its list and for the lines in its course: units, alarms, advice and findings."""

from collections.abc import Iterator
from dataclasses import dataclass

from loadzone.flows.alarms_desk import sharpened_us
from loadzone.flows.dossier import Dossier
from loadzone.flows.standing import state_of
from loadzone.web.pages import findings
from loadzone.web.pages.reader import Reader


@dataclass(frozen=True)
class Happening:
    """Something that happened: when, in words, with what; ``short`` names its line in the course, if it has one."""

    at_us: int
    told: str
    detail: str = ""
    state: str = ""
    short: str = ""


def happenings(found: Dossier, reader: Reader) -> list[Happening]:
    """All that the catalog knows, the newest first."""
    told = [*_units(found, reader), *_alarms(found, reader), *_advice(found, reader)]
    return sorted(told, key=lambda each: -each.at_us)


def _units(found: Dossier, reader: Reader) -> Iterator[Happening]:
    for each in found.mountings:
        unit = found.units.get(each.serial)
        bearing = unit.bearing if unit else ""
        yield Happening(
            each.mounted_us, reader.say("Mounted {bearing}", bearing=bearing), each.serial, short=reader.say("mounted")
        )
        if each.removed_us is not None:
            days = (each.removed_us - each.mounted_us) / 86_400e6
            words = reader.say("Removed after {days} days", days=round(days))
            if each.reason:
                words = reader.say("{words}: {reason}", words=words, reason=each.reason)
            yield Happening(each.removed_us, words, each.serial, short=reader.say("removed"))


def _alarms(found: Dossier, reader: Reader) -> Iterator[Happening]:
    for each in found.alarms:
        words, number = findings.words(each, reader), findings.number(each)
        state = state_of(each)
        yield Happening(each.raised_us, words, number, state, words)
        if each.ended_us is not None:
            yield Happening(each.ended_us, reader.say("Over: {finding}", finding=words))


def _advice(found: Dossier, reader: Reader) -> Iterator[Happening]:
    for each in found.advice:
        day = reader.when.short_day(each.due_us) if each.due_us is not None else ""
        words = reader.say("Advice: {finding}", finding=findings.words(each, reader))
        state = each.action if each.action in {"act", "plan", "watch"} else "watch"
        detail = reader.say("by {day}", day=day) if day else ""
        sharper_us = sharpened_us(each)
        if sharper_us is not None:  # what it was until then stands at its time
            yield Happening(sharper_us, words, detail, state, reader.say("more urgent"))
            detail, state = "", str(each.facts["before"]["action"])
        yield Happening(each.issued_us, words, detail, state, reader.say("advice"))
        if each.closed_us is not None:
            outcome = {"right": reader.say("confirmed"), "wrong": reader.say("not a fault")}
            shown = outcome.get(each.outcome or "", reader.say("not checked"))
            words = reader.say("Finding: {outcome}", outcome=shown)
            seen = each.note or each.found or ""
            told = reader.say("{words}: {reason}", words=words, reason=seen) if seen else words
            yield Happening(each.closed_us, told, each.found or "", "", reader.say("finding"))
