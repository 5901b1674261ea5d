"""Engines for the two databases: SQLite with a log beside it (WAL), and PostgreSQL; how they begin, and what passes."""

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

WAIT_MS = 30_000
"""How long a writer waits for another one, ms."""
_PASSING = {"40001", "40P01", "55P03"}
"""SQLSTATE of serialisation failure, deadlock, and a lock that was not to be had."""
_GONE = {"57P01", "57P02", "57P03", "08000", "08003", "08006", "08001"}


def make_engine(url: str, *, durable: bool = False) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://...``; ``durable``: SQLite waits for the disk.

    Raises
    ------
    BadInput : not such a URL
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", partial(_open_sqlite, "FULL" if durable else "NORMAL"))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run once more."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _PASSING or state in _GONE
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput(_bad(url)) from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise BadInput(_bad(parsed.render_as_string(hide_password=True)))
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise BadInput(_bad(url))
    return parsed


def _bad(url: str) -> Any:  # noqa: ANN401  a Text
    return text(
        "{url} is no address of a catalog: give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE", url=url
    )


def _open_sqlite(synchronous: str, connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    del entry
    connection.isolation_level = None  # the driver's own BEGIN comes too late for a snapshot
    connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    _write_ahead(connection)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # two that turn a new file at once hold each other up: SQLite refuses one without waiting, whatever the busy timeout
    until = time.monotonic() + WAIT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # a reader that turns into a writer fails at once when another wrote meanwhile: writers say so from the start
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
