"""Slewing bearings and preloaded pairs: reference cases, balances, the handbook's sum, DG03, bad input."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from design_cases import cases, check

from loadzone.design.inside import BallInside, Load, Material
from loadzone.design.preload import axial_play, preloaded_pair
from loadzone.design.slewing import (
    ThreeRow,
    equivalent_axial_load,
    four_point,
    hardness_factor,
    three_row_loads,
)
from loadzone.words.errors import BadInput

STEEL = Material(206_000.0)
RING = BallInside(120, 40.0, 2000.0, 45.0, 0.525, 0.525, races=STEEL, balls=STEEL)
MIXED = Load(fx_n=50e3, fz_n=300e3, my_nmm=-1.5e9)


@pytest.mark.parametrize("case", cases("slewing_Qmax"))
def test_the_greatest_load_is_that_of_the_reference_case(case: Mapping[str, Any]) -> None:
    i = case["inputs"]
    steel = Material(i["E_MPa"])
    inside = BallInside(i["Z"], i["Dw_mm"], i["Dpw_mm"], i["alpha_deg"], i["f"], i["f"], races=steel, balls=steel)
    found = four_point(inside, Load(fx_n=i["Fr_N"], fz_n=i["Fa_N"], my_nmm=-i["M_Nmm"]))
    check(case, {"Q_max_N": found.greatest_n, "Q_handbook_N": found.handbook_n})


def test_both_diagonals_together_carry_the_load() -> None:
    found = four_point(RING, MIXED).equilibrium
    azimuth = 2 * np.pi * np.arange(120) / 120
    angles = np.radians(found.contact_angles_deg)
    assert np.sum(found.loads_n * np.sin(angles)) == pytest.approx(300e3)
    assert np.sum(found.loads_n * np.cos(angles) * np.cos(azimuth)) == pytest.approx(50e3)


def test_under_a_pure_moment_the_handbook_is_not_on_the_safe_side() -> None:
    found = four_point(RING, Load(my_nmm=-1.5e9))
    assert found.greatest_n == pytest.approx(36_690, rel=1e-4)
    assert [each.code for each in found.notices] == ["handbook_too_low"]
    assert [each.mark for each in found.steps()] == ["computed", "not verified"]


def test_preload_spreads_the_load_and_clearance_gathers_it() -> None:
    loose, tight = (four_point(replace(RING, clearance_mm=s), MIXED).equilibrium for s in (0.2, -0.1))
    assert np.count_nonzero(loose.loads_n) < np.count_nonzero(tight.loads_n)


def test_dg03_and_three_row_sums() -> None:
    assert equivalent_axial_load(MIXED, 2000.0) == pytest.approx(0.75 * 50e3 + 300e3 + 1.5e6)
    axial, radial = three_row_loads(ThreeRow(100, 2000.0, 80), MIXED)
    assert (axial, radial) == pytest.approx((33_000.0, 2500.0))
    assert (hardness_factor(600.0), hardness_factor(800.0)) == pytest.approx((0.64, 1.0))


@pytest.mark.parametrize("case", cases("preload_stiffness"))
def test_the_stiffness_of_the_pair_is_that_of_the_data_sheet(case: Mapping[str, Any]) -> None:
    i = case["inputs"]
    inside = BallInside(i["Z"], i["Dw_mm"], i["Dpw_mm"], i["alpha_deg"], i["f_i"], i["f_e"], races=STEEL, balls=STEEL)
    found = preloaded_pair(inside, i["G_N"])
    check(case, {"k_axial_N_per_um": found.stiffness_n_um})
    assert float(case["note"].rsplit(" ", 1)[1]) == pytest.approx(found.stiffness_n_um, abs=0.01)


def test_a_pair_lifts_off_at_about_two_to_the_power_of_three_halves() -> None:
    found = preloaded_pair(BallInside(25, 6.35, 61.0, 25.0, 0.524, 0.524), 1.0)
    assert found.lift_off_factor == pytest.approx(2**1.5, rel=0.01)
    assert found.steps()[1].value == found.lift_off_factor


def test_axial_play_grows_with_the_root_of_the_clearance() -> None:
    plays = [axial_play(BallInside(9, 7.938, 38.5, clearance_mm=s)) for s in (0.0, 0.01, 0.04)]
    assert plays[0] == 0
    assert plays[2] / plays[1] == pytest.approx(2.0, rel=0.02)


def test_impossible_inputs_are_refused() -> None:
    with pytest.raises(BadInput, match="four-point"):
        four_point(replace(RING, contact_angle_deg=0.0), MIXED)
    with pytest.raises(BadInput, match="preload"):
        preloaded_pair(RING, 0.0)
