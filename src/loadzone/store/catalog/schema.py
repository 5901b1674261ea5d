"""All tables of the catalog's database, by importing each module that states one."""

from loadzone.store.catalog import (
    advice,
    alarms,
    idempotency,
    latest,
    limits,
    machines,
    organisations,
    positions,
    progress,
    quarantine,
    roles,
    sensors,
    states,
    tokens,
    units,
    users,
)
from loadzone.store.catalog.tables import metadata

MODULES = (
    organisations,
    users,
    roles,
    tokens,
    machines,
    positions,
    units,
    sensors,
    limits,
    states,
    latest,
    alarms,
    advice,
    quarantine,
    idempotency,
    progress,
)

__all__ = ["MODULES", "metadata"]
