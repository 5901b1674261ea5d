"""The way in and the fleet, in a real browser: both languages, both themes, by keyboard, without complaints."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser import enter, serving, until, visitor
from world import World

from loadzone.flows.live import Live
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.latest import Latest, put_latest
from loadzone.store.catalog.work import Work

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def at(shared_world: World) -> Iterator[str]:
    def job(work: Work) -> None:
        now_us = shared_world.clock()
        put_latest(work, [Latest("acme", "free", "velocity", now_us, 1.2, "mms", "good")])
        facts = {"quantity": "velocity", "value": 7.6, "limit": 4.5}
        alarms.add(
            work, Alarm("acme", "a1", "drive", "zone-danger", "high", "unacknowledged", now_us, now_us, facts=facts)
        )

    shared_world.do("acme", job)
    with serving(shared_world.app) as address:
        yield address


@pytest.mark.parametrize(
    ("lang", "theme", "is_phone"), [("en", "light", False), ("zh", "dark", False), ("zh", "light", True)]
)
def test_a_link_leads_to_the_fleet_whose_heading_is_the_verdict(
    browser: Any, at: str, shared_world: World, lang: str, theme: str, is_phone: bool
) -> None:
    with visitor(browser, at, lang=lang, theme=theme, phone=is_phone) as found:
        enter(found, shared_world, "admin@acme")
        if lang == "zh":
            found.page.locator("button[name=lang][value=zh]").click()
            assert found.page.locator("h1").inner_text() == "1 个测点需要立即处理"
        else:
            assert found.page.locator("h1").inner_text() == "One position needs you now"
        assert found.page.locator("table.worst tbody tr").count() == 1
        assert found.flaws() == []
        width = found.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0


def test_a_spoke_tells_its_position_to_the_pointer_and_the_keyboard(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        told = found.page.locator("[data-told]:not([hidden])")
        until(lambda: found.page.locator(".load-zone a").first.focus() or told.count())  # once its island is there
        assert told.inner_text().splitlines()[:2] == ["drive", "Fan"]
        found.page.locator("h1").hover()
        found.page.keyboard.press("g")
        found.page.keyboard.press("f")
        found.page.wait_for_url(found.address + "/")


def test_the_page_reads_again_when_an_alarm_is_raised(browser: Any, at: str, shared_world: World) -> None:
    live: Live = shared_world.platform.live
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.page.wait_for_selector("body[data-live=here]")
        now_us = shared_world.clock()
        more = Alarm("acme", "a2", "free", "zone-danger", "high", "unacknowledged", now_us, now_us)
        shared_world.do("acme", lambda work: alarms.add(work, more))
        live.tell("acme", "free", "alarm", now_us)
        found.page.get_by_role("heading", name="2 positions need you now").wait_for()


def test_a_page_says_that_it_is_not_live_and_mends_itself(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.page.wait_for_selector("body[data-live=here]")
        found.page.context.set_offline(True)
        found.page.wait_for_selector("[data-live-line=away]:not([hidden])")
        found.page.context.set_offline(False)
        found.page.wait_for_selector("body[data-live=here]")
        found.complaints.clear()  # the browser tells of the attempts in between
