"""Tokens: what a program or a sensor carries; made for a role at most or for sending, listed, taken back."""

import secrets
from collections.abc import Sequence

from loadzone.flows.access import METRICS, SEND, SESSION
from loadzone.flows.audit import Act, enter
from loadzone.store.catalog import Work
from loadzone.store.catalog.names import identifier
from loadzone.store.catalog.positions import positions
from loadzone.store.catalog.roles import ROLES, RoleName, roles
from loadzone.store.catalog.tokens import Token, issue_token, tokens, tokens_table
from loadzone.store.catalog.users import users
from loadzone.words.errors import BadInput, NotAllowed, UnknownThing
from loadzone.words.texts import text

__all__ = ["DEFAULT_DAYS", "LONGEST_DAYS", "SCOPES", "Token"]

SCOPES = (*ROLES, SEND, METRICS)
DEFAULT_DAYS, LONGEST_DAYS = 365, 1825


def make_token(
    work: Work,
    act: Act,
    organisation: str,
    user: str,
    *,
    name: str,
    scope: str,
    for_positions: Sequence[str] = (),
    days: int = DEFAULT_DAYS,
) -> tuple[Token, str]:
    """A token of a user of the organisation, and its secret, which is shown once.

    It opens its own organisation only, as ``scope`` (a role) at most and never more than its user may then;
    «send» lets it send for some positions (all, where none is named) and see nothing; «metrics» reads the counters.

    Raises
    ------
    NotAllowed : the user does not belong to the organisation, or has a lower role
    BadInput : no such scope, positions without «send», too long a life
    UnknownThing : no such position
    """
    if users.find(work, organisation, user) is None:
        raise NotAllowed(text("tokens are made by users of the organisation itself"))
    _check(name, scope, for_positions, days)
    own = roles.find(work, organisation, user, organisation)
    needed: RoleName = next((role for role in ROLES if role == scope), "engineer")
    if own is None or ROLES.index(own.role) < ROLES.index(needed):
        raise NotAllowed(text("a token cannot do more than its user: this one needs the role {role}", role=needed))
    for position in for_positions:
        positions.get(work, organisation, identifier(position))
    scopes = (scope, *(f"position:{each}" for each in sorted(set(for_positions))))
    ends_us = act.at_us + days * 86_400_000_000
    token = Token(organisation, secrets.token_hex(8), name, user, scopes, act.at_us, ends_us)
    secret = issue_token(work, token)
    enter(work, organisation, act, "token made", f"token:{token.id}", action="add", facts={"scopes": list(scopes)})
    return token, secret


def tokens_of(
    work: Work, organisation: str, *, user: str | None = None, after: str | None = None, limit: int = 100
) -> tuple[Token, ...]:
    """Tokens of an organisation (of one of its users), sessions left out."""
    c = tokens_table.c
    whose = [] if user is None else [c.user == user]
    behind = (organisation, after) if after is not None else ()
    return tokens.page(work, c.organisation == organisation, c.name != SESSION, *whose, after=behind, limit=limit)


def revoke_token(work: Work, act: Act, organisation: str, token: str, *, user: str | None = None) -> None:
    """Take a token back; with ``user`` only one of that user.

    Raises
    ------
    UnknownThing : there is none
    """
    found = tokens.find(work, organisation, token)
    if found is None or SESSION in found.scopes or (user is not None and found.user != user):
        raise UnknownThing(text("there is no token {token}", token=token[:80]))
    if found.revoked_us is None:
        tokens.change(work, organisation, token, revoked_us=act.at_us)
        enter(work, organisation, act, "token revoked", f"token:{token}", action="delete")


def _check(name: str, scope: str, for_positions: Sequence[str], days: int) -> None:
    if name.strip() == SESSION:
        raise BadInput(text("the name «{name}» is that of people's sessions: choose another one", name=SESSION))
    if scope not in SCOPES:
        raise BadInput(
            text("{scope} is no scope of a token: choose {known}", scope=scope[:80], known=", ".join(SCOPES))
        )
    if for_positions and scope != SEND:
        raise BadInput(text("positions belong to a token that sends: give the scope send"))
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(text("a token lives 1 to {longest} days, not {days}", longest=LONGEST_DAYS, days=days))
