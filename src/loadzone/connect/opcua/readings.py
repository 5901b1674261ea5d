"""What a server's values are to us: readings of a position, or findings about the device that measures; pure.

A value whose status is bad is no reading: it says something of the sensor, its cable or its network, not of the
machine, and becomes a finding in one of the four signals of NAMUR NE 107. Nothing is ever turned into 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from asyncua import ua

Signal = Literal["failure", "function check", "out of specification", "maintenance required"]
"""NAMUR NE 107."""

HOUR_US = 3_600_000_000
EARLIEST_US = 631_152_000_000_000  # 1990, as in messages: an earlier clock was never set
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BAD, _UNCERTAIN = 0x80000000, 0x40000000
_CODE = 0xFFFF0000
_OVERFLOW = 0x0480  # the info bits are those of a data value, and its queue ran over
_CHECKS = {"BadOutOfService", "BadNotReadable", "UncertainSimulatedValue", "GoodLocalOverride"}


@dataclass(frozen=True)
class MappedNode:
    """A node of a server, and the quantity of a position that it is.

    ``node``: «nsu=URI;s=NAME» (which outlives a restart of the server), «ns=2;s=NAME», or the names from Objects down,
    «Machine/Bearing/温度». ``rate_hz``: the node holds arrays, each a waveform of that sampling rate. ``is_state``:
    when the server's queue runs over, the newest go instead of the oldest.
    """

    node: str
    organisation: str
    position: str
    quantity: str
    unit: str = ""
    rate_hz: float | None = None
    is_state: bool = False


@dataclass(frozen=True)
class Reading:
    """One value with the time of its source and its status; ``value`` is (n,) float64 where the node has a rate."""

    node: MappedNode
    value: float | NDArray[np.float64]
    time_us: int
    server_time_us: int | None
    status: int = 0
    is_history: bool = False

    @property
    def is_good(self) -> bool:
        """Neither bad (never a reading) nor uncertain."""
        return self.status < _UNCERTAIN


@dataclass(frozen=True)
class DeviceFinding:
    """Something about the device, not about the machine. ``is_over``: it was so and is no longer."""

    organisation: str
    position: str
    quantities: tuple[str, ...]
    signal: Signal
    reason: Text
    since_us: int
    until_us: int | None = None
    status: int = 0
    is_over: bool = False


class Judge:
    """Makes readings and findings of data values; remembers what it has said, so that a bad sensor is told of once."""

    def __init__(self) -> None:
        self._said: dict[MappedNode, tuple[str, Signal]] = {}

    def judge(self, node: MappedNode, told: "ua.DataValue", now_us: int, *, is_history: bool = False) -> "Judged":
        """What a value of ``node`` says, received at ``now_us``."""
        status = int(told.StatusCode.value) if told.StatusCode is not None else 0
        time_us = microseconds(told.SourceTimestamp) or microseconds(told.ServerTimestamp) or now_us
        name = status_name(status)
        if status & _BAD:
            wrong = text("status {status}", status=name)
            return self._wrong(node, name, signal_of(name), wrong, time_us, status)
        if not EARLIEST_US <= time_us <= now_us + HOUR_US:
            wrong = text("its clock says {time}", time=_shown(time_us))
            return self._wrong(node, "clock", "out of specification", wrong, now_us, status)
        value = number(node, told.Value.Value if told.Value is not None else None)
        if isinstance(value, Text):
            return self._wrong(node, value.msgid, "failure", value, time_us, status)
        reading = Reading(node, value, time_us, microseconds(told.ServerTimestamp), status, is_history)
        if status & _UNCERTAIN:
            wrong = text("status {status}", status=name)
            return Judged(reading, self._wrong(node, name, signal_of(name), wrong, time_us, status).finding)
        return Judged(reading, self._right(node, time_us))

    def missing(self, node: MappedNode, reason: Text, now_us: int) -> DeviceFinding | None:
        """A node that cannot be read at all."""
        return self._wrong(node, reason.msgid, "failure", reason, now_us, 0).finding

    def _wrong(self, node: MappedNode, said: str, signal: Signal, reason: Text, time_us: int, status: int) -> "Judged":
        if self._said.get(node) == (said, signal):
            return Judged(None, None)
        self._said[node] = (said, signal)
        finding = DeviceFinding(
            node.organisation, node.position, (node.quantity,), signal, reason, time_us, status=status
        )
        return Judged(None, finding)

    def _right(self, node: MappedNode, time_us: int) -> DeviceFinding | None:
        said = self._said.pop(node, None)
        if said is None:
            return None
        reason = text("it measures again")
        return DeviceFinding(node.organisation, node.position, (node.quantity,), said[1], reason, time_us, is_over=True)


@dataclass(frozen=True)
class Judged:
    """A reading, a finding, both or (a known fault goes on) neither."""

    reading: Reading | None
    finding: DeviceFinding | None


def gap(nodes: Sequence[MappedNode], since_us: int, until_us: int, reason: Text) -> list[DeviceFinding]:
    """A time of which nothing is known, one finding a position."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in nodes:
        found.setdefault((each.organisation, each.position), []).append(each.quantity)
    return [
        DeviceFinding(*place, tuple(quantities), "maintenance required", reason, since_us, until_us, is_over=True)
        for place, quantities in found.items()
    ]


def number(node: MappedNode, value: object) -> float | NDArray[np.float64] | Text:
    """The value as numbers, or what is wrong with it."""
    if node.rate_hz is not None:
        if not isinstance(value, list | tuple) or not value:
            return text("it sends no array")
        try:
            samples = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            return text("it sends {kind} instead of a number", kind=type(value[0]).__name__)
        is_good = samples.ndim == 1 and bool(np.isfinite(samples).all())
        return samples if is_good else text("its array is not one row of finite numbers")
    if not isinstance(value, bool | int | float):
        return text("it sends {kind} instead of a number", kind=type(value).__name__)
    return float(value) if math.isfinite(value) else text("it sends {value}", value=value)


def signal_of(name: str) -> Signal:
    """The signal of NE 107 for the name of a status (OPC 10000-8, data access codes; OPC 10000-4, 7.39)."""
    if name in _CHECKS:
        return "function check"
    return "out of specification" if name.startswith("Uncertain") else "failure"


def has_overflow(status: int) -> bool:
    """Whether values before this one were lost in the server's queue."""
    return status & _OVERFLOW == _OVERFLOW


def status_name(status: int) -> str:
    """The name of a status code; «Bad», «Uncertain» or «Good» of one that is a maker's own."""
    from asyncua.ua.status_codes import get_name_and_doc

    return get_name_and_doc(status & _CODE)[0]


def microseconds(time: datetime | None) -> int | None:
    """µs since 1970 UTC; the library's times without a zone are UTC."""
    if time is None:
        return None
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def to_datetime(time_us: int) -> datetime:
    """The other way."""
    return _EPOCH + time_us * _MICROSECOND


def _shown(time_us: int) -> str:
    return to_datetime(time_us).strftime("%Y-%m-%d %H:%M:%S UTC")
