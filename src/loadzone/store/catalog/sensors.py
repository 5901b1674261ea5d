"""Sensors: what measures at a position, on which channel, in which unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Index

from loadzone.store.catalog.names import identifier, name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, instant, key, owned, words

sensors_table = owned(
    "sensors",
    key("id", "identifier"),
    words("position", "where it measures", length=64),
    words("name", "as it is shown"),
    words("kind", "as accelerometer, thermometer, tacho"),
    words("channel", "name of its channel in messages and files", nullable=True),
    words("unit", "unit of its values", length=16, nullable=True),
    facts("facts", "rate, range, direction, serial number, calibration"),
    instant("created_us", "when it was entered"),
    instant("retired_us", "since when it is gone", nullable=True),
    belongs("position=id", to="positions"),
    Index(None, "organisation", "position"),
)


@dataclass(frozen=True)
class Sensor:
    """A sensor at a position."""

    organisation: str
    id: str
    position: str
    name: str
    kind: str
    created_us: int
    channel: str | None = None
    unit: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    retired_us: int | None = None

    def __post_init__(self) -> None:
        identifier(self.id)
        name(self.name)


sensors = Shelf(Sensor, sensors_table)
