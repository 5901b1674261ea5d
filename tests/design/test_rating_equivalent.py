"""Equivalent loads and the fatigue load limit: table against closed form, continuity, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.equivalent import (
    equivalent_load,
    factors,
    operating_angle,
    static_equivalent_load,
    static_factors,
)
from loadzone.design.fatigue_limit import fatigue_limit_exact, fatigue_limit_simple
from loadzone.design.inside import BallInside, Material, RollerInside
from loadzone.words.errors import OutOfScope


def test_the_remembered_table_agrees_with_the_closed_form_up_to_its_last_row() -> None:
    rows = np.array([0.172, 0.345, 0.689, 1.03, 1.38, 2.07, 3.45, 5.17])
    table, closed = factors("deep_groove_ball", 0.0, rows, "table"), factors("deep_groove_ball", 0.0, rows)
    assert np.abs(table.e - closed.e).max() < 0.0075
    assert np.abs(table.y2 - closed.y2).max() < 0.0152
    assert closed.x2[0] == pytest.approx(0.5648, abs=1e-4)


@pytest.mark.parametrize(
    ("angle_deg", "e", "x", "y"),
    [(20, 0.57, 0.43, 1.0), (25, 0.68, 0.41, 0.87), (30, 0.8, 0.39, 0.76), (40, 1.14, 0.35, 0.57)],
)
def test_factors_of_angular_contact_bearings_are_those_of_the_table(
    angle_deg: float, e: float, x: float, y: float
) -> None:
    found = factors("angular_contact_ball", angle_deg, 3.0)
    assert (float(found.e), float(found.x2), float(found.y2)) == (e, x, y)


@given(x=st.floats(0.0, 60.0), angle_deg=st.floats(5.0, 19.0))
def test_the_operating_angle_solves_its_equation(x: float, angle_deg: float) -> None:
    angle = float(operating_angle(x, angle_deg))
    left = np.cos(np.radians(angle_deg)) / np.cos(angle)
    assert left == pytest.approx(1 + 0.012534 * (x / np.sin(angle)) ** (2 / 3), abs=1e-11)


@given(x=st.floats(0.05, 6.0), radial_n=st.floats(1.0, 1e5))
def test_the_equivalent_load_is_continuous_at_e(x: float, radial_n: float) -> None:
    found = factors("deep_groove_ball", 0.0, x)
    at_e = float(found.e) * radial_n
    below, above = (float(equivalent_load(found, radial_n, at_e * (1 + tiny))) for tiny in (-1e-9, 1e-9))
    assert above == pytest.approx(below, rel=1e-6)


@given(radial_n=st.floats(0.0, 1e5), axial_n=st.floats(-1e5, 1e5))
def test_the_static_load_is_never_below_the_radial_one(radial_n: float, axial_n: float) -> None:
    for kind, angle_deg in (("deep_groove_ball", 0.0), ("angular_contact_ball", 40.0), ("spherical_roller", 10.0)):
        assert static_equivalent_load(static_factors(kind, angle_deg), radial_n, axial_n) >= radial_n


def test_thrust_bearings_at_right_angles_carry_their_axial_load_alone() -> None:
    found = factors("thrust_ball", 90.0, 0.0)
    assert float(equivalent_load(found, 500.0, -2000.0)) == 2000.0
    assert float(static_equivalent_load(static_factors("thrust_ball", 90.0), 0.0, 2000.0)) == 2000.0


def test_cylindrical_rollers_carry_their_radial_load_alone() -> None:
    assert float(equivalent_load(factors("cylindrical_roller", 0.0, 0.0), 500.0, 0.0)) == 500.0


@pytest.mark.parametrize(
    ("kind", "angle_deg"),
    [
        ("tapered_roller", 12.0),
        ("spherical_roller", 9.0),
        ("self_aligning_ball", 10.0),
        ("double_row_angular_contact_ball", 32.0),
        ("thrust_ball", 60.0),
        ("thrust_spherical_roller", 50.0),
        ("angular_contact_ball", 15.0),
    ],
)
def test_factors_from_memory_say_so_and_nearly_meet_at_e(kind: str, angle_deg: float) -> None:
    found = factors(kind, angle_deg, 1.0)
    assert found.mark == "not verified"
    below, above = found.x1 + found.y1 * found.e, found.x2 + found.y2 * found.e
    assert float(above) == pytest.approx(float(below), rel=0.07)


def test_the_fatigue_load_limit_of_6205_is_412_n_exact_and_356_n_simple() -> None:
    steel = Material(206_000.0)
    inside = BallInside(9, 7.938, 38.5, races=steel, balls=steel)
    assert fatigue_limit_exact(inside, "deep_groove_ball").value_n == pytest.approx(412.0, abs=0.5)
    assert fatigue_limit_simple(7829.7, 38.5, is_ball=True).value_n == pytest.approx(356.0, abs=0.5)


def test_large_bearings_have_a_lower_limit_for_their_capacity() -> None:
    assert fatigue_limit_simple(22_000.0, 400.0, is_ball=True).value_n == pytest.approx(500.0)
    assert fatigue_limit_simple(8_200.0, 400.0, is_ball=False).value_n == pytest.approx(1000.0 * 0.25**0.3)


def test_the_exact_limit_of_rollers_is_refused_with_the_way_out() -> None:
    with pytest.raises(OutOfScope, match="simple one"):
        fatigue_limit_exact(RollerInside(13, 7.5, 9.0, 39.0), "cylindrical_roller")
