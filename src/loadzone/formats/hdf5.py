"""HDF5 files, and MATLAB 7.3 files, which are HDF5 behind a MATLAB header; read and written through h5py.

Only what lies in the file itself is read: external links, external storage and virtual data sets would let a file
name any other file of the machine. libhdf5 itself can crash the process on a crafted file (seen with 1.14 at damaged
heaps of strings): who takes files from strangers reads them with `loadzone.formats.isolated.read_isolated`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from loadzone.formats.format import ZLIB_MAX_RATIO, ReadOptions, check_claim
from loadzone.formats.variables import groups_of, recordings_of
from loadzone.signals.recording import Recording

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MATLAB_HEADER = b"MATLAB 7.3 MAT-file"
MATLAB_TEXT_CLASS = b"char"


class Hdf5:
    """Data sets of any group; attributes and scalar data sets beside them say rate, unit and speed."""

    name = "hdf5"
    suffixes = (".h5", ".hdf5", ".hdf")

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the signature is enough
        """Whether the signature stands at 0, 512, 1024, ... and no MATLAB header before it."""
        places = (0, 512, 1024, 2048, 4096)
        return not head.startswith(MATLAB_HEADER) and any(head[place : place + 8] == SIGNATURE for place in places)

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every vector, and the columns of every matrix, that is a channel."""
        import h5py

        with h5py.File(path, "r") as file:
            return recordings_of(dict(_flat(file, path, options)), path)

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """One data set a recording, its channel, rate, unit, speed and start as attributes."""
        import h5py

        with h5py.File(path, "w", track_order=True) as file:
            for name, group in groups_of(recordings).items():
                dataset = file.create_dataset(name, data=group.pop("samples"))
                for key, value in group.items():
                    _set_attribute(dataset, key, value)


class Matlab73:
    """Variables and structs of a file saved with -v7.3."""

    name = "mat73"
    suffixes = (".mat",)

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the header is enough
        """Whether the text header says 7.3 and HDF5 follows it."""
        return head.startswith(MATLAB_HEADER) and head[512:520] == SIGNATURE

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Every vector, and the columns of every matrix, that is a channel."""
        return Hdf5().read(path, options)


FORMAT = Hdf5()
MATLAB73 = Matlab73()


def _flat(group: Any, path: Path, options: ReadOptions, prefix: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401  h5py ships no types
    import h5py

    yield from _attributes(group, prefix)
    for name in group:
        if name.startswith("#") or not isinstance(group.get(name, getlink=True), h5py.HardLink):
            continue
        item = group[name]
        if isinstance(item, h5py.Group):
            yield from _flat(item, path, options, f"{prefix}{name}.")
        elif isinstance(item, h5py.Dataset) and not item.is_virtual and not item.external:
            if item.attrs.get("MATLAB_class") == MATLAB_TEXT_CLASS:
                yield f"{prefix}{name}", _matlab_text(item[()])
            elif item.dtype.kind in "fiuc" and item.shape is not None:
                _check_dataset(item, path, options)
                yield f"{prefix}{name}", np.asarray(item[()])
            elif h5py.check_string_dtype(item.dtype) and item.size == 1:
                yield f"{prefix}{name}", np.asarray([item.asstr()[()]], dtype=np.str_).reshape(-1)
            yield from _attributes(item, f"{prefix}{name}.")


def _set_attribute(dataset: Any, key: str, value: float | str) -> None:  # noqa: ANN401  h5py ships no types
    """Strings of fixed length: those of free length live in a heap whose damage crashes libhdf5."""
    import h5py

    if isinstance(value, str):
        encoded = value.encode()
        dataset.attrs.create(key, encoded, dtype=h5py.string_dtype("utf-8", max(len(encoded), 1)))
    else:
        dataset.attrs[key] = value


def _attributes(item: Any, prefix: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  h5py ships no types
    for name, value in item.attrs.items():
        if name.startswith("MATLAB_"):
            continue
        array = np.asarray(value.decode(errors="replace") if isinstance(value, bytes) else value)
        if array.size == 1 and array.dtype.kind in "fiuUO":
            yield f"{prefix}{name}", array.astype(np.str_) if array.dtype.kind == "O" else array


def _matlab_text(codes: Any) -> Any:  # noqa: ANN401  h5py ships no types
    return np.asarray(["".join(chr(int(code)) for code in np.asarray(codes).reshape(-1))], dtype=np.str_)


def _check_dataset(item: Any, path: Path, options: ReadOptions) -> None:  # noqa: ANN401  h5py ships no types
    """A data set may claim any shape without storing it: compare with what is stored, compression granted."""
    stored = max(int(item.id.get_storage_size()), 1)
    possible = int(path.stat().st_size) if item.chunks is None else stored * ZLIB_MAX_RATIO
    check_claim(path, int(item.nbytes), possible, options)
