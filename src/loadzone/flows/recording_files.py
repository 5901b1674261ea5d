"""A recording taken along: as a file of any format that is written here, or as sound."""

import io
import re
import tempfile
import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from loadzone.flows.platform import Platform
from loadzone.flows.recording_view import Looked, Record
from loadzone.flows.watch.waves import recording_of
from loadzone.formats.format import WritingFormat
from loadzone.formats.reading import write
from loadzone.formats.registry import registry
from loadzone.signals.audible import RATE_HZ, audible
from loadzone.words.errors import MissingInput, UnknownFormat
from loadzone.words.texts import text

LONGEST_HEARD_S = 30.0


@dataclass(frozen=True)
class Made:
    """A file: its name and all of its bytes."""

    name: str
    content: bytes


def written_formats() -> dict[str, str]:
    """Names of the formats that can be written, with the ending of their files."""
    found = registry().formats
    return {name: each.suffixes[0] for name, each in found.items() if isinstance(each, WritingFormat)}


def as_file(platform: Platform, record: Record, format_name: str) -> Made:
    """The recording, as it was kept, in a format.

    Raises
    ------
    UnknownFormat : no such format can be written
    BadInput, MissingInput : the format cannot carry it
    DamagedObject : the samples are not those that were kept
    """
    endings = written_formats()
    if format_name not in endings:
        raise UnknownFormat(
            text(
                "no format {format} can be written: choose one of {formats}",
                format=format_name[:40],
                formats=", ".join(endings),
            )
        )
    header = platform.waveforms.header(record.organisation, record.object)
    kept = recording_of(header, platform.waveforms.read(record.organisation, record.object))
    name = f"{_stem(record)}{endings[format_name]}"
    with tempfile.TemporaryDirectory(prefix="loadzone-file-") as folder:
        path = write(Path(folder) / name, [kept], format_name=format_name)
        return Made(name, path.read_bytes())


def as_sound(looked: Looked, *, only_band: bool = False) -> Made:
    """The first half minute as a WAV file, 44.1 kHz and 16 bit; ``only_band``: the band in which lines were looked for.

    Raises
    ------
    MissingInput : a band of a recording in which no bearing was looked for, or no rate
    BadRecord : nothing to hear
    """
    recording, exhibits = looked.recording, looked.diagnosis.exhibits
    if recording.fs_hz is None or (only_band and exhibits is None):
        raise MissingInput(text("no band was looked into in this recording: listen to all of it"))
    fs_hz = recording.fs_hz.value
    part = recording.samples[: int(LONGEST_HEARD_S * fs_hz)]
    heard = audible(part, fs_hz, exhibits.band_hz if only_band and exhibits else None)
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(heard.samples.astype("<i2").tobytes())
    return Made(f"{_stem(looked.record)}-heard.wav", body.getvalue())


def _stem(record: Record) -> str:
    at = datetime.fromtimestamp(record.time_us / 1e6, UTC).strftime("%Y%m%dT%H%M%SZ")
    words = f"{record.position}-{at}-{record.channel}"
    return re.sub(r"[^A-Za-z0-9._-]+", "_", words).strip("_-.")[:100]
