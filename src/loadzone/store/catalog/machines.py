"""Sites and the machines on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ForeignKeyConstraint

from loadzone.store.catalog.names import identifier, name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, instant, key, owned, words

sites_table = owned(
    "sites",
    key("id", "identifier"),
    words("name", "as it is shown"),
    words("time_zone", "IANA name, for shifts and for the eye"),
    facts("facts", "place, contact and what else is known"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
)

machines_table = owned(
    "machines",
    key("id", "identifier"),
    words("site", "where it stands", length=64),
    words("name", "as it is shown"),
    words("kind", "as wind turbine, traction motor, machine tool spindle"),
    facts("facts", "rated power and speed, support, class of a vibration standard"),
    instant("created_us", "when it was entered"),
    instant("retired_us", "since when it is no longer watched", nullable=True),
    belongs("site=id", to="sites"),
)


@dataclass(frozen=True)
class Site:
    """A place with machines."""

    organisation: str
    id: str
    name: str
    time_zone: str = "UTC"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        identifier(self.id)
        name(self.name)


@dataclass(frozen=True)
class Machine:
    """A machine that has positions with bearings."""

    organisation: str
    id: str
    site: str
    name: str
    kind: str
    created_us: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    retired_us: int | None = None

    def __post_init__(self) -> None:
        identifier(self.id)
        name(self.name)


sites = Shelf(Site, sites_table)
machines = Shelf(Machine, machines_table)
