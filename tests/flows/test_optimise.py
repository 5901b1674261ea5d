"""A design study answers with a proof; its front trades C for C_0."""

import pytest

from loadzone.design.envelope import Rules
from loadzone.flows.optimise import optimise, ratings_of
from loadzone.words.errors import BadInput


def test_the_front_rises_in_c0_and_falls_in_c() -> None:
    study = optimise("300x200x38", front=6)
    pairs = [ratings_of(each) for each in study.front]
    assert len(pairs) == 6
    assert pairs == sorted(pairs, key=lambda pair: pair[1])
    assert [c for c, _ in pairs] == sorted((c for c, _ in pairs), reverse=True)
    assert pairs[0][0] == pytest.approx(study.found.best.value, rel=1e-9)
    assert pairs[-1][1] == pytest.approx(optimise("300x200x38", "static").found.best.value, rel=1e-6)


def test_where_one_design_is_best_in_both_the_front_is_that_design() -> None:
    assert len(optimise("160x90x30", front=6).front) == 1


def test_a_least_c0_is_kept() -> None:
    free, best = optimise("160x90x30"), optimise("160x90x30", "static")
    least = 0.5 * (ratings_of(free.found.best)[1] + ratings_of(best.found.best)[1])
    assert ratings_of(optimise("160x90x30", least_static_n=least).found.best)[1] >= least * (1.0 - 1e-9)


def test_equal_questions_have_equal_hashes() -> None:
    assert optimise("52x25x15").to_dict()["hash"] == optimise("25x52x15").to_dict()["hash"]
    assert optimise("52x25x15").to_dict()["hash"] != optimise("52x25x15", rules=Rules(wall=0.31)).to_dict()["hash"]


@pytest.mark.parametrize(("objective", "front"), [("life", 1), ("life", -2), ("benchmark", 4)])
def test_a_front_of_one_or_of_one_objective_is_refused(objective: str, front: int) -> None:
    with pytest.raises(BadInput):
        optimise("160x90x30", objective, front=front)  # type: ignore[arg-type]
