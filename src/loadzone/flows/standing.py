"""How the fleet stands: every position with its machine, its site, its state and what decides it, worst first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from loadzone.flows.alarms_desk import sharpened_us
from loadzone.flows.platform import Platform
from loadzone.flows.watch.judge import VERDICT
from loadzone.flows.watch.silence import stated_interval_s
from loadzone.monitor.watch.limits import Target
from loadzone.monitor.watch.reading import DAY_US, MONTH_DAYS
from loadzone.monitor.watch.silence import SILENT_US, silence_us
from loadzone.monitor.watch.standing import (
    HEALTHS,
    HIDDEN,
    Health,
    Sign,
    Standing,
    standing,
    state_of_alarm,
    state_of_status,
    state_of_verdict,
)
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice, advice_table
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table
from loadzone.store.catalog.latest import latest_table
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.store.lake import Buckets, TableName

__all__ = [
    "HEALTHS",
    "Change",
    "Fleet",
    "Health",
    "Kept",
    "Stand",
    "changes",
    "fleet",
    "kept",
    "open_advice",
    "outlines",
    "stands",
    "state_of",
]

STATUSES = ("sensor fault", "alert", "danger")
"""Of a newest value, those that say something about the position."""
Key = tuple[str, str]
"""Organisation and position."""
VALUES: tuple[TableName, ...] = ("points", "descriptors")
"""Tables of values over time: what arrived, and what was computed from recordings."""


@dataclass(frozen=True, eq=False)
class Stand:
    """A position in its place: its state, the alarms and the advice that are open, the alarm or advice that decides."""

    position: Position
    machine: Machine | None
    site: Site | None
    standing: Standing
    alarms: tuple[Alarm, ...] = ()
    advice: tuple[Advice, ...] = ()

    @property
    def state(self) -> Health:
        """Its health state."""
        return self.standing.state

    @property
    def hidden(self) -> int:
        """Open alarms that are hidden from people."""
        return sum(1 for each in self.alarms if each.state in HIDDEN)

    @property
    def deciding(self) -> Alarm | Advice | None:
        """What its state comes from, where that is an alarm or advice."""
        sign = self.standing.sign
        if sign is None:
            return None
        called: tuple[Alarm | Advice, ...] = (*self.advice, *self.alarms)
        return next((each for each in called if each.id == sign.source), None)


@dataclass(frozen=True, eq=False)
class Fleet:
    """All positions that are seen, worst first, and how many are in each state."""

    stands: tuple[Stand, ...]
    at_us: int

    @property
    def counts(self) -> Mapping[Health, int]:
        """Positions by state, every state named."""
        found = dict.fromkeys(HEALTHS, 0)
        for each in self.stands:
            found[each.state] += 1
        return found

    @property
    def heard(self) -> int:
        """Positions of which something came within the last day."""
        limit_us = self.at_us - SILENT_US
        return sum(1 for each in self.stands if (each.standing.heard_us or 0) > limit_us)

    @property
    def by_site(self) -> Sequence[tuple[Site | None, tuple[Stand, ...]]]:
        """Sites with their positions, the site with the worst one first; None: positions of no site."""
        found: dict[Key | None, list[Stand]] = defaultdict(list)
        for each in self.stands:
            found[(each.site.organisation, each.site.id) if each.site else None].append(each)
        return [(group[0].site, tuple(group)) for group in found.values()]


@dataclass(frozen=True)
class Change:
    """What changed at a position: an alarm raised or ended, or advice given; ``state`` is what it says now."""

    position: Position
    at_us: int
    state: Health
    kind: str
    alarm: Alarm | None = None
    advice: Advice | None = None


@dataclass(frozen=True)
class Kept:
    """What the watch promised and kept over a span: false alarms of a position and month, notice before an exchange.

    ``false_calls``: advice that proved wrong on the bearing; ``checked``: advice that was checked there;
    ``notice_days``: median from advice to the finding that proved it right, None where there is none yet.
    """

    promised_per_month: float
    false_calls: int
    checked: int
    right: int
    position_months: float
    notice_days: float | None

    @property
    def false_per_month(self) -> float | None:
        """False calls of a position and month; None where nothing was watched."""
        return self.false_calls / self.position_months if self.position_months > 0.0 else None


def fleet(work: Work, at_us: int, *, organisation: str | None = None) -> Fleet:
    """Every position that is seen and in use, worst first."""
    found = stands(work, at_us, organisation=organisation)
    return Fleet(tuple(sorted(found, key=_urgency)), at_us)


def stands(
    work: Work, at_us: int, *, organisation: str | None = None, only: Collection[str] | None = None
) -> list[Stand]:
    """Positions with their states, by identifier; of one organisation, or ``only`` some of its positions."""
    p = positions_table.c
    where: list[Any] = [p.retired_us.is_(None), *_within(p, organisation)]
    where += [] if only is None else [p.id.in_(sorted(only))]
    places = positions.all(work, *where)
    by_machine = {(each.organisation, each.id): each for each in machines.all(work)}
    by_site = {(each.organisation, each.id): each for each in sites.all(work)}
    alarmed = _grouped(alarms.all(work, alarms_table.c.ended_us.is_(None), *_within(alarms_table.c, organisation)))
    advised = _grouped(advice.all(work, advice_table.c.closed_us.is_(None), *_within(advice_table.c, organisation)))
    heard, statuses = _heard(work, organisation), _statuses(work, organisation)
    found = []
    for place in places:
        key = (place.organisation, place.id)
        machine = by_machine.get((place.organisation, place.machine or ""))
        site = by_site.get((place.organisation, machine.site)) if machine else None
        signs = [*_signs(alarmed.get(key, ()), advised.get(key, ())), *statuses.get(key, ())]
        facts = {**(machine.facts if machine else {}), **place.facts}
        now = standing(signs, heard.get(key), at_us, silence_us(stated_interval_s(facts)))
        found.append(Stand(place, machine, site, now, tuple(alarmed.get(key, ())), tuple(advised.get(key, ()))))
    return found


def changes(work: Work, since_us: int, at_us: int, *, organisation: str | None = None, limit: int = 50) -> list[Change]:
    """What changed since then, the newest first; an alarm that came and went is told once, as ended."""
    c, a = alarms_table.c, advice_table.c
    moved = alarms.all(
        work, or_(c.raised_us >= since_us, c.ended_us >= since_us), c.raised_us <= at_us, *_within(c, organisation)
    )
    is_recent = or_(a.issued_us >= since_us, a.closed_us.is_(None))  # open advice may have been sharpened lately
    given = advice.all(work, is_recent, a.issued_us <= at_us, *_within(a, organisation))
    named = {each.position for each in moved} | {each.position for each in given}
    places = {(each.organisation, each.id): each for each in positions.all(work, positions_table.c.id.in_(named))}
    found: list[Change] = []
    for alarm in moved:
        place = places.get((alarm.organisation, alarm.position))
        if place is None:
            continue
        if alarm.ended_us is not None and alarm.ended_us >= since_us:
            found.append(Change(place, alarm.ended_us, "good", "ended", alarm=alarm))
        elif alarm.raised_us >= since_us:
            state = state_of_alarm(alarm.cause, alarm.state, alarm.priority) or "watch"
            found.append(Change(place, alarm.raised_us, state, "raised", alarm=alarm))
    for each in given:
        place = places.get((each.organisation, each.position))
        told_us = sharpened_us(each) or each.issued_us
        if place is not None and since_us <= told_us <= at_us:
            found.append(Change(place, told_us, _state_of_advice(each), "advised", advice=each))
    return sorted(found, key=lambda change: (-change.at_us, HEALTHS.index(change.state)))[:limit]


def kept(work: Work, at_us: int, days: int = 90, *, organisation: str | None = None) -> Kept:
    """What was promised and what was kept over the last ``days``."""
    from statistics import median

    since_us = at_us - days * DAY_US
    a, p = advice_table.c, positions_table.c
    closed = advice.all(work, a.closed_us >= since_us, *_within(a, organisation))
    watched = work.rows(select(p.created_us).where(p.retired_us.is_(None), *_within(p, organisation)))
    months = sum(max(0, at_us - max(since_us, each.created_us)) for each in watched) / (MONTH_DAYS * DAY_US)
    right = [each for each in closed if each.outcome == "right" and each.closed_us is not None]
    wrong = sum(1 for each in closed if each.outcome == "wrong")
    notices = [((each.closed_us or 0) - each.issued_us) / DAY_US for each in right]
    return Kept(
        promised_per_month=Target().per_month,
        false_calls=wrong,
        checked=len(right) + wrong,
        right=len(right),
        position_months=months,
        notice_days=median(notices) if notices else None,
    )


def open_advice(work: Work) -> int:
    """How much advice waits for an outcome."""
    return int(
        work.rows(select(func.count()).select_from(advice_table).where(advice_table.c.closed_us.is_(None)))[0][0]
    )


def outlines(
    platform: Platform,
    keys: Sequence[Key],
    quantities: Sequence[str],
    *,
    start_us: int,
    end_us: int,
    count: int,
) -> Mapping[Key, Buckets]:
    """The course of each position in ``count`` parts of a span, for small pictures of many.

    Of ``quantities`` each position shows the first that it has, be it of one of several channels.
    """
    if not keys:
        return {}
    width_us = max(1, -(-(end_us - start_us) // count))
    names = _names_of(platform, keys, quantities)
    found: dict[Key, Buckets] = {}
    for table in VALUES:
        lines = platform.lake.outlines(
            table,
            {organisation for organisation, _ in keys},
            {position for _, position in keys},
            set(names.values()),
            start_us=start_us,
            end_us=end_us,
            width_us=width_us,
        )
        for key, name in names.items():
            line = lines.get((*key, name))
            if line is not None and (key not in found or len(line.starts_us) > len(found[key].starts_us)):
                found[key] = line
    return found


def _names_of(platform: Platform, keys: Sequence[Key], quantities: Sequence[str]) -> Mapping[Key, str]:
    """The first of the quantities that each position has."""
    c = latest_table.c
    statement = select(c.organisation, c.position, c.quantity).where(c.position.in_({position for _, position in keys}))
    there: dict[Key, set[str]] = defaultdict(set)
    with platform.catalog.read({organisation for organisation, _ in keys}) as work:
        for row in work.rows(statement):
            there[row.organisation, row.position].add(row.quantity)
    found = {}
    for key in keys:
        names = sorted(there.get(key, ()))
        named = (name for wanted in quantities for name in names if name.partition(":")[0] == wanted)
        if name := next(named, None):
            found[key] = name
    return found


def state_of(alarm: Alarm) -> Health:
    """What an alarm says, or said while it was open."""
    return state_of_alarm(alarm.cause, "acknowledged", alarm.priority) or "watch"


def _urgency(stand: Stand) -> tuple[int, float, int, str, str]:
    now = stand.standing
    return HEALTHS.index(now.state), -now.severity, now.since_us or 0, stand.position.organisation, stand.position.id


def _within(columns: Any, organisation: str | None) -> list[Any]:  # noqa: ANN401  columns of a table
    return [] if organisation is None else [columns.organisation == organisation]


def _grouped(rows: Iterable[Any]) -> Mapping[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.organisation, row.position].append(row)
    return found


def _signs(open_alarms: Iterable[Alarm], open_advice: Iterable[Advice]) -> Iterator[Sign]:
    for alarm in open_alarms:
        state = state_of_alarm(alarm.cause, alarm.state, alarm.priority)
        if state is not None:
            value, limit = _number(alarm.facts.get("value")), _number(alarm.facts.get("limit"))
            excess = abs(value / limit) if value is not None and limit else None
            p_value = _number(alarm.facts.get("p_value")) if alarm.cause.startswith("bearing-") else None
            yield Sign(state, alarm.raised_us, alarm.cause, alarm.id, excess, p_value)
    for each in open_advice:
        yield Sign(
            _state_of_advice(each), each.issued_us, each.action, each.id, p_value=_number(each.facts.get("p_value"))
        )


def _state_of_advice(given: Advice) -> Health:
    return next((state for state in HEALTHS if state == given.action), "watch")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _heard(work: Work, organisation: str | None) -> Mapping[Key, int]:
    c = latest_table.c
    statement = select(c.organisation, c.position, func.max(c.at_us).label("newest")).where(*_within(c, organisation))
    rows = work.rows(statement.group_by(c.organisation, c.position))
    return {(row.organisation, row.position): row.newest for row in rows}


def _statuses(work: Work, organisation: str | None) -> Mapping[Key, list[Sign]]:
    """Signs from the newest values: a sensor that fails, and the last verdict of each channel."""
    c = latest_table.c
    statement = select(c.organisation, c.position, c.quantity, c.status, c.at_us, c.value).where(
        or_(c.status.in_(STATUSES), c.quantity == VERDICT, c.quantity.like(f"{VERDICT}:%")),
        *_within(c, organisation),
    )
    found: dict[Key, list[Sign]] = defaultdict(list)
    for row in work.rows(statement):
        if row.quantity.partition(":")[0] != VERDICT:
            state, p_value = state_of_status(row.status), None
        else:
            state, p_value = state_of_verdict(row.status), row.value if row.status == "suspected" else None
        if state is not None:
            found[row.organisation, row.position].append(Sign(state, row.at_us, row.status, p_value=p_value))
    return found
