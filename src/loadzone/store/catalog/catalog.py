"""The catalog: opened by its address, read in snapshots, written in transactions that are run again where needed."""

import secrets
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from loadzone.store.catalog import schema as _schema  # noqa: F401  all tables are known before the first one is used
from loadzone.store.catalog.engine import is_passing, make_engine
from loadzone.store.catalog.migrate import upgrade
from loadzone.store.catalog.work import Visible, Work
from loadzone.store.points import passed
from loadzone.words.errors import LoadzoneError, StoreUnavailable
from loadzone.words.texts import text

ATTEMPTS = 8

T = TypeVar("T")


class Catalog:
    """What is kept as rows: who, what, where, limits, states, alarms, advice, the ledger.

    One object a process; its threads may share it. Its connections end with it, closed or forgotten.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        weakref.finalize(self, engine.dispose)

    @classmethod
    def open(cls, url: str, *, durable: bool = False) -> "Catalog":
        """The catalog at ``sqlite:///FILE`` or ``postgresql://...``, brought to this version's tables.

        ``durable``: a transaction of SQLite is on the disk when it ends; PostgreSQL sees to that by itself.

        Raises
        ------
        BadInput : not such an address
        StoreUnavailable : the database does not answer, or is of a later version
        """
        engine = make_engine(url, durable=durable)
        try:
            upgrade(engine)
        except OperationalError as error:
            engine.dispose()
            raise _unavailable(error) from error
        except LoadzoneError:
            engine.dispose()
            raise
        return cls(engine)

    @property
    def kind(self) -> str:
        """Name of the database: sqlite or postgresql."""
        return self._engine.dialect.name

    @contextmanager
    def read(self, visible: Visible) -> Iterator[Work]:
        """A snapshot: all queries of the block see the same state."""
        options: dict[str, object] = {}
        if self.kind == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                yield Work(connection, visible, is_writing=False)
        except OperationalError as error:
            raise _unavailable(error) from error

    def write(self, visible: Visible, job: Callable[[Work], T]) -> T:
        """Run ``job`` in a transaction: all of it is kept, or nothing when it raises.

        A deadlock, or a connection that broke before the commit, runs it again, so it must have no effect elsewhere.

        Raises
        ------
        StoreUnavailable : the database is gone, full, or was locked by others for too long
        """
        for attempt in range(ATTEMPTS):
            try:
                return self._once(visible, job)
            except DBAPIError as error:
                if attempt + 1 == ATTEMPTS or not is_passing(error):
                    raise _unavailable(error) from error
                time.sleep((1 + secrets.randbelow(20)) * 0.001 * 2**attempt)
        raise AssertionError

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _once(self, visible: Visible, job: Callable[[Work], T]) -> T:
        with self._engine.connect().execution_options(is_writing=True) as connection:
            with connection.begin() as transaction:
                answer = job(Work(connection, visible, is_writing=True))
                passed("catalog: before commit")
                try:
                    transaction.commit()
                except DBAPIError as error:
                    if error.connection_invalidated:  # kept or not, nobody knows: never run it a second time
                        raise _unavailable(error) from error
                    raise
            passed("catalog: after commit")
        return answer


def _unavailable(error: DBAPIError) -> StoreUnavailable:
    reason = str(error.orig).strip().splitlines()[0] if error.orig is not None else str(error)
    return StoreUnavailable(
        text("the catalog does not take this ({reason}): check that its database runs and has room", reason=reason)
    )
