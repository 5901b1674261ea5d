"""A platform goes into a folder or a file and comes back equal; what is torn or was changed is named."""

import importlib.util
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="the platform needs its extra")

from loadzone.connect.address import Address
from loadzone.flows.assets import Position, adopt
from loadzone.flows.audit import Act
from loadzone.flows.ingest import ingest
from loadzone.flows.platform import Platform, now_us, open_platform
from loadzone.formats import write
from loadzone.signals.recording import Recording
from loadzone.store.backup import check
from loadzone.store.canonical import canonical
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.words.sourced import Sourced

_STORE = Path(__file__).parents[1] / "store" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("store_servers", _STORE)
assert _SPEC is not None
assert _SPEC.loader is not None
_SERVERS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SERVERS)
postgresql, postgresql_database = _SERVERS.postgresql, _SERVERS.postgresql_database

NAMES = ("folder", "file.tar", "file.tar.gz", "file.tgz")


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """One organisation, positions entered through the ledger, two recordings with their diagnoses, a device."""
    opened = open_platform(tmp_path / "data")
    opened.catalog.write("acme", lambda work: organisations.add(work, Organisation("acme", "Acme", now_us())))
    for name in ("drive", "free"):
        made = Position("acme", name, name, now_us(), bearing="6205", facts={"speed_rpm": 1500.0})
        opened.catalog.write("acme", lambda work, made=made: adopt(work, Act("test", now_us()), made))
    for n in range(2):
        noise = np.random.default_rng(n).normal(size=20_000).astype(np.float32)
        told = Recording(noise, "x", fs_hz=Sourced(12_000.0, "user"), unit=Sourced("g", "user"))
        list(ingest(opened, Address("acme", "drive"), [str(write(tmp_path / f"r{n}.csv", [told]))]))
    (opened.folder / "devices.json").write_text("[]", encoding="utf-8")
    yield opened
    opened.close()


def facts(said: Any) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


def seals(folder: Path) -> dict[str, str]:
    """The catalog line by line, waveforms and data files bit by bit."""
    return {name: seal for name, seal in check(folder).files.items() if "_delta_log" not in name}


@pytest.mark.parametrize("name", NAMES)
def test_a_restored_platform_equals_the_original(loadzone: Any, platform: Platform, tmp_path: Path, name: str) -> None:
    made = facts(loadzone("backup", tmp_path / name, "--data", platform.folder, "--json"))
    back = facts(loadzone("restore", tmp_path / name, "--data", tmp_path / "back", "--json"))
    assert back["counts"] == made["counts"]
    assert back["flaws"] == []
    assert (made["counts"]["recordings"], made["counts"]["results"], made["counts"]["waveforms"]) == (2, 2, 2)
    assert made["counts"]["events"] == 2
    assert (tmp_path / "back" / "devices.json").read_text(encoding="utf-8") == "[]"
    for each in ("data", "back"):
        assert loadzone("backup", tmp_path / f"again-{each}", "--data", tmp_path / each).code == 0
    assert seals(tmp_path / "again-back") == seals(tmp_path / "again-data")
    assert (
        loadzone("positions", "--data", tmp_path / "back").out == loadzone("positions", "--data", platform.folder).out
    )
    assert not list(tmp_path.glob(".*"))


def test_it_moves_into_the_other_database(
    loadzone: Any, platform: Platform, tmp_path: Path, postgresql_database: str
) -> None:
    made = facts(loadzone("backup", tmp_path / "b.tar", "--data", platform.folder, "--json"))
    told = ("--data", tmp_path / "back", "--database", postgresql_database)
    assert facts(loadzone("restore", tmp_path / "b.tar", *told, "--json"))["counts"] == made["counts"]
    assert (
        loadzone("restore", tmp_path / "b.tar", "--data", tmp_path / "c", "--database", postgresql_database).code == 2
    )
    again = facts(loadzone("backup", tmp_path / "again", *told, "--json"))
    assert again["counts"] == made["counts"]


def resealed(folder: Path) -> None:
    """Make the manifest fit what is there: as somebody would who wants to hide a change."""
    from loadzone.store.backup import MANIFEST, _hashes

    told = json.loads((folder / MANIFEST).read_bytes())
    found = _hashes(folder)
    found.pop(MANIFEST)
    (folder / MANIFEST).write_bytes(canonical({**told, "files": found}))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_changed_row_of_the_ledger_is_found_and_named(
    loadzone: Any, platform: Platform, tmp_path: Path, lang: str
) -> None:
    folder = tmp_path / "b"
    loadzone("backup", folder, "--data", platform.folder)
    path = folder / "catalog" / "events.jsonl"
    rows = path.read_text(encoding="utf-8")
    path.write_text(rows.replace('"who":"test"', '"who":"nobody"', 1), encoding="utf-8")
    assert loadzone("restore", folder, "--data", tmp_path / "x").code == 3
    resealed(folder)
    said = loadzone("restore", folder, "--data", tmp_path / "back", "--lang", lang)
    assert said.code == 3
    assert "acme" in said.sentences[0]
    assert "1" in said.sentences[0]
    assert ("changed" if lang == "en" else "改动") in said.sentences[0]


def test_a_torn_backup_is_named_and_leaves_nothing(loadzone: Any, platform: Platform, tmp_path: Path) -> None:
    for name in NAMES[1:]:
        loadzone("backup", tmp_path / name, "--data", platform.folder)
        whole = (tmp_path / name).read_bytes()
        for length in (10, len(whole) // 3, len(whole) - len(whole) // 20):
            (tmp_path / name).write_bytes(whole[:length])
            said = loadzone("restore", tmp_path / name, "--data", tmp_path / "back")
            assert (said.code, len(said.sentences)) == (3, 1), said.err
            assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_file_of_a_backup_that_was_changed_or_is_missing_is_named(
    loadzone: Any, platform: Platform, tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    loadzone("backup", folder, "--data", platform.folder)
    victim = next(path for path in sorted((folder / "waveforms").rglob("*")) if path.is_file())
    content = victim.read_bytes()
    victim.write_bytes(content[:-1] + b"x")
    said = loadzone("restore", folder, "--data", tmp_path / "back")
    assert said.code == 3
    assert victim.name in said.err
    victim.unlink()
    assert victim.name in loadzone("restore", folder, "--data", tmp_path / "back").err
    assert not (tmp_path / "back").exists()


def test_nothing_is_overwritten(loadzone: Any, platform: Platform, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("x", encoding="utf-8")
    loadzone("backup", tmp_path / "b", "--data", platform.folder)
    for words in (
        ("backup", tmp_path / "b", "--data", platform.folder),
        ("backup", tmp_path / "none" / "b", "--data", platform.folder),
        ("backup", tmp_path / "c", "--data", tmp_path / "none"),
        ("restore", tmp_path / "b", "--data", full),
        ("restore", tmp_path / "b", "--data", platform.folder),
        ("restore", tmp_path / "none", "--data", tmp_path / "back"),
    ):
        said = loadzone(*words)
        assert (said.code, len(said.sentences)) == (2, 1), said.err
    assert [path.name for path in full.iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    assert loadzone("restore", tmp_path / "b", "--data", tmp_path / "empty").code == 0


def test_a_file_that_would_leave_its_place_is_not_unpacked(loadzone: Any, tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    (tmp_path / "x").write_text("x", encoding="utf-8")
    with tarfile.open(evil, "w") as archive:
        archive.add(tmp_path / "x", "../outside")
    said = loadzone("restore", evil, "--data", tmp_path / "deep")
    assert said.code == 3
    assert not (tmp_path.parent / "outside").exists()
