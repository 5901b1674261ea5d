"""What is put aside: messages that can never be handled (DEAD), those of positions nobody has set up (QUARANTINE)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from loadzone.connect.address import Address
from loadzone.connect.intake.arrival import MOST_BODY, Arrival
from loadzone.connect.intake.headers import DOOR, ID, KIND, REASON, places, to_headers
from loadzone.connect.intake.streams import ARRIVALS, DEAD, QUARANTINE, Streams
from loadzone.words.texts import Text

_MOST_REASON = 1000


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be handled, and why; ``reason`` is the sentence in English."""

    where: str
    reason: str
    body: bytes
    kind: str
    door: str
    sequence: int
    stored_us: int


async def bury(streams: Streams, arrival: Arrival, reason: Text) -> None:
    """Keep a message that can never be handled, with the reason; a second call for the same arrival changes nothing.

    Raises
    ------
    NotStored : DEAD does not take it; the arrival must not be acknowledged
    """
    headers = to_headers(f"dead.{arrival.sequence}", arrival.kind, arrival.door, arrival.reference)
    await streams.confirmed.publish(
        DEAD, arrival.address.subject("dead"), arrival.body, headers | {REASON: _one_line(reason)}
    )


async def bury_unaddressed(streams: Streams, where: str, body: bytes, door: str, reason: Text) -> None:
    """As `bury`, for what came from a topic or a file (``where``) that is no address of ours; copies are one letter."""
    known = blake2b(where.encode(errors="replace") + b"\n" + body, digest_size=16).hexdigest()
    told = Text("{where}: {reason}", {"where": where, "reason": reason})
    headers = {ID: f"dead.{known}", KIND: "", DOOR: door, REASON: _one_line(told)}
    await streams.confirmed.publish(DEAD, "dead.unaddressed", body[:MOST_BODY], headers)


async def quarantine(streams: Streams, arrival: Arrival) -> None:
    """Keep a message of an unknown position until someone adopts it.

    Raises
    ------
    NotStored : as `bury`
    """
    headers = to_headers(arrival.id, arrival.kind, arrival.door, arrival.reference)
    await streams.confirmed.publish(QUARANTINE, arrival.address.subject("quarantine"), arrival.body, headers)


def _one_line(reason: Text) -> str:
    """A header of NATS ends at the end of its line, and is ASCII or UTF-8 without control characters."""
    return "".join(each if each.isprintable() else " " for each in str(reason))[:_MOST_REASON]


async def quarantined(streams: Streams) -> Mapping[Address, int]:
    """Unknown positions that have sent something, with the number of messages that wait."""
    found = (await streams.client.jsm(timeout=5).stream_info(QUARANTINE, subjects_filter="quarantine.>")).state.subjects
    return {Address(*subject.split(".")[1:]): count for subject, count in sorted((found or {}).items())}


async def adopt(streams: Streams, address: Address) -> int:
    """Send the messages of a position on into ARRIVALS, oldest first; returns how many.

    Call it when the position has been set up. What a killed call had sent on already is recognised by its identifier.

    Raises
    ------
    NotStored : ARRIVALS does not take one; it and those behind it stay in quarantine
    """
    manager = streams.client.jsm(timeout=5)
    subject = address.subject(f"arrivals.{address.shard(streams.settings.shards)}")
    count = 0
    async for message in read(streams, QUARANTINE, address.subject("quarantine")):
        _, sequence, _, _ = places(message)
        told = dict(message.headers or {})
        headers = {name: value for name, value in told.items() if name.startswith("LZ-")}
        headers[ID] = f"adopted.{sequence}.{told[ID]}"
        await streams.confirmed.publish(ARRIVALS, subject, message.data, headers)
        await manager.delete_msg(QUARANTINE, sequence)
        count += 1
    return count


async def dead_letters(streams: Streams, address: Address | None = None) -> AsyncIterator[DeadLetter]:
    """What was buried, oldest first; of one position or of all."""
    async for message in read(streams, DEAD, address.subject("dead") if address else "dead.>"):
        _, sequence, _, stored_ns = places(message)
        told = message.headers or {}
        yield DeadLetter(
            where=message.subject.removeprefix("dead.").replace(".", "/"),
            reason=told.get(REASON, ""),
            body=message.data,
            kind=told.get(KIND, ""),
            door=told.get(DOOR, ""),
            sequence=sequence,
            stored_us=stored_ns // 1000,
        )


async def read(streams: Streams, stream: str, subject: str, since_us: int | None = None) -> AsyncIterator[Msg]:
    """Messages that a stream holds now, in order, without taking them: by a consumer of its own that goes away."""
    policy = DeliverPolicy.ALL if since_us is None else DeliverPolicy.BY_START_TIME
    start = None if since_us is None else datetime.fromtimestamp(since_us / 1e6, UTC)
    config = ConsumerConfig(
        deliver_policy=policy,
        opt_start_time=start,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=30.0,
        mem_storage=True,
    )
    config.filter_subject = subject
    consumer = await streams.client.jsm(timeout=5).add_consumer(stream, config)
    left = consumer.num_pending or 0
    taker = await streams.js.pull_subscribe_bind(consumer.name, stream, pending_bytes_limit=0)
    try:
        while left > 0:
            try:
                found = await taker.fetch(min(left, 64), timeout=2)
            except TimeoutError:
                return
            for message in found:
                left -= 1
                yield message
    finally:
        await taker.unsubscribe()
        await asyncio.shield(_forget(streams, stream, consumer.name))


async def _forget(streams: Streams, stream: str, consumer: str) -> None:
    try:
        await streams.client.jsm(timeout=5).delete_consumer(stream, consumer)
    except (NotFoundError, NatsError, TimeoutError):  # it goes by itself after half a minute
        return
