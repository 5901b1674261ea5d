"""Silence: by time alone, of those who send regularly, and one word for what falls silent at once."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.monitor.watch.reading import DAY_US, HOUR_US, Tick
from loadzone.monitor.watch.settings import WatchSettings
from loadzone.monitor.watch.silence import (
    REGULAR_SPANS,
    SINGLY,
    Listened,
    Silence,
    is_regular,
    is_silent,
    silence_us,
    silences,
)

NOW_US = 100 * DAY_US
H3_US = 3 * HOUR_US


def listened(name: str, heard_h: float, site: str | None = "farm", silent_us: int = H3_US) -> Listened:
    """A position that was heard so many hours before now."""
    place = None if site is None else ("acme", site)
    return Listened(("acme", name), place, NOW_US - round(heard_h * HOUR_US), silent_us)


POSITIONS = st.lists(
    st.builds(
        listened,
        st.text("abcdef", min_size=1, max_size=3),
        st.floats(0.0, 60.0),
        st.sampled_from(["farm", "mill", None]),
        st.sampled_from([H3_US, DAY_US]),
    ),
    max_size=20,
    unique_by=lambda each: each.key,
)


def told(found: tuple[Silence, ...]) -> list[Listened]:
    return [each for silence in found for each in (silence.leader, *silence.others)]


@given(POSITIONS, st.randoms())
def test_the_order_in_which_positions_are_asked_changes_nothing(places: list[Listened], chance: Random) -> None:
    mixed = chance.sample(places, len(places))
    assert silences(mixed, NOW_US) == silences(places, NOW_US)


@given(POSITIONS)
def test_each_silent_position_is_spoken_of_once_and_who_is_not_late_never(places: list[Listened]) -> None:
    found = told(silences(places, NOW_US))
    assert len({each.key for each in found}) == len(found)
    assert {each for each in places if is_silent(each.heard_us, NOW_US, each.silent_us)} <= set(found)
    assert all(is_silent(each.heard_us, NOW_US, each.silent_us // 2) for each in found)


@given(POSITIONS)
def test_who_speaks_is_silent_itself_and_of_the_site_of_all_it_speaks_for(places: list[Listened]) -> None:
    for each in silences(places, NOW_US):
        assert is_silent(each.leader.heard_us, NOW_US, each.leader.silent_us)
        assert {other.site for other in each.others} <= {each.leader.site}
        assert len(each.others) == 0 or len(each.others) >= SINGLY


@given(POSITIONS, st.integers(0, 40 * HOUR_US))
def test_silence_only_grows_while_nothing_comes(places: list[Listened], later_us: int) -> None:
    before, after = (set(told(silences(places, at_us))) for at_us in (NOW_US, NOW_US + later_us))
    assert before <= after


@given(POSITIONS, st.integers(0, 3 * HOUR_US))
def test_a_platform_that_just_begins_to_listen_tells_no_silence(places: list[Listened], listens_us: int) -> None:
    assert silences(places, NOW_US, NOW_US - listens_us) == ()


@given(st.integers(SINGLY + 1, 200), st.floats(0.0, 0.99))
def test_a_site_that_falls_silent_at_once_rings_once_whatever_its_phases(count: int, spread: float) -> None:
    """Sensors of an hour's interval measure at any minute of it; the first that is silent speaks for all."""
    places = [listened(f"p{n:03d}", 3.01 - spread * n / count) for n in range(count)]
    (one,) = silences(places, NOW_US)
    assert one.leader == places[0]
    assert len(one.others) == count - 1


def test_two_sensors_that_fail_at_once_are_told_by_themselves_and_three_as_one() -> None:
    places = [listened(name, 4.0) for name in "abc"]
    assert [each.leader.key[1] for each in silences(places[:2], NOW_US)] == ["a", "b"]
    assert [len(each.others) for each in silences(places, NOW_US)] == [2]


def test_sensors_that_fail_on_different_days_are_told_one_by_one() -> None:
    found = silences([listened(f"p{n}", 4.0 + 24.0 * n) for n in range(6)], NOW_US)
    assert [len(each.others) for each in found] == [0] * 6


def test_positions_of_no_site_share_no_cause() -> None:
    assert len(silences([listened(f"p{n}", 4.0, None) for n in range(5)], NOW_US)) == 5


@pytest.mark.parametrize(("interval_s", "hours"), [(None, 24.0), (3600.0, 3.0), (60.0, 0.05)])
def test_silence_is_three_intervals_where_one_is_stated_and_else_a_day(interval_s: float | None, hours: float) -> None:
    assert silence_us(interval_s) == round(hours * HOUR_US)
    assert WatchSettings().silent_us == H3_US


@given(st.lists(st.integers(1, H3_US), min_size=40, max_size=60))
def test_who_never_paused_for_as_long_as_a_silence_is_regular(pauses_us: list[int]) -> None:
    times_us = [0]
    while times_us[-1] <= REGULAR_SPANS * H3_US:
        times_us.append(times_us[-1] + pauses_us[len(times_us) % len(pauses_us)] + H3_US // 2)
        times_us[-1] = min(times_us[-1], times_us[-2] + H3_US)
    assert is_regular(times_us, times_us[-1], H3_US)


@given(st.lists(st.integers(2 * H3_US + 1, 30 * DAY_US), min_size=1, max_size=9))
def test_who_sends_now_and_then_is_not_regular_and_so_never_silent(pauses_us: list[int]) -> None:
    times_us = [0]
    for pause_us in pauses_us:
        times_us.append(times_us[-1] + pause_us)
    assert all(after - before > H3_US for before, after in pairwise(times_us))
    assert not is_regular(times_us, times_us[-1], H3_US)


def test_a_tick_that_is_not_told_of_others_speaks_of_one_position() -> None:
    assert Tick(5) == Tick(5, None, 0, "")
