"""Bearings of a REXS model: what the file says of them, in which load cases, and what rating them gives."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.inside import Load
from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.rexs import RexsBearing, RexsRating, bearings_of, rate_bearings, spectrum_life_h
from loadzone.flows.rexs_overview import overview
from loadzone.formats.rexs import Attribute, LoadSpectrum, RexsModel, read_rexs

SAMPLES = Path(__file__).parents[1] / "formats" / "rexs"


def sample(name: str) -> RexsModel:
    return read_rexs(SAMPLES / name)


def bearing(model: RexsModel, bearing_id: int) -> RexsBearing:
    return next(each for each in bearings_of(model) if each.id == bearing_id)


def ratings(model: RexsModel, bearing_id: int) -> tuple[RexsRating, ...]:
    return tuple(each for each in rate_bearings(model) if each.bearing.id == bearing_id)


def changed(model: RexsModel, component_id: int, *attributes: Attribute) -> RexsModel:
    """The model with other attributes of a component, and without those whose value is None."""
    parts = tuple(each.with_attributes(attributes) if each.id == component_id else each for each in model.components)
    return replace(model, components=parts)


def test_bearings_of_the_drive_as_the_file_says() -> None:
    found = {each.id: each for each in bearings_of(sample("drive_1_6.rexs"))}
    assert list(found) == [10, 11, 12, 13]
    assert (found[10].designation, found[10].type_key, found[10].rows) == ("6206", "deep_groove_ball", 1)
    assert (found[10].bore_mm, found[10].outer_mm, found[10].width_mm) == (30.0, 62.0, 16.0)
    assert (found[10].c_n, found[10].c0_n, found[10].cu_n) == (19500.0, 11200.0, 475.0)
    assert found[12].type_key == "cylindrical_roller"


def test_an_inside_that_the_file_states_is_taken_from_it() -> None:
    subject = bearing(sample("drive_1_6.rexs"), 11).subject
    assert subject is not None
    inside = subject.geometry
    assert (inside.n_elements, inside.element_diameter_mm, inside.pitch_diameter_mm) == (9, 9.525, 46.0)
    assert inside.source == "REXS component 11"


def test_an_inside_that_the_file_leaves_out_is_that_of_the_catalogue() -> None:
    subject = bearing(sample("drive_1_6.rexs"), 10).subject
    assert subject is not None
    assert subject.geometry.provenance != "user"


def test_a_pitch_diameter_that_is_left_out_is_the_mean_of_bore_and_outside() -> None:
    model = changed(sample("drive_1_6.rexs"), 111, Attribute("reference_diameter", None, "mm"))
    subject = bearing(model, 11).subject
    assert subject is not None
    assert subject.geometry.pitch_diameter_mm == 46.0
    assert [note.render("en") for note in subject.notes] == [
        "pitch diameter 46 mm is the mean of bore and outside diameter"
    ]


def test_duties_carry_loads_speed_share_oil_temperature_and_cleanliness() -> None:
    first, second = bearing(sample("drive_1_6.rexs"), 10).duties
    assert first.load == Load(1200.0, -900.0, 400.0, 0.0, 0.0)
    assert (first.share, second.share) == (0.3, 0.7)
    options = first.options
    assert options is not None
    assert (options.speed_rpm, options.radial_n, options.axial_n) == (1450.0, 1500.0, 400.0)
    assert (options.oil, options.temperature_degc, options.cleanliness) == ("100.0/11.0", 70.0, "0.5")


def test_forces_on_the_inner_component_are_read_as_well_and_clearance_and_grooves_with_them() -> None:
    first = bearing(sample("drive_1_6.rexs"), 11).duties[0]
    assert first.load == Load(-1500.0, 2000.0, 0.0, 0.0, 0.0)
    assert first.options is not None
    assert first.options.clearance_um == pytest.approx(12.0)
    assert first.options.grooves == pytest.approx((0.52, 0.53))


def test_a_shaft_without_a_speed_turns_by_the_teeth() -> None:
    speeds = [each.options.speed_rpm for each in bearing(sample("drive_1_6.rexs"), 12).duties if each.options]
    assert speeds == pytest.approx([1450.0 / 3.0, 970.0 / 3.0])


def test_rings_that_turn_against_each_other_add_their_speeds() -> None:
    (duty,) = bearing(sample("bearing_1_4.rexs"), 7).duties
    assert duty.options is not None
    assert duty.options.speed_rpm == 2000.0
    assert duty.options.reliability_percent == 95.0


def test_an_angular_contact_bearing_under_thrust_along_minus_u_is_seen_from_the_other_side() -> None:
    (duty,) = bearing(sample("bearing_1_4.rexs"), 7).duties
    assert duty.is_mirrored
    assert duty.load == Load(3000.0, 0.0, 2500.0, 0.0, 0.0)


def test_the_drive_is_rated_as_the_same_duties_are_on_the_command_line() -> None:
    first, second = ratings(sample("drive_1_6.rexs"), 10)
    assert first.answer is not None
    assert second.answer is not None
    options = RateOptions(
        1450.0,
        radial_n=1500.0,
        axial_n=400.0,
        oil="100/11",
        temperature_degc=70.0,
        cleanliness="0.5",
        c_n=19500.0,
        c0_n=11200.0,
        cu_n=475.0,
    )
    alone = rate_bearing("6206", options).result
    result = first.answer.result
    assert result.life.l10_h == alone.life.l10_h
    assert result.life.lnm_h == alone.life.lnm_h
    # by hand: f_0 F_a/C_0 = 0.49, so e = 0.24 < F_a/F_r = 0.267 and Y = 1.85: P = 0.56 * 1500 + 1.85 * 400 = 1580 N
    assert result.p_n == pytest.approx(1580.0, rel=1e-2)
    assert result.life.l10_h == pytest.approx((19500.0 / result.p_n) ** 3 * 1e6 / 60.0 / 1450.0, rel=1e-12)
    assert second.answer.result.life.l10_h == pytest.approx(127297.0, rel=1e-4)


def test_load_cases_are_added_by_palmgren_and_miner() -> None:
    own = ratings(sample("drive_1_6.rexs"), 10)
    lives = [each.answer.result.life.l10_h for each in own if each.answer]
    assert None not in lives
    assert spectrum_life_h(own, "l10_h") == pytest.approx(1.0 / (0.3 / lives[0] + 0.7 / lives[1]))  # type: ignore[operator]


@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=2))
def test_the_life_of_all_cases_lies_between_those_of_each(shares: list[float]) -> None:
    own = ratings(sample("drive_1_6.rexs"), 12)
    weighted = tuple(
        replace(each, duty=replace(each.duty, share=share)) for each, share in zip(own, shares, strict=True)
    )
    lives = [each.answer.result.life.l10_h for each in own if each.answer]
    told = spectrum_life_h(weighted, "l10_h")
    assert told is not None
    assert min(lives) <= told * (1 + 1e-12)  # type: ignore[type-var,operator]
    assert told <= max(lives) * (1 + 1e-12)  # type: ignore[type-var,operator]


def test_without_shares_there_is_no_life_of_all_cases_and_an_empty_case_does_no_damage() -> None:
    own = ratings(sample("drive_1_6.rexs"), 10)
    silent = tuple(replace(each, duty=replace(each.duty, share=None)) for each in own)
    assert spectrum_life_h(silent, "l10_h") is None
    idle = (replace(own[0], answer=None, duty=replace(own[0].duty, share=0.0)), own[1])
    assert own[1].answer is not None
    assert spectrum_life_h(idle, "l10_h") == pytest.approx(own[1].answer.result.life.l10_h)


def missing(model: RexsModel, bearing_id: int) -> list[str]:
    found = bearing(model, bearing_id)
    reasons = (*found.missing, *(reason for duty in found.duties for reason in duty.missing))
    return list(dict.fromkeys(each.render("en") for each in reasons))


def test_what_is_missing_is_told_for_each_bearing_and_holds_up_no_other() -> None:
    model = sample("drive_1_6.rexs")
    told = missing(model, 13)
    assert told[0].startswith("no inside: the file has no number_of_rolling_elements")
    assert told[0].endswith("the catalogue knows none of «33008»")
    assert told[1] == "no forces on it: compute the shaft first, by this program or another"
    assert [each.answer is None for each in rate_bearings(model)] == [False] * 6 + [True] * 2


def test_a_bearing_without_speed_says_so() -> None:
    model = sample("bearing_2_0.rexsj")
    case = model.spectra[0].cases[0]
    part = replace(case.components[0], attributes=case.components[0].attributes[:1])
    model = replace(model, spectra=(LoadSpectrum(1, (replace(case, components=(part,)),)),))
    assert missing(model, 1) == ["no speed of its rings or shafts"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (None, "neither bearing_type nor a readable catalogue_designation says what kind of bearing it is"),
        ("axial_grooved_ball_bearing_of_another_kind", "bearing_type axial_grooved_ball_bearing_of_another_kind with"),
    ],
)
def test_a_kind_that_is_unknown_is_told(kind: str | None, reason: str) -> None:
    model = changed(
        sample("bearing_2_0.rexsj"),
        1,
        Attribute("bearing_type", kind, "none", "enum"),
        Attribute("catalogue_designation", None, "none", "string"),
    )
    assert missing(model, 1)[0].startswith(reason)


def test_a_refusal_of_the_rating_is_the_reason_of_that_case() -> None:
    model = changed(sample("bearing_2_0.rexsj"), 1, Attribute("survival_probability", 12.0, "%"))
    (only,) = rate_bearings(model)
    assert only.answer is None
    assert only.refusal is not None
    assert "12" in only.refusal.render("en")


def test_the_overview_counts_parts_cases_and_what_the_tables_do_not_know() -> None:
    seen = overview(sample("drive_1_6.rexs"))
    assert seen.components["shaft_section"] == 4
    assert seen.cases == {1: 2}
    assert seen.unknown == {"custom_other_program_colour": 1}
    told = seen.to_dict()
    assert "ratings" not in told
    rated = overview(sample("drive_1_6.rexs"), is_rated=True)
    assert not rated.is_rated
    assert [life.bearing_id for life in rated.lives if life.l10_h is not None] == [10, 11, 12]
