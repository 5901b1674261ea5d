"""Upkeep of what is kept: fresh files of the lake into months, old files away; and people are told what is new."""

import asyncio
import logging
import time

from loadzone.flows.child import told_to_end
from loadzone.flows.platform import Platform
from loadzone.flows.tell.teller import Teller
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
    """The same, and telling people, until SIGTERM or SIGINT; an exchange of files in hand is done first.

    Telling is done here and not where HTTP is answered: it needs no broker, a channel of others that goes wrong ends
    no door, and a process that dies is started again.
    """
    ending = asyncio.Event()
    with told_to_end(ending.set):
        parts = [asyncio.create_task(each) for each in (keep_up(platform), Teller(platform).run())]
        waiting = asyncio.create_task(ending.wait())
        await asyncio.wait([*parts, waiting], return_when=asyncio.FIRST_COMPLETED)
        for each in (*parts, waiting):
            each.cancel()
        for ended in await asyncio.gather(*parts, waiting, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
