"""All positions with how they stand, the worst first: what somebody looks at in the morning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loadzone.flows.platform import Platform
from loadzone.monitor.watch.standing import HIDDEN, STANDING_WORDS, STANDINGS, OpenAlarm, Standing, standing
from loadzone.store.catalog import Work
from loadzone.store.catalog.alarms import Alarm, open_alarms
from loadzone.store.catalog.latest import Latest, latest_of
from loadzone.store.catalog.machines import machines
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.store.catalog.work import EVERYONE, Visible

__all__ = ["EVERYONE", "STANDINGS", "STANDING_WORDS", "Standing", "StandingPosition", "standings"]


@dataclass(frozen=True)
class StandingPosition:
    """A position as it stands: open alarms in sight, those that are hidden, and when it was heard last."""

    position: Position
    state: Standing
    heard_us: int | None
    open_alarms: int
    hidden_alarms: int


def standings(platform: Platform, visible: Visible) -> list[StandingPosition]:
    """Every position of these organisations that is not retired, the worst first, then by name."""
    now_us = platform.clock()
    found = platform.read(visible, lambda work: _standings(work, now_us))
    return sorted(
        found,
        key=lambda each: (
            STANDINGS.index(each.state),
            -each.open_alarms,
            each.position.organisation,
            each.position.id,
        ),
    )


def _standings(work: Work, now_us: int) -> list[StandingPosition]:
    alarmed: dict[tuple[str, str], list[Alarm]] = {}
    for alarm in open_alarms(work):
        alarmed.setdefault((alarm.organisation, alarm.position), []).append(alarm)
    values: dict[tuple[str, str], list[Latest]] = {}
    for value in latest_of(work):
        values.setdefault((value.organisation, value.position), []).append(value)
    of_machines = {(each.organisation, each.id): each.facts for each in machines.all(work)}
    return [
        _standing(
            each,
            of_machines.get((each.organisation, each.machine or ""), {}),
            alarmed.get((each.organisation, each.id), []),
            values.get((each.organisation, each.id), []),
            now_us,
        )
        for each in positions.all(work, positions_table.c.retired_us.is_(None))
    ]


def _standing(
    position: Position, machine: Mapping[str, Any], alarms: list[Alarm], values: list[Latest], now_us: int
) -> StandingPosition:
    heard_us = max((each.at_us for each in values), default=None)
    stated = {**machine, **position.facts}.get("interval_s")
    state = standing(
        [OpenAlarm(each.cause, each.priority, each.state) for each in alarms],
        [each.status for each in values],
        heard_us=heard_us,
        now_us=now_us,
        interval_s=float(stated) if isinstance(stated, int | float) else None,
    )
    hidden = sum(each.state in HIDDEN for each in alarms)
    return StandingPosition(position, state, heard_us, len(alarms) - hidden, hidden)
