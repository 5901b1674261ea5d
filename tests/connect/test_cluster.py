"""Three servers that somebody else runs as a cluster: each message is kept three times."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connect_servers import SMALL, needs_nats, served
from nats.aio.client import Client
from nats.errors import Error as NatsError

from loadzone.connect.intake import Streams, StreamSettings, connect
from loadzone.connect.nats_server import find_server
from loadzone.connect.nats_server.process import free_port
from loadzone.words.errors import Unreachable
from looping import in_loop, until

pytestmark = needs_nats
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
