"""Each assertion of the specification has a test of ours, or the reason why it has none."""

import ast
import csv
import json
import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLE = HERE / "sparkplug_assertions.csv"


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_assertion_of_the_specification_is_missing_and_none_is_made_up() -> None:
    folder = Path(os.environ.get("LOADZONE_TEST_DATA", HERE.parents[2] / "shared" / "data"))
    told = folder / "factory" / "sparkplug_assertions.json"
    if not told.is_file():
        pytest.skip(f"no {told.name}: set LOADZONE_TEST_DATA")
    known = [each["id"] for each in json.loads(told.read_text(encoding="utf-8"))["assertions"]]
    assert [row["id"] for row in rows()] == known


def test_each_assertion_has_a_test_or_a_reason() -> None:
    assert len(rows()) == 299
    assert [row["id"] for row in rows() if bool(row["test"]) == bool(row["why_not"])] == []
    assert len([row for row in rows() if row["test"]]) >= 270


def test_each_test_of_the_table_is_there() -> None:
    there = {
        f"{path.stem}.{each.name}"
        for path in HERE.glob("test_sparkplug_*.py")
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {row["test"] for row in rows()} - there - {""} == set()
