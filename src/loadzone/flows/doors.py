"""The doors over HTTP of a platform that is up: files go to its intake, its events to whoever listens."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

from loadzone.connect.intake.events import Listener
from loadzone.flows.arrive import arrive
from loadzone.flows.broker import Broker
from loadzone.flows.platform import Arrived, Arriving, Platform

PART_BYTES = 1 << 20
LONGEST_S = 120.0
"""Within which a file that has come is safe in intake, or its sender is told to try again."""


def joined(platform: Platform, broker: Broker) -> Platform:
    """The platform whose uploads end in the intake of ``broker``; made within the loop that the broker lives in."""
    loop = asyncio.get_running_loop()

    def take(arriving: Arriving) -> Arrived:
        handing = asyncio.run_coroutine_threadsafe(_hand_over(platform, broker, arriving), loop)
        return handing.result(LONGEST_S)

    def gauges() -> Mapping[str, float]:
        found = {"loadzone_intake_connected": float(broker.client.is_connected)}
        if broker.door is not None:
            found["loadzone_mqtt_handed_over_total"] = float(broker.door.handed_over)
            found["loadzone_mqtt_refused_total"] = float(broker.door.put_aside)
        return found

    return replace(platform, arrive=take, gauges=gauges, mqtt_listen=broker.mqtt)


async def hear(platform: Platform, broker: Broker) -> None:
    """Pass on what workers tell, until cancelled."""
    async with Listener(broker.client) as news:
        async for address, event in news:
            kind = str(event.get("event", "news"))
            platform.live.tell(address.organisation, address.position, kind, platform.clock(), event)


async def _hand_over(platform: Platform, broker: Broker, arriving: Arriving) -> Arrived:
    receipt = await arrive(
        platform,
        broker.intake,
        arriving.organisation,
        arriving.position,
        "file",
        _parts(arriving.path),
        door=arriving.door,
        key=arriving.id,
        name=arriving.name,
    )
    return Arrived(receipt.id, is_known=receipt.is_duplicate)


async def _parts(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while part := await asyncio.to_thread(file.read, PART_BYTES):
            yield part
