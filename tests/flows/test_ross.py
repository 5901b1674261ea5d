"""Stiffness for ROSS: what the file says, and that the real program reads it as it was meant.

ROSS brings some seventy packages, so it lives in an environment of its own: LOADZONE_ROSS_PYTHON names its interpreter.
"""

import json
import math
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.flows.ross import ross_rotor, write_ross
from loadzone.flows.shaft import ShaftAnswer, rate_shaft
from loadzone.flows.shaft_file import read_shaft
from loadzone.words.errors import BadInput, MissingInput, UnreadableFile

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shaft" / "countershaft.json"

READER = """
import json, sys, warnings
warnings.simplefilter("ignore")
import ross as rs
data = json.load(open(sys.argv[1]))
first = rs.BearingElement.load(sys.argv[1])
rotor = rs.Rotor.load(sys.argv[1])
told = {"version": rs.__version__, "first": first.K(0.0).tolist(), "bearings": {}, "shaft": {}}
for each in rotor.bearing_elements:
    told["bearings"][each.tag] = {"n": int(each.n), "K": each.K(0.0).tolist()}
told["nodes"] = [float(z) for z in rotor.nodes_pos]
told["mass"] = float(sum(each.m for each in rotor.shaft_elements))
told["kappa"] = float(rotor.shaft_elements[0].kappa)
told["wn"] = [float(each) for each in rotor.run_modal(speed=0.0).wn]
print("told", json.dumps(told))
"""
TABLE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import ross as rs
data = json.load(open(sys.argv[1]))
name, entry = next(iter(data.items()))
axis = "speed" if tuple(int(each) for each in rs.__version__.split(".")[:2]) >= (3, 1) else "frequency"
entry[axis] = entry.pop("speed")
told = rs.BearingElement(**entry)
at = [{"speed": w, "frequency": 0.0} if axis == "speed" else {"frequency": w} for w in entry[axis]]
print("told", json.dumps([told.K(**each).tolist() for each in at]))
"""


def ross_python() -> str:
    """An interpreter that has ROSS, or a skip."""
    import sys

    named = os.environ.get("LOADZONE_ROSS_PYTHON")
    if named:
        return named
    if find_spec("ross") is None:
        pytest.skip("no ross-rotordynamics: set LOADZONE_ROSS_PYTHON to the interpreter of an environment that has it")
    return sys.executable


def run_ross(code: str, path: Path) -> Any:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    told = subprocess.run(  # noqa: S603  our own code in an interpreter that the user named
        [ross_python(), "-c", code, str(path)], capture_output=True, check=False, env=clean, text=True
    )
    assert told.returncode == 0, told.stderr[-2000:]
    # packages beneath ROSS print to the output too
    (line,) = [each for each in told.stdout.splitlines() if each.startswith("told ")]
    return json.loads(line.removeprefix("told "))


@pytest.fixture(scope="module")
def answers() -> list[ShaftAnswer]:
    cases = [read_shaft(EXAMPLE, speed) for speed in (720.0, 1000.0, 1440.0, 2000.0, 2800.0)]
    return [rate_shaft(each.model, each.conditions, each.mode) for each in cases]


def test_ross_reads_our_stiffness_and_finds_a_natural_frequency(answers: list[ShaftAnswer], tmp_path: Path) -> None:
    told = run_ross(READER, write_ross(tmp_path / "rotor.json", answers[:1]))
    supports = answers[0].equilibrium.supports
    assert set(told["bearings"]) == {"left", "right"}
    for each in supports:
        got = told["bearings"][each.support.name]
        np.testing.assert_allclose(np.array(got["K"])[:2, :2], 1e3 * each.seated_stiffness[:2, :2], rtol=1e-12)
        assert got["K"][2][2] == pytest.approx(1e3 * each.seated_stiffness[2, 2], rel=1e-12, abs=1e-6)
        assert told["nodes"][got["n"]] == pytest.approx(each.support.position_mm / 1e3)
    np.testing.assert_allclose(told["first"], told["bearings"]["left"]["K"])
    volume = sum(math.pi / 4 * each.outer_mm**2 * each.length_mm for each in answers[0].model.sections)
    assert told["mass"] == pytest.approx(7850e-9 * volume, rel=1e-9)
    assert told["kappa"] == pytest.approx(6 * 1.3 / (7 + 6 * 0.3), rel=1e-9)
    bending = [each for each in told["wn"] if each > 1.0]
    assert bending
    assert all(math.isfinite(each) for each in told["wn"])


def test_ross_reads_a_table_over_speed(answers: list[ShaftAnswer], tmp_path: Path) -> None:
    told = run_ross(TABLE, write_ross(tmp_path / "rotor.json", answers))
    for each, answer in zip(told, answers, strict=True):
        wanted = 1e3 * answer.equilibrium.supports[0].seated_stiffness[:2, :2]
        np.testing.assert_allclose(np.array(each)[:2, :2], wanted, rtol=1e-6)


def test_the_file_begins_with_a_bearing_and_counts_in_metres(answers: list[ShaftAnswer]) -> None:
    rotor: Any = ross_rotor(answers[:1])
    assert next(iter(rotor)) == "BearingElement_left"
    stiffness = answers[0].equilibrium.supports[0].seated_stiffness
    assert rotor["BearingElement_left"]["kxx"] == 1e3 * stiffness[0, 0]
    assert rotor["BearingElement_left"]["kxy"] == 1e3 * stiffness[0, 1]
    assert "speed" not in rotor["BearingElement_left"]
    shafts = [each for name, each in rotor.items() if name.startswith("ShaftElement")]
    assert sum(each["L"] for each in shafts) == pytest.approx(0.205)
    assert rotor["BearingElement_right"]["kzz"] == 0.0


def test_less_torque_at_more_speed_is_less_load_and_less_stiffness(answers: list[ShaftAnswer]) -> None:
    table: Any = ross_rotor(answers[::-1])
    right = table["BearingElement_right"]
    assert right["speed"] == pytest.approx([each.conditions.speed_rpm * math.pi / 30 for each in answers])
    assert right["kxx"] == sorted(right["kxx"], reverse=True)
    assert len(right["cxx"]) == len(answers)


def test_exports_that_cannot_be_are_refused(answers: list[ShaftAnswer], tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="no shaft"):
        ross_rotor([])
    with pytest.raises(BadInput, match="each may be named once"):
        ross_rotor([answers[0], answers[0]])
    with pytest.raises(BadInput, match=r"\.json"):
        write_ross(tmp_path / "rotor.txt", answers[:1])
    with pytest.raises(UnreadableFile, match="cannot be written"):
        write_ross(tmp_path / "absent" / "rotor.json", answers[:1])
