"""What a format is: the protocol that a reader (and writer) of one kind of file keeps, ours or a stranger's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from loadzone.signals.recording import Recording, Samples
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import Text, text

HEAD_BYTES = 8192
"""What a sniffer sees: room for the longest text preamble met, and for the signature behind a MATLAB 7.3 header."""

MAX_BYTES = 4 * 2**30
"""Most bytes that one file may unpack to: a day of one channel at 10 kHz in float32 is 3.2 GiB; more is a mistake or
an attack (a zip of 4 MB can claim 4 GB), and a worker's memory is the next limit."""

ZLIB_MAX_RATIO = 1032
"""Deflate cannot pack more than 1032 bytes in one (zlib technical details): a larger claim is false."""

EXACT_INTEGER = 2**24
"""Integers up to here are exact in float32."""


@dataclass(frozen=True)
class ReadOptions:
    """What a user may say about a file beside rate, speed and unit; None means that the reader finds out.

    ``delimiter`` (one character; a blank means runs of blanks), ``decimal`` ("." or ",") and ``header`` (is the line
    above the numbers a header) concern text files; ``max_bytes`` is the most that a file may unpack to.
    """

    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    max_bytes: int = MAX_BYTES


@runtime_checkable
class Format(Protocol):
    """A kind of file. An instance is the object behind an entry point of the group ``loadzone.formats``."""

    @property
    def name(self) -> str:
        """The short name, equal to the entry point's."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Usual endings of the file name, lower case with the dot; the first one is what a writer prefers."""

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the first `HEAD_BYTES` of a file called ``name`` are of it; opens nothing, raises nothing."""

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """All channels in the order of the file; a sentence (`LoadzoneError`) where that cannot be."""


@runtime_checkable
class WritingFormat(Format, Protocol):
    """A format that can also be written; what it cannot carry it refuses with a sentence."""

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """Write all recordings so that `read` returns their samples, rate, unit, channel and speed."""


def named(variable: str) -> Text:
    """The note that keeps under which name a channel stands in its file; a channel can be asked for by it."""
    return text("read from {variable}", variable=variable)


def variables_of(recording: Recording) -> tuple[str, ...]:
    """Names under which the channel stands in its file."""
    return tuple(str(note.fields["variable"]) for note in recording.notes if note.msgid == named("").msgid)


def as_samples(values: NDArray[Any]) -> Samples:
    """Real numbers of any type as contiguous native floats: float64 stays, float32 and small integers become float32.

    Integers beyond 24 bits become float64, so that no sample changes its value.
    """
    if values.dtype.kind == "f":
        is_double = values.dtype.itemsize >= np.dtype(np.float64).itemsize
    elif values.dtype.itemsize <= np.dtype(np.int16).itemsize:
        is_double = False
    else:
        largest = max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0
        is_double = largest > EXACT_INTEGER
    if is_double:
        return np.ascontiguousarray(values, dtype=np.float64)
    return np.ascontiguousarray(values, dtype=np.float32)


def check_claim(path: Path, claimed: int, possible: int, options: ReadOptions) -> None:
    """Refuse before anything is allocated: ``claimed`` bytes of samples where ``possible`` is the most there can be.

    Raises
    ------
    UnreadableFile : the claim exceeds what the file can hold, or the limit of the options
    """
    if claimed > possible:
        raise UnreadableFile(
            text(
                "{file}: its header claims {claimed} bytes of samples, but the file can hold {possible} at most: it is"
                " torn or damaged; copy it again from its source",
                file=str(path),
                claimed=claimed,
                possible=possible,
            )
        )
    if claimed > options.max_bytes:
        raise UnreadableFile(
            text(
                "{file}: {claimed} bytes when unpacked, and {limit} is the limit: split the file, or raise max_bytes if"
                " you trust it",
                file=str(path),
                claimed=claimed,
                limit=options.max_bytes,
            )
        )


def torn(path: Path, what: Text) -> UnreadableFile:
    """The error for a file that ends too early or contradicts itself."""
    return UnreadableFile(
        text("{file}: {what}: the file is torn or damaged; copy it again from its source", file=str(path), what=what)
    )
