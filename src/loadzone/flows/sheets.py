"""Tables as people keep them, in and out: CSV, or a workbook (XLSX), told apart by how they begin."""

import csv
import io
from collections.abc import Iterable, Sequence

from loadzone.flows.sheet import MOST_ROWS, QUOTE, Sheet, plain, too_many_rows
from loadzone.flows.workbook import read_workbook
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

MOST_BYTES = 50 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


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


def _guarded(cell: str) -> str:
    return f"{QUOTE}{cell}" if cell.startswith((*_FORMULA, QUOTE)) else cell


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
