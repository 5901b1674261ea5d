"""Tokens: made by a user for a program or a sensor, listed, taken back."""

from typing import Literal

from fastapi import Request, Response
from pydantic import Field

from loadzone.flows import token_desk
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.parameters import After, Item, Limit, Organisation, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.api.users import without_secret
from loadzone.web.idempotency import written
from loadzone.web.shown import Identifier, Moment, Name, Page, Shown, Taken
from loadzone.words.errors import NotAllowed
from loadzone.words.texts import text

routes = router("tokens")


class TokenShown(Shown):
    """What a program may do until when."""

    id: Identifier
    name: str
    user: Identifier
    scopes: list[str]
    created_at: Moment = Field(validation_alias="created_us")
    ends_at: Moment = Field(validation_alias="ends_us")
    revoked_at: Moment | None = Field(validation_alias="revoked_us")


class MadeToken(Shown):
    """A token, and its secret, which is not shown a second time."""

    token: TokenShown
    secret: str | None


class NewToken(Taken):
    """A token to be made: a role at most, «send» (for all positions, or for some), or «metrics»."""

    name: Name
    scope: Literal["viewer", "analyst", "engineer", "admin", "send", "metrics"]
    positions: list[Identifier] = Field(default_factory=list, max_length=1000)
    days: int = Field(default=token_desk.DEFAULT_DAYS, ge=1, le=token_desk.LONGEST_DAYS)


@route(
    routes,
    "GET",
    "/organisations/{organisation}/tokens",
    name="listTokens",
    needs="viewer",
    shows=Page[TokenShown],
)
def list_tokens(visit: Visiting, organisation: Organisation, limit: Limit = 100, after: After = None) -> Response:
    """One's own tokens; all of the organisation for its administrators."""
    behind = cursor.read(after, (str,))
    found = visit.platform.read(
        organisation,
        lambda work: token_desk.tokens_of(
            work,
            organisation,
            user=_whose(visit, organisation),
            after=str(behind[0]) if behind else None,
            limit=limit + 1,
        ),
    )
    return shown(page(TokenShown, [TokenShown.model_validate(each) for each in found], limit, lambda last: (last.id,)))


@route(
    routes,
    "POST",
    "/organisations/{organisation}/tokens",
    name="makeToken",
    needs="viewer",
    shows=MadeToken,
    status=201,
)
def make_token(request: Request, visit: Visiting, organisation: Organisation, body: NewToken) -> Response:
    """Make a token of one's own; it never does more than one may oneself. Only people make tokens, no tokens do."""
    seen = visit.known
    if not seen.is_session or seen.user.organisation != organisation:
        raise NotAllowed(text("tokens are made by users of the organisation itself, signed in"))

    def job(work: Work) -> MadeToken:
        token, secret = token_desk.make_token(
            work,
            visit.act,
            organisation,
            seen.user.id,
            name=body.name,
            scope=body.scope,
            for_positions=body.positions,
            days=body.days,
        )
        return MadeToken(token=TokenShown.model_validate(token), secret=secret)

    return written(request, organisation, job, status=201, kept=without_secret)


@route(
    routes,
    "DELETE",
    "/organisations/{organisation}/tokens/{token}",
    name="revokeToken",
    needs="viewer",
    status=204,
)
def revoke_token(request: Request, visit: Visiting, organisation: Organisation, token: Item) -> Response:
    """Take a token back: one's own, or any as an administrator."""

    def job(work: Work) -> None:
        token_desk.revoke_token(work, visit.act, organisation, token, user=_whose(visit, organisation))

    return written(request, organisation, job)


def _whose(visit: Visiting, organisation: str) -> str | None:
    seen = visit.known
    if organisation in seen.organisations("admin"):
        return None
    return seen.user.id if seen.user.organisation == organisation else ""
