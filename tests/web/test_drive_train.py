"""Where the parts of a machine stand in the drawing of its drive train."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.web.pages.drive_train import WIDTH, Train, laid_out, read_train
from loadzone.web.pages.drive_train_picture import Label, drive_train_picture

WIND: dict[str, Any] = {
    "shafts": [
        {"id": "rotor", "name": {"en": "rotor", "zh": "风轮轴"}, "ratio": 1.0},
        {"id": "sun", "name": {"en": "sun", "zh": "太阳轮轴"}, "ratio": 5.714},
        {"id": "middle", "name": {"en": "intermediate", "zh": "中间轴"}, "ratio": 23.6},
        {"id": "fast", "name": {"en": "fast", "zh": "高速轴"}, "ratio": 93.5},
    ],
    "stages": [
        {"kind": "planetary", "driver": "rotor", "driven": "sun", "teeth": [99, 39, 21]},
        {"kind": "parallel", "driver": "sun", "driven": "middle", "teeth": [91, 22]},
        {"kind": "parallel", "driver": "middle", "driven": "fast", "teeth": [95, 24]},
    ],
    "parts": [
        {"kind": "rotor", "shaft": "rotor", "place": 10},
        {"kind": "planet stage", "shaft": "rotor", "place": 40},
        {"kind": "wheel", "shaft": "sun", "place": 50},
        {"kind": "wheel", "shaft": "middle", "place": 60},
        {"kind": "generator", "shaft": "fast", "place": 95},
    ],
    "positions": [
        {"position": "main", "shaft": "rotor", "place": 20},
        {"position": "hss", "shaft": "fast", "place": 70},
        {"position": "gen", "shaft": "fast", "place": 90},
    ],
}
BOGIE: dict[str, Any] = {
    "shafts": [{"id": "axle", "ratio": 1.0}, {"id": "motor", "ratio": 6.7}],
    "stages": [{"kind": "parallel", "driver": "axle", "driven": "motor", "teeth": [107, 16]}],
    "parts": [
        {"kind": "wheel", "shaft": "axle", "place": 20},
        {"kind": "motor", "shaft": "motor", "place": 30},
        {"kind": "wheel", "shaft": "axle", "place": 40},
    ],
    "positions": [
        {"position": "left", "shaft": "axle", "place": 10},
        {"position": "right", "shaft": "axle", "place": 50},
    ],
}


def train(told: dict[str, Any]) -> Train:
    found = read_train({"drive_train": told}, "en")
    assert found is not None
    return found


def test_parallel_wheels_lead_to_another_level_and_planets_stay_on_the_axis() -> None:
    layout = laid_out(train(WIND))
    levels = {name: drawn.y for name, drawn in layout.shafts.items()}
    assert levels["rotor"] == levels["sun"] == levels["fast"] == 0.0 > levels["middle"]


def test_wheels_that_mesh_touch_and_the_one_with_more_teeth_is_larger() -> None:
    layout = laid_out(train(WIND))
    for mesh in layout.meshes:
        if mesh.stage.kind == "parallel":
            apart = abs(layout.shafts[mesh.stage.driver].y - layout.shafts[mesh.stage.driven].y)
            assert sum(mesh.radii) == pytest.approx(apart)
            assert mesh.radii[0] > mesh.radii[1]


def test_a_slow_shaft_is_thicker_than_a_fast_one() -> None:
    halves = [drawn.half for drawn in laid_out(train(WIND)).shafts.values()]
    assert halves == sorted(halves, reverse=True)


def test_running_wheels_of_a_bogie_are_no_gears() -> None:
    layout = laid_out(train(BOGIE))
    assert [thing.kind for thing, _ in layout.parts].count("wheel") == 2
    (mesh,) = layout.meshes
    at = {thing.place: x for thing, x in layout.parts if thing.shaft == "axle"}
    assert at[20.0] < mesh.x < at[40.0]


def test_trains_that_no_wheels_join_stand_side_by_side() -> None:
    both = {
        "shafts": [{"id": name, "ratio": 1.0} for name in ("a", "b")],
        "positions": [{"position": f"{name}{n}", "shaft": name, "place": n} for name in ("a", "b") for n in (10, 20)],
    }
    layout = laid_out(train(both))
    assert layout.shafts["a"].right < layout.shafts["b"].left


@pytest.mark.parametrize(
    "told",
    [
        None,
        "a gearbox",
        {},
        {"shafts": []},
        {**BOGIE, "positions": []},
        {**BOGIE, "shafts": [{"id": "axle", "ratio": 0.0}, {"id": "motor"}]},
        {**BOGIE, "stages": [{"kind": "parallel", "driver": "axle", "driven": "nothing", "teeth": [1, 2]}]},
        {**BOGIE, "positions": [{"position": "left", "shaft": "axle", "place": "left"}]},
    ],
)
def test_a_structure_that_is_not_understood_is_not_drawn(told: object) -> None:
    assert read_train({"drive_train": told}, "en") is None


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 100)), min_size=1, max_size=12, unique=True))
def test_everything_stands_inside_the_picture_in_the_order_of_its_place(seats: list[tuple[str, int]]) -> None:
    told = {
        "shafts": [{"id": name, "ratio": ratio} for name, ratio in (("a", 1.0), ("b", 4.0))],
        "stages": [{"kind": "parallel", "driver": "a", "driven": "b", "teeth": [40, 10]}],
        "positions": [{"position": f"p{n}", "shaft": shaft, "place": place} for n, (shaft, place) in enumerate(seats)],
    }
    layout = laid_out(train(told))
    xs = [x for _, x in sorted(layout.seats, key=lambda each: each[0].place)]
    assert xs == sorted(xs)
    assert all(0.0 < x < WIDTH for x in xs)
    labels = {f"p{n}": Label("good", f"Position {n}", "6205", f"/p{n}", "6205") for n in range(len(seats))}
    drawn = drive_train_picture(layout, labels, {"a": "a 1 r/min"}, ("label", "note"))
    assert drawn.count("<a ") == len(seats)
