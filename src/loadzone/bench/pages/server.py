"""The server that the pages are asked from: ``loadzone up`` in a process of its own, and people who are signed in."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from loadzone.bench.live import cpu_s
from loadzone.connect.nats_server.process import free_port
from loadzone.flows.access import open_session
from loadzone.flows.demo.journey import SHARDS
from loadzone.flows.demo.plan import read_plan
from loadzone.flows.platform import now_us, open_platform
from loadzone.words.errors import StoreUnavailable
from loadzone.words.texts import text

COOKIE = "loadzone_session"
LOOK_S, PATIENCE_S = 0.1, 60.0


@dataclass(frozen=True)
class Server:
    """Where it answers, and its process."""

    address: str
    process_id: int

    def cpu_s(self) -> float:
        """Processor time that answering has taken until now, s; broker, worker and upkeep are processes beside it."""
        return cpu_s(self.process_id)


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Everything that ``loadzone up`` runs over the folder, until the block ends.

    Raises
    ------
    StoreUnavailable : it ended, or did not answer within a minute
    """
    port = free_port()
    told = ["up", "--data", str(folder), "--port", str(port), "--shards", str(SHARDS)]
    log = folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  ourselves
            [sys.executable, "-m", "loadzone", *told], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, f"{address}/ready", log)
        yield Server(address, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def sessions(folder: Path, login: str, count: int) -> list[str]:
    """Secrets of so many sessions of one person, as as many browsers would have them."""
    plan = read_plan(folder)
    assert plan is not None  # noqa: S101  furnished before
    platform = open_platform(folder)
    try:
        return [open_session(platform.catalog, login, plan.password, now_us()).secret for _ in range(count)]
    finally:
        platform.close()


def load() -> float:
    """Processes of the machine that run or wait to run, averaged over the last minute."""
    return os.getloadavg()[0]


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(URLError, ConnectionError), urlopen(address, timeout=5) as answer:  # noqa: S310  ours
            if answer.status == 200:
                return
        time.sleep(LOOK_S)
    said = log.read_text("utf-8", "replace")[-400:]
    raise StoreUnavailable(text("loadzone up does not answer: {said}", said=said))
