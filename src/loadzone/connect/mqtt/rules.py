"""Which topic of a customer's broker is which position, and how its bodies read: one rule a kind of topic.

A rule's topic is an MQTT filter in which ``{name}`` stands for one level and gives it a name:
``plant/{machine}/{side}/temp`` with the position ``{machine}-{side}``. A level that is no identifier gets one by the
rule's table of names.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import numpy as np

from loadzone.connect.address import Address, Kind
from loadzone.connect.messages.values import Values, encode_values
from loadzone.words.errors import BadInput, BadMessage
from loadzone.words.texts import text

Form = Literal["values", "waveform", "file", "number", "object"]
"""Our own three schemas; a bare number; or a flat JSON object whose numbers are the points."""

_FIELD = re.compile(r"\{(\w+)\}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``organisation``, ``position``, ``quantity`` may use the names of levels; ``names`` turns levels into identifiers.
    ``time`` names the member of an object that holds its time (RFC 3339, seconds, milliseconds or microseconds).
    Without it, and for a number, the time of receipt is taken, and then nothing can tell a copy from a repetition.
    ``units`` gives the unit of each member.

    Raises
    ------
    BadInput : a filter that is none, or a name that the topic does not have
    """

    topic: str
    organisation: str
    position: str
    form: Form = "values"
    quantity: str = ""
    unit: str = ""
    time: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        levels = self.topic.split("/")
        known = {name for level in levels for name in _FIELD.findall(level)}
        templates = (self.organisation, self.position, self.quantity)
        asked = {name for each in templates for name in _FIELD.findall(each)}
        is_clear = not any(set("{}") & set(_FIELD.sub("", each)) for each in templates)
        is_filter = all(level in {"+", "#"} or _is_plain(level) for level in levels)
        if not (self.topic and is_filter and is_clear and asked <= known) or "#" in levels[:-1]:
            raise BadInput(
                text(
                    "rule {topic}: a topic is an MQTT filter whose levels may be {{name}}, and position {position} uses"
                    " only names that it has",
                    topic=self.topic,
                    position=self.position,
                )
            )

    @property
    def filter(self) -> str:
        """What is subscribed to at the broker."""
        return _FIELD.sub("+", self.topic)

    @property
    def has_time(self) -> bool:
        """Its messages carry their own time."""
        return self.form in {"values", "waveform", "file"} or bool(self.time)

    def levels_of(self, topic: str) -> dict[str, str] | None:
        """The named levels of a topic that the rule covers; None for any other topic."""
        asked, given = self.topic.split("/"), topic.split("/")
        if asked[-1] == "#":
            asked = asked[:-1]
            if len(given) < len(asked):
                return None
            given = given[: len(asked)]
        if len(asked) != len(given):
            return None
        found: dict[str, str] = {}
        for want, level in zip(asked, given, strict=True):
            if name := _FIELD.fullmatch(want):
                found[name[1]] = level
            elif want not in {"+", level}:
                return None
        return found

    def message(self, levels: Mapping[str, str], body: bytes, received_us: int) -> tuple[Address, Kind, bytes]:
        """The message of ours that a body of the broker is.

        Raises
        ------
        BadMessage : the address is none, or the body does not have the rule's form
        """
        named = {name: self.names.get(level, level) for name, level in levels.items()}
        try:
            address = Address(_fill(self.organisation, named), _fill(self.position, named))
        except BadInput as error:
            raise BadMessage(error.message) from error
        if self.form == "number":
            return address, "values", self._number(body, _fill(self.quantity, levels), received_us)
        if self.form == "object":
            return address, "values", self._object(body, received_us)
        return address, self.form, body

    def _number(self, body: bytes, quantity: str, received_us: int) -> bytes:
        try:
            value = float(body.decode("ascii").strip()) if len(body) <= 64 else math.nan
        except (UnicodeDecodeError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise BadMessage(text("{body} is no finite number", body=repr(body[:40])))
        return _points([(received_us, quantity or "value", value, self.unit)])

    def _object(self, body: bytes, received_us: int) -> bytes:
        try:
            members: dict[str, Any] = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadMessage(
                text("the body is no JSON object ({reason})", reason=" ".join(str(error).split())[:200])
            ) from error
        time_us = _time(members.pop(self.time, None)) if self.time else received_us
        points = [
            (time_us, name, float(value), self.units.get(name, self.unit))
            for name, value in members.items()
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
        ]
        if not points:
            raise BadMessage(text("the object has no member that is a number"))
        return _points(points)


def _is_plain(level: str) -> bool:
    """A name that is a whole level (one ``+`` covers it), or a level without wildcards and braces."""
    return _FIELD.fullmatch(level) is not None or not set("+#{}") & set(level)


def _fill(template: str, levels: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda found: levels[found[1]], template)


def _time(told: object) -> int:
    """Microseconds of a time in RFC 3339, or in seconds, milliseconds or microseconds by its size (1990 .. 2100)."""
    if isinstance(told, str):
        try:
            return (datetime.fromisoformat(told).astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
        except (ValueError, OverflowError) as error:
            raise BadMessage(text("{time} is no time", time=repr(told)[:40])) from error
    if isinstance(told, int | float) and not isinstance(told, bool):
        for factor in (1, 1_000, 1_000_000):
            if 6e8 * 1e6 < told * factor < 4.2e9 * 1e6:
                return int(told * factor)
    raise BadMessage(text("{time} is no time", time=repr(told)[:40]))


def _points(points: list[tuple[int, str, float, str]]) -> bytes:
    times, quantities, values, units = zip(*points, strict=True)
    return encode_values(Values(np.array(times, np.int64), np.array(values, np.float64), quantities, units))
