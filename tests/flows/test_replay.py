"""What is kept, diagnosed again on processes and on a Dask cluster, is what is stored; what differs says why."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import DRIVE, FREE, NOW_US, SOURCE, arrival, furnished, values, waveform

from loadzone.bearings.catalogue import find
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows import cluster, pool
from loadzone.flows import replay as room
from loadzone.flows.cluster import LOCAL, in_cluster
from loadzone.flows.platform import Platform
from loadzone.flows.replay import Replayed, replay
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.simulate.faults import recording
from loadzone.store.catalog import EVERYONE
from loadzone.store.catalog.positions import positions
from loadzone.words.errors import BadInput, MissingInput, UnknownThing, Unreachable

DAYS = 365
DAY_US = 86_400_000_000
FS_HZ, DURATION_S, SPEED_RPM = 12_000.0, 1.0, 1797.0
SPAN = {"start_us": 0, "end_us": 4 * 10**15}


def day(number: int) -> bytes:
    """A short recording of a day: sound in the first half of the year, then a growing fault of the outer ring."""
    made, _ = recording(
        find("6205").geometry,
        "none" if number < DAYS // 2 else "outer",
        speed_rpm=SPEED_RPM,
        fs_hz=FS_HZ,
        duration_s=DURATION_S,
        rng=np.random.default_rng(number),
        snr_db=None if number < DAYS // 2 else -12.0 + 18.0 * number / DAYS,
    )
    return encode_waveform(Waveform(made.samples, FS_HZ, "ms2", NOW_US + number * DAY_US, "DE"))


def watched(folder: Path, bodies: list[bytes]) -> Platform:
    platform = furnished(folder)
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False), diagnoses_all=True)
    for start in range(0, len(bodies), 64):
        some = enumerate(bodies[start : start + 64], start=start + 1)
        handle(watch, SOURCE, [arrival(number, body, "waveform") for number, body in some])
    return platform


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = watched(tmp_path_factory.mktemp("year") / "data", [day(number) for number in range(DAYS)])
    yield platform
    platform.close()


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Platform]:
    """Seven recordings of noise at one position, none at the other."""
    platform = watched(tmp_path / "data", [waveform(number) for number in range(7)])
    yield platform
    platform.close()


def check_year(year: Platform, found: list[Replayed]) -> None:
    rows = year.lake.documents("results", "acme", "drive", **SPAN, limit=1000)
    assert [each.id for each in found] == [row["id"] for row in reversed(rows)]
    assert [each.again for each in found] == [row["verdict"] for row in reversed(rows)]
    assert all(each.is_same and each.is_exact for each in found)
    assert {"healthy", "confirmed"} <= {each.again for each in found}
    assert len(found) == DAYS


def test_a_year_of_a_position_diagnosed_again_on_a_dask_cluster_is_what_is_stored(year: Platform) -> None:
    pytest.importorskip("distributed", reason="a cluster needs the package distributed (loadzone[cluster])")
    told: list[tuple[int, int]] = []
    check_year(year, list(replay(year, EVERYONE, cluster=LOCAL, jobs=2, told=lambda *so_far: told.append(so_far))))
    assert told[-1] == (DAYS, DAYS)


def test_a_month_diagnosed_again_by_processes_is_what_is_stored(year: Platform) -> None:
    span = {"since_us": NOW_US + 300 * DAY_US, "until_us": NOW_US + 340 * DAY_US}
    found = list(replay(year, "acme", ["drive"], **span, jobs=2))  # type: ignore[arg-type]
    assert [each.at_us for each in found] == [NOW_US + number * DAY_US for number in range(300, 340)]
    assert all(each.is_exact for each in found)


def test_nothing_is_written(week: Platform) -> None:
    def state() -> list[tuple[str, int, int]]:
        files = (path for path in week.folder.rglob("*") if path.is_file() and "catalog" not in path.name)
        return sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)

    before = state()
    assert len(list(replay(week, EVERYONE, jobs=1))) == 7
    assert state() == before


def test_a_program_of_another_version_that_finds_otherwise_is_named(
    week: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = room.found_again

    def otherwise(*told: Any) -> dict[str, Any]:
        found = honest(*told)
        return {**found, "verdict": "suspected"} if found["speed_rpm"] else found

    monkeypatch.setattr(room, "found_again", otherwise)
    assert {each.why for each in replay(week, EVERYONE, jobs=1)} == {"unexplained"}
    monkeypatch.setattr(room, "software", lambda: "99")
    first = next(replay(week, EVERYONE, jobs=1))
    assert (first.why, first.version, first.again, first.count) == ("version", "99", "suspected", 1)
    assert [each.place for each in first.differences] == ["verdict"]


def test_settings_that_were_changed_since_are_told_from_those_that_are_stored(week: Platform) -> None:
    week.catalog.write("acme", lambda work: positions.change(work, "acme", "drive", bearing="6306"))
    assert all(each.is_exact for each in replay(week, EVERYONE, jobs=1))
    assert {each.why for each in replay(week, EVERYONE, settings="now", jobs=1)} == {"settings"}


def test_a_waveform_that_is_damaged_is_named_and_the_others_are_compared(week: Platform) -> None:
    name = min(week.waveforms.names("acme"))
    path = week.folder / "waveforms" / "acme" / name[:2] / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = list(replay(week, EVERYONE, jobs=1))
    (bad,) = [each for each in found if not each.is_same]
    assert bad.why == "not computed"
    assert bad.problem is not None
    assert name in bad.problem.render("en")
    assert sum(each.is_exact for each in found) == 6


def test_a_position_that_is_not_there_is_refused_and_one_without_results_gives_none(week: Platform) -> None:
    with pytest.raises(UnknownThing, match="nowhere"):
        list(replay(week, EVERYONE, ["nowhere"]))
    with pytest.raises(UnknownThing, match="drive"):
        list(replay(week, "other", ["drive"]))
    assert list(replay(week, EVERYONE, [FREE.position])) == []
    assert list(replay(week, EVERYONE, since_us=NOW_US + DAY_US)) == []


def test_a_task_that_kills_its_workers_is_lost_alone_on_the_cluster() -> None:
    pytest.importorskip("distributed", reason="a cluster needs the package distributed (loadzone[cluster])")

    def dies_over_three(number: int) -> int:  # within, so that it is sent by value: workers cannot import tests
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    found = list(in_cluster(dies_over_three, range(6), lambda number: -number, LOCAL, jobs=2))
    assert found == [0, 1, 4, -3, 16, 25]


def test_of_a_batch_that_kills_its_process_only_the_guilty_result_is_lost(week: Platform) -> None:
    rows = week.lake.documents("results", "acme", "drive", **SPAN, limit=1000)
    guilty = rows[3]["id"]

    def run(batches: Any) -> Iterator[list[Replayed] | None]:
        for batch in batches:
            yield None if guilty in batch.ids else room._again(batch)

    batches = list(room._batches(week, [(DRIVE, row["id"]) for row in reversed(rows)], "stored"))
    found = [each for answers in room._through(run, batches) for each in answers]
    assert [each.id for each in found] == [row["id"] for row in reversed(rows)]
    assert [each.id for each in found if not each.is_same] == [guilty]


def test_a_cluster_that_cannot_be_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="no address of a cluster"):
        list(in_cluster(abs, [1], abs, "somewhere"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingInput, match=r"loadzone\[cluster\]"):
        list(in_cluster(abs, [1], abs, LOCAL))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="a cluster needs the package distributed (loadzone[cluster])")
    monkeypatch.setattr(cluster, "CONNECT_S", 0.2)
    with pytest.raises(Unreachable, match="tcp://127"):
        list(in_cluster(abs, [1], abs, "tcp://127.0.0.1:9"))


def test_the_command_tells_counts_and_names_what_differs(
    week: Platform, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from loadzone.cli.main import main
    from loadzone.words.columns import TERMINAL_WIDTH, width

    monkeypatch.setattr(pool, "available_cores", lambda: 1)
    told = ["replay", "--data", str(week.folder), "--jobs", "1"]
    assert main([*told, "--json", "--fail-on", "different"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert {name: facts[name] for name in ("count", "same", "exact", "different", "not_computed")} == {
        "count": 7,
        "same": 7,
        "exact": 7,
        "different": 0,
        "not_computed": 0,
    }
    week.catalog.write("acme", lambda work: positions.change(work, "acme", "drive", bearing="6306"))
    for lang in ("en", "zh"):
        assert main([*told, "--settings", "now", "--fail-on", "different", "--lang", lang]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert max(map(width, lines)) <= TERMINAL_WIDTH
        assert any("other settings" in line or "设置不同" in line for line in lines)
    assert main([*told, "nowhere"]) == 2
    assert main([*told, "--since", "yesterday"]) == 2
    assert main([*told, "--cluster", "somewhere"]) == 2


def test_values_have_no_results(tmp_path: Path) -> None:
    platform = furnished(tmp_path / "data")
    handle(Watch(platform), SOURCE, [arrival(1, values(1))])
    assert list(replay(platform, EVERYONE)) == []
    platform.close()
