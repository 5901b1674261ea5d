"""What a person may say about the machine: which gears mesh near the bearing, which class its velocity belongs to."""

from dataclasses import dataclass
from typing import Literal

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Support = Literal["rigid", "flexible"]


LEAST_ORDER = 0.001
"""A shaft a thousand times slower leaves no line that a record of a few thousand revolutions resolves."""


@dataclass(frozen=True)
class Gear:
    """A wheel near the bearing: ``teeth`` on a shaft that turns at ``shaft_order`` times the reference shaft."""

    teeth: int
    shaft_order: float

    @classmethod
    def parse(cls, words: str) -> "Gear":
        """Read ``Z:ORDER``.

        >>> Gear.parse("23:0.4")
        Gear(teeth=23, shaft_order=0.4)
        """
        try:
            teeth, order = words.split(":")
            gear = cls(int(teeth), float(order))
        except ValueError:
            gear = cls(0, 0.0)
        if gear.teeth < 1 or not LEAST_ORDER <= gear.shaft_order < float("inf"):
            raise BadInput(
                text(
                    "gear «{words}» is not understood: say teeth and shaft order, for example 23:0.4",
                    words=words,
                )
            )
        return gear


@dataclass(frozen=True)
class Machine:
    """Group and support of ISO 10816-3: they choose the limits of the velocity zones."""

    group: Literal[1, 2]
    support: Support

    @classmethod
    def parse(cls, words: str) -> "Machine":
        """Read ``GROUP:SUPPORT``.

        >>> Machine.parse("2:rigid")
        Machine(group=2, support='rigid')
        """
        group, _, support = words.partition(":")
        if group not in ("1", "2") or support not in ("rigid", "flexible"):
            raise BadInput(
                text("machine «{words}» is not understood: say 1 or 2, a colon, and rigid or flexible", words=words)
            )
        return cls(1 if group == "1" else 2, "rigid" if support == "rigid" else "flexible")
