"""How soon a large store answers while values arrive: 1,000 positions, a year of descriptors, alarms, waveforms."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from loadzone.bench.live import (
    ORGANISATION,
    Bench,
    addresses,
    percentiles,
    renewed,
    running,
    value_bodies,
    waveform_bodies,
)
from loadzone.bench.runner import Progress, made_by
from loadzone.flows.alarms_desk import alarms_seen
from loadzone.flows.platform import Platform
from loadzone.flows.watch.waves import recording_of
from loadzone.store.catalog import Work
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.latest import Latest, latest_of, put_latest
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.lake.compaction import TAIL, month_file
from loadzone.store.waveforms import Wave

POSITIONS = 1000
QUANTITIES = ("rms", "peak", "crest", "kurtosis", "velocity")
ALARMS = 300
WAVES = 50
SAMPLES = 131_072
MONTHS = 12
POINTS, POINTS_PER_S = 50, 20_000.0
SETTLE_S, ROUND_S = 5.0, 0.25
"""Before the first question, and after each round of them."""
WAVE_EVERY = 200
"""Messages between two recordings, which bring fresh descriptors."""
LEVEL = 9
"""Of the files that are made: nothing merges them any more."""


def run(
    trials: int = 60, rows: int = 50_000_000, progress: Progress | None = None, made_on: str | None = None
) -> dict[str, Any]:
    """Time of four questions, each asked ``trials`` times, while 20,000 points/s and two recordings/s arrive.

    Parameters
    ----------
    trials : times that each question is asked, each time about another position
    rows : of descriptors in the year before, over 1,000 positions and five quantities

    Returns
    -------
    latest_ms (one quantity of all positions), trend_ms (a year of one quantity of a position), alarms_ms (the open ones
    of the fleet), waveform_ms (one of 131,072 samples, header and hashes checked): p50 and p99; points_per_s that
    arrived meanwhile; fresh_files: the most that a table had, limit: what it may have; rows: that there are
    """
    found = asyncio.run(_measured(trials, rows, progress))
    return found | {"made_by": made_by("loadzone bench queries", trials=trials, made_on=made_on)}


async def _measured(trials: int, rows: int, progress: Progress | None) -> dict[str, Any]:
    with TemporaryDirectory(prefix="loadzone-bench-") as folder:
        async with running(Path(folder) / "data") as bench:
            platform = bench.platform
            now_us = time.time_ns() // 1000
            platform.catalog.write(ORGANISATION, lambda work: _furnish(work, now_us))
            made = await asyncio.to_thread(_year, platform, rows)
            names = await asyncio.to_thread(_waves, platform, now_us)
            async with _arriving(bench, now_us) as told:
                taken: dict[str, list[float]] = {}
                for number in range(trials):
                    for name, ask in _questions(platform, names, number, now_us).items():
                        began = time.perf_counter()
                        await asyncio.to_thread(ask)
                        taken.setdefault(name, []).append(time.perf_counter() - began)
                    if progress:
                        progress(number + 1, trials)
                    await asyncio.sleep(ROUND_S)
            times = {
                f"{name}_ms": dict(zip(("p50", "p99"), percentiles(each), strict=True)) for name, each in taken.items()
            }
            return {**times, **told, "limit": TAIL, "rows": made, "positions": POSITIONS}


def _questions(platform: Platform, names: list[str], number: int, now_us: int) -> dict[str, Callable[[], object]]:
    position = f"p{number * 37 % POSITIONS}"
    year = {"start_us": now_us - 366 * 86_400_000_000, "end_us": now_us + 86_400_000_000}

    def states() -> object:
        return platform.read(ORGANISATION, lambda work: latest_of(work, quantity="velocity"))

    def trend() -> object:
        return platform.lake.trend("descriptors", ORGANISATION, position, "rms", **year)

    def open_alarms() -> object:
        return platform.read(ORGANISATION, lambda work: alarms_seen(work, organisation=ORGANISATION, limit=ALARMS))

    def waveform() -> object:
        name = names[number % len(names)]
        header = platform.waveforms.header(ORGANISATION, name)
        return recording_of(header, platform.waveforms.read(ORGANISATION, name))

    return {"latest": states, "trend": trend, "alarms": open_alarms, "waveform": waveform}


def _furnish(work: Work, now_us: int) -> None:
    there = len(addresses())
    named = [f"p{number}" for number in range(POSITIONS)]
    positions.add(work, *(Position(ORGANISATION, each, each, now_us) for each in named[there:]))
    old_us = now_us - 60_000_000
    put_latest(work, [Latest(ORGANISATION, p, q, old_us, 1.0, "mms", "good") for p in named for q in QUANTITIES])
    alarms.add(
        work,
        *(
            Alarm(ORGANISATION, f"a{n}", named[n], "limit-alert-rms", "high", "unacknowledged", old_us, old_us)
            for n in range(min(ALARMS, POSITIONS))
        ),
    )


def _year(platform: Platform, rows: int) -> int:
    """Rows of the months before this one, in the files that compaction would have left; how many these are."""
    delta = platform.lake.table("descriptors")
    each = max(1, rows // (POSITIONS * len(QUANTITIES) * MONTHS))
    start = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    files = []
    count = 0
    for number in range(MONTHS):
        start = (start - timedelta(days=1)).replace(day=1)
        step_us = 28 * 86_400_000_000 // each
        query = (
            f"SELECT '{ORGANISATION}' AS organisation, 'p' || p AS position, q AS quantity, "  # noqa: S608  ours
            f"make_timestamptz($start + i * {step_us}) AS time, 1 + random() AS value, 'g' AS unit, "
            "NULL::VARCHAR AS recording, NULL::VARCHAR AS class "
            f"FROM range({POSITIONS}) AS a(p), unnest($quantities) AS b(q), range({each}) AS c(i)"
        )
        told = {"start": round(start.timestamp()) * 1_000_000, "quantities": list(QUANTITIES)}
        made, written = month_file(delta, start, LEVEL + number, query, told)
        files.append(made)
        count += written
    delta.exchange([], files, is_same_rows=False)
    return count


def _waves(platform: Platform, now_us: int) -> list[str]:
    random = np.random.default_rng(0)
    signals = (np.round(random.normal(size=SAMPLES) * 2048).astype(np.float32) / np.float32(2048) for _ in range(WAVES))
    return [platform.waveforms.put(ORGANISATION, Wave(each, 25_600.0, "g", now_us)) for each in signals]


@asynccontextmanager
async def _arriving(bench: Bench, now_us: int) -> AsyncIterator[dict[str, Any]]:
    """Messages at 20,000 points/s while the block lasts; what is handed out holds the figures when it has ended."""
    told: dict[str, Any] = {}
    ending, fresh = asyncio.Event(), [0]
    bodies = await asyncio.to_thread(value_bodies, 4000, POINTS, now_us)
    sending = asyncio.create_task(_send(bench, ending, bodies, now_us))
    looking = asyncio.create_task(_look(bench, ending, fresh))
    await asyncio.sleep(SETTLE_S)
    try:
        yield told
    finally:
        ending.set()
        await asyncio.gather(sending, looking)
        told |= {"points_per_s": sending.result(), "fresh_files": fresh[0]}


async def _send(bench: Bench, ending: asyncio.Event, bodies: list[bytes], now_us: int) -> float:
    """Points a second that were sent until the end."""
    waves, places, began = waveform_bodies(16_384, now_us), addresses(POSITIONS), time.perf_counter()
    for number in itertools.count():
        if ending.is_set():
            elapsed = time.perf_counter() - began
            await bench.sender.answered()
            return POINTS * number / elapsed
        body = renewed(bodies[number % len(bodies)], POINTS, number)
        await bench.sender.send(places[number % POSITIONS], "values", body)
        if number % WAVE_EVERY == 0:
            await bench.sender.send(places[number // WAVE_EVERY % POSITIONS], "waveform", next(waves))
        await asyncio.sleep(max(0.0, began + number * POINTS / POINTS_PER_S - time.perf_counter()))
    raise AssertionError


async def _look(bench: Bench, ending: asyncio.Event, fresh: list[int]) -> None:
    """The most fresh files that a table had at any look."""
    while not ending.is_set():
        for name in ("points", "descriptors", "recordings"):
            fresh[0] = max(fresh[0], await asyncio.to_thread(bench.fresh_files, name))
        await asyncio.sleep(0.1)
