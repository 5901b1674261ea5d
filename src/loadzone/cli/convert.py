"""`loadzone convert`: a recording in another format, with what is known about it."""

from pathlib import Path
from typing import Annotated, cast

import typer

from loadzone.cli.target import check_folder
from loadzone.signals.recording import Unit
from loadzone.words.texts import text


def convert(
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to read")],
    out: Annotated[str, typer.Argument(metavar="OUT", help="File to write; its ending names the format")],
    channel: Annotated[str | None, typer.Option("--channel", metavar="CHANNEL", help="Only this channel")] = None,
    fs: Annotated[float | None, typer.Option("--fs", metavar="HZ", help="Sampling rate in Hz")] = None,
    speed: Annotated[float | None, typer.Option("--speed", metavar="RPM", help="Shaft speed in r/min")] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="What samples are in: g, ms2, mms, um, v, degc, pa")
    ] = None,
    target_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="Format, where the ending does not say")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="en or zh")] = "en",
) -> None:
    """Write a recording in another format: samples, rate, unit, channel and speed travel along."""
    from loadzone.formats.reading import read, write

    check_folder(Path(out))
    recordings = read(file, channel=channel, fs_hz=fs, speed_rpm=speed, unit=cast("Unit | None", unit))
    written = write(out, recordings, format_name=target_format)
    for note in dict.fromkeys(note.render(lang) for each in recordings for note in each.notes if "used" in note.fields):
        typer.echo(note, err=True)
    done = text("{file}: written, channels: {count}", file=str(written), count=len(recordings))
    typer.echo(done.render(lang))
