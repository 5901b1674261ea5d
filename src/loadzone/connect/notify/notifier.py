"""Tells notices by their channels until they arrived: tried again with growing waits, not too often, none twice."""

import asyncio
import contextlib
import logging
import random
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from loadzone.connect.notify.channel import Channel, NotDelivered, Notice
from loadzone.connect.notify.outbox import Letter, Outbox
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

LOG = logging.getLogger(__name__)
_MINUTE_S = 60.0
_LONGEST_SLEEP_S = 30.0


@dataclass(frozen=True)
class Pace:
    """How patient delivery is.

    After attempt n it waits between half and all of ``first_s`` · 2ⁿ⁻¹, ``longest_s`` at most, and gives up after
    ``attempts`` (the defaults: about an hour). ``window_s``: the same key is told once in it. ``most_waiting``: letters
    that may wait for a channel.
    """

    attempts: int = 12
    first_s: float = 2.0
    longest_s: float = 900.0
    window_s: float = 600.0
    most_waiting: int = 1000

    def wait_s(self, attempt: int, chance: float) -> float:
        """Seconds after a failed attempt (from 1); ``chance`` of 0 .. 1 spreads those who failed together.

        >>> Pace(first_s=2.0).wait_s(3, 0.0), Pace(first_s=2.0).wait_s(3, 1.0)
        (4.0, 8.0)
        """
        return float(min(self.first_s * 2 ** min(attempt - 1, 32), self.longest_s) * (0.5 + 0.5 * chance))


class Notifier:
    """``await Notifier(channels, outbox).run()`` until cancelled; `tell` from anywhere in the same loop.

    A channel that hangs holds up no other. ``sent``, ``dead``, ``copies`` (told already) count letters since the start.
    """

    def __init__(self, channels: Mapping[str, Channel], outbox: Outbox, pace: Pace | None = None) -> None:
        self.outbox = outbox
        self.sent = 0
        self.dead = 0
        self.copies = 0
        self._channels = dict(channels)
        self._pace = pace or Pace()
        self._chance = random.SystemRandom()
        self._news = {name: asyncio.Event() for name in self._channels}
        self._times: dict[str, deque[float]] = {name: deque() for name in self._channels}

    def tell(self, notice: Notice, channels: Collection[str] | None = None) -> int:
        """Keep a notice for these channels, for all by default; returns how many will be told.

        Raises
        ------
        BadInput : no channel of that name
        """
        names = list(self._channels if channels is None else channels)
        for name in names:
            if name not in self._channels:
                raise BadInput(
                    text("no channel {name}: there are {known}", name=name, known=", ".join(self._channels) or "-")
                )
        return sum(self._keep(name, notice) for name in names)

    def _keep(self, name: str, notice: Notice) -> bool:
        now_s = time.time()
        if not self.outbox.add(name, notice, now_s, self._pace.window_s):
            self.copies += 1
            return False
        if self.outbox.waiting(name) > self._pace.most_waiting:
            oldest = self.outbox.first(name)
            if oldest:
                self._bury(
                    oldest, text("more than {limit} notices wait for this channel", limit=self._pace.most_waiting)
                )
        self._news[name].set()
        return True

    async def run(self) -> None:
        """Deliver, each channel by itself."""
        async with asyncio.TaskGroup() as tasks:
            for name, channel in self._channels.items():
                tasks.create_task(self._serve(name, channel))

    async def _serve(self, name: str, channel: Channel) -> None:
        while True:
            self._news[name].clear()
            letter = self.outbox.first(name)
            wait_s = _LONGEST_SLEEP_S
            if letter:
                wait_s = max(letter.due_s - time.time(), self._room_in_s(name, channel))
            if letter and wait_s <= 0:
                await self._deliver(name, channel, letter)
                continue
            with contextlib.suppress(TimeoutError):  # bounded: a clock that jumps costs half a minute
                async with asyncio.timeout(min(wait_s, _LONGEST_SLEEP_S)):
                    await self._news[name].wait()

    def _room_in_s(self, name: str, channel: Channel) -> float:
        """Seconds until the channel may be used again without exceeding its messages a minute."""
        times = self._times[name]
        while times and time.monotonic() - times[0] >= _MINUTE_S:
            times.popleft()
        if len(times) < channel.most_per_minute:
            return 0.0
        return times[0] + _MINUTE_S - time.monotonic()

    async def _deliver(self, name: str, channel: Channel, letter: Letter) -> None:
        self._times[name].append(time.monotonic())
        try:
            await channel.send(letter.notice, letter.id)
        except NotDelivered as error:
            self._failed(letter, error)
        except Exception as error:  # a channel of others: one that breaks must not end the rest
            LOG.exception("channel %s broke", name)
            self._failed(letter, NotDelivered(text("the channel broke ({reason})", reason=type(error).__name__)))
        else:
            self.outbox.sent(letter, time.time())
            self.sent += 1

    def _failed(self, letter: Letter, error: NotDelivered) -> None:
        attempt = letter.attempts + 1
        if error.is_final:
            self._bury(letter, error.message)
        elif attempt >= self._pace.attempts:
            self._bury(
                letter, text("given up after {count} attempts, the last: {reason}", count=attempt, reason=error.message)
            )
        else:
            wait_s = max(self._pace.wait_s(attempt, self._chance.random()), error.wait_s or 0.0)
            now_s = time.time()
            self.outbox.later(letter, now_s + wait_s, error.message, now_s)

    def _bury(self, letter: Letter, reason: Text) -> None:
        self.dead += 1
        self.outbox.bury(letter, reason, time.time())
        LOG.error("%s was not told «%s»: %s", letter.channel, letter.notice.key, reason)
