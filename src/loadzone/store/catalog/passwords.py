"""Passwords (Argon2id): set, checked in constant effort, and locked after a row of wrong ones."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from loadzone.store.catalog.catalog import Catalog
from loadzone.store.catalog.users import User, users, users_table
from loadzone.store.catalog.work import EVERYONE, Work
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
BORNE = 5
"""Wrong passwords in a row before the first lock; each further one doubles it."""
FIRST_LOCK_US = 30_000_000
LONGEST_LOCK_US = 3_600_000_000


@dataclass(frozen=True)
class Entry:
    """Answer at the door: the user, or nobody, and until when no password is looked at."""

    user: User | None
    locked_until_us: int | None = None


def hash_password(password: str) -> str:
    """Argon2id hash with its parameters and salt.

    Raises
    ------
    BadInput : shorter than 10 or longer than 200 characters
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            text(
                "a password of {length} characters is not taken: choose {shortest} to {longest}",
                length=len(password),
                shortest=SHORTEST,
                longest=LONGEST,
            )
        )
    return _hasher().hash(password)


def set_password(work: Work, user: User, hashed: str) -> None:
    """Keep the hash made by `hash_password` (outside of the transaction: it takes its time), and end a lock."""
    users.change(work, user.organisation, user.id, password_hash=hashed, failures=0, locked_until_us=None)


def sign_in(catalog: Catalog, login: str, password: str, at_us: int) -> Entry:
    """Whose password that is.

    Nobody, in the same words and about the same time, for an unknown login, a wrong password and a disabled user.
    """
    with catalog.read(EVERYONE) as work:
        found = users.all(work, users_table.c.login == login.strip().casefold(), limit=1)
        user = found[0] if found else None
        hashed = _hash_of(work, user) if user else None
    if user and user.locked_until_us is not None and at_us < user.locked_until_us:
        return Entry(None, user.locked_until_us)
    is_right = _verify(hashed or _nobodys_hash(), password[:LONGEST]) and hashed is not None
    if user is None:
        return Entry(None)
    if not is_right:
        return Entry(None, catalog.write(user.organisation, lambda work: _count_failure(work, user, at_us)))
    if user.failures or user.locked_until_us:
        catalog.write(user.organisation, lambda work: _forgive(work, user))
    return Entry(None if user.disabled_us is not None and user.disabled_us <= at_us else user)


def _hash_of(work: Work, user: User) -> str | None:
    table = users_table.c
    rows = work.rows(select(table.password_hash).where(table.organisation == user.organisation, table.id == user.id))
    return rows[0].password_hash if rows else None


def _count_failure(work: Work, user: User, at_us: int) -> int | None:
    """Counted in the database, where two doors that are tried at once do not lose one."""
    work.change(update(users_table).where(users_table.c.id == user.id).values(failures=users_table.c.failures + 1))
    counted: User = users.get(work, user.organisation, user.id)
    failures = counted.failures
    if failures < BORNE:
        return None
    until_us: int = at_us + min(FIRST_LOCK_US * 2 ** min(failures - BORNE, 20), LONGEST_LOCK_US)
    users.change(work, user.organisation, user.id, locked_until_us=until_us)
    return until_us


def _forgive(work: Work, user: User) -> None:
    users.change(work, user.organisation, user.id, failures=0, locked_until_us=None)


def _verify(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")
