"""A whole installation into one folder or file, and back into an empty place, with proof that it is what was kept.

Not in a backup: what devices sent and no worker has handled yet (it is the intake's), and uploads on their way.
"""

import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, func, select

from loadzone.flows.platform import Platform, open_platform
from loadzone.store.backup import BESIDE, MANIFEST, Manifest, backup, restore
from loadzone.store.catalog import EVERYONE, Work
from loadzone.store.catalog.advice import advice_table
from loadzone.store.catalog.alarms import alarms_table
from loadzone.store.catalog.organisations import organisations_table
from loadzone.store.catalog.positions import positions_table
from loadzone.store.catalog.units import units_table
from loadzone.store.lake import TABLES, Lake
from loadzone.store.lake.engine import ROWS, ask
from loadzone.store.ledger import Flaw, Head, verify
from loadzone.store.ledger.tables import events_table
from loadzone.store.place import Place, unavailable
from loadzone.words.errors import AlreadyThere, DamagedObject, UnknownThing
from loadzone.words.texts import text

__all__ = ["BackedUp", "Flaw", "Restored", "back_up", "bring_back"]

ARCHIVES = {".tar": "w", ".tgz": "w:gz", ".gz": "w:gz"}
"""Endings of a backup that is one file; every other name is a folder."""
BESIDE_FILES = ("devices.json", "notify.json")
"""Of the data folder: who may send, and which networks may be told."""
COUNTED: tuple[Table, ...] = (
    organisations_table,
    positions_table,
    units_table,
    alarms_table,
    advice_table,
    events_table,
)


@dataclass(frozen=True)
class BackedUp:
    """A backup that was taken: its time, how many of each it holds, its size."""

    path: str
    at_us: int
    counts: Mapping[str, int]
    size_bytes: int


@dataclass(frozen=True)
class Restored:
    """An installation that was brought back: time of the backup, how many of each there are, what is wrong.

    ``flaws`` of the ledgers are found by their chains and by the heads that the backup noted; empty: all entries are
    as they were entered.
    """

    folder: str
    at_us: int
    counts: Mapping[str, int]
    flaws: tuple[Flaw, ...]


def back_up(platform: Platform, target: Path) -> BackedUp:
    """Copy all that the platform keeps, while it goes on working, into a new folder or file.

    Parameters
    ----------
    target : a folder that is not there yet, or a file NAME.tar, NAME.tar.gz or NAME.tgz

    Raises
    ------
    AlreadyThere : it is there
    UnknownThing : the folder in which it shall be is not there
    StoreUnavailable : something cannot be read, or there is no room
    """
    if target.exists():
        raise AlreadyThere(text("{folder} is there already: name a new folder for the backup", folder=str(target)))
    if not target.absolute().parent.is_dir():
        raise UnknownThing(text("{folder}: there is no such folder: make it first", folder=str(target.parent)))
    beside = [path for name in BESIDE_FILES if (path := platform.folder / name).is_file()]
    if target.suffix not in ARCHIVES:
        manifest = backup(platform.store, target, at_us=platform.clock(), beside=beside)
        return BackedUp(str(target), manifest.at_us, _held(target, manifest), _size(target))
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.absolute().parent) as folder:
            whole, part = Path(folder) / "backup", Path(folder) / "archive"
            manifest = backup(platform.store, whole, at_us=platform.clock(), beside=beside)
            counts = _held(whole, manifest)
            _pack(whole, part, ARCHIVES[target.suffix])
            part.rename(target)
    except OSError as error:
        raise unavailable(Place(str(target)), error) from error
    return BackedUp(str(target), manifest.at_us, counts, target.stat().st_size)


def bring_back(source: Path, data: Path, database_url: str | None = None, lake_url: str | None = None) -> Restored:
    """Fill an empty place from a backup and look at every ledger.

    Parameters
    ----------
    source : folder or file that `back_up` made, from whatever database and storage
    data : folder that is not there, or empty; it appears when all is in it
    database_url, lake_url : as of `open_platform`; they must be empty too

    Raises
    ------
    UnknownThing : no backup there
    DamagedObject : it is torn, or a file in it is not as it was written
    AlreadyThere : the folder, the database or the storage holds something
    StoreUnavailable : no room, or a backup of another version
    """
    data = data.absolute()
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise AlreadyThere(text("{folder} holds something: a backup is restored into a new folder", folder=str(data)))
    with _unpacked(source, data) as whole:
        part = data.with_name(f".{data.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        try:
            platform = open_platform(part, database_url, lake_url)
            try:
                manifest = restore(whole, platform.store)
                counts, flaws = _kept(platform), _flaws(platform, manifest)
            finally:
                platform.close()
            for path in sorted((whole / BESIDE).glob("*")):
                shutil.copyfile(path, part / path.name)
            part.replace(data)  # an empty folder is replaced
        except OSError as error:
            raise unavailable(Place(str(data)), error) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Restored(str(data), manifest.at_us, counts, flaws)


def _pack(folder: Path, target: Path, mode: str) -> None:
    """One file; the manifest comes first, so that a file that was cut off is missed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    files.sort(key=lambda path: path.name != MANIFEST or path.parent != folder)
    with tarfile.open(target, mode) as archive:  # type: ignore[call-overload]  # the modes of the table above
        for path in files:
            archive.add(path, path.relative_to(folder).as_posix())


@contextmanager
def _unpacked(source: Path, data: Path) -> Iterator[Path]:
    """The backup as a folder; one that was a file is unpacked beside ``data`` for as long as it is needed."""
    if not source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix=f".{data.name}.", dir=data.parent) as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise DamagedObject(
                text("{file} is no backup, or a torn one: take another backup", file=str(source))
            ) from error
        except OSError as error:
            raise unavailable(Place(str(source)), error) from error
        yield Path(folder)


def _held(folder: Path, manifest: Manifest) -> dict[str, int]:
    """How many of each a backup holds."""
    counts = {table.name: _lines(folder / "catalog" / f"{table.name}.jsonl") for table in COUNTED}
    waveforms = sum(name.startswith("waveforms/") for name in manifest.files)
    return {**counts, **_rows(Lake(Place(str(folder / "lake")))), "waveforms": waveforms}


def _kept(platform: Platform) -> dict[str, int]:
    """How many of each a platform keeps."""

    def job(work: Work) -> dict[str, int]:
        return {table.name: int(work.rows(select(func.count()).select_from(table))[0][0]) for table in COUNTED}

    with platform.catalog.read(EVERYONE) as work:
        counts = job(work)
        known = [row.organisation for row in work.rows(select(organisations_table.c.organisation))]
    waveforms = sum(sum(1 for _ in platform.waveforms.names(each)) for each in known)
    return {**counts, **_rows(platform.lake), "waveforms": waveforms}


def _rows(lake: Lake) -> dict[str, int]:
    return {
        name: int(ask(lake.table(name), f"SELECT count(*) AS n FROM {ROWS}", {}, ())["n"][0])  # noqa: S608  ours
        for name in TABLES
    }


def _flaws(platform: Platform, manifest: Manifest) -> tuple[Flaw, ...]:
    with platform.catalog.read(EVERYONE) as work:
        known = {row.organisation for row in work.rows(select(organisations_table.c.organisation))}
        return tuple(_each_flaw(work, sorted({*known, *manifest.heads}), manifest))


def _each_flaw(work: Work, organisations: Iterable[str], manifest: Manifest) -> Iterator[Flaw]:
    for name in organisations:
        noted = Head(name, *manifest.heads[name]) if name in manifest.heads else None
        yield from verify(work, name, noted=noted)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
