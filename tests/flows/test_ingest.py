"""Files go in once, by the way of everything that arrives, and can be asked why."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import DRIVE, NOW_US, furnished, kept

from loadzone.bearings.catalogue import find
from loadzone.connect.address import Address
from loadzone.connect.messages.file import File, encode_file
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_files
from loadzone.flows.ingest import enter, ingest
from loadzone.flows.platform import Platform
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.flows.why import why
from loadzone.formats import write
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording
from loadzone.store.catalog import EVERYONE
from loadzone.store.catalog.advice import advice
from loadzone.store.catalog.alarms import alarms
from loadzone.words.errors import BadInput, DamagedObject, UnknownThing
from loadzone.words.sourced import Sourced

SPAN = {"start_us": 0, "end_us": 4 * 10**15}
RECORDS = ("cwru/105.mat", "cwru/130.mat", "cwru/118.mat", "cwru/294.mat")
RIG = DiagnoseOptions(bearing="6205-2RS", fs_hz=12_000.0, unit="g")


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return furnished(tmp_path / "data")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Three recordings of noise, and one that is none."""
    found = []
    for index in range(3):
        noise = np.random.default_rng(index).normal(size=20_000).astype(np.float32)
        told = Recording(noise, "x", fs_hz=Sourced(12_000.0, "user"), unit=Sourced("g", "user"))
        found.append(str(write(tmp_path / f"r{index}.csv", [told])))
    torn = tmp_path / "torn.wav"
    torn.write_bytes(b"RIFF\x00\x00")
    return [*found, str(torn)]


def test_files_are_kept_diagnosed_and_taken_once(platform: Platform, files: list[str]) -> None:
    first = list(ingest(platform, DRIVE, files))
    assert [len(each.results) for each in first] == [1, 1, 1, 0]
    assert [each.refused is None for each in first] == [True, True, True, False]
    once = kept(platform)
    again = list(ingest(platform, DRIVE, files))
    assert [each.was_there for each in again] == [True, True, True, False]
    assert [[row["verdict"] for row in each.results] for each in again] == [["healthy"], ["healthy"], ["healthy"], []]
    after = kept(platform)
    for name in ("recordings", "descriptors", "results", "alarms", "advice", "latest"):
        assert after[name] == once[name], name


def test_a_position_that_nobody_entered_takes_no_files(platform: Platform, files: list[str]) -> None:
    with pytest.raises(UnknownThing, match="acme/new"):
        list(ingest(platform, Address("acme", "new"), files))
    enter(platform, Address("acme", "new"), "6205", NOW_US)
    enter(platform, Address("acme", "new"), "6205", NOW_US)
    assert len(list(ingest(platform, Address("acme", "new"), files[:1]))) == 1


DIES = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import loadzone.flows.watch.handle, loadzone.flows.watch.keep
from watching import DRIVE, furnished
from loadzone.flows.ingest import ingest

def passed(here):
    if here == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

for name in ("handle", "keep"):
    sys.modules["loadzone.flows.watch." + name].passed = passed
list(ingest(furnished(Path(sys.argv[2])), DRIVE, sys.argv[4:]))
"""


@pytest.mark.parametrize("point", ["judged", "recordings kept", "results kept"])
@pytest.mark.parametrize("more", [False, True])
def test_a_call_that_was_killed_is_finished_by_the_next_one(
    point: str, more: bool, tmp_path: Path, files: list[str]
) -> None:
    whole = furnished(tmp_path / "whole")
    list(ingest(whole, DRIVE, files[:3]))
    folder = tmp_path / "data"
    furnished(folder).close()
    begun = files[1:3] if more else files[:3]
    told = [sys.executable, "-c", DIES, str(Path(__file__).parent), str(folder), point, *begun]
    died = subprocess.run(told, capture_output=True, check=False, text=True)  # noqa: S603  ours
    assert died.returncode == -signal.SIGKILL, died.stderr
    platform = furnished(folder)
    assert [len(each.results) for each in ingest(platform, DRIVE, files[:3])] == [1, 1, 1]
    expected, found = kept(whole), kept(platform)
    for name in ("recordings", "descriptors", "results", "waveforms"):
        assert found[name] == expected[name], name


def verdicts(paths: list[str]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """What ``loadzone diagnose`` says of files, by name and channel."""
    _, found = diagnose_files(paths, RIG, jobs=1)
    return {
        (Path(each.diagnosis.record).name, each.diagnosis.channel): (each.diagnosis.verdict, each.diagnosis.fault)
        for answers in found
        for each in answers
    }


def test_ingested_recordings_get_the_verdict_that_diagnose_gives_the_file(platform: Platform, real_data: Path) -> None:
    paths = [str(real_data / name) for name in RECORDS]
    enter(platform, Address("acme", "rig"), "6205-2RS", NOW_US)
    found = {}
    for each in ingest(platform, Address("acme", "rig"), paths, RIG):
        for row in each.results:
            chain = why(platform, "acme", row["id"])
            assert chain.is_same, chain.differences
            told = chain.again
            found[Path(each.path).name, told["channel"]] = (told["verdict"], told["fault"])
    assert found == verdicts(paths)


def test_a_file_that_arrives_as_a_message_gets_the_verdict_that_diagnose_gives_it(
    platform: Platform, real_data: Path
) -> None:
    from watching import arrival

    facts = {"fs_hz": 12_000.0, "unit": "g"}
    found = {}
    for number, name in enumerate(RECORDS, start=1):
        address = Address("acme", f"rig-{number}")
        enter(platform, address, "6205-2RS", NOW_US)
        platform.catalog.write("acme", lambda work, where=address: _say(work, where, facts))
        body = encode_file(File((real_data / name).read_bytes(), Path(name).name))
        watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
        harvest = handle(watch, "s", [arrival(number, body, "file", address)])
        assert harvest.dead == []
        for row in platform.lake.documents("results", "acme", address.position, **SPAN):
            told = why(platform, "acme", row["id"]).again
            found[Path(name).name, told["channel"]] = (told["verdict"], told["fault"])
    assert found == verdicts([str(real_data / name) for name in RECORDS])


def _say(work: object, address: Address, facts: dict[str, object]) -> None:
    from loadzone.store.catalog.positions import positions

    positions.change(work, address.organisation, address.position, facts=facts)  # type: ignore[arg-type]


@pytest.fixture
def alarmed(platform: Platform, tmp_path: Path) -> Platform:
    """A position with a clear fault of the outer ring, from a simulated recording."""
    made, _ = recording(
        find("6205").geometry,
        "outer",
        speed_rpm=1500.0,
        fs_hz=12_000.0,
        duration_s=6.0,
        rng=np.random.default_rng(3),
        snr_db=-6.0,
    )
    list(ingest(platform, DRIVE, [str(write(tmp_path / "outer.wav", [made]))], DiagnoseOptions(speed_rpm=1500.0)))
    return platform


def test_why_leads_from_advice_to_samples_and_finds_the_same_again(alarmed: Platform) -> None:
    with alarmed.catalog.read("acme") as work:
        (given,), (alarm,) = advice.all(work), alarms.all(work)
    for identifier in (given.id, alarm.id, given.facts["result"], given.facts["source"]):
        chain = why(alarmed, "acme", identifier)
        assert chain.is_same, chain.differences
        assert chain.result["verdict"] == "confirmed"
        assert chain.again["fault"] == "outer"
        assert chain.samples["fs_hz"] == 12_000.0
        assert chain.settings["bearing"] == "6205"
    assert why(alarmed, "acme", given.id).alarm["id"] == alarm.id
    with pytest.raises(UnknownThing):
        why(alarmed, "other", given.id)
    with pytest.raises(UnknownThing):
        why(alarmed, EVERYONE, "nothing")


def test_why_says_what_differs_where_a_stored_finding_is_not_what_the_samples_give(
    alarmed: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with alarmed.catalog.read("acme") as work:
        (given,) = advice.all(work)
    documents: Callable[..., list[dict[str, object]]] = alarmed.lake.documents

    def changed(table: str, *args: object, **kwargs: object) -> list[dict[str, object]]:
        rows = documents(table, *args, **kwargs)
        for row in rows:
            if table == "results":
                row["document"] = str(row["document"]).replace('"fault":"outer"', '"fault":"inner"')
        return rows

    monkeypatch.setattr(alarmed.lake, "documents", changed)
    chain = why(alarmed, "acme", given.id)
    assert not chain.is_same
    assert ("fault", "inner", "outer") in [(each.place, each.stored, each.again) for each in chain.differences]


def test_why_refuses_samples_that_are_not_those_that_were_kept(alarmed: Platform) -> None:
    with alarmed.catalog.read("acme") as work:
        (given,) = advice.all(work)
    (name,) = alarmed.waveforms.names("acme")
    path = alarmed.folder / "waveforms" / "acme" / name[:2] / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedObject):
        why(alarmed, "acme", given.id)


def test_a_folder_without_a_recording_is_refused(platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput):
        list(ingest(platform, DRIVE, [str(tmp_path / "empty")]))
