"""In a real browser, by keyboard alone: sign in, acknowledge the alarm of an advice, enter a finding, take it back."""

from collections.abc import Iterator
from typing import Any

import pytest
from advised import give, ring
from browser import serving
from world import PASSWORD, World

from loadzone.flows.alarms_desk import alarm, one_advice
from loadzone.store.catalog.passwords import hash_password, set_password

pytestmark = pytest.mark.browser
BREACHES = "addEventListener('securitypolicyviolation', (e) => console.error('breach of ' + e.violatedDirective))"
WORDS = {
    "en": ("Save the finding", "right entered", "Why it is not a fault"),
    "zh": ("保存结果", "已录入「正确」", "非故障的原因"),
}


@pytest.fixture
def served(world: World) -> Iterator[str]:
    with serving(world.app) as address:
        yield address


@pytest.fixture
def page(browser: Any, served: str) -> Iterator[Any]:
    wrong: list[str] = []
    size = {"width": 1440, "height": 900}
    with browser.context(viewport=size, locale="en-GB", base_url=served) as context:
        context.add_init_script(BREACHES)
        opened = context.new_page()
        opened.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(served) else None)
        yield opened
    assert wrong == []


def enter(page: Any, world: World) -> None:
    """Sign in by keyboard, and wait for the keys to work."""
    user = world.users["analyst@acme"].user
    hashed = hash_password(PASSWORD)
    world.do("acme", lambda work: set_password(work, user, hashed))
    page.goto("/sign-in?next=/advice")
    page.focus("input[name=login]")
    page.keyboard.type("analyst@acme")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#case-name")


def press(page: Any, key: str, then: str) -> None:
    """A key, tried until the page has its behaviour, and what must then be there."""
    page.wait_for_selector('body[data-live="here"]')
    page.keyboard.press(key)
    page.wait_for_selector(then)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_engineer_works_through_the_queue_by_keyboard(page: Any, world: World, lang: str) -> None:
    give(world, "ad-1", ring(world, cause="bearing-outer").id, due_days=2)
    give(world, "ad-2", due_days=3)
    save, entered, why = WORDS[lang]
    enter(page, world)
    if lang == "zh":
        press(page, "y", 'html[lang="zh-Hans"] #case-name')
    assert save in page.text_content("#finding")
    press(page, "j", 'a[href="/advice/acme/ad-2"][aria-current]')
    press(page, "k", 'a[href="/advice/acme/ad-1"][aria-current]')
    press(page, "a", ".of-alarm form:not(:has(button))")
    assert world.platform.read("acme", lambda work: alarm(work, "acme", "al-1")).state == "acknowledged"
    page.focus("input[name=outcome]")
    page.keyboard.press("Space")
    press(page, "s", ".toast")
    page.focus(".toast button")
    assert entered in page.text_content(".toast")
    assert page.url.partition("?")[0].endswith("/advice/acme/ad-2")
    assert world.platform.read("acme", lambda work: one_advice(work, "acme", "ad-1")).outcome == "right"
    page.keyboard.press("Enter")
    page.wait_for_selector('a[href="/advice/acme/ad-1"][aria-current]')
    assert world.platform.read("acme", lambda work: one_advice(work, "acme", "ad-1")).outcome is None
    press(page, "n", "details.disagree[open] textarea:focus")
    assert why in page.text_content("details.disagree")


def test_a_shelf_is_filled_in_and_undone_on_the_page_of_alarms(page: Any, world: World) -> None:
    give(world)
    ring(world)
    enter(page, world)
    page.goto("/alarms")
    press(page, "s", "#chosen details[open] input[name=reason]:focus")
    page.keyboard.type("balancing")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast")
    assert world.platform.read("acme", lambda work: alarm(work, "acme", "al-1")).state == "shelved"
    page.focus(".toast button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chosen [data-key=A]")
    assert world.platform.read("acme", lambda work: alarm(work, "acme", "al-1")).state == "unacknowledged"
