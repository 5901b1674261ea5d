"""The shaft as a beam: closed forms of textbooks, with Timoshenko's shear, on springs that hardly give way."""

import math

import numpy as np
import pytest

from loadzone.design.shaft.parts import PointLoad, Section, Shaft, Spring, Support
from loadzone.design.shaft.system import solve_shaft
from loadzone.words.errors import BadInput

YOUNG, POISSON = 207_000.0, 0.3
D = 30.0
EI = YOUNG * math.pi * D**4 / 64
KGA = 6 * (1 + POISSON) / (7 + 6 * POISSON) * YOUNG / (2 * (1 + POISSON)) * math.pi * D**2 / 4
CLAMP = Spring(np.diag((1e12, 1e12, 1e12, 1e15, 1e15)))
PIVOT = Spring(np.diag((1e12, 1e12, 1e12, 0.0, 0.0)))
ROLL = Spring(np.diag((1e12, 1e12, 0.0, 0.0, 0.0)))


def at(position_mm: float, spring: Spring) -> Support:
    return Support(f"at {position_mm:g}", position_mm, spring)


def test_a_cantilever_bends_and_shears_as_the_textbook_says() -> None:
    force, length = 1000.0, 200.0
    found = solve_shaft(Shaft((Section(length, D),), (at(0.0, CLAMP),), (PointLoad(length, fx_n=force),)))
    end = found.curves.displacements[-1]
    assert end[0] == pytest.approx(force * length**3 / (3 * EI) + force * length / KGA, rel=1e-6)
    assert end[4] == pytest.approx(force * length**2 / (2 * EI), rel=1e-6)
    assert np.abs(end[[1, 2, 3]]).max() < 1e-12


def test_a_moment_and_a_pull_at_the_end_of_a_cantilever() -> None:
    load = PointLoad(200.0, fz_n=5000.0, mx_nmm=80_000.0)
    end = solve_shaft(Shaft((Section(200.0, D),), (at(0.0, CLAMP),), (load,))).curves.displacements[-1]
    assert end[3] == pytest.approx(80_000.0 * 200 / EI, rel=1e-6)
    assert end[1] == pytest.approx(-80_000.0 * 200**2 / (2 * EI), rel=1e-6)
    assert end[2] == pytest.approx(5000.0 * 200 / (YOUNG * math.pi * D**2 / 4), rel=1e-6)


def test_a_cone_bends_as_its_integral_says() -> None:
    """F L³/(3 E I) with the fourth power of the diameter shared one to three: 64 F L³/(3 pi E d_tip d_root³)."""
    cone = Section(200.0, 40.0, outer_end_mm=20.0)
    end = solve_shaft(Shaft((cone,), (at(0.0, CLAMP),), (PointLoad(200.0, fy_n=500.0),))).curves.displacements[-1]
    z, w = np.polynomial.legendre.leggauss(60)
    area = math.pi / 4 * (40.0 - 20.0 * (z + 1) / 2) ** 2
    sheared = 500.0 * np.sum(w * 100.0 / (KGA / (math.pi * D**2 / 4) * area))
    assert end[1] == pytest.approx(64 * 500.0 * 200**3 / (3 * math.pi * YOUNG * 20.0 * 40.0**3) + sheared, rel=1e-6)


def test_a_simply_supported_shaft_sags_in_its_middle() -> None:
    force, length = 2000.0, 300.0
    ends = at(0.0, PIVOT), at(length, ROLL)
    found = solve_shaft(Shaft((Section(length, D),), ends, (PointLoad(length / 2, fy_n=-force),)))
    sag = force * length**3 / (48 * EI) + force * length / (4 * KGA)
    assert found.curves.at(length / 2)[1] == pytest.approx(-sag, rel=1e-6)
    assert np.abs(found.curves.moments_nmm[:, 0]).max() == pytest.approx(force * length / 4, rel=1e-9)
    assert found.curves.bending_stress_mpa.max() == pytest.approx(32 * force * length / 4 / (math.pi * D**3), rel=1e-9)


def test_an_overhung_load_lifts_the_far_bearing() -> None:
    force, span, over = 1000.0, 200.0, 80.0
    ends = at(0.0, PIVOT), at(span, ROLL)
    found = solve_shaft(Shaft((Section(span + over, D),), ends, (PointLoad(span + over, fx_n=force),)))
    assert [each.load.fx_n for each in found.supports] == pytest.approx(
        [-force * over / span, force * (1 + over / span)], rel=1e-9
    )
    sag = force * over**2 * (span + over) / (3 * EI) + force * over * (1 + over / span) / KGA
    assert found.curves.displacements[-1, 0] == pytest.approx(sag, rel=1e-6)


def test_three_supports_share_as_the_three_moment_equation_says() -> None:
    """Two equal spans, a load amid the first: 13/32, 22/32 and -3/32 of it; a slender shaft hardly shears."""
    span = 100.0 * D
    supports = at(0.0, PIVOT), at(span, ROLL), at(2 * span, ROLL)
    found = solve_shaft(Shaft((Section(2 * span, D),), supports, (PointLoad(span / 2, fx_n=3200.0),)))
    assert [each.load.fx_n for each in found.supports] == pytest.approx([1300.0, 2200.0, -300.0], rel=2e-4)


def test_a_support_that_sinks_leaves_its_load_to_the_others() -> None:
    """Middle spring k under a load above it: F k/(k + 48 EI/L³ with shear)."""
    soft, span = 5000.0, 200.0
    supports = at(0.0, PIVOT), at(span, Spring(np.diag((soft, soft, 0.0, 0.0, 0.0)))), at(2 * span, ROLL)
    found = solve_shaft(Shaft((Section(2 * span, D),), supports, (PointLoad(span, fx_n=1000.0),)))
    beam = 1 / ((2 * span) ** 3 / (48 * EI) + 2 * span / (4 * KGA))
    assert found.supports[1].load.fx_n == pytest.approx(1000.0 * soft / (soft + beam), rel=1e-6)


def test_a_step_in_the_shaft_shows_in_stress_and_not_in_moment() -> None:
    steps = Section(100.0, 40.0), Section(100.0, 20.0)
    found = solve_shaft(Shaft(steps, (at(0.0, CLAMP),), (PointLoad(200.0, fx_n=100.0),))).curves
    (first, second) = np.flatnonzero(found.z_mm == 100.0)
    assert found.moments_nmm[first, 1] == pytest.approx(found.moments_nmm[second, 1])
    assert found.bending_stress_mpa[second] == pytest.approx(8 * found.bending_stress_mpa[first])


def test_slope_shear_and_moment_are_each_others_derivatives() -> None:
    loads = PointLoad(60.0, fx_n=800.0, my_nmm=9000.0), PointLoad(130.0, fy_n=-500.0, fz_n=200.0)
    supports = at(20.0, PIVOT), at(180.0, ROLL)
    found = solve_shaft(Shaft((Section(90.0, D), Section(110.0, 35.0, 10.0)), supports, loads)).curves
    z, moments = found.z_mm, found.moments_nmm
    apart = np.diff(z) > 0
    assert np.all(np.diff(z) >= 0)
    slopes = np.diff(moments, axis=0)[apart] / np.diff(z)[apart, None]
    np.testing.assert_allclose(slopes[:, 1], -found.forces_n[1:][apart, 0], atol=1e-6)
    np.testing.assert_allclose(slopes[:, 0], found.forces_n[1:][apart, 1], atol=1e-6)
    np.testing.assert_allclose(found.forces_n[[0, -1]], 0.0, atol=1e-6)
    np.testing.assert_allclose(moments[[0, -1]], 0.0, atol=1e-4)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ((0.0, 20.0, 0.0), "length 0 mm"),
        ((10.0, 20.0, 20.0), "diameters 20 and 20 mm"),
        ((10.0, math.nan, 0.0), "diameters nan"),
    ],
)
def test_sections_that_are_no_shaft_are_refused(section: tuple[float, float, float], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        Section(*section)
