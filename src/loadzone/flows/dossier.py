"""All that is known of one position: how it stands, what is mounted and was, what measures there, what happened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import RingSpeeds, defect_orders
from loadzone.flows.platform import Platform, Work
from loadzone.flows.standing import Stand, fleet
from loadzone.flows.watch.known import options_of
from loadzone.flows.watch.position import PositionFold
from loadzone.monitor.watch.kept import UnreadableState
from loadzone.monitor.watch.state import PositionState
from loadzone.store.catalog.advice import Advice, advice, advice_table
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table
from loadzone.store.catalog.latest import Latest, latest, latest_table
from loadzone.store.catalog.limits import Limit, limits_at
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.sensors import Sensor, sensors, sensors_table
from loadzone.store.catalog.states import states_of
from loadzone.store.catalog.units import Mounting, Unit, history, units, units_table
from loadzone.store.catalog.users import users, users_table
from loadzone.store.ledger import Entry, events_at
from loadzone.words.errors import LoadzoneError, UnknownThing
from loadzone.words.texts import Text, text

__all__ = [
    "Advice",
    "Alarm",
    "Band",
    "Dossier",
    "Entry",
    "Inner",
    "Latest",
    "Limit",
    "Mounting",
    "Result",
    "Sensor",
    "Unit",
    "dossier",
    "entries",
    "inner_of",
    "last_result",
    "names_of",
    "orders_of",
    "results_of",
]

SPREADS = 2.0
"""Half the height of a baseline's band, in spreads of what was learnt."""
MOST_PAST = 40
"""Alarms and advice of the past that are read, the newest first."""
NAMES = {"velocity_rms_mms": "velocity"}
"""Quantities that the room monitor calls otherwise than the lake."""


@dataclass(frozen=True)
class Band:
    """What healthy looks like at a position: from ``low`` to ``high`` in the quantity's unit, learnt until then."""

    low: float
    high: float
    readings: int
    until_us: int


@dataclass(frozen=True, eq=False)
class Dossier:
    """A position with its past; ``previous`` and ``following`` are its neighbours by urgency.

    ``alarms`` and ``advice``: open and past ones, the newest first. ``bands`` by quantity as the lake names it.
    """

    stand: Stand
    previous: Position | None
    following: Position | None
    alarms: tuple[Alarm, ...]
    advice: tuple[Advice, ...]
    sensors: tuple[Sensor, ...]
    mountings: tuple[Mounting, ...]
    units: Mapping[str, Unit]
    latest: tuple[Latest, ...]
    limits: tuple[Limit, ...]
    bands: Mapping[str, Band]

    @property
    def position(self) -> Position:
        """The position."""
        return self.stand.position

    @property
    def mounted(self) -> Mounting | None:
        """What is mounted now."""
        return next((each for each in reversed(self.mountings) if each.removed_us is None), None)


@dataclass(frozen=True, eq=False)
class Result:
    """A diagnosis as it is kept: the answer as codes, and its document with sentences in both languages."""

    id: str
    recording: str
    at_us: int
    verdict: str
    p_value: float | None
    version: str
    found: Mapping[str, Any] = field(default_factory=dict)
    zh: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def told(self, name: str, lang: str) -> Any:  # noqa: ANN401  JSON
        """``advice``, ``evidence`` or ``problems`` in that language, anything else as it was found."""
        return (self.zh if lang == "zh" and name in self.zh else self.found).get(name)


def dossier(work: Work, organisation: str, position: str, at_us: int) -> Dossier:
    """The position and all that the catalog knows of it.

    Raises
    ------
    UnknownThing : no such position, or one that is not seen
    """
    positions.get(work, organisation, position)
    order = fleet(work, at_us).stands
    places = [(each.position.organisation, each.position.id) for each in order]
    if (organisation, position) not in places:
        raise UnknownThing(text("position {position} is retired: its history is in the ledger", position=position))
    at = places.index((organisation, position))
    a, d, s = alarms_table.c, advice_table.c, sensors_table.c
    where = a.organisation == organisation, a.position == position
    given = d.organisation == organisation, d.position == position
    mounted = history(work, organisation, position=position)
    u = units_table.c
    known = units.all(work, u.organisation == organisation, u.serial.in_(sorted({each.serial for each in mounted})))
    now = latest_table.c
    return Dossier(
        stand=order[at],
        previous=order[at - 1].position if at else None,
        following=order[at + 1].position if at + 1 < len(order) else None,
        alarms=alarms.all(work, *where, order=[a.raised_us.desc()], limit=MOST_PAST),
        advice=advice.all(work, *given, order=[d.issued_us.desc()], limit=MOST_PAST),
        sensors=sensors.all(work, s.organisation == organisation, s.position == position, s.retired_us.is_(None)),
        mountings=mounted,
        units={each.serial: each for each in known},
        latest=latest.all(work, now.organisation == organisation, now.position == position),
        limits=limits_at(work, organisation, position, at_us),
        bands=_bands(work, organisation, position),
    )


def entries(work: Work, found: Dossier, *, before: int | None = None, limit: int = 100) -> tuple[Entry, ...]:
    """What the ledger tells of a position, of what happened there and of its units, the newest first.

    Parameters
    ----------
    before : number of the last entry that was shown
    """
    position = found.position
    things = (f"position:{position.id}", *found.units)
    return events_at(work, position.organisation, position.id, things, before=before, limit=limit)


def names_of(work: Work, told: Sequence[Entry]) -> Mapping[str, str]:
    """Names of the people who did what entries tell, as far as they are seen; a program is told as its person's."""
    c = users_table.c
    people = {each.event.who: each.event.who.split("/")[:2] for each in told}
    known = {key[1] for key in people.values() if len(key) > 1}
    found = {(each.organisation, each.id): each.name for each in users.all(work, c.id.in_(sorted(known)))}
    return {who: found[key[0], key[1]] for who, key in people.items() if len(key) > 1 and (key[0], key[1]) in found}


def last_result(platform: Platform, organisation: str, position: str, at_us: int) -> Result | None:
    """The newest diagnosis of a position; None where there is none."""
    return next(iter(results_of(platform, organisation, position, at_us, limit=1)), None)


def results_of(
    platform: Platform, organisation: str, position: str, at_us: int, *, since_us: int = 0, limit: int = 200
) -> Sequence[Result]:
    """Diagnoses of a position up to ``at_us``, the newest first."""
    rows = platform.lake.documents("results", organisation, position, start_us=since_us, end_us=at_us + 1, limit=limit)
    return [_result(row) for row in rows]


def _result(row: Mapping[str, Any]) -> Result:
    try:
        told = json.loads(row["document"] or "{}")
    except ValueError:
        told = {}
    return Result(
        id=row["id"],
        recording=row["recording"] or "",
        at_us=row["time"],
        verdict=row["verdict"] or "",
        p_value=row["p_value"],
        version=row["version"] or "",
        found=told.get("found", {}),
        zh=told.get("zh", {}),
        settings=told.get("settings", {}),
    )


def _bands(work: Work, organisation: str, position: str) -> Mapping[str, Band]:
    """Baselines of every quantity and channel that were learnt."""
    found: dict[str, Band] = {}
    for state in states_of(work, organisation, [position]):
        if state.block != PositionFold.block or state.version != PositionFold.version:
            continue
        for channel, told in msgspec.msgpack.decode(state.value, type=dict[str, bytes]).items():
            try:
                known = PositionState.from_bytes(told)
            except UnreadableState:
                continue
            for name, band in _learnt(known).items():
                found[f"{name}:{channel}" if channel else name] = band
    return found


def _learnt(known: PositionState) -> dict[str, Band]:
    """From the quietest to the loudest operating class, each with its spread; the scale is that of the logarithm."""
    from math import exp

    found = {}
    for quantity, baseline in known.baselines.items():
        levels = baseline.levels.values()
        if baseline.reference is None or not levels:
            continue
        found[NAMES.get(quantity, quantity)] = Band(
            low=exp(min(each.means[-1] - SPREADS * each.spread for each in levels)),
            high=exp(max(each.means[-1] + SPREADS * each.spread for each in levels)),
            readings=baseline.reference.readings,
            until_us=baseline.reference.until_us,
        )
    return found


@dataclass(frozen=True)
class Inner:
    """The bearing at a position as it is computed with: its inside and outline, or why these are not known.

    ``is_known``: the catalogue has its designation.
    """

    designation: str = ""
    geometry: Geometry | None = None
    outline: Boundary | None = None
    turning: RingSpeeds | None = None
    reason: Text | None = None
    is_known: bool = False

    @property
    def source(self) -> str:
        """Where the inside comes from."""
        return (self.geometry.source or self.geometry.provenance) if self.geometry else ""


def inner_of(found: Dossier) -> Inner:
    """The inside of the mounted bearing, as facts of position and machine or the catalogue have it."""
    from loadzone.bearings.catalogue import find
    from loadzone.flows.diagnose import inside_of

    position, machine = found.position, found.stand.machine
    unit = found.units.get(found.mounted.serial) if found.mounted else None
    designation = (unit.bearing if unit else None) or position.bearing or ""
    try:
        options = options_of(designation or None, {**(machine.facts if machine else {}), **position.facts})
        geometry = inside_of(options).geometry
    except LoadzoneError as error:
        return Inner(designation, reason=error.message)
    try:
        known = find(designation) if designation else None
    except LoadzoneError:
        known = None
    outline = known.boundary if known else None
    return Inner(designation, geometry, outline, options.turning, is_known=known is not None)


def orders_of(inner: Inner) -> Mapping[str, float]:
    """Defect orders by symbol; empty where the inside is not known."""
    if inner.geometry is None:
        return {}
    turning = inner.turning
    orders = defect_orders(inner.geometry, turning.inner if turning else 1.0, turning.outer if turning else 0.0)
    return {symbol: order for symbol, order in orders.by_symbol.items() if order > 0.0}
