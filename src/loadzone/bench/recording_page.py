"""How fast the page of a recording draws and follows a hand: in a real browser, over a server of this process."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from loadzone.bearings.catalogue import find
from loadzone.bench.runner import made_by
from loadzone.connect.address import Address
from loadzone.flows import access, people
from loadzone.flows.audit import Act
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.ingest import enter, ingest
from loadzone.flows.platform import Platform, now_us, open_platform
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording
from loadzone.words.errors import MissingInput
from loadzone.words.texts import text

CHROMIUM = Path("/usr/bin/chromium")
BEARING = "6226"
SAMPLES, FS_HZ, SPEED_RPM = 131_072, 25_600.0, 1487.0
ADDRESS = Address("bench", "drive")
LOGIN, PASSWORD = "bench", "only for this bench"
"""Of nobody, in a folder that goes away."""
WARM_UP = 5
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


def run(trials: int = 120) -> dict[str, Any]:
    """Milliseconds from data to drawing, of a step of the cursor, of a step of zoom, each over ``trials`` steps.

    Returns
    -------
    draw_ms: from the last byte of the data until all is drawn, of five loads; cursor, zoom, zoom_wave, zoom_spectrum:
    median and p95 from a key or click to the end of the frame that shows it; idle: of a frame with nothing to do;
    load: average of the machine before and after, because such figures mean nothing without it

    Raises
    ------
    MissingInput : no Playwright or no Chromium
    """
    before = os.getloadavg()[0]
    with TemporaryDirectory(prefix="loadzone-bench-") as folder, _served(Path(folder)) as place, _browser() as browser:
        base, path = place
        page = _signed_in(browser, base)
        draws = []
        for _ in range(WARM_UP):
            page.goto(base + path)
            page.wait_for_selector('[data-drawn="true"]')
            draws.append(page.evaluate(DRAWN))
        arrows = [{"key": "ArrowRight", "shift": False}, {"key": "ArrowRight", "shift": True}]
        keys = [{"key": each, "shift": False} for each in "+++---"]
        clicks = [{"by": "all"}, {"by": "in"}, {"by": "in"}, {"by": "out"}]
        measured = {
            "idle": _told(page.evaluate(STEP, [PLOT, [{"key": "F13", "shift": False}], trials])),
            "cursor": _told(page.evaluate(STEP, [PLOT, arrows, trials])),
            "zoom": _told(page.evaluate(STEP, [PLOT, keys, trials])),
            "zoom_wave": _told(page.evaluate(STEP, ['[data-zoom="wave"]', clicks, trials])),
            "zoom_spectrum": _told(page.evaluate(STEP, ['[data-zoom="spectrum"]', clicks, trials])),
        }
        chromium = browser.version
    return {
        "samples": SAMPLES,
        "draw_ms": sorted(draws)[len(draws) // 2],
        "draw_longest_ms": max(draws),
        **measured,
        "load": {"before": before, "after": os.getloadavg()[0]},
        "chromium": chromium,
        "made_by": made_by("loadzone bench recording-page", trials=trials),
    }


def _told(times_ms: list[float]) -> dict[str, float]:
    median, p95 = np.percentile(times_ms[WARM_UP:], [50, 95]).tolist()
    return {"median_ms": median, "p95_ms": p95}


def _recording() -> Recording:
    made, _ = recording(
        find(BEARING).geometry,
        "outer",
        speed_rpm=SPEED_RPM,
        fs_hz=FS_HZ,
        duration_s=SAMPLES / FS_HZ,
        rng=np.random.default_rng(1),
        snr_db=0.0,
    )
    return made.but(channel="A1")


def _furnished(folder: Path) -> tuple[Platform, str]:
    """A platform with one recording and somebody who may see it; the path of its page."""
    platform = open_platform(folder / "data")
    people.first_start(platform.catalog, organisation=ADDRESS.organisation, login=LOGIN, at_us=now_us())
    access.put_password(platform.catalog, LOGIN, PASSWORD, Act("bench", now_us()))
    enter(platform, ADDRESS, BEARING, now_us())
    file = write(folder / "recording.wav", [_recording()])
    (found,) = ingest(platform, ADDRESS, [str(file)], DiagnoseOptions(bearing=BEARING))
    identifier = found.results[0]["recording"]
    return platform, f"/positions/{ADDRESS.organisation}/{ADDRESS.position}/recordings/{identifier}"


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str]]:
    """Address of a server in a thread of its own, and the path of the recording's page on it."""
    import uvicorn

    from loadzone.web.app import create_app

    platform, path = _furnished(folder)
    server = uvicorn.Server(uvicorn.Config(create_app(platform), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", path
    finally:
        server.should_exit = True
        thread.join()
        platform.close()


@contextmanager
def _browser() -> Iterator[Any]:
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


def _signed_in(browser: Any, base: str) -> Any:  # noqa: ANN401  of another package
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{base}/sign-in")
    page.fill("[name=login]", LOGIN)
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_load_state("load")
    return page
