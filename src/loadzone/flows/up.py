"""The platform on one machine: broker and MQTT hand-over here, worker and upkeep in processes of their own."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadzone.flows.broker import PASSWORD, USER, Broker, opened_broker
from loadzone.flows.child import Child, told_to_end
from loadzone.flows.devices import follow_devices
from loadzone.flows.inbox import watch_inbox
from loadzone.flows.platform import Platform

if TYPE_CHECKING:
    from loadzone.flows.configuration import Configuration

LOG = logging.getLogger(__name__)
PATIENCE_S = 10.0
"""What a part has to end after it was told."""
DATABASE, LAKE = "LOADZONE_DATABASE", "LOADZONE_LAKE"

Serve = Callable[[Platform, Broker], Coroutine[Any, Any, None]]
"""Answers HTTP until it is cancelled."""


@dataclass(frozen=True)
class Where:
    """Addresses of a platform that is up; None where something runs elsewhere or not at all."""

    folder: str
    nats: str
    mqtt: str | None
    http: str | None = None


async def up(
    platform: Platform,
    *,
    database_url: str | None = None,
    lake_url: str | None = None,
    serve: Serve | None = None,
    ready: Callable[[Where], None] | None = None,
    stop: asyncio.Event | None = None,
    workers: int = 1,
    inbox: Path | None = None,
    configuration: "Configuration | None" = None,
) -> None:
    """Run the platform until ``stop`` is set, or SIGTERM or SIGINT comes; then end everything in order.

    Parameters
    ----------
    platform : opened; what it keeps is shared with the processes that are started
    database_url, lake_url : as `open_platform` was told, for those processes
    serve : what answers HTTP
    ready : is told the addresses when everything runs
    workers : processes that handle arrivals
    inbox : a folder whose files are taken in
    configuration : its connectors are run

    Raises
    ------
    Unreachable : the broker does not start, or does not let us in
    BadInput : a connector that cannot be
    """
    ending = stop or asyncio.Event()
    with told_to_end(ending.set):
        async with AsyncExitStack() as stack:
            broker = await stack.enter_async_context(opened_broker(platform, name="loadzone-up"))
            tasks: list[Coroutine[Any, Any, None]] = [broker.streams.trim_for_ever()]
            if broker.server is not None and broker.door is not None:
                tasks += [broker.door.run(), follow_devices(broker.server, platform.folder / "devices.json")]
            if configuration is not None:
                from loadzone.flows.connectors.opened import opened

                connectors = opened(configuration.connectors, configuration.folder, platform, broker.intake)
                platform = replace(platform, connectors=connectors)
                tasks += [each.run() for each in connectors]
            told = _arguments(platform, broker)
            secrets = _secrets(broker, database_url, lake_url)
            for number in range(workers):
                await stack.enter_async_context(Child(f"worker {number + 1}", ["worker", *told], secrets))
            await stack.enter_async_context(Child("upkeep", ["worker", "--only", "upkeep", *told], secrets))
            if inbox is not None:
                tasks.append(watch_inbox(platform, broker.intake, inbox))
            if serve is not None:
                tasks.append(serve(platform, broker))
            running = [asyncio.create_task(each) for each in tasks]
            stack.push_async_callback(_end, running)
            if ready is not None:
                ready(Where(str(platform.folder), broker.url, broker.mqtt))
            await _until(ending, running)


def _arguments(platform: Platform, broker: Broker) -> list[str]:
    told = ["--data", str(platform.folder), "--nats", broker.url, "--shards", str(platform.shards)]
    return [*told, "--durable"] if platform.is_durable else told


def _secrets(broker: Broker, database_url: str | None, lake_url: str | None) -> dict[str, str]:
    """Addresses may hold passwords: they travel in the environment."""
    found = {name: value for name, value in ((DATABASE, database_url), (LAKE, lake_url)) if value}
    return found | {PASSWORD: broker.password, USER: broker.user}


async def _until(ending: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for the end; a part that fails ends the whole, which whoever started it starts again."""
    waiting = asyncio.create_task(ending.wait())
    await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for task in running:
        if task.done() and not task.cancelled() and task.exception():
            await task


async def _end(running: list[asyncio.Task[None]]) -> None:
    """Cancel all and wait; a library may swallow the sign once, so whoever goes on is told again."""
    while left := [task for task in running if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=PATIENCE_S)
    await asyncio.gather(*running, return_exceptions=True)
