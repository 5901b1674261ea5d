"""Many people at once: each asks for a page a second, as fast as a hand clicks, and hears what happens."""

import http.client
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from loadzone.bench.pages.server import COOKIE

EVERY_S = 1.0
OK = 200


@dataclass
class Viewer:
    """One signed-in client with a cache, one connection for what it asks, and one that hears what happens.

    ``taken_s``: of each page the seconds until it had come with all that it needs and was not there; ``refused``: what
    was answered otherwise.
    """

    address: str
    secret: str
    asked: Mapping[str, Sequence[str]]
    taken_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: list[str] = field(default_factory=list)
    heard: int = 0
    _cached: set[str] = field(default_factory=set)

    def watch(self, names: Iterable[str], every_s: float = EVERY_S) -> None:
        """Ask the pages one after the other, each ``every_s`` after the last one at the soonest."""
        host = urlsplit(self.address).netloc
        cookie = {"Cookie": f"{COOKIE}={self.secret}"}
        link = http.client.HTTPConnection(host, timeout=60)
        with connect(f"ws://{host}/api/v1/live", additional_headers={**cookie, "Origin": self.address}) as live:
            hearing = threading.Thread(target=self._hear, args=(live,), daemon=True)
            hearing.start()
            for name in names:
                began = time.perf_counter()
                for path in self.asked[name]:
                    self._ask(link, path, cookie)
                taken = time.perf_counter() - began
                self.taken_s[name].append(taken)
                time.sleep(max(0.0, every_s - taken))
        link.close()
        hearing.join()

    def _ask(self, link: http.client.HTTPConnection, path: str, cookie: Mapping[str, str]) -> None:
        if path in self._cached:
            return
        link.request("GET", path, headers={**cookie, "Accept": "text/html", "Accept-Encoding": "gzip"})
        answer = link.getresponse()
        answer.read()
        if answer.status != OK:
            self.refused.append(f"{answer.status} {path}")
        elif "max-age" in (answer.headers["Cache-Control"] or ""):
            self._cached.add(path)

    def _hear(self, live: ClientConnection) -> None:
        try:
            for _ in live:
                self.heard += 1
        except ConnectionClosed:
            return


def watched(
    address: str,
    secrets: Sequence[str],
    asked: Mapping[str, Sequence[str]],
    *,
    clicks: int,
    every_s: float = EVERY_S,
) -> list[Viewer]:
    """As many viewers as there are sessions; they begin one after the other, each with another page.

    Parameters
    ----------
    asked : of each page the paths that a browser asks, the page itself first
    clicks : pages that each viewer asks for
    """
    names = list(asked)
    viewers = [Viewer(address, secret, asked) for secret in secrets]
    threads = []
    for number, viewer in enumerate(viewers):
        order = [names[(number + click) % len(names)] for click in range(clicks)]
        thread = threading.Thread(target=viewer.watch, args=(order, every_s))
        thread.start()
        threads.append(thread)
        time.sleep(every_s / len(viewers))
    for thread in threads:
        thread.join()
    return viewers
