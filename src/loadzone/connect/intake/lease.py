"""Who reads which shard: leases of 5 s in a key-value bucket, taken and renewed by compare-and-set.

No clock is compared with another: a lease that is not renewed vanishes by the age limit of its bucket. Its holder
counts from before it asked, so it stops believing in a lease before anyone else can have it.
"""

import asyncio
import logging
import secrets
import time

from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig
from nats.js.errors import APIError, BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError, NoKeysError
from nats.js.kv import KeyValue

from loadzone.connect.intake.connection import heed_cancelling
from loadzone.connect.intake.streams import LEASES, Streams
from loadzone.words.errors import LostLease
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
LEASE_S = 5.0
RENEW_S = 1.5
_MARGIN_S = 0.5


class Lease:
    """One key that one holder has; ``confirm`` is the question before a commit."""

    def __init__(self, bucket: KeyValue, key: str, holder: str, revision: int, asked_at: float) -> None:
        self.key = key
        self._bucket = bucket
        self._holder = holder
        self._revision = revision
        self._until = asked_at + LEASE_S - _MARGIN_S
        self._lock = asyncio.Lock()
        self._is_lost = False

    @property
    def holds(self) -> bool:
        """It was renewed lately enough that nobody else can have it."""
        return not self._is_lost and time.monotonic() < self._until

    async def renew(self) -> None:
        """Renew it once.

        Raises
        ------
        LostLease : someone else has it, or its time has run out
        """
        async with self._lock:
            asked_at = time.monotonic()
            if self._is_lost:
                raise self._lost()
            try:
                self._revision = await self._bucket.update(self.key, self._holder.encode(), last=self._revision)
            except KeyWrongLastSequenceError as error:
                self._is_lost = True
                raise self._lost() from error
            except (NatsError, OSError, TimeoutError) as error:
                if not self.holds:
                    raise self._lost() from error
                return
            self._until = asked_at + LEASE_S - _MARGIN_S

    async def keep(self) -> None:
        """Renew it for ever.

        Raises
        ------
        LostLease : as `renew`
        """
        while True:
            heed_cancelling()
            await asyncio.sleep(RENEW_S)
            await self.renew()

    async def confirm(self) -> None:
        """Ask the bucket whether the lease is still ours, right before something is committed.

        Raises
        ------
        LostLease : it is not: nothing of what was done under it may be committed
        """
        await self.renew()
        if not self.holds:
            raise self._lost()

    def abandon(self) -> None:
        """Commit nothing under it any more; others can have it when it is released or has run out."""
        self._is_lost = True

    async def release(self) -> None:
        """Let others have it at once."""
        async with self._lock:
            self._is_lost = True
            try:
                await self._bucket.delete(self.key, last=self._revision)
            except (NatsError, OSError, TimeoutError):  # it vanishes by itself
                LOG.debug("%s was not released", self.key)

    def _lost(self) -> LostLease:
        return LostLease(
            text(
                "worker {worker} no longer holds {lease}: another one has it or takes it; nothing is committed",
                worker=self._holder,
                lease=self.key,
            )
        )


class Leases:
    """The leases that a worker asks for, and how many workers there are to share with."""

    def __init__(self, streams: Streams, worker: str | None = None) -> None:
        self.worker = worker or f"worker-{secrets.token_hex(6)}"
        self._streams = streams
        self._presence: Lease | None = None

    async def open(self) -> "Leases":
        """Make the bucket if it is missing."""
        try:
            self._bucket = await self._streams.js.key_value(LEASES)
        except BucketNotFoundError:
            config = KeyValueConfig(bucket=LEASES, ttl=LEASE_S, replicas=self._streams.replicas)
            self._bucket = await self._streams.js.create_key_value(config)
        return self

    async def take(self, key: str) -> Lease | None:
        """The lease of that key, or None while another one holds it."""
        asked_at = time.monotonic()
        try:
            revision = await self._bucket.create(key, self.worker.encode())
        except (KeyWrongLastSequenceError, KeyNotFoundError):  # held, or it went while we looked
            return None
        return Lease(self._bucket, key, self.worker, revision, asked_at)

    async def attend(self) -> int:
        """Say that this worker is there; returns how many are."""
        if self._presence is None or not self._presence.holds:
            self._presence = await self.take(f"worker.{self.worker}")
        else:
            await self._presence.renew()
        try:
            keys = await self._bucket.keys()
        except (NoKeysError, APIError):
            return 1
        return max(1, sum(key.startswith("worker.") for key in keys))

    async def leave(self) -> None:
        """Say that this worker is gone."""
        if self._presence:
            await self._presence.release()


def share(shards: int, workers: int) -> int:
    """The most shards that one of ``workers`` holds when all hold about the same.

    >>> share(8, 3)
    3
    """
    return -(-shards // workers)
