"""A table of labels beside recordings: which channel, what rate and speed, which bearing, known by whom."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from loadzone.formats.format import ReadOptions
from loadzone.formats.reading import detect, prefer, read_as
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, UnreadableFile
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

REQUIRED = ("path", "variable", "channel", "fs_hz", "speed_rpm", "bearing")


@dataclass(frozen=True)
class Label:
    """One line of a table of labels: one channel of one file. What the table leaves blank is None.

    ``fault`` is for whoever compares answers; nothing that diagnoses may look at it.
    """

    path: Path
    variable: str | None
    channel: str | None
    fs_hz: float | None
    speed_rpm: float | None
    speed_source: str | None = None
    bearing: str | None = None
    fault: str | None = None
    line: int = 0


def read_labels(csv_path: str | Path) -> list[Label]:
    """The labels of a CSV file with a header; paths in it are absolute or relative to it; further columns are ignored.

    Raises
    ------
    UnreadableFile : the table is not there or is no text
    BadInput : columns are missing, or a rate or speed is not a positive number
    """
    table = Path(csv_path)
    try:
        content = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(
            text("{file}: the table of labels cannot be read ({reason})", file=str(table), reason=reason)
        ) from error
    rows = csv.DictReader(content.splitlines())
    missing = [name for name in REQUIRED if name not in (rows.fieldnames or ())]
    if missing:
        raise BadInput(
            text(
                "{file}: columns {missing} are missing: a table of labels has {required} and may have speed_source and"
                " fault",
                file=str(table),
                missing=", ".join(missing),
                required=", ".join(REQUIRED),
            )
        )
    return [_label(table, row, line) for line, row in enumerate(rows, start=2)]


def read_labelled(label: Label, options: ReadOptions | None = None) -> Recording:
    """The recording of a label; its rate and speed win over the file's, and a note says so where they differ.

    Raises
    ------
    UnreadableFile, UnknownFormat, NoSuchChannel : as `loadzone.formats.read`
    """
    given = (
        None if label.fs_hz is None else Sourced(label.fs_hz, "label", "fs_hz"),
        None if label.speed_rpm is None else Sourced(label.speed_rpm, "label", label.speed_source or "speed_rpm"),
        None,
    )
    wanted = label.variable or label.channel
    recording = read_as(detect(label.path), label.path, channel=wanted, options=options)[0]
    return prefer(recording, given)


def _label(table: Path, row: dict[str, str | None], line: int) -> Label:
    def word(name: str) -> str | None:
        return (row.get(name) or "").strip() or None

    path = word("path")
    if path is None:
        raise BadInput(text("{file}, line {line}: the path is blank", file=str(table), line=line))
    return Label(
        path=table.parent / path,
        variable=word("variable"),
        channel=word("channel"),
        fs_hz=_positive(table, line, "fs_hz", word("fs_hz")),
        speed_rpm=_positive(table, line, "speed_rpm", word("speed_rpm")),
        speed_source=word("speed_source"),
        bearing=word("bearing"),
        fault=word("fault"),
        line=line,
    )


def _positive(table: Path, line: int, name: str, cell: str | None) -> float | None:
    if cell is None:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise BadInput(
            text(
                "{file}, line {line}: {name} is {cell}, and a positive number or nothing belongs there",
                file=str(table),
                line=line,
                name=name,
                cell=cell,
            )
        )
    return value
