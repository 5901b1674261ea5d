"""How a bench is run and signed: one pool of workers, one stream of chance a trial, one block of what made a result."""

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, NoReturn, TypeVar

import numpy as np

from loadzone.flows.pool import available_cores, in_order
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import text

Progress = Callable[[int, int], None]
"""Is told how many tasks are done and how many there are."""

Result = dict[str, Any]
"""What a bench hands out: plain numbers, texts, lists and mappings, ready for JSON."""

DEFAULT_SEED = 20_261_124

T = TypeVar("T")
R = TypeVar("R")


class LostWorker(LoadzoneError):
    """A process of a bench died: a figure without its trials would be none, so the run ends."""

    code = "lost_worker"
    exit_code = 3
    status = 500


def spread(
    worker: Callable[[T], R], tasks: Sequence[T], jobs: int | None = None, progress: Progress | None = None
) -> list[R]:
    """Answers of ``worker`` to all tasks, in their order, from as many processes as there are cores.

    Parameters
    ----------
    worker : a function of a module (processes are started fresh and find it by its name); its answers should be small
    tasks : small things that can be sent to another process; a task brings the key of its chance, see `stream`, so
        that no result depends on ``jobs``
    jobs : processes; 1 works in this one; None means the cores that this process may use
    progress : called after every task

    Raises
    ------
    LostWorker : a process died
    """
    done: list[R] = []
    for answer in in_order(worker, tasks, _lost, jobs):
        done.append(answer)
        if progress:
            progress(len(done), len(tasks))
    return done


def stream(seed: int, *key: int) -> np.random.Generator:
    """The chance of one trial, the same in every process: child ``key`` of the seed.

    It is what ``SeedSequence(seed).spawn(...)[k]`` gives, generation by generation, without making the siblings: more
    trials leave the first ones as they were.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def made_by(
    command: str,
    *,
    seed: int | None = None,
    trials: int | None = None,
    data_sha256: str | None = None,
    made_on: str | None = None,
) -> dict[str, Any]:
    """What a figure must be quoted with: the command, what ran it, on what kind of machine; no name of a host, no path.

    ``made_on`` (a date) is written only when it is given, so that the same run gives the same file.
    """
    block: dict[str, Any] = {
        "command": command,
        "version": version("loadzone"),
        "machine": {
            "cpus": available_cores(),
            "architecture": platform.machine(),
            "python": platform.python_version(),
            "numpy": version("numpy"),
            "scipy": version("scipy"),
        },
    }
    more = {"seed": seed, "trials": trials, "data_sha256": data_sha256, "made_on": made_on}
    return block | {name: value for name, value in more.items() if value is not None}


def _lost(task: object) -> NoReturn:
    raise LostWorker(text("the process that worked on {task} died: no memory left, or it was ended", task=repr(task)))
