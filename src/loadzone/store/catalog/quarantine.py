"""Quarantine: what arrives for a position that nobody has entered, until someone adopts it."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, delete, func, select, update

from loadzone.store.catalog.names import identifier
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import instant, key, owned, whole, words
from loadzone.store.catalog.work import Work

MOST = 1000
"""Unknown positions that are remembered of an organisation: a client that makes up names fills no database."""
SAMPLE_BYTES = 512

quarantine_table = owned(
    "quarantine",
    key("position", "identifier that messages bore"),
    words("door", "how the last one came, as mqtt, http, folder", length=32),
    whole("count", "messages so far"),
    instant("first_us", "first message"),
    instant("last_us", "last message"),
    Column("sample", LargeBinary, nullable=False, doc="first bytes of the last message"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
)


@dataclass(frozen=True)
class Stranger:
    """A position that sends and that nobody has entered."""

    organisation: str
    position: str
    door: str
    count: int
    first_us: int
    last_us: int
    sample: bytes

    def __post_init__(self) -> None:
        identifier(self.position)


quarantine = Shelf(Stranger, quarantine_table)


def note_stranger(work: Work, organisation: str, position: str, *, door: str, sample: bytes, at_us: int) -> bool:
    """Count a message for an unknown position; False where too many wait already and this one is new."""
    c = quarantine_table.c
    again = (
        update(quarantine_table)
        .where(c.organisation == organisation, c.position == position)
        .values(door=door, sample=sample[:SAMPLE_BYTES], last_us=at_us, count=c.count + 1)
    )
    if work.change(again):
        return True
    (waiting,) = work.rows(
        select(func.count().label("n")).select_from(quarantine_table).where(c.organisation == organisation)
    )
    if waiting.n >= MOST:
        return False
    quarantine.put(work, Stranger(organisation, position, door, 1, at_us, at_us, sample[:SAMPLE_BYTES]))
    return True


def adopt(work: Work, position: Position) -> None:
    """Enter the position; it waits no longer, and its messages come from the intake."""
    positions.add(work, position)
    c = quarantine_table.c
    work.change(delete(quarantine_table).where(c.organisation == position.organisation, c.position == position.id))
