import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from loadzone.reliability.proportions import clopper_pearson, lower_bound, upper_bound


@pytest.mark.parametrize(("count", "trials"), [(0, 14), (3, 100), (20, 2000), (199, 20_000), (47, 47)])
def test_exact_intervals_are_those_of_scipy(count: int, trials: int) -> None:
    theirs = binomtest(count, trials).proportion_ci(0.95, method="exact")

    assert clopper_pearson(count, trials) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("count", "trials"), [(0, 2000), (20, 2000), (232, 20_000)])
def test_the_one_sided_bound_is_the_quantile_of_the_beta_law(count: int, trials: int) -> None:
    assert upper_bound(count, trials) == pytest.approx(beta.ppf(0.95, count + 1, trials - count), rel=1e-10)


def test_no_event_in_n_trials_obeys_the_rule_of_three() -> None:
    # Hanley and Lippman-Hand, JAMA 249 (1983) 1743: 3/n bounds the rate with 95 %
    assert upper_bound(0, 1000) == pytest.approx(3 / 1000, rel=0.003)


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_bounds_enclose_the_rate_and_mirror_success_and_failure(tried: tuple[int, int]) -> None:
    count, trials = tried
    low, high = clopper_pearson(count, trials)

    assert 0.0 <= low <= (count / trials if trials else 0.5) <= high <= 1.0
    assert lower_bound(trials - count, trials) == pytest.approx(1.0 - upper_bound(count, trials), abs=1e-12)


def test_without_trials_anything_is_possible() -> None:
    assert clopper_pearson(0, 0) == (0.0, 1.0)
