"""What our server shows of a position, and how that becomes nodes: names, identifiers and types; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Health = Literal["unknown", "good", "watch", "plan", "act"]
LEVELS: dict[Health, int] = {"unknown": -1, "good": 0, "watch": 1, "plan": 2, "act": 3}
"""The number of a health state: the higher, the sooner something must be done; -1 where nothing can be said."""
NAMES = {"level": "健康等级", "health": "健康状态", "advice": "诊断建议", "values": "最新值"}
"""Browse names of the nodes below a position, by the end of their identifiers."""
_MOST_NAME = 120


@dataclass(frozen=True)
class ShownValue:
    """The latest value of a quantity."""

    quantity: str
    value: float
    unit: str
    time_us: int


@dataclass(frozen=True)
class Shown:
    """A position as it is shown to the customer's systems, worded in the customer's language.

    ``machine`` and ``position`` are identifiers, their names are free. ``health_text``: the state in words.
    ``is_measured``: False while the device is at fault, so that what is shown is old.

    Raises
    ------
    BadInput : a name that is empty, too long or has characters that are not seen
    """

    machine: str
    machine_name: str
    position: str
    position_name: str
    health: Health
    health_text: str
    time_us: int
    advice: str = ""
    values: tuple[ShownValue, ...] = ()
    is_measured: bool = True

    def __post_init__(self) -> None:
        names = (self.machine, self.machine_name, self.position, self.position_name)
        for each in (*names, *(value.quantity for value in self.values)):
            if not each or len(each) > _MOST_NAME or not each.isprintable():
                raise BadInput(
                    text("name {value}: 1 to {limit} visible characters", value=repr(each)[:80], limit=_MOST_NAME)
                )


@dataclass(frozen=True)
class Cell:
    """One variable: the end of its identifier, its browse name, value, unit and time."""

    key: str
    name: str
    value: float | int | str
    unit: str
    time_us: int


def cells(shown: Shown) -> Iterator[Cell]:
    """The variables of a position, without those of its values."""
    yield Cell("level", NAMES["level"], LEVELS[shown.health], "", shown.time_us)
    yield Cell("health", NAMES["health"], shown.health_text, "", shown.time_us)
    yield Cell("advice", NAMES["advice"], shown.advice, "", shown.time_us)


def value_cells(shown: Shown) -> Iterator[Cell]:
    """The variables of its latest values."""
    for each in shown.values:
        yield Cell(f"values/{each.quantity}", each.quantity, each.value, each.unit, each.time_us)
