"""The streams that intake keeps, their limits, and what makes room in them.

========== =============================================== ==========================================================
stream     subjects                                        holds
========== =============================================== ==========================================================
ARRIVALS   ``arrivals.<shard>.<organisation>.<position>``  every message, until workers have committed it and longer
DEAD       ``dead.<organisation>.<position>``              what can never be handled, with the reason
QUARANTINE ``quarantine.<organisation>.<position>``        messages of positions that nobody has set up
========== =============================================== ==========================================================

ARRIVALS refuses what does not fit, so that a sender learns it; nothing that was not committed is ever dropped. The
listener's own stream is given a limit of the same kind: by default it drops the oldest, acknowledged or not.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError, NotFoundError

from loadzone.connect.intake.confirm import Confirmed
from loadzone.connect.intake.connection import heed_cancelling
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
ARRIVALS, DEAD, QUARANTINE = "ARRIVALS", "DEAD", "QUARANTINE"
LEASES = "LEASES"
LISTENER = "$MQTT_msgs"
"""The stream of the MQTT listener that its acknowledgements wait for."""
ACK_WAIT_S = 8.0
_GB = 1024**3
_TRIM_S = 5.0
_NO_PEERS, _ALONE = 10005, 10074
"""Codes of «no suitable peers for placement» and «replicas > 1 not supported in non-clustered mode»."""


@dataclass(frozen=True)
class StreamSettings:
    """Number of shards and what each stream may hold, bytes.

    ``window_s``: for how long copies are recognised. ``keep_bytes``: committed arrivals that stay for a replay.
    ``replicas``: servers of a cluster that hold each message, one where it has fewer. What has several is never
    brought down to one: a server that is away when we start would cost the copies.
    """

    shards: int = 8
    arrivals_bytes: int = 16 * _GB
    keep_bytes: int = 4 * _GB
    listener_bytes: int = 4 * _GB
    dead_bytes: int = _GB
    quarantine_bytes: int = 2 * _GB
    window_s: float = 120.0
    batch: int = 1000
    replicas: int = 1


class Streams:
    """The streams of one account; `ensure` makes them or brings them up to the settings."""

    def __init__(self, client: Client, settings: StreamSettings | None = None) -> None:
        self.settings = settings or StreamSettings()
        self.client = client
        self.js = client.jetstream(timeout=5)
        self.confirmed = Confirmed(client)
        self.replicas = self.settings.replicas
        self._manager = client.jsm(timeout=5)

    async def ensure(self) -> "Streams":
        """Make what is missing, with one durable consumer a shard.

        Raises
        ------
        BadInput : ARRIVALS was made with another number of shards, which would break the order of positions
        """
        settings = self.settings
        await self._check_shards()
        await self._ensure(
            StreamConfig(
                name=ARRIVALS,
                subjects=["arrivals.>"],
                max_bytes=settings.arrivals_bytes,
                discard=DiscardPolicy.NEW,
                duplicate_window=settings.window_s,
                metadata={"shards": str(settings.shards)},
            )
        )
        for name, most_bytes in ((DEAD, settings.dead_bytes), (QUARANTINE, settings.quarantine_bytes)):
            await self._ensure(
                StreamConfig(
                    name=name,
                    subjects=[f"{name.lower()}.>"],
                    max_bytes=most_bytes,
                    discard=DiscardPolicy.OLD,
                    duplicate_window=settings.window_s,
                )
            )
        await self._raise_leases()
        for shard in range(settings.shards):
            await self._manager.add_consumer(
                ARRIVALS,
                ConsumerConfig(
                    durable_name=consumer_of(shard),
                    deliver_policy=DeliverPolicy.ALL,
                    ack_policy=AckPolicy.ALL,
                    ack_wait=ACK_WAIT_S,
                    max_ack_pending=settings.batch,
                    filter_subject=f"arrivals.{shard}.>",
                ),
            )
        return self

    async def _ensure(self, config: StreamConfig) -> None:
        config.retention = RetentionPolicy.LIMITS
        config.storage = StorageType.FILE
        try:
            there = (await self._manager.stream_info(config.name or "")).config.num_replicas or 1
        except NotFoundError:
            await self._with_copies(self._manager.add_stream, config, least=1)
        else:
            await self._with_copies(self._manager.update_stream, config, least=there)

    async def _raise_leases(self) -> None:
        """Leases that were made when fewer servers ran get as many copies as the rest."""
        with contextlib.suppress(NotFoundError):
            config = (await self._manager.stream_info(f"KV_{LEASES}")).config
            await self._with_copies(self._manager.update_stream, config, least=config.num_replicas or 1)

    async def _with_copies(
        self, ask: Callable[[StreamConfig], Awaitable[object]], config: StreamConfig, least: int
    ) -> None:
        config.num_replicas = max(least, self.replicas)
        try:
            await ask(config)
        except APIError as error:
            if error.err_code not in {_NO_PEERS, _ALONE} or config.num_replicas == least:
                raise
            level = logging.DEBUG if error.err_code == _ALONE else logging.WARNING
            LOG.log(level, "%s: %s copies are not to be had (%s)", config.name, config.num_replicas, error.description)
            self.replicas = config.num_replicas = least
            await ask(config)

    async def _check_shards(self) -> None:
        with contextlib.suppress(NotFoundError):
            there = (await self._manager.stream_info(ARRIVALS)).config.metadata or {}
            if there.get("shards", "") != str(self.settings.shards):
                raise BadInput(
                    text(
                        "ARRIVALS has {there} shards, asked for are {shards}: the number is fixed with the first start,"
                        " because it keeps the order of each position",
                        there=there.get("shards", "no"),
                        shards=self.settings.shards,
                    )
                )

    async def trim(self) -> int:
        """Make room: drop committed arrivals beyond ``keep_bytes``, the oldest first; returns how many."""
        info = await self._manager.stream_info(ARRIVALS)
        state = info.state
        surplus = state.bytes - self.settings.keep_bytes
        if surplus <= 0 or not state.messages:
            return 0
        cut = state.first_seq + round(surplus / state.bytes * (state.last_seq - state.first_seq + 1))
        for shard in range(self.settings.shards):
            floor = (await self._manager.consumer_info(ARRIVALS, consumer_of(shard))).ack_floor
            below = min(cut, (floor.stream_seq if floor else 0) + 1)
            if below > state.first_seq:
                await self._manager.purge_stream(ARRIVALS, seq=below, subject=f"arrivals.{shard}.>")
        left: int = (await self._manager.stream_info(ARRIVALS)).state.messages
        return max(0, state.messages - left)

    async def trim_for_ever(self) -> None:
        """Make room now and then, until cancelled; of several that do, each does what the others left."""
        while True:
            heed_cancelling()
            await asyncio.sleep(_TRIM_S)
            try:
                await self.trim()
            except (NatsError, OSError, TimeoutError) as error:
                LOG.warning("no room was made: %s", str(error) or type(error).__name__)

    async def lag(self) -> dict[int, int]:
        """Arrivals of each shard that no worker has committed."""
        told: dict[int, int] = {}
        for shard in range(self.settings.shards):
            info = await self._manager.consumer_info(ARRIVALS, consumer_of(shard))
            told[shard] = (info.num_pending or 0) + (info.num_ack_pending or 0)
        return told


def consumer_of(shard: int) -> str:
    """Name of the durable consumer of a shard."""
    return f"shard-{shard}"
