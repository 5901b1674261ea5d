"""Minutes under a steady load: whether memory stays, whether anything falls behind, how many files a day are made."""

import asyncio
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from loadzone.bench.live import (
    Bench,
    addresses,
    percentiles,
    renewed,
    resident_mb,
    running,
    value_bodies,
    waveform_bodies,
)
from loadzone.bench.runner import Progress, made_by
from loadzone.flows.upkeep import CLEAN_S
from loadzone.store.lake.lake import LEAST_KEPT_HOURS

POINTS = 50
SHARE = 0.3
PROBE_S = 5.0
"""Of a flood that tells what the machine carries."""
WARM_SHARE = 0.2
"""Of the time that does not count: caches fill, and the first diagnosis loads its tools."""
LOOK_S = 1.0
KEEP_BYTES = 200_000_000
"""What intake keeps for a replay: so little that it is full before the time counts; 4 GB would take half an hour."""
WAVE_EVERY_S = 0.5


def run(minutes: float = 10.0, progress: Progress | None = None, made_on: str | None = None) -> dict[str, Any]:
    """Hold broker, worker and upkeep at 30 % of the rate that they take.

    Parameters
    ----------
    minutes : how long

    Returns
    -------
    points_per_s: sent, measured_points_per_s: of the flood before; memory: of each process resident MB of first and
    last third after warming up, and the growth; course_mb: of each process the median of every minute; lag_ms: median
    time from sending to queryable in the first and the last third; fresh_files: the most at once; files_made_per_day:
    of the lake with its log, at this pace, and files_waiting: how many of them lie there at most until they are swept
    (an hour after they were exchanged, each quarter of an hour)
    """
    found = asyncio.run(_held(60 * minutes, progress))
    return found | {"made_by": made_by("loadzone bench soak", made_on=made_on)}


async def _held(seconds: float, progress: Progress | None) -> dict[str, Any]:
    with TemporaryDirectory(prefix="loadzone-bench-") as folder:
        async with running(Path(folder) / "data") as bench:
            start_us = time.time_ns() // 1000
            streams = bench.broker.streams
            streams.settings = replace(streams.settings, keep_bytes=KEEP_BYTES)
            rate = await _flood(bench, start_us)
            looks: list[tuple[float, dict[str, float], int]] = []
            watching = asyncio.create_task(_look(bench, looks))
            first_files = _files(bench)
            sent, began = 0, time.perf_counter()
            lags: list[tuple[float, float]] = []
            timing = asyncio.create_task(_time(bench, lags, began))
            bodies, waves = value_bodies(20_000, POINTS, start_us), waveform_bodies(16_384, start_us)
            wave_at = 0.0
            while (elapsed := time.perf_counter() - began) < seconds:
                await bench.sender.send(
                    addresses()[sent % 100], "values", renewed(bodies[sent % len(bodies)], POINTS, sent)
                )
                sent += 1
                if elapsed > wave_at:
                    wave_at += WAVE_EVERY_S
                    await bench.sender.send(addresses()[sent % 100], "waveform", next(waves))
                    if progress:
                        progress(int(elapsed), int(seconds))
                await asyncio.sleep(max(0.0, began + sent * POINTS / (SHARE * rate) - time.perf_counter()))
            await bench.sender.answered()
            for task in (watching, timing):
                task.cancel()
            await asyncio.gather(watching, timing, return_exceptions=True)
            made = _files(bench) - first_files
            return {
                "points_per_s": POINTS * sent / elapsed,
                "measured_points_per_s": rate,
                "minutes": elapsed / 60,
                "memory": _memory(looks),
                "course_mb": _course(looks, began),
                "lag_ms": _lags(lags, seconds),
                "fresh_files": max((files for _, _, files in looks), default=0),
                "files_made_per_day": round(made * 86_400 / elapsed),
                "files_waiting": round(made * (3600 * LEAST_KEPT_HOURS + CLEAN_S) / elapsed),
            }


async def _flood(bench: Bench, start_us: int) -> float:
    """Points a second that are queryable."""
    bodies = value_bodies(40_000, POINTS, start_us - 86_400_000_000)
    began = time.perf_counter()
    count = 0
    for count, body in enumerate(bodies, start=1):
        await bench.sender.send(addresses()[count % 100], "values", body)
        if time.perf_counter() - began > PROBE_S:
            break
    await bench.sender.answered()
    await bench.queryable()
    bench.sender.acknowledged.clear()
    return POINTS * count / (time.perf_counter() - began)


async def _look(bench: Bench, looks: list[tuple[float, dict[str, float], int]]) -> None:
    server = bench.broker.server
    while True:
        ids = {
            "worker": bench.worker.process_id,
            "upkeep": bench.upkeep.process_id,
            "broker": server.process_id if server else None,
        }
        files = await asyncio.to_thread(bench.fresh_files, "points")
        looks.append((time.perf_counter(), {name: resident_mb(each) for name, each in ids.items()}, files))
        await asyncio.sleep(LOOK_S)


async def _time(bench: Bench, lags: list[tuple[float, float]], began: float) -> None:
    """Of the newest message each second: when it was sent, and how long it took until it could be queried."""
    while True:
        await asyncio.sleep(LOOK_S)
        if not bench.sender.acknowledged:
            continue
        shard, sequence, sent_at = bench.sender.acknowledged[-1]
        bench.sender.acknowledged.clear()
        while (await asyncio.to_thread(bench.committed)).get(shard, 0) < sequence:  # noqa: ASYNC110  a row is no event
            await asyncio.sleep(0.02)
        lags.append((sent_at - began, time.perf_counter() - sent_at))


def _memory(looks: list[tuple[float, dict[str, float], int]]) -> dict[str, dict[str, float]]:
    warm = looks[int(WARM_SHARE * len(looks)) :]
    third = max(1, len(warm) // 3)
    found = {}
    for name in warm[0][1]:
        first, last = (float(np.median([told[name] for _, told, _ in part])) for part in (warm[:third], warm[-third:]))
        found[name] = {"first_mb": first, "last_mb": last, "growth_percent": 100 * (last / first - 1) if first else 0.0}
    return found


def _course(looks: list[tuple[float, dict[str, float], int]], began: float) -> dict[str, list[float]]:
    minutes: dict[int, list[dict[str, float]]] = defaultdict(list)
    for at, told, _ in looks:
        minutes[int((at - began) // 60)].append(told)
    return {
        name: [round(float(np.median([told[name] for told in some])), 1) for _, some in sorted(minutes.items())]
        for name in looks[0][1]
    }


def _lags(lags: list[tuple[float, float]], seconds: float) -> dict[str, float]:
    parts = {
        "first": [each for at, each in lags if at < seconds / 3],
        "last": [each for at, each in lags if at >= 2 * seconds / 3],
    }
    return {name: percentiles(each)[0] for name, each in parts.items()}


def _files(bench: Bench) -> int:
    """Files of the lake now, with those that were exchanged and wait for being swept."""
    return sum(1 for each in (bench.platform.folder / "lake").rglob("*") if each.is_file())
