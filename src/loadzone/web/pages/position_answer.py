"""The answer of a position's page: what to do by when, how sure, since when, and the evidence for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from loadzone.flows.dossier import Advice, Dossier, Result
from loadzone.reports.numbers import probability, significant
from loadzone.web.pages import findings
from loadzone.web.pages.page import Reader
from loadzone.web.pages.paths import alarm_path, recording_path
from loadzone.web.pages.time_lanes import due_bar
from loadzone.words.texts import Text, text

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
        due = due_bar(given.issued_us, given.due_us, reader.when, reader.say("today"), reader.lang)
    return Answer(finding, large, sentence, facts, due)


def _since(found: Dossier, reader: Reader) -> str:
    since_us = found.stand.standing.since_us
    return reader.say("{day}, for {span}", day=reader.when.short_day(since_us), span=reader.when.since(since_us))


def _sentences(given: Advice, reader: Reader) -> Mapping[str, Any]:
    told = given.facts.get("sentences")
    chosen = told.get(reader.lang, {}) if isinstance(told, Mapping) else {}
    return chosen if isinstance(chosen, Mapping) else {}


def why(found: Dossier, result: Result | None, reader: Reader) -> Iterator[Row]:
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


def weights(result: Result | None, reader: Reader) -> str:
    """«3 for, 1 checked against»; empty where nothing was diagnosed."""
    told = (result.told("evidence", "en") or ()) if result else ()
    weights = [each.get("weight") for each in told]
    if not weights:
        return ""
    checked = weights.count("checked") + weights.count("against")
    return reader.say("{n_for} for, {n_checked} checked against", n_for=weights.count("for"), n_checked=checked)


def advised(result: Result | None, name: str, reader: Reader) -> list[str]:
    """Sentences of a list in the advice of a diagnosis."""
    advised = (result.told("advice", reader.lang) or {}) if result else {}
    return [str(each) for each in advised.get(name) or ()]
