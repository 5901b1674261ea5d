"""Where a command is asked to write: what cannot be written is refused before the work, not after it."""

from pathlib import Path

from loadzone.words.errors import BadInput
from loadzone.words.texts import text


def check_folder(target: Path) -> None:
    """Refuse a file in a folder that is not there.

    Raises
    ------
    BadInput : the folder is absent
    """
    if not target.parent.is_dir():
        raise BadInput(text("{folder}: there is no such folder: make it first", folder=str(target.parent)))
