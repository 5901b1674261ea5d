"""Workbooks (XLSX, ISO/IEC 29500): read as text through calamine, written through XlsxWriter.

calamine unpacks whatever it is given, lays a sheet out as a full rectangle, and says nothing of a cell with an error
or of a formula without a value. So a workbook is walked through first: how much it holds when it is unpacked, how far
its cells reach, which of them have nothing to read.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from xml.parsers import expat

from loadzone.flows.sheet import MOST_ROWS, Sheet, letters, plain, too_many_rows
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 400 << 20
MOST_COLUMNS = 256
MOST_SHEETS = 50
_PART = 1 << 20
_LONGEST = 40


@dataclass
class _Scan:
    """A walk through the cells of a sheet, which finds those that have nothing to read; rows and columns from 1.

    A cell beyond what is read is refused here, before anything makes room for it.
    """

    sheet: str
    unread: dict[tuple[int, int], Text] = field(default_factory=dict)
    row: int = 0
    column: int = 0
    kind: str = ""
    has_formula: bool = False
    is_within: bool = False
    is_computed: bool = False
    value: str = ""

    def start(self, tag: str, told: Mapping[str, str]) -> None:
        """Where a cell begins, and what is in it."""
        match _local(tag):
            case "row":
                self.row, self.column = int(told.get("r", self.row + 1)), 0
            case "c":
                self.row, self.column = _place(told["r"]) if "r" in told else (self.row, self.column + 1)
                self.kind, self.value = told.get("t", "n"), ""
                self.has_formula = self.is_computed = False
            case "f":
                self.has_formula = True
                self._check()
            case "v" | "is":
                self.is_within = True
                self._check()

    def end(self, tag: str) -> None:
        """Where it ends: an error, or a formula without a value, is noted."""
        match _local(tag):
            case "v" | "is":
                self.is_within, self.is_computed = False, bool(self.value) or self.kind in {"str", "inlineStr"}
            case "c" if self.kind == "e":
                self.unread[self.row, self.column] = text(
                    "{value} is an error of the spreadsheet: write the value itself", value=self.value
                )
            case "c" if self.has_formula and not self.is_computed:
                self.unread[self.row, self.column] = text(
                    "a formula that was never computed: open the workbook and save it, or write the value itself"
                )

    def characters(self, some: str) -> None:
        """The beginning of its value."""
        if self.is_within and len(self.value) < _LONGEST:
            self.value += some

    def _check(self) -> None:
        if self.row > MOST_ROWS:
            raise BadInput(too_many_rows())
        if self.column > MOST_COLUMNS:
            raise BadInput(
                text(
                    "sheet {sheet}, cell {cell}: at most {limit} columns are read",
                    sheet=f"«{self.sheet}»",
                    cell=f"{letters(self.column)}{self.row}",
                    limit=MOST_COLUMNS,
                )
            )


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """All sheets of cells; a date is written as ISO 8601, a whole number without a point, yes and no as true and false.

    The value of cells that are merged downwards stands in each row that they span.

    Raises
    ------
    BadInput : damaged, locked, larger than is taken when it is unpacked, cells beyond the rows and columns that are
        read, cells merged across columns
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _weigh(archive)
            scans = {name: _scanned(archive, path, name) for name, path in _paths(archive).items()}
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return tuple(
                _sheet(book.get_sheet_by_name(name), scans[name].unread) for name in book.sheet_names if name in scans
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise BadInput(_damaged(str(error))) from error
    except (expat.ExpatError, CalamineError, ValueError) as error:
        raise BadInput(_damaged(str(error))) from error


def write_workbook(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet, its first row the headings; every cell is text, so none is a formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    widths: dict[int, int] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                written = f"'{cell}" if cell.startswith("'") else cell
                sheet.write_string(number, column, written, bold if number == 0 else None)
                widths[column] = min(max(widths.get(column, 0), 2 + sum(1 + (ord(c) > 0x2E7F) for c in cell)), _LONGEST)
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _weigh(archive: zipfile.ZipFile) -> None:
    """Unpack it once, no further than the limit; a part that is not as long as it says is found by its checksum."""
    left = MOST_UNPACKED
    for part in archive.infolist():
        with archive.open(part) as opened:
            while some := opened.read(_PART):
                left -= len(some)
                if left < 0:
                    raise BadInput(
                        text(
                            "the workbook holds more than {limit} MB when it is unpacked, and is not read: "
                            "save the sheet alone, or as CSV",
                            limit=MOST_UNPACKED >> 20,
                        )
                    )


def _paths(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Where the cells of each sheet are, by its name."""
    root = _relations(archive, "_rels/.rels", "")
    book = next((path for kind, path in root.values() if kind.endswith("/officeDocument")), "xl/workbook.xml")
    folder, file = posixpath.split(book)
    related = _relations(archive, f"{folder}/_rels/{file}.rels", folder)
    found: dict[str, str] = {}

    def start(tag: str, told: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            key = next((value for name, value in told.items() if name.endswith("relationships id")), "")
            kind, path = related.get(key, ("", ""))
            if kind.endswith("/worksheet"):
                found[told["name"]] = path

    _walk(archive.read(book), start)
    if not 0 < len(found) <= MOST_SHEETS:
        raise BadInput(
            text("a workbook of {count} sheets is not read: 1 to {limit}", count=len(found), limit=MOST_SHEETS)
        )
    return found


def _relations(archive: zipfile.ZipFile, path: str, folder: str) -> Mapping[str, tuple[str, str]]:
    """Kind and place of the parts that one part names, by key."""
    found = {}

    def start(tag: str, told: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            place = posixpath.normpath(posixpath.join("/", folder, told["Target"])).lstrip("/")
            found[told["Id"]] = told["Type"], place

    _walk(archive.read(path), start)
    return found


def _scanned(archive: zipfile.ZipFile, path: str, name: str) -> _Scan:
    scan = _Scan(name)
    _walk(archive.read(path), scan.start, scan.end, scan.characters)
    return scan


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a cell called as «AB12»."""
    name = reference.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(name) :]), column


def _walk(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.Parse(content, True)  # noqa: FBT003  positional only: this is all of it


def _no_doctype(*_: object) -> None:
    raise BadInput(_damaged("DOCTYPE"))


def _sheet(sheet: "CalamineSheet", scanned: Mapping[tuple[int, int], Text]) -> Sheet:
    grid = [[_written(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    unread = dict(scanned)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        for number, row in enumerate(grid[top : bottom + 1], start=top + 1):
            row[left] = grid[top][left]
            for column in range(left + 2, min(right + 1, len(row)) + 1):
                unread[number, column] = text("merged with cells of other columns: unmerge them, and write each value")
    asked = {row for row, _ in unread}
    rows = tuple((number, tuple(row)) for number, row in enumerate(grid, start=1) if any(row) or number in asked)
    return Sheet(sheet.name, rows, unread)


def _written(cell: object) -> str:
    """A value of a cell as it would stand in a table of text."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _damaged(reason: str) -> Text:
    return text("the workbook cannot be read ({reason}): open it and save it again as .xlsx", reason=reason)
