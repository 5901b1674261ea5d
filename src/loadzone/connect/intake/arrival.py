"""A message that arrived: what it is, how it is told apart from its own copies, and what intake promises of it."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from loadzone.connect.address import Address, Kind
from loadzone.words.errors import BadMessage
from loadzone.words.texts import Text, text

MOST_BODY = 4_000_000
"""Bytes that travel in a message; a larger body is kept as an object first, and intake carries the reference."""


@dataclass(frozen=True)
class Arrival:
    """One message as a worker gets it.

    ``sequence`` rises within its shard and names the arrival for ever. ``received_us``: when intake stored it, µs since
    1970 UTC. ``reference`` names the object that holds the body where that was too large; ``body`` is empty then.
    """

    address: Address
    kind: Kind
    body: bytes
    id: str
    door: str
    shard: int
    sequence: int
    received_us: int
    reference: str = ""


@dataclass(frozen=True)
class Receipt:
    """Intake holds the message: under which identifier, at which sequence, and whether it had it before."""

    id: str
    sequence: int
    is_duplicate: bool = False


class Intake(Protocol):
    """Where every door hands its messages over."""

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
        """Store a message; it returns only when it is kept.

        Parameters
        ----------
        door : by which way it came: «mqtt», «http», «folder», a bridge's name
        id : tells copies from repetitions; None takes `message_id`
        reference : object that holds the body already, where the door kept it; ``body`` is empty then, and ``id`` given

        Raises
        ------
        NotStored : it is not kept, the sender tries again
        BadMessage : it never will be: larger than the limit where nothing keeps objects
        """
        ...

    async def refuse(self, where: str, body: bytes, reason: Text, *, door: str) -> None:
        """Put aside, with the reason, what can never be a message; ``where`` is the topic or file that it came from.

        Raises
        ------
        NotStored : it was not kept either
        """
        ...


def message_id(address: Address, kind: Kind, body: bytes) -> str:
    """The identifier of a message by what it says: the same bytes for the same position are the same message.

    A measurement carries its own time, so nothing that was measured twice has the same bytes; what a device or a broker
    sends again after a cut does.
    """
    digest = blake2b(f"{address}/{kind}\n".encode(), digest_size=16)
    digest.update(body)
    return digest.hexdigest()


def check_body(body: bytes, most: int = MOST_BODY) -> None:
    """Refuse a body that neither fits nor can be kept elsewhere.

    Raises
    ------
    BadMessage : larger than ``most`` bytes
    """
    if len(body) > most:
        raise BadMessage(
            text(
                "a body of {size} bytes: a message carries {limit} at most; send the file by HTTP",
                size=len(body),
                limit=most,
            )
        )
