"""``loadzone.toml``: options of ``loadzone up`` and the connectors of the platform, in one file that can be kept."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from loadzone.flows.connectors.declared import Declared
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

PATHS = ("data", "folder")
"""Options that are paths; in the file they begin at its own folder."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", omit_defaults=True):
    """Options of ``loadzone up`` by their names there; one that the file does not name is None."""

    data: str | None = None
    port: int | None = None
    database: str | None = None
    lake: str | None = None
    nats: str | None = None
    mqtt_listen: str | None = None
    durable: bool | None = None
    shards: int | None = None
    workers: int | None = None
    folder: str | None = None
    lang: str | None = None


@dataclass(frozen=True)
class Configuration:
    """What a file says: options by the names of their parameters, connectors, and the folder where its paths begin."""

    options: Mapping[str, Any]
    connectors: Declared
    folder: Path


def configuration(path: Path) -> Configuration:
    """Read a file and look at all in it that can be looked at without opening anything.

    Raises
    ------
    BadInput : it cannot be read, is no TOML, or says what cannot be; the sentence names the place
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise BadInput(text("{file} cannot be read ({reason})", file=str(path), reason=reason)) from error
    tables = {name: told.pop(name) for name in Declared.__struct_fields__ if name in told}
    try:
        options, connectors = msgspec.convert(told, Options), msgspec.convert(tables, Declared)
    except msgspec.ValidationError as error:
        raise BadInput(text("{file}: {reason}", file=str(path), reason=str(error))) from error
    folder = path.absolute().parent
    connectors.check(folder)
    found = {name: value for name, value in msgspec.structs.asdict(options).items() if value is not None}
    return Configuration(
        found | {name: str(folder / found[name]) for name in PATHS if name in found}, connectors, folder
    )
