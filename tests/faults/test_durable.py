"""With --durable: what is acknowledged was brought to the disk before, file by file, with the folders that name it."""

import os
from pathlib import Path

import pytest
from watching import SOURCE, furnished, kept, mixed

from loadzone.flows.platform import Platform
from loadzone.flows.watch import Decoder, Watch, handle

COUNT = 16


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Paths of all that the disk was waited for."""
    found: set[Path] = set()
    fsync = os.fsync

    def noted(handle: int) -> None:
        found.add(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    return found


def take(platform: Platform) -> None:
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    arrivals = mixed(COUNT)
    for start in range(0, COUNT, 4):
        handle(watch, SOURCE, arrivals[start : start + 4])


def stored(folder: Path) -> set[Path]:
    """Files of lake and waveforms, and their folders; without the making of a table, which holds nothing yet."""
    made = f"{0:020}.json"
    return {each for name in ("lake", "waveforms") for each in (folder / name).rglob("*") if each.name != made}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="which file is synced is read in /proc")
def test_all_that_a_commit_wrote_is_on_the_disk_before_it_is_acknowledged(tmp_path: Path, brought: set[Path]) -> None:
    platform = furnished(tmp_path / "data", durable=True)
    for name in ("points", "descriptors", "recordings", "results"):
        platform.lake.table(name)._settle()  # type: ignore[arg-type]  # tables that are made now
    take(platform)
    assert stored(platform.folder) - brought == set()
    with platform.catalog.read("acme") as work:
        assert work._connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    platform.lake.compact(at_least=1)
    assert stored(platform.folder) - brought == set()
    platform.close()


def test_what_another_process_left_unsynced_is_synced_when_it_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = furnished(tmp_path / "data")
    take(hasty)
    before = kept(hasty)
    hasty.close()
    times: list[int] = []
    monkeypatch.setattr(os, "sync", lambda: times.append(1))
    careful = furnished(tmp_path / "data", durable=True)
    for name in ("points", "recordings"):
        columns = {"organisation": ["acme"], "position": ["drive"], "time": [1_795_507_200_000_000]}
        more = {"quantity": ["speed"]} if name == "points" else {"id": ["r"]}
        assert careful.lake.append(name, columns | more, source=SOURCE, sequences=1) == 0  # type: ignore[arg-type]
    assert len(times) == 2
    assert kept(careful) == before
    careful.close()


def test_without_it_nothing_waits_for_the_disk(tmp_path: Path, brought: set[Path]) -> None:
    platform = furnished(tmp_path / "data")
    take(platform)
    assert not brought & stored(platform.folder)
    platform.close()
