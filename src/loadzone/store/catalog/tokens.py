"""Secrets that programs carry (tokens) and links that work once; of both only the SHA-256 is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, String, UniqueConstraint, select, update

from loadzone.store.catalog.names import name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import Json, belongs, instant, key, owned, words
from loadzone.store.catalog.work import Work

tokens_table = owned(
    "tokens",
    key("id", "identifier"),
    words("name", "what it is for"),
    words("user", "user of this organisation who made it", length=64),
    Column("scopes", Json, nullable=False, doc="what it may do, a list"),
    instant("created_us", "when it was made"),
    instant("ends_us", "from when on it opens nothing"),
    instant("revoked_us", "when it was taken back", nullable=True),
    Column("hash", String(64), nullable=False, doc="SHA-256 of the secret, hexadecimal"),
    belongs("user=id", to="users"),
    UniqueConstraint("hash"),
)

links_table = owned(
    "links",
    key("hash", "SHA-256 of the secret, hexadecimal"),
    words("user", "user of this organisation for whom it is", length=64),
    words("purpose", "as set-password", length=32),
    instant("ends_us", "from when on it opens nothing"),
    instant("used_us", "when it was used", nullable=True),
    belongs("user=id", to="users"),
)


@dataclass(frozen=True)
class Token:
    """What a program may do until when; the secret itself is shown once and not kept."""

    organisation: str
    id: str
    name: str
    user: str
    scopes: tuple[str, ...]
    created_us: int
    ends_us: int
    revoked_us: int | None = None

    def __post_init__(self) -> None:
        name(self.name)
        object.__setattr__(self, "scopes", tuple(self.scopes))


@dataclass(frozen=True)
class Link:
    """A link of one use, for a user, to do what its purpose says."""

    organisation: str
    user: str
    purpose: str
    ends_us: int
    used_us: int | None = None


tokens = Shelf(Token, tokens_table)
links = Shelf(Link, links_table)


def issue_token(work: Work, token: Token) -> str:
    """Keep the token and give its secret, which nobody can read afterwards."""
    secret = f"lz_{secrets.token_urlsafe(32)}"
    work.add(tokens_table, [{**vars(token), "hash": digest(secret)}])
    return secret


def token_of(work: Work, secret: str, at_us: int) -> Token | None:
    """The token of that secret, where it opens something at that time; needs a transaction that sees everyone."""
    c = tokens_table.c
    found = tokens.all(work, c.hash == digest(secret), c.revoked_us.is_(None), c.ends_us > at_us, limit=1)
    return found[0] if found else None


def former_token(work: Work, secret: str) -> Token | None:
    """The token of that secret, also where it was taken back or is too old; needs a transaction that sees everyone."""
    found = tokens.all(work, tokens_table.c.hash == digest(secret), limit=1)
    return found[0] if found else None


def issue_link(work: Work, link: Link) -> str:
    """Keep the link and give its secret."""
    secret = secrets.token_urlsafe(32)
    work.add(links_table, [{**vars(link), "hash": digest(secret)}])
    return secret


def find_link(work: Work, secret: str, at_us: int) -> Link | None:
    """The link of that secret, where it still opens something; needs a transaction that sees everyone."""
    c = links_table.c
    found = links.all(work, c.hash == digest(secret), c.used_us.is_(None), c.ends_us > at_us, limit=1)
    return found[0] if found else None


def use_link(work: Work, secret: str, purpose: str, at_us: int) -> Link | None:
    """The link of that secret, from now on used; None where it is unknown, used, too old or for something else.

    Needs a transaction that sees everyone. Of two that use it at once one gets it.
    """
    c = links_table.c
    is_it: list[Any] = [c.hash == digest(secret), c.purpose == purpose]
    is_open = [c.used_us.is_(None), c.ends_us > at_us]
    if not work.change(update(links_table).where(*is_it, *is_open).values(used_us=at_us)):
        return None
    (row,) = work.rows(select(c.organisation, c.user, c.purpose, c.ends_us, c.used_us).where(*is_it))
    return Link(**row._mapping)  # noqa: SLF001  the public name of a row's map


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits: nothing slower than SHA-256 is needed against guessing."""
    return hashlib.sha256(secret.encode()).hexdigest()
