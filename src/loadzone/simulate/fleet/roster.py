"""Who owns which machines, how they are called, and what becomes of each bearing: the truth of the demonstration.

Names are invented. Customers that speak Chinese have Chinese names, the others English ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from loadzone.bearings.catalogue import find
from loadzone.bearings.geometry import Geometry, geometry_from_option
from loadzone.simulate.fleet.fates import Fate
from loadzone.simulate.fleet.trades import (
    ENGINE,
    METRO,
    SCANNER,
    SPINDLE,
    TUNNEL,
    VEHICLE,
    WIND,
    Language,
    Seat,
    Trade,
)

SEED = 20_261_124


@dataclass(frozen=True)
class FleetPosition:
    """A bearing's place: ``number`` counts all places of the fleet; ``has_speed``: its sensor knows speed and load."""

    number: int
    id: str
    name: str
    seat: Seat
    fate: Fate
    has_speed: bool = True

    @cached_property
    def geometry(self) -> Geometry:
        """What is simulated; the platform may know less."""
        told = self.seat.inside or self.seat.stand_in
        return geometry_from_option(told) if told else find(self.seat.bearing).geometry


@dataclass(frozen=True)
class FleetMachine:
    """A machine of a trade; ``number`` counts all machines of the fleet."""

    number: int
    id: str
    name: str
    trade: Trade
    site: str
    offset_h: float
    positions: tuple[FleetPosition, ...]

    def ratio(self, position: FleetPosition) -> float:
        """Turns of the position's shaft for one of the first shaft."""
        return next(each.ratio for each in self.trade.shafts if each.id == position.seat.shaft)


@dataclass(frozen=True)
class FleetSite:
    """A site; ``offset_h``: hours of its clock ahead of UTC, by which its people work."""

    id: str
    name: str
    time_zone: str
    offset_h: float
    machines: tuple[FleetMachine, ...]
    is_offshore: bool = False


@dataclass(frozen=True)
class Organisation:
    """A customer of the bearing maker."""

    id: str
    name: str
    language: Language
    sites: tuple[FleetSite, ...]


@dataclass(frozen=True)
class Fleet:
    """All customers."""

    organisations: tuple[Organisation, ...]

    def places(self) -> Iterator[tuple[Organisation, FleetSite, FleetMachine, FleetPosition]]:
        """Each position with all that it belongs to."""
        for organisation in self.organisations:
            for site in organisation.sites:
                for machine in site.machines:
                    for position in machine.positions:
                        yield organisation, site, machine, position

    @property
    def machines(self) -> tuple[FleetMachine, ...]:
        """Of all customers."""
        return tuple(each for customer in self.organisations for site in customer.sites for each in site.machines)


@dataclass(frozen=True)
class _Group:
    """Machines of one trade at one site: identifiers and names, with {n} for the number of the machine."""

    organisation: str
    customer: str
    language: Language
    site: str
    site_name: str
    time_zone: str
    offset_h: float
    trade: Trade
    id: str
    name: str
    count: int
    is_offshore: bool = False


_GROUPS = (
    _Group("helder", "Helder Wind Power", "en", "helder", "Wind farm Helder", "Europe/Amsterdam", 1.0, WIND,
           "h{n:02d}", "Helder {n:02d}", 12),
    _Group("dongyu", "东屿海上风电", "zh", "dongyu", "东屿海上风电场", "Asia/Shanghai", 8.0, WIND,
           "d{n:02d}", "东屿 {n:02d} 号风机", 10, is_offshore=True),
    _Group("linjiang", "临江轨道交通", "zh", "line3", "临江地铁 3 号线", "Asia/Shanghai", 8.0, METRO,
           "m3{n:02d}", "03{n:02d} 车", 8),
    _Group("linjiang", "临江轨道交通", "zh", "crossing", "过江隧道 2 标", "Asia/Shanghai", 8.0, TUNNEL,
           "tbm{n}", "盾构机 {n} 号", 1),
    _Group("aldermoor", "Aldermoor Mobility", "en", "proving", "Aldermoor proving ground", "Europe/London", 0.0,
           VEHICLE, "v{n:02d}", "Test vehicle {n:02d}", 14),
    _Group("aldermoor", "Aldermoor Mobility", "en", "shop", "Aldermoor machine shop", "Europe/London", 0.0, SPINDLE,
           "s{n}", "Machining centre {n}", 7),
    _Group("aldermoor", "Aldermoor Mobility", "en", "testbed", "Aldermoor engine test bed", "Europe/London", 0.0,
           ENGINE, "bed{n}", "Test cell {n}", 1),
    _Group("yunpu", "云浦医院", "zh", "imaging", "云浦医院影像中心", "Asia/Shanghai", 8.0, SCANNER,
           "ct{n}", "CT {n} 号机", 3),
)  # fmt: skip

FATES: Mapping[str, Fate] = {
    "h07-hss": Fate("inner", 0.50, 0.98, 1.0),
    "h11-gen": Fate("electric_erosion", 0.58, 1.0, 0.0),
    "d03-hss": Fate("outer", 0.60, 1.0, 1.0),
    "d08-gen": Fate("outer", 0.78, 1.15, -2.0),
    "m305-2l": Fate("outer", 0.52, 0.96, 2.0),
    "v06-motor": Fate("inner", 0.62, 1.0, 0.0),
    "v11-hub": Fate("ball", 0.55, 1.0, -1.0),
    "s4-front": Fate("outer", 0.66, 1.02, 1.0),
    "tbm1-drive2": Fate("outer", 0.48, 1.0, 18.5),
    "bed1-ball": Fate("inner", 0.80, 1.2, -3.0),
    "h02-hss": Fate("outer", 0.28, 0.56, 2.0, exchanged=0.60),
    "h09-gen": Fate("outer", 0.30, 0.62, 1.0, exchanged=0.66),
    "d05-hss": Fate("inner", 0.32, 0.64, 1.0, exchanged=0.70),
    "m302-1r": Fate("outer", 0.26, 0.52, 2.0, exchanged=0.55),
    "m307-2r": Fate("inner", 0.40, 0.74, 1.0, exchanged=0.80),
    "v03-motor": Fate("ball", 0.30, 0.60, 2.0, exchanged=0.66),
    "s2-front": Fate("inner", 0.34, 0.66, 1.0, exchanged=0.72),
    "v09-hub": Fate(chain="cable fails", chain_from=0.70),
    "h05-gen": Fate(chain="cable fails", chain_from=0.86),
    "s6-rear": Fate(chain="cable fails", chain_from=0.93),
    "d10-main": Fate(chain="falls silent", chain_from=0.80),
    "h12-main": Fate(chain="never sent"),
    "v14-hub": Fate(chain="never sent"),
}
"""What becomes of positions that are not sound: from 26 to 80 % of the history on, so that a baseline comes first."""
WITHOUT_SPEED = frozenset({"h04-gen", "m304-1l"})


def roster(machines: int | None = None) -> Fleet:
    """The fleet: 56 machines with 150 positions, or its first ``machines`` of each site.

    The same for ever: the seed of all chance in it is `SEED`.
    """
    sites: dict[str, list[FleetSite]] = {}
    customers: dict[str, _Group] = {}
    machine_number = position_number = 0
    for group in _GROUPS:
        found: list[FleetMachine] = []
        for n in range(1, group.count + 1):
            made = _machine(group, n, machine_number, position_number)
            machine_number += 1
            position_number += len(made.positions)
            if machines is None or n <= machines:
                found.append(made)
        site = FleetSite(
            group.site, group.site_name, group.time_zone, group.offset_h, tuple(found), is_offshore=group.is_offshore
        )
        sites.setdefault(group.organisation, []).append(site)
        customers.setdefault(group.organisation, group)
    return Fleet(
        tuple(Organisation(key, each.customer, each.language, tuple(sites[key])) for key, each in customers.items())
    )


def _machine(group: _Group, n: int, number: int, first: int) -> FleetMachine:
    machine = group.id.format(n=n)
    positions: list[FleetPosition] = []
    for seat in group.trade.seats:
        name = f"{machine}-{seat.id}"
        position = FleetPosition(
            first + len(positions), name, seat.name[group.language], seat, FATES.get(name, Fate()),
            has_speed=name not in WITHOUT_SPEED,
        )  # fmt: skip
        positions.append(position)
    return FleetMachine(
        number, machine, group.name.format(n=n), group.trade, group.site, group.offset_h, tuple(positions)
    )
