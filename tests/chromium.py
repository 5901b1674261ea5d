"""A real browser for tests, without a window; one that hangs is killed instead of holding everything up."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

CHROMIUM = Path("/usr/bin/chromium")
CLOSING_S, LONGEST_S = 20.0, 240.0
"""Within which a context is closed, and a visit is over; Playwright itself would wait for ever for an answer."""


class Chromium:
    """Opens contexts. Now and then Chromium never answers when one is closed: then the next one gets a new process."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._mark = f"--loadzone-test={uuid4().hex}"
        self._process: Any = None

    @contextmanager
    def context(self, **how: Any) -> Iterator[Any]:
        """A context of its own, closed at the end; a visit that hangs ends as an error of Playwright's."""
        with self._killed_after(LONGEST_S):
            if self._process is None or not self._process.is_connected():
                told = ["--no-sandbox", "--disable-gpu", self._mark]
                self._process = self._driver.chromium.launch(executable_path=str(CHROMIUM), args=told)
            opened = self._process.new_context(**how)
            try:
                yield opened
            finally:
                self._close(opened)

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._close(self._process)

    def _close(self, opened: Any) -> None:
        from playwright.sync_api import Error

        with self._killed_after(CLOSING_S) as was_killed:
            try:
                opened.close()
            except Error:
                if not was_killed:
                    raise

    @contextmanager
    def _killed_after(self, limit_s: float) -> Iterator[list[bool]]:
        was_killed: list[bool] = []

        def kill() -> None:
            was_killed.append(True)
            for entry in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    if self._mark.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                        os.kill(int(entry.name), signal.SIGKILL)

        timer = threading.Timer(limit_s, kill)
        timer.start()
        try:
            yield was_killed
        finally:
            timer.cancel()


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Chromium, or a skipped test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: install Debian's chromium")
    with playwright.sync_playwright() as driver:
        found = Chromium(driver)
        try:
            yield found
        finally:
            found.end()
