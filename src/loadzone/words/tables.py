"""Tables that ship with the package: CSV files beside the room that reads them, every row with its source."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text


class BrokenTable(LoadzoneError):
    """A table of ours lacks a source or a column: our fault, not the user's."""

    code = "broken_table"
    exit_code = 3
    status = 500


@dataclass(frozen=True)
class Name(Text):
    """A name that a table brings in both languages: ``msgid`` is the English one, ``zh`` the Chinese one."""

    zh: str = ""

    def render(self, lang: str = "en") -> str:
        """The name in ``lang``; English where the table has no Chinese one."""
        return self.zh if lang == "zh" and self.zh else self.msgid

    def __str__(self) -> str:
        return self.msgid


def read_table(room: str, name: str, columns: Iterable[str] = ()) -> tuple[Mapping[str, str], ...]:
    """Rows of ``data/name`` in the room ``room``, by column, blanks stripped.

    Parameters
    ----------
    room : package that holds the folder ``data``, as "loadzone.bearings"
    name : file name, as "boundary.csv"
    columns : names that the table must have beside ``source``

    Raises
    ------
    BrokenTable : a column is missing, or a row states no source
    """
    content = (files(room) / "data" / name).read_text(encoding="utf-8")
    return parse_table(content, name, columns)


def parse_table(content: str, name: str, columns: Iterable[str] = ()) -> tuple[Mapping[str, str], ...]:
    """The rows of a CSV text; the checks are those of `read_table`."""
    reader = csv.DictReader(content.splitlines(), strict=True)
    missing = [column for column in (*columns, "source") if column not in (reader.fieldnames or ())]
    if missing:
        raise BrokenTable(text("table {table} has no column {column}", table=name, column=missing[0]))
    rows = []
    for raw in reader:
        if None in raw or None in raw.values():
            line = reader.line_num
            raise BrokenTable(text("table {table}, line {line}: wrong number of cells", table=name, line=line))
        row = {column: cell.strip() for column, cell in raw.items()}
        if not row["source"]:
            raise BrokenTable(text("table {table}, line {line}: no source", table=name, line=reader.line_num))
        rows.append(row)
    return tuple(rows)


def number(cell: str) -> float | None:
    """The number in a cell; None where the cell is empty, because the source does not state one."""
    return float(cell) if cell else None
