"""Who stands at the door: the token or the session's cookie of a request, and what it may do there."""

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal, cast

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from loadzone.flows.access import RoleName, Session, Visibility, visibility
from loadzone.flows.audit import Act
from loadzone.flows.pace import Pace
from loadzone.flows.platform import Platform
from loadzone.web.metrics import Counters
from loadzone.web.problems import language
from loadzone.web.security import SAFE, Guards, check_origin
from loadzone.words.errors import NotAllowed, NotSignedIn
from loadzone.words.texts import text

Need = Literal["public", "signed in", "viewer", "analyst", "engineer", "admin", "operator", "send", "metrics"]
"""What a route needs: nothing, anybody known, a role in its organisation, the platform's administrators, a scope."""

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token, or a session's secret."},
    "session": {"type": "apiKey", "in": "cookie", "name": "loadzone_session", "description": "A browser's session."},
}


@dataclass(frozen=True)
class Door:
    """What the guards of one application share."""

    platform: Platform
    guards: Guards
    sign_ins: Pace
    """Sign-ins and links that an address may try."""
    wrong_secrets: Pace
    """Tokens that open nothing, by address."""
    counters: Counters = field(default_factory=Counters)


@dataclass(frozen=True)
class Visit:
    """One request: who asks, in which language, at what time."""

    door: Door
    lang: str
    at_us: int
    address: str
    seen: Visibility | None = None

    @property
    def platform(self) -> Platform:
        """Where it is asked."""
        return self.door.platform

    @property
    def known(self) -> Visibility:
        """Who asks, on routes that let nobody unknown in."""
        if self.seen is None:
            raise _unknown()
        return self.seen

    @property
    def act(self) -> Act:
        """What the ledger tells of it."""
        return Act(self.known.who, self.at_us)


async def admitted(request: Request, need: Need) -> Visit:
    """The visit, where the visitor may do what the route does.

    Raises
    ------
    NotSignedIn : nobody known
    UnknownThing : of an organisation that the visitor does not see
    NotAllowed : a higher role is needed, or the request comes from a page of elsewhere
    TooOften : too many secrets that open nothing
    """
    door: Door = request.app.state.door
    secret, is_cookie = secret_of(request, door.guards)
    if request.method not in SAFE:
        check_origin(request.headers, request.url.scheme, door.guards, has_cookie=is_cookie)
    visit = await greeted(request, None if need == "public" else secret, must=need != "public")
    if visit.seen is not None:
        _judge(visit.seen, need, request.path_params)
    return visit


async def greeted(connection: HTTPConnection, secret: str | None, *, must: bool = True) -> Visit:
    """The visit of whoever bears the secret; `NotSignedIn` or `TooOften` where that opens nothing."""
    door: Door = connection.app.state.door
    at_us = door.platform.clock()
    address = neighbourhood(connection.client.host if connection.client else "")
    lang = language(connection.headers.get("accept-language", ""))
    if secret is None:
        if must:
            raise _unknown()
        return Visit(door, lang, at_us, address)
    door.wrong_secrets.check(address, at_us)
    try:
        seen = await run_in_threadpool(visibility, door.platform.catalog, secret, at_us)
    except NotSignedIn:
        door.wrong_secrets.take(address, at_us)
        raise
    return Visit(door, lang, at_us, address, seen)


def neighbourhood(host: str) -> str:
    """What counts as one address: in IPv6 a customer has a whole /64.

    >>> neighbourhood("2001:db8::1:2:3:4") == neighbourhood("2001:db8::ffff"), neighbourhood("10.1.2.3")
    (True, '10.1.2.3')
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))
    return str(address)


def secret_of(connection: HTTPConnection, guards: Guards) -> tuple[str | None, bool]:
    """The secret that the request carries, and whether a browser sent it by itself."""
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if given and scheme.lower() == "bearer":
        return given.strip()[:200], False
    cookie = connection.cookies.get(cookie_name(connection.headers, connection.url.scheme, guards))
    return (cookie[:200], True) if cookie else (None, False)


def cookie_name(headers: Headers, scheme: str, guards: Guards) -> str:
    """Over TLS a name with which browsers refuse cookies that another host, or plain HTTP, has set."""
    del headers
    return "__Host-loadzone_session" if _is_secure(scheme, guards) else "loadzone_session"


def give_cookie(request: Request, response: Response, session: Session, guards: Guards, at_us: int) -> None:
    """Let the browser keep the session: hidden from scripts and other sites, and from plain HTTP where there is TLS."""
    response.set_cookie(
        cookie_name(request.headers, request.url.scheme, guards),
        session.secret,
        max_age=(session.ends_us - at_us) // 1_000_000,
        path="/",
        secure=_is_secure(request.url.scheme, guards),
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response, guards: Guards) -> None:
    """Let the browser forget the session."""
    name = cookie_name(request.headers, request.url.scheme, guards)
    response.delete_cookie(name, path="/", secure=_is_secure(request.url.scheme, guards), httponly=True, samesite="lax")


def _judge(seen: Visibility, need: Need, path: dict[str, str]) -> None:
    organisation = path.get("organisation")
    if need == "operator":
        if not seen.is_operator:
            raise NotAllowed(text("this is for administrators of the organisation that runs the platform"))
    elif need == "metrics":
        if not (seen.is_operator or seen.counts):
            raise NotAllowed(text("counters are read with a token of the scope metrics"))
    elif need == "send":
        seen.require_sending(organisation or "", path.get("position"))
    elif need not in {"public", "signed in"}:
        seen.require(organisation, cast("RoleName", need))


def _is_secure(scheme: str, guards: Guards) -> bool:
    return guards.is_https or scheme in {"https", "wss"}


def _unknown() -> NotSignedIn:
    return NotSignedIn(text("sign in, or send a token as Authorization: Bearer ..."))
