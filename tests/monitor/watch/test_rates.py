"""Limits and their rates: published factors, simulation, monotone laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.stats import t as student

from loadzone.monitor.watch.rates import Knowledge, crossing_rate, limit_for, smoothed_variance

MANY = 10_000_000


# k of a one-sided limit mean + k s with a baseline of n0 readings: monitoring reference, section 5
@pytest.mark.parametrize(
    ("p", "n0", "k"),
    [(1e-2, 30, 2.50), (1e-2, 100, 2.38), (1e-3, 50, 3.30), (1e-3, 100, 3.19), (1e-4, 100, 3.88), (1e-4, 1000, 3.73)],
)
def test_factors_of_single_readings_are_those_of_students_t(p: float, n0: int, k: float) -> None:
    assert student.isf(p, n0 - 1) * np.sqrt(1 + 1 / n0) == pytest.approx(k, abs=0.006)
    # white noise crosses upwards with p (1-p); the correlation, which is estimated too, widens the limit a little
    found = limit_for(p * (1 - p), 1.0, Knowledge(0.0, n0, n0))
    assert k - 0.02 <= found <= 1.1 * k


def test_without_anything_unknown_the_limit_is_the_gaussian_one() -> None:
    assert limit_for(1e-3 * (1 - 1e-3), 1.0, Knowledge(0.0, MANY, MANY)) == pytest.approx(3.090, abs=0.01)


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("weight", [0.25, 0.02])
def test_crossings_of_a_known_process_are_those_of_its_simulation(phi: float, weight: float) -> None:
    rng = np.random.default_rng(7)
    steps = np.sqrt(1 - phi**2) * rng.standard_normal(2_000_000)
    mean = lfilter([weight], [1.0, weight - 1.0], lfilter([1.0], [1.0, -phi], steps))[1000:]
    limit = 2.0 * np.sqrt(smoothed_variance(weight, phi))
    is_over = mean > limit
    seen = np.count_nonzero(is_over[1:] & ~is_over[:-1]) / len(mean)
    known = Knowledge(phi, MANY, MANY)
    # what is above from the start is counted once in a horizon of 1000 readings: 2.3e-5 of the rate
    assert mean.var() == pytest.approx(smoothed_variance(weight, phi), rel=0.06)
    assert crossing_rate(limit, weight, known) == pytest.approx(seen, rel=0.12, abs=3e-5)


@given(
    st.floats(0.0, 0.95),
    st.integers(60, 5000),
    st.integers(20, 3000),
    st.sampled_from([0.02, 0.25]),
    st.floats(1e-7, 1e-3),
)
def test_less_knowledge_and_rarer_alarms_ask_for_a_higher_limit(
    phi: float, pairs: int, readings: int, weight: float, rate: float
) -> None:
    known = Knowledge(phi, pairs, readings)
    limit = limit_for(rate, weight, known)

    assert limit_for(rate, weight, known.diluted(4.0)) >= limit
    assert limit_for(rate / 10, weight, known) >= limit
    assert crossing_rate(limit, weight, known) <= rate or limit > 39


@given(st.floats(0.0, 0.98), st.integers(5, 10**6), st.integers(5, 10**6))
def test_rounded_knowledge_is_never_better(phi: float, pairs: int, readings: int) -> None:
    known = Knowledge(phi, pairs, readings)
    rounded = known.rounded()

    assert rounded.phi >= known.phi
    assert 0.85 * pairs - 1 <= rounded.pairs <= pairs
    assert 0.85 * readings <= rounded.readings <= readings * (1 + 1e-9)
    assert rounded.rounded().phi == pytest.approx(rounded.phi, abs=0.011)
