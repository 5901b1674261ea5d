"""Rates of events: exact bounds against the chi-squared law and the rule of three."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from loadzone.reliability.events import poisson_bounds, poisson_lower, poisson_upper


@pytest.mark.parametrize(("count", "exposure"), [(0, 12.0), (3, 50.0), (72, 3600.0)])
def test_the_bounds_are_quantiles_of_chi_squared(count: int, exposure: float) -> None:
    low, high = poisson_bounds(count, exposure)

    assert high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2 / exposure, rel=1e-10)
    assert low == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 / exposure if count else 0.0, rel=1e-10)


def test_no_event_obeys_the_rule_of_three() -> None:
    # monitoring reference, section 5: zero events give 3/position-months
    assert poisson_upper(0, 150.0) == pytest.approx(3 / 150, rel=0.01)


@given(st.integers(0, 300), st.floats(0.1, 1e6))
def test_the_bounds_enclose_the_rate(count: int, exposure: float) -> None:
    assert poisson_lower(count, exposure) <= count / exposure <= poisson_upper(count, exposure)


def test_without_any_time_anything_is_possible() -> None:
    assert poisson_bounds(0, 0.0) == (0.0, float("inf"))
