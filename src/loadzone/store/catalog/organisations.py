"""Organisations (a maker, its customers), and what one grants to another."""

from dataclasses import dataclass

from sqlalchemy import ForeignKeyConstraint, Index

from loadzone.store.catalog.names import identifier, name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import instant, key, owned, words

organisations_table = owned(
    "organisations",
    words("name", "as it is shown"),
    instant("created_us", "when it was entered"),
)

grants_table = owned(
    "grants",
    key("grantee", "the organisation whose people may look in"),
    words("role", "the most that they may do: viewer, analyst, engineer or admin", length=16),
    instant("granted_us", "since when"),
    words("granted_by", "user who granted it"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
    ForeignKeyConstraint(["grantee"], ["organisations.organisation"]),
    Index(None, "grantee"),
)


@dataclass(frozen=True)
class Organisation:
    """A maker of bearings, or one of its customers."""

    organisation: str
    name: str
    created_us: int

    def __post_init__(self) -> None:
        identifier(self.organisation)
        name(self.name)


@dataclass(frozen=True)
class Grant:
    """``organisation`` lets the people of ``grantee`` (its maker's service desk) in, as ``role`` at most."""

    organisation: str
    grantee: str
    role: str
    granted_us: int
    granted_by: str


organisations = Shelf(Organisation, organisations_table)
grants = Shelf(Grant, grants_table)
