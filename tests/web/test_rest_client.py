"""The client against the application, and against a real server on loopback that is stopped and started again."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from world import PASSWORD, WAVE, World

from loadzone.connect.nats_server.process import free_port
from loadzone.store.catalog.passwords import hash_password, set_password
from loadzone.web import rest_client as module
from loadzone.web.rest_client import Answer, Client, Refused, over_http
from loadzone.words.errors import BadInput, StoreUnavailable
from loadzone.words.texts import text

A = "/organisations/acme"


def inside(world: World, cuts: list[int] | None = None) -> Any:
    """A transport without a network; the requests of the numbers in ``cuts`` reach the server, their answers do not."""
    count = 0

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        nonlocal count
        count += 1
        told = world.client.request(method, path, headers=dict(headers), content=body)
        if count in (cuts or []):
            raise StoreUnavailable(text("send application/json"))
        return Answer(told.status_code, told.headers, told.content)

    return send


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT_S", 0.01)


def test_signing_in_reading_and_writing(world: World) -> None:
    user = world.users["engineer@acme"].user
    hashed = hash_password(PASSWORD)
    world.do("acme", lambda work: set_password(work, user, hashed))
    client = Client("http://testserver", transport=inside(world))
    client.sign_in("engineer@acme", PASSWORD)
    for n in range(5):
        client.write("POST", f"{A}/sites", {"id": f"s{n}", "name": "厂"})
    assert [each["id"] for each in client.items(f"{A}/sites", limit=2)] == ["plant", *(f"s{n}" for n in range(5))]
    assert client.write("DELETE", "/sessions/current") is None
    with pytest.raises(Refused) as refused:
        client.get("/me")
    assert (refused.value.fields["status"], refused.value.fields["code"]) == (401, "not_signed_in")


def test_a_write_whose_answer_was_lost_is_done_once(world: World) -> None:
    client = Client("http://testserver", world.secrets["engineer@acme"], transport=inside(world, [1, 2]))
    assert client.write("POST", f"{A}/sites", {"id": "new", "name": "N"})["id"] == "new"


def test_a_file_arrives_once_though_answers_are_lost(world: World, tmp_path: Path) -> None:
    file = tmp_path / "run.wav"
    file.write_bytes(bytes(range(250)) * 10)
    client = Client("http://testserver", world.secrets["sender"], transport=inside(world, [3, 5, 8]))
    done = client.upload("acme", "drive", file, part_bytes=700)
    assert done["arrived"] is not None
    assert [data for _, data in world.arrived] == [file.read_bytes()]


def test_waveforms_come_as_arrays(world: World) -> None:
    client = Client("http://testserver", world.secrets["viewer@acme"], transport=inside(world))
    samples = client.samples("acme", world.waveforms["acme"], 10, 90)
    assert np.array_equal(samples.values, WAVE[10:90])
    assert (samples.start, samples.fs_hz, samples.unit) == (10, 25_600.0, "ms2")
    pairs = client.pairs("acme", world.waveforms["acme"], 100)
    assert pairs.minima.min() == WAVE.min()
    assert pairs.maxima.max() == WAVE.max()


def test_what_is_no_address_is_told() -> None:
    with pytest.raises(BadInput):
        over_http("file:///etc/passwd")


# over a real network


@contextmanager
def serving(world: World, port: int) -> Iterator[None]:
    """The application behind uvicorn."""
    config = uvicorn.Config(
        world.app, "127.0.0.1", port, log_level="critical", ws="websockets-sansio", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(20)


def test_live_events_go_on_after_the_server_was_away(world: World) -> None:
    port = free_port()
    client = Client(f"http://127.0.0.1:{port}", world.secrets["viewer@acme"])
    live = world.platform.live
    with serving(world, port):
        events = client.events()
        heard = _in_background(events)
        _until(lambda: live.count == 1)
        live.tell("acme", "drive", "one", world.clock())
        _until(lambda: len(heard) == 1)
    live.tell("acme", "drive", "two", world.clock())
    with serving(world, port):
        _until(lambda: len(heard) == 2)
        live.tell("acme", "drive", "three", world.clock())
        _until(lambda: len(heard) == 3)
        assert [each["kind"] for each in heard] == ["one", "two", "three"]
        world.ask("DELETE", "/api/v1/sessions/current", "viewer@acme")


def _in_background(events: Iterator[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    heard: list[Mapping[str, Any]] = []

    def run() -> None:
        with suppress(Refused):  # the session ends with the test
            for each in events:
                heard.append(each)  # noqa: PERF402  it is looked at while it grows

    threading.Thread(target=run, daemon=True).start()
    return heard


def _until(is_so: Any) -> None:
    for _ in range(1000):
        if is_so():
            return
        time.sleep(0.01)
    pytest.fail("it did not come about within 10 s")


def test_a_real_server_takes_a_file_and_answers_problems(world: World, tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "run.wav"
    file.write_bytes(b"abc" * 100_000)
    with serving(world, port):
        sender = Client(f"http://127.0.0.1:{port}", world.secrets["sender"])
        assert sender.upload("acme", "drive", file)["offset_bytes"] == 300_000
        with pytest.raises(Refused) as refused:
            sender.upload("bolt", "drive", file)
        assert refused.value.fields["status"] == 404
    assert [data for _, data in world.arrived] == [file.read_bytes()]
    with pytest.raises(StoreUnavailable):
        sender.get("/me")
