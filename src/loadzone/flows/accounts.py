"""What was said against what was found: the accounts of a span of time, for a fleet or for one machine.

Missed and false ones stand in the same list as the right ones. Avoided cost is not counted: it cannot be measured here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeVar

import numpy as np
from sqlalchemy import or_

from loadzone.flows.platform import Platform
from loadzone.flows.standing import Health, Stand, outlines, stands
from loadzone.monitor.watch.limits import Target
from loadzone.monitor.watch.outcomes import MODE_WORDS
from loadzone.monitor.watch.reading import DAY_US, MONTH_DAYS
from loadzone.monitor.watch.standing import HEALTHS, state_of_alarm
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice, advice_table
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table
from loadzone.store.catalog.units import Mounting, mountings, mountings_table
from loadzone.words.texts import Text

Judged = Literal["right", "false", "missed"]
Key = tuple[str, str]
Row = TypeVar("Row", Advice, Alarm, Mounting)
CALLS: tuple[Health, ...] = ("act", "plan")
"""States that ask for the bearing to be opened or exchanged."""
WATCHED_BY = ("velocity", "velocity_rms_mms", "rms", "temperature", "speed_rpm")
"""Quantities whose values show that a position was watched."""
COUNTED: tuple[Health, ...] = ("act", "plan", "watch")


@dataclass(frozen=True)
class Span:
    """From ``start_us`` up to and without ``end_us``."""

    start_us: int
    end_us: int

    def holds(self, at_us: int | None) -> bool:
        """Whether that time lies within it."""
        return at_us is not None and self.start_us <= at_us < self.end_us


@dataclass(frozen=True, eq=False)
class Opened:
    """One bearing that was opened or exchanged: what was said before, what was found, how long before it was said.

    ``called``: the advice or alarm; None where nothing called. ``found``: damage mode, or the reason of the removal.
    """

    stand: Stand
    at_us: int
    judged: Judged
    called: Advice | Alarm | None = None
    found: Text | str = ""
    note: str = ""
    notice_days: float | None = None


@dataclass(frozen=True, eq=False)
class Accounts:
    """The accounts of a span.

    ``exchanged``: bearings taken out, of which ``foreseen`` after a call; ``days_us`` (n,) with ``states`` of (n,)
    each: positions in a state at those times; ``watched``: share of days with values of each site's positions, None
    where none was to be watched; ``planned``: open advice by its date.
    """

    span: Span
    stands: tuple[Stand, ...]
    opened: tuple[Opened, ...]
    exchanged: int
    foreseen: int
    promised_per_month: float
    false_per_month: float | None
    notice_days: float | None
    notices: int
    due: int
    kept: int
    days_us: tuple[int, ...]
    states: Mapping[Health, Sequence[int]]
    watched: float | None
    watched_by_site: Sequence[tuple[str, float | None]]
    planned: tuple[tuple[Stand, Advice], ...]

    @property
    def missed(self) -> int:
        """Exchanged without a call."""
        return self.exchanged - self.foreseen

    @property
    def false(self) -> int:
        """Calls that proved wrong on the bearing."""
        return sum(each.judged == "false" for each in self.opened)


@dataclass(frozen=True, eq=False)
class _Records:
    """What the catalog holds of the positions in question."""

    stands: Mapping[Key, Stand]
    advice: Sequence[Advice]
    alarms: Sequence[Alarm]
    removed: Sequence[Mounting]


def accounts(
    platform: Platform,
    organisations: Collection[str],
    span: Span,
    at_us: int,
    *,
    machine: Key | None = None,
) -> Accounts:
    """The accounts of a span, up to now where it has not ended.

    Parameters
    ----------
    organisations : that are seen
    machine : organisation and identifier; None: the fleet
    """
    ended = Span(span.start_us, max(span.start_us + 1, min(span.end_us, at_us)))
    records = platform.read(organisations, lambda work: _records(work, ended, at_us, machine))
    opened = _opened(records, ended)
    shares = _watched(platform, list(records.stands.values()), ended)
    months = sum(
        max(0, ended.end_us - max(ended.start_us, each.position.created_us)) for each in records.stands.values()
    )
    months_watched = months / (MONTH_DAYS * DAY_US)
    due = [each for each in records.advice if ended.holds(each.due_us)]
    notices = [each.notice_days for each in opened if each.judged == "right" and each.notice_days is not None]
    days_us = tuple(range(ended.start_us, ended.end_us, DAY_US))
    return Accounts(
        span=ended,
        stands=tuple(sorted(records.stands.values(), key=lambda each: HEALTHS.index(each.state))),
        opened=tuple(opened),
        exchanged=len(records.removed),
        foreseen=sum(1 for each in records.removed if _call_before(records, each) is not None),
        promised_per_month=Target().per_month,
        false_per_month=sum(each.judged == "false" for each in opened) / months_watched if months_watched else None,
        notice_days=median(notices) if notices else None,
        notices=len(notices),
        due=len(due),
        kept=sum(1 for each in due if each.closed_us is not None and each.closed_us <= (each.due_us or 0)),
        days_us=days_us,
        states=_over_days(records, days_us),
        watched=_mean(shares.values()),
        watched_by_site=_by_site(records, shares),
        planned=_planned(records, at_us),
    )


def _records(work: Work, span: Span, at_us: int, machine: Key | None) -> _Records:
    found = {
        (each.position.organisation, each.position.id): each
        for each in stands(work, at_us, organisation=machine[0] if machine else None)
        if machine is None or (each.machine is not None and each.machine.id == machine[1])
    }
    a, c, m = advice_table.c, alarms_table.c, mountings_table.c

    removed = _of(found, mountings.all(work, m.removed_us >= span.start_us, m.removed_us < span.end_us))
    since_us = min((each.mounted_us for each in removed), default=span.start_us)
    still = min(since_us, span.start_us)
    return _Records(
        found,
        _of(found, advice.all(work, a.issued_us < span.end_us, or_(a.closed_us.is_(None), a.closed_us >= still))),
        _of(found, alarms.all(work, c.raised_us < span.end_us, or_(c.ended_us.is_(None), c.ended_us >= still))),
        removed,
    )


def _of(places: Mapping[Key, Stand], rows: Iterable[Row]) -> list[Row]:
    return [each for each in rows if (each.organisation, each.position) in places]


def _opened(records: _Records, span: Span) -> list[Opened]:
    """The right ones and the false ones by their outcome, the missed ones by the exchange that nothing called for."""
    rows = []
    for each in records.advice:
        if not span.holds(each.closed_us) or each.outcome not in {"right", "wrong"}:
            continue
        stand = records.stands[each.organisation, each.position]
        taken = next((out for out in records.removed if _call_before(records, out) is each), None)
        seen_us = (taken.removed_us if taken else None) or each.closed_us or 0
        days = (seen_us - each.issued_us) / DAY_US if each.outcome == "right" else None
        found = MODE_WORDS.get(each.found or "", each.found or "")  # type: ignore[call-overload]  # a word of a person
        rows.append(
            Opened(stand, seen_us, "right" if days is not None else "false", each, found, each.note or "", days)
        )
    for out in records.removed:
        if _call_before(records, out) is None:
            stand = records.stands[out.organisation, out.position]
            rows.append(Opened(stand, out.removed_us or 0, "missed", None, out.reason or ""))
    order: tuple[Judged, ...] = ("right", "missed", "false")
    return sorted(rows, key=lambda row: (order.index(row.judged), -(row.notice_days or 0.0), row.at_us))


def _call_before(records: _Records, out: Mounting) -> Advice | Alarm | None:
    """What called for the exchange while that unit was there: advice first, the earliest first."""
    end_us = out.removed_us or 0

    def is_of(each: Advice | Alarm, since_us: int) -> bool:
        same = (each.organisation, each.position) == (out.organisation, out.position)
        return same and out.mounted_us <= since_us < end_us

    advised = [each for each in records.advice if each.action in CALLS and is_of(each, each.issued_us)]
    advised = [each for each in advised if each.outcome != "wrong"]
    if advised:
        return min(advised, key=lambda each: each.issued_us)
    alarmed = [each for each in records.alarms if _state(each) in CALLS and is_of(each, each.raised_us)]
    return min(alarmed, key=lambda each: each.raised_us, default=None)


def _state(alarm: Alarm) -> Health | None:
    """What an alarm said while its cause was there."""
    return state_of_alarm(alarm.cause, "unacknowledged", alarm.priority)


def _over_days(records: _Records, days_us: Sequence[int]) -> Mapping[Health, Sequence[int]]:
    """Positions whose worst open alarm or advice was of that state at each of those times."""
    days = np.asarray(days_us, dtype=np.int64)
    worst: dict[Key, np.ndarray] = {}
    spoken: list[tuple[Key, Health | None, int, int | None]] = [
        *(((a.organisation, a.position), _state(a), a.raised_us, a.ended_us) for a in records.alarms),
        *(((a.organisation, a.position), _action(a), a.issued_us, a.closed_us) for a in records.advice),
    ]
    for key, state, since_us, until_us in spoken:
        if state not in COUNTED:
            continue
        line = worst.setdefault(key, np.full(len(days), len(HEALTHS)))
        is_open = (days >= since_us) & (days < (until_us if until_us is not None else np.iinfo(np.int64).max))
        line[is_open] = np.minimum(line[is_open], HEALTHS.index(state))
    lines = np.array(list(worst.values())) if worst else np.zeros((0, len(days)))
    return {state: (lines == HEALTHS.index(state)).sum(axis=0).tolist() for state in COUNTED}


def _action(given: Advice) -> Health:
    return next((state for state in HEALTHS if state == given.action), "watch")


def _watched(platform: Platform, places: Sequence[Stand], span: Span) -> Mapping[Key, float]:
    """Share of the days with values of each position, of those since it was entered."""
    keys = [(each.position.organisation, each.position.id) for each in places]
    count = max(1, -(-(span.end_us - span.start_us) // DAY_US))
    end_us = span.start_us + count * DAY_US
    lines = outlines(platform, keys, WATCHED_BY, start_us=span.start_us, end_us=end_us, count=count)
    found = {}
    for key, each in zip(keys, places, strict=True):
        since = max(0, (each.position.created_us - span.start_us) // DAY_US)
        if since < count:
            line = lines.get(key)
            found[key] = min(1.0, (0 if line is None else len(line.starts_us)) / (count - since))
    return found


def _by_site(records: _Records, shares: Mapping[Key, float]) -> list[tuple[str, float | None]]:
    groups: dict[str, list[float]] = {}
    for key, each in records.stands.items():
        if each.site is not None and key in shares:
            groups.setdefault(each.site.name, []).append(shares[key])
    return [(name, _mean(found)) for name, found in groups.items()]


def _mean(shares: Iterable[float]) -> float | None:
    listed = list(shares)
    return sum(listed) / len(listed) if listed else None


def _planned(records: _Records, at_us: int) -> tuple[tuple[Stand, Advice], ...]:
    waiting = [each for each in records.advice if each.closed_us is None and (each.due_us or 0) >= at_us]
    waiting.sort(key=lambda each: each.due_us or 0)
    return tuple((records.stands[each.organisation, each.position], each) for each in waiting)
