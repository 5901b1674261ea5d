"""Who may do what: every route, asked by everyone who may stand at the door, answers exactly as this table says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from world import World

from loadzone.flows import people, token_desk

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
}


def expected(row: Row, visitor: str) -> int:
    """What the table says."""
    if visitor in PLATFORM.get(row.needs, WITHIN.get(row.needs, set())):
        return (row.differs or {}).get(visitor, row.answers)
    if visitor == ANONYMOUS:
        return 401
    return 404 if row.needs in WITHIN and visitor in OUTSIDE else 403


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        yield from ((method.upper(), path) for method in methods)


def test_every_route_has_its_row(shared_world: World) -> None:
    assert {*routes(shared_world.app)} == {*ROWS}


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("route", ROWS, ids=lambda route: f"{route[0]} {route[1]}")
def test_a_route_answers_each_visitor_as_it_should(shared_world: World, route: tuple[str, str], visitor: str) -> None:
    row = ROWS[route]
    path, request = row.make(shared_world, next(shared_world.numbers))
    with shared_world.spare(visitor) as name:
        answer = shared_world.ask(route[0], path, name, **request)
    assert answer.status_code == expected(row, visitor), answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
