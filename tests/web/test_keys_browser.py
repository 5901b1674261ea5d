"""The sheet of keys in a real browser: it tells the keys that the page listens to, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import enter, serving, until, visitor
from measured import measure
from world import World

from loadzone.web import static
from loadzone.web.pages.key_words import WORDS

pytestmark = pytest.mark.browser
CODE = static.FOLDER.parent / "client" / "code"


@pytest.fixture(scope="module")
def at(shared_world: World) -> Iterator[str]:
    measure(shared_world)
    with serving(shared_world.app) as address:
        yield address


def opened(page: Any) -> Any:
    """The sheet, opened by its key: asked for until its island is there."""
    found = page.locator("dialog.key-sheet[open]")
    until(lambda: found.count() or page.keyboard.press("?") or found.count())
    return found


def sheet(page: Any) -> dict[str, str]:
    """The keys that the open sheet tells, each with what it does."""
    rows = page.locator("dialog.key-sheet[open] dl > div")
    rows.first.wait_for()
    return {
        " ".join(row.locator("kbd").all_inner_texts()): row.locator("dd").inner_text()
        for row in (rows.nth(number) for number in range(rows.count()))
    }


def test_every_key_of_an_island_has_its_words() -> None:
    files = [each for each in CODE.rglob("*.ts") if "node_modules" not in Path(each).parts]
    bound = "\n".join(each.read_text("utf-8") for each in files)
    names = set(re.findall(r'keys: \[[^\]]+\],\s*name: "(\w+)"', bound))
    assert names
    assert names <= set(WORDS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_mark_opens_the_keys_of_this_page_and_escape_closes_them(
    browser: Any, at: str, shared_world: World, lang: str
) -> None:
    with visitor(browser, at, lang=lang, theme="dark" if lang == "zh" else "light") as found:
        enter(found, shared_world)
        found.page.context.add_cookies([{"name": "loadzone_lang", "value": lang, "url": at}])
        found.go("/positions/acme/drive?days=30")
        found.page.wait_for_selector("body[data-live=here]")
        opened(found.page)
        told = sheet(found.page)
        words = {"en": ("Data as a table", "Fleet"), "zh": ("数据表", "全场")}[lang]
        assert told["D"].startswith(words[0][:2])
        assert told["← →"] == WORDS["cursor"].render(lang)
        assert told["G F"]
        assert all(name for name in told.values())
        if lang == "zh":
            assert all(re.search(r"[\u4e00-\u9fff]|English", name) for name in told.values()), told
        assert found.flaws() == []
        found.page.keyboard.press("Escape")
        found.page.wait_for_selector("dialog.key-sheet", state="hidden")
        found.page.locator(".title-block [data-keys-open]").click()
        assert sheet(found.page) == told


def test_keys_of_one_sign_can_be_put_off(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.page.wait_for_selector("body[data-live=here]")
        opened(found.page).locator("input[type=checkbox]").uncheck()
        found.page.keyboard.press("Escape")
        found.page.wait_for_selector("dialog.key-sheet", state="hidden")
        found.page.keyboard.press("?")
        assert found.page.locator("dialog.key-sheet").is_hidden()
        found.page.locator(".menu > summary").click()
        found.page.locator(".menu [data-keys-open]").click()
        found.page.locator("dialog.key-sheet input[type=checkbox]").check()
