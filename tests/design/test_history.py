"""Load histories: as the single rating step by step, one life by damage, bins with an error that holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import loadzone as lz
from loadzone.design.arrangement import arrange
from loadzone.design.binning import Binned, binned_lives, judged
from loadzone.design.bins import bins_of
from loadzone.design.capability import capability
from loadzone.design.damage import damage, life_by_damage, summary
from loadzone.design.duty import Conditions
from loadzone.design.history import BLOCK, FEW, History, ReferenceSteps, distributed, step_lives
from loadzone.design.inside import BallInside, Load, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import rate
from loadzone.words.errors import BadInput, OutOfScope

Array = NDArray[np.float64]

BALLS = BallInside(10, 12.7, 70.0, clearance_mm=0.01)
ROLLERS = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02)
FILMED = Conditions(1500.0, oil_from_option("68"), 70.0, cleanliness_from_option("normal"), 95.0)
TYPES = {
    "deep_groove_ball": BALLS,
    "cylindrical_roller": ROLLERS,
    "double_row_tapered_roller": RollerInside(17, 11.0, 16.0, 62.0, 14.0, rows=2),
    "double_row_angular_contact_ball": BallInside(10, 7.938, 39.0, 30.0, rows=2),
}


def history(count: int, seed: int = 1, axial: float = 400.0) -> History:
    rng = np.random.default_rng(seed)
    loads = rng.normal(size=(count, 5)) * (900.0, 400.0, axial, 4000.0, 4000.0) + (3000.0, 0.0, 0.75 * axial, 0.0, 0.0)
    speeds, temperatures = 1500.0 + 200.0 * rng.normal(size=count), 65.0 + 8.0 * rng.normal(size=count)
    return History(loads, speeds, temperatures, rng.uniform(0.1, 5.0, count))


def of_all(one: History, conditions: Conditions = FILMED, threads: int = 1) -> ReferenceSteps:
    bearing = capability(BALLS, "deep_groove_ball")
    found = distributed(arrange(BALLS, "deep_groove_ball"), bearing, one.loads, threads=threads)
    return step_lives(bearing, one, conditions, found.p_ref_n, threads=threads)[1]


def binned(one: History, count: int, seed: int = 0, inside: BallInside = BALLS) -> Binned:
    bearing = capability(inside, "deep_groove_ball")
    return binned_lives(
        arrange(inside, "deep_groove_ball"), bearing, one, FILMED, "consistent", count, np.random.default_rng(seed)
    )


@pytest.mark.parametrize("count", [7, FEW + 7])
@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_history_of_one_load_lives_as_that_load_alone(kind: str, count: int) -> None:
    inside = TYPES[kind]
    load = Load(4000.0, -1000.0, 0.0 if kind == "cylindrical_roller" else 700.0, 2000.0, -3000.0)
    alone = rate(inside, kind, load, FILMED)
    row = (load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm)
    whole = History(np.tile(row, (count, 1)), np.full(count, 1500.0), np.full(count, 70.0), np.arange(count + 0.0))
    bearing = capability(inside, kind)
    found = distributed(arrange(inside, kind), bearing, whole.loads)
    basic, reference = step_lives(bearing, whole, FILMED, found.p_ref_n)
    for lives, expected in (
        (basic.l10_h, alone.life.l10_h),
        (basic.lnm_h, alone.life.lnm_h),
        (reference.l10r_h, alone.life.l10r_h),
        (reference.lnmr_h, alone.life.lnmr_h),
    ):
        assert life_by_damage(lives, whole) == pytest.approx(expected, rel=1e-9)
    assert found.p_max_mpa.max() == pytest.approx(alone.p_max_mpa, rel=1e-9)


def test_the_modified_reference_life_takes_a_iso_at_the_reference_load() -> None:
    result = rate(BALLS, "deep_groove_ball", Load(fx_n=4000.0, fz_n=700.0), FILMED)
    steps = {each.symbol: each.value for each in result.steps}
    at_p_ref = lz.rate("6210", radial_n=steps["P_ref"], speed_rpm=1500, oil=68, temperature_degc=70,
                       cleanliness="normal").result.life.a_iso  # fmt: skip
    assert result.life.lnmr_h is not None
    assert result.life.l10r_h is not None
    assert result.life.lnmr_h == pytest.approx(result.life.a1 * at_p_ref * result.life.l10r_h, rel=1e-9)  # type: ignore[operator]  it is defined
    assert steps["L_nmrh"] == result.life.lnmr_h


def test_without_lubricant_there_is_no_modified_reference_life() -> None:
    assert lz.rate("6210", radial_n=3000, speed_rpm=1500).result.life.lnmr_h is None
    assert of_all(history(5), Conditions(1500.0)).lnmr_h is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(FEW + 1, 2 * FEW))
def test_the_order_of_the_steps_changes_neither_their_lives_nor_the_sum(seed: int, count: int) -> None:
    one = history(count, seed)
    order = np.random.default_rng(seed).permutation(count)
    straight, shuffled = of_all(one), of_all(one.part(order))
    np.testing.assert_allclose(shuffled.l10r_h, straight.l10r_h[order], rtol=1e-9)
    sums = [life_by_damage(each.lnmr_h, part) for each, part in ((straight, one), (shuffled, one.part(order)))]
    assert sums[0] == pytest.approx(sums[1], rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.0, 1.0))
def test_cutting_the_time_of_a_step_in_two_changes_nothing(seed: int, share: float) -> None:
    one = history(6, seed)
    twice = one.part(np.array([0, 1, 2, 2, 3, 4, 5]))
    twice.durations[2:4] *= (share, 1.0 - share)
    assert life_by_damage(of_all(twice).lnmr_h, twice) == pytest.approx(
        life_by_damage(of_all(one).lnmr_h, one), rel=1e-9
    )


def test_few_steps_are_solved_without_compiler_to_the_same_digits() -> None:
    one = history(FEW + 1)
    np.testing.assert_allclose(of_all(one.part(slice(20))).lnmr_h, of_all(one).lnmr_h[:20], rtol=1e-9)


def test_no_number_depends_on_the_threads() -> None:
    one = history(3 * BLOCK + 5)
    alone, together = of_all(one), of_all(one, threads=3)
    np.testing.assert_array_equal(alone.lnmr_h, together.lnmr_h)


def test_a_step_at_rest_takes_time_and_does_no_damage() -> None:
    one = history(4)
    still = History(
        np.vstack((one.loads, one.loads[:1])),
        np.append(one.speeds_rpm, 0.0),
        np.append(one.temperatures_degc, 70.0),
        np.append(one.durations, one.durations.sum()),
    )
    before, after = life_by_damage(of_all(one).lnmr_h, one), life_by_damage(of_all(still).lnmr_h, still)
    assert before is not None
    assert after == pytest.approx(2.0 * before, rel=1e-9)


def test_a_step_without_life_leaves_the_history_without_one() -> None:
    one = history(3)
    assert life_by_damage(np.array([100.0, np.nan, 100.0]), one) is None
    assert life_by_damage(None, one) is None
    assert life_by_damage(np.full(3, np.inf), one) is None


def test_the_summary_counts_all_time_and_all_damage_once() -> None:
    one = history(1000)
    lives = of_all(one)
    done = damage(lives.strictest_h, one)
    told = summary(done, lives.p_ref_n, one)
    assert told is not None
    assert sum(each.time for each in told.levels) == pytest.approx(1.0)
    assert sum(each.damage for each in told.levels) == pytest.approx(1.0)
    assert done[told.worst_step] == done.max()
    assert told.worst_share <= told.worst_percent_share == pytest.approx(np.sort(done)[-10:].sum() / done.sum())


def test_bins_become_the_whole_history_as_they_become_many() -> None:
    one = history(4000)
    whole = life_by_damage(of_all(one).lnmr_h, one)
    assert whole is not None
    errors = []
    for count in (1, 30, 1000, 4000):
        found = binned(one, count)
        life = life_by_damage(found.reference.lnmr_h, one)
        assert life is not None
        errors.append(abs(life / whole - 1.0))
        assert found.error is not None
        assert found.error.low == found.error.high == pytest.approx(life / whole - 1.0, abs=1e-9)
        assert found.n_bins == count
    assert errors[0] > errors[1] > errors[2] > errors[3]
    assert errors[3] < 1e-9


def test_the_stated_interval_of_the_bins_error_covers_the_truth_as_often_as_it_says() -> None:
    one = history(20_000)
    true, by_bins = (damage(each.strictest_h, one).sum() for each in (of_all(one), binned(one, 50).reference))
    error = true / by_bins - 1.0
    assert abs(error) > 0.002
    found = [binned(one, 50, seed).error for seed in range(40)]
    covered = sum(each is not None and each.low <= error <= each.high for each in found)
    assert covered >= 30  # of 40 at 90 %: fewer have a chance of 1 in 200


def test_alike_loads_need_one_bin_and_it_errs_in_nothing() -> None:
    one = history(30)
    alike = History(np.tile(one.loads[0], (30, 1)), one.speeds_rpm, one.temperatures_degc, one.durations)
    found = binned(alike, 20)
    assert found.n_bins == 1
    assert found.error is not None
    assert found.error.error == pytest.approx(0.0, abs=1e-9)


def test_an_interference_does_damage_without_load_in_bins_as_in_the_whole() -> None:
    tight = BallInside(10, 12.7, 70.0, clearance_mm=-0.02)
    one = history(50)
    one.loads[:10] = 0.0
    found = binned(one, 50, inside=tight)
    assert (found.reference.p_ref_n[:10] > 100.0).all()
    assert found.error is not None
    assert abs(found.error.error) < 1e-6


def test_bins_are_as_many_as_asked_and_every_load_has_one() -> None:
    one = history(500)
    one.speeds_rpm[:100] = 0.0
    bins = bins_of(one.loads, one.turns, 17, 35.0, 3.0)
    assert bins.loads.shape == (17, 5)
    assert set(bins.bin_of_step) == set(range(17))
    assert np.isfinite(bins.loads).all()
    nothing = bins_of(np.zeros((5, 5)), np.ones(5), 3, 35.0, 3.0)
    assert nothing.loads.tolist() == [[0.0] * 5]


def test_a_sample_of_which_a_step_has_no_life_judges_nothing() -> None:
    assert judged(np.array([1.0, np.nan, 1.0])) is None
    assert judged(np.empty(0)) is None


def test_arrays_that_make_no_history_are_refused() -> None:
    one, bearing = history(3), capability(BALLS, "deep_groove_ball")
    with pytest.raises(BadInput, match="five loads"):
        step_lives(bearing, History(one.loads[:, :3], *(one.speeds_rpm,) * 3), FILMED, np.ones(3))
    with pytest.raises(BadInput, match="five loads"):
        step_lives(bearing, one.part(slice(0, 0)), FILMED, np.empty(0))
    with pytest.raises(BadInput, match="less than 0"):
        step_lives(bearing, History(*(one.loads, *(one.speeds_rpm,) * 2, -one.durations)), FILMED, np.ones(3))
    with pytest.raises(OutOfScope, match="axial force"):
        distributed(arrange(ROLLERS, "cylindrical_roller"), bearing, one.loads)


def test_a_load_that_is_no_number_harms_no_other_step() -> None:
    one = history(4)
    one.loads[1, 0] = np.nan
    found = of_all(one)
    assert np.isnan(found.l10r_h).tolist() == [False, True, False, False]
