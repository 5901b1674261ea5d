"""Live events: who hears which, and that a cut or slow listener misses nothing without being told."""

import time
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from world import PASSWORD, World

from loadzone.flows.live import Live, LiveEvent
from loadzone.store.catalog.passwords import hash_password, set_password
from loadzone.web.api import live as door


def listen(world: World, visitor: str | None, path: str = "/api/v1/live", **headers: str) -> Any:
    given = {"Authorization": f"Bearer {world.secrets[visitor]}"} if visitor else {}
    return world.client.websocket_connect(path, headers={**given, **headers})


def tell(world: World, organisation: str, kind: str, position: str = "drive") -> LiveEvent:
    return world.platform.live.tell(organisation, position, kind, world.clock(), {"rms": 1.5})


def told(socket: Any, count: int) -> list[dict[str, Any]]:
    return [socket.receive_json() for _ in range(count)]


def wait_until(is_so: Any) -> None:
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.01)
    pytest.fail("it did not come about within 4 s")


def test_an_event_reaches_who_may_see_it_and_nobody_else(world: World) -> None:
    with listen(world, "viewer@acme") as acme, listen(world, "admin@bolt") as bolt:
        assert acme.receive_json()["type"] == bolt.receive_json()["type"] == "hello"
        tell(world, "acme", "values")
        tell(world, "bolt", "alarm")
        assert [each["kind"] for each in told(acme, 1)] == ["values"]
        (other,) = told(bolt, 1)
        assert (other["organisation"], other["kind"], other["facts"]) == ("bolt", "alarm", {"rms": 1.5})
        assert other["at"].endswith("Z")


def test_the_service_desk_hears_whom_granted_it(world: World) -> None:
    with listen(world, "engineer@desk") as desk:
        desk.receive_json()
        for organisation in ("bolt", "acme", "maker", "desk"):
            tell(world, organisation, organisation)
        assert [each["kind"] for each in told(desk, 2)] == ["acme", "desk"]


def test_who_comes_back_gets_what_was_missed_once(world: World) -> None:
    with listen(world, "viewer@acme") as socket:
        socket.receive_json()
        tell(world, "acme", "one")
        cursor = socket.receive_json()["cursor"]
    for kind in ("two", "three"):
        tell(world, "acme", kind)
        tell(world, "bolt", kind)
    with listen(world, "viewer@acme", f"/api/v1/live?after={cursor}") as socket:
        assert socket.receive_json()["is_whole"] is True
        tell(world, "acme", "four")
        assert [each["kind"] for each in told(socket, 3)] == ["two", "three", "four"]


@pytest.mark.parametrize("after", ["other-3", "nonsense", "-", "9" * 40])
def test_who_comes_back_to_a_server_that_began_anew_is_told_to_read_again(world: World, after: str) -> None:
    with listen(world, "viewer@acme", f"/api/v1/live?after={after}") as socket:
        assert socket.receive_json()["is_whole"] is False


def test_only_one_position_where_that_is_asked(world: World) -> None:
    with listen(world, "viewer@acme", "/api/v1/live?position=free") as socket:
        socket.receive_json()
        tell(world, "acme", "one")
        tell(world, "acme", "two", position="free")
        assert [each["kind"] for each in told(socket, 1)] == ["two"]


@pytest.mark.parametrize(("visitor", "code"), [(None, 4401), ("sender", 4403), ("counter", 4403)])
def test_who_may_not_listen_is_told_why(world: World, visitor: str | None, code: int) -> None:
    with listen(world, visitor) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == code


@pytest.mark.parametrize(("origin", "is_let_in"), [("http://testserver", True), ("http://evil.example", False)])
def test_a_page_of_elsewhere_cannot_listen_with_the_visitors_cookie(world: World, origin: str, is_let_in: bool) -> None:
    user = world.users["viewer@acme"].user
    hashed = hash_password(PASSWORD)
    world.do("acme", lambda work: set_password(work, user, hashed))
    world.ask("POST", "/api/v1/sessions", json={"login": "viewer@acme", "password": PASSWORD})
    with listen(world, None, Origin=origin) as socket:
        if is_let_in:
            assert socket.receive_json()["type"] == "hello"
        else:
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
            assert closed.value.code == 4403


def test_a_withdrawn_right_ends_the_connection(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "RECHECK_S", 0.05)
    with listen(world, "engineer@desk") as desk, listen(world, "viewer@acme") as viewer:
        desk.receive_json()
        viewer.receive_json()
        world.ask("DELETE", "/api/v1/organisations/acme/grants/desk", "admin@acme")
        world.ask("DELETE", "/api/v1/sessions/current", "viewer@acme")
        for socket, code in ((desk, 1001), (viewer, 4401)):
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
            assert closed.value.code == code


def test_when_nothing_happens_a_ping_comes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "RECHECK_S", 0.02)
    monkeypatch.setattr(door, "PING_S", 0.02)
    with listen(world, "viewer@acme") as socket:
        assert [each["type"] for each in told(socket, 3)] == ["hello", "ping", "ping"]


def test_who_has_left_is_forgotten(world: World) -> None:
    with listen(world, "viewer@acme") as socket:
        socket.receive_json()
        assert world.platform.live.count == 1
    wait_until(lambda: world.platform.live.count == 0)


def test_a_listener_that_is_too_slow_is_told_of_the_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_WAITING", 3)
    first = tell(world, "acme", "first")
    for n in range(10):
        tell(world, "acme", f"e{n}")
    after = f"{world.platform.live.origin}-{first.number}"
    with listen(world, "viewer@acme", f"/api/v1/live?after={after}") as socket:
        found = told(socket, 5)
        assert [each["type"] for each in found] == ["hello", "gap", "event", "event", "event"]
        assert [each["kind"] for each in found[2:]] == ["e7", "e8", "e9"]


def test_the_hub_says_when_it_no_longer_knows_what_was_missed() -> None:
    hub = Live("here")
    hub._kept = type(hub._kept)(maxlen=3)
    for n in range(6):
        hub.tell("acme", "drive", f"e{n}", n)
    heard: list[str] = []
    results = {
        after: hub.subscribe(["acme"], lambda event: heard.append(event.kind), after=after)[1] for after in (2, 3, 6, 7)
    }
    assert results == {2: False, 3: True, 6: True, 7: False}
    assert heard == ["e3", "e4", "e5"]


def test_an_http_request_to_the_live_address_is_no_fault(world: World) -> None:
    assert TestClient(world.app).get("/api/v1/live").status_code == 404
