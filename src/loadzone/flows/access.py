"""Access: who stands at the door, and what that person or program may see and do in which organisation."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from loadzone.flows.audit import Act, enter
from loadzone.store.catalog import EVERYONE, Catalog, Work
from loadzone.store.catalog.organisations import organisations, organisations_table
from loadzone.store.catalog.passwords import hash_password, set_password, sign_in
from loadzone.store.catalog.roles import ROLES, RoleName, reach
from loadzone.store.catalog.tokens import (
    Link,
    Token,
    find_link,
    former_token,
    issue_token,
    token_of,
    tokens,
    tokens_table,
    use_link,
)
from loadzone.store.catalog.users import User, users, users_table
from loadzone.words.errors import NotAllowed, NotSignedIn, TooOften, UnknownThing
from loadzone.words.texts import text

__all__ = ["ROLES", "SEND", "SESSION", "RoleName", "Session", "User", "Visibility"]

SESSION_US = 12 * 3600 * 1_000_000
"""A session ends after a shift, whatever happens in it."""
SESSION, SEND, METRICS = "session", "send", "metrics"
"""What a token may be for beside a role: a person's session, a sensor that sends, a program that counts."""
SET_PASSWORD: Final = "set-password"  # noqa: S105  the purpose of a link
SIGN_IN: Final = "sign-in"
_POSITION = "position:"


@dataclass(frozen=True)
class Visibility:
    """What a user, or a program with a token, sees: a role in each of some organisations.

    ``sends_to``: for a token of the scope «send» the positions that it may send for, all of its organisation where
    the set is empty; None for everyone else.
    """

    user: User
    roles: Mapping[str, RoleName]
    token: Token
    operator: str
    sends_to: frozenset[str] | None = None
    counts: bool = field(default=False)

    @property
    def who(self) -> str:
        """The name under which the ledger tells what is done."""
        person = f"{self.user.organisation}/{self.user.id}"
        return person if SESSION in self.token.scopes else f"{person}/{self.token.id}"

    @property
    def is_session(self) -> bool:
        """Whether a person signed in, and not a program with a token."""
        return SESSION in self.token.scopes

    @property
    def is_operator(self) -> bool:
        """Whether this is an administrator of the organisation that runs the platform."""
        return self.roles.get(self.operator) == "admin" and self.user.organisation == self.operator

    def organisations(self, at_least: RoleName = "viewer") -> frozenset[str]:
        """The organisations in which the role, or a higher one, is held."""
        return frozenset(name for name, role in self.roles.items() if ROLES.index(role) >= ROLES.index(at_least))

    def require(self, organisation: str | None, at_least: RoleName) -> None:
        """Let pass who has the role in the organisation; without one, who has it anywhere.

        Raises
        ------
        UnknownThing : the organisation is not seen; the same whether it exists or not
        NotAllowed : a higher role is needed
        """
        if organisation is None:
            if not self.organisations(at_least):
                raise _too_low(at_least)
        elif organisation not in self.organisations():
            self._must_see(organisation)
            raise _too_low(at_least)
        elif organisation not in self.organisations(at_least):
            raise _too_low(at_least)

    def require_sending(self, organisation: str, position: str | None) -> None:
        """Let pass who may send recordings and values for the position: analysts, and tokens made for it.

        Raises
        ------
        UnknownThing, NotAllowed : as of `require`
        """
        if self.sends_to is None:
            self.require(organisation, "analyst")
            return
        self._must_see(organisation)
        if position is not None and self.sends_to and position not in self.sends_to:
            raise NotAllowed(text("this token does not send for position {position}", position=position))

    def _must_see(self, organisation: str) -> None:
        is_own = organisation == self.token.organisation and (self.sends_to is not None or self.counts)
        if organisation not in self.roles and not is_own:
            raise UnknownThing(text("there is no organisation {organisation} for you", organisation=organisation[:80]))


@dataclass(frozen=True)
class Session:
    """A person is signed in until ``ends_us``; ``secret`` goes into a cookie and is not kept."""

    secret: str
    user: User
    ends_us: int


def visibility(catalog: Catalog, secret: str, at_us: int) -> Visibility:
    """What the bearer of a secret sees.

    Raises
    ------
    NotSignedIn : it opens nothing (unknown, taken back, too old, or its user is disabled)
    """
    with catalog.read(EVERYONE) as work:
        token = token_of(work, secret, at_us)
        user = users.find(work, token.organisation, token.user) if token else None
        if token is None or user is None or _is_disabled(user, at_us):
            raise NotSignedIn(text("this session or token opens nothing: sign in again, or make a new token"))
        return _seen(work, token, user)


def former_user(catalog: Catalog, secret: str) -> User | None:
    """Whose session a secret opened once, whether it still does; None where it never opened one.

    It lets nobody in: it only tells whether who signs in now is who was signed in before.
    """
    with catalog.read(EVERYONE) as work:
        token = former_token(work, secret)
        if token is None or SESSION not in token.scopes:
            return None
        return users.find(work, token.organisation, token.user)


def open_session(catalog: Catalog, login: str, password: str, at_us: int) -> Session:
    """Sign in.

    Raises
    ------
    NotSignedIn : in the same words for an unknown login, a wrong password and a disabled user
    TooOften : locked after a row of wrong passwords
    """
    user = _known(catalog, login, password, at_us)
    return catalog.write(user.organisation, lambda work: _opened(work, user, at_us))


def link_of(catalog: Catalog, secret: str, at_us: int) -> tuple[Link, User]:
    """What a link is for, and for whom; looking does not use it.

    Raises
    ------
    NotSignedIn : the link is unknown, was used, or is too old
    """
    with catalog.read(EVERYONE) as work:
        link = find_link(work, secret, at_us)
        user = users.find(work, link.organisation, link.user) if link else None
    if link is None or user is None or _is_disabled(user, at_us):
        raise _used_link()
    return link, user


def enter_by_link(catalog: Catalog, secret: str, at_us: int) -> Session:
    """Sign in with a link of one use that is for that.

    Raises
    ------
    NotSignedIn : the link is unknown, was used, is too old, or for something else
    """

    def job(work: Work) -> Session:
        link = use_link(work, secret, SIGN_IN, at_us)
        user = users.find(work, link.organisation, link.user) if link else None
        if user is None or _is_disabled(user, at_us):
            raise _used_link()
        return _opened(work, user, at_us)

    return catalog.write(EVERYONE, job)


def close_session(work: Work, seen: Visibility, at_us: int) -> None:
    """Sign out: the secret opens nothing any more."""
    tokens.change(work, seen.token.organisation, seen.token.id, revoked_us=at_us)


def change_password(catalog: Catalog, seen: Visibility, old: str, new: str, at_us: int) -> None:
    """Change one's own password; all one's other sessions end.

    Raises
    ------
    NotSignedIn, TooOften : the old one is wrong, too often
    BadInput : the new one is too short
    """
    user = _known(catalog, seen.user.login, old, at_us)
    hashed = hash_password(new)
    act = Act(_name(user), at_us)
    catalog.write(user.organisation, lambda work: _set(work, user, hashed, act, keeps=seen.token.id))


def redeem(catalog: Catalog, secret: str, password: str, at_us: int) -> User:
    """Set the password with a link of one use.

    Raises
    ------
    NotSignedIn : the link is unknown, was used, or is too old
    BadInput : the password is too short; the link can be used again
    """
    hashed = hash_password(password)

    def job(work: Work) -> User:
        link = use_link(work, secret, SET_PASSWORD, at_us)
        user = users.find(work, link.organisation, link.user) if link else None
        if user is None or _is_disabled(user, at_us):
            raise _used_link()
        _set(work, user, hashed, Act(_name(user), at_us))
        return user

    return catalog.write(EVERYONE, job)


def put_password(catalog: Catalog, login: str, password: str, act: Act) -> None:
    """Set the password of a login, by somebody who has the machine; all sessions of the user end.

    Raises
    ------
    UnknownThing : there is no such login
    BadInput : the password is too short
    """
    with catalog.read(EVERYONE) as work:
        found = users.all(work, users_table.c.login == login.strip().casefold(), limit=1)
    if not found:
        raise UnknownThing(text("there is no login {login}", login=login[:80]))
    hashed = hash_password(password)
    catalog.write(found[0].organisation, lambda work: _set(work, found[0], hashed, act))


def end_sessions(work: Work, user: User, at_us: int, *, keeps: str | None = None) -> None:
    """All sessions of the user end, but the one of the identifier ``keeps``."""
    c = tokens_table.c
    mine = (c.organisation == user.organisation, c.user == user.id, c.name == SESSION, c.revoked_us.is_(None))
    for token in tokens.all(work, *mine):
        if token.id != keeps:
            tokens.change(work, token.organisation, token.id, revoked_us=at_us)


def operator_of(work: Work) -> str:
    """The organisation that runs the platform: the one that was entered first; needs to see everyone."""
    found = organisations.all(work, order=[organisations_table.c.created_us], limit=1)
    return found[0].organisation if found else ""


def _opened(work: Work, user: User, at_us: int) -> Session:
    token = Token(user.organisation, _id(), SESSION, user.id, (SESSION,), at_us, at_us + SESSION_US)
    secret = issue_token(work, token)
    enter(work, user.organisation, Act(_name(user), at_us), "signed in", f"user:{user.id}")
    return Session(secret, user, token.ends_us)


def _used_link() -> NotSignedIn:
    return NotSignedIn(text("this link was used, or is too old: ask an administrator for a new one"))


def _seen(work: Work, token: Token, user: User) -> Visibility:
    roles = reach(work, user.organisation, user.id)
    operator = operator_of(work)
    if SESSION in token.scopes:
        return Visibility(user, roles, token, operator)
    own = roles.get(token.organisation)
    if SEND in token.scopes or METRICS in token.scopes:
        positions = frozenset(each.removeprefix(_POSITION) for each in token.scopes if each.startswith(_POSITION))
        sends = positions if SEND in token.scopes and own is not None else None
        return Visibility(user, {}, token, operator, sends, METRICS in token.scopes and own is not None)
    allowed = next((role for role in ROLES if role in token.scopes), None)
    if own is None or allowed is None:
        return Visibility(user, {}, token, operator)
    return Visibility(user, {token.organisation: min(own, allowed, key=ROLES.index)}, token, operator)


def _known(catalog: Catalog, login: str, password: str, at_us: int) -> User:
    entry = sign_in(catalog, login, password, at_us)
    if entry.locked_until_us is not None:
        wait_s = -(-(entry.locked_until_us - at_us) // 1_000_000)
        raise TooOften(text("too many wrong passwords: this login is locked for {wait_s} s", wait_s=wait_s))
    if entry.user is None:
        raise NotSignedIn(text("login or password is wrong"))
    return entry.user


def _set(work: Work, user: User, hashed: str, act: Act, *, keeps: str | None = None) -> None:
    set_password(work, user, hashed)
    end_sessions(work, user, act.at_us, keeps=keeps)
    enter(work, user.organisation, act, "password set", f"user:{user.id}")


def _name(user: User) -> str:
    return f"{user.organisation}/{user.id}"


def _is_disabled(user: User, at_us: int) -> bool:
    return user.disabled_us is not None and user.disabled_us <= at_us


def _too_low(at_least: RoleName) -> NotAllowed:
    return NotAllowed(text("this needs the role {role}: ask an administrator of the organisation", role=at_least))


def _id() -> str:
    return secrets.token_hex(8)
