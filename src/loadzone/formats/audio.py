"""WAV and FLAC through libsndfile. Both keep whole rates and no unit: ours writes what is known into the comment."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from loadzone.formats.format import ReadOptions, as_samples, check_claim, torn
from loadzone.formats.table import check_equal
from loadzone.formats.units import LABELS, parse_unit
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, BadRecord, MissingInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text, text

MAX_FLAC_CHANNELS = 8
MAX_FLAC_HZ = 655350
"""Limits of the FLAC format (RFC 9639, sections 4 and 9.1.2)."""
FLOAT_SUBTYPES = ("FLOAT", "DOUBLE")
FULL_SCALE_24 = 2.0**23


class Comment(msgspec.Struct, omit_defaults=True):
    """What a comment of ours says: one entry a channel; ``scale`` is the value of a full-scale sample."""

    channels: list[str] = []
    units: list[str | None] = []
    speeds_rpm: list[float | None] = []
    fs_hz: float | None = None
    started_at: str | None = None
    scale: float | None = None


class Wav:
    """RIFF, RIFX and RF64 files; float samples are physical values, integer samples fractions of full scale."""

    name = "wav"
    suffixes = (".wav", ".wave")

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the signature is enough
        """Whether it is a RIFF file of the kind WAVE."""
        return head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE"

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every channel."""
        _check_chunks(path)
        return _read(path, options)

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """Float samples as they are: float32, or float64 where one of the channels is."""
        check_equal(path, recordings, "fs_hz", "started_at")
        double = any(each.samples.dtype == np.float64 for each in recordings)
        _write(path, recordings, "DOUBLE" if double else "FLOAT", None)


class Flac:
    """Lossless for integers: our writer scales to 24 bits and keeps the scale."""

    name = "flac"
    suffixes = (".flac",)

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the signature is enough
        """Whether it begins with the stream marker."""
        return head.startswith(b"fLaC")

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every channel."""
        return _read(path, options)

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """Samples rounded to 24 bits of the largest value."""
        check_equal(path, recordings, "fs_hz", "started_at")
        peak = max((float(np.abs(each.samples).max(initial=0.0)) for each in recordings), default=0.0)
        if not np.isfinite(peak):
            raise BadRecord(text("FLAC holds no NaN and no infinity: write WAV, or mend the record first"))
        if len(recordings) > MAX_FLAC_CHANNELS:
            raise BadInput(
                text("{count} channels: FLAC holds {limit} at most", count=len(recordings), limit=MAX_FLAC_CHANNELS)
            )
        _write(path, recordings, "PCM_24", peak * FULL_SCALE_24 / (FULL_SCALE_24 - 1) or 1.0)


FORMAT = Wav()
FLAC = Flac()


def _read(path: Path, options: ReadOptions) -> list[Recording]:
    import soundfile as sf

    with sf.SoundFile(str(path)) as file:
        check_claim(path, file.frames * file.channels * 4, file.frames * file.channels * 4, options)
        needs_double = file.subtype in ("DOUBLE", "PCM_32")
        frames = file.read(dtype="float64" if needs_double else "float32", always_2d=True)
        if len(frames) < file.frames:
            raise torn(path, text("{count} of {frames} frames can be decoded", count=len(frames), frames=file.frames))
        comment = _parsed(file.comment)
        return _described(frames, comment, float(file.samplerate), file.subtype)


def _described(frames: NDArray[Any], comment: Comment, header_hz: float, subtype: str) -> list[Recording]:
    count = frames.shape[1]
    names = comment.channels if len(comment.channels) == count else [f"ch{place}" for place in range(1, count + 1)]
    units = comment.units if len(comment.units) == count else [None] * count
    speeds = comment.speeds_rpm if len(comment.speeds_rpm) == count else [None] * count
    fs_hz = comment.fs_hz if comment.fs_hz and abs(comment.fs_hz - header_hz) <= 1 else header_hz
    notes: tuple[Text, ...] = ()
    if comment.scale:
        frames = (frames.astype(np.float64) * comment.scale).astype(np.float32)
    elif subtype not in FLOAT_SUBTYPES:
        notes = (text("integer samples are fractions of full scale: the file does not say what full scale means"),)
    recordings = []
    for place in range(count):
        unit, speed = parse_unit(units[place] or ""), speeds[place]
        recordings.append(
            Recording(
                samples=as_samples(frames[:, place]),
                channel=names[place],
                fs_hz=Sourced(fs_hz, "file", "sample rate of the header"),
                unit=Sourced(unit, "file", "comment") if unit else None,
                speed_rpm=Sourced(speed, "file", "comment") if speed else None,
                started_at=comment.started_at,
                notes=notes,
            )
        )
    return recordings


def _parsed(comment: str) -> Comment:
    try:
        return msgspec.json.decode(comment, type=Comment)
    except msgspec.MsgspecError:
        return Comment()  # a comment of others: any words


def _write(path: Path, recordings: Sequence[Recording], subtype: str, scale: float | None) -> None:
    import soundfile as sf

    rate = recordings[0].fs_hz
    if rate is None:
        raise MissingInput(text("{kind} needs a sampling rate: give --fs", kind=path.suffix))
    if round(rate.value) < 1 or (subtype == "PCM_24" and rate.value > MAX_FLAC_HZ):
        raise BadInput(text("rate {fs_hz} Hz does not fit in {kind}: write HDF5", fs_hz=rate.value, kind=path.suffix))
    comment = Comment(
        channels=[each.channel for each in recordings],
        units=[LABELS[each.unit.value] if each.unit else None for each in recordings],
        speeds_rpm=[each.speed_rpm.value if each.speed_rpm else None for each in recordings],
        fs_hz=rate.value,
        started_at=recordings[0].started_at,
        scale=scale,
    )
    frames = np.column_stack([each.samples for each in recordings])
    kind = "FLAC" if subtype == "PCM_24" else "WAV"
    with sf.SoundFile(str(path), "w", round(rate.value), len(recordings), subtype, format=kind) as file:
        file.comment = msgspec.json.encode(comment).decode()
        file.write(frames if scale is None else frames.astype(np.float64) / scale)


def _check_chunks(path: Path) -> None:
    """Walk the chunks: libsndfile reads a torn file to its end and says nothing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = file.read(12)[:4]
        order, ds64 = (">" if kind == b"RIFX" else "<"), None
        while len(head := file.read(8)) == 8:
            (count,) = struct.unpack(f"{order}I", head[4:])
            if head[:4] == b"ds64":
                ds64 = struct.unpack("<Q", file.read(16)[8:16])[0]
                file.seek(count - 16, 1)
                continue
            if head[:4] == b"data":
                claimed = ds64 if ds64 is not None and count == 0xFFFFFFFF else count
                check_claim(path, claimed, size - file.tell(), ReadOptions(max_bytes=max(size, 1)))
                return
            file.seek(count + count % 2, 1)
    raise torn(path, text("it has no data chunk"))
