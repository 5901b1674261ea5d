"""Shafts of a REXS model: sections, supports, loads, and forces of gears by hand and by balance."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.flows.rexs_shafts import RexsSection, RexsShaft, RexsSupport, bearing_sides, shaft_speeds, shafts_of
from loadzone.formats.rexs import Attribute, RexsModel, read_rexs

DRIVE = Path(__file__).parents[1] / "formats" / "rexs" / "drive_1_6.rexs"
TORQUE_NMM = 95_500.0


@pytest.fixture(scope="module")
def drive() -> RexsModel:
    return read_rexs(DRIVE)


def first_case(model: RexsModel) -> tuple[RexsShaft, ...]:
    return shafts_of(model, model.spectra[0].cases[0])


def changed(model: RexsModel, values: dict[tuple[int, str], object]) -> RexsModel:
    """The model with other values, by component and attribute."""
    parts = tuple(
        each.with_attributes(
            Attribute(one.id, values[each.id, one.id], one.unit, one.kind, one.extra)  # type: ignore[arg-type]
            for one in each.attributes
            if (each.id, one.id) in values
        )
        for each in model.components
    )
    return replace(model, components=parts)


def test_shafts_as_the_file_says(drive: RexsModel) -> None:
    first, second = first_case(drive)
    assert (first.name, first.speed_rpm, first.temperature_degc) == ("Input", 1450.0, 60.0)
    assert (first.u, first.v, first.w) == ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    assert second.position_mm == (5.0, 0.0, -125.0)
    assert second.speed_rpm == pytest.approx(-1450.0 / 3.0)
    assert first.sections == (
        RexsSection(0.0, 40.0, 30.0, 30.0),
        RexsSection(40.0, 60.0, 45.0, 45.0),
        RexsSection(100.0, 40.0, 30.0, 30.0),
    )
    assert first.material == (206000.0, 0.3, pytest.approx(7850.0))
    assert second.material == (None, None, None)


def test_supports_of_the_shafts(drive: RexsModel) -> None:
    first, second = first_case(drive)
    one = RexsSupport(10, "Bearing A", 15.0, is_inner=True, other=2, axial="both_directions", is_radial=True)
    assert first.supports == (one, replace(one, bearing_id=11, name="Bearing B", u_mm=125.0))
    assert [(each.bearing_id, each.u_mm, each.axial) for each in second.supports] == [
        (12, 10.0, "no_direction"),
        (13, 120.0, "positive"),
        (14, 60.0, "no_direction"),
    ]
    assert bearing_sides(drive, 10) == (3, 2)


def test_a_load_that_is_stated_is_a_load_and_one_that_is_left_open_is_none(drive: RexsModel) -> None:
    first, second = first_case(drive)
    assert first.loads[0].moment_nmm == (TORQUE_NMM, 0.0, 0.0)
    assert second.loads[0].moment_nmm == (0.0, 0.0, 0.0)


def test_the_force_of_the_pinion_by_hand(drive: RexsModel) -> None:
    (gear,) = first_case(drive)[0].gears
    assert (gear.teeth, gear.module_mm, gear.helix_deg, gear.pressure_angle_deg) == (20, 3.0, 15.0, 20.0)
    assert gear.origin == "computed"
    assert gear.force is not None
    # the wheel lies along -w at 125 mm: r_w = 31.25 mm, the mesh turns against 95.5 N m, F_t = 3056 N
    tangential = TORQUE_NMM / 31.25
    reference = 30.0 / math.cos(math.radians(15.0))
    alpha_t = math.atan(math.tan(math.radians(20.0)) / math.cos(math.radians(15.0)))
    alpha_w = math.acos(reference * math.cos(alpha_t) / 31.25)
    assert math.degrees(alpha_w) == pytest.approx(21.553, abs=5e-2)
    u, v, w = gear.force.force_n
    assert v == pytest.approx(-tangential)
    assert w == pytest.approx(tangential * math.tan(alpha_w))
    assert u == pytest.approx(tangential * math.tan(math.radians(15.0)) * 31.25 / reference)
    assert gear.force.moment_nmm[0] == pytest.approx(-TORQUE_NMM)


def test_force_in_the_file_goes_before_the_computed_one(drive: RexsModel) -> None:
    stated = (Attribute("force_acting_on_shaft_v", 1.5, "kN"), Attribute("torque_acting_on_shaft_u", 2.0, "N m"))
    parts = tuple(each.with_attributes(stated) if each.id == 5 else each for each in drive.components)
    (gear,) = first_case(replace(drive, components=parts))[0].gears
    assert gear.origin == "file"
    assert gear.force is not None
    assert gear.force.force_n == (0.0, 1500.0, 0.0)
    assert gear.force.moment_nmm == (2000.0, 0.0, 0.0)


@given(
    st.floats(-30.0, 30.0),
    st.floats(0.0, 360.0),
    st.floats(122.0, 130.0),
    st.integers(17, 25),
    st.floats(-1.0, 1.0).filter(bool),
)
def test_a_pair_of_gears_pushes_with_equal_and_opposite_forces_in_space_and_balances_the_torque(
    helix: float, around: float, distance: float, teeth: int, sign: float
) -> None:
    model = changed(
        read_rexs(DRIVE),
        {
            (5, "helix_angle_reference_diameter"): helix,
            (6, "helix_angle_reference_diameter"): -helix,
            (5, "number_of_teeth"): teeth,
            (6, "number_of_teeth"): 77 - teeth,
            (4, "support_vector"): (
                5.0,
                distance * math.sin(math.radians(around)),
                distance * math.cos(math.radians(around)),
            ),
            (4, "w_axis_vector"): (0.0, 1.0, 0.0),
            (3, "support_vector"): (0.0, 0.0, 0.0),
            (20, "torque_around_u_axis"): sign,
        },
    )
    first, second = first_case(model)
    forces, moments = [], []
    for shaft in (first, second):
        (gear,) = shaft.gears
        if gear.force is None:
            return
        axes = np.array([shaft.u, shaft.v, shaft.w])
        force, moment = np.array(gear.force.force_n) @ axes, np.array(gear.force.moment_nmm) @ axes
        at = np.array(shaft.position_mm) + gear.u_mm * axes[0]
        forces.append(force)
        moments.append(moment + np.cross(at, force))
    size = float(np.linalg.norm(forces[0]))
    assert size > 0.0
    assert np.allclose(forces[0], -forces[1], atol=1e-9 * size)
    # both gears have their middle in one plane (70 = 5 + 65), so the pair exerts no moment in space
    assert np.allclose(moments[0], -moments[1], atol=1e-9 * size * 200.0)


def test_without_a_torque_there_is_no_force_and_speeds_are_those_that_are_stated(drive: RexsModel) -> None:
    for shaft in shafts_of(drive):
        assert all(gear.force is None for gear in shaft.gears)
        assert shaft.speed_rpm is None
    assert shaft_speeds(drive) == {}


def test_an_output_that_is_stated_too_must_fit_the_balance(drive: RexsModel) -> None:
    case = drive.spectra[0].cases[0]
    entry = next(each for each in case.components if each.id == 20)

    def with_output(torque_nm: float) -> RexsShaft:
        output = replace(entry, id=21, attributes=(Attribute("torque_around_u_axis", torque_nm, "N m"),))
        return shafts_of(drive, replace(case, components=(*case.components, output)))[0]

    assert with_output(3.0 * 95.5).gears[0].force is not None
    assert with_output(10.0).gears[0].force is None


def test_a_section_without_a_coordinate_follows_the_one_before(drive: RexsModel) -> None:
    model = changed(drive, {(32, "u_coordinate_on_shaft"): None, (33, "u_coordinate_on_shaft"): None})
    assert [each.u_mm for each in first_case(model)[0].sections] == [0.0, 40.0, 100.0]
