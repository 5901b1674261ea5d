"""A sheet of cells, all read as text, as people keep tables.

A cell keeps the row and the column that a spreadsheet shows, so that what is refused can be found again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loadzone.words.texts import Text, text

MOST_ROWS = 100_000
QUOTE = "'"
"""Stands before a cell that a spreadsheet would take for a formula."""
_ALPHABET = 26

Row = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Rows of cells with the numbers that a spreadsheet counts; empty rows are left out.

    ``name`` is empty where the file has one sheet without a name. ``unread`` : why a cell has no value to read (an
    error, a formula that was never computed, a merge), by row and column, both from 1.
    """

    name: str
    rows: tuple[tuple[int, Row], ...]
    unread: Mapping[tuple[int, int], Text] = field(default_factory=dict)


def plain(cell: str) -> str:
    """The cell without blanks around it and without the apostrophe that kept it from being a formula.

    >>> plain(" '=A1 "), plain("6205 ")
    ('=A1', '6205')
    """
    return cell.strip().removeprefix(QUOTE)


def letters(column: int) -> str:
    """Name of a column, counted from 1, as a spreadsheet shows it.

    >>> letters(1), letters(26), letters(27)
    ('A', 'Z', 'AA')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        name = chr(ord("A") + rest) + name
    return name


def too_many_rows() -> Text:
    """What is said of a table that is longer than `MOST_ROWS`."""
    return text("a table has at most {limit} rows", limit=MOST_ROWS)
