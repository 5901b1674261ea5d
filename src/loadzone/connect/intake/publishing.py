"""Handing a message to ARRIVALS, and learning whether it is there."""

from collections.abc import Awaitable, Callable

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake.arrival import MOST_BODY, Receipt, check_body, message_id
from loadzone.connect.intake.aside import bury_unaddressed
from loadzone.connect.intake.headers import to_headers
from loadzone.connect.intake.streams import ARRIVALS, Streams
from loadzone.words.texts import Text

Keep = Callable[[bytes], Awaitable[str]]
"""Stores a body as an object, safe on disk when it returns, and gives its reference."""

MOST_KEPT = 2 * 1024**3


class JetStreamIntake:
    """Intake on JetStream; ``keep`` takes bodies that are too large for a message."""

    def __init__(self, streams: Streams, keep: Keep | None = None) -> None:
        self._streams = streams
        self._keep = keep

    async def publish(
        self,
        address: Address,
        kind: Kind,
        body: bytes,
        *,
        door: str,
        id: str | None = None,  # noqa: A002  an identifier is called so
        reference: str = "",
    ) -> Receipt:
        """Store a message; see `Intake`."""
        known = id or message_id(address, kind, body)
        if len(body) > MOST_BODY:
            check_body(body, MOST_KEPT if self._keep else MOST_BODY)
            reference, body = await self._kept(body), b""
        subject = address.subject(f"arrivals.{address.shard(self._streams.settings.shards)}")
        headers = to_headers(known, kind, door, reference)
        stored = await self._streams.confirmed.publish(ARRIVALS, subject, body, headers)
        return Receipt(known, stored.seq, stored.duplicate)

    async def refuse(self, where: str, body: bytes, reason: Text, *, door: str) -> None:
        """Put a message aside; see `Intake`."""
        await bury_unaddressed(self._streams, where, body, door, reason)

    async def _kept(self, body: bytes) -> str:
        if self._keep is None:  # check_body has refused it already
            return ""
        return await self._keep(body)
