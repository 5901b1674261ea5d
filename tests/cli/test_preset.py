"""The command of product families, as its user sees it: the list, what is known, a worked case, wrong options."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from loadzone.design.presets import presets
from loadzone.words.columns import width

Command = Callable[..., Any]


def test_without_a_name_every_family_is_listed_in_both_languages(loadzone: Command) -> None:
    english, chinese = loadzone("preset"), loadzone("preset", "--lang", "zh")
    assert english.code == chinese.code == 0
    for family in presets().values():
        assert family.key in english.out
        assert family.name.zh in chinese.out


@pytest.mark.parametrize("key", list(presets()))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_known_says_its_sources_and_names_the_questions_within_78_columns(
    loadzone: Command, key: str, lang: str
) -> None:
    said = loadzone("preset", key, "--lang", lang)
    assert said.code == 0
    for each in presets()[key].questions:
        assert f"--{each.name.replace('_', '-')}" in said.out
    assert max(width(line) for line in said.out.splitlines()) <= 78


@pytest.mark.parametrize("key", list(presets()))
def test_the_example_is_called_an_example_without_source(loadzone: Command, key: str) -> None:
    said = loadzone("preset", key, "--example")
    assert said.code == 0
    assert "example input, no source: --" in said.out
    assert max(width(line) for line in said.out.splitlines()) <= 78
    facts = json.loads(loadzone("preset", key, "--example", "--json").out)
    assert (facts["preset"], facts["is_example"]) == (key, True)


def test_the_page_of_an_example_holds_the_page_of_rate(loadzone: Command) -> None:
    words = ("7014 C", "--fr", "500", "--fa", "800", "--speed", "12000")
    plain = loadzone("rate", *words)
    said = loadzone("preset", "spindle", "--bearing", *words)
    assert plain.out.strip("\n") in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("preset", "nix"), "no preset «nix»"),
        (("preset", "--example"), "options need the NAME of a family"),
        (("preset", "strain-wave", "--torque", "5"), "preset strain-wave needs --rated-torque, --speed"),
        (("preset", "strain-wave", "--oil", "68", "--example"), "preset strain-wave takes no --oil"),
    ],
)
def test_a_wrong_call_is_one_sentence(loadzone: Command, words: tuple[str, ...], told: str) -> None:
    said = loadzone(*words)
    assert (said.code, said.out, len(said.sentences)) == (2, "", 1)
    assert told in said.err


def test_a_load_beyond_iso_281_leaves_with_2(loadzone: Command) -> None:
    assert loadzone("preset", "spindle", "--example", "--fr", "1e6").code == 2
