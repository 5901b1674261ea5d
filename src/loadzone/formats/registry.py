"""Which formats there are: ours and those of plug-ins, from the entry point group ``loadzone.formats``."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from loadzone.formats.format import Format
from loadzone.words.texts import text

GROUP = "loadzone.formats"


class FormatWarning(UserWarning):
    """A plug-in of a format could not be used; the other formats go on."""


@dataclass(frozen=True)
class Registry:
    """Formats by name, and by name the module that is missing for those which could not be loaded."""

    formats: dict[str, Format]
    missing: dict[str, str]


@cache
def registry() -> Registry:
    """The formats that are installed, sorted by name; read once a process."""
    return load(entry_points(group=GROUP))


def load(points: Iterable[EntryPoint]) -> Registry:
    """Load entry points; a broken one becomes one warning with its name, a missing dependency is remembered."""
    formats: dict[str, Format] = {}
    missing: dict[str, str] = {}
    for point in sorted(points, key=lambda each: each.name):
        try:
            found = point.load()
        except ModuleNotFoundError as error:
            missing[point.name] = error.name or str(error)
        except Exception as error:  # noqa: BLE001  a stranger's module may raise anything while it is imported
            _warn(point, f"{type(error).__name__}: {error}")
        else:
            if isinstance(found, Format):
                formats[point.name] = found
            else:
                _warn(point, f"{point.value} has no name, suffixes, sniff and read")
    return Registry(formats, missing)


def _warn(point: EntryPoint, reason: str) -> None:
    message = text(
        "the format plug-in {name} ({value}) cannot be used: {reason}",
        name=point.name,
        value=point.value,
        reason=reason,
    )
    warnings.warn(str(message), FormatWarning, stacklevel=4)
