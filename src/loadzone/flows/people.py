"""People and organisations: the first start, users with their roles, links of one use, and grants to a service desk."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from loadzone.flows.access import SET_PASSWORD, end_sessions
from loadzone.flows.audit import Act, enter
from loadzone.store.catalog import EVERYONE, Catalog, Work
from loadzone.store.catalog.organisations import Grant, Organisation, grants, grants_table, organisations
from loadzone.store.catalog.roles import Role, RoleName, role_name, roles, roles_table
from loadzone.store.catalog.tokens import Link, issue_link
from loadzone.store.catalog.users import User, users, users_table
from loadzone.words.errors import BadInput, UnknownThing
from loadzone.words.texts import text

__all__ = ["Grant", "Invitation", "Member", "Organisation"]

LINK_US = 24 * 3600 * 1_000_000
"""A link of one use works for a day."""
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Member:
    """A user of an organisation with the role in it; None for somebody who has none."""

    user: User
    role: RoleName | None


@dataclass(frozen=True)
class Invitation:
    """A user, and the secret of the link with which that person sets a password; shown once."""

    member: Member
    secret: str
    ends_us: int


def first_start(catalog: Catalog, *, organisation: str, login: str, at_us: int) -> Invitation | None:
    """An administrator and a link to set the password, where nobody could sign in yet; None where somebody can."""
    act = Act("first start", at_us)

    def job(work: Work) -> Invitation | None:
        c = users_table.c
        if work.rows(select(c.id).where(c.password_hash.is_not(None)).limit(1)):
            return None
        waiting = users.all(work, order=[c.created_us], limit=1)
        if waiting:
            return invite(work, act, waiting[0].organisation, waiting[0].id)
        return add_organisation(work, act, Organisation(organisation, organisation, at_us), login=login)

    return catalog.write(EVERYONE, job)


def add_organisation(work: Work, act: Act, organisation: Organisation, *, login: str) -> Invitation:
    """A new organisation and its first administrator."""
    organisations.add(work, organisation)
    enter(work, organisation.organisation, act, "organisation entered", f"organisation:{organisation.organisation}")
    return add_user(work, act, organisation.organisation, login=login, name=login, role="admin")


def add_user(
    work: Work, act: Act, organisation: str, *, login: str, name: str, role: RoleName, language: str = "en"
) -> Invitation:
    """A new user with a role in the organisation, who sets a password by the link."""
    user = User(organisation, secrets.token_hex(6), login, name, _language(language), act.at_us)
    users.add(work, user)
    roles.add(work, Role(organisation, user.id, organisation, role))
    enter(work, organisation, act, "user entered", f"user:{user.id}", action="add", facts={"role": role})
    return invite(work, act, organisation, user.id)


def invite(
    work: Work, act: Act, organisation: str, user: str, *, purpose: Literal["set-password", "sign-in"] = SET_PASSWORD
) -> Invitation:
    """A link of one use with which the user sets a (new) password, or is signed in without one."""
    link = Link(organisation, users.get(work, organisation, user).id, purpose, act.at_us + LINK_US)
    secret = issue_link(work, link)
    enter(work, organisation, act, "link made", f"user:{user}")
    return Invitation(member(work, organisation, user), secret, link.ends_us)


def member(work: Work, organisation: str, user: str) -> Member:
    """One user of the organisation."""
    role = roles.find(work, organisation, user, organisation)
    return Member(users.get(work, organisation, user), role.role if role else None)


def members(work: Work, organisation: str, *, after: str | None = None, limit: int = 100) -> tuple[Member, ...]:
    """Users of the organisation by identifier."""
    c = roles_table.c
    held = {role.user: role.role for role in roles.all(work, c.organisation == organisation, c.home == organisation)}
    behind = (organisation, after) if after is not None else ()
    found = users.page(work, users_table.c.organisation == organisation, after=behind, limit=limit)
    return tuple(Member(user, held.get(user.id)) for user in found)


def names(work: Work) -> Mapping[str, str]:
    """What users of the organisations that are seen are called, by the name under which the ledger knows them."""
    return {f"{each.organisation}/{each.id}": each.name for each in users.all(work)}


def edit_user(work: Work, act: Act, organisation: str, user: str, changes: Mapping[str, Any]) -> Member:
    """Change ``name``, ``language``, ``role`` or ``is_disabled`` of a user.

    Raises
    ------
    BadInput : the organisation would be left without an administrator
    """
    before = member(work, organisation, user)
    if "role" in changes:
        roles.put(work, Role(organisation, user, organisation, role_name(changes["role"])))
    fields: dict[str, Any] = {name: changes[name] for name in ("name", "language") if name in changes}
    if "language" in fields:
        _language(fields["language"])
    if "is_disabled" in changes:
        fields["disabled_us"] = act.at_us if changes["is_disabled"] else None
    if fields:
        User(**{**vars(before.user), **fields})
        users.change(work, organisation, user, **fields)
    if changes.get("is_disabled"):
        end_sessions(work, before.user, act.at_us)
    _must_have_admin(work, organisation, act.at_us)
    enter(work, organisation, act, "user changed", f"user:{user}", facts=dict(changes))
    return member(work, organisation, user)


def grant(work: Work, act: Act, organisation: str, grantee: str, role: RoleName) -> Grant:
    """Let the people of another organisation in, as ``role`` at most.

    Raises
    ------
    BadInput : to itself
    UnknownThing : no such organisation
    """
    if grantee == organisation:
        raise BadInput(text("an organisation needs no grant to itself: give its users roles"))
    granted = Grant(organisation, grantee, role, act.at_us, act.who)
    grants.put(work, granted)
    enter(work, organisation, act, "access granted", f"organisation:{grantee}", action="add", facts={"role": role})
    return granted


def withdraw(work: Work, act: Act, organisation: str, grantee: str) -> None:
    """Take the grant back."""
    if not grants.remove(work, organisation, grantee):
        raise UnknownThing(text("{grantee} was not granted anything here", grantee=grantee[:80]))
    enter(work, organisation, act, "access withdrawn", f"organisation:{grantee}", action="delete")


def grants_of(work: Work, organisation: str) -> tuple[Grant, ...]:
    """What the organisation granted to others."""
    return grants.all(work, grants_table.c.organisation == organisation)


def organisations_seen(work: Work) -> tuple[Organisation, ...]:
    """The organisations that this transaction sees."""
    return organisations.all(work)


def every_organisation(catalog: Catalog) -> tuple[Organisation, ...]:
    """All organisations, for somebody who has the machine."""
    with catalog.read(EVERYONE) as work:
        return organisations.all(work)


def user_of(work: Work, organisation: str, login: str | None) -> User | None:
    """The user of that login in the organisation; without one, its first administrator; None where there is none."""
    c = users_table.c
    if login is not None:
        found = users.all(work, c.organisation == organisation, c.login == login.strip().casefold(), limit=1)
        return found[0] if found else None
    r = roles_table.c
    admins = roles.all(work, r.organisation == organisation, r.home == organisation, r.role == "admin", limit=1)
    return users.find(work, organisation, admins[0].user) if admins else None


def _must_have_admin(work: Work, organisation: str, at_us: int) -> None:
    r = roles_table.c
    for role in roles.all(work, r.organisation == organisation, r.home == organisation, r.role == "admin"):
        disabled_us = users.get(work, organisation, role.user).disabled_us
        if disabled_us is None or disabled_us > at_us:
            return
    raise BadInput(text("the organisation would have no administrator: name another one first"))


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise BadInput(
            text("{language} is no language of ours: choose {known}", language=value[:80], known=", ".join(LANGUAGES))
        )
    return value
