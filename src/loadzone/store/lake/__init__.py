"""The lake: points, descriptors, results and the index of recordings as Delta tables that any engine can read."""

from loadzone.store.lake.compaction import Kept, Span
from loadzone.store.lake.lake import Lake, Rows
from loadzone.store.lake.queries import Buckets, Trend
from loadzone.store.lake.tables import TABLES, TableName, spread

__all__ = ["TABLES", "Buckets", "Kept", "Lake", "Rows", "Span", "TableName", "Trend", "spread"]
