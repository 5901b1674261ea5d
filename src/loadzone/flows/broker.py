"""The broker before the store: the packaged server of a platform, or one that runs elsewhere, and its streams."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from nats.aio.client import Client

from loadzone.connect.intake import JetStreamIntake, Streams, StreamSettings, connect
from loadzone.connect.intake.listener import ListenerDoor
from loadzone.connect.intake.publishing import Keep
from loadzone.connect.local import local_intake
from loadzone.connect.nats_server import Credentials, DeviceUser, NatsServer, Settings
from loadzone.flows.platform import Platform
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import text

PASSWORD = "LOADZONE_NATS_PASSWORD"  # noqa: S105  the name of a variable
USER = "LOADZONE_NATS_USER"
COPIES = 3
"""Of each message, where the servers that run elsewhere are a cluster."""


@dataclass(frozen=True, eq=False)
class Broker:
    """The intake of a platform: connection, streams, intake, and where they are ours the server and its MQTT door."""

    client: Client
    streams: Streams
    intake: JetStreamIntake
    url: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    server: NatsServer | None = None
    door: ListenerDoor | None = None

    @property
    def mqtt(self) -> str | None:
        """HOST:PORT of the MQTT listener, where it is ours."""
        return None if self.server is None else f"{self.server.settings.mqtt_host}:{self.server.mqtt_port}"


@asynccontextmanager
async def opened_broker(
    platform: Platform, users: Iterable[DeviceUser] = (), *, name: str = "loadzone"
) -> AsyncIterator[Broker]:
    """Start the packaged server, or connect to the one that the platform names, and make its streams.

    Raises
    ------
    Unreachable : the server does not start, or does not let us in
    MissingInput : no password for a server that runs elsewhere
    """
    keep, told = _keeping(platform), StreamSettings(shards=platform.shards)
    if platform.nats_url is None:
        host, port = host_and_port(platform.mqtt_listen or "127.0.0.1:0")
        server = Settings(platform.folder / "nats", mqtt_host=host, mqtt_port=port, is_durable=platform.is_durable)
        async with local_intake(server, users, told, keep) as here:
            password = here.server.credentials.password
            yield Broker(
                here.client, here.streams, here.intake, here.server.url, "loadzone", password, here.server, here.door
            )
        return
    url, user, password = credentials_for(platform.nats_url, platform.folder)
    tls = ssl.create_default_context() if url.startswith("tls:") else None
    client = await connect(url, user, password, name=name, tls=tls)
    try:
        streams = await Streams(client, replace(told, replicas=COPIES)).ensure()
        yield Broker(client, streams, JetStreamIntake(streams, keep), url, user, password)
    finally:
        await client.close()


def _keeping(platform: Platform) -> Keep:
    async def keep(body: bytes) -> str:
        return await asyncio.to_thread(platform.bodies.put, body)

    return keep


def credentials_for(nats_url: str, data: Path) -> tuple[str, str, str]:
    """Address without user and password, user, and password: from the address, the environment, or ``data``.

    Raises
    ------
    BadInput : not such an address
    MissingInput : no password anywhere
    """
    parts = [urlsplit(each) for each in nats_url.split(",")]
    if not all(each.scheme in {"nats", "tls"} and each.hostname for each in parts):
        raise BadInput(text("{url} is no address of NATS: give nats://HOST:PORT", url=_hidden(nats_url)))
    plain = ",".join(urlunsplit((p.scheme, p.netloc.rpartition("@")[2], "", "", "")) for p in parts)
    user = unquote(parts[0].username or os.environ.get(USER, "loadzone"))
    if parts[0].password:
        return plain, user, unquote(parts[0].password)
    if PASSWORD in os.environ:
        return plain, user, os.environ[PASSWORD]
    if (data / "nats" / "credentials.json").is_file():
        return plain, user, Credentials.of(data / "nats").password
    raise MissingInput(text("NATS at {url} wants a password: set {variable}", url=plain, variable=PASSWORD))


def local_url(folder: Path) -> str:
    """Address of the packaged server that runs in a data folder.

    Raises
    ------
    MissingInput : none was ever started there
    """
    try:
        told = json.loads((folder / "nats" / "server.json").read_text(encoding="utf-8"))
        return f"nats://{told['host']}:{told['port']}"
    except (OSError, ValueError, KeyError) as error:
        raise MissingInput(
            text("no server runs in {folder}: start loadzone up there, or name one with --nats", folder=str(folder))
        ) from error


def host_and_port(address: str) -> tuple[str, int]:
    """Host and port of an address that is listened on; loopback where only a port is given.

    >>> host_and_port("0.0.0.0:1883"), host_and_port("1883")
    (('0.0.0.0', 1883), ('127.0.0.1', 1883))

    Raises
    ------
    BadInput : not such an address
    """
    host, _, port = address.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise BadInput(text("{address} is no address to listen on: give HOST:PORT or PORT", address=address))
    return host.strip("[]") or "127.0.0.1", int(port)


def _hidden(url: str) -> str:
    return url.rpartition("@")[2]
