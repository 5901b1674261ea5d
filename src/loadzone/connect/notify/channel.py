"""What a notice is, and what every way of telling it promises: it returns when it arrived, or says why it did not."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

import msgspec

from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text


class NotDelivered(LoadzoneError):
    """A notice did not arrive. ``is_final``: trying again cannot help; ``wait_s``: the other side said how long."""

    code = "not_delivered"
    exit_code = 3
    status = 502

    def __init__(self, message: Text, *, is_final: bool = False, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.is_final = is_final
        self.wait_s = wait_s

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.message,), {"is_final": self.is_final, "wait_s": self.wait_s}


class Notice(msgspec.Struct, frozen=True):
    """One thing to tell, worded in the language of those who get it.

    ``key`` is what it is about: the same key within the window is told once («alarm.A-17.raised»). ``time_us``: when it
    happened, µs since 1970 UTC. ``link`` is a page; ``facts`` are for programs.
    """

    key: str
    title: str
    body: str = ""
    link: str = ""
    severity: str = ""
    time_us: int = 0
    facts: dict[str, str | int | float | bool | None] = {}

    def lines(self) -> str:
        """Body and link as plain lines."""
        return "\n\n".join(part for part in (self.body, self.link) if part)


class Channel(Protocol):
    """A way to tell. ``most_per_minute``: more than that waits."""

    @property
    def most_per_minute(self) -> int:
        """Messages a minute that it takes."""
        ...

    async def send(self, notice: Notice, id: str) -> None:  # noqa: A002  an identifier is called so
        """Deliver; ``id`` is the same for every attempt at the same notice.

        Raises
        ------
        NotDelivered : it did not arrive, or nobody knows
        """
        ...


@dataclass(frozen=True)
class Tried:
    """What a test of a channel found, in a sentence."""

    has_arrived: bool
    sentence: Text
    took_s: float


async def try_out(channel: Channel, notice: Notice, limit_s: float = 20.0) -> Tried:
    """Send a notice now, once, past queue and rate limit: what the test button calls."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(limit_s):
            await channel.send(notice, f"test.{time.time_ns()}")
    except NotDelivered as error:
        return Tried(
            has_arrived=False,
            sentence=text("did not arrive: {reason}", reason=error.message),
            took_s=time.monotonic() - began,
        )
    except TimeoutError:
        return Tried(
            has_arrived=False, sentence=text("no answer within {limit_s:.0f} s", limit_s=limit_s), took_s=limit_s
        )
    took_s = time.monotonic() - began
    return Tried(has_arrived=True, sentence=text("arrived in {took_s:.1f} s", took_s=took_s), took_s=took_s)
