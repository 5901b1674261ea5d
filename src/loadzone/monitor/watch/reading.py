"""What a watch is told about one position: readings, diagnoses, what was done to the machine, what people ask, time.

Every piece of evidence has a time (integer microseconds UTC) and a number of its message; (time, sequence) orders them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from loadzone.monitor.diagnosis import FaultName, Verdict

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
MONTH_DAYS = 30.4375
"""A twelfth of 365.25 days."""

MarkKind = Literal["exchanged", "moved", "overhauled", "relearn"]
"""Bearing exchanged, sensor moved, machine overhauled, or a person calls the present behaviour the new normal."""


@dataclass(frozen=True)
class Reading:
    """Descriptors of one moment.

    ``values`` by quantity, in the quantity's unit; ``load`` in the unit that the position uses, as per cent or kN.
    ``problems`` are codes of the acquire block (and ``clock_jump``, ``rate_mismatch`` of the connector);
    ``has_recording`` says that samples came along, so that a full diagnosis is possible; ``received_us`` is the
    receiver's time.
    """

    at_us: int
    sequence: int
    values: Mapping[str, float] = field(default_factory=dict)
    speed_rpm: float | None = None
    load: float | None = None
    temperature_degc: float | None = None
    problems: tuple[str, ...] = ()
    has_recording: bool = False
    received_us: int | None = None


@dataclass(frozen=True)
class Diagnosed:
    """A full diagnosis of the position: its verdict, and the faults that are confirmed."""

    at_us: int
    sequence: int
    verdict: Verdict
    confirmed: tuple[FaultName, ...] = ()


@dataclass(frozen=True)
class Mark:
    """Something was done that ends what was learnt; ``by`` is a person."""

    at_us: int
    sequence: int
    kind: MarkKind
    by: str


@dataclass(frozen=True)
class Asked:
    """A person wants a full diagnosis of the next recording."""

    at_us: int
    sequence: int
    by: str


@dataclass(frozen=True)
class Tick:
    """Time went on: shelves end, silence is noticed, and its end where something came again.

    ``heard_us``: the last word of the position, of all that is kept of it; None: the newest reading. ``others``: so
    many positions fell silent with this one, which speaks for them; ``place``: what all of them belong to.
    """

    at_us: int
    heard_us: int | None = None
    others: int = 0
    place: str = ""
