"""An arrival on its way through NATS: the headers it travels under, and what the server's reply subject tells."""

from nats.aio.msg import Msg

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake.arrival import Arrival

ID, KIND, DOOR, REFERENCE, REASON = "Nats-Msg-Id", "LZ-Kind", "LZ-Door", "LZ-Reference", "LZ-Reason"
"""Names of our headers; the first is the server's own, by which it recognises copies."""


def to_headers(id: str, kind: Kind, door: str, reference: str = "") -> dict[str, str]:  # noqa: A002  an identifier is called so
    """The headers of a message."""
    told = {ID: id, KIND: kind, DOOR: door}
    return told | {REFERENCE: reference} if reference else told


def to_arrival(message: Msg) -> Arrival:
    """The arrival that ARRIVALS delivered; its subject and headers are ours."""
    _, shard, organisation, position = message.subject.split(".")
    told = message.headers or {}
    sequence, _, received_ns = places(message)[1:4]
    return Arrival(
        address=Address(organisation, position),
        kind=told[KIND],  # type: ignore[arg-type]  # written by `to_headers`
        body=message.data,
        id=told[ID],
        door=told[DOOR],
        shard=int(shard),
        sequence=sequence,
        received_us=received_ns // 1000,
        reference=told.get(REFERENCE, ""),
    )


def places(message: Msg) -> tuple[int, int, int, int]:
    """How often it was delivered, its sequence in the stream and in the consumer, and when it was stored (ns).

    The reply subject is ``$JS.ACK.<stream>.<consumer>.`` and these, or has domain and account before the stream.
    """
    tokens = message.reply.split(".")
    first = 4 if len(tokens) == 9 else 6
    delivered, stream, consumer, stored_ns = map(int, tokens[first : first + 4])
    return delivered, stream, consumer, stored_ns
