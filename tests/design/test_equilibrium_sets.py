"""Pairs and four-point contact: a maker's preload stiffness, a slewing ring, and what mechanics demands."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from design_cases import cases, check

from loadzone.design.equilibrium.ball import solve
from loadzone.design.equilibrium.sets import Placed, four_point, lost_preload, pair, solve_set, solve_set_batch
from loadzone.design.inside import BallInside, Load, Material
from loadzone.design.reference_life import reference_life
from loadzone.words.errors import BadInput, OutOfScope

Case = Mapping[str, Any]
SPINDLE = BallInside(25, 6.35, 61.0, 25.0, 0.524, 0.524)


@pytest.mark.parametrize("case", cases("preload_stiffness_"))
def test_axial_stiffness_of_a_preloaded_pair_is_that_of_the_data_sheet(case: Case) -> None:
    given = case["inputs"]
    inside = BallInside(given["Z"], given["Dw_mm"], given["Dpw_mm"], given["alpha_deg"], given["f_i"], given["f_e"])
    found = solve_set(pair(inside, "back_to_back", 12.0, given["G_N"]), Load())
    check(case, {"k_axial_N_per_um": found.stiffness[2, 2] / 1e3})
    axial = (found.loads_n * np.sin(np.radians(found.contact_angles_deg))).sum(axis=1)
    assert axial == pytest.approx([-given["G_N"], given["G_N"]], rel=1e-6)


@pytest.mark.parametrize("case", cases("slewing_Qmax"))
def test_a_four_point_slewing_ring_carries_the_greatest_load_of_the_force_balance(case: Case) -> None:
    given = case["inputs"]
    steel = Material(given["E_MPa"])
    inside = BallInside(
        given["Z"],
        given["Dw_mm"],
        given["Dpw_mm"],
        given["alpha_deg"],
        given["f"],
        given["f"],
        races=steel,
        balls=steel,
    )
    found = solve_set(four_point(inside, given["s"]), Load(given["Fr_N"], 0.0, given["Fa_N"], 0.0, -given["M_Nmm"]))
    check(case, {"Q_max_N": found.loads_n.max()}, ["Q_max_N"])


def test_arrangements_have_their_tilting_stiffness() -> None:
    back, face = (
        solve_set(pair(SPINDLE, name, 12.0, 160.0), Load()).stiffness[3, 3] for name in ("back_to_back", "face_to_face")
    )
    assert back > 4 * face


def test_a_pair_loses_its_preload_at_about_2_83_times_it() -> None:
    placed = pair(SPINDLE, "back_to_back", 12.0, 160.0)
    assert not lost_preload(solve_set(placed, Load(fz_n=2.7 * 160)))
    assert lost_preload(solve_set(placed, Load(fz_n=3.0 * 160)))


def test_tandem_shares_the_thrust() -> None:
    alone = solve(SPINDLE, Load(fz_n=500.0))
    both = solve_set(pair(SPINDLE, "tandem", 0.0), Load(fz_n=1000.0))
    np.testing.assert_allclose(both.loads_n[0], alone.loads_n[0], rtol=1e-7)
    assert both.displacements[2] == pytest.approx(alone.displacements[2], rel=1e-7)


def test_a_set_of_one_row_is_the_single_bearing() -> None:
    load = Load(200.0, 50.0, 800.0, 500.0, -300.0)
    alone, one = solve(SPINDLE, load), solve_set([Placed(SPINDLE)], load)
    np.testing.assert_allclose(one.loads_n, alone.loads_n, rtol=1e-7)
    np.testing.assert_allclose(one.stiffness, alone.stiffness, rtol=1e-6, atol=1e-6 * alone.stiffness.max())


def test_where_the_load_is_given_does_not_matter_when_its_moment_goes_with_it() -> None:
    placed = pair(SPINDLE, "back_to_back", 12.0, 160.0)
    moved = [Placed(each.inside, each.position_mm - 30.0, each.side, each.shift_mm) for each in placed]
    here = solve_set(placed, Load(300.0, 0.0, 200.0))
    there = solve_set(moved, Load(300.0, 0.0, 200.0, 0.0, -30.0 * 300.0))
    np.testing.assert_allclose(there.loads_n, here.loads_n, rtol=1e-6, atol=1e-6 * here.loads_n.max())


def test_every_random_load_on_pairs_and_four_point_rows_finds_its_equilibrium() -> None:
    rng = np.random.default_rng(20_261_124)
    loads = 15e3 * 10 ** rng.uniform(-8, math.log10(0.5), (2000, 5)) * rng.choice((-1, 0, 1), (2000, 5))
    loads[:, 3:] *= 30.0
    for placed in (
        pair(SPINDLE, "back_to_back", 12.0, 160.0),
        pair(SPINDLE, "face_to_face", 12.0, 0.0),
        four_point(SPINDLE, 0.02),
    ):
        found = solve_set_batch(placed, loads)
        assert found.converged.all()
        assert found.loads_n is not None
        for index in range(0, 2000, 400):
            one = solve_set(placed, Load(*loads[index]))
            top = one.loads_n.max()
            np.testing.assert_allclose(found.loads_n[index], one.loads_n, rtol=1e-9, atol=1e-9 * top)


def test_two_rows_live_shorter_than_either_of_them() -> None:
    found = solve_set(pair(SPINDLE, "tandem", 0.0), Load(fz_n=1000.0))
    alone = reference_life(SPINDLE, solve(SPINDLE, Load(fz_n=500.0)), 15e3).l10r_mrev
    both = reference_life(SPINDLE, found, 15e3)
    assert both.l10r_mrev == pytest.approx(alone / 2**0.9, rel=1e-6)
    assert both.mark == "derived"


def test_impossible_sets_are_refused() -> None:
    with pytest.raises(BadInput, match="0 rows"):
        solve_set([], Load())
    with pytest.raises(OutOfScope, match="one row"):
        solve_set(pair(SPINDLE, "tandem", 0.0), Load(), "iso")
    with pytest.raises(BadInput, match="in tandem"):
        pair(SPINDLE, "tandem", 0.0, 100.0)
    with pytest.raises(BadInput, match="must be 0 or more"):
        pair(SPINDLE, "back_to_back", -1.0)
