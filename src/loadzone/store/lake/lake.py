"""The lake as a whole: opened by its address, appended to, asked, compacted."""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from loadzone.store.lake import compaction, queries
from loadzone.store.lake.compaction import SOON, TAIL, Kept
from loadzone.store.lake.delta import Delta, Part
from loadzone.store.lake.queries import Buckets, Trend
from loadzone.store.lake.tables import TABLES, TableName, arrow_table, table_of
from loadzone.store.place import Place
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

ROOM_FOR_OTHERS = 6
"""Writers of one table that may append at the same moment without passing the limit of the tail."""
LEAST_KEPT_HOURS = 1
"""Files outlive their exchange by this, which no query may last."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one stream of messages for one table.

    ``columns``: by name, each a list, a NumPy array or an Arrow array (see `spread`); times in µs. ``source``: the
    stream, ``sequences``: number of the message that each row came with, or one for all.
    """

    columns: Mapping[str, Any]
    source: str
    sequences: ArrayLike


class Lake:
    """Delta tables in a folder or an object storage. One object a process; its threads may share it."""

    def __init__(self, place: Place, *, durable: bool = False) -> None:
        self.place = place
        self._is_durable = durable
        self._opening = threading.Lock()
        self._tables: dict[TableName, Delta] = {}

    @classmethod
    def open(cls, url: str, options: Mapping[str, str] | None = None) -> "Lake":
        """The lake in a folder or at ``s3://bucket/name``; tables are made when they are first used."""
        return cls(Place(url, options or {}))

    def table(self, name: TableName) -> Delta:
        """One of its tables, for maintenance and tests."""
        table = table_of(name)
        with self._opening:
            if table.name not in self._tables:
                self._tables[table.name] = Delta(table, self.place.under(table.name), durable=self._is_durable)
            return self._tables[table.name]

    def append(self, name: TableName, columns: Mapping[str, Any], *, source: str, sequences: ArrayLike) -> int:
        """Append rows of one stream that are not in yet, and how many these were; see `append_all`."""
        return self.append_all(name, [Rows(columns, source, sequences)])

    def append_all(self, name: TableName, streams: Sequence[Rows]) -> int:
        """Append rows of several streams that are not in yet, in one commit, and how many these were.

        Parameters
        ----------
        name : points, descriptors, results or recordings
        streams : rows, each stream once: repeated, re-batched or raced by a second worker, each message's rows are in
            once

        Raises
        ------
        BadInput : columns that the table does not have, or not of one length
        StoreUnavailable : the storage does not answer, or is full

        When the tail is about to grow too long, because nobody compacts, or is in a large merge, it is compacted first.
        """
        delta = self.table(name)
        parts = [Part(arrow_table(delta.table, each.columns), each.source, each.sequences) for each in streams]
        if delta.tail() >= TAIL - ROOM_FOR_OTHERS:
            compaction.compact(delta, is_fresh_only=True)
        return delta.append(parts)

    def progress(self, name: TableName, source: str) -> int | None:
        """Number of the last message of a stream whose rows are in the table."""
        return self.table(name).transaction(source)

    def trend(
        self, name: TableName, organisation: str, position: str, quantity: str, *, start_us: int, end_us: int
    ) -> Trend:
        """Values of a quantity at a position from ``start_us`` up to and without ``end_us``."""
        return queries.trend(self._values(name), organisation, position, quantity, start_us, end_us)

    def buckets(
        self,
        name: TableName,
        organisation: str,
        position: str,
        quantity: str,
        *,
        start_us: int,
        end_us: int,
        width_us: int,
    ) -> Buckets:
        """The same as least, greatest and mean of equal parts of time, for spans longer than a page is wide."""
        return queries.buckets(self._values(name), organisation, position, quantity, start_us, end_us, width_us)

    def outlines(
        self,
        name: TableName,
        organisations: Collection[str],
        positions: Collection[str],
        quantities: Collection[str],
        *,
        start_us: int,
        end_us: int,
        width_us: int,
    ) -> Mapping[tuple[str, str, str], Buckets]:
        """Buckets of several positions and quantities at once, by (organisation, position, quantity)."""
        return queries.outlines(self._values(name), organisations, positions, quantities, start_us, end_us, width_us)

    def latest(
        self, name: TableName, organisations: Collection[str], quantity: str, *, since_us: int
    ) -> Mapping[tuple[str, str], tuple[int, float]]:
        """Time and value of the newest row since then, by (organisation, position)."""
        return queries.latest(self._values(name), organisations, quantity, since_us)

    def documents(
        self, name: TableName, organisation: str, position: str, *, start_us: int, end_us: int, limit: int = 100
    ) -> list[dict[str, Any]]:
        """Rows of results or recordings of a position in a span, the newest first."""
        delta = self.table(name)
        if delta.table.has_values:
            raise BadInput(text("table {table} holds values, no documents: ask for a trend", table=name))
        return queries.documents(delta, organisation, position, start_us, end_us, limit=limit)

    def compact(self, *, at_least: int = SOON, closed_us: int | None = None) -> int:
        """Bring all tables into order, while others write and read; how many exchanges of files were made."""
        return sum(compaction.compact(self.table(name), at_least=at_least, closed_us=closed_us) for name in TABLES)

    def thin(self, name: TableName, *, before_us: int, every_us: int, kept: Kept) -> int:
        """Thin compacted rows before a time (see `compaction.thin`), and how many fell away."""
        if every_us <= 0:
            raise BadInput(text("a bucket of {width} µs holds nothing: give a width above 0", width=every_us))
        return compaction.thin(self.table(name), before_us=before_us, every_us=every_us, kept=kept)

    def vacuum(self, *, keep_hours: int = LEAST_KEPT_HOURS) -> int:
        """Take away files that belong to no table any more, and how many these were.

        Raises
        ------
        BadInput : less than an hour, within which a running query may still read them
        """
        if keep_hours < LEAST_KEPT_HOURS:
            raise BadInput(
                text(
                    "files that were exchanged {hours} h ago may still be read: keep them {least} h or longer",
                    hours=keep_hours,
                    least=LEAST_KEPT_HOURS,
                )
            )
        return sum(self.table(name).vacuum(keep_hours) for name in TABLES)

    def _values(self, name: TableName) -> Delta:
        delta = self.table(name)
        if not delta.table.has_values:
            raise BadInput(text("table {table} holds documents, no values over time", table=name))
        return delta
