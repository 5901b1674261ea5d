"""Velocity zones of machines: limits from a table with its edition, never without unit, group and support."""

from functools import cache

from loadzone.monitor.diagnosis import Zone
from loadzone.monitor.settings import Machine
from loadzone.signals.samples import Floats
from loadzone.signals.velocity import velocity_band_hz, velocity_rms
from loadzone.words.tables import read_table

EDITION = "ISO 10816-3:2009"


def velocity_zone(signal: Floats, fs_hz: float, unit: str | None, speed_rpm: float, machine: Machine) -> Zone:
    """Zone of a bearing-housing vibration.

    Parameters
    ----------
    signal : (n,) in ``unit``
    fs_hz : sampling rate, Hz
    unit : acceleration, velocity or displacement; without one there is no zone
    speed_rpm : chooses the lower corner of the band (2 Hz below 600 r/min)
    machine : group and support

    Raises
    ------
    MissingInput : no unit, or one that is no motion
    OutOfScope : the rate does not reach the band

    Source: ISO 10816-3:2009, limits in data/velocity_zones.csv; a value on a limit belongs to
    the better zone.
    """
    velocity = float(velocity_rms(signal, fs_hz, unit, speed_rpm))
    limits = zone_limits(machine)
    zone = next((name for name, limit in zip("ABC", limits, strict=True) if velocity <= limit), "D")
    band = velocity_band_hz(speed_rpm)
    return Zone(zone, velocity, band, limits, EDITION, f"{machine.group}:{machine.support}")  # type: ignore[arg-type]  # one of A to D


def zone_limits(machine: Machine) -> tuple[float, float, float]:
    """Boundaries A/B, B/C, C/D in mm/s for a machine of this group and support."""
    return _limits()[machine.group, machine.support]


@cache
def _limits() -> dict[tuple[int, str], tuple[float, float, float]]:
    columns = ("edition", "group", "support", "a_b_mms", "b_c_mms", "c_d_mms")
    rows = read_table("loadzone.monitor", "velocity_zones.csv", columns)
    return {
        (int(row["group"]), row["support"]): (float(row["a_b_mms"]), float(row["b_c_mms"]), float(row["c_d_mms"]))
        for row in rows
        if row["edition"] == EDITION
    }
