"""One Delta table: rows appended once whatever is repeated, and files exchanged for others with the same rows."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from loadzone.store.disk import bring_to_disk
from loadzone.store.lake.tables import LakeTable, arrow_schema
from loadzone.store.place import Place, unavailable
from loadzone.store.points import passed
from loadzone.words.errors import BadInput, Overtaken
from loadzone.words.texts import text

if TYPE_CHECKING:
    from arro3.core import Table
    from deltalake import DeltaTable, PostCommitHookProperties, WriterProperties

ATTEMPTS = 20
REWRITE: Final = "rewrite"
"""Identity under which files are exchanged: two who do it at once stop each other here (Delta itself does not)."""
KEEPS = {
    "delta.logRetentionDuration": "interval 5 minutes",  # a commit lists the log several times, 1,000 entries in 9 ms
    "delta.deletedFileRetentionDuration": "interval 1 hours",
    "delta.checkpointInterval": "100",
}
_OURS = "/L"
"""In the path of a compacted file, before its level; a fresh one lies in the table's folder itself."""

T = TypeVar("T")
Filters = Sequence[tuple[str, str, Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of one stream of messages.

    ``source``: the stream, as "shard-3". ``sequences``: (n,) or one number; number of the message that each row came
    with.
    """

    rows: "Table"
    source: str
    sequences: ArrayLike


@dataclass(frozen=True)
class DataFile:
    """A file of the table: its path within it, size, rows, and the times between which its rows lie (µs UTC)."""

    path: str
    size_bytes: int
    rows: int
    first_us: int
    last_us: int

    @property
    def level(self) -> int:
        """0 for a fresh file, else how often its rows were merged."""
        _, found, name = self.path.partition(_OURS)
        return int(name.partition("-")[0]) if found else 0

    @property
    def month(self) -> str:
        """Month (YYYY-MM) of all its rows; empty for a fresh file."""
        return self.path.partition("/")[0] if self.level else ""


@dataclass(frozen=True)
class Listing:
    """The files of a table, and how often files had been exchanged until then."""

    files: tuple[DataFile, ...]
    exchanges: int


@dataclass(frozen=True)
class NewFile:
    """A file that lies at the table's place and shall belong to it, with its statistics as Delta writes them."""

    path: str
    size_bytes: int
    statistics: str


class Delta:
    """A Delta table at a place; made where there is none. Threads may share it.

    ``durable``: in a folder, what is in the table is on the disk before a call that wrote it, or found it in, returns.
    """

    def __init__(self, table: LakeTable, place: Place, *, durable: bool = False) -> None:
        self.table = table
        self.place = place
        self._is_durable = durable
        self._on_disk: int | None = None
        self._lock = threading.RLock()
        self._log_ns: int | None = None
        self._handle = self._opened()

    def append(self, parts: Sequence[Part]) -> int:
        """Append the rows that are not in yet, in one commit, and tell how many these were.

        Parameters
        ----------
        parts : rows of this table's schema, one part a stream. All rows of a message are appended together and the
            messages of a stream in the order of their numbers; whatever is not above the number that the table holds
            for the stream is in already

        Raises
        ------
        StoreUnavailable : the storage does not answer, or is full

        The number is read and written through the same handle, so that of two workers with one source the second
        is refused by Delta, looks again, and finds the rows in (a number alone would be recorded, not enforced).
        """
        filled = [_numbered(part) for part in parts if part.rows.num_rows]
        with self._lock:
            for _ in range(ATTEMPTS):
                self.refresh()
                new = [each for each in map(self._beyond, filled) if each is not None]
                if not new or self._write(new):
                    self._settle()
                    return sum(part.rows.num_rows for part in new)
        raise Overtaken(text("{table} is written by too many at once: try again", table=self.table.name))

    def exchange(self, old: Iterable[DataFile], new: Iterable[NewFile], *, is_same_rows: bool) -> bool:
        """Put new files in the place of old ones, in one commit.

        False, and nothing done, where one of the old files is no longer there: somebody else exchanged it (Delta itself
        would take the second exchange too, and double the rows). Appends, and exchanges of other files, do not disturb.
        """
        old, new = list(old), list(new)
        if self._is_durable and self.place.folder is not None:
            self._guarded(partial(bring_to_disk, [self.place.folder / each.path for each in new], self.place.folder))
        with self._lock:
            for _ in range(ATTEMPTS):
                seen = self.listing()
                if not {each.path for each in old} <= {each.path for each in seen.files}:
                    return False
                passed("lake: rewritten, before commit")
                if self._exchanged(seen, old, new, is_same_rows=is_same_rows):
                    self._settle()
                    break
            else:
                return False
        passed("lake: rewritten, after commit")
        return True

    def _exchanged(self, seen: Listing, old: Sequence[DataFile], new: Sequence[NewFile], *, is_same_rows: bool) -> bool:
        """Commit an exchange on top of a listing; False where another one was faster."""
        import time

        from deltalake import CommitProperties, Transaction
        from deltalake.exceptions import CommitFailedError
        from deltalake.transaction import AddAction, RemoveAction

        now_ms = int(time.time() * 1000)
        removed = [RemoveAction(f.path, not is_same_rows, now_ms, f.size_bytes, {}) for f in old]
        added = [AddAction(f.path, f.size_bytes, {}, now_ms, not is_same_rows, f.statistics) for f in new]
        mark = Transaction(REWRITE, seen.exchanges + 1)
        try:
            self._handle.create_write_transaction(
                [*added, *removed],
                "append",
                self._handle.schema(),
                commit_properties=CommitProperties(app_transactions=[mark]),
                post_commithook_properties=self._hooks(),
            )
        except CommitFailedError:
            self._handle = self._opened()
            self._log_ns = None
            return False
        except Exception as error:
            raise unavailable(self.place, error) from error
        return True

    def refresh(self) -> None:
        """See what others wrote since; in a folder whose log is as it was that is nothing."""
        with self._lock:
            changed_ns = self._changed_ns()
            if changed_ns is not None and changed_ns == self._log_ns:
                return
            try:
                self._handle.update_incremental()
            except Exception:  # noqa: BLE001  the log that it knew is cleaned away: begin anew
                self._handle = self._opened()
            self._log_ns = changed_ns

    def _changed_ns(self) -> int | None:
        """When the log last got or lost a file; None where that cannot be told.

        The clock of a file system goes in steps of some milliseconds: of two commits in one step the second shows in
        its entry alone, so a log whose next entry is there has changed.
        """
        if self.place.folder is None:
            return None
        log = self.place.folder / "_delta_log"
        with suppress(OSError):
            changed_ns = log.stat().st_mtime_ns
            if not (log / f"{self._handle.version() + 1:020}.json").exists():
                return changed_ns
        return None

    def listing(self) -> Listing:
        """The files of the table as it is now."""
        with self._lock:
            self.refresh()
            exchanges = self._guarded(lambda: self._handle.transaction_version(REWRITE)) or 0
            return Listing(tuple(self._files()), exchanges)

    def _files(self) -> list[DataFile]:
        actions = self._guarded(lambda: self._handle.get_add_actions(flatten=True))
        names = ("path", "size_bytes", "num_records", "min.time", "max.time")
        if not {*names} <= {*actions.column_names}:
            return []
        path, size, rows, first, last = (actions.column(name).combine_chunks() for name in names)
        times = [_micros(column) for column in (first, last)]
        return [
            DataFile(str(path[i].as_py()), size[i].as_py(), rows[i].as_py(), times[0][i], times[1][i])
            for i in range(len(path))
        ]

    def tail(self) -> int:
        """Number of fresh files now."""
        with self._lock:
            self.refresh()
            uris = self._guarded(self._handle.file_uris)
        return sum(_OURS not in uri.removeprefix(self._handle.table_uri) for uri in uris)

    def uris(self, filters: Filters = ()) -> list[str]:
        """Addresses of the files in which rows that pass the filters may be; the list is for one query."""
        with self._lock:
            self.refresh()
            if not filters:
                return self._guarded(self._handle.file_uris)
            return self._guarded(lambda: self._handle.file_uris(file_pruning_predicate=list(filters)))

    def uri(self, file: DataFile) -> str:
        """Address of a file."""
        return f"{self.place.folder or self.place.url}/{file.path}"

    def transaction(self, source: str) -> int | None:
        """Number of the last message of that source that is in; None for one that was never seen."""
        with self._lock:
            self.refresh()
            return self._guarded(lambda: self._handle.transaction_version(source))

    def vacuum(self, keep_hours: int) -> int:
        """Take away files that have not belonged to the table for so many hours, and how many these were."""
        with self._lock:
            self.refresh()
            if self._is_durable:  # entries of the log go only when the checkpoint that holds them is on the disk
                self._settle()
                self._guarded(self._handle.cleanup_metadata)
            return len(
                self._guarded(
                    lambda: self._handle.vacuum(
                        retention_hours=keep_hours, dry_run=False, enforce_retention_duration=False, full=True
                    )
                )
            )

    def _beyond(self, part: Part) -> Part | None:
        """The part without the messages that are in already; None where all of them are."""
        from arro3.core import Array, Table

        rows, numbers = part.rows, np.asarray(part.sequences)
        seen = self._guarded(lambda: self._handle.transaction_version(part.source))
        if seen is None or numbers.min() > seen:
            return part
        places = np.flatnonzero(numbers > seen).astype(np.int32)
        if not len(places):
            return None
        chosen = Array.from_numpy(places)
        columns = [rows.column(name).combine_chunks().take(chosen) for name in rows.column_names]
        return Part(Table.from_arrays(columns, schema=rows.schema), part.source, numbers[places])

    def _write(self, parts: Sequence[Part]) -> bool:
        from arro3.core import Table
        from deltalake import CommitProperties, Transaction, write_deltalake
        from deltalake.exceptions import CommitFailedError

        marks = [Transaction(part.source, int(np.max(part.sequences))) for part in parts]
        stamp = CommitProperties(app_transactions=marks)
        batches = [batch for part in parts for batch in part.rows.to_batches()]
        rows = Table.from_batches(batches, schema=parts[0].rows.schema)
        passed("lake: before commit")
        try:
            write_deltalake(
                self._handle,
                rows,
                mode="append",
                commit_properties=stamp,
                writer_properties=_writer(),
                post_commithook_properties=self._hooks(),
            )
        except CommitFailedError:
            self._handle = self._opened()
            return False
        except Exception as error:
            self._handle = self._opened()
            raise unavailable(self.place, error) from error
        passed("lake: after commit")
        return True

    def _hooks(self) -> "PostCommitHookProperties":
        from deltalake import PostCommitHookProperties

        return PostCommitHookProperties(cleanup_expired_logs=False if self._is_durable else None)

    def _settle(self) -> None:
        """Bring to the disk what commits since the last time, ours and others', put into the folder.

        What was there before this process began may come from one that was killed before it could do so.
        """
        folder = self.place.folder
        if not self._is_durable or folder is None:
            return
        self.refresh()
        version = self._guarded(self._handle.version)
        if self._on_disk is None:
            os.sync()
        else:
            new = range(self._on_disk + 1, version + 1)
            self._guarded(lambda: bring_to_disk([file for each in new for file in _files_of(folder, each)], folder))
        self._on_disk = version

    def _opened(self) -> "DeltaTable":
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        uri = str(self.place.folder or self.place.url)
        options = dict(self.place.options) or None
        if self.place.folder is not None:
            self.place.folder.mkdir(parents=True, exist_ok=True)
        if not self._guarded(lambda: DeltaTable.is_deltatable(uri, options)):
            # of several that make it at once one does, and Delta tells the others so in several ways
            with suppress(DeltaError):
                DeltaTable.create(
                    uri, arrow_schema(self.table), mode="ignore", configuration=KEEPS, storage_options=options
                )
        return self._guarded(lambda: DeltaTable(uri, storage_options=options))

    def _guarded(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except Exception as error:  # deltalake raises OSError, its own classes and bare Exceptions of its core
            raise unavailable(self.place, error) from error


def _files_of(folder: Path, version: int) -> Iterator[Path]:
    """Files that a commit put into the table's folder: its rows, then its entry in the log, and a checkpoint."""
    log = folder / "_delta_log"
    entry, checkpoint = log / f"{version:020}.json", log / f"{version:020}.checkpoint.parquet"
    with suppress(FileNotFoundError):
        for line in entry.read_bytes().splitlines():
            added = msgspec.json.decode(line).get("add")
            if added:
                yield folder / added["path"]
        yield entry
    if checkpoint.exists():
        yield from (checkpoint, log / "_last_checkpoint")


def _numbered(part: Part) -> Part:
    """The part with a number for every row.

    Raises
    ------
    BadInput : a number below 0
    """
    numbers = np.broadcast_to(np.asarray(part.sequences, dtype=np.int64), (part.rows.num_rows,))
    if numbers.min() < 0:
        raise BadInput(text("messages are counted from 0: {number} is no such number", number=int(numbers.min())))
    return Part(part.rows, part.source, numbers)


def _micros(column: Any) -> list[int]:  # noqa: ANN401  an Arrow array
    from arro3.core import Array, DataType

    return [int(value) for value in Array.from_arrow(column).cast(DataType.int64()).to_pylist()]


def _writer() -> "WriterProperties":
    from deltalake import WriterProperties

    return WriterProperties(compression="ZSTD", compression_level=1)
