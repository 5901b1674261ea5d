"""A whole platform for a bench: broker, worker and upkeep as processes, and a sender that counts its answers."""

import asyncio
import itertools
import json
import logging
import os
import struct
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake import message_id
from loadzone.connect.intake.headers import to_headers
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows.broker import PASSWORD, USER, Broker, opened_broker
from loadzone.flows.child import Child
from loadzone.flows.ingest import enter
from loadzone.flows.platform import Platform, open_platform
from loadzone.store.lake import TableName
from loadzone.store.lake.engine import ROWS, ask

ORGANISATION = "bench"
POSITIONS = 100
QUANTITIES = ("temperature", "load", "speed", "current", "pressure")
UNITS = ("degC", "kN", "r/min", "A", "bar")
KINDS = 16
"""Signals that take turns."""
WAITING = 4000
"""Messages without an answer beyond which the sender waits; bytes alike."""
WAITING_BYTES = 48 << 20
ANSWER_S = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Sender:
    """Publishes into ARRIVALS as a door does, and keeps of each answer its sequence and when it had been sent.

    ``acknowledged``: (shard, sequence, sent at) of each message that intake has.
    """

    broker: Broker
    acknowledged: list[tuple[int, int, float]] = field(default_factory=list)
    refused: int = 0
    _sent: dict[str, tuple[int, float, int]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _waiting_bytes: int = 0

    async def start(self) -> "Sender":
        """Listen for answers."""
        self._inbox = self.broker.client.new_inbox()
        await self.broker.client.subscribe(f"{self._inbox}.*", cb=self._answer, pending_msgs_limit=0)
        return self

    async def send(self, address: Address, kind: Kind, body: bytes) -> None:
        """Publish one message; waits where too many are without an answer."""
        while len(self._sent) >= WAITING or self._waiting_bytes > WAITING_BYTES:  # noqa: ASYNC110  thousands a second
            await asyncio.sleep(0.001)
        shard = address.shard(self.broker.streams.settings.shards)
        reply = f"{self._inbox}.{next(self._numbers)}"
        headers = to_headers(message_id(address, kind, body), kind, "bench")
        self._sent[reply] = (shard, time.perf_counter(), len(body))
        self._waiting_bytes += len(body)
        await self.broker.client.publish(address.subject(f"arrivals.{shard}"), body, reply, headers)

    async def answered(self) -> None:
        """Wait until nothing is without an answer; what is cut off is given up after a minute."""
        end = time.perf_counter() + ANSWER_S
        while self._sent and time.perf_counter() < end:  # noqa: ASYNC110  as above
            await asyncio.sleep(0.005)
        self._sent.clear()
        self._waiting_bytes = 0

    async def _answer(self, message: Msg) -> None:
        sent = self._sent.pop(message.subject, None)
        if sent is None:
            return
        shard, at, size = sent
        self._waiting_bytes -= size
        told: dict[str, Any] = json.loads(message.data) if message.data else {"error": "no stream"}
        if "error" in told:
            self.refused += 1
        elif not told.get("duplicate"):
            self.acknowledged.append((shard, int(told["seq"]), at))


@dataclass
class Bench:
    """What runs: the platform, its broker, its processes, a sender; ``gone``: names of workers that were killed."""

    platform: Platform
    broker: Broker
    workers: tuple[Child, ...]
    upkeep: Child
    sender: Sender
    gone: set[str] = field(default_factory=set)

    @property
    def worker(self) -> Child:
        """The first of the workers."""
        return self.workers[0]

    def committed(self) -> dict[int, int]:
        """Last sequence of each shard that the catalog has."""
        from sqlalchemy import select

        from loadzone.store.catalog.progress import progress_table

        with self.platform.catalog.read(()) as work:
            rows = work.rows(select(progress_table.c.shard, progress_table.c.sequence))
        return {int(row.shard.partition("@")[0].removeprefix("shard-")): row.sequence for row in rows}

    def fresh_files(self, name: TableName) -> int:
        """Files of a table that a reader meets before they are compacted."""
        return sum(not each.level for each in self.platform.lake.table(name).listing().files)

    async def queryable(self, limit_s: float = 600.0) -> list[float]:
        """Wait until all that was acknowledged is in the catalog: of each message the seconds that it took."""
        waiting = sorted(self.sender.acknowledged)
        taken: list[float] = []
        end = time.perf_counter() + limit_s
        while waiting and time.perf_counter() < end:
            done, now = await asyncio.to_thread(self.committed), time.perf_counter()
            left = []
            for each in waiting:
                if each[1] <= done.get(each[0], 0):
                    taken.append(now - each[2])
                else:
                    left.append(each)
            waiting = left
            await asyncio.sleep(0.02)
        return taken


@asynccontextmanager
async def running(folder: Path, *, durable: bool = False, shards: int = 8, workers: int = 1) -> AsyncIterator[Bench]:
    """A platform from a fresh folder with its positions entered."""
    logging.getLogger("loadzone").addHandler(logging.NullHandler())  # what is killed on purpose is no news
    platform = open_platform(folder, durable=durable, shards=shards)
    log = folder / "log"
    for address in addresses():
        enter(platform, address, None, time.time_ns() // 1000)
    try:
        async with opened_broker(platform, name="loadzone-bench") as broker:
            told = ["--data", str(folder), "--nats", broker.url, "--shards", str(shards)]
            told += ["--durable"] if durable else []
            secrets = {PASSWORD: broker.password, USER: broker.user}
            async with AsyncExitStack() as stack:
                children = [
                    await stack.enter_async_context(Child(f"worker {n}", ["worker", *told], secrets, log))
                    for n in range(workers)
                ]
                keeper = Child("upkeep", ["worker", "--only", "upkeep", *told], secrets, log)
                upkeep = await stack.enter_async_context(keeper)
                await holds_shards(broker, shards, workers)
                stack.callback(asyncio.create_task(broker.streams.trim_for_ever()).cancel)
                yield Bench(platform, broker, tuple(children), upkeep, await Sender(broker).start())
    finally:
        platform.close()


async def holds_shards(broker: Broker, shards: int, workers: int = 1) -> None:
    """Wait until so many workers have come up and hold so many shards between them."""
    while True:
        held = await holders(broker)
        if len(held) >= shards and len({*held.values()}) >= workers:
            return
        await asyncio.sleep(0.1)


async def holders(broker: Broker) -> dict[str, str]:
    """Of each shard that is held the name of its worker, as far as leases have not ended."""
    try:
        bucket = await broker.streams.js.key_value("LEASES")
        keys = [key for key in await bucket.keys() if key.startswith("shard.")]
        return {key: ((await bucket.get(key)).value or b"").decode() for key in keys}
    except (NatsError, OSError, TimeoutError):
        return {}


def addresses(count: int = POSITIONS) -> list[Address]:
    """The positions of a bench."""
    return [Address(ORGANISATION, f"p{number}") for number in range(count)]


def value_bodies(count: int, points: int, start_us: int) -> list[bytes]:
    """Messages of ``points`` values, each with times of its own."""
    names, units = zip(*itertools.islice(itertools.cycle(zip(QUANTITIES, UNITS, strict=True)), points), strict=True)
    random = np.random.default_rng(0)
    steps = np.arange(points, dtype=np.int64)
    return [
        encode_values(Values(start_us + points * number + steps, random.normal(size=points), names, units))
        for number in range(count)
    ]


def renewed(body: bytes, points: int, number: int) -> bytes:
    """A message of `value_bodies` with another last value: another message."""
    place = len(body) - 2 * points - 8
    return body[:place] + struct.pack("<d", number) + body[place + 8 :]


def waveform_bodies(samples: int, start_us: int) -> Iterator[bytes]:
    """Messages of float32 samples without end: noise with a line, in steps of a converter of 16 bits.

    `KINDS` signals take turns, each time with another time in the head, so that no two messages are the same.
    """
    random = np.random.default_rng(0)
    times = np.arange(samples) / 25_600
    made = []
    for number in range(KINDS):
        signal = random.normal(size=samples) + np.sin(2 * np.pi * 237 * times + number)
        stepped = np.round(signal * 2048).astype(np.float32) / np.float32(2048)
        told = Waveform(stepped, 25_600.0, "g", start_us, "x", speed_rpm=1480.0, speed_source="set")
        made.append(encode_waveform(told))
    at = made[0].index(struct.pack("<q", start_us))
    for number in itertools.count():
        body = made[number % KINDS]
        yield body[:at] + struct.pack("<q", start_us + 10_000_000 * number) + body[at + 8 :]


def counted_points(platform: Platform) -> tuple[int, int]:
    """Rows of points, and how many of them are different ones."""
    found = ask(
        platform.lake.table("points"),
        f"SELECT count(*) AS n, count(DISTINCT (position, quantity, time)) AS d FROM {ROWS}",  # noqa: S608  ours
        {},
        (),
    )
    return int(found["n"][0]), int(found["d"][0])


def counted_recordings(platform: Platform) -> tuple[int, int]:
    """Rows of recordings, and how many of them are different ones."""
    found = ask(
        platform.lake.table("recordings"),
        f"SELECT count(*) AS n, count(DISTINCT id) AS d FROM {ROWS}",  # noqa: S608  ours
        {},
        (),
    )
    return int(found["n"][0]), int(found["d"][0])


def cpu_s(process_id: int | None) -> float:
    """Processor time of a process until now, s."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(process_id: int | None) -> float:
    """Resident memory of a process, MB."""
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile, ms."""
    if not seconds:
        return float("nan"), float("nan")
    low, high = np.percentile(np.array(seconds), [50, 99])
    return 1000 * float(low), 1000 * float(high)
