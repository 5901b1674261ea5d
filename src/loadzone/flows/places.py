"""How a machine and a site stand: their positions worst first, their neighbours by urgency, the speed of the train."""

from collections.abc import Sequence
from dataclasses import dataclass

from loadzone.flows.platform import Work
from loadzone.flows.standing import Fleet, Stand, fleet
from loadzone.store.catalog.latest import latest, latest_table
from loadzone.store.catalog.machines import Machine, Site, machines, machines_table, sites

SPEEDS = ("speed", "speed_rpm")
"""Quantities that tell a shaft's speed in r/min, the first one first."""


@dataclass(frozen=True, eq=False)
class MachineStand:
    """A machine with its positions; ``first_rpm``: speed of its first shaft now, by the position ``speed_from``."""

    machine: Machine
    site: Site | None
    stands: tuple[Stand, ...]
    previous: Machine | None
    following: Machine | None
    first_rpm: float | None = None
    speed_from: str = ""
    speed_us: int | None = None

    @property
    def heard_us(self) -> int | None:
        """When something came from it last."""
        return max((each.standing.heard_us for each in self.stands if each.standing.heard_us is not None), default=None)


@dataclass(frozen=True, eq=False)
class SiteStand:
    """A site with its machines, the one with the worst position first, and their positions."""

    site: Site
    fleet: Fleet
    machines: tuple[tuple[Machine, tuple[Stand, ...]], ...]


def machine_stand(work: Work, organisation: str, machine: str, at_us: int) -> MachineStand:
    """How a machine stands.

    Raises
    ------
    UnknownThing : no such machine
    """
    known = machines.get(work, organisation, machine)
    order = fleet(work, at_us).stands
    stands = tuple(each for each in order if each.machine and _key(each.machine) == (organisation, machine))
    there = list({_key(each.machine): each.machine for each in order if each.machine is not None}.values())
    at = next((number for number, each in enumerate(there) if _key(each) == (organisation, machine)), None)
    speed = _speed(work, organisation, stands)
    return MachineStand(
        known,
        sites.find(work, organisation, known.site),
        stands,
        there[at - 1] if at else None,
        there[at + 1] if at is not None and at + 1 < len(there) else None,
        *(speed or (None, "", None)),
    )


def site_stand(work: Work, organisation: str, site: str, at_us: int) -> SiteStand:
    """How a site stands.

    Raises
    ------
    UnknownThing : no such site
    """
    known = sites.get(work, organisation, site)
    order = fleet(work, at_us, organisation=organisation).stands
    stands = tuple(each for each in order if each.site is not None and each.site.id == site)
    c = machines_table.c
    there = machines.all(work, c.organisation == organisation, c.site == site, c.retired_us.is_(None))
    by_machine = {each.id: tuple(s for s in stands if s.position.machine == each.id) for each in there}
    ranks = {each.position.machine: number for number, each in reversed(list(enumerate(stands)))}
    ordered = sorted(there, key=lambda each: (ranks.get(each.id, len(stands)), each.id))
    return SiteStand(known, Fleet(stands, at_us), tuple((each, by_machine[each.id]) for each in ordered))


def _key(machine: Machine) -> tuple[str, str]:
    return machine.organisation, machine.id


def _speed(work: Work, organisation: str, stands: Sequence[Stand]) -> tuple[float, str, int] | None:
    """Of the first shaft: the newest speed that a position tells, over the ratio of its shaft."""
    c = latest_table.c
    ids = sorted({each.position.id for each in stands})
    rows = latest.all(work, c.organisation == organisation, c.position.in_(ids), c.quantity.in_(SPEEDS))
    by_id = {each.position.id: each.position for each in stands}
    told = []
    for row in rows:
        ratio = by_id[row.position].facts.get("speed_ratio", 1.0)
        if row.value is not None and isinstance(ratio, int | float) and ratio > 0.0:
            told.append((row.at_us, row.value / ratio, by_id[row.position].name))
    if not told:
        return None
    at_us, rpm, name = max(told)
    return rpm, name, at_us
