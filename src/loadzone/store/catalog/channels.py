"""Channels by which people are told of alarms and advice, and what each channel has been told of already.

What opens a channel (password, key, token) is kept sealed; the key to the seal is not in the catalog.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Text, delete, select, update

from loadzone.store.catalog.names import identifier, name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import Json, belongs, facts, instant, key, owned, words
from loadzone.store.catalog.work import Work

channels_table = owned(
    "notification_channels",
    key("id", "identifier"),
    words("name", "as it is shown"),
    words("kind", "webhook, mail, dingtalk or wecom", length=16),
    facts("address", "where to, as its kind has it; nothing in it is secret"),
    words("language", "of what is told, en or zh", length=8),
    Column("events", Json, nullable=False, doc="what is told, a list: alarm raised, alarm worse, advice given"),
    words("least", "priority from which on it is told: low, medium, high", length=16),
    Column("sites", Json, nullable=False, doc="only of these sites, a list; of all where it is empty"),
    Column("is_on", BigInteger, nullable=False, doc="1 where it tells, 0 where it is switched off"),
    instant("created_us", "when it was made"),
    instant("changed_us", "when it was changed last"),
    Column("sealed", Text, nullable=False, doc="its secrets, encrypted with the key beside the catalog"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
)

told_table = owned(
    "channel_told",
    key("channel", "which channel"),
    key("thing", "what it knows of: alarm:identifier or advice:identifier", 80),
    words("priority", "at which priority it was told", length=16),
    instant("at_us", "when"),
    belongs("channel=id", to="notification_channels"),
)


@dataclass(frozen=True)
class Channel:
    """A way to tell people of an organisation; its secrets are asked for with `sealed_of`."""

    organisation: str
    id: str
    name: str
    kind: str
    address: Mapping[str, Any]
    language: str
    events: tuple[str, ...]
    least: str
    sites: tuple[str, ...]
    is_on: bool
    created_us: int
    changed_us: int

    def __post_init__(self) -> None:
        identifier(self.id)
        name(self.name)
        object.__setattr__(self, "events", tuple(self.events))
        object.__setattr__(self, "sites", tuple(self.sites))
        object.__setattr__(self, "is_on", bool(self.is_on))


@dataclass(frozen=True)
class Told:
    """A channel knows of a thing, at that priority."""

    organisation: str
    channel: str
    thing: str
    priority: str
    at_us: int


channels = Shelf(Channel, channels_table)
told = Shelf(Told, told_table)


def put_channel(work: Work, channel: Channel, sealed: str) -> None:
    """A new channel, or a changed one, with its secrets under their seal."""
    row = {**vars(channel), "is_on": int(channel.is_on), "sealed": sealed}
    work.put(channels_table, [row])


def switch(work: Work, channel: Channel, at_us: int, *, is_on: bool) -> None:
    """Switch a channel on or off."""
    c = channels_table.c
    where = (c.organisation == channel.organisation, c.id == channel.id)
    work.change(update(channels_table).where(*where).values(is_on=int(is_on), changed_us=at_us))


def sealed_of(work: Work) -> dict[tuple[str, str], str]:
    """The sealed secrets of the channels that are seen, by organisation and identifier."""
    c = channels_table.c
    return {(row.organisation, row.id): row.sealed for row in work.rows(select(c.organisation, c.id, c.sealed))}


def remove_channel(work: Work, organisation: str, channel: str) -> bool:
    """Take a channel away, and what it was told; False where there is none."""
    c = told_table.c
    work.change(delete(told_table).where(c.organisation == organisation, c.channel == channel))
    return channels.remove(work, organisation, channel)


def forget_told(work: Work, gone: Iterable[Told]) -> None:
    """Forget what is over: it can never be told again."""
    for each in gone:
        told.remove(work, each.organisation, each.channel, each.thing)
