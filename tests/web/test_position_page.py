"""The pages of a position, a machine and a site: the answer, its evidence, its course, and where they lead."""

import json
import re
from html import unescape
from typing import Any

import pytest
from measured import DAY_US, measure
from world import World

from loadzone.flows.assets import change, mount, remove
from loadzone.flows.audit import Act
from loadzone.store.catalog.alarms import Alarm, alarms

POSITION = "/positions/acme/drive"


@pytest.fixture(scope="module")
def filled(shared_world: World) -> World:
    measure(shared_world)
    return shared_world


def page(world: World, path: str, visitor: str = "viewer@acme", lang: str = "en") -> str:
    world.client.cookies.clear()
    headers = {"Accept": "text/html", "Cookie": f"loadzone_lang={lang}; loadzone_zone=Asia/Shanghai"}
    answer = world.ask("GET", path, visitor, headers=headers, follow_redirects=False)
    assert answer.status_code == 200, answer.text[:500]
    return str(answer.text)


def words(html: str) -> str:
    return re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def told(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unescape(re.search(r'data-course="([^"]*)"', html)[1]))  # type: ignore[index]
    return found


def test_the_answer_of_a_position_is_what_to_do_by_when(filled: World) -> None:
    shown = words(page(filled, POSITION))
    assert "Fan, drive" in shown
    assert re.search(r"Plan Outer ring, confirmed By \d+ \w+", shown)
    assert "Exchange 6205 at the next stop." in shown
    assert "15 days are left" in unescape(page(filled, POSITION))


def test_evidence_says_which_way_it_pulls_and_leads_to_its_recording(filled: World) -> None:
    html = page(filled, POSITION)
    why = re.search(r'<ul class="evidence">(.*?)</section>', html, re.DOTALL)
    assert why is not None
    assert 'href="/positions/acme/drive/recordings/r2"' in why[1]
    assert {"mark state-plan", "mark state-good"} <= set(re.findall(r"mark state-\w+", why[1]))
    assert re.search(r"p \d", words(why[1]))
    assert "What would prove it wrong" in words(html)


def test_the_course_has_lanes_limits_a_gap_and_the_recordings_of_its_span(filled: World) -> None:
    html = page(filled, f"{POSITION}?days=30")
    data = told(html)
    assert [each["name"] for each in data["lanes"]] == ["velocity"]
    assert [name for _, name in data["recordings"]] == ["r20", "r10", "r2"]
    assert data["end"] - data["start"] == 30 * 86_400
    figure = re.search(r'<figure id="course".*?</figure>', html, re.DOTALL)
    assert figure is not None
    for expected in ("alert 2.5", "danger 2.4", "no data", "BPFO", "advice"):
        assert expected in words(figure[0]), expected


def test_a_span_in_the_address_chooses_what_is_shown(filled: World) -> None:
    assert [name for _, name in told(page(filled, f"{POSITION}?days=7"))["recordings"]] == ["r2"]
    since = told(page(filled, f"{POSITION}?days=mounted"))
    assert 30 * 86_400 < since["end"] - since["start"] < 40 * 86_400


def test_a_span_of_its_own_is_shown_and_one_that_cannot_be_is_not(filled: World) -> None:
    end = told(page(filled, POSITION))["end"]
    own = told(page(filled, f"{POSITION}?start={end - 7 * 86_400}&end={end - 86_400}"))
    assert (own["end"] - own["start"], [name for _, name in own["recordings"]]) == (6 * 86_400, ["r2"])
    for start, last in ((end, end - 7200), (end - 60, end), (-5, end), (1, 2)):
        usual = told(page(filled, f"{POSITION}?start={start}&end={last}"))
        assert usual["end"] - usual["start"] == 90 * 86_400


def test_an_alarm_that_is_hidden_is_told(world: World) -> None:
    now_us = world.clock()
    hidden = Alarm("acme", "h", "free", "device-cable", "low", "out of service", now_us, now_us)
    world.do("acme", lambda work: alarms.add(work, hidden))
    assert "Cable or connector, out of service" in words(page(world, "/positions/acme/free"))


def test_the_ledger_tells_people_by_name(world: World) -> None:
    user = world.users["engineer@acme"].user
    act = Act(f"acme/{user.id}", world.clock())
    world.do("acme", lambda work: change(work, act, "position", "acme", "free", {"name": "Free end"}))
    assert "Engineer, acme" in words(page(world, "/positions/acme/free/history"))


def test_a_course_is_drawn_as_wide_as_it_is_asked_for_within_reason(filled: World) -> None:
    for asked, drawn in ((500, 500), (1, 300), (10**9, 2400), (-5, 300)):
        assert told(page(filled, f"{POSITION}?width={asked}"))["width"] == drawn


def test_what_happened_tells_of_units_alarms_and_advice(filled: World) -> None:
    html = page(filled, POSITION)
    shown = words(html[html.index('class="happened"') :])
    for expected in ("Mounted 6205", "Removed after 160 days: fretting", "Advice: Outer ring, confirmed", "S-1"):
        assert expected in shown


def test_recordings_are_listed_with_verdicts_and_filtered_by_them(filled: World) -> None:
    shown = page(filled, f"{POSITION}/recordings")
    assert re.findall(r'href="/positions/acme/drive/recordings/(r\d+)"', shown) == ["r2", "r10", "r20"]
    only = page(filled, f"{POSITION}/recordings?verdict=healthy")
    assert re.findall(r'href="/positions/acme/drive/recordings/(r\d+)"', only) == ["r20"]
    assert "No recording has this verdict." in words(page(filled, f"{POSITION}/recordings?verdict=suspected"))


def test_the_history_is_what_the_ledger_tells_of_position_and_units(filled: World) -> None:
    shown = words(page(filled, f"{POSITION}/history"))
    for expected in ("unit mounted", "unit removed: fretting", "position changed", "S-2 6205"):
        assert expected in shown
    numbers = [int(each) for each in re.findall(r'<td class="number">(\d+)</td>', page(filled, f"{POSITION}/history"))]
    assert numbers == sorted(numbers, reverse=True)
    assert page(filled, f"{POSITION}/history?before={numbers[2]}").count("<time") == len(numbers) - 3


def test_a_machine_is_drawn_from_its_structure_with_a_link_for_each_position(filled: World) -> None:
    html = page(filled, "/machines/acme/fan")
    assert re.search(r"Fan: plan a stop by \d+ \w+, one position decides", words(html))
    drawn = re.search(r'<svg[^>]*class="train".*?</figure>', html, re.DOTALL)
    assert drawn is not None
    assert {"/positions/acme/drive", "/positions/acme/free"} <= set(re.findall(r'href="([^"]+)"', drawn[0]))
    assert "not to scale" in words(drawn[0])
    assert "rotor: 1\u202f497 r/min" in words(drawn[0])
    assert "pinion: 4\u202f491 r/min" in words(drawn[0])
    assert "framed state-plan" in drawn[0]


def test_a_machine_without_structure_shows_a_plain_row(world: World) -> None:
    html = page(world, "/machines/acme/fan")
    assert "is not entered" in words(html)
    assert 'class="row-of-positions"' in html
    world.do("acme", lambda work: _broken(work, world))
    assert 'class="row-of-positions"' in page(world, "/machines/acme/fan")


def _broken(work: Any, world: World) -> None:
    facts = {"drive_train": {"shafts": [{"id": "a", "ratio": 0}], "positions": [{"position": "drive", "shaft": "b"}]}}
    change(work, world.act, "machine", "acme", "fan", {"facts": facts})


def test_a_site_tells_its_worst_machine_first(filled: World) -> None:
    html = page(filled, "/sites/acme/plant")
    assert re.search(r"Plant: plan a stop by \d+ \w+, one position decides", words(html))
    assert 'href="/machines/acme/fan"' in html
    assert "2 positions: 1 plan, 1 no data" in words(html)


@pytest.mark.parametrize("path", [POSITION, f"{POSITION}/recordings", f"{POSITION}/history", "/machines/acme/fan"])
def test_what_is_not_there_is_said_on_a_page(world: World, path: str) -> None:
    gone = path.replace("/drive", "/nowhere").replace("/fan", "/nowhere")
    answer = world.ask("GET", gone, "viewer@acme", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_position_without_anything_says_what_is_missing(world: World) -> None:
    shown = words(page(world, "/positions/acme/free"))
    for expected in ("No data", "No recording has been diagnosed here yet.", "Nothing was measured here in this span."):
        assert expected in shown
    chinese = words(page(world, "/positions/acme/free", lang="zh"))
    assert "此处尚无已诊断的记录。" in chinese


def test_an_exchange_and_a_sound_recording_after_a_call_are_told_beside_it(world: World) -> None:
    measure(world)
    now_us = world.clock()
    act = Act("acme/test", now_us)

    def exchange(work: Any) -> None:
        remove(work, act, "acme", "drive", at_us=now_us - DAY_US)
        mount(work, act, "acme", "drive", "S-1", at_us=now_us - DAY_US)

    world.do("acme", exchange)
    assert re.search(r"But the bearing was exchanged on \d+ \w+", words(page(world, POSITION)))


def test_an_alarm_is_acknowledged_where_it_is_seen_by_who_may(world: World) -> None:
    measure(world)
    assert "Acknowledge the alarm" not in page(world, POSITION)
    assert "See the alarm" in page(world, POSITION)
    html = page(world, POSITION, "analyst@acme")
    form = re.search(r'<form method="post" action="(/alarms/acme/a1/moves)".*?</form>', html, re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    answer = world.ask("POST", form[1], "analyst@acme", data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].startswith(POSITION)) == (303, True)
    assert "Acknowledge the alarm" not in page(world, answer.headers["location"], "analyst@acme")
