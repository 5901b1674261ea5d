"""Signing in, locks, sessions, tokens, links of one use, other origins; and that no secret is told to anybody."""

import logging
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DatabaseError
from starlette.testclient import TestClient
from world import PASSWORD, START_US, World

from loadzone.flows import people
from loadzone.flows.pace import Pace
from loadzone.flows.platform import open_platform
from loadzone.store.catalog.passwords import hash_password, set_password
from loadzone.web.app import create_app
from loadzone.web.security import CONTENT_POLICY, Guards
from loadzone.words.errors import TooOften

SESSIONS = "/api/v1/sessions"
HOUR_US = 3600 * 10**6
MACHINES = "/api/v1/organisations/acme/machines"
MACHINE = {"id": "pump", "site": "plant", "name": "泵", "kind": "pump"}


@pytest.fixture
def signed(world: World) -> World:
    """A world in which acme's engineer has a password."""
    user = world.users["engineer@acme"].user
    hashed = hash_password(PASSWORD)
    world.do("acme", lambda work: set_password(work, user, hashed))
    return world


def sign_in(world: World, password: str = PASSWORD, login: str = "engineer@acme", **more: object) -> Any:
    world.client.cookies.clear()
    return world.ask("POST", SESSIONS, json={"login": login, "password": password}, **more)


def test_a_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(signed: World) -> None:
    answer = sign_in(signed)
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    for word in ("loadzone_session=", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43"):
        assert word in cookie
    assert signed.ask("GET", "/api/v1/me").json()["roles"] == {"acme": "engineer"}


def test_over_tls_the_cookie_is_secure_and_bound_to_its_host(signed: World) -> None:
    client = TestClient(signed.app, base_url="https://testserver")
    cookie = client.post(SESSIONS, json={"login": "engineer@acme", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("__Host-loadzone_session=")
    assert "Secure" in cookie


def test_signing_out_ends_the_session(signed: World) -> None:
    secret = sign_in(signed).json()["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    signed.client.cookies.clear()
    assert signed.ask("DELETE", "/api/v1/sessions/current", headers=headers).status_code == 204
    assert signed.ask("GET", "/api/v1/me", headers=headers).status_code == 401


def test_a_session_ends_after_twelve_hours(signed: World) -> None:
    headers = {"Authorization": f"Bearer {sign_in(signed).json()['secret']}"}
    signed.clock.now_us += 12 * HOUR_US + 10**6
    signed.client.cookies.clear()
    assert signed.ask("GET", "/api/v1/me", headers=headers).status_code == 401


def test_wrong_passwords_lock_the_login_even_for_the_right_one_and_the_lock_ends(signed: World) -> None:
    answers = [sign_in(signed, "wrong") for _ in range(5)]
    assert [each.status_code for each in answers] == [401] * 4 + [429]
    locked = sign_in(signed)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 30
    signed.clock.now_us += 31 * 10**6
    assert sign_in(signed).status_code == 201


def test_an_unknown_login_a_wrong_password_and_a_disabled_user_read_the_same(signed: World) -> None:
    user = signed.users["engineer@acme"].user
    unknown, wrong = sign_in(signed, login="nobody@acme"), sign_in(signed, "wrong")
    signed.do("acme", lambda work: people.edit_user(work, signed.act, "acme", user.id, {"is_disabled": True}))
    disabled = sign_in(signed)
    assert unknown.status_code == wrong.status_code == disabled.status_code == 401
    assert unknown.json() == wrong.json() == disabled.json()


def test_an_address_may_try_ten_sign_ins_and_then_one_each_six_seconds(signed: World) -> None:
    signed.app.state.door = replace(signed.app.state.door, sign_ins=Pace(10, 6.0))
    answers = [sign_in(signed, login=f"nobody{n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    signed.clock.now_us += 6 * 10**6
    assert [sign_in(signed, login="nobody").status_code for _ in range(2)] == [401, 429]


def test_secrets_that_open_nothing_are_slowed_down_too(world: World) -> None:
    world.app.state.door = replace(world.app.state.door, wrong_secrets=Pace(3, 60.0))
    told = [world.ask("GET", "/api/v1/me", headers={"Authorization": f"Bearer lz_{n}"}).status_code for n in range(5)]
    assert told == [401, 401, 401, 429, 429]


def test_pace_forgets_the_oldest_names_and_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadzone.flows.pace.MOST_NAMES", 2)
    pace = Pace(1, 60.0)
    for name in ("a", "b", "c"):
        pace.take(name, START_US)
    pace.take("a", START_US)
    with pytest.raises(TooOften):
        pace.take("c", START_US)


def test_disabling_a_user_ends_sessions_and_tokens_with_the_next_request(world: World) -> None:
    user = world.users["engineer@acme"].user
    assert world.ask("GET", "/api/v1/me", "engineer@acme").status_code == 200
    world.do("acme", lambda work: people.edit_user(work, world.act, "acme", user.id, {"is_disabled": True}))
    assert world.ask("GET", "/api/v1/me", "engineer@acme").status_code == 401
    assert world.ask("GET", "/api/v1/me", "sender").status_code == 401


def test_a_lower_role_lowers_what_a_token_may(world: World) -> None:
    user = world.users["engineer@acme"].user
    made = world.ask(
        "POST", "/api/v1/organisations/acme/tokens", "engineer@acme", json={"name": "script", "scope": "engineer"}
    )
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert world.ask("POST", MACHINES, headers=headers, json=MACHINE).status_code == 201
    world.do("acme", lambda work: people.edit_user(work, world.act, "acme", user.id, {"role": "viewer"}))
    assert world.ask("POST", MACHINES, headers=headers, json=MACHINE).status_code == 403
    assert world.ask("GET", MACHINES, headers=headers).status_code == 200


@pytest.mark.parametrize("scope", ["admin", "engineer"])
def test_a_token_cannot_be_made_for_more_than_ones_own_role(world: World, scope: str) -> None:
    path = "/api/v1/organisations/acme/tokens"
    assert world.ask("POST", path, "analyst@acme", json={"name": "x", "scope": scope}).status_code == 403


def test_a_withdrawn_grant_closes_the_door_with_the_next_request(world: World) -> None:
    assert world.ask("GET", MACHINES, "engineer@desk").status_code == 200
    assert world.ask("DELETE", "/api/v1/organisations/acme/grants/desk", "admin@acme").status_code == 204
    assert world.ask("GET", MACHINES, "engineer@desk").status_code == 404


def test_a_service_desk_is_no_more_than_it_was_granted_and_than_it_is_at_home(world: World) -> None:
    assert world.ask("GET", "/api/v1/me", "engineer@desk").json()["roles"] == {"acme": "analyst", "desk": "engineer"}
    world.do("acme", lambda work: people.grant(work, world.act, "acme", "desk", "admin"))
    assert world.ask("GET", "/api/v1/me", "engineer@desk").json()["roles"]["acme"] == "engineer"


def test_the_operator_does_not_see_a_customer_that_granted_nothing(world: World) -> None:
    me = world.ask("GET", "/api/v1/me", "operator").json()
    assert me["is_operator"]
    assert me["roles"] == {"maker": "admin"}


def test_an_organisation_keeps_an_administrator(world: World) -> None:
    admin = world.users["admin@acme"].user.id
    for change in ({"role": "viewer"}, {"is_disabled": True}):
        answer = world.ask("PATCH", f"/api/v1/organisations/acme/users/{admin}", "admin@acme", json=change)
        assert answer.status_code == 422
    assert world.ask("GET", "/api/v1/me", "admin@acme").json()["roles"] == {"acme": "admin"}


def test_a_sensors_token_sends_for_its_position_and_no_other_and_sees_nothing(world: World) -> None:
    def send(position: str, organisation: str = "acme") -> int:
        path = f"/api/v1/organisations/{organisation}/positions/{position}/recordings"
        headers = {"Content-Type": "application/octet-stream"}
        return int(
            world.ask("POST", path, "sender", params={"name": "a.csv"}, headers=headers, content=b"1\n").status_code
        )

    assert [send("drive"), send("free"), send("drive", "bolt")] == [201, 403, 404]
    assert world.ask("GET", MACHINES, "sender").status_code == 403
    assert [arriving.organisation for arriving, _ in world.arrived] == ["acme"]


def test_lists_over_all_organisations_show_only_those_that_one_sees(world: World) -> None:
    shown = world.ask("GET", "/api/v1/organisations", "engineer@desk").json()["items"]
    assert [each["id"] for each in shown] == ["acme", "desk"]


# the first start


def test_the_first_start_gives_one_link_that_works_once_and_no_default_password(tmp_path: Path) -> None:
    platform = open_platform(tmp_path)
    first = people.first_start(platform.catalog, organisation="maker", login="root", at_us=platform.clock())
    assert first is not None
    client = TestClient(create_app(platform))
    body = {"secret": first.secret, "password": "another ten letters"}
    assert client.post("/api/v1/passwords", json={**body, "password": "short"}).status_code == 422
    assert client.post("/api/v1/passwords", json=body).json()["login"] == "root"
    assert client.post("/api/v1/passwords", json=body).status_code == 401
    assert client.post(SESSIONS, json={"login": "root", "password": body["password"]}).status_code == 201
    assert people.first_start(platform.catalog, organisation="maker", login="root", at_us=platform.clock()) is None
    platform.close()


def test_a_first_start_whose_link_was_lost_gives_another_one_to_the_same_user(tmp_path: Path) -> None:
    platform = open_platform(tmp_path)
    first, second = (
        people.first_start(platform.catalog, organisation="maker", login="root", at_us=platform.clock())
        for _ in range(2)
    )
    assert first is not None
    assert second is not None
    assert first.secret != second.secret
    assert first.member == second.member
    platform.close()


def test_a_link_works_for_a_day(world: World) -> None:
    user = world.users["viewer@acme"].user.id
    link = world.do("acme", lambda work: people.invite(work, world.act, "acme", user))
    world.clock.now_us += 24 * HOUR_US
    body = {"secret": link.secret, "password": "another ten letters"}
    assert world.ask("POST", "/api/v1/passwords", json=body).status_code == 401


def test_a_new_password_ends_other_sessions_and_keeps_this_one(signed: World) -> None:
    here, there = (sign_in(signed).json()["secret"] for _ in range(2))
    signed.client.cookies.clear()
    body = {"old_password": PASSWORD, "new_password": "another ten letters"}
    headers = {"Authorization": f"Bearer {here}"}
    assert signed.ask("PUT", "/api/v1/me/password", headers=headers, json=body).status_code == 204
    assert signed.ask("GET", "/api/v1/me", headers=headers).status_code == 200
    assert signed.ask("GET", "/api/v1/me", headers={"Authorization": f"Bearer {there}"}).status_code == 401
    assert sign_in(signed).status_code == 401


# other origins


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 201),
        ("http://testserver:80", 201),
        ("https://testserver", 403),
        ("http://evil.example", 403),
        ("http://testserver.evil.example", 403),
        ("http://testserver:8080", 403),
        ("null", 403),
        ("http://[", 403),
        (None, 403),
    ],
)
def test_with_a_cookie_only_pages_of_ones_own_origin_write(signed: World, origin: str | None, status: int) -> None:
    sign_in(signed)
    headers = {} if origin is None else {"Origin": origin}
    assert signed.ask("POST", MACHINES, headers=headers, json=MACHINE).status_code == status


def test_a_page_of_elsewhere_does_not_even_sign_somebody_in(signed: World) -> None:
    assert sign_in(signed, headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_program_with_a_token_needs_no_origin(world: World) -> None:
    assert world.ask("POST", MACHINES, "engineer@acme", json=MACHINE).status_code == 201


def test_behind_a_proxy_the_named_origin_counts(signed: World) -> None:
    app: FastAPI = create_app(signed.platform, Guards(frozenset({"https://watch.example"}), is_https=True))
    client = TestClient(app, base_url="http://inner")
    origin = {"Origin": "https://watch.example"}
    body = {"login": "engineer@acme", "password": PASSWORD}
    assert client.post(SESSIONS, json=body, headers=origin).status_code == 201
    assert client.post(SESSIONS, json=body, headers={"Origin": "http://inner"}).status_code == 403


# headers, sizes, secrets


@pytest.mark.parametrize("path", ["/health", "/api/v1/me", "/nothing", "/api/v1/openapi.json"])
def test_every_answer_carries_the_strict_headers(world: World, path: str) -> None:
    headers = world.ask("GET", path).headers
    assert headers["content-security-policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_over_tls_browsers_are_told_to_stay_there(world: World) -> None:
    client = TestClient(world.app, base_url="https://testserver")
    assert "max-age" in client.get("/health").headers["strict-transport-security"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    answer = world.ask("POST", MACHINES, "engineer@acme", content=b" " * (2 << 20))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_without_a_length_is_cut_at_the_limit(world: World) -> None:
    blocks = (b" " * 65536 for _ in range(40))
    assert world.ask("POST", MACHINES, "engineer@acme", content=blocks).status_code == 413


def test_no_secret_stands_in_a_log_or_in_a_problem(
    signed: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = secrets.token_urlsafe(12)
    answers = [
        sign_in(signed, secret),
        signed.ask("POST", SESSIONS, json={"login": "x", "password": secret, "more": secret}),
        signed.ask("POST", SESSIONS, content=f'{{"login": "x", "password": "{secret}'.encode()),
        signed.ask("POST", "/api/v1/passwords", json={"secret": secret, "password": secret + "0123456789"}),
        signed.ask("GET", "/api/v1/me", headers={"Authorization": f"Bearer {secret}"}),
        signed.ask("GET", "/api/v1/me", headers={"Cookie": f"loadzone_session={secret}"}),
    ]
    monkeypatch.setattr("loadzone.web.auth.visibility", lambda *_: 1 / 0)
    careless = TestClient(signed.app, raise_server_exceptions=False)
    answers.append(careless.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}))
    assert answers[-1].status_code == 500
    assert answers[-1].json()["detail"] == "this is a fault of ours; it was logged"
    for answer in answers:
        assert answer.status_code >= 400
        assert secret not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert secret not in caplog.text
    assert PASSWORD not in caplog.text


def test_a_statement_that_failed_is_logged_without_its_values(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"password_hash": "$argon2id$v=19"}

    def fail(*_: object) -> None:
        raise DatabaseError("INSERT ...", values, ValueError("broken"))

    monkeypatch.setattr("loadzone.web.api.health.organisations_seen", fail)
    careless = TestClient(world.app, raise_server_exceptions=False)
    assert careless.get("/ready").status_code == 500
    assert "INSERT ..." in caplog.text
    assert "argon2id" not in caplog.text


def test_what_is_kept_of_secrets_does_not_give_them_back(signed: World) -> None:
    made = signed.ask(
        "POST",
        "/api/v1/organisations/acme/tokens",
        "engineer@acme",
        json={"name": "script", "scope": "viewer"},
        headers={"Idempotency-Key": "once"},
    )
    told = [sign_in(signed).json()["secret"], made.json()["secret"], PASSWORD]
    kept = b"".join(path.read_bytes() for path in signed.platform.folder.glob("catalog.sqlite*"))
    assert [secret for secret in told if secret.encode() in kept] == []


def test_deeds_stand_in_the_ledger_with_who_did_them(world: World) -> None:
    world.ask("POST", MACHINES, "engineer@acme", json=MACHINE)
    told = world.ask("GET", "/api/v1/organisations/acme/events", "admin@acme", params={"thing": "machine:pump"}).json()
    assert [(each["step"], each["who"]) for each in told["items"]] == [
        ("machine entered", f"acme/{world.users['engineer@acme'].user.id}")
    ]


def test_a_token_of_ever_is_none(world: World) -> None:
    body = {"name": "x", "scope": "viewer", "days": 5000}
    assert world.ask("POST", "/api/v1/organisations/acme/tokens", "admin@acme", json=body).status_code == 422


def test_a_database_that_is_gone_is_told_as_not_ready(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from loadzone.words.errors import StoreUnavailable
    from loadzone.words.texts import text

    def gone(*_: object) -> None:
        raise StoreUnavailable(text("send application/json"))

    monkeypatch.setattr("loadzone.web.api.health.organisations_seen", gone)
    answer = world.ask("GET", "/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert world.ask("GET", "/health").status_code == 200
