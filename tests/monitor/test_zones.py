"""Velocity zones: the standard's numbers, its edition, and what is refused."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.monitor import zones
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.settings import Machine
from loadzone.monitor.zones import velocity_zone
from loadzone.signals.recording import Recording
from loadzone.words.errors import MissingInput, OutOfScope
from loadzone.words.sourced import Sourced

FS_HZ = 12_000.0

# ISO 10816-3:2009, tables A.1 and A.2, as public implementations quote them (reference/monitoring.md, section 4.1)
LIMITS_MMS = {
    Machine(1, "rigid"): (2.3, 4.5, 7.1),
    Machine(1, "flexible"): (3.5, 7.1, 11.0),
    Machine(2, "rigid"): (1.4, 2.8, 4.5),
    Machine(2, "flexible"): (2.3, 4.5, 7.1),
}
CLASSES = pytest.mark.parametrize("machine", LIMITS_MMS, ids=str)


def _tone(hz: float, rms_mms: float, seconds: float = 2.0) -> np.ndarray:
    t = np.arange(round(seconds * FS_HZ)) / FS_HZ
    return np.asarray(np.sqrt(2) * rms_mms * np.sin(2 * np.pi * hz * t))


@CLASSES
def test_the_limits_are_those_of_iso_10816_3_2009(machine: Machine) -> None:
    for limit, better, worse in zip(LIMITS_MMS[machine], "ABC", "BCD", strict=True):
        below = velocity_zone(_tone(100, 0.999 * limit), FS_HZ, "mms", 1500, machine)
        above = velocity_zone(_tone(100, 1.001 * limit), FS_HZ, "mms", 1500, machine)
        assert (below.zone, above.zone) == (better, worse)
        assert below.velocity_mms == pytest.approx(0.999 * limit, rel=1e-4)
        assert below.limits_mms == LIMITS_MMS[machine]


@CLASSES
def test_a_value_on_a_limit_belongs_to_the_better_zone(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, better in zip(LIMITS_MMS[machine], "ABC", strict=True):
        # a tone cannot be exact to the last digit: the value itself is put in
        monkeypatch.setattr(zones, "velocity_rms", lambda *_, value=limit: np.float64(value))
        assert velocity_zone(_tone(100, 1.0), FS_HZ, "mms", 1500, machine).zone == better


def test_a_zone_names_edition_group_and_support() -> None:
    zone = velocity_zone(_tone(100, 1.0), FS_HZ, "mms", 1500, Machine(2, "flexible"))
    assert (zone.edition, zone.machine) == ("ISO 10816-3:2009", "2:flexible")


@pytest.mark.parametrize(("speed_rpm", "low_hz", "zone"), [(599.0, 2.0, "D"), (600.0, 10.0, "A")])
def test_the_band_starts_at_2_hz_below_600_rpm_and_at_10_hz_from_there_on(
    speed_rpm: float, low_hz: float, zone: str
) -> None:
    found = velocity_zone(_tone(5, 10.0), FS_HZ, "mms", speed_rpm, Machine(1, "rigid"))
    assert found.band_hz == (low_hz, 1000.0)
    assert found.zone == zone


def test_acceleration_in_g_and_in_metres_per_second_squared_give_one_zone() -> None:
    in_ms2 = _tone(100, 2.0 * 2 * np.pi * 100 / 1000)  # 2 mm/s at 100 Hz
    found = [
        velocity_zone(signal, FS_HZ, unit, 1500, Machine(2, "rigid"))
        for signal, unit in ((in_ms2, "ms2"), (in_ms2 / 9.80665, "g"))
    ]
    assert [zone.velocity_mms for zone in found] == pytest.approx([2.0, 2.0], rel=1e-3)
    assert {zone.zone for zone in found} == {"B"}


@pytest.mark.parametrize(("unit", "error"), [(None, MissingInput), ("v", OutOfScope), ("degc", OutOfScope)])
def test_without_a_unit_of_motion_there_is_no_zone(unit: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        velocity_zone(_tone(100, 1.0), FS_HZ, unit, 1500, Machine(1, "rigid"))


@pytest.mark.parametrize("unit", [None, "v"])
def test_a_zone_that_is_refused_does_not_stop_the_diagnosis(
    unit: str | None, made: Callable[..., Recording], geometry: Geometry
) -> None:
    damaged = made("outer", 1)
    stated = Sourced(unit, "user") if unit else None
    found = diagnose(damaged.but(unit=stated), geometry, machine=Machine(2, "rigid"))
    assert (found.verdict, found.fault, found.zone) == ("confirmed", "outer", None)
    assert "no_zone" in {problem.code for problem in found.problems}


def test_a_zone_stands_in_the_answer_and_in_its_evidence(made: Callable[..., Recording], geometry: Geometry) -> None:
    found = diagnose(made("outer", 1), geometry, machine=Machine(2, "rigid"))
    assert found.zone is not None
    assert json.loads(json.dumps(found.to_dict()))["zone"]["edition"] == "ISO 10816-3:2009"
    assert any("zone" in each.name.render() for each in found.evidence)


def test_without_a_machine_class_nobody_speaks_of_zones(made: Callable[..., Recording], geometry: Geometry) -> None:
    found = diagnose(made("outer", 1), geometry)
    assert found.zone is None
    assert "no_zone" not in {problem.code for problem in found.problems}
