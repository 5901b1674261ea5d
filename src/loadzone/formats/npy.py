"""NumPy files .npy (mapped into memory) and .npz (a zip of them); pickled objects are never opened."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from loadzone.formats.format import ReadOptions, check_claim, torn
from loadzone.formats.variables import groups_of, recordings_of
from loadzone.signals.recording import Recording
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text

MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK\x03\x04"
HEADER_LIMIT = 1 << 16
"""Bytes of an entry that are searched for the header of its array; NumPy itself refuses headers above 10,000."""


class Npy:
    """One array: a vector is a channel, a matrix holds channels along its shorter side."""

    name = "npy"
    suffixes = (".npy",)

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the magic string is enough
        """Whether it begins with the magic string."""
        return head.startswith(MAGIC)

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """The channels of the array; rate, unit and speed are not in such a file."""
        with path.open("rb") as file:
            _check_header(file, path.stat().st_size, path, options)
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        return recordings_of({path.stem.replace(".", "_").replace("snapshot", "samples"): array}, path)


class Npz:
    """Named arrays; the writer keeps one group a recording, and snapshots by number are known."""

    name = "npz"
    suffixes = (".npz",)

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether it is a zip whose first entry is an array, or an empty zip of that name."""
        if head.startswith(b"PK\x05\x06"):
            return name.lower().endswith(self.suffixes)
        length = int.from_bytes(head[26:28], "little")
        return head.startswith(ZIP_MAGIC) and head[30 : 30 + length].endswith(b".npy")

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every vector, and the columns of every matrix, that is a channel."""
        with zipfile.ZipFile(path) as archive:
            entries = [each for each in archive.infolist() if each.filename.endswith(".npy")]
            total = sum(each.file_size for each in entries)
            check_claim(path, total, total, options)
            arrays = {each.filename.removesuffix(".npy"): _entry(archive, each, path, options) for each in entries}
        return recordings_of(arrays, path)

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """Compressed arrays recording1.samples, recording1.channel, recording1.fs_hz, ..."""
        arrays = {
            f"{name}.{field}": np.asarray(value)
            for name, group in groups_of(recordings).items()
            for field, value in group.items()
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                    npy_format.write_array(entry, array, allow_pickle=False)


FORMAT = Npy()
NPZ = Npz()


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, options: ReadOptions) -> NDArray[Any]:
    with archive.open(info) as file:
        head = io.BytesIO(file.read(HEADER_LIMIT))
        _check_header(head, info.file_size, path, options)
    with archive.open(info) as file:
        array: NDArray[Any] = npy_format.read_array(file, allow_pickle=False)
    return array


def _check_header(file: IO[bytes], size: int, path: Path, options: ReadOptions) -> None:
    """Compare what the header of an array claims with the bytes that are there, before NumPy allocates."""
    try:
        version = npy_format.read_magic(file)
        reader = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
        shape, _, dtype = reader(file)
    except ValueError as error:
        raise torn(path, text("the header of an array cannot be read ({reason})", reason=str(error)[:100])) from error
    if dtype.hasobject:
        raise UnreadableFile(
            text(
                "{file} holds pickled Python objects, which run code when they are opened, and are refused: save plain"
                " numbers instead",
                file=str(path),
            )
        )
    count = 1
    for length in shape:
        count *= length
    check_claim(path, count * dtype.itemsize, size - file.tell(), options)
