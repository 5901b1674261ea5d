"""``loadzone shaft``: verdict first, within a terminal, in both languages; JSON, the ROSS file, exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadzone.words.columns import width

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shaft" / "countershaft.json"
REXS = Path(__file__).resolve().parents[1] / "formats" / "rexs"
Command = Callable[..., Any]


@pytest.mark.parametrize(("lang", "verdict"), [("en", "right (6308) decides"), ("zh", "right（6308）起决定作用")])
def test_the_page_begins_with_the_bearing_that_decides_and_fits_a_terminal(
    loadzone: Command, lang: str, verdict: str
) -> None:
    said = loadzone("shaft", EXAMPLE, "--lang", lang)
    assert said.code == 0
    assert verdict in said.out.splitlines()[0]
    for line in said.out.splitlines():
        assert width(line) <= 78, line
    for name in ("left", "wheel", "pinion", "right"):
        assert any(line.split()[:1] == [name] for line in said.out.splitlines())


def test_bearings_against_each_other_are_not_told_to_get_a_second_one(loadzone: Command, tmp_path: Path) -> None:
    told = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for each, side in zip(told["bearings"], ("+z", "-z"), strict=True):
        each |= {"designation": "7308 B", "side": side, "location": "fixed", "clearance_um": None}
    path = tmp_path / "slanted.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    answer = json.loads(loadzone("shaft", path, "--json").out)
    codes = {notice["code"] for each in answer["bearings"] for notice in each["rating"]["warnings"]}
    assert "needs_second_bearing" in codes
    assert "second one" not in loadzone("shaft", path).out


def test_json_is_the_whole_answer(loadzone: Command) -> None:
    told = json.loads(loadzone("shaft", EXAMPLE, "--json").out)
    assert told["decisive"] == "right"
    assert [each["name"] for each in told["bearings"]] == ["left", "right"]


def test_the_ross_file_has_a_table_for_the_speeds_asked_for(loadzone: Command, tmp_path: Path) -> None:
    out = tmp_path / "rotor.json"
    assert loadzone("shaft", EXAMPLE, "--ross", out, "--ross-speeds", "500,1000").code == 0
    assert len(json.loads(out.read_text(encoding="utf-8"))["BearingElement_left"]["kxx"]) == 2
    assert loadzone("shaft", EXAMPLE, "--ross", out).code == 0
    assert isinstance(json.loads(out.read_text(encoding="utf-8"))["BearingElement_left"]["kxx"], float)


def test_an_overloaded_shaft_leaves_with_two_and_says_who(loadzone: Command, tmp_path: Path) -> None:
    told = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    told["loads"] = [{"name": "hammer", "position_mm": 20, "fx_n": 80000}]
    path = tmp_path / "heavy.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    said = loadzone("shaft", path)
    assert said.code == 2
    assert "No life of the shaft: left" in said.out


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("file", ["drive_1_6.rexs", "bearing_1_5.rexs"])
def test_a_model_in_rexs_is_told_shaft_by_shaft_within_a_terminal(loadzone: Command, file: str, lang: str) -> None:
    said = loadzone("shaft", REXS / file, "--lang", lang)
    assert said.code == 2
    assert max(width(line) for line in said.out.splitlines()) <= 78
    if file.startswith("drive"):
        heads = [line for line in said.out.splitlines() if "30 %" in line]
        assert [line.startswith(name) for line, name in zip(heads, ("Input", "Output"), strict=True)] == [True, True]
        assert "component 13" in said.out or "组件 13" in said.out
    else:
        assert "rotational_speed" in said.out


def test_a_model_in_rexs_is_a_list_in_json(loadzone: Command) -> None:
    told = json.loads(loadzone("shaft", REXS / "drive_1_6.rexs", "--json").out)
    assert [(each["shaft"], each["case"]) for each in told["shafts"]] == [(3, 1), (4, 1), (3, 2), (4, 2)]
    first, second, *_ = told["shafts"]
    assert [each["name"] for each in first["answer"]["bearings"]] == ["Bearing A", "Bearing B"]
    assert second["answer"] is None
    assert "component 13" in second["errors"][0]
    assert "component 4 (Output), elastic_modulus" in second["warnings"][0]["text"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((REXS / "drive_1_6.rexs", "--ross-speeds", "500"), "its load cases state the speeds"),
        ((REXS / "drive_1_6.rexs", "--ross", "out.json"), "several shafts (Input, Output)"),
        ((REXS / "bearing_1_4.rexs",), "the model has no shaft"),
        (("absent.rexs",), "absent.rexs"),
        (("absent.json",), "absent.json cannot be read"),
        ((EXAMPLE, "--ross-speeds", "500"), "--ross-speeds without --ross"),
        ((EXAMPLE, "--ross", "out.json", "--ross-speeds", "fast"), "speeds «fast»"),
        ((EXAMPLE, "--ross", "out.toml"), "give one in .json"),
    ],
)
def test_bad_input_is_one_sentence(loadzone: Command, words: tuple[Any, ...], sentence: str) -> None:
    said = loadzone("shaft", *words)
    assert said.code == 2
    assert len(said.sentences) == 1
    assert sentence in said.sentences[0]
