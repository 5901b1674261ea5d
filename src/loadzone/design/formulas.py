"""Each formula of design as data: clause, wording, range and mark; a value becomes a step of its result."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from loadzone.design.step import Mark, Step
from loadzone.words.tables import BrokenTable, read_table
from loadzone.words.texts import text

ROOM = "loadzone.design"
TABLES = ("formulas_rating.csv", "formulas_mechanics.csv", "formulas_families.csv")
"""Rating, life and lubrication; mechanics, heat, film and fits; then what single product families add."""


@dataclass(frozen=True)
class Formula:
    """What is computed, how, by which clause and edition, in which range, and how that is known."""

    key: str
    symbol: str
    unit: str
    clause: str
    formula: str
    valid: str
    mark: Mark
    source: str


def step(key: str, value: float, mark: Mark | None = None) -> Step:
    """The step of a computation; ``mark`` replaces that of the formula where an input is known less well.

    >>> step("kappa", 1.5)
    Step(symbol='κ', value=1.5, unit='', clause='ISO 281:2007, viscosity ratio', mark='read')
    """
    found = formulas()[key]
    return Step(found.symbol, float(value), found.unit, found.clause, mark or found.mark)


@cache
def formulas(tables: tuple[str, ...] = TABLES) -> Mapping[str, Formula]:
    """All formulas by key, in the order of a computation."""
    columns = ("key", "symbol", "unit", "clause", "formula", "valid", "mark")
    return {
        row["key"]: Formula(
            row["key"],
            row["symbol"],
            row["unit"],
            row["clause"],
            row["formula"],
            row["valid"],
            mark_of(row["mark"], table),
            row["source"],
        )
        for table in tables
        for row in read_table(ROOM, table, columns)
    }


def mark_of(cell: str, table: str) -> Mark:
    """The mark in a cell.

    Raises
    ------
    BrokenTable : the cell holds another word
    """
    if cell not in get_args(Mark):
        raise BrokenTable(text("table {table}: «{mark}» is no mark", table=table, mark=cell))
    return cast("Mark", cell)
