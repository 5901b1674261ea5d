"""Which files a call means: paths as given, folders opened, and the lines of a table of labels that speak of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from loadzone.formats.labels import Label, read_labels
from loadzone.formats.reading import detect
from loadzone.formats.registry import registry
from loadzone.words.errors import BadInput, MissingInput, UnreadableFile
from loadzone.words.texts import text

TEXT_ENDINGS = {".csv", ".txt", ".tsv", ".dat", ".asc"}
"""Endings that notes and tables of all kinds have, too."""


@dataclass(frozen=True)
class Wanted:
    """One file to diagnose: the path as given, and the lines of the table about its channels (none: all channels)."""

    path: str
    labels: tuple[Label, ...] = ()


def wanted_files(paths: Sequence[str], labels: Path | None = None) -> list[Wanted]:
    """The files of a call, in its order, each once; without a path those of the table of labels.

    Raises
    ------
    MissingInput : neither a path nor a table
    BadInput : a folder without a recording; a table that cannot be understood
    UnreadableFile : the table cannot be read
    """
    table = labels_by_file(labels) if labels else {}
    if not paths and not table:
        raise MissingInput(text("give a file or a folder of recordings"))
    given = [file for path in paths for file in _opened(path, labels)] or [str(path) for path in table]
    unique: dict[Path, str] = {}
    for path in given:
        unique.setdefault(Path(path).resolve(), path)
    return [Wanted(path, table.get(place, ())) for place, path in unique.items()]


def labels_by_file(labels: Path) -> Mapping[Path, tuple[Label, ...]]:
    """Lines of a table by the file that they speak of. What it says about faults is dropped here, unread."""
    found: dict[Path, tuple[Label, ...]] = {}
    for label in read_labels(labels):
        place = label.path.resolve()
        found[place] = (*found.get(place, ()), replace(label, fault=None))
    return found


def _opened(path: str, labels: Path | None) -> list[str]:
    """The path itself, or the recordings in a folder and its subfolders, sorted by name."""
    folder = Path(path)
    if not folder.is_dir():
        return [path]
    table = labels.resolve() if labels else None
    inside = sorted(each for each in folder.rglob("*") if each.is_file() and not _is_hidden(each, folder))
    found = [str(each) for each in inside if each.resolve() != table and _is_recording(each)]
    if not found:
        raise BadInput(
            text("{folder}: no file in this folder is in a known format; name a file to see why", folder=path)
        )
    return found


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _is_recording(file: Path) -> bool:
    """Whether a reader recognises the content; what is beside recordings (notes, tables, pictures) is passed over."""
    try:
        detect(file)
    except UnreadableFile:
        return _looks_like_one(file)
    return True


def _looks_like_one(file: Path) -> bool:
    """A file that is named as a recording and cannot be recognised must be answered for, not passed over."""
    endings = {ending for each in registry().formats.values() for ending in each.suffixes}
    return file.suffix.lower() in endings - TEXT_ENDINGS
