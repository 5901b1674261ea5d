"""``loadzone worker``: handles arrivals of its share of the shards until it is told to end."""

import asyncio
import logging
from typing import Annotated, Literal

import typer

from loadzone.cli import options

Only = Literal["watch", "upkeep"]


def worker(
    nats: options.Nats = None,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    data: options.Data = options.DATA,
    shards: options.Shards = 8,
    durable: options.Durable = False,
    only: Annotated[Only, typer.Option(help="Handle arrivals, or keep the lake in order and tell people.")] = "watch",
    name: Annotated[str | None, typer.Option(metavar="NAME", help="How it is called in leases and log.")] = None,
    lang: options.Language = "en",
) -> None:
    """Handle arrivals: its fair share of the shards, one worker or several, on one machine or on many.

    Without --nats it joins the platform that «loadzone up» runs in DIR. It ends on SIGTERM when what it has in hand is
    kept.
    """
    del lang
    from loadzone.flows.broker import local_url
    from loadzone.flows.platform import open_platform
    from loadzone.flows.upkeep import keep_up_until_told
    from loadzone.flows.worker import watch_until_told

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    here = data.absolute()
    url = None if only == "upkeep" else nats or local_url(here)
    platform = open_platform(here, database, lake, durable=durable, shards=shards, nats_url=url)
    try:
        asyncio.run(keep_up_until_told(platform) if only == "upkeep" else watch_until_told(platform, name))
    finally:
        platform.close()
