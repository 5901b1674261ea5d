"""Simulated damage whose truth is known: constant and varying speed, either ring turning, gears, several defects."""

from collections.abc import Callable

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import RingSpeeds, defect_orders
from loadzone.monitor.diagnose import SEGMENT_REVOLUTIONS, diagnose
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.monitor.settings import Gear
from loadzone.signals.envelope_bank import log_envelope_bank
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.signals.speed_path import follow_speed
from loadzone.simulate.faults import Surroundings
from loadzone.simulate.impacts import Setting
from loadzone.simulate.machine import Gear as Stage
from loadzone.simulate.machine import harmonics
from loadzone.simulate.rotation import rotation
from loadzone.simulate.transfer import Resonance
from loadzone.words.sourced import Sourced

Make = Callable[..., Recording]

FS_HZ = 12_000.0
RUN_UP_S = 10.0
RUN_UP = SpeedProfile(np.array([0.0, RUN_UP_S]), np.array([600.0, 1800.0]))
LOW_PATH, HIGH_PATH = (Resonance(2600.0, 20.0),), (Resonance(4600.0, 30.0),)


def _confirmed(found: Diagnosis) -> set[str]:
    return {fault.fault for fault in found.faults if fault.verdict == "confirmed"}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("fault", "snr_db"), [("outer", -8.0), ("inner", -3.0), ("ball", -3.0)])
def test_a_defect_is_confirmed_alone_with_its_order_within_half_a_percent(
    fault: str, snr_db: float, seed: int, made: Make, geometry: Geometry
) -> None:
    found = diagnose(made(fault, seed, snr_db), geometry)
    assert _confirmed(found) == {fault}
    assert found.verdict == "confirmed"
    assert found.ranking[0][0] == fault
    first = found.faults[0]
    assert first.order == pytest.approx(first.nominal_order, rel=0.005)
    assert first.p_value < 1e-4


@pytest.mark.parametrize("speed_rpm", [420.0, 900.0, 2950.0])
def test_an_outer_ring_is_confirmed_at_slow_and_fast_shafts(speed_rpm: float, made: Make, geometry: Geometry) -> None:
    revolutions = 150.0
    fs_hz = 25_600.0 if speed_rpm > 2000 else 12_000.0
    found = diagnose(made("outer", 5, -3.0, revolutions * 60 / speed_rpm, speed_rpm=speed_rpm, fs_hz=fs_hz), geometry)
    assert _confirmed(found) == {"outer"}
    assert found.faults[0].order == pytest.approx(3.5848, rel=0.005)


@pytest.mark.parametrize("slip", [-0.008, 0.008])
def test_slip_of_the_cage_moves_the_order_and_not_the_verdict(slip: float, made: Make, geometry: Geometry) -> None:
    found = diagnose(made("outer", 6, -3.0, slip=slip), geometry)
    assert _confirmed(found) == {"outer"}
    assert found.faults[0].order == pytest.approx(3.5848 * (1 + slip), rel=0.002)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("jitter", [0.02, 0.05])
def test_an_element_whose_strikes_wander_confirms_no_ring(
    jitter: float, seed: int, made: Make, geometry: Geometry
) -> None:
    found = diagnose(made("ball", seed, 0.0, setting=Setting(jitter=jitter)), geometry)
    assert not _confirmed(found) & {"outer", "inner"}
    assert found.ranking[0][0] == "ball"
    assert found.verdict != "healthy"


def test_an_element_seen_at_its_spin_is_reported_on_the_scale_of_twice_the_spin(made: Make, geometry: Geometry) -> None:
    found = diagnose(made("ball", 1, 0.0, setting=Setting(jitter=0.02)), geometry)
    assert _confirmed(found) == {"ball"}
    assert found.faults[0].order == pytest.approx(found.faults[0].nominal_order, rel=0.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("snr_db", [-3.0, 6.0])
def test_a_cage_alone_confirms_nothing_and_its_order_is_named(
    snr_db: float, seed: int, made: Make, geometry: Geometry
) -> None:
    found = diagnose(made("cage", seed, snr_db), geometry)
    assert found.verdict == "unexplained"
    assert not found.faults
    assert found.unexplained_order == pytest.approx(0.3983, rel=0.01)


@pytest.mark.parametrize("depth", [0.3, 1.0, 2.0])
def test_noise_that_swells_at_the_cages_rate_confirms_nothing(
    depth: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    assert diagnose(combed(0.3983, depth), geometry).verdict == "unexplained"


def test_sound_bearings_in_noise_of_several_kinds_are_not_confirmed(made: Make, geometry: Geometry) -> None:
    verdicts = []
    for kind in ("white", "coloured", "slow_load", "poisson_shocks", "shaft_modulated", "hard_impact", "mix"):
        for seed in range(4):
            around = Surroundings(noise=kind)
            quiet = made("none", seed, surroundings=around)
            verdicts.append(diagnose(quiet, geometry).verdict)
    assert not {"confirmed", "suspected", "undetermined"} & set(verdicts)
    # a decoy beyond chance is met by one record in a hundred; foreign lines of shocks and mains by some
    assert verdicts.count("healthy") >= 24


def test_chances_of_noise_are_chances(made: Make, geometry: Geometry) -> None:
    chances = [
        diagnose(made("none", seed, seconds=4.0, surroundings=Surroundings(noise="white")), geometry).p_value
        for seed in range(60)
    ]
    # binomial of 60: 9 below 5 % or 14 below 10 % happen once in a thousand by chance
    assert sum(chance is not None and chance <= 0.05 for chance in chances) <= 8
    assert sum(chance is not None and chance <= 0.1 for chance in chances) <= 13


@pytest.mark.parametrize("fault", ["outer", "inner", "ball"])
def test_a_run_up_from_600_to_1800_rpm_is_diagnosed_with_a_tacho(fault: str, made: Make, geometry: Geometry) -> None:
    record = made(fault, 1, -3.0, RUN_UP_S, speed_rpm=RUN_UP)
    turned = rotation(RUN_UP, RUN_UP_S)
    pulses = turned.times_at(np.arange(int(turned.turns_at(RUN_UP_S)) + 1))
    found = diagnose(record.but(profile=None, speed_rpm=None, tacho_times_s=pulses), geometry)
    _is_the_fault_of_the_run_up(found, fault, "tacho")


@pytest.mark.parametrize("fault", ["outer", "inner", "ball"])
def test_a_run_up_is_diagnosed_with_its_speed_profile(fault: str, made: Make, geometry: Geometry) -> None:
    found = diagnose(made(fault, 1, -3.0, RUN_UP_S, speed_rpm=RUN_UP), geometry)
    _is_the_fault_of_the_run_up(found, fault, "profile")


@pytest.mark.parametrize("fault", ["outer", "inner"])
def test_a_run_up_is_diagnosed_without_a_tacho_along_the_speed_that_its_lines_tell(
    fault: str, made: Make, geometry: Geometry
) -> None:
    record = made(fault, 1, -3.0, RUN_UP_S, speed_rpm=RUN_UP)
    turns = rotation(RUN_UP, RUN_UP_S).turns_at(np.arange(len(record.samples)) / FS_HZ)
    shaft = 0.5 * harmonics(turns, np.array([1.0, 0.6, 0.4, 0.3, 0.2, 0.1], dtype=complex))
    samples = (record.samples + shaft).astype(np.float32)
    path = follow_speed(samples, FS_HZ, 400, 2200)
    assert path.confidence > 0.9
    found = diagnose(record.but(samples=samples, speed_rpm=None, profile=path.profile()), geometry)
    _is_the_fault_of_the_run_up(found, fault, "")


def _is_the_fault_of_the_run_up(found: Diagnosis, fault: str, source: str) -> None:
    assert _confirmed(found) == {fault}
    assert found.faults[0].order == pytest.approx(found.faults[0].nominal_order, rel=0.005)
    assert found.speed_rpm == pytest.approx(1200.0, rel=0.002)  # the mean of the run-up
    assert source in found.speed_source


def test_a_run_up_told_as_one_speed_confirms_nothing(made: Make, geometry: Geometry) -> None:
    for fault in ("outer", "inner"):
        record = made(fault, 1, -3.0, RUN_UP_S, speed_rpm=RUN_UP)
        assert diagnose(record.but(profile=None), geometry).verdict != "confirmed"


def test_where_the_outer_ring_turns_the_cage_is_fast_and_the_rings_keep_their_orders(
    made: Make, geometry: Geometry
) -> None:
    found = diagnose(made("outer", 5), geometry, turning=RingSpeeds(0.0, 1.0))
    assert _confirmed(found) == {"outer"}
    assert found.orders == defect_orders(geometry, 0.0, 1.0)
    assert found.orders is not None
    assert found.orders.cage == pytest.approx(0.6017, abs=1e-4)
    assert found.faults[0].order == pytest.approx(3.5848, rel=0.005)


def test_rings_that_turn_against_each_other_have_higher_orders(made: Make, geometry: Geometry) -> None:
    # the elements pass as in a bearing whose inner ring turns 1.5 times as fast and whose outer ring stands
    record = made("outer", 5, speed_rpm=2250.0).but(speed_rpm=Sourced(1500.0, "user", "--speed"))
    found = diagnose(record, geometry, turning=RingSpeeds(1.0, -0.5))
    assert _confirmed(found) == {"outer"}
    assert found.faults[0].order == pytest.approx(1.5 * 3.5848, rel=0.005)


@pytest.mark.parametrize("stage", [Stage(23, 58), Stage(18, 25)], ids=str)
def test_a_listed_gear_does_not_become_a_fault(stage: Stage, made: Make, geometry: Geometry) -> None:
    for seed in (1, 2):
        record = made("none", seed, surroundings=Surroundings(gears=(stage,), share=2.0))
        found = diagnose(record, geometry, gears=[Gear(stage.wheel_teeth, stage.wheel_order)])
        assert found.verdict == "healthy"


def test_a_lattice_at_a_rings_order_is_a_fault_unless_a_gear_with_that_order_is_listed(
    combed: Callable[..., Recording], geometry: Geometry
) -> None:
    record = combed(3.59, 1.0)
    assert diagnose(record, geometry).verdict == "confirmed"
    listed = diagnose(record, geometry, gears=[Gear(10, 0.359)])
    assert listed.verdict == "healthy"
    assert not listed.faults


@pytest.mark.parametrize(
    "stage",
    [
        Stage(18, 25),
        Stage(19, 52),
        Stage(23, 58),
        Stage(23, 40),
    ],
    ids=str,
)
def test_a_listed_gear_hides_no_fault_beside_it(stage: Stage, made: Make, geometry: Geometry) -> None:
    record = made("outer", 1, surroundings=Surroundings(gears=(stage,)))
    assert _confirmed(diagnose(record, geometry)) == {"outer"}
    listed = diagnose(record, geometry, gears=[Gear(stage.wheel_teeth, stage.wheel_order)])
    assert _confirmed(listed) == {"outer"}


def test_where_listed_gears_leave_no_bin_to_look_at_nobody_says_healthy(made: Make, geometry: Geometry) -> None:
    found = diagnose(made("outer", 1), geometry, gears=[Gear(20, 0.01)])
    assert found.verdict != "healthy"


@pytest.mark.parametrize(
    "turning",
    [
        RingSpeeds(0.0, 1.0),
        RingSpeeds(1.0, -0.5),
        RingSpeeds(1.0, 0.7),
        RingSpeeds(1.0, 0.9),
    ],
    ids=str,
)
def test_noise_is_no_damage_however_the_rings_turn(turning: RingSpeeds, combed: Make, geometry: Geometry) -> None:
    verdicts = {diagnose(combed(1.0, 0.0, seed=seed), geometry, turning=turning).verdict for seed in range(10)}
    assert not {"confirmed", "suspected"} & verdicts


@pytest.mark.parametrize("seed", [2, 3])
def test_two_defects_at_once_are_both_confirmed(seed: int, made: Make, geometry: Geometry) -> None:
    outer = made("outer", seed, -6.0, resonances=LOW_PATH)
    inner = made("inner", seed + 10, 6.0, resonances=HIGH_PATH)
    found = diagnose(outer.but(samples=outer.samples + inner.samples), geometry)
    assert _confirmed(found) == {"outer", "inner"}
    assert {name for name, _ in found.ranking[:2]} == {"outer", "inner"}
    for fault in found.faults:
        assert fault.order == pytest.approx(fault.nominal_order, rel=0.005)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_second_defect_that_is_much_shallower_is_named_as_suspected(
    seed: int, made: Make, geometry: Geometry
) -> None:
    outer = made("outer", seed, -3.0, resonances=LOW_PATH)
    inner = made("inner", seed + 10, 3.0, resonances=HIGH_PATH)
    found = diagnose(outer.but(samples=outer.samples + inner.samples), geometry)
    assert {fault.fault for fault in found.faults} == {"outer", "inner"}
    assert found.verdict == "confirmed"


def test_a_record_of_more_than_600_revolutions_is_averaged_and_still_confirmed(made: Make, geometry: Geometry) -> None:
    record = made("outer", 3, -8.0, 45.0, speed_rpm=1800.0)
    bank = log_envelope_bank(record.samples, FS_HZ, 1600.0, 500.0, segment_s=SEGMENT_REVOLUTIONS / 30.0)
    assert bank.n_averages == 3
    found = diagnose(record, geometry)
    assert _confirmed(found) == {"outer"}
    assert found.faults[0].order == pytest.approx(3.5848, rel=0.005)


def test_a_longer_record_of_the_same_defect_is_never_less_certain(made: Make, geometry: Geometry) -> None:
    long = made("inner", 2, -8.0, 24.0)
    chances = [
        diagnose(long.but(samples=long.samples[: round(seconds * FS_HZ)]), geometry).p_value for seconds in (3, 8, 24)
    ]
    assert chances == sorted(chances, reverse=True)  # type: ignore[type-var]  # fit records have a chance
