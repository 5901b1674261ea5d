"""MATLAB files up to version 7.2 (the layout «v5»), read and written through SciPy.

Before SciPy sees a file its top-level elements are walked: each must lie inside the file, and what is compressed may
not unpack beyond the limit, because SciPy allocates what a header claims.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from loadzone.formats.format import ReadOptions, check_claim, torn
from loadzone.formats.variables import groups_of, recordings_of
from loadzone.signals.recording import Recording
from loadzone.words.texts import text

HEADER_BYTES = 128
TAG_BYTES = 8
COMPRESSED = 15
"""Type number miCOMPRESSED, MAT-File Format (MathWorks), table 1-1."""
PIECE = 1 << 20


class Matlab5:
    """Variables and fields of structs; the layouts of CWRU and MFPT are known."""

    name = "mat5"
    suffixes = (".mat",)

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the header is enough
        """Whether the version field says 1.0 in either byte order; 7.3 says 2.0 there."""
        return len(head) >= HEADER_BYTES and head[124:128] in (b"\x00\x01IM", b"\x01\x00MI")

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every vector, and the columns of every matrix, that is a channel."""
        from scipy.io import loadmat

        _check_elements(path, options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # duplicate names and function handles: neither is a channel
            content = loadmat(str(path), chars_as_strings=True)
        public = {name: value for name, value in content.items() if not name.startswith("__")}
        return recordings_of(dict(_flat(public)), path)

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """One struct a recording: recording1.samples, .channel, .fs_hz, .unit, .speed_rpm, .started_at."""
        from scipy.io import savemat

        groups = groups_of(recordings)
        for group in groups.values():
            group["samples"] = np.asarray(group["samples"]).reshape(-1, 1)
        savemat(str(path), groups, do_compression=True)


FORMAT = Matlab5()


def _flat(variables: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in variables.items():
        if not isinstance(value, np.ndarray):
            continue
        if value.dtype.names is None:
            if value.dtype.kind in "fiucU":
                yield f"{prefix}{name}", value
        elif value.size == 1:
            fields = {field: value[field].reshape(-1)[0] for field in value.dtype.names}
            yield from _flat(fields, f"{prefix}{name}.")
        else:
            for place, row in enumerate(value.reshape(-1), start=1):
                yield from _flat({field: row[field] for field in value.dtype.names}, f"{prefix}{name}({place}).")


def _check_elements(path: Path, options: ReadOptions) -> None:
    size = path.stat().st_size
    check_claim(path, size, size, options)
    unpacked = 0
    with path.open("rb") as file:
        order = ">" if file.read(HEADER_BYTES)[126:128] == b"MI" else "<"
        while tag := file.read(TAG_BYTES):
            if len(tag) < TAG_BYTES:
                raise torn(path, text("it ends inside the tag of a variable"))
            kind, count = struct.unpack(f"{order}II", tag)
            rest = size - file.tell()
            if count > rest:
                what = text("a variable claims {claimed} bytes and {rest} follow", claimed=count, rest=rest)
                raise torn(path, what)
            if kind == COMPRESSED:
                unpacked += _unpacked_bytes(file, count, options.max_bytes - unpacked)
                check_claim(path, unpacked, unpacked, options)
            else:
                file.seek(count, io.SEEK_CUR)
                unpacked += count


def _unpacked_bytes(file: io.BufferedReader, count: int, limit: int) -> int:
    """Bytes that an element unpacks to, counted without keeping them; stops just beyond the limit."""
    inflate = zlib.decompressobj()
    total = 0
    while count > 0 and total <= limit:
        pending = file.read(min(count, PIECE))
        count -= len(pending)
        while pending and total <= limit:
            total += len(inflate.decompress(pending, PIECE))
            pending = inflate.unconsumed_tail
    return total
