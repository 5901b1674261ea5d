"""A diagnosis that does what a test tells it, and tables of labels beside small recordings."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.monitor import diagnose as door
from loadzone.monitor.diagnosis import Diagnosis, Fault, FaultName, Severity, Verdict

Answering = Callable[..., Diagnosis]


@pytest.fixture
def answer_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answering], list[dict[str, Any]]]:
    """Put ``answering`` in place of the diagnosis; the list returned collects what it is called with."""

    def put(answering: Answering) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def diagnose(recording: object, geometry: object, **more: Any) -> Diagnosis:
            calls.append({"recording": recording, "geometry": geometry, **more})
            return answering(recording, geometry, **more)

        monkeypatch.setattr(door, "diagnose", diagnose)
        return calls

    return put


@pytest.fixture
def made() -> Callable[..., Diagnosis]:
    """Make a diagnosis: verdict, its strongest fault, p value, and what else a test wants to say."""

    def make(verdict: Verdict = "healthy", fault: FaultName | None = None, p: float = 0.5, **more: Any) -> Diagnosis:
        severity = Severity("slight", 0.1, 10.0)
        faults = (Fault(fault, 3.6, 3.58, p, severity, verdict),) if fault else ()
        names: list[FaultName] = ["outer", "inner", "ball", "cage"]
        ranking = tuple((name, float(name == fault)) for name in sorted(names, key=lambda each: each != fault))
        values = {"faults": faults, "p_value": p, "ranking": ranking, **more}
        return Diagnosis(record="r", channel="c", verdict=verdict, **values)

    return make


@pytest.fixture
def table(tmp_path: Path) -> Callable[[Sequence[dict[str, str]]], Path]:
    """Write a table of labels, and noise under each path that it names."""

    def write(rows: Sequence[dict[str, str]]) -> Path:
        columns = ["path", "variable", "channel", "fs_hz", "speed_rpm", "speed_source", "bearing", "fault", "rig"]
        usual = {"fs_hz": "12000", "speed_rpm": "1500", "bearing": "6205-2RS JEM SKF", "rig": "BENCH"}
        lines = [",".join(columns)]
        for number, row in enumerate(rows):
            lines.append(",".join({**usual, **row}.get(column, "") for column in columns))
            path = tmp_path / row["path"]
            if path.suffix == ".npy" and not path.exists():
                np.save(path, np.random.default_rng(number).standard_normal(2400).astype(np.float32))
        labels = tmp_path / "labels.csv"
        labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return labels

    return write
