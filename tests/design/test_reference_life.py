"""Reference life beside the numbers of the equilibria: laws of scale, limits and bad input."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.design.arrangement import arrange
from loadzone.design.equilibrium import ball, roller, roller_sets
from loadzone.design.inside import BallInside, Load, RollerInside
from loadzone.design.rating import dynamic_rating
from loadzone.design.reference_life import ball_lives, ball_ratings, edge_factors, reference_life, roller_lives
from loadzone.words.errors import BadInput, MissingInput

BALLS = BallInside(9, 7.938, 38.5)
ROLLERS = RollerInside(13, 7.5, 9.0, 39.0)


def test_without_clearance_the_reference_load_of_a_radial_load_is_nearly_that_load() -> None:
    """The standard's Q_c come from half a loaded circle, which a bearing without clearance has."""
    found = reference_life(BALLS, ball.solve(BALLS, Load(fx_n=2000.0)), 14_000.0)
    assert found.p_ref_n == pytest.approx(2000.0, rel=0.02)
    assert found.l10r_mrev == pytest.approx((14_000.0 / found.p_ref_n) ** 3)


@pytest.mark.parametrize("fr_n", [3000.0, 5000.0, 14_000.0])
def test_aligned_rollers_without_clearance_live_as_the_fourth_power_of_a_middling_load_says(fr_n: float) -> None:
    """The lives of the laminae sum to the power 9/2 x 8/9 = 4; profile and edge factors make up for lambda_v."""
    found = reference_life(ROLLERS, roller.solve(ROLLERS, Load(fx_n=fr_n)), 28_600.0)
    assert 28_600.0 / found.l10r_mrev**0.25 == pytest.approx(fr_n, rel=0.1)
    assert found.p_ref_n == pytest.approx(28_600.0 / found.l10r_mrev**0.3)


def test_an_axial_load_lasts_longer_than_the_basic_formula_of_thrust_only_by_its_angle() -> None:
    thrust = BallInside(16, 10.0, 60.0, 60.0, 0.535, 0.535)
    found = reference_life(thrust, ball.solve(thrust, Load(fz_n=5000.0)), 30_000.0)
    assert found.p_ref_n == pytest.approx(5000.0, rel=0.1)


@given(st.floats(100.0, 3000.0), st.floats(0.0, 2000.0))
@settings(max_examples=30, deadline=None)
def test_a_load_scaled_up_never_lengthens_life(fr_n: float, fz_n: float) -> None:
    lives = [
        reference_life(BALLS, ball.solve(BALLS, Load(scale * fr_n, 0.0, scale * fz_n)), 14_000.0).l10r_mrev
        for scale in (1.0, 1.3)
    ]
    assert lives[1] < lives[0]


def test_which_ring_turns_matters_little_and_not_at_all_under_thrust() -> None:
    radial = [reference_life(BALLS, ball.solve(BALLS, Load(fx_n=2000.0)), 14e3, ring).l10r_mrev for ring in RINGS]
    thrust = [reference_life(BALLS, ball.solve(BALLS, Load(fz_n=2000.0)), 14e3, ring).l10r_mrev for ring in RINGS]
    assert 0.9 < radial[0] / radial[1] < 1.3
    assert thrust[0] == pytest.approx(thrust[1])


RINGS = ("inner", "outer")


def test_lives_of_a_batch_are_those_of_single_cases() -> None:
    loads = np.array([[2000.0, 0, 500.0, 0, 0], [0, 0, 800.0, 3000.0, 0], [0, 0, 0, 0, 0]])
    batch = ball.solve_batch(BALLS, loads, is_quiet=True)
    lives = ball_lives(batch.rows, batch.mean_rotating_n, batch.mean_stationary_n, 14e3)
    single = [reference_life(BALLS, ball.solve(BALLS, Load(*each)), 14e3).l10r_mrev for each in loads]
    assert lives == pytest.approx(single, rel=1e-9)
    assert lives[2] == math.inf
    radial = np.array([[4000.0, 0, 0, 0, 500.0]])
    laminae = roller.solve_batch(ROLLERS, radial, is_quiet=True)
    many = roller_lives(ROLLERS, laminae.mean_rotating_n, laminae.mean_stationary_n, 28_600.0)
    assert many[0] == pytest.approx(
        reference_life(ROLLERS, roller.solve(ROLLERS, Load(*radial[0])), 28_600.0).l10r_mrev, rel=1e-8
    )


def test_an_unloaded_bearing_lives_for_ever() -> None:
    found = reference_life(BALLS, ball.solve(BALLS, Load()), 14_000.0)
    assert (found.l10r_mrev, found.p_ref_n) == (math.inf, 0.0)


def test_edge_factors_rise_towards_the_ends_and_are_one_in_the_middle() -> None:
    for count in (30, 31):
        factors = edge_factors(count)
        np.testing.assert_allclose(factors, factors[::-1])
        assert (np.diff(factors[: (count + 1) // 2]) < 0).all()
        assert factors.min() == pytest.approx(1.0, abs=4e-3)


def test_balls_of_a_thrust_bearing_have_the_life_of_its_axial_rating() -> None:
    """Q_ci and Q_ce share C_a as the damage of both rings adds, so at 90 deg a centric load lives (C/P)^3."""
    flat = BallInside(16, 7.938, 50.0, 90.0, 0.535, 0.535)
    found = reference_life(flat, ball.solve(flat, Load(fz_n=5000.0)), 28_000.0)
    assert found.l10r_mrev == pytest.approx(5.6**3, rel=1e-6)


def test_an_axial_rating_at_45_deg_is_told_from_a_radial_one() -> None:
    ring = BallInside(60, 20.0, 1000.0, 45.0, 0.525, 0.525)
    axial, radial = (ball_ratings(ring, 1e5, is_thrust=thrust)[0] for thrust in (True, None))
    assert axial < 0.5 * radial


def test_one_of_several_like_rows_lives_as_a_row_of_lives() -> None:
    """Two rows that share a load: damage twice, each at half the load, C for both rows (2^(7/9))^4 = 2^(28/9)."""
    double = RollerInside(13, 7.5, 9.0, 39.0, rows=2)
    placed = roller_sets.parallel(double, 12.0)
    both = reference_life(double, roller_sets.solve_set(placed, Load(fx_n=8000.0)), 2 ** (7 / 9) * 28_600.0)
    alone = reference_life(ROLLERS, roller.solve(ROLLERS, Load(fx_n=4000.0)), 28_600.0)
    assert both.l10r_mrev == pytest.approx(alone.l10r_mrev / 2 ** (8 / 9), rel=1e-8)
    assert both.mark == "derived"


@pytest.mark.parametrize(
    ("type_key", "inside", "load"),
    [
        ("double_row_angular_contact_ball", BallInside(14, 9.525, 60.0, 30.0, rows=2), Load(fx_n=6000.0)),
        ("double_row_deep_groove_ball", BallInside(9, 9.525, 46.0, rows=2), Load(fx_n=5000.0)),
        ("thrust_ball", BallInside(16, 9.525, 54.0, 90.0, 0.535, 0.535), Load(fz_n=8000.0)),
        ("thrust_ball", BallInside(16, 9.525, 54.0, 60.0, 0.535, 0.535), Load(fz_n=8000.0)),
    ],
)
def test_lives_of_balls_under_the_load_of_their_rating_are_those_of_the_catalogue(
    type_key: str, inside: BallInside, load: Load
) -> None:
    rows, c_n = arrange(inside, type_key), dynamic_rating(inside, type_key).value_n
    life = rows.life(rows.solve(load), c_n).l10r_mrev
    assert 0.8 < life / (c_n / (load.fx_n + load.fz_n)) ** 3 < 1.25


@pytest.mark.parametrize("share", [0.2, 0.4])
@pytest.mark.parametrize(
    ("type_key", "inside", "direction"),
    [
        ("double_row_cylindrical_roller", RollerInside(30, 11.0, 11.0, 125.0, rows=2), "radial"),
        ("double_row_tapered_roller", RollerInside(17, 11.0, 16.0, 62.0, 14.0, rows=2), "radial"),
        ("spherical_roller", RollerInside(19, 15.0, 14.0, 140.0, 9.0, rows=2), "radial"),
        ("needle_roller", RollerInside(20, 3.0, 14.0, 25.0), "radial"),
        ("crossed_roller", RollerInside(40, 8.0, 8.0, 120.0, 45.0), "radial"),
        ("thrust_cylindrical_roller", RollerInside(20, 7.5, 7.5, 54.0, 90.0), "axial"),
        ("thrust_tapered_roller", RollerInside(18, 25.0, 25.0, 160.0, 70.0), "axial"),
        ("thrust_spherical_roller", RollerInside(17, 20.0, 25.0, 150.0, 50.0), "axial"),
    ],
)
def test_lives_of_rollers_are_the_fourth_power_of_nearly_their_load(
    type_key: str, inside: RollerInside, direction: str, share: float
) -> None:
    """Not the 10/3 of the catalogue: at C/P of 5 and 2.5 their reference life is longer by its own exponent."""
    rows, c_n = arrange(inside, type_key), dynamic_rating(inside, type_key).value_n
    load = Load(fx_n=share * c_n) if direction == "radial" else Load(fz_n=share * c_n)
    life = rows.life(rows.solve(load), c_n).l10r_mrev
    assert c_n / life**0.25 == pytest.approx(share * c_n, rel=0.15)


def test_a_step_says_its_clause_and_mark() -> None:
    steps = {each.symbol: each for each in reference_life(BALLS, ball.solve(BALLS, Load(2000.0)), 14e3).steps}
    assert steps["L_10r"].clause.startswith("ISO/TS 16281:2008")
    assert steps["Q_ci"].value == ball_ratings(BALLS, 14e3)[0]


def test_bad_input_is_refused() -> None:
    loaded = ball.solve(BALLS, Load(2000.0))
    with pytest.raises(BadInput, match="rating C = 0 N"):
        reference_life(BALLS, loaded, 0.0)
    with pytest.raises(MissingInput, match="same kind"):
        reference_life(ROLLERS, loaded, 1.0)
