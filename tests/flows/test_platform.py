"""What surrounds the way in: large bodies, addresses with their passwords, the file of devices."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from loadzone.flows.bodies import Bodies
from loadzone.flows.broker import PASSWORD, credentials_for, host_and_port, local_url
from loadzone.flows.devices import devices_of
from loadzone.flows.platform import open_platform
from loadzone.store.place import Place
from loadzone.words.errors import BadInput, BadMessage, DamagedObject, LoadzoneError, MissingInput, UnknownThing


@pytest.fixture
def bodies(tmp_path: Path) -> Bodies:
    return Bodies(Place(str(tmp_path / "bodies")), is_durable=True)


async def parts(*some: bytes) -> AsyncIterator[bytes]:
    for each in some:
        yield each


def test_a_body_has_one_name_however_it_comes(bodies: Bodies) -> None:
    name = bodies.put(b"abcdef")
    assert asyncio.run(bodies.put_stream(parts(b"abc", b"", b"def"))) == (name, 6)
    assert bodies.read(name) == b"abcdef"
    with bodies.local(name) as path:
        assert path.read_bytes() == b"abcdef"
    assert not path.exists()


def test_a_stream_that_is_empty_or_too_long_leaves_nothing_behind(bodies: Bodies, tmp_path: Path) -> None:
    with pytest.raises(BadMessage, match="more than 5 bytes"):
        asyncio.run(bodies.put_stream(parts(b"abc", b"def"), most=5))
    with pytest.raises(BadMessage, match="empty"):
        asyncio.run(bodies.put_stream(parts()))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_body_that_was_changed_is_refused(bodies: Bodies, tmp_path: Path) -> None:
    name = bodies.put(b"abcdef")
    (tmp_path / "bodies" / name[:2] / name).write_bytes(b"abcdeg")
    with pytest.raises(DamagedObject):
        bodies.read(name)
    for strange in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(UnknownThing):
            bodies.read(strange)


def test_bodies_are_swept_when_they_are_old(bodies: Bodies) -> None:
    name = bodies.put(b"abc")
    assert bodies.sweep(older_than_s=3600.0) == 0
    assert bodies.sweep(older_than_s=-10.0) == 1
    with pytest.raises(UnknownThing):
        bodies.read(name)


def test_a_password_comes_from_the_address_the_environment_or_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    assert credentials_for("nats://me:s%40cret@h:4222", tmp_path) == ("nats://h:4222", "me", "s@cret")
    with pytest.raises(MissingInput) as refused:
        credentials_for("nats://h:4222", tmp_path)
    assert PASSWORD in str(refused.value)
    monkeypatch.setenv(PASSWORD, "from-outside")
    assert credentials_for("tls://a:1,tls://b:2", tmp_path) == ("tls://a:1,tls://b:2", "loadzone", "from-outside")
    with pytest.raises(BadInput) as told:
        credentials_for("http://user:s3cret@h:1", tmp_path)
    assert "s3cret" not in str(told.value)


def test_a_folder_in_which_nothing_was_started_has_no_server(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="loadzone up"):
        local_url(tmp_path)
    (tmp_path / "nats").mkdir()
    (tmp_path / "nats" / "server.json").write_text('{"host": "127.0.0.1", "port": 4223}', encoding="utf-8")
    assert local_url(tmp_path) == "nats://127.0.0.1:4223"


@pytest.mark.parametrize("address", ["", "host", "h:", "h:99999", "h:12x"])
def test_an_address_to_listen_on_needs_a_port(address: str) -> None:
    with pytest.raises(BadInput):
        host_and_port(address)


@pytest.mark.parametrize(
    "content",
    [
        b"[",
        b'{"name": "a"}',
        b'[{"name": "a", "password": "long-enough"}]',
        b'[{"name": "a", "password": "long-enough", "positions": ["acme"]}]',
        b'[{"name": "a", "password": "long-enough", "positions": ["acme/a b"]}]',
        b"\xff",
    ],
)
def test_a_file_of_devices_that_is_none_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    path.write_bytes(content)
    with pytest.raises(LoadzoneError):
        devices_of(path)


def test_devices_may_publish_for_their_positions_and_for_no_others(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    assert devices_of(path) == ()
    told = [{"name": "a", "password": "long-enough", "positions": ["acme/p1", "acme/p2"]}]
    path.write_text(json.dumps(told), encoding="utf-8")
    (device,) = devices_of(path)
    assert device.publish == ("in/acme/p1/+", "in/acme/p2/+")
    assert device.subscribe == ()


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be used"):
        open_platform(tmp_path / "data")
