"""The bench of reference cases: each within its tolerance, catalogue input apart, bad files in sentences."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from design_cases import cases

from loadzone.bench.design import judge, run
from loadzone.bench.design_cases import FAMILIES
from loadzone.words.errors import BadInput, LoadzoneError

Case = Mapping[str, Any]
CASE = {
    "name": "nu1_n100_D50",
    "source": "ISO 281, closed form",
    "inputs": {"n_rpm": 100, "Dpw_mm": 50},
    "expected": {"nu_1": 139.228297},
    "tolerance": {"rel": 1e-9},
}


@pytest.mark.parametrize("case", cases("", without=("datasheet_S71910ACD",)))
def test_a_reference_case_is_within_its_tolerance(case: Case) -> None:
    found = judge(case)
    assert found["pass"] is True, (found["got"], found["expected"], found["rel_error"])


@pytest.mark.parametrize("case", cases("datasheet_"))
def test_the_data_sheet_is_reported_and_not_judged(case: Case) -> None:
    found = judge(case)
    assert found["pass"] is None
    assert found["rel_error"] > 0.2
    assert [found["got"][key] for key in ("e", "X2", "Y2", "Y0")] == [0.68, 0.41, 0.87, 0.38]


def test_no_family_hides_another() -> None:
    names = list(FAMILIES)
    assert not [(one, other) for one in names for other in names if one != other and one.startswith(other)]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, True),
        ({"expected": {"nu_1": 139.3}}, False),
        ({"expected": {"nu_1": [139.228297, 139.228297]}}, False),
        ({"expected": {"nu_1": 139.228297, "nu_2": 1.0}}, False),
        ({"name": "of_tomorrow"}, None),
    ],
)
def test_a_verdict_needs_every_expected_value(tmp_path: Path, change: Case, verdict: bool | None) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([CASE | change]), encoding="utf-8")
    found = run(cases=path)
    assert found["cases"][0]["pass"] is verdict
    assert (found["passed"], found["failed"], found["skipped"]) == (verdict is True, verdict is False, verdict is None)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda path: path.write_text("no", encoding="utf-8"), "no JSON"),
        (lambda path: path.write_text("[{}]", encoding="utf-8"), "inputs, name"),
        (lambda _path: None, "no such file"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_one_sentence(
    tmp_path: Path, write: Callable[[Path], object], said: str
) -> None:
    write(tmp_path / "cases.json")
    with pytest.raises(LoadzoneError, match=said):
        run(cases=tmp_path / "cases.json")


def test_a_case_without_an_input_says_which() -> None:
    with pytest.raises(BadInput, match=r"nu1_n100_D50 lacks the input Dpw_mm"):
        judge(CASE | {"inputs": {"n_rpm": 100}})
