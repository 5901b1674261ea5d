"""The small blocks: classes, hysteresis, trend, devices, due, outcomes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.monitor.watch.classes import ClassRules, OperatingClasses, classify
from loadzone.monitor.watch.devices import DEVICES, STATUSES, device_status, each_device
from loadzone.monitor.watch.due import DuePolicy, DueState, due
from loadzone.monitor.watch.hysteresis import Condition, Delay, follow
from loadzone.monitor.watch.kept import UnreadableState
from loadzone.monitor.watch.outcomes import MODES, Outcome, modes_found, precision, precision_by_fault
from loadzone.monitor.watch.reading import DAY_US, HOUR_US
from loadzone.monitor.watch.trend import Trend, figures, followed

speeds = st.one_of(st.none(), st.floats(5.0, 5000.0))
loads = st.one_of(st.none(), st.floats(-50.0, 150.0))


# ---------- operating classes


@given(st.lists(st.tuples(speeds, loads), max_size=40))
def test_a_learnt_class_holds_what_is_near_its_centre_and_centres_are_apart(seen: list[tuple[float, float]]) -> None:
    rules, classes = ClassRules(), OperatingClasses()
    for speed, load in seen:
        classes, number = classify(classes, rules, speed, load)
        if isinstance(number, int):
            its_speed, its_load = classes.centres[number]
            assert (its_speed is None) == (speed is None)
            assert speed is None or abs(speed / its_speed - 1) <= 0.05 + 1e-12
            assert load is None or abs(load - its_load) <= 10 + 1e-9
        else:
            assert number == "too_many_classes"
            assert len(classes.centres) == rules.most
    assert OperatingClasses.from_bytes(classes.to_bytes()) == classes


def test_given_bins_keep_their_upper_edge_for_the_next_one() -> None:
    rules = ClassRules(speed_edges_rpm=(500.0, 1000.0, 1500.0), load_edges=(0.0, 50.0, 100.0))
    classes, first = classify(OperatingClasses(), rules, 999.0, 49.0)
    classes, second = classify(classes, rules, 1000.0, 50.0)
    classes, again = classify(classes, rules, -600.0, 10.0)

    assert (first, second, again) == (0, 1, 0)
    assert classes.centres == ((750.0, 25.0), (1250.0, 75.0))
    assert classify(classes, rules, 1500.0, 10.0)[1] == "outside_bins"
    assert classify(classes, rules, None, 10.0)[1] == "outside_bins"


def test_a_machine_that_stands_is_in_no_class() -> None:
    assert classify(OperatingClasses(), ClassRules(), 0.3, 0.0) == (OperatingClasses(), "standing")
    assert classify(OperatingClasses(), ClassRules(), math.nan, 0.0)[1] == "standing"


# ---------- hysteresis


def run(values: list[float], delay: Delay, step_us: int = HOUR_US) -> list[str | None]:
    condition, changes = Condition(), []
    for number, value in enumerate(values):
        condition, change = follow(condition, delay, number * step_us, is_over=value > 4, is_clear=value < 3)
        changes.append(change)
    return changes


def test_a_value_that_dances_around_its_limit_raises_once() -> None:
    changes = run([3.5, 4.5] * 50, Delay(over=2, among=4, calm=3))

    assert changes.count("raised") == 1
    assert "returned" not in changes


def test_two_of_three_are_needed_to_raise_and_a_day_of_calm_to_return() -> None:
    values = [5.0, 2.0, 2.0, 5.0, 5.0] + [2.0] * 30
    changes = run(values, Delay(over=2, among=3, calm=3))

    assert changes.index("raised") == 4
    assert changes.index("returned") == 4 + 24


def test_a_value_that_stays_high_after_its_return_comes_back() -> None:
    # the trap of ThingsBoard #13050: a cleared alarm whose value stays high never returned
    assert run([5.0, 2.0, 5.0, 5.0], Delay(calm=1, least_active_us=0)) == ["raised", "returned", "raised", None]


@given(st.lists(st.floats(0.0, 8.0), max_size=60), st.integers(1, 4), st.integers(0, 3), st.integers(1, 4))
def test_raised_and_returned_take_turns(values: list[float], over: int, more: int, calm: int) -> None:
    changes = [each for each in run(values, Delay(over, over + more, calm, 0)) if each]

    assert changes == (["raised", "returned"] * len(changes))[: len(changes)]


# ---------- trend


def daily(values: list[float] | np.ndarray) -> Trend:
    trend = Trend()
    for day, value in enumerate(values):
        trend = followed(trend, day * DAY_US, float(value))
    return trend


def test_a_slope_is_found_through_wild_days_and_told_with_an_interval_around_it() -> None:
    rng = np.random.default_rng(3)
    values = 1.0 + 0.02 * np.arange(60) + 0.05 * rng.standard_normal(60)
    values[[7, 30, 31]] = 40.0
    told = figures(daily(values))

    assert told.slope == pytest.approx(0.02, abs=0.003)
    assert told.low < 0.02 < told.high
    assert told.is_rising
    assert told.level == pytest.approx(np.median(values[-7:]))


@pytest.mark.parametrize(("phi", "least"), [(0.0, 0.92), (0.5, 0.90), (0.8, 0.84)])
def test_the_interval_of_a_slope_of_nothing_holds_zero_as_often_as_it_says(phi: float, least: float) -> None:
    rng, held = np.random.default_rng(11), 0
    for _ in range(300):
        steps = np.sqrt(1 - phi**2) * rng.standard_normal(90)
        values = np.zeros(90)
        for day in range(90):
            values[day] = (phi * values[day - 1] if day else 0.0) + steps[day]
        told = figures(daily(values[10:]))
        held += told.low is None or told.low <= 0.0 <= (told.high or 0.0)

    # 95 % nominal; the correlation is estimated from 80 days. Three standard errors of 300 trials are 4 %
    assert held / 300 >= least


def test_few_days_have_a_level_and_no_slope() -> None:
    told = figures(daily([1.0, 2.0, 3.0]))

    assert (told.level, told.slope, told.low, told.is_rising) == (2.0, None, None, False)


def test_a_fast_sensor_weighs_no_more_than_a_slow_one() -> None:
    fast = Trend()
    for minute in range(10 * 24 * 6):
        fast = followed(fast, minute * 600_000_000, 1.0 + minute // 144)

    assert figures(fast).days == 10
    assert figures(fast).slope == pytest.approx(1.0)
    assert Trend.from_bytes(fast.to_bytes()) == fast


# ---------- devices


def test_every_problem_of_the_acquire_block_that_spoils_a_record_has_its_device() -> None:
    blocking = {"too_short", "not_finite", "constant", "stuck", "dropouts"}
    for code in blocking:
        assert not device_status((code,)).is_judged


@pytest.mark.parametrize(
    ("code", "status", "device"),
    [
        ("bias", "failure", "sensor"),
        ("cable", "failure", "cable"),
        ("no_speed", "out of specification", "unit"),
        ("clock_jump", "out of specification", "clock"),
        ("gaps", "maintenance required", "cable"),
        ("self_test", "function check", "unit"),
    ],
)
def test_codes_have_the_status_of_namur_ne_107(code: str, status: str, device: str) -> None:
    found = device_status((code,))

    assert (found.status, found.device, found.codes) == (status, device, (code,))


def test_what_is_said_of_the_machine_is_no_device_status() -> None:
    assert device_status(("two_readings", "other_bearing", "speed_doubt")) == device_status(())
    assert all(each.status == "good" for each in each_device(("two_readings",)).values())


@given(st.lists(st.sampled_from(["bias", "gaps", "clipped", "clock_jump", "silent", "offset", "unheard_of"])))
def test_the_worst_status_leads_whatever_the_order(codes: list[str]) -> None:
    found = device_status(codes)
    worst = max((STATUSES.index(each.status) for each in each_device(codes).values()), default=0)

    assert STATUSES.index(found.status) == worst
    assert device_status(reversed(codes)) == found
    assert set(each_device(codes)) == set(DEVICES)


# ---------- due


@given(
    st.lists(st.tuples(st.integers(1, 6 * HOUR_US), st.booleans(), st.floats(0.0, 3.0), st.booleans()), max_size=80),
)
def test_the_load_of_full_diagnoses_is_bounded(stream: list[tuple[int, bool, float, bool]]) -> None:
    policy, state, at_us, by_day, asked = DuePolicy(), DueState(), 0, {}, 0
    for wait_us, has_recording, ratio, is_asked in stream:
        at_us += wait_us
        if is_asked:
            state, asked = DueState(**{**vars(state), "is_asked": True}), asked + 1
        state, reason = due(state, policy, at_us, has_recording=has_recording, ratio=ratio)
        assert has_recording or reason is None
        if reason in {"change", "interval"}:
            by_day[at_us // DAY_US] = by_day.get(at_us // DAY_US, 0) + 1
    assert max(by_day.values(), default=0) <= policy.most_a_day


def test_each_reason_is_told() -> None:
    policy = DuePolicy()
    state, first = due(DueState(), policy, 0, has_recording=True)
    assert first == "exchanged"
    assert due(state, policy, HOUR_US, has_recording=True, ratio=2.0)[1] is None
    state, change = due(state, policy, 5 * HOUR_US, has_recording=True, ratio=0.8)
    assert change == "change"
    assert due(state, policy, 10 * HOUR_US, has_recording=True, ratio=0.9)[1] is None
    assert due(state, policy, 10 * HOUR_US, has_recording=True, ratio=1.2)[1] == "change"
    state, interval = due(state, policy, 29 * HOUR_US, has_recording=True)
    assert interval == "interval"
    asked = DueState(**{**vars(state), "is_asked": True})
    assert due(asked, policy, 29 * HOUR_US + 1, has_recording=False) == (asked, None)
    state, reason = due(asked, policy, 29 * HOUR_US + 1, has_recording=True)
    assert (reason, state.is_asked) == ("asked", False)


# ---------- outcomes


def outcomes(right: int, wrong: int, unchecked: int = 0, fault: str = "outer") -> list[Outcome]:
    judged = ["right"] * right + ["wrong"] * wrong + ["not checked"] * unchecked
    return [Outcome(f"{fault}-{n}", fault, each) for n, each in enumerate(judged)]  # type: ignore[arg-type]


def test_precision_has_the_exact_interval_of_clopper_and_pearson() -> None:
    # 9 of 10: 0.5550 to 0.9975, the textbook example of the exact interval
    told = precision(outcomes(9, 1, 30))

    assert (told.share, told.not_checked) == (0.9, 30)
    assert (told.low95, told.high95) == (pytest.approx(0.5550, abs=5e-5), pytest.approx(0.9975, abs=5e-5))
    assert str(told.sentence) == "9 of 10 right: 90 % (95 %: 55 to 100 %)"


def test_of_few_outcomes_nothing_is_claimed() -> None:
    told = precision(outcomes(4, 0, 50))

    assert (told.share, told.low95) == (None, None)
    assert str(told.sentence).startswith("can't tell: 4 of")


def test_precision_is_told_by_fault_and_modes_are_counted() -> None:
    told = precision_by_fault(outcomes(6, 2) + outcomes(1, 5, fault="ball"))
    seen = [Outcome("a", "outer", "right", "abrasive wear"), Outcome("b", "outer", "wrong", "none")] * 2

    assert {name: each.right for name, each in told.items()} == {"outer": 6, "ball": 1}
    assert modes_found([*seen, seen[0]]) == {"abrasive wear": 3, "none": 2}
    assert len(MODES) == 15


# ---------- what is kept


def test_a_state_of_another_kind_form_or_torn_is_refused_with_a_way_out() -> None:
    content = Trend().to_bytes()
    for wrong in (content[:-3], b"", DueState().to_bytes(), content.replace(b"\x01", b"\x02", 1)):
        with pytest.raises(UnreadableState):
            Trend.from_bytes(wrong)
