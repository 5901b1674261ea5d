"""Alarms as people should see them: by machine, and one line for what several channels say of one cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loadzone.monitor.watch.alarms import STATES, Alarm, Priority

_WEIGHT: dict[Priority, int] = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True)
class Place:
    """Machine of a position, and the bearing (serial number or designation with place) that it listens to."""

    machine: str
    bearing: str = ""


@dataclass(frozen=True)
class AlarmGroup:
    """One cause on one machine: its leading alarm, and the others that say the same."""

    machine: str
    cause: str
    leader: Alarm
    others: tuple[Alarm, ...] = ()

    @property
    def size(self) -> int:
        """Alarms in it."""
        return 1 + len(self.others)


def grouped(alarms: Iterable[Alarm], places: Mapping[str, Place]) -> dict[str, tuple[AlarmGroup, ...]]:
    """Open alarms by machine, equal causes together, the most urgent first.

    Channels of one bearing that name the same cause are one group; of positions with no bearing told, those of the
    machine. A position that has no place is a machine of its own. The leader is the alarm of the highest priority that
    asks for a person, then the oldest.
    """
    by_key: dict[tuple[str, str, str], list[Alarm]] = {}
    for alarm in alarms:
        if alarm.is_open:
            place = places.get(alarm.position, Place(alarm.position))
            by_key.setdefault((place.machine, place.bearing, alarm.cause), []).append(alarm)
    by_machine: dict[str, list[AlarmGroup]] = {}
    for (machine, _, cause), members in by_key.items():
        leader, *others = sorted(members, key=_urgency)
        by_machine.setdefault(machine, []).append(AlarmGroup(machine, cause, leader, tuple(others)))
    machines = {
        machine: tuple(sorted(groups, key=lambda group: _urgency(group.leader)))
        for machine, groups in by_machine.items()
    }
    return dict(sorted(machines.items(), key=lambda item: (_urgency(item[1][0].leader), item[0])))


def _urgency(alarm: Alarm) -> tuple[int, bool, int, int, str, str]:
    asks = not alarm.is_annunciated
    order = STATES.index(alarm.state)
    return _WEIGHT[alarm.priority], asks, alarm.raised_us or 0, order, alarm.position, alarm.cause
