"""The seal on what opens a channel: secrets are in the catalog encrypted, the key is a file beside it.

Who has the catalog, or a backup of it, has no secret; who has the whole data folder has both. The key is in no backup:
an installation that is brought back elsewhere asks for the secrets again, or is given the file.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from loadzone.words.errors import BadInput, StoreUnavailable
from loadzone.words.texts import text

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FILE = "notify.key"


def seal(folder: Path, secrets: Mapping[str, str]) -> str:
    """Secrets by name under the seal of the data folder (Fernet: AES-128 in CBC with HMAC-SHA256).

    Raises
    ------
    StoreUnavailable : the key cannot be read or written
    """
    return _key(folder, makes=True).encrypt(msgspec.json.encode(dict(secrets))).decode()


def unseal(folder: Path, sealed: str) -> dict[str, str]:
    """The secrets.

    Raises
    ------
    BadInput : they were sealed with another key, or the key is gone
    """
    from cryptography.fernet import InvalidToken

    try:
        return msgspec.json.decode(_key(folder, makes=False).decrypt(sealed), type=dict[str, str])
    except (InvalidToken, msgspec.MsgspecError, StoreUnavailable) as error:
        raise BadInput(
            text("the secrets of this channel cannot be read with {file}: enter them again", file=FILE)
        ) from error


def _key(folder: Path, *, makes: bool) -> "Fernet":
    from cryptography.fernet import Fernet

    path = folder / FILE
    try:
        if makes and not path.exists():
            _make(path, Fernet.generate_key())
        return Fernet(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreUnavailable(text("{file} cannot be used ({reason})", file=str(path), reason=str(error))) from error


def _make(path: Path, key: bytes) -> None:
    """For the owner alone, whole or not at all; of two that make it at once the first one counts."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
