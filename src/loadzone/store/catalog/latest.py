"""Latest values: what pages show first, one row a position and quantity, never going back in time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Float

from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, instant, key, owned, words
from loadzone.store.catalog.work import Work

latest_table = owned(
    "latest",
    key("position", "where"),
    key("quantity", "what"),
    instant("at_us", "when it was measured"),
    Column("value", Float(53), nullable=True, doc="in its unit; none where only the status is known"),
    words("unit", "unit of the value", length=16),
    words("status", "as good, doubtful, sensor fault, alert, danger", length=32),
    belongs("position=id", to="positions"),
)


@dataclass(frozen=True)
class Latest:
    """The newest value of a quantity at a position."""

    organisation: str
    position: str
    quantity: str
    at_us: int
    value: float | None
    unit: str
    status: str


latest = Shelf(Latest, latest_table)


def put_latest(work: Work, values: Iterable[Latest]) -> None:
    """Keep the values that are not older than what is there."""
    latest.put(work, *values, newest="at_us")


def latest_of(
    work: Work, *, positions: Collection[str] | None = None, quantity: str | None = None
) -> tuple[Latest, ...]:
    """Latest values of all positions that are seen, or of some, or of one quantity."""
    where: list[Any] = [] if positions is None else [latest_table.c.position.in_(sorted(positions))]
    where += [] if quantity is None else [latest_table.c.quantity == quantity]
    return latest.all(work, *where)
