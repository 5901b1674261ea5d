"""Balls at speed: the static limit, balances of every ball, symmetry, refusals."""

import numpy as np
import pytest

from loadzone.design.equilibrium.ball import solve
from loadzone.design.inside import BallInside, Load, Material
from loadzone.design.speed_effects import SpeedEquilibrium, solve_at_speed
from loadzone.words.errors import BadInput, OutOfScope

SIX = BallInside(9, 7.938, 38.5, groove_inner=0.515, groove_outer=0.525, clearance_mm=0.01)
ANGULAR = BallInside(16, 22.23, 125.3, 40.0, 11.63 / 22.23, 11.63 / 22.23)
LOADS = (
    Load(fz_n=1000.0),
    Load(fx_n=1000.0, fz_n=500.0),
    Load(fx_n=2500.0, fy_n=700.0, fz_n=-1200.0, mx_nmm=4000.0, my_nmm=-3000.0),
    Load(fx_n=10.0),
)


def test_the_angles_at_speed_are_marked_as_computed() -> None:
    assert solve_at_speed(ANGULAR, Load(fz_n=17_800.0), 3000.0).steps()[0].mark == "computed"


@pytest.mark.parametrize("load", LOADS[:3])
def test_without_speed_the_answer_is_the_static_equilibrium(load: Load) -> None:
    static, found = solve(SIX, load), solve_at_speed(SIX, load, 1e-3)
    assert found.displacements == pytest.approx(static.displacements, abs=1e-8)
    assert found.inner_loads_n == pytest.approx(static.loads_n[0], abs=1e-3)
    assert found.stiffness == pytest.approx(static.stiffness, rel=1e-3, abs=1e-3 * np.abs(static.stiffness).max())


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("speed_rpm", [3000.0, 30_000.0])
def test_every_ball_and_the_ring_are_in_balance(load: Load, speed_rpm: float) -> None:
    found = solve_at_speed(SIX, load, speed_rpm)
    outer, inner = np.radians(found.outer_angles_deg), np.radians(found.inner_angles_deg)
    held = 2 * found.gyroscopic_nmm / SIX.ball_diameter_mm
    tolerance = 1e-7 * found.outer_loads_n.max()
    radial = found.outer_loads_n * np.cos(outer) + held * np.sin(outer) - found.centrifugal_n
    axial = found.outer_loads_n * np.sin(outer) - held * np.cos(outer)
    assert radial == pytest.approx(found.inner_loads_n * np.cos(inner), abs=tolerance)
    assert axial == pytest.approx(found.inner_loads_n * np.sin(inner), abs=tolerance)
    azimuth = 2 * np.pi * np.arange(9) / 9
    pushed = found.inner_loads_n * np.cos(inner)
    total = pushed @ np.cos(azimuth), pushed @ np.sin(azimuth), found.inner_loads_n @ np.sin(inner)
    assert total == pytest.approx((load.fx_n, load.fy_n, load.fz_n), abs=tolerance)


def test_the_stiffness_is_the_derivative_of_the_load() -> None:
    load, moved = LOADS[1], Load(fx_n=1000.5, fz_n=500.25)
    here, there = (solve_at_speed(SIX, each, 20_000.0) for each in (load, moved))
    change = here.stiffness @ (there.displacements - here.displacements)
    assert change[:3] == pytest.approx((0.5, 0.0, 0.25), abs=1e-3)


def test_the_direction_of_turning_does_not_matter() -> None:
    forward, backward = (solve_at_speed(ANGULAR, Load(fz_n=17_800.0), n) for n in (10_000.0, -10_000.0))
    assert forward.outer_loads_n == pytest.approx(backward.outer_loads_n, rel=1e-9)


def test_ceramic_balls_are_thrown_less() -> None:
    ceramic = BallInside(16, 22.23, 125.3, 40.0, 11.63 / 22.23, 11.63 / 22.23, balls=Material(310_000.0, 0.26, 3200.0))
    steel, light = (spread(solve_at_speed(each, Load(fz_n=17_800.0), 10_000.0)) for each in (ANGULAR, ceramic))
    assert light < 0.6 * steel


def spread(found: SpeedEquilibrium) -> float:
    return float((found.inner_angles_deg - found.outer_angles_deg).max())


def test_what_the_model_cannot_promise_is_said() -> None:
    fast = solve_at_speed(ANGULAR, Load(fx_n=3000.0, fz_n=4000.0, my_nmm=-80_000.0), 20_000.0)
    assert "gyroscopic_slip" in {each.code for each in fast.notices}
    light = solve_at_speed(SIX, Load(fx_n=10.0), 10_000.0)
    assert "lost_inner_contact" in {each.code for each in light.notices}


def test_a_speed_beyond_the_model_is_refused_with_what_was_reached() -> None:
    with pytest.raises(OutOfScope, match="finds no rest beyond"):
        solve_at_speed(ANGULAR, Load(fx_n=2000.0), 20_000.0)
    with pytest.raises(BadInput):
        solve_at_speed(SIX, LOADS[0], float("nan"))
    with pytest.raises(BadInput, match="mode iso"):
        solve_at_speed(SIX, LOADS[0], 1000.0, "iso")
