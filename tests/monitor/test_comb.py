"""The comb: where it finds a fundamental, what masks hide from it, how deep it says that the lines are."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.bearings.geometry import Geometry
from loadzone.monitor.detect.comb import FINE, HARMONICS, comb_scores
from loadzone.monitor.detect.lattice import are_related, is_shaft_cage, lattice
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.manipulate import EnvelopeLines, shaft_harmonics
from loadzone.signals.recording import Recording

BINS_PER_ORDER = 120.0
N_BINS = 6000
"""Fifty orders: four harmonics of the twelfth."""
N_BANDS = 3


def _lines(over_floor: np.ndarray) -> EnvelopeLines:
    return EnvelopeLines(
        over_floor=over_floor.astype(np.float32),
        ratio=over_floor.astype(np.float32),
        floor=np.full(over_floor.shape, 1e-3, dtype=np.float32),
        raw_over_floor=over_floor[0].astype(np.float32),
        masked=np.zeros(over_floor.shape[1], dtype=np.bool_),
        bands_hz=np.array([[1000.0, 2000.0]] * len(over_floor)),
        shaft_hz=25.0,
        resolution_hz=25.0 / BINS_PER_ORDER,
    )


def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).exponential(1.0, (N_BANDS, N_BINS))


@given(st.integers(0, 2**31), st.integers(round(1.5 * FINE * BINS_PER_ORDER), round(11 * FINE * BINS_PER_ORDER)))
@settings(max_examples=25, deadline=None)
def test_a_comb_is_found_at_its_fundamental_within_a_quarter_bin(seed: int, step: int) -> None:
    levels = _noise(seed)
    for h in range(1, HARMONICS + 1):
        levels[1, (h * step + FINE // 2) // FINE] = 60.0
    order = step / (FINE * BINS_PER_ORDER)
    score, found = comb_scores(_lines(levels)).curve(12.0).window(order * 1.003, 0.01)
    assert abs(found - order) <= 1 / (FINE * BINS_PER_ORDER) + 1e-12
    assert score > 40  # four lines of 60 over the floor; noise stays below 20


@given(st.integers(0, 2**31), st.floats(2.0, 11.0))
@settings(max_examples=10, deadline=None)
def test_noise_alone_scores_like_one_exponential_variable(seed: int, order: float) -> None:
    score, found = comb_scores(_lines(_noise(seed))).curve(12.0).window(order, 0.02)
    assert score < 25  # harmonic counts, two widths and three bands: 18 chances of exp(-score)
    assert abs(found / order - 1) <= 0.02 + 1 / (order * BINS_PER_ORDER)


@given(st.lists(st.floats(0.2, 48.0), min_size=1, max_size=5), st.floats(0.005, 0.3))
@settings(max_examples=40, deadline=None)
def test_a_mask_hides_exactly_its_lines(orders: list[float], half_width: float) -> None:
    lines = _lines(np.ones((1, N_BINS))).masking(orders, half_width)
    positions = np.arange(N_BINS) / BINS_PER_ORDER
    distance = np.abs(positions[:, None] - np.array(orders)).min(axis=1)
    assert lines.masked[distance < half_width - 1e-9].all()
    assert not lines.masked[distance > half_width + 1e-9].any()


def test_masks_add_up_and_leave_the_lines_that_they_came_from_as_they_were() -> None:
    bare = _lines(np.ones((1, N_BINS)))
    both = bare.masking([3.0], 0.1).masking([7.0], 0.1)
    assert not bare.masked.any()
    assert both.masked[both.bin_of(3.0)]
    assert both.masked[both.bin_of(7.0)]
    assert not both.masked[both.bin_of(5.0)]


def test_a_masked_line_lends_the_comb_nothing() -> None:
    levels = _noise(1)
    for h in range(1, HARMONICS + 1):
        levels[:, round(h * 3.6 * BINS_PER_ORDER)] = 1000.0
    lines = _lines(levels)
    seen = comb_scores(lines).curve(12.0).window(3.6, 0.01)[0]
    multiples = 3.6 * np.arange(1.0, 9.0)
    hidden = comb_scores(lines.masking(multiples)).curve(12.0).window(3.6, 0.01)[0]
    taken_out = comb_scores(lines).without_orders(multiples.astype(np.float64)).curve(12.0).window(3.6, 0.01)[0]
    assert seen > 60
    assert max(hidden, taken_out) < 20


def test_the_harmonics_of_the_shaft_cover_the_axis() -> None:
    harmonics = shaft_harmonics(_lines(np.ones((1, N_BINS))))
    np.testing.assert_array_equal(harmonics, np.arange(51))


@given(st.floats(0.3, 12.0), st.floats(0.1, 3.0))
@settings(max_examples=30, deadline=None)
def test_a_lattice_holds_the_sidebands_of_every_harmonic(carrier: float, spacing: float) -> None:
    orders = lattice(carrier, spacing, 40.0)
    assert ((orders > 0.1) & (orders < 40.0)).all()
    for p in range(1, int(40 / carrier) + 1):
        for m in range(-4, 5):
            line = p * carrier + m * spacing
            if 0.1 < line < 40.0:
                assert np.abs(orders - line).min() < 1e-9


@given(st.floats(0.5, 10), st.floats(0.5, 10))
@settings(deadline=None)
def test_kinship_of_orders_is_mutual(one: float, other: float) -> None:
    assert are_related(one, other, 0.01) == are_related(other, one, 0.01)


@pytest.mark.parametrize(("other", "kin"), [(7.2, True), (1.8, True), (4.6, True), (5.4, True), (4.13, False)])
def test_harmonics_fractions_and_shaft_sidebands_are_kin(other: float, kin: bool) -> None:
    assert are_related(3.6, other, 0.01) == kin


def test_shaft_and_cage_sums_belong_to_the_bearing() -> None:
    assert is_shaft_cage(1 - 0.3983, 0.3983, 0.02)
    assert is_shaft_cage(2 + 2 * 0.3983, 0.3983, 0.02)
    assert not is_shaft_cage(3.55, 0.3983, 0.005)


@pytest.mark.parametrize("seconds", [3.0, 6.0, 12.0, 23.0])
@pytest.mark.parametrize("depth", [0.3, 0.5, 1.0])
def test_depth_is_the_amplitude_of_the_modulation_whatever_the_length_of_the_record(
    depth: float, seconds: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(combed(3.5848, depth, seconds), geometry)
    # noise under four lines leaves 10 % in 3 s; clipping takes 5 % of what is deep
    assert found.severity.depth == pytest.approx(depth, rel=0.12)


@pytest.mark.parametrize("seconds", [30.0, 60.0])
def test_depth_does_not_grow_where_segments_are_averaged(
    seconds: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(combed(3.5848, 0.5, seconds), geometry)
    assert found.severity.depth == pytest.approx(0.5, rel=0.12)


@pytest.mark.parametrize(("depth", "verdict"), [(0.0, "healthy"), (0.25, "suspected"), (0.45, "confirmed")])
def test_the_power_must_double_at_each_passage_before_a_fault_is_confirmed(
    depth: float, verdict: str, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    # 0.347 neper is 3 dB between trough and crest; 0.173 is 1.5 dB
    assert math.log(2) / 2 == pytest.approx(0.347, abs=1e-3)
    for seed in range(3):
        assert diagnose(combed(3.5848, depth, 12.0, seed=seed), geometry).verdict == verdict


@pytest.mark.parametrize(("order", "fault"), [(3.5848, "outer"), (5.4152, "inner")])
@pytest.mark.parametrize("shift", [-0.012, 0.0, 0.012])
def test_a_comb_in_the_window_is_named_with_its_order(
    order: float, fault: str, shift: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    recording = combed(order * (1 + shift), 0.8)
    (found,) = diagnose(recording, geometry).faults
    assert found.fault == fault
    bins = 25.0 * 6.0  # revolutions of the record: bins of one order
    assert found.order == pytest.approx(order * (1 + shift), abs=1 / bins)
    assert found.nominal_order == pytest.approx(order, rel=1e-4)


@pytest.mark.parametrize("order", [3.05, 6.6, 8.9])
def test_a_comb_where_no_family_is_confirms_nothing_and_its_order_is_named(
    order: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(combed(order, 0.8), geometry)
    assert found.verdict == "unexplained"
    assert found.unexplained_order == pytest.approx(order, rel=0.005)


@pytest.mark.parametrize("order", [7.3, 4.7134])
def test_a_deep_line_that_fits_no_fault_is_unexplained_and_never_healthy(
    order: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(combed(order, 1.0), geometry)
    assert found.p_value is not None
    assert found.p_value < 1e-6
    assert found.verdict == "unexplained"
