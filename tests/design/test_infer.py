"""Inference of the inside: catalogue bearings are found again, ratings that contradict are said to, bad input."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from design_cases import cases
from typer.testing import CliRunner

from loadzone.bearings.catalogue import nearest
from loadzone.design.envelope import Outline, dynamic_ratings, static_ratings
from loadzone.design.infer import Search, ball_sizes, infer
from loadzone.design.inside import BallInside
from loadzone.design.rating import dynamic_rating, static_rating
from loadzone.words.columns import width
from loadzone.words.errors import BadInput

OUTLINES = {"6204": (20, 47, 14), "6205": (25, 52, 15), "6206": (30, 62, 16), "6207": (35, 72, 17)}
OUTLINES |= {"6208": (40, 80, 18), "6209": (45, 85, 19), "6210": (50, 90, 20), "6305": (25, 62, 17)}


def of(case: Mapping[str, Any], search: Search | None = None) -> Any:
    ratings = case["expected"]
    outline = Outline(*OUTLINES[case["name"].split("_")[1]])
    return infer(1000 * ratings["C_r_kN"], 1000 * ratings["C_0r_kN"], outline, search=search)


@pytest.mark.parametrize("case", [each for each in cases("rating_6") if str(each.id).endswith("catalogue")])
def test_the_nearest_solution_is_the_inside_of_the_catalogue_bearing(case: Mapping[str, Any]) -> None:
    found = of(case)
    assert found.explains_both
    assert found.solutions[0].n_elements == case["inputs"]["Z"]
    assert found.solutions[0].ball_mm == pytest.approx(case["inputs"]["Dw_mm"], abs=0.03)


@pytest.mark.parametrize("case", [each for each in cases("rating_62") if str(each.id).endswith("catalogue")])
def test_with_the_middle_pitch_there_is_one_number_of_balls(case: Mapping[str, Any]) -> None:
    found = of(case, Search(pitch=0.0, filling_deg=200.0))
    assert {each.n_elements for each in found.solutions} == {case["inputs"]["Z"]}
    sizes = [each.ball_mm for each in found.solutions]
    assert max(sizes) - min(sizes) <= 0.03


def test_an_uprated_bearing_is_explained_by_one_rating_only_and_that_is_said() -> None:
    found = infer(9950.0, 4750.0, Outline(17, 40, 12), search=Search(pitch=0.0, filling_deg=200.0))
    assert not found.explains_both
    assert (found.solutions[0].n_elements, found.solutions[0].matched) == (8, "static")
    assert "one_rating_relaxed" in {each.code for each in found.notices}


def test_groove_radii_are_never_inferred() -> None:
    found = infer(14_000.0, 7800.0, Outline(25, 52, 15))
    assert found.assumptions == {"groove_inner": 0.52, "groove_outer": 0.53}
    assert found.notices[0].code == "grooves_assumed"


def test_array_ratings_are_those_of_single_bearings() -> None:
    for angle, type_key in ((0.0, "deep_groove_ball"), (25.0, "angular_contact_ball")):
        inside = BallInside(11, 9.525, 50.0, angle)
        numbers = inside.n_elements, inside.ball_diameter_mm, inside.pitch_diameter_mm, angle
        assert float(dynamic_ratings(*numbers)) == pytest.approx(dynamic_rating(inside, type_key).value_n, rel=1e-12)
        assert float(static_ratings(*numbers)) == pytest.approx(static_rating(inside, type_key).value_n, rel=1e-12)


def test_balls_are_made_in_fractions_of_an_inch_and_half_millimetres() -> None:
    assert (25.4, "1 in") in ball_sizes(25.0, 26.0)
    assert (26.194, "1 1/32 in") in ball_sizes(25.0, 27.0)
    assert (11.5, "11.5 mm") in ball_sizes(11.0, 12.0)


def test_ratings_that_nothing_explains_give_no_solution() -> None:
    found = infer(1e6, 10.0, Outline(25, 52, 15))
    assert found.solutions == ()
    assert found.notices[-1].code == "no_solution"
    with pytest.raises(BadInput, match="C_0 = -1 N"):
        infer(14_000.0, -1.0, Outline(25, 52, 15))


def test_the_outline_table_is_that_of_the_house() -> None:
    for name, (bore, outer, wide) in OUTLINES.items():
        assert nearest(bore, outer, wide, n=1)[0].designation == name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_prints_solutions_within_a_terminal_and_as_json(lang: str) -> None:
    from loadzone.cli.infer import infer as command

    typer = pytest.importorskip("typer")
    app = typer.Typer()
    app.command()(command)
    asked = ["--c", "14000", "--c0", "7800", "--envelope", "52x25x15", "--lang", lang]
    shown = CliRunner().invoke(app, asked, catch_exceptions=False).output
    assert "5/16 in" in shown
    assert all(width(line) <= 78 for line in shown.splitlines())
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"], catch_exceptions=False).output)
    assert told["solutions"][0]["n_elements"] == 9
    assert told["edition"] == "ISO 281:2007, ISO 76:2006"
    assert len(told["hash"]) == 64
