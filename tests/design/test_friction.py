"""Friction and heat: limits of the laws, the balance, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.friction import PalmgrenFactors, maker_friction, palmgren, palmgren_factors
from loadzone.design.thermal import steady_temperature, thermal_speed
from loadzone.words.errors import BadInput, OutOfScope

BALLS = PalmgrenFactors(2.0, 0.00022)


def test_the_power_of_the_makers_model_is_moment_times_speed_and_marked_as_not_verified() -> None:
    found = maker_friction("62", 25.0, 52.0, 3000.0, 20.0, 1000.0, 0.0)
    assert found.power_w(3000.0) == pytest.approx(0.0201361228 * 3000.0 * np.pi / 30, rel=1e-6)
    assert {each.mark for each in found.steps()} == {"not verified"}


def test_a_vanishing_axial_load_changes_the_rolling_part_nowhere() -> None:
    pure = maker_friction("63", 30, 72, 3000, 20, 2000)
    nearly = maker_friction("63", 30, 72, 3000, 20, 2000, 1e-3, 16_000)
    assert nearly.rolling_variable == pytest.approx(float(pure.rolling_variable), rel=1e-4)


@given(st.floats(0, 1e5), st.floats(1, 1e4), st.floats(1, 500))
def test_palmgrens_moment_is_the_sum_of_its_parts(load: float, n: float, nu: float) -> None:
    found = palmgren(BALLS, 38.5, n, nu, load)
    assert found.moment_nmm == pytest.approx(float(found.first_nmm + found.second_nmm))
    assert found.second_nmm == pytest.approx(0.00022 * load * 38.5)


def test_palmgrens_two_laws_meet_within_one_percent() -> None:
    below, above = (palmgren(BALLS, 38.5, n, 1.0, 0.0).first_nmm for n in (1999.999, 2000.0))
    assert above / below == pytest.approx(1.0, abs=0.01)


def test_factors_carry_their_source() -> None:
    assert palmgren_factors("cylindrical_roller", "grease").viscous == 0.8
    assert "Jungnickel" in palmgren_factors("cylindrical_roller").source


def test_what_is_in_no_table_is_refused_with_the_way_out() -> None:
    with pytest.raises(OutOfScope, match="give the maker's"):
        palmgren_factors("toroidal_roller")
    with pytest.raises(OutOfScope, match="series 22"):
        maker_friction("22", 25, 52, 3000, 20, 1000)
    with pytest.raises(OutOfScope, match="C_0"):
        maker_friction("62", 25, 52, 3000, 20, 1000, 500)


def test_at_the_thermal_speed_friction_is_what_the_reference_surface_gives_off() -> None:
    found = thermal_speed(BALLS, 25, 52, 15, 7800)
    moment = palmgren(BALLS, 38.5, found.speed_rpm, 12.0, 0.05 * 7800)
    assert moment.power_w(found.speed_rpm) == pytest.approx(0.016 * np.pi * 15 * 77, rel=1e-10)
    assert 10_000 < float(found.speed_rpm) < 30_000
    assert found.steps()[-1].mark == "not verified"


def test_thermal_speeds_of_a_batch_are_those_of_its_cases() -> None:
    bores, outers, widths, ratings = np.array([[25.0, 50.0], [52.0, 90.0], [15.0, 20.0], [7800.0, 23_200.0]])
    batch = thermal_speed(BALLS, bores, outers, widths, ratings).speed_rpm
    single = [thermal_speed(BALLS, *case).speed_rpm for case in zip(bores, outers, widths, ratings, strict=True)]
    assert batch == pytest.approx(np.array(single, dtype=float), rel=1e-12)


def test_thrust_ball_bearings_have_no_thermal_speed() -> None:
    with pytest.raises(OutOfScope, match="ISO 15312:2018 excludes"):
        thermal_speed(BALLS, 25, 47, 15, 50_000, "thrust_ball")


def test_the_steady_temperature_balances_heat_and_loss() -> None:
    found = steady_temperature(lambda nu: 2.0 + 0.5 * nu, lambda degc: 1000.0 / degc, 0.5)
    assert found.power_w == pytest.approx(0.5 * (found.temperature_degc - 20))
    assert found.notices == ()


def test_a_bearing_that_is_too_hot_says_so_and_one_without_balance_is_refused() -> None:
    assert steady_temperature(lambda _: 120.0, lambda _: 10.0, 1.0).notices[0].code == "hot_bearing"
    with pytest.raises(OutOfScope, match="no balance"):
        steady_temperature(lambda _: 500.0, lambda _: 10.0, 1.0)
    with pytest.raises(BadInput):
        steady_temperature(lambda _: 1.0, lambda _: 10.0, 0.0)
