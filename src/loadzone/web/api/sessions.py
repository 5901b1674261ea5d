"""Sessions: signing in and out, links of one use, one's own password, and what one sees."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from loadzone.flows import access
from loadzone.flows.platform import Work
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.auth import give_cookie, take_cookie
from loadzone.web.shown import Identifier, Moment, Shown, Taken, moment

routes = router("access")
Password = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"writeOnly": True})]


class SignIn(Taken):
    """Who wants in."""

    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Password


class SessionShown(Shown):
    """Signed in; ``secret`` may be sent as a bearer token by programs, browsers have it as a cookie."""

    user: Identifier
    organisation: Identifier
    name: str
    ends_at: Moment
    secret: str


class NewPassword(Taken):
    """The secret of a link, and the password to be set with it."""

    secret: Annotated[str, Field(min_length=1, max_length=200)]
    password: Password


class ChangedPassword(Taken):
    """One's password, and the one that shall be."""

    old_password: Password
    new_password: Password


class Welcome(Shown):
    """Whose password was set."""

    user: Identifier
    organisation: Identifier
    login: str


class Me(Shown):
    """Who one is, and what one may do where."""

    user: Identifier
    organisation: Identifier
    login: str
    name: str
    language: str
    is_operator: bool
    roles: dict[str, str]
    scopes: list[str]
    ends_at: Moment


@route(routes, "POST", "/sessions", name="openSession", needs="public", shows=SessionShown, status=201)
def open_session(request: Request, visit: Visiting, body: SignIn) -> Response:
    """Sign in with login and password. A row of wrong passwords locks the login for a while."""
    door = visit.door
    door.sign_ins.take(visit.address, visit.at_us)
    session = access.open_session(visit.platform.catalog, body.login, body.password, visit.at_us)
    user = session.user
    answer = SessionShown(
        user=user.id,
        organisation=user.organisation,
        name=user.name,
        ends_at=moment(session.ends_us),
        secret=session.secret,
    )
    response = shown(answer, 201)
    give_cookie(request, response, session, door.guards, visit.at_us)
    return response


@route(routes, "DELETE", "/sessions/current", name="closeSession", needs="signed in", status=204)
def close_session(request: Request, visit: Visiting) -> Response:
    """Sign out; with a token: take it back."""
    seen = visit.known

    def job(work: Work) -> None:
        access.close_session(work, seen, visit.at_us)

    visit.platform.catalog.write(seen.token.organisation, job)
    response = Response(status_code=204)
    take_cookie(request, response, visit.door.guards)
    return response


@route(routes, "POST", "/passwords", name="setPassword", needs="public", shows=Welcome)
def set_password(visit: Visiting, body: NewPassword) -> Response:
    """Set a password with a link of one use. All sessions of the user end."""
    visit.door.sign_ins.take(visit.address, visit.at_us)
    user = access.redeem(visit.platform.catalog, body.secret, body.password, visit.at_us)
    return shown(Welcome(user=user.id, organisation=user.organisation, login=user.login))


@route(routes, "GET", "/me", name="getMe", needs="signed in", shows=Me)
def get_me(visit: Visiting) -> Response:
    """Who one is, and one's role by organisation."""
    seen = visit.known
    return shown(
        Me(
            user=seen.user.id,
            organisation=seen.user.organisation,
            login=seen.user.login,
            name=seen.user.name,
            language=seen.user.language,
            is_operator=seen.is_operator,
            roles=dict(sorted(seen.roles.items())),
            scopes=list(seen.token.scopes),
            ends_at=moment(seen.token.ends_us),
        )
    )


@route(routes, "PUT", "/me/password", name="changePassword", needs="signed in", status=204)
def change_password(visit: Visiting, body: ChangedPassword) -> Response:
    """Change one's own password, which the old one is needed for. One's other sessions end."""
    visit.door.sign_ins.take(visit.address, visit.at_us)
    access.change_password(visit.platform.catalog, visit.known, body.old_password, body.new_password, visit.at_us)
    return Response(status_code=204)
