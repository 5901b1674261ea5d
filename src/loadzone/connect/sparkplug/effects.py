"""What a machine wants done, or has found out; the one who feeds it does the former and uses the latter."""

from dataclasses import dataclass
from typing import Any

from loadzone.connect.sparkplug.datatypes import DataType
from loadzone.connect.sparkplug.topics import Node
from loadzone.words.texts import Text


@dataclass(frozen=True)
class Publish:
    """Send this."""

    topic: str
    body: bytes
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True)
class Subscribe:
    """Listen to this."""

    topic: str
    qos: int = 1


@dataclass(frozen=True)
class Connect:
    """Connect to the server of that number in the list, with a clean session and this will."""

    server: int
    will: Publish


@dataclass(frozen=True)
class Disconnect:
    """Leave; the death has been published before."""


@dataclass(frozen=True)
class Reading:
    """One value of a metric; ``time_ms`` is the sender's where it can be, ``received_ms`` the host's (UTC)."""

    name: str
    datatype: DataType | None
    value: Any
    time_ms: int
    received_ms: int
    is_historical: bool = False
    quality: int | None = None


@dataclass(frozen=True)
class Readings:
    """Values of a node (``device`` None) or of one of its devices, in the order of the payload."""

    node: Node
    device: str | None
    readings: tuple[Reading, ...]
    is_birth: bool = False


@dataclass(frozen=True)
class Presence:
    """A node or device came (``is_online``) or went, at that time; when it went all its metrics are stale."""

    node: Node
    device: str | None
    is_online: bool
    at_ms: int


@dataclass(frozen=True)
class Deviation:
    """A node does not keep to the specification; told once for each kind."""

    node: Node
    kind: str
    told: Text


@dataclass(frozen=True)
class Command:
    """A host wrote to a metric of ours."""

    device: str | None
    name: str
    value: Any


Effect = Publish | Subscribe | Connect | Disconnect | Readings | Presence | Deviation | Command
