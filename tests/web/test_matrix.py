"""Who may do what: every route, asked by everyone who may stand at the door, answers exactly as this table says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from world import World

from loadzone.flows import assets, people, token_desk, uploads
from loadzone.flows.assets import Machine, Position
from loadzone.flows.tell import desk
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.web.api.route import Guarded
from loadzone.web.pages.page import Paged

ANONYMOUS = "anonymous"
VISITORS = (
    ANONYMOUS,
    "viewer@acme",
    "analyst@acme",
    "engineer@acme",
    "admin@acme",
    "viewing token",
    "admin token",
    "sender",
    "counter",
    "engineer@desk",
    "admin@bolt",
    "foreign sender",
    "operator",
)
"""What is asked for is acme's; the desk is let in as an analyst; bolt and the operator have nothing to do with it."""
WITHIN = {
    "viewer": {
        "viewer@acme",
        "analyst@acme",
        "engineer@acme",
        "admin@acme",
        "viewing token",
        "admin token",
        "engineer@desk",
    },
    "analyst": {"analyst@acme", "engineer@acme", "admin@acme", "admin token", "engineer@desk"},
    "engineer": {"engineer@acme", "admin@acme", "admin token"},
    "admin": {"admin@acme", "admin token"},
    "send": {"analyst@acme", "engineer@acme", "admin@acme", "admin token", "engineer@desk", "sender"},
}
OUTSIDE = {"admin@bolt", "foreign sender", "operator"}
"""Who is told that there is no such organisation."""
PLATFORM = {
    "operator": {"operator"},
    "metrics": {"operator", "counter"},
    "signed in": {*VISITORS} - {ANONYMOUS},
    "public": {*VISITORS},
}

Make = Callable[[World, int], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Row:
    """A route: what it needs, what it answers to whoever has that, and a request that makes sense."""

    needs: str
    answers: int
    make: Make
    differs: dict[str, int] | None = None
    is_of_all: bool = False


def at(path: str, **more: Any) -> Make:
    """A request that is the same each time; ``{n}`` in its texts is a number that is new each time."""

    def make(world: World, n: int) -> tuple[str, dict[str, Any]]:
        del world
        return path.format(n=n), {name: _numbered(value, n) for name, value in more.items()}

    return make


def _numbered(value: Any, n: int) -> Any:
    if isinstance(value, dict):
        return {key: _numbered(each, n) for key, each in value.items()}
    return value.format(n=n) if isinstance(value, str) else value


A = "/api/v1/organisations/acme"


def a_user(world: World, n: int) -> str:
    made = world.do(
        "acme", lambda work: people.add_user(work, world.act, "acme", login=f"new{n}", name="N", role="viewer")
    )
    return str(made.member.user.id)


def a_grant(world: World, n: int) -> str:
    name = f"other{n}"
    other = people.Organisation(name, name, world.clock())
    world.do({name}, lambda work: people.add_organisation(work, world.act, other, login=f"admin@{name}"))
    world.do("acme", lambda work: people.grant(work, world.act, "acme", name, "viewer"))
    return name


def a_token(world: World, n: int) -> str:
    user = world.users["viewer@acme"].user.id
    made, _ = world.do(
        "acme",
        lambda work: token_desk.make_token(work, world.act, "acme", user, name=f"n{n}", scope="viewer"),
    )
    return str(made.id)


def a_link(world: World, n: int) -> str:
    user = a_user(world, n)
    return str(world.do("acme", lambda work: people.invite(work, world.act, "acme", user)).secret)


def a_site(world: World, n: int) -> str:
    del world, n
    return "plant"


def a_wave(tail: str = "") -> Make:
    def make(world: World, n: int) -> tuple[str, dict[str, Any]]:
        del n
        return f"{A}/waveforms/{world.waveforms['acme']}{tail}", {}

    return make


def a_machine(world: World, n: int) -> str:
    world.do("acme", lambda work: assets.enter_asset(work, world.act, Machine("acme", f"m{n}", "plant", "M", "fan", 1)))
    return f"m{n}"


def a_position(world: World, n: int) -> str:
    world.do("acme", lambda work: assets.enter_asset(work, world.act, Position("acme", f"p{n}", "P", 1, "fan")))
    return f"p{n}"


def a_sensor(world: World, n: int) -> str:
    made = assets.Sensor("acme", f"s{n}", "drive", "S", "accelerometer", 1)
    world.do("acme", lambda work: assets.enter_asset(work, world.act, made))
    return f"s{n}"


def a_unit(world: World, n: int) -> str:
    made = assets.Unit("acme", f"SN/{n}", "6205")
    world.do("acme", lambda work: assets.enter_asset(work, world.act, made))
    return f"SN/{n}"


def a_mounted(world: World, n: int) -> str:
    position, serial = a_position(world, n), a_unit(world, n)
    world.do("acme", lambda work: assets.mount(work, world.act, "acme", position, serial))
    return position


def an_alarm(world: World, n: int) -> str:
    made = Alarm("acme", f"a{n}", a_position(world, n), "outer", "high", "unacknowledged", world.clock(), world.clock())
    world.do("acme", lambda work: alarms.add(work, made))
    return made.id


def an_advice(world: World, n: int) -> str:
    made = Advice("acme", f"d{n}", a_position(world, n), "exchange", "high", world.clock())
    world.do("acme", lambda work: advice.add(work, made))
    return made.id


def a_channel(world: World, n: int) -> str:
    entered = desk.Entered("Shift", "webhook", {"url": "https://hook.invalid/x"})
    world.do("acme", lambda work: desk.enter_channel(work, world.platform, world.act, "acme", f"c{n}", entered))
    return f"c{n}"


def an_upload(world: World, n: int) -> str:
    begun = uploads.begin(world.platform, world.act, "acme", "drive", file_name=f"{n}.csv", size_bytes=2, most_bytes=10)
    world.begun.append(begun)
    return begun.id


def part(world: World, n: int) -> tuple[str, dict[str, Any]]:
    headers = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}
    return f"{A}/positions/drive/uploads/{an_upload(world, n)}", {"headers": headers, "content": b"1\n"}


def asset_rows(plural: str, key: str, new: dict[str, Any], made: Callable[[World, int], str]) -> dict[Any, Row]:
    """The four routes of a kind of asset."""
    path = f"/api/v1/organisations/{{organisation}}/{plural}"
    return {
        ("GET", path): Row("viewer", 200, at(f"{A}/{plural}")),
        ("POST", path): Row("engineer", 201, at(f"{A}/{plural}", json=new)),
        ("GET", f"{path}/{{{key}}}"): Row("viewer", 200, lambda world, n: (f"{A}/{plural}/{made(world, n)}", {})),
        ("PATCH", f"{path}/{{{key}}}"): Row(
            "engineer",
            200,
            lambda world, n: (f"{A}/{plural}/{made(world, n)}", {"json": {"facts": {"seen": n}}}),
        ),
    }


P = "/api/v1/organisations/{organisation}/positions/{position}"
W = "/api/v1/organisations/{organisation}/waveforms/{waveform}"
C = "/api/v1/organisations/{organisation}/notification-channels"
OCTETS = {"Content-Type": "application/octet-stream"}

ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/health"): Row("public", 200, at("/health")),
    ("GET", "/ready"): Row("public", 200, at("/ready")),
    ("GET", "/api/v1/openapi.json"): Row("public", 200, at("/api/v1/openapi.json")),
    ("POST", "/api/v1/sessions"): Row(
        "public", 401, at("/api/v1/sessions", json={"login": "nobody{n}", "password": "no"})
    ),
    ("DELETE", "/api/v1/sessions/current"): Row("signed in", 204, at("/api/v1/sessions/current")),
    ("POST", "/api/v1/passwords"): Row(
        "public", 401, at("/api/v1/passwords", json={"secret": "{n}", "password": "ten letters or more"})
    ),
    ("GET", "/api/v1/me"): Row("signed in", 200, at("/api/v1/me")),
    ("PUT", "/api/v1/me/password"): Row(
        "signed in",
        401,
        at("/api/v1/me/password", json={"old_password": "wrong", "new_password": "ten letters or more"}),
    ),
    ("GET", "/api/v1/organisations"): Row("signed in", 200, at("/api/v1/organisations")),
    ("POST", "/api/v1/organisations"): Row(
        "operator", 201, at("/api/v1/organisations", json={"id": "o{n}", "name": "O", "admin_login": "admin@o{n}"})
    ),
    ("GET", "/api/v1/organisations/{organisation}/grants"): Row("admin", 200, at(f"{A}/grants")),
    ("PUT", "/api/v1/organisations/{organisation}/grants/{grantee}"): Row(
        "admin", 200, lambda world, n: (f"{A}/grants/{a_grant(world, n)}", {"json": {"role": "viewer"}})
    ),
    ("DELETE", "/api/v1/organisations/{organisation}/grants/{grantee}"): Row(
        "admin", 204, lambda world, n: (f"{A}/grants/{a_grant(world, n)}", {})
    ),
    ("GET", "/api/v1/organisations/{organisation}/users"): Row("admin", 200, at(f"{A}/users")),
    ("POST", "/api/v1/organisations/{organisation}/users"): Row(
        "admin", 201, at(f"{A}/users", json={"login": "u{n}", "name": "U", "role": "viewer"})
    ),
    ("PATCH", "/api/v1/organisations/{organisation}/users/{user}"): Row(
        "admin", 200, lambda world, n: (f"{A}/users/{a_user(world, n)}", {"json": {"role": "analyst"}})
    ),
    ("POST", "/api/v1/organisations/{organisation}/users/{user}/links"): Row(
        "admin", 201, lambda world, n: (f"{A}/users/{a_user(world, n)}/links", {})
    ),
    ("GET", "/api/v1/organisations/{organisation}/tokens"): Row("viewer", 200, at(f"{A}/tokens")),
    ("POST", "/api/v1/organisations/{organisation}/tokens"): Row(
        "viewer",
        201,
        at(f"{A}/tokens", json={"name": "n{n}", "scope": "viewer"}),
        {"engineer@desk": 403, "viewing token": 403, "admin token": 403},
    ),
    ("DELETE", "/api/v1/organisations/{organisation}/tokens/{token}"): Row(
        "viewer",
        204,
        lambda world, n: (f"{A}/tokens/{a_token(world, n)}", {}),
        {"analyst@acme": 404, "engineer@acme": 404, "viewing token": 404, "engineer@desk": 404},
    ),
    **asset_rows("sites", "id", {"id": "site{n}", "name": "S"}, a_site),
    **asset_rows("machines", "id", {"id": "new{n}", "site": "plant", "name": "M", "kind": "fan"}, a_machine),
    **asset_rows("positions", "id", {"id": "new{n}", "name": "P", "machine": "fan"}, a_position),
    **asset_rows("sensors", "id", {"id": "new{n}", "position": "drive", "name": "S", "kind": "tacho"}, a_sensor),
    **asset_rows("units", "serial", {"serial": "new{n}", "bearing": "6205"}, a_unit),
    ("GET", "/api/v1/organisations/{organisation}/assets"): Row("viewer", 200, at(f"{A}/assets")),
    ("GET", "/api/v1/organisations/{organisation}/assets/table"): Row("viewer", 200, at(f"{A}/assets/table")),
    ("PUT", "/api/v1/organisations/{organisation}/assets/table"): Row(
        "engineer", 200, at(f"{A}/assets/table", headers={"Content-Type": "text/csv"}, content=b"site\nplant\n")
    ),
    ("GET", "/api/v1/organisations/{organisation}/quarantine"): Row("engineer", 200, at(f"{A}/quarantine")),
    ("POST", "/api/v1/organisations/{organisation}/quarantine"): Row(
        "engineer", 201, at(f"{A}/quarantine", json={"id": "stray{n}", "name": "P"})
    ),
    ("GET", "/api/v1/organisations/{organisation}/mountings"): Row("viewer", 200, at(f"{A}/mountings")),
    ("POST", "/api/v1/organisations/{organisation}/mountings"): Row(
        "engineer",
        201,
        lambda world, n: (
            f"{A}/mountings",
            {"json": {"position": a_position(world, n), "serial": a_unit(world, n)}},
        ),
    ),
    ("POST", f"{P}/removals"): Row(
        "engineer",
        201,
        lambda world, n: (f"{A}/positions/{a_mounted(world, n)}/removals", {"json": {"reason": "worn"}}),
    ),
    ("GET", "/api/v1/latest-values"): Row("viewer", 200, at("/api/v1/latest-values"), is_of_all=True),
    ("GET", f"{P}/trend"): Row("viewer", 200, at(f"{A}/positions/drive/trend", params={"quantity": "rms"})),
    ("GET", f"{P}/buckets"): Row("viewer", 200, at(f"{A}/positions/drive/buckets", params={"quantity": "rms"})),
    ("GET", f"{P}/results"): Row("viewer", 200, at(f"{A}/positions/drive/results")),
    ("GET", f"{P}/recordings"): Row("viewer", 200, at(f"{A}/positions/drive/recordings")),
    ("POST", f"{P}/recordings"): Row(
        "send",
        201,
        at(f"{A}/positions/drive/recordings", params={"name": "{n}.csv"}, headers=OCTETS, content=b"1\n2\n"),
    ),
    ("GET", W): Row("viewer", 200, a_wave()),
    ("GET", f"{W}/samples"): Row("viewer", 200, a_wave("/samples")),
    ("GET", f"{W}/pairs"): Row("viewer", 200, a_wave("/pairs")),
    ("POST", f"{P}/uploads"): Row(
        "send", 201, at(f"{A}/positions/drive/uploads", json={"name": "{n}.csv", "size_bytes": 3})
    ),
    ("GET", f"{P}/uploads/{{upload}}"): Row(
        "send", 200, lambda world, n: (f"{A}/positions/drive/uploads/{an_upload(world, n)}", {})
    ),
    ("PATCH", f"{P}/uploads/{{upload}}"): Row("send", 200, part),
    ("DELETE", f"{P}/uploads/{{upload}}"): Row(
        "send", 204, lambda world, n: (f"{A}/positions/drive/uploads/{an_upload(world, n)}", {})
    ),
    ("GET", "/api/v1/alarms"): Row("viewer", 200, at("/api/v1/alarms"), is_of_all=True),
    ("GET", "/api/v1/organisations/{organisation}/alarms/{alarm}"): Row(
        "viewer", 200, lambda world, n: (f"{A}/alarms/{an_alarm(world, n)}", {})
    ),
    ("GET", "/api/v1/organisations/{organisation}/alarms/{alarm}/moves"): Row(
        "viewer", 200, lambda world, n: (f"{A}/alarms/{an_alarm(world, n)}/moves", {})
    ),
    ("POST", "/api/v1/organisations/{organisation}/alarms/{alarm}/moves"): Row(
        "analyst",
        200,
        lambda world, n: (f"{A}/alarms/{an_alarm(world, n)}/moves", {"json": {"verb": "acknowledge"}}),
    ),
    ("GET", "/api/v1/advice"): Row("viewer", 200, at("/api/v1/advice"), is_of_all=True),
    ("GET", "/api/v1/advice/precision"): Row("viewer", 200, at("/api/v1/advice/precision"), is_of_all=True),
    ("GET", "/api/v1/organisations/{organisation}/advice/{advice}"): Row(
        "viewer", 200, lambda world, n: (f"{A}/advice/{an_advice(world, n)}", {})
    ),
    ("POST", "/api/v1/organisations/{organisation}/advice/{advice}/outcome"): Row(
        "analyst",
        200,
        lambda world, n: (f"{A}/advice/{an_advice(world, n)}/outcome", {"json": {"outcome": "right"}}),
    ),
    ("GET", C): Row("admin", 200, at(f"{A}/notification-channels")),
    ("PUT", f"{C}/{{id}}"): Row(
        "admin",
        200,
        at(
            f"{A}/notification-channels/c{{n}}",
            json={"name": "C", "kind": "webhook", "address": {"url": "https://hook.invalid"}},
        ),
    ),
    ("DELETE", f"{C}/{{id}}"): Row(
        "admin", 204, lambda world, n: (f"{A}/notification-channels/{a_channel(world, n)}", {})
    ),
    ("POST", f"{C}/{{id}}/tests"): Row(
        "admin", 200, lambda world, n: (f"{A}/notification-channels/{a_channel(world, n)}/tests", {})
    ),
    ("GET", "/api/v1/organisations/{organisation}/events"): Row("analyst", 200, at(f"{A}/events")),
    ("GET", "/metrics"): Row("metrics", 200, at("/metrics")),
}


def expected(row: Row, visitor: str) -> int:
    """What the table says."""
    if row.is_of_all:
        return 401 if visitor == ANONYMOUS else 403 if visitor in {"sender", "counter", "foreign sender"} else 200
    if visitor in PLATFORM.get(row.needs, WITHIN.get(row.needs, set())):
        return (row.differs or {}).get(visitor, row.answers)
    if visitor == ANONYMOUS:
        return 401
    return 404 if row.needs in WITHIN and visitor in OUTSIDE else 403


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        yield from ((method.upper(), path) for method in methods)


def leaves(routes: Any) -> Iterator[Any]:
    """Every route, however deep the framework keeps it."""
    for each in routes:
        inner = getattr(each, "original_router", None) or getattr(each, "app", None)
        if inner is not None and hasattr(inner, "routes"):
            yield from leaves(inner.routes)
        else:
            yield each


def test_no_route_is_without_a_guard_or_hidden_from_this_table(shared_world: World) -> None:
    found = [*leaves(shared_world.app.routes)]
    http = [each for each in found if isinstance(each, Guarded)]
    assert len(http) == len(ROWS)
    assert all(each.include_in_schema for each in http)
    others = [each for each in found if each not in http and not isinstance(each, Paged)]
    assert [each.path for each in others] == ["/live", "/static/{name}"]


def test_every_route_has_its_row(shared_world: World) -> None:
    assert {*routes(shared_world.app)} == {*ROWS}


@pytest.mark.parametrize("route", ROWS, ids=lambda route: f"{route[0]} {route[1]}")
def test_a_route_answers_each_visitor_as_it_should(shared_world: World, route: tuple[str, str]) -> None:
    row = ROWS[route]
    answers = {visitor: answer(shared_world, route, visitor) for visitor in VISITORS}
    assert {visitor: told.status_code for visitor, told in answers.items()} == {
        visitor: expected(row, visitor) for visitor in VISITORS
    }
    for told in answers.values():
        assert told.status_code < 400 or told.headers["content-type"] == "application/problem+json"


def answer(world: World, route: tuple[str, str], visitor: str) -> Any:
    path, request = ROWS[route].make(world, next(world.numbers))
    with world.spare(visitor) as name:
        told = world.ask(route[0], path, name, **request)
    for begun in world.begun:
        uploads.end(world.platform, begun)
    world.begun.clear()
    return told
