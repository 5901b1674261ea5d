"""Where a message belongs: an organisation and a position, as an MQTT topic, as a NATS subject, and its shard.

Identifiers are plain (``[A-Za-z0-9_-]{1,64}``), because a dot in a topic becomes ``//`` in a subject and a space closes
the connection of the one who sends it; names that people read are free and live in the catalog.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, get_args

from loadzone.words.errors import BadInput, BadMessage
from loadzone.words.texts import text

Kind = Literal["values", "waveform", "file"]
"""What a message carries: measured numbers, one channel of samples, or a file of any format that we read."""

KINDS: tuple[Kind, ...] = get_args(Kind)
TOPIC_ROOT = "in"
"""Devices publish below ``in/``, which no stream captures by subject."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_SHOWN = 80


def identifier(value: str, what: str = "identifier") -> str:
    """``value`` itself, if it can stand in a topic, a subject and a file name.

    ``what`` names it in the sentence.

    Raises
    ------
    BadInput : empty, longer than 64 characters, or anything but letters, digits, «_» and «-»
    """
    if isinstance(value, str) and _IDENTIFIER.match(value):
        return value
    raise BadInput(
        text(
            "{what} {value}: an identifier has 1 to 64 of the characters A-Z a-z 0-9 _ -; the name that people read can"
            " be any",
            what=what,
            value=repr(value)[:_SHOWN],
        )
    )


@dataclass(frozen=True, order=True)
class Address:
    """A position of an organisation; both are identifiers.

    Raises
    ------
    BadInput : one of them is no identifier

    >>> Address("acme", "pump-1").topic("values")
    'in/acme/pump-1/values'
    """

    organisation: str
    position: str

    def __post_init__(self) -> None:
        identifier(self.organisation, "organisation")
        identifier(self.position, "position")

    def topic(self, kind: Kind) -> str:
        """The MQTT topic that a device publishes to."""
        return f"{TOPIC_ROOT}/{self.organisation}/{self.position}/{kind}"

    def subject(self, root: str) -> str:
        """The NATS subject below ``root``."""
        return f"{root}.{self.organisation}.{self.position}"

    def shard(self, shards: int) -> int:
        """The shard of 0 .. ``shards`` - 1 that keeps this position's order: the same on every machine, for ever."""
        digest = blake2b(f"{self.organisation}/{self.position}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % shards

    def __str__(self) -> str:
        return f"{self.organisation}/{self.position}"


def parse_topic(topic: str) -> tuple[Address, Kind]:
    """Address and kind of an MQTT topic of ours.

    Raises
    ------
    BadMessage : it is not ``in/<organisation>/<position>/<values|waveform|file>``
    """
    return _parsed(topic.split("/"), topic)


def parse_subject(subject: str) -> tuple[Address, Kind]:
    """As `parse_topic`, of the NATS subject that the listener makes of a topic.

    Raises
    ------
    BadMessage : as `parse_topic`
    """
    return _parsed(subject.split("."), subject)


def _parsed(levels: list[str], whole: str) -> tuple[Address, Kind]:
    if len(levels) == 4 and levels[0] == TOPIC_ROOT and levels[3] in KINDS:
        try:
            return Address(levels[1], levels[2]), levels[3]
        except BadInput as error:
            raise BadMessage(error.message) from error
    raise BadMessage(
        text(
            "topic {topic}: devices publish to in/ORGANISATION/POSITION/KIND with the kind values, waveform or file",
            topic=repr(whole)[:_SHOWN],
        )
    )


def subject_of(topic: str) -> str:
    """The NATS subject that the MQTT listener makes of a topic or of a filter with ``+`` and ``#``.

    >>> subject_of("spBv1.0/plant/+/node"), subject_of("in/acme/#"), subject_of("a//b")
    ('spBv1//0.plant.*.node', 'in.acme.>', 'a./.b')

    Raises
    ------
    BadInput : a space, a control character, or a character that means something else to NATS
    """
    if not topic or any(each in "*>" or not each.isprintable() or each.isspace() for each in topic):
        raise BadInput(
            text(
                "topic {topic}: the listener carries no empty topic, no space, no control character and no * or >",
                topic=repr(topic)[:_SHOWN],
            )
        )
    wild = {"": "/", "+": "*", "#": ">"}
    return ".".join(wild.get(level, level.replace(".", "//")) for level in topic.split("/"))
