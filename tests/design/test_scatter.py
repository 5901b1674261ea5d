"""What scattering inputs do to life: shares on known functions, each draw a rating of its own, bands, refusals."""

import math
from dataclasses import replace

import numpy as np
import pytest

from loadzone.design.capability import MakerRatings
from loadzone.design.distributions import Distribution, Normal, Steps, Triangular, Truncated, Uniform
from loadzone.design.duty import Conditions
from loadzone.design.equilibrium import ball, roller
from loadzone.design.equilibrium.varied import solve_varied_balls, solve_varied_rollers
from loadzone.design.fits import Mounting, fit_parts, fit_tolerances, operating_clearance
from loadzone.design.inside import BallInside, Load, Mode, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import Case
from loadzone.design.scatter import Input, scatter, usual_inputs
from loadzone.design.sensitivity import Spans
from loadzone.design.shares import first_order_share
from loadzone.words.errors import BadInput, OutOfScope

SEED = 20_261_124
FILMED = Conditions(2000.0, oil_from_option("68"), 70.0, cleanliness_from_option("normal"))
CASE = Case(
    BallInside(9, 9.525, 46.0, clearance_mm=0.01),
    "deep_groove_ball",
    Load(3000.0, 400.0, 500.0, 2000.0, -1000.0),
    FILMED,
)
ROLLERS = Case(RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02), "cylindrical_roller", Load(5000.0), FILMED)
MOUNTING = Mounting(30.0, 62.0, 36.475, 55.525, element_mm=9.525, speed_rpm=2000.0)


def rng(seed: int = SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_shares_of_ishigamis_function_are_found_within_their_errors() -> None:
    a, b = 7.0, 0.1
    x = rng().uniform(-math.pi, math.pi, (3, 20_000))
    y = np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0])
    whole = a**2 / 8 + b * math.pi**4 / 5 + b**2 * math.pi**8 / 18 + 0.5
    wanted = ((b * math.pi**4 / 5 + b**2 * math.pi**8 / 50 + 0.5) / whole, a**2 / 8 / whole, 0.0)
    for inputs, share in zip(x, wanted, strict=True):
        found = first_order_share(inputs, y)
        assert found.standard_error < 0.02
        assert abs(found.value - share) < 4 * found.standard_error + 1e-3


def test_the_shares_of_a_sum_are_its_variances_and_a_class_counts_like_a_number() -> None:
    chance = rng()
    normal, uniform = chance.normal(0.0, 1.0, 20_000), chance.uniform(-1.0, 1.0, 20_000)
    classes = Steps((-1.0, 0.0, 1.0), (0.25, 0.5, 0.25)).draw(chance, 20_000)
    y = 2.0 * normal + 3.0 * uniform + 1.0 * classes
    whole = 4.0 + 3.0 + 0.5
    for inputs, variance in ((normal, 4.0), (uniform, 3.0), (classes, 0.5)):
        found = first_order_share(inputs, y)
        assert abs(found.value - variance / whole) < 4 * found.standard_error + 1e-3


def test_the_standard_error_of_a_share_is_how_far_estimates_scatter() -> None:
    found = []
    for seed in range(60):
        x = rng(seed).uniform(size=(2, 2000))
        found.append(first_order_share(x[0], x[0] + x[1]))
    values = np.array([each.value for each in found])
    assert np.mean([each.standard_error for each in found]) == pytest.approx(values.std(), rel=0.3)
    assert values.mean() == pytest.approx(0.5, abs=4 * values.std() / math.sqrt(60) + 1 / 22**2)


def test_an_input_without_influence_has_a_share_of_nothing_on_average() -> None:
    values = [first_order_share(*rng(seed).normal(size=(2, 1000))).value for seed in range(100)]
    assert abs(np.mean(values)) < 4 * np.std(values) / 10


def test_a_constant_has_no_shares() -> None:
    assert first_order_share(np.arange(200.0), np.ones(200)).value == 0.0


@pytest.mark.parametrize(
    ("drawn", "mean", "deviation"),
    [
        (Normal(2.0, 0.5), 2.0, 0.5),
        (Uniform(-1.0, 3.0), 1.0, 4.0 / math.sqrt(12.0)),
        (Triangular(0.0, 1.0, 5.0), 2.0, math.sqrt((1.0 + 25.0 - 5.0) / 18.0)),
        (Truncated.within(0.0, 6.0), 3.0, 0.9866),
        (Steps((-1.0, 0.0, 1.0), (1.0, 2.0, 1.0)), 0.0, math.sqrt(0.5)),
    ],
)
def test_draws_have_the_mean_and_deviation_of_their_distribution(
    drawn: Distribution, mean: float, deviation: float
) -> None:
    values = drawn.draw(rng(), 50_000)
    assert values.mean() == pytest.approx(mean, abs=4 * deviation / math.sqrt(50_000))
    assert values.std() == pytest.approx(deviation, rel=0.02)


def test_parts_outside_their_tolerance_are_sorted_out() -> None:
    values = Truncated.within(1.0, 2.0, capability=0.2).draw(rng(), 5000)
    assert values.min() >= 1.0
    assert values.max() <= 2.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Uniform(2.0, 1.0),
        lambda: Normal(0.0, -1.0),
        lambda: Triangular(0.0, 3.0, 2.0),
        lambda: Truncated(5.0, 1.0, 0.0, 2.0),
        lambda: Truncated(1.0, 0.0, 0.0, 2.0),
        lambda: Steps((1.0, 2.0), (1.0,)),
        lambda: Steps((1.0,), (-1.0,)),
        lambda: Uniform(0.0, math.inf),
    ],
)
def test_impossible_distributions_are_refused(make: object) -> None:
    with pytest.raises(BadInput):
        make()  # type: ignore[operator]  a lambda above


@pytest.mark.parametrize("mode", ["consistent", "iso", "pitch"])
@pytest.mark.parametrize("angle_deg", [0.0, 25.0])
def test_each_varied_row_of_balls_is_a_solve_of_its_own(mode: Mode, angle_deg: float) -> None:
    chance, n = rng(), 40
    loads = chance.normal(size=(n, 5)) * (2000.0, 2000.0, 1000.0, 5000.0, 5000.0)
    loads[:, 2] += 4000.0 * bool(angle_deg)
    gaps, f_i, f_e = chance.uniform(-0.01, 0.04, n), chance.uniform(0.51, 0.53, n), chance.uniform(0.51, 0.54, n)
    inside = BallInside(9, 9.525, 46.0, angle_deg)
    found = solve_varied_balls(inside, loads, gaps, f_i, f_e, mode)
    assert found.converged.all()
    for k in range(n):
        own = replace(inside, clearance_mm=float(gaps[k]), groove_inner=float(f_i[k]), groove_outer=float(f_e[k]))
        one = ball.solve(own, Load(*loads[k]), mode)
        assert found.p_max_mpa[k] == pytest.approx(one.p_max_mpa, rel=1e-9)
        assert found.mean_rotating_n[k, 0] == pytest.approx(np.cbrt(np.mean(one.loads_n**3)), rel=1e-9)
        assert found.mean_stationary_n[k, 0] == pytest.approx(np.mean(one.loads_n ** (10 / 3)) ** 0.3, rel=1e-9)


def test_each_varied_row_of_rollers_is_a_solve_of_its_own() -> None:
    chance, n = rng(), 20
    loads = chance.normal(size=(n, 5)) * (4000.0, 4000.0, 0.0, 3000.0, 3000.0)
    gaps = chance.uniform(-0.005, 0.04, n)
    inside = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02)
    found = solve_varied_rollers(inside, loads, gaps)
    for k in range(n):
        one = roller.solve(replace(inside, clearance_mm=float(gaps[k])), Load(*loads[k]))
        assert found.p_max_mpa[k] == pytest.approx(one.p_max_mpa, rel=1e-9)
        means = np.mean(one.lamina_loads_n**4, axis=0) ** 0.25
        np.testing.assert_allclose(found.mean_rotating_n[k], means, rtol=1e-8, atol=1e-9 * means.max())


def test_a_varied_load_that_is_not_finite_marks_its_row_alone() -> None:
    loads = np.array([[1000.0, 0, 0, 0, 0], [np.nan, 0, 0, 0, 0]])
    same = np.full(2, 0.52)
    found = solve_varied_balls(BallInside(9, 9.525, 46.0), loads, np.zeros(2), same, same)
    assert found.converged.tolist() == [True, False]
    assert np.isnan(found.p_max_mpa[1])


@pytest.mark.parametrize("case", [replace(CASE, maker=MakerRatings(19_500.0, 11_200.0, 500.0)), ROLLERS])
def test_every_draw_is_a_rating_of_its_own(case: Case) -> None:
    inputs: dict[Input, Distribution] = {
        "load": Normal(1.1, 0.0),
        "speed": Normal(0.9, 0.0),
        "temperature": Normal(77.0, 0.0),
        "cleanliness": Steps((1.0,), (1.0,)),
        "clearance": Normal(0.004, 0.0),
    }
    inside = replace(case.inside, clearance_mm=0.004)
    if isinstance(inside, BallInside):
        inputs |= {"groove_inner": Normal(0.515, 0.0), "groove_outer": Normal(0.528, 0.0)}
        inside = replace(inside, groove_inner=0.515, groove_outer=0.528)
    conditions = replace(FILMED, speed_rpm=1800.0, temperature_degc=77.0, cleanliness=cleanliness_from_option("slight"))
    load = Load(*(1.1 * each for each in (case.load.fx_n, case.load.fy_n, case.load.fz_n)))
    load = replace(load, mx_nmm=1.1 * case.load.mx_nmm, my_nmm=1.1 * case.load.my_nmm)
    rated = replace(case, inside=inside, conditions=conditions, load=load).rate()
    found = scatter(case, inputs, rng(), 100)
    assert found.lnmr_h is not None
    assert found.clearance_um is not None
    assert found.lnmr_h.median == pytest.approx(rated.life.lnmr_h, rel=1e-9)
    assert found.l10r_h.low == pytest.approx(rated.life.l10r_h, rel=1e-9)
    assert found.p_max_mpa.high == pytest.approx(rated.p_max_mpa, rel=1e-9)
    assert found.clearance_um.median == pytest.approx(4.0)


def test_a_computed_rating_follows_the_drawn_grooves_and_a_makers_does_not() -> None:
    narrow: dict[Input, Distribution] = {"groove_inner": Normal(0.512, 0.0), "groove_outer": Normal(0.53, 0.0)}
    free, held = (
        scatter(replace(CASE, maker=maker), narrow, rng(), 100).l10r_h.median
        / scatter(replace(CASE, maker=maker), {}, rng(), 100).l10r_h.median
        for maker in (None, MakerRatings(19_500.0))
    )
    assert free > 1.5 * held > 1.0


def test_the_band_holds_the_middle_and_the_same_seed_gives_the_same_band() -> None:
    inputs = usual_inputs(CASE)
    first, again = (scatter(CASE, inputs, rng(), 2000) for _ in range(2))
    other = scatter(CASE, inputs, rng(5), 2000)
    assert first == again
    rated = CASE.rate().life.lnmr_h
    assert rated is not None
    assert first.life_h.low < rated < first.life_h.high
    for ours, theirs, errors in zip(
        (first.life_h.low, first.life_h.median, first.life_h.high),
        (other.life_h.low, other.life_h.median, other.life_h.high),
        zip(first.life_h.standard_errors, other.life_h.standard_errors, strict=True),
        strict=True,
    ):
        assert abs(ours - theirs) < 5 * math.hypot(*errors)


def test_load_and_cleanliness_move_life_most_and_the_shares_come_to_about_one() -> None:
    found = scatter(CASE, usual_inputs(CASE), rng())
    assert list(found.shares)[:2] == ["cleanliness", "load"]
    assert sum(each.value for each in found.shares.values()) == pytest.approx(1.0, abs=0.05)


def test_in_a_fit_the_clearance_follows_the_seats() -> None:
    inputs = usual_inputs(CASE, fit_parts(30.0, 62.0, "k5/H7"))
    found = scatter(CASE, inputs, rng(), 2000, mounting=MOUNTING)
    assert {"clearance", "shaft", "bore", "housing", "outside"} <= set(found.shares)
    tolerances = fit_tolerances(30.0, 62.0, "k5/H7").limits_mm
    tight = replace(
        MOUNTING,
        shaft_interference_mm=sum(tolerances["shaft_interference_mm"]) / 2,
        housing_interference_mm=sum(tolerances["housing_interference_mm"]) / 2,
        clearance_mm=sum(tolerances["clearance_mm"]) / 2,
    )
    assert found.clearance_um is not None
    assert found.clearance_um.median == pytest.approx(1000 * float(operating_clearance(tight).clearance_mm), abs=0.5)


def test_the_share_that_fails_is_the_share_below_the_required_life() -> None:
    found = scatter(CASE, usual_inputs(CASE), rng(), 2000)
    assert found.failing is None
    asked = scatter(CASE, usual_inputs(CASE), rng(), 2000, required_h=found.life_h.low)
    assert asked.failing is not None
    assert asked.failing.value == pytest.approx(0.05, abs=1e-3)
    assert asked.failing.standard_error == pytest.approx(math.sqrt(0.05 * 0.95 / 2000), rel=0.02)


def test_without_oil_the_reference_life_scatters_and_temperature_plays_no_part() -> None:
    dry = replace(CASE, conditions=Conditions(2000.0))
    found = scatter(dry, usual_inputs(dry), rng(), 500)
    assert found.life == "l10r_h"
    assert found.lnmr_h is None
    assert not {"temperature", "cleanliness"} & set(found.inputs)
    assert found.notices[-1].code == "no_modified_life"


def test_a_span_of_nothing_holds_its_input() -> None:
    held = usual_inputs(CASE, spans=Spans(0.0, 0, 0.0, 0.0, 0.0))
    assert set(held) == {"groove_inner", "groove_outer"}


def test_limits_of_the_standard_are_told() -> None:
    clean = replace(CASE, load=Load(fx_n=600.0), conditions=replace(FILMED, cleanliness=cleanliness_from_option("1")))
    assert "a_iso_at_limit" in [each.code for each in scatter(clean, usual_inputs(clean), rng(), 200).notices]
    heavy = replace(CASE, load=Load(fx_n=9300.0))
    assert "draws_beyond_iso_281" in [each.code for each in scatter(heavy, usual_inputs(heavy), rng(), 200).notices]


def test_what_cannot_scatter_is_refused() -> None:
    usual = usual_inputs(CASE)
    with pytest.raises(BadInput, match="draws"):
        scatter(CASE, usual, rng(), 50)
    with pytest.raises(BadInput, match="fit"):
        scatter(CASE, {"shaft": Normal(0.0, 0.001)}, rng(), 100)
    with pytest.raises(BadInput, match="groove radii drawn"):
        scatter(CASE, {"groove_inner": Normal(0.5, 0.001)}, rng(), 100)
    with pytest.raises(BadInput, match="required life"):
        scatter(CASE, usual, rng(), 100, required_h=0.0)
    with pytest.raises(OutOfScope, match="beyond"):
        scatter(replace(CASE, load=Load(fx_n=15_000.0)), usual, rng(), 100)
    with pytest.raises(OutOfScope, match="groove"):
        scatter(ROLLERS, {"groove_inner": Normal(0.52, 0.001)}, rng(), 100)
    thrust = Case(BallInside(14, 11.112, 60.0, 90.0, 0.535, 0.535), "thrust_ball", Load(fz_n=3e3), FILMED)
    with pytest.raises(OutOfScope, match="one row"):
        scatter(thrust, {}, rng(), 100)
