"""Fixtures that every room's tests share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# no test asserts a timing, and the same tree gives the same answer on every machine
settings.register_profile("loadzone", deadline=None, derandomize=True)
settings.load_profile("loadzone")

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))  # tests of several rooms share `looping`


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser; the test is skipped where there is none."""
    from chromium import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real recordings and reference cases, read in place; the test is skipped where it is absent."""
    folder = Path(os.environ.get("LOADZONE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "labels.csv").is_file():
        pytest.skip(f"no real recordings at {folder}: set LOADZONE_TEST_DATA to a folder with labels.csv")
    return folder
