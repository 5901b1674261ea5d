from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadzone.bench.labelled import read_cases
from loadzone.bench.wrong_inputs import changes, foreign_geometries, run, strangers
from loadzone.monitor.diagnosis import Diagnosis, Problem
from loadzone.words.texts import text

ROWS = [
    {"path": "a.npy", "fault": "outer"},
    {"path": "b.npy", "fault": "inner"},
    {"path": "c.npy", "fault": "healthy"},
    {"path": "d.npy", "fault": "outer", "rig": "OTHER", "bearing": "NICE (MFPT rig)"},
]


def _answering(made: Callable[..., Diagnosis]) -> Callable[..., Diagnosis]:
    """Right at the right inputs and 4 % off, where it finds the speed; two readings at 8 %; wrong at 13 elements."""

    def answer(recording: Any, geometry: Any, **_: Any) -> Diagnosis:
        error = abs(recording.speed_rpm.value / 1500.0 - 1.0)
        if recording.fs_hz.value != 12_000.0:
            return made("undetermined")
        if geometry.n_elements == 13:
            return made("confirmed", "inner", 0.001)
        if geometry.n_elements == 11:
            return made("unexplained")
        if error > 0.07:
            return made("undetermined", problems=(Problem("two_readings", text("two")),))
        if 0.03 < error < 0.05 or error == 0.0:
            return made("confirmed", "outer", 0.001, speed_rpm=1500.0)
        return made("suspected", "outer")

    return answer


def test_only_rightly_confirmed_records_go_on_and_each_wrong_input_is_counted(
    table: Callable[..., Path], answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    answer_with(_answering(made))

    result = run(table(ROWS), jobs=1)

    assert result["records"] == 2
    assert list(result["speed"]) == ["-8 %", "-4 %", "-2 %", "-1 %", "+1 %", "+2 %", "+4 %", "+8 %", "pooled"]
    assert result["speed"]["+4 %"]["right_confirmed"]["share"] == 1.0
    assert result["speed"]["-2 %"]["right_confirmed"]["share"] == 0.0
    assert result["speed"]["+8 %"]["two_readings"]["share"] == 1.0
    assert result["speed"]["+8 %"]["right_confirmed"]["share"] is None
    assert result["speed"]["pooled"]["two_readings"]["count"] == 4
    assert result["speed"]["pooled"]["right_confirmed"]["share"] == pytest.approx(4 / 12, abs=1e-6)
    assert result["speed"]["pooled"]["speed_found"]["count"] == 4
    assert result["rate"]["pooled"] == {"trials": 4, "confirmed": result["rate"]["pooled"]["confirmed"]}
    assert result["rate"]["pooled"]["confirmed"]["count"] == 0
    assert result["geometry"]["6010, Z 13"]["confirmed"]["count"] == 2
    assert result["geometry"]["6007, Z 11"]["confirmed"]["count"] == 0
    assert {each["n_elements"] for each in result["geometries"].values()} >= {8, 9, 11, 13}


def test_each_rig_meets_the_bearing_of_the_other(table: Callable[..., Path]) -> None:
    cases = [case for case in read_cases(table(ROWS)) if case.is_faulty]

    others = foreign_geometries(cases)

    assert list(others["BENCH"]) == ["NICE (MFPT rig) on BENCH"]
    assert list(others["OTHER"]) == ["6205-2RS JEM SKF on OTHER"]


def test_a_bearing_that_is_the_true_one_in_disguise_is_not_called_wrong(table: Callable[..., Path]) -> None:
    (case,) = read_cases(table([{"path": "a.npy", "bearing": "6008", "fault": "outer"}]))

    named = [change.name for change in changes(case, {}) if change.kind == "geometry"]

    assert "6008, Z 11" not in named
    assert "6010, Z 13" in named


def test_the_strangers_have_11_and_13_elements_and_are_stated_with_certainty() -> None:
    inside = strangers()

    assert {each.n_elements for each in inside.values()} == {11, 13}
    assert {each.provenance for each in inside.values()} == {"user"}
    assert all("by rule" in each.source for each in inside.values())
