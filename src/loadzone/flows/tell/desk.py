"""The desk of channels: which an organisation has and how they do; made, changed, switched, tried, taken away."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any, cast

from loadzone.connect.notify import Outbox, Standing
from loadzone.connect.notify.channel import Tried, try_out
from loadzone.flows.audit import Act, enter
from loadzone.flows.platform import Platform, Work
from loadzone.flows.tell.seal import seal, unseal
from loadzone.flows.tell.settings import tell_settings
from loadzone.flows.tell.teller import letterbox, outbox_path
from loadzone.flows.tell.things import EVENTS, PRIORITIES, Event, is_there, is_urgent, open_things, places
from loadzone.flows.tell.ways import ADDRESS, KINDS, ROBOTS, SECRETS, Kind, Way, sender, shown, way
from loadzone.flows.tell.wording import PRIORITY_WORDS, trial
from loadzone.monitor.watch.alarms import Priority
from loadzone.store.catalog.channels import (
    Channel,
    Told,
    channels,
    channels_table,
    put_channel,
    remove_channel,
    sealed_of,
    switch,
    told,
)
from loadzone.store.catalog.machines import sites
from loadzone.words.errors import BadInput, LoadzoneError, UnknownThing
from loadzone.words.texts import LANGUAGES, Text, text

__all__ = [
    "ADDRESS",
    "EVENTS",
    "KINDS",
    "PRIORITIES",
    "PRIORITY_WORDS",
    "ROBOTS",
    "SECRETS",
    "Channel",
    "Entered",
    "Event",
    "Kept",
    "Kind",
    "Made",
    "Priority",
    "Standing",
    "channel_of",
    "channels_of",
    "enter_channel",
    "new_identifier",
    "operator_settings",
    "switch_channel",
    "take_away",
    "try_again",
    "try_channel",
    "with_standing",
]

MOST_CHANNELS = 100


@dataclass(frozen=True)
class Entered:
    """What somebody entered about a channel; secrets that are left out stay as they are."""

    name: str
    kind: str
    address: Mapping[str, Any]
    language: str = "zh"
    events: Sequence[str] = EVENTS
    least: str = "low"
    sites: Sequence[str] = ()
    is_on: bool = True
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Made:
    """A channel that was made or changed; ``secret`` is one that was made here, which is shown once."""

    channel: Channel
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Kept:
    """A channel, how it does, where it tells in a few words, and why it cannot tell at all, if so."""

    channel: Channel
    standing: Standing
    where: str
    fault: Text | None = None

    @property
    def is_failing(self) -> bool:
        """Whether its newest attempt failed."""
        failed_s, sent_s = self.standing.failed_s, self.standing.sent_s
        return failed_s is not None and (sent_s is None or failed_s > sent_s)


def channels_of(platform: Platform, organisation: str) -> tuple[Kept, ...]:
    """The channels of an organisation by name."""
    with platform.catalog.read(organisation) as work:
        found = channels.all(work, channels_table.c.organisation == organisation, order=[channels_table.c.name])
        sealed = sealed_of(work)
    return tuple(_kept(platform, found, sealed))


def channel_of(platform: Platform, organisation: str, identifier: str) -> Kept:
    """One channel; `UnknownThing` where there is none."""
    with platform.catalog.read(organisation) as work:
        return with_standing(work, platform, _get(work, organisation, identifier))


def with_standing(work: Work, platform: Platform, channel: Channel) -> Kept:
    """A channel with how it does, within a transaction that may have just made it."""
    (kept,) = _kept(platform, [channel], sealed_of(work))
    return kept


def enter_channel(
    work: Work, platform: Platform, act: Act, organisation: str, identifier: str, entered: Entered
) -> Made:
    """Make a channel, or change it. It is told what happens from then on; what is open already it only notes.

    Raises
    ------
    BadInput : a field that is missing or cannot be, or secrets that are needed again because the target is another one
    UnknownThing : no such site
    """
    _check(work, organisation, entered)
    before = channels.find(work, organisation, identifier)
    if before is None and len(channels.all(work, channels_table.c.organisation == organisation)) >= MOST_CHANNELS:
        raise BadInput(text("{limit} channels are the most: take one away first", limit=MOST_CHANNELS))
    known = None if before is None else _way(platform, before, sealed_of(work)[organisation, identifier])
    ready = way(entered.kind, entered.address, entered.secrets, known)
    channel = Channel(
        organisation,
        identifier,
        entered.name.strip(),
        ready.kind,
        ready.address,
        entered.language,
        tuple(each for each in EVENTS if each in entered.events),
        entered.least,
        tuple(sorted(set(entered.sites))),
        entered.is_on,
        act.at_us if before is None else before.created_us,
        act.at_us,
    )
    put_channel(work, channel, seal(platform.folder, ready.secrets))
    _note_open(work, before, channel, act.at_us)
    step = "channel made" if before is None else "channel changed"
    enter(work, organisation, act, step, f"channel:{identifier}", action="add", facts=_facts(channel, ready))
    return Made(channel, ready.made)


def new_identifier() -> str:
    """An identifier for a channel whose maker gives none."""
    return token_hex(4)


def switch_channel(work: Work, act: Act, organisation: str, identifier: str, *, is_on: bool) -> Channel:
    """Switch a channel on or off; what happens while it is off is not told later, and what waits is dropped."""
    before = _get(work, organisation, identifier)
    if before.is_on != is_on:
        switch(work, before, act.at_us, is_on=is_on)
        _note_open(work, before, replace(before, is_on=is_on), act.at_us)
        step = "channel switched on" if is_on else "channel switched off"
        enter(work, organisation, act, step, f"channel:{identifier}")
    return _get(work, organisation, identifier)


def take_away(work: Work, act: Act, organisation: str, identifier: str) -> None:
    """Take a channel away, with its secrets; what waits for it is dropped.

    Raises
    ------
    UnknownThing : there is none
    """
    _get(work, organisation, identifier)
    remove_channel(work, organisation, identifier)
    enter(work, organisation, act, "channel removed", f"channel:{identifier}", action="delete")


async def try_channel(platform: Platform, organisation: str, identifier: str) -> Tried:
    """Send a test by the channel now, past the queue, and say in a sentence whether it arrived.

    Raises
    ------
    UnknownThing : there is none
    """
    with platform.catalog.read(organisation) as work:
        channel, sealed = _get(work, organisation, identifier), sealed_of(work)
    try:
        settings = tell_settings(platform.folder)
        ready = sender(_opened(platform, channel, sealed[organisation, identifier]), settings.reach)
    except LoadzoneError as error:
        return Tried(has_arrived=False, sentence=text("did not arrive: {reason}", reason=error.message), took_s=0.0)
    return await try_out(ready, trial(channel, settings.address, platform.clock()))


def try_again(platform: Platform, organisation: str, identifier: str) -> int:
    """Let what did not arrive be tried once more; how many letters that are."""
    channel = channel_of(platform, organisation, identifier).channel
    outbox = Outbox(outbox_path(platform))
    try:
        return sum(outbox.revive(each.number, time.time()) for each in outbox.dead(letterbox(channel)))
    finally:
        outbox.close()


def operator_settings(platform: Platform) -> tuple[str, tuple[str, ...], Text | None]:
    """The platform's public address, the networks beside public ones that may be told, and what is wrong with them."""
    try:
        settings = tell_settings(platform.folder)
    except LoadzoneError as error:
        return "", (), error.message
    return settings.address, settings.reach.permitted, None


def _kept(platform: Platform, found: Sequence[Channel], sealed: Mapping[tuple[str, str], str]) -> list[Kept]:
    outbox = Outbox(outbox_path(platform)) if outbox_path(platform).is_file() else None
    try:
        return [
            Kept(
                each,
                outbox.standing(letterbox(each)) if outbox else Standing(),
                shown(each.kind, each.address),
                _fault(platform, each, sealed[each.organisation, each.id]),
            )
            for each in found
        ]
    finally:
        if outbox:
            outbox.close()


def _fault(platform: Platform, channel: Channel, sealed: str) -> Text | None:
    try:
        _opened(platform, channel, sealed)
    except LoadzoneError as error:
        return error.message
    return None


def _opened(platform: Platform, channel: Channel, sealed: str) -> Way:
    return Way(cast("Kind", channel.kind), channel.address, unseal(platform.folder, sealed))


def _way(platform: Platform, channel: Channel, sealed: str) -> Way:
    """The way as it is kept; without secrets where they cannot be read any more."""
    try:
        return _opened(platform, channel, sealed)
    except LoadzoneError:
        return Way(cast("Kind", channel.kind), channel.address, {})


def _get(work: Work, organisation: str, identifier: str) -> Channel:
    found = channels.find(work, organisation, identifier)
    if found is None:
        raise UnknownThing(text("there is no channel {channel}", channel=identifier[:80]))
    return found


def _check(work: Work, organisation: str, entered: Entered) -> None:
    if entered.language not in LANGUAGES:
        raise BadInput(
            text(
                "{language} is no language of ours: choose {known}",
                language=entered.language[:80],
                known=", ".join(LANGUAGES),
            )
        )
    if entered.least not in PRIORITIES:
        raise BadInput(
            text("{priority} is no priority: choose {known}", priority=entered.least[:40], known=", ".join(PRIORITIES))
        )
    unknown = sorted({*entered.events} - {*EVENTS})
    if unknown or not entered.events:
        raise BadInput(text("a channel tells at least one of {known}", known=", ".join(EVENTS)))
    for each in entered.sites:
        sites.get(work, organisation, each)


def _note_open(work: Work, before: Channel | None, after: Channel, at_us: int) -> None:
    """What is open now and the channel as it was would not have told is noted, so that it is not told now."""
    if not after.is_on:
        return
    things = [each for each in open_things(work) if each.about.organisation == after.organisation]
    where = places(work, things)
    noted = [
        Told(after.organisation, after.id, each.key, each.about.priority, at_us)
        for each in things
        if before is None or not is_urgent(before, each) or not is_there(before, each, where)
    ]
    told.put(work, *noted)


def _facts(channel: Channel, ready: Way) -> dict[str, Any]:
    """What the ledger tells of a channel: nothing that opens it."""
    return {
        "name": channel.name,
        "kind": channel.kind,
        "where": shown(ready.kind, ready.address),
        "events": list(channel.events),
        "least": channel.least,
        "sites": list(channel.sites),
        "is_on": channel.is_on,
    }
