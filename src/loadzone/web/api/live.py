"""WebSocket /api/v1/live: what happens, as it happens, to those who may see it.

The server sends JSON objects: first ``{"type": "hello", "cursor": ..., "is_whole": ..., "login": ...}``, then ``event``
with its own cursor, ``ping`` when nothing happens, ``gap`` where a slow client lost some. Who was cut off comes back
with ``?after=`` the last cursor and gets what was missed; where ``is_whole`` is false, or after a gap, read again what
you show.
Close codes: 4401 sign in again, 4403 not allowed.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from loadzone.flows.access import Visibility, visibility
from loadzone.flows.live import LiveEvent
from loadzone.flows.platform import Platform
from loadzone.web.auth import Door, greeted, secret_of
from loadzone.web.security import check_origin
from loadzone.web.shown import moment, rfc3339
from loadzone.words.errors import LoadzoneError, NotAllowed, NotSignedIn
from loadzone.words.texts import text

routes = APIRouter()
PING_S = 20.0
RECHECK_S = 15.0
"""How long a connection may live on what was withdrawn meanwhile."""
MOST_WAITING = 2_000
SIGN_IN_AGAIN, REFUSED, GOING_AWAY = 4401, 4403, 1001


@routes.websocket("/live")
async def live(socket: WebSocket, after: str = "", position: str = "") -> None:
    """Let somebody listen."""
    door: Door = socket.app.state.door
    await socket.accept()
    try:
        seen, secret = await _admitted(socket, door)
    except LoadzoneError as error:
        code = SIGN_IN_AGAIN if isinstance(error, NotSignedIn) else REFUSED
        await socket.close(code, reason=error.code)
        return
    listener = _Listener(socket, door.platform, secret, position)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # sending to one who has left
        await listener.run(seen, after)


async def _admitted(socket: WebSocket, door: Door) -> tuple[Visibility, str]:
    secret, is_cookie = secret_of(socket, door.guards)
    check_origin(socket.headers, socket.url.scheme, door.guards, has_cookie=is_cookie)
    visit = await greeted(socket, secret)
    if not visit.known.organisations():
        raise NotAllowed(text("this needs the role {role}: ask an administrator of the organisation", role="viewer"))
    return visit.known, secret or ""


class _Listener:
    """One connection: a queue that the hub fills from any thread and that this loop empties into the socket."""

    def __init__(self, socket: WebSocket, platform: Platform, secret: str, position: str) -> None:
        self._socket = socket
        self._platform = platform
        self._secret = secret
        self._position = position
        self._waiting: asyncio.Queue[LiveEvent] = asyncio.Queue()
        self._has_gap = False
        self._loop = asyncio.get_running_loop()
        self._end: Callable[[], None] = lambda: None

    async def run(self, seen: Visibility, after: str) -> None:
        """Send until the client leaves, or may no longer see anything."""
        organisations = seen.organisations()
        origin, _, number = after.partition("-")
        is_ours = origin == self._platform.live.origin and number.isdecimal()
        last = self._platform.live.last
        self._end, is_whole = self._platform.live.subscribe(
            organisations, self._hear, after=int(number[:18]) if is_ours else None
        )
        leaving = asyncio.create_task(self._until_it_leaves())
        try:
            await self._socket.send_json(
                {
                    "type": "hello",
                    "cursor": self._cursor(last),
                    "is_whole": is_whole and (is_ours or not after),
                    "login": seen.user.login,
                }
            )
            await self._send(organisations, leaving)
        finally:
            self._end()
            leaving.cancel()

    async def _send(self, organisations: frozenset[str], leaving: "asyncio.Task[None]") -> None:
        checked = pinged = self._loop.time()
        while not leaving.done():
            getting = asyncio.create_task(self._waiting.get())
            await asyncio.wait({getting, leaving}, timeout=RECHECK_S, return_when=asyncio.FIRST_COMPLETED)
            if self._loop.time() - checked >= RECHECK_S:
                checked = self._loop.time()
                if not await self._may_still(organisations):
                    getting.cancel()
                    return
            if not getting.done():
                getting.cancel()
                if self._loop.time() - pinged >= PING_S:
                    pinged = self._loop.time()
                    await self._socket.send_json({"type": "ping"})
                continue
            if self._has_gap:
                self._has_gap = False
                await self._socket.send_json({"type": "gap"})
            await self._socket.send_json(self._told(getting.result()))

    async def _may_still(self, organisations: frozenset[str]) -> bool:
        """Whether the visitor sees what it saw; where that changed, the client comes back and is judged anew."""
        try:
            seen = await run_in_threadpool(visibility, self._platform.catalog, self._secret, self._platform.clock())
        except NotSignedIn:
            await self._socket.close(SIGN_IN_AGAIN, reason="not_signed_in")
            return False
        if seen.organisations() != organisations:
            await self._socket.close(GOING_AWAY, reason="rights changed")
            return False
        return True

    def _hear(self, event: LiveEvent) -> None:
        if not self._position or event.position == self._position:
            self._loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: LiveEvent) -> None:
        if self._waiting.qsize() >= MOST_WAITING:
            self._waiting.get_nowait()
            self._has_gap = True
        self._waiting.put_nowait(event)

    async def _until_it_leaves(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self._socket.receive()

    def _told(self, event: LiveEvent) -> dict[str, Any]:
        return {
            "type": "event",
            "cursor": self._cursor(event.number),
            "organisation": event.organisation,
            "position": event.position,
            "kind": event.kind,
            "at": rfc3339(moment(event.at_us)),
            "facts": dict(event.facts),
        }

    def _cursor(self, number: int) -> str:
        return f"{self._platform.live.origin}-{number}"
