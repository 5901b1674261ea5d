"""Alarms over time: a line a cause with what happened to it, what waits for a hand, whether it is bearable."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import or_

from loadzone.monitor.watch.alarm_load import ACCEPTABLE_PER_HOUR, AlarmLoad, alarm_load
from loadzone.monitor.watch.alarms import CHATTER_RAISES, CHATTER_US, AlarmEvent
from loadzone.monitor.watch.alarms import Alarm as LivingAlarm
from loadzone.monitor.watch.reading import DAY_US
from loadzone.monitor.watch.standing import HEALTHS, Health, state_of_alarm
from loadzone.store.catalog import Work
from loadzone.store.catalog.alarms import Alarm, AlarmState, Move, alarms, alarms_table, moves, moves_table
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions

__all__ = [
    "ACCEPTABLE_PER_HOUR",
    "HIDDEN",
    "UNSEEN",
    "WAITING",
    "AlarmLine",
    "Bearable",
    "Stretch",
    "alarm_lines",
    "bearable",
]

Key = tuple[str, str]
WAITING: tuple[AlarmState, ...] = ("unacknowledged",)
"""An alarm in these states asks for a person, and its cause is there."""
UNSEEN: tuple[AlarmState, ...] = ("returned unacknowledged", "latched unacknowledged")
"""The cause has gone and nobody answered."""
HIDDEN: tuple[AlarmState, ...] = ("shelved", "suppressed by design", "out of service")
BEARABLE_DAYS = 30
MOST_ALARMS = 2000


@dataclass(frozen=True)
class Stretch:
    """A state of an alarm from a time until a time; that of one on a shelf reaches to the end of the shelf."""

    state: AlarmState
    start_us: int
    end_us: int


@dataclass(frozen=True, eq=False)
class AlarmLine:
    """All alarms of one cause at one position in a span, the last one last, in their place.

    ``moves`` are of the last alarm. ``state`` is that of the last alarm, «normal» where it has ended; ``health`` what
    it means for the position (of one that has ended: what it meant); ``raises``: how often within the last day.
    """

    position: Position
    machine: Machine | None
    site: Site | None
    alarms: tuple[Alarm, ...]
    moves: tuple[Move, ...]
    stretches: tuple[Stretch, ...]
    health: Health
    raises: int
    is_chattering: bool

    @property
    def alarm(self) -> Alarm:
        """The last one."""
        return self.alarms[-1]

    @property
    def key(self) -> str:
        """Organisation and identifier of the last one, as an address writes them."""
        return f"{self.alarm.organisation}:{self.alarm.id}"

    @property
    def state(self) -> AlarmState:
        """Of the last one."""
        return self.alarm.state

    @property
    def acknowledged(self) -> Move | None:
        """The move by which somebody answered last."""
        return next((each for each in reversed(self.moves) if each.after.endswith(" acknowledged") or
                     each.after == "acknowledged"), None)  # fmt: skip


@dataclass(frozen=True)
class Bearable:
    """How much people were asked to bear over some days; ``minutes`` is the median from raised to answered.

    ``raised`` alarms began in the span, ``answered`` of them were answered while their cause was there, ``unseen``
    went before anybody answered.
    """

    days: int
    load: AlarmLoad
    raised: int
    answered: int
    unseen: int
    minutes: float | None


def alarm_lines(work: Work, start_us: int, at_us: int) -> list[AlarmLine]:
    """Every alarm that is open, and every one that was within the span: those that wait first, by machine.

    Parameters
    ----------
    start_us, at_us : the span; the end is the present
    """
    c = alarms_table.c
    found = alarms.all(
        work, or_(c.ended_us.is_(None), c.ended_us >= start_us), c.raised_us <= at_us, order=[c.raised_us]
    )[-MOST_ALARMS:]
    made = _moves_of(work, found)
    grouped: dict[tuple[str, str, str], list[Alarm]] = defaultdict(list)
    for each in found:
        grouped[each.organisation, each.position, each.cause].append(each)
    places = {(each.organisation, each.id): each for each in positions.all(work)}
    by_machine = {(each.organisation, each.id): each for each in machines.all(work)}
    by_site = {(each.organisation, each.id): each for each in sites.all(work)}
    lines = []
    for (organisation, position, _), those in grouped.items():
        place = places[organisation, position]
        machine = by_machine.get((organisation, place.machine or ""))
        site = by_site.get((organisation, machine.site)) if machine else None
        lines.append(_line((place, machine, site), those, made, start_us, at_us))
    return _by_machine(lines)


def bearable(work: Work, at_us: int, days: int = BEARABLE_DAYS) -> Bearable:
    """The load of alarms over the last days."""
    start_us = at_us - days * DAY_US
    c = alarms_table.c
    found = alarms.all(work, or_(c.ended_us.is_(None), c.ended_us >= start_us), c.raised_us <= at_us)
    made = _moves_of(work, found)
    events = [event for each in found for event in _events(each, made.get((each.organisation, each.id), ()))]
    load = alarm_load(events, [_living(each) for each in found], start_us, at_us)
    recent = [each for each in found if each.raised_us >= start_us]
    waits, unseen = [], 0
    for each in recent:
        steps = made.get((each.organisation, each.id), ())
        first = next((step for step in steps if step.before == "unacknowledged"), None)
        if first is not None and first.after == "acknowledged":
            waits.append((first.at_us - each.raised_us) / 60e6)
        unseen += any(step.after in UNSEEN for step in steps)
    return Bearable(days, load, len(recent), len(waits), unseen, median(waits) if waits else None)


def _line(
    place: tuple[Position, Machine | None, Site | None],
    those: Sequence[Alarm],
    made: Mapping[Key, Sequence[Move]],
    start_us: int,
    at_us: int,
) -> AlarmLine:
    stretches: list[Stretch] = []
    raises: list[int] = []
    for each in those:
        steps = made.get((each.organisation, each.id), ())
        stretches += _stretches(each, steps, at_us)
        raises += [event.at_us for event in _events(each, steps) if event.after == "unacknowledged"]
    lately = sum(each > at_us - CHATTER_US for each in raises)
    last = those[-1]
    shown: AlarmState = "acknowledged" if last.state in HIDDEN or last.state == "normal" else last.state
    meant = (state_of_alarm(last.cause, each, last.priority) for each in (shown, "acknowledged"))
    health: Health = next((each for each in meant if each is not None), "watch")
    return AlarmLine(
        *place,
        alarms=tuple(those),
        moves=tuple(made.get((last.organisation, last.id), ())),
        stretches=tuple(each for each in stretches if each.end_us > start_us),
        health=health,
        raises=lately,
        is_chattering=lately >= CHATTER_RAISES,
    )


def _stretches(alarm: Alarm, steps: Sequence[Move], at_us: int) -> Iterator[Stretch]:
    """The states that an alarm was in, one behind the other."""
    state, since_us = (steps[0].before if steps else alarm.state), alarm.raised_us
    for step in steps:
        if step.at_us > since_us:
            yield Stretch(state, since_us, step.at_us)
        state, since_us = step.after, step.at_us
    if state != "normal":
        yield Stretch(state, since_us, max(at_us, alarm.shelved_until_us or at_us))


def _events(alarm: Alarm, steps: Sequence[Move]) -> Iterator[AlarmEvent]:
    """The moves as the room monitor knows them, with the raise that made the alarm."""
    began: AlarmState = steps[0].before if steps else alarm.state
    yield AlarmEvent(alarm.position, alarm.cause, 0, "normal", began, alarm.raised_us, "evidence")
    for step in steps:
        yield AlarmEvent(
            alarm.position, alarm.cause, step.number, step.before, step.after, step.at_us, step.by, step.reason
        )


def _living(alarm: Alarm) -> LivingAlarm:
    """An alarm as the room monitor counts it; its cause is there unless its state says that it has gone."""
    is_gone = alarm.state == "normal" or alarm.state.startswith(("returned", "latched"))
    priority = next((each for each in ("medium", "high") if each == alarm.priority), "low")
    return LivingAlarm(
        alarm.position,
        alarm.cause,
        priority=priority,  # type: ignore[arg-type]  # one of three words
        state=alarm.state,
        is_active=not is_gone,
        raised_us=alarm.raised_us,
    )


def _moves_of(work: Work, found: Sequence[Alarm]) -> Mapping[Key, list[Move]]:
    if not found:
        return {}
    c = moves_table.c
    since_us = min(each.raised_us for each in found)
    wanted = {(each.organisation, each.id) for each in found}
    made: dict[Key, list[Move]] = defaultdict(list)
    for each in moves.all(work, c.at_us >= since_us, order=[c.organisation, c.alarm, c.number]):
        if (each.organisation, each.alarm) in wanted:
            made[each.organisation, each.alarm].append(each)
    return made


def _by_machine(lines: Sequence[AlarmLine]) -> list[AlarmLine]:
    """Machines by their most urgent alarm, within a machine the most urgent first."""
    order = {id(each): (_rank(each), -each.alarm.raised_us, each.alarm.id) for each in lines}
    best: dict[tuple[str, str], tuple[int, int, str]] = {}
    for each in lines:
        key = _group(each)
        best[key] = min(best.get(key, order[id(each)]), order[id(each)])
    return sorted(lines, key=lambda each: (best[_group(each)], _group(each), order[id(each)]))


def _rank(line: AlarmLine) -> int:
    """What waits for a hand first, then what went by unseen, then what is answered, hidden, over."""
    if line.state in WAITING:
        group = 0
    elif line.state in UNSEEN:
        group = 1
    else:
        group = 4 if line.state == "normal" else 3 if line.state in HIDDEN else 2
    return group * len(HEALTHS) + HEALTHS.index(line.health)


def _group(line: AlarmLine) -> tuple[str, str]:
    """The machine, or the position where it belongs to none."""
    return line.position.organisation, line.machine.id if line.machine else f"/{line.position.id}"
