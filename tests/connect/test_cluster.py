"""Three servers that somebody else runs as a cluster: each message is kept three times."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connect_servers import SMALL, Ledger, body_of, needs_nats, running, served
from nats.aio.client import Client
from nats.errors import Error as NatsError

from loadzone.connect.address import Address
from loadzone.connect.intake import JetStreamIntake, Streams, StreamSettings, connect
from loadzone.connect.intake.worker import Worker
from loadzone.connect.nats_server import find_server
from loadzone.connect.nats_server.process import free_port
from loadzone.words.errors import NotStored, Unreachable
from looping import in_loop, until

pytestmark = needs_nats
POSITIONS = tuple(Address("acme", f"p{index}") for index in range(6))
SECRET = "of-the-cluster"  # noqa: S105  of servers that live for one test
THREE = StreamSettings(**{**vars(SMALL), "replicas": 3})


@dataclass
class Cluster:
    """Servers by name, each with its ports; a killed one comes back with what it had stored."""

    folder: Path
    ports: dict[str, tuple[int, int]] = field(default_factory=dict)
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return ",".join(f"nats://127.0.0.1:{port}" for port, _ in self.ports.values())

    async def start(self, name: str) -> None:
        port, route = self.ports[name]
        told: dict[str, Any] = {
            "server_name": name,
            "listen": f"127.0.0.1:{port}",
            "jetstream": {"store_dir": str(self.folder / name)},
            "authorization": {"user": "loadzone", "password": SECRET},
            "cluster": {
                "name": "three",
                "listen": f"127.0.0.1:{route}",
                "routes": [f"nats://127.0.0.1:{other}" for _, other in self.ports.values()],
            },
        }
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        log = self.folder / f"{name}.log"
        self.processes[name] = await asyncio.create_subprocess_exec(str(find_server()), "-c", path, "-l", log)

    async def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        await process.wait()


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    made = Cluster(folder)
    for name in ("one", "two", "three"):
        made.ports[name] = (free_port(), free_port())
    try:
        for name in made.ports:
            await made.start(name)
        yield made
    finally:
        for name in list(made.processes):
            await made.kill(name)


async def joined(at: Cluster) -> tuple[Client, Streams]:
    """Connected, when the servers have found each other and hold three copies of everything."""
    found: list[Streams] = []

    async def ready() -> bool:
        with contextlib.suppress(NatsError, OSError, TimeoutError, Unreachable):
            client = await connect(at.url, "loadzone", SECRET, name="test")
            try:
                streams = await Streams(client, THREE).ensure()
            except BaseException:
                await client.close()
                raise
            found.append(streams)
            return streams.replicas == 3
        return False

    await until(ready, 60)
    for each in found[:-1]:
        await each.client.close()
    return found[-1].client, found[-1]


async def delivered(intake: JetStreamIntake, index: int) -> int:
    """Sent until it is acknowledged, as any sender does; returns its sequence."""
    while True:
        try:
            receipt = await intake.publish(POSITIONS[index % 6], "values", body_of(index), door="http", id=f"m{index}")
        except NotStored:
            await asyncio.sleep(0.1)
            continue
        return receipt.sequence


@in_loop
async def test_the_leader_dies_then_another_one_and_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    async with cluster(tmp_path) as at:
        client, streams = await joined(at)
        store = Ledger()
        intake = JetStreamIntake(streams)
        async with running(Worker(streams, store.handle, store.committed).run()):
            sequences = []
            for index in range(120):
                if index == 40:
                    await until(lambda: store.count >= 40)
                    leader = (await streams.js.stream_info("ARRIVALS")).cluster.leader
                    await at.kill(leader)
                if index == 80:
                    await at.start(leader)
                    await until(lambda: _is_whole(streams))
                    await at.kill(next(name for name in at.processes if name != leader))
                sequences.append(await delivered(intake, index))
            await until(lambda: store.count >= 120, 60)
        assert Counter(number for rows in store.rows.values() for number in rows) == Counter(range(120))
        assert all(rows == sorted(rows) for rows in store.rows.values())
        assert len(set(sequences)) == 120
        await client.close()


async def _is_whole(streams: Streams) -> bool:
    """Every copy of ARRIVALS is there and has caught up."""
    with contextlib.suppress(NatsError, TimeoutError):
        told = (await streams.js.stream_info("ARRIVALS")).cluster
        return bool(told and told.leader and all(each.current and not each.offline for each in told.replicas or []))
    return False


@in_loop
async def test_a_server_alone_keeps_one_copy_and_says_so(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        streams = await Streams(at.client, THREE).ensure()
        assert streams.replicas == 1
        assert (await at.streams.js.stream_info("ARRIVALS")).config.num_replicas == 1


@in_loop
async def test_copies_that_are_there_stay_when_a_program_asks_for_fewer(tmp_path: Path) -> None:
    async with cluster(tmp_path) as at:
        client, streams = await joined(at)
        await Streams(client, SMALL).ensure()
        assert (await streams.js.stream_info("ARRIVALS")).config.num_replicas == 3
        await client.close()
