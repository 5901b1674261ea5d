"""Every door gives one verdict: MQTT, HTTP, the watched folder and ``loadzone ingest`` as ``loadzone diagnose``."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_up import PASSWORD, SPAN, device, is_let_in, let_in, until, up
from watching import NOW_US, furnished

from loadzone.cli.main import main
from loadzone.connect.address import Address
from loadzone.connect.messages.file import File, encode_file
from loadzone.flows import people
from loadzone.flows.audit import Act
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_files
from loadzone.flows.ingest import enter
from loadzone.flows.platform import Platform, now_us
from loadzone.store.catalog.positions import positions
from loadzone.web.rest_client import Client

RECORDS = ("cwru/105.mat", "cwru/130.mat", "cwru/118.mat")
DOORS = ("mqtt", "http", "folder", "ingest")
FACTS = {"fs_hz": 12_000.0, "unit": "g"}
RIG = DiagnoseOptions(bearing="6205-2RS", fs_hz=12_000.0, unit="g")


def place(door: str, path: Path) -> str:
    return f"{door}-{path.stem}"


def rig(platform: Platform, paths: list[Path]) -> str:
    """A position for each door and file, and the secret with which a user of theirs sets a password."""
    for path in paths:
        for door in DOORS:
            name = place(door, path)
            enter(platform, Address("acme", name), "6205-2RS", NOW_US)
            platform.catalog.write("acme", lambda work, name=name: positions.change(work, "acme", name, facts=FACTS))
    made = platform.catalog.write(
        "acme",
        lambda work: people.add_user(work, Act("test", now_us()), "acme", login="ann", name="Ann", role="engineer"),
    )
    return made.secret


def found_at(platform: Platform, position: str) -> dict[str, Any]:
    """The stored finding of each channel; what names the file is left out."""
    rows = platform.lake.documents("results", "acme", position, **SPAN)
    told = [json.loads(row["document"])["found"] for row in rows]
    return {each["channel"]: {name: value for name, value in each.items() if name != "record"} for each in told}


def doors_of(platform: Platform, position: str) -> set[str]:
    return {row["door"] for row in platform.lake.documents("recordings", "acme", position, **SPAN)}


def test_every_door_gives_the_verdict_that_diagnose_gives_the_file(tmp_path: Path, real_data: Path) -> None:
    paths = [real_data / name for name in RECORDS]
    folder, box = tmp_path / "data", tmp_path / "box"
    platform = furnished(folder)
    secret = rig(platform, paths)
    let_in(folder, *(f"acme/{place('mqtt', path)}" for path in paths))
    box.mkdir()
    with up(folder, "--folder", str(box)) as (_, port, mqtt_port):
        until(lambda: is_let_in(mqtt_port))
        sender, client = device(mqtt_port), Client(f"http://127.0.0.1:{port}")
        client.write("POST", "/passwords", {"secret": secret, "password": PASSWORD})
        client.sign_in("ann", PASSWORD)
        for path in paths:
            body = encode_file(File(path.read_bytes(), path.name))
            sender.publish(f"in/acme/{place('mqtt', path)}/file", body, qos=1).wait_for_publish(60)
            client.upload("acme", place("http", path), path)
            target = box / "acme" / place("folder", path)
            target.mkdir(parents=True)
            shutil.copyfile(path, target / path.name)
            (target / f"{path.name}.done").touch()
            told = ["ingest", str(path), "--position", f"acme/{place('ingest', path)}", "--data", str(folder)]
            assert main(told) == 0
        for path in paths:
            for door in DOORS:
                until(lambda door=door, path=path: found_at(platform, place(door, path)))
        sender.disconnect()
    _, answers = diagnose_files([str(path) for path in paths], RIG, jobs=1)
    for path, channels in zip(paths, answers, strict=True):
        expected = {each.diagnosis.channel: (each.diagnosis.verdict, each.diagnosis.fault) for each in channels}
        found = {door: found_at(platform, place(door, path)) for door in DOORS}
        for door in DOORS:
            verdicts = {name: (each["verdict"], each["fault"]) for name, each in found[door].items()}
            assert verdicts == expected, (path.name, door)
            assert found[door] == found["ingest"], (path.name, door)
            came = "page" if door == "http" else door  # over HTTP it was a person who had signed in
            assert doors_of(platform, place(door, path)) == {came}
    platform.close()


def test_a_file_that_lies_in_no_positions_folder_is_set_aside_with_a_sentence(tmp_path: Path) -> None:
    folder, box = tmp_path / "data", tmp_path / "box"
    furnished(folder).close()
    (box / "acme").mkdir(parents=True)
    for name in ("stray.wav", "acme/stray.wav"):
        (box / name).write_bytes(b"RIFF")
        (box / f"{name}.done").touch()
    with up(folder, "--folder", str(box)):
        for name in ("stray.wav", "acme/stray.wav"):
            until(lambda name=name: (box / "refused" / f"{name}.txt").is_file())
    assert "ORGANISATION/POSITION" in (box / "refused" / "stray.wav.txt").read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "--data", str(tmp_path / "data"), "--folder", str(tmp_path / "none"), "--lang", "en"]) == 2
    assert "no such folder" in capsys.readouterr().err
