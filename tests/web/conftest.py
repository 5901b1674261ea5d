"""Fixtures of the web room's tests: a world behind a door."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the web room needs the extra platform")
sys.path.insert(0, str(Path(__file__).parent))  # tests of this folder share `world`

from world import World, build, twin


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> World:
    """What the worlds are copied from; closed, and never asked."""
    built = build(tmp_path_factory.mktemp("original"))
    built.platform.close()
    return built


@pytest.fixture
def world(original: World, tmp_path: Path) -> Iterator[World]:
    """A fresh world."""
    copied = twin(original, tmp_path)
    yield copied
    copied.platform.close()


@pytest.fixture(scope="module")
def shared_world(original: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that the tests of a module share, where what one leaves does not matter to the next."""
    copied = twin(original, tmp_path_factory.mktemp("world"))
    yield copied
    copied.platform.close()
