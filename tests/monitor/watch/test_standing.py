"""How a position stands: the worst that is in sight, and never well when it is not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.monitor.watch.alarms import STATES
from loadzone.monitor.watch.silence import silence_us
from loadzone.monitor.watch.standing import (
    BANDS,
    HEALTHS,
    HIDDEN,
    Sign,
    severity,
    standing,
    state_of_alarm,
    state_of_status,
    state_of_verdict,
)

HOUR_US = 3_600_000_000
SIGNS = st.builds(
    Sign,
    st.sampled_from(HEALTHS),
    st.integers(0, HOUR_US),
    excess=st.none() | st.floats(0.0, 1e6),
    p_value=st.none() | st.floats(0.0, 1.0),
)


@given(st.lists(SIGNS), SIGNS)
def test_one_more_sign_never_makes_it_better(some: list[Sign], more: Sign) -> None:
    before, after = (standing(each, HOUR_US, HOUR_US) for each in (some, [*some, more]))
    is_worse_or_same = HEALTHS.index(after.state) <= HEALTHS.index(before.state)
    assert is_worse_or_same or (before.state, more.state) == ("good", "sensor")


@given(SIGNS)
def test_how_urgent_it_is_stays_within_the_band_of_its_state(sign: Sign) -> None:
    low, high = BANDS.get(sign.state, (0.0, 0.0))
    assert low <= severity(sign) <= high


@given(st.lists(SIGNS), st.none() | st.integers(0, HOUR_US))
def test_it_stands_since_the_first_sign_of_its_state(some: list[Sign], heard_us: int | None) -> None:
    found = standing(some, heard_us, HOUR_US)
    if found.state not in {"good", "none"}:
        assert found.since_us == min(each.since_us for each in some if each.state == found.state)


@pytest.mark.parametrize(
    ("heard_us", "interval_s", "expected"),
    [(None, None, "none"), (0, None, "good"), (0, 1200.0, "good"), (0, 1199.0, "none")],
)
def test_silence_is_told_after_three_intervals_or_a_day(
    heard_us: int | None, interval_s: float | None, expected: str
) -> None:
    assert standing((), heard_us, HOUR_US, silence_us(interval_s)).state == expected


def test_damage_that_is_confirmed_outlives_silence() -> None:
    assert standing([Sign("plan", 5)], None, 10).state == "plan"


@pytest.mark.parametrize("state", STATES)
def test_what_is_hidden_from_people_moves_no_state(state: str) -> None:
    told = state_of_alarm("zone-danger", state, "high")  # type: ignore[arg-type]  # states of the life cycle
    assert (told is None) is (state in HIDDEN or state == "normal")


def test_a_sensor_is_never_a_word_about_the_machine() -> None:
    assert state_of_alarm("device-cable:DE", "unacknowledged", "low") == "sensor"
    assert state_of_alarm("device-silent", "unacknowledged", "low") == "none"
    assert state_of_status("sensor fault") == "sensor"


def test_a_verdict_that_gives_no_answer_is_said() -> None:
    assert [state_of_verdict(each) for each in ("undetermined", "suspected", "healthy")] == ["cant", "watch", None]
