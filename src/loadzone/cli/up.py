"""``loadzone up``: the platform on this machine, in the foreground, until it is told to end."""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import desk, options
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.people import Invitation
    from loadzone.flows.up import Where
    from loadzone.words.texts import Text

FIRST, ADMINISTRATOR = "home", "admin"
"""Organisation and login of the first start."""


def _use(context: typer.Context, file: Path | None) -> Path | None:
    """Take what the file says where the command line says nothing."""
    if file is not None:
        from loadzone.flows.configuration import configuration

        context.obj = configuration(file)
        context.default_map = dict(context.obj.options)
    return file


def up(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            is_eager=True,
            callback=_use,
            help="loadzone.toml: these options by their names, and connectors to customers' systems.",
        ),
    ] = None,
    data: options.Data = options.DATA,
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="P", help="Port of HTTP, on loopback.")] = 8765,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    nats: options.Nats = None,
    mqtt_listen: Annotated[
        str | None,
        typer.Option(metavar="ADDR", help="HOST:PORT where devices connect by MQTT; loopback by default."),
    ] = None,
    durable: options.Durable = False,
    shards: options.Shards = 8,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Processes that handle arrivals.")] = 1,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Take in what is written into DIR/ORGANISATION/POSITION/."),
    ] = None,
    lang: options.Language = "en",
) -> None:
    """Run the platform: broker with MQTT, workers, store and HTTP, until Ctrl-C or SIGTERM.

    Everything is kept in DIR unless an address says otherwise. Devices that may connect stand in DIR/devices.json, a
    list of name, password and positions, which is read again whenever it changes. What the command line says counts
    before what FILE says.
    """
    del config
    from loadzone.flows.broker import host_and_port
    from loadzone.flows.people import first_start
    from loadzone.flows.platform import now_us, open_platform
    from loadzone.flows.up import up as run
    from loadzone.web.serve import serving

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    if mqtt_listen is not None:
        host_and_port(mqtt_listen)
    if folder is not None and not folder.is_dir():
        raise BadInput(text("{folder}: there is no such folder: make it first", folder=str(folder)))
    serve = serving(port)
    platform = open_platform(
        data, database, lake, nats_url=nats, mqtt_listen=mqtt_listen, durable=durable, shards=shards
    )

    def ready(where: "Where") -> None:
        _tell(where, port, lang)
        first = first_start(platform.catalog, organisation=FIRST, login=ADMINISTRATOR, at_us=now_us())
        if first is not None:
            typer.echo(_invitation(first, port).render(lang))

    try:
        asyncio.run(
            run(
                platform,
                database_url=database,
                lake_url=lake,
                serve=serve,
                ready=ready,
                workers=workers,
                inbox=folder,
                configuration=context.obj,
            )
        )
    finally:
        platform.close()


def _tell(where: "Where", port: int, lang: str) -> None:
    typer.echo(text("loadzone is up; everything is kept in {folder}", folder=where.folder).render(lang))
    typer.echo(f"HTTP  http://127.0.0.1:{port}")
    if where.mqtt is not None:
        typer.echo(f"MQTT  {where.mqtt}")
    typer.echo(f"NATS  {where.nats}")


def _invitation(first: "Invitation", port: int) -> "Text":
    """How the first administrator sets a password: there is no default one."""
    return text(
        "Nobody can sign in yet. {login} of {organisation} sets a password once, until {until}: open "
        "http://127.0.0.1:{port}/welcome#{secret}",
        login=first.member.user.login,
        organisation=first.member.user.organisation,
        until=desk.moment(first.ends_us),
        port=port,
        secret=first.secret,
    )
