"""The fleet as it stands: each position by its worst sign, what changed, what was promised and kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="the platform needs its extra")

from loadzone.flows.platform import Platform, open_platform
from loadzone.flows.standing import changes, fleet, kept, open_advice, outlines
from loadzone.monitor.watch.reading import DAY_US
from loadzone.store.catalog.advice import Advice, advice, close
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.latest import Latest, put_latest
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.work import EVERYONE, Work

NOW_US = 1_790_000_000_000_000
START_US = NOW_US - 60 * DAY_US


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = open_platform(tmp_path)
    opened.catalog.write(EVERYONE, _furnish)
    yield opened
    opened.close()


def _furnish(work: Work) -> None:
    for name in ("acme", "bolt"):
        organisations.add(work, Organisation(name, name, START_US))
        sites.add(work, Site(name, "mill", "Mill"))
        machines.add(work, Machine(name, "fan", "mill", "Fan", "fan", START_US))
        for place in ("a", "b", "c", "d", "e"):
            positions.add(work, Position(name, place, place.upper(), START_US, "fan"))
    heard = [Latest("acme", place, "velocity", NOW_US - 60, 1.0, "mms", "good") for place in "abc"]
    put_latest(
        work,
        [
            *heard,
            Latest("acme", "d", "velocity", NOW_US - 3 * DAY_US, 1.0, "mms", "good"),
            Latest("acme", "c", "verdict", NOW_US - 60, None, "", "undetermined"),
        ],
    )
    facts = {"quantity": "velocity", "value": 5.4, "limit": 4.5}
    alarms.add(
        work,
        Alarm("acme", "x1", "a", "zone-danger", "high", "unacknowledged", NOW_US - 5, NOW_US - 5, facts=facts),
        Alarm(
            "acme", "x2", "b", "zone-danger", "high", "shelved", NOW_US - DAY_US, NOW_US, shelved_until_us=NOW_US + 9
        ),
    )
    advice.add(work, Advice("acme", "y1", "b", "plan", "medium", NOW_US - 9 * DAY_US, due_us=NOW_US + DAY_US))


def test_each_position_stands_by_its_worst_sign_that_is_in_sight(platform: Platform) -> None:
    found = platform.read("acme", lambda work: fleet(work, NOW_US))
    assert [(each.position.id, each.state) for each in found.stands] == [
        ("a", "act"),
        ("b", "plan"),
        ("c", "cant"),
        ("d", "none"),
        ("e", "none"),
    ]
    worst = found.stands[0]
    assert worst.deciding is not None
    assert (worst.deciding.id, worst.machine and worst.machine.id, worst.site and worst.site.id) == (
        "x1",
        "fan",
        "mill",
    )
    assert found.stands[1].hidden == 1
    assert found.heard == 3
    assert sum(found.counts.values()) == 5


def test_who_sees_another_organisation_sees_its_positions_and_no_others(platform: Platform) -> None:
    found = platform.read("bolt", lambda work: fleet(work, NOW_US))
    assert {each.position.organisation for each in found.stands} == {"bolt"}
    assert found.counts["none"] == 5


def test_what_changed_is_told_once_the_newest_first(platform: Platform) -> None:
    found = platform.read("acme", lambda work: changes(work, NOW_US - DAY_US, NOW_US))
    assert [(each.position.id, each.kind, each.state) for each in found] == [
        ("a", "raised", "act"),
        ("b", "raised", "watch"),
    ]


def test_false_calls_are_counted_against_the_promise(platform: Platform) -> None:
    def job(work: Work) -> None:
        close(work, advice.get(work, "acme", "y1"), "wrong", at_us=NOW_US - DAY_US, by="acme/me")

    assert platform.read("acme", open_advice) == 1
    platform.catalog.write("acme", job)
    found = platform.read("acme", lambda work: kept(work, NOW_US))
    assert (found.false_calls, found.checked, found.notice_days) == (1, 1, None)
    assert found.position_months == pytest.approx(5 * 60 / 30.4, rel=0.01)
    assert found.false_per_month == pytest.approx(1 / found.position_months)


def test_outlines_show_the_first_quantity_that_a_position_has(platform: Platform) -> None:
    times = np.arange(10, dtype=np.int64) * DAY_US + START_US
    rows = {"organisation": ["acme"] * 10, "position": ["a"] * 10, "quantity": ["velocity"] * 10, "unit": ["mms"] * 10}
    platform.lake.append("points", {**rows, "time": times, "value": np.arange(10.0)}, source="s", sequences=1)
    keys = [("acme", "a"), ("acme", "e")]
    found = outlines(platform, keys, ("rms", "velocity"), start_us=START_US, end_us=NOW_US, count=60)
    assert list(found) == [("acme", "a")]
    assert found["acme", "a"].means.tolist() == list(range(10))
