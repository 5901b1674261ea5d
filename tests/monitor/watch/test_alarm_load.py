"""Alarm load: rates, floods, stale alarms, priorities; groups by machine and cause."""

from dataclasses import replace

import pytest

from loadzone.monitor.watch.alarm_groups import Place, grouped
from loadzone.monitor.watch.alarm_load import alarm_load
from loadzone.monitor.watch.alarms import Alarm, AlarmEvent, observe
from loadzone.monitor.watch.reading import DAY_US, HOUR_US, SECOND_US
from loadzone.words.errors import BadInput

MINUTE_US = 60 * SECOND_US


def events(*times_us: int, cause: str = "change") -> list[AlarmEvent]:
    return [AlarmEvent("p", cause, n, "normal", "unacknowledged", at, "evidence") for n, at in enumerate(times_us, 1)]


def test_six_alarms_an_hour_are_acceptable_and_seven_are_not() -> None:
    six = events(*(hour * HOUR_US + n * 10 * MINUTE_US for hour in range(24) for n in range(6)))
    seven = six + events(*(hour * HOUR_US + 5 * MINUTE_US for hour in range(24)))

    assert alarm_load(six, [], 0, DAY_US).per_hour == 6.0
    assert alarm_load(six, [], 0, DAY_US).is_acceptable
    assert not alarm_load(seven, [], 0, DAY_US).is_acceptable


def test_ten_alarms_in_ten_minutes_are_a_flood_that_ends_when_few_are_left() -> None:
    told = alarm_load(events(*(HOUR_US + n * 30 * SECOND_US for n in range(10))), [], 0, DAY_US)

    assert (told.floods, told.most_in_ten_minutes) == (1, 10)
    # it begins with the tenth, 4.5 min after the first, and ends when the sixth is ten minutes old: fewer than 5 left
    assert told.flood_share * DAY_US == pytest.approx((12.5 - 4.5) * MINUTE_US + 0)


def test_nine_in_ten_minutes_are_no_flood_and_two_bursts_are_two_floods() -> None:
    burst = [n * 30 * SECOND_US for n in range(10)]

    assert alarm_load(events(*burst[:9]), [], 0, DAY_US).floods == 0
    assert alarm_load(events(*burst, *(5 * HOUR_US + at for at in burst)), [], 0, DAY_US).floods == 2


def test_an_alarm_older_than_a_day_is_stale_and_the_frequent_ones_are_named() -> None:
    old, _ = observe(Alarm("a", "change", "high"), 0, is_active=True)
    young, _ = observe(Alarm("b", "change"), DAY_US, is_active=True)
    told = alarm_load(events(1, 2) + events(3, cause="zone-alert"), [old, young], 0, DAY_US + HOUR_US)

    assert told.stale == 1
    assert told.priorities == {"low": 0.5, "medium": 0.0, "high": 0.5}
    assert told.frequent == (("p", "change", 2), ("p", "zone-alert", 1))


def test_an_empty_span_has_no_load() -> None:
    with pytest.raises(BadInput, match="span"):
        alarm_load([], [], 5, 5)


def _raised(position: str, cause: str, at_us: int = 0, priority: str = "medium") -> Alarm:
    alarm = Alarm(position, cause, priority)  # type: ignore[arg-type]
    return observe(alarm, at_us, is_active=True)[0]


def test_channels_of_one_bearing_that_say_the_same_are_one_line() -> None:
    places = {
        "de-radial": Place("fan-1", "SN17"),
        "de-axial": Place("fan-1", "SN17"),
        "nde": Place("fan-1", "SN18"),
        "pump": Place("pump-1", "SN2"),
    }
    alarms = [
        _raised("de-axial", "bearing-outer", 5),
        _raised("de-radial", "bearing-outer", 3),
        _raised("nde", "bearing-outer", 4),
        _raised("de-radial", "change", 1, "low"),
        _raised("pump", "zone-danger", 9, "high"),
        Alarm("pump", "change"),
    ]
    found = grouped(alarms, places)

    assert list(found) == ["pump-1", "fan-1"]
    assert [(group.cause, group.size, group.leader.position) for group in found["fan-1"]] == [
        ("bearing-outer", 2, "de-radial"),
        ("bearing-outer", 1, "nde"),
        ("change", 1, "de-radial"),
    ]


def test_groups_do_not_depend_on_the_order_of_the_alarms() -> None:
    alarms = [_raised(f"p{n}", "change", n % 3) for n in range(7)]

    assert grouped(alarms, {}) == grouped(alarms[::-1], {})


def test_what_nobody_needs_to_see_again_stands_behind_what_asks_for_a_person() -> None:
    seen = replace(_raised("a", "change", 1), state="acknowledged")
    fresh = _raised("b", "change", 7)

    assert list(grouped([seen, fresh], {})) == ["b", "a"]
