"""``loadzone rexs``: what a model holds, its ratings, the way to another form and version, and refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadzone.formats.rexs import quantity, read_rexs
from loadzone.words.columns import width

SAMPLES = Path(__file__).parents[1] / "formats" / "rexs"
DRIVE, OLD, NEW = SAMPLES / "drive_1_6.rexs", SAMPLES / "bearing_1_4.rexs", SAMPLES / "bearing_2_0.rexsj"

Command = Callable[..., Any]


def test_it_shows_version_program_parts_and_each_bearing(loadzone: Command) -> None:
    said = loadzone("rexs", DRIVE)
    assert said.code == 0
    assert "drive_1_6.rexs: REXS 1.6, written by written by hand 1 on" in said.out
    assert "rolling_bearing_with_catalog_geometry 2" in " ".join(said.out.split())
    assert "6206" in said.out
    assert "30 x 62 x 16 mm" in said.out
    assert "C 19.5 kN, C_0 11.2 kN; Z 9, D_w 9.525 mm" in said.out
    assert "load cases: 2" in said.out
    assert "custom_other_program_colour" in said.out


def test_with_rate_each_case_has_a_line_and_a_bearing_without_a_life_ends_with_2(loadzone: Command) -> None:
    said = loadzone("rexs", DRIVE, "--rate")
    assert said.code == 2
    told = " ".join(said.out.split())
    assert "1 450 1 580 21 622 142 351 2 160" in told
    assert "all cases by their time: L_10h 51 616 h" in told
    assert "the catalogue knows none of «33008»" in told
    assert loadzone("rexs", NEW, "--rate").code == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("file", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_no_line_is_wider_than_78_columns(loadzone: Command, file: Path, lang: str) -> None:
    said = loadzone("rexs", file, "--rate", "--lang", lang)
    assert max(width(line) for line in said.out.splitlines()) <= 78
    if lang == "zh":
        assert "工况数" in said.out


def test_as_json_it_says_the_same(loadzone: Command) -> None:
    said = loadzone("rexs", DRIVE, "--rate", "--json")
    told = json.loads(said.out)
    assert said.code == 2
    assert told["version"] == "1.6"
    assert told["load_cases"] == {"1": 2}
    assert told["unknown_attributes"] == {"custom_other_program_colour": 1}
    assert [each["id"] for each in told["bearings"]] == [10, 11, 12, 13]
    assert told["bearings"][0]["inside"]["n_elements"] == 9
    assert told["ratings"][0]["result"]["life"]["l10_h"] == pytest.approx(21622.0, rel=1e-4)
    assert told["ratings"][-1]["error"].startswith("no inside")


def test_it_converts_between_forms_and_versions(loadzone: Command, tmp_path: Path) -> None:
    out = tmp_path / "new.rexsj"
    said = loadzone("rexs", OLD, "--to", "2.0", "--out", out)
    assert said.code == 0
    assert f"{out}: written" in said.out
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["model"]["version"] == "2.0.0"
    model = read_rexs(out)
    assert quantity(model, None, 8, "reference_diameter_rolling_bearing", "mm") == 60.0


def test_it_writes_results_and_forces_of_elements(loadzone: Command, tmp_path: Path) -> None:
    out = tmp_path / "rated.rexs"
    loadzone("rexs", DRIVE, "--rate", "--elements", "--out", out)
    model = read_rexs(out)
    case = model.spectra[0].cases[0]
    assert quantity(model, case, 10, "nominal_rating_life_time_iso_281_2007", "h") == pytest.approx(21622.0, rel=1e-4)
    assert len(list(model.of_type("rolling_element"))) == 9 + 14
    again = loadzone("rexs", out, "--rate")
    assert "1 580 21 622 142 351" in " ".join(again.out.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--to", "2.0"), "--to says the version to write: give --out FILE as well"),
        (("--elements",), "--elements writes forces of a rating: give --rate and --out FILE as well"),
        (("--rate", "--elements"), "--elements writes forces of a rating: give --rate and --out FILE as well"),
        (("--to", "1.9", "--out", "x.rexs"), "version «1.9»: choose one of 1.4, 1.5, 1.6, 1.7, 2.0"),
        (("--out", "x.xml"), "x.xml: REXS files end in .rexs, .rexsj, .rexsz"),
    ],
)
def test_options_that_do_not_fit_together(
    loadzone: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = loadzone("rexs", DRIVE, *words)
    assert said.code == 2
    assert said.sentences == [sentence]
    assert list(tmp_path.iterdir()) == []


def test_a_bad_file_is_one_sentence_in_either_language(loadzone: Command, tmp_path: Path) -> None:
    path = tmp_path / "x.rexs"
    path.write_text("<html/>", encoding="utf-8")
    said = loadzone("rexs", path)
    assert (said.code, said.sentences) == (
        2,
        [f"{path}: the root element is <html>, in REXS it is <model>"],
    )
    chinese = loadzone("rexs", path, "--lang", "zh")
    assert "根元素为 <html>" in chinese.err


def test_an_output_folder_that_does_not_exist_is_told_before_anything_is_read(
    loadzone: Command, tmp_path: Path
) -> None:
    said = loadzone("rexs", tmp_path / "absent.rexs", "--out", tmp_path / "absent" / "x.rexs")
    assert said.code == 2
    assert str(tmp_path / "absent") in said.err
    assert len(said.sentences) == 1
