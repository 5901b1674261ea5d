"""Every figure that is promised of the pages, beside its goal."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from loadzone.bench.pages.browser import Browser, Visit, chromium, hand, visit
from loadzone.bench.pages.fleet import furnish
from loadzone.bench.pages.server import Server, load, served, sessions
from loadzone.bench.pages.viewers import watched
from loadzone.bench.runner import Progress, made_by

VIEWERS, CLICKS = 20, 32
VISITS = 7
INTERACTIVE_MS = {"fleet": 1000.0, "position": 800.0}
MOST_BYTES = 500_000
LONGEST_MS = 2000.0
HAND_MS = {
    "draw": {"median_ms": 500.0},
    "cursor": {"median_ms": 33.0, "p95_ms": 50.0},
    "zoom": {"median_ms": 60.0},
    "zoom_wave": {"median_ms": 60.0},
    "zoom_spectrum": {"median_ms": 60.0},
}


def run(
    trials: int = 120,
    positions: int = 1000,
    folder: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> dict[str, Any]:
    """Time and weight of each page, alone and under twenty viewers.

    Parameters
    ----------
    trials : steps of the cursor and of each zoom
    positions : of the fleet
    folder : where the fleet is kept and found again; None: it goes away
    jobs : processes that furnish it

    Returns
    -------
    pages: of each first visit (empty cache) answered_ms, interactive_ms (median of seven; see `browser`), longest_ms,
    weight_bytes (compressed, with scripts, fonts and style, without a signal), cpu_ms of the server; recording: draw,
    cursor, zoom; viewers: of each page p50_ms, p95_ms, longest_ms from the question to the last byte of what the page
    needs and was not there yet; every promised figure is a mapping of ``value``, ``goal`` (upper limit) and ``met``;
    load: of the machine, because such figures mean nothing without it

    Raises
    ------
    MissingInput : no Playwright or no Chromium
    """
    before = load()
    with _folder(folder) as place, chromium() as browser:
        fleet = furnish(place, positions, jobs)
        furnished = load()
        secrets = sessions(place, fleet.login, VIEWERS)
        with served(place) as server:
            visits = {}
            for number, (name, path) in enumerate(fleet.paths.items(), start=1):
                visits[name] = _visits(browser, server, secrets[0], path)
                if progress:
                    progress(number, len(fleet.paths))
            moved = hand(browser, server.address, secrets[0], fleet.paths["recording"], trials)
            alone = load()
            asked = {name: found[-1].asked for name, (found, _) in visits.items()}
            crowd = _crowd(server, secrets, asked)
        chromium_version = browser.version
    return {
        "positions": fleet.positions,
        "pages": {name: _page(name, *found) for name, found in visits.items()},
        "recording": _hand(moved),
        "viewers": crowd,
        "load": {"before": before, "furnished": furnished, "alone": alone, "after": load()},
        "chromium": chromium_version,
        "made_by": made_by("loadzone bench pages", trials=trials, made_on=made_on),
    }


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with TemporaryDirectory(prefix="loadzone-bench-") as folder:
        yield Path(folder) / "data"


def _visits(browser: Browser, server: Server, secret: str, path: str) -> tuple[list[Visit], float]:
    """First visits after one that does not count, and the processor time of the server for one of them, s."""
    visit(browser, server.address, secret, path)
    began_s = server.cpu_s()
    found = [visit(browser, server.address, secret, path) for _ in range(VISITS)]
    return found, (server.cpu_s() - began_s) / VISITS


def _page(name: str, visits: Sequence[Visit], cpu_s: float) -> dict[str, Any]:
    interactive = [each.interactive_ms for each in visits]
    median = float(np.median(interactive))
    return {
        "answered_ms": float(np.median([each.answered_ms for each in visits])),
        "interactive_ms": _held(median, INTERACTIVE_MS[name]) if name in INTERACTIVE_MS else median,
        "longest_ms": max(interactive),
        "weight_bytes": _held(max(each.weight_bytes for each in visits), MOST_BYTES),
        "cpu_ms": 1000.0 * cpu_s,
    }


def _hand(moved: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    def told(name: str, figures: Mapping[str, float]) -> dict[str, Any]:
        goals = HAND_MS.get(name, {})
        return {each: _held(value, goals[each]) if each in goals else value for each, value in figures.items()}

    return {name: told(name, figures) for name, figures in moved.items()}


def _crowd(server: Server, secrets: Sequence[str], asked: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Viewers at once, each with its own session and cache."""
    began_s, cpu_s = time.perf_counter(), server.cpu_s()
    viewers = watched(server.address, secrets, asked, clicks=CLICKS)
    elapsed_s, cpu_s = time.perf_counter() - began_s, server.cpu_s() - cpu_s
    taken_s = {name: [each for viewer in viewers for each in viewer.taken_s.get(name, ())] for name in asked}
    return {
        "count": len(viewers),
        "pages_per_s": len(viewers) * CLICKS / elapsed_s,
        "refused": sum(len(each.refused) for each in viewers),
        "cpu_ms_a_page": 1000.0 * cpu_s / (len(viewers) * CLICKS),
        **{name: _waited(times) for name, times in taken_s.items() if times},
    }


def _waited(times_s: Sequence[float]) -> dict[str, Any]:
    p50, p95, longest = np.percentile(1000.0 * np.array(times_s), [50, 95, 100]).tolist()
    return {"p50_ms": p50, "p95_ms": p95, "longest_ms": _held(longest, LONGEST_MS)}


def _held(value: float, goal: float) -> dict[str, Any]:
    return {"value": value, "goal": goal, "met": bool(value < goal)}
