"""Fixtures of the web room's tests: a world behind a door."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the web room needs the extra platform")
sys.path.insert(0, str(Path(__file__).parent))  # tests of this folder share `world`

from world import World, build


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A fresh world."""
    built = build(tmp_path)
    yield built
    built.platform.close()


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that the tests of a module share, where what one leaves does not matter to the next."""
    built = build(tmp_path_factory.mktemp("world"))
    yield built
    built.platform.close()
