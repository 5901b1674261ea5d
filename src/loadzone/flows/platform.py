"""The platform: where everything is kept, opened together, and the intake before it, started or connected to."""

import os
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from nats.aio.client import Client

    from loadzone.connect.intake import JetStreamIntake, Streams
    from loadzone.connect.intake.publishing import Keep
    from loadzone.connect.nats_server import DeviceUser, NatsServer
    from loadzone.flows.bodies import Bodies
    from loadzone.store.catalog import Catalog
    from loadzone.store.lake import Lake
    from loadzone.store.waveforms import Waveforms

PASSWORD = "LOADZONE_NATS_PASSWORD"  # noqa: S105  the name of a variable
DEFAULT_DATA = Path("loadzone-data")
SHARDS = 8


@dataclass(frozen=True, eq=False)
class Platform:
    """What is kept, in a folder unless an address said otherwise; the ledger is part of the catalog's database.

    ``nats_url`` is None where the packaged server runs in ``data``; ``mqtt_listen`` is HOST:PORT of its listener;
    ``is_durable``: every write reaches the disk before it is acknowledged.
    """

    data: Path
    catalog: "Catalog"
    lake: "Lake"
    waveforms: "Waveforms"
    bodies: "Bodies"
    database_url: str
    lake_url: str
    nats_url: str | None = None
    mqtt_listen: str | None = None
    is_durable: bool = False
    shards: int = SHARDS

    def close(self) -> None:
        """Let go of the database."""
        self.catalog.close()


def open_platform(
    data: str | os.PathLike[str],
    database_url: str | None = None,
    lake_url: str | None = None,
    *,
    nats_url: str | None = None,
    mqtt_listen: str | None = None,
    durable: bool = False,
    shards: int = SHARDS,
) -> Platform:
    """Open catalog, ledger, lake and waveforms; what is not there yet is made.

    Parameters
    ----------
    data : folder of everything that has no address of its own
    database_url : ``sqlite:///FILE`` or ``postgresql://...``; a file in ``data`` by default
    lake_url : folder or ``s3://BUCKET/NAME`` of lake, waveforms and large bodies; ``data`` by default
    nats_url : a NATS server or cluster that runs elsewhere
    mqtt_listen : HOST:PORT of the packaged server's MQTT listener; loopback and a free port by default
    durable : bring every write to the disk before it is acknowledged
    shards : how many streams of arrivals; fixed with the first start

    Raises
    ------
    BadInput : an address that is none
    StoreUnavailable : the database or the storage does not answer
    """
    from loadzone.flows.bodies import Bodies
    from loadzone.store.catalog import Catalog
    from loadzone.store.lake import Lake
    from loadzone.store.place import Place
    from loadzone.store.waveforms import Waveforms

    folder = Path(data).absolute()
    if mqtt_listen is not None:
        host_and_port(mqtt_listen)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            text("{folder} cannot be used ({reason}): name another folder", folder=str(folder), reason=error.strerror)
        ) from error
    database = database_url or f"sqlite:///{folder / 'catalog.sqlite'}"
    place = Place(lake_url or str(folder))
    return Platform(
        data=folder,
        catalog=Catalog.open(database),
        lake=Lake(place.under("lake")),
        waveforms=Waveforms(place.under("waveforms")),
        bodies=Bodies(place.under("bodies"), is_durable=durable),
        database_url=database,
        lake_url=place.url,
        nats_url=nats_url,
        mqtt_listen=mqtt_listen,
        is_durable=durable,
        shards=shards,
    )


@dataclass(frozen=True, eq=False)
class Broker:
    """The intake of a platform: connection, streams, the door to them, and the server where it is ours."""

    client: "Client"
    streams: "Streams"
    intake: "JetStreamIntake"
    url: str
    server: "NatsServer | None" = None


@asynccontextmanager
async def opened_broker(
    platform: Platform, users: "Iterable[DeviceUser]" = (), *, name: str = "loadzone"
) -> "AsyncIterator[Broker]":
    """Start the packaged server, or connect to the one that the platform names, and make its streams.

    Raises
    ------
    Unreachable : the server does not start, or does not let us in
    MissingInput : no password for a server that runs elsewhere
    """
    from loadzone.connect.intake import JetStreamIntake, Streams, StreamSettings, connect
    from loadzone.connect.nats_server import NatsServer, Settings

    async with AsyncExitStack() as stack:
        server = None
        if platform.nats_url is None:
            host, port = host_and_port(platform.mqtt_listen or "127.0.0.1:0")
            told = Settings(platform.data / "nats", mqtt_host=host, mqtt_port=port, is_durable=platform.is_durable)
            server = await stack.enter_async_context(NatsServer(told, users))
            url, user, password = server.url, "loadzone", server.credentials.password
        else:
            url, user, password = credentials_for(platform.nats_url, platform.data)
        tls = ssl.create_default_context() if url.startswith("tls:") else None
        client = await connect(url, user, password, name=name, tls=tls)
        stack.push_async_callback(client.close)
        streams = await Streams(client, StreamSettings(shards=platform.shards)).ensure()
        yield Broker(client, streams, JetStreamIntake(streams, _keeping(platform)), url, server)


def _keeping(platform: Platform) -> "Keep":
    import asyncio

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
    from loadzone.connect.nats_server import Credentials

    parts = [urlsplit(each) for each in nats_url.split(",")]
    if not all(each.scheme in {"nats", "tls"} and each.hostname for each in parts):
        raise BadInput(text("{url} is no address of NATS: give nats://HOST:PORT", url=_hidden(nats_url)))
    plain = ",".join(urlunsplit((p.scheme, p.netloc.rpartition("@")[2], "", "", "")) for p in parts)
    user = unquote(parts[0].username or "loadzone")
    if parts[0].password:
        return plain, user, unquote(parts[0].password)
    if PASSWORD in os.environ:
        return plain, user, os.environ[PASSWORD]
    if (data / "nats" / "credentials.json").is_file():
        return plain, user, Credentials.of(data / "nats").password
    raise MissingInput(text("NATS at {url} wants a password: set {variable}", url=plain, variable=PASSWORD))


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
