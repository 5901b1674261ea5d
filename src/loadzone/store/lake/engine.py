"""DuckDB over the files that a table lists: one engine a process, a cursor a query, a new list when a file is gone."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

from loadzone.store.lake.delta import Delta, Filters
from loadzone.store.place import unavailable

ROWS = "{rows}"
"""In a query, the place of the table's rows."""

T = TypeVar("T")
_engine: duckdb.DuckDBPyConnection | None = None
_making = threading.Lock()


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of this process's engine; close it after the query."""
    global _engine  # noqa: PLW0603  made once, when the first query comes
    with _making:
        if _engine is None:
            settings: dict[str, Any] = {"TimeZone": "UTC", "autoinstall_known_extensions": False}
            _engine = duckdb.connect(config=settings | {"parquet_metadata_cache": True})
    return _engine.cursor()


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
        with cursor() as engine:
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
