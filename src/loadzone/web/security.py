"""What stands around every request: headers with a strict policy, a limit of bytes, whence a page may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loadzone.flows.asset_table import TABLES
from loadzone.web.problems import language, of_error
from loadzone.words.errors import NotAllowed, TooLarge
from loadzone.words.texts import text

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No request to another host, no script or style within a page, no eval."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


@dataclass(frozen=True)
class Guards:
    """Settings of the door.

    ``origins``: addresses (``https://watch.example``) that pages may be served from where a proxy stands before; none:
    the scheme and host that the request itself names. ``json_bytes``: the largest body but for tables and
    files. ``is_https``: cookies are only sent over TLS, whatever the last hop was.
    """

    origins: frozenset[str] = frozenset()
    json_bytes: int = 1 << 20
    table_bytes: int = 50 << 20
    upload_bytes: int = 2 << 30
    is_https: bool = False


class Surroundings:
    """Middleware: adds the headers to every answer, and ends a request that sends too much."""

    def __init__(self, app: ASGIApp, guards: Guards) -> None:
        self.app = app
        self.guards = guards

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on between the guards."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_https = self.guards.is_https or scope["scheme"] == "https"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out.setdefault(name, value)
                if is_https:
                    out.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
                if scope["path"].startswith("/api/"):
                    out.setdefault("Cache-Control", "no-store")
            await send(message)

        limit = self._limit(headers)
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await self._refuse(scope, receive, sending, headers, limit)
            return
        received = 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        await self.app(scope, receiving, sending)

    def _limit(self, headers: Headers) -> int:
        """Files go to the disk as they come; what is held in memory is small."""
        kind = headers.get("content-type", "").split(";")[0].strip()
        tables = dict.fromkeys((media.partition(";")[0] for media in TABLES.values()), self.guards.table_bytes)
        large = {"application/octet-stream": self.guards.upload_bytes, **tables}
        return large.get(kind, self.guards.json_bytes)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, headers: Headers, limit: int) -> None:
        answer = of_error(_too_large(limit), language(headers.get("accept-language", "")))
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)


def check_origin(headers: Headers, scheme: str, guards: Guards, *, has_cookie: bool) -> None:
    """Refuse what a page of another origin sends with the visitor's cookie (cross-site request forgery).

    A browser tells the origin with every unsafe request and every WebSocket; a cookie without it is refused.
    Programs carry a token and no cookie, and need none.

    Raises
    ------
    NotAllowed : the origin is another one, or none is told beside a cookie
    """
    origin = headers.get("origin")
    if origin is None:
        if has_cookie:
            raise NotAllowed(text("a request with a cookie must tell its origin: programs use a token instead"))
        return
    own = guards.origins or {f"{_http(scheme)}://{headers.get('host', '')}"}
    if _normal(origin) not in {_normal(each) for each in own}:
        raise NotAllowed(text("pages of {origin} may not ask here", origin=origin[:200]))


def _http(scheme: str) -> str:
    return {"ws": "http", "wss": "https"}.get(scheme, scheme)


def _normal(origin: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(origin.lower())
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return origin, None, None


def _too_large(limit: int) -> TooLarge:
    return TooLarge(text("the request is larger than the {limit} bytes that are taken here", limit=limit))
