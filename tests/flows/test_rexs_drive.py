"""Shafts of a REXS model: the same numbers as each bearing alone under its share, and what a model leaves open."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.design.duty import Conditions
from loadzone.design.inside import Load, Material
from loadzone.design.shaft.parts import PointLoad, Section
from loadzone.flows.rate import rate_subject
from loadzone.flows.rexs import bearings_of
from loadzone.flows.rexs_drive import DriveShaft, rate_drive
from loadzone.flows.rexs_shafts import shafts_of
from loadzone.flows.shaft import BearingPlace, ShaftModel, rate_shaft
from loadzone.formats.rexs import Attribute, RexsModel, read_rexs, write_rexs
from loadzone.words.errors import MissingInput

SAMPLES = Path(__file__).parents[1] / "formats" / "rexs"
DRIVE = SAMPLES / "drive_1_6.rexs"
GROOVE = (
    Attribute("bearing_type", "radial_grooved_ball_bearing", "none", "enum"),
    Attribute("catalogue_designation", "6208", "none", "string"),
    Attribute("axial_force_absorption", "both_directions", "none", "enum"),
)


@pytest.fixture(scope="module")
def drive() -> RexsModel:
    """The sample with a bearing D that the catalogue knows."""
    return changed(read_rexs(DRIVE), {13: GROOVE})


def changed(model: RexsModel, attributes: dict[int, tuple[Attribute, ...]]) -> RexsModel:
    parts = tuple(each.with_attributes(attributes.get(each.id, ())) for each in model.components)
    return replace(model, components=parts)


def without(model: RexsModel, component_id: int, *names: str) -> RexsModel:
    parts = tuple(
        replace(each, attributes=tuple(one for one in each.attributes if one.id not in names))
        if each.id == component_id
        else each
        for each in model.components
    )
    return replace(model, components=parts)


def rated(model: RexsModel, shaft_id: int, case_id: int = 1) -> DriveShaft:
    return next(each for each in rate_drive(model) if (each.shaft_id, each.case_id) == (shaft_id, case_id))


def test_every_shaft_is_rated_in_every_load_case(drive: RexsModel) -> None:
    found = rate_drive(drive)
    assert [(each.name, each.case_id, each.share) for each in found] == [
        ("Input", 1, 0.3),
        ("Output", 1, 0.3),
        ("Input", 2, 0.7),
        ("Output", 2, 0.7),
    ]
    assert all(each.is_whole for each in found)


def test_each_bearing_is_rated_as_alone_under_its_share_with_its_own_oil(drive: RexsModel) -> None:
    bearings = {each.name: each for each in bearings_of(drive)}
    for entry in rate_drive(drive):
        assert entry.answer is not None
        for each in entry.answer.bearings:
            own = bearings[each.name]
            duty = next(duty for duty in own.duties if duty.case_id == entry.case_id)
            assert own.subject is not None
            assert duty.options is not None
            assert each.rating is not None
            alone = rate_subject(own.subject, duty.options, each.state.load).result
            got = each.rating.result
            assert got.life == alone.life
            assert got.p_max_mpa == alone.p_max_mpa
            assert got.p_max_mpa == pytest.approx(each.p_max_mpa, rel=1e-6)


def test_bearings_and_springs_balance_what_gears_and_loads_do(drive: RexsModel) -> None:
    for shaft, entry in zip(shafts_of(drive, drive.spectra[0].cases[0]), rate_drive(drive), strict=False):
        assert entry.answer is not None
        forces = [each.force for each in shaft.gears if each.force] + list(shaft.loads)
        u, v, w = (sum(each.force_n[axis] for each in forces) for axis in range(3))
        held = [each.load for each in entry.answer.equilibrium.supports]
        got = [sum(getattr(each, name) for each in held) for name in ("fz_n", "fx_n", "fy_n")]
        assert got == pytest.approx([u, v, w], abs=1e-5)


def test_the_input_shaft_is_the_one_that_a_person_would_type(drive: RexsModel) -> None:
    """Axes by hand: z along u, x along v, y along w; the sample's steel has 206 000 MPa."""
    entry = rated(drive, 3)
    assert entry.answer is not None
    (pinion,) = shafts_of(drive, drive.spectra[0].cases[0])[0].gears
    assert pinion.force is not None
    (u, v, w), (mu, mv, mw) = pinion.force.force_n, pinion.force.moment_nmm
    steel = Material(206_000.0, 0.3)
    sections = (Section(40.0, 30.0, material=steel), Section(60.0, 45.0, material=steel))
    typed = ShaftModel(
        (*sections, Section(40.0, 30.0, material=steel)),
        (
            BearingPlace("A", "6206", 15.0, "fixed"),
            BearingPlace("B", "6206", 125.0, "fixed", clearance_um=12.0, grooves=(0.52, 0.53)),
        ),
        loads=(PointLoad(70.0, v, w, u, mv, mw, mu),),
    )
    wanted = rate_shaft(typed, Conditions(1450.0))
    for got, own in zip(entry.answer.bearings, wanted.bearings, strict=True):
        np.testing.assert_allclose(got.state.shaft_displacements, own.state.shaft_displacements, rtol=1e-6, atol=1e-9)


def test_a_concept_bearing_is_its_stiffness(drive: RexsModel) -> None:
    answer = rated(drive, 4).answer
    assert answer is not None
    spring = answer.equilibrium.supports[-1]
    assert spring.support.name == "Support"
    np.testing.assert_allclose([spring.load.fx_n, spring.load.fy_n], 2e5 * spring.shaft_displacements[:2])
    assert spring.load.fz_n == 0.0
    told = rated(without(drive, 14, "radial_stiffness"), 4)
    assert "component 14 (Support), radial_stiffness: not stated: rigid" in str([str(n.text) for n in told.notices])
    assert told.is_whole


def test_slanted_bearings_take_their_thrust_where_the_model_says(drive: RexsModel) -> None:
    """Back to back: the left one takes thrust along +u, the right one along -u, each in its own frame above 0 N."""
    kind = Attribute("bearing_type", "angular_contact_ball_bearing")
    name = Attribute("catalogue_designation", "7206 B")
    force = Attribute("preload_force", 200.0, "N")
    ways = [Attribute("axial_force_absorption", each) for each in ("positive", "negative")]
    slanted = without(
        changed(drive, {10: (kind, name, ways[0], force), 11: (kind, name, ways[1])}), 111, "pressure_angle"
    )
    slanted = changed(slanted, {111: (Attribute("pressure_angle", 40.0, "deg"),)})
    entry = rated(slanted, 3)
    assert entry.answer is not None
    left, right = entry.answer.bearings
    assert [each.state.support.side for each in (left, right)] == [1, -1]
    assert left.state.load.fz_n > 0.0 > right.state.load.fz_n
    assert left.state.support.offset_mm < 0.0 == right.state.support.offset_mm
    assert right.rating is not None
    load = right.state.load
    seen = Load(load.fx_n, load.fy_n, -load.fz_n, -load.mx_nmm, -load.my_nmm)
    own = next(each for each in bearings_of(slanted) if each.id == 11)
    options = own.duties[0].options
    assert own.subject is not None
    assert options is not None
    assert right.rating.result.life == rate_subject(own.subject, options, seen).result.life
    assert "component 11 (Bearing B), preload_force: not stated" in str([str(each.text) for each in entry.notices])


def test_a_stop_that_the_thrust_leaves_lets_its_bearing_float(drive: RexsModel) -> None:
    ways = [(Attribute("axial_force_absorption", each),) for each in ("positive", "negative")]
    answer = rated(changed(drive, {10: ways[0], 11: ways[1]}), 3).answer
    back = rated(changed(drive, {10: ways[1], 11: ways[0]}), 3).answer
    assert answer is not None
    assert back is not None
    assert [each.state.support.location for each in answer.bearings] == ["fixed", "floating"]
    assert [each.state.support.location for each in back.bearings] == ["floating", "fixed"]


@pytest.mark.parametrize("ending", [".rexsj", ".rexsz"])
def test_the_form_of_the_file_changes_nothing(drive: RexsModel, tmp_path: Path, ending: str) -> None:
    again = rate_drive(read_rexs(write_rexs(tmp_path / f"drive{ending}", drive)))
    assert [each.answer.lnm_h if each.answer else None for each in again] == [
        each.answer.lnm_h if each.answer else None for each in rate_drive(drive)
    ]


def test_a_model_without_load_cases_is_rated_by_what_its_parts_say(drive: RexsModel) -> None:
    stated = {
        3: (Attribute("rotational_speed", 1450.0, "1 / min"),),
        20: (Attribute("torque_around_u_axis", 95.5, "N m"),),
        80: (Attribute("temperature_lubricant", 70.0, "C"),),
        2: (Attribute("temperature_lubricant", 70.0, "C"),),
    }
    alone = replace(changed(drive, stated), spectra=())
    (first, second) = rate_drive(alone)
    assert (first.case_id, first.share, second.is_whole) == (None, None, True)
    wanted = rated(drive, 3).answer
    assert first.answer is not None
    assert wanted is not None
    assert first.answer.lnm_h == pytest.approx(wanted.lnm_h)


def turned(model: RexsModel) -> RexsModel:
    """Bearing A with the shaft in its outer ring."""
    roles = {"inner_part": "outer_part", "outer_part": "inner_part"}
    relations = tuple(
        replace(each, references=tuple(replace(one, role=roles.get(one.role, one.role)) for one in each.references))
        if each.type == "side" and each.of("assembly") == 10
        else each
        for each in model.relations
    )
    return replace(model, relations=relations)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda _: read_rexs(DRIVE), "component 13: no inside"),
        (lambda m: without(m, 122, "length_of_rolling_element"), "component 12 (Bearing C), length_of_rolling_element"),
        (lambda m: without(m, 10, "bearing_type", "catalogue_designation"), "component 10: neither bearing_type"),
        (lambda m: changed(m, {32: (Attribute("u_coordinate_on_shaft", 45.0, "mm"),)}), "ends at 40 mm and the next"),
        (lambda m: changed(m, {31: (Attribute("inner_diameter_begin", 35.0, "mm"),)}), "(Input), outer_diameter_begin"),
        (
            lambda m: changed(m, {10: (Attribute("radial_force_absorption", value=False),)}),
            "component 10 (Bearing A), radial_force_absorption: a bearing that carries thrust alone",
        ),
        (
            lambda m: changed(
                m,
                {
                    11: (
                        Attribute("bearing_type", "angular_contact_ball_bearing"),
                        Attribute("axial_force_absorption", "both_directions"),
                    ),
                    111: (Attribute("pressure_angle", 40.0, "deg"),),
                },
            ),
            "component 11 (Bearing B), axial_force_absorption: both_directions: a bearing that takes thrust one way",
        ),
        (lambda m: changed(m, {14: (Attribute("radial_stiffness", -1.0, "N / m"),)}), "component 14 (Support)"),
        (turned, "component 10 (Bearing A), outer_part: the shaft is in its outer ring"),
        (
            lambda m: replace(m, spectra=()),
            "component 3 (Input), rotational_speed: no speed is stated or follows from the stages",
        ),
    ],
)
def test_what_keeps_a_shaft_from_a_rating_is_said_with_component_and_attribute(
    drive: RexsModel, change: Any, sentence: str
) -> None:
    found = rate_drive(change(drive))
    said = " | ".join(str(reason) for each in found for reason in each.refusals)
    assert sentence in said


def test_a_shaft_that_cannot_be_rated_holds_up_no_other() -> None:
    found = rate_drive(read_rexs(DRIVE))
    assert [each.is_whole for each in found] == [True, False, True, False]


def test_a_model_without_a_shaft_is_refused() -> None:
    with pytest.raises(MissingInput, match="no shaft"):
        rate_drive(read_rexs(SAMPLES / "bearing_1_4.rexs"))


def test_unknown_gear_forces_are_a_refusal(drive: RexsModel) -> None:
    """Without the motor's torque nobody knows what the gears do."""
    cases = tuple(
        replace(case, components=tuple(each for each in case.components if each.id != 20))
        for case in drive.spectra[0].cases
    )
    bare = replace(drive, spectra=(replace(drive.spectra[0], cases=cases),))
    said = [str(reason) for each in rate_drive(bare) for reason in each.refusals]
    assert (
        "component 5 (Pinion), force_acting_on_shaft_v: it is not stated, and no torque of the load case gives it"
        in said
    )
