"""A speed as a person states it: one number, a range that the record must settle, or a profile in a CSV file."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from loadzone.signals.recording import SpeedProfile
from loadzone.words.errors import BadInput, UnreadableFile
from loadzone.words.texts import text

TIMES = ("time_s", "time", "t_s", "t", "s")
SPEEDS = ("speed_rpm", "rpm", "speed", "n_rpm", "n")


def read_profile(path: Path) -> SpeedProfile:
    """The profile in a file with the columns ``time_s`` and ``speed_rpm``, or with two columns and no header.

    Parameters
    ----------
    path : comma, semicolon, tab or blanks between the cells, decimal points; times in s from the first sample on

    Raises
    ------
    UnreadableFile : absent or no text
    BadInput : fewer than two lines, a cell that is no number, times that do not rise, a speed that is not positive
    """
    lines = _lines(path)
    rows = [_cells(line) for line in lines]
    times_column, speeds_column, first = _columns(path, rows)
    pairs = [
        (_number(path, k + 1, row, times_column), _number(path, k + 1, row, speeds_column))
        for k, row in enumerate(rows[first:], start=first)
    ]
    times_s, speeds_rpm = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    if len(times_s) < 2 or not (np.diff(times_s) > 0).all() or not (speeds_rpm > 0).all():
        raise BadInput(
            text(
                "{file}: a speed profile needs two or more lines with rising times and positive speeds",
                file=str(path),
            )
        )
    return SpeedProfile(times_s, speeds_rpm)


def speed_from_option(words: str) -> tuple[float | None, tuple[float, float] | None]:
    """One speed, or the limits between which it varies.

    Raises
    ------
    BadInput : no number, or a range that does not rise

    >>> speed_from_option("1797"), speed_from_option("600..1800")
    ((1797.0, None), (None, (600.0, 1800.0)))
    """
    try:
        limits = [float(each) for each in words.split("..")]
    except ValueError:
        limits = []
    if len(limits) == 1:
        return limits[0], None
    if len(limits) == 2 and 0 < limits[0] < limits[1] < math.inf:
        return None, (limits[0], limits[1])
    raise BadInput(
        text("speed «{words}» is not understood: say one number in r/min, or a range such as 600..1800", words=words)
    )


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UnreadableFile(text("{file}: there is no such file: check the path", file=str(path))) from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UnreadableFile(
            text("{file}: the speed profile cannot be read ({reason})", file=str(path), reason=reason)
        ) from error
    return [line for line in content.splitlines() if line.strip() and not line.startswith("#")]


def _cells(line: str) -> list[str]:
    delimiter = next((each for each in (";", "\t", ",") if each in line), None)
    cells = next(csv.reader([line], delimiter=delimiter)) if delimiter else line.split()
    return [cell.strip() for cell in cells]


def _columns(path: Path, rows: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """Column of the times, column of the speeds, and the first row of numbers."""
    head = [cell.casefold() for cell in rows[0]] if rows else []
    times = next((head.index(name) for name in TIMES if name in head), None)
    speeds = next((head.index(name) for name in SPEEDS if name in head), None)
    if times is not None and speeds is not None:
        return times, speeds, 1
    if len(head) == 2 and not any(name in head for name in (*TIMES, *SPEEDS)):
        return 0, 1, 0
    raise BadInput(
        text("{file}: a speed profile has the columns time_s and speed_rpm, or two columns of numbers", file=str(path))
    )


def _number(path: Path, line: int, row: Sequence[str], column: int) -> float:
    cell = row[column] if column < len(row) else ""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(
            text("{file}, line {line}: «{cell}» is no number (decimal points)", file=str(path), line=line, cell=cell)
        )
    return value
