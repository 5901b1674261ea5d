"""The chain: each entry holds the hash of the one before, and its own over all that it says; pure functions."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from loadzone.store.canonical import canonical
from loadzone.store.ledger.event import Event

GENESIS = "0" * 64
"""What the first entry holds in place of a hash."""


@dataclass(frozen=True)
class Entry:
    """An event as it stands in the ledger of an organisation: its number from 1, and the seals."""

    organisation: str
    number: int
    recorded_us: int
    event: Event
    previous: str
    hash: str


@dataclass(frozen=True)
class Head:
    """Number and hash of the last entry: who noted it elsewhere can tell later whether all before it is as it was."""

    organisation: str
    number: int
    hash: str


@dataclass(frozen=True)
class Flaw:
    """Something that is wrong with a ledger, at an entry."""

    organisation: str
    number: int
    kind: Literal["changed", "missing", "out of order", "broken link", "side table"]


def sealed(before: Head, event: Event, recorded_us: int) -> Entry:
    """The entry that follows ``before``."""
    number = before.number + 1
    seal = _seal(before.organisation, number, recorded_us, event, before.hash)
    return Entry(before.organisation, number, recorded_us, event, before.hash, seal)


def flaws(entries: Iterable[Entry], head: Head) -> Iterator[Flaw]:
    """What is wrong with the entries of one organisation, read in the order of their numbers, up to ``head``.

    An entry whose content does not fit its hash was changed. One whose hash was made to fit again breaks the link
    of the next one, and the last one that of the head.
    """
    number, previous = 0, GENESIS
    for entry in entries:
        if entry.number <= number:
            yield Flaw(head.organisation, entry.number, "out of order")
            continue
        for lost in range(number + 1, entry.number):
            yield Flaw(head.organisation, lost, "missing")
        if entry.number == number + 1 and entry.previous != previous:
            yield Flaw(head.organisation, entry.number, "broken link")
        seal = _seal(entry.organisation, entry.number, entry.recorded_us, entry.event, entry.previous)
        if seal != entry.hash or entry.organisation != head.organisation:
            yield Flaw(head.organisation, entry.number, "changed")
        number, previous = entry.number, entry.hash
    for lost in range(number + 1, head.number + 1):
        yield Flaw(head.organisation, lost, "missing")
    if number == head.number and previous != head.hash:
        yield Flaw(head.organisation, number, "broken link")
    if number > head.number:
        yield Flaw(head.organisation, number, "out of order")


def _seal(organisation: str, number: int, recorded_us: int, event: Event, previous: str) -> str:
    said = {"organisation": organisation, "number": number, "recorded_us": recorded_us, "event": vars(event)}
    return hashlib.sha256(canonical(said | {"previous": previous})).hexdigest()
