"""The server in front of the application, as a part of a platform that is up."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import Iterator

import uvicorn

from loadzone.flows.broker import Broker
from loadzone.flows.doors import hear, joined
from loadzone.flows.platform import Platform
from loadzone.flows.up import Serve
from loadzone.web.app import create_app
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

MOST_MESSAGE_BYTES = 64 * 1024
"""That a browser may send over the connection of live events."""
PATIENCE_S = 5


def serving(port: int, host: str = "127.0.0.1") -> Serve:
    """Take ``port`` now, and answer there once the platform runs.

    Raises
    ------
    BadInput : the port is taken
    """
    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise BadInput(
            text("port {port}: {reason}; choose another with --port", port=port, reason=error.strerror or str(error))
        ) from error

    async def serve(platform: Platform, broker: Broker) -> None:
        here = joined(platform, broker)
        settings = uvicorn.Config(
            create_app(here),
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=MOST_MESSAGE_BYTES,
            timeout_graceful_shutdown=PATIENCE_S,
        )
        server = _Part(settings)
        gc.collect()
        gc.freeze()  # what stays is not looked through again with every page: a quarter of the time of a large fleet
        running = asyncio.create_task(server.serve(sockets=[listening]))
        hearing = asyncio.create_task(hear(here, broker))
        try:
            await asyncio.wait({running, hearing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.should_exit = True
            hearing.cancel()
            await asyncio.gather(running, hearing, return_exceptions=True)
            gc.unfreeze()

    return serve


class _Part(uvicorn.Server):
    """A server that leaves signals to whoever runs the platform."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
