"""Roles: what a user may do in which organisation, by his own role there or by what it granted to his."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import ForeignKeyConstraint, Index

from loadzone.store.catalog.organisations import grants, grants_table
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import key, owned, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

RoleName = Literal["viewer", "analyst", "engineer", "admin"]
ROLES: tuple[RoleName, ...] = get_args(RoleName)
"""From the least to the most: each may do what those before it may."""

roles_table = owned(
    "roles",
    key("user", "whose role; may be a user of another organisation"),
    key("home", "the user's own organisation"),
    words("role", "viewer, analyst, engineer or admin", length=16),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
    ForeignKeyConstraint(["home", "user"], ["users.organisation", "users.id"]),
    Index(None, "home", "user"),
)


@dataclass(frozen=True)
class Role:
    """A user of the organisation ``home`` may do in ``organisation`` what ``role`` may."""

    organisation: str
    user: str
    home: str
    role: RoleName

    def __post_init__(self) -> None:
        role_name(self.role)


roles = Shelf(Role, roles_table)


def role_name(value: str) -> RoleName:
    """The value as a role; `BadInput` where it is none."""
    for known in ROLES:
        if value == known:
            return known
    raise BadInput(text("{role} is no role: choose {known}", role=value, known=", ".join(ROLES)))


def reach(work: Work, home: str, user: str) -> Mapping[str, RoleName]:
    """What the user may do, by organisation.

    His own roles, and where his organisation was granted something, the lesser of that and of what he is at home.
    Needs a transaction that sees everyone: it is what decides who is seen.
    """
    own = {
        role.organisation: role.role for role in roles.all(work, roles_table.c.home == home, roles_table.c.user == user)
    }
    found: dict[str, RoleName] = dict(own)
    if home in own:
        for grant in grants.all(work, grants_table.c.grantee == home):
            granted = min(role_name(grant.role), own[home], key=ROLES.index)
            found[grant.organisation] = max(granted, found.get(grant.organisation, granted), key=ROLES.index)
    return found
