"""Values that an edge node could not send yet: kept in order, bounded, and in a file so that a crash costs none."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from loadzone.connect.sparkplug.payload import Metric, Payload, decode, encode

Entry = tuple[int, str | None, tuple[Metric, ...]]
"""Its number, the device (None for the node), the values."""


class Outbox(Protocol):
    """A queue of values with the device that they belong to; ``dropped`` counts entries that had to go for room."""

    dropped: int

    def append(self, device: str | None, metrics: Sequence[Metric]) -> None:
        """Keep values; the oldest ones go when there is no room."""
        ...

    def first(self, devices: Collection[str]) -> Entry | None:
        """The oldest entry of the node or of one of these devices; it stays."""
        ...

    def drop(self, number: int) -> None:
        """An entry is sent."""
        ...

    def __len__(self) -> int: ...


class MemoryOutbox:
    """An outbox that ends with its process."""

    def __init__(self, most: int = 100_000) -> None:
        self.dropped = 0
        self._most = most
        self._count = 0
        self._entries: dict[int, Entry] = {}

    def append(self, device: str | None, metrics: Sequence[Metric]) -> None:
        """See `Outbox`."""
        self._count += 1
        self._entries[self._count] = (self._count, device, tuple(metrics))
        if len(self._entries) > self._most:
            self.drop(next(iter(self._entries)))
            self.dropped += 1

    def first(self, devices: Collection[str]) -> Entry | None:
        """See `Outbox`."""
        return next((each for each in self._entries.values() if each[1] is None or each[1] in devices), None)

    def drop(self, number: int) -> None:
        """See `Outbox`."""
        del self._entries[number]

    def __len__(self) -> int:
        return len(self._entries)


class FileOutbox:
    """An outbox in an SQLite file."""

    def __init__(self, path: Path, most: int = 1_000_000) -> None:
        self.dropped = 0
        self._most = most
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute(
            "create table if not exists outbox (number integer primary key, device text, body blob not null)"
        )
        (self._count,) = self._database.execute("select count(*) from outbox").fetchone()

    def append(self, device: str | None, metrics: Sequence[Metric]) -> None:
        """See `Outbox`."""
        body = encode(Payload(tuple(metrics)))
        self._database.execute("insert into outbox (device, body) values (?, ?)", (device, body))
        self._count += 1
        if self._count > self._most:
            (oldest,) = self._database.execute("select min(number) from outbox").fetchone()
            self.drop(oldest)
            self.dropped += 1

    def first(self, devices: Collection[str]) -> Entry | None:
        """See `Outbox`."""
        row = self._database.execute(
            "select number, device, body from outbox where device is null"
            " or device in (select value from json_each(?)) order by number limit 1",
            (json.dumps(sorted(devices)),),
        ).fetchone()
        return (row[0], row[1], decode(row[2]).metrics) if row else None

    def drop(self, number: int) -> None:
        """See `Outbox`."""
        self._database.execute("delete from outbox where number = ?", (number,))
        self._count -= 1

    def __len__(self) -> int:
        return int(self._count)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
