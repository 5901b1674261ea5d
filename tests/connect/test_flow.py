"""From a device to a worker through real servers, with kills in between: nothing acknowledged is lost or doubled."""

import asyncio
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from connect_servers import SMALL, Device, Ledger, Served, body_of, door, needs_nats, number, running, sensor, served
from nats.js.api import StreamConfig
from nats.js.errors import NoKeysError, NotFoundError

from loadzone.connect.address import Address
from loadzone.connect.intake import Batch, JetStreamIntake, Shard, Streams, connect
from loadzone.connect.intake.aside import dead_letters, quarantined
from loadzone.connect.intake.lease import Leases, share
from loadzone.connect.intake.worker import Worker
from loadzone.connect.nats_server import DeviceUser
from loadzone.words.errors import BadMessage, LostLease, NotStored
from loadzone.words.texts import text
from looping import in_loop, until

pytestmark = needs_nats
P1 = Address("acme", "p1")
POSITIONS = tuple(f"p{index}" for index in range(6))


@in_loop
async def test_messages_are_held_until_they_are_handed_over(tmp_path: Path) -> None:
    async with served(tmp_path, (sensor("p1"),)) as at:
        async with Device(at.server.mqtt_port) as device:
            await device.deliver("in/acme/p1/values", *map(body_of, range(40)))
        assert await at.stored() == []
        async with running(door(at).run()):
            await until(lambda: _has(at, 40))
        assert [number(each.body) for each in await at.stored()] == list(range(40))
        await until(lambda: _listener_is_empty(at))


async def _has(at: Served, count: int) -> bool:
    return (await at.client.jsm(timeout=5).stream_info("ARRIVALS")).state.messages == count


async def _listener_is_empty(at: Served) -> bool:
    return (await at.client.jsm(timeout=5).stream_info("$MQTT_msgs")).state.messages == 0


@in_loop
async def test_qos_0_arrives_when_all_goes_well_and_is_never_doubled(tmp_path: Path) -> None:
    async with (
        served(tmp_path, (sensor("p1"),)) as at,
        running(door(at).run()),
        Device(at.server.mqtt_port) as device,
    ):
        await device.deliver("in/acme/p1/values", body_of(0))
        await until(lambda: _has(at, 1))
        device.send("in/acme/p1/values", body_of(1), qos=0)
        await until(lambda: _has(at, 2))
        await device.deliver("in/acme/p1/values", body_of(2))
        await until(lambda: _has(at, 3))


@in_loop
async def test_a_topic_that_is_no_address_becomes_a_dead_letter(tmp_path: Path) -> None:
    free = DeviceUser("sensor", "a-long-password", ("in/#",))
    async with served(tmp_path, (free,)) as at, running(door(at).run()):
        async with Device(at.server.mqtt_port) as device:
            await device.deliver("in/acme/p1/video", b"?")
            await device.deliver("in/acme/轴承/values", b"?")
            await device.deliver("in/acme/p.1/values", b"?")
            await device.deliver("in/acme/p1/values", body_of(1))
        await until(lambda: _has(at, 1))
        letters = [each async for each in dead_letters(at.streams)]
        assert len(letters) == 3
        assert [each.reason.split(":")[0] for each in letters] == [
            "in.acme.p1.video",
            "in.acme.轴承.values",
            "in.acme.p//1.values",
        ]
        assert "devices publish to in/" in letters[0].reason
        assert "an identifier has" in letters[1].reason


@pytest.mark.parametrize("state", ["full", "absent", "sealed"])
@in_loop
async def test_acknowledged_messages_wait_while_arrivals_does_not_take_them(state: str, tmp_path: Path) -> None:
    async with served(tmp_path, (sensor("p1"),)) as at:
        manager = at.client.jsm(timeout=5)
        config = (await manager.stream_info("ARRIVALS")).config
        if state == "full":
            await manager.update_stream(StreamConfig(**{**config.__dict__, "max_bytes": 2000}))
        elif state == "sealed":
            await manager.update_stream(StreamConfig(**{**config.__dict__, "sealed": True}))
        else:
            await manager.delete_stream("ARRIVALS")
        async with running(door(at).run()):
            async with Device(at.server.mqtt_port) as device:
                await device.deliver("in/acme/p1/values", *map(body_of, range(30)))
            await asyncio.sleep(0.5)
            arrived = 0 if state == "absent" else (await manager.stream_info("ARRIVALS")).state.messages
            held = (await manager.stream_info("$MQTT_msgs")).state.messages
            assert arrived < 30
            assert 30 - arrived <= held <= 30, "in the listener until ARRIVALS has it"
            if state != "full":
                if state == "sealed":
                    await manager.delete_stream("ARRIVALS")
                await Streams(at.client, SMALL).ensure()
            else:
                await manager.update_stream(config)
            await until(lambda: _has(at, 30))
        assert [number(each.body) for each in await at.stored()] == list(range(30))


@in_loop
async def test_a_listener_that_is_full_closes_instead_of_acknowledging(tmp_path: Path) -> None:
    settings = SMALL.__class__(**{**SMALL.__dict__, "listener_bytes": 50_000})
    async with served(tmp_path, (sensor("p1"),), settings) as at:
        async with Device(at.server.mqtt_port) as device:
            for index in range(100):
                device.send("in/acme/p1/file", bytes([index]) * 1000)
            await asyncio.sleep(1.0)
            told = len(device.acknowledged)
            held = (await at.client.jsm().stream_info("$MQTT_msgs")).state.messages
            assert told <= held < 60
            async with running(door(at).run()):
                await until(lambda: len(device.acknowledged) == 100)
                await until(lambda: _has(at, 100))
        assert sorted(each.body[0] for each in await at.stored()) == list(range(100))


@in_loop
async def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(tmp_path: Path) -> None:
    """Kills at any moment of a load, with a device, the hand-over, a direct publisher and a worker at work."""
    ledger = Ledger()
    async with served(tmp_path, (sensor(*POSITIONS),)) as at:
        worker = Worker(at.streams, ledger.handle, ledger.committed, wait_s=0.2)
        told: list[str] = []
        async with running(door(at).run(), worker.run(), _publish_directly(at, told)) as tasks:
            async with Device(at.server.mqtt_port) as device:
                sent = 0
                for _ in range(3):
                    for _ in range(100):
                        device.send(f"in/acme/{POSITIONS[sent % 5]}/values", body_of(sent))
                        sent += 1
                        await asyncio.sleep(0.003)
                    assert at.server.process_id is not None
                    os.kill(at.server.process_id, signal.SIGKILL)
                    await until(lambda: at.server.process_id is not None)
                await until(lambda: len(device.acknowledged) == sent)
            tasks[2].cancel()
            await until(lambda: sum(len(ledger.rows[each]) for each in POSITIONS[:5]) >= sent)
            await until(lambda: set(told) <= {str(each) for each in ledger.rows["p5"]})
            await asyncio.sleep(0.5)
    assert sorted(each for name in POSITIONS[:5] for each in ledger.rows[name]) == list(range(sent))
    assert max(ledger.times.values()) == 1
    assert len(ledger.rows["p5"]) == len(set(ledger.rows["p5"]))
    assert {str(each) for each in ledger.rows["p5"]} >= set(told)


async def _publish_directly(at: Served, told: list[str]) -> None:
    index = 0
    while True:
        try:
            await at.intake.publish(Address("acme", "p5"), "values", body_of(index), door="http")
        except NotStored:
            await asyncio.sleep(0.05)
            continue
        told.append(str(index))
        index += 1
        await asyncio.sleep(0.002)


async def _fill(at: Served, count: int) -> dict[str, list[int]]:
    expected: dict[str, list[int]] = defaultdict(list)
    for index in range(count):
        position = POSITIONS[index % len(POSITIONS)]
        await at.intake.publish(Address("acme", position), "values", body_of(index), door="http")
        expected[position].append(index)
    return expected


@in_loop
async def test_order_is_kept_while_workers_fail_between_any_two_steps(tmp_path: Path) -> None:
    """Before the commit, and after it but before the acknowledgement: everything comes again, in order."""
    ledger = Ledger()
    calls = Counter[str]()

    async def faulty(batch: Batch) -> None:
        calls["all"] += 1
        if calls["all"] % 5 == 1:
            raise OSError("the disk is away")
        if calls["all"] % 5 == 3:
            await ledger.handle(batch)
            raise RuntimeError("killed between commit and acknowledgement")
        await ledger.handle(batch)

    async with served(tmp_path) as at:
        expected = await _fill(at, 300)
        worker = Worker(at.streams, faulty, None, wait_s=0.1)
        async with running(worker.run()):
            await until(lambda: ledger.count >= 300)
        assert worker.failures > 1
    assert ledger.holds_all_in_order(expected)
    assert max(ledger.times.values()) == 1


@in_loop
async def test_the_shards_of_a_killed_worker_move_on_in_order(tmp_path: Path) -> None:
    """A process with half the shards is killed with SIGKILL in the middle of a batch; the other takes over."""
    ledger = Ledger()
    async with served(tmp_path) as at:
        victim = await _worker_process(at, tmp_path)
        await until(partial(_leases_of, at, 4))
        expected = await _fill(at, 300)
        await until((tmp_path / "took").is_file)
        worker = Worker(at.streams, ledger.handle, ledger.committed, wait_s=0.2)
        async with running(worker.run()):
            await asyncio.sleep(0.5)
            os.kill(victim.pid, signal.SIGKILL)
            await victim.wait()
            await until(lambda: len(worker.shards) == 4, limit_s=10)
            await until(lambda: ledger.count >= 300)
    assert ledger.holds_all_in_order(expected)


async def _leases_of(at: Served, count: int) -> bool:
    try:
        bucket = await at.streams.js.key_value("LEASES")
        return sum(key.startswith("shard.") for key in await bucket.keys()) == count
    except (NotFoundError, NoKeysError):
        return False


async def _worker_process(at: Served, folder: Path) -> asyncio.subprocess.Process:
    """A worker that takes batches and never gets done with them."""
    import sys

    code = f"""
import asyncio
from pathlib import Path
from loadzone.connect.intake import Streams, StreamSettings, connect
from loadzone.connect.intake.worker import Worker
async def stuck(batch):
    Path({str(folder / "took")!r}).write_text(str(len(batch)))
    await asyncio.sleep(3600)
async def main():
    client = await connect({at.server.url!r}, password={at.server.credentials.password!r})
    await Worker(Streams(client, StreamSettings(shards=4, batch=200)), stuck).run()
asyncio.run(main())
"""
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code)


@in_loop
async def test_two_workers_share_and_one_that_leaves_hands_over_at_once(tmp_path: Path) -> None:
    ledger = Ledger()
    async with served(tmp_path) as at:
        other = await connect(at.server.url, password=at.server.credentials.password)
        one = Worker(at.streams, ledger.handle, ledger.committed, "one", wait_s=0.1)
        two = Worker(Streams(other, SMALL), ledger.handle, ledger.committed, "two", wait_s=0.1)
        async with running(one.run()) as tasks:
            await until(lambda: len(one.shards) == 4)
            async with running(two.run()):
                await until(lambda: len(one.shards) == len(two.shards) == 2)
                assert not set(one.shards) & set(two.shards)
                expected = await _fill(at, 120)
                await until(lambda: ledger.count == 120)
                one.stop()
                await tasks[0]
                await until(lambda: len(two.shards) == 4)
                for position, numbers in (await _fill(at, 60)).items():
                    assert numbers == expected[position][: len(numbers)]
                await at.intake.publish(P1, "values", body_of(999), door="http")
                await until(lambda: 999 in ledger.rows["p1"])
        await other.close()
    expected["p1"].append(999)
    assert ledger.holds_all_in_order(expected)


@in_loop
async def test_a_worker_whose_lease_went_learns_it_before_it_commits(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        await _fill(at, 40)
        mine = await (await Leases(at.streams, "mine").open()).take("shard.0")
        assert mine is not None
        assert await (await Leases(at.streams, "theirs").open()).take("shard.0") is None
        shard = next(number for number, waiting in (await at.streams.lag()).items() if waiting)
        async with Shard(at.streams, shard, mine) as reader:
            waiting = (await at.streams.lag())[shard]
            with pytest.raises(LostLease, match="nothing is committed"):
                await _commit_after_a_theft(at, reader)
        assert not mine.holds
        assert (await at.streams.lag())[shard] == waiting


async def _commit_after_a_theft(at: Served, reader: Shard) -> None:
    async with reader.batch() as batch:
        assert batch is not None
        await batch.confirm()
        bucket = await at.streams.js.key_value("LEASES")
        await bucket.put("shard.0", b"theirs")
        await batch.confirm()


@in_loop
async def test_a_lease_that_is_not_renewed_is_no_longer_believed_before_others_can_have_it(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        mine = await (await Leases(at.streams, "mine").open()).take("shard.0")
        theirs = await Leases(at.streams, "theirs").open()
        assert mine is not None

        async def is_free() -> bool:
            believed = mine.holds
            found = await theirs.take("shard.0")
            assert not (found and believed)
            return found is not None

        await until(is_free)
        with pytest.raises(LostLease):
            await mine.confirm()
        await mine.release()


@in_loop
async def test_a_shard_goes_on_behind_what_the_store_has(tmp_path: Path) -> None:
    """Committed and not acknowledged: the sequence of the store wins."""
    async with served(tmp_path, settings=SMALL.__class__(**{**SMALL.__dict__, "shards": 1})) as at:
        await _fill(at, 30)
        lease = await (await Leases(at.streams).open()).take("shard.0")
        assert lease is not None
        async with Shard(at.streams, 0, lease, after=12) as reader, reader.batch(most=5) as batch:
            assert batch is not None
            assert [each.sequence for each in batch.arrivals] == [13, 14, 15, 16, 17]
        async with Shard(at.streams, 0, lease) as reader, reader.batch() as batch:
            assert batch is not None
            assert batch.arrivals[0].sequence == 18


@in_loop
async def test_a_worker_takes_no_more_than_a_batch_however_much_waits(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        await _fill(at, 600)
        seen: list[int] = []
        gate = asyncio.Event()

        async def wait(batch: Batch) -> None:
            seen.append(len(batch))
            await gate.wait()

        async with running(Worker(at.streams, wait, None, wait_s=0.1).run()):
            await until(lambda: len(seen) == await_shards(at))
            await asyncio.sleep(0.3)
            assert len(seen) == await_shards(at)
            assert max(seen) <= SMALL.batch
            gate.set()
            await until(lambda: sum(seen) >= 600)


def await_shards(at: Served) -> int:
    """Shards that the six positions fall into."""
    return len({Address("acme", each).shard(at.streams.settings.shards) for each in POSITIONS})


@in_loop
async def test_what_no_worker_can_handle_is_put_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    ledger = Ledger()

    async def handle(batch: Batch) -> None:
        for arrival in batch.arrivals:
            if arrival.address.position == "p2":
                await batch.quarantine(arrival)
            elif arrival.body == b"broken":
                raise BadMessage(text("{reason}", reason="it is broken"))
        kept = [each for each in batch.arrivals if each.address.position != "p2"]
        if kept:
            await ledger.handle(Batch(batch._streams, batch._lease, tuple(kept)))

    async with served(tmp_path) as at, running(Worker(at.streams, handle, None, wait_s=0.1).run()):
        expected = await _fill(at, 30)
        await at.intake.publish(P1, "values", b"broken", door="http")
        more = [100, 101, 102]
        for index in more:
            await at.intake.publish(P1, "values", body_of(index), door="http")
        await until(lambda: ledger.rows["p1"][-1:] == [102] and ledger.count >= 28)
        await until(lambda: _waiting(at, Address("acme", "p2"), 5))
        (letter,) = [each async for each in dead_letters(at.streams)]
        assert (letter.body, letter.reason) == (b"broken", "it is broken")
    expected["p1"] += more
    expected.pop("p2")
    assert ledger.holds_all_in_order(expected)


async def _waiting(at: Served, address: Address, count: int) -> bool:
    return (await quarantined(at.streams)).get(address) == count


@in_loop
async def test_a_flood_of_unknown_positions_fills_quarantine_and_nothing_else(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        batch = [at.intake.publish(Address("acme", f"n{index}"), "values", b"1", door="mqtt") for index in range(1000)]
        await asyncio.gather(*batch)
        handled = Counter[bool]()

        async def handle(batch: Batch) -> None:
            await asyncio.gather(*(batch.quarantine(each) for each in batch.arrivals))
            handled[True] += len(batch)

        async with running(Worker(at.streams, handle, None, wait_s=0.1).run()):
            await until(lambda: handled[True] == 1000)
        assert len(await quarantined(at.streams)) == 1000


@in_loop
async def test_a_connection_that_is_cut_heals_and_nothing_is_published_twice(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        second = await connect(at.server.url, password=at.server.credentials.password)
        intakes = (at.intake, JetStreamIntake(Streams(second, SMALL)))
        for index in range(60):
            if index % 20 == 10:
                second._transport._io_writer.transport.abort()  # type: ignore[union-attr]
            await _insistently(
                lambda index=index: intakes[index % 2].publish(P1, "values", body_of(index), door="http")
            )
        assert [number(each.body) for each in await at.stored()] == list(range(60))
        await second.close()


async def _insistently(publish: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await publish()
        except NotStored:
            await asyncio.sleep(0.05)
        else:
            return


@pytest.mark.parametrize(("shards", "workers", "most"), [(8, 1, 8), (8, 3, 3), (8, 8, 1), (8, 20, 1)])
def test_a_fair_share_leaves_no_shard_over(shards: int, workers: int, most: int) -> None:
    assert share(shards, workers) == most
    assert share(shards, workers) * workers >= shards
