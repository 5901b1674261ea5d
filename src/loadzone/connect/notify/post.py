"""One HTTP request to an address that was judged: pinned to it, bounded in time and size, no redirect followed."""

import asyncio
import contextlib
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from loadzone.connect.notify.channel import NotDelivered
from loadzone.connect.notify.reach import Reach, parse_url
from loadzone.words.texts import text

LIMIT_S = 15.0
MOST_WAIT_S = 3600.0
_MOST_ANSWER = 65_536
_AGAIN = {408, 425, 429}


@dataclass(frozen=True)
class Answer:
    """What the other side said: status, the start of its body."""

    status: int
    body: bytes


class _Pinned(http.client.HTTPConnection):
    """Connects to the address it is given and calls it by its name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None, limit_s: float) -> None:
        super().__init__(host, port, timeout=limit_s)
        self.sock: socket.socket | None = None
        self._address = address
        self._context = context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End what a thread is waiting for."""
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


async def post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach, limit_s: float = LIMIT_S) -> Answer:
    """Send ``body`` and return the answer, when it is 2xx.

    Raises
    ------
    NotDelivered : it cannot be reached, does not answer in time, or answers otherwise; no sentence holds the query of
        the address, where robots have their secret
    BadInput : ``url`` is none
    """
    parts = parse_url(url)
    host = parts.hostname or ""
    is_plain = parts.scheme == "http"
    port = parts.port or (80 if is_plain else 443)
    address = await reach.address(host, port, is_plain=is_plain)
    connection = _Pinned(host, port, address, None if is_plain else reach.context(), limit_s)
    way = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    task = asyncio.create_task(asyncio.to_thread(_exchange, connection, way, body, dict(headers)))
    try:
        async with asyncio.timeout(limit_s):
            answer, told = await asyncio.shield(task)
    except TimeoutError as error:
        raise NotDelivered(text("{host} does not answer within {limit_s:.0f} s", host=host, limit_s=limit_s)) from error
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(text("{host} broke off: {reason}", host=host, reason=_reason(error))) from error
    finally:
        connection.cut()
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
    _check(host, answer, told)
    return answer


def _exchange(
    connection: _Pinned, way: str, body: bytes, headers: dict[str, str]
) -> tuple[Answer, http.client.HTTPMessage]:
    try:
        connection.request("POST", way, body, {"User-Agent": "loadzone", "Connection": "close", **headers})
        response = connection.getresponse()
        return Answer(response.status, response.read(_MOST_ANSWER)), response.headers
    finally:
        connection.close()


def _check(host: str, answer: Answer, told: http.client.HTTPMessage) -> None:
    status = answer.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotDelivered(
            text(
                "{host} answers {status}: redirects are not followed, give the final address", host=host, status=status
            ),
            is_final=True,
        )
    raise NotDelivered(
        text(
            "{host} answers {status} {said}",
            host=host,
            status=status,
            said=" ".join(answer.body[:200].decode(errors="replace").split()),
        ),
        is_final=status < 500 and status not in _AGAIN,
        wait_s=retry_after(told.get("Retry-After"), time.time()),
    )


def retry_after(value: str | None, now_s: float) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), an hour at most.

    >>> retry_after("120", 0.0), retry_after("soon", 0.0)
    (120.0, None)
    """
    if value is None:
        return None
    try:
        wait_s = float(value) if value.strip().isdigit() else parsedate_to_datetime(value).timestamp() - now_s
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait_s, 0.0), MOST_WAIT_S)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
