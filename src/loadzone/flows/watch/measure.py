"""What is computed of every recording: levels, peakedness, velocity in the standard's band, and its zone."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from loadzone.flows.watch.decode import Taken
from loadzone.monitor.acquire import acquire
from loadzone.monitor.diagnosis import Problem, Zone
from loadzone.monitor.zones import velocity_zone
from loadzone.signals.descriptors import descriptors
from loadzone.signals.velocity import motion_rms, velocity_band_hz
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)

WITH_UNIT = ("mean", "rms", "peak")
WITHOUT_UNIT = ("crest", "kurtosis", "skewness")
STANDARD_BAND_HZ = (10.0, 1000.0)
"""Where the speed is not known: the band of machines at 600 r/min and more."""
MOTIONS = {"g", "ms2", "mms", "um"}
LONGEST_CHANNEL = 40
"""Characters of a channel's name in the name of a quantity."""

T = TypeVar("T")


@dataclass(frozen=True)
class Measured:
    """Quantities of one recording, (name, value, unit) each; ``problems`` say what could not be computed and why."""

    quantities: tuple[tuple[str, float, str], ...]
    zone: Zone | None
    problems: tuple[Problem, ...]


def measured(taken: Taken) -> Measured:
    """Descriptors, velocity and zone of a recording; a quantity of several channels is named «rms:DE»."""
    with np.errstate(all="ignore"):  # samples of any size may come; what leaves the range of numbers is no value
        problems = list(acquire(taken.recording.samples, taken.wave.fs_hz).problems)
        found = list(_guarded(_levels, taken, problems) or ())
        zone = None
        if found and taken.wave.unit in MOTIONS:
            velocity_mms, zone = _guarded(_velocity, taken, problems) or (math.nan, None)
            found.append(("velocity", velocity_mms, "mms"))
    named = [(quantity(name, taken.recording.channel), value, unit) for name, value, unit in found]
    return Measured(tuple(each for each in named if math.isfinite(each[1])), zone, tuple(problems))


def _guarded(compute: Callable[[Taken], T], taken: Taken, problems: list[Problem]) -> T | None:
    """What is computed, or a problem that says why it is not: no recording may hold up those that come after it."""
    try:
        return compute(taken)
    except LoadzoneError as error:
        problems.append(Problem(error.code, error.message))
    except (ArithmeticError, ValueError) as error:
        LOG.exception("a recording of channel %s cannot be measured", taken.recording.channel)
        problems.append(Problem("our_fault", text("it could not be computed ({reason})", reason=str(error)[:120])))
    return None


def _levels(taken: Taken) -> list[tuple[str, float, str]]:
    values = descriptors(taken.recording.samples)
    return [
        *((name, float(getattr(values, name)), taken.wave.unit) for name in WITH_UNIT),
        *((name, float(getattr(values, name)), "") for name in WITHOUT_UNIT),
    ]


def quantity(name: str, channel: str) -> str:
    """Name of a quantity of a channel."""
    return f"{name}:{channel[:LONGEST_CHANNEL]}" if channel else name


def _velocity(taken: Taken) -> tuple[float, Zone | None]:
    """Velocity, and the zone where machine class and speed are known."""
    recording, fs_hz, unit = taken.recording, taken.wave.fs_hz, taken.wave.unit
    speed_rpm = recording.speed_rpm.value if recording.speed_rpm else None
    if taken.options.machine is not None and speed_rpm:
        zone = velocity_zone(recording.samples, fs_hz, unit, speed_rpm, taken.options.machine)
        return zone.velocity_mms, zone
    band_hz = velocity_band_hz(speed_rpm) if speed_rpm else STANDARD_BAND_HZ
    return float(motion_rms(recording.samples, fs_hz, unit, band_hz, "mms")), None
