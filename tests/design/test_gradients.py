"""Gradients of life and pressure: analytic derivatives against central differences of the ratings themselves."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loadzone.bench.gradient_sweep import worst_errors
from loadzone.design.capability import MakerRatings
from loadzone.design.contact import ellipse, ellipse_slopes
from loadzone.design.duty import Conditions
from loadzone.design.gradients import gradients
from loadzone.design.inside import BallInside, Load, RollerInside
from loadzone.design.life import life_modification, modification_slopes
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import Case
from loadzone.words.errors import BadInput, OutOfScope

PROMISED = 1e-5
FILMED = Conditions(2000.0, oil_from_option("68"), 70.0, cleanliness_from_option("grease:normal"))
DEEP = Case(
    BallInside(9, 7.938, 38.5, 0.0, 0.515, 0.525, clearance_mm=0.01),
    "deep_groove_ball",
    Load(2500.0, 700.0, 1200.0, 4000.0, -3000.0),
    FILMED,
)
MAKER = MakerRatings(14_000.0, 7_800.0, 400.0)
ROLLERS = Case(RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02), "cylindrical_roller", DEEP.load, FILMED)


def test_life_and_pressure_are_those_of_the_rating() -> None:
    for case in (DEEP, replace(ROLLERS, load=Load(fx_n=5000.0))):
        found, rated = gradients(case), case.rate()
        assert found.lnmr_h == pytest.approx(rated.life.lnmr_h, rel=1e-12)
        assert found.l10r_mrev * 1e6 / 60.0 / 2000.0 == pytest.approx(rated.life.l10r_h, rel=1e-12)
        assert found.p_max_mpa == rated.p_max_mpa


@pytest.mark.parametrize(
    "case",
    [
        DEEP,
        replace(DEEP, maker=MAKER),
        replace(DEEP, mode="iso"),
        replace(DEEP, mode="pitch", are_grooves_known=True),
        replace(DEEP, inside=replace(DEEP.inside, clearance_mm=-0.005)),
        replace(
            DEEP, inside=BallInside(9, 30.0, 150.0, 0.0, 0.525, 0.535, clearance_mm=0.03), load=Load(3e4, 9e3, 8e3)
        ),
        replace(DEEP, conditions=replace(FILMED, oil=oil_from_option("10"), has_additives=True)),
        replace(DEEP, conditions=replace(FILMED, oil=oil_from_option("1000"))),
        Case(BallInside(16, 22.23, 125.3, 40.0, 0.5232, 0.5332), "angular_contact_ball", Load(8e3, 7e2, 12e3), FILMED),
        replace(ROLLERS, load=replace(DEEP.load, fz_n=0.0)),
        replace(ROLLERS, load=Load(2500.0, 700.0), inside=RollerInside(13, 3.0, 9.3, 39.0, clearance_mm=0.02)),
        Case(RollerInside(15, 9.5, 15.0, 59.0, 14.0), "tapered_roller", Load(2500.0, 700.0, 5e3, 4e3), FILMED),
    ],
)
def test_each_slope_is_its_central_difference(case: Case) -> None:
    assert not gradients(case).is_near_lift_off
    assert max(worst_errors(case).values()) < PROMISED


def test_with_the_real_grooves_a_computed_rating_follows_them() -> None:
    assert max(worst_errors(DEEP, "real").values()) < PROMISED
    held, real = gradients(replace(DEEP, maker=MAKER)), gradients(DEEP, "real")
    assert real.l10r["groove_inner"].derivative < 5 * held.l10r["groove_inner"].derivative < 0


@given(
    st.tuples(*[st.floats(-1.0, 1.0)] * 5),
    st.floats(-0.02, 0.05).filter(lambda gap: abs(gap) > 1e-5),
    st.tuples(st.floats(0.511, 0.519), st.floats(0.511, 0.529)),
)
@settings(max_examples=40, deadline=None)
def test_any_load_clearance_and_groove_away_from_lift_off_meets_its_differences(
    shares: tuple[float, ...], clearance_mm: float, grooves: tuple[float, float]
) -> None:
    load = Load(*(float(each) for each in np.array(shares) * (3000.0, 3000.0, 2000.0, 15000.0, 15000.0)))
    assume(math.hypot(load.fx_n, load.fy_n, load.fz_n) > 10.0)
    case = replace(DEEP, load=load, inside=BallInside(9, 7.938, 38.5, 0.0, *grooves, clearance_mm=clearance_mm))
    assume(not {"near_lift_off", "free_movement"} & {each.code for each in gradients(case).notices})
    assert max(worst_errors(case).values()) < PROMISED


@given(st.floats(0.3, 3.0), st.floats(0.0, 0.05), st.floats(-math.pi, math.pi), st.floats(0.0, 2.0))
@settings(max_examples=20, deadline=None)
def test_any_load_and_clearance_of_rollers_meets_its_differences(
    force: float, clearance_mm: float, azimuth: float, tilt: float
) -> None:
    load = Load(
        3e3 * force * math.cos(azimuth), 3e3 * force * math.sin(azimuth), 0.0, 1e3 * tilt * force, -5e2 * tilt * force
    )
    case = replace(ROLLERS, load=load, inside=replace(ROLLERS.inside, clearance_mm=clearance_mm))
    assume(not {"near_lift_off", "free_movement"} & {each.code for each in gradients(case).notices})
    assert max(worst_errors(case).values()) < PROMISED


def test_the_whole_load_shortens_life_with_its_exponent() -> None:
    found = gradients(DEEP)
    assert sum(found.l10r[name].elasticity for name in ("fx_n", "fy_n", "fz_n", "mx_nmm", "my_nmm")) < -2.0
    tight = gradients(replace(DEEP, load=Load(fx_n=2000.0), inside=replace(DEEP.inside, clearance_mm=1e-9)))
    assert tight.l10r["fx_n"].elasticity == pytest.approx(-3.0, abs=1e-3)


def test_what_is_one_sided_is_said() -> None:
    plain = Case(BallInside(9, 7.938, 38.5), "deep_groove_ball", Load(fz_n=1000.0), FILMED)
    assert [each.code for each in gradients(plain).notices] == ["pressure_tie", "clearance_zero", "grooves_at_limit"]
    assert gradients(replace(plain, maker=MAKER), "real").notices[-1].code == "clearance_zero"


def test_an_element_about_to_part_is_said() -> None:
    single = Case(BallInside(4, 7.938, 38.5, 0.0, 0.515, 0.525), "deep_groove_ball", Load(fx_n=1000.0), FILMED)
    assert gradients(replace(single, inside=replace(single.inside, clearance_mm=1e-7))).is_near_lift_off


def test_a_ring_on_one_ball_is_free_to_move_beside_it_and_its_life_still_answers_the_load() -> None:
    lonely = replace(DEEP, load=Load(fx_n=100.0), inside=BallInside(3, 7.938, 38.5, clearance_mm=0.05))
    found = gradients(lonely)
    assert next(each.code for each in found.notices) == "free_movement"
    assert found.l10r["fx_n"].elasticity == pytest.approx(-3.0)
    assert math.isnan(found.l10r["mx_nmm"].derivative)


def test_without_oil_there_is_no_modified_life_to_move() -> None:
    found = gradients(replace(DEEP, conditions=Conditions(2000.0)))
    assert found.lnmr is None
    assert found.lnmr_h is None


def test_a_held_factor_leaves_the_slopes_of_the_reference_life() -> None:
    light = replace(DEEP, load=Load(fx_n=300.0), conditions=replace(FILMED, cleanliness=cleanliness_from_option("1")))
    found = gradients(light)
    assert found.lnmr is not None
    assert found.lnmr["fx_n"].derivative == pytest.approx(found.l10r["fx_n"].derivative, rel=1e-12)


def test_other_types_and_no_load_are_refused() -> None:
    with pytest.raises(OutOfScope, match="one row"):
        gradients(Case(BallInside(14, 11.112, 60.0, 90.0, 0.535, 0.535), "thrust_ball", Load(fz_n=3e3), FILMED))
    with pytest.raises(BadInput, match="no load"):
        gradients(replace(DEEP, load=Load()))


@given(st.floats(0.05, 0.99))
def test_the_contact_ellipse_moves_as_its_differences(difference: float) -> None:
    step = 1e-5 * (1.0 - difference)
    ahead, behind = ellipse(difference + step), ellipse(difference - step)
    slopes = ellipse_slopes(ellipse(difference))
    for name in ("ratio", "first", "second"):
        wanted = (np.log(getattr(ahead, name)) - np.log(getattr(behind, name))) / (2 * step)
        assert float(getattr(slopes, name)) == pytest.approx(float(wanted), rel=1e-6)


@given(st.floats(0.11, 3.9), st.floats(0.001, 0.5), st.sampled_from(["ball", "roller", "thrust_ball", "thrust_roller"]))
def test_the_life_modification_moves_as_its_differences(kappa: float, x: float, kind: str) -> None:
    assume(min(abs(kappa - 0.4), abs(kappa - 1.0)) > 1e-3)
    assume(float(life_modification(kappa, x * 1.01, kind)) < 50)  # type: ignore[arg-type]  the kinds above
    step = 1e-5
    for index, (k, by) in enumerate(((step, 0.0), (0.0, step))):
        ahead, behind = (
            float(life_modification(kappa * math.exp(sign * k), x * math.exp(sign * by), kind))  # type: ignore[arg-type]
            for sign in (1, -1)
        )
        wanted = (math.log(ahead) - math.log(behind)) / (2 * step)
        assert modification_slopes(kappa, x, kind)[index] == pytest.approx(wanted, rel=1e-5, abs=1e-9)  # type: ignore[arg-type]
