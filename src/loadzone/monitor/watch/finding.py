"""What a step tells: one fact with its cause, its sentence, and the numbers it was drawn from."""

from dataclasses import dataclass
from typing import Literal

from loadzone.monitor.watch.alarms import AlarmEvent
from loadzone.monitor.watch.limits import Limit
from loadzone.words.texts import Text

FindingKind = Literal[
    "late", "device", "coverage", "baseline", "excess", "limit", "bearing", "due", "alarm"
]  # fmt: skip
"""``device`` is about the measuring chain, ``excess``, ``limit`` and ``bearing`` are about the machine; the others are
about the watch itself."""
FindingChange = Literal["raised", "returned", "noted"]


@dataclass(frozen=True)
class Finding:
    """One fact at a time; ``cause`` is the key of its alarm where it has one."""

    at_us: int
    kind: FindingKind
    change: FindingChange
    cause: str
    sentence: Text
    quantity: str = ""
    value: float | None = None
    limit: Limit | None = None
    event: AlarmEvent | None = None
