"""All that is remembered of one position, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loadzone.monitor.watch.alarms import Alarm
from loadzone.monitor.watch.baseline import Baseline
from loadzone.monitor.watch.classes import OperatingClasses
from loadzone.monitor.watch.due import DueState
from loadzone.monitor.watch.excess import Excess
from loadzone.monitor.watch.hysteresis import Condition
from loadzone.monitor.watch.kept import Kept
from loadzone.monitor.watch.trend import Trend

KEYS_KEPT = 64
"""So many keys of evidence are remembered to tell what is delivered again from what is late."""


@dataclass(frozen=True)
class Counts:
    """Readings that were judged, that taught, that were not judged (coverage lost), and that came late."""

    judged: int = 0
    learnt: int = 0
    unjudged: int = 0
    late: int = 0


@dataclass(frozen=True)
class PositionState(Kept):
    """The state of a watch.

    ``last``: (time, sequence) of the newest reading; ``recent``: keys of the last pieces of evidence. ``brings``:
    whether the position brings temperature, speed, load. ``judged_us``, ``judged_class``: of the last reading that was
    judged or taught. ``unjudged``: why the last reading was not judged, or empty.
    """

    position: str
    last: tuple[int, int] | None = None
    recent: tuple[tuple[str, int, int], ...] = ()
    classes: OperatingClasses = field(default_factory=OperatingClasses)
    brings: tuple[bool, bool, bool] | None = None
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    excesses: Mapping[str, Excess] = field(default_factory=dict)
    trends: Mapping[str, Trend] = field(default_factory=dict)
    excess_trends: Mapping[str, Trend] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    due: DueState = field(default_factory=DueState)
    judged_us: int | None = None
    judged_class: int | None = None
    unjudged: str = ""
    values: Mapping[str, float] = field(default_factory=dict)
    repeats: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def ratio(self) -> float:
        """Largest excess of all quantities over its limit; 1 is the limit, 0 where nothing is judged."""
        return max((each.ratio for each in self.excesses.values()), default=0.0)
