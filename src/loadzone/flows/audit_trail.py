"""The ledger as people read it: the newest first, of a thing or a person, with the check of the whole chain."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from loadzone.flows.platform import Work
from loadzone.store.catalog.users import users, users_table
from loadzone.store.ledger import Entry, Flaw, head, newest_events, verify
from loadzone.store.ledger.tables import events_table

__all__ = ["Checked", "Entry", "Flaw", "check", "last_sign_ins", "length", "logins", "trail"]


@dataclass(frozen=True)
class Checked:
    """The ledger of an organisation after a look at all of it: its entries, the seal of the last, what is wrong."""

    count: int
    seal: str
    flaws: tuple[Flaw, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every entry is as it was entered."""
        return not self.flaws


def trail(
    work: Work,
    organisation: str,
    *,
    thing: str | None = None,
    who: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[Entry, ...]:
    """Entries about a thing, by a person (ORGANISATION/USER), or all, the newest first, below number ``before``."""
    return newest_events(work, organisation, thing=thing, who=who, before=before, limit=limit)


def length(work: Work, organisation: str) -> int:
    """How many entries the ledger has."""
    return head(work, organisation).number


def check(work: Work, organisation: str) -> Checked:
    """Read the whole ledger and hold every seal against what it seals."""
    last = head(work, organisation)
    return Checked(last.number, last.hash, verify(work, organisation))


def logins(work: Work) -> Mapping[str, str]:
    """Logins of the people who are seen, by the name under which the ledger knows them."""
    return {f"{each.organisation}/{each.id}": each.login for each in users.all(work)}


def last_sign_ins(work: Work, organisation: str) -> Mapping[str, int]:
    """When each user of the organisation signed in last, µs UTC, by identifier."""
    c, u = events_table.c, users_table.c
    statement = (
        select(c.who, func.max(c.at_us).label("last"))
        .where(c.organisation == organisation, c.step == "signed in")
        .group_by(c.who)
    )
    known = {f"{each.organisation}/{each.id}": each.id for each in users.all(work, u.organisation == organisation)}
    return {known[row.who]: row.last for row in work.rows(statement) if row.who in known}
