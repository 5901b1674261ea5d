"""OPC UA both ways with asyncua on the other side: certificates, users, cuts, bad values, and what must be shut."""

import asyncio
import contextlib
import datetime as dt
import math
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from asyncua import Client, Node, Server, ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from loadzone.connect.nats_server.process import free_port
from loadzone.connect.opcua import (
    DeviceFinding,
    HealthServer,
    Identity,
    MappedNode,
    Peer,
    Reading,
    Security,
    ServerSettings,
    Shown,
    ShownValue,
    Source,
    TrustList,
    browse,
)
from loadzone.connect.opcua import client as client_module
from loadzone.connect.opcua import peer as peer_module
from loadzone.connect.opcua.peer import connected
from loadzone.connect.opcua.readings import Judge, has_overflow, signal_of
from loadzone.connect.opcua.security import load, quiet, thumbprint
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput, NotStored, Unreachable
from loadzone.words.texts import text
from looping import until

MAKER = "urn:maker:press"
PASSWORD = Secret("pass-word")
NOW = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


class Loop:
    """One loop for all tests of this file: starting a server's address space costs seconds."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def run(self, coroutine: Coroutine[Any, Any, Any], limit_s: float = 60.0) -> Any:
        async def limited() -> Any:
            async with asyncio.timeout(limit_s):
                return await coroutine

        return self._runner.run(limited())

    def close(self) -> None:
        self._runner.close()


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    quiet()
    found = Loop()
    yield found
    found.close()


# --- certificates


@dataclass
class Folders:
    """Identities of us, of a maker's server and of a stranger, and the lists that know the first two."""

    root: Path
    us: Identity
    maker: Identity
    stranger: Identity

    def list_of(self, name: str, *known: Identity) -> TrustList:
        found = TrustList(self.root / name)
        for each in known:
            (found.folder / f"{each.certificate.stem}.der").write_bytes(each.certificate.read_bytes())
        return found


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    root = tmp_path_factory.mktemp("opcua")
    made = [Identity.of(root / name, name, ["127.0.0.1"]) for name in ("us", "maker", "stranger")]
    return Folders(root, *made)


@pytest.fixture(scope="module")
def ours(folders: Folders) -> Security:
    return Security(folders.us, folders.list_of("trusted-by-us", folders.maker, folders.us))


# --- a maker's server, asyncua as it is


class Door:
    """Lets in one user."""

    def get_user(self, _server: Any, username: str | None = None, password: str | None = None, **_: Any) -> User | None:
        is_good = (username, password) == ("reader", PASSWORD.reveal())
        return User(UserRole.User, username) if is_good else None


@dataclass
class Press:
    """A machine tool with its server."""

    server: Server
    port: int
    index: int
    nodes: dict[str, Node] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"opc.tcp://127.0.0.1:{self.port}/press"

    async def set(self, name: str, value: Any, at: dt.datetime | None = None, status: int = 0) -> None:
        told = ua.DataValue(ua.Variant(value), ua.StatusCode(ua.UInt32(status)), at or dt.datetime.now(dt.UTC))
        await self.nodes[name].write_value(told)


async def press(folders: Folders) -> Press:
    server = Server(user_manager=Door())
    await server.init()
    found = Press(server, free_port(), 0)
    server.set_endpoint(found.url)
    await server.set_application_uri(folders.maker.application_uri)
    await server.load_certificate(folders.maker.certificate)
    await server.load_private_key(folders.maker.key)
    server.set_security_policy(
        [ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt, ua.SecurityPolicyType.Basic256Sha256_Sign]
    )
    server.set_identity_tokens([ua.UserNameIdentityToken])
    found.index = await server.register_namespace(MAKER)
    machine = await server.nodes.objects.add_object(found.index, "压力机 1")
    for name in ("温度", "speed", "state", "kept", "flood"):
        found.nodes[name] = await machine.add_variable(ua.NodeId(name, found.index), name, 20.0)
    found.nodes["array"] = await machine.add_variable(ua.NodeId("array", found.index), "array", [1.0, 2.0])
    await server.start()
    for name in ("kept", "flood"):
        await server.historize_node_data_change(found.nodes[name], period=None, count=100_000)
    return found


@pytest.fixture(scope="module")
def machine(loop: Loop, folders: Folders) -> Iterator[Press]:
    found = loop.run(press(folders))
    yield found
    loop.run(found.server.stop())


def peer(machine: Press, security: Security | None, port: int = 0, **how: Any) -> Peer:
    told = {"user": "reader", "password": PASSWORD, **how}
    return Peer(f"opc.tcp://127.0.0.1:{port or machine.port}/press", security, **told)


def node(name: str, **how: Any) -> MappedNode:
    return MappedNode(f"nsu={MAKER};s={name}", "acme", "press-1", name, "degC", **how)


class Kept:
    """Where readings and findings go."""

    def __init__(self) -> None:
        self.told: list[Reading | DeviceFinding] = []
        self.gate: Callable[[], Awaitable[Any]] | None = None

    async def __call__(self, told: Sequence[Reading | DeviceFinding]) -> None:
        if self.gate:
            await self.gate()
        self.told += told

    def values(self, quantity: str) -> list[Any]:
        return [each.value for each in self.readings if each.node.quantity == quantity]

    @property
    def readings(self) -> list[Reading]:
        return [each for each in self.told if isinstance(each, Reading)]

    @property
    def findings(self) -> list[DeviceFinding]:
        return [each for each in self.told if isinstance(each, DeviceFinding)]


@asynccontextmanager
async def running(source: Source) -> Any:
    task = asyncio.create_task(source.run())
    try:
        yield source
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Cable:
    """A connection that can be cut, or freeze, on its way to a port."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.is_cut = False
        self.flows = asyncio.Event()
        self.flows.set()
        self.to = port
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        for each in self._writers:
            each.transport.abort()
        self._writers.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        for each in (self._pump(reader, back), self._pump(there, writer)):
            task = asyncio.create_task(each)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self.flows.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


# --- who is let in, and by whom


@pytest.mark.parametrize("mode", ["Sign", "SignAndEncrypt"])
def test_values_come_signed_or_encrypted_with_the_times_of_their_source(
    loop: Loop, machine: Press, ours: Security, mode: Any
) -> None:
    kept = Kept()
    security = Security(ours.identity, ours.trusted, mode)

    async def steps() -> None:
        await machine.set("温度", 61.5, NOW)
        source = Source(peer(machine, security), [node("温度")], kept, period_s=0.05)
        async with running(source):
            await until(lambda: kept.readings)
            await machine.set("温度", 62.5, NOW + dt.timedelta(seconds=1.5))
            await until(lambda: len(kept.readings) == 2)
        assert source.is_connected

    loop.run(steps())
    first, second = kept.readings
    assert (first.value, second.value) == (61.5, 62.5)
    assert second.time_us - first.time_us == 1_500_000
    assert first.time_us == int(NOW.timestamp() * 1e6)
    assert first.is_good
    assert first.node.organisation == "acme"
    assert kept.findings == []


def refusal(loop: Loop, at: Peer) -> str:
    async def attempt() -> None:
        async with connected(at):
            pass

    with pytest.raises(Unreachable) as caught:
        loop.run(attempt())
    return str(caught.value)


def test_a_wrong_password_is_refused_and_not_repeated(loop: Loop, machine: Press, ours: Security) -> None:
    said = refusal(loop, peer(machine, ours, password=Secret("wrong-word")))
    assert "BadUserAccessDenied" in said
    assert "wrong-word" not in said


def test_a_server_that_we_do_not_know_gets_neither_session_nor_password(
    loop: Loop, machine: Press, folders: Folders
) -> None:
    suspicious = folders.list_of("trusts-nobody")
    said = refusal(loop, peer(machine, Security(folders.us, suspicious)))
    assert "is not trusted" in said
    known = thumbprint(load(folders.maker.certificate))[:16]
    assert known in said
    rejected = suspicious.folder / "rejected" / f"{known}.der"
    assert load(rejected) == load(folders.maker.certificate)
    rejected.rename(suspicious.folder / rejected.name)

    async def again() -> None:
        async with connected(peer(machine, Security(folders.us, suspicious))):
            pass

    loop.run(again())


def test_a_server_that_nobody_listens_at_is_said_to_be_so(loop: Loop, machine: Press, ours: Security) -> None:
    assert "refused" in refusal(loop, peer(machine, ours, port=free_port()))


@pytest.mark.parametrize(
    "url", ["http://a:4840", "opc.tcp://", "opc.tcp://u:p@a:4840", "opc.tcp://a:x", "opc.tcp://a:0"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match=r"opc\.tcp://host:4840"):
        Peer(url, permits_insecure=True)


def test_without_security_only_where_it_is_permitted(folders: Folders, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can be forged"):
        Peer("opc.tcp://a:4840")
    with pytest.raises(BadInput, match="needs a certificate"):
        ServerSettings("轴承厂")
    broken = Identity("urn:other", folders.us.certificate, folders.us.key)
    with pytest.raises(BadInput, match="must name urn:other"):
        Peer("opc.tcp://a:4840", Security(broken, TrustList(tmp_path)))
    with pytest.raises(BadInput, match="cannot be read"):
        Peer(
            "opc.tcp://a:4840",
            Security(Identity("urn:x", tmp_path / "no.der", tmp_path / "no.pem"), TrustList(tmp_path)),
        )


def test_our_key_is_ours_alone_and_stays_the_same(folders: Folders) -> None:
    assert stat.S_IMODE(folders.us.key.stat().st_mode) == 0o600
    before = folders.us.certificate.read_bytes()
    assert Identity.of(folders.us.key.parent, "us") == folders.us
    assert folders.us.certificate.read_bytes() == before


# --- what values say


def test_a_bad_status_is_a_finding_of_the_device_told_once_and_its_end_too(
    loop: Loop, machine: Press, ours: Security
) -> None:
    kept = Kept()

    async def steps() -> None:
        await machine.set("speed", 1480.0)
        async with running(Source(peer(machine, ours), [node("speed")], kept, period_s=0.02)):
            await until(lambda: kept.readings)
            for value in (0.0, 0.1, 0.2):
                await machine.set("speed", value, status=ua.StatusCodes.BadSensorFailure)
                await asyncio.sleep(0.1)
            await machine.set("speed", 1481.0, status=ua.StatusCodes.UncertainSensorNotAccurate)
            await until(lambda: len(kept.readings) == 2)
            await machine.set("speed", 1482.0)
            await until(lambda: len(kept.findings) == 3)

    loop.run(steps())
    assert kept.values("speed") == [1480.0, 1481.0, 1482.0]
    assert [each.is_good for each in kept.readings] == [True, False, True]
    bad, uncertain, over = kept.findings
    assert (bad.signal, str(bad.reason), bad.quantities) == ("failure", "status BadSensorFailure", ("speed",))
    assert (uncertain.signal, over.is_over) == ("out of specification", True)


def test_what_is_no_number_is_a_finding_and_the_next_number_a_reading(
    loop: Loop, machine: Press, ours: Security
) -> None:
    kept = Kept()

    async def steps() -> None:
        nodes = [node("speed"), node("array", rate_hz=25600.0)]
        await machine.set("speed", 1.0)
        async with running(Source(peer(machine, ours), nodes, kept, period_s=0.02)):
            await until(lambda: len(kept.readings) == 2)
            for value in (math.nan, 2.0):
                before = len(kept.told)
                await machine.set("speed", value)
                await until(lambda before=before: len(kept.told) > before)
            await machine.set("array", [float(each) for each in range(4096)])
            await until(lambda: len(kept.values("array")) == 2)

    loop.run(steps())
    assert kept.values("speed") == [1.0, 2.0]
    assert [str(each.reason) for each in kept.findings] == ["it sends nan", "it measures again"]
    assert [each.shape for each in kept.values("array")] == [(2,), (4096,)]


def told_at(seconds: float, value: Any = 1.0) -> ua.DataValue:
    return ua.DataValue(ua.Variant(value), ua.StatusCode(ua.UInt32(0)), NOW + dt.timedelta(seconds=seconds))


def test_a_clock_that_is_wrong_is_a_finding_and_its_value_no_reading() -> None:
    now_us = int(NOW.timestamp() * 1e6)
    judge = Judge()
    for seconds in (2 * 3600, -40 * 365 * 86400):
        judged = judge.judge(node("a"), told_at(seconds), now_us)
        assert judged.reading is None
    assert judge.judge(node("a"), told_at(-3600), now_us).reading is not None
    late = judge.judge(node("a"), told_at(-7200), now_us)
    assert late.reading is not None
    assert late.finding is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], "no array"),
        (1.0, "no array"),
        (["a"], "sends str"),
        ([1.0, math.inf], "finite"),
        ([[1.0], [2.0]], "one row"),
    ],
)
def test_arrays_that_are_no_waveform_are_findings(value: Any, sentence: str) -> None:
    told = ua.DataValue(ua.Variant(value) if value else ua.Variant([], ua.VariantType.Double), ua.StatusCode(), NOW)
    judged = Judge().judge(node("a", rate_hz=1000.0), told, int(NOW.timestamp() * 1e6))
    assert judged.reading is None
    assert judged.finding is not None
    assert sentence in str(judged.finding.reason)


@pytest.mark.parametrize(
    ("value", "kind"), [(None, "NoneType"), ("12", "str"), ([1.0, 2.0], "list"), (NOW, "datetime")]
)
def test_a_type_that_changed_is_a_finding_and_never_0(value: Any, kind: str) -> None:
    judge = Judge()
    now_us = int(NOW.timestamp() * 1e6)
    judged = judge.judge(node("a"), ua.DataValue(ua.Variant(value)), now_us)
    assert judged.reading is None
    assert str(judged.finding and judged.finding.reason) == f"it sends {kind} instead of a number"
    again = judge.judge(node("a"), told_at(0, value=True), now_us)
    assert again.reading is not None
    assert again.reading.value == 1.0
    assert again.finding is not None
    assert again.finding.is_over


def test_signals_are_those_of_namur() -> None:
    assert signal_of("BadOutOfService") == "function check"
    assert signal_of("BadNoCommunication") == "failure"
    assert signal_of("UncertainLastUsableValue") == "out of specification"
    assert has_overflow(0x480)
    assert not has_overflow(0x80AB0000)


# --- names


def test_nodes_are_found_by_names_and_one_that_is_missing_keeps_no_other_waiting(
    loop: Loop, machine: Press, ours: Security
) -> None:
    kept = Kept()
    nodes = [
        MappedNode("压力机 1/温度", "acme", "p", "by name"),
        MappedNode(f"ns={machine.index};s=speed", "acme", "p", "by index"),
        MappedNode("压力机 2/温度", "acme", "p", "no name"),
        MappedNode("nsu=urn:nobody;s=speed", "acme", "p", "no namespace"),
        MappedNode(f"nsu={MAKER};s=nothing", "acme", "p", "no node"),
        MappedNode("ns=x", "acme", "p", "no id"),
    ]

    async def steps() -> None:
        await machine.set("温度", 1.0)
        await machine.set("speed", 2.0)
        async with running(Source(peer(machine, ours), nodes, kept, period_s=0.02)):
            await until(lambda: len(kept.readings) == 2)

    loop.run(steps())
    assert {each.node.quantity for each in kept.readings} == {"by name", "by index"}
    assert {each.quantities for each in kept.findings} == {("no name",), ("no namespace",), ("no node",), ("no id",)}
    assert "BadNodeIdUnknown" in str([str(each.reason) for each in kept.findings])


def test_browsing_shows_what_can_be_mapped(loop: Loop, machine: Press, ours: Security) -> None:
    found = {each.path: each for each in loop.run(browse(peer(machine, ours), "压力机 1"))}
    assert found["压力机 1/温度"].node == f"nsu={MAKER};s=温度"
    assert found["压力机 1/温度"].kind == "Double"
    assert found["压力机 1/kept"].has_history
    assert not found["压力机 1/温度"].has_history
    assert len(loop.run(browse(peer(machine, ours), most=3))) == 3
    with pytest.raises(BadInput, match="is not there"):
        loop.run(browse(peer(machine, ours), "nowhere"))


def test_thousands_of_nodes_are_one_subscription(loop: Loop, machine: Press, ours: Security) -> None:
    kept = Kept()

    async def steps() -> None:
        many = await machine.server.nodes.objects.add_object(machine.index, "many")
        for index in range(1200):
            await many.add_variable(ua.NodeId(f"many{index}", machine.index), f"many{index}", float(index))
        nodes = [node(f"many{index}") for index in range(1200)]
        async with running(Source(peer(machine, ours), nodes, kept, period_s=0.1)):
            await until(lambda: len(kept.readings) == 1200)

    loop.run(steps())
    assert {(each.node.quantity, each.value) for each in kept.readings} == {(f"many{n}", float(n)) for n in range(1200)}


# --- cuts


def test_a_cut_is_mended_and_what_was_measured_meanwhile_comes_from_the_history(
    loop: Loop, machine: Press, ours: Security
) -> None:
    kept = Kept()

    async def steps() -> None:
        async with Cable(machine.port) as cable:
            source = Source(peer(machine, ours, cable.port), [node("kept"), node("温度")], kept, period_s=0.02)
            async with running(source):
                await until(lambda: len(kept.readings) == 2)
                await machine.set("kept", 1.0)
                await until(lambda: 1.0 in kept.values("kept"))
                cable.is_cut = True
                cable.cut()
                for value in range(2, 50):
                    await machine.set("kept", float(value))
                    await asyncio.sleep(0.002)
                cable.is_cut = False
                await until(lambda: 49.0 in kept.values("kept"))
                await machine.set("kept", 50.0)
                await until(lambda: 50.0 in kept.values("kept"))
        assert source.connections == 2

    loop.run(steps())
    assert kept.values("kept")[1:] == [float(value) for value in range(1, 51)]
    assert any(each.is_history for each in kept.readings)
    (gap,) = kept.findings
    assert gap.quantities == ("温度",)
    assert "keeps no history" in str(gap.reason)
    assert gap.until_us is not None
    assert gap.until_us > gap.since_us


def test_what_came_before_the_first_connection_is_read_where_we_say_since_when(
    loop: Loop, machine: Press, ours: Security
) -> None:
    kept = Kept()

    async def steps() -> None:
        for value in range(100, 110):
            await machine.set("kept", float(value))
            await asyncio.sleep(0.002)
        await asyncio.sleep(0.1)
        since_us = time.time_ns() // 1000 - 3_600_000_000
        async with running(Source(peer(machine, ours), [node("kept")], kept, {node("kept"): since_us}, period_s=0.02)):
            await until(lambda: 109.0 in kept.values("kept"))

    loop.run(steps())
    assert kept.values("kept")[-10:] == [float(value) for value in range(100, 110)]
    times = [each.time_us for each in kept.readings]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_a_server_that_freezes_is_left_and_found_again(
    loop: Loop, machine: Press, ours: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "WATCHDOG_S", 0.3)
    monkeypatch.setattr(peer_module, "TIMEOUT_S", 1.0)
    kept = Kept()

    async def steps() -> None:
        async with Cable(machine.port) as cable:
            source = Source(peer(machine, ours, cable.port), [node("温度")], kept, period_s=0.02)
            async with running(source):
                await until(lambda: kept.readings)
                cable.flows.clear()
                await until(lambda: source.connections == 1 and not source.is_connected)
                cable.flows.set()
                await machine.set("温度", 77.0)
                await until(lambda: 77.0 in kept.values("温度"))

    loop.run(steps())


def test_a_receiver_that_is_slow_holds_the_server_back_and_loses_nothing_that_has_a_history(
    loop: Loop, machine: Press, ours: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_QUEUE", 100)
    kept = Kept()
    is_open = asyncio.Event()

    async def steps() -> None:
        source = Source(peer(machine, ours), [node("flood")], kept, period_s=0.02)
        async with running(source):
            await until(lambda: kept.readings)
            kept.gate = is_open.wait
            for value in range(1000, 1600):
                await machine.set("flood", float(value))
                await asyncio.sleep(0.001)
            await until(source._waiting.full)
            assert source._waiting.qsize() == client_module.MOST_WAITING
            is_open.set()
            await until(lambda: 1599.0 in kept.values("flood"))
        assert source.connections == 1

    loop.run(steps())
    assert set(kept.values("flood")[1:]) == {float(value) for value in range(1000, 1600)}


def test_what_the_receiver_cannot_keep_now_is_brought_again(loop: Loop, machine: Press, ours: Security) -> None:
    kept = Kept()
    refusals = [NotStored(text("the file is empty")), Unreachable(text("the file is empty"))]

    async def refuse() -> None:
        if refusals:
            raise refusals.pop()

    kept.gate = refuse
    source = Source(peer(machine, ours), [node("温度")], kept, period_s=0.02)

    async def steps() -> None:
        async with running(source):
            await until(lambda: kept.readings)

    loop.run(steps())
    assert len(kept.readings) == 1
    assert source.readings == 1


def test_a_value_that_can_never_be_kept_costs_no_other(loop: Loop, machine: Press, ours: Security) -> None:
    kept = Kept()
    source = Source(peer(machine, ours), [], kept)
    readings = [Reading(node("speed"), float(value), value, None) for value in range(3)]

    async def fussy(told: Sequence[Reading | DeviceFinding]) -> None:
        if readings[1] in told:
            raise BadInput(text("the file is empty"))
        await kept(told)

    source._hand_over = fussy
    loop.run(source._give(readings))
    assert kept.values("speed") == [0.0, 2.0]
    assert (source.readings, source.refused) == (2, 1)


SERVING = """
import asyncio, sys
from pathlib import Path
from asyncua import Server, ua

async def main(port, certificate, key, uri):
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/press")
    await server.set_application_uri(uri)
    await server.load_certificate(Path(certificate))
    await server.load_private_key(Path(key))
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    for other in range(3):
        await server.register_namespace(f"urn:other:{other}")
    index = await server.register_namespace("urn:maker:press")
    await server.nodes.objects.add_variable(ua.NodeId("speed", index), "speed", 3.0)
    async with server:
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""


def serving(port: int, who: Identity) -> "subprocess.Popen[bytes]":
    code = [sys.executable, "-c", SERVING, str(port), who.certificate, who.key, who.application_uri]
    found = subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603  code of this file
    assert found.stdout is not None
    assert found.stdout.readline() == b"ready\n"
    return found


def test_a_server_that_is_killed_and_comes_back_with_other_indices_is_read_on(
    loop: Loop, machine: Press, ours: Security, folders: Folders
) -> None:
    kept = Kept()

    async def steps() -> None:
        port = free_port()
        process = await asyncio.to_thread(serving, port, folders.maker)
        await machine.set("speed", 4.0)
        try:
            async with Cable(port) as cable:
                source = Source(peer(machine, ours, cable.port), [node("speed")], kept, period_s=0.05)
                async with running(source):
                    await until(lambda: kept.readings)
                    process.kill()
                    await until(lambda: not source.is_connected)
                    cable.to = machine.port
                    await until(lambda: 4.0 in kept.values("speed"))
        finally:
            process.kill()
            process.communicate()

    loop.run(steps(), 90)
    assert kept.values("speed") == [3.0, 4.0]


# --- the list of those who are trusted


def certificate(
    name: str, issuer: tuple[x509.Certificate, rsa.RSAPrivateKey] | None = None, bits: int = 2048, days: int = 30,
    *, is_authority: bool = False,
) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:  # fmt: skip
    key = rsa.generate_private_key(65537, bits)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    usage = dict.fromkeys(("content_commitment", "data_encipherment", "key_agreement", "key_encipherment",
                                      "encipher_only", "decipher_only"), False)  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=60))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority, **usage),
            critical=True,
        )
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def test_an_authority_in_the_list_vouches_for_what_it_issued_until_it_revokes_it(tmp_path: Path) -> None:
    listed = TrustList(tmp_path / "trusted")
    root = certificate("root", is_authority=True)
    middle = certificate("middle", root, is_authority=True)
    device, _ = certificate("device", middle)
    by_device, _ = certificate("by device", (device, certificate("x")[1]))
    put = {"middle.der": middle[0], "root.pem": root[0]}
    assert "is not trusted" in str(listed.objection(device))
    (listed.folder / "middle.der").write_bytes(put["middle.der"].public_bytes(Encoding.DER))
    assert "is not trusted" in str(listed.objection(device))
    (listed.folder / "root.pem").write_bytes(put["root.pem"].public_bytes(Encoding.PEM))
    (listed.folder / "junk.der").write_bytes(b"junk")
    assert listed.objection(device) is None
    assert listed.objection(by_device) is not None
    now = dt.datetime.now(dt.UTC)
    revoked = x509.RevokedCertificateBuilder().serial_number(device.serial_number).revocation_date(now).build()
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(middle[0].subject)
        .last_update(now)
        .next_update(now + dt.timedelta(days=1))
        .add_revoked_certificate(revoked)
        .sign(middle[1], hashes.SHA256())
    )
    (listed.folder / "middle.crl").write_bytes(crl.public_bytes(Encoding.PEM))
    assert "has been revoked" in str(listed.objection(device))


def test_a_listed_certificate_is_refused_when_it_is_weak_or_out_of_date(tmp_path: Path) -> None:
    listed = TrustList(tmp_path / "trusted")
    for name, how, sentence in (("weak", {"bits": 1024}, "2048 bits"), ("old", {"days": -1}, "not valid at this time")):
        found, _ = certificate(name, **how)
        (listed.folder / f"{name}.der").write_bytes(found.public_bytes(Encoding.DER))
        assert sentence in str(listed.objection(found))


def test_a_flood_of_strangers_fills_no_disk(tmp_path: Path) -> None:
    listed = TrustList(tmp_path / "trusted")
    (listed.folder / "rejected").mkdir()
    for index in range(100):
        (listed.folder / "rejected" / f"{index}.der").touch()
    listed.objection(certificate("stranger")[0])
    assert len(list((listed.folder / "rejected").iterdir())) == 100


# --- our server

SHOWN = Shown(
    "wt-07", "7 号风机", "gen-de", "发电机驱动端", "plan", "外圈损伤，尽快安排",
    1_795_507_200_000_000, "四周内更换轴承", (ShownValue("温度", 61.5, "°C", 1_795_507_200_500_000),),
)  # fmt: skip


@dataclass
class Health:
    server: HealthServer
    url: str


@pytest.fixture(scope="module")
def health(loop: Loop, folders: Folders) -> Iterator[Health]:
    known = folders.list_of("trusted-by-our-server", folders.maker)
    settings = ServerSettings(
        "轴承厂",
        Security(folders.us, known, "Sign"),
        port=free_port(),
        is_allowed=lambda user, password: (user, password.reveal()) == ("reader", PASSWORD.reveal()),
    )
    found = HealthServer(settings)
    loop.run(found.__aenter__())
    loop.run(found.show(SHOWN))
    yield Health(found, settings.url)
    loop.run(found.__aexit__(None, None, None))


@asynccontextmanager
async def visitor(url: str, who: Identity, mode: str = "SignAndEncrypt", password: str = PASSWORD.reveal()) -> Any:
    """A client of others: asyncua as it is."""
    found = Client(url)
    found.application_uri = who.application_uri
    found.set_user("reader")
    found.set_password(password)
    kind = ua.MessageSecurityMode[mode]
    await found.set_security(SecurityPolicyBasic256Sha256, str(who.certificate), str(who.key), mode=kind)
    async with found:
        yield found


@pytest.mark.parametrize("mode", ["Sign", "SignAndEncrypt"])
def test_a_customer_finds_state_advice_and_values_by_their_chinese_names(
    loop: Loop, health: Health, folders: Folders, mode: str
) -> None:
    async def steps() -> list[Any]:
        async with visitor(health.url, folders.maker, mode) as client:
            index = await client.get_namespace_index("urn:loadzone:health")
            way = [f"{index}:{name}" for name in ("轴承厂", "7 号风机", "发电机驱动端")]
            position = await client.nodes.objects.get_child(way)
            nodes = [await position.get_child(f"{index}:{name}") for name in ("健康等级", "健康状态", "诊断建议")]
            found: list[Any] = await client.read_values(nodes)
            value = await position.get_child([f"{index}:最新值", f"{index}:温度"])
            told = await value.read_data_value()
            found += [told.Value.Value, told.SourceTimestamp, (await value.read_display_name()).Locale]
            unit = await (await value.get_child("0:EngineeringUnits")).read_value()
            return [*found, unit.DisplayName.Text, str(value.nodeid.Identifier)]

    assert loop.run(steps()) == [
        2,
        "外圈损伤，尽快安排",
        "四周内更换轴承",
        61.5,
        dt.datetime(2026, 11, 24, 8, 0, 0, 500_000, dt.UTC),
        "zh-CN",
        "°C",
        "wt-07/gen-de/values/温度",
    ]


def test_our_client_reads_our_server_and_hears_changes_and_old_values(
    loop: Loop, health: Health, folders: Folders
) -> None:
    kept = Kept()
    who = Security(folders.maker, folders.list_of("trusted-by-customer", folders.us))
    there = Peer(health.url, who, "reader", PASSWORD)
    level = MappedNode("nsu=urn:loadzone:health;s=wt-07/gen-de/level", "acme", "p", "level")

    async def steps() -> None:
        async with running(Source(there, [level], kept, period_s=0.02)):
            await until(lambda: kept.readings)
            changed = {"health": "act", "time_us": SHOWN.time_us + 1, "is_measured": False}
            await health.server.show(Shown(**{**vars(SHOWN), **changed}))
            await until(lambda: len(kept.readings) == 2)
            await health.server.show(SHOWN)
            await until(lambda: len(kept.readings) == 3)

    loop.run(steps())
    assert kept.values("level") == [2.0, 3.0, 2.0]
    assert [each.is_good for each in kept.readings] == [True, False, True]


def test_a_position_that_is_withdrawn_is_gone_and_can_come_again(loop: Loop, health: Health, folders: Folders) -> None:
    other = Shown(**{**vars(SHOWN), "position": "gen-nde", "position_name": "发电机非驱动端"})

    async def names() -> list[str]:
        async with visitor(health.url, folders.maker) as client:
            index = await client.get_namespace_index("urn:loadzone:health")
            machine = client.get_node(ua.NodeId("wt-07", index))
            return sorted([(await each.read_browse_name()).Name for each in await machine.get_children()])

    async def steps() -> list[list[str]]:
        seen = []
        for step in (health.server.show(other), health.server.withdraw("wt-07", "gen-nde"), health.server.show(other)):
            await step
            seen.append(await names())
        await health.server.withdraw("wt-07", "gen-nde")
        return seen

    both = ["发电机非驱动端", "发电机驱动端"]
    assert loop.run(steps()) == [both, ["发电机驱动端"], both]


@pytest.mark.parametrize("name", ["", "a" * 200, "a\nb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="visible characters"):
        Shown(**{**vars(SHOWN), "position_name": name})


def denied(loop: Loop, attempt: Coroutine[Any, Any, Any]) -> str:
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)) as caught:
        loop.run(attempt)
    return f"{type(caught.value).__name__} {caught.value}"


def test_a_client_that_is_not_in_the_list_is_refused_and_its_certificate_kept_for_a_person(
    loop: Loop, health: Health, folders: Folders
) -> None:
    async def attempt() -> None:
        async with visitor(health.url, folders.stranger):
            pass

    before = health.server.refused
    assert "BadCertificateUntrusted" in denied(loop, attempt())
    assert health.server.refused > before
    assert "is not trusted" in str(health.server.last_refusal)
    known = thumbprint(load(folders.stranger.certificate))[:16]
    assert (folders.root / "trusted-by-our-server" / "rejected" / f"{known}.der").is_file()


def test_a_stranger_who_names_the_certificate_of_another_or_none_is_refused_too(
    loop: Loop, health: Health, folders: Folders
) -> None:
    """The library judges the certificate that is named; the channel is encrypted with another."""

    async def attempt(named: bytes | None, uri: str) -> None:
        found = Client(health.url)
        found.application_uri = folders.stranger.application_uri
        found.set_user("reader")
        found.set_password(PASSWORD.reveal())
        await found.set_security(
            SecurityPolicyBasic256Sha256, str(folders.stranger.certificate), str(folders.stranger.key)
        )
        create = found.uaclient.create_session

        async def forged(parameters: Any) -> Any:
            parameters.ClientCertificate = named
            parameters.ClientDescription.ApplicationUri = uri
            return await create(parameters)

        found.uaclient.create_session = forged
        async with found:
            pass

    known = folders.maker.certificate.read_bytes()
    assert "BadUserAccessDenied" in denied(loop, attempt(None, folders.stranger.application_uri))
    assert "BadUserAccessDenied" in denied(loop, attempt(known, folders.maker.application_uri))
    assert "is not trusted" in str(health.server.last_refusal)
    assert "BadCertificateUriInvalid" in denied(loop, attempt(known, folders.stranger.application_uri))


def test_a_wrong_password_is_refused_by_our_server(loop: Loop, health: Health, folders: Folders) -> None:
    async def attempt() -> None:
        async with visitor(health.url, folders.maker, password="wrong"):  # noqa: S106  of a peer of this test
            pass

    assert "BadUserAccessDenied" in denied(loop, attempt())
    assert str(health.server.last_refusal) == "user 'reader' is not let in"


def test_without_security_nobody_gets_further_than_the_list_of_endpoints(loop: Loop, health: Health) -> None:
    async def endpoints() -> list[Any]:
        found: list[Any] = await Client(health.url).connect_and_get_server_endpoints()
        return found

    async def attempt() -> None:
        async with Client(health.url):
            pass

    assert {each.SecurityMode.name for each in loop.run(endpoints())} == {"Sign", "SignAndEncrypt"}
    denied(loop, attempt())


def test_without_security_whoever_comes_may_read_where_that_is_permitted(loop: Loop) -> None:
    settings = ServerSettings("acme", port=free_port(), permits_insecure=True)

    async def read() -> Any:
        async with HealthServer(settings) as server:
            await server.show(Shown("press", "Press", "drive", "Drive", "good", "正常", 1_795_507_200_000_000))
            async with Client(settings.url) as client:
                index = await client.get_namespace_index("urn:loadzone:health")
                node = client.get_node(f"ns={index};s=press/drive/level")
                with pytest.raises(ua.UaStatusCodeError):
                    await node.write_value(3)
                return await node.read_value()

    assert loop.run(read()) == 0


@asynccontextmanager
async def bare(url: str) -> Any:
    """A channel without security and nothing else."""
    found = Client(url)
    await found.connect_socket()
    await found.send_hello()
    await found.open_secure_channel()
    try:
        yield found
    finally:
        found.disconnect_socket()


def test_the_session_of_another_cannot_be_taken_over_by_its_number(
    loop: Loop, health: Health, folders: Folders
) -> None:
    """The library counts sessions up and gives one to whoever asks, before it asks who that is."""

    async def attempt(number: Any) -> None:
        async with bare(health.url) as thief:
            thief.uaclient.session.restore_authentication_token(number)
            parameters = ua.ActivateSessionParameters()
            parameters.UserIdentityToken = ua.AnonymousIdentityToken()
            with contextlib.suppress(ua.UaError):
                await thief.uaclient.activate_session(parameters)
            await thief.nodes.server_state.read_value()

    async def steps() -> None:
        async with visitor(health.url, folders.maker) as victim:
            await attempt(victim.uaclient.session.authentication_token)

    denied(loop, steps())


def test_nobody_writes_calls_or_adds(loop: Loop, health: Health, folders: Folders) -> None:
    async def write() -> None:
        async with visitor(health.url, folders.maker) as client:
            index = await client.get_namespace_index("urn:loadzone:health")
            await client.get_node(ua.NodeId("wt-07/gen-de/level", index)).write_value(
                ua.Variant(0, ua.VariantType.Int32)
            )

    async def add() -> None:
        async with visitor(health.url, folders.maker) as client:
            await client.nodes.objects.add_object(0, "more")

    async def call() -> None:
        async with visitor(health.url, folders.maker) as client:
            await client.nodes.server.call_method(ua.NodeId(ua.ObjectIds.Server_GetMonitoredItems), ua.UInt32(1))

    async def register() -> None:
        async with bare(health.url) as client:
            await client.register_server(health.server._server)

    for attempt in (write(), add(), call(), register()):
        denied(loop, attempt)


def test_a_port_that_is_taken_is_said_to_be_so(loop: Loop, health: Health, folders: Folders) -> None:
    settings = ServerSettings("轴承厂", health.server.settings.security, port=health.server.settings.port)

    async def steps() -> None:
        async with HealthServer(settings):
            pass

    with pytest.raises(Unreachable, match="cannot be opened"):
        loop.run(steps())
    assert folders.us.certificate.is_file()


def test_secrets_of_a_peer_show_themselves_nowhere(ours: Security) -> None:
    shown = repr(Peer("opc.tcp://a:4840", ours, "reader", PASSWORD))
    assert PASSWORD.reveal() not in shown
