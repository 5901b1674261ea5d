"""The page of alarms: who must move, what went by unseen, and what people do to an alarm there."""

from typing import Any

import pytest
from advised import ring
from test_advice_page import read, send
from world import World

from loadzone.flows.alarms_desk import alarm
from loadzone.store.catalog.alarms import STATES

MOVES = "/alarms/acme/al-1/moves"


def state(world: World, name: str = "al-1") -> str:
    return world.platform.read("acme", lambda work: alarm(work, "acme", name)).state


def test_the_heading_counts_what_waits_and_what_went_by_unseen(world: World) -> None:
    assert "No alarm waits for a hand" in read(world, "/alarms").text
    ring(world, "al-1")
    assert "One alarm waits for a hand</h1>" in read(world, "/alarms").text
    ring(world, "al-2")
    ring(world, "al-3", "returned unacknowledged")
    assert "2 alarms wait for a hand, 1 went by unseen" in read(world, "/alarms").text
    assert "2 条报警待应答，1 条无人应答即消失" in read(world, "/alarms", lang="zh").text


@pytest.mark.parametrize("there", STATES)
def test_every_state_of_an_alarm_is_shown(world: World, there: Any) -> None:
    ring(world, state=there, quantity="velocity", value=7.6, limit=4.5)
    for tab in ("live", "shelved", "history"):
        assert read(world, f"/alarms?show={tab}&alarm=acme:al-1").status_code == 200


def test_an_alarm_is_acknowledged_and_the_page_tells_who_did_it(world: World) -> None:
    ring(world)
    sent = send(world, MOVES, verb="acknowledge", next="/alarms?show=live&span=7d&alarm=acme:al-1")
    assert sent.headers["location"] == "/alarms?show=live&span=7d&alarm=acme:al-1&told=acknowledge"
    assert state(world) == "acknowledged"
    page = read(world, sent.headers["location"]).text
    assert "by Analyst" in page
    assert "acknowledged</span>" in page


def test_a_form_on_another_page_leads_back_there_and_never_to_another_host(world: World) -> None:
    ring(world)
    sent = send(world, MOVES, verb="acknowledge", next="/positions/acme/drive")
    assert sent.headers["location"] == "/positions/acme/drive"
    ring(world, "al-2")
    away = send(world, "/alarms/acme/al-2/moves", verb="acknowledge", next="//evil.example")
    assert away.headers["location"].startswith("/alarms?")


def test_a_shelf_has_a_reason_and_an_end_and_can_be_undone(world: World) -> None:
    ring(world)
    sent = send(world, MOVES, verb="shelve", reason="balancing", hours="4")
    assert state(world) == "shelved"
    page = read(world, sent.headers["location"]).text
    assert 'name="verb" value="unshelve"' in page[page.index('class="toast"') :]
    assert "balancing" in page
    send(world, MOVES, verb="unshelve")
    assert state(world) == "unacknowledged"
    assert 'class="toast"' in read(world, "/alarms?alarm=acme:al-1&told=unshelve").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"verb": "shelve", "reason": "balancing", "hours": "25"}, "at most 24 h away"),
        ({"verb": "shelve", "reason": "balancing", "hours": "ten"}, "give an end in the future"),
        ({"verb": "shelve", "reason": " ", "hours": "4"}, "not hidden without a reason"),
        ({"verb": "take out"}, "not hidden without a reason"),
        ({"verb": "reset"}, "cannot be reset"),
        ({"verb": "explode"}, "choose what to do"),
    ],
)
def test_what_is_refused_is_said_on_the_form_and_nothing_moves(world: World, form: dict[str, str], words: str) -> None:
    ring(world)
    refused = send(world, MOVES, **form)
    assert refused.status_code in {409, 422}
    assert words in refused.text
    assert state(world) == "unacknowledged"
    if form.get("reason", "").strip():
        assert 'value="balancing"' in refused.text


def test_who_may_only_look_finds_no_button(world: World) -> None:
    ring(world)
    assert "/moves" not in read(world, "/alarms", "viewer@acme").text
    assert send(world, MOVES, "viewer@acme", verb="acknowledge").status_code == 403


def test_an_alarm_that_is_over_stands_in_the_history(world: World) -> None:
    ring(world)
    assert "al-1" not in read(world, "/alarms?show=history").text
    send(world, MOVES, verb="acknowledge")
    send(world, MOVES, verb="take out", reason="cable on order")
    assert "al-1" in read(world, "/alarms?show=shelved").text
    send(world, MOVES, verb="return")
    send(world, MOVES, verb="acknowledge")
    assert "cable on order" in read(world, "/alarms?alarm=acme:al-1").text
