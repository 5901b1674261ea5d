"""Exact optimisation: the published benchmark with its proof, the conditions of the study, bounds that hold."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from design_cases import cases, check
from typer.testing import CliRunner

from loadzone.design.envelope import Outline, Rules, deep_groove_study, outline_from_option, published_problem, spread
from loadzone.design.inside import BallInside
from loadzone.design.optimise import Box, optimise
from loadzone.design.rating import dynamic_rating, f_0_radial_ball, f_c_radial_ball
from loadzone.words.columns import width
from loadzone.words.errors import BadInput, OutOfScope

BENCHMARK = published_problem(Outline(90, 160, 30))


@pytest.mark.parametrize("case", cases("opt_geometry_integer"))
def test_the_benchmark_is_solved_exactly_and_proven(case: Mapping[str, Any]) -> None:
    found = optimise(BENCHMARK)
    best = found.best
    got = {"C_d": best.value, "Z": best.n_elements, "Dm": best.pitch_mm, "Db": best.ball_mm}
    check(case, got, tuple(got))
    assert found.is_proven
    assert best.bound < 81_859.7417
    assert best.gap < 1e-10
    assert [str(name) for name in best.active] == ["ring thickness", "filling angle"]


@pytest.mark.parametrize("case", cases("opt_geometry_continuous"))
def test_the_relaxed_benchmark_is_an_upper_bound(case: Mapping[str, Any]) -> None:
    found = optimise(BENCHMARK)
    relaxed = found.relaxed
    got = {"C_d": relaxed.value, "Z": relaxed.n_elements, "Dm": relaxed.pitch_mm, "Db": relaxed.ball_mm}
    check(case, got)
    assert found.best.value < relaxed.bound


def test_the_next_numbers_of_balls_are_those_of_the_reference() -> None:
    found = {each.n_elements: each.value for each in optimise(BENCHMARK).by_elements}
    assert [found[z] for z in (10, 9, 12)] == pytest.approx([79_834.788, 74_419.574, 73_415.731], abs=1e-3)


def test_wider_grooves_only_lower_the_benchmark() -> None:
    values = [optimise(published_problem(Outline(90, 160, 30), f), 1e-8).best.value for f in (0.515, 0.52, 0.55)]
    assert values == sorted(values, reverse=True)


def test_f_c_and_f_0_have_one_summit_as_the_bounds_ask() -> None:
    gamma = np.linspace(0.005, 0.6, 5000)
    assert np.all(np.diff(np.log(f_c_radial_ball(gamma, 0.515, 0.515)), 2) / np.diff(gamma)[0] ** 2 < 0)
    rising = np.diff(f_0_radial_ball(gamma)) > 0
    assert np.all(rising[: rising.argmin()])
    assert not np.any(rising[rising.argmin() :])


@pytest.mark.parametrize("problem", [BENCHMARK, deep_groove_study(Outline(25, 52, 15), "static")])
def test_no_random_design_in_a_box_exceeds_the_bound_of_the_box(problem: Any) -> None:
    rng = np.random.default_rng(3)
    edges = (
        np.sort(rng.uniform(*problem.pitch_mm, (200, 2)), axis=1),
        np.sort(rng.uniform(*problem.ball_mm, (200, 2)), axis=1),
    )
    box = Box(edges[0][:, 0], edges[0][:, 1], edges[1][:, 0], edges[1][:, 1])
    pitch, ball = (rng.uniform(edge[:, 0], edge[:, 1]) for edge in edges)
    point, z = Box(pitch, pitch, ball, ball), np.full(200, 9.0)
    assert np.all(problem.objective(point, z) <= problem.objective(box, z) * (1 + 1e-12))
    for each in (*problem.lengths, *problem.counts):
        assert np.all(each.greatest(point) <= each.greatest(box) + 1e-9)


def test_random_search_finds_nothing_better() -> None:
    problem, rng = deep_groove_study(Outline(50, 90, 20)), np.random.default_rng(5)
    best = optimise(problem).best
    pitch, ball = rng.uniform(*problem.pitch_mm, 50_000), rng.uniform(*problem.ball_mm, 50_000)
    point = Box(pitch, pitch, ball, ball)
    most = np.floor(np.minimum.reduce([each.greatest(point) for each in problem.counts]))
    possible = np.logical_and.reduce([each.greatest(point) >= 0 for each in problem.lengths]) & (most >= 3)
    assert problem.objective(point, most)[possible].max() <= best.value


def test_the_value_of_a_study_is_the_rating_of_its_design() -> None:
    best = optimise(deep_groove_study(Outline(25, 52, 15))).best
    inside = BallInside(int(best.n_elements), best.ball_mm, best.pitch_mm)
    assert best.value == pytest.approx(dynamic_rating(inside, "deep_groove_ball").value_n, rel=1e-12)


def test_a_floor_on_another_objective_costs_life() -> None:
    outline = Outline(90, 160, 30)
    free = optimise(deep_groove_study(outline)).best
    static = optimise(deep_groove_study(outline, "static")).best
    rules = Rules(least={"static": static.value * 0.999})
    held = optimise(deep_groove_study(outline, "life", rules)).best
    assert held.value <= free.value * (1 + 1e-9)


def test_tolerances_spread_the_rating_about_the_design() -> None:
    inside = BallInside(9, 7.938, 38.5, groove_outer=0.52)
    drawn = spread(
        inside, {"ball_diameter_mm": 0.01, "pitch_diameter_mm": 0.02, "groove": 1e-3}, np.random.default_rng(1)
    )
    assert np.mean(drawn) == pytest.approx(dynamic_rating(inside, "deep_groove_ball", "real").value_n, rel=0.01)
    assert 0 < np.std(drawn) / np.mean(drawn) < 0.03


def test_an_outline_without_room_is_refused() -> None:
    with pytest.raises(OutOfScope, match="no design keeps all conditions"):
        optimise(deep_groove_study(Outline(50, 90, 0.5)))
    for option in ("52x25", "52xax15", "52x52x15", "-5x2x1"):
        with pytest.raises(BadInput):
            outline_from_option(option)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_prints_the_proof_within_a_terminal_and_as_json(lang: str) -> None:
    from loadzone.cli.optimise import optimise as command

    typer = pytest.importorskip("typer")
    app = typer.Typer()
    app.command()(command)
    asked = ["--envelope", "160x90x30", "--objective", "benchmark", "--lang", lang]
    shown = CliRunner().invoke(app, asked, catch_exceptions=False).output
    assert "81859.7416" in shown
    assert all(width(line) <= 78 for line in shown.splitlines())
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"], catch_exceptions=False).output)
    assert told["optimum"]["n_elements"] == 11
    assert told["is_proven"] is True
