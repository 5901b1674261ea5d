"""A real browser before a real server: what it complained about, and whom it asked."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from chromium import Chromium
from loadzone.flows import people
from loadzone.web import static

AXE = static.FOLDER.parent / "client" / "node_modules" / "axe-core" / "axe.min.js"
BAD = {"serious", "critical"}


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """The application behind a port of loopback, a free one where none is named, as its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < end, "the server does not start"
        time.sleep(0.01)
    (socket,) = server.servers[0].sockets
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Visitor:
    """Somebody with a browser of their own; ``complaints`` are errors of scripts, console and policy."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        """Open a page."""
        return self.page.goto(self.address + path)

    def flaws(self) -> list[str]:
        """What axe finds serious or critical on the page."""
        if not AXE.exists():
            pytest.skip("axe-core is not there: the client was not built in this checkout")
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['html'][:120]}"
            for each in found["violations"]
            if each["impact"] in BAD
            for node in each["nodes"]
        ]


@contextmanager
def visitor(
    browser: Chromium, address: str, *, lang: str = "en", theme: str = "light", phone: bool = False
) -> Iterator[Visitor]:
    """A visitor whose complaints are looked at in the end: there must be none, and nobody else may be asked."""
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    with browser.context(
        viewport=size, locale="zh-CN" if lang == "zh" else "en-GB", color_scheme=theme, timezone_id="Asia/Shanghai"
    ) as context:
        found = Visitor(context.new_page(), address)
        found.page.set_default_timeout(30_000)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on(
            "console", lambda told: found.complaints.append(told.text) if told.type in {"error", "warning"} else None
        )
        host = urlsplit(address).netloc
        found.page.on(
            "request",
            lambda asked: found.strangers.append(asked.url) if urlsplit(asked.url).netloc not in {host, ""} else None,
        )
        yield found
        assert found.complaints == []
        assert found.strangers == []


def until(condition: Callable[[], Any], limit_s: float = 30.0) -> None:
    """Wait for a condition; the limit is there for a page that hangs."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def enter(found: Visitor, world: Any, login: str = "engineer@acme") -> None:
    """Sign in with a link of one use, as the demonstration and the first start do."""
    user = world.users[login].user
    made = world.platform.catalog.write(
        user.organisation,
        lambda work: people.invite(work, world.act, user.organisation, user.id, purpose="sign-in"),
    )
    found.go(f"/welcome#{made.secret}")
    found.page.wait_for_url(found.address + "/")
