"""A bearing, its quantities, the tour and a report in a real browser: they follow, by pointer and keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser import enter, serving, visitor
from world import World

from loadzone.store.catalog.alarms import Alarm, alarms

pytestmark = pytest.mark.browser
LIFE = ".lives .most b"
SHOWN = ".quantity-note:popover-open"
CARD = ".tour:not([hidden])"


@pytest.fixture(scope="module")
def at(shared_world: World) -> Iterator[str]:
    now_us = shared_world.clock()
    alarm = Alarm("acme", "a1", "drive", "zone-danger", "high", "unacknowledged", now_us, now_us)
    shared_world.do("acme", lambda work: alarms.add(work, alarm))
    with serving(shared_world.app) as address:
        yield address


def test_the_life_follows_the_load_and_the_address_keeps_it(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.go("/bearings/6205")
        before = found.page.locator(LIFE).inner_text()
        found.page.locator("input[name=fr_kn]").fill("3")
        found.page.wait_for_function(f"old => document.querySelector('{LIFE}')?.innerText !== old", arg=before)
        assert "fr_kn=3" in found.page.url
        after = found.page.locator(LIFE).inner_text()
        found.page.reload()
        assert found.page.locator(LIFE).inner_text() == after
        found.page.locator("input[name=fr_kn]").fill("three")
        found.page.locator(".refused").wait_for()
        assert found.page.locator("input[name=fr_kn]").input_value() == "three"


@pytest.mark.parametrize(("lang", "theme", "is_phone"), [("en", "dark", False), ("zh", "light", True)])
def test_a_bearing_is_whole_for_everyone(
    browser: Any, at: str, shared_world: World, lang: str, theme: str, is_phone: bool
) -> None:
    with visitor(browser, at, lang=lang, theme=theme, phone=is_phone) as found:
        enter(found, shared_world)
        for path in ("/bearings/6205?fr_kn=3&against=6305", "/bearings?q=62", "/reports/fleet"):
            found.go(path)
            assert found.flaws() == []
            width = found.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, path


def test_a_quantity_tells_its_source_on_hover_and_focus_until_escape(
    browser: Any, at: str, shared_world: World
) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.go("/bearings/6205?fr_kn=3")
        found.page.locator(".steps .quantity[aria-describedby]").first.hover()
        found.page.locator(SHOWN).wait_for()
        assert "ISO 281:2007" in found.page.locator(SHOWN).inner_text()
        found.page.keyboard.press("Escape")
        found.page.locator(SHOWN).wait_for(state="hidden")
        found.page.locator("form .quantity[aria-describedby]").first.focus()
        assert "F" in found.page.locator(SHOWN).inner_text()
        found.page.keyboard.press("Tab")
        found.page.locator(SHOWN).wait_for(state="hidden")


def test_the_tour_walks_by_keyboard_ends_with_escape_and_begins_anew(
    browser: Any, at: str, shared_world: World
) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.go("/bearings")
        for _ in range(2):
            found.page.locator(".menu > summary").click()
            found.page.locator("[data-tour-start]").click()
            found.page.locator(CARD).wait_for()
            assert found.page.url == f"{found.address}/"
            assert found.page.locator(f"{CARD} [data-count]").inner_text() == "1 / 10"
            found.page.keyboard.press("ArrowRight")
            assert found.page.locator("#tour-name").inner_text() == "The fleet as a load zone"
            found.page.keyboard.press("ArrowLeft")
            assert found.page.locator("#tour-name").inner_text() == "The verdict comes first"
            found.page.keyboard.press("Escape")
            found.page.locator(CARD).wait_for(state="hidden")
            found.page.reload()
            assert found.page.locator(CARD).count() == 0
