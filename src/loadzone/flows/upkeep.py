"""Upkeep of what is kept: fresh files of the lake into months, old files away, large bodies that were read long ago."""

import asyncio
import logging
import time

from loadzone.flows.child import told_to_end
from loadzone.flows.platform import Platform
from loadzone.words.errors import LoadzoneError

LOG = logging.getLogger(__name__)
LOOK_S = 0.5
CLEAN_S = 900.0
CLOSED_AFTER_US = 3 * 86_400_000_000
"""A month that ended so long ago gets no more rows in their order."""
BODIES_KEPT_S = 14 * 86_400.0


async def keep_up(platform: Platform) -> None:
    """Until cancelled; what the storage refuses now is tried again at the next look."""
    cleaned = time.monotonic()
    while True:
        try:
            closed_us = time.time_ns() // 1000 - CLOSED_AFTER_US
            await asyncio.to_thread(platform.lake.compact, closed_us=closed_us)
            if time.monotonic() - cleaned > CLEAN_S:
                cleaned = time.monotonic()
                await asyncio.to_thread(platform.lake.vacuum)
                await asyncio.to_thread(platform.bodies.sweep, older_than_s=BODIES_KEPT_S)
        except LoadzoneError as error:
            LOG.warning("upkeep: %s", error)
        await asyncio.sleep(LOOK_S)


async def keep_up_until_told(platform: Platform) -> None:
    """The same until SIGTERM or SIGINT; an exchange of files in hand is done first."""
    ending = asyncio.Event()
    with told_to_end(ending.set):
        task = asyncio.create_task(keep_up(platform))
        waiting = asyncio.create_task(ending.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        for each in (task, waiting):
            each.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)
