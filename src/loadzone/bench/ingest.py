"""How much the one way in carries: from a sender through broker and worker until it can be queried, on this machine."""

import asyncio
import itertools
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from loadzone.bench.live import (
    Bench,
    addresses,
    counted_points,
    counted_recordings,
    cpu_s,
    percentiles,
    running,
    value_bodies,
    waveform_bodies,
)
from loadzone.bench.runner import made_by
from loadzone.connect.address import Kind

POINTS = 50
SAMPLES = 262_144
STEADY_POINTS_PER_S = 50_000.0
AHEAD = 800_000.0
"""Points for each second of a bench that are made before it begins: more than any machine took so far."""


def run(trials: int = 5, made_on: str | None = None) -> dict[str, Any]:
    """Rates of values and waveforms, and the time from sending to queryable, not synced and synced to the disk.

    Parameters
    ----------
    trials : seconds that each load lasts

    Returns
    -------
    points_per_s: values in messages of 50, from the first that was sent until the last could be queried;
    waveform_mb_per_s: the same of float32 samples in messages of 1 MB, stored, indexed and with descriptors;
    p50_ms, p99_ms: from sending to queryable at 50,000 points/s; lost, duplicated: of all points and recordings;
    worker_cpu: processor seconds of the worker a second of the first load;
    durable: the rates with every write synced; two_workers: the rates with two of them
    """
    plain = asyncio.run(_measured(trials, durable=False))
    durable = asyncio.run(_measured(trials, durable=True))
    two = asyncio.run(_measured(trials, durable=False, workers=2))
    kept = ("points_per_s", "waveform_mb_per_s", "p50_ms", "p99_ms", "lost", "duplicated", "worker_cpu")
    others = {"durable": durable, "two_workers": two}
    told = {of: {name: found[name] for name in kept} for of, found in others.items()}
    block = made_by("loadzone bench ingest", trials=trials, made_on=made_on)
    return {**plain, **told, "seconds": trials, "made_by": block}


async def _measured(seconds: int, *, durable: bool, workers: int = 1) -> dict[str, Any]:
    with TemporaryDirectory(prefix="loadzone-bench-") as folder:
        async with running(Path(folder) / "data", durable=durable, workers=workers) as bench:
            start_us = time.time_ns() // 1000
            warm = value_bodies(200, POINTS, start_us - 3_600_000_000)
            await _load(bench, "values", warm, 1.0)
            flood = value_bodies(int(AHEAD * seconds / POINTS), POINTS, start_us)
            values = await _load(bench, "values", flood, float(seconds))
            steady_us = start_us + POINTS * len(flood)
            steady = value_bodies(int(STEADY_POINTS_PER_S * seconds / POINTS), POINTS, steady_us)
            calm = await _load(bench, "values", steady, float(seconds), STEADY_POINTS_PER_S / POINTS)
            waves = waveform_bodies(SAMPLES, start_us)
            first = await _load(bench, "waveform", itertools.islice(waves, len(addresses())), float(seconds))
            shapes = await _load(bench, "waveform", waves, float(seconds))
            waves_sent = first["sent"] + shapes["sent"]
            points, different = counted_points(bench.platform)
            recordings, distinct = counted_recordings(bench.platform)
            sent = POINTS * (len(warm) + values["sent"] + calm["sent"])
            return {
                "points_per_s": POINTS * values["sent"] / values["seconds"],
                "waveform_mb_per_s": 4 * SAMPLES * shapes["sent"] / shapes["seconds"] / 1e6,
                "p50_ms": calm["p50_ms"],
                "p99_ms": calm["p99_ms"],
                "lost": sent - different + waves_sent - distinct,
                "duplicated": points - different + recordings - distinct,
                "worker_cpu": values["worker_cpu"],
                "waveform_worker_cpu": shapes["worker_cpu"],
                "broker_cpu": values["broker_cpu"],
                "upkeep_cpu": values["upkeep_cpu"],
                "sent_points": sent,
                "sent_recordings": waves_sent,
            }


async def _load(
    bench: Bench, kind: Kind, bodies: Iterable[bytes], seconds: float, per_s: float | None = None
) -> dict[str, float]:
    """Send for so many seconds, as fast as it goes or so many a second, and wait until all of it can be queried."""
    sender, places = bench.sender, addresses()
    sender.acknowledged.clear()
    server = bench.broker.server
    processes = [bench.upkeep.process_id, server.process_id if server else None]
    processes += [each.process_id for each in bench.workers]
    before, began = [cpu_s(each) for each in processes], time.perf_counter()
    watching = asyncio.create_task(_watch(bench, sent := asyncio.Event()))
    count = 0
    for count, body in enumerate(bodies, start=1):
        await sender.send(places[count % len(places)], kind, body)
        if per_s is not None:
            await asyncio.sleep(max(0.0, began + count / per_s - time.perf_counter()))
        elif time.perf_counter() - began > seconds:
            break
    await sender.answered()
    sent.set()
    taken = await watching
    elapsed = time.perf_counter() - began
    used = [(cpu_s(each) - start) / elapsed for each, start in zip(processes, before, strict=True)]
    p50_ms, p99_ms = percentiles(taken)
    return {
        "sent": count,
        "seconds": elapsed,
        "p50_ms": p50_ms,
        "p99_ms": p99_ms,
        "worker_cpu": sum(used[2:]),
        "upkeep_cpu": used[0],
        "broker_cpu": used[1],
    }


async def _watch(bench: Bench, sent: asyncio.Event) -> list[float]:
    """Look at the catalog while messages go: of each the seconds until it was there."""
    taken: list[float] = []
    place = 0
    waiting: list[tuple[int, int, float]] = []
    while not sent.is_set() or waiting or place < len(bench.sender.acknowledged):
        done, now = await asyncio.to_thread(bench.committed), time.perf_counter()
        waiting += bench.sender.acknowledged[place:]
        place = len(bench.sender.acknowledged)
        left = []
        for each in waiting:
            if each[1] <= done.get(each[0], 0):
                taken.append(now - each[2])
            else:
                left.append(each)
        waiting = left
        await asyncio.sleep(0.02)
    return taken
