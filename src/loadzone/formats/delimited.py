"""Text files of numbers: comma, semicolon, tab or blanks, point or decimal comma, with or without a header.

Numbers of up to nine digits become float32 (nine are enough to name every float32), longer ones stay float64.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.formats.format import HEAD_BYTES, ReadOptions, check_claim, torn
from loadzone.formats.layout import BLANKS, Layout, find_layout
from loadzone.formats.pronostia import recordings_of_pronostia
from loadzone.formats.rates import time_scale_s
from loadzone.formats.table import (
    Column,
    check_equal,
    recordings_of_table,
    remarks_about,
    remarks_of,
)
from loadzone.formats.uff58 import is_universal
from loadzone.formats.units import LABELS
from loadzone.formats.variables import MAX_CHANNELS
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, BadRecord, UnknownFormat, UnreadableFile
from loadzone.words.texts import text

FLOAT32_DIGITS = 9
"""Digits that tell any two float32 apart (IEEE 754, table 2: 1 + ceil(24 log10 2))."""
SNIFF_BYTES = 65536
COUNT_REMARK = "samples"
"""Our files say how many rows follow, so that a torn one is recognised."""
TYPE_REMARK = "dtype"
"""Our files of float64 say so, because 0.5 has few digits in either precision."""
_TIMESTAMP_NAME = re.compile(r"^(\d{4})\.(\d\d)\.(\d\d)\.(\d\d)\.(\d\d)\.(\d\d)$")
_INVALID = re.compile(r"invalid value '(.+)'")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Delimited:
    """One column a channel; a column of even times gives the rate; remarks «key = value» above the table are read."""

    name = "csv"
    suffixes = (".csv", ".txt", ".tsv", ".dat", ".asc")

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the content decides
        """Whether some lines read as a table of numbers."""
        if (b"\x00" in head and not head.startswith(_UTF16_MARKS)) or is_universal(head):
            return False
        return find_layout(_lines(head, len(head) >= HEAD_BYTES), ReadOptions()) is not None

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every numeric column but the times."""
        size = path.stat().st_size
        check_claim(path, size, size, options)
        _check_options(options)
        content = path.read_bytes()
        if content.startswith(_UTF16_MARKS):
            content = content.decode("utf-16").encode()
        layout = _layout(content, options)
        if layout is None or not layout.n_columns:
            raise UnknownFormat(
                text(
                    "{file}: no table of numbers with this delimiter, decimal sign and header: leave them to be found,"
                    " or look at the file in an editor",
                    file=str(path),
                )
            )
        _check_upright(path, layout)
        columns = _columns(path, content, layout)
        _check_whole(path, content, layout, columns)
        pronostia = None if layout.headings else recordings_of_pronostia(columns, path.name)
        return pronostia or _described(path, columns, layout)

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """Remarks, a header «channel [unit]» and one column a recording, every digit kept."""
        check_equal(path, recordings, "fs_hz", "speed_rpm", "started_at")
        _check_no_times(recordings)
        shared = remarks_about(recordings[0])
        is_double = any(each.samples.dtype == np.float64 for each in recordings)
        with path.open("w", encoding="utf-8", newline="") as file:
            for key in ("fs_hz", "speed_rpm", "started_at"):
                if key in shared:
                    file.write(f"# {key} = {shared[key]}\n")
            file.write(f"# {COUNT_REMARK} = {len(recordings[0].samples)}\n")
            if is_double:
                file.write(f"# {TYPE_REMARK} = float64\n")
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(map(_heading, recordings))
            columns = [each.samples.astype(np.float64 if is_double else np.float32) for each in recordings]
            cells = [column.astype(np.str_) for column in columns]
            file.writelines(",".join(row) + "\n" for row in zip(*cells, strict=True))


FORMAT = Delimited()


def _heading(recording: Recording) -> str:
    return f"{recording.channel} [{LABELS[recording.unit.value]}]" if recording.unit else recording.channel


def _check_no_times(recordings: Sequence[Recording]) -> None:
    for each in recordings:
        if time_scale_s(_heading(each)) is not None:
            raise BadInput(
                text("channel {channel}: a table takes a column of that name for times; name it", channel=each.channel)
            )


def _decoded(content: bytes) -> str:
    """Text of a head that may end inside a character; Chinese recorders write GB 18030."""
    if content.startswith(_UTF16_MARKS):
        return content.decode("utf-16", errors="replace")
    plain = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return io.TextIOWrapper(io.BytesIO(plain), encoding="utf-8").read() if len(plain) < 4 else plain.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(plain) - 3:
            return plain[: error.start].decode("utf-8")
        return plain.decode("gb18030", errors="replace")


def _layout(content: bytes, options: ReadOptions) -> Layout | None:
    lines = _lines(content[:SNIFF_BYTES], len(content) > SNIFF_BYTES)
    layout = find_layout(lines, options)
    is_ours = layout is not None and COUNT_REMARK in dict(layout.remarks)
    if layout is not None and is_ours and not layout.headings:
        return find_layout(lines, replace(options, header=True))  # channels called «1» or «inf» look like numbers
    return layout


def _lines(content: bytes, is_cut: bool) -> list[str]:
    """Lines of a head, split at line feeds alone; a last line that may be cut is left out unless it is the only one."""
    lines = [line.rstrip("\r") for line in _decoded(content).split("\n")]
    return lines[:-1] if len(lines) > 1 and (is_cut or not lines[-1]) else lines


def _check_upright(path: Path, layout: Layout) -> None:
    if layout.n_columns > MAX_CHANNELS:
        raise BadRecord(
            text(
                "{file}: {count} numbers in a row, and a channel is a column (at most {limit}): transpose the table",
                file=str(path),
                count=layout.n_columns,
                limit=MAX_CHANNELS,
            )
        )


def _check_options(options: ReadOptions) -> None:
    if options.decimal not in (None, ".", ","):
        raise BadInput(text("decimal sign {decimal}: it is a point or a comma", decimal=options.decimal))
    if options.delimiter is not None and len(options.delimiter) != 1:
        raise BadInput(
            text(
                "delimiter {delimiter}: it is one character (a blank means runs of blanks)", delimiter=options.delimiter
            )
        )
    if options.delimiter is not None and options.delimiter == (options.decimal or "."):
        raise BadInput(text("delimiter and decimal sign are both {sign}: they must differ", sign=options.delimiter))


def _columns(path: Path, content: bytes, layout: Layout) -> list[Column]:
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    body = memoryview(content)[_offset(content, layout.first_row) :]
    if layout.delimiter == BLANKS:
        body = memoryview(re.sub(rb"[ \t]+", b"\t", re.sub(rb"(?m)^[ \t]+|[ \t\r]+$", b"", bytes(body))))
    names = [f"f{place}" for place in range(layout.n_columns)]
    kinds = [pa.string() if is_moment else pa.float64() for is_moment in layout.is_moment]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(body),
            read_options=pa_csv.ReadOptions(column_names=names),
            parse_options=pa_csv.ParseOptions(delimiter="\t" if layout.delimiter in ("", BLANKS) else layout.delimiter),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict(zip(names, kinds, strict=True)), decimal_point=layout.decimal
            ),
        )
    except pa.ArrowInvalid as error:
        raise _wrong_cell(path, content, layout, str(error)) or UnreadableFile(
            text(
                "{file}: a row does not fit the table that begins in line {line} ({reason}): the file is torn, or a"
                " remark stands among the numbers; mend or cut that row",
                file=str(path),
                line=layout.first_row + 1,
                reason=" ".join(str(error).split())[:160],
            )
        ) from error
    headings = layout.headings or _numbered(layout.n_columns)
    columns = [_column(table.column(place), headings[place], place, layout) for place in range(layout.n_columns)]
    return [
        each for each in columns if each.values.dtype.kind == "M" or not np.isnan(each.values).all() or each.heading
    ]


def _wrong_cell(path: Path, content: bytes, layout: Layout, reason: str) -> UnreadableFile | None:
    """The line and the cell that is no number, where the reader names the cell and it is found."""
    named = _INVALID.search(reason)
    if named is None:
        return None
    value = named[1]
    delimiter = layout.delimiter if layout.delimiter not in ("", BLANKS) else None
    lines = content.decode("utf-8", "replace").split("\n")
    rows = enumerate(lines[layout.first_row :], start=layout.first_row + 1)
    found = (n for n, row in rows if value in (cell.strip().strip('"') for cell in row.split(delimiter)))
    number = next(found, None)
    if number is None:
        return None
    other = "," if layout.decimal == "." else "."
    if other in value and re.fullmatch(r"[+-]?\d*[.,]?\d+([eE][+-]?\d+)?", value):
        told = text(
            "{file}, line {line}: «{value}» has another decimal sign than the numbers before it; write it as {mended}",
            file=str(path),
            line=number,
            value=value,
            mended=value.replace(other, layout.decimal),
        )
    else:
        told = text(
            "{file}, line {line}: «{value}» is not a number; mend or cut that row",
            file=str(path),
            line=number,
            value=value[:80],
        )
    return UnreadableFile(told)


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"ch{place}" for place in range(1, count + 1))


def _column(cells: Any, heading: str, place: int, layout: Layout) -> Column:  # noqa: ANN401  pyarrow ships no types
    if layout.is_moment[place]:
        return Column(heading, place + 1, _moments(cells.to_pylist()))
    values: NDArray[Any] = cells.to_numpy()
    is_short = layout.digits[place] <= FLOAT32_DIGITS and (TYPE_REMARK, "float64") not in layout.remarks
    if is_short and time_scale_s(heading) is None:
        values = values.astype(np.float32)
    return Column(heading, place + 1, values, resolution=10.0 ** -layout.decimals[place])


def _moments(cells: list[str | None]) -> NDArray[np.datetime64]:
    """Dates and clock times; a clock time without a date counts from the epoch and gives a rate, not a start."""
    texts = [(cell or "").strip().replace("/", "-").replace(",", ".").removesuffix("Z") for cell in cells]
    if texts and re.match(r"^\d\d?:", texts[0]):
        texts = [f"1970-01-01T{each.zfill(8)}" if each else "NaT" for each in texts]
    try:
        return np.array([each.replace(" ", "T") or "NaT" for each in texts], dtype="datetime64[us]")
    except ValueError:
        return np.full(len(texts), np.datetime64("NaT", "us"))


def _described(path: Path, columns: list[Column], layout: Layout) -> list[Recording]:
    remarks = remarks_of(dict(layout.remarks))
    first = columns[0]
    if not layout.headings and len(columns) > 1 and first.values.dtype.kind == "f" and _is_rising_evenly(first):
        columns = [Column("time", 1, first.values.astype(np.float64), resolution=first.resolution), *columns[1:]]
    stamp = _TIMESTAMP_NAME.match(path.name)
    if stamp and "started_at" not in remarks:
        remarks["started_at"] = "{}-{}-{}T{}:{}:{}".format(*stamp.groups())
    return recordings_of_table(columns, remarks)


def _is_rising_evenly(column: Column) -> bool:
    """Whether a first column without a heading is a time in seconds: even steps below one second."""
    values = column.values.astype(np.float64)
    if len(values) < LEAST_TIMES or not np.isfinite(values).all():
        return False
    steps = np.diff(values)
    step = float(np.median(steps))
    slack = 2 * (column.resolution or 0.0) + 1e-6 * step
    return 0 < step < 1 and values[0] >= 0 and float(np.abs(steps - step).max()) <= min(slack, 0.5 * step)


LEAST_TIMES = 8
"""Fewer even steps than this happen by chance in rounded samples."""


def _offset(content: bytes, line: int) -> int:
    """Byte where a line (from 0) begins."""
    position = 0
    for _ in range(line):
        position = content.index(b"\n", position) + 1
    return position


def _check_whole(path: Path, content: bytes, layout: Layout, columns: list[Column]) -> None:
    claimed = dict(layout.remarks).get(COUNT_REMARK)
    if claimed is None or not claimed.isdigit() or not columns:
        return
    found = len(columns[0].values)
    if found != int(claimed) or not content.endswith(b"\n"):
        raise torn(path, text("it claims {claimed} samples and has {found}", claimed=claimed, found=found))
