"""Equilibrium of rollers in laminae: balance, profiles, limits."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from loadzone.design.equilibrium import profiles
from loadzone.design.equilibrium.roller import solve, solve_batch
from loadzone.design.inside import Load, RollerInside
from loadzone.design.reference_life import reference_life
from loadzone.words.errors import BadInput, OutOfScope

Case = Mapping[str, Any]
CYLINDRICAL = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02)
TAPERED = RollerInside(17, 8.0, 12.0, 50.0, 15.0)


def random_loads(count: int, seed: int = 20_261_124) -> np.ndarray[Any, np.dtype[np.float64]]:
    rng = np.random.default_rng(seed)
    size = 28_600 * 10 ** rng.uniform(-8, math.log10(0.5), (count, 5)) * rng.choice((-1, 1), (count, 5))
    size[:, 3:] *= rng.choice((0.0, 2.0), (count, 1))
    size[:, 2] = 0.0
    return np.asarray(size)


@pytest.mark.parametrize("clearance_mm", [-0.01, 0.0, 0.02])
def test_every_random_load_finds_its_equilibrium(clearance_mm: float) -> None:
    inside = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=clearance_mm)
    loads = random_loads(2000)
    found = solve_batch(inside, loads)
    assert found.converged.all()
    assert found.lamina_loads_n is not None
    azimuths = 2 * np.pi * np.arange(13) / 13
    x = (np.arange(1, 31) - 15.5) * 9.0 / 30
    rollers, moments = found.lamina_loads_n.sum(axis=2), found.lamina_loads_n @ x
    balance = np.stack(
        (
            rollers @ np.cos(azimuths),
            rollers @ np.sin(azimuths),
            np.zeros(2000),
            -moments @ np.sin(azimuths),
            moments @ np.cos(azimuths),
        ),
        axis=1,
    )
    units = np.array((1, 1, 1, 19.5, 19.5))
    size = np.maximum(np.linalg.norm(loads / units, axis=1), 1e-6 * 28_600)
    assert (np.linalg.norm((balance - loads) / units, axis=1) / size).max() < 1e-9


def test_a_single_case_is_its_row_of_the_batch() -> None:
    loads = random_loads(30, seed=3)
    batch = solve_batch(CYLINDRICAL, loads)
    assert batch.lamina_loads_n is not None
    for index, load in enumerate(loads):
        one = solve(CYLINDRICAL, Load(*load))
        assert one.converged
        top = one.lamina_loads_n.max()
        np.testing.assert_allclose(batch.lamina_loads_n[index], one.lamina_loads_n, rtol=1e-9, atol=1e-9 * top)
        assert batch.q_max_n[index] == pytest.approx(one.loads_n.max(), rel=1e-8)
        assert batch.p_max_inner_mpa[index] == pytest.approx(one.p_max_inner_mpa, rel=1e-8)


def test_stiffness_is_symmetric_and_the_derivative_of_the_load() -> None:
    load = Load(3000.0, 500.0, 0.0, 1000.0, 2000.0)
    found = solve(CYLINDRICAL, load)
    np.testing.assert_allclose(found.stiffness, found.stiffness.T, rtol=1e-9)
    step = 1.0
    ahead, behind = (solve(CYLINDRICAL, Load(3000.0 + sign * step, 500.0, 0.0, 1000.0, 2000.0)) for sign in (1, -1))
    moved = (ahead.displacements - behind.displacements) / (2 * step)
    assert found.stiffness @ moved == pytest.approx([1.0, 0, 0, 0, 0], abs=1e-3)


def test_more_laminae_change_little() -> None:
    coarse, fine = (solve(CYLINDRICAL, Load(5000.0, my_nmm=3000.0), laminae=count) for count in (30, 301))
    assert coarse.loads_n.max() == pytest.approx(fine.loads_n.max(), rel=4e-3)
    assert coarse.displacements[4] == pytest.approx(fine.displacements[4], rel=2e-2)


def test_an_odd_number_of_laminae_has_a_finite_life() -> None:
    found = solve(CYLINDRICAL, Load(5000.0), laminae=31)
    even = reference_life(CYLINDRICAL, solve(CYLINDRICAL, Load(5000.0)), 28_600.0).l10r_mrev
    assert reference_life(CYLINDRICAL, found, 28_600.0).l10r_mrev == pytest.approx(even, rel=0.02)


def test_profiles_fall_off_towards_the_ends() -> None:
    x = np.linspace(-4.4, 4.4, 9)
    drops = [each(CYLINDRICAL, x) for each in (profiles.iso, profiles.straight, profiles.crowned(500.0))]
    for drop in drops:
        np.testing.assert_allclose(drop, drop[::-1], atol=1e-15)
        assert drop[4] == 0.0
    assert drops[0][0] == pytest.approx(0.00035 * 7.5 * math.log(1 / (1 - (8.8 / 9) ** 2)))
    assert drops[2][0] == pytest.approx(4.4**2 / 1000)


def test_the_profile_of_a_long_roller_is_flat_in_the_middle() -> None:
    long = RollerInside(20, 4.0, 20.0, 40.0)
    drop = profiles.iso(long, np.array((0.0, 4.9, 5.1, 9.9)))
    assert drop[:2].tolist() == [0.0, 0.0]
    assert 0 < drop[2] < drop[3]
    assert solve(long, Load(5000.0), profile=profiles.iso).converged


def test_a_straight_roller_under_tilt_is_pressed_at_its_ends_more_than_a_profiled_one() -> None:
    load = Load(5000.0, my_nmm=20_000.0)
    straight = solve(CYLINDRICAL, load, profile=profiles.straight)
    profiled = solve(CYLINDRICAL, load)
    assert straight.lamina_loads_n[0, -1] > profiled.lamina_loads_n[0, -1]


def test_tapered_rollers_balance_radial_and_axial_load_and_say_what_is_not_verified() -> None:
    found = solve(TAPERED, Load(fx_n=3000.0, fz_n=2500.0))
    assert found.converged
    assert found.loads_n.sum() * math.sin(math.radians(15)) == pytest.approx(2500.0, rel=1e-8)
    assert [each.code for each in found.notices] == ["not_verified"]
    assert reference_life(TAPERED, found, 45_000.0).mark == "not verified"
    batch = solve_batch(TAPERED, [[3000.0, 0, 2500.0, 0, 0]])
    assert batch.q_max_n[0] == pytest.approx(found.loads_n.max(), rel=1e-9)


def test_an_unloaded_bearing_stays_and_its_rollers_carry_nothing() -> None:
    found = solve(CYLINDRICAL, Load())
    assert found.displacements.tolist() == [0.0] * 5
    assert found.loads_n.max() == 0.0
    assert reference_life(CYLINDRICAL, found, 28_600.0).l10r_mrev == math.inf


@pytest.mark.parametrize(
    ("inside", "load", "error", "sentence"),
    [
        (CYLINDRICAL, Load(1000.0, fz_n=100.0), OutOfScope, "ribs would carry it"),
        (TAPERED, Load(1000.0), OutOfScope, "needs a second one"),
        (RollerInside(13, 7.5, 9.0, 39.0, rows=2), Load(1.0), OutOfScope, "2 rows"),
        (RollerInside(13, 7.5, 9.0, 39.0, 95.0), Load(1.0), OutOfScope, "between 0 and 90 deg"),
        (CYLINDRICAL, Load(math.nan), BadInput, "finite numbers"),
    ],
)
def test_impossible_input_is_refused(inside: RollerInside, load: Load, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        solve(inside, load)


def test_too_few_laminae_and_a_crown_without_radius_are_refused() -> None:
    with pytest.raises(BadInput, match="2 laminae"):
        solve(CYLINDRICAL, Load(1000.0), laminae=2)
    with pytest.raises(BadInput, match="crown radius 0 mm"):
        profiles.crowned(0.0)
