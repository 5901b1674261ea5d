"""All tables of the catalog's database, by importing each module that states one."""

from loadzone.store.catalog import (
    advice,
    alarms,
    channels,
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
from loadzone.store.ledger import tables as ledger

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
    channels,
    quarantine,
    idempotency,
    progress,
    ledger,
)

__all__ = ["MODULES", "metadata"]
