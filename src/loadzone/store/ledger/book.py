"""The book: appending under one lock an organisation, reading by thing, and checking the whole."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, select, update

from loadzone.store.catalog.work import Work
from loadzone.store.ledger.chain import GENESIS, Entry, Flaw, Head, flaws, sealed
from loadzone.store.ledger.event import Event
from loadzone.store.ledger.genealogy import kept, rebuilt, tie
from loadzone.store.ledger.tables import events_table, heads_table, things_table
from loadzone.words.errors import UnknownThing
from loadzone.words.texts import text

_FIELDS = tuple(field.name for field in fields(Event))


def append(work: Work, organisation: str, *events: Event, at_us: int) -> tuple[Entry, ...]:
    """Enter the events, in the transaction of what they tell about; both are kept, or neither.

    Other appends to this organisation's ledger wait until this transaction ends.

    Raises
    ------
    UnknownThing : an event corrects one that is not there
    BadInput : a thing would descend from itself
    """
    last = _locked_head(work, organisation)
    entries = []
    for event in events:
        if event.corrects is not None and not 0 < event.corrects <= last.number:
            raise UnknownThing(text("the ledger has no event {number} to be corrected", number=event.corrects))
        entry = sealed(last, event, at_us)
        entries.append(entry)
        last = Head(organisation, entry.number, entry.hash)
        if event.parents:
            tie(work, organisation, event)
    work.add(events_table, [_row(entry) for entry in entries])
    about = [(entry.number, thing) for entry in entries for thing in entry.event.things]
    work.add(things_table, [{"organisation": organisation, "thing": thing, "number": n} for n, thing in about])
    c = heads_table.c
    work.change(update(heads_table).where(c.organisation == organisation).values(number=last.number, hash=last.hash))
    return tuple(entries)


def head(work: Work, organisation: str) -> Head:
    """Number and hash of the last entry; number 0 for an empty ledger."""
    rows = work.rows(select(heads_table).where(heads_table.c.organisation == organisation))
    return Head(organisation, rows[0].number, rows[0].hash) if rows else Head(organisation, 0, GENESIS)


def events_of(
    work: Work, organisation: str, thing: str | None = None, *, after: int = 0, limit: int = 1000
) -> tuple[Entry, ...]:
    """Entries about a thing, or all, in the order in which they were entered, behind number ``after``."""
    c = events_table.c
    statement = select(events_table).where(c.organisation == organisation, c.number > after)
    if thing is not None:
        t = things_table.c
        statement = statement.join(things_table, (t.organisation == c.organisation) & (t.number == c.number)).where(
            t.thing == thing
        )
    return tuple(_entry(row) for row in work.rows(statement.order_by(c.number).limit(limit)))


def events_at(
    work: Work,
    organisation: str,
    place: str,
    things: Collection[str] = (),
    *,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Entry, ...]:
    """Entries about what happened at a place or to any of the things, the newest first, ahead of number ``before``."""
    c, t = events_table.c, things_table.c
    about = select(t.number).where(t.organisation == organisation, t.thing.in_(sorted(things)))
    at_place = select(c.number).where(c.organisation == organisation, c["where"] == place)
    numbers: set[int] = set()
    for statement, column in ((about, t.number), (at_place, c.number)):
        earlier = statement if before is None else statement.where(column < before)
        numbers |= {row.number for row in work.rows(earlier.distinct().order_by(column.desc()).limit(limit))}
    chosen = sorted(numbers, reverse=True)[:limit]
    whole = select(events_table).where(c.organisation == organisation, c.number.in_(chosen))
    return tuple(_entry(row) for row in work.rows(whole.order_by(c.number.desc())))


def newest_events(
    work: Work,
    organisation: str,
    *,
    thing: str | None = None,
    who: str | None = None,
    step: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Entry, ...]:
    """Entries about a thing, by somebody (and the tokens of that user), of a step, or all; the newest first."""
    c = events_table.c
    statement = select(events_table).where(c.organisation == organisation)
    if before is not None:
        statement = statement.where(c.number < before)
    if who is not None:
        statement = statement.where((c.who == who) | c.who.startswith(f"{who}/", autoescape=True))
    if step is not None:
        statement = statement.where(c.step == step)
    if thing is not None:
        t = things_table.c
        statement = statement.join(things_table, (t.organisation == c.organisation) & (t.number == c.number)).where(
            t.thing == thing
        )
    return tuple(_entry(row) for row in work.rows(statement.order_by(c.number.desc()).limit(limit)))


def corrections_of(work: Work, organisation: str, number: int) -> tuple[Entry, ...]:
    """The events that put the event ``number`` right, the earliest first."""
    c = events_table.c
    statement = select(events_table).where(c.organisation == organisation, c.corrects == number).order_by(c.number)
    return tuple(_entry(row) for row in work.rows(statement))


def verify(work: Work, organisation: str, *, noted: Head | None = None) -> tuple[Flaw, ...]:
    """All that is wrong with the organisation's ledger; nothing for a whole one.

    Looks at every entry, at the head, at the tables made from the events, and at a head that was noted elsewhere
    before (a certificate, a backup): the only witness against someone who rewrote the whole chain.
    """
    found = list(flaws(_all_entries(work, organisation), head(work, organisation)))
    events = {entry.number: entry.event for entry in _all_entries(work, organisation)}
    t = things_table.c
    listed = {(row.number, row.thing) for row in work.rows(select(things_table).where(t.organisation == organisation))}
    meant = {(number, thing) for number, event in events.items() for thing in event.things}
    found += [Flaw(organisation, number, "side table") for number in sorted({number for number, _ in listed ^ meant})]
    if kept(work, organisation) != rebuilt(events.values()):
        found.append(Flaw(organisation, 0, "side table"))
    if noted is not None and not _holds(work, noted):
        found.append(Flaw(organisation, noted.number, "changed"))
    return tuple(found)


def _locked_head(work: Work, organisation: str) -> Head:
    work.ensure(heads_table, [{"organisation": organisation, "number": 0, "hash": GENESIS}])
    # SQLite knows no FOR UPDATE and needs none: its writers stand in line from the start
    (row,) = work.rows(select(heads_table).where(heads_table.c.organisation == organisation).with_for_update())
    return Head(organisation, row.number, row.hash)


def _holds(work: Work, noted: Head) -> bool:
    c = events_table.c
    rows = work.rows(select(c.hash).where(c.organisation == noted.organisation, c.number == noted.number))
    return noted.number == 0 or bool(rows and rows[0].hash == noted.hash)


def _all_entries(work: Work, organisation: str) -> Iterator[Entry]:
    c = events_table.c
    statement = select(events_table).where(c.organisation == organisation).order_by(c.number)
    for rows in work.stream(statement):
        yield from map(_entry, rows)


def _row(entry: Entry) -> dict[str, Any]:
    seals = {"previous": entry.previous, "hash": entry.hash, "recorded_us": entry.recorded_us}
    return {"organisation": entry.organisation, "number": entry.number, **vars(entry.event), **seals}


def _entry(row: Row[Any]) -> Entry:
    event = object.__new__(Event)  # as it stands: what was tampered with is to be told, not refused
    for name in _FIELDS:
        value = getattr(row, name)
        object.__setattr__(event, name, tuple(value) if isinstance(value, list) else value)
    return Entry(row.organisation, row.number, row.recorded_us, event, row.previous, row.hash)
