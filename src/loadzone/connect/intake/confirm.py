"""Publishing to a stream and waiting for its answer, many at a time over one inbox.

The client's own ``publish`` costs four times as much for each message, and its ``publish_async`` loses the stream's
refusals: their senders wait until the time is over instead of learning the reason.
"""

import asyncio
import itertools
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import Header

from loadzone.words.errors import NotStored
from loadzone.words.texts import text

ANSWER_S = 5.0


class Answer(msgspec.Struct):
    """What a stream says to a message: where it stands, and whether it stood there before; or why it does not."""

    seq: int = 0
    duplicate: bool = False
    error: dict[str, Any] | None = None


_ANSWER = msgspec.json.Decoder(Answer)


class Confirmed:
    """A way to publish that returns when the stream has stored."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = itertools.count()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._inbox = ""
        self._opening = asyncio.Lock()

    async def publish(self, stream: str, subject: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Store a message in ``stream``.

        Raises
        ------
        NotStored : the stream refused it, is not there, or did not answer (then it may have it: send it again)
        """
        try:
            await self._open()
            number = str(next(self._numbers))
            future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._waiting[number] = future
            try:
                await self._client.publish(
                    subject, body, f"{self._inbox}.{number}", headers | {Header.EXPECTED_STREAM.value: stream}
                )
                async with asyncio.timeout(ANSWER_S):
                    answer = await future
            finally:
                self._waiting.pop(number, None)
        except (NatsError, OSError, TimeoutError) as error:
            raise _not_stored(stream, str(error) or "no answer") from error
        if answer.error is not None:
            raise _not_stored(stream, str(answer.error.get("description", answer.error)))
        return answer

    async def _open(self) -> None:
        if not self._inbox:
            async with self._opening:
                if not self._inbox:
                    inbox = self._client.new_inbox()
                    await self._client.subscribe(
                        f"{inbox}.*", cb=self._take, pending_bytes_limit=0, pending_msgs_limit=0
                    )
                    self._inbox = inbox

    async def _take(self, message: Msg) -> None:
        future = self._waiting.get(message.subject.rpartition(".")[2])
        if future is None or future.done():
            return
        if (message.headers or {}).get(Header.STATUS.value) == "503":
            future.set_result(Answer(error={"description": "no stream takes it"}))
            return
        try:
            future.set_result(_ANSWER.decode(message.data))
        except msgspec.MsgspecError as error:
            future.set_result(Answer(error={"description": str(error)}))


def _not_stored(stream: str, reason: str) -> NotStored:
    return NotStored(
        text(
            "stream {stream} did not store a message ({reason}): it is still the sender's, who sends it again",
            stream=stream,
            reason=reason,
        )
    )
