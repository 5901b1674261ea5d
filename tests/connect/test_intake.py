"""Intake: what it says it holds it holds, once; and what it does not hold its sender learns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from connect_servers import NOW_US, SMALL, Served, body_of, needs_nats, running, served
from nats.js.api import StreamConfig

from loadzone.connect.address import Address
from loadzone.connect.intake import Arrival, Intake, JetStreamIntake, MemoryIntake, Streams, StreamSettings, message_id
from loadzone.connect.intake.arrival import MOST_BODY
from loadzone.connect.intake.aside import adopt, bury, dead_letters, quarantine, quarantined
from loadzone.connect.intake.events import Listener, tell
from loadzone.connect.intake.replay import replay
from loadzone.words.errors import BadInput, BadMessage, NotStored
from loadzone.words.texts import text
from looping import in_loop, until

P1, P2 = Address("acme", "p1"), Address("acme", "p2")


class Kept:
    """Both kinds of intake, asked in the same way."""

    def __init__(self, intake: Intake, streams: Streams | None) -> None:
        self.intake = intake
        self._streams = streams

    async def arrivals(self) -> list[Arrival]:
        if self._streams:
            return [each async for each in replay(self._streams, 0)]
        assert isinstance(self.intake, MemoryIntake)
        return self.intake.arrivals


@asynccontextmanager
async def kept(kind: str, folder: Path, room: int = 64_000_000, keep: Any = None) -> AsyncIterator[Kept]:
    if kind == "memory":
        yield Kept(MemoryIntake(shards=SMALL.shards, keep=keep, room=room), None)
    else:
        settings = StreamSettings(**{**{name: getattr(SMALL, name) for name in FIELDS}, "arrivals_bytes": room})
        async with served(folder, settings=settings) as at:
            yield Kept(JetStreamIntake(at.streams, keep), at.streams)


FIELDS = ("shards", "listener_bytes", "dead_bytes", "quarantine_bytes", "batch")
both = pytest.mark.parametrize("kind", ["memory", pytest.param("jetstream", marks=needs_nats)])


@both
@in_loop
async def test_what_was_published_arrives_in_order_with_what_was_said_of_it(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as at:
        receipts = [await at.intake.publish(P1, "values", body_of(index), door="http") for index in range(20)]
        found = await at.arrivals()
        assert [each.body for each in found] == [body_of(index) for index in range(20)]
        assert [(each.id, each.sequence) for each in found] == [(each.id, each.sequence) for each in receipts]
        assert {(each.address, each.kind, each.door, each.shard) for each in found} == {
            (P1, "values", "http", P1.shard(SMALL.shards))
        }
        assert sorted({each.sequence for each in found}) == [each.sequence for each in found]
        assert all(each.received_us > NOW_US - 10**15 for each in found)


@both
@in_loop
async def test_a_copy_is_recognised_by_what_it_says(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as at:
        first = await at.intake.publish(P1, "values", b"one", door="mqtt")
        again = await at.intake.publish(P1, "values", b"one", door="http")
        assert (again.is_duplicate, again.id, again.sequence) == (True, first.id, first.sequence)
        for address, sort, body in ((P2, "values", b"one"), (P1, "file", b"one"), (P1, "values", b"two")):
            assert not (await at.intake.publish(address, sort, body, door="mqtt")).is_duplicate
        named = await at.intake.publish(P1, "values", b"one", door="mqtt", id="another")
        assert not named.is_duplicate
        assert len(await at.arrivals()) == 5


@both
@in_loop
async def test_a_body_beyond_the_limit_is_kept_as_an_object_first_and_refused_where_nothing_keeps_it(
    kind: str, tmp_path: Path
) -> None:
    objects: list[bytes] = []

    async def keep(body: bytes) -> str:
        objects.append(body)
        return f"object-{len(objects)}"

    large = b"x" * (MOST_BODY + 1)
    async with kept(kind, tmp_path / "with", keep=keep) as at:
        await at.intake.publish(P1, "file", large, door="http")
        await at.intake.publish(P1, "file", large[:MOST_BODY], door="http")
        first, second = await at.arrivals()
        assert (first.reference, first.body, objects) == ("object-1", b"", [large])
        assert (second.reference, len(second.body)) == ("", MOST_BODY)
        assert first.id == message_id(P1, "file", large)
    async with kept(kind, tmp_path / "without") as at:
        with pytest.raises(BadMessage, match="4000001 bytes"):
            await at.intake.publish(P1, "file", large, door="http")


@both
@in_loop
async def test_intake_that_is_full_says_so_and_drops_nothing(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path, room=50_000) as at:
        taken = 0
        with suppress(NotStored):
            for taken in range(100):
                await at.intake.publish(P1, "file", bytes([taken]) * 1000, door="http")
        with pytest.raises(NotStored, match="still the sender's"):
            await at.intake.publish(P1, "file", bytes([taken]) * 1000, door="http")
        assert 20 < taken < 51
        assert [each.body[0] for each in await at.arrivals()] == list(range(taken))


@needs_nats
@in_loop
async def test_a_stream_that_is_gone_or_takes_nothing_is_told(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        manager = at.client.jsm()
        config = (await manager.stream_info("ARRIVALS")).config
        config.sealed = True
        await manager.update_stream(config)
        with pytest.raises(NotStored, match="sealed"):
            await at.intake.publish(P1, "values", b"1", door="http")
        await manager.delete_stream("ARRIVALS")
        with pytest.raises(NotStored, match="no stream takes it"):
            await at.intake.publish(P1, "values", b"1", door="http")
        await manager.add_stream(StreamConfig(name="OTHER", subjects=["arrivals.>"]))
        with pytest.raises(NotStored, match="expected stream"):
            await at.intake.publish(P1, "values", b"1", door="http")


@needs_nats
@in_loop
async def test_streams_are_made_once_and_their_shards_stay(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        await at.intake.publish(P1, "values", b"1", door="http")
        wider = StreamSettings(**{name: getattr(SMALL, name) for name in FIELDS} | {"arrivals_bytes": 80_000_000})
        await Streams(at.client, wider).ensure()
        assert (await at.client.jsm().stream_info("ARRIVALS")).config.max_bytes == 80_000_000
        assert len(await at.stored()) == 1
        with pytest.raises(BadInput, match="has 4 shards, asked for are 5"):
            await Streams(at.client, StreamSettings(shards=5)).ensure()


@needs_nats
@in_loop
async def test_a_span_of_time_and_a_position_are_replayed(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        for index in range(6):
            await at.intake.publish(P1 if index % 2 else P2, "values", body_of(index), door="http")
        whole = await at.stored()
        since, until_us = whole[1].received_us, whole[5].received_us
        assert [each.sequence for each in whole] == [1, 2, 3, 4, 5, 6]
        span = [each.sequence async for each in replay(at.streams, since, until_us)]
        assert set(span) <= {1, 2, 3, 4, 5}
        assert {2, 3, 4} <= set(span) | {each.sequence for each in whole if each.received_us in {since, until_us}}
        assert [each.sequence async for each in replay(at.streams, 0, None, P1)] == [2, 4, 6]
        assert [each async for each in replay(at.streams, 0, None, Address("acme", "none"))] == []


@needs_nats
@in_loop
async def test_a_dead_letter_keeps_its_message_and_the_reason(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        await at.intake.publish(P1, "values", b"\x00not values\xff", door="mqtt")
        (arrival,) = await at.stored()
        for _ in range(2):
            await bury(at.streams, arrival, text("{reason}", reason="line one\nline two\x00 轴承"))
        (letter,) = [each async for each in dead_letters(at.streams)]
        assert (letter.where, letter.body, letter.kind, letter.door) == ("acme/p1", arrival.body, "values", "mqtt")
        assert letter.reason == "line one line two  轴承"
        assert [each async for each in dead_letters(at.streams, P2)] == []


@needs_nats
@in_loop
async def test_an_unknown_position_waits_in_quarantine_until_it_is_adopted(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        for index in range(5):
            await at.intake.publish(P1, "values", body_of(index), door="mqtt")
        for arrival in await at.stored():
            await quarantine(at.streams, arrival)
            await quarantine(at.streams, arrival)
        assert await quarantined(at.streams) == {P1: 5}
        assert await adopt(at.streams, P2) == 0
        assert await adopt(at.streams, P1) == 5
        assert await quarantined(at.streams) == {}
        back = (await at.stored())[5:]
        assert [each.body for each in back] == [body_of(index) for index in range(5)]
        assert {(each.address, each.kind, each.door) for each in back} == {(P1, "values", "mqtt")}


@needs_nats
@in_loop
async def test_room_is_made_of_committed_arrivals_only(tmp_path: Path) -> None:
    settings = StreamSettings(shards=1, arrivals_bytes=1_000_000, keep_bytes=20_000, listener_bytes=10**7)
    async with served(tmp_path, settings=settings) as at:
        for index in range(50):
            await at.intake.publish(P1, "file", bytes([index]) * 1000, door="http")
        assert await at.streams.trim() == 0
        taker = await at.streams.js.pull_subscribe_bind("shard-0", "ARRIVALS")
        await (await taker.fetch(10))[-1].ack_sync()
        assert await at.streams.trim() == 10
        assert [each.body[0] for each in await at.stored()] == list(range(10, 50))
        assert await at.streams.lag() == {0: 40}
        await (await taker.fetch(40))[-1].ack_sync()
        async with running(at.streams.trim_for_ever()):
            await until(lambda: _is_trimmed(at))
        assert 10 < len(await at.stored()) < 25


async def _is_trimmed(at: Served) -> bool:
    return len(await at.stored()) < 25


@needs_nats
@in_loop
async def test_events_are_heard_by_whom_they_concern(tmp_path: Path) -> None:
    async with served(tmp_path) as at, Listener(at.client, "acme") as acme, Listener(at.client, "acme", "p2") as one:
        await tell(at.client, Address("rival", "p1"), {"state": 3})
        await tell(at.client, P1, {"state": 1, "name": "<b>轴承</b>"})
        await at.client.publish("events.acme.p1", b"no json")
        await tell(at.client, P2, {"state": 2})
        heard = aiter(acme)
        assert await anext(heard) == (P1, {"state": 1, "name": "<b>轴承</b>"})
        assert await anext(heard) == (P2, {"state": 2})
        assert await anext(aiter(one)) == (P2, {"state": 2})


@pytest.mark.parametrize(("organisation", "position"), [(">", None), ("*", None), ("a.b", None), (None, "p1")])
def test_a_listener_cannot_widen_what_it_hears(organisation: str | None, position: str | None) -> None:
    with pytest.raises(BadInput):
        Listener(None, organisation, position)  # type: ignore[arg-type]
