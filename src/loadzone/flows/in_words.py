"""What an alarm or advice is about, in few words with its number: the same on pages and in what people are told."""

from collections.abc import Mapping
from typing import Any

from loadzone.flows.alarms_desk import Advice, Alarm
from loadzone.reports.numbers import fixed, probability, significant
from loadzone.reports.quantity_names import quantity_name
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


def words(about: Alarm | Advice, lang: str) -> str:
    """An alarm or advice in a few words."""
    if isinstance(about, Advice):
        fault = str(about.facts.get("fault", ""))
        return DAMAGE[fault].render(lang) if fault in DAMAGE else headline(about, lang)
    cause = about.cause.partition(":")[0]
    if cause.startswith("bearing-"):
        return DAMAGE.get(cause.removeprefix("bearing-"), text("Bearing damage")).render(lang)
    if cause.startswith("limit-"):
        quantity = cause.split("-", 2)[-1]
        return text("{quantity} above its limit", quantity=quantity_name(quantity, lang)).render(lang)
    if cause == SILENT and about.facts.get("others"):
        return text("Silent, {count} positions at once", count=1 + len(about.facts["others"])).render(lang)
    return CAUSES[cause].render(lang) if cause in CAUSES else sentence(about.facts, lang)


def number(about: Alarm | Advice) -> str:
    """The number behind it: a p value, or value against limit."""
    p_value = about.facts.get("p_value")
    if isinstance(p_value, int | float) and (isinstance(about, Advice) or about.cause.startswith("bearing-")):
        return f"p {probability(float(p_value))}"
    value, limit = about.facts.get("value"), about.facts.get("limit")
    if not isinstance(value, int | float) or not isinstance(limit, int | float):
        return ""
    is_change = isinstance(about, Alarm) and about.cause.partition(":")[0] == "change"
    return f"{against(float(value), float(limit))}{' σ' if is_change else ''}"


def against(value: float, limit: float) -> str:
    """A value and its limit, with as many digits as tell them apart, the same behind the point of both.

    >>> against(6.1438, 6.1402), against(7.6, 4.5), against(5.41, 5.3)
    ('6.144 > 6.140', '7.6 > 4.5', '5.41 > 5.30')
    """
    digits = next((n for n in range(3, 7) if significant(value, n) != significant(limit, n)), 7)
    written = (significant(value, digits), significant(limit, digits))
    decimals = max(len(each.partition(".")[2]) for each in written)
    return " > ".join(fixed(each, decimals) for each in (value, limit))


def headline(given: Advice, lang: str) -> str:
    """The first sentence of advice."""
    told = given.facts.get("sentences")
    in_language: Any = told.get(lang, {}) if isinstance(told, Mapping) else {}
    return str(in_language.get("headline") or text("Look at the position").render(lang))


def sentence(facts: Mapping[str, Any], lang: str) -> str:
    """The sentence with which an alarm was raised."""
    told = facts.get("sentence")
    return str(told.get(lang, "")) if isinstance(told, Mapping) else text("Look at the position").render(lang)
