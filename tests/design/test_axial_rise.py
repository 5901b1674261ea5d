"""A little axial load lengthens the reference life: the table of the method page is what the program computes."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from loadzone.design.equilibrium import ball
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import BallInside, Load
from loadzone.design.reference_life import reference_life

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "equilibrium.md"
ROW = re.compile(r"^\| (0[.\d]*|1) \| ([\d.]+) \| ([\d.]+) \|$", flags=re.MULTILINE)
INSIDE = BallInside(9, 7.938, 38.5, groove_inner=0.52, groove_outer=0.53, clearance_mm=0.01)
RADIAL_N, RATING_N = 2000.0, 14_000.0


def solved(ratio: float, my_nmm: float = 0.0) -> Equilibrium:
    return ball.solve(INSIDE, Load(fx_n=RADIAL_N, fz_n=ratio * RADIAL_N, my_nmm=my_nmm))


def life_mrev(found: Equilibrium) -> float:
    return float(reference_life(INSIDE, found, RATING_N).l10r_mrev)


def held_straight(ratio: float) -> Equilibrium:
    """The ring without tilt: under the moment that a shaft would lend it."""
    if not ratio:
        return solved(0.0)
    return solved(ratio, brentq(lambda my: solved(ratio, my).displacements[4], -30_000.0, 30_000.0))


def test_the_table_of_the_method_page_is_what_the_program_computes() -> None:
    rows = [tuple(map(float, each)) for each in ROW.findall(PAGE.read_text(encoding="utf-8"))]
    assert len(rows) == 11
    for ratio, free, straight in rows:
        assert life_mrev(solved(ratio)) == pytest.approx(free, abs=0.06)
        assert life_mrev(held_straight(ratio)) == pytest.approx(straight, abs=0.06)


def test_the_life_rises_first_and_falls_later_in_either_case() -> None:
    assert life_mrev(solved(0.02)) > life_mrev(solved(0.0)) > life_mrev(solved(0.1))
    assert life_mrev(held_straight(0.3)) > 1.1 * life_mrev(solved(0.0)) > life_mrev(held_straight(0.7))


@given(st.floats(0.0, 1.0), st.floats(200.0, 3000.0), st.floats(1.01, 2.0))
def test_scaling_the_whole_load_up_never_lengthens_life(ratio: float, radial_n: float, factor: float) -> None:
    lives = [
        life_mrev(ball.solve(INSIDE, Load(fx_n=scale * radial_n, fz_n=scale * ratio * radial_n)))
        for scale in (1.0, factor)
    ]
    assert lives[1] < lives[0] * (1 + 1e-9)
