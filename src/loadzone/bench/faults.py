"""Kills in the middle of a load: of what was acknowledged, how much is lost and how much is there twice."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from loadzone.bench.live import (
    Bench,
    addresses,
    counted_points,
    counted_recordings,
    holders,
    running,
    value_bodies,
    waveform_bodies,
)
from loadzone.bench.runner import Progress, made_by
from loadzone.connect.address import Address, Kind
from loadzone.words.errors import NotStored

VICTIMS = ("worker", "nats-server", "upkeep")
POSITIONS = 12
MESSAGES = 60
"""Of a round: values in messages of ten, and every fifteenth a waveform."""
POINTS = 10
LATEST_KILL_S = 0.6
CALM_S = 180.0
TAKEOVERS = 3


def run(
    trials: int = 12, seed: int = 0, progress: Progress | None = None, made_on: str | None = None
) -> dict[str, Any]:
    """Kill (SIGKILL) the worker, the broker or the upkeep at a random moment of each round, and count at the end.

    Parameters
    ----------
    trials : rounds
    seed : of the moments and the victims

    Returns
    -------
    rounds, acknowledged (messages), lost and doubled (points and recordings of acknowledged messages), killed: how
    often what was killed; takeover_s: from the kill of one of two workers until its shards are held by others, the
    longest of `TAKEOVERS`
    """
    found = asyncio.run(_rounds(trials, random.Random(seed), progress))  # noqa: S311  moments, no secrets
    takeover_s = max(asyncio.run(_takeovers(TAKEOVERS, progress, trials)))
    block = made_by("loadzone bench faults", seed=seed, trials=trials, made_on=made_on)
    return found | {"takeover_s": takeover_s, "made_by": block}


async def _rounds(rounds: int, chance: random.Random, progress: Progress | None) -> dict[str, Any]:
    killed: Counter[str] = Counter()
    with TemporaryDirectory(prefix="loadzone-bench-") as folder:
        async with running(Path(folder) / "data") as bench:
            start_us = time.time_ns() // 1000
            values = value_bodies(rounds * MESSAGES, POINTS, start_us)
            waves = waveform_bodies(4096, start_us)
            points = recordings = 0
            for number in range(rounds):
                load: list[tuple[Address, Kind, bytes]] = []
                for place, body in enumerate(values[number * MESSAGES : (number + 1) * MESSAGES]):
                    where = addresses(POSITIONS)[place % POSITIONS]
                    is_wave = place % 15 == 0
                    load.append((where, "waveform", next(waves)) if is_wave else (where, "values", body))
                    recordings += is_wave
                    points += 0 if is_wave else POINTS
                victim = chance.choice(VICTIMS)
                killed[victim] += 1
                await _round(bench, load, victim, chance.uniform(0, LATEST_KILL_S))
                if progress:
                    progress(number + 1, rounds)
            await bench.queryable(CALM_S)
            rows, different = counted_points(bench.platform)
            waveforms, distinct = counted_recordings(bench.platform)
            return {
                "rounds": rounds,
                "acknowledged": len(bench.sender.acknowledged),
                "lost": points - different + recordings - distinct,
                "doubled": rows - different + waveforms - distinct,
                "killed": dict(killed),
            }


async def _round(bench: Bench, load: list[tuple[Address, Kind, bytes]], victim: str, after_s: float) -> None:
    """Send, each position its messages in order; kill in the middle; go on until all is acknowledged."""
    if victim == "worker":  # one that is still starting has nothing to lose
        while not (held := {*(await holders(bench.broker)).values()}) - bench.gone:  # noqa: ASYNC110  no event
            await asyncio.sleep(0.1)
        bench.gone |= held
    lanes: dict[Address, list[tuple[Kind, bytes]]] = {}
    for address, kind, body in load:
        lanes.setdefault(address, []).append((kind, body))
    sending = asyncio.gather(*(_lane(bench, address, lane) for address, lane in lanes.items()))
    await asyncio.sleep(after_s)
    process_id = _process_of(bench, victim)
    if process_id is not None:
        os.kill(process_id, signal.SIGKILL)
    await sending
    while _process_of(bench, victim) in {None, process_id}:  # noqa: ASYNC110  a process is no event
        await asyncio.sleep(0.05)


async def _takeovers(times: int, progress: Progress | None, done: int) -> list[float]:
    """One of two workers is killed: seconds until all its shards are held by others."""
    taken = []
    for number in range(times):
        with TemporaryDirectory(prefix="loadzone-bench-") as folder:
            async with running(Path(folder) / "data", workers=2) as bench:
                before, killed = await holders(bench.broker), bench.worker.process_id
                assert killed is not None  # noqa: S101  it holds shards
                began = time.perf_counter()
                os.kill(killed, signal.SIGKILL)
                while not _has_moved(before, await holders(bench.broker)):  # noqa: ASYNC110  a lease is no event
                    await asyncio.sleep(0.05)
                taken.append(time.perf_counter() - began)
        if progress:
            progress(done + number + 1, done + times)
    return taken


def _has_moved(before: dict[str, str], now: dict[str, str]) -> bool:
    """Whether each shard is held, and those of one of the two workers by another one."""
    left = {*before.values()} & {*now.values()}
    return len(now) == len(before) and len(left) == 1 and any(now[key] != name for key, name in before.items())


async def _lane(bench: Bench, address: Address, lane: list[tuple[Kind, bytes]]) -> None:
    for kind, body in lane:
        while True:
            try:
                receipt = await bench.broker.intake.publish(address, kind, body, door="bench")
            except NotStored:
                await asyncio.sleep(0.1)
            else:
                shard = address.shard(bench.broker.streams.settings.shards)
                bench.sender.acknowledged.append((shard, receipt.sequence, time.perf_counter()))
                break
        await asyncio.sleep(0.01)


def _process_of(bench: Bench, victim: str) -> int | None:
    if victim == "nats-server":
        return bench.broker.server.process_id if bench.broker.server else None
    return (bench.worker if victim == "worker" else bench.upkeep).process_id
