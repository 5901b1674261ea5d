"""Lives: a_1, a_ISO, spectra, oscillation, systems."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.formulas import ROOM
from loadzone.design.life import (
    LifeKind,
    basic_life_mrev,
    critical_arc_deg,
    life_modification,
    life_of_spectrum,
    load_of_spectrum,
    oscillation_ratio,
    reliability_factor,
    system_life,
    with_additives,
)
from loadzone.words.errors import BadInput
from loadzone.words.tables import read_table


def test_the_closed_form_of_a_1_rounds_to_every_row_of_the_table() -> None:
    for row in read_table(ROOM, "reliability.csv", ("reliability_percent", "a1")):
        digits = len(row["a1"].partition(".")[2])
        found = reliability_factor(float(row["reliability_percent"]))
        assert found == pytest.approx(float(row["a1"]), abs=0.5001 * 10**-digits + 1e-3 * (digits < 3))


KINDS = st.sampled_from(["ball", "roller", "thrust_ball", "thrust_roller"])


@given(kappa=st.floats(0.1, 4.0), x=st.floats(0.0, 5.0), more=st.floats(1.0, 2.0), kind=KINDS)
def test_a_cleaner_bearing_never_lives_shorter(kappa: float, x: float, more: float, kind: LifeKind) -> None:
    found = float(life_modification(kappa, x, kind))
    assert 0.0999 <= found <= 50.0
    assert float(life_modification(kappa, x * more, kind)) >= found * (1 - 1e-12)


@given(x=st.floats(0.0, 1.0), kind=KINDS)
def test_a_thicker_film_never_shortens_life_beyond_the_jump_of_the_standard(x: float, kind: LifeKind) -> None:
    found = life_modification(np.linspace(0.1, 5.0, 300), x, kind)
    assert (np.diff(found) >= -0.01 * found[1:]).all()
    assert found[-1] == pytest.approx(float(life_modification(4.0, x, kind)))


def test_below_kappa_0_1_there_is_no_a_iso_and_the_others_of_the_batch_keep_theirs() -> None:
    found = life_modification([0.05, 1.0, np.nan], 0.1, "ball")
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == life_modification(1.0, 0.1, "ball")


def test_additives_help_only_clean_bearings_with_thin_films_and_at_most_to_three() -> None:
    plain = life_modification(0.5, 0.5 * 0.4, "ball")
    assert with_additives(0.5, 0.5, 0.4, "ball") == 3.0 > plain
    assert with_additives(0.5, 0.1, 2.0, "ball") == plain
    assert with_additives(2.0, 0.5, 0.4, "ball") == life_modification(2.0, 0.2, "ball")


@given(p_n=st.floats(10.0, 1e5))
def test_twice_the_load_divides_life_by_8_for_balls_and_by_ten_for_rollers(p_n: float) -> None:
    for kind, ratio in (("ball", 8.0), ("roller", 2 ** (10 / 3))):
        assert basic_life_mrev(1e4, p_n, kind) / basic_life_mrev(1e4, 2 * p_n, kind) == pytest.approx(ratio)


@given(
    loads=st.lists(st.floats(100.0, 5000.0), min_size=2, max_size=6),
    seed=st.integers(0, 99),
)
def test_damage_of_basic_lives_is_that_of_the_equivalent_load(loads: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    speeds, times = rng.uniform(100, 3000, len(loads)), rng.uniform(1, 100, len(loads))
    p_n = np.array(loads)
    lives_h = basic_life_mrev(14e3, p_n, "ball") * 1e6 / 60 / speeds
    mean = (speeds * times).sum() / times.sum()
    constant = basic_life_mrev(14e3, load_of_spectrum(p_n, speeds, times, "ball"), "ball") * 1e6 / 60 / mean
    assert life_of_spectrum(lives_h, times) == pytest.approx(float(constant), rel=1e-9)


def test_beyond_the_critical_arc_the_number_of_elements_no_longer_counts() -> None:
    arc = critical_arc_deg(120, 0.02)
    assert arc == pytest.approx(5.882, abs=1e-3)
    assert oscillation_ratio(30.0, 120, "ball", arc) == pytest.approx(6 ** (1 / 3))


def test_a_system_lives_shorter_than_its_weakest_bearing() -> None:
    assert system_life([1000.0, 2000.0]) < 1000.0
    assert system_life([1000.0]) == pytest.approx(1000.0)


@pytest.mark.parametrize("percent", [50.0, 89.9, 99.99, 100.0, float("nan")])
def test_a_reliability_outside_the_table_is_refused(percent: float) -> None:
    with pytest.raises(BadInput, match=r"90 to 99\.95"):
        reliability_factor(percent)
