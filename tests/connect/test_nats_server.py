"""The packaged server: it starts with rights for each device, comes back when it dies, and says what it refused."""

import asyncio
import json
import os
import signal
import socket
import ssl
import stat
from functools import partial
from pathlib import Path

import pytest
from connect_servers import ACME, PASSWORD, Device, Served, body_of, door, needs_nats, running, sensor, served

from loadzone.connect.address import Address
from loadzone.connect.intake import connect
from loadzone.connect.nats_server import Credentials, DeviceUser, NatsServer, Settings
from loadzone.connect.nats_server.configuration import configuration
from loadzone.connect.nats_server.log import Tail, parse_refusal
from loadzone.connect.nats_server.process import HEAP
from loadzone.words.errors import BadInput, Unreachable
from looping import in_loop, until

pytestmark = needs_nats


@in_loop
async def test_nobody_is_let_in_without_the_generated_password(tmp_path: Path) -> None:
    async with NatsServer(Settings(tmp_path)) as server:
        for user, password in (("loadzone", ""), ("loadzone", "guess"), ("", "")):
            with pytest.raises(Unreachable, match="does not let"):
                await connect(server.url, user, password)
        client = await connect(server.url, password=server.credentials.password)
        assert client.is_connected
        await client.close()


@in_loop
async def test_what_holds_passwords_is_read_by_its_owner_alone_and_the_password_stays(tmp_path: Path) -> None:
    async with NatsServer(Settings(tmp_path)) as server:
        first = server.credentials
        for name in ("credentials.json", "server.json"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name
        assert first.password not in (tmp_path / "server.log").read_text(encoding="utf-8")
        assert server.settings.host == "127.0.0.1"
    async with NatsServer(Settings(tmp_path)) as server:
        assert server.credentials == first


@in_loop
async def test_a_killed_server_comes_back_at_the_same_ports(tmp_path: Path) -> None:
    async with served(tmp_path) as at:
        before = (at.server.url, at.server.mqtt_port)
        for _ in range(2):
            killed = at.server.process_id
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            await until(lambda killed=killed: at.server.process_id not in {None, killed} and at.client.is_connected)
        await at.client.flush(timeout=10)
        assert at.server.starts == 3
        assert (at.server.url, at.server.mqtt_port) == before


@in_loop
async def test_its_heap_has_a_limit_that_the_environment_may_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOMEMLIMIT", raising=False)
    for told, limit in (("", HEAP), ("1GiB", "1GiB")):
        if told:
            monkeypatch.setenv("GOMEMLIMIT", told)
        async with NatsServer(Settings(tmp_path)) as server:
            assert f"GOMEMLIMIT={limit}" in _environment(server)


def _environment(server: NatsServer) -> list[str]:
    return Path(f"/proc/{server.process_id}/environ").read_text(encoding="utf-8").split("\0")


@in_loop
async def test_a_server_whose_parent_was_killed_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    orphan = NatsServer(Settings(tmp_path))
    await orphan.start()
    for task in orphan._tasks:
        task.cancel()
    async with NatsServer(Settings(tmp_path)) as server:
        assert server.process_id != orphan._process.pid  # type: ignore[union-attr]
        await until(lambda: orphan.process_id is None)
    await orphan.stop()


@in_loop
async def test_a_port_that_is_taken_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    async with NatsServer(Settings(tmp_path / "one")) as server:
        other = NatsServer(Settings(tmp_path / "two", port=server.port))
        with pytest.raises(Unreachable, match="does not get ready at"):
            await other.start()
        await other.stop()


@in_loop
async def test_a_sensor_publishes_for_its_positions_only_and_each_refusal_is_counted(tmp_path: Path) -> None:
    async with served(tmp_path, (sensor("p1"), sensor("p2", name="other"))) as at:
        async with Device(at.server.mqtt_port) as device, Device(at.server.mqtt_port, "other") as other:
            await device.deliver("in/acme/p1/values", body_of(1))
            await device.deliver("in/acme/p2/values", body_of(2))
            await device.deliver("in/rival/p1/values", body_of(3))
            await device.deliver("$JS/API/STREAM/PURGE/ARRIVALS", b"{}")
            await device.deliver("$MQTT/msgs/in/acme/p1/values", body_of(4))
            await other.deliver("in/acme/p1/values", body_of(5))
            device.client.subscribe("#", 1)
            await until(lambda: len(device.refused) == 1)
            await until(lambda: at.server.refusals == {"sensor": 5, "other": 1})
        assert (await at.client.jsm().stream_info("$MQTT_msgs")).state.messages == 1


@in_loop
async def test_rights_change_while_the_server_runs(tmp_path: Path) -> None:
    async with served(tmp_path, (sensor("p1"),)) as at:
        async with Device(at.server.mqtt_port, client_id="one") as device:
            await at.server.allow((sensor("p1", "p2"), sensor("p3", name="new")))
            async with Device(at.server.mqtt_port, "new", client_id="two") as new:
                await new.deliver("in/acme/p3/values", body_of(3))
            await until(device.client.is_connected)
            await device.deliver("in/acme/p2/values", body_of(2))
        await at.server.allow((sensor("p1"),))
        async with Device(at.server.mqtt_port, "new", client_id="two") as gone:
            assert gone.refused == ["Not authorized"]
        assert (await at.client.jsm().stream_info("$MQTT_msgs")).state.messages == 2


@in_loop
async def test_one_device_hears_what_it_may_and_nothing_else(tmp_path: Path) -> None:
    panel = DeviceUser("panel", PASSWORD, (), ("events/acme/+",))
    async with served(tmp_path, (panel,)) as at, Device(at.server.mqtt_port, "panel") as device:
        device.client.subscribe("events/acme/+", 1)
        device.client.subscribe("events/rival/+", 1)
        await until(lambda: len(device.refused) == 1)
        await at.client.publish("events.acme.p1", b"{}")
        await at.client.publish("events.rival.p1", b"{}")
        await until(lambda: device.heard)
        assert device.heard == [("events/acme/p1", b"{}")]


@in_loop
async def test_users_that_cannot_be_are_refused_and_the_others_stay(tmp_path: Path) -> None:
    async with served(tmp_path, (sensor("p1"),)) as at:
        for wrong in (
            DeviceUser("a b", PASSWORD, ()),
            DeviceUser("loadzone", PASSWORD, ()),
            DeviceUser("x", "short", ()),
            DeviceUser("x", PASSWORD, ("in/a b/#",)),
        ):
            with pytest.raises(BadInput):
                await at.server.allow((wrong,))
        assert [each.name for each in at.server.users] == ["sensor"]
        async with Device(at.server.mqtt_port) as device:
            await device.deliver("in/acme/p1/values", body_of(1))


@in_loop
async def test_the_listener_speaks_tls_with_the_certificate_that_it_is_given(
    certificates: Path, tmp_path: Path
) -> None:
    ours = {"certificate": certificates / "server.pem", "key": certificates / "server.key"}
    async with served(tmp_path, (sensor("p1"),), **ours) as at, running(door(at).run()):
        device = Device(at.server.mqtt_port)
        device.client.tls_set_context(ssl.create_default_context(cafile=certificates / "ca.pem"))
        async with device:
            await device.deliver("in/acme/p1/values", body_of(1))
        await until(partial(_stored, at))


async def _stored(at: Served) -> bool:
    return len(await at.stored()) == 1


def test_an_empty_list_of_rights_denies_and_does_not_allow(tmp_path: Path) -> None:
    told = configuration(Settings(tmp_path), (1, 2), Credentials("a" * 9, "b" * 9), [sensor("p1")])
    rights = told["accounts"]["LOADZONE"]["users"][1]["permissions"]
    assert rights == {"publish": {"allow": [f"in.{ACME}.p1.*"]}, "subscribe": {"deny": [">"]}}
    assert told["jetstream"]["sync_interval"] == "2m"
    durable = configuration(Settings(tmp_path, is_durable=True), (1, 2), Credentials("a" * 9, "b" * 9), [])
    assert durable["jetstream"]["sync_interval"] == "always"


def test_quotes_in_a_password_stay_inside_the_configuration(tmp_path: Path) -> None:
    wicked = DeviceUser("x", '"}]}, "users": [{"user": "root', ())
    told = json.loads(json.dumps(configuration(Settings(tmp_path), (1, 2), Credentials("a" * 9, "b" * 9), [wicked])))
    assert [each["user"] for each in told["accounts"]["LOADZONE"]["users"]] == ["loadzone", "x"]


def test_a_refusal_is_read_from_the_log() -> None:
    line = (
        '[7] 2026/11/24 21:51:01.855099 [ERR] 127.0.0.1:38775 - mid:28 - "s1" - Publish Violation - '
        'Subject "in.acme.p9.values"'
    )
    found = parse_refusal(line)
    assert found is not None
    assert (found.client, found.subject, found.is_publish) == (28, "in.acme.p9.values", True)
    assert parse_refusal("[7] 2026/11/24 21:51:01.855099 [INF] Server is ready") is None


def test_a_log_that_is_moved_away_is_read_to_its_end_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tail = Tail(log)
    assert list(tail.lines()) == []
    log.write_text("one\ntw", encoding="utf-8")
    assert list(tail.lines()) == ["one"]
    with log.open("a", encoding="utf-8") as file:
        file.write("o\nthree\n")
    log.rename(tmp_path / "log.1")
    log.write_text("four\n", encoding="utf-8")
    assert list(tail.lines()) == ["two", "three", "four"]
    tail.close()


def test_an_address_gives_a_sensor_its_rights() -> None:
    assert DeviceUser.sensor("s", PASSWORD, [Address("a", "b")]).publish == ("in/a/b/+",)


@in_loop
async def test_a_head_that_claims_300_megabytes_closes_its_connection_and_nothing_else(tmp_path: Path) -> None:
    """By MQTT (256 MB, the most that its head can say) and by NATS; the log says why, others go on."""

    def claims(port: int, hello: bytes, head: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
            raw.sendall(hello)
            answer = raw.recv(4096)
            try:
                for part in (head, *(bytes(1 << 20) for _ in range(300))):
                    raw.sendall(part)
                while more := raw.recv(4096):
                    answer += more
            except OSError:  # closed in our face
                return answer
            return answer

    def text_of(told: str) -> bytes:
        return len(told).to_bytes(2, "big") + told.encode()

    async with served(tmp_path, (sensor("p1"),)) as at:

        async def arrived() -> bool:
            return (await at.client.jsm().stream_info("ARRIVALS")).state.messages == 1

        said = text_of("MQTT") + bytes([4, 0b11000010, 0, 60]) + text_of("big") + text_of("sensor") + text_of(PASSWORD)
        topic = text_of("in/acme/p1/values") + b"\0\1"
        await asyncio.to_thread(
            claims, at.server.mqtt_port, bytes([0x10, len(said)]) + said, b"\x32\xff\xff\xff\x7f" + topic
        )
        told = {"user": "loadzone", "pass": at.server.credentials.password, "verbose": False}
        hello = b"CONNECT " + json.dumps(told).encode() + b"\r\nPING\r\n"
        port = int(at.server.url.rpartition(":")[2])
        answer = await asyncio.to_thread(claims, port, hello, b"PUB arrivals.0.acme.p1 300000000\r\n")
        assert b"maximum payload" in answer.lower() or not answer.endswith(b"+OK\r\n")
        assert "maximum payload" in (tmp_path / "nats" / "server.log").read_text().lower()
        async with Device(at.server.mqtt_port) as device, running(door(at).run()):
            await device.deliver("in/acme/p1/values", body_of(1))
            await until(arrived)
