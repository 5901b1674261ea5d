"""Product families: what industry knows, no number without its source, and duties turned into speeds and kilometres."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.duties import (
    StrainWaveLife,
    axle_speed_rpm,
    distance_turns_mrev,
    life_km,
    rotor_radius_m,
    rotor_speed_rpm,
    strain_wave_life,
)
from loadzone.design.presets import Preset, preset, presets
from loadzone.design.rating import type_rule
from loadzone.words.errors import BadInput

FAMILIES = list(presets().values())
each_family = pytest.mark.parametrize("family", FAMILIES, ids=[each.key for each in FAMILIES])


def test_350_kmh_is_2159_to_2018_rpm_and_a_million_kilometres_are_so_many_turns() -> None:
    assert [round(axle_speed_rpm(350.0, wheel)) for wheel in (0.86, 0.92)] == [2159, 2018]
    assert [round(distance_turns_mrev(1.2e6, wheel)) for wheel in (0.86, 0.92)] == [444, 415]


def test_a_gantry_of_0_275_s_turns_at_218_rpm_and_gives_48_5_g_at_0_911_m() -> None:
    assert round(rotor_speed_rpm(0.275)) == 218
    assert rotor_radius_m(48.5, 0.275) == pytest.approx(0.911, abs=5e-4)


def test_a_strain_wave_gear_at_rated_load_has_an_l10_of_7000_h_and_eight_times_the_life_at_half_the_torque() -> None:
    assert strain_wave_life(35_000.0, 2000.0, 2000.0, 100.0, 100.0) == StrainWaveLife(35_000.0, 7_000.0)
    assert strain_wave_life(35_000.0, 2000.0, 2000.0, 100.0, 50.0).l50_h == pytest.approx(280_000.0)
    assert [strain_wave_life(each, 1.0, 1.0, 1.0, 1.0).l10_h for each in (50e3, 15e3)] == [10e3, 3e3]


@given(st.floats(1.0, 1e7), st.floats(0.1, 3.0))
def test_a_distance_in_turns_and_back_is_the_distance(distance_km: float, wheel_m: float) -> None:
    assert life_km(distance_turns_mrev(distance_km, wheel_m), wheel_m) == pytest.approx(distance_km)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_what_is_not_positive_is_refused(value: float) -> None:
    with pytest.raises(BadInput, match=r"train speed .* give a positive number"):
        axle_speed_rpm(value, 0.9)
    with pytest.raises(BadInput, match="average torque"):
        strain_wave_life(1.0, 1.0, 1.0, 1.0, value)


def test_an_unknown_family_is_answered_with_those_that_exist() -> None:
    with pytest.raises(BadInput, match=r"no preset «nix»: known are .*hsr-axlebox.*wind-main-shaft"):
        preset("nix")


def test_twenty_years_of_a_wind_turbine_are_175200_h() -> None:
    family = preset("wind-main-shaft")
    assert family.target.hours == 20 * 8760
    assert family.target.mark == "read"


@each_family
def test_a_default_has_a_source_and_every_number_says_how_it_is_known(family: Preset) -> None:
    asked = {each.name for each in family.questions}
    for fact in family.known:
        assert fact.source.strip()
        assert fact.answers is None or (fact.answers in asked and fact.mark != "not verified")
    assert all(each.source.strip() for each in (*family.standards, family.target))


@each_family
def test_the_example_answers_every_open_question_and_nothing_that_is_known(family: Preset) -> None:
    needed = {each.name for each in family.questions if not each.is_optional} - family.defaults.keys()
    assert needed <= family.example.answers.keys() <= {each.name for each in family.questions} - family.defaults.keys()


@each_family
def test_a_family_speaks_both_languages_and_names_a_type_that_can_be_rated(family: Preset) -> None:
    type_rule(family.type)
    said = [family.name, family.bearing, family.target.words, family.example.meaning, *family.unknown]
    said += [each.words for each in (*family.known, *family.standards, *family.questions)]
    for each in said:
        assert each.en.strip()
        assert each.text.render("zh") != each.en or each.en.isupper()
        assert "{" not in each.en + each.zh
