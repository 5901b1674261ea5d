"""From a shaft to the rating of each bearing: the same as that bearing's own rating, the system's life, refusals."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.design.duty import Conditions
from loadzone.design.life import system_life
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.shaft.gear import Gear
from loadzone.design.shaft.parts import PointLoad, Section, Spring
from loadzone.flows.rate import rate
from loadzone.flows.shaft import BearingPlace, ShaftModel, SpringPlace, rate_shaft
from loadzone.flows.shaft_file import read_shaft
from loadzone.words.errors import BadInput, LoadzoneError, MissingInput, UnknownBearing, UnreadableFile

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shaft" / "countershaft.json"
CONDITIONS = Conditions(1500.0, oil_from_option("68"), 70.0, cleanliness_from_option("0.5"))
SECTIONS = (Section(200.0, 30.0),)
LEFT = BearingPlace("left", "6206", 20.0, clearance_um=10.0)
RIGHT = BearingPlace("right", "6206", 180.0, "floating", clearance_um=10.0)
TAPER = Geometry(17, 10.0, 60.0, 14.0)


def model(*bearings: BearingPlace, loads: tuple[PointLoad, ...] = ()) -> ShaftModel:
    return ShaftModel(SECTIONS, bearings or (LEFT, RIGHT), loads=loads or (PointLoad(80.0, 900.0, -2500.0, 300.0),))


def test_a_bearing_amid_its_load_is_rated_as_it_is_alone() -> None:
    """One bearing under a load that meets its middle: no shaft, no second bearing, the same numbers as `rate`."""
    answer = rate_shaft(model(LEFT, loads=(PointLoad(20.0, fx_n=2000.0, fz_n=-500.0, my_nmm=3000.0),)), CONDITIONS)
    alone = rate(
        "6206",
        speed_rpm=1500.0,
        radial_n=2000.0,
        axial_n=-500.0,
        moment_nmm=3000.0,
        oil=68,
        temperature_degc=70.0,
        cleanliness=0.5,
        clearance_um=10.0,
    )
    (bearing,) = answer.bearings
    assert bearing.rating is not None
    told, wanted = bearing.rating.to_dict(), alone.to_dict()
    assert set(told) == set(wanted)
    for part in ("life", "stress", "load", "ratings"):
        for key, value in wanted[part].items():  # type: ignore[attr-defined]
            got = told[part][key]  # type: ignore[index]
            assert got == (pytest.approx(value, rel=1e-8) if isinstance(value, float) else value), key
    assert [each["symbol"] for each in told["steps"]] == [each["symbol"] for each in wanted["steps"]]  # type: ignore[attr-defined]
    assert answer.lnm_h == pytest.approx(alone.result.life.lnm_h)


@pytest.mark.parametrize("sides", [(1, -1), (-1, 1)])
@pytest.mark.parametrize("kind", ["balls", "rollers"])
def test_pressure_of_the_rating_is_that_of_the_system(kind: str, sides: tuple[Any, Any]) -> None:
    """The load on a ring alone decides where it rests: the second solve finds the elements of the first."""
    if kind == "balls":
        one = BearingPlace("A", "7208 B", 20.0, side=sides[0], preload_n=200.0)
    else:
        one = BearingPlace("A", "taper", 20.0, side=sides[0], geometry=TAPER, type_key="tapered_roller", length_mm=14.0)
    answer = rate_shaft(model(one, replace(one, name="B", position_mm=180.0, side=sides[1])), CONDITIONS)
    for each in answer.bearings:
        assert each.rating is not None
        assert each.rating.result.p_max_mpa == pytest.approx(each.p_max_mpa, rel=1e-6)
        assert each.rating.result.life.l10r_h is not None


DOUBLE = Geometry(12, 9.525, 46.0, 30.0)
SPHERES = Geometry(16, 12.0, 70.0, 10.0)
RATED = {
    "double_row_angular_contact_ball": BearingPlace("A", "3206", 20.0, geometry=DOUBLE, row_distance_mm=12.0),
    "double_row_tapered_roller": BearingPlace(
        "A", "T", 20.0, geometry=TAPER, length_mm=14.0, arrangement="face_to_face"
    ),
    "four_point_ball": BearingPlace("A", "QJ", 20.0, geometry=Geometry(13, 9.525, 46.0, 35.0), clearance_um=10.0),
    "self_aligning_ball": BearingPlace("A", "1206", 20.0, geometry=DOUBLE, c_n=15_600.0, c0_n=4_650.0, cu_n=240.0),
    "spherical_roller": BearingPlace("A", "22207", 20.0, geometry=SPHERES, length_mm=11.0),
}


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("kind", list(RATED))
def test_bearings_of_two_rows_and_of_four_points_get_every_life_and_the_pressure_of_the_system(
    kind: str, side: Any
) -> None:
    one = replace(RATED[kind], type_key=kind, side=side)
    answer = rate_shaft(model(one, replace(RIGHT, position_mm=180.0)), CONDITIONS)
    (first, _) = answer.bearings
    assert first.rating is not None
    life = first.rating.result.life
    assert None not in (life.l10r_h, life.a_iso, life.lnmr_h)
    assert first.rating.result.p_max_mpa == pytest.approx(first.p_max_mpa, rel=1e-6)
    assert answer.is_whole


def test_the_system_lives_as_its_bearings_together_and_the_shortest_decides() -> None:
    answer = rate_shaft(model(), CONDITIONS)
    lives = [each.life_h("lnm_h") for each in answer.bearings]
    assert answer.objective == "lnm_h"
    assert answer.lnm_h == pytest.approx(system_life(np.array(lives, dtype=float)))
    assert answer.decisive is answer.bearings[int(np.argmin(np.array(lives, dtype=float)))]
    assert answer.l10_h is not None
    assert answer.l10_h < min(each.life_h("l10_h") or 0.0 for each in answer.bearings)


def test_without_oil_the_basic_life_decides() -> None:
    answer = rate_shaft(model(), Conditions(1500.0))
    assert (answer.objective, answer.lnm_h) == ("l10_h", None)
    assert answer.decisive is not None


def test_a_bearing_that_carries_nothing_shortens_no_life() -> None:
    """Between pivots on a line of symmetry the third bearing idles: its clearance keeps it away."""
    third = BearingPlace("third", "6206", 195.0, "floating", clearance_um=200.0)
    answer = rate_shaft(model(LEFT, RIGHT, third, loads=(PointLoad(20.0, fx_n=500.0),)), CONDITIONS)
    idle = [each.name for each in answer.bearings if each.is_idle]
    assert "third" in idle
    assert answer.lnm_h is not None
    assert answer.is_whole
    assert answer.bearings[2].rating is None


def test_an_overloaded_bearing_leaves_the_shaft_without_a_life() -> None:
    answer = rate_shaft(model(loads=(PointLoad(40.0, fx_n=40_000.0),)), CONDITIONS)
    assert answer.l10_h is None
    assert answer.decisive is None
    assert not answer.is_whole


def test_a_bearing_without_a_rating_is_named_and_the_others_are_rated() -> None:
    align = BearingPlace("B", "1206", 180.0, geometry=Geometry(14, 7.0, 46.0, 10.0), type_key="self_aligning_ball")
    answer = rate_shaft(model(LEFT, align), CONDITIONS)
    assert [each.rating is None for each in answer.bearings] == [False, True]
    assert "not_rated" in [each.code for each in answer.notices]
    assert answer.bearings[1].state.load.my_nmm == 0.0
    assert answer.bearings[1].p_max_mpa is not None


def test_torque_that_stays_on_the_shaft_is_said() -> None:
    gear = Gear(100.0, 80.0, 50_000.0, name="wheel")
    alone = rate_shaft(replace(model(), gears=(gear,), loads=()), CONDITIONS)
    both = rate_shaft(replace(model(), gears=(gear,), loads=(PointLoad(200.0, mz_nmm=-50_000.0),)), CONDITIONS)
    assert [each.code for each in alone.notices] == ["torque_left"]
    assert both.notices == ()
    np.testing.assert_allclose(alone.bearings[0].state.displacements, both.bearings[0].state.displacements)


def test_a_spring_is_a_support_that_is_not_rated() -> None:
    spring = SpringPlace("coupling", 200.0, Spring(np.diag((500.0, 500.0, 0.0, 0.0, 0.0))))
    answer = rate_shaft(replace(model(), springs=(spring,)), CONDITIONS)
    assert [each.name for each in answer.bearings] == ["left", "right"]
    (told,) = answer.to_dict()["springs"]  # type: ignore[misc]
    assert told["name"] == "coupling"
    moved = 500.0 * np.array(told["displacement_mm"][:2])
    np.testing.assert_allclose(told["force_n"][:2], moved)


def test_the_clearance_of_a_fit_reaches_shaft_and_rating() -> None:
    fitted = replace(LEFT, clearance_um=None, fit="k5/H7")
    (first, _) = rate_shaft(model(fitted, RIGHT), CONDITIONS).bearings
    assert first.rating is not None
    assert "clearance_of_fit" in [each.code for each in first.rating.result.notices]
    assert first.rating.result.p_max_mpa == pytest.approx(first.p_max_mpa, rel=1e-6)


def test_the_hash_names_the_inputs() -> None:
    one, same = rate_shaft(model(), CONDITIONS), rate_shaft(model(), CONDITIONS)
    other = rate_shaft(model(), Conditions(1501.0))
    assert one.inputs_hash == same.inputs_hash != other.inputs_hash


@pytest.mark.parametrize(
    ("place", "error", "sentence"),
    [
        (BearingPlace("left", "7208 B", 20.0), MissingInput, r"bearing left: 7208 B takes thrust one way: say side"),
        (BearingPlace("left", "nonsense", 20.0), UnknownBearing, "bearing left: "),
        (replace(LEFT, preload_n=10.0), BadInput, "bearing left: preload 10 N"),
        (BearingPlace("left", "7208 B", 20.0, side=1, offset_mm=0.0, preload_n=1.0), BadInput, "give one of them"),
        (
            BearingPlace("left", "NU206", 20.0, geometry=Geometry(13, 7.5, 45.0)),
            MissingInput,
            "left: rollers of unknown",
        ),
        (replace(LEFT, row_distance_mm=9.0), BadInput, "bearing left: row distance 9 mm"),
        (replace(LEFT, arrangement="face_to_face"), BadInput, "bearing left: arrangement face_to_face"),
    ],
)
def test_bearings_that_cannot_be_placed_are_refused_by_name(
    place: BearingPlace, error: type[LoadzoneError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        rate_shaft(model(place, RIGHT), CONDITIONS)


def test_the_example_is_balanced_and_says_the_same_in_json() -> None:
    case = read_shaft(EXAMPLE)
    answer = rate_shaft(case.model, case.conditions, case.mode)
    told: Any = json.loads(json.dumps(answer.to_dict()))
    forces = sum(np.array(each["force_n"]) for each in told["gears"])
    held = sum(np.array(each["force_n"]) for each in told["bearings"])
    np.testing.assert_allclose(forces, held, atol=1e-5)
    assert told["warnings"] == []
    assert told["decisive"] in {"left", "right"}
    assert told["curves"]["z_mm"][-1] == 205.0
    assert {"ratings", "load", "life", "stress", "steps", "warnings", "hash"} <= set(told["bearings"][0]["rating"])


def test_power_makes_less_torque_at_more_speed() -> None:
    slow, fast = read_shaft(EXAMPLE), read_shaft(EXAMPLE, 1440.0)
    assert fast.model.gears[0].torque_nmm == pytest.approx(slow.model.gears[0].torque_nmm / 2)
    assert fast.conditions.speed_rpm == 1440.0


def test_a_shaft_that_turns_the_other_way_is_its_mirror(tmp_path: Path) -> None:
    """Turning about -z the wheel is driven the other way: the tangential force turns round, the radial one stays."""
    told = json.loads(EXAMPLE.read_text(encoding="utf-8")) | {"turns": "-z"}
    path = tmp_path / "back.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    here, there = (read_shaft(each).model.gears[0].load for each in (EXAMPLE, path))
    assert (there.fx_n, there.fy_n, there.fz_n) == pytest.approx((-here.fx_n, here.fy_n, -here.fz_n))


def changed(tmp_path: Path, change: Any) -> Path:
    told = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    change(told)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda t: t.pop("speed_rpm"), MissingInput, r"changed.json, top level: speed_rpm is missing"),
        (lambda t: t["bearings"][1].pop("position_mm"), MissingInput, r"bearings\[1\]: position_mm is missing"),
        (lambda t: t["gears"][0].update(tooth=3), BadInput, r"gears\[0\]: there is no field tooth"),
        (lambda t: t["sections"][2].update(outer_mm="wide"), BadInput, r"sections\[2\].outer_mm: float is expected"),
        (lambda t: t["bearings"][0].update(side="up"), BadInput, r"bearings\[0\].side: not a value of this field"),
        (lambda t: t["bearings"][0].update(location="loose"), BadInput, r"bearings\[0\].location"),
        (lambda t: t.update(format="other"), BadInput, "format: not a value"),
        (lambda t: t["sections"][2].update(outer_mm=-1), BadInput, r"sections\[2\]: shaft section"),
        (lambda t: t["gears"][1].update(torque_nmm=5.0), MissingInput, r"gears\[1\]: give either"),
        (lambda t: t["gears"][1].pop("power_kw"), MissingInput, r"gears\[1\]: give either"),
        (lambda t: t["bearings"][0].update(groove_inner=0.52), MissingInput, r"bearings\[0\]: one groove radius"),
        (lambda t: t["bearings"][0].update(seat_stiffness=[[1.0]]), BadInput, r"bearings\[0\]: a stiffness of 1 rows"),
        (lambda t: t.update(housing={"bearings": ["left"], "stiffness": []}), BadInput, "housing: a stiffness of 0"),
        (lambda t: t.update(speed_rpm=0), BadInput, "speed_rpm, lubrication: speed 0"),
        (lambda t: t["lubrication"].update(oil="thick"), LoadzoneError, "speed_rpm, lubrication"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_place(
    tmp_path: Path, change: Any, error: type[LoadzoneError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        read_shaft(changed(tmp_path, change))


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_shaft(tmp_path / "absent.json")
    torn = tmp_path / "torn.json"
    torn.write_text('{"format": ', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no JSON"):
        read_shaft(torn)


def test_a_seat_and_a_common_housing_come_from_the_file(tmp_path: Path) -> None:
    seat = np.diag((2e5, 2e5, 1e5, 1e9, 1e9))

    def own(told: Any) -> None:
        for each in told["bearings"]:
            each["seat_stiffness"] = seat.tolist()

    def common(told: Any) -> None:
        told["housing"] = {"bearings": ["left", "right"], "stiffness": np.kron(np.eye(2), seat).tolist()}

    answers = []
    for change in (own, common):
        case = read_shaft(changed(tmp_path, change))
        answers.append(rate_shaft(case.model, case.conditions))
    for one, other in zip(answers[0].bearings, answers[1].bearings, strict=True):
        np.testing.assert_allclose(one.state.seat_displacements, other.state.seat_displacements, atol=1e-12)
        assert np.abs(one.state.seat_displacements).max() > 1e-3
