"""What was said against what was found: missed and false ones stand beside the right ones."""

from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="accounts need the extra platform")

from loadzone.flows import people
from loadzone.flows.accounts import Accounts, Span, accounts
from loadzone.flows.audit import Act
from loadzone.flows.platform import Platform, open_platform
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.units import Mounting, Unit, mountings, units
from loadzone.store.catalog.work import EVERYONE, Work

DAY_US = 86_400_000_000
NOW_US = 20_000 * DAY_US
SPAN = Span(NOW_US - 30 * DAY_US, NOW_US)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    opened = open_platform(tmp_path)

    def furnish(work: Work) -> None:
        act = Act("test", NOW_US - 200 * DAY_US)
        people.add_organisation(work, act, people.Organisation("mill", "Mill", act.at_us), login="admin@mill")
        sites.add(work, Site("mill", "north", "North"))
        machines.add(work, *(Machine("mill", each, "north", each, "fan", created_us=1) for each in ("fan", "pump")))
        for name, machine in (("a", "fan"), ("b", "fan"), ("c", "pump"), ("d", "pump")):
            positions.add(work, Position("mill", name, name, NOW_US - 100 * DAY_US, machine))

    opened.catalog.write(EVERYONE, furnish)
    return opened


def told(platform: Platform, **more: object) -> Accounts:
    return accounts(platform, ["mill"], SPAN, NOW_US, **more)  # type: ignore[arg-type]


def exchange(work: Work, place: str, days_ago: int, reason: str = "damage") -> None:
    units.add(work, Unit("mill", f"unit {place}", "6226"))
    mounted, removed = NOW_US - 90 * DAY_US, NOW_US - days_ago * DAY_US
    mountings.add(work, Mounting("mill", place, mounted, f"unit {place}", "x", removed, "x", reason))


def advise(work: Work, place: str, days_ago: int, *, outcome: str | None = None, closed: int | None = None) -> None:
    closed_us = None if closed is None else NOW_US - closed * DAY_US
    found = {"right": "surface initiated fatigue", "wrong": "none"}.get(outcome or "")
    issued_us, due_us = NOW_US - days_ago * DAY_US, NOW_US - (days_ago - 20) * DAY_US
    given = Advice("mill", f"advice {place}", place, "plan", "medium", issued_us, due_us=due_us)
    kept = {"outcome": outcome, "found": found, "closed_us": closed_us, "closed_by": "x"}
    advice.add(work, Advice(**{**vars(given), **kept}))


def test_right_missed_and_false_ones_stand_in_one_list_with_their_notice(platform: Platform) -> None:
    def happen(work: Work) -> None:
        advise(work, "a", 25, outcome="right", closed=2)
        exchange(work, "a", 5)
        advise(work, "b", 20, outcome="wrong", closed=3)
        exchange(work, "c", 4, "cage broken")

    platform.catalog.write("mill", happen)
    found = told(platform)
    assert [(each.judged, each.stand.position.id) for each in found.opened] == [
        ("right", "a"),
        ("missed", "c"),
        ("false", "b"),
    ]
    assert (found.exchanged, found.foreseen, found.missed, found.false) == (2, 1, 1, 1)
    assert found.notice_days == pytest.approx(20.0)
    assert found.opened[1].found == "cage broken"
    assert str(found.opened[2].found) == "found sound"


def test_a_confirmed_alarm_is_a_call_as_well_as_advice(platform: Platform) -> None:
    def happen(work: Work) -> None:
        exchange(work, "a", 4)
        at_us = NOW_US - 12 * DAY_US
        alarms.add(work, Alarm("mill", "x", "a", "bearing-outer", "medium", "normal", at_us, at_us, at_us + DAY_US))

    platform.catalog.write("mill", happen)
    assert told(platform).missed == 0


def test_a_call_that_was_for_the_bearing_before_does_not_count(platform: Platform) -> None:
    def happen(work: Work) -> None:
        exchange(work, "a", 4)
        advise(work, "a", 95)

    platform.catalog.write("mill", happen)
    assert told(platform).missed == 1


def test_false_calls_are_counted_a_position_and_month(platform: Platform) -> None:
    platform.catalog.write("mill", lambda work: advise(work, "b", 20, outcome="wrong", closed=3))
    assert told(platform).false_per_month == pytest.approx(1 / (4 * 30 / 30.4375))


def test_states_over_the_days_follow_what_was_open(platform: Platform) -> None:
    platform.catalog.write("mill", lambda work: advise(work, "b", 20, outcome="wrong", closed=10))
    states = told(platform).states
    assert sum(states["plan"]) == 10
    assert sum(states["act"]) == 0


def test_a_machine_has_accounts_of_its_own(platform: Platform) -> None:
    def happen(work: Work) -> None:
        exchange(work, "a", 4)
        exchange(work, "c", 4)

    platform.catalog.write("mill", happen)
    found = told(platform, machine=("mill", "pump"))
    assert [each.stand.position.id for each in found.opened] == ["c"]
    assert found.watched == 0.0


def test_where_nothing_happened_the_accounts_are_empty_and_hold(platform: Platform) -> None:
    found = told(platform)
    assert (found.exchanged, found.opened, found.notice_days) == (0, (), None)
    assert found.false_per_month == 0.0
