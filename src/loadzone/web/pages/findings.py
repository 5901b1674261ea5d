"""Findings in words: what an alarm or advice is about, in few words for a row, with its number for the second line."""

from collections.abc import Mapping
from typing import Any

from loadzone.flows.alarms_desk import Advice, Alarm
from loadzone.flows.standing import Change, Stand
from loadzone.reports.numbers import probability, significant
from loadzone.web.pages.page import Reader
from loadzone.words.texts import Text, text

DAMAGE: Mapping[str, Text] = {
    "outer": text("Outer ring, confirmed"),
    "inner": text("Inner ring, confirmed"),
    "ball": text("Rolling element, confirmed"),
    "cage": text("Cage, confirmed"),
}
SILENT = "device-silent"
"""Cause of the alarm of a position from which nothing comes any more."""
CAUSES: Mapping[str, Text] = {
    "change": text("Level left its baseline"),
    "zone-alert": text("Vibration above zone B"),
    "zone-danger": text("Vibration in zone D"),
    "device-sensor": text("Sensor does not measure"),
    "device-cable": text("Cable or connector"),
    "device-clock": text("Clock of the unit"),
    "device-unit": text("Measuring unit"),
    SILENT: text("Silent"),
    "suspected": text("Damage suspected"),
    "unexplained": text("Unexplained line"),
    "undetermined": text("Record gives no answer"),
    "sensor fault": text("Sensor does not measure"),
    "alert": text("A value above its alert"),
    "danger": text("A value above its danger limit"),
}
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
    if isinstance(about, Advice):
        fault = str(about.facts.get("fault", ""))
        return DAMAGE[fault].render(reader.lang) if fault in DAMAGE else headline(about, reader)
    cause = about.cause.partition(":")[0]
    if cause.startswith("bearing-"):
        return DAMAGE.get(cause.removeprefix("bearing-"), text("Bearing damage")).render(reader.lang)
    if cause.startswith("limit-"):
        quantity = cause.split("-", 2)[-1]
        return reader.say("{quantity} above its limit", quantity=quantity.replace("_", " "))
    if cause == SILENT and about.facts.get("others"):
        return reader.say("Silent, {count} positions at once", count=1 + len(about.facts["others"]))
    return CAUSES[cause].render(reader.lang) if cause in CAUSES else sentence(about.facts, reader)


def number(about: Alarm | Advice) -> str:
    """The number behind it: a p value, or value against limit."""
    p_value = about.facts.get("p_value")
    if isinstance(p_value, int | float) and (isinstance(about, Advice) or about.cause.startswith("bearing-")):
        return f"p {probability(float(p_value))}"
    value, limit = about.facts.get("value"), about.facts.get("limit")
    if isinstance(value, int | float) and isinstance(limit, int | float):
        return against(float(value), float(limit))
    return ""


def against(value: float, limit: float) -> str:
    """A value and its limit, with as many digits as tell them apart.

    >>> against(6.1438, 6.1402), against(7.6, 4.5)
    ('6.144 > 6.14', '7.6 > 4.5')
    """
    digits = next((n for n in range(3, 7) if significant(value, n) != significant(limit, n)), 7)
    return f"{significant(value, digits)} > {significant(limit, digits)}"


def headline(given: Advice, reader: Reader) -> str:
    """The first sentence of advice."""
    told = given.facts.get("sentences")
    in_language: Any = told.get(reader.lang, {}) if isinstance(told, Mapping) else {}
    return str(in_language.get("headline") or reader.say("Look at the position"))


def sentence(facts: Mapping[str, Any], reader: Reader) -> str:
    """The sentence with which an alarm was raised."""
    told = facts.get("sentence")
    return str(told.get(reader.lang, "")) if isinstance(told, Mapping) else reader.say("Look at the position")


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
