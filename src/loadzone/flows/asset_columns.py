"""Columns of the table of assets: their names for programs and for people, and what a cell of each may hold."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from loadzone.flows.assets import check_zone
from loadzone.flows.sheet import Sheet, letters
from loadzone.store.catalog import names
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import LANGUAGES, Text, text

HEADINGS: Mapping[str, Text] = {
    "site": text("Site"),
    "site_name": text("Name of the site"),
    "time_zone": text("Time zone"),
    "machine": text("Machine"),
    "machine_name": text("Name of the machine"),
    "machine_kind": text("Kind of machine"),
    "position": text("Position"),
    "position_name": text("Name of the position"),
    "parent": text("Part of position"),
    "bearing": text("Bearing"),
    "serial": text("Serial number"),
    "unit_bearing": text("Bearing of the unit"),
    "maker": text("Maker"),
    "site_facts": text("Facts of the site"),
    "machine_facts": text("Facts of the machine"),
    "position_facts": text("Facts of the position"),
    "unit_facts": text("Facts of the unit"),
}
COLUMNS = tuple(HEADINGS)
MOST_SHOWN = 80
_FOLDED = ("site", "machine", "position", "parent", "time_zone")
_ROWS_ABOVE = 10


@dataclass(frozen=True)
class Line:
    """A row of a table: its cells by column, and which of them are refused (and empty here).

    ``columns`` : where each column stands, from 1, and its heading as it is written.
    """

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, tuple[int, str]]
    refused: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[str, int]:
        """Sheet and row."""
        return self.sheet, self.number

    def get(self, column: str) -> str:
        """The cell, empty where the table has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Refusal:
    """A cell, or a row where ``letter`` is empty, that is not taken, and what to write instead."""

    sheet: str
    row: int
    letter: str
    heading: str
    value: str
    reason: Text

    @property
    def where(self) -> Text:
        """«row 4, column B (machine)», with the sheet where the table has several."""
        fields: dict[str, object] = {
            "sheet": f"«{self.sheet}»",
            "row": self.row,
            "letter": self.letter,
            "column": self.heading or "–",
        }
        if not self.letter:
            return (
                text("sheet {sheet}, row {row}", **fields) if self.sheet else text("row {row}", row=fields.pop("row"))
            )
        if self.sheet:
            return text("sheet {sheet}, row {row}, column {letter} ({column})", **fields)
        return text("row {row}, column {letter} ({column})", **fields)

    @property
    def told(self) -> Text:
        """All of it in a sentence."""
        if not self.value or self.value in self.reason.render():
            return text("{where}: {reason}", where=self.where, reason=self.reason)
        return text("{where}, «{value}»: {reason}", where=self.where, value=self.value, reason=self.reason)


@dataclass(frozen=True)
class Lines:
    """What the sheets of a table hold: rows, cells that cannot be, sheets that are no table of assets."""

    lines: tuple[Line, ...]
    refusals: tuple[Refusal, ...]
    left_out: tuple[str, ...]


def lines_of(sheets: Iterable[Sheet]) -> Lines:
    """Rows of all sheets that have our columns, in whichever language their headings are.

    The headings may stand under a title. Cells that cannot be are refused here and left out of their row.

    Raises
    ------
    BadInput : no sheet has our columns; a heading is unknown, or stands twice
    """
    lines: list[Line] = []
    refusals: list[Refusal] = []
    left_out: list[str] = []
    for sheet in sheets:
        start = _start(sheet)
        if start is None:
            left_out.append(sheet.name)
            continue
        columns = _columns(sheet, start)
        for number, cells in sheet.rows[start + 1 :]:
            found, bad = _line(sheet, number, cells, columns)
            lines.append(found)
            refusals += bad
    if len(left_out) == len(tuple(sheets)):
        raise BadInput(text("no row names columns: each once, among {known}", known=", ".join(COLUMNS)))
    return Lines(tuple(lines), tuple(refusals), tuple(left_out))


def refusal(line: Line, column: str, reason: Text) -> Refusal:
    """That cell of that row is not taken."""
    at, heading = line.columns.get(column, (0, ""))
    return Refusal(line.sheet, line.number, letters(at), heading, line.get(column)[:MOST_SHOWN], reason)


def facts_of_cell(cell: str) -> dict[str, Any]:
    """Facts as a JSON object.

    Raises
    ------
    BadInput : it is none
    """
    try:
        facts = json.loads(cell)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise BadInput(
            text(
                "{cell} is no JSON object: write it as {example}",
                cell=repr(cell[:MOST_SHOWN]),
                example='{"speed_rpm": 1487}',
            )
        )
    return facts


_CHECKS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("site", "machine", "position", "parent"), names.identifier),
    **dict.fromkeys(("site_name", "machine_name", "position_name"), names.name),
    **dict.fromkeys(("site_facts", "machine_facts", "position_facts", "unit_facts"), facts_of_cell),
    "time_zone": check_zone,
}


def _start(sheet: Sheet) -> int | None:
    """Which of the first rows has the headings; None where none has one."""
    for index, (_, cells) in enumerate(sheet.rows[:_ROWS_ABOVE]):
        known = sum(_known(cell) is not None for cell in cells)
        if known and known * 2 >= sum(bool(cell) for cell in cells):
            return index
    return None


def _columns(sheet: Sheet, start: int) -> dict[str, tuple[int, str]]:
    """Where each column stands, from 1, and its heading."""
    number, cells = sheet.rows[start]
    found: dict[str, tuple[int, str]] = {}
    for at, cell in enumerate(cells, start=1):
        column = _known(cell)
        if not cell:
            continue
        if column is None or column in found:
            reason = text(
                "{value} is no column, or stands twice: each once, among {known}",
                value=repr(cell[:MOST_SHOWN]),
                known=", ".join(COLUMNS),
            )
            raise BadInput(Refusal(sheet.name, number, letters(at), cell[:MOST_SHOWN], cell[:MOST_SHOWN], reason).told)
        found[column] = at, cell
    return found


def _line(
    sheet: Sheet, number: int, cells: tuple[str, ...], columns: Mapping[str, tuple[int, str]]
) -> tuple[Line, list[Refusal]]:
    """A row with the cells that can be, and what is said of the others."""
    raw = {name: cells[at - 1] for name, (at, _) in columns.items() if at <= len(cells)}
    line = Line(sheet.name, number, {name: _fold(name, cell) for name, cell in raw.items()}, columns)
    bad = {name: sheet.unread[number, at] for name, (at, _) in columns.items() if (number, at) in sheet.unread}
    for name, cell in line.cells.items():
        if cell and name in _CHECKS and name not in bad:
            try:
                _CHECKS[name](cell)
            except LoadzoneError as error:
                bad[name] = error.message
    refusals = [refusal(line, name, reason) for name, reason in bad.items()]
    refusals += _without_heading(sheet.name, number, cells, {at for at, _ in columns.values()})
    kept = {name: cell for name, cell in line.cells.items() if name not in bad}
    return Line(sheet.name, number, kept, columns, frozenset(bad)), refusals


def _without_heading(sheet: str, number: int, cells: tuple[str, ...], named: set[int]) -> list[Refusal]:
    reason = text("the column has no heading: give it one, or empty the cell")
    return [
        Refusal(sheet, number, letters(at), "", cell[:MOST_SHOWN], reason)
        for at, cell in enumerate(cells, start=1)
        if cell and at not in named
    ]


def _known(heading: str) -> str | None:
    return _headings().get(_key(heading))


@cache
def _headings() -> Mapping[str, str]:
    """Columns by what they are called, in every language of ours."""
    said = {_key(label.render(lang)): name for name, label in HEADINGS.items() for lang in LANGUAGES}
    return said | {_key(name): name for name in COLUMNS}


def _key(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())


def _fold(column: str, cell: str) -> str:
    """Full-width letters and digits of an identifier as those that it is made of."""
    return unicodedata.normalize("NFKC", cell) if column in _FOLDED else cell
