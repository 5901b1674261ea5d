"""Processes of ours: one that is asked to end, and one beside it that is started again when it dies."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

LOG = logging.getLogger(__name__)
LONGEST_WAIT_S = 5.0
CALM_S = 10.0
"""A process that lived so long is started again at once."""
PATIENCE_S = 15.0
"""What a process has to finish what it has in hand."""
WITH_PARENT = "LOADZONE_ENDS_WITH_PARENT"
"""Tells a process that its input is held open by its parent: when it ends, the parent is no more."""


class Child:
    """``async with Child("worker", ["worker", "--data", ...])``: ``loadzone`` with these arguments, under supervision.

    ``secrets`` go to it through its environment, where other users of the machine do not see them; its log goes where
    ours goes, or to the file ``log``. It ends when we are killed too: see `told_to_end`.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], secrets: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.name = name
        self.starts = 0
        self._arguments = list(arguments)
        self._log = log
        self._environment = {**os.environ, **(secrets or {}), WITH_PARENT: "1"}
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._is_stopping = False

    async def __aenter__(self) -> Self:
        await self._launch()
        self._supervisor = asyncio.create_task(self._supervise())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await process.wait()
            except TimeoutError:
                LOG.warning("%s does not end: it is killed; what it had in hand comes again", self.name)
                process.kill()
                await process.wait()
        if self._supervisor is not None:
            self._supervisor.cancel()
            await asyncio.gather(self._supervisor, return_exceptions=True)

    @property
    def process_id(self) -> int | None:
        """The running process, None between death and new start."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def _launch(self) -> None:
        with ExitStack() as stack:
            told = None if self._log is None else stack.enter_context(self._log.open("ab"))
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "loadzone",
                *self._arguments,
                stdin=asyncio.subprocess.PIPE,
                stderr=told,
                env=self._environment,
                start_new_session=True,  # a Ctrl-C is for the parent, who asks its children to end
            )
        self.starts += 1

    async def _supervise(self) -> None:
        wait_s = 0.1
        while self._process is not None:
            began = asyncio.get_running_loop().time()
            code = await self._process.wait()
            if self._is_stopping:
                return
            if asyncio.get_running_loop().time() - began > CALM_S:
                wait_s = 0.1
            LOG.error("%s ended with %s: it is started again in %.1f s", self.name, code, wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            await self._launch()


@contextmanager
def told_to_end(end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` on SIGTERM and SIGINT, and in a `Child` whose parent died; a second signal ends it at once."""
    loop = asyncio.get_running_loop()
    wanted = (signal.SIGTERM, signal.SIGINT)
    told: list[bool] = []

    def heard() -> None:
        if told:
            os._exit(130)
        told.append(True)
        end()

    def orphaned() -> None:
        if not os.read(0, 64):
            loop.remove_reader(0)
            LOG.warning("what started this process has died: it ends too")
            end()

    for each in wanted:
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(each, heard)
    if WITH_PARENT in os.environ:
        with contextlib.suppress(OSError):  # an input that is no pipe: it was started by something in between
            loop.add_reader(0, orphaned)
    try:
        yield
    finally:
        loop.remove_reader(0)
        for each in wanted:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(each)
