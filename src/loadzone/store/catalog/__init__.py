"""The catalog: who, what, where, limits, block states, alarms, advice and latest values, on SQLite or PostgreSQL."""

from loadzone.store.catalog.catalog import Catalog
from loadzone.store.catalog.work import EVERYONE, Visible, Work

__all__ = ["EVERYONE", "Catalog", "Visible", "Work"]
