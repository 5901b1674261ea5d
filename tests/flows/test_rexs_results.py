"""What a rating found stands in the model, in names and units of its version, and is read back as it was."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.flows.rate import RateAnswer, RateOptions, rate_bearing
from loadzone.flows.rexs import RexsRating, rate_bearings
from loadzone.flows.rexs_elements import operating_point
from loadzone.flows.rexs_results import rexs_of_rating, with_results
from loadzone.flows.rexs_shafts import shafts_of
from loadzone.formats.rexs import LoadCase, RexsModel, converted, quantity, read_rexs, write_rexs
from loadzone.formats.rexs.schema import VERSIONS

SAMPLES = Path(__file__).parents[1] / "formats" / "rexs"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def drive() -> RexsModel:
    return read_rexs(SAMPLES / "drive_1_6.rexs")


@pytest.fixture(scope="module")
def rated() -> tuple[RexsModel, tuple[RexsRating, ...]]:
    """The drive with results and elements, and its ratings."""
    model = drive()
    ratings = rate_bearings(model)
    return with_results(model, ratings, has_elements=True, now=NOON), ratings


@pytest.fixture(scope="module")
def answer() -> RateAnswer:
    return rate_bearing("6205", RateOptions(3000.0, radial_n=3000.0, oil="68", cleanliness="0.5"))


def case_of(model: RexsModel, n: int) -> LoadCase:
    return model.spectra[0].cases[n]


def test_results_stand_in_the_load_case_in_the_schema_s_units(
    rated: tuple[RexsModel, tuple[RexsRating, ...]],
) -> None:
    model, ratings = rated
    assert ratings[0].answer is not None
    result = ratings[0].answer.result
    said = case_of(model, 0).component(10)
    assert said is not None
    told = {each.id: (each.value, each.unit) for each in said.attributes}
    assert told["nominal_rating_life_time_iso_281_2007"] == (result.life.l10_h, "h")
    assert told["modified_rating_life_time_iso_281_2007"] == (result.life.lnm_h, "h")
    assert told["nominal_rating_life_rotations_iso_281_2007"] == (result.life.l10_mrev, "MRev")
    assert told["viscosity_ratio_according_to_iso_281_2007"] == (result.life.kappa, "none")
    assert told["maximum_hertzian_pressure"] == (result.p_max_mpa, "N / mm^2")
    assert told["static_load_safety"] == (result.s0, "none")
    assert told["axial_force"] == (0.4, "kN")  # what the file said stays


def test_lives_of_all_cases_stand_in_the_accumulation(rated: tuple[RexsModel, tuple[RexsRating, ...]]) -> None:
    model, _ = rated
    accumulation = model.spectra[0].accumulation
    assert accumulation is not None
    lives = {each.id: each.get("nominal_rating_life_time_iso_281_2007") for each in accumulation}
    assert [each for each, life in lives.items() if life] == [10, 11, 12]
    assert lives[10] is not None
    assert lives[10].value == pytest.approx(51616.0, rel=1e-4)


def test_ratings_that_the_file_left_out_are_added_and_its_own_stay(
    rated: tuple[RexsModel, tuple[RexsRating, ...]],
) -> None:
    model, ratings = rated
    computed = next(each.answer.result.c_n for each in ratings if each.bearing.id == 11 and each.answer)
    assert quantity(model, None, 11, "radial_dynamic_load_rating", "N") == pytest.approx(computed)
    assert quantity(model, None, 10, "radial_dynamic_load_rating", "N") == 19500.0
    assert quantity(model, None, 13, "radial_dynamic_load_rating", "N") is None


def test_nothing_that_the_file_said_is_lost(rated: tuple[RexsModel, tuple[RexsRating, ...]]) -> None:
    model, _ = rated
    before = drive()
    assert model.relations[: len(before.relations)] == before.relations
    for old in before.components:
        new = model.component(old.id)
        assert new is not None
        assert {each.id: each for each in old.attributes}.items() <= {each.id: each for each in new.attributes}.items()
    assert (model.application, model.date) == ("loadzone", "2026-11-24T12:00:00+00:00")


def stiffness(model: RexsModel, case: LoadCase | None, bearing_id: int) -> list[list[float]]:
    """The matrix in the order u, v, w, about v, about w, in N and mm."""
    forces, ways = ("f_u", "f_v", "f_w", "m_v", "m_w"), ("d_u", "d_v", "d_w", "rot_v", "rot_w")
    units = {("f", "d"): "N / mm", ("f", "r"): "N / rad", ("m", "d"): "N", ("m", "r"): "N mm / rad"}
    found = []
    for force in forces:
        row = []
        for way in ways:
            name = f"operating_point_stiffness_{force}_{way}"
            value = quantity(model, case, bearing_id, name, units[force[0], way[0]])
            assert value is not None, name
            row.append(value)
        found.append(row)
    return found


def test_the_stiffness_is_written_in_the_standard_s_axes_and_is_symmetric(
    rated: tuple[RexsModel, tuple[RexsRating, ...]],
) -> None:
    model, ratings = rated
    written = np.array(stiffness(model, case_of(model, 0), 10))
    scale = np.sqrt(np.outer(np.abs(np.diag(written)), np.abs(np.diag(written))))
    assert np.allclose(written / scale, (written / scale).T, atol=1e-6)
    point = operating_point(ratings[0])
    assert point is not None
    order = [2, 0, 1, 3, 4]
    assert np.allclose(written, point.stiffness[np.ix_(order, order)], rtol=1e-12)


def test_forces_of_the_elements_add_up_to_the_load(rated: tuple[RexsModel, tuple[RexsRating, ...]]) -> None:
    model, _ = rated
    case = case_of(model, 0)
    (row,) = model.parts(11, "rolling_bearing_row")
    elements = model.parts(row.id, "rolling_element")
    assert len(elements) == 9
    total = np.zeros(2)
    pressures = []
    for element in elements:
        angle = quantity(model, None, element.id, "angular_position_around_u", "rad")
        inner = model.parts(element.id, "rolling_element_contact")[0]
        load = quantity(model, case, inner.id, "rolling_element_force", "N")
        assert angle is not None
        assert load is not None
        total += load * np.array([np.cos(angle), np.sin(angle)])
        pressures.append(quantity(model, case, inner.id, "maximum_hertzian_pressure", "MPa"))
    assert total == pytest.approx([-1500.0, 2000.0], rel=1e-3)
    assert max(filter(None, pressures)) == pytest.approx(
        quantity(model, case, 11, "maximum_hertzian_pressure_inner_ring", "MPa")
    )


def test_writing_results_twice_changes_nothing(rated: tuple[RexsModel, tuple[RexsRating, ...]]) -> None:
    model, _ = rated
    assert with_results(model, rate_bearings(model), has_elements=True, now=NOON) == model


@pytest.mark.parametrize("ending", ["rexs", "rexsj", "rexsz"])
def test_a_rated_model_comes_back_from_a_file(
    rated: tuple[RexsModel, tuple[RexsRating, ...]], ending: str, tmp_path: Path
) -> None:
    model, _ = rated
    back = read_rexs(write_rexs(tmp_path / f"x.{ending}", model))
    assert back == model
    assert back.notes == ()


def test_a_mirrored_bearing_is_written_in_the_axes_of_the_file() -> None:
    model = read_rexs(SAMPLES / "bearing_1_4.rexs")
    (rating,) = rate_bearings(model)
    assert rating.duty.is_mirrored
    told = with_results(model, (rating,), has_elements=True, now=NOON)
    contacts = list(told.of_type("rolling_element_contact"))
    angles = [quantity(told, None, each.id, "operating_pressure_angle", "deg") for each in contacts]
    assert len(angles) == 30
    assert all(each is not None and each < 0.0 for each in angles)
    # seen from the other side u turns: f_u with d_v changes its sign, f_u with d_u does not
    straight = operating_point(replace(rating, duty=replace(rating.duty, is_mirrored=False)))
    turned = operating_point(rating)
    assert straight is not None
    assert turned is not None
    assert turned.stiffness[2, 2] == straight.stiffness[2, 2]
    assert turned.stiffness[2, 0] == -straight.stiffness[2, 0]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_rating_becomes_a_model_that_is_read_back(version: str, answer: RateAnswer, tmp_path: Path) -> None:
    model = rexs_of_rating(answer, version=version, now=NOON)
    back = read_rexs(write_rexs(tmp_path / "x.rexsj", model))
    assert back == model
    assert back.notes == ()
    case, result = case_of(back, 0), answer.result
    for name, unit, value in (
        ("nominal_rating_life_time_iso_281_2007", "h", result.life.l10_h),
        ("maximum_hertzian_pressure", "MPa", result.p_max_mpa),
        ("viscosity_ratio_iso_281_2007", "none", result.life.kappa),
        ("speed_inner_ring", "1 / min", 3000.0),
        ("radial_force_in_v", "N", 3000.0),
    ):
        assert quantity(back, case, 1, name, unit) == pytest.approx(value, rel=1e-12), name
    # the schema has a name for the modified life from 1.6 on
    modified = quantity(back, case, 1, "modified_rating_life_time_iso_281_2007", "h")
    assert modified == (None if version in {"1.4", "1.5"} else result.life.lnm_h)


@pytest.mark.parametrize(
    ("designation", "options"),
    [
        (
            "6205",
            RateOptions(3000.0, radial_n=3000.0, axial_n=400.0, oil="68", cleanliness="0.5", grooves=(0.51, 0.52)),
        ),
        (
            "7208 B",
            RateOptions(1500.0, radial_n=2e3, axial_n=2.5e3, oil="100/11", temperature_degc=60.0, cleanliness="normal"),
        ),
        (
            "NU208",
            RateOptions(
                900.0,
                radial_n=5e3,
                oil="150",
                cleanliness="0.3",
                length_mm=10.0,
                geometry=Geometry(14, 10.0, 60.0, 0.0),
            ),
        ),
    ],
)
def test_rating_the_model_of_a_rating_gives_the_rating_again(designation: str, options: RateOptions) -> None:
    told = rate_bearing(designation, options)
    (again,) = rate_bearings(rexs_of_rating(told, options))
    assert again.answer is not None
    assert again.bearing.type_key == told.subject.type_key
    before, after = told.result, again.answer.result
    for name in ("l10_h", "lnm_h", "l10r_h", "kappa"):
        assert getattr(after.life, name) == pytest.approx(getattr(before.life, name), rel=1e-9), name
    assert after.p_max_mpa == pytest.approx(before.p_max_mpa, rel=1e-9)
    assert after.s0 == pytest.approx(before.s0, rel=1e-9)


def test_the_model_of_a_rating_says_the_same_in_every_version(answer: RateAnswer) -> None:
    newest = rexs_of_rating(answer, now=NOON)
    for version in VERSIONS:
        moved, made = converted(newest, version), rexs_of_rating(answer, version=version, now=NOON)
        names = [{each.id for each in part.attributes} for part in made.everywhere()]
        assert [
            {each.id for each in part.attributes} >= own for part, own in zip(moved.everywhere(), names, strict=True)
        ]
        assert made.version == moved.version


def test_a_double_row_bearing_has_all_its_rows_in_the_model() -> None:
    options = RateOptions(1000.0, radial_n=1500.0, geometry=Geometry(12, 6.0, 38.5, 10.0), c_n=14e3, c0_n=4e3)
    model = rexs_of_rating(rate_bearing("1205", options), options)
    assert len(model.parts(1, "rolling_bearing_row")) == 2
    (again,) = rate_bearings(model)
    assert again.bearing.rows == 2
    assert again.bearing.type_key == "self_aligning_ball"
    assert operating_point(again) is None


def test_a_model_of_a_bearing_alone_has_no_shafts(answer: RateAnswer) -> None:
    assert shafts_of(rexs_of_rating(answer)) == ()
