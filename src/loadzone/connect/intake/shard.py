"""Reading one shard under a lease, batch by batch; a batch is handled whole, committed, and then acknowledged."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from loadzone.connect.intake.arrival import Arrival
from loadzone.connect.intake.aside import bury, quarantine
from loadzone.connect.intake.connection import heed_cancelling
from loadzone.connect.intake.headers import to_arrival
from loadzone.connect.intake.lease import Lease
from loadzone.connect.intake.pull import Pull
from loadzone.connect.intake.streams import ACK_WAIT_S, ARRIVALS, Streams, consumer_of
from loadzone.words.texts import Text

LOG = logging.getLogger(__name__)


class Batch:
    """Arrivals of one shard in their order.

    Call `confirm` right before committing. What was put aside (`bury`, `quarantine`) is done with; everything else must
    be committed, by (shard, sequence), before the batch ends without an error: then it is acknowledged.
    """

    def __init__(self, streams: Streams, lease: Lease, arrivals: tuple[Arrival, ...]) -> None:
        self.arrivals = arrivals
        self._streams = streams
        self._lease = lease

    def __len__(self) -> int:
        return len(self.arrivals)

    @property
    def shard(self) -> int:
        """The shard that all of them came by."""
        return self.arrivals[0].shard

    @property
    def last(self) -> int:
        """The sequence that a commit of this batch carries."""
        return self.arrivals[-1].sequence

    async def confirm(self) -> None:
        """The shard is still ours.

        Raises
        ------
        LostLease : it is not; commit nothing
        """
        await self._lease.confirm()

    async def bury(self, arrival: Arrival, reason: Text) -> None:
        """Put aside what can never be handled; see `aside.bury`."""
        await bury(self._streams, arrival, reason)

    async def quarantine(self, arrival: Arrival) -> None:
        """Put aside what belongs to an unknown position; see `aside.quarantine`."""
        await quarantine(self._streams, arrival)


class Shard:
    """The reader of one shard; ``after`` (a committed sequence of the store) wins over what was acknowledged."""

    def __init__(self, streams: Streams, number: int, lease: Lease, after: int | None = None) -> None:
        self.number = number
        self._streams = streams
        self._lease = lease
        self._after = after
        self._pull = Pull(streams.client, ARRIVALS, consumer_of(number))
        self._is_open = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pull.close()

    @asynccontextmanager
    async def batch(
        self, most: int | None = None, wait_s: float = 1.0, gather_s: float = 0.05
    ) -> AsyncIterator[Batch | None]:
        """The next batch, or None when nothing came within ``wait_s``; leaving the block without an error acknowledges.

        Leaving it with one acknowledges nothing: the same arrivals come again, in order, at the next call.

        Raises
        ------
        LostLease : another worker has the shard
        Unreachable : the server is away
        """
        if not self._is_open:
            await self._pull.rewind(self._after)
            self._is_open = True
        limit = min(most or self._streams.settings.batch, self._streams.settings.batch)
        messages = await self._pull.fetch(limit, wait_s, gather_s)
        if not messages:
            yield None
            return
        marks = asyncio.create_task(self._mark(messages))
        try:
            yield Batch(self._streams, self._lease, tuple(map(to_arrival, messages)))
        except BaseException:
            self._pull.doubt()
            raise
        finally:
            marks.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await marks
        await self._pull.acknowledge(messages[-1])

    async def _mark(self, messages: list[Msg]) -> None:
        while True:
            heed_cancelling()
            await asyncio.sleep(ACK_WAIT_S / 3)
            with contextlib.suppress(NatsError, OSError):
                await self._pull.progress(messages)
