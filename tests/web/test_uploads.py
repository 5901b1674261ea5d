"""Uploads: parts that go on where they were cut, limits, and that a file is handed over once and as it was."""

import asyncio
import hashlib
import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from world import World

from loadzone.flows import uploads
from loadzone.flows.platform import Arrived, Arriving
from loadzone.web.app import create_app
from loadzone.web.security import Guards
from loadzone.words.errors import Overtaken, StoreUnavailable
from loadzone.words.texts import text

UPLOADS = "/api/v1/organisations/acme/positions/drive/uploads"
DATA = bytes(range(256)) * 400
OCTETS = {"Content-Type": "application/octet-stream"}


def begin(world: World, **changes: Any) -> Any:
    body = {"name": "run.wav", "size_bytes": len(DATA)} | changes
    return world.ask("POST", UPLOADS, "sender", json=body)


def send(world: World, upload: str, offset: int, data: bytes) -> Any:
    headers = {**OCTETS, "Upload-Offset": str(offset)}
    return world.ask("PATCH", f"{UPLOADS}/{upload}", "sender", headers=headers, content=data)


def test_a_file_in_one_piece_arrives_as_it_was(world: World) -> None:
    path = "/api/v1/organisations/acme/positions/drive/recordings"
    answer = world.ask("POST", path, "sender", params={"name": "run.wav"}, headers=OCTETS, content=DATA)
    assert answer.status_code == 201
    ((arriving, data),) = world.arrived
    assert data == DATA
    assert (arriving.organisation, arriving.position, arriving.door, arriving.name) == (
        "acme",
        "drive",
        "http",
        "run.wav",
    )
    assert arriving.sha256 == hashlib.sha256(DATA).hexdigest()
    assert answer.json()["arrived"]["id"] == arriving.sha256[:16]


def test_a_file_in_parts_arrives_with_the_last_one(world: World) -> None:
    upload = begin(world).json()["id"]
    first = send(world, upload, 0, DATA[:1000]).json()
    assert (first["offset_bytes"], first["arrived"]) == (1000, None)
    assert world.arrived == []
    last = send(world, upload, 1000, DATA[1000:]).json()
    assert last["arrived"] is not None
    assert [data for _, data in world.arrived] == [DATA]
    assert world.ask("GET", f"{UPLOADS}/{upload}", "sender").json() == last
    assert not [*world.platform.folder.glob("uploads/*/*.part")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=6))
def test_cut_anywhere_the_whole_is_what_was_sent(world: World, cuts: list[int]) -> None:
    world.arrived.clear()
    upload = begin(world).json()["id"]
    ends = [*sorted(cuts), len(DATA)]
    for start, end in zip([0, *ends], ends, strict=False):
        send(world, upload, start, DATA[start:end])
    assert [data for _, data in world.arrived] == [DATA]


def test_an_upload_that_is_cut_in_the_middle_of_a_part_goes_on_where_it_stands(world: World) -> None:
    upload = begin(world).json()["id"]
    asyncio.run(cut(world, f"{UPLOADS}/{upload}", [DATA[:700], DATA[700:900]]))
    stands = world.ask("GET", f"{UPLOADS}/{upload}", "sender").json()["offset_bytes"]
    assert stands == 900
    assert send(world, upload, 0, DATA).status_code == 409
    assert send(world, upload, stands, DATA[stands:]).json()["arrived"] is not None
    assert [data for _, data in world.arrived] == [DATA]


async def cut(world: World, path: str, blocks: list[bytes]) -> None:
    """Send some blocks to the application and then be gone."""
    headers = {**OCTETS, "Upload-Offset": "0", "Authorization": f"Bearer {world.secrets['sender']}"}
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": each, "more_body": True} for each in blocks]
    messages.append({"type": "http.disconnect"})

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def ignore(message: Any) -> None:
        del message

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    await world.app(scope, receive, ignore)  # type: ignore[arg-type]


def test_a_part_at_the_wrong_place_is_a_conflict_that_says_where_it_stands(world: World) -> None:
    upload = begin(world).json()["id"]
    send(world, upload, 0, DATA[:10])
    answer = send(world, upload, 20, DATA[20:])
    assert answer.status_code == 409
    assert answer.json()["fields"] == {"offset": 10, "told": 20}


def test_more_than_was_announced_is_refused_and_the_part_forgotten(world: World) -> None:
    upload = begin(world, size_bytes=100).json()["id"]
    send(world, upload, 0, DATA[:40])
    assert send(world, upload, 40, DATA[40:200]).status_code == 422
    assert world.ask("GET", f"{UPLOADS}/{upload}", "sender").json()["offset_bytes"] == 40
    assert world.arrived == []


def test_a_file_that_is_not_what_was_announced_is_refused(world: World) -> None:
    upload = begin(world, sha256="0" * 64).json()["id"]
    assert send(world, upload, 0, DATA).status_code == 422
    assert world.ask("GET", f"{UPLOADS}/{upload}", "sender").status_code == 404
    assert world.arrived == []


def test_a_file_that_nobody_takes_now_waits_and_is_handed_over_once(world: World) -> None:
    """The intake is down when the last part comes; an empty part at the end tries again."""
    taken: list[str] = []
    is_down = [True]

    def arrive(arriving: Arriving) -> Arrived:
        if is_down[0]:
            raise StoreUnavailable(text("send application/json"))
        taken.append(arriving.id)
        return Arrived("x")

    door = world.app.state.door
    world.app.state.door = replace(door, platform=replace(door.platform, arrive=arrive))
    upload = begin(world).json()["id"]
    assert send(world, upload, 0, DATA).status_code == 503
    assert world.ask("GET", f"{UPLOADS}/{upload}", "sender").json()["offset_bytes"] == len(DATA)
    is_down[0] = False
    assert send(world, upload, len(DATA), b"").json()["arrived"]["id"] == "x"
    assert send(world, upload, len(DATA), b"").json()["arrived"]["id"] == "x"
    assert taken == [upload]


def test_two_who_send_the_same_upload_at_once_do_not_mix(world: World) -> None:
    begun = uploads.begin(world.platform, world.act, "acme", "drive", file_name="a.wav", size_bytes=10, most_bytes=10)
    with uploads.appending(world.platform, begun, 0) as one:
        one.write(b"12345")
        with pytest.raises(Overtaken), uploads.appending(world.platform, begun, 0):
            pass
    assert uploads.find(world.platform, "acme", "drive", begun.id).offset_bytes == 5


@pytest.mark.parametrize(
    "name", ["run.exe", "run", "../run.wav", "a/run.wav", "a\\run.wav", "run.pkl", "run.wav\x00.csv", ".."]
)
def test_a_name_that_is_no_recordings_is_refused(world: World, name: str) -> None:
    assert begin(world, name=name).status_code == 422
    assert not [*world.platform.folder.glob("uploads/*/*.part")]


@pytest.mark.parametrize(("size", "status"), [(0, 422), (-1, 422), (3 << 30, 413), (2**62, 422), ("x", 422)])
def test_a_size_that_cannot_be_is_refused(world: World, size: Any, status: int) -> None:
    assert begin(world, size_bytes=size).status_code == status


def test_the_largest_file_is_a_setting(world: World) -> None:
    world.client = TestClient(create_app(world.platform, Guards(upload_bytes=100)))
    assert begin(world, size_bytes=101).status_code == 413
    upload = begin(world, size_bytes=100).json()["id"]
    assert send(world, upload, 0, DATA).status_code == 413


def test_only_so_many_uploads_are_on_their_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    assert [begin(world).status_code for _ in range(3)] == [201, 201, 422]


def test_a_disk_without_room_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SPARE_BYTES", 1 << 62)
    assert begin(world).status_code == 503


def test_an_upload_belongs_to_its_position_and_organisation(world: World) -> None:
    upload = begin(world).json()["id"]
    other = f"/api/v1/organisations/acme/positions/free/uploads/{upload}"
    assert world.ask("GET", other, "analyst@acme").status_code == 404
    foreign = f"/api/v1/organisations/bolt/positions/drive/uploads/{upload}"
    assert world.ask("GET", foreign, "foreign sender").status_code == 404


def test_an_upload_that_stands_still_is_forgotten_after_a_day(world: World) -> None:
    upload = begin(world).json()["id"]
    (part,) = world.platform.folder.glob("uploads/acme/*.part")
    now_s = world.clock() / 1e6
    for path in (part, part.with_suffix(".json")):
        os.utime(path, (now_s - 3600, now_s - 3600))
    assert uploads.forget_old(world.platform) == 0
    world.clock.now_us += 25 * 3600 * 10**6
    assert uploads.forget_old(world.platform) == 1
    assert world.ask("GET", f"{UPLOADS}/{upload}", "sender").status_code == 404


def test_a_file_of_another_type_is_refused(world: World) -> None:
    upload = begin(world).json()["id"]
    headers = {"Content-Type": "text/plain", "Upload-Offset": "0"}
    answer = world.ask("PATCH", f"{UPLOADS}/{upload}", "sender", headers=headers, content=DATA)
    assert answer.status_code == 422


def test_a_stream_without_a_length_is_refused_in_one_piece(world: World) -> None:
    path = "/api/v1/organisations/acme/positions/drive/recordings"
    some = (DATA[n : n + 100] for n in range(0, 300, 100))
    answer = world.ask("POST", path, "sender", params={"name": "a.wav"}, headers=OCTETS, content=some)
    assert answer.status_code == 422
