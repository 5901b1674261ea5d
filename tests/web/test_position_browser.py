"""The course of a position in a real browser: its cursor by pointer and keyboard, its width, values that arrive."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser import enter, serving, visitor
from measured import measure
from world import World

pytestmark = pytest.mark.browser
POSITION = "/positions/acme/drive"


@pytest.fixture(scope="module")
def at(shared_world: World) -> Iterator[str]:
    measure(shared_world)
    with serving(shared_world.app) as address:
        yield address


def test_the_cursor_tells_its_values_in_the_head_by_keyboard_and_pointer(
    browser: Any, at: str, shared_world: World
) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.go(f"{POSITION}?days=30")
        found.page.wait_for_selector("body[data-live=here]")
        when = found.page.locator("[data-moment]")
        assert when.inner_text() == "now"
        found.page.locator("#course").focus()
        found.page.keyboard.press("Home")
        found.page.wait_for_selector("[data-cursor] circle")
        first = when.inner_text()
        found.page.keyboard.press("Shift+ArrowRight")
        assert when.inner_text() not in {"now", first}
        found.page.keyboard.press("Escape")
        assert when.inner_text() == "now"
        found.page.locator("#course svg").hover(position={"x": 200, "y": 120})
        found.page.wait_for_selector("[data-cursor] line", state="attached")
        assert found.flaws() == []


def test_a_phone_gets_a_course_of_its_own_width_and_nothing_scrolls_sideways(
    browser: Any, at: str, shared_world: World
) -> None:
    with visitor(browser, at, lang="zh", theme="dark", phone=True) as found:
        enter(found, shared_world)
        found.go(POSITION)
        found.page.wait_for_selector('#course svg[viewBox^="0 0 3"]')
        for path in (
            POSITION,
            f"{POSITION}/recordings",
            f"{POSITION}/history",
            "/machines/acme/fan",
            "/sites/acme/plant",
        ):
            found.go(path)
            width = found.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, path
            assert found.flaws() == [], path


def test_a_value_that_arrives_is_swapped_in_place_and_that_of_others_is_not(
    browser: Any, at: str, shared_world: World
) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.go(POSITION)
        found.page.wait_for_selector("body[data-live=here]")
        value = found.page.locator("[data-lane=velocity] b")
        assert value.inner_text() == "1.3"
        live, now_us = shared_world.platform.live, shared_world.clock()
        live.tell("acme", "free", "values", now_us, {"latest": {"velocity": [now_us, 9.9, "mms", "good"]}})
        live.tell("acme", "drive", "values", now_us, {"latest": {"velocity": [now_us, 1234.5, "mms", "good"]}})
        found.page.locator("[data-lane=velocity] b", has_text="1\u202f235").wait_for()


def test_a_span_drawn_with_the_mouse_is_shown_alone_and_left_again(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.go(f"{POSITION}?days=30")
        found.page.wait_for_selector("body[data-live=here]")
        box = found.page.locator("#course svg").bounding_box()
        found.page.mouse.move(box["x"] + 200, box["y"] + 100)
        found.page.mouse.down()
        found.page.mouse.move(box["x"] + 420, box["y"] + 100, steps=4)
        found.page.mouse.up()
        found.page.wait_for_url("**start=**")
        assert found.page.locator(".segments [aria-current]").count() == 0
        found.page.get_by_role("link", name="Whole span").click()
        found.page.wait_for_url(f"**{POSITION}?days=30")
