"""The ledger: who did what to which thing, when, where and why; it only grows, and each row seals those before it."""

from loadzone.store.ledger.book import append, corrections_of, events_at, events_of, head, newest_events, verify
from loadzone.store.ledger.chain import Entry, Flaw, Head, flaws
from loadzone.store.ledger.event import Event
from loadzone.store.ledger.genealogy import Kin, ancestors, descendants

__all__ = [
    "Entry",
    "Event",
    "Flaw",
    "Head",
    "Kin",
    "ancestors",
    "append",
    "corrections_of",
    "descendants",
    "events_at",
    "events_of",
    "flaws",
    "head",
    "newest_events",
    "verify",
]
