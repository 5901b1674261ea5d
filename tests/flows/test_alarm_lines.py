"""Alarm lines: what happened to an alarm over time, what is first, whether the load can be borne."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import NOW_US, furnished

from loadzone.flows.alarm_lines import AlarmLine, Bearable, alarm_lines, bearable
from loadzone.flows.platform import Platform
from loadzone.store.catalog.alarms import Alarm, alarms, move

MINUTE_US, HOUR_US = 60 * 10**6, 3600 * 10**6
AT_US = NOW_US + 40 * 24 * HOUR_US


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return furnished(tmp_path)


def ring(platform: Platform, name: str, cause: str, minutes: float, *steps: tuple[Any, float], **how: Any) -> None:
    """An alarm raised so many minutes ago, and its moves (state, minutes ago)."""

    def job(work: Any) -> None:
        at_us = AT_US - int(minutes * MINUTE_US)
        made = Alarm("acme", name, "drive", cause, how.pop("priority", "low"), "unacknowledged", at_us, at_us)
        alarms.add(work, made)
        for after, ago in steps:
            reason, until = ("balancing", AT_US + HOUR_US) if after == "shelved" else (None, None)
            made = move(
                work, made, after, at_us=AT_US - int(ago * MINUTE_US), by="acme/ann", reason=reason, until_us=until
            )

    platform.catalog.write("acme", job)


def lines(platform: Platform, hours: float = 24) -> list[AlarmLine]:
    return platform.read("acme", lambda work: alarm_lines(work, AT_US - int(hours * HOUR_US), AT_US))


def load(platform: Platform) -> Bearable:
    return platform.read("acme", lambda work: bearable(work, AT_US))


def test_the_states_of_an_alarm_follow_each_other_without_a_gap_and_a_shelf_reaches_to_its_end(
    platform: Platform,
) -> None:
    ring(platform, "a", "change", 300, ("acknowledged", 240), ("shelved", 120))
    (line,) = lines(platform)
    assert [each.state for each in line.stretches] == ["unacknowledged", "acknowledged", "shelved"]
    for one, other in zip(line.stretches, line.stretches[1:], strict=False):
        assert one.end_us == other.start_us
    assert line.stretches[0].start_us == AT_US - 300 * MINUTE_US
    assert line.stretches[-1].end_us == AT_US + HOUR_US
    assert line.acknowledged is not None
    assert line.acknowledged.by == "acme/ann"


def test_what_waits_for_a_hand_comes_first_then_what_went_unseen_then_what_is_hidden_or_over(
    platform: Platform,
) -> None:
    ring(platform, "over", "c-over", 90, ("returned unacknowledged", 80), ("normal", 70))
    ring(platform, "hidden", "c-hidden", 60, ("shelved", 50))
    ring(platform, "answered", "c-answered", 95, ("acknowledged", 90))
    ring(platform, "unseen", "c-unseen", 80, ("latched unacknowledged", 30))
    ring(platform, "waiting", "c-waiting", 10)
    ring(platform, "urgent", "c-urgent", 20, priority="high")
    order = ["urgent", "waiting", "unseen", "answered", "hidden", "over"]
    assert [each.alarm.id for each in lines(platform)] == order


def test_an_alarm_that_comes_and_goes_three_times_a_day_is_one_line_that_chatters(platform: Platform) -> None:
    for number, hours in enumerate((20, 11, 3)):
        ring(
            platform, f"a{number}", "change", hours * 60, ("acknowledged", hours * 60 - 5), ("normal", hours * 60 - 30)
        )
    (line,) = lines(platform)
    assert (line.is_chattering, line.raises, len(line.alarms)) == (True, 3, 3)
    assert lines(platform, hours=1) == []


def test_the_load_counts_minutes_to_the_first_answer_and_what_went_before_it(platform: Platform) -> None:
    assert load(platform).minutes is None
    ring(platform, "a", "c-a", 300, ("acknowledged", 290))
    ring(platform, "b", "c-b", 200, ("acknowledged", 188))
    ring(platform, "c", "c-c", 100, ("returned unacknowledged", 90))
    ring(platform, "old", "c-old", 35 * 24 * 60, ("acknowledged", 34 * 24 * 60))
    found = load(platform)
    assert (found.raised, found.answered, found.unseen, found.minutes) == (3, 2, 1, 11.0)
    assert found.load.raises == 3
    assert found.load.per_hour == pytest.approx(3 / (30 * 24))


def test_alarms_of_organisations_that_are_not_seen_are_not_counted(platform: Platform) -> None:
    ring(platform, "a", "change", 5)
    found = platform.read(
        frozenset({"other"}), lambda work: (alarm_lines(work, 0, AT_US), bearable(work, AT_US).raised)
    )
    assert found == ([], 0)
