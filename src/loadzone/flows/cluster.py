"""Many tasks over a Dask cluster: answers in order, and a task that kills its workers stops no other.

The same call as `loadzone.flows.pool.in_order`. Tasks are small (identifiers), write nothing and return little: what a
worker that dies has held is computed again by another one. A scheduler suspects all that a dead worker held, so a task
is tried once more, after its neighbours, before it is called lost.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from loadzone.flows.pool import available_cores
from loadzone.words.errors import BadInput, MissingInput, Unreachable
from loadzone.words.texts import text

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
"""A cluster of this machine's own, for as long as the call lasts."""
SCHEMES = ("tcp://", "tls://", "ucx://", "ws://", "wss://")
CONNECT_S = 10.0
LOOK_S = 5.0
PATIENCE_S = 60.0
"""A worker that died is started again within this, or it does not come back."""
HOST = "127.0.0.1"
"""What a local cluster listens on: it takes work from whoever reaches it."""

T = TypeVar("T")
R = TypeVar("R")


def in_cluster(
    worker: Callable[[T], R], tasks: Sequence[T], lost: Callable[[T], R], address: str, jobs: int | None = None
) -> Iterator[R]:
    """Answers of ``worker`` to all tasks, in their order.

    Parameters
    ----------
    worker : a function of a module that the cluster's machines have installed in this version
    tasks : small things that can be sent to another process
    lost : answers for a task that killed each worker that tried it; runs in this process
    address : of the scheduler, as tcp://HOST:8786; or «local»
    jobs : processes of a local cluster; None means the cores that this process may use

    Raises
    ------
    MissingInput : the package distributed is not installed
    BadInput : no such address
    Unreachable : no scheduler answers there, or it goes away
    """
    if address != LOCAL and not address.startswith(SCHEMES):
        raise BadInput(text("{address} is no address of a cluster: give tcp://HOST:PORT or local", address=address))
    with _client(address, jobs) as (client, revive):
        yield from _answers(_Cluster(client, revive, address), worker, tasks, lost)


@dataclass(frozen=True, slots=True)
class _Cluster:
    client: "Client"
    revive: Callable[[], object]
    """Starts workers where none is left; does nothing in a cluster of others."""
    address: str

    def answer(self, future: "Future[R]") -> R:
        """The answer, however long it takes; but a cluster that has had no worker for a while will never give one.

        Raises
        ------
        KilledWorker : each worker that held the task has died
        Unreachable : the scheduler is gone, or no worker is left
        """
        from concurrent.futures import CancelledError

        from distributed.comm.core import CommClosedError

        try:
            self._wait(future)
            return future.result()
        except (CancelledError, CommClosedError, TimeoutError) as error:
            raise _gone(self.address, error) from error

    def _wait(self, future: "Future[R]") -> None:
        bare_since: float | None = None
        while not future.done():
            try:
                future.result(LOOK_S)
            except TimeoutError:
                if future.done():
                    break
            if self.client.scheduler_info()["workers"]:
                bare_since = None
                continue
            self.revive()
            bare_since = bare_since or time.monotonic()
            if time.monotonic() - bare_since > PATIENCE_S:
                raise TimeoutError("no worker is left") from None


def _answers(cluster: _Cluster, worker: Callable[[T], R], tasks: Sequence[T], lost: Callable[[T], R]) -> Iterator[R]:
    from distributed import KilledWorker

    futures = [cluster.client.submit(worker, task, pure=False) for task in tasks]
    futures.reverse()  # the next one is taken from the end and forgotten by the cluster
    for task in tasks:
        try:
            yield cluster.answer(futures.pop())
        except KilledWorker:
            yield _tried_again(cluster, worker, task, lost)


def _tried_again(cluster: _Cluster, worker: Callable[[T], R], task: T, lost: Callable[[T], R]) -> R:
    from distributed import KilledWorker

    try:
        return cluster.answer(cluster.client.submit(worker, task, pure=False))
    except KilledWorker:
        return lost(task)


@contextmanager
def _client(address: str, jobs: int | None) -> Iterator[tuple["Client", Callable[[], object]]]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MissingInput(
            text("a cluster needs the package distributed: install loadzone[cluster], or leave --cluster away")
        ) from error
    with ExitStack() as stack:
        if address == LOCAL:
            count = jobs or available_cores()
            where = stack.enter_context(
                LocalCluster(host=HOST, n_workers=count, threads_per_worker=1, dashboard_address=f"{HOST}:0")
            )
            yield stack.enter_context(Client(where)), lambda: where.scale(count)
            return
        try:
            client = Client(address, timeout=CONNECT_S)
        except (OSError, TimeoutError) as error:
            raise _gone(address, error) from error
        yield stack.enter_context(client), lambda: None


def _gone(address: str, error: BaseException) -> Unreachable:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return Unreachable(
        text(
            "no cluster answers at {address} ({reason}): start its scheduler and workers, or leave --cluster away",
            address=address,
            reason=reason,
        )
    )
