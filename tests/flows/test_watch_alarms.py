"""Blocks that remember, plugged into the way of arrivals: alarms, people who act on them, devices, due diagnoses."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import DRIVE, NOW_US, SOURCE, arrival, furnished, kept, values, waveform

from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows.alarms_desk import sharpened_us
from loadzone.flows.platform import Platform
from loadzone.flows.standing import changes
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.flows.watch.alarms import call_advice, call_alarm
from loadzone.flows.watch.fold import AdviceCall, AlarmCall, Finding, Reading, Step
from loadzone.flows.watch.harvest import Called
from loadzone.flows.watch.known import Watched
from loadzone.flows.watch.position import _channels
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.monitor.watch.state import PositionState
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms, move, moves
from loadzone.store.catalog.latest import latest_of
from loadzone.store.catalog.limits import Limit, limits
from loadzone.store.catalog.states import states_of
from loadzone.store.catalog.units import Unit, mount, mountings, units
from loadzone.store.catalog.units import remove as unmount
from loadzone.words.errors import Overtaken

DAY_US = 86_400_000_000
SPAN = {"start_us": 0, "end_us": 4 * 10**15}


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    platform = furnished(tmp_path / "data")
    limit = Limit("acme", "drive", "temperature", "alert", NOW_US, 80.0, "given by hand", "engineer", {})
    platform.catalog.write("acme", lambda work: limits.put(work, limit))
    return Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))


def temperature(at_us: int, *degc: float) -> bytes:
    count = len(degc)
    times = at_us + 60_000_000 * np.arange(count, dtype=np.int64)
    return encode_values(Values(times, np.array(degc), ("temperature",) * count, ("degC",) * count))


def sent(number: int, day: float, *degc: float) -> object:
    at_us = NOW_US + round(day * DAY_US)
    return arrival(number, temperature(at_us, *degc), received_us=at_us + 60_000_000 * len(degc))


def open_one(platform: Platform) -> Alarm:
    with platform.catalog.read("acme") as work:
        (alarm,) = (each for each in alarms.all(work) if each.cause != "device-silent")
    return alarm


def status(platform: Platform, quantity: str = "temperature") -> str:
    with platform.catalog.read("acme") as work:
        (latest,) = latest_of(work, positions=["drive"], quantity=quantity)
    return latest.status


def test_values_above_a_limit_raise_one_alarm_with_its_evidence(watch: Watch) -> None:
    arrivals = [sent(1, 0, 70.0, 85.0), sent(2, 0.01, 86.0), sent(3, 0.02, 87.0, 88.0), sent(4, 0.03, 85.0)]
    for start, end in ((0, 1), (0, 3), (2, 4)):
        handle(watch, SOURCE, arrivals[start:end])  # type: ignore[arg-type]
    alarm = open_one(watch.platform)
    assert (alarm.cause, alarm.state, alarm.priority) == ("limit-alert-temperature", "unacknowledged", "medium")
    assert (alarm.facts["quantity"], alarm.facts["limit"]) == ("temperature", 80.0)
    assert "above 80" in alarm.facts["sentence"]["en"]
    assert alarm.facts["serial"] == "S-1"
    assert status(watch.platform) == "alert"


def test_a_value_that_stays_the_same_is_no_fault_of_its_sensor(watch: Watch) -> None:
    handle(watch, SOURCE, [sent(1, 0, *[61.0] * 30), sent(2, 0.05, *[61.0] * 30)])  # type: ignore[list-item]
    with watch.platform.catalog.read("acme") as work:
        assert alarms.all(work) == ()


def watched_state(platform: Platform) -> PositionState:
    with platform.catalog.read("acme") as work:
        (state,) = states_of(work, "acme", ["drive"])
    (found,) = _channels(state.value).values()
    return found


def test_an_exchanged_bearing_is_learnt_anew(watch: Watch) -> None:
    handle(watch, SOURCE, [sent(1, 0, *np.linspace(60.0, 70.0, 30))])  # type: ignore[list-item]
    before = watched_state(watch.platform)
    mounted_us = NOW_US + DAY_US

    def exchange(work: Work) -> None:
        units.add(work, Unit("acme", "S-2", "6205"))
        unmount(work, "acme", "drive", at_us=mounted_us - 1, by="anna", reason="worn")
        mount(work, "acme", "drive", "S-2", at_us=mounted_us, by="anna")

    watch.platform.catalog.write("acme", exchange)
    for number, day in ((2, 2), (3, 3)):
        handle(watch, SOURCE, [sent(number, day, 61.0 + number)])  # type: ignore[list-item]
    after = watched_state(watch.platform)
    assert [each for each in after.recent if each[0] == "mark"] == [("mark", mounted_us, 2)]
    assert before.trends["temperature"] != after.trends["temperature"]
    assert len(after.recent) == len(before.recent) + 3
    with watch.platform.catalog.read("acme") as work:
        assert [each.serial for each in mountings.all(work)] == ["S-1", "S-2"]


def test_what_a_person_did_to_an_alarm_is_taken_up_before_the_next_step(watch: Watch) -> None:
    handle(watch, SOURCE, [sent(1, 0, 85.0, 86.0, 87.0, 88.0)])  # type: ignore[list-item]
    alarm = open_one(watch.platform)
    watch.platform.catalog.write(
        "acme", lambda work: move(work, alarm, "acknowledged", at_us=alarm.changed_us + 1, by="anna")
    )
    handle(watch, SOURCE, [sent(2, 2, 60.0, 60.0, 60.0, 60.0)])  # type: ignore[list-item]
    ended = open_one(watch.platform)
    assert (ended.id, ended.state) == (alarm.id, "normal")
    assert ended.ended_us is not None
    with watch.platform.catalog.read("acme") as work:
        assert [(each.before, each.after, each.by) for each in moves.all(work) if each.alarm == alarm.id] == [
            ("unacknowledged", "acknowledged", "anna"),
            ("acknowledged", "normal", "evidence"),
        ]
    assert status(watch.platform) == "good"


def test_an_alarm_that_nobody_saw_waits_for_someone_after_it_returned(watch: Watch) -> None:
    handle(watch, SOURCE, [sent(1, 0, 85.0, 86.0, 87.0, 88.0)])  # type: ignore[list-item]
    handle(watch, SOURCE, [sent(2, 2, 60.0, 60.0, 60.0, 60.0)])  # type: ignore[list-item]
    assert open_one(watch.platform).state == "returned unacknowledged"


def test_who_acts_in_the_moment_of_a_step_wins_and_the_batch_is_read_again(watch: Watch) -> None:
    handle(watch, SOURCE, [sent(1, 0, 85.0, 86.0, 87.0, 88.0)])  # type: ignore[list-item]
    alarm = open_one(watch.platform)
    batch = [sent(2, 2, 60.0, 60.0, 60.0, 60.0)]
    harvests = watch.gathered({SOURCE: batch})  # type: ignore[dict-item]
    watch.platform.catalog.write(
        "acme", lambda work: move(work, alarm, "acknowledged", at_us=alarm.changed_us + 1, by="anna")
    )
    watch.keep_evidence(harvests)
    with pytest.raises(Overtaken):
        watch.keep_catalog(harvests)
    handle(watch, SOURCE, batch)  # type: ignore[arg-type]
    assert open_one(watch.platform).state == "normal"


def test_a_dead_sensor_is_an_alarm_of_the_device_and_says_nothing_of_the_machine(watch: Watch) -> None:
    dead = [
        encode_waveform(Waveform(np.full(4096, 0.25, np.float32), 12_000.0, "g", NOW_US + n, "x")) for n in (1, 2, 3)
    ]
    handle(watch, SOURCE, [arrival(n, body, "waveform") for n, body in enumerate(dead, start=1)])
    alarm = open_one(watch.platform)
    assert alarm.cause == "device-sensor:x"
    assert watch.platform.lake.documents("results", "acme", "drive", **SPAN) == []


def test_channels_of_a_position_are_watched_apart(watch: Watch) -> None:
    def body(channel: str, number: int) -> bytes:
        noise = np.random.default_rng(number).normal(size=60_000).astype(np.float32)
        return encode_waveform(Waveform(noise, 12_000.0, "g", NOW_US + number, channel))

    arrivals = [arrival(n, body("xyz"[n % 3], n), "waveform") for n in range(1, 7)]
    handle(watch, SOURCE, arrivals)
    results = watch.platform.lake.documents("results", "acme", "drive", **SPAN)
    assert len(results) == 3, "the first recording of each channel is due, the next one is not"


class Counting:
    """A fold of one line: how many readings there were, and an alarm at the third."""

    block = "counting"
    version = 1

    def wants_values(self, watched: Watched) -> bool:
        return watched.position.id == "drive"

    def begin(self, state: bytes | None, watched: Watched) -> bytes | None:
        del watched
        return state

    def read(self, state: bytes | None, reading: Reading) -> Step:
        points = sum(len(each.values) for each in reading.series.values())
        before = int(state or b"0")
        after = before + points
        at_third = before < 3 <= after
        calls = (AlarmCall("third", "normal", "unacknowledged", reading.time_us),) if at_third else ()
        return str(after).encode(), Finding({"temperature": "doubtful"}, calls)

    def diagnosed(self, state: bytes | None, reading: Reading, diagnosis: Diagnosis, result: str) -> Step:
        del reading, diagnosis, result
        return state, Finding()


@pytest.mark.parametrize("cuts", [(), (1,), (2, 3)])
def test_any_fold_can_be_plugged_in_and_counts_each_arrival_once(watch: Watch, cuts: tuple[int, ...]) -> None:
    own = Watch(watch.platform, fold=Counting(), decoder=watch.decoder)
    arrivals = [arrival(n, values(n)) for n in range(1, 5)]
    bounds = [0, *cuts, len(arrivals)]
    for start, end in itertools.pairwise(bounds):
        handle(own, SOURCE, arrivals[max(0, start - 1) : end])
    found = kept(watch.platform)
    (state,) = found["block_states"]  # type: ignore[misc]
    assert (state.block, state.value, state.sequence) == ("counting", b"8", 4)
    assert open_one(watch.platform).cause == "third"
    assert status(watch.platform) == "doubtful"


def test_a_fold_that_fails_leaves_its_state_and_holds_up_nothing(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fold = Counting()
    monkeypatch.setattr(fold, "read", lambda *_: 1 / 0)
    own = Watch(watch.platform, fold=fold, decoder=watch.decoder)
    handle(own, SOURCE, [arrival(1, values(1)), arrival(2, waveform(1), "waveform", DRIVE)])
    assert "block counting failed at acme/drive" in caplog.text
    assert kept(watch.platform)["block_states"] == ()
    assert len(watch.platform.lake.documents("recordings", "acme", "drive", **SPAN)) == 1


def test_open_advice_becomes_more_urgent_with_its_bearing_and_stays_one_advice(watch: Watch) -> None:
    """Advice that was once «plan» must not hide a diagnosis that says «act»; one that is milder changes nothing."""

    def called(number: int, action: str, due_day: int) -> list[Advice]:
        call = AdviceCall("bearing-outer", action, "high", NOW_US + due_day * DAY_US, {"result": f"r{number}"})
        at = Called(DRIVE, number, NOW_US + number * DAY_US, "S-1", call)
        watch.platform.catalog.write("acme", lambda work: call_advice(work, SOURCE, at))
        with watch.platform.catalog.read("acme") as work:
            return list(advice.all(work))

    raised = Called(DRIVE, 1, NOW_US, "S-1", AlarmCall("bearing-outer", "normal", "unacknowledged", NOW_US))
    watch.platform.catalog.write("acme", lambda work: call_alarm(work, SOURCE, raised))
    (planned,) = called(1, "plan", 28)
    (urgent,) = called(5, "act", 8)
    assert (urgent.id, urgent.issued_us) == (planned.id, planned.issued_us)
    assert (urgent.action, urgent.due_us, urgent.facts["result"]) == ("act", NOW_US + 8 * DAY_US, "r5")
    assert urgent.facts["before"] == {"action": "plan", "until_us": NOW_US + 5 * DAY_US, "result": "r1"}
    assert sharpened_us(urgent) == NOW_US + 5 * DAY_US
    assert called(6, "plan", 40) == called(5, "act", 8) == [urgent]
    with watch.platform.catalog.read("acme") as work:
        (told,) = changes(work, NOW_US + 4 * DAY_US, NOW_US + 9 * DAY_US)
    assert (told.at_us, told.state) == (NOW_US + 5 * DAY_US, "act")
