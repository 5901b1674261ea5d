"""A worker: its share of the shards under leases, each batch handled whole, kept, acknowledged, and told."""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import numpy as np
from nats.errors import Error as NatsError

from loadzone.connect.address import Address
from loadzone.connect.intake import Batch, aside
from loadzone.connect.intake.events import tell
from loadzone.connect.intake.streams import ARRIVALS
from loadzone.connect.intake.worker import Worker
from loadzone.flows.broker import Broker, opened_broker
from loadzone.flows.child import told_to_end
from loadzone.flows.platform import Platform
from loadzone.flows.pool import available_cores
from loadzone.flows.together import Together
from loadzone.flows.watch import Decoder, Fold, Harvest, PositionFold, Watch
from loadzone.flows.watch.points import passed
from loadzone.flows.watch.silence import Silences
from loadzone.store.catalog import quarantine as strangers
from loadzone.store.catalog.positions import Position
from loadzone.store.catalog.progress import progress
from loadzone.words.errors import LoadzoneError, Unreachable
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
AT_ONCE = 2
"""Groups of batches in hand: while one is written, another is read."""
TICK_S = 60.0
"""Silence is looked for so often."""
GATHER_S = 0.15
"""What a group waits for the batches of other shards: a commit costs the same for one as for all."""

T = TypeVar("T")


@dataclass
class Counted:
    """What a worker did since it started."""

    batches: int = 0
    arrivals: int = 0
    points: int = 0
    recordings: int = 0
    diagnoses: int = 0
    put_aside: int = 0
    quarantined: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, harvest: Harvest, arrivals: int) -> None:
        """Count a batch that is kept."""
        self.batches += 1
        self.arrivals += arrivals
        self.points += np.size(harvest.rows["points"].sequences) if "points" in harvest.rows else 0
        self.recordings += len(harvest.recordings)
        self.diagnoses += np.size(harvest.rows["results"].sequences) if "results" in harvest.rows else 0
        self.put_aside += len(harvest.dead)
        self.quarantined += len(harvest.strangers)


class WatchWorker:
    """``async with WatchWorker(platform, broker) as worker: await worker.run()``.

    Every ``tick_s`` it lets time go on for all positions, whoever holds their shards: silence is told by a worker, for
    it can tell news, and of several the first does it.

    What cannot be kept now (storage or database away, lease lost) leaves everything unacknowledged and comes again;
    meanwhile intake holds it, and when that is full the senders are told.
    """

    def __init__(
        self,
        platform: Platform,
        broker: Broker,
        fold: Fold | None = None,
        name: str | None = None,
        tick_s: float = TICK_S,
    ) -> None:
        self.counted = Counted()
        self._platform, self._broker, self._tick_s = platform, broker, tick_s
        self._batches = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="batch")
        self._measures = ThreadPoolExecutor(available_cores(), thread_name_prefix="measure")
        self._watch = Watch(platform, fold or PositionFold(), Decoder(platform.bodies), self._measures)
        self._together = Together(self._handle, AT_ONCE, GATHER_S)
        self._worker = Worker(broker.streams, self._together.done, self._committed, name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._together.end()
        self._batches.shutdown(wait=False, cancel_futures=True)
        self._measures.shutdown(wait=False, cancel_futures=True)

    async def run(self) -> None:
        """Work until `stop` is called or the task is cancelled."""
        ticking = asyncio.create_task(self._tick_on())
        try:
            await self._worker.run()
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)

    def stop(self) -> None:
        """End when the batches in hand are kept."""
        self._worker.stop()

    @property
    def shards(self) -> tuple[int, ...]:
        """Shards that are held now."""
        return tuple(sorted(self._worker.shards))

    @property
    def failures(self) -> int:
        """Batches that had to be tried again."""
        return self._worker.failures

    async def _committed(self, shard: int) -> int | None:
        """How far the catalog is with a shard."""
        source = _source(shard, await self._made())

        def asked() -> int | None:
            with self._platform.catalog.read(()) as work:
                return progress(work, source)

        return await self._run("look", asked)

    async def _made(self) -> float | None:
        """When ARRIVALS was made, s since 1970 UTC.

        Raises
        ------
        Unreachable : the stream is away
        """
        try:
            created = (await self._broker.client.jsm(timeout=5).stream_info(ARRIVALS)).created
        except (NatsError, OSError, TimeoutError) as error:
            raise Unreachable(
                text("stream {stream} does not answer ({reason})", stream=ARRIVALS, reason=type(error).__name__)
            ) from error
        return created.timestamp() if created else None

    async def _handle(self, batches: Sequence[Batch]) -> None:
        """Batches of several shards as one: one look, one commit a table, one transaction."""
        made = await self._made()
        sources = {_source(batch.shard, made): batch for batch in batches}
        arrivals = {source: batch.arrivals for source, batch in sources.items()}
        harvests = await self._run("gather", lambda: self._watch.gathered(arrivals))
        for harvest in harvests:
            await self._put_aside(sources[harvest.source], harvest)
        passed("put aside")
        await _confirm(batches)
        await self._run("evidence", lambda: self._watch.keep_evidence(harvests))
        await _confirm(batches)
        news = await self._run("catalog", lambda: self._watch.keep_catalog(harvests))
        for harvest in harvests:
            self.counted.add(harvest, len(arrivals[harvest.source]))
        await self._tell(news)

    async def _tick_on(self) -> None:
        """Look for silence until cancelled; what the storage refuses now is looked for at the next tick."""
        clock = self._platform.clock
        silences = Silences(self._platform, clock())
        while True:
            await asyncio.sleep(self._tick_s)
            try:
                await self._tell(await self._run("silence", lambda: silences.tick(clock())))
            except LoadzoneError as error:
                LOG.warning("silence: %s", error)
            except Exception:
                LOG.exception("silence could not be looked for")

    async def _put_aside(self, batch: Batch, harvest: Harvest) -> None:
        for arrival, reason in harvest.dead:
            LOG.warning("message %s of %s is put aside: %s", arrival.sequence, arrival.address, reason)
            await batch.bury(arrival, reason)
        for arrival in harvest.strangers:
            await batch.quarantine(arrival)

    async def _tell(self, news: list[tuple[Address, Mapping[str, Any]]]) -> None:
        """News, not the record of it: who does not hear it asks the store."""
        with contextlib.suppress(NatsError, OSError):
            for address, event in news:
                await tell(self._broker.client, address, event)
        passed("told")

    async def _run(self, step: str, job: Callable[[], T]) -> T:
        """The job on a thread, so that leases are renewed meanwhile."""

        def timed() -> T:
            began = time.perf_counter()
            try:
                return job()
            finally:
                self.counted.seconds[step] += time.perf_counter() - began

        return await asyncio.get_running_loop().run_in_executor(self._batches, timed)


def _source(shard: int, made: float | None) -> str:
    """Name of the stream of a shard; ARRIVALS that was made anew begins again at 1, so it has another name."""
    return f"shard-{shard}" if made is None else f"shard-{shard}@{made:.6f}"


async def _confirm(batches: Sequence[Batch]) -> None:
    await asyncio.gather(*(batch.confirm() for batch in batches))


async def watch_until_told(platform: Platform, name: str | None = None) -> None:
    """Work until SIGTERM or SIGINT, and until what is in hand is kept.

    Raises
    ------
    Unreachable, MissingInput : the broker does not let us in
    """
    async with (
        opened_broker(platform, name="loadzone-worker") as broker,
        WatchWorker(platform, broker, name=name) as it,
    ):
        with told_to_end(it.stop):
            await it.run()


async def adopt(platform: Platform, broker: Broker, position: Position) -> int:
    """Enter a position that was unknown, and send on what waits for it in quarantine; how many messages that were.

    Raises
    ------
    AlreadyThere : it is entered already
    NotStored : intake does not take a message; call `resume_adoption` for the rest
    """
    platform.catalog.write(position.organisation, lambda work: strangers.adopt(work, position))
    return await resume_adoption(broker, position)


async def resume_adoption(broker: Broker, position: Position) -> int:
    """Send on what waits in quarantine for a position that is entered."""
    return await aside.adopt(broker.streams, Address(position.organisation, position.id))
