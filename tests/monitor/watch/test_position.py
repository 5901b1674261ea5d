"""One position's fold: the same however it is cut, and what it says of faults, devices, order and people."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.monitor.settings import Machine
from loadzone.monitor.watch.alarms import VERBS, Action, WrongState
from loadzone.monitor.watch.finding import Finding
from loadzone.monitor.watch.limits import RESERVE
from loadzone.monitor.watch.position import Watched, fold, step
from loadzone.monitor.watch.reading import HOUR_US, SECOND_US, Asked, Diagnosed, Mark, Reading, Tick
from loadzone.monitor.watch.settings import WatchSettings
from loadzone.monitor.watch.state import PositionState
from loadzone.simulate.readings import Growth, Life, readings
from loadzone.words.errors import BadInput

Make = Callable[..., list[Reading]]
START = PositionState("fan-1-de")


def told(findings: Sequence[Finding], kind: str) -> list[tuple[str, str]]:
    return [(each.cause, each.change) for each in findings if each.kind == kind]


# ---------- the law of the fold

# times step by half an hour and now and then go back, so that some readings are late and some are delivered twice
reading = st.builds(
    lambda back, level, speed, load, warm, problem, recording: (back, level, speed, load, warm, problem, recording),
    st.sampled_from([1, 1, 1, 1, 2, 2, 5, 0, -3]),
    st.sampled_from([-0.1, 0.0, 0.05, 0.1, 3.0]),
    st.sampled_from([1480.0, 1490.0, 990.0, 0.0, None]),
    st.sampled_from([80.0, 40.0]),
    st.sampled_from([40.0, 45.0, 48.0, None]),
    st.sampled_from([(), (), (), ("gaps",), ("dropouts",), ("clipped", "offset")]),
    st.booleans(),
)
other = st.one_of(
    st.sampled_from([Tick, Asked]),
    st.sampled_from(["exchanged", "moved", "relearn"]),
    st.sampled_from(["outer", "inner", "healthy", "undetermined"]),
    st.sampled_from(VERBS),
)


def stream_of(parts: list[object]) -> list[Watched]:
    found: list[Watched] = []
    half_hours = 0
    rng = np.random.default_rng(len(parts))
    for number, part in enumerate(parts):
        at_us = half_hours * HOUR_US // 2
        if isinstance(part, tuple):
            back, level, speed, load, warm, problems, recording = part
            half_hours += back
            values = {name: float(np.exp(level + 0.1 * rng.standard_normal())) for name in ("rms", "velocity_rms_mms")}
            at_us = max(half_hours, 0) * HOUR_US // 2
            found.append(Reading(at_us, number, values, speed, load, warm, problems, recording))
            if back == 0:
                found.append(found[-1])
        elif part is Tick:
            found.append(Tick(at_us))
        elif part is Asked:
            found.append(Asked(at_us, number, "li"))
        elif part in VERBS:
            cause = ("change", "bearing-outer", "zone-alert")[number % 3]
            found.append(Action(cause, part, at_us, "li", "because", at_us + 5 * HOUR_US))  # type: ignore[arg-type]
        elif part in {"exchanged", "moved", "relearn"}:
            found.append(Mark(at_us, number, part, "wang"))  # type: ignore[arg-type]
        elif part in {"healthy", "undetermined"}:
            found.append(Diagnosed(at_us, number, part))  # type: ignore[arg-type]
        else:
            found.append(Diagnosed(at_us, number, "confirmed", (part,)))  # type: ignore[arg-type]
    return found


def folded(stream: list[Watched], with_settings: WatchSettings, cuts: frozenset[int]) -> tuple[PositionState, list]:
    """Fold; at each cut the state goes through bytes. An action that is refused changes nothing."""
    state, findings = START, []
    for number, evidence in enumerate(stream):
        if number in cuts:
            state = PositionState.from_bytes(state.to_bytes())
        try:
            state, found = step(state, evidence, with_settings)
        except WrongState:
            continue
        findings += found
    return state, findings


@given(
    parts=st.lists(st.one_of(reading, reading, reading, reading, other), max_size=90),
    cuts=st.frozensets(st.integers(0, 120), max_size=12),
)
@settings(max_examples=50)
def test_a_stream_in_any_pieces_with_its_state_written_and_read_gives_the_same(
    parts: list[object], cuts: frozenset[int], quick: WatchSettings
) -> None:
    stream = stream_of(parts)
    watched = replace(quick, machine=Machine(1, "rigid"), given={"rms": {"alert": 5.0}})
    whole, findings = folded(stream, watched, frozenset())
    cut, cut_findings = folded(stream, watched, cuts)

    assert cut == whole
    assert cut_findings == findings
    assert cut.to_bytes() == whole.to_bytes()
    assert PositionState.from_bytes(whole.to_bytes()) == whole


@given(parts=st.lists(st.one_of(reading, other), max_size=40))
@settings(max_examples=40)
def test_what_is_delivered_again_changes_nothing(parts: list[object], quick: WatchSettings) -> None:
    stream = [each for each in stream_of(parts) if not isinstance(each, Action | Tick)]
    state, findings = fold(START, stream, quick)
    doubled = [each for evidence in stream for each in (evidence, evidence)]

    assert fold(START, doubled, quick) == (state, findings)
    assert fold(state, stream[-20:], quick) == (state, ())


def test_a_late_reading_is_counted_and_changes_nothing_that_was_decided(quick: WatchSettings, hourly: Make) -> None:
    stream = hourly(60)
    state, _ = fold(START, stream[:20] + stream[21:], quick)
    late = replace(stream[20], values={"rms": 1e6, "velocity_rms_mms": 1e6})
    after, findings = step(state, late, quick)

    assert told(findings, "late") == [("", "noted")]
    assert after.counts.late == 1
    assert replace(after, recent=state.recent, counts=state.counts) == state
    assert step(after, late, quick) == (after, ())


def test_a_clock_that_is_ahead_is_a_device_fault_and_does_not_close_the_door_behind_it(
    quick: WatchSettings, hourly: Make
) -> None:
    state, _ = fold(START, hourly(30), quick)
    wrong = [
        replace(each, at_us=each.at_us + 10**9 * SECOND_US, received_us=each.at_us) for each in hourly(2, start=30)
    ]
    state, findings = fold(state, wrong, quick)
    assert told(findings, "device") == [("device-clock", "raised")]

    state, findings = fold(state, hourly(5, start=32), quick)
    assert told(findings, "late") == []
    assert told(findings, "device") == [("device-clock", "returned")]


# ---------- the machine


def test_a_machine_that_gets_louder_raises_one_alarm_that_says_by_how_much_and_what_it_costs(
    quick: WatchSettings, hourly: Make
) -> None:
    state, before = fold(START, hourly(200), quick)
    state, findings = fold(state, hourly(20, start=200, factor=3.0), quick)
    raised = [each for each in findings if each.kind == "excess"]

    assert told(before, "excess") == []
    assert len(raised) == 1
    assert raised[0].limit is not None
    assert raised[0].limit.expected_per_month == pytest.approx(RESERVE * 0.02 / 4)
    assert raised[0].value > raised[0].limit.value
    assert raised[0].at_us <= 206 * HOUR_US
    assert state.alarms["change"].state == "unacknowledged"


def test_a_single_wild_reading_alarms_nobody(quick: WatchSettings, hourly: Make) -> None:
    stream = hourly(200) + hourly(1, start=200, factor=1e4) + hourly(50, start=201)

    assert told(fold(START, stream, quick)[1], "excess") == []


def test_a_faster_sensor_is_judged_no_more_often_than_stated(quick: WatchSettings, hourly: Make) -> None:
    slow = hourly(100)
    fast = [
        replace(each, at_us=each.at_us + part * HOUR_US // 6, sequence=6 * each.sequence + part)
        for each in slow
        for part in range(6)
    ]
    counts = fold(START, fast, quick)[0].counts

    assert counts.judged + counts.learnt <= 6 * 100 / 5 + 1


def test_a_class_that_is_not_known_yet_alarms_nobody_and_counts_as_learning(quick: WatchSettings, hourly: Make) -> None:
    state, _ = fold(START, hourly(100), quick)
    state, findings = fold(state, hourly(3, start=100, factor=4.0, speed_rpm=800.0), quick)

    assert told(findings, "excess") == []
    assert state.counts.learnt > 0
    assert len(state.classes.centres) == 2


def test_a_machine_that_stands_is_not_judged_and_says_so_once(quick: WatchSettings, hourly: Make) -> None:
    state, _ = fold(START, hourly(60), quick)
    state, findings = fold(state, hourly(30, start=60, factor=50.0, speed_rpm=0.0), quick)
    assert told(findings, "coverage") == [("", "raised")]
    assert told(findings, "excess") + told(findings, "limit") == []
    assert state.counts.unjudged == 30

    _, findings = fold(state, hourly(3, start=90), quick)
    assert told(findings, "coverage") == [("", "returned")]


def test_a_baseline_begins_anew_when_the_bearing_was_exchanged_and_old_alarms_end(
    quick: WatchSettings, hourly: Make
) -> None:
    state, _ = fold(START, hourly(150) + hourly(10, start=150, factor=3.0), quick)
    state, _ = step(state, Diagnosed(160 * HOUR_US, 1, "confirmed", ("outer",)), quick)
    assert {cause: alarm.state for cause, alarm in state.alarms.items()} == {
        "change": "unacknowledged",
        "bearing-outer": "unacknowledged",
    }
    state, findings = step(state, Mark(161 * HOUR_US, 2, "exchanged", "wang"), quick)

    assert ("exchanged", "noted") in told(findings, "baseline")
    assert state.baselines == {}
    assert all(not alarm.is_active for alarm in state.alarms.values())
    state, findings = fold(state, hourly(60, start=162, factor=3.0, has_recording=True), quick)
    assert told(findings, "excess") == []
    assert told(findings, "due")[0] == ("exchanged", "noted")


def test_zones_need_a_machine_and_wait_for_three_of_four(quick: WatchSettings, hourly: Make) -> None:
    loud = hourly(4, factor=9.0)
    watched = replace(quick, machine=Machine(2, "rigid"))

    assert told(fold(START, loud, quick)[1], "limit") == []
    assert told(fold(START, loud[:2], watched)[1], "limit") == []
    findings = fold(START, loud, watched)[1]
    assert told(findings, "limit") == [("zone-alert", "raised"), ("zone-danger", "raised")]
    assert "10816-3:2009" in next(str(each.sentence) for each in findings if each.kind == "limit")


def test_a_limit_that_a_person_gave_is_kept_with_its_source(quick: WatchSettings, hourly: Make) -> None:
    watched = replace(quick, given={"rms": {"alert": 1.9, "danger": 50.0}})
    findings = fold(START, hourly(5, factor=3.0), watched)[1]

    assert told(findings, "limit") == [("limit-alert-rms", "raised")]
    assert "given by a person" in str(findings[0].sentence)


def test_a_confirmed_fault_stays_until_a_person_resets_it(quick: WatchSettings) -> None:
    confirmed = Diagnosed(0, 1, "confirmed", ("inner",))
    healthy = [Diagnosed(day * 24 * HOUR_US, day + 1, "healthy") for day in range(1, 6)]
    state, _ = fold(START, [confirmed, *healthy], quick)
    assert state.alarms["bearing-inner"].state == "latched unacknowledged"

    doubt = [replace(each, verdict="undetermined") for each in healthy]
    assert fold(START, [confirmed, *doubt], quick)[0].alarms["bearing-inner"].state == "unacknowledged"


# ---------- devices


def test_a_dead_sensor_is_a_device_alarm_and_says_nothing_of_the_machine(quick: WatchSettings, hourly: Make) -> None:
    state, _ = fold(START, hourly(100), quick)
    trend = state.trends["rms"]
    state, findings = fold(state, hourly(20, start=100, factor=1e-3, problems=("constant",)), quick)

    assert told(findings, "device") == [("device-sensor", "raised")]
    assert told(findings, "excess") + told(findings, "limit") + told(findings, "bearing") == []
    assert state.trends["rms"] == trend
    assert state.counts.unjudged == 20


def test_one_torn_record_alarms_nobody(quick: WatchSettings, hourly: Make) -> None:
    stream = hourly(10) + hourly(1, start=10, problems=("dropouts",)) + hourly(10, start=11)

    assert told(fold(START, stream, quick)[1], "device") == []


def test_the_same_values_again_and_again_are_a_frozen_sensor(quick: WatchSettings, hourly: Make) -> None:
    one = hourly(1)[0]
    stream = [replace(one, at_us=n * HOUR_US, sequence=n) for n in range(14)]

    assert told(fold(START, stream, quick)[1], "device") == [("device-sensor", "raised")]


def test_silence_is_noticed_by_time_alone_and_ends_with_the_next_reading(quick: WatchSettings, hourly: Make) -> None:
    state, _ = fold(START, hourly(5), quick)
    assert step(state, Tick(6 * HOUR_US), quick)[1] == ()
    state, findings = step(state, Tick(8 * HOUR_US), quick)
    assert told(findings, "device") == [("device-silent", "raised")]

    _, findings = fold(state, hourly(1, start=9), quick)
    assert told(findings, "device") == [("device-silent", "returned")]


# ---------- people


def test_people_act_in_the_same_stream_and_a_shelf_ends_with_time(quick: WatchSettings, hourly: Make) -> None:
    state, _ = fold(START, hourly(150) + hourly(8, start=150, factor=3.0), quick)
    at_us = 158 * HOUR_US
    shelve = Action("change", "shelve", at_us, "li", "planned test", at_us + 2 * HOUR_US)
    state, findings = step(state, shelve, quick)
    assert findings[0].event is not None
    assert (findings[0].event.by, findings[0].event.why) == ("li", "planned test")

    state, findings = fold(state, hourly(3, start=159, factor=3.0), quick)
    assert [each.event.by for each in findings if each.event] == ["time"]
    assert state.alarms["change"].state == "unacknowledged"


def test_what_an_alarm_does_not_allow_is_refused(quick: WatchSettings) -> None:
    with pytest.raises(WrongState, match="nothing to acknowledge"):
        step(START, Action("change", "acknowledge", 0, "li"), quick)


def test_a_diagnosis_on_demand_waits_for_the_next_recording(quick: WatchSettings, hourly: Make) -> None:
    state, _ = fold(START, hourly(1, has_recording=True), quick)
    state, _ = fold(state, [Asked(HOUR_US, 1, "li"), *hourly(2, start=1)], quick)
    _, findings = fold(state, hourly(2, start=3, has_recording=True), quick)

    assert told(findings, "due") == [("asked", "noted")]


@pytest.mark.parametrize(("rate", "interval_s"), [(0.0, 3600.0), (2.0, 3600.0), (0.02, 0.0), (0.02, 1e9)])
def test_settings_that_promise_nothing_are_refused(rate: float, interval_s: float, quick: WatchSettings) -> None:
    with pytest.raises(BadInput):
        replace(quick, target=replace(quick.target, per_month=rate, interval_s=interval_s))


def test_quantities_of_one_name_are_refused(quick: WatchSettings) -> None:
    with pytest.raises(BadInput, match="different names"):
        replace(quick, quantities=quick.quantities[:1] * 2)


# ---------- the whole, on simulated lives


def test_a_step_of_ten_deviations_is_found_within_a_day_and_nothing_before() -> None:
    life = Life(0.8)
    stream = readings(life, 1000, np.random.default_rng(12), Growth(700 * 4 * 3600.0, step=10.0))
    watched = WatchSettings(target=replace(WatchSettings().target, interval_s=life.interval_s))
    raised = [
        each.at_us for each in fold(START, stream, watched)[1] if (each.kind, each.change) == ("excess", "raised")
    ]

    assert len(raised) == 1
    assert 0 <= raised[0] / SECOND_US - 700 * 4 * 3600.0 <= 86_400.0
