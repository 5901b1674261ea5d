"""What there is to tell: alarms and advice that are open, and of each whether a channel should hear of it now.

Nothing is derived from news that pass by: what is open in the catalog is held against what each channel knows. Whoever
was killed goes on from there. An alarm ends only after a person has acknowledged it, and advice when a person closes
it, so nothing that matters is over before it is seen here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from loadzone.flows.alarms_desk import Advice, Alarm
from loadzone.monitor.watch.alarms import Priority
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import open_advice
from loadzone.store.catalog.alarms import open_alarms
from loadzone.store.catalog.channels import Channel, Told
from loadzone.store.catalog.machines import Machine, Site, machines, machines_table, sites
from loadzone.store.catalog.positions import Position, positions, positions_table

Event = Literal["alarm raised", "alarm worse", "advice given"]
EVENTS: tuple[Event, ...] = get_args(Event)
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
HIDDEN = ("shelved", "suppressed by design", "out of service")
"""States in which a person, or the plant's design, has said that nobody is to be called."""


@dataclass(frozen=True)
class Thing:
    """An alarm or advice that is open."""

    about: Alarm | Advice

    @property
    def key(self) -> str:
        """What it is called where it is noted who was told."""
        return f"{'alarm' if isinstance(self.about, Alarm) else 'advice'}:{self.about.id}"

    @property
    def is_hidden(self) -> bool:
        """Whether nobody is to be called."""
        return isinstance(self.about, Alarm) and self.about.state in HIDDEN


@dataclass(frozen=True)
class Places:
    """Positions with their machines and sites, by organisation and identifier."""

    positions: Mapping[tuple[str, str], Position] = field(default_factory=dict)
    machines: Mapping[tuple[str, str], Machine] = field(default_factory=dict)
    sites: Mapping[tuple[str, str], Site] = field(default_factory=dict)

    def of(self, about: Alarm | Advice) -> tuple[Position | None, Machine | None, Site | None]:
        """Where it is."""
        position = self.positions.get((about.organisation, about.position))
        machine = self.machines.get((about.organisation, position.machine or "")) if position else None
        return position, machine, self.sites.get((about.organisation, machine.site)) if machine else None


@dataclass(frozen=True)
class News:
    """A channel meets a thing at a priority that it did not know of; ``event`` is None where it only notes that."""

    channel: Channel
    thing: Thing
    event: Event | None

    def noted(self, at_us: int) -> Told:
        """What the channel knows from then on."""
        about = self.thing.about
        return Told(about.organisation, self.channel.id, self.thing.key, about.priority, at_us)


def open_things(work: Work) -> tuple[Thing, ...]:
    """What is open in the organisations that are seen, the oldest first."""
    found: list[Alarm | Advice] = [*open_alarms(work), *open_advice(work)]
    return tuple(Thing(each) for each in sorted(found, key=_began))


def places(work: Work, things: Iterable[Thing]) -> Places:
    """Where things are."""
    p, m = positions_table.c, machines_table.c
    wanted = sorted({each.about.position for each in things})
    if not wanted:
        return Places()
    found = {(each.organisation, each.id): each for each in positions.all(work, p.id.in_(wanted))}
    on = sorted({each.machine for each in found.values() if each.machine})
    return Places(
        found,
        {(each.organisation, each.id): each for each in machines.all(work, m.id.in_(on))},
        {(each.organisation, each.id): each for each in sites.all(work)},
    )


def is_urgent(channel: Channel, thing: Thing) -> bool:
    """Whether the channel is on, and of the thing's organisation, and the thing urgent enough for it."""
    about = thing.about
    is_of = channel.is_on and about.organisation == channel.organisation
    return is_of and _rank(about.priority) >= _rank(channel.least)


def is_there(channel: Channel, thing: Thing, where: Places) -> bool:
    """Whether the thing is at a site of the channel's."""
    site = where.of(thing.about)[2] if channel.sites else None
    return not channel.sites or (site is not None and site.id in channel.sites)


def news(channel: Channel, things: Iterable[Thing], known: Mapping[str, str]) -> Iterator[News]:
    """What the channel does not know yet, at whatever site; ``known``: the priority of what it knows, by key."""
    for thing in things:
        if thing.is_hidden or not is_urgent(channel, thing):
            continue
        event = _event(thing, known.get(thing.key))
        if event is not None:
            yield News(channel, thing, event if event in channel.events else None)


def _event(thing: Thing, known: str | None) -> Event | None:
    if known is not None and _rank(thing.about.priority) <= _rank(known):
        return None
    if isinstance(thing.about, Advice):
        return "advice given"  # again, where it became more urgent
    return "alarm raised" if known is None else "alarm worse"


def _rank(priority: str) -> int:
    """A priority that is none of ours counts as the highest: rather told once too often."""
    return PRIORITIES.index(priority) if priority in PRIORITIES else len(PRIORITIES) - 1


def _began(about: Alarm | Advice) -> tuple[int, str]:
    return (about.raised_us if isinstance(about, Alarm) else about.issued_us), about.id
