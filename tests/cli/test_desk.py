"""Positions, alarms and advice at a terminal tell what REST tells, and a person's deeds stand in the ledger."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="the platform needs its extra")

from loadzone.flows.platform import Platform, now_us, open_platform
from loadzone.monitor.watch.outcomes import MODES
from loadzone.reliability.proportions import clopper_pearson
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.latest import Latest, put_latest
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.ledger import events_of
from loadzone.words.columns import TERMINAL_WIDTH, width

LONG = "the-longest-identifier-that-a-position-may-have-has-64-signs-xyz"
HIDDEN_NAME = "spare"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = open_platform(tmp_path / "data")
    opened.catalog.write("acme", furnish)
    yield opened
    opened.close()


def furnish(work: Work) -> None:
    at_us = now_us()
    organisations.add(work, Organisation("acme", "Acme", at_us))
    for name in ("drive", "free", HIDDEN_NAME, "dead", "quiet", "silent", LONG):
        facts = {"interval_s": 60} if name == "silent" else {}
        positions.add(work, Position("acme", name, name, at_us, bearing="6205-2RS", facts=facts))
    sentence = {"en": "a full diagnosis confirms damage of the outer ring", "zh": "完整诊断确认外圈损伤"}
    raised = {
        "a1": ("drive", "limit-danger-rms", "high", "unacknowledged"),
        "a2": ("drive", "bearing-outer", "medium", "acknowledged"),
        "a3": (HIDDEN_NAME, "limit-danger-rms", "high", "out of service"),
        "a4": (LONG, "bearing-inner:a channel with a name of its own", "medium", "latched unacknowledged"),
        "a5": ("dead", "device-sensor", "low", "unacknowledged"),
    }
    for name, (where, cause, priority, state) in raised.items():
        made = Alarm("acme", name, where, cause, priority, state, at_us, at_us, facts={"sentence": sentence})  # type: ignore[arg-type]
        alarms.add(work, made)
    heard = {"drive": at_us, HIDDEN_NAME: at_us, "dead": at_us, "free": at_us, LONG: at_us, "silent": at_us - 10**9}
    put_latest(work, [Latest("acme", where, "rms", when, 1.0, "g", "good") for where, when in heard.items()])
    headline = {"en": {"headline": "Plan the exchange"}, "zh": {"headline": "安排更换"}}
    for n in range(8):
        given = Advice("acme", f"d{n}", "drive", "plan", "medium", at_us, "SN-1", facts={"sentences": headline})
        advice.add(work, given)


def facts(said: Any) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


def rest(platform: Platform, path: str) -> Any:
    """What the door answers to an administrator of the organisation."""
    testclient = pytest.importorskip("starlette.testclient", reason="the door needs its extra")
    from loadzone.flows import people, token_desk
    from loadzone.flows.audit import Act
    from loadzone.web.app import create_app

    def job(work: Work) -> str:
        act = Act("test", now_us())
        made = people.add_user(work, act, "acme", login="ann", name="Ann", role="admin")
        _, secret = token_desk.make_token(work, act, "acme", made.member.user.id, name="t", scope="admin")
        return secret

    secret = platform.catalog.write("acme", job)
    with testclient.TestClient(create_app(platform)) as client:
        return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}).json()


def test_positions_stand_in_the_order_of_their_need(loadzone: Any, platform: Platform) -> None:
    told = facts(loadzone("positions", "--data", platform.folder, "--json"))
    assert [(each["id"], each["state"]) for each in told] == [
        ("drive", "act"),
        (LONG, "watch"),
        ("silent", "none"),
        ("quiet", "none"),
        ("free", "good"),
        (HIDDEN_NAME, "good"),
        ("dead", "sensor"),
    ]
    assert [(each["open_alarms"], each["hidden_alarms"]) for each in told if each["id"] in {"drive", HIDDEN_NAME}] == [
        (2, 0),
        (0, 1),
    ]
    assert {each["heard_at"] for each in told if each["id"] == "quiet"} == {None}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("words", [("positions",), ("alarms", "list"), ("advice", "list"), ("advice", "precision")])
def test_tables_fit_the_terminal_in_both_languages(
    loadzone: Any, platform: Platform, words: tuple[str, ...], lang: str
) -> None:
    said = loadzone(*words, "--data", platform.folder, "--lang", lang)
    assert said.code == 0, said.err
    assert max(map(width, said.out.splitlines())) <= TERMINAL_WIDTH
    assert ("不" in said.out or "状态" in said.out or "优先级" in said.out) == (lang == "zh")


def test_alarms_and_advice_have_the_names_and_values_of_rest(loadzone: Any, platform: Platform) -> None:
    listed = facts(loadzone("alarms", "list", "--data", platform.folder, "--json"))
    given = facts(loadzone("advice", "list", "--data", platform.folder, "--json"))
    counted = facts(loadzone("advice", "precision", "--data", platform.folder, "--json"))
    assert listed == rest(platform, "/alarms")["items"]
    assert [each["id"] for each in given] == [f"d{n}" for n in range(8)]
    assert counted == {
        "right": 0,
        "wrong": 0,
        "not_checked": 0,
        "open": 8,
        "share": None,
        "low95": None,
        "high95": None,
    }


def test_advice_has_the_names_and_values_of_rest(loadzone: Any, platform: Platform) -> None:
    loadzone("advice", "close", "d0", "right", "--found", "abrasive wear", "--data", platform.folder)
    told = facts(loadzone("advice", "list", "--status", "all", "--data", platform.folder, "--json"))
    assert told == rest(platform, "/advice?status=all")["items"]


def test_what_a_person_does_to_an_alarm_moves_it_and_stands_in_the_ledger(loadzone: Any, platform: Platform) -> None:
    where = ("--data", platform.folder, "--json")
    assert facts(loadzone("alarms", "acknowledge", "a1", *where))["state"] == "acknowledged"
    shelved = facts(loadzone("alarms", "shelve", "a1", "--hours", "2", "--reason", "维修", *where))
    assert shelved["state"] == "shelved"
    assert shelved["shelved_until"]
    assert facts(loadzone("alarms", "unshelve", "a1", *where))["state"] in {"acknowledged", "unacknowledged"}
    assert facts(loadzone("alarms", "take-out", "a1", "--reason", "overhaul", *where))["state"] == "out of service"
    assert facts(loadzone("alarms", "return", "a1", *where))["state"] in {"acknowledged", "unacknowledged", "normal"}
    with platform.catalog.read("acme") as work:
        steps = [entry.event.step for entry in events_of(work, "acme", "alarm:a1")]
    assert steps == [f"alarm: {verb}" for verb in ("acknowledge", "shelve", "unshelve", "take out", "return")]


def test_the_precision_of_advice_has_the_exact_interval_of_what_was_checked(loadzone: Any, platform: Platform) -> None:
    outcomes = ["right", "right", "right", "right", "wrong", "not-checked"]
    for n, outcome in enumerate(outcomes):
        assert loadzone("advice", "close", f"d{n}", outcome, "--data", platform.folder).code == 0
    told = facts(loadzone("advice", "precision", "--data", platform.folder, "--json"))
    low, high = clopper_pearson(4, 5)
    assert (told["share"], told["low95"], told["high95"]) == (0.8, low, high)
    assert (told["not_checked"], told["open"]) == (1, 2)
    assert "4 of 5 right: 80 %" in loadzone("advice", "precision", "--data", platform.folder).out


def test_every_mode_of_the_standard_may_be_found(loadzone: Any, platform: Platform) -> None:
    for n, mode in enumerate(MODES[:8]):
        assert loadzone("advice", "close", f"d{n}", "right", "--found", mode, "--data", platform.folder).code == 0
    listed = loadzone("advice", "list", "--status", "ended", "--data", platform.folder, "--lang", "zh")
    assert "次表面起源型疲劳" in listed.out


@pytest.mark.parametrize(
    "words",
    [
        ("alarms", "acknowledge", "none"),
        ("alarms", "acknowledge", "a2"),
        ("alarms", "shelve", "a1", "--reason", "x", "--hours", "25"),
        ("alarms", "shelve", "a1", "--reason", "x", "--hours", "-1"),
        ("alarms", "shelve", "a1", "--reason", "x", "--hours", "nan"),
        ("alarms", "shelve", "a1", "--reason", ""),
        ("alarms", "shelve", "a1"),
        ("alarms", "take-out", "a1"),
        ("alarms", "return", "a1"),
        ("alarms", "list", "--organisation", "other"),
        ("advice", "close", "none", "right"),
        ("advice", "close", "d0", "perhaps"),
        ("advice", "close", "d0", "right", "--found", "gremlins"),
        ("positions", "--organisation", "other"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(
    loadzone: Any, platform: Platform, words: tuple[str, ...]
) -> None:
    said = loadzone(*words, "--data", platform.folder)
    assert (said.code, len(said.sentences)) == (2, 1), said.err


def test_empty_lists_say_so(loadzone: Any, tmp_path: Path) -> None:
    open_platform(tmp_path / "empty").close()
    for words in (("positions",), ("alarms", "list"), ("advice", "list")):
        said = loadzone(*words, "--data", tmp_path / "empty")
        assert (said.code, len(said.out.splitlines())) == (0, 1)
        assert facts(loadzone(*words, "--data", tmp_path / "empty", "--json")) == []
