"""Tables as people keep them: sheets of cells, all read as text, from CSV or from a workbook (XLSX).

A cell keeps the row and the column that a spreadsheet shows, so that what is refused can be found again.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

MOST_BYTES = 50 << 20
MOST_ROWS = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTE = "'"
_ALPHABET = 26
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

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


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Sheets of a CSV table (UTF-8 or GB 18030) or of a workbook (XLSX), told apart by how they begin.

    Raises
    ------
    BadInput : too large, neither of them, damaged, or locked by a password
    """
    if len(content) > MOST_BYTES:
        raise BadInput(
            text("a table of {size} bytes is not taken: at most {limit}", size=len(content), limit=MOST_BYTES)
        )
    if content.startswith(_ZIP):
        from loadzone.flows.workbook import read_workbook

        return read_workbook(content)
    if content.startswith(_OLE):
        raise BadInput(
            text("an old workbook (.xls) or one with a password is not read: save it as .xlsx without a password")
        )
    return (_csv_sheet(content),)


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """CSV with a mark of its encoding, which spreadsheets need for Chinese.

    A cell that a spreadsheet would take for a formula goes out with an apostrophe before it, which `read_sheets`
    takes off again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def plain(cell: str) -> str:
    """The cell without blanks around it and without the apostrophe that kept it from being a formula.

    >>> plain(" '=A1 "), plain("6205 ")
    ('=A1', '6205')
    """
    return cell.strip().removeprefix(_QUOTE)


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


def _guarded(cell: str) -> str:
    return f"{_QUOTE}{cell}" if cell.startswith((*_FORMULA, _QUOTE)) else cell


def _csv_sheet(content: bytes) -> Sheet:
    rows = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(_decoded(content), newline=""), strict=True), start=1):
            if number > MOST_ROWS:
                raise BadInput(too_many_rows())
            if any(cell.strip() for cell in cells):
                rows.append((number, tuple(plain(cell) for cell in cells)))
    except csv.Error as error:
        raise BadInput(text("the table is no CSV ({reason})", reason=str(error))) from error
    return Sheet("", tuple(rows))


def _decoded(content: bytes) -> str:
    """UTF-8, or the encoding of Chinese spreadsheets."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(text("the table is neither UTF-8 nor GB 18030: save it as CSV UTF-8, or as .xlsx"))
