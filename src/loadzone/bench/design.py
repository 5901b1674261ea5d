"""Reference cases of design, each within its own tolerance: what outside numbers say of our formulas."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from loadzone.bench.design_cases import answer
from loadzone.bench.runner import Progress, Result, made_by
from loadzone.words.errors import BadInput, UnreadableFile
from loadzone.words.texts import text

WRITTEN = 5e-9
"""Such files write nine significant digits; a tolerance below that would ask for the rounding."""


def run(*, cases: Path, progress: Progress | None = None, made_on: str | None = None) -> Result:
    """Compute every case of a file and compare with what it expects.

    Parameters
    ----------
    cases : JSON, a list of {name, source, inputs, expected, tolerance: {rel, abs} or one such a value}; ``deviation``
        says why a case of another method is known to differ
    progress : called after each case
    made_on : see `loadzone.bench.runner`

    Returns
    -------
    cases: [{name, source, expected, got, rel_error (largest), tolerance, pass, deviation}]; passed, failed, skipped. A
    known deviation is no pass: it fails and says why. A case whose
    tolerance is zero is catalogue input: its deviation is reported and ``pass`` is None, which counts as skipped; so
    does a case that no family here knows, with ``got`` None.

    Raises
    ------
    UnreadableFile, BadInput : no such file, or not a list of cases
    """
    judged: list[dict[str, Any]] = []
    known = _read(cases)
    for each in known:
        judged.append(judge(each))
        if progress:
            progress(len(judged), len(known))
    verdicts = [each["pass"] for each in judged]
    return {
        "cases": judged,
        "passed": verdicts.count(True),
        "failed": verdicts.count(False),
        "skipped": verdicts.count(None),
        "made_by": made_by(
            "loadzone bench design", data_sha256=sha256(cases.read_bytes()).hexdigest(), made_on=made_on
        ),
    }


def judge(case: Mapping[str, Any]) -> dict[str, Any]:
    """One case with what was computed; a value that is expected and that we do not compute fails the case."""
    expected, tolerance = case["expected"], case["tolerance"]
    try:
        got = answer(case["name"], case["inputs"])
    except KeyError as error:
        raise BadInput(text("case {name} lacks the input {key}", name=case["name"], key=error.args[0])) from error
    found = {key: got[key] for key in expected if key in got} if got is not None else {}
    verdict = None
    if got is not None and not _is_catalogue_input(tolerance):
        limits = {key: tolerance.get(key, tolerance) for key in expected}
        verdict = all(key in found and _is_within(found[key], expected[key], limits[key]) for key in expected)
    return {
        "name": case["name"],
        "source": case["source"],
        "expected": expected,
        "got": None if got is None else {key: np.asarray(value).tolist() for key, value in found.items()},
        "rel_error": max((_relative(found[key], expected[key]) for key in found), default=None),
        "tolerance": tolerance,
        "pass": verdict,
        "deviation": case.get("deviation"),
    }


def _read(path: Path) -> list[Mapping[str, Any]]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(text("{file}: there is no such file: check the path", file=str(path))) from error
    except ValueError as error:
        raise BadInput(text("{file}: this is no JSON ({reason})", file=str(path), reason=str(error))) from error
    needed = {"name", "source", "inputs", "expected", "tolerance"}
    if not isinstance(known, list) or not all(isinstance(each, dict) and needed <= each.keys() for each in known):
        raise BadInput(
            text("{file}: a list of cases is needed, each with {keys}", file=str(path), keys=", ".join(sorted(needed)))
        )
    return known


def _is_catalogue_input(tolerance: Mapping[str, Any]) -> bool:
    return tolerance.get("rel") == 0 and "abs" not in tolerance


def _is_within(got: ArrayLike, wanted: ArrayLike, limit: Mapping[str, float]) -> bool:
    room = limit.get("rel", 0.0) + WRITTEN
    found, expected = np.asarray(got, dtype=float), np.asarray(wanted, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, room, limit.get("abs", 0.0)))


def _relative(got: ArrayLike, wanted: ArrayLike) -> float:
    """The largest deviation over the value, or over the largest value where one of several is zero."""
    found, expected = np.asarray(got, dtype=float), np.asarray(wanted, dtype=float)
    if found.shape != expected.shape:
        return float("inf")
    size = np.where(expected == 0, np.abs(expected).max(), np.abs(expected))
    return float((np.abs(found - expected) / np.where(size == 0, 1.0, size)).max())
