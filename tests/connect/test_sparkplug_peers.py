"""Sparkplug against others: a real broker, and two implementations that share no line with ours."""

import asyncio
import contextlib
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from connect_servers import running

from loadzone.connect.intake import MemoryIntake
from loadzone.connect.messages import Values, decode
from loadzone.connect.mqtt import Broker
from loadzone.connect.nats_server.process import free_port
from loadzone.connect.sparkplug.client import EdgeRunner, HostRunner
from loadzone.connect.sparkplug.datatypes import DataType
from loadzone.connect.sparkplug.edge import Edge, Tag
from loadzone.connect.sparkplug.handover import Handover
from loadzone.connect.sparkplug.host import Host, HostSettings
from loadzone.connect.sparkplug.payload import Metric, Payload, encode
from loadzone.connect.sparkplug.payload import decode as decode_payload
from loadzone.connect.sparkplug.topics import Node
from looping import in_loop, until
from mosquitto import Mosquitto, needs_mosquitto

HERE = Path(__file__).parent
PSP = ("--with", "pysparkplug>=0.6", "--with", "paho-mqtt<2")
WRAPPER = ("--with", "mqtt-spb-wrapper")
NODE = Node("plant", "rig")
RIG = (Tag("speed", DataType.DOUBLE), Tag("limit", DataType.INT16, is_writable=True))
MOTOR = {"motor": (Tag("rms", DataType.DOUBLE),)}


def command(script: str, packages: tuple[str, ...], *arguments: str) -> list[str]:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed, which makes the environments of peers")
    return [uv, "run", "--quiet", "--no-project", "--python", "3.11", *packages, str(HERE / script), *arguments]


@pytest.fixture(scope="session")
def pysparkplug() -> list[str]:
    return _installed("peer_pysparkplug.py", PSP, "pysparkplug")


@pytest.fixture(scope="session")
def wrapper() -> list[str]:
    return _installed("peer_wrapper.py", WRAPPER, "mqtt_spb_wrapper")


def _installed(script: str, packages: tuple[str, ...], module: str) -> list[str]:
    whole = command(script, packages)
    asked = subprocess.run(  # noqa: S603  uv, with packages of the index
        [*whole[:-1], "python", "-c", f"import {module}"], capture_output=True, check=False, text=True
    )
    if asked.returncode:
        pytest.skip(f"{module} cannot be installed here: {asked.stderr.strip().splitlines()[-1:]}")
    return whole


class Peer:
    """A process that is told what to do, a line at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def says(self, word: str) -> None:
        assert self.process.stdout is not None
        while (line := (await self.process.stdout.readline()).decode().strip()) != word:
            assert line or self.process.returncode is None, "the peer ended"

    def tell(self, *words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((" ".join(words) + "\n").encode())


@asynccontextmanager
async def peer(arguments: list[str]) -> AsyncIterator[Peer]:
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Peer(process)
    finally:
        if process.returncode is None:
            _kill(process)
        await process.wait()
        if process._transport is not None:  # type: ignore[attr-defined]
            process._transport.close()  # type: ignore[attr-defined]


def _kill(process: asyncio.subprocess.Process) -> None:
    """End uv and the interpreter that it started."""
    import os
    import signal

    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def host_on(port: int, intake: MemoryIntake, **settings: Any) -> HostRunner:
    host = Host("maker", HostSettings(**{"reorder_ms": 300, "rebirth_every_ms": 500, "doubt_ms": 1_000} | settings))
    return HostRunner(Broker("127.0.0.1", port, "host"), host, Handover("acme"), intake)


def readings(intake: MemoryIntake, position: str) -> list[tuple[str, float]]:
    found = []
    for each in intake.arrivals:
        message = decode(each.kind, each.body)
        assert isinstance(message, Values)
        if each.address.position == position:
            found += list(zip(message.quantities, message.values.tolist(), strict=True))
    return found


def test_a_peer_reads_our_payload_and_we_read_its(pysparkplug: list[str]) -> None:
    ours = Payload(
        (
            Metric("i8", DataType.INT8, -1, 1),
            Metric("i64", DataType.INT64, -4, 1),
            Metric("d", DataType.DOUBLE, -2.5, 1),
            Metric("s", DataType.STRING, "轴承", 1),
            Metric("b", DataType.BOOLEAN, value=True, timestamp=1),
            Metric("ia", DataType.INT32_ARRAY, (1, -2), 1),
            Metric("ba", DataType.BOOLEAN_ARRAY, (True, False, True), 1),
            Metric("sa", DataType.STRING_ARRAY, ("ab", "c"), 1),
        ),
        timestamp=1,
        seq=0,
    )
    told = subprocess.run(  # noqa: S603  as above
        [*pysparkplug, "bytes"], input=encode(ours).hex() + "\n", capture_output=True, check=True, text=True
    )
    theirs, *lines = told.stdout.strip().splitlines()
    found = {each.name: each.value for each in decode_payload(bytes.fromhex(theirs)).metrics}
    assert found == {
        "i8": -1,
        "i16": -2,
        "i32": -3,
        "i64": -4,
        "u64": 2**64 - 1,
        "f": 1.5,
        "d": -2.5,
        "b": True,
        "s": "轴承",
        "bytes": b"\x00\xff",
        "ia": (1, -2),
        "ba": (True, False, True),
        "sa": ("ab", "c"),
        "da": (1.5, -1.0),
    }
    read = {line.split("\t")[0]: line.split("\t")[2] for line in lines}
    assert read == {each.name: repr(each.value) for each in ours.metrics}


@needs_mosquitto
@in_loop
async def test_the_first_peer_is_born_heard_and_missed(pysparkplug: list[str], tmp_path: Path) -> None:
    intake = MemoryIntake()
    async with Mosquitto(tmp_path) as broker:
        host = host_on(broker.port, intake)
        async with running(host.run()):
            await until(lambda: host.is_connected)
            async with peer([*pysparkplug, str(broker.port)]) as node:
                await node.says("ready")
                await until(lambda: ("rms", 0.0) in readings(intake, "plant--psp--motor"))
                for step in range(20):
                    node.tell("device", str(step + 1))
                    node.tell("node", str(step))
                await until(lambda: ("speed", 19.0) in readings(intake, "plant--psp"))
                await until(lambda: ("rms", 20.0) in readings(intake, "plant--psp--motor"))
                assert host.presences[Node("plant", "psp"), None].is_online
                node.tell("leave")
                await node.says("gone")
                await until(lambda: not host.presences[Node("plant", "psp"), None].is_online)
                assert not host.presences[Node("plant", "psp"), "motor"].is_online
    heard = [value for name, value in readings(intake, "plant--psp--motor") if name == "rms"]
    assert heard == [float(step) for step in range(21)]
    assert {"no rebirth", "bdSeq of death"} >= {each.kind for each in host.deviations}


@needs_mosquitto
@in_loop
async def test_a_peer_that_is_killed_is_missed_by_its_will(pysparkplug: list[str], tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker:
        host = host_on(broker.port, MemoryIntake())
        async with running(host.run()):
            await until(lambda: host.is_connected)
            async with peer([*pysparkplug, str(broker.port)]) as node:
                await node.says("ready")
                await until(lambda: (Node("plant", "psp"), "motor") in host.presences)
                _kill(node.process)
                await until(lambda: not host.presences[Node("plant", "psp"), None].is_online)


@needs_mosquitto
@in_loop
async def test_the_second_peer_with_two_connections_and_renamed_metrics_loses_nothing(
    wrapper: list[str], tmp_path: Path
) -> None:
    intake = MemoryIntake()
    async with Mosquitto(tmp_path) as broker:
        host = host_on(broker.port, intake, gaps=3)
        async with running(host.run()):
            await until(lambda: host.is_connected)
            async with peer([*wrapper, str(broker.port)]) as node:
                await node.says("ready")
                await until(lambda: (Node("plant", "wrapper"), "motor") in host.presences)
                for step in range(20):
                    node.tell("device", str(step + 2))
                    await asyncio.sleep(0.02)
                await until(lambda: ("rms", 21.0) in readings(intake, "plant--wrapper--motor"))
                node.tell("leave")
                await until(lambda: not host.presences[Node("plant", "wrapper"), "motor"].is_online)
    heard = [value for name, value in readings(intake, "plant--wrapper--motor") if name == "rms"]
    assert sorted(set(heard)) == [float(step) for step in range(1, 22)]


@needs_mosquitto
@pytest.mark.parametrize("version", ["3.1.1", "5"])
@in_loop
async def test_our_two_ends_through_a_broker_that_dies_in_between(version: Any, tmp_path: Path) -> None:
    intake = MemoryIntake()
    async with Mosquitto(tmp_path) as broker:
        edge = Edge(NODE, RIG, MOTOR, primary_host="maker")
        node = EdgeRunner([Broker("127.0.0.1", broker.port, "edge", version)], edge)
        host = host_on(broker.port, intake)
        async with running(host.run()):
            async with running(node.run()):
                await until(lambda: edge.is_born)
                for step in range(10):
                    await node.update({"rms": float(step)}, "motor")
                await until(lambda: ("rms", 9.0) in readings(intake, "plant--rig--motor"))
                await host.command(NODE, None, Metric("limit", DataType.INT16, 5))
                sent = await node.commands.get()
                assert (sent.name, sent.value) == ("limit", 5)
                await broker.kill()
                await until(lambda: not edge.is_born)
                for step in range(10, 20):
                    await node.update({"rms": float(step)}, "motor")
                assert len(edge.outbox) == 10
                await broker.start()
                await until(lambda: ("rms", 19.0) in readings(intake, "plant--rig--motor"))
            await until(lambda: not host.presences[NODE, None].is_online)
    heard = [value for _, value in readings(intake, "plant--rig--motor")]
    assert sorted(set(heard)) == [float(step) for step in range(20)]
    assert len(heard) == 20 + heard.count(19.0) - 1
    assert edge.bdseq >= 1
    for each in intake.arrivals:
        times_us = decode(each.kind, each.body).times_us  # type: ignore[union-attr]  # values, as above
        assert abs(times_us - datetime.now(UTC).timestamp() * 1e6).max() < 3600e6, (
            "UTC, as close as a wrong zone is not"
        )


@needs_mosquitto
@in_loop
async def test_a_node_whose_host_is_gone_waits_and_one_whose_server_is_gone_walks(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path / "one") as one, Mosquitto(tmp_path / "two") as two:
        edge = Edge(NODE, RIG, MOTOR, primary_host="maker", servers=2)
        node = EdgeRunner([Broker("127.0.0.1", each.port, "edge") for each in (one, two)], edge)
        hosts = [host_on(each.port, MemoryIntake()) for each in (one, two)]
        async with running(node.run(), hosts[1].run()):
            await until(lambda: hosts[1].is_connected)
            async with running(hosts[0].run()):
                await until(lambda: (NODE, None) in hosts[0].presences)
            await until(lambda: (NODE, None) in hosts[1].presences)
            assert hosts[1].presences[NODE, None].is_online
            assert edge.is_born


@in_loop
async def test_a_broker_that_is_not_there_is_told_and_tried_again() -> None:
    host = host_on(free_port(), MemoryIntake())
    async with running(host.run()):
        await until(lambda: "does not let host in" in str(host.last_error))


@dataclass
class Ear:
    """A broker that says yes to everything and notes what it is told."""

    packets: list[tuple[int, bytes]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind = (await reader.readexactly(1))[0]
                length = shift = 0
                while (byte := (await reader.readexactly(1))[0]) > 127:
                    length, shift = length | (byte & 127) << shift, shift + 7
                body = await reader.readexactly(length | byte << shift)
                self.packets.append((kind, body))
                if kind == 0x10:
                    writer.write(b"\x20\x03\x00\x00\x00" if body[6] == 5 else b"\x20\x02\x00\x00")
        writer.close()


@asynccontextmanager
async def ear() -> AsyncIterator[tuple[Ear, int]]:
    found = Ear()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    async with server:
        yield found, server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("who", ["node", "host"])
@in_loop
async def test_node_and_host_ask_for_a_clean_session_leave_a_will_and_say_goodbye(who: str, version: Any) -> None:
    async with ear() as (heard, port):
        broker = Broker("127.0.0.1", port, "us", version)
        node = EdgeRunner([broker], Edge(NODE, RIG))
        host = HostRunner(broker, Host("maker"), Handover("acme"), MemoryIntake())
        async with running(node.run() if who == "node" else host.run()):
            await until(lambda: any(kind & 0xF0 in {0x30, 0x82} for kind, _ in heard.packets))
            await asyncio.sleep(0.1)
        await until(lambda: any(kind == 0xE0 for kind, _ in heard.packets))
        kinds = [kind for kind, _ in heard.packets]
        connect = heard.packets[0][1]
        assert kinds[0] == 0x10
        assert connect[7] & 0x02, "clean session"
        assert connect[7] & 0x04, "a will"
        assert (connect[7] >> 3 & 3, bool(connect[7] & 0x20)) == (1, who == "host")
        assert version == "3.1.1" or 0x11 not in connect[10:14], "no session expiry is 0"
        goodbye = kinds.index(0xE0)
        assert kinds[goodbye - 1] & 0xF0 in {0x30, 0x40}, "the death is published before"
        if who == "node" and version == "5":
            assert heard.packets[goodbye][1][:1] == b"\x04", "disconnect with will"
