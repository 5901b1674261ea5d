"""The statistics of the line test: scores, floors, decoys and their law."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincc

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.monitor.detect.decoys import Calibration, calibrate, decoy_orders
from loadzone.monitor.detect.families import family_wise
from loadzone.monitor.detect.scores import exponent, soft_cap
from loadzone.monitor.manipulate import EnvelopeLines, envelope_lines
from loadzone.signals.envelope_bank import log_envelope_bank

FS_HZ = 12_000.0
SHAFT_HZ = 25.0
STEP = 1 / 16
"""Step of the table of scores."""

laws = st.builds(Calibration, st.floats(-5, 20), st.floats(0.3, 5), st.floats(20, 200))


def _noise_lines(segment_s: float = math.inf, seconds: float = 5.0, seed: int = 0) -> EnvelopeLines:
    noise = np.random.default_rng(seed).standard_normal(round(seconds * FS_HZ)).astype(np.float32)
    bank = log_envelope_bank(noise, FS_HZ, 400.0, 400.0, segment_s=segment_s, lowest_hz=1083.0)
    return envelope_lines(bank, SHAFT_HZ)


def _free_levels(lines: EnvelopeLines) -> np.ndarray:
    """Levels of unmasked bins, the first order left out."""
    return lines.over_floor[:, ~lines.masked][:, round(lines.bins_per_order) :].ravel()


@pytest.mark.parametrize("shape", [1, 2, 3, 4, 6, 10, 17])
def test_a_score_is_minus_the_logarithm_of_the_erlang_tail(shape: int) -> None:
    sums = np.arange(0, 600 * 16) * STEP  # beyond, the tail is smaller than a double can hold
    tails = -np.log(gammaincc(shape, sums))
    np.testing.assert_allclose(exponent(sums.astype(np.float32), shape), tails, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("shape", [1, 4, 17])
def test_between_its_steps_the_table_never_overstates(shape: int) -> None:
    sums = np.random.default_rng(0).uniform(0, 500, 2000).astype(np.float32)
    exact = -np.log(gammaincc(shape, sums.astype(np.float64)))
    scores = exponent(sums, shape)
    assert (scores <= exact + 1e-4).all()
    assert (scores >= exact - STEP - 1e-4).all()


def test_a_sum_beyond_the_table_keeps_its_last_score() -> None:
    beyond = exponent(np.array([2000.0, 1e6, 1e30], dtype=np.float32), 3)
    assert np.isfinite(beyond).all()
    assert beyond[0] == beyond[1] == beyond[2]


@given(st.floats(0, 1e6))
@settings(deadline=None)
def test_the_soft_cap_leaves_ten_and_lets_the_rest_grow_with_its_logarithm(score: float) -> None:
    capped = float(soft_cap(np.array([score], dtype=np.float32))[0])
    assert capped == pytest.approx(score if score <= 10 else 10 + 5 * math.log(score / 10), rel=1e-5)


def test_lines_of_white_noise_over_their_floor_are_exponential_with_mean_one() -> None:
    levels = np.concatenate([_free_levels(_noise_lines(seed=seed)) for seed in range(4)])
    assert levels.mean() == pytest.approx(1.0, abs=0.03)
    for threshold in (1, 2, 4):
        # the 24 bands share samples: some 7 000 independent bins leave 130 of them above 4
        assert (levels > threshold).mean() == pytest.approx(math.exp(-threshold), rel=0.1)


@pytest.mark.parametrize("n_averages", [4, 10])
def test_lines_of_averaged_segments_are_brought_back_to_the_same_law(n_averages: int) -> None:
    levels = _free_levels(_noise_lines(segment_s=5.0, seconds=5.0 * n_averages))
    assert levels.mean() == pytest.approx(1.0, abs=0.1)


def test_a_modulation_of_the_log_power_has_its_own_amplitude_squared() -> None:
    t = np.arange(round(10 * FS_HZ)) / FS_HZ
    noise = np.random.default_rng(0).standard_normal(len(t))
    bank = log_envelope_bank(noise * np.exp(0.25 * np.cos(2 * np.pi * 90 * t)), FS_HZ, 1000.0, 1900.0)
    at = round(90 / bank.resolution_hz)
    power = bank.powers[0, at - 2 : at + 3].sum() / 1.5  # a Hann line leaves 1.5 times its power in its bins
    # clipping at three medians and the logarithm's floor take a few percent of the amplitude
    assert np.sqrt(power) == pytest.approx(0.5, rel=0.1)


@given(laws, st.floats(1e-12, 0.6))
@settings(deadline=None)
def test_score_and_chance_are_inverse(law: Calibration, chance: float) -> None:
    assert law.p_value(law.score_at(chance)) == pytest.approx(chance, rel=1e-6)


@given(laws, st.lists(st.floats(-20, 500), min_size=2, max_size=20))
@settings(deadline=None)
def test_a_higher_score_is_never_likelier(law: Calibration, scores: list[float]) -> None:
    chances = [law.p_value(score) for score in sorted(scores)]
    assert all(0 <= chance <= 1 for chance in chances)
    assert chances == sorted(chances, reverse=True)


@given(st.integers(0, 2**31), st.floats(0, 20), st.floats(1.0, 4))
@settings(max_examples=30, deadline=None)
def test_the_law_of_decoys_is_recovered_although_a_fifth_of_them_is_foreign(
    seed: int, location: float, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.gumbel(location, scale, 400)
    scores[:40] += 100.0
    law = calibrate(scores, least_scale=0.1)
    # slope and median of 360 values scatter by 5 to 6 %; foreign ones shift the ranks by a tenth
    assert law.scale == pytest.approx(scale, rel=0.4)
    assert law.location == pytest.approx(location, abs=0.5 * scale)


def test_the_law_is_no_narrower_than_the_scores_own_scale() -> None:
    assert calibrate(np.random.default_rng(0).gumbel(3, 0.01, 100), least_scale=1.0).scale == 1.0


@given(laws, st.floats(0.0, 30.0))
@settings(deadline=None)
def test_a_law_known_from_few_decoys_makes_nothing_rarer_than_a_law_known_for_certain(
    law: Calibration, u: float
) -> None:
    score = law.location + law.scale * u
    assert law.p_value(score) >= -math.expm1(-math.exp(-u)) * (1 - 1e-9)


@given(st.floats(0, 1), st.floats(0, 1))
@settings(deadline=None)
def test_the_chance_of_the_best_of_three_lies_between_one_and_three_chances(one: float, other: float) -> None:
    assert one * (1 - 1e-9) <= family_wise(one) <= min(1.0, 3 * one + 1e-15)
    low, high = sorted((one, other))
    assert family_wise(low) <= family_wise(high)


geometries = st.builds(
    lambda z, ratio, angle: Geometry(z, 60 * ratio, 60.0, angle),
    st.integers(6, 24),
    st.floats(0.1, 0.3),
    st.floats(0, 40),
)


@given(geometries, st.sampled_from([0.01, 0.02, 0.04]))
@settings(deadline=None)
def test_no_decoy_meets_a_family(bearing: Geometry, half_width: float) -> None:
    orders = defect_orders(bearing)
    centres = decoy_orders(orders, half_width)
    for family in (orders.outer, orders.inner, orders.spin, orders.ball, orders.cage):
        # windows are relative, so that two neighbours may share the square of the width
        nearest = np.minimum(abs(centres * (1 - half_width) - family), abs(centres * (1 + half_width) - family)).min()
        assert nearest >= half_width * family * (1 - 3 * half_width)
        assert not ((centres * (1 - half_width) < family) & (family < centres * (1 + half_width))).any()


@given(geometries, st.sampled_from([0.01, 0.02, 0.04]))
@settings(deadline=None)
def test_decoys_do_not_overlap_and_are_many_enough_for_a_law(bearing: Geometry, half_width: float) -> None:
    centres = decoy_orders(defect_orders(bearing), half_width)
    assert (centres[1:] * (1 - half_width) >= centres[:-1] * (1 + half_width) * (1 - 1e-9)).all()
    assert len(centres) >= 25
    assert centres.min() >= 0.3 * (1 - 1e-9)
