"""Ratings from the inside: the standard's tables, catalogue values, closed-form numbers, refusals."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from design_cases import cases
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.formulas import TABLES, formulas
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.rating import (
    dynamic_rating,
    f_c_radial_ball,
    f_c_thrust_roller,
    rows_together,
    static_rating,
    type_rules,
)
from loadzone.words.errors import OutOfScope

BALL_6205 = BallInside(9, 7.938, 38.5)


@pytest.mark.parametrize("case", cases("datasheet_"))
def test_the_derated_data_sheet_lies_below_the_computed_ratings(case: dict[str, Any]) -> None:
    """No pass of the formula: the maker derates, so that no groove radius may be inferred from C and C_0."""
    inside = BallInside(25, 6.35, 61.0, 25.0)
    computed = dynamic_rating(inside, "angular_contact_ball").value_n
    assert computed == pytest.approx(15_860, rel=1e-3)
    assert computed > 1.2 * 1000 * case["expected"]["C_kN"]
    assert static_rating(inside, "angular_contact_ball").value_n == pytest.approx(15_110, rel=1e-3)


@given(gamma=st.floats(0.01, 0.4), f_i=st.floats(0.506, 0.56), f_e=st.floats(0.506, 0.56))
def test_a_wider_groove_never_raises_f_c(gamma: float, f_i: float, f_e: float) -> None:
    assert f_c_radial_ball(gamma, f_i + 0.001, f_e) <= f_c_radial_ball(gamma, f_i, f_e)
    assert f_c_radial_ball(gamma, f_i, f_e + 0.001) <= f_c_radial_ball(gamma, f_i, f_e)


@given(z=st.integers(6, 40), size_mm=st.floats(3.0, 24.0), factor=st.floats(1.0, 1.05))
def test_ratings_of_larger_bearings_grow_as_the_formula_says(z: int, size_mm: float, factor: float) -> None:
    small, large = BallInside(z, size_mm, 6 * size_mm), BallInside(z, size_mm * factor, 6 * size_mm * factor)
    ratio = dynamic_rating(large, "ball").value_n / dynamic_rating(small, "ball").value_n
    assert ratio == pytest.approx(factor**1.8, rel=1e-9)
    static = static_rating(large, "ball").value_n / static_rating(small, "ball").value_n
    assert static == pytest.approx(factor**2, rel=1e-9)


def test_two_equal_rows_of_a_radial_bearing_carry_the_exponent_of_their_kind() -> None:
    one, two = BALL_6205, BallInside(9, 7.938, 38.5, rows=2)
    ratio = dynamic_rating(two, "deep_groove_ball").value_n / dynamic_rating(one, "deep_groove_ball").value_n
    assert ratio == pytest.approx(2**0.7)
    roller, rollers = RollerInside(13, 7.5, 9.0, 39.0), RollerInside(13, 7.5, 9.0, 39.0, rows=2)
    ratio = dynamic_rating(rollers, "cylindrical_roller").value_n / dynamic_rating(roller, "cylindrical_roller").value_n
    assert ratio == pytest.approx(2 ** (7 / 9))


def test_rows_of_a_thrust_bearing_together_are_one_row_of_all_balls() -> None:
    assert rows_together(np.array([1000.0] * 4), np.array([9.0] * 4), is_ball=False) == pytest.approx(
        1000.0 * 4 ** (7 / 9)
    )


def test_wide_grooves_are_rated_lower_and_said() -> None:
    wide = dynamic_rating(BallInside(9, 7.938, 38.5, groove_inner=0.53, groove_outer=0.54), "deep_groove_ball")
    assert wide.value_n < dynamic_rating(BALL_6205, "deep_groove_ball").value_n
    assert [notice.code for notice in wide.notices] == ["grooves_outside_table"]


def test_real_grooves_within_the_limits_count_only_in_design_studies() -> None:
    tight = BallInside(9, 7.938, 38.5, groove_inner=0.51, groove_outer=0.52)
    standard = dynamic_rating(BALL_6205, "deep_groove_ball").value_n
    assert dynamic_rating(tight, "deep_groove_ball").value_n == standard
    assert dynamic_rating(tight, "deep_groove_ball", "real").value_n > standard


def test_large_balls_and_a_gamma_outside_the_table_are_noted() -> None:
    found = dynamic_rating(BallInside(8, 28.575, 60.0), "deep_groove_ball")
    assert [notice.code for notice in found.notices] == ["large_ball", "gamma_outside_table"]


def test_every_step_of_a_rating_names_its_edition_and_mark() -> None:
    for kind in ("needle_roller", "thrust_cylindrical_roller"):
        angle = 90.0 if kind.startswith("thrust") else 0.0
        found = dynamic_rating(RollerInside(20, 3.0, 10.0, 30.0, angle), kind)
        assert {each.symbol for each in found.steps} >= {"γ", "f_c", "b_m"}
        assert all("ISO" in each.clause for each in found.steps)
        assert found.steps[-1].mark == "not verified"


@pytest.mark.parametrize("angle_deg", [45.0, 60.0, 90.0])
def test_thrust_rollers_are_rated_at_every_angle(angle_deg: float) -> None:
    inside = RollerInside(20, 10.0, 10.0, 100.0, angle_deg)
    assert dynamic_rating(inside, "thrust_spherical_roller").value_n > 0
    assert static_rating(inside, "thrust_spherical_roller").value_n == pytest.approx(
        220 * (1 - 0.1 * math.cos(math.radians(angle_deg))) * 2000 * math.sin(math.radians(angle_deg))
    )
    assert f_c_thrust_roller(0.1, angle_deg) > 0


def test_a_contact_angle_that_belongs_to_the_other_formula_is_refused() -> None:
    with pytest.raises(OutOfScope, match="choose a thrust type"):
        dynamic_rating(BallInside(12, 10.0, 60.0, 60.0), "angular_contact_ball")
    with pytest.raises(OutOfScope, match="choose a radial type"):
        static_rating(BallInside(12, 10.0, 60.0, 30.0), "thrust_ball")


def test_types_without_a_public_f_c_ask_for_the_makers_ratings() -> None:
    with pytest.raises(OutOfScope, match="--c and --c0"):
        dynamic_rating(BallInside(12, 6.0, 40.0, 10.0, rows=2), "self_aligning_ball")
    with pytest.raises(OutOfScope, match="--c and --c0"):
        static_rating(BallInside(12, 6.0, 40.0, 10.0, rows=2), "self_aligning_ball")
    with pytest.raises(OutOfScope, match="no rating here"):
        dynamic_rating(BALL_6205, "wheel")


def test_tables_hold_every_type_of_the_catalogue_and_every_formula_its_source() -> None:
    from loadzone.bearings.series import bearing_types

    assert set(type_rules()) == set(bearing_types())
    assert all(each.source and each.valid for each in formulas().values())


def test_the_method_page_has_every_formula_as_the_code_reads_it() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "methods" / "rating.md").read_text(encoding="utf-8")
    for each in formulas(TABLES[:1]).values():
        assert f"| {each.symbol} | {each.clause} | {each.formula} | {each.valid} | {each.mark} |" in page, each.key
