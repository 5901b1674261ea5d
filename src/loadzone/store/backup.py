"""Backup and restore: all that a store keeps as a folder of files, the same from every database and storage.

The catalog is read in one snapshot and written as lines of JSON, so that a backup of SQLite restores into PostgreSQL
and the other way round (that is how an installation grows). Lake and waveforms are copied after it, as they are:
whatever the catalog speaks of was written before it, and what is younger is recognised when it is delivered again.
"""

import base64
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, Table, func, select

from loadzone.store.canonical import canonical
from loadzone.store.catalog import EVERYONE, Work
from loadzone.store.catalog.migrate import HEAD
from loadzone.store.catalog.organisations import organisations_table
from loadzone.store.catalog.schema import metadata
from loadzone.store.lake import TABLES
from loadzone.store.ledger.tables import heads_table
from loadzone.store.place import Place, unavailable
from loadzone.store.store import Store
from loadzone.words.errors import AlreadyThere, DamagedObject, StoreUnavailable, UnknownThing
from loadzone.words.texts import text

if TYPE_CHECKING:
    from obstore.store import ObjectStore

MANIFEST = "manifest.json"
BESIDE = "beside"
"""Folder of the backup for files that belong to the installation and not to the store."""
BATCH = 5_000


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: revision of the tables, its time, heads of the ledgers, and each file with its hash.

    The heads are witnesses: a ledger that was rewritten since does not hold them.
    """

    revision: str
    at_us: int
    heads: Mapping[str, tuple[int, str]]
    files: Mapping[str, str]


def backup(store: Store, target: Path, *, at_us: int, beside: Iterable[Path] = ()) -> Manifest:
    """Copy the store into the new folder ``target``, while it goes on working; files ``beside`` it go along.

    Raises
    ------
    AlreadyThere : the folder exists
    StoreUnavailable : something cannot be read, or there is no room
    """
    if target.exists():
        raise AlreadyThere(text("{folder} is there already: name a new folder for the backup", folder=str(target)))
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with store.catalog.read(EVERYONE) as work:
            heads = {row.organisation: (row.number, row.hash) for row in work.rows(select(heads_table))}
            for table in metadata.sorted_tables:
                _write_table(work, table, part / "catalog" / f"{table.name}.jsonl")
        for name in TABLES:
            _copy_delta(store.lake.table(name).place, part / "lake" / name)
        _copy(store.waveforms.place.objects(), "", part / "waveforms")
        for path in beside:
            (part / BESIDE).mkdir(exist_ok=True)
            shutil.copyfile(path, part / BESIDE / path.name)
        manifest = Manifest(HEAD, at_us, heads, _hashes(part))
        (part / MANIFEST).write_bytes(canonical(vars(manifest)))
        part.rename(target)
    except OSError as error:
        raise unavailable(Place(str(target)), error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def restore(source: Path, store: Store) -> Manifest:
    """Fill an empty store from a backup; the catalog comes last, in one transaction.

    Raises
    ------
    UnknownThing : no backup there
    DamagedObject : a file of the backup is not as it was written
    AlreadyThere : the store is not empty
    StoreUnavailable : the backup is of another version
    """
    manifest = check(source)
    if manifest.revision != HEAD:
        raise StoreUnavailable(
            text(
                "the backup has tables of version {backup}, this program of {program}: restore it with its own "
                "version and update then",
                backup=manifest.revision,
                program=HEAD,
            )
        )
    _must_be_empty(store)
    _upload(source / "waveforms", store.waveforms.place)
    for name in TABLES:
        _upload(source / "lake" / name, store.lake.place.under(name))
    store.catalog.write(EVERYONE, lambda work: _fill(work, source / "catalog"))
    return manifest


def check(source: Path) -> Manifest:
    """The manifest of a backup, once all its files were found as they were written; errors as of `restore`."""
    path = source / MANIFEST
    if not path.is_file():
        raise UnknownThing(text("{folder} is no backup: it has no {file}", folder=str(source), file=MANIFEST))
    try:
        told = json.loads(path.read_bytes())
        manifest = Manifest(told["revision"], told["at_us"], _tuples(told["heads"]), told["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    found = _hashes(source)
    found.pop(MANIFEST)
    wrong = sorted(name for name in {*manifest.files, *found} if manifest.files.get(name) != found.get(name))
    if wrong:
        raise _damaged(source / wrong[0])
    return manifest


def _write_table(work: Work, table: Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    binary = _binary(table)
    with path.open("wb") as file:
        for rows in work.stream(select(table).order_by(*table.primary_key), BATCH):
            for row in rows:
                plain = {name: _text(value) if name in binary else value for name, value in row._mapping.items()}  # noqa: SLF001  the public name of a row's map
                file.write(canonical(plain) + b"\n")


def _fill(work: Work, folder: Path) -> None:
    for table in metadata.sorted_tables:
        binary = _binary(table)
        with (folder / f"{table.name}.jsonl").open("rb") as file:
            rows = [json.loads(line) for line in file]
        for row in rows:
            row.update({name: _bytes(row[name]) for name in binary})
        refers_to_itself = any(c.referred_table is table for c in table.foreign_key_constraints)
        ordered = list(_parents_first(rows)) if refers_to_itself else rows
        for start in range(0, len(ordered), BATCH):
            work.add(table, ordered[start : start + BATCH])


def _parents_first(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of a tree (positions) so that each comes after the one that it hangs below."""
    left = list(rows)
    known: set[tuple[str, str | None]] = set()
    while left:
        ready = [row for row in left if row["parent"] is None or (row["organisation"], row["parent"]) in known]
        if not ready:
            yield from left  # the database says what is missing
            return
        yield from ready
        known |= {(row["organisation"], row["id"]) for row in ready}
        left = [row for row in left if (row["organisation"], row["id"]) not in known]


def _must_be_empty(store: Store) -> None:
    with store.catalog.read(EVERYONE) as work:
        count = work.rows(select(func.count()).select_from(organisations_table))[0][0]
    places = [store.waveforms.place, *(store.lake.place.under(name) for name in TABLES)]
    if count or any(_any_file(place) for place in places):
        raise AlreadyThere(text("the store holds something already: restore into a new data folder and database"))


def _any_file(place: Place) -> bool:
    import obstore

    return any(batch for batch in obstore.list(place.objects(), chunk_size=1))


def _copy_delta(place: Place, target: Path) -> None:
    """The table as it is in one version: its log up to there, and the files that it lists."""
    from deltalake import DeltaTable

    store = place.objects()
    target.mkdir(parents=True, exist_ok=True)
    table = DeltaTable(str(place.folder or place.url), storage_options=dict(place.options) or None)
    root = f"{str(place.folder or place.url).rstrip('/')}/"
    names = [uri.removeprefix(root) for uri in table.file_uris()]
    logged = [name for name in _names(store, "_delta_log") if _version(name) <= table.version()]
    for name in (*logged, *names):
        _fetch(store, name, target / name)


def _version(name: str) -> int:
    """Version that a file of the log belongs to; the hint at the last checkpoint is left out: it can be found."""
    number = name.rpartition("/")[2].partition(".")[0]
    return int(number) if number.isdecimal() else 1 << 62


def _copy(store: "ObjectStore", prefix: str, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in _names(store, prefix):
        _fetch(store, name, target / name)


def _names(store: "ObjectStore", prefix: str) -> Iterator[str]:
    import obstore

    for batch in obstore.list(store, prefix=prefix or None):
        for each in batch:
            yield each["path"]


def _fetch(store: "ObjectStore", name: str, path: Path) -> None:
    import obstore

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for chunk in obstore.get(store, name).stream(min_chunk_size=1 << 20):
            file.write(chunk)


def _upload(folder: Path, place: Place) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            place.put_file(path, path.relative_to(folder).as_posix())


def _hashes(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "blake2b").hexdigest()
    return found


def _binary(table: Table) -> set[str]:
    return {column.name for column in table.columns if isinstance(column.type, LargeBinary)}


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else base64.b64decode(value)


def _tuples(heads: Mapping[str, list[Any]]) -> dict[str, tuple[int, str]]:
    return {name: (int(number), str(seal)) for name, (number, seal) in heads.items()}


def _damaged(path: Path) -> DamagedObject:
    return DamagedObject(text("{file} of the backup is not as it was written: take another backup", file=str(path)))
