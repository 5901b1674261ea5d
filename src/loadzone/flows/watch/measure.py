"""What is computed of every recording: levels, peakedness, velocity in the standard's band, and its zone."""

from dataclasses import dataclass

from loadzone.flows.watch.decode import Taken
from loadzone.monitor.diagnosis import Problem, Zone
from loadzone.monitor.zones import velocity_zone
from loadzone.signals.descriptors import descriptors
from loadzone.signals.velocity import motion_rms, velocity_band_hz
from loadzone.words.errors import LoadzoneError

WITH_UNIT = ("mean", "rms", "peak")
WITHOUT_UNIT = ("crest", "kurtosis", "skewness")
STANDARD_BAND_HZ = (10.0, 1000.0)
"""Where the speed is not known: the band of machines at 600 r/min and more."""
MOTIONS = {"g", "ms2", "mms", "um"}
LONGEST_CHANNEL = 40
"""Characters of a channel's name in the name of a quantity."""


@dataclass(frozen=True)
class Measured:
    """Quantities of one recording, (name, value, unit) each; ``problems`` say what could not be computed and why."""

    quantities: tuple[tuple[str, float, str], ...]
    zone: Zone | None
    problems: tuple[Problem, ...]


def measured(taken: Taken) -> Measured:
    """Descriptors, velocity and zone of a recording; a quantity of several channels is named «rms:DE»."""
    recording = taken.recording
    unit = taken.wave.unit
    found: list[tuple[str, float, str]] = []
    problems: list[Problem] = []
    try:
        values = descriptors(recording.samples)
        found += [(name, float(getattr(values, name)), unit) for name in WITH_UNIT]
        found += [(name, float(getattr(values, name)), "") for name in WITHOUT_UNIT]
    except LoadzoneError as error:
        problems.append(Problem(error.code, error.message))
    zone = None
    if found and unit in MOTIONS:
        try:
            velocity_mms, zone = _velocity(taken)
            found.append(("velocity", velocity_mms, "mms"))
        except LoadzoneError as error:
            problems.append(Problem(error.code, error.message))
    return Measured(
        tuple((quantity(name, recording.channel), value, of) for name, value, of in found), zone, tuple(problems)
    )


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
