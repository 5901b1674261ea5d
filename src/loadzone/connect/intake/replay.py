"""What arrived in a span of time, again: for a worker that re-computes, without touching what others have read."""

from collections.abc import AsyncIterator

from loadzone.connect.address import Address
from loadzone.connect.intake.arrival import Arrival
from loadzone.connect.intake.aside import read
from loadzone.connect.intake.headers import to_arrival
from loadzone.connect.intake.streams import ARRIVALS, Streams


async def replay(
    streams: Streams, since_us: int, until_us: int | None = None, address: Address | None = None
) -> AsyncIterator[Arrival]:
    """Arrivals that were stored in ``since_us`` .. ``until_us`` (µs since 1970 UTC) and are still kept, in their order.

    Parameters
    ----------
    until_us : exclusive; None goes to what is there now
    address : one position; None for all
    """
    subject = "arrivals.>" if address is None else address.subject("arrivals.*")
    async for message in read(streams, ARRIVALS, subject, since_us):
        arrival = to_arrival(message)
        if until_us is not None and arrival.received_us >= until_us:
            return
        yield arrival
