"""How a position stands: the worst that is in sight, and never well when it is not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.monitor.watch.alarms import STATES
from loadzone.monitor.watch.standing import HIDDEN, STANDINGS, OpenAlarm, standing

HOUR_US = 3_600_000_000
ALARMS = st.builds(
    OpenAlarm,
    st.sampled_from(["bearing-outer", "limit-danger-rms", "device-sensor", "device-silent:DE", "change"]),
    st.sampled_from(["low", "medium", "high"]),
    st.sampled_from([state for state in STATES if state != "normal"]),
)


@given(st.lists(ALARMS), ALARMS, st.lists(st.sampled_from(["good", "alert", "danger", "sensor fault"])))
def test_one_more_alarm_never_makes_it_better(some: list[OpenAlarm], more: OpenAlarm, statuses: list[str]) -> None:
    before, after = (standing(each, statuses, heard_us=1, now_us=2) for each in (some, [*some, more]))
    assert STANDINGS.index(after) <= STANDINGS.index(before)
    if more.state in HIDDEN:
        assert after == before


@pytest.mark.parametrize(
    ("heard_us", "interval_s", "expected"),
    [(None, None, "no data"), (0, None, "good"), (0, 1200.0, "good"), (0, 1199.0, "not seen")],
)
def test_silence_is_told_after_three_intervals_and_only_where_these_are_stated(
    heard_us: int | None, interval_s: float | None, expected: str
) -> None:
    assert standing((), ("good",), heard_us=heard_us, now_us=HOUR_US, interval_s=interval_s) == expected
