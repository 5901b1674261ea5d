"""Taking messages from a durable consumer, one request at a time, in order or not at all.

The client's own ``fetch`` knows no limit in bytes, and after a cut it goes on with newer messages while the ones that
were lost on the wire wait for their time to run out: the order is gone. Here each message must be the next one of the
consumer; where that is in doubt the consumer is set back to what was acknowledged last.

In a cluster a message leaves only when the consumer's other copies know of it, but the word that its batch is complete
leaves at once, and comes first: so that word is asked how many messages belong to the batch, and they are waited for.
"""

import asyncio
import itertools
import json
from collections.abc import Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.api import Header

from loadzone.connect.intake.connection import heed_cancelling
from loadzone.connect.intake.headers import places
from loadzone.words.errors import Unreachable
from loadzone.words.texts import text

MOST_BYTES = 12 * 1024 * 1024
"""Of one request; the shards of a worker ask side by side, and the server cuts off a client that is too far behind."""
_NO_MESSAGES, _EXPIRED = "404", "408"
_UNFILLED = "Nats-Pending-Messages"
"""How many messages of a request were not sent, in the word that it has ended."""
_ANSWER_S = 2.0


class Pull:
    """Reads one durable consumer; only one reader may do so at a time (a lease sees to it)."""

    def __init__(self, client: Client, stream: str, consumer: str) -> None:
        self._client = client
        self._manager = client.jsm(timeout=5)
        self._stream, self._consumer = stream, consumer
        self._inbox: Subscription | None = None
        self._came: asyncio.Queue[Msg] = asyncio.Queue()
        self._requests = itertools.count()
        self._next = 1
        self._is_certain = False

    async def rewind(self, after: int | None = None) -> None:
        """Begin behind what was acknowledged last, or behind sequence ``after`` of the stream.

        Raises
        ------
        Unreachable : the server does not answer, or stream or consumer are gone
        """
        await self.close()
        try:
            self._came = asyncio.Queue()
            self._inbox = await self._client.subscribe(
                self._client.new_inbox() + ".*", cb=self._came.put, pending_bytes_limit=0, pending_msgs_limit=0
            )
            await self._manager.reset_consumer(self._stream, self._consumer, None if after is None else after + 1)
        except (NatsError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from error
        self._next, self._is_certain = 1, True

    async def fetch(self, most: int, wait_s: float, gather_s: float = 0.0, most_bytes: int = MOST_BYTES) -> list[Msg]:
        """The next messages, at most ``most`` of ``most_bytes`` together; none when none comes within ``wait_s``.

        When the first had to be waited for, ``gather_s`` goes by before what came with it is taken too.

        Raises
        ------
        Unreachable : as `rewind`
        """
        heed_cancelling()
        if not self._is_certain:
            await self.rewind()
        try:
            found = await self._request(most, most_bytes, 0.0)
            if not found and self._is_certain:
                found = await self._request(1, most_bytes, wait_s)
                if found and most > 1 and self._is_certain:
                    await asyncio.sleep(gather_s)
                    found += await self._request(most - 1, most_bytes, 0.0)
        except (NatsError, OSError) as error:
            self._is_certain = False
            raise self._unreachable(error) from error
        return self._in_order(found)

    async def _request(self, most: int, most_bytes: int, wait_s: float) -> list[Msg]:
        if self._inbox is None:
            return []
        asked = {"batch": most, "max_bytes": most_bytes}
        asked |= {"expires": int(wait_s * 1e9)} if wait_s else {"no_wait": True}
        reply = self._inbox.subject.replace("*", str(next(self._requests)))
        await self._client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._consumer}", json.dumps(asked).encode(), reply
        )
        found: list[Msg] = []
        due = most
        try:
            async with asyncio.timeout(wait_s + _ANSWER_S):
                while len(found) < due:
                    message = await self._came.get()
                    if message.reply:
                        found.append(message)
                    elif message.subject == reply:
                        due = most - _unfilled(message, most - len(found))
                        self._is_certain = due > 0 or _status(message) in {_NO_MESSAGES, _EXPIRED}
        except TimeoutError:
            self._is_certain = False
        return found

    def _in_order(self, found: Sequence[Msg]) -> list[Msg]:
        kept: list[Msg] = []
        for message in found:
            times, _, sequence, _ = places(message)
            if sequence != self._next or times > 1:
                self._is_certain = False
                break
            self._next += 1
            kept.append(message)
        return kept

    async def acknowledge(self, last: Msg) -> None:
        """Everything up to ``last`` is done; returns when the server knows.

        Raises
        ------
        Unreachable : it may know or not; what comes again is recognised by its sequence
        """
        try:
            await last.ack_sync(timeout=5)
        except (NatsError, OSError, TimeoutError) as error:
            self._is_certain = False
            raise self._unreachable(error) from error

    async def progress(self, messages: Sequence[Msg]) -> None:
        """Say that these are still being worked on."""
        for message in messages:
            await message.in_progress()

    def doubt(self) -> None:
        """Forget what was taken and not acknowledged: it comes again, in order."""
        self._is_certain = False

    async def close(self) -> None:
        """Take nothing more."""
        if self._inbox and not self._client.is_closed:
            await self._inbox.unsubscribe()
        self._inbox, self._is_certain = None, False

    def _unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(
            text(
                "stream {stream} cannot be read ({reason}): check that the server runs and the stream is there",
                stream=self._stream,
                reason=str(error) or type(error).__name__,
            )
        )


def _status(message: Msg) -> str:
    return (message.headers or {}).get(Header.STATUS.value, "")


def _unfilled(message: Msg, otherwise: int) -> int:
    """What a request that has ended leaves unsent; ``otherwise`` where the server does not say."""
    told = (message.headers or {}).get(_UNFILLED, "")
    return int(told) if told.isdigit() else otherwise
