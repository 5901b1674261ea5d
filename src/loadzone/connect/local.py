"""Intake on this machine: server, streams and listener in the only order in which nothing can be lost.

The listener acknowledges from its first moment, and its stream keeps only what a consumer has asked for. So no device
is known to the server before our consumer is there: its users come last.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client

from loadzone.connect.intake.connection import connect
from loadzone.connect.intake.listener import ListenerDoor, prepare_listener
from loadzone.connect.intake.publishing import JetStreamIntake, Keep
from loadzone.connect.intake.streams import Streams, StreamSettings
from loadzone.connect.nats_server.configuration import LOOPBACK, DeviceUser, Settings
from loadzone.connect.nats_server.process import NatsServer


@dataclass(frozen=True)
class Local:
    """What `local_intake` opened; ``door`` waits to be run."""

    server: NatsServer
    client: Client
    streams: Streams
    intake: JetStreamIntake
    door: ListenerDoor


@asynccontextmanager
async def local_intake(
    settings: Settings,
    users: Iterable[DeviceUser] = (),
    stream_settings: StreamSettings | None = None,
    keep: Keep | None = None,
    *,
    takes_qos0: bool = True,
) -> AsyncIterator[Local]:
    """Start the packaged server and open intake on it; leaving the block stops the server.

    Parameters
    ----------
    users : devices; change them later with ``server.allow``
    keep : stores bodies that are too large for a message

    Raises
    ------
    Unreachable : the server is not installed, does not get ready, or its listener is not there
    BadInput : users that cannot be, or another number of shards than before
    """
    async with NatsServer(settings) as server:
        client = await connect(server.url, password=server.credentials.password)
        try:
            streams = await Streams(client, stream_settings).ensure()
            host = LOOPBACK if settings.mqtt_host in {"0.0.0.0", "::"} else settings.mqtt_host  # noqa: S104  not bound here
            await prepare_listener(
                streams, host, server.mqtt_port, "loadzone", server.credentials.password, settings.certificate
            )
            await server.allow(users)
            intake = JetStreamIntake(streams, keep)
            yield Local(server, client, streams, intake, ListenerDoor(streams, intake, takes_qos0=takes_qos0))
        finally:
            await client.close()
