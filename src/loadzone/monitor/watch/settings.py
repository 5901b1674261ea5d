"""What is set for a position: quantities, stated rate of false alarms, classes, learning, machine, when to diagnose."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from loadzone.monitor.settings import Machine
from loadzone.monitor.watch.baseline import LearningRules
from loadzone.monitor.watch.classes import ClassRules
from loadzone.monitor.watch.due import DuePolicy
from loadzone.monitor.watch.limits import Target
from loadzone.monitor.watch.silence import silence_us
from loadzone.words.errors import BadInput
from loadzone.words.texts import text


@dataclass(frozen=True)
class Quantity:
    """A descriptor that is held against its baseline; rms-like ones (positive, with a long tail) by their logarithm."""

    name: str
    scale: Literal["log", "linear"] = "log"

    def scaled(self, value: float) -> float | None:
        """The value on its scale; None where it cannot be there."""
        if not math.isfinite(value) or (self.scale == "log" and value <= 0.0):
            return None
        return math.log(value) if self.scale == "log" else float(value)


@dataclass(frozen=True)
class WatchSettings:
    """Settings of one position; they are given with every step and are not part of what it remembers.

    ``velocity`` is the quantity (mm/s rms, log scale) that the zones of ``machine`` apply to. ``given`` holds limits
    that a person set: quantity -> severity -> value. A clock may be ``clock_ahead_s`` ahead of the receiver; a position
    is silent after ``silent_us`` (`loadzone.monitor.watch.silence`).
    """

    quantities: tuple[Quantity, ...] = (Quantity("rms"), Quantity("kurtosis"), Quantity("velocity_rms_mms"))
    target: Target = field(default_factory=Target)
    classes: ClassRules = field(default_factory=ClassRules)
    learning: LearningRules = field(default_factory=LearningRules)
    due: DuePolicy = field(default_factory=DuePolicy)
    machine: Machine | None = None
    velocity: str = "velocity_rms_mms"
    given: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    clock_ahead_s: float = 300.0
    silent_us: int = silence_us(Target.interval_s)
    repeats_frozen: int = 10

    def __post_init__(self) -> None:
        names = [each.name for each in self.quantities]
        if not names or len(set(names)) != len(names):
            raise BadInput(
                text("a watch needs quantities of different names: {names}", names=", ".join(names) or "none")
            )
        if not 0.0 < self.target.per_month <= 1.0:
            raise BadInput(
                text(
                    "{rate:g} false alarms a position and month: state a rate above 0 and at most 1",
                    rate=self.target.per_month,
                )
            )
        if not 1.0 <= self.target.interval_s <= 31 * 86_400.0:
            raise BadInput(
                text(
                    "an interval of {seconds:g} s between readings: give 1 s to 31 days", seconds=self.target.interval_s
                )
            )
