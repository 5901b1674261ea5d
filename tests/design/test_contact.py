"""Hertzian contact: the load integrals, limits, stresses under the surface, refusals."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from design_cases import cases, check
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from loadzone.design.contact import (
    axis_stresses,
    ball_constant,
    compliance,
    ellipse,
    line_contact,
    main_shear,
    orthogonal_shear,
    point_contact,
    race_curvature,
)
from loadzone.design.inside import BallInside, Material
from loadzone.design.reference_life import ball_ratings
from loadzone.words.errors import BadInput

Case = Mapping[str, Any]


@pytest.mark.parametrize("case", cases("load_integrals_"))
def test_constants_of_the_reference_life_are_load_integrals(case: Case) -> None:
    def integral(power: float, exponent: float) -> float:
        """Mean of cos(x)^power over the loaded half of the circle, to the power 1/exponent."""
        mean = integrate.quad(lambda x: math.cos(x) ** power, -math.pi / 2, math.pi / 2)[0] / (2 * math.pi)
        return float(mean ** (1 / exponent))

    radial_ball, radial_roller = integral(2.5, 1), integral(1 + 10 / 9, 1)
    got = {
        "J_r_ball": radial_ball,
        "Jr_over_J1_ball": radial_ball / integral(4.5, 3),
        "Jr_over_J2_ball": radial_ball / integral(5, 10 / 3),
        "J_r_roller": radial_roller,
    }
    check(case, got)
    inside = BallInside(9, 7.938, 38.5)
    inner, outer = ball_ratings(inside, 14_000.0)
    ratio = 1.044 * ((1 - inside.gamma) / (1 + inside.gamma)) ** 1.72 * ((0.52 / 0.53) * 0.06 / 0.04) ** 0.41
    assert inner * 9 / 14_000 / (1 + ratio ** (10 / 3)) ** 0.3 == pytest.approx(1 / got["Jr_over_J1_ball"], rel=1e-3)
    assert outer * 9 / 14_000 / (1 + ratio ** (-10 / 3)) ** 0.3 == pytest.approx(1 / got["Jr_over_J2_ball"], rel=2e-3)


@given(st.floats(1.0, 200.0))
def test_ellipse_inverts_the_curvature_difference_and_its_integrals_are_complete(ratio: float) -> None:
    m = 1 - ratio**-2
    first, second = special.ellipk(m), special.ellipe(m)
    difference = (
        ((ratio**2 + 1) * second - 2 * first) / ((ratio**2 - 1) * second) if ratio > 1.001 else 0.75 * (ratio - 1)
    )
    found = ellipse(max(difference, 0.0))
    assert found.ratio == pytest.approx(ratio, rel=1e-6 if ratio > 1.001 else 1e-4)
    assert found.first == pytest.approx(special.ellipk(1 - found.ratio**-2), rel=1e-12)
    assert found.second == pytest.approx(special.ellipe(1 - found.ratio**-2), rel=1e-12)


def test_equal_spheres_touch_in_the_circle_of_hertz() -> None:
    inside = race_curvature(10.0, 0.0, 1e9, "inner")  # a ball on a plane
    steel = compliance(Material(), Material())
    found = point_contact(100.0, inside, steel)
    radius = (3 * 100.0 * 5.0 * steel / 4) ** (1 / 3)
    assert found.semi_major_mm == pytest.approx(radius, rel=1e-6)
    assert found.p_max_mpa == pytest.approx(1.5 * 100.0 / (math.pi * radius**2), rel=1e-6)
    assert found.approach_mm == pytest.approx(radius**2 / 5.0, rel=1e-6)


def test_many_contacts_are_the_same_as_one_by_one_and_no_load_means_no_pressure() -> None:
    curvature = race_curvature(7.938, 0.2, 0.52, "inner")
    steel = compliance(Material(), Material())
    loads = np.array([-1.0, 0.0, 10.0, 1000.0])
    many = point_contact(loads, curvature, steel)
    assert many.p_max_mpa[:2].tolist() == [0.0, 0.0]
    for load, pressure in zip(loads[2:], many.p_max_mpa[2:], strict=True):
        assert pressure == pytest.approx(float(point_contact(load, curvature, steel).p_max_mpa), rel=1e-14)


def test_line_contact_carries_its_load() -> None:
    found = line_contact(np.array([0.0, 100.0]), 3.0, compliance(Material(), Material()))
    assert found.p_max_mpa[0] == 0.0
    assert found.p_max_mpa[1] * math.pi * found.half_width_mm[1] / 2 == pytest.approx(100.0)
    modulus = 207_000 / 0.91
    assert found.p_max_mpa[1] == pytest.approx(math.sqrt(100.0 * modulus / (2 * math.pi * 3.0)))


def test_ceramic_balls_raise_the_pressure_on_steel_races() -> None:
    steel = BallInside(9, 7.938, 38.5)
    hybrid = BallInside(9, 7.938, 38.5, balls=Material(315_000, 0.26, 3_200))
    assert 1.05 < ball_constant(hybrid) / ball_constant(steel) < 1.25


@pytest.mark.parametrize(("ratio", "share", "depth"), [(1e6, 0.25, 0.5), (1.0, 0.2139, 0.3509)])
def test_orthogonal_shear_has_the_limits_of_line_and_circle(ratio: float, share: float, depth: float) -> None:
    found = orthogonal_shear(ratio)
    assert found.over_pressure == pytest.approx(share, abs=1e-4)
    assert found.depth_over_half_width == pytest.approx(depth, abs=1e-4)


@pytest.mark.parametrize(("ratio", "share", "depth"), [(1e3, 0.300, 0.786), (1.0001, 0.310, 0.481)])
def test_main_shear_has_the_limits_of_line_and_circle(ratio: float, share: float, depth: float) -> None:
    found = main_shear(ratio)
    assert found.over_pressure == pytest.approx(share, abs=1e-3)
    assert found.depth_over_half_width == pytest.approx(depth, abs=2e-3)


@given(st.floats(1.05, 20.0), st.floats(0.0, 0.45))
def test_stresses_on_the_axis_begin_at_the_surface_values_of_hertz(ratio: float, poisson: float) -> None:
    along, across, normal = axis_stresses(0.0, ratio, poisson)
    major, minor = ratio / (1 + ratio), 1 / (1 + ratio)
    assert along == pytest.approx(-(2 * poisson + (1 - 2 * poisson) * minor), rel=1e-9)
    assert across == pytest.approx(-(2 * poisson + (1 - 2 * poisson) * major), rel=1e-9)
    assert normal == pytest.approx(-1.0, rel=1e-9)


@pytest.mark.parametrize("difference", [-0.1, 1.0, math.nan])
def test_impossible_curvature_is_refused_with_the_limit(difference: float) -> None:
    with pytest.raises(BadInput, match=r"0 \(circle\) to below 1 \(line\)"):
        ellipse(difference)
