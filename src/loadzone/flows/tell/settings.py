"""What whoever runs the platform says about telling: its public address, and which networks may be told.

``notify.json`` of the data folder holds ``{"address": "https://watch.example", "networks": ["192.168.7.0/24"],
"plain": true, "authorities": "/etc/ssl/ours.pem"}``; each may be left out. Without the file public addresses alone are
told, by TLS.
"""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from loadzone.connect.notify import Reach
from loadzone.connect.notify.reach import parse_url
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import Text, text

FILE = "notify.json"


class _Told(msgspec.Struct, forbid_unknown_fields=True):
    address: str = ""
    networks: list[str] = []
    plain: bool = False
    authorities: str | None = None


@dataclass(frozen=True)
class TellSettings:
    """``address``: where the platform's pages are found, without a slash at its end; ``reach``: what may be told."""

    address: str = ""
    reach: Reach = field(default_factory=Reach)


def tell_settings(folder: Path) -> TellSettings:
    """The settings of a data folder; the defaults where there is no file.

    Raises
    ------
    BadInput : the file is not as it should be
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return TellSettings()
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    try:
        told = msgspec.json.decode(content, type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _bad(path, str(error)[:120]) from error
    try:
        if told.address:
            parse_url(told.address)
        reach = Reach(tuple(told.networks), told.plain, Path(told.authorities) if told.authorities else None)
    except LoadzoneError as error:
        raise _bad(path, error.message) from error
    return TellSettings(told.address.rstrip("/"), reach)


def _bad(path: Path, reason: str | Text) -> BadInput:
    return BadInput(
        text(
            "{file} holds address, networks, plain and authorities, each may be left out; here {reason}",
            file=str(path),
            reason=reason,
        )
    )
