"""Public worked examples by other authors: met within the digits they print, or known to differ and why."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from loadzone.bench.design import judge, run

Case = Mapping[str, Any]
PATH = Path(__file__).with_name("public_cases.json")
CASES: list[Case] = json.loads(PATH.read_text(encoding="utf-8"))
each_case = pytest.mark.parametrize("case", CASES, ids=[each["name"] for each in CASES])


@each_case
def test_a_public_example_is_met_or_is_a_known_deviation(case: Case) -> None:
    found = judge(case)
    assert found["pass"] is ("deviation" not in case), (found["got"], found["expected"])


@each_case
def test_a_public_example_says_where_it_stands(case: Case) -> None:
    assert len(case["source"]) > 20
    assert case["how"].startswith("read")
    assert case["tolerance"]
    assert case.get("deviation") != ""


def test_a_known_deviation_counts_as_failed_and_is_told() -> None:
    found = run(cases=PATH)
    told = [each["name"] for each in found["cases"] if each["deviation"]]
    assert (found["failed"], found["skipped"]) == (len(told), 0)
    assert found["passed"] == len(CASES) - len(told)
    assert [each["name"] for each in found["cases"] if each["pass"] is False] == told
