"""Who was made from whom: a closure table, so that both directions of any depth are one look.

For each pair and each number of steps the table counts the ways between them. A new tie adds to the count of every
pair around it the product of the ways above and below, and taking it back subtracts the same: things may be
made from many (a heat that reaches a bearing through both rings), and a wrong tie can be undone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, select

from loadzone.store.catalog.work import Work
from loadzone.store.ledger.event import Event
from loadzone.store.ledger.tables import closure_table
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Ways = Counter[tuple[str, int]]
"""Number of ways to a thing, by thing and steps."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Kin:
    """A relative of a thing, the fewest steps away from it."""

    thing: str
    depth: int


def ancestors(work: Work, organisation: str, thing: str) -> tuple[Kin, ...]:
    """What the thing was made from, the nearest first."""
    return _kin(work, organisation, closure_table.c.ancestor, closure_table.c.descendant == thing)


def descendants(work: Work, organisation: str, thing: str) -> tuple[Kin, ...]:
    """What was made from the thing, the nearest first."""
    return _kin(work, organisation, closure_table.c.descendant, closure_table.c.ancestor == thing)


def tie(work: Work, organisation: str, event: Event) -> None:
    """Enter (or, for «delete», take back) that the event's children were made from its parents.

    Runs under the lock of the organisation's chain.

    Raises
    ------
    BadInput : a thing would descend from itself, or a tie is taken back that was never made
    """
    c = closure_table.c
    above = _ways(work, organisation, event.parents, c.descendant, c.ancestor)
    below = _ways(work, organisation, event.children, c.ancestor, c.descendant)
    circle = {thing for thing, _ in above} & {thing for thing, _ in below}
    if circle and event.action != "delete":
        raise BadInput(text("{thing} would descend from itself: check parents and children", thing=min(circle)))
    sign = -1 if event.action == "delete" else 1
    delta: Counter[tuple[str, str, int]] = Counter()
    for (ancestor, up), n in above.items():
        for (descendant, down), m in below.items():
            delta[ancestor, descendant, up + 1 + down] += sign * n * m
    _count(work, organisation, delta)


def rebuilt(events: Iterable[Event]) -> Counter[tuple[str, str, int]]:
    """The closure that the events mean, from the ties alone: what the table must hold."""
    ties: Counter[tuple[str, str]] = Counter()
    for event in events:
        for parent in set(event.parents):
            for child in set(event.children):
                ties[parent, child] += -1 if event.action == "delete" else 1
    below: dict[str, list[tuple[str, int]]] = {}
    for (parent, child), n in ties.items():
        below.setdefault(parent, []).append((child, n))
    closure: Counter[tuple[str, str, int]] = Counter()
    for ancestor in below:
        level: Counter[str] = Counter({ancestor: 1})
        depth = 0
        while level and depth <= len(ties):
            depth += 1
            further: Counter[str] = Counter()
            for thing, ways in level.items():
                for child, n in below.get(thing, ()):
                    further[child] += ways * n
            level = Counter({thing: ways for thing, ways in further.items() if ways})
            closure.update({(ancestor, thing, depth): ways for thing, ways in level.items()})
    return closure


def kept(work: Work, organisation: str) -> Counter[tuple[str, str, int]]:
    """The closure as the table holds it."""
    c = closure_table.c
    rows = work.rows(select(closure_table).where(c.organisation == organisation, c.paths != 0))
    return Counter({(row.ancestor, row.descendant, row.depth): row.paths for row in rows})


def _kin(work: Work, organisation: str, wanted: Column[Any], given: Any) -> tuple[Kin, ...]:  # noqa: ANN401  an SQL expression
    c = closure_table.c
    statement = select(wanted, c.depth).where(c.organisation == organisation, given, c.paths > 0)
    nearest: dict[str, int] = {}
    for row in work.rows(statement.order_by(c.depth, wanted)):
        nearest.setdefault(row[0], row.depth)
    return tuple(Kin(thing, depth) for thing, depth in nearest.items())


def _ways(work: Work, organisation: str, things: Sequence[str], given: Column[Any], wanted: Column[Any]) -> Ways:
    """Ways from any of the things upwards (or downwards), themselves included."""
    found: Ways = Counter({(thing, 0): 1 for thing in things})
    c = closure_table.c
    for some in _parts(sorted(set(things))):
        statement = select(wanted, c.depth, c.paths).where(c.organisation == organisation, given.in_(some), c.paths > 0)
        for row in work.rows(statement):
            found[row[0], row.depth] += row.paths
    return found


def _count(work: Work, organisation: str, delta: Counter[tuple[str, str, int]]) -> None:
    c = closure_table.c
    there: dict[tuple[str, str, int], int] = {}
    for some in _parts(sorted({descendant for _, descendant, _ in delta})):
        for row in work.rows(select(closure_table).where(c.organisation == organisation, c.descendant.in_(some))):
            there[row.ancestor, row.descendant, row.depth] = row.paths
    rows = []
    for (ancestor, descendant, depth), change in delta.items():
        paths = there.get((ancestor, descendant, depth), 0) + change
        if paths < 0:
            raise BadInput(
                text("{child} was not made from {parent}: nothing to take back", child=descendant, parent=ancestor)
            )
        pair = {"organisation": organisation, "ancestor": ancestor, "descendant": descendant}
        rows.append({**pair, "depth": depth, "paths": paths})
    work.put(closure_table, rows)


def _parts(things: Sequence[str]) -> Iterator[Sequence[str]]:
    """A database takes only so many values in one statement."""
    for start in range(0, len(things), _AT_ONCE):
        yield things[start : start + _AT_ONCE]
