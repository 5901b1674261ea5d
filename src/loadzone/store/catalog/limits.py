"""Limits: the value of a quantity above which a position is not well; the old ones stay, with their time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Float

from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, key, number_key, owned, words
from loadzone.store.catalog.work import Work

limits_table = owned(
    "limits",
    key("position", "where it holds"),
    key("quantity", "of what"),
    key("level", "as alert or danger", 16),
    number_key("since_us", "from when on it holds, µs UTC"),
    Column("value", Float(53), nullable=True, doc="in the unit of the quantity; none: no limit from here on"),
    words("source", "standard with clause, baseline, or who said so"),
    words("set_by", "user, or the block that learnt it"),
    facts("facts", "m of n, value of return, delay"),
    belongs("position=id", to="positions"),
)


@dataclass(frozen=True)
class Limit:
    """``value`` of ``quantity`` from ``since_us`` until the next one of that level."""

    organisation: str
    position: str
    quantity: str
    level: str
    since_us: int
    value: float | None
    source: str
    set_by: str
    facts: Mapping[str, Any]


limits = Shelf(Limit, limits_table)


def limits_at(work: Work, organisation: str, position: str, at_us: int) -> tuple[Limit, ...]:
    """The limits that hold at the position at that time, one a quantity and level."""
    c = limits_table.c
    rows = limits.all(work, c.organisation == organisation, c.position == position, c.since_us <= at_us)
    last = {(row.quantity, row.level): row for row in rows}
    return tuple(row for row in last.values() if row.value is not None)
