"""What moves a life: the tornado of one input at a time."""

from dataclasses import replace

import pytest

from loadzone.design.capability import MakerRatings
from loadzone.design.duty import Conditions
from loadzone.design.inside import BallInside, Load, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, dirtier, oil_from_option
from loadzone.design.rate import Case
from loadzone.design.sensitivity import Spans, life_field, tornado
from loadzone.words.errors import BadInput

FILMED = Conditions(3000.0, oil_from_option("68"), 70.0, cleanliness_from_option("normal"))
CASE = Case(BallInside(9, 7.938, 38.5, clearance_mm=0.01), "deep_groove_ball", Load(fx_n=3000.0, fz_n=300.0), FILMED)
DRY = replace(CASE, conditions=Conditions(3000.0))


def test_the_modified_reference_life_is_the_modified_factor_at_the_reference_load_times_the_reference_life() -> None:
    found = CASE.rate()
    steps = {each.symbol: each.value for each in found.steps}
    assert found.life.l10r_h is not None
    assert found.life.lnmr_h is not None
    same = replace(CASE, load=Load(fx_n=steps["P_ref"])).rate().life
    assert found.life.lnmr_h == pytest.approx(same.a_iso * found.life.l10r_h, rel=1e-9)  # type: ignore[operator]


def test_every_end_of_the_tornado_is_a_rating_of_its_own() -> None:
    movers = tornado(CASE)
    assert [str(each.name) for each in movers] == [
        *("load ±10 %", "cleanliness ±1 class", "temperature ±8 K", "speed ±10 %", "clearance ±15 µm")
    ]
    load, clean, warmth, speed, gap = movers
    assert load.life_high_h == replace(CASE, load=Load(fx_n=3300.0, fz_n=330.0)).rate().life.lnmr_h
    assert (clean.low, clean.high) == (0.4, 0.7)
    slight = replace(FILMED, cleanliness=cleanliness_from_option("slight"))
    assert clean.life_low_h == replace(CASE, conditions=slight).rate().life.lnmr_h
    assert warmth.life_low_h == replace(CASE, conditions=replace(FILMED, temperature_degc=62.0)).rate().life.lnmr_h
    assert speed.life_high_h == replace(CASE, conditions=replace(FILMED, speed_rpm=speed.high)).rate().life.lnmr_h
    assert (gap.low, gap.high, gap.unit) == (-5.0, 25.0, "µm")


def test_more_load_dirt_and_warmth_shorten_life() -> None:
    for each in tornado(CASE)[:3]:
        assert each.life_low_h is not None
        assert each.life_high_h is not None
        worse, better = sorted((each.life_low_h, each.life_high_h))
        assert worse < CASE.rate().life.lnmr_h < better  # type: ignore[operator]


def test_without_oil_only_load_speed_and_clearance_move_the_reference_life() -> None:
    assert life_field(DRY.rate().life) == "l10r_h"
    assert [each.unit for each in tornado(DRY)] == ["", "r/min", "µm"]


def test_without_a_load_distribution_only_what_the_rating_life_knows_moves_it() -> None:
    """Rollers of unknown length, rated by their maker."""
    short, maker = RollerInside(13, 7.5, 0.0, 39.0), MakerRatings(28_600.0, 27_000.0)
    unknown = Case(short, "cylindrical_roller", Load(fx_n=3000.0), FILMED, maker)
    assert life_field(unknown.rate().life) == "lnm_h"
    assert [each.unit for each in tornado(unknown)] == ["", "", "°C", "r/min"]


def test_a_contact_angle_replaces_the_clearance_of_balls_and_not_of_rollers() -> None:
    angular = replace(
        CASE,
        inside=BallInside(12, 12.7, 55.0, 40.0),
        type_key="angular_contact_ball",
        load=Load(fx_n=2000.0, fz_n=3000.0),
    )
    assert len(tornado(angular)) == 4
    rollers = Case(RollerInside(13, 7.5, 9.0, 39.0), "cylindrical_roller", Load(fx_n=5000.0), FILMED)
    assert len(tornado(rollers)) == 5


def test_an_end_beyond_what_iso_281_rates_has_no_life_and_the_other_end_has_one() -> None:
    near = replace(CASE, load=Load(fx_n=6900.0))
    load = tornado(near)[0]
    assert load.life_high_h is None
    assert load.life_low_h is not None


def test_a_base_case_that_is_refused_is_refused() -> None:
    with pytest.raises(BadInput, match="no load"):
        tornado(replace(CASE, load=Load()))


def test_the_spans_are_the_callers() -> None:
    load, clean, *_ = tornado(CASE, Spans(load_percent=25.0, cleanliness_classes=2))
    assert (load.low, load.high) == (0.75, 1.25)
    assert clean.low == 0.2


@pytest.mark.parametrize(
    ("typed", "classes", "moved"),
    [
        ("normal", 1, "slight"),
        ("high", -1, "high"),
        ("very-severe", 3, "very-severe"),
        ("grease:normal", 1, "grease:typical"),
        ("bath:-/17/14", 1, "bath:-/19/16"),
        ("inline:-/19/16", 1, "inline:-/19/16"),
        ("0.55", 1, "0.4"),
        ("0.9", -1, "1"),
        ("0", 1, "0"),
    ],
)
def test_a_class_dirtier_is_the_next_row_of_its_own_table(typed: str, classes: int, moved: str) -> None:
    assert dirtier(cleanliness_from_option(typed), classes).code == moved
