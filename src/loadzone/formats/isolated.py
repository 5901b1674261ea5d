"""Reading in a process of its own, for files from strangers: a parser that crashes takes nothing else with it."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeVar

from loadzone.formats.format import ReadOptions
from loadzone.formats.reading import read
from loadzone.signals.recording import Recording, Unit
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text

T = TypeVar("T")


def read_isolated(
    path: str | os.PathLike[str],
    *,
    channel: str | int | None = None,
    fs_hz: float | None = None,
    speed_rpm: float | None = None,
    unit: Unit | None = None,
    options: ReadOptions | None = None,
) -> tuple[Recording, ...]:
    """As `loadzone.formats.read`, in a fresh process that may die (half a second, and one copy of the samples).

    Raises
    ------
    UnreadableFile : as `read`, and where the process died over the file
    UnknownFormat, NoSuchChannel, BadInput : as `read`
    """
    task = partial(read, os.fspath(path), channel=channel, fs_hz=fs_hz, speed_rpm=speed_rpm, unit=unit, options=options)
    return in_own_process(task, str(path))


def in_own_process(task: Callable[[], T], file: str) -> T:
    """The result of a task that may crash its process; ``file`` is what the sentence blames."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(task).result()
        except BrokenProcessPool as error:
            raise UnreadableFile(
                text(
                    "{file}: the library that reads this format crashed over it: it is damaged or made to do harm; copy"
                    " it again from its source",
                    file=file,
                )
            ) from error
