"""The pages in a real browser: when they can be used, what they weigh, how the page of a recording follows a hand.

A page is interactive when all its islands are bound (the client sets the mark «lz:bound»), it has been painted after
that, and the main thread has nothing to do (the first idle callback); counted from the start of the navigation.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import numpy as np

from loadzone.bench.pages.server import COOKIE
from loadzone.words.errors import MissingInput
from loadzone.words.texts import text

CHROMIUM = Path("/usr/bin/chromium")
DATA = ("/curves", "/samples", "/pairs", "/sound")
"""Ends of paths that bring a signal, which does not count as the page's weight."""
Browser: TypeAlias = Any
"""Of playwright, which the benches alone need."""
WARM_UP = 5
WATCH = """window.interactive = new Promise((done) => {
  const idle = () => requestIdleCallback(() => done(performance.now()));
  const painted = () => requestAnimationFrame(() => setTimeout(idle, 0));
  new PerformanceObserver((found) => found.getEntriesByName("lz:bound").length && painted())
    .observe({ type: "mark", buffered: true });
});"""
"""Put into each page before its own scripts."""
ASKED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map((each) => ({ name: each.name, bytes: each.transferSize, answered: each.responseEnd }))"""
STEP = """async ([selector, actions, count]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const times = [];
  for (let i = 0; i < count; i++) {
    const action = actions[i % actions.length];
    await frame();
    const start = performance.now();
    if (action.key) {
      const event = new KeyboardEvent("keydown", { key: action.key, shiftKey: action.shift, bubbles: true });
      document.querySelector(selector).dispatchEvent(event);
    } else document.querySelector(`${selector} [data-by="${action.by}"]`).click();
    await frame();
    times.push(performance.now() - start);
  }
  return times;
}"""
"""From a key or a click to the end of the frame that shows what it did."""
DRAWN = """async () => {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const data = performance.getEntriesByType("resource").filter((each) => /curves|samples/.test(each.name));
  return performance.now() - Math.max(...data.map((each) => each.responseEnd));
}"""
PLOT = '[data-plot="envelope"]'


@dataclass(frozen=True)
class Visit:
    """One visit with an empty cache: ms until the page had come and until it could be used; bytes; paths asked."""

    answered_ms: float
    interactive_ms: float
    weight_bytes: int
    asked: tuple[str, ...]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window.

    Raises
    ------
    MissingInput : no Playwright or no Chromium
    """
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise MissingInput(text("a browser is driven by playwright: pip install playwright")) from error
    if not CHROMIUM.exists():
        raise MissingInput(text("there is no browser at {path}: install Chromium", path=str(CHROMIUM)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def visitor(browser: Browser, address: str, secret: str) -> Iterator[Any]:
    """A window of somebody who is signed in and has visited nothing yet."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        context.add_init_script(WATCH)
        yield context.new_page()
    finally:
        context.close()


def visit(browser: Browser, address: str, secret: str, path: str) -> Visit:
    """Open a page for the first time."""
    with visitor(browser, address, secret) as page:
        page.goto(address + path, wait_until="commit")
        interactive_ms = page.evaluate("window.interactive")
        page.wait_for_load_state("networkidle")
        entries = page.evaluate(ASKED)
    found = [(_path(each["name"]), each) for each in entries]
    return Visit(
        answered_ms=entries[0]["answered"],
        interactive_ms=interactive_ms,
        weight_bytes=sum(each["bytes"] for name, each in found if not name.partition("?")[0].endswith(DATA)),
        asked=tuple(name for name, _ in found),
    )


def hand(browser: Browser, address: str, secret: str, path: str, trials: int) -> Mapping[str, Any]:
    """Milliseconds of the page of a recording over ``trials`` steps of each kind.

    Returns
    -------
    draw: from the last byte of the data until all is drawn, of five loads; cursor, zoom, zoom_wave, zoom_spectrum: from
    a key or click to the end of the frame that shows it; idle: of a frame with nothing to do
    """
    with visitor(browser, address, secret) as page:
        draws = []
        for _ in range(WARM_UP):
            page.goto(address + path)
            page.wait_for_selector('[data-drawn="true"]')
            draws.append(page.evaluate(DRAWN))
        arrows = [{"key": "ArrowRight", "shift": False}, {"key": "ArrowRight", "shift": True}]
        keys = [{"key": each, "shift": False} for each in "+++---"]
        clicks = [{"by": "all"}, {"by": "in"}, {"by": "in"}, {"by": "out"}]
        return {
            "draw": {"median_ms": float(np.median(draws)), "longest_ms": max(draws)},
            "idle": _told(page.evaluate(STEP, [PLOT, [{"key": "F13", "shift": False}], trials])),
            "cursor": _told(page.evaluate(STEP, [PLOT, arrows, trials])),
            "zoom": _told(page.evaluate(STEP, [PLOT, keys, trials])),
            "zoom_wave": _told(page.evaluate(STEP, ['[data-zoom="wave"]', clicks, trials])),
            "zoom_spectrum": _told(page.evaluate(STEP, ['[data-zoom="spectrum"]', clicks, trials])),
        }


def _told(times_ms: list[float]) -> dict[str, float]:
    median, p95 = np.percentile(times_ms[WARM_UP:], [50, 95]).tolist()
    return {"median_ms": median, "p95_ms": p95}


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
