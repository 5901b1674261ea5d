"""Units (bearings by serial number), and where each was mounted from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, column, or_

from loadzone.store.catalog.names import name
from loadzone.store.catalog.positions import positions
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, instant, key, number_key, owned, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import AlreadyThere, BadInput, UnknownThing
from loadzone.words.texts import text

SERIAL_LENGTH = 200

units_table = owned(
    "units",
    key("serial", "serial number as it is engraved", SERIAL_LENGTH),
    words("bearing", "designation of its type"),
    words("maker", "who made it", nullable=True),
    instant("made_us", "when it was made", nullable=True),
    facts("facts", "measured clearance, lot, grease and what else is known"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
)

_IS_OPEN = column("removed_us").is_(None)

mountings_table = owned(
    "mountings",
    key("position", "where"),
    number_key("mounted_us", "since when, µs UTC"),
    words("serial", "which unit", length=SERIAL_LENGTH),
    words("mounted_by", "user who said so"),
    instant("removed_us", "until when; none: it is there", nullable=True),
    words("removed_by", "user who said so", nullable=True),
    words("reason", "why it was removed", nullable=True),
    belongs("position=id", to="positions"),
    belongs("serial", to="units"),
    Index(
        "uq_mountings_one_at_a_position",
        "organisation",
        "position",
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
    Index(
        "uq_mountings_one_place_of_a_unit",
        "organisation",
        "serial",
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
)


@dataclass(frozen=True)
class Unit:
    """One bearing with its serial number."""

    organisation: str
    serial: str
    bearing: str
    maker: str | None = None
    made_us: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name(self.serial)


@dataclass(frozen=True)
class Mounting:
    """A unit at a position from ``mounted_us`` up to and without ``removed_us``."""

    organisation: str
    position: str
    mounted_us: int
    serial: str
    mounted_by: str
    removed_us: int | None = None
    removed_by: str | None = None
    reason: str | None = None


units = Shelf(Unit, units_table)
mountings = Shelf(Mounting, mountings_table)


def mount(work: Work, organisation: str, position: str, serial: str, *, at_us: int, by: str) -> Mounting:
    """The unit is at the position from now on.

    Raises
    ------
    AlreadyThere : another unit is there then, or this unit is elsewhere
    UnknownThing : no such position or unit
    """
    positions.get(work, organisation, position)
    units.get(work, organisation, serial)
    c = mountings_table.c
    meets = or_(c.removed_us.is_(None), c.removed_us > at_us)
    for there in mountings.all(
        work, c.organisation == organisation, meets, or_(c.position == position, c.serial == serial)
    ):
        raise AlreadyThere(
            text(
                "unit {serial} is at position {position} then: remove it first",
                serial=there.serial,
                position=there.position,
            )
        )
    mounting = Mounting(organisation, position, at_us, serial, by)
    mountings.add(work, mounting)
    return mounting


def remove(work: Work, organisation: str, position: str, *, at_us: int, by: str, reason: str | None = None) -> Mounting:
    """The unit that is at the position leaves it.

    Raises
    ------
    UnknownThing : the position is empty
    BadInput : before it was mounted
    """
    there = mounted(work, organisation, position)
    if there is None:
        raise UnknownThing(text("position {position} has no unit that could be removed", position=position))
    if at_us <= there.mounted_us:
        raise BadInput(
            text("unit {serial} was mounted later than it is said to be removed: check the time", serial=there.serial)
        )
    mountings.change(work, organisation, position, there.mounted_us, removed_us=at_us, removed_by=by, reason=reason)
    return mountings.get(work, organisation, position, there.mounted_us)


def mounted(work: Work, organisation: str, position: str, at_us: int | None = None) -> Mounting | None:
    """What is at the position now, or was at a time; None for an empty one."""
    c = mountings_table.c
    then = (
        [c.removed_us.is_(None)]
        if at_us is None
        else [c.mounted_us <= at_us, or_(c.removed_us.is_(None), c.removed_us > at_us)]
    )
    found = mountings.all(work, c.organisation == organisation, c.position == position, *then, limit=1)
    return found[0] if found else None


def history(
    work: Work, organisation: str, *, position: str | None = None, serial: str | None = None
) -> tuple[Mounting, ...]:
    """Mountings of a position, of a unit, or of both, the earliest first."""
    c = mountings_table.c
    where = [c.organisation == organisation]
    where += [c.position == position] if position is not None else []
    where += [c.serial == serial] if serial is not None else []
    return mountings.all(work, *where, order=[c.mounted_us])
