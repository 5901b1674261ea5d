"""A worker: holds its share of the shards, reads each in order, and gives what it reads to one function."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping

from nats.errors import Error as NatsError

from loadzone.connect.intake.lease import RENEW_S, Lease, Leases, share
from loadzone.connect.intake.shard import Batch, Shard
from loadzone.connect.intake.streams import Streams
from loadzone.words.errors import LoadzoneError, LostLease

LOG = logging.getLogger(__name__)
LONGEST_WAIT_S = 30.0

Handle = Callable[[Batch], Awaitable[None]]
"""Commits a batch. An error that is the message's fault (exit code 2) buries it; any other is tried again for ever.

It must leave the event loop free (long computations belong into a thread), or the leases run out meanwhile.
"""

Committed = Callable[[int], Awaitable[int | None]]
"""The last sequence of a shard that the store has; None where it has none or does not know."""


class Worker:
    """``await Worker(streams, handle).run()`` until it is cancelled or `stop` is called."""

    def __init__(
        self,
        streams: Streams,
        handle: Handle,
        committed: Committed | None = None,
        name: str | None = None,
        **reading: float,
    ) -> None:
        self.leases = Leases(streams, name)
        self.failures = 0
        self._streams = streams
        self._handle = handle
        self._committed = committed
        self._reading = reading
        self._held: dict[int, tuple[Lease, asyncio.Task[None]]] = {}
        self._is_open = False
        self._stopped = asyncio.Event()

    @property
    def shards(self) -> Mapping[int, Lease]:
        """The shards that this worker reads now."""
        return {shard: lease for shard, (lease, _) in self._held.items() if lease.holds}

    def stop(self) -> None:
        """End when the batches in hand are done."""
        self._stopped.set()

    async def run(self) -> None:
        """Take shards, read them, renew their leases; give up what is more than a fair share."""
        try:
            while not self._stopped.is_set():
                try:
                    await self._turn()
                except (LoadzoneError, NatsError, OSError, TimeoutError) as error:
                    LOG.warning("%s: %s", self.leases.worker, str(error) or type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(RENEW_S if self._held else RENEW_S / 3):
                        await self._stopped.wait()
        finally:
            await asyncio.shield(self._leave())

    async def _turn(self) -> None:
        """Renew, let go of lost and surplus shards, take free ones."""
        if not self._is_open:
            await self.leases.open()
            self._is_open = True
        await asyncio.gather(*(self._renew(shard) for shard in list(self._held)))
        fair = share(self._streams.settings.shards, await self.leases.attend())
        for shard in list(self._held)[fair:]:
            await self._give_up(shard)
        for shard in range(self._streams.settings.shards):
            if len(self._held) >= fair:
                break
            if shard not in self._held:
                lease = await self.leases.take(f"shard.{shard}")
                if lease:
                    self._held[shard] = (lease, asyncio.create_task(self._read(shard, lease)))

    async def _renew(self, shard: int) -> None:
        lease, task = self._held[shard]
        try:
            await lease.renew()
        except LostLease as error:
            LOG.warning("%s", error)
        if task.done() or not lease.holds:
            await self._give_up(shard)

    async def _give_up(self, shard: int) -> None:
        lease, task = self._held.pop(shard)
        lease.abandon()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await lease.release()

    async def _leave(self) -> None:
        for shard in list(self._held):
            await self._give_up(shard)
        with contextlib.suppress(NatsError, OSError, TimeoutError, LoadzoneError):
            await self.leases.leave()

    async def _read(self, shard: int, lease: Lease) -> None:
        wait_s, most = 0.0, self._streams.settings.batch
        after = await self._committed(shard) if self._committed else None
        async with Shard(self._streams, shard, lease, after) as reader:
            while lease.holds and not self._stopped.is_set():
                try:
                    async with reader.batch(most, **self._reading) as batch:
                        if batch:
                            await self._one(batch)
                            most = min(4 * most, self._streams.settings.batch)
                    wait_s = 0.0
                except LostLease:
                    return
                except Exception as error:  # whatever a journey meets, the shard waits and nothing is skipped
                    if self._streams.client.is_closed:
                        return
                    self.failures += 1
                    wait_s, most = min(max(0.1, 2 * wait_s), LONGEST_WAIT_S), 1
                    LOG.exception("shard %s is tried again in %.1f s: %s", shard, wait_s, type(error).__name__)
                    await asyncio.sleep(wait_s)

    async def _one(self, batch: Batch) -> None:
        try:
            await self._handle(batch)
        except LostLease:
            raise
        except LoadzoneError as error:
            if error.exit_code != 2 or len(batch) > 1:
                raise
            LOG.warning("%s is put aside: %s", batch.arrivals[0].address, error)
            await batch.bury(batch.arrivals[0], error.message)
