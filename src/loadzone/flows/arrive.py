"""Where every door ends: what arrives is safe in intake, or refused with a sentence.

HTTP uploads, folders and commands come this way; the MQTT listener and bridges hand over to the same intake, and what
they bring is checked by the worker.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from hashlib import blake2b
from typing import TYPE_CHECKING

from loadzone.connect.address import KINDS, Address, Kind
from loadzone.connect.intake.arrival import MOST_BODY, Intake, Receipt, message_id
from loadzone.connect.messages import decode
from loadzone.connect.messages.file import MAGIC, File, encode_file
from loadzone.flows.bodies import MOST_BYTES
from loadzone.formats.format import HEAD_BYTES
from loadzone.formats.registry import registry
from loadzone.words.errors import BadInput, UnknownFormat
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.platform import Platform


MOST_VALUES = 64_000_000
"""Bytes of a message of values: the most points with the longest names, as JSON, fit into it."""


async def arrive(
    platform: "Platform",
    intake: Intake,
    organisation: str,
    position: str,
    kind: Kind,
    body: bytes | AsyncIterable[bytes],
    *,
    door: str,
    key: str | None = None,
    name: str = "",
) -> Receipt:
    """Hand a message to intake; it returns when the message is safe there.

    Parameters
    ----------
    body : the whole of it, or its parts as they come; beyond 4 MB it is kept as an object, intake carries the reference
    door : by which way it came, as «http»
    key : what the sender calls the message; the same key again is the same message. None: the same bytes are
    name : of a file, where the body does not carry one

    Raises
    ------
    BadInput : organisation or position is no identifier, or there is no such kind
    BadMessage : the body is not what its kind says, or too large
    UnknownFormat : no reader recognises the file
    NotStored, StoreUnavailable : it is not kept; the sender tries again
    """
    address = Address(organisation, position)
    if kind not in KINDS:
        raise BadInput(text("{kind} is no kind of message: choose {known}", kind=kind, known=", ".join(KINDS)))
    head = encode_file(File(b"", name)) if kind == "file" and name else b""
    if not isinstance(body, bytes):
        parts = _behind(head, body)
        start, is_whole = await _start(parts)
        if not is_whole:
            _check_file(kind, start)
            return await _large(platform, intake, address, kind, _behind(start, parts), door=door, key=key)
        body = start
    else:
        body = body if body.startswith(MAGIC) else head + body
    _check_file(kind, body)
    await asyncio.to_thread(decode, kind, body)
    return await intake.publish(address, kind, body, door=door, id=_identity(address, kind, key))


async def _large(
    platform: "Platform",
    intake: Intake,
    address: Address,
    kind: Kind,
    parts: AsyncIterable[bytes],
    *,
    door: str,
    key: str | None,
) -> Receipt:
    """Keep the parts as an object; the message is named by what passed."""
    said = blake2b(f"{address}/{kind}\n".encode(), digest_size=16)

    async def heard() -> AsyncIterator[bytes]:
        async for part in parts:
            said.update(part)
            yield part

    reference, _ = await platform.bodies.put_stream(heard(), MOST_VALUES if kind == "values" else MOST_BYTES)
    known = _identity(address, kind, key) or said.hexdigest()
    return await intake.publish(address, kind, b"", door=door, id=known, reference=reference)


async def _start(parts: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """What comes first, as far as a message carries it, and whether that is all."""
    found: list[bytes] = []
    size = 0
    async for part in parts:
        found.append(part)
        size += len(part)
        if size > MOST_BODY:
            return b"".join(found), False
    return b"".join(found), True


async def _behind(head: bytes, parts: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if head:
        yield head
    async for part in parts:
        yield part


def _identity(address: Address, kind: Kind, key: str | None) -> str | None:
    return None if key is None else message_id(address, kind, b"key\n" + key.encode())


def _check_file(kind: Kind, body: bytes) -> None:
    """A file that no reader recognises is refused at the door, where its sender still listens."""
    if kind != "file":
        return
    message = decode("file", body)
    assert isinstance(message, File)  # noqa: S101  the kind said so
    known = registry().formats
    if not any(each.sniff(message.content[:HEAD_BYTES], message.name) for each in known.values()):
        raise UnknownFormat(
            text(
                "{file}: no reader recognises its content (the name's ending does not count); known are {formats}: "
                "export the recording in one of these",
                file=message.name or "file",
                formats=", ".join(sorted(known)),
            )
        )
