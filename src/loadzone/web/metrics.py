"""Counters of the door and the text that Prometheus reads (exposition format 0.0.4); no name of anybody is in it."""

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Counters:
    """What one process has answered; its threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets = [0] * (len(BOUNDS_S) + 1)
        self._seconds = 0.0
        self._bytes = 0

    def count(self, operation: str, status: int, seconds: float, received_bytes: int) -> None:
        """Count a request."""
        with self._lock:
            self._requests[operation, status] += 1
            self._buckets[bisect_left(BOUNDS_S, seconds)] += 1
            self._seconds += seconds
            self._bytes += received_bytes

    def lines(self, gauges: Mapping[str, float]) -> Iterator[str]:
        """The exposition; ``gauges`` are figures of others, by name."""
        with self._lock:
            requests, buckets = dict(self._requests), list(self._buckets)
            seconds, received = self._seconds, self._bytes
        yield from _head("loadzone_http_requests_total", "counter", "Requests by operation and status.")
        for (operation, status), n in sorted(requests.items()):
            yield f'loadzone_http_requests_total{{operation="{operation}",status="{status}"}} {n}'
        yield from _head("loadzone_http_request_seconds", "histogram", "Time from request to answer.")
        below = 0
        for bound, n in zip((*map(str, BOUNDS_S), "+Inf"), buckets, strict=True):
            below += n
            yield f'loadzone_http_request_seconds_bucket{{le="{bound}"}} {below}'
        yield f"loadzone_http_request_seconds_sum {seconds:.6f}"
        yield f"loadzone_http_request_seconds_count {below}"
        yield from _head("loadzone_http_received_bytes_total", "counter", "Bytes of bodies that came.")
        yield f"loadzone_http_received_bytes_total {received}"
        for name, value in sorted(gauges.items()):
            yield from _head(name, "gauge", "As its name says.")
            yield f"{name} {value:g}"


class Counting:
    """Middleware that counts requests."""

    def __init__(self, app: ASGIApp, counters: Counters) -> None:
        self.app = app
        self.counters = counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, received = time.perf_counter(), 500, 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message

        try:
            await self.app(scope, receiving, sending)
        finally:
            operation = getattr(scope.get("route"), "operation_id", None) or "none"
            self.counters.count(operation, status, time.perf_counter() - began, received)


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
