"""Users: people who sign in. Each belongs to one organisation and may have roles in others."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKeyConstraint, String, UniqueConstraint

from loadzone.store.catalog.names import name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import instant, key, owned, whole, words

users_table = owned(
    "users",
    key("id", "identifier"),
    words("login", "what one types to sign in, in lower case"),
    words("name", "as it is shown"),
    words("language", "zh or en", length=8),
    instant("created_us", "when it was entered"),
    instant("disabled_us", "since when the user may not sign in", nullable=True),
    Column("password_hash", String(256), nullable=True, doc="Argon2id; none until the one-time link was used"),
    whole("failures", "wrong passwords in a row"),
    instant("locked_until_us", "no password is looked at before", nullable=True),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
    UniqueConstraint("login"),
)


@dataclass(frozen=True)
class User:
    """A person who signs in as ``login``; the password's hash stays in the table."""

    organisation: str
    id: str
    login: str
    name: str
    language: str
    created_us: int
    disabled_us: int | None = None
    failures: int = 0
    locked_until_us: int | None = None

    def __post_init__(self) -> None:
        name(self.id)
        name(self.login)
        name(self.name)
        object.__setattr__(self, "login", self.login.strip().casefold())


users = Shelf(User, users_table)
