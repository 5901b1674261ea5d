"""Topics of Sparkplug B, and the two JSON documents by which a host application says that it is there or gone."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

import msgspec

from loadzone.words.errors import BadInput, BadMessage
from loadzone.words.texts import text

NAMESPACE = "spBv1.0"
MessageType = Literal["NBIRTH", "NDEATH", "NDATA", "NCMD", "DBIRTH", "DDEATH", "DDATA", "DCMD"]
OF_DEVICES = frozenset({"DBIRTH", "DDEATH", "DDATA", "DCMD"})
_TYPES = frozenset(get_args(MessageType))


@dataclass(frozen=True, order=True)
class Node:
    """An edge node: group and node together are unique.

    Raises
    ------
    BadInput : an identifier is empty or has one of ``+ / #``
    """

    group: str
    node: str

    def __post_init__(self) -> None:
        check_id(self.group, "group")
        check_id(self.node, "node")

    def topic(self, kind: MessageType, device: str | None = None) -> str:
        """The topic of a message of this node or of one of its devices.

        Raises
        ------
        BadInput : a device for a message of the node, none for one of a device, or an identifier that is none
        """
        if (device is not None) != (kind in OF_DEVICES):
            raise BadInput(
                text("{kind} of device {device}: D... belongs to a device, N... to none", kind=kind, device=str(device))
            )
        levels = [NAMESPACE, self.group, kind, self.node]
        return "/".join(levels if device is None else [*levels, check_id(device, "device")])

    def __str__(self) -> str:
        return f"{self.group}/{self.node}"


@dataclass(frozen=True)
class Topic:
    """What a topic says."""

    node: Node
    kind: MessageType
    device: str | None = None


def check_id(value: str, what: str) -> str:
    """``value`` itself, if it can be an identifier of Sparkplug.

    Raises
    ------
    BadInput : empty, not UTF-8, or with one of ``+ / #``
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        value = ""
    if value and not set(value) & set("+/#\0"):
        return value
    raise BadInput(
        text("{what} {value}: an identifier of Sparkplug is text without + / #", what=what, value=repr(value))
    )


def parse(topic: str) -> Topic:
    """A topic of a node or device.

    Raises
    ------
    BadMessage : another namespace, message type or number of levels
    """
    levels = topic.split("/")
    is_device = len(levels) == 5
    if (
        len(levels) in {4, 5}
        and levels[0] == NAMESPACE
        and levels[2] in _TYPES
        and is_device == (levels[2] in OF_DEVICES)
        and all(levels)
    ):
        return Topic(Node(levels[1], levels[3]), cast("MessageType", levels[2]), levels[4] if is_device else None)
    raise BadMessage(text("topic {topic} is none of Sparkplug B", topic=repr(topic)[:120]))


def state_topic(host: str) -> str:
    """Where a host application says whether it is there."""
    return f"{NAMESPACE}/STATE/{check_id(host, 'host')}"


class State(msgspec.Struct, frozen=True):
    """There or gone, since when (ms UTC)."""

    online: bool
    timestamp: int

    def encode(self) -> bytes:
        """The JSON of the message."""
        return msgspec.json.encode(self)


def parse_state(body: bytes) -> State:
    """What a STATE message says.

    Raises
    ------
    BadMessage : it is not the JSON of version 3 (older ones sent ``ONLINE`` as text)
    """
    try:
        return msgspec.json.decode(body, type=State)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(text("STATE {body} is not the JSON of Sparkplug 3", body=repr(bytes(body[:40])))) from error
