"""Positions: places in a machine where bearings come and go; a tree, as a row of rollers under a main bearing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index

from loadzone.store.catalog.names import identifier, name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, instant, key, owned, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

positions_table = owned(
    "positions",
    key("id", "identifier; part of the address in/ORGANISATION/POSITION"),
    words("machine", "machine that it is in; none for a place not yet assigned", length=64, nullable=True),
    words("parent", "position that it is part of", length=64, nullable=True),
    words("name", "as it is shown"),
    words("bearing", "designation of the bearing type that belongs here", nullable=True),
    facts("facts", "shaft speed ratio, load, lubricant and what else is known"),
    instant("created_us", "when it was entered or adopted"),
    instant("retired_us", "since when it takes no more data", nullable=True),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
    belongs("machine=id", to="machines"),
    belongs("parent=id", to="positions"),
    Index(None, "organisation", "machine"),
    Index(None, "organisation", "parent"),
)


@dataclass(frozen=True)
class Position:
    """A place whose history survives the exchange of its bearing."""

    organisation: str
    id: str
    name: str
    created_us: int
    machine: str | None = None
    parent: str | None = None
    bearing: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    retired_us: int | None = None

    def __post_init__(self) -> None:
        identifier(self.id)
        name(self.name)


positions = Shelf(Position, positions_table)


def move(work: Work, organisation: str, position: str, parent: str | None) -> None:
    """Hang the position (and all below it) under another one, or under none.

    Raises
    ------
    BadInput : the other one is this one, or hangs below it
    """
    if parent is not None and parent in {each.id for each in subtree(work, organisation, position)}:
        raise BadInput(
            text("{position} cannot hang below {parent}, which is part of it", position=position, parent=parent)
        )
    positions.change(work, organisation, position, parent=parent)


def subtree(work: Work, organisation: str, position: str) -> tuple[Position, ...]:
    """The position and all below it, level by level."""
    level: tuple[Position, ...] = (positions.get(work, organisation, position),)
    found = level
    while level:
        c = positions_table.c
        level = positions.all(work, c.organisation == organisation, c.parent.in_([each.id for each in level]))
        found += level
    return found
