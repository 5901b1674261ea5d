"""In a real browser: the cursor reads the orders that were simulated, follows hand and keys, and the link keeps it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from browser import serving
from recorded import ORDERS, SPEED_RPM, path_of, record
from world import World

from loadzone.reports.numbers import fixed

pytestmark = pytest.mark.browser
DRAWN = '.recording[data-drawn="true"]'
BREACHES = "addEventListener('securitypolicyviolation', (e) => (window.breaches ??= []).push(e.violatedDirective))"


@dataclass
class Seen:
    """A page of the live server, and what it did that it must not."""

    page: Any
    base: str
    ids: dict[str, str]
    wrong: list[str] = field(default_factory=list)

    def open(self, name: str, query: str = "") -> None:
        self.page.goto(self.base + path_of(self.ids[name]) + query)
        self.page.wait_for_selector(DRAWN)

    def read(self, name: str) -> str:
        words: str = self.page.text_content(f'[data-read="{name}"]')
        return words

    def shows(self, name: str, words: str) -> None:
        """Wait until a read-out shows it."""
        self.page.wait_for_function(
            "([name, words]) => document.querySelector(`[data-read='${name}']`).textContent === words",
            arg=[name, words],
        )

    def place(self) -> float:
        return float(self.read("place").replace("\u202f", ""))


@pytest.fixture(scope="module")
def served(shared_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    ids = record(shared_world, tmp_path_factory.mktemp("recorded"))
    with serving(shared_world.app) as address:
        yield address, ids


@pytest.fixture
def seen(served: tuple[str, dict[str, str]], shared_world: World, browser: Any) -> Iterator[Seen]:
    base, ids = served
    with browser.context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        secret = shared_world.secrets["viewer@acme"]
        context.add_cookies([{"name": "loadzone_session", "value": secret, "url": base}])
        context.add_init_script(BREACHES)
        found = Seen(context.new_page(), base, ids)
        wrong = found.wrong
        found.page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        found.page.on("pageerror", lambda error: wrong.append(str(error)))
        found.page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(base) else None)
        yield found
        breaches = found.page.evaluate("window.breaches ?? []")
    assert (found.wrong, breaches) == ([], [])


def test_the_cursor_reads_the_order_that_was_simulated(seen: Seen) -> None:
    seen.open("outer")
    first = seen.page.locator("[data-lines] tr").first.locator("td").all_text_contents()
    bin_orders = 1 / (SPEED_RPM / 60 * 6)
    assert abs(seen.place() - ORDERS.outer) < bin_orders
    assert seen.read("frequency").startswith("order, ")
    assert abs(float(re.findall(r"[\d.]+", seen.read("frequency"))[0]) - ORDERS.outer * SPEED_RPM / 60) < 0.2
    assert seen.read("of") == f"off BPFO {fixed(ORDERS.outer, 3)}"
    assert first[1] == fixed(ORDERS.outer, 3)
    assert (first[2], first[3]) == (seen.read("place"), f"{seen.read('level')} dB")


def test_arrows_move_one_bin_and_ten_and_the_family_key_leads_home(seen: Seen) -> None:
    seen.open("outer")
    home, step = seen.place(), 1 / (SPEED_RPM / 60 * 6)
    seen.page.keyboard.press("ArrowRight")
    seen.shows("place", fixed(round(home / step) * step + step, 3))
    seen.page.keyboard.press("Shift+ArrowLeft")
    seen.shows("place", fixed(round(home / step) * step - 9 * step, 3))
    seen.page.keyboard.press("2")
    seen.shows("place", fixed(home, 3))
    seen.page.keyboard.press("3")
    seen.page.wait_for_function(
        "(words) => document.querySelector('[data-lines] td').textContent === 'BPFI'"
        " && document.querySelectorAll('[data-lines] td')[1].textContent === words",
        arg=fixed(ORDERS.inner, 3),
    )


def test_the_handle_is_dragged_and_the_link_keeps_where_it_stands(seen: Seen) -> None:
    seen.open("outer")
    plot = seen.page.locator('[data-plot="envelope"]')
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    seen.page.mouse.move(box["x"] + 200, box["y"] + box["height"] - 20)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 300, box["y"] + box["height"] - 20, steps=4)
    seen.page.mouse.move(box["x"] + 40 + (box["width"] - 48) / 2, box["y"] + box["height"] - 20)
    seen.page.mouse.up()
    half = float(plot.get_attribute("aria-valuemax")) / 2
    assert abs(seen.place() - half) < 0.1
    moved = seen.read("place")
    seen.page.wait_for_function(
        "(place) => Math.abs(Number(new URLSearchParams(location.search).get('at')) - Number(place)) < 0.005", arg=moved
    )
    seen.page.reload()
    seen.page.wait_for_selector(DRAWN)
    seen.shows("place", moved)


def test_axis_and_scale_are_switched_by_keys_and_kept_through_the_language(seen: Seen) -> None:
    seen.open("outer", "?family=outer")
    order = seen.read("place")
    seen.page.keyboard.press("o")
    seen.shows("frequency", f"order {order}")
    assert abs(seen.place() - float(order) * SPEED_RPM / 60) < 0.2
    seen.page.keyboard.press("l")
    seen.page.wait_for_function("() => location.search.includes('scale=db') && location.search.includes('axis=hz')")
    hertz = seen.read("place")
    seen.page.click("button[name=lang]")
    seen.page.wait_for_selector(f"html[lang=zh-Hans] {DRAWN}")
    seen.shows("place", hertz)
    assert seen.read("frequency") == f"阶次 {order}"
    assert "axis=hz" in seen.page.url


def test_another_recording_is_laid_over_and_taken_away(seen: Seen) -> None:
    seen.open("outer", "?scale=db")
    seen.page.keyboard.press("c")
    seen.page.select_option("[data-compare]", seen.ids["none"])
    seen.page.wait_for_url(re.compile(f"with={seen.ids['none']}"))
    seen.page.wait_for_selector(DRAWN)
    assert "No bearing damage found" in seen.page.text_content(".beside")
    assert "scale=db" in seen.page.url
    seen.page.click(".beside a:last-child")
    seen.page.wait_for_function("() => !location.search.includes('with=')")


def test_brackets_lead_to_the_recordings_before_and_after(seen: Seen) -> None:
    seen.open("none", "?scale=db")
    seen.page.keyboard.press("]")
    seen.page.wait_for_url(re.compile(seen.ids["outer"]))
    seen.page.wait_for_selector(DRAWN)
    seen.page.keyboard.press("[")
    seen.page.wait_for_url(re.compile(seen.ids["none"]))


def test_a_speed_said_by_hand_gives_the_answer(seen: Seen) -> None:
    seen.open("silent")
    assert seen.read("frequency") == "Hz"
    seen.page.fill("[name=speed]", f"{SPEED_RPM:g}")
    seen.page.fill("[name=bearing]", "6205-2RS JEM")
    seen.page.click("[data-correct] button")
    seen.page.wait_for_selector(f"{DRAWN} [data-lines]")
    assert "Outer ring" in seen.page.text_content("h1")
    assert abs(seen.place() - ORDERS.outer) < 1 / (SPEED_RPM / 60 * 6)


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_scrolls_sideways_and_sound_is_played(seen: Seen, width: int) -> None:
    seen.page.set_viewport_size({"width": width, "height": 844})
    seen.open("outer")
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen.page.click("summary:has-text('Listen')")
    length = seen.page.evaluate(
        "() => new Promise((done, fail) => { const a = document.querySelector('audio');"
        " a.onloadedmetadata = () => done(a.duration); a.onerror = () => fail(a.error.message); a.load();"
        " a.preload = 'metadata'; })"
    )
    assert abs(length - 6.0) < 0.01
