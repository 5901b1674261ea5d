"""Writes that are asked for twice, lists that change while they are read, problems in both languages."""

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import World

from loadzone.flows.once import Key, Said, once
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.latest import Latest, latest
from loadzone.store.catalog.machines import Site, sites
from loadzone.web import cursor
from loadzone.web.problems import language
from loadzone.words.errors import AlreadyThere, BadInput

MACHINES = "/api/v1/organisations/acme/machines"
MACHINE = {"id": "pump", "site": "plant", "name": "泵", "kind": "pump"}


def add(world: World, key: str | None = "k1", visitor: str = "engineer@acme", **changes: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return world.ask("POST", MACHINES, visitor, headers=headers, json=MACHINE | changes)


# idempotency


def test_the_same_key_gets_the_same_answer_and_has_no_second_effect(world: World) -> None:
    first, second = add(world), add(world)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotency-repeated"] == "true"
    assert len(world.ask("GET", MACHINES, "viewer@acme").json()["items"]) == 2
    told = world.ask("GET", "/api/v1/organisations/acme/events", "analyst@acme", params={"thing": "machine:pump"})
    assert len(told.json()["items"]) == 1


def test_without_a_key_the_second_is_a_conflict(world: World) -> None:
    assert [add(world, None).status_code for _ in range(2)] == [201, 409]


def test_the_same_key_with_another_body_or_by_another_user_is_refused(world: World) -> None:
    add(world)
    assert add(world, name="other").status_code == 422
    assert add(world, visitor="admin@acme").status_code == 422


def test_keys_of_two_organisations_know_nothing_of_each_other(world: World) -> None:
    add(world)
    path = "/api/v1/organisations/bolt/machines"
    answer = world.ask("POST", path, "admin@bolt", headers={"Idempotency-Key": "k1"}, json=MACHINE)
    assert answer.status_code == 201
    assert "idempotency-repeated" not in answer.headers


def test_a_refused_write_leaves_its_key_free(world: World) -> None:
    assert add(world, site="nowhere").status_code == 404
    assert add(world).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    answer = world.ask("POST", MACHINES, "engineer@acme", headers={"Idempotency-Key": key}, json=MACHINE)
    assert answer.status_code == 422


def test_a_secret_is_shown_once_even_to_the_same_key(world: World) -> None:
    def make() -> Any:
        path = "/api/v1/organisations/acme/tokens"
        body = {"name": "script", "scope": "viewer"}
        return world.ask("POST", path, "viewer@acme", headers={"Idempotency-Key": "t"}, json=body)

    first, second = make().json(), make().json()
    assert first["secret"].startswith("lz_")
    assert second == {**first, "secret": None}


def test_an_answer_is_remembered_for_a_day(world: World) -> None:
    from loadzone.flows.platform import tidy

    add(world)
    world.clock.now_us += 25 * 3600 * 10**6
    tidy(world.platform)
    assert add(world).status_code == 409


def test_of_twins_that_run_at_the_same_moment_one_writes_and_both_are_told(world: World) -> None:
    gate = threading.Barrier(2)
    said: list[Said] = []

    def run() -> None:
        gate.wait()
        said.append(
            once(world.platform, "acme", frozenset({"acme"}), Key("k", "0" * 64), lambda work: _site(work, "twin"))
        )

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.body for each in said] == [b"{}", b"{}"]
    assert sorted(each.is_repeated for each in said) == [False, True]


def _site(work: Any, name: str) -> Said:
    sites.add(work, Site("acme", name, name))
    return Said(201, b"{}")


def test_a_conflict_of_the_write_itself_is_no_twin(world: World) -> None:
    with pytest.raises(AlreadyThere):
        once(world.platform, "acme", frozenset({"acme"}), Key("k", "0" * 64), lambda work: _site(work, "plant"))


# cursors


def pages(world: World, path: str, visitor: str, limit: int, between: Any = None, **params: Any) -> list[Any]:
    """Items of all pages; ``between`` runs after each."""
    found: list[Any] = []
    after = None
    while True:
        asked = params | {"limit": limit} | ({"after": after} if after else {})
        told = world.ask("GET", path, visitor, params=asked).json()
        found += told["items"]
        after = told["next_cursor"]
        if after is None:
            return found
        if between:
            between(len(found))


def test_a_list_that_grows_while_it_is_read_shows_each_item_that_was_there_once(world: World) -> None:
    world.do("acme", lambda work: sites.add(work, *(Site("acme", f"m{n:03}", "S") for n in range(50))))

    def grow(n: int) -> None:
        world.do("acme", lambda work: sites.add(work, Site("acme", f"a{n:03}", "S"), Site("acme", f"z{n:03}", "S")))

    path = "/api/v1/organisations/acme/sites"
    found = [each["id"] for each in pages(world, path, "viewer@acme", 7, grow)]
    assert len(set(found)) == len(found)
    assert {f"m{n:03}" for n in range(50)} <= {*found}
    assert not [name for name in found if name.startswith("a")]


def test_alarms_of_the_same_moment_come_once_each_over_all_organisations(world: World) -> None:
    def raise_some(organisation: str, first_us: int) -> None:
        some = [
            Alarm(
                organisation,
                f"a{first_us}-{n}",
                "drive",
                f"c{first_us}-{n}",
                "low",
                "unacknowledged",
                first_us + n // 4,
                1,
            )
            for n in range(10)
        ]
        world.do(organisation, lambda work: alarms.add(work, *some))

    for organisation in ("acme", "desk", "bolt"):
        raise_some(organisation, 1000)
    found = pages(world, "/api/v1/alarms", "engineer@desk", 3, lambda n: raise_some("acme", 10_000 * n))
    old = [(each["organisation"], each["id"]) for each in found if each["id"].startswith("a1000-")]
    assert len(found) == len(old) == len(set(old)) == 20
    assert {organisation for organisation, _ in old} == {"acme", "desk"}
    assert [each["raised_at"] for each in found] == sorted((each["raised_at"] for each in found), reverse=True)


def test_latest_values_come_in_pages_too(world: World) -> None:
    rows = [Latest("acme", place, f"q{n}", 1, float(n), "g", "good") for place in ("drive", "free") for n in range(9)]
    world.do("acme", lambda work: latest.put(work, *rows))
    found = pages(world, "/api/v1/latest-values", "viewer@acme", 4)
    assert [(each["position"], each["quantity"]) for each in found] == [(row.position, row.quantity) for row in rows]
    assert world.ask("GET", "/api/v1/latest-values", "admin@bolt").json()["items"] == []


@given(st.lists(st.integers(-(2**60), 2**60) | st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]))))
def test_a_cursor_gives_back_its_key(key: list[Any]) -> None:
    written = cursor.written(key)
    if len(written) <= 1000:
        assert cursor.read(written, [type(part) for part in key]) == tuple(key)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_what_is_no_cursor_is_refused(told: str) -> None:
    with pytest.raises(BadInput):
        cursor.read(told, (int, str, str, int))


@pytest.mark.parametrize("kinds", [(int,), (str, str), (str, int, int)])
def test_a_cursor_of_another_list_is_refused(kinds: tuple[type, ...]) -> None:
    with pytest.raises(BadInput):
        cursor.read(cursor.written(("a", 1)), kinds)


# problems


def test_a_problem_is_told_in_the_readers_language(world: World) -> None:
    def asked(lang: str) -> Any:
        return world.ask("GET", f"{MACHINES}/none", "viewer@acme", headers={"Accept-Language": lang})

    english, chinese = asked("en-GB,en;q=0.9"), asked("zh-CN,zh;q=0.9,en;q=0.8")
    assert english.json()["title"] == "Not found"
    assert chinese.json()["title"] == "未找到"
    assert chinese.json()["detail"] != english.json()["detail"]
    assert chinese.headers["content-language"] == "zh"
    assert english.json()["type"].endswith("/unknown_thing")
    assert english.json()["status"] == english.status_code == 404
    assert english.json()["fields"] == {"table": "machines", "key": "acme/none"}


@given(st.text(max_size=200))
def test_any_header_has_a_language(header: str) -> None:
    assert language(header) in {"en", "zh"}


def test_a_refused_body_says_where_and_not_what(world: World) -> None:
    answer = world.ask("POST", MACHINES, "engineer@acme", json={**MACHINE, "site": "geheim geheim", "id": 7})
    told = answer.json()
    assert answer.status_code == 422
    assert {each["pointer"] for each in told["errors"]} == {"body/id", "body/site"}
    assert "geheim" not in answer.text


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b"\xff\xfe", b"null", b'{"id": NaN}', b'{"a":' * 5000, b"9" * 5000],
    ids=["torn", "list", "text", "no UTF-8", "null", "NaN", "deep", "long number"],
)
def test_a_body_that_is_no_such_thing_is_a_problem_and_no_fault(world: World, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = world.ask("POST", MACHINES, "engineer@acme", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "facts",
    [
        {"a": "\x00"},
        {"": "; DROP TABLE machines; --"},
        {"x": "<script>alert(1)</script>"},
        {"n": 10**300},
        {"深": [1.5]},
    ],
)
def test_strange_facts_come_back_as_they_were(world: World, facts: dict[str, Any]) -> None:
    answer = add(world, None, facts=facts)
    assert answer.status_code == 201
    assert world.ask("GET", f"{MACHINES}/pump", "viewer@acme").json()["facts"] == facts


def test_facts_without_measure_are_refused(world: World) -> None:
    answer = add(world, None, facts={"x": "y" * 20_000})
    assert answer.status_code == 422
    assert "16384" in answer.json()["detail"]


def test_a_wrong_method_says_which_ones_there_are(world: World) -> None:
    answer = world.ask("PUT", MACHINES, "engineer@acme")
    assert answer.status_code == 405
    assert answer.json()["type"].endswith("method_not_allowed")
