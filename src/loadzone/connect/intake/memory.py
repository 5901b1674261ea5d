"""Intake without a server, for tests of what stands before it: the same promises, in a list."""

import time

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake.arrival import MOST_BODY, Arrival, Receipt, check_body, message_id
from loadzone.connect.intake.publishing import MOST_KEPT, Keep
from loadzone.words.errors import NotStored
from loadzone.words.texts import Text, text


class MemoryIntake:
    """Keeps arrivals in ``arrivals``; ``room`` (bytes) makes it refuse as a full stream does.

    The contract suite of intake runs on this and on `JetStreamIntake`.
    """

    def __init__(self, shards: int = 8, keep: Keep | None = None, room: int | None = None) -> None:
        self.arrivals: list[Arrival] = []
        self.refused: list[tuple[str, bytes, Text]] = []
        self.room = room
        self._shards = shards
        self._keep = keep
        self._known: dict[str, int] = {}

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
            reference, body = (await self._keep(body) if self._keep else ""), b""
        if known in self._known:
            return Receipt(known, self._known[known], is_duplicate=True)
        if self.room is not None and sum(len(each.body) for each in self.arrivals) + len(body) > self.room:
            raise NotStored(
                text(
                    "stream {stream} did not store a message ({reason}): it is still the sender's, who sends it again",
                    stream="memory",
                    reason="maximum bytes exceeded",
                )
            )
        sequence = self._known[known] = len(self.arrivals) + 1
        shard = address.shard(self._shards)
        self.arrivals.append(
            Arrival(address, kind, body, known, door, shard, sequence, time.time_ns() // 1000, reference)
        )
        return Receipt(known, sequence)

    async def refuse(self, where: str, body: bytes, reason: Text, *, door: str) -> None:
        """Put a message aside; see `Intake`."""
        del door
        if (where, body, reason) not in self.refused:
            self.refused.append((where, body, reason))
