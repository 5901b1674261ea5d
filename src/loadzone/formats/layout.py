"""How a text file is laid out, found from its first lines: delimiter, decimal sign, header, preamble."""

import csv
import re
from dataclasses import dataclass

from loadzone.formats.format import ReadOptions

BLANKS = " "
"""As a delimiter: runs of blanks and tabs."""
CANDIDATES = ("\t", ";", ",", "|", BLANKS, "")
"""Delimiters in the order of trial; none at all (one column) comes last."""
LOOK_LINES = 20
"""Lines below the header that must agree on the layout."""

_POINT_NUMBER = re.compile(r"^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan|inf(inity)?)$", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"^[+-]?((\d+,?\d*|,\d+)(e[+-]?\d+)?|nan|inf(inity)?)$", re.IGNORECASE)
_MOMENT = re.compile(r"^\d{4}[-/.]\d\d?[-/.]\d\d?([ T]\d\d?:\d\d(:\d\d([.,]\d+)?)?Z?)?$|^\d\d?:\d\d:\d\d([.,]\d+)?$")
_REMARK = re.compile(r"^[#%;!\s\"]*(?P<key>[^=:\t,;\"]+?)\s*[=:\t,;]\s*(?P<value>[^\"]+?)[\",;\s]*$")


@dataclass(frozen=True)
class Layout:
    """``first_row`` is the line (from 0) where the numbers begin; ``headings`` is empty where there is no header.

    ``is_moment`` and ``digits`` have one entry a column: whether it holds dates or clock times, and the most
    significant digits met in the lines that were looked at.
    """

    delimiter: str
    decimal: str
    first_row: int
    headings: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]
    is_moment: tuple[bool, ...]
    digits: tuple[int, ...]
    decimals: tuple[int, ...]

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.is_moment)


def find_layout(lines: list[str], options: ReadOptions) -> Layout | None:
    """The layout of a table of numbers, or None where no lines look like one.

    ``lines`` are the whole lines at the beginning of the file. Of several readings the one whose table begins first
    wins; a comma between two columns is a decimal sign when what follows it has a leading zero («0,051»).
    """
    found = [
        layout
        for delimiter in (CANDIDATES if options.delimiter is None else (options.delimiter,))
        for decimal in ((".", ",") if options.decimal is None else (options.decimal,))
        if delimiter != decimal and (layout := _try(lines, delimiter, decimal, options)) is not None
    ]
    return min(found, key=lambda each: each.first_row, default=None)


def split(line: str, delimiter: str) -> list[str]:
    """The cells of a line, without the blanks and quotation marks around them."""
    if delimiter == BLANKS:
        return line.split()
    if not delimiter:
        return [line.strip().strip('"')]
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
        except csv.Error:
            return [line]  # quotation marks at random: no row of numbers
    return [cell.strip() for cell in line.split(delimiter)]


def _try(lines: list[str], delimiter: str, decimal: str, options: ReadOptions) -> Layout | None:
    rows = [split(line, delimiter) if line.strip() else [] for line in lines]
    for first, row in enumerate(rows):
        if not _is_data(row, decimal) or (delimiter and len(row) == 1 and options.delimiter is None):
            continue
        body = [each for each in rows[first : first + LOOK_LINES] if each]
        if any(len(each) != len(row) or not _is_data(each, decimal) for each in body):
            continue
        if delimiter == "," and options.delimiter is None and _is_decimal_comma(body):
            return None
        above = [cells for line, cells in zip(lines[:first], rows[:first], strict=True) if not line.startswith('"')]
        if any(_is_mixed(cells, len(row), decimal) for cells in above):
            return None
        return _layout(lines, rows, first, delimiter, decimal, options)
    return None


def _layout(
    lines: list[str], rows: list[list[str]], first: int, delimiter: str, decimal: str, options: ReadOptions
) -> Layout:
    width = len(rows[first])
    is_headed = first > 0 and len(rows[first - 1]) == width and not (width == 1 and _is_remark(lines[first - 1]))
    if options.header and not is_headed:
        first, is_headed = first + 1, True
    above = rows[first - 1] if is_headed and options.header is not False else []
    has_words = any(cell and not _is_number(cell, decimal) for cell in above)
    headings = tuple(above) if options.header or has_words else ()
    body = [each for each in rows[first:] if len(each) == width]
    columns = list(zip(*body, strict=True))
    remarks = [match for line in lines[: first - bool(headings)] if (match := _REMARK.match(line))]
    return Layout(
        delimiter=delimiter,
        decimal=decimal,
        first_row=first,
        headings=headings,
        remarks=tuple((match["key"].strip(), match["value"].strip()) for match in remarks),
        is_moment=tuple(any(_MOMENT.match(cell) for cell in column) for column in columns),
        digits=tuple(max(map(_significant_digits, column)) for column in columns),
        decimals=tuple(max(_decimal_places(cell, decimal) for cell in column) for column in columns),
    )


def _is_remark(line: str) -> bool:
    """Whether a line above a single column is a remark («# fs_hz = 12000») and not its heading."""
    return line.lstrip()[:1] in tuple("#%!") or (not line.startswith('"') and _REMARK.match(line) is not None)


def _is_number(cell: str, decimal: str) -> bool:
    return (_POINT_NUMBER if decimal == "." else _COMMA_NUMBER).match(cell) is not None


def _is_data(row: list[str], decimal: str) -> bool:
    if not any(_is_number(cell, decimal) for cell in row):
        return False
    return all(not cell or _is_number(cell, decimal) or _MOMENT.match(cell) for cell in row)


def _is_mixed(row: list[str], width: int, decimal: str) -> bool:
    """Whether a row above the numbers mixes words and numbers: then this is a list of things, not a recording.

    Two cells are left out, because «Sampling rate;12000» is a remark; a line in quotation marks is a header.
    """
    return len(row) == width > 2 and 0 < sum(_is_number(cell, decimal) for cell in row) < width


def _is_decimal_comma(body: list[list[str]]) -> bool:
    if any(len(row) != 2 for row in body):
        return False
    return any(len(row[1]) > 1 and row[1].isdigit() and row[1].startswith("0") for row in body)


def _significant_digits(cell: str) -> int:
    mantissa = re.split("[eE]", cell)[0]
    return len(re.sub(r"\D", "", mantissa).lstrip("0"))


def _decimal_places(cell: str, decimal: str) -> int:
    """Places behind the decimal sign, the exponent counted («4.2504e+005» has -1)."""
    mantissa, _, exponent = cell.casefold().partition("e")
    places = len(mantissa.partition(decimal)[2])
    return places - int(exponent) if exponent and exponent.lstrip("+-").isdigit() else places
