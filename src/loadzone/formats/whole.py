"""A file appears whole or not at all: written under another name beside its place, then moved there."""

import os
from collections.abc import Callable
from pathlib import Path

from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text


def write_whole(target: Path, write: Callable[[Path], object]) -> Path:
    """Let ``write`` fill a file beside ``target`` and move it there when it is done.

    Raises
    ------
    UnreadableFile : the folder does not exist or cannot be written
    """
    beside = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
    try:
        write(beside)
        beside.replace(target)
    except OSError as error:
        raise UnreadableFile(
            text(
                "{file} cannot be written ({reason}): check that the folder exists and has room",
                file=str(target),
                reason=error.strerror or str(error),
            )
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return target
