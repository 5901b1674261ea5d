"""Findings in words: what an alarm or advice is about, in few words for a row, with its number for the second line."""

from collections.abc import Mapping
from typing import Any

from loadzone.flows import in_words
from loadzone.flows.alarms_desk import Advice, Alarm
from loadzone.flows.in_words import CAUSES, number
from loadzone.flows.standing import Change, Stand
from loadzone.reports.numbers import probability
from loadzone.web.pages.reader import Reader
from loadzone.words.texts import Text, text

__all__ = ["change_words", "finding", "number", "sentence", "to_do", "words"]

DO: Mapping[str, Text] = {
    "watch": text("look again"),
    "cant": text("give what is missing"),
    "none": text("restore the data"),
    "sensor": text("check the sensor"),
}


def finding(stand: Stand, reader: Reader) -> tuple[str, str]:
    """What decides a position's state, in a few words, and the number behind it."""
    deciding, sign = stand.deciding, stand.standing.sign
    if deciding is not None:
        return words(deciding, reader), number(deciding)
    if sign is None:
        return reader.say("Nothing found"), ""
    if sign.state == "none":
        heard = reader.when.recent(stand.standing.heard_us) if stand.standing.heard_us else ""
        return (reader.say("No data since {time}", time=heard) if heard else reader.say("No data yet")), ""
    told = CAUSES.get(sign.cause, text("Look at the position")).render(reader.lang)
    return told, f"p {probability(sign.p_value)}" if sign.p_value is not None else ""


def words(about: Alarm | Advice, reader: Reader) -> str:
    """An alarm or advice in a few words."""
    return in_words.words(about, reader.lang)


def sentence(facts: Mapping[str, Any], reader: Reader) -> str:
    """The sentence with which an alarm was raised."""
    return in_words.sentence(facts, reader.lang)


def to_do(stand: Stand, reader: Reader) -> str:
    """What to do and by when, for the end of a row."""
    due_us = min((each.due_us for each in stand.advice if each.due_us is not None), default=None)
    if stand.state in {"act", "plan"} and due_us is not None:
        return reader.say("by {day}", day=reader.when.short_day(due_us))
    if stand.state == "act":
        return reader.say("today")
    if stand.state == "plan":
        return reader.say("next stop")
    return DO[stand.state].render(reader.lang) if stand.state in DO else ""


def change_words(change: Change, reader: Reader) -> str:
    """«Main bearing: vibration in zone D»."""
    about = change.alarm or change.advice
    told = words(about, reader) if about is not None else ""
    if change.kind == "ended":
        return reader.say("{position}: over, {finding}", position=change.position.name, finding=_lower(told))
    return reader.say("{position}: {finding}", position=change.position.name, finding=_lower(told))


def _lower(told: str) -> str:
    return told[:1].lower() + told[1:]
