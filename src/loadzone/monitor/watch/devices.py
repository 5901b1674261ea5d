"""Status of devices by NAMUR NE 107: sensor, cable, clock, unit; never a word about the machine.

A machine whose sensor is dead is not well and not ill: it is not seen. So what is wrong with the chain that measures
has its own status, its own alarms and its own place; readings that it spoils say nothing about the bearing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from loadzone.words.tables import read_table
from loadzone.words.texts import Text, text

Status = Literal["good", "function check", "maintenance required", "out of specification", "failure"]
Device = Literal["sensor", "cable", "clock", "unit"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""From best to worst; the order of the middle ones is ours."""
DEVICES: tuple[Device, ...] = get_args(Device)
WORDS: dict[str, Text] = {
    "good": text("good"),
    "function check": text("function check"),
    "maintenance required": text("maintenance required"),
    "out of specification": text("out of specification"),
    "failure": text("failure"),
    "sensor": text("sensor"),
    "cable": text("cable"),
    "clock": text("clock"),
    "unit": text("measuring unit"),
}
JUDGED: tuple[Status, ...] = ("good", "maintenance required")
"""With these, what was measured may still be judged."""


@dataclass(frozen=True)
class DeviceStatus:
    """The worst status of a chain, the device that it points at, and the codes that led to it.

    Source of the words: NAMUR NE 107, read second-hand; an edition of 2025-07 exists and was not read.
    """

    status: Status = "good"
    device: Device | None = None
    codes: tuple[str, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether the machine may be judged by what this chain measured."""
        return self.status in JUDGED

    @property
    def sentence(self) -> Text:
        """Status in words."""
        if self.device is None:
            return text("the measuring chain is good")
        return text(
            "{device}: {status} ({codes})",
            device=WORDS[self.device],
            status=WORDS[self.status],
            codes=", ".join(self.codes),
        )


def device_status(problems: Iterable[str]) -> DeviceStatus:
    """Status of the chain behind a record with these problems; codes that concern no device are passed over.

    >>> device_status(("clipped", "dropouts", "two_readings"))
    DeviceStatus(status='failure', device='cable', codes=('dropouts', 'clipped'))
    """
    known = _table()
    found = sorted({code for code in problems if code in known}, key=lambda code: (-_rank(code), code))
    if not found:
        return DeviceStatus()
    device, status = known[found[0]]
    return DeviceStatus(status, device, tuple(found))


def each_device(problems: Iterable[str]) -> dict[Device, DeviceStatus]:
    """Status of each kind of device by itself."""
    known = _table()
    codes = tuple(problems)
    return {
        device: device_status(code for code in codes if code in known and known[code][0] == device)
        for device in DEVICES
    }


def _rank(code: str) -> int:
    return STATUSES.index(_table()[code][1])


@cache
def _table() -> dict[str, tuple[Device, Status]]:
    rows = read_table("loadzone.monitor", "device_status.csv", ("code", "device", "status"))
    return {row["code"]: (row["device"], row["status"]) for row in rows}  # type: ignore[misc]  # words of the table
