"""A transaction that sees certain organisations and no others.

No function of the catalog writes the filter: every statement passes through a `Work`, which adds
«organisation is one of those that this transaction sees» for each table the statement names, and refuses
statements in which it could not (subqueries, aliases, outer joins, raw SQL). To forget it is impossible.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final, Literal, TypeVar, cast

from sqlalchemy import (
    ColumnClause,
    Connection,
    CursorResult,
    Delete,
    FromClause,
    Join,
    Row,
    Select,
    Table,
    TextClause,
    Update,
    insert,
    literal,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

from loadzone.store.catalog.tables import metadata
from loadzone.words.errors import AlreadyThere, NotAllowed, UnknownThing
from loadzone.words.texts import text


class _Everyone(Enum):
    EVERYONE = "every organisation"


EVERYONE: Final = _Everyone.EVERYONE
"""Sees all organisations: for what comes before one is known (signing in), and for backups."""

Visible = str | Collection[str] | Literal[_Everyone.EVERYONE]
"""One organisation, several, or `EVERYONE`. None of them: nothing is seen."""

AtMost = TypeVar("AtMost", bound=Select[Any] | Update | Delete)


class Work:
    """One transaction of the catalog; made by `Catalog.read` and `Catalog.write`, gone when they end."""

    def __init__(self, connection: Connection, visible: Visible, *, is_writing: bool) -> None:
        self._connection = connection
        self._is_writing = is_writing
        self.visible: frozenset[str] | None = visible_set(visible)

    def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Rows of the organisations that this transaction sees."""
        return self._connection.execute(self._filtered(statement, _tables_of(statement))).all()

    def stream(self, statement: Select[Any], size: int = 10_000) -> Iterator[Sequence[Row[Any]]]:
        """The same in parts of ``size`` rows, for results that should not stand in memory as a whole."""
        filtered = self._filtered(statement, _tables_of(statement)).execution_options(yield_per=size)
        yield from self._connection.execute(filtered).partitions()

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """New rows.

        Raises
        ------
        AlreadyThere : a row of that key is there
        UnknownThing : a row refers to something that is not there
        NotAllowed : a row belongs to an organisation that this transaction does not see
        """
        new = self._own(table, rows)
        if new:
            try:
                self._connection.execute(insert(table), new)
            except IntegrityError as error:
                raise _told(table, error) from error

    def put(self, table: Table, rows: Iterable[Mapping[str, Any]], *, newest: str | None = None) -> None:
        """New rows, or new values where the key is there; with ``newest`` only where that column does not go back.

        Rows are sorted by their key: two transactions that meet the same rows in opposite order stop each other.
        """
        keys = [column.name for column in _changeable(table).primary_key]
        last = {tuple(row[name] for name in keys): row for row in _oldest_first(rows, newest)}
        new = self._own(table, (last[name] for name in sorted(last)))
        if not new:
            return
        statement = self._insert(table)
        changed = {name: statement.excluded[name] for name in new[0] if name not in keys}
        keeps = None if newest is None else statement.excluded[newest] >= table.c[newest]
        if changed:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=changed, where=keeps)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        try:
            self._connection.execute(statement, new)
        except IntegrityError as error:
            raise _told(table, error) from error

    def ensure(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        """New rows where the key is not there, and how many that were; the others stay as they are."""
        keys = [column.name for column in table.primary_key]
        statement = self._insert(table).on_conflict_do_nothing(index_elements=keys)
        statement = statement.execution_options(preserve_rowcount=True)
        return sum(self._connection.execute(statement, row).rowcount for row in self._own(table, rows))

    def change(self, statement: Update | Delete, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """The number of rows that an update or delete found; ``rows`` are the sets of values of a batch.

        Raises
        ------
        NotAllowed : the table only grows
        """
        self._must_write()
        table = _changeable(statement.table)
        filtered = self._filtered(statement, [table, *_tables_within(statement, table)])
        try:
            result = self._connection.execute(filtered, list(rows)) if rows else self._connection.execute(filtered)
        except IntegrityError as error:
            raise _told(table, error) from error
        return result.rowcount if isinstance(result, CursorResult) else 0

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction that leaves nothing behind when it raises; the rest goes on."""
        self._must_write()
        with self._connection.begin_nested():
            yield

    def sees(self, organisation: str) -> bool:
        """Whether rows of that organisation are seen."""
        return self.visible is None or organisation in self.visible

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        make = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        return make(table)

    def _filtered(self, statement: AtMost, tables: Iterable[Table]) -> AtMost:
        """The statement, held to the organisations that are seen."""
        for table in tables:
            if "shared" not in table.info and self.visible is not None:
                # one parameter each: a batch of changes cannot carry a list that is expanded late
                is_seen = table.c.organisation.in_([literal(name) for name in sorted(self.visible)])
                statement = cast("AtMost", statement.where(is_seen))
        return statement

    def _own(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        self._must_write()
        found = list(rows)
        if "shared" not in table.info:
            for row in found:
                if not self.sees(row["organisation"]):
                    raise NotAllowed(
                        text("organisation {organisation} is not yours to write", organisation=row["organisation"])
                    )
        return found

    def _must_write(self) -> None:
        if not self._is_writing:
            raise TypeError("this transaction reads: what is written goes through Catalog.write")


def _changeable(table: object) -> Table:
    if not isinstance(table, Table) or table.info.get("append_only"):
        raise NotAllowed(text("table {table} only grows: write a correction as a new row", table=str(table)))
    return table


def visible_set(visible: Visible) -> frozenset[str] | None:
    """The organisations by name; None stands for all of them."""
    if isinstance(visible, _Everyone):
        return None
    return frozenset([visible] if isinstance(visible, str) else visible)


def _oldest_first(rows: Iterable[Mapping[str, Any]], newest: str | None) -> Iterable[Mapping[str, Any]]:
    """Of two rows with one key in a batch the newest stays, or the last one where no column says which that is."""
    return rows if newest is None else sorted(rows, key=lambda row: row[newest])


def _tables_of(statement: Select[Any]) -> list[Table]:
    """The tables that a query names, each of which can be filtered; in any of its parts, so that none is forgotten.

    Raises
    ------
    TypeError : a part of the query cannot be filtered from outside (our fault, in a module of the catalog)
    """
    found: list[Table] = []
    for source in _sources(statement):
        if isinstance(source, Table) and source.metadata is metadata:
            if source not in found:
                found.append(source)
        elif not isinstance(source, Join) or source.isouter or source.full:
            raise TypeError(f"{source} cannot be held to organisations: name tables and inner joins only")
    return found


def _tables_within(statement: Update | Delete, outside: object) -> list[Table]:
    """Tables of a statement beside ``outside``; none may stand in a subquery."""
    found = [each for each in _sources(statement) if isinstance(each, Table) and each is not outside]
    return list(dict.fromkeys(found))


def _sources(statement: Select[Any] | Update | Delete) -> Iterator[object]:
    """What a statement reads from: named itself, or by one of its columns."""
    parts = iter(visitors.iterate(statement))
    next(parts)  # the statement itself
    for part in parts:
        if isinstance(part, Select):
            raise TypeError("a subquery cannot be held to organisations: ask twice")
        if isinstance(part, TextClause) or (isinstance(part, ColumnClause) and part.is_literal and part.name != "*"):
            raise TypeError(f"words of SQL cannot be held to organisations: {part}")
        if isinstance(part, ColumnClause):
            if part.table is not None:
                yield part.table
        elif isinstance(part, FromClause) and not isinstance(part, FunctionElement):
            yield part


def _told(table: Table, error: IntegrityError) -> AlreadyThere | UnknownThing:
    reason = str(error.orig).lower()
    if "foreign key" in reason:
        return UnknownThing(text("a row for {table} refers to something that is not there", table=table.name))
    return AlreadyThere(
        text("{table} has such a row already: change it, or choose another identifier", table=table.name)
    )
