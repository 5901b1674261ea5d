"""Equilibrium of one row of balls: what mechanics demands, batches, limits and refusals."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from design_cases import cases, check
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loadzone.design.equilibrium.ball import solve, solve_batch
from loadzone.design.equilibrium.rows import elastic, row
from loadzone.design.inside import BallInside, Load, Material
from loadzone.words.errors import BadInput, OutOfScope

Case = Mapping[str, Any]
DEEP_GROOVE = BallInside(9, 7.938, 38.5, 0.0, 0.515, 0.525, clearance_mm=0.01)
ANGULAR = BallInside(16, 22.23, 125.3, 40.0, 0.5232, 0.5232)
SLEWING = BallInside(120, 40.0, 2000.0, 45.0, 0.525, 0.525)
SEED = 20_261_124


def inside_of(given_: Mapping[str, Any]) -> BallInside:
    steel = Material(given_["E_MPa"], given_.get("nu", 0.3))
    nominal = given_.get("alpha_nominal_deg", given_.get("alpha_deg", 0.0))
    clearance = given_.get("s_r_mm", 0.0)
    if "alpha0_deg" in given_ and not nominal:
        distance = (given_["f_i"] + given_["f_e"] - 1) * given_["Dw_mm"]
        clearance = 2 * distance * (1 - math.cos(math.radians(given_["alpha0_deg"])))
    grooves = given_["f_i"], given_["f_e"]
    return BallInside(
        given_["Z"],
        given_["Dw_mm"],
        given_["Dpw_mm"],
        nominal,
        *grooves,
        clearance_mm=clearance,
        races=steel,
        balls=steel,
    )


def random_loads(inside: BallInside, c_n: float, count: int, seed: int = SEED) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Loads of both signs over eight decades; each component is absent in a third of the cases."""
    rng = np.random.default_rng(seed)
    size = c_n * 10 ** rng.uniform(-8, math.log10(0.5), (count, 5)) * rng.choice((-1, 1), (count, 5))
    loads = size * (rng.random((count, 5)) < 2 / 3)
    loads[:, 3:] *= inside.pitch_diameter_mm / 2
    return np.asarray(loads)


@pytest.mark.parametrize("case", cases("jones_218_n0"))
def test_a_bearing_at_rest_under_thrust_is_that_of_jones_without_speed(case: Case) -> None:
    groove = case["inputs"]["r_mm"] / case["inputs"]["Dw_mm"]
    inside = inside_of({**case["inputs"], "f_i": groove, "f_e": groove})
    found = solve(inside, Load(fz_n=case["inputs"]["Fa_N"]))
    angle, load = found.contact_angles_deg[0, 0], found.loads_n[0, 0]
    got = {"alpha_o_deg": angle, "alpha_i_deg": angle, "Q_o_N": load, "Q_i_N": load}
    got["delta_a_um"] = found.displacements[2] * 1e3
    check(case, got, list(got))


@pytest.mark.parametrize(
    ("name", "inside", "c_n", "count"),
    [
        ("deep groove, no clearance", BallInside(9, 7.938, 38.5, 0.0, 0.515, 0.525), 14e3, 2000),
        ("deep groove, 10 um", DEEP_GROOVE, 14e3, 2000),
        ("deep groove, 40 um", BallInside(9, 7.938, 38.5, 0.0, 0.515, 0.525, clearance_mm=0.04), 14e3, 2000),
        ("interference", BallInside(9, 7.938, 38.5, 0.0, 0.515, 0.525, clearance_mm=-0.01), 14e3, 2000),
        ("three balls", BallInside(3, 7.938, 38.5, 0.0, 0.515, 0.525, clearance_mm=0.01), 6e3, 2000),
        ("spindle", BallInside(25, 6.35, 61.0, 15.0, 0.524, 0.524), 15e3, 2000),
        ("angular contact", ANGULAR, 160e3, 2000),
        ("slewing ring", SLEWING, 800e3, 500),
    ],
)
def test_every_random_load_finds_its_equilibrium(name: str, inside: BallInside, c_n: float, count: int) -> None:
    loads = random_loads(inside, c_n, count)
    found = solve_batch(inside, loads)
    assert found.converged.all(), name
    assert found.loads_n is not None
    one = row(inside)
    c, s = one.directions
    units = np.array((1, 1, 1, one.lever_mm, one.lever_mm))
    for q, balls, load in zip(found.displacements[::50], found.loads_n[::50, 0], loads[::50], strict=True):
        u, v = np.moveaxis(one.map(one.lever_mm) @ (q * units), -1, 0)
        angle = np.arctan2(one.axial_mm + v, one.radial_mm + u)
        radial, axial = balls * np.cos(angle), balls * np.sin(angle)
        forces = (radial @ c, radial @ s, axial.sum(), one.lever_mm * axial @ s, -one.lever_mm * axial @ c)
        error = (np.array(forces) - load) / units
        assert np.linalg.norm(error) < 1e-9 * max(np.linalg.norm(load / units), 1e-6 * c_n)


@pytest.mark.parametrize("inside", [DEEP_GROOVE, ANGULAR, BallInside(9, 7.938, 38.5, clearance_mm=-0.01)])
@pytest.mark.parametrize("mode", ["iso", "consistent", "pitch"])
def test_a_single_case_is_its_row_of_the_batch(inside: BallInside, mode: Any) -> None:
    loads = random_loads(inside, 14e3, 40, seed=3)
    batch = solve_batch(inside, loads, mode)
    assert batch.loads_n is not None
    for index, load in enumerate(loads):
        one = solve(inside, Load(*load), mode)
        assert one.converged
        np.testing.assert_allclose(batch.loads_n[index], one.loads_n, rtol=1e-9, atol=1e-9 * one.loads_n.max())
        assert batch.p_max_inner_mpa[index] == pytest.approx(one.p_max_inner_mpa, rel=1e-9)


def test_a_history_that_starts_from_the_step_before_ends_where_cold_solves_end() -> None:
    steps = np.cumsum(np.random.default_rng(5).normal(size=(500, 5)) * (50, 50, 30, 500, 500), axis=0)
    warm, cold = (solve_batch(DEEP_GROOVE, steps, is_history=each) for each in (True, False))
    assert warm.converged.all()
    np.testing.assert_allclose(warm.q_max_n, cold.q_max_n, rtol=1e-7)


@given(st.lists(st.floats(-0.08, 0.08), min_size=5, max_size=5))
@settings(max_examples=60, deadline=None)
def test_energy_gradient_and_hessian_are_its_differences(q: list[float]) -> None:
    one, at = row(DEEP_GROOVE), np.array(q)
    u, v = np.moveaxis(one.map(one.lever_mm) @ at, -1, 0)
    depths = np.hypot(one.radial_mm + u, one.axial_mm + v) - one.distance_mm
    assume(np.abs(depths).min() > 1e-4)  # where a ball just lifts off the stiffness has an infinite slope
    _, gradient, hessian = elastic((one,), at, one.lever_mm)
    step = 1e-6
    for k in range(5):
        ahead, behind = (elastic((one,), at + sign * step * np.eye(5)[k], one.lever_mm) for sign in (1, -1))
        assert (ahead[0] - behind[0]) / (2 * step) == pytest.approx(
            gradient[k], rel=1e-5, abs=1e-4 * np.abs(gradient).max() + 1e-6
        )
        np.testing.assert_allclose(
            (ahead[1] - behind[1]) / (2 * step), hessian[k], rtol=1e-5, atol=1e-5 * np.abs(hessian).max() + 1e-3
        )
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-9 * np.abs(hessian).max())
    assert np.linalg.eigvalsh(hessian).min() >= -1e-9 * max(np.abs(hessian).max(), 1.0)


def test_no_neighbour_of_the_equilibrium_has_less_energy() -> None:
    rng = np.random.default_rng(7)
    for load in random_loads(DEEP_GROOVE, 14e3, 10, seed=9):
        found = solve(DEEP_GROOVE, Load(*load))
        units = np.array((1, 1, 1, found.scale_mm, found.scale_mm))
        q, forces = found.displacements * units, load / units
        least = elastic(found.rows, q, found.scale_mm)[0] - forces @ q
        for _ in range(100):
            near = q + rng.normal(size=5) * 10 ** rng.uniform(-5, -2)
            assert elastic(found.rows, near, found.scale_mm)[0] - forces @ near >= least - 1e-12 * abs(forces @ near)


@pytest.mark.parametrize(
    "inside", [DEEP_GROOVE, BallInside(9, 7.938, 38.5), BallInside(9, 7.938, 38.5, clearance_mm=-0.01)]
)
def test_an_unloaded_deep_groove_bearing_rests_in_its_centre(inside: BallInside) -> None:
    found = solve(inside, Load())
    assert found.converged
    np.testing.assert_allclose(found.displacements, [0.0, 0.0, -found.rows[0].axial_mm, 0.0, 0.0], atol=1e-15)
    batch = solve_batch(inside, np.zeros((2, 5)))
    np.testing.assert_allclose(batch.displacements[0], found.displacements, atol=1e-15)


def test_interference_loads_the_balls_of_an_unloaded_bearing_alike() -> None:
    loads = solve(BallInside(9, 7.938, 38.5, clearance_mm=-0.01), Load()).loads_n[0]
    assert loads.min() == pytest.approx(loads.max(), rel=1e-9)
    assert loads.min() > 50.0


@given(st.floats(10.0, 5000.0), st.floats(-3000.0, 3000.0), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_turning_the_load_by_one_pitch_turns_the_ball_loads_by_one_ball(fr_n: float, fz_n: float, k: int) -> None:
    angle = 2 * math.pi * k / 9
    straight = solve(DEEP_GROOVE, Load(fx_n=fr_n, fz_n=fz_n, my_nmm=2000.0))
    turned = Load(
        fr_n * math.cos(angle), fr_n * math.sin(angle), fz_n, -2000.0 * math.sin(angle), 2000.0 * math.cos(angle)
    )
    loads = solve(DEEP_GROOVE, turned).loads_n[0]
    np.testing.assert_allclose(np.roll(straight.loads_n[0], k), loads, rtol=1e-6, atol=1e-6 * loads.max())


def test_mode_iso_is_the_standards_unequal_levers() -> None:
    """The moment of the balls at D_pw/2 balances the load, their movement takes R_i."""
    load = Load(2500.0, 700.0, -1200.0, 4000.0, -3000.0)
    found = solve(DEEP_GROOVE, load, "iso")
    angle = np.radians(found.contact_angles_deg[0])
    c, s = found.rows[0].directions
    axial = found.loads_n[0] * np.sin(angle)
    assert 38.5 / 2 * axial @ s == pytest.approx(load.mx_nmm, rel=1e-8)
    assert -38.5 / 2 * axial @ c == pytest.approx(load.my_nmm, rel=1e-8)
    v = found.displacements[2] + found.rows[0].lever_mm * (found.displacements[3] * s - found.displacements[4] * c)
    u = found.displacements[0] * c + found.displacements[1] * s
    np.testing.assert_allclose(np.arctan2(found.rows[0].axial_mm + v, found.rows[0].radial_mm + u), angle, rtol=1e-9)
    assert found.hertz == "rounded"


def test_levers_of_the_standard_change_a_tilt_by_a_few_per_cent_only() -> None:
    load = Load(mx_nmm=10_000.0)
    tilts = [solve(DEEP_GROOVE, load, mode, hertz="exact").displacements[3] for mode in ("iso", "consistent", "pitch")]
    assert max(tilts) / min(tilts) < 1.03


def test_a_single_angular_contact_bearing_under_radial_load_says_that_it_leans() -> None:
    found = solve(ANGULAR, Load(fx_n=5000.0))
    assert "leaning" in [each.code for each in found.notices]
    assert solve(ANGULAR, Load(fz_n=5000.0)).notices == ()


def test_pressure_beyond_the_static_limit_is_said() -> None:
    found = solve(DEEP_GROOVE, Load(fx_n=20_000.0))
    assert found.p_max_mpa > 4200
    assert [each.code for each in found.notices] == ["static_pressure"]


def test_rows_that_are_no_numbers_are_marked_and_the_others_computed() -> None:
    loads = np.array([[1000.0, 0, 0, 0, 0], [math.nan, 0, 0, 0, 0], [1000.0, 0, 0, 0, 0]])
    for is_history in (True, False):
        found = solve_batch(DEEP_GROOVE, loads, is_history=is_history)
        assert found.converged.tolist() == [True, False, True]
        assert np.isnan(found.q_max_n[1])
        assert found.q_max_n[2] == pytest.approx(found.q_max_n[0], rel=1e-9)


@pytest.mark.parametrize(
    ("inside", "load", "error", "sentence"),
    [
        (BallInside(9, 7.938, 38.5, rows=2), Load(fx_n=1.0), OutOfScope, "2 rows of balls"),
        (DEEP_GROOVE, Load(fx_n=math.inf), BadInput, "finite numbers"),
        (BallInside(9, 7.938, 38.5, clearance_mm=5.0), Load(fx_n=1.0), BadInput, "clearance 5 mm"),
        (BallInside(9, 7.938, 38.5, clearance_mm=math.nan), Load(fx_n=1.0), BadInput, "clearance nan mm"),
    ],
)
def test_impossible_input_is_refused(inside: BallInside, load: Load, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        solve(inside, load)


def test_a_batch_without_five_columns_is_refused() -> None:
    with pytest.raises(BadInput, match="five columns"):
        solve_batch(DEEP_GROOVE, np.zeros((3, 4)))


def test_a_single_case_does_not_bring_the_compiler() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from loadzone.design.equilibrium.ball import solve; from loadzone.design.inside import *;"
        "solve(BallInside(9, 7.938, 38.5), Load(fx_n=1000.0)); print('numba' in sys.modules, 'scipy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603  ours
    assert told.stdout.split() == ["False", "False"]
