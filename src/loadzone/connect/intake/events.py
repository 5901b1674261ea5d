"""What the platform tells: ``events.<organisation>.<position>``, heard by pages, notifications and MQTT clients.

An event is news, not the record of it: who was not listening asks the store.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from loadzone.connect.address import Address, identifier
from loadzone.words.errors import BadInput

MOST_WAITING = 10_000


async def tell(client: Client, address: Address, event: Mapping[str, Any]) -> None:
    """Publish an event, as JSON, to whoever listens now."""
    await client.publish(address.subject("events"), msgspec.json.encode(event))


class Listener:
    """Events of an organisation (of one position, or of everything): ``async with Listener(...) as events: async for``.

    A listener that is slow loses the oldest events beyond 10,000 and never holds others up; ``lost`` counts them.
    """

    def __init__(self, client: Client, organisation: str | None = None, position: str | None = None) -> None:
        if position is not None and organisation is None:
            identifier("", "organisation")
        parts = [identifier(each, "address") if each is not None else "*" for each in (organisation, position)]
        self._client = client
        self._subject = ".".join(["events", *parts])
        self._waiting: asyncio.Queue[tuple[Address, dict[str, Any]]] = asyncio.Queue(MOST_WAITING)
        self.lost = 0

    async def __aenter__(self) -> Self:
        self._subscription = await self._client.subscribe(self._subject, cb=self._take)
        await self._client.flush()
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self._client.is_closed:
            await self._subscription.unsubscribe()

    async def _take(self, message: Msg) -> None:
        with contextlib.suppress(BadInput, msgspec.MsgspecError, TypeError):
            event = msgspec.json.decode(message.data, type=dict[str, Any])
            if self._waiting.full():
                self._waiting.get_nowait()
                self.lost += 1
            self._waiting.put_nowait((Address(*message.subject.split(".")[1:]), event))

    async def __aiter__(self) -> AsyncIterator[tuple[Address, dict[str, Any]]]:
        while True:
            yield await self._waiting.get()
