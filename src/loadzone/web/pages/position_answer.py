"""The answer of a position's page: what to do by when, how sure, since when, and the evidence for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from loadzone.flows.dossier import Advice, Dossier, Result
from loadzone.flows.standing import Stand
from loadzone.reports.numbers import probability, significant
from loadzone.web.pages import findings
from loadzone.web.pages.paths import alarm_path, recording_path
from loadzone.web.pages.reader import Reader
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
LOOKED_AT = ("watch", "cant")
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
    stand, deciding = found.stand, found.stand.deciding
    finding, number = findings.finding(stand, reader)
    given = deciding if isinstance(deciding, Advice) else next(iter(stand.advice), None)
    told = _sentences(given, reader) if given is not None else {}
    if given is None and result is not None and _decides(result, stand):
        told = result.told("advice", reader.lang) or {}
    sentence = "" if stand.state == "good" else str(told.get("action") or "")
    if given is None and deciding is not None:
        sentence = findings.sentence(deciding.facts, reader) or sentence
    due_us = min((each.due_us for each in stand.advice if each.due_us is not None), default=None)
    if stand.state not in {"act", "plan"} or due_us is None:
        large, due = BIG[stand.state].render(reader.lang), Markup()
    else:
        large = reader.say("By {day}", day=reader.when.short_day(due_us))
        issued_us = min(each.issued_us for each in stand.advice)
        due = due_bar(issued_us, due_us, reader.when, reader.say("today"), reader.lang)
    return Answer(finding, large, sentence, _facts(found, result, told, number, reader), due)


def _facts(
    found: Dossier, result: Result | None, told: Mapping[str, Any], number: str, reader: Reader
) -> list[tuple[str, str]]:
    """Captions with what they tell; a caption of several lines stands once."""
    stand = found.stand
    since = [_since(found, reader)] if stand.standing.since_us is not None else []
    hidden = [
        reader.say(
            "{finding}, {state}", finding=findings.words(each, reader), state=HIDDEN[each.state].render(reader.lang)
        )
        for each in stand.alarms
        if each.state in HIDDEN
    ]
    heard = [reader.when.recent(stand.standing.heard_us)] if stand.standing.heard_us is not None else []
    lines: list[tuple[str, Sequence[object]]] = [
        (reader.say("Since"), since),
        (reader.say("Sure"), [told["confidence"]] if told.get("confidence") else []),
        (reader.say("Number"), [_number_then(stand, number, reader)] if number else []),
        (reader.say("But"), list(_buts(found, result, reader))),
        (reader.say("Until then"), (told.get("until_then") or ())[:2]),
        (reader.say("Hidden"), hidden),
        (reader.say("Heard"), heard),
    ]
    return [("" if n else caption, str(each)) for caption, several in lines for n, each in enumerate(several)]


def _number_then(stand: Stand, number: str, reader: Reader) -> str:
    """The number behind the finding; the evidence below is that of the last recording and may say another one."""
    return reader.say("{number}, when it was called", number=number) if stand.deciding is not None else number


def _decides(result: Result, stand: Stand) -> bool:
    """Whether what the last diagnosis advises is what the position's state asks for."""
    return result.verdict == "healthy" if stand.state == "good" else stand.deciding is None and stand.state in LOOKED_AT


def _buts(found: Dossier, result: Result | None, reader: Reader) -> Iterator[str]:
    """What has changed since the state began, and what the state does not tell."""
    stand, since_us = found.stand, found.stand.standing.since_us
    if stand.state == "good" and result is not None and result.verdict == "undetermined":
        yield reader.say("the last recording gave no answer")
    if stand.state not in {"act", "plan"} or since_us is None:
        return
    if found.mounted is not None and found.mounted.mounted_us > since_us:
        yield reader.say("the bearing was exchanged on {day}", day=reader.when.short_day(found.mounted.mounted_us))
    if result is not None and result.verdict == "healthy" and result.at_us > since_us:
        yield reader.say("the recording of {day} found no damage", day=reader.when.short_day(result.at_us))


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
