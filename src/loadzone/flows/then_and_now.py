"""Then and now: every value of a stored finding beside the one that is computed again, and how far they are apart."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from loadzone.flows.why import SAME, Chain

__all__ = ["SAME", "Compared", "then_and_now"]


@dataclass(frozen=True)
class Compared:
    """A value at its place in the finding, stored and computed again; ``relative`` is the difference of two numbers."""

    place: str
    stored: Any
    again: Any

    @property
    def is_exact(self) -> bool:
        """Whether both are the same to the last digit."""
        return bool(self.stored == self.again) and type(self.stored) is type(self.again)

    @property
    def relative(self) -> float | None:
        """Difference over the larger of two numbers; None where one is no number.

        >>> Compared("x", 2.0, 1.0).relative, Compared("x", "a", 1.0).relative
        (0.5, None)
        """
        if not (_is_number(self.stored) and _is_number(self.again)):
            return None
        largest = max(abs(self.stored), abs(self.again))
        return abs(self.stored - self.again) / largest if largest else 0.0

    @property
    def is_same(self) -> bool:
        """Whether they agree: numbers within the rounding of two machines, all else exactly."""
        if _is_number(self.stored) and _is_number(self.again):
            return math.isclose(self.stored, self.again, rel_tol=SAME, abs_tol=1e-300)
        return bool(self.stored == self.again)


def then_and_now(chain: Chain) -> tuple[Compared, ...]:
    """Every value of the finding, in the order in which it is stored; empty where it was not computed again."""
    stored = chain.result.get("found")
    return tuple(_leaves("", stored, chain.again)) if stored and chain.again else ()


def _leaves(place: str, stored: Any, again: Any) -> Iterator[Compared]:  # noqa: ANN401  JSON
    if isinstance(stored, dict) and isinstance(again, dict):
        for name in [*stored, *(each for each in again if each not in stored)]:
            yield from _leaves(f"{place}.{name}" if place else name, stored.get(name), again.get(name))
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        for number, (one, other) in enumerate(zip(stored, again, strict=True)):
            yield from _leaves(f"{place}[{number}]", one, other)
    else:
        yield Compared(place, stored, again)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
