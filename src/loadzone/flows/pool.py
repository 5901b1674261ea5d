"""Many tasks over the cores of this machine: answers in order, and a task that kills its process kills no other."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Crew(Generic[T, R]):
    """A worker, what answers for a task whose process died, and how many processes there may be."""

    worker: Callable[[T], R]
    lost: Callable[[T], R]
    jobs: int


def in_order(
    worker: Callable[[T], R], tasks: Sequence[T], lost: Callable[[T], R], jobs: int | None = None
) -> Iterator[R]:
    """Answers of ``worker`` to all tasks, in their order.

    Parameters
    ----------
    worker : a function of a module (processes are started fresh and find it by its name)
    tasks : small things that can be sent to another process
    lost : answers for a task whose process died (a crash in a parser, no memory left); runs in this process
    jobs : processes; None means the cores that this process may use. One task, or one job, is worked off here
    """
    count = min(jobs or available_cores(), len(tasks))
    if count <= 1:
        yield from map(worker, tasks)
        return
    yield from _from_pools(Crew(worker, lost, count), tasks)


def available_cores() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _from_pools(crew: Crew[T, R], tasks: Sequence[T]) -> Iterator[R]:
    """A pool breaks as a whole: the tasks that ran then are asked again one by one, the later ones in a new pool."""
    owed = list(tasks)
    while owed:
        with _pool(crew.jobs) as pool:
            futures = _submitted(pool, crew, owed)
            for future in futures:
                try:
                    yield future.result()
                except BrokenProcessPool:
                    break
                owed = owed[1:]
            rest = futures[len(futures) - len(owed) :]
        suspects = 0
        for future in rest:
            if suspects == crew.jobs:
                break
            if future.exception() is None:
                yield future.result()
            else:
                suspects += 1
                yield _alone(crew, owed[0])
            owed = owed[1:]


def _submitted(pool: ProcessPoolExecutor, crew: Crew[T, R], tasks: Sequence[T]) -> list[Future[R]]:
    """Tasks start in their order, so those that ran when a process died are the first without an answer."""
    with _one_thread_a_process():
        return [pool.submit(crew.worker, task) for task in tasks]


def _alone(crew: Crew[T, R], task: T) -> R:
    with _pool(1) as pool:
        (future,) = _submitted(pool, crew, [task])
        try:
            return future.result()
        except BrokenProcessPool:
            return crew.lost(task)


def _pool(jobs: int) -> ProcessPoolExecutor:
    # «spawn» exists on every system and copies no lock of a threaded parent
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def _one_thread_a_process() -> Iterator[None]:
    """Workers inherit these variables when they start: as many threads as processes, not their square."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
