"""Recordings of chosen faults: strength as asked, lines where theory has them, phase exact through a run-up."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.signals.recording import SpeedProfile
from loadzone.simulate.faults import FLUTE_PITCH_MM, Surroundings, recording, slipped_orders
from loadzone.simulate.impacts import Setting, load_share
from loadzone.simulate.machine import Gear
from loadzone.simulate.rotation import rotation
from loadzone.simulate.transfer import Resonance
from loadzone.simulate.truth import FAULT_KINDS, FaultKind, Simulated
from loadzone.words.errors import BadInput, MissingInput

GEOMETRY = Geometry(9, 7.94, 39.04)
FS_HZ, SPEED_RPM = 12000.0, 1797.0
CLEAN = Setting(jitter=0.0, scatter=0.0)
PATH = (Resonance(3000.0, 15.0),)
FAULTS = [kind for kind in FAULT_KINDS if kind != "none"]


def make(fault: FaultKind, seed: int = 1, **given_values: Any) -> Simulated:
    values: dict[str, Any] = {
        "speed_rpm": SPEED_RPM,
        "fs_hz": FS_HZ,
        "duration_s": 5.0,
        "setting": CLEAN,
        "resonances": PATH,
        **given_values,
    }
    return recording(GEOMETRY, fault, rng=np.random.default_rng(seed), **values)


def line_heights(made: Simulated, orders: list[float]) -> NDArray[np.float64]:
    """Amplitude of the squared signal at orders of the shaft, over the median next to it."""
    shaft = rotation(made.truth.speed, 5.0)
    samples = made.recording.samples.astype(np.float64)
    times_s = np.arange(len(samples)) / FS_HZ
    turns = shaft.turns_at(times_s)
    weights = np.hanning(len(samples)) * shaft.speeds_at(times_s)
    power = (samples**2 - np.mean(samples**2)) * weights

    def amplitude(order: float) -> float:
        return float(abs(power @ np.exp(-2j * np.pi * order * turns)))

    off = np.r_[-0.23:-0.06:7j, 0.06:0.23:7j]
    return np.array([amplitude(order) / np.median([amplitude(order + step) for step in off]) for order in orders])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("snr_db", [-12.0, 0.0])
def test_the_bursts_have_the_asked_power_over_the_noise(fault: FaultKind, snr_db: float) -> None:
    damaged, sound = make(fault, snr_db=snr_db), make("none")
    bursts = damaged.recording.samples.astype(float) - sound.recording.samples
    found_db = 10 * np.log10(np.sum(bursts**2) / np.sum(sound.recording.samples.astype(float) ** 2))
    assert found_db == pytest.approx(snr_db, abs=0.2)
    assert damaged.truth.snr_db == snr_db


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fundamental_of_every_fault_stands_at_its_order(fault: FaultKind) -> None:
    made = make(fault, snr_db=3.0)
    orders = made.truth.orders
    order = {
        "outer": orders.outer,
        "inner": orders.inner,
        "ball": orders.ball,
        "cage": orders.cage,
        "electric_erosion": orders.outer,
    }[fault]
    assert line_heights(made, [order])[0] > 10


def test_the_lines_of_the_6205_lie_at_the_published_orders() -> None:
    # CWRU Bearing Data Center: BPFI 5.4152, BPFO 3.5848, cage 0.39828, 2 x spin 4.7135 of the 6205-2RS JEM
    orders = make("none").truth.orders
    found = [orders.inner, orders.outer, orders.cage, orders.ball]
    assert found == pytest.approx([5.4152, 3.5848, 0.39828, 4.7135], abs=2e-3)


def test_an_inner_fault_has_sidebands_at_shaft_distance() -> None:
    made = make("inner", snr_db=3.0)
    bpfi = made.truth.orders.inner
    assert (line_heights(made, [bpfi - 1, bpfi + 1]) > 10).all()


def test_a_ball_fault_has_sidebands_at_cage_distance() -> None:
    made = make("ball", snr_db=3.0)
    orders = made.truth.orders
    assert (line_heights(made, [orders.ball - orders.cage, orders.ball + orders.cage]) > 10).all()


def test_an_outer_fault_under_constant_load_has_no_sidebands() -> None:
    made = make("outer", snr_db=3.0)
    bpfo = made.truth.orders.outer
    assert (line_heights(made, [bpfo - 1, bpfo + 1]) < 6).all()


def test_unbalance_gives_an_outer_fault_sidebands_at_shaft_distance() -> None:
    made = make("outer", snr_db=3.0, setting=Setting(jitter=0.0, scatter=0.0, unbalance=0.4))
    bpfo = made.truth.orders.outer
    assert (line_heights(made, [bpfo - 1, bpfo + 1]) > 10).all()


def test_an_axial_load_leaves_an_inner_fault_without_sidebands() -> None:
    made = make("inner", snr_db=3.0, setting=Setting(load_zone_deg=360.0, jitter=0.0, scatter=0.0))
    bpfi = made.truth.orders.inner
    assert (line_heights(made, [bpfi - 1, bpfi + 1]) < 6).all()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_truth_names_the_lines_that_theory_expects(fault: FaultKind) -> None:
    truth = make(fault, snr_db=0.0).truth
    orders = truth.orders
    spacing = {"inner": 1.0, "ball": orders.cage}.get(fault, 0.0)
    first = {
        "outer": orders.outer,
        "inner": orders.inner,
        "ball": orders.ball,
        "cage": orders.cage,
        "electric_erosion": orders.outer,
    }[fault]
    wanted = {k * first + m * spacing for k in (1, 2, 3, 4) for m in ((-2, -1, 0, 1, 2) if spacing else (0,))}
    assert sorted(line.order for line in truth.lines) == pytest.approx(sorted(wanted))


def test_a_run_up_keeps_the_fault_line_at_its_order() -> None:
    profile = SpeedProfile(np.array([0.0, 5.0]), np.array([900.0, 2700.0]))
    made = make("outer", snr_db=3.0, speed_rpm=profile)
    assert line_heights(made, [made.truth.orders.outer])[0] > 10
    assert made.truth.mean_speed_rpm == pytest.approx(1800.0)
    assert made.recording.profile is not None
    assert made.recording.profile.speeds_rpm.tolist()[:2] == [900.0, 2700.0]


@given(st.floats(-0.03, 0.03))
def test_slip_of_the_cage_leaves_the_sum_of_both_race_orders_at_z(slip: float) -> None:
    orders = slipped_orders(GEOMETRY, slip)
    assert orders.outer + orders.inner == pytest.approx(GEOMETRY.n_elements)
    assert orders.outer == pytest.approx(GEOMETRY.n_elements * orders.cage)


def test_slip_moves_the_line_by_its_own_share() -> None:
    made = make("outer", snr_db=3.0, slip=-0.01)
    nominal = slipped_orders(GEOMETRY, 0.0).outer
    assert made.truth.orders.outer == pytest.approx(0.99 * nominal)
    assert line_heights(made, [0.99 * nominal])[0] > 10


def test_cumulative_slip_broadens_the_line_as_a_lorentzian() -> None:
    # full width at half maximum 2 pi h^2 sigma^2 f: 0.25 Hz at f = 100 Hz, sigma = 2 %, h = 1; the angle's variance
    # grows by sigma^2 per passage, so after k passages the mean phasor has decayed to exp(-2 pi^2 sigma^2 k)
    from loadzone.simulate.impacts import fault_impacts

    sigma, lag = 0.02, 60
    order = slipped_orders(GEOMETRY, 0.0).outer
    setting = Setting(jitter=sigma, scatter=0.0)
    impacts = fault_impacts("outer", slipped_orders(GEOMETRY, 0.0), setting, (0.0, 60000.0), np.random.default_rng(3))
    phasors = np.exp(2j * np.pi * order * (impacts.turns[lag:] - impacts.turns[:-lag]))
    assert abs(phasors.mean()) == pytest.approx(np.exp(-2 * np.pi**2 * sigma**2 * lag), rel=0.05)


def test_a_longer_spall_and_a_faster_shaft_strike_harder_in_proportion() -> None:
    from loadzone.simulate.impacts import Impacts, with_spall

    blow, orders = Impacts(np.array([10.0]), np.array([1.0])), slipped_orders(GEOMETRY, 0.0)
    slow, fast = rotation(SPEED_RPM, 1.0), rotation(2 * SPEED_RPM, 1.0)
    base_ms = with_spall(blow, GEOMETRY, orders, 0.2, slow)[1]
    assert with_spall(blow, GEOMETRY, orders, 0.4, slow)[1] == pytest.approx(2 * base_ms)
    assert with_spall(blow, GEOMETRY, orders, 0.2, fast)[1] == pytest.approx(2 * base_ms)


def test_entry_and_exit_of_a_spall_are_half_its_length_apart() -> None:
    from loadzone.simulate.impacts import Impacts, with_spall

    shaft = rotation(SPEED_RPM, 1.0)
    orders = slipped_orders(GEOMETRY, 0.0)
    times_s, blows_ms = with_spall(Impacts(np.array([10.0]), np.array([1.0])), GEOMETRY, orders, 2.0, shaft)
    # rolling speed along the fixed outer raceway: circumference pi (D_pw + D_w) times the cage's speed
    speed_mms = np.pi * (39.04 + 7.94) * orders.cage * SPEED_RPM / 60
    assert times_s[1] - times_s[0] == pytest.approx(1.0 / speed_mms)
    assert blows_ms[1] == pytest.approx(1e-3 * speed_mms * 2 * 2.0 / 7.94)
    assert blows_ms[0] < 0 < blows_ms[1]


def test_simulated_spalls_of_the_cwru_bearing_are_as_loud_as_the_measured_ones_within_a_factor_of_ten() -> None:
    # CWRU drive end, 0.533 mm, 12 kHz, rms of the record: 236 outer 5.6, 209 inner 5.2, 222 ball 1.3 m/s^2; their path
    # is not known, so the order of magnitude is all that can be asked
    for fault, measured_ms2 in (("outer", 5.6), ("inner", 5.2), ("ball", 1.3)):
        rms = []
        for seed in range(8):
            made = make(fault, seed, size_mm=0.533, duration_s=1.0, resonances=None)  # type: ignore[arg-type]  # names
            rms.append(10 ** ((made.truth.snr_db or 0.0) / 20))
        assert measured_ms2 / 10 < np.median(rms) < measured_ms2 * 10


def test_a_load_zone_ends_where_its_width_says() -> None:
    setting = Setting(load_zone_deg=120.0)
    share = load_share(np.array([0.0, 59.0, 61.0, 180.0]) / 360.0, setting)
    assert share[0] == 1.0
    assert share[1] >= share[2] == share[3]


def test_electric_erosion_has_dense_groups_of_lines_at_the_flute_passage() -> None:
    made = make("electric_erosion", snr_db=10.0, resonances=(Resonance(2500.0, 5.0),))
    assert made.truth.size_mm == FLUTE_PITCH_MM
    raceway_mm = np.pi * (39.04 + 7.94)
    n_flutes = round(raceway_mm / FLUTE_PITCH_MM)
    passage_hz = n_flutes * made.truth.orders.cage * SPEED_RPM / 60
    samples = made.recording.samples.astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    bin_hz = FS_HZ / len(samples)
    # lines stand where a whole number of cage turns meets: multiples of BPFO nearest to the flute passage
    bpfo_hz = made.truth.orders.outer * SPEED_RPM / 60
    nearest = np.rint(passage_hz / bpfo_hz) * bpfo_hz
    group = [spectrum[round((nearest + k * bpfo_hz) / bin_hz) + np.arange(-2, 3)].max() for k in (-1, 0, 1)]
    between = np.median(spectrum[round((nearest - 2 * bpfo_hz) / bin_hz) : round((nearest + 2 * bpfo_hz) / bin_hz)])
    # exponential noise passes 30 times its median once in 1e9 bins
    assert (np.array(group) > 30 * between).all()


def test_the_truth_tells_everything_else_that_is_in_the_record() -> None:
    gear = Gear(23, 57)
    around = Surroundings("mix", 2.0, (gear,), mains_hz=50.0, shocks_hz=5.0)
    made = make("outer", snr_db=-6.0, surroundings=around)
    truth = made.truth
    assert (truth.noise, truth.noise_rms_ms2, truth.gears, truth.listed_gears) == ("mix", 2.0, (gear,), (gear,))
    assert len(truth.mains_hz) == len(truth.shocks_hz) == 2
    assert truth.conditions["jitter"] == 0.0


@pytest.mark.parametrize("fault", FAULT_KINDS)
def test_the_truth_survives_json(fault: FaultKind) -> None:
    told = make(fault, snr_db=0.0).truth.to_dict()
    assert json.loads(json.dumps(told)) == told


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(FAULT_KINDS))
def test_a_seed_makes_the_same_recording_and_the_same_truth(seed: int, fault: FaultKind) -> None:
    first, second = (make(fault, seed, snr_db=0.0, duration_s=0.5, setting=None) for _ in range(2))
    assert np.array_equal(first.recording.samples, second.recording.samples)
    assert first.truth.to_dict() == second.truth.to_dict()


def test_samples_are_float32_in_metres_per_second_squared() -> None:
    made = make("outer", snr_db=0.0).recording
    assert made.samples.dtype == np.float32
    assert made.unit is not None
    assert made.unit.value == "ms2"
    assert made.duration_s == 5.0


def test_a_fault_without_strength_is_refused_with_the_way_out() -> None:
    with pytest.raises(MissingInput, match="size in mm or the ratio"):
        make("outer")


def test_a_cage_fault_needs_a_ratio() -> None:
    with pytest.raises(MissingInput, match="cage fault has no size"):
        make("cage", size_mm=1.0)


@pytest.mark.parametrize("size_mm", [0.0, -1.0, 7.94, 100.0, float("nan")])
def test_a_spall_outside_the_model_is_refused(size_mm: float) -> None:
    with pytest.raises(BadInput, match="mm"):
        make("outer", size_mm=size_mm)


def test_an_unknown_fault_is_answered_with_the_kinds_there_are() -> None:
    with pytest.raises(BadInput, match="electric_erosion"):
        make("outside", snr_db=0.0)  # type: ignore[arg-type]  # the point


@pytest.mark.parametrize(("fs_hz", "duration_s"), [(0.0, 1.0), (12000.0, 0.0), (12000.0, -1.0), (100.0, 0.1)])
def test_a_record_without_samples_is_refused(fs_hz: float, duration_s: float) -> None:
    with pytest.raises(BadInput, match="at least 16 samples"):
        make("none", fs_hz=fs_hz, duration_s=duration_s)


@pytest.mark.parametrize("degrees", [0.0, -10.0, 400.0])
def test_a_load_zone_wider_than_the_ring_is_refused(degrees: float) -> None:
    with pytest.raises(BadInput, match="load zone"):
        Setting(load_zone_deg=degrees)


def test_jitter_of_more_than_a_tenth_is_refused() -> None:
    with pytest.raises(BadInput, match="jitter"):
        Setting(jitter=0.5)
