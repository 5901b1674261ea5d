"""Where blocks that remember plug in: a pure step from a state and a reading to a state and what was found.

Live, replayed and re-computed are the same fold; its state is a value in the catalog, written with the finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loadzone.flows.watch.known import Watched
from loadzone.monitor.diagnosis import Diagnosis, Problem, Zone
from loadzone.store.catalog.alarms import AlarmState


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
    """One move in the life of the alarm of a cause; ``facts`` say what moved it."""

    cause: str
    before: AlarmState
    after: AlarmState
    at_us: int
    by: str = "watch"
    why: str | None = None
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

    def begin(self, state: bytes | None, watched: Watched) -> bytes | None:
        """Take up what people did to the position's alarms since; before the first step of a batch."""
        ...

    def read(self, state: bytes | None, reading: Reading) -> Step:
        """Step over what arrived; an equal state where nothing is to be kept."""
        ...

    def diagnosed(self, state: bytes | None, reading: Reading, diagnosis: Diagnosis, result: str) -> Step:
        """Step over the diagnosis that was due; ``result`` is its id in the lake."""
        ...
