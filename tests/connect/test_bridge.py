"""A customer's broker as a peer: its topics become positions, and an outage costs nothing."""

import asyncio
import json
import shutil
import ssl
from pathlib import Path
from typing import Any

import pytest
from connect_servers import NOW_US, Device, body_of, needs_nats, running, served
from hypothesis import given
from hypothesis import strategies as st

from loadzone.connect.address import Address
from loadzone.connect.intake import MemoryIntake
from loadzone.connect.messages import Values, decode
from loadzone.connect.mqtt import Bridge, Broker, Rule
from loadzone.words.errors import BadInput, BadMessage
from looping import in_loop, until
from mosquitto import Mosquitto, needs_mosquitto

OURS = Rule("in/{o}/{p}/values", "{o}", "{p}")
VERSIONS = pytest.mark.parametrize("version", ["3.1.1", "5"])


def values_of(body: bytes) -> Values:
    found = decode("values", body)
    assert isinstance(found, Values)
    return found


def numbers(intake: MemoryIntake) -> list[int]:
    return [int(values_of(each.body).values[0]) for each in intake.arrivals]


def bridge(broker: Mosquitto, intake: Any, *rules: Rule, **how: Any) -> Bridge:
    return Bridge(Broker("127.0.0.1", broker.port, **how), rules or (OURS,), intake)


@needs_mosquitto
@VERSIONS
@in_loop
async def test_messages_arrive_in_order_and_what_came_while_we_were_away_too(version: Any, tmp_path: Path) -> None:
    intake = MemoryIntake()
    async with Mosquitto(tmp_path) as broker, Device(broker.port) as device:
        first = bridge(broker, intake, version=version)
        async with running(first.run()):
            await until(lambda: first.is_connected)
            await device.deliver("in/acme/p1/values", *map(body_of, range(50)))
            await until(lambda: len(intake.arrivals) == 50)
        await device.deliver("in/acme/p1/values", *map(body_of, range(50, 100)))
        async with running(bridge(broker, intake, version=version).run()):
            await until(lambda: len(intake.arrivals) == 100)
    assert numbers(intake) == list(range(100))
    assert {each.door for each in intake.arrivals} == {"mqtt:loadzone"}
    assert first.last_error is None


@needs_mosquitto
@VERSIONS
@in_loop
async def test_nothing_is_acknowledged_to_the_broker_before_intake_has_it(version: Any, tmp_path: Path) -> None:
    intake = MemoryIntake(room=0)
    async with Mosquitto(tmp_path) as broker, Device(broker.port) as device:
        stuck = bridge(broker, intake, version=version)
        async with running(stuck.run()):
            await until(lambda: stuck.is_connected)
            await device.deliver("in/acme/p1/values", *map(body_of, range(30)))
            await until(lambda: "did not store" in str(stuck.last_error))
        intake.room = None
        async with running(bridge(broker, intake, version=version).run()):
            await until(lambda: len(intake.arrivals) == 30)
    assert numbers(intake) == list(range(30))


@needs_mosquitto
@VERSIONS
@in_loop
async def test_a_broker_killed_in_mid_flow_loses_and_doubles_nothing(version: Any, tmp_path: Path) -> None:
    intake = MemoryIntake()
    async with Mosquitto(tmp_path) as broker:
        at_work = bridge(broker, intake, version=version)
        async with running(at_work.run()), Device(broker.port) as device:
            await until(lambda: at_work.is_connected)
            sent: set[int] = set()
            for index in range(300):
                sent.add(device.send("in/acme/p1/values", body_of(index)))
                if index % 120 == 80:
                    await broker.kill()
                    await broker.start()
                await asyncio.sleep(0.002)
            await until(lambda: sent <= device.acknowledged)
            await until(lambda: len(intake.arrivals) >= 300)
            await asyncio.sleep(0.3)
    assert sorted(numbers(intake)) == list(range(300))


@needs_mosquitto
@needs_nats
@in_loop
async def test_both_servers_die_and_the_way_from_broker_to_arrivals_stays_whole(tmp_path: Path) -> None:
    import os
    import signal

    async with served(tmp_path) as at, Mosquitto(tmp_path / "mosquitto") as broker:
        at_work = bridge(broker, at.intake)
        async with running(at_work.run()), Device(broker.port) as device:
            await until(lambda: at_work.is_connected)
            sent: set[int] = set()
            for index in range(200):
                sent.add(device.send(f"in/acme/p{index % 3}/values", body_of(index)))
                if index == 60:
                    os.kill(at.server.process_id or 0, signal.SIGKILL)
                if index == 120:
                    await broker.kill()
                    await broker.start()
                await asyncio.sleep(0.002)
            await until(lambda: sent <= device.acknowledged)
            await until(lambda: at_work.stored + at_work.copies >= 200)
            await asyncio.sleep(0.5)
        stored = [int(values_of(each.body).values[0]) for each in await at.stored()]
    assert sorted(stored) == list(range(200))


@needs_mosquitto
@in_loop
async def test_what_cannot_be_read_is_put_aside_and_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    intake = MemoryIntake()
    rules = (OURS, Rule("plant/{m}/temp", "acme", "{m}", "number", "temperature", "degC", names={"泵 1": "pump-1"}))
    async with Mosquitto(tmp_path) as broker, Device(broker.port) as device:
        at_work = bridge(broker, intake, *rules)
        async with running(at_work.run()):
            await until(lambda: at_work.is_connected)
            await device.deliver("plant/泵 1/temp", b"61.2", b"NaN", b"<script>", b"62")
            await device.deliver("plant/泵 2/temp", b"61.2")
            await device.deliver("in/a.b/p1/values", b"1")
            await device.deliver("other/topic", b"1")
            await until(lambda: at_work.refused == 4)
            await until(lambda: len(intake.arrivals) == 2)
    assert [values_of(each.body).values.tolist() for each in intake.arrivals] == [[61.2], [62.0]]
    assert {each.address for each in intake.arrivals} == {Address("acme", "pump-1")}
    assert [where for where, _, _ in intake.refused] == [
        "plant/泵 1/temp",
        "plant/泵 1/temp",
        "plant/泵 2/temp",
        "in/a.b/p1/values",
    ]


@needs_mosquitto
@in_loop
async def test_a_retained_number_without_a_time_is_not_taken_for_new(tmp_path: Path) -> None:
    intake = MemoryIntake()
    rules = (Rule("n/{p}", "acme", "{p}", "number"), Rule("v/{p}", "acme", "{p}"))
    async with Mosquitto(tmp_path) as broker, Device(broker.port) as device:
        device.client.publish("n/p1", b"1", 1, retain=True)
        device.client.publish("v/p1", body_of(7), 1, retain=True)
        await until(lambda: len(device.acknowledged) == 2)
        async with running(bridge(broker, intake, *rules).run()):
            await until(lambda: len(intake.arrivals) == 1)
            await device.deliver("n/p1", b"2")
            await until(lambda: len(intake.arrivals) == 2)
    assert [values_of(each.body).values.tolist() for each in intake.arrivals] == [[7.0], [2.0]]


@needs_mosquitto
@in_loop
async def test_a_refusal_of_the_broker_is_told_and_tried_again(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    maker = await asyncio.create_subprocess_exec(
        shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd",
        "-b",
        "-c",
        passwords,
        "loadzone",
        "right-password",
    )
    assert await maker.wait() == 0
    intake = MemoryIntake()
    lines = ("allow_anonymous false", f"password_file {passwords}")
    async with Mosquitto(tmp_path / "broker", lines=lines) as broker:
        wrong = bridge(broker, intake, user="loadzone", password="wrong")  # noqa: S106  of a peer of this test
        async with running(wrong.run()):
            await until(lambda: "(Not authorized)" in str(wrong.last_error))
        right = bridge(broker, intake, user="loadzone", password="right-password")  # noqa: S106  of a peer of this test
        async with running(right.run()), Device(broker.port, "loadzone", "right-password") as device:
            await until(lambda: right.is_connected)
            await device.deliver("in/acme/p1/values", body_of(1))
            await until(lambda: len(intake.arrivals) == 1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves refused sockets open
@needs_mosquitto
@VERSIONS
@in_loop
async def test_tls_with_certificates_on_both_sides(version: Any, certificates: Path, tmp_path: Path) -> None:
    intake = MemoryIntake()
    lines = (
        f"cafile {certificates}/ca.pem",
        f"certfile {certificates}/server.pem",
        f"keyfile {certificates}/server.key",
        "require_certificate true",
        "use_identity_as_username true",
    )
    ours = {
        "ca": certificates / "ca.pem",
        "certificate": certificates / "client.pem",
        "key": certificates / "client.key",
    }
    async with Mosquitto(tmp_path, lines=lines) as broker:
        at_work = bridge(broker, intake, version=version, **ours)
        nobody = bridge(broker, intake, version=version, session="nobody", ca=ours["ca"])
        stranger = bridge(
            broker,
            intake,
            version=version,
            session="stranger",
            tls=True,
            certificate=ours["certificate"],
            key=ours["key"],
        )
        async with running(at_work.run(), nobody.run(), stranger.run()):
            await until(lambda: at_work.is_connected)
            context = ssl.create_default_context(cafile=ours["ca"])
            context.load_cert_chain(ours["certificate"], ours["key"])
            device = Device(broker.port, client_id="device")
            device.client.tls_set_context(context)
            async with device:
                await device.deliver("in/acme/p1/values", body_of(1))
            await until(lambda: len(intake.arrivals) == 1)
            await until(lambda: "certificate" in str(stranger.last_error))
            assert not nobody.is_connected
            assert not stranger.is_connected


def test_certificates_that_are_not_there_are_told() -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        Broker("x", ca=Path("nowhere.pem")).context()


@pytest.mark.parametrize(
    ("topic", "position"),
    [
        ("", "p"),
        ("a/#/b", "p"),
        ("a/{x}b", "p"),
        ("a/b+", "p"),
        ("a/{x}", "{y}"),
        ("a/{x", "p"),
        ("a/b", "{x.__class__}"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_when_it_is_made(topic: str, position: str) -> None:
    with pytest.raises(BadInput):
        Rule(topic, "acme", position)


levels = st.text(st.characters(exclude_categories=("C",), exclude_characters="/+#"), max_size=8)


@given(levels, levels, st.lists(levels, max_size=3))
def test_a_rule_finds_the_levels_that_it_names(machine: str, side: str, more: list[str]) -> None:
    rule = Rule("plant/{m}/+/{s}/#", "acme", "{m}-{s}")
    topic = "/".join(["plant", machine, "x", side, *more])
    assert rule.levels_of(topic) == {"m": machine, "s": side}
    assert rule.filter == "plant/+/+/+/#"
    assert rule.levels_of("plant/only") is None
    assert Rule("a/{m}", "acme", "{m}").levels_of(topic) is None


@given(st.binary(max_size=60) | st.text().map(str.encode) | st.floats().map(lambda each: str(each).encode()))
def test_a_bare_number_is_a_value_or_refused(body: bytes) -> None:
    rule = Rule("n/{p}", "acme", "{p}", "number", "temperature", "degC")
    try:
        _, _, made = rule.message({"p": "p1"}, body, NOW_US)
    except BadMessage:
        return
    assert values_of(made).values.tolist() == [float(body)]
    assert values_of(made).times_us.tolist() == [NOW_US]


@pytest.mark.parametrize("time", ["2026-11-24T08:00:00Z", 1795507200, 1795507200.0, 1795507200_000, NOW_US])
def test_an_object_becomes_its_numbers_at_its_own_time(time: object) -> None:
    rule = Rule("o/{p}", "acme", "{p}", "object", time="ts", units={"temp": "degC"}, unit="1")
    body = json.dumps({"ts": time, "temp": 61.2, "rms": 3, "ok": True, "name": "x", "list": [1]}).encode()
    found = values_of(rule.message({"p": "p1"}, body, 0)[2])
    assert found.times_us.tolist() == [NOW_US, NOW_US]
    assert dict(zip(found.quantities, zip(found.values.tolist(), found.units, strict=True), strict=True)) == {
        "temp": (61.2, "degC"),
        "rms": (3.0, "1"),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"ts": 5, "a": 1}',
        b'{"ts": "x", "a": 1}',
        b'{"a": 1}',
        b'{"ts": 1795507200}',
        b"\xff",
        b"[" * 9999,
    ],
)
def test_an_object_without_time_or_numbers_is_refused(body: bytes) -> None:
    rule = Rule("o/{p}", "acme", "{p}", "object", time="ts")
    with pytest.raises(BadMessage):
        rule.message({"p": "p1"}, body, 0)
