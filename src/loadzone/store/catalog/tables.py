"""How tables of the catalog are made: one naming convention, times in microseconds, the organisation in every row."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Dialect, ForeignKeyConstraint, MetaData, String, Table, Text, TypeDecorator

from loadzone.store.canonical import canonical

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ID_LENGTH = 64
NAME_LENGTH = 200

metadata = MetaData(naming_convention=NAMING)


class Json(TypeDecorator[Any]):
    """A value kept as canonical JSON, so that the same value is the same text on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401  the signature it overrides
        """Value to text."""
        del dialect
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401  the signature it overrides
        """Text to value."""
        del dialect
        return None if value is None else msgspec.json.decode(value)


def owned(name: str, *parts: Any, append_only: bool = False) -> Table:  # noqa: ANN401  columns, constraints, indexes
    """A table whose rows belong to organisations: the organisation is the first column and part of the key."""
    first = Column("organisation", String(ID_LENGTH), primary_key=True, doc="whose row this is")
    return Table(name, metadata, first, *parts, info={"append_only": append_only})


def shared(name: str, reason: str, *parts: Any) -> Table:  # noqa: ANN401  columns, constraints, indexes
    """A table whose rows belong to no organisation, with the reason why that is so."""
    return Table(name, metadata, *parts, info={"shared": reason})


def key(name: str, comment: str, length: int = ID_LENGTH) -> Column[str]:
    """A text that is part of the primary key."""
    return Column(name, String(length), primary_key=True, doc=comment)


def number_key(name: str, comment: str) -> Column[int]:
    """A whole number (or a time in µs) that is part of the primary key."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False, doc=comment)


def words(name: str, comment: str, *, length: int = NAME_LENGTH, nullable: bool = False) -> Column[str]:
    """A text: an identifier, or a name for the eye."""
    return Column(name, String(length), nullable=nullable, doc=comment)


def instant(name: str, comment: str, *, nullable: bool = False) -> Column[int]:
    """A time: microseconds since 1970, UTC; a time with a zone would come back naive from SQLite."""
    return Column(name, BigInteger, nullable=nullable, doc=f"{comment}, µs UTC")


def whole(name: str, comment: str, *, nullable: bool = False) -> Column[int]:
    """A whole number of up to 64 bits."""
    return Column(name, BigInteger, nullable=nullable, doc=comment)


def facts(name: str, comment: str) -> Column[Mapping[str, Any]]:
    """A JSON map of what has no column of its own."""
    return Column(name, Json, nullable=False, doc=comment)


def belongs(*columns: str, to: str) -> ForeignKeyConstraint:
    """A reference within the same organisation: the rows of two organisations can never meet."""
    names = [column.partition("=")[::2] for column in columns]
    return ForeignKeyConstraint(
        ["organisation", *(own for own, _ in names)],
        [f"{to}.organisation", *(f"{to}.{their or own}" for own, their in names)],
    )
