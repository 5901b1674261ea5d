"""DuckDB over the files that a table lists: one engine a process, a cursor a query, a new list when a file is gone."""

import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

from loadzone.store.lake.delta import Delta, Filters
from loadzone.store.place import unavailable

ROWS = "{rows}"
"""In a query, the place of the table's rows."""

MEMORY = "25%"
"""Of the machine, for the queries and merges of one process; what needs more goes through the disk."""
MOST_FOOTERS = 4096

T = TypeVar("T")
_engine: "_Engine | None" = None
_making = threading.Lock()


class _Engine:
    """DuckDB with the footers of files that were read, which it never forgets: after many, another takes its place."""

    def __init__(self) -> None:
        settings: dict[str, Any] = {
            "TimeZone": "UTC",
            "autoinstall_known_extensions": False,
            "parquet_metadata_cache": True,
            "memory_limit": MEMORY,
            "temp_directory": str(Path(_spilled().name) / uuid.uuid4().hex),  # DuckDB takes it away
            "allocator_background_threads": True,  # else what a merge took stays with the process
        }
        self.connection = duckdb.connect(config=settings)
        self._footers: set[str] = set()

    def takes(self, files: Collection[str]) -> bool:
        """Whether the footers of these files have room here."""
        self._footers.update(files)
        return len(self._footers) <= max(MOST_FOOTERS, 2 * len(files))


@cache
def _spilled() -> "TemporaryDirectory[str]":
    """Where engines of this process put what does not fit into memory; nobody else can read it."""
    return TemporaryDirectory(prefix="loadzone-")


def cursor(files: Collection[str] = ()) -> duckdb.DuckDBPyConnection:
    """A cursor of this process's engine; close it after the query.

    ``files`` are those whose footers are kept for the next query; without them no footer is kept.
    """
    global _engine  # noqa: PLW0603  made when the first query comes
    with _making:
        if _engine is None or not _engine.takes(files):
            _engine = _Engine()
            _engine.takes(files)
        made = _engine.connection.cursor()
    if not files:
        made.execute("SET SESSION parquet_metadata_cache = false")
    return made


def ask(delta: Delta, query: str, values: Mapping[str, Any], filters: Filters) -> dict[str, NDArray[Any]]:
    """Columns of the answer to a query over the rows of a table.

    Parameters
    ----------
    query : SQL with ``{rows}`` in the place of the table, and ``$name`` in that of a value
    filters : what the rows must pass, as far as it helps to leave out whole files

    Raises
    ------
    StoreUnavailable : the storage does not answer
    """

    def once() -> dict[str, NDArray[Any]]:
        uris = delta.place.on_this_machine(delta.uris(filters))
        source = "read_parquet($uris)" if uris else _nothing(delta)
        with cursor(uris) as engine:
            named = {**values, "uris": uris} if uris else dict(values)
            return engine.execute(query.replace(ROWS, source), named).fetchnumpy()

    return _twice(delta, once)


def _twice(delta: Delta, once: Callable[[], T]) -> T:
    """A file that was exchanged and taken away after the list was made is in the next list under another name."""
    try:
        return once()
    except (duckdb.IOException, FileNotFoundError):
        try:
            return once()
        except (duckdb.Error, OSError) as error:
            raise unavailable(delta.place, error) from error


def _nothing(delta: Delta) -> str:
    types = {"text": "VARCHAR", "time": "TIMESTAMPTZ", "number": "DOUBLE", "count": "BIGINT"}
    columns = ", ".join(f'NULL::{types[each.type]} AS "{each.name}"' for each in delta.table.columns)
    return f"(SELECT {columns} LIMIT 0)"


def floats(column: NDArray[Any]) -> NDArray[np.float64]:
    """Numbers with NaN where one is missing."""
    filled = column.filled(np.nan) if isinstance(column, np.ma.MaskedArray) else column
    return np.asarray(filled, dtype=np.float64)
