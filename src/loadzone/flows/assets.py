"""Assets: sites, machines, positions, sensors, units; entered, changed, mounted and removed, and the ledger told of it.

Nothing is taken away: what is gone is retired, so that its history stays.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loadzone.flows.audit import Act, enter
from loadzone.store.canonical import canonical
from loadzone.store.catalog import Work
from loadzone.store.catalog import positions as tree
from loadzone.store.catalog import units as at_positions
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.quarantine import Stranger, quarantine
from loadzone.store.catalog.quarantine import adopt as take_in
from loadzone.store.catalog.sensors import Sensor, sensors
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.units import Mounting, Unit, mountings, units
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

__all__ = [
    "KINDS",
    "Asset",
    "Kind",
    "Machine",
    "Mounting",
    "Position",
    "Sensor",
    "Site",
    "Stranger",
    "Unit",
    "adopt",
    "assets",
    "change",
    "check_zone",
    "enter_asset",
    "find",
    "kind_of",
    "mount",
    "mountings_of",
    "remove",
    "strangers",
]

Kind = Literal["site", "machine", "position", "sensor", "unit"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Asset = Site | Machine | Position | Sensor | Unit
FACTS_BYTES = 16_384
"""What may be kept of an asset beside its columns."""

_SHELVES: Mapping[Kind, Shelf[Any]] = {
    "site": sites,
    "machine": machines,
    "position": positions,
    "sensor": sensors,
    "unit": units,
}


def find(work: Work, kind: Kind, organisation: str, key: str) -> Asset:
    """One asset; `UnknownThing` where there is none."""
    found: Asset = _SHELVES[kind].get(work, organisation, key)
    return found


def assets(
    work: Work,
    kind: Kind,
    organisation: str,
    *,
    after: str | None = None,
    limit: int = 100,
    where: Mapping[str, str] | None = None,
) -> tuple[Asset, ...]:
    """Assets of a kind by identifier, behind the one called ``after``; ``where``: as {"machine": "fan"}."""
    shelf = _SHELVES[kind]
    c = shelf.table.c
    equal = [c[name] == value for name, value in (where or {}).items()]
    behind = (organisation, after) if after is not None else ()
    return shelf.page(work, c.organisation == organisation, *equal, after=behind, limit=limit)


def enter_asset(work: Work, act: Act, asset: Asset) -> Asset:
    """A new asset.

    Raises
    ------
    AlreadyThere, UnknownThing : its identifier is taken; what it belongs to is not there
    BadInput : its facts are too many, or no JSON
    """
    kind = kind_of(asset)
    _check(kind, vars(asset))
    _SHELVES[kind].add(work, asset)
    enter(work, asset.organisation, act, f"{kind} entered", thing(asset), action="add")
    return asset


def change(work: Work, act: Act, kind: Kind, organisation: str, key: str, changes: Mapping[str, Any]) -> Asset:
    """New values of some fields; ``is_retired`` retires it, or takes that back.

    Raises
    ------
    UnknownThing : there is none, or the machine, site or parent named is not there
    BadInput : a name or facts that cannot be, a position below itself
    """
    shelf = _SHELVES[kind]
    before = find(work, kind, organisation, key)
    values = dict(changes)
    if "is_retired" in values:
        values["retired_us"] = act.at_us if values.pop("is_retired") else None
    known = {field.name for field in fields(before)}
    values = {name: value for name, value in values.items() if name in known}
    _check(kind, values)
    after = replace(before, **values)
    if values.get("parent") is not None:
        tree.move(work, organisation, key, values["parent"])
    if values:
        shelf.change(work, organisation, key, **values)
    told = {name: value for name, value in values.items() if getattr(before, name) != value}
    enter(work, organisation, act, f"{kind} changed", thing(after), facts={"after": told, "before": _of(before, told)})
    return after


def mount(work: Work, act: Act, organisation: str, position: str, serial: str, *, at_us: int | None = None) -> Mounting:
    """The unit is at the position from ``at_us`` on (now, where none is given).

    Raises
    ------
    AlreadyThere : another unit is there then, or this one is elsewhere
    UnknownThing : no such position or unit
    BadInput : a time to come
    """
    when = _past(act, at_us)
    mounting = at_positions.mount(work, organisation, position, serial, at_us=when, by=act.who)
    _tell_place(work, act, "mounting", "add", organisation, position, serial, when)
    return mounting


def remove(
    work: Work, act: Act, organisation: str, position: str, *, at_us: int | None = None, reason: str | None = None
) -> Mounting:
    """The unit that is at the position leaves it.

    Raises
    ------
    UnknownThing : the position is empty
    BadInput : before it was mounted, or a time to come
    """
    when = _past(act, at_us)
    mounting = at_positions.remove(work, organisation, position, at_us=when, by=act.who, reason=reason)
    _tell_place(work, act, "removal", "delete", organisation, position, mounting.serial, when, reason)
    return mounting


def mountings_of(
    work: Work,
    organisation: str,
    *,
    position: str | None = None,
    serial: str | None = None,
    after: tuple[str, int] | None = None,
    limit: int = 100,
) -> tuple[Mounting, ...]:
    """Which unit was where from when to when, by position and time."""
    c = mountings.table.c
    where = [c.organisation == organisation]
    where += [c.position == position] if position is not None else []
    where += [c.serial == serial] if serial is not None else []
    behind = (organisation, *after) if after is not None else ()
    return mountings.page(work, *where, after=behind, limit=limit)


def strangers(work: Work, organisation: str, *, after: str | None = None, limit: int = 100) -> tuple[Stranger, ...]:
    """Positions that send and that nobody has entered."""
    behind = (organisation, after) if after is not None else ()
    return quarantine.page(work, quarantine.table.c.organisation == organisation, after=behind, limit=limit)


def adopt(work: Work, act: Act, position: Position) -> Position:
    """Enter a position that sends already; what it has sent comes from the intake."""
    _check("position", vars(position))
    take_in(work, position)
    enter(work, position.organisation, act, "position adopted", thing(position), action="add")
    return position


def kind_of(asset: Asset) -> Kind:
    """The word for what it is."""
    return next(kind for kind, shelf in _SHELVES.items() if isinstance(asset, shelf.kind))


def thing(asset: Asset) -> str:
    """The asset's name in the ledger: a unit is its serial number."""
    return asset.serial if isinstance(asset, Unit) else f"{kind_of(asset)}:{asset.id}"


def check_zone(name: str) -> None:
    """Whether there is such a time zone; `BadInput` where not."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(
            text("{name} is no time zone of the IANA list: write it as Asia/Shanghai", name=repr(name[:80]))
        ) from error


def _tell_place(
    work: Work,
    act: Act,
    step: str,
    action: Literal["add", "delete"],
    organisation: str,
    position: str,
    serial: str,
    at_us: int,
    reason: str | None = None,
) -> None:
    enter(
        work,
        organisation,
        act,
        step,
        serial,
        f"position:{position}",
        action=action,
        kind="association",
        at_us=at_us,
        where=position,
        facts={"reason": reason} if reason else {},
    )


def _of(asset: Asset, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(asset, name) for name in names}


def _past(act: Act, at_us: int | None) -> int:
    if at_us is not None and at_us > act.at_us:
        raise BadInput(text("what has not happened yet is not entered: give a time up to now"))
    return act.at_us if at_us is None else at_us


def _check(kind: Kind, values: Mapping[str, Any]) -> None:
    """What the columns hold; SQLite would take any length, and PostgreSQL none that is too long."""
    size = len(canonical(values.get("facts", {})))
    if size > FACTS_BYTES:
        raise BadInput(text("facts of {size} bytes are not kept: at most {limit}", size=size, limit=FACTS_BYTES))
    for column in _SHELVES[kind].table.columns:
        value, limit = values.get(column.name), getattr(column.type, "length", None)
        if isinstance(value, str) and limit is not None and len(value) > limit:
            raise BadInput(
                text(
                    "{field} of {length} signs is not kept: at most {limit}",
                    field=column.name,
                    length=len(value),
                    limit=limit,
                )
            )
    if values.get("time_zone") is not None:
        check_zone(values["time_zone"])
