"""Baselines: what is learnt, when it is frozen, and how sure it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.monitor.watch.baseline import Baseline, LearningRules, deviation, is_beyond, learn
from loadzone.monitor.watch.limits import RESERVE, Target, decided, excess_limit, machine_limits, reading_limit
from loadzone.monitor.watch.moments import Moments
from loadzone.monitor.watch.reading import HOUR_US
from loadzone.monitor.zones import Machine

RULES = LearningRules(least_days=0.0)


def walk(phi: float, count: int, rng: np.random.Generator) -> np.ndarray:
    found = np.zeros(count)
    for n, step in enumerate(rng.standard_normal(count)):
        found[n] = step if n == 0 else phi * found[n - 1] + np.sqrt(1 - phi**2) * step
    return found


def taught(values: np.ndarray, warmth: np.ndarray, classes: np.ndarray | None = None) -> Baseline:
    """A baseline that has met these readings, one an hour, until it is known."""
    classes = np.zeros(len(values), int) if classes is None else classes
    baseline = Baseline()
    for n, (value, warm, number) in enumerate(zip(values, warmth, classes, strict=True)):
        if int(number) not in baseline.levels:
            vector = (float(warm), 0.0, 0.0, float(value))
            follows = n > 0 and classes[n - 1] == number
            baseline, _ = learn(baseline, RULES, int(number), vector, n * HOUR_US, follows=follows)
    return baseline


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-5, 5)), min_size=2, max_size=30),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_sums_say_the_same_as_the_readings_themselves(rows: list[tuple[float, float]], follows: list[bool]) -> None:
    moments = Moments.first(rows[0], 0)
    for n, row in enumerate(rows[1:]):
        moments = moments.plus(row, n, follows=follows[n])
    data = np.array(rows) - np.mean(rows, axis=0)
    lagged = sum((np.outer(data[n + 1], data[n]) for n in range(len(rows) - 1) if follows[n]), np.zeros((2, 2)))

    assert moments.means == pytest.approx(np.mean(rows, axis=0), abs=1e-9)
    assert moments.centred() == pytest.approx(data.T @ data, abs=1e-7)
    assert moments.centred_lagged() == pytest.approx((lagged + lagged.T) / 2, abs=1e-7)


def test_mean_spread_slope_and_correlation_come_back() -> None:
    rng = np.random.default_rng(4)
    phis, spreads, slopes = [], [], []
    for _ in range(60):
        warmth = 50 + 8 * np.sin(np.arange(1500) / 60)
        values = 0.3 + 0.02 * (warmth - 50) + 0.1 * walk(0.8, 1500, rng)
        reference = taught(values, warmth).reference
        assert reference is not None
        phis.append(reference.phi)
        spreads.append(reference.spread)
        slopes.append(reference.slopes[0])

    # training ends as soon as 30 readings' worth are there, earlier where the correlation seems low: a known small bias
    assert np.mean(phis) == pytest.approx(0.8, abs=0.04)
    assert np.mean(spreads) == pytest.approx(0.1, abs=0.01)
    assert np.mean(slopes) == pytest.approx(0.02, abs=0.002)


def test_more_correlation_takes_longer_to_learn() -> None:
    counts = []
    for phi in (0.0, 0.5, 0.8, 0.95):
        reference = taught(walk(phi, 5000, np.random.default_rng(1)), np.full(5000, 40.0)).reference
        assert reference is not None
        assert reference.effective >= min(RULES.least_effective, 100)
        counts.append(reference.readings)

    assert counts == sorted(counts)
    assert counts[0] == 104
    assert counts[-1] > 600


def test_a_class_met_later_needs_its_mean_only() -> None:
    rng = np.random.default_rng(2)
    classes = np.repeat([0, 1], [400, 60])
    values = 0.1 * walk(0.3, 460, rng) + 2.0 * classes
    baseline = taught(values, np.full(460, 40.0), classes)

    assert set(baseline.levels) == {0, 1}
    assert baseline.levels[1].readings < 60
    assert deviation(baseline, 1, (40.0, 0.0, 0.0, 2.0)).z == pytest.approx(0.0, abs=1.5)


def test_what_is_frozen_does_not_follow_a_fault() -> None:
    baseline = taught(0.1 * walk(0.0, 300, np.random.default_rng(5)), np.full(300, 40.0))

    assert deviation(baseline, 0, (40.0, 0.0, 0.0, 1.0)).z > 8


def test_wild_readings_are_not_learnt_and_a_changed_level_starts_anew() -> None:
    rng = np.random.default_rng(6)
    values = 0.1 * rng.standard_normal(400)
    spiked = values.copy()
    spiked[[40, 70, 90]] = 9.0
    reference = taught(spiked, np.full(400, 40.0)).reference
    assert reference is not None
    assert reference.spread == pytest.approx(0.1, abs=0.02)

    stepped = np.concatenate([values[:60], values[60:] + 5.0])
    level = taught(stepped, np.full(400, 40.0)).levels[0]
    assert level.means[-1] == pytest.approx(5.0, abs=0.1)


def test_an_expectation_far_from_what_was_learnt_is_less_sure_and_then_none() -> None:
    rng = np.random.default_rng(7)
    warmth = 50 + 5 * rng.standard_normal(400)
    baseline = decided(taught(0.01 * warmth + 0.1 * rng.standard_normal(400), warmth), 1e-5)
    level, reference = baseline.levels[0], baseline.reference
    assert reference is not None
    near, far = (deviation(baseline, 0, (at, 0.0, 0.0, 0.01 * at)) for at in (50.0, 75.0))

    assert far.uncertainty > 2 * near.uncertainty
    for place in (0, 1):
        limits = [reading_limit(reference, level, each, place) for each in (near, far)]
        assert limits[1] > 1.1 * limits[0]
    assert not is_beyond(baseline, (75.0, 0.0, 0.0, 0.0))
    assert is_beyond(baseline, (150.0, 0.0, 0.0, 0.0))


def test_limits_stay_until_the_stated_rate_changes() -> None:
    baseline = decided(taught(0.1 * walk(0.0, 300, np.random.default_rng(8)), np.full(300, 40.0)), 1e-5)

    assert decided(baseline, 1e-5) is baseline
    looser = decided(baseline, 1e-3)
    assert looser.levels[0].limits[0][0] < baseline.levels[0].limits[0][0]


def test_the_alarm_of_iso_10816_3_is_the_baseline_and_a_quarter_of_b_c() -> None:
    # reference/monitoring, 4.1: 0.8 + 0.25 x 4.5 = 1.925 mm/s for group 1, rigid
    values = np.log(0.8) + 0.05 * np.random.default_rng(9).standard_normal(400)
    baseline = taught(values - values[:104].mean() + np.log(0.8), np.full(400, 40.0))
    alert, danger = machine_limits("v", Machine(1, "rigid"), baseline, Target())

    assert alert.value == pytest.approx(1.925, rel=0.002)
    assert danger.value == 7.1
    assert alert.mark == "read second-hand"
    assert "10816-3:2009" in str(alert.source)
    assert alert.expected_per_month == pytest.approx(0.0, abs=1e-6)


def test_without_a_baseline_the_boundary_b_c_warns_and_no_rate_is_claimed() -> None:
    alert, danger = machine_limits("v", Machine(2, "flexible"), None, Target())

    assert (alert.value, danger.value, alert.expected_per_month) == (4.5, 7.1, None)


def test_a_high_baseline_does_not_lift_the_alarm_beyond_its_cap() -> None:
    values = np.log(6.0) + 0.05 * np.random.default_rng(9).standard_normal(400)
    alert, _ = machine_limits("v", Machine(1, "rigid"), taught(values, np.full(400, 40.0)), Target())

    assert alert.value == 1.25 * 4.5


def test_shares_of_all_limits_add_up_to_what_the_reserve_leaves_of_the_stated_rate() -> None:
    target = Target(0.02, 3600.0)

    assert 2 * 3 * target.share(3) * target.readings_per_month == pytest.approx(RESERVE * 0.02)
    assert excess_limit("rms", 0, 2.0, target, 3).expected_per_month == pytest.approx(RESERVE * 0.02 / 6)


def test_a_baseline_is_read_back_as_it_was() -> None:
    for count in (50, 300):
        baseline = decided(taught(0.1 * walk(0.3, count, np.random.default_rng(1)), np.full(count, 40.0)), 1e-5)
        assert Baseline.from_bytes(baseline.to_bytes()) == baseline
