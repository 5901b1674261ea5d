"""Finding things by what people call them: positions, machines, sites, units by serial number, types of bearing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from loadzone.flows.standing import HEALTHS, Stand, stands
from loadzone.store.catalog import Work
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.store.catalog.units import mountings, mountings_table, units

Kind = Literal["position", "machine", "site", "unit", "bearing"]
MOST_EACH = 8
"""Hits of a kind that are shown."""
MOST_QUERY = 100
ALIKE = 0.55
"""Share of characters in common (2 M/T of Ratcliff and Obershelp) from which on a name sounds like another."""
MOST_ALIKE = 4
BY_IDENTIFIER = 4
"""Rank of what has some of the words in its identifier alone: it is shown where nothing has them in its names."""


@dataclass(frozen=True)
class Hit:
    """A thing that was found: where it stands, as names from the outermost, and how it or its worst position is.

    ``key`` is its identifier, serial number or designation; ``at`` the position where a unit is mounted.
    """

    kind: Kind
    organisation: str
    key: str
    name: str
    where: tuple[str, ...] = ()
    stand: Stand | None = None
    at: str | None = None
    count: int = 0


@dataclass(frozen=True)
class Found:
    """What a query finds, the best first in each kind, and how many things there are with those that are not shown.

    ``alike``: what sounds like it, where nothing is called so.
    """

    query: str
    count: int = 0
    hits: tuple[Hit, ...] = ()
    alike: tuple[Hit, ...] = ()

    def of(self, *kinds: Kind) -> tuple[Hit, ...]:
        """The hits of some kinds."""
        return tuple(each for each in self.hits if each.kind in kinds)


def search(work: Work, query: str, at_us: int) -> Found:
    """Find what has every word of the query in its name, in the names of what it stands in, or in its identifier.

    Letters are compared without their case. A thing whose own name begins with the query comes first.
    """
    asked = " ".join(query.casefold().split())[:MOST_QUERY]
    if not asked:
        return Found("")
    everything = [*_places(work), *_units(work), *_types(work)]
    ranked = [(rank, each) for each in everything if (rank := _rank(asked, each)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].name, pair[1].key))
    ranked = _worst_first(work, [pair for pair in ranked if pair[0] < BY_IDENTIFIER or ranked[0][0] == pair[0]], at_us)
    hits = _with_worst(work, list(_best(each for _, each in ranked)), at_us)
    alike: list[Hit] = []
    if not any(each.kind in {"position", "machine", "unit"} for each in hits):
        alike = _with_stands(work, _alike(asked, everything), at_us)
    return Found(query.strip()[:MOST_QUERY], len(ranked), tuple(hits), tuple(alike))


def _places(work: Work) -> Iterable[Hit]:
    by_site = {(each.organisation, each.id): each for each in sites.all(work)}
    by_machine = {(each.organisation, each.id): each for each in machines.all(work)}
    for site in by_site.values():
        yield Hit("site", site.organisation, site.id, site.name)
    for machine in by_machine.values():
        yield Hit("machine", machine.organisation, machine.id, machine.name, _within(None, machine, by_site))
    for place in positions.all(work, positions_table.c.retired_us.is_(None)):
        holder = by_machine.get((place.organisation, place.machine or ""))
        yield Hit("position", place.organisation, place.id, place.name, _within(place, holder, by_site))


def _within(place: Position | None, machine: Machine | None, by_site: dict[tuple[str, str], Site]) -> tuple[str, ...]:
    site = by_site.get((machine.organisation, machine.site)) if machine else None
    names = [site.name] if site else []
    return (*names, machine.name) if place is not None and machine is not None else tuple(names)


def _units(work: Work) -> Iterable[Hit]:
    mounted = {
        (each.organisation, each.serial): each.position
        for each in mountings.all(work, mountings_table.c.removed_us.is_(None))
    }
    for unit in units.all(work):
        at = mounted.get((unit.organisation, unit.serial))
        where = tuple(each for each in (unit.bearing, unit.maker) if each)
        yield Hit("unit", unit.organisation, unit.serial, unit.serial, where, at=at)


def _types(work: Work) -> Iterable[Hit]:
    """Types of bearing that belong to positions, each once."""
    counted = Counter(each.bearing for each in positions.all(work, positions_table.c.bearing.is_not(None)))
    for bearing, count in counted.items():
        yield Hit("bearing", "", str(bearing), str(bearing), count=count)


def _rank(asked: str, hit: Hit) -> int | None:
    """0: its name or identifier is the query, 1 begins with it, 2 holds it; 3: its names have the words, 4: with it."""
    name, key = hit.name.casefold(), hit.key.casefold()
    own = f"{name} {key}"
    if asked in {name, key}:
        return 0
    if name.startswith(asked) or key.startswith(asked):
        return 1
    if asked in own:
        return 2
    words = asked.split()
    names = f"{' '.join(hit.where)} {name}".casefold() if hit.kind != "unit" else name
    if all(word in names for word in words):
        return 3
    return 4 if all(word in f"{names} {key}" for word in words) else None


def _best(hits: Iterable[Hit]) -> Iterable[Hit]:
    counted: Counter[Kind] = Counter()
    for each in hits:
        counted[each.kind] += 1
        if counted[each.kind] <= MOST_EACH:
            yield each


def _alike(asked: str, hits: Iterable[Hit]) -> list[Hit]:
    """Positions and units whose name, or name with that of their machine, sounds like the query."""

    def likeness(hit: Hit) -> float:
        names = (hit.name, hit.key, " ".join((*hit.where[-1:], hit.name)))
        return max(SequenceMatcher(None, asked, each.casefold()).ratio() for each in names)

    scored = [(likeness(each), each) for each in hits if each.kind in {"position", "unit"}]
    near = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].key))
    return [each for _, each in near[:MOST_ALIKE]]


def _worst_first(work: Work, ranked: Sequence[tuple[int, Hit]], at_us: int) -> list[tuple[int, Hit]]:
    """Of positions that are found alike the one that needs somebody most comes first."""
    known = iter(_with_stands(work, [each for _, each in ranked], at_us))
    found = [(rank, next(known)) for rank, _ in ranked]
    return sorted(found, key=lambda pair: (pair[0], HEALTHS.index(pair[1].stand.state) if pair[1].stand else 0))


def _with_worst(work: Work, hits: Sequence[Hit], at_us: int) -> list[Hit]:
    """Machines with the stand of their worst position."""
    machines_found = {(each.organisation, each.key) for each in hits if each.kind == "machine"}
    if not machines_found:
        return list(hits)
    within = positions.all(work, positions_table.c.machine.in_(sorted({key for _, key in machines_found})))
    found: dict[tuple[str, str], Stand] = {}
    known = stands(work, at_us, only={place.id for place in within})
    for each in sorted(known, key=lambda stand: HEALTHS.index(stand.state)):
        if each.machine is not None:
            found.setdefault((each.machine.organisation, each.machine.id), each)
    return [
        replace(each, stand=found.get((each.organisation, each.key))) if each.kind == "machine" else each
        for each in hits
    ]


def _with_stands(work: Work, hits: Sequence[Hit], at_us: int) -> list[Hit]:
    wanted = {each.key for each in hits if each.kind == "position"}
    if not wanted:
        return list(hits)
    found = {(each.position.organisation, each.position.id): each for each in stands(work, at_us, only=wanted)}
    return [
        replace(each, stand=found.get((each.organisation, each.key))) if each.kind == "position" else each
        for each in hits
    ]
