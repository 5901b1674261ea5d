"""Each formula of mechanics, heat and fits as data, in the form of `formulas`: a value becomes a step of its result."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from loadzone.design.formulas import ROOM, Formula, mark_of
from loadzone.design.step import Step
from loadzone.words.tables import read_table

TABLE = "clauses.csv"


def step(key: str, value: float) -> Step:
    """The step of a computation: ``value`` under the clause of that key.

    >>> step("heat", 12.5)
    Step(symbol='P_loss', value=12.5, unit='W', clause='power of the friction moment', mark='derived')
    """
    found = clauses()[key]
    return Step(found.symbol, float(value), found.unit, found.clause, found.mark)


@cache
def clauses() -> Mapping[str, Formula]:
    """Every formula of these rooms by its key."""
    columns = ("key", "symbol", "unit", "clause", "formula", "valid", "mark")
    return {row["key"]: _formula({**row}) for row in read_table(ROOM, TABLE, columns)}


def _formula(cells: dict[str, Any]) -> Formula:
    return Formula(**{**cells, "mark": mark_of(cells["mark"], TABLE)})
