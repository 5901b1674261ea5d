"""A connection to NATS that says what happens to it in our log, and not in tracebacks on the terminal."""

import asyncio
import logging
import ssl

from nats.aio.client import Client
from nats.errors import AuthorizationError

from loadzone.words.errors import Unreachable
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
FIRST_ANSWER_S = 5.0
_PENDING_BYTES = 32 * 1024 * 1024


def heed_cancelling() -> None:
    """Let a task that was cancelled end: publishing by nats-py swallows the sign while it flushes, so loops ask for it.

    Raises
    ------
    CancelledError : the task was cancelled
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def connect(
    url: str, user: str = "loadzone", password: str = "", *, name: str = "loadzone", tls: ssl.SSLContext | None = None
) -> Client:
    """Connect, and stay connected: after a cut it tries again five times a second, for ever.

    Parameters
    ----------
    url : ``nats://host:port``, several separated by commas
    tls : for ``tls://`` and servers that ask for it

    Raises
    ------
    Unreachable : no answer within 5 s, or the user is refused
    """
    servers = url.split(",")
    refused = asyncio.get_running_loop().create_future()
    failures: list[Exception] = []

    async def note(error: Exception) -> None:
        LOG.warning("%s: %s", name, str(error) or type(error).__name__)
        failures.append(error)
        is_last = len(failures) >= len(servers)  # of a cluster some may be away
        if not refused.done() and (is_last or isinstance(error, AuthorizationError)):
            refused.set_result(error)

    async def cut() -> None:
        if not client.is_closed:
            LOG.warning("%s: cut off from %s", name, url)

    async def back() -> None:
        LOG.info("%s: connected again to %s", name, url)

    client = Client()
    trying = asyncio.ensure_future(
        client.connect(
            servers=servers,
            user=user,
            password=password,
            name=name,
            tls=tls,
            error_cb=note,
            disconnected_cb=cut,
            reconnected_cb=back,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # it goes to asyncio.sleep
            max_reconnect_attempts=-1,
            ping_interval=5,
            max_outstanding_pings=2,
            pending_size=_PENDING_BYTES,
        )
    )
    await asyncio.wait((trying, refused), timeout=FIRST_ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
    if trying.done() and not trying.exception():
        return client
    trying.cancel()
    (outcome,) = await asyncio.gather(trying, return_exceptions=True)
    await client.close()
    cause = refused.result() if refused.done() else outcome
    raise Unreachable(
        text(
            "NATS at {url} does not let {user} in ({reason}): check address, user and password",
            url=url,
            user=user,
            reason=str(cause) or "no answer",
        )
    )
