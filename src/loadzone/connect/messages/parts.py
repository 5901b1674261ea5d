"""What the binary messages share: magic and version, short texts, times, and the comparison that comes first."""

import struct
from datetime import UTC, datetime

from loadzone.words.errors import BadMessage
from loadzone.words.texts import text

VERSION = 1
EARLIEST_US = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
LATEST_US = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_SHOWN = 80


def unpack(layout: struct.Struct, body: bytes, magic: bytes) -> tuple[int | float, ...]:
    """The fixed head of a binary message without its magic and version.

    Raises
    ------
    BadMessage : shorter than the head, another magic or another version
    """
    if len(body) < layout.size or not body.startswith(magic):
        raise BadMessage(
            text(
                "a binary message of this kind begins with {magic} and a head of {limit} bytes; this one has {size}"
                " bytes and begins with {head}",
                magic=magic.decode(),
                limit=layout.size,
                size=len(body),
                head=repr(bytes(body[:4])),
            )
        )
    _, version, *fields = layout.unpack_from(body)
    if version != VERSION:
        raise BadMessage(
            text("version {version} of this message is not known: {known} is", version=version, known=VERSION)
        )
    return tuple(fields)


def check_length(claimed: int, size: int) -> None:
    """One comparison before anything is allocated: what the head promises is what is there.

    Raises
    ------
    BadMessage : more or less than that
    """
    if claimed != size:
        raise BadMessage(
            text(
                "the head of the message promises {claimed} bytes and the message has {size}: it is torn, or its"
                " count is wrong",
                claimed=claimed,
                size=size,
            )
        )


def read_name(raw: bytes, what: str, most: int) -> str:
    """A name in UTF-8, as `check_name`.

    Raises
    ------
    BadMessage : it is not UTF-8, or not a name
    """
    try:
        return check_name(raw.decode(), what, most)
    except UnicodeDecodeError as error:
        raise BadMessage(text("{what} {value} is not UTF-8", what=what, value=repr(raw)[:_SHOWN])) from error


def check_name(name: str, what: str, most: int, least: int = 1) -> str:
    """``name`` itself, if it has ``least`` to ``most`` characters that can be seen.

    Raises
    ------
    BadMessage : too long, empty, or with control characters
    """
    if least <= len(name) <= most and name.isprintable():
        return name
    raise BadMessage(
        text(
            "{what} {value}: a name has {least} to {most} characters and none that cannot be seen",
            what=what,
            value=repr(name)[:_SHOWN],
            least=least,
            most=most,
        )
    )


def check_time(time_us: int) -> int:
    """``time_us`` itself, if it lies in 1990 .. 2100.

    Raises
    ------
    BadMessage : it does not; most often it was given in seconds or milliseconds
    """
    if EARLIEST_US <= time_us < LATEST_US:
        return time_us
    raise BadMessage(
        text(
            "time {time_us} µs lies outside 1990 to 2100: give whole microseconds since 1970-01-01 UTC (not seconds or"
            " milliseconds), or RFC 3339",
            time_us=str(time_us)[:_SHOWN],
        )
    )
