"""A waveform as an object: a header that seals its chunks, chunks of compressed samples, levels to draw from.

::

    8 bytes   LZWAVE1 and a line feed
    4 bytes   length of the header, little endian
    header    canonical JSON: rate, unit, scale, time, speed, channel, and of each chunk its length and BLAKE2b-128
    chunks    samples in chunks of 65,536, then each level: least of every 64 (4,096, ...) samples, then greatest

The name of the object is the BLAKE2b-256 of all before the chunks; the header holds the hashes of the chunks. So a
part can be read and checked without the rest, and whatever was changed anywhere shows.
A chunk holds the first bytes of all its samples, then the second ones ...: exponents lie beside exponents, and zstd
finds what repeats (level 1: twice the level buys less than 1 % on vibration).
"""

import hashlib
import json
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.store.canonical import canonical
from loadzone.words.errors import BadInput, DamagedObject
from loadzone.words.texts import text

MAGIC = b"LZWAVE1\n"
PREFIX = len(MAGIC) + 4
CHUNK = 65_536
"""Samples of a chunk: what is read for one sample."""
FACTOR = 64
"""Samples behind one pair of the first level, and pairs behind one of the next."""
WIDE_ENOUGH = 2_048
"""Values that a drawing can take in as they are: no further level is made of them."""

Samples = NDArray[Any]
"""float32 or int16."""


@dataclass(frozen=True, eq=False)
class Wave:
    """Samples of one channel, float32 or int16, of shape (n,); a sample times ``scale`` is in ``unit``."""

    samples: Samples
    fs_hz: float
    unit: str
    started_us: int
    scale: float = 1.0
    channel: str = ""
    speed_rpm: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype not in (np.float32, np.int16) or not len(self.samples):
            raise BadInput(
                text(
                    "samples of type {dtype} and shape {shape} are not kept: give one row of float32 or int16",
                    dtype=str(self.samples.dtype),
                    shape=str(self.samples.shape),
                )
            )
        for name, value in (("fs_hz", self.fs_hz), ("scale", self.scale)):
            if not (math.isfinite(value) and value > 0):
                raise BadInput(
                    text("{name} {value} of a waveform is not possible: give a number above 0", name=name, value=value)
                )


@dataclass(frozen=True)
class Part:
    """A chunk within the object: where it lies, and its hash."""

    start: int
    length: int
    digest: str


@dataclass(frozen=True)
class Series:
    """Values in chunks: the samples themselves (factor 1), or a level (two rows: least and greatest)."""

    factor: int
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Header:
    """What is known of a waveform without its samples."""

    dtype: str
    count: int
    fs_hz: float
    unit: str
    started_us: int
    scale: float
    channel: str
    speed_rpm: float | None
    facts: Mapping[str, Any]
    samples: Series
    levels: tuple[Series, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.count / self.fs_hz


def packed(wave: Wave) -> tuple[str, bytes]:
    """Name and bytes of the object."""
    samples = np.ascontiguousarray(wave.samples)
    rows = [(1, samples), *((factor, pairs.reshape(-1)) for factor, pairs in _levels(samples))]
    chunks = [[_compressed(values[i : i + CHUNK]) for i in range(0, len(values), CHUNK)] for _, values in rows]
    series = [
        {"factor": factor, "count": len(values), "chunks": [[len(chunk), _digest(chunk)] for chunk in some]}
        for (factor, values), some in zip(rows, chunks, strict=True)
    ]
    header = canonical(
        {
            "dtype": str(samples.dtype),
            "fs_hz": wave.fs_hz,
            "unit": wave.unit,
            "started_us": wave.started_us,
            "scale": wave.scale,
            "channel": wave.channel,
            "speed_rpm": wave.speed_rpm,
            "facts": wave.facts,
            "chunk": CHUNK,
            "series": series,
        }
    )
    front = MAGIC + struct.pack("<I", len(header)) + header
    return name_of(front), b"".join([front, *(chunk for some in chunks for chunk in some)])


def front_length(start: bytes) -> int | None:
    """Number of bytes before the chunks, told by the first ones; None where they are not those of a waveform."""
    if len(start) < PREFIX or not start.startswith(MAGIC):
        return None
    return PREFIX + int(struct.unpack_from("<I", start, len(MAGIC))[0])


def name_of(front: bytes) -> str:
    """Name of the object that begins with ``front``."""
    return hashlib.blake2b(front, digest_size=32).hexdigest()


def header_of(front: bytes) -> Header:
    """The header in bytes whose name was checked."""
    told = json.loads(front[PREFIX:])
    place = len(front)
    series = []
    for each in told.pop("series"):
        parts = []
        for length, digest in each["chunks"]:
            parts.append(Part(place, length, digest))
            place += length
        series.append(Series(each["factor"], each["count"], tuple(parts)))
    del told["chunk"]
    return Header(**told, count=series[0].count, samples=series[0], levels=tuple(series[1:]))


def unpacked(name: str, part: Part, data: bytes, dtype: str, count: int) -> Samples:
    """The values of a chunk.

    Raises
    ------
    DamagedObject : the bytes are not those that were put
    """
    import zstandard

    if len(data) != part.length or _digest(data) != part.digest:
        raise damaged(name)
    size = count * np.dtype(dtype).itemsize
    try:
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=size)
    except zstandard.ZstdError as error:
        raise damaged(name) from error
    shuffled = np.frombuffer(plain, np.uint8).reshape(np.dtype(dtype).itemsize, count)
    values: Samples = np.ascontiguousarray(shuffled.T).reshape(-1).view(dtype)
    return values


def damaged(name: str) -> DamagedObject:
    """The error that names the object."""
    return DamagedObject(text("waveform {name} is not as it was put: restore it from a backup", name=name))


def _compressed(values: Samples) -> bytes:
    import zstandard

    shuffled = np.ascontiguousarray(values.view(np.uint8).reshape(len(values), values.itemsize).T)
    return zstandard.ZstdCompressor(level=1).compress(shuffled.data)


def _levels(samples: Samples) -> Iterator[tuple[int, Samples]]:
    """Least and greatest of ever more samples, (2, m); what is not a number is passed over."""
    low: Samples = samples
    high: Samples = samples
    factor = FACTOR
    while len(low) > WIDE_ENOUGH:
        starts = np.arange(0, len(low), FACTOR)
        low, high = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
        yield factor, np.stack([low, high])
        factor *= FACTOR


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
