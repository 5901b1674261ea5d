"""Where blocks that remember plug in: a pure step from a state and a reading to a state and what was found.

Live, replayed and re-computed are the same fold; its state is a value in the catalog, written with the finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from loadzone.flows.watch.known import Watched
from loadzone.monitor.diagnosis import Diagnosis, Problem, Zone

DIAGNOSE_EVERY_US = 24 * 3600 * 1_000_000
CHANGE = 1.25
"""A level that moved by this factor since the last diagnosis asks for a new one before its time."""
LEAD_US = {"high": 3 * 86_400_000_000, "medium": 28 * 86_400_000_000}


@dataclass(frozen=True, eq=False)
class Series:
    """Values of one quantity in the order of their arrival: ``times_us`` and ``values`` of shape (n,)."""

    times_us: NDArray[np.int64]
    values: NDArray[np.float64]
    unit: str


@dataclass(frozen=True, eq=False)
class Reading:
    """What arrived of a position: values of some messages, or the descriptors of one recording and its zone.

    ``source`` is the id of the recording, or of the last message, which came with ``sequence`` at ``received_us``;
    ``problems`` say what could not be computed of a recording.
    """

    watched: Watched
    time_us: int
    sequence: int
    received_us: int
    source: str
    series: Mapping[str, Series]
    is_recording: bool = False
    channel: str = ""
    speed_rpm: float | None = None
    zone: Zone | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class AlarmCall:
    """The condition ``cause`` is there (or is no longer): the alarm of that cause is raised or returns."""

    cause: str
    is_active: bool
    priority: str = "medium"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AdviceCall:
    """What should be done about the alarm ``cause``, once as long as it is open."""

    cause: str
    action: str
    priority: str
    due_us: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a step found: ``status`` by quantity for the latest values, alarms that come and go, and advice.

    ``is_due``: the recording deserves the full diagnosis now.
    """

    status: Mapping[str, str] = field(default_factory=dict)
    alarms: tuple[AlarmCall, ...] = ()
    advice: tuple[AdviceCall, ...] = ()
    is_due: bool = False


Step = tuple[bytes | None, Finding]
"""The state after, and what was found."""


class Fold(Protocol):
    """A block that remembers a position; ``block`` and ``version`` name its state in the catalog."""

    @property
    def block(self) -> str:
        """Name of the state."""
        ...

    @property
    def version(self) -> int:
        """Form of the state."""
        ...

    def wants_values(self, watched: Watched) -> bool:
        """Whether values that arrive at the position are read at all; recordings always are."""
        ...

    def read(self, state: bytes | None, reading: Reading) -> Step:
        """Step over what arrived; an equal state where nothing is to be kept."""
        ...

    def diagnosed(self, state: bytes | None, reading: Reading, diagnosis: Diagnosis, result: str) -> Step:
        """Step over the diagnosis that was due; ``result`` is its id in the lake."""
        ...


class _Memory(msgspec.Struct, omit_defaults=True):
    """Of each channel: when it was diagnosed, and its level then."""

    diagnosed_us: dict[str, int] = {}
    level: dict[str, float] = {}


class FirstFold:
    """Diagnosis once a day and when the level moved; alarms from the verdict and the velocity zone as they stand."""

    block = "first"
    version = 1

    def wants_values(self, watched: Watched) -> bool:
        """No block here looks at values."""
        del watched
        return False

    def read(self, state: bytes | None, reading: Reading) -> Step:
        """Due: the first recording of a channel, a day later, or a level that moved by a quarter."""
        zone = _of_zone(reading)
        return state, replace(zone, is_due=reading.is_recording and self._is_due(_memory(state), reading))

    def diagnosed(self, state: bytes | None, reading: Reading, diagnosis: Diagnosis, result: str) -> Step:
        """What is remembered: when, and at which level."""
        memory = _memory(state)
        memory.diagnosed_us[reading.channel] = reading.time_us
        level = _level(reading)
        if level:
            memory.level[reading.channel] = level
        return msgspec.json.encode(memory), _of_verdict(reading, diagnosis, result)

    def _is_due(self, memory: _Memory, reading: Reading) -> bool:
        before_us = memory.diagnosed_us.get(reading.channel)
        if before_us is None or not 0 <= reading.time_us - before_us < DIAGNOSE_EVERY_US:
            return True
        now, then = _level(reading), memory.level.get(reading.channel)
        return bool(now and then and not 1 / CHANGE < now / then < CHANGE)


def _memory(state: bytes | None) -> _Memory:
    return msgspec.json.decode(state, type=_Memory) if state else _Memory()


def _level(reading: Reading) -> float | None:
    found = next((each for name, each in reading.series.items() if name.partition(":")[0] == "rms"), None)
    return float(found.values[-1]) if found is not None and len(found.values) else None


def _of_zone(reading: Reading) -> Finding:
    zone = reading.zone
    if zone is None:
        return Finding()
    priority = "high" if zone.zone == "D" else "medium"
    facts = {"zone": zone.zone, "velocity_mms": zone.velocity_mms, "edition": zone.edition, "source": reading.source}
    quantity = next((name for name in reading.series if name.partition(":")[0] == "velocity"), "velocity")
    status = {"C": "alert", "D": "danger"}.get(zone.zone, "good")
    return Finding({quantity: status}, (AlarmCall("velocity-zone", zone.zone in "CD", priority, facts),))


def _of_verdict(reading: Reading, diagnosis: Diagnosis, result: str) -> Finding:
    """An undetermined record says nothing: it neither raises nor ends an alarm."""
    if diagnosis.verdict == "undetermined":
        return Finding()
    is_found = diagnosis.verdict in {"confirmed", "suspected"}
    priority = "high" if diagnosis.verdict == "confirmed" else "medium"
    facts = {
        "verdict": diagnosis.verdict,
        "fault": diagnosis.fault,
        "p_value": diagnosis.p_value,
        "channel": reading.channel,
        "source": reading.source,
        "result": result,
        "time_us": reading.time_us,
    }
    cause = f"bearing:{reading.channel}"[:64]
    call = AlarmCall(cause, is_found, priority, facts)
    if not is_found or diagnosis.advice is None:
        return Finding(alarms=(call,))
    told = {"en": diagnosis.advice.to_dict("en"), "zh": diagnosis.advice.to_dict("zh")}
    due_us = reading.time_us + LEAD_US[priority]
    advice = AdviceCall(cause, diagnosis.advice.state, priority, due_us, {**facts, "sentences": told})
    return Finding(alarms=(call,), advice=(advice,))
