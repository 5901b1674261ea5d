"""Many tasks over a Dask cluster: answers in order, and a task that kills its workers stops no other.

The same call as `loadzone.flows.pool.in_order`. Tasks are small (identifiers), write nothing and return little: what a
worker that dies has held is computed again by another one.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
    with _client(address, jobs) as client:
        yield from _answers(client, worker, tasks, lost, address)


def _answers(
    client: "Client", worker: Callable[[T], R], tasks: Sequence[T], lost: Callable[[T], R], address: str
) -> Iterator[R]:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    futures = [client.submit(worker, task, pure=False) for task in tasks]
    futures.reverse()  # the next one is taken from the end and forgotten by the cluster
    for task in tasks:
        future = futures.pop()
        try:
            yield _result(future, client)
        except KilledWorker:
            yield lost(task)
        except (CancelledError, CommClosedError, TimeoutError) as error:
            raise _gone(address, error) from error


def _result(future: "Future[R]", client: "Client") -> R:
    """The answer, however long it takes; but a cluster that has had no worker for a while will never give one.

    Raises
    ------
    TimeoutError : no worker is left
    """
    bare_since: float | None = None
    while not future.done():
        try:
            return future.result(LOOK_S)
        except TimeoutError:
            if future.done():
                break
        if client.scheduler_info()["workers"]:
            bare_since = None
        else:
            bare_since = bare_since or time.monotonic()
            if time.monotonic() - bare_since > PATIENCE_S:
                raise TimeoutError("no worker is left") from None
    return future.result()


@contextmanager
def _client(address: str, jobs: int | None) -> Iterator["Client"]:
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
            yield stack.enter_context(Client(where))
            return
        try:
            client = Client(address, timeout=CONNECT_S)
        except (OSError, TimeoutError) as error:
            raise _gone(address, error) from error
        yield stack.enter_context(client)


def _gone(address: str, error: BaseException) -> Unreachable:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return Unreachable(
        text(
            "no cluster answers at {address} ({reason}): start its scheduler and workers, or leave --cluster away",
            address=address,
            reason=reason,
        )
    )
