"""A rating says when speed changes the load distribution, and what is left of the reference life."""

from dataclasses import replace

import pytest

from loadzone.design.at_speed import at_speed, centrifugal_n
from loadzone.design.duty import Conditions
from loadzone.design.equilibrium.ball import solve
from loadzone.design.inside import BallInside, Load, Material
from loadzone.design.rate import Case
from loadzone.design.reference_life import reference_life

SPINDLE = BallInside(20, 11.9, 90.0, 15.0)
THRUST = Load(fz_n=800.0)


def test_force_is_near_that_of_the_published_case_218() -> None:
    # 596.39 N with the orbit of outer-race control, angles 37.4 and 45.4 deg (design reference 3.4)
    assert centrifugal_n(BallInside(16, 22.23, 125.3, 40.0), 10_000.0) == pytest.approx(596.39, rel=0.05)


def test_a_slow_bearing_has_the_life_of_its_static_load_distribution() -> None:
    found = at_speed(SPINDLE, solve(SPINDLE, THRUST), 30_000.0, "consistent", 500.0)
    assert found.l10r_mrev is None
    assert found.notices == ()
    assert found.centrifugal_n is not None


def test_life_at_speed_meets_the_static_one_where_the_force_is_just_notable() -> None:
    rest = solve(SPINDLE, THRUST)
    static = reference_life(SPINDLE, rest, 30_000.0).l10r_mrev
    speed_rpm = 20_000.0 * (0.1001 * float(rest.loads_n.max()) / centrifugal_n(SPINDLE, 20_000.0)) ** 0.5
    found = at_speed(SPINDLE, rest, 30_000.0, "consistent", speed_rpm)
    assert found.l10r_mrev is not None
    assert found.l10r_mrev == pytest.approx(static, rel=0.1)


def test_balls_of_ceramic_lose_less_life_to_speed() -> None:
    ceramic = replace(SPINDLE, balls=Material(310_000.0, 0.26, 3_200.0))
    shares = []
    for inside in (SPINDLE, ceramic):
        rest = solve(inside, THRUST)
        found = at_speed(inside, rest, 30_000.0, "consistent", 20_000.0)
        assert found.l10r_mrev is not None
        shares.append(found.l10r_mrev / reference_life(inside, rest, 30_000.0).l10r_mrev)
    assert shares[0] < shares[1] < 1.0


def test_a_rating_beyond_the_model_says_so_and_stands() -> None:
    case = Case(SPINDLE, "angular_contact_ball", Load(fz_n=5.0), Conditions(200_000.0))
    result = case.rate()
    assert result.life.l10r_h is not None
    assert "centrifugal" in {each.code for each in result.notices}
