"""What must outlive a power cut: files, and the folders that name them, on the disk before anyone is told."""

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path


def bring_to_disk(files: Iterable[Path], top: Path) -> None:
    """Wait until the disk has the files and their names in every folder from ``top`` on.

    A file that is gone was exchanged for another one meanwhile, and is passed over.

    Raises
    ------
    OSError : the disk did not take it: it must not be acknowledged
    """
    folders: set[Path] = set()
    for file in files:
        with suppress(FileNotFoundError):
            _sync(file)
        folders.add(file.parent)
    for folder in folders:
        _sync(folder)
        for above in folder.parents:
            if above == top or top in above.parents:
                _sync_once(above, folder)


@lru_cache(maxsize=65_536)
def _sync_once(folder: Path, newest: Path) -> None:
    """A folder that is named once stays named."""
    del newest
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
