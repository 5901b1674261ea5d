"""Telling: what channels do not know yet goes to the outbox, and from there by each channel until it arrived.

The order makes it safe to be killed anywhere: a letter is in the outbox before the catalog notes that the channel
knows; who dies between the two writes the same letter again, which the outbox recognises by its key.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from loadzone.connect.notify import Notice, Notifier, Outbox, Pace
from loadzone.flows.platform import Platform
from loadzone.flows.tell.seal import unseal
from loadzone.flows.tell.settings import TellSettings, tell_settings
from loadzone.flows.tell.things import News, is_there, news, open_things, places
from loadzone.flows.tell.ways import Kind, Way, sender
from loadzone.flows.tell.wording import notice
from loadzone.store.catalog import EVERYONE, Work
from loadzone.store.catalog.channels import (
    Channel,
    Told,
    channels,
    forget_told,
    sealed_of,
    told,
)
from loadzone.words.errors import LoadzoneError, UnknownThing

LOG = logging.getLogger(__name__)
FILE = "notices.db"
LOOK_S = 1.0
KEPT_S = 30 * 86_400.0
"""Letters that arrived, or never will, are forgotten after a month."""
PACE = Pace(window_s=KEPT_S)
"""A key is told once for as long as its letter is kept: it names one alarm at one priority."""


@dataclass(frozen=True)
class Seen:
    """What one look at the catalog found: channels with their secrets, news with what is said, what is over."""

    channels: Sequence[Channel]
    sealed: dict[tuple[str, str], str]
    news: Sequence[tuple[News, Notice | None]]
    over: Sequence[Told]


@dataclass
class _Service:
    """A channel at work, as it was set up."""

    setup: object
    notifier: Notifier
    task: asyncio.Task[None]


def outbox_path(platform: Platform) -> Path:
    """Where letters wait."""
    return platform.folder / FILE


def letterbox(channel: Channel) -> str:
    """The name of a channel in the outbox."""
    return f"{channel.organisation}/{channel.id}"


class Teller:
    """``await Teller(platform).run()`` until cancelled; one a platform, or people are told by each of them."""

    def __init__(self, platform: Platform, pace: Pace = PACE, look_s: float = LOOK_S) -> None:
        self._platform, self._pace, self._look_s = platform, pace, look_s
        self._outbox: Outbox
        self._services: dict[str, _Service] = {}
        self._faulty: dict[str, object] = {}
        self._settings = TellSettings()
        self._fault = ""

    async def run(self) -> None:
        """Look, keep letters, and let each channel deliver."""
        self._outbox = Outbox(outbox_path(self._platform))
        try:
            while True:
                try:
                    await self._look()
                except (LoadzoneError, sqlite3.Error) as error:
                    LOG.warning("telling: %s", error)
                await asyncio.sleep(self._look_s)
        finally:
            await self._end(list(self._services))
            self._outbox.close()

    async def _look(self) -> None:
        """One look: what is new becomes letters, what was changed about channels is taken up.

        Raises
        ------
        StoreUnavailable : the catalog does not answer; the next look does it all
        """
        self._set(self._platform.folder)
        seen = await asyncio.to_thread(look_at, self._platform, self._settings.address)
        await self._serve(seen)
        for each, said in seen.news:
            if said is not None:
                self._keep(letterbox(each.channel), said)
        await asyncio.to_thread(note, self._platform, seen)
        self._outbox.forget(time.time() - KEPT_S)

    def _set(self, folder: Path) -> None:
        """The operator's settings as they are now; a faulty file changes nothing and is told once."""
        try:
            self._settings, self._fault = tell_settings(folder), ""
        except LoadzoneError as error:
            if str(error) != self._fault:
                self._fault = str(error)
                LOG.warning("telling: %s", error)

    def _keep(self, name: str, said: Notice) -> None:
        service = self._services.get(name)
        if service is not None:
            service.notifier.tell(said)
        else:  # its secrets cannot be read now: what is said waits for them
            self._outbox.add(name, said, time.time(), self._pace.window_s)

    async def _serve(self, seen: Seen) -> None:
        """Each channel that is on has one task; what was kept for one that is off or gone is dropped."""
        on = {letterbox(each): each for each in seen.channels if each.is_on}
        setups = {
            name: (each.changed_us, seen.sealed.get((each.organisation, each.id)), self._settings)
            for name, each in on.items()
        }
        await self._end(
            [name for name, each in self._services.items() if setups.get(name) != each.setup or each.task.done()]
        )
        for name, channel in on.items():
            if name not in self._services:
                self._begin(name, channel, seen.sealed[channel.organisation, channel.id], setups[name])
        for name in self._outbox.channels() - {*on}:
            self._outbox.drop(name)

    def _begin(self, name: str, channel: Channel, sealed: str, setup: object) -> None:
        try:
            opened = unseal(self._platform.folder, sealed)
            ways = sender(Way(cast("Kind", channel.kind), channel.address, opened), self._settings.reach)
        except LoadzoneError as error:
            if self._faulty.get(name) != setup:
                LOG.warning("channel %s: %s", name, error)
            self._faulty[name] = setup
            return
        notifier = Notifier({name: ways}, self._outbox, self._pace)
        self._services[name] = _Service(setup, notifier, asyncio.create_task(notifier.run()))

    async def _end(self, names: Sequence[str]) -> None:
        ending = [self._services.pop(name).task for name in names]
        for each in ending:
            each.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


def look_at(platform: Platform, address: str) -> Seen:
    """Hold what is open against what each channel knows."""
    with platform.catalog.read(EVERYONE) as work:
        found = channels.all(work)
        if not found:
            return Seen((), {}, (), ())
        things, known = open_things(work), _known(work)
        new = [
            each
            for channel in found
            for each in news(channel, things, _priorities(known.get((channel.organisation, channel.id), [])))
        ]
        where = places(work, [each.thing for each in new])
        new = [each for each in new if is_there(each.channel, each.thing, where)]
        said = [(each, notice(each, where, address) if each.event is not None else None) for each in new]
        there = {(each.about.organisation, each.key) for each in things}
        over = [row for rows in known.values() for row in rows if (row.organisation, row.thing) not in there]
        return Seen(found, sealed_of(work), said, over)


def note(platform: Platform, seen: Seen) -> None:
    """The channels know now what was kept for them, and forget what is over."""
    at_us = platform.clock()
    by_channel: dict[tuple[str, str], list[Told]] = {}
    for each, _ in seen.news:
        by_channel.setdefault((each.channel.organisation, each.channel.id), []).append(each.noted(at_us))
    for (organisation, _), rows in by_channel.items():
        with suppress(UnknownThing):  # the channel was taken away meanwhile
            platform.catalog.write(organisation, partial(_put, rows=rows))
    if seen.over:
        platform.catalog.write(EVERYONE, lambda work: forget_told(work, seen.over))


def _put(work: Work, rows: Sequence[Told]) -> None:
    told.put(work, *rows)


def _known(work: Work) -> dict[tuple[str, str], list[Told]]:
    """What each channel knows."""
    found: dict[tuple[str, str], list[Told]] = {}
    for each in told.all(work):
        found.setdefault((each.organisation, each.channel), []).append(each)
    return found


def _priorities(rows: Sequence[Told]) -> dict[str, str]:
    return {row.thing: row.priority for row in rows}
