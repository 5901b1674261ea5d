"""The journey of a product family: every example runs, answers stand above defaults, open questions are named."""

import pytest

from loadzone.design.inside import BallInside, Load
from loadzone.design.presets import Preset, preset, presets
from loadzone.design.slewing import four_point
from loadzone.flows.history import HistoryAnswer
from loadzone.flows.preset import FamilyResult, answer, basic_life_h
from loadzone.flows.rate import RateAnswer, rate
from loadzone.words.errors import BadInput, MissingInput

FAMILIES = list(presets().values())


@pytest.mark.parametrize("family", FAMILIES, ids=[each.key for each in FAMILIES])
def test_the_example_runs_and_is_marked_as_an_example(family: Preset) -> None:
    found = answer(family, {}, is_example=True)
    assert found.is_rated
    facts = found.to_dict("zh")
    assert (facts["preset"], facts["is_example"]) == (family.key, True)
    with pytest.raises(MissingInput, match=f"preset {family.key} needs --"):
        answer(family, {})


def test_a_family_goes_the_way_of_a_rating() -> None:
    found = answer(preset("spindle"), {"bearing": "7014 C", "fr": 500.0, "fa": 800.0, "speed": 12_000.0})
    plain = rate("7014 C", radial_n=500.0, axial_n=800.0, speed_rpm=12_000.0)
    assert isinstance(found.result, RateAnswer)
    assert found.result.to_dict() == plain.to_dict()


def test_an_axlebox_turns_as_fast_as_its_wheel_and_its_life_is_a_distance() -> None:
    found = answer(preset("hsr-axlebox"), {}, is_example=True)
    values = {each.symbol: each.value for each in found.steps}
    assert values["n"] == pytest.approx(2159.1, abs=0.1)
    assert values["N"] == pytest.approx(444.2, abs=0.1)
    hours = basic_life_h(found.result)
    assert hours is not None
    assert values["L_10km"] == pytest.approx(350.0 * hours)
    assert found.verdict is not None
    assert "1\u202f200\u202f000 km" in found.verdict.render("zh")


def test_an_answer_stands_above_what_is_known_and_above_the_example() -> None:
    slower = answer(preset("hsr-axlebox"), {"train": 175.0}, is_example=True)
    assert slower.steps[0].value == pytest.approx(2159.1 / 2, abs=0.1)
    assert slower.answers["train"] == 175.0


def test_a_gantry_takes_its_speed_from_the_time_of_a_revolution() -> None:
    found = answer(preset("ct-gantry"), {}, is_example=True)
    assert [round(each.value, 3) for each in found.steps] == [218.182, 0.911]


def test_a_mission_adds_the_damage_of_its_steps() -> None:
    found = answer(preset("evtol"), {}, is_example=True)
    assert isinstance(found.result, HistoryAnswer)
    assert found.result.n_steps == 6
    assert found.result.hours == pytest.approx(0.25)
    assert found.result.l10_h is not None
    assert found.result.lnm_h is not None


def test_a_slewing_ring_of_the_family_is_the_ring_of_design() -> None:
    found = answer(preset("pitch-yaw"), {"c": 1.5e6}, is_example=True)
    assert isinstance(found.result, FamilyResult)
    values = [each.value for each in found.result.steps]
    exact = four_point(BallInside(120, 40.0, 2000.0, 45.0, 0.525, 0.525), Load(fx_n=50e3, fz_n=300e3, my_nmm=-1.5e9))
    assert values[:2] == pytest.approx([exact.greatest_n, 40_069.0], rel=1e-4)
    assert values[-1] == pytest.approx((1.5e6 * values[-2] / 1_837_500.0) ** 3)


def test_half_the_torque_of_a_strain_wave_gear_is_eight_times_the_life() -> None:
    found = answer(preset("strain-wave"), {}, is_example=True)
    assert basic_life_h(found.result) == pytest.approx(56_000.0)
    assert str(found.verdict) == "basic life 56\u202f000 h: 8 times the 7\u202f000 h that are asked"


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        ("strain-wave", {"fr": 1.0}, "preset strain-wave takes no --fr"),
        ("hsr-axlebox", {"speed": 100.0}, "preset hsr-axlebox takes no --speed"),
        ("hsr-axlebox", {"wheel": 0.0}, "wheel diameter 0 m: give a positive number"),
        ("tbm-main", {"axial_rollers": 0.0}, "--axial-rollers 0: give a positive number"),
        ("pitch-yaw", {"swing": -5.0}, "--swing -5: give a positive number"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(key: str, given: dict[str, float], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        answer(preset(key), given, is_example=True)
