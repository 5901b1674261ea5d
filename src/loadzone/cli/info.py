"""`loadzone info`: what is in a file, and where each fact comes from."""

import json
import math
import os
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from loadzone.signals.recording import Recording
from loadzone.words.columns import TERMINAL_WIDTH, cut, pad, width, wrap
from loadzone.words.errors import BadRecord, LoadzoneError
from loadzone.words.quantities import NOTHING
from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text, text

MAX_ROWS = 24
"""Channels that the table shows; a file of snapshots holds hundreds, and --json gives all."""
NAME_WIDTH = 18
GAP = "  "
SOURCES = {
    "file": text("file"),
    "label": text("label"),
    "user": text("given"),
    "estimated": text("estimated"),
}
UNIT_SIGNS = {"g": "g", "ms2": "m/s²", "mms": "mm/s", "um": "µm", "v": "V", "degc": "°C", "pa": "Pa"}
HEADS = (
    text("channel"),
    text("samples"),
    text("rate Hz"),
    text("s"),
    text("r/min"),
    text("unit"),
    text("rms"),
    text("peak"),
)
FIELDS = (("fs_hz", text("rate")), ("speed_rpm", text("speed")), ("unit", text("unit")))


def info(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files of recordings")],
    channel: Annotated[str | None, typer.Option("--channel", metavar="CHANNEL", help="Only this channel")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print facts as JSON")] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="en or zh")] = "en",
) -> None:
    """Show what recordings hold: channels, rate, unit, speed, length, level, and where each fact comes from."""
    from loadzone.formats.reading import read

    found: list[tuple[str, Sequence[Recording]]] = []
    refused: list[LoadzoneError] = []
    for file in files:
        try:
            found.append((file, read(file, channel=channel)))
        except LoadzoneError as error:
            if len(files) == 1:
                raise
            refused.append(error)
    if as_json:
        facts = {"files": [_facts(file, recordings, lang) for file, recordings in found]}
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for file, recordings in found:
            typer.echo("\n".join(page(file, recordings, lang)))
    for refusal in refused:
        typer.echo(refusal.render(lang), err=True)
    if refused:
        raise typer.Exit(max(each.exit_code for each in refused))


def page(file: str, recordings: Sequence[Recording], lang: str = "en") -> list[str]:
    """The lines about one file for a terminal, at most 78 columns wide."""
    shown = recordings[:MAX_ROWS]
    table = [[head.render(lang) for head in HEADS], *(_row(each) for each in shown)]
    widths = [max(width(row[place]) for row in table) for place in range(len(HEADS))]
    lines = [" " + cut(file, TERMINAL_WIDTH - 1), ""]
    for row in table:
        cells = [
            pad(cell, columns, "left" if place == 0 else "right")
            for place, (cell, columns) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(" " + GAP.join(cells).rstrip())
    if len(recordings) > MAX_ROWS:
        more = text("and {count} more channels: --json shows all", count=len(recordings) - MAX_ROWS)
        lines += wrap(f" {more.render(lang)}", indent=" ")
    sources = [said for name, label in FIELDS if (said := _source(recordings, name, label, lang))]
    remarks = list(dict.fromkeys(note for each in shown for note in _remarks(each, lang)))
    return [*lines, "", *(line for said in [*sources, *remarks] for line in wrap(f" {said}", indent="   ")), ""]


def level(recording: Recording) -> tuple[float | None, float | None]:
    """Root mean square and peak about the mean; None where the samples cannot carry them (constant, NaN, too few)."""
    from loadzone.signals.descriptors import descriptors

    try:
        found = descriptors(recording.samples)
    except BadRecord:
        return None, None
    return float(found.rms), float(found.peak)


def _row(recording: Recording) -> list[str]:
    rms, peak = level(recording)
    return [
        cut(recording.channel, NAME_WIDTH),
        str(len(recording.samples)),
        _number(recording.fs_hz.value if recording.fs_hz else None, 7),
        _number(recording.duration_s, 4),
        _number(recording.speed_rpm.value if recording.speed_rpm else None, 6),
        UNIT_SIGNS[recording.unit.value] if recording.unit else NOTHING,
        _level(rms),
        _level(peak),
    ]


def _number(value: float | None, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{value:.{digits}g}"


def _level(value: float | None) -> str:
    return NOTHING if value is None else f"{value:#.3g}".rstrip(".")


def _source(recordings: Sequence[Recording], name: str, label: Text, lang: str) -> str:
    """One line on where a fact comes from, for all channels that agree."""
    found = list(dict.fromkeys(_said(getattr(each, name), lang) for each in recordings))
    return text("{quantity}: {source}", quantity=label, source="; ".join(found[:4])).render(lang)


def _said(value: Sourced[Any] | None, lang: str) -> str:
    if value is None:
        return text("not in the file").render(lang)
    kind = SOURCES[value.kind].render(lang)
    return f"{kind} ({value.detail})" if value.detail else kind


def _remarks(recording: Recording, lang: str) -> list[str]:
    """Notes worth a line: under which name a channel stands is in the JSON and in --channel."""
    from loadzone.formats.format import named

    started = [text("started {moment}", moment=recording.started_at).render(lang)] if recording.started_at else []
    return started + [note.render(lang) for note in recording.notes if note.msgid != named("").msgid]


def _facts(file: str, recordings: Sequence[Recording], lang: str) -> dict[str, Any]:
    return {"file": os.fspath(file), "channels": [_channel_facts(each, lang) for each in recordings]}


def _channel_facts(recording: Recording, lang: str) -> dict[str, Any]:
    from loadzone.formats.format import variables_of

    rms, peak = level(recording)
    return {
        "channel": recording.channel,
        "index": recording.index,
        "variables": list(variables_of(recording)),
        "samples": len(recording.samples),
        "dtype": recording.samples.dtype.name,
        "duration_s": recording.duration_s,
        "started_at": recording.started_at,
        **{name: _sourced_facts(getattr(recording, name)) for name, _ in FIELDS},
        "rms": rms,
        "peak": peak,
        "notes": [note.render(lang) for note in recording.notes],
    }


def _sourced_facts(value: Sourced[Any] | None) -> dict[str, Any] | None:
    return None if value is None else {"value": value.value, "source": value.kind, "detail": value.detail}
