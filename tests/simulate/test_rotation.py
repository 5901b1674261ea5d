"""Shaft angle and time: exact for run-ups, inverse to each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.signals.recording import SpeedProfile
from loadzone.simulate.rotation import rotation
from loadzone.words.errors import BadInput

speeds = st.lists(st.floats(60.0, 6000.0), min_size=2, max_size=6)


def test_a_linear_run_up_has_the_quadratic_phase_of_uniform_acceleration() -> None:
    shaft = rotation(SpeedProfile(np.array([0.0, 10.0]), np.array([600.0, 3000.0])), 10.0)
    times_s = np.linspace(0.0, 10.0, 101)
    assert shaft.turns_at(times_s) == pytest.approx(10.0 * times_s + 4.0 * times_s**2 / 2, abs=1e-9)


@given(speeds)
def test_time_and_angle_are_inverse_for_any_profile(speeds_rpm: list[float]) -> None:
    times_s = np.arange(len(speeds_rpm), dtype=float)
    shaft = rotation(SpeedProfile(times_s, np.array(speeds_rpm)), times_s[-1])
    asked = np.linspace(-0.5, times_s[-1] + 0.5, 57)
    assert shaft.times_at(shaft.turns_at(asked)) == pytest.approx(asked, abs=1e-9)


@given(speeds)
def test_the_angle_never_runs_backwards_and_starts_at_zero(speeds_rpm: list[float]) -> None:
    times_s = np.arange(len(speeds_rpm), dtype=float)
    shaft = rotation(SpeedProfile(times_s, np.array(speeds_rpm)), times_s[-1])
    assert (np.diff(shaft.turns_at(np.linspace(-0.5, times_s[-1] + 0.5, 99))) > 0).all()
    assert float(shaft.turns_at(0.0)) == 0.0


def test_a_profile_that_starts_before_the_record_still_has_turn_zero_at_time_zero() -> None:
    shaft = rotation(SpeedProfile(np.array([-2.0, 2.0]), np.array([600.0, 1800.0])), 2.0)
    assert float(shaft.turns_at(0.0)) == pytest.approx(0.0, abs=1e-12)
    assert float(shaft.speeds_at(0.0)) == pytest.approx(20.0)


@pytest.mark.parametrize("speed_rpm", [0.0, -100.0, float("nan"), float("inf")])
def test_a_shaft_that_does_not_turn_is_refused(speed_rpm: float) -> None:
    with pytest.raises(BadInput, match="positive speed"):
        rotation(speed_rpm, 1.0)


def test_a_profile_whose_times_do_not_rise_is_refused() -> None:
    with pytest.raises(BadInput, match="rising times"):
        rotation(SpeedProfile(np.array([0.0, 0.0]), np.array([600.0, 700.0])), 1.0)
