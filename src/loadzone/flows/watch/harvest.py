"""What came of a batch, in the form in which it is kept: waveforms, rows of the lake, rows of the catalog, news."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loadzone.connect.address import Address
from loadzone.connect.intake import Arrival
from loadzone.flows.watch.fold import AdviceCall, AlarmCall
from loadzone.store.catalog.latest import Latest
from loadzone.store.catalog.states import BlockState
from loadzone.store.lake import Rows, TableName
from loadzone.store.waveforms import Wave
from loadzone.words.texts import Text

ORDER: tuple[TableName, ...] = ("recordings", "descriptors", "points", "results")
"""In which the tables are written, before the catalog that refers to them."""


@dataclass(frozen=True)
class Called:
    """What a fold called for, with the place and the message that it came from."""

    address: Address
    sequence: int
    time_us: int
    serial: str | None
    call: AlarmCall | AdviceCall


@dataclass(eq=False)
class Harvest:
    """All that is kept of the arrivals of one stream up to sequence ``last``.

    ``before`` and ``after``: states of blocks as they were read and as they are written. ``dead`` can never be
    handled, ``strangers`` belong to positions that nobody has entered; both are put aside.
    """

    source: str
    last: int
    received_us: int
    organisations: frozenset[str]
    waves: list[tuple[str, Wave]] = field(default_factory=list)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[TableName, Rows] = field(default_factory=dict)
    latest: dict[tuple[str, str, str], Latest] = field(default_factory=dict)
    before: list[BlockState | None] = field(default_factory=list)
    after: list[BlockState] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    dead: list[tuple[Arrival, Text]] = field(default_factory=list)
    strangers: list[Arrival] = field(default_factory=list)
    events: list[tuple[Address, Mapping[str, Any]]] = field(default_factory=list)

    def note_latest(self, latest: Latest) -> None:
        """Keep it, unless a newer one of the same quantity is here."""
        key = (latest.organisation, latest.position, latest.quantity)
        there = self.latest.get(key)
        if there is None or there.at_us <= latest.at_us:
            self.latest[key] = latest
