"""The reference cases of design, read in place: one parametrised test a case, each with its own tolerance.

`conftest.py` makes it importable for the tests beside it: ``from design_cases import cases, check``;
``cases("nu1_")`` is meant for ``pytest.mark.parametrize("case", ...)``.
"""

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FILE = "design_cases.json"
WRITTEN = 5e-9
"""The file writes nine significant digits; a tolerance below that would ask for the rounding."""


def cases(*prefixes: str, without: Sequence[str] = ()) -> list[Any]:
    """The cases whose name begins with one of ``prefixes``, as parameters with the case's name as identifier.

    Where the file is absent one skipped parameter stands for them; a prefix that finds nothing is an error, so that
    no test passes because it was given nothing.
    """
    known = _read()
    if not known:
        return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=f"no {FILE}: set LOADZONE_TEST_DATA"))]
    found = [each for each in known if each["name"].startswith(prefixes) and each["name"] not in without]
    if not found:
        raise AssertionError(prefixes)
    return [pytest.param(each, id=each["name"]) for each in found]


def check(case: Mapping[str, Any], got: Mapping[str, Any], keys: Sequence[str] | None = None) -> None:
    """Every expected value is met within the case's own tolerance; ``keys`` narrows to what the test computes."""
    for key in keys or case["expected"]:
        wanted = np.asarray(case["expected"][key], dtype=float)
        tolerance = case["tolerance"].get(key, case["tolerance"])
        np.testing.assert_allclose(
            np.asarray(got[key], dtype=float),
            wanted,
            rtol=tolerance.get("rel", 0.0) + WRITTEN,
            atol=tolerance.get("abs", 0.0),
            err_msg=f"{case['name']}: {key}",
        )


@cache
def _read() -> list[dict[str, Any]]:
    folder = Path(os.environ.get("LOADZONE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    path = folder / FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
