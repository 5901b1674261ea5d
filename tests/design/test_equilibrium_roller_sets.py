"""Several rows of rollers between two rings: balance, symmetry, what aligns itself, what handbooks say of slewing."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loadzone.design.equilibrium.roller import solve
from loadzone.design.equilibrium.roller_rows import PlacedRollers, elastic_rollers
from loadzone.design.equilibrium.roller_sets import (
    aligning,
    crossed,
    pair,
    parallel,
    slice_set,
    solve_set,
    solve_set_batch,
    three_row,
)
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.inside import Load, RollerInside
from loadzone.design.slewing import ThreeRow, three_row_loads
from loadzone.words.errors import BadInput, OutOfScope

Array = NDArray[np.float64]
TAPERED = RollerInside(17, 11.0, 16.0, 62.0, 14.0, rows=2)
CYLINDRICAL = RollerInside(30, 11.0, 11.0, 125.0, rows=2, clearance_mm=0.01)
SPHERICAL = RollerInside(19, 15.0, 14.0, 140.0, 9.0, rows=2)
CROSSED = RollerInside(40, 8.0, 7.0, 120.0, 45.0, clearance_mm=-0.004)
SUPPORT = RollerInside(90, 20.0, 18.0, 1000.0, 90.0)
RADIAL = RollerInside(120, 16.0, 15.0, 1040.0)
SLEWING = three_row(SUPPORT, RADIAL, SUPPORT)
SETS = {
    "tapered back to back": pair(TAPERED, "back_to_back", 22.0),
    "tapered face to face": pair(TAPERED, "face_to_face", 22.0),
    "double cylindrical": parallel(CYLINDRICAL, 15.0),
    "spherical": aligning(SPHERICAL),
    "crossed": crossed(CROSSED),
    "slewing": SLEWING,
}
C_N = {"double cylindrical": 170e3, "spherical": 215e3, "crossed": 60e3, "slewing": 1e6}
AXES = {"double cylindrical": (1, 1, 0, 1, 1), "spherical": (1, 1, 1, 0, 0)}
"""Loads that a set can carry: cylindrical rollers no thrust, spherical ones no moment."""


def random_loads(name: str, count: int, seed: int = 20_261_124) -> Array:
    rng = np.random.default_rng(seed)
    size = (
        C_N.get(name, 150e3) * 10 ** rng.uniform(-6, math.log10(0.4), (count, 5)) * rng.choice((-1, 0, 1), (count, 5))
    )
    size[:, 3:] *= SETS[name][0].inside.pitch_diameter_mm / 4.0
    return np.asarray(size * AXES.get(name, (1, 1, 1, 1, 1)))


def balance(placed: Sequence[PlacedRollers], lamina_loads_n: Array) -> Array:
    """Forces and moments of lamina loads about axial position 0, from where each lamina stands and points."""
    total = np.zeros(5)
    for one, loads in zip(placed, lamina_loads_n, strict=True):
        inside, n_s = one.inside, lamina_loads_n.shape[-1]
        angle = one.side * math.radians(inside.contact_angle_deg)
        phi = math.radians(one.phase_deg) + 2 * np.pi * np.arange(inside.n_elements) / inside.n_elements
        x = (np.arange(1, n_s + 1) - (n_s + 1) / 2) * inside.length_mm / n_s
        own = loads[: inside.n_elements]
        radius = inside.pitch_diameter_mm / 2 - math.sin(angle) * x
        z = one.position_mm + math.cos(angle) * x
        across = own * math.cos(angle)
        arm = 0.0 * own if one.is_aligning else across * z - own * math.sin(angle) * radius
        parts = (
            across.sum(axis=1) @ np.cos(phi),
            across.sum(axis=1) @ np.sin(phi),
            own.sum() * math.sin(angle),
            -arm.sum(axis=1) @ np.sin(phi),
            arm.sum(axis=1) @ np.cos(phi),
        )
        total += np.array(parts)
    return total


@pytest.mark.parametrize("name", SETS)
def test_every_random_load_finds_its_equilibrium_and_a_single_case_is_its_row_of_the_batch(name: str) -> None:
    loads = random_loads(name, 300)
    found = solve_set_batch(SETS[name], loads)
    assert found.converged.all()
    assert found.lamina_loads_n is not None
    for index in range(0, 300, 10):
        one = solve_set(SETS[name], Load(*loads[index]))
        top = max(one.lamina_loads_n.max(), 1e-12)
        np.testing.assert_allclose(found.lamina_loads_n[index], one.lamina_loads_n, rtol=1e-9, atol=1e-9 * top)
        assert found.p_max_outer_mpa[index] == pytest.approx(one.p_max_outer_mpa, rel=1e-8)


@pytest.mark.parametrize("name", SETS)
def test_forces_and_moments_balance_the_load(name: str) -> None:
    arm = SETS[name][0].inside.pitch_diameter_mm / 2
    units = np.array((1, 1, 1, arm, arm))
    for load in random_loads(name, 20, seed=5):
        found = solve_set(SETS[name], Load(*load))
        size = max(np.linalg.norm(load / units), 1.0)
        assert np.linalg.norm((balance(SETS[name], found.lamina_loads_n) - load) / units) < 2e-9 * size


@pytest.mark.parametrize("name", SETS)
def test_no_neighbour_has_less_energy(name: str) -> None:
    rng = np.random.default_rng(1)
    rows = slice_set(SETS[name])
    scale = np.array((1, 1, 1, rows[0].scale_mm, rows[0].scale_mm))
    load = 0.1 * C_N.get(name, 150e3) * np.array((1.0, 0.3, 0.4, 2.0, -3.0)) * AXES.get(name, (1, 1, 1, 1, 1))
    q = solve_set(SETS[name], Load(*load)).displacements * scale
    least = elastic_rollers(rows, q)[0] - load / scale @ q
    for step in rng.normal(scale=1e-3, size=(100, 5)):
        assert elastic_rollers(rows, q + step)[0] - load / scale @ (q + step) > least - 1e-9 * abs(least)


@pytest.mark.parametrize("name", ["tapered back to back", "double cylindrical", "crossed", "slewing"])
def test_stiffness_is_symmetric_and_the_derivative_of_the_load(name: str) -> None:
    load = 0.1 * C_N.get(name, 150e3) * np.array((1.0, 0.3, 0.4, 2.0, -3.0)) * AXES.get(name, (1, 1, 1, 1, 1))
    found = solve_set(SETS[name], Load(*load))
    np.testing.assert_allclose(found.stiffness, found.stiffness.T, rtol=1e-9, atol=1e-6 * found.stiffness[0, 0])
    step = 1e-4 * load[0]
    ahead, behind = (solve_set(SETS[name], Load(load[0] + sign * step, *load[1:])) for sign in (1, -1))
    moved = (ahead.displacements - behind.displacements) / (2 * step)
    assert found.stiffness @ moved == pytest.approx([1.0, 0, 0, 0, 0], abs=2e-3)


@pytest.mark.parametrize("name", ["tapered back to back", "tapered face to face", "double cylindrical", "spherical"])
def test_a_radial_load_is_shared_equally_by_both_rows(name: str) -> None:
    found = solve_set(SETS[name], Load(fx_n=20_000.0))
    np.testing.assert_allclose(found.loads_n[0], found.loads_n[1], rtol=1e-7, atol=1e-6)
    assert found.displacements[2:] == pytest.approx([0, 0, 0], abs=1e-9)


def turned(load: Load, degrees: float) -> Load:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Load(
        c * load.fx_n - s * load.fy_n,
        s * load.fx_n + c * load.fy_n,
        load.fz_n,
        c * load.mx_nmm - s * load.my_nmm,
        s * load.mx_nmm + c * load.my_nmm,
    )


@given(st.floats(1e3, 5e4), st.floats(-2e4, 2e4), st.floats(-5e5, 5e5))
@settings(max_examples=15, deadline=None)
def test_turning_the_load_by_a_pitch_turns_the_rollers_and_changes_nothing(fr: float, fa: float, m: float) -> None:
    load = Load(fr, 0.3 * fr, fa, 0.2 * m, m)
    here, there = (
        solve_set(SETS["tapered back to back"], each) for each in (load, turned(load, 360 / TAPERED.n_elements))
    )
    top = here.loads_n.max()
    np.testing.assert_allclose(np.roll(here.loads_n, 1, axis=1), there.loads_n, rtol=1e-6, atol=1e-6 * top)


def test_one_row_of_a_set_is_the_single_bearing() -> None:
    single = RollerInside(13, 7.5, 9.0, 39.0)
    load = Load(3000.0, 500.0, 0.0, 1000.0, 2000.0)
    alone, one = solve(single, load), solve_set(parallel(single, 0.0), load)
    np.testing.assert_allclose(one.lamina_loads_n, alone.lamina_loads_n, rtol=1e-12)
    assert one.row_lamina_loads_n.shape == (1, 13, 30)


def test_where_the_load_is_given_does_not_matter_when_its_moment_goes_with_it() -> None:
    placed = SETS["tapered back to back"]
    moved = [PlacedRollers(each.inside, each.position_mm - 40.0, each.side) for each in placed]
    here = solve_set(placed, Load(10_000.0, 0.0, 5000.0))
    there = solve_set(moved, Load(10_000.0, 0.0, 5000.0, 0.0, -40.0 * 10_000.0))
    np.testing.assert_allclose(there.loads_n, here.loads_n, rtol=1e-6, atol=1e-6 * here.loads_n.max())


def test_back_to_back_is_stiffer_against_tilt_than_face_to_face() -> None:
    back, face = (
        solve_set(SETS[f"tapered {name}"], Load(fx_n=20_000.0)).stiffness[4, 4]
        for name in ("back to back", "face to face")
    )
    assert back > 3 * face


def test_a_spherical_race_resists_no_tilt_and_carries_no_moment() -> None:
    found = solve_set(SETS["spherical"], Load(20_000.0, 0.0, 5000.0))
    assert not found.stiffness[3:].any()
    assert not found.stiffness[:, 3:].any()
    with pytest.raises(OutOfScope, match="aligns itself"):
        solve_set(SETS["spherical"], Load(20_000.0, my_nmm=1.0))
    with pytest.raises(OutOfScope, match="aligns itself"):
        solve_set_batch(SETS["spherical"], [[1000.0, 0, 0, 0, 0], [1000.0, 0, 0, 0, 5.0]])


def test_every_second_crossed_roller_takes_the_thrust() -> None:
    found = solve_set(crossed(RollerInside(40, 8.0, 7.0, 120.0, 45.0)), Load(fz_n=5000.0))
    assert found.loads_n[0] == pytest.approx(np.full(20, 5000 / 20 / math.sin(math.pi / 4)), rel=1e-7)
    assert found.loads_n[1].max() == 0.0


def most(found: RollerEquilibrium, row: int) -> float:
    return float(found.loads_n[row].max())


def test_a_slewing_ring_carries_what_handbooks_say_of_thrust_and_more_under_a_moment() -> None:
    """Handbooks let the load fall as the cosine, 4M/(D Z); a line contact falls faster, which the greatest one pays."""
    handbook = ThreeRow(SUPPORT.n_elements, SUPPORT.pitch_diameter_mm, RADIAL.n_elements)
    thrust, moment, radial = Load(fz_n=1e6), Load(my_nmm=5e8), Load(fx_n=4e5)
    assert most(solve_set(SLEWING, thrust), 0) == pytest.approx(three_row_loads(handbook, thrust)[0], rel=1e-6)
    tilted = max(most(solve_set(SLEWING, moment), row) for row in (0, 2))
    assert 1.0 < tilted / three_row_loads(handbook, moment)[0] < 1.1
    assert 1.0 < most(solve_set(SLEWING, radial), 1) / three_row_loads(handbook, radial)[1] < 1.1


def test_thrust_rollers_share_a_centric_load_and_refuse_what_they_cannot_carry() -> None:
    flat = RollerInside(24, 6.0, 5.5, 54.0, 90.0)
    found = solve(flat, Load(fz_n=12_000.0))
    assert found.loads_n[0] == pytest.approx(np.full(24, 500.0), rel=1e-7)
    with pytest.raises(OutOfScope, match="carries none"):
        solve(flat, Load(100.0, 0.0, 12_000.0))
    with pytest.raises(OutOfScope, match="thrust one way"):
        solve(flat, Load(fz_n=-12_000.0))


def test_impossible_sets_are_refused() -> None:
    with pytest.raises(BadInput, match="0 rows"):
        solve_set([], Load())
    with pytest.raises(BadInput, match="41 crossed rollers"):
        crossed(RollerInside(41, 8.0, 7.0, 120.0, 45.0))
    with pytest.raises(BadInput, match="three-row ring"):
        three_row(SUPPORT, SUPPORT, SUPPORT)
    with pytest.raises(BadInput, match="0 or more"):
        pair(TAPERED, "back_to_back", -1.0)
    with pytest.raises(OutOfScope, match="ribs would carry it"):
        solve_set(SETS["double cylindrical"], Load(fz_n=10.0))
    with pytest.raises(OutOfScope, match="contact angle 0 deg"):
        aligning(RollerInside(19, 15.0, 14.0, 140.0, rows=2))
