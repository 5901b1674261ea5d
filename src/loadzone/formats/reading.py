"""The door: a path becomes recordings, whatever the format; recordings become a file."""

import math
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loadzone.formats.format import HEAD_BYTES, Format, ReadOptions, WritingFormat, variables_of
from loadzone.formats.registry import registry
from loadzone.formats.whole import write_whole
from loadzone.signals.recording import Recording, Unit
from loadzone.words.errors import BadInput, LoadzoneError, NoSuchChannel, UnknownFormat, UnreadableFile
from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text, text

UNITS: tuple[Unit, ...] = ("g", "ms2", "mms", "um", "v", "degc", "pa")


def read(
    path: str | os.PathLike[str],
    *,
    channel: str | int | None = None,
    fs_hz: float | None = None,
    speed_rpm: float | None = None,
    unit: Unit | None = None,
    options: ReadOptions | None = None,
) -> tuple[Recording, ...]:
    """Recordings of a file, one a channel, in the order of the file.

    The format is found by content. Rate, speed and unit come from the file where it says them; a value that is given
    here wins, and a note says so where the two differ.

    Parameters
    ----------
    path : the file
    channel : only this channel: its name, the name of its variable («X097_DE_time», «bearing.gs»), «column N» counted
        from 1 (text and tables), or its index counted from 0; None for all
    fs_hz : sampling rate, Hz
    speed_rpm : shaft speed, revolutions a minute
    unit : what the samples are in (it names, it does not convert)
    options : delimiter, decimal sign and header of a text file, limit of memory

    Raises
    ------
    UnreadableFile : absent, a folder, empty, torn, or larger than the limit
    UnknownFormat : no reader recognises it
    NoSuchChannel : the sentence lists the channels that are there
    BadInput : a rate or speed that is not positive, a unit that is none of ours
    """
    given = _checked(fs_hz, speed_rpm, unit)
    source = Path(path)
    return read_as(detect(source), source, channel=channel, given=given, options=options or ReadOptions())


def detect(path: Path) -> Format:
    """The format of a file, from its first bytes and its name.

    Raises
    ------
    UnreadableFile, UnknownFormat
    """
    head = _head(path)
    found = registry()
    claims = [each for each in found.formats.values() if each.sniff(head, path.name)]
    if not claims:
        raise _unknown(path)
    by_suffix = [each for each in claims if path.suffix.lower() in each.suffixes]
    return (by_suffix or claims)[0]


def read_as(
    kind: Format,
    path: Path,
    *,
    channel: str | int | None = None,
    given: Sequence[Sourced[float] | Sourced[Unit] | None] = (None, None, None),
    options: ReadOptions | None = None,
) -> tuple[Recording, ...]:
    """Read a file in a known format; whatever its library raises becomes one sentence.

    ``given`` holds rate, speed and unit that shall win over the file's, each with its source.
    """
    recordings = _parsed(kind, path, options or ReadOptions())
    if not recordings:
        raise UnreadableFile(
            text(
                "{file} (format {format}) is without a channel of samples: check that it is the recording and not a"
                " table of settings",
                file=str(path),
                format=kind.name,
            )
        )
    placed = [replace(each, path=str(path), index=index) for index, each in enumerate(recordings)]
    return tuple(prefer(each, given) for each in select(placed, channel, path))


def _parsed(kind: Format, path: Path, options: ReadOptions) -> list[Recording]:
    try:
        return kind.read(path, options)
    except LoadzoneError:
        raise
    except ModuleNotFoundError as error:
        raise UnreadableFile(
            text(
                "{file} has the format {format}, and the package {module} that reads it is not installed: pip install"
                " {module}",
                file=str(path),
                format=kind.name,
                module=error.name or str(error),
            )
        ) from error
    except (
        Exception
    ) as error:  # a parser of others meets a damaged file and raises anything from KeyError to MemoryError
        raise UnreadableFile(
            text(
                "{file} begins as {format} but cannot be read ({reason}): it is torn or damaged; copy it again"
                " from its source",
                file=str(path),
                format=kind.name,
                reason=" ".join(str(error).split())[:200] or type(error).__name__,
            )
        ) from error


def select(recordings: Sequence[Recording], channel: str | int | None, path: Path) -> Sequence[Recording]:
    """The recordings of one channel; several where the file holds it several times (two runs, many snapshots)."""
    if channel is None:
        return recordings
    wanted = str(channel).strip()
    ways = (
        lambda each: each.channel == wanted,
        lambda each: wanted in variables_of(each),
        lambda each: each.channel.casefold() == wanted.casefold(),
        lambda each: wanted.casefold() in [name.casefold() for name in variables_of(each)],
        lambda each: str(each.index) == wanted,
    )
    for way in ways:
        found = [each for each in recordings if way(each)]
        if found:
            return found
    names = list(dict.fromkeys(each.channel for each in recordings))
    raise NoSuchChannel(
        text(
            "{file} has no channel {channel}: it has {channels}",
            file=str(path),
            channel=wanted,
            channels=", ".join(names[:20]) + (" …" if len(names) > 20 else ""),
        )
    )


def prefer(recording: Recording, given: Sequence[Sourced[float] | Sourced[Unit] | None]) -> Recording:
    """The recording with the given rate, speed and unit; a note for each that the file says otherwise."""
    notes: list[Text] = []
    changes: dict[str, object] = {}
    for field, value in zip(("fs_hz", "speed_rpm", "unit"), given, strict=True):
        if value is None:
            continue
        changes[field] = value
        found = getattr(recording, field)
        if found is not None and found.value != value.value:
            notes.append(_DIFFERENT[field](value.value, found.value))
    return recording.but(**changes, notes=(*recording.notes, *notes)) if changes else recording


_DIFFERENT = {
    "fs_hz": lambda used, found: text("rate {used} Hz is used, the file says {found} Hz", used=used, found=found),
    "speed_rpm": lambda used, found: text(
        "speed {used} rpm is used, the file says {found} rpm", used=used, found=found
    ),
    "unit": lambda used, found: text("unit {used} is used, the file says {found}", used=used, found=found),
}


def write(path: str | os.PathLike[str], recordings: Sequence[Recording], *, format_name: str | None = None) -> Path:
    """Write recordings in the format of the name's ending (or ``format_name``); a file appears whole or not at all.

    Raises
    ------
    UnknownFormat : no format of that name or ending can be written
    BadInput : nothing to write, or more than the format can carry (unequal lengths in a table, ...)
    UnreadableFile : the folder does not exist or cannot be written
    """
    target = Path(path)
    kind = _writer(target, format_name)
    if not recordings:
        raise BadInput(text("{file}: there is no recording to write: give at least one channel", file=str(target)))
    for each in recordings:
        if not len(each.samples):
            raise BadInput(
                text("{file}: channel {channel} has no samples to write", file=str(target), channel=each.channel)
            )
    return write_whole(target, lambda beside: kind.write(beside, recordings))


def _writer(target: Path, format_name: str | None) -> WritingFormat:
    writers = {name: each for name, each in registry().formats.items() if isinstance(each, WritingFormat)}
    for name, each in writers.items():
        if name == format_name or (format_name is None and target.suffix.lower() in each.suffixes):
            return each
    endings = sorted({suffix for each in writers.values() for suffix in each.suffixes})
    raise UnknownFormat(
        text(
            "{file}: no format writes {wanted}; endings that can be written: {endings}",
            file=str(target),
            wanted=format_name or target.suffix or target.name,
            endings=", ".join(endings),
        )
    )


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFile(text("{file} is a folder: give the files in it", file=str(path)))
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise UnreadableFile(text("{file}: there is no such file: check the path", file=str(path))) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(
            text("{file} cannot be opened ({reason}): check its rights", file=str(path), reason=reason)
        ) from error
    if not head:
        raise UnreadableFile(text("{file} is empty (0 bytes): copy it again from its source", file=str(path)))
    return head


def _unknown(path: Path) -> UnknownFormat:
    found = registry()
    known = ", ".join(sorted(found.formats))
    if found.missing:
        return UnknownFormat(
            text(
                "{file}: no reader recognises its content; known are {formats}; not loaded for want of a package:"
                " {missing}",
                file=str(path),
                formats=known,
                missing=", ".join(f"{name} ({module})" for name, module in found.missing.items()),
            )
        )
    return UnknownFormat(
        text(
            "{file}: no reader recognises its content (the name's ending does not count); known are {formats}: export"
            " the recording in one of these",
            file=str(path),
            formats=known,
        )
    )


def _checked(
    fs_hz: float | None, speed_rpm: float | None, unit: Unit | None
) -> tuple[Sourced[float] | None, Sourced[float] | None, Sourced[Unit] | None]:
    if fs_hz is not None and not (math.isfinite(fs_hz) and fs_hz > 0):
        raise BadInput(text("rate {fs_hz} Hz: a sampling rate is a positive number", fs_hz=fs_hz))
    if speed_rpm is not None and not (math.isfinite(speed_rpm) and speed_rpm > 0):
        raise BadInput(
            text("speed {speed_rpm} rpm: a bearing that is diagnosed turns; give a positive speed", speed_rpm=speed_rpm)
        )
    if unit is not None and unit not in UNITS:
        raise BadInput(text("unit {unit}: it must be one of {units}", unit=unit, units=", ".join(UNITS)))
    return (
        None if fs_hz is None else Sourced(float(fs_hz), "user"),
        None if speed_rpm is None else Sourced(float(speed_rpm), "user"),
        None if unit is None else Sourced(unit, "user"),
    )
