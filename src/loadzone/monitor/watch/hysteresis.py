"""When a condition begins and ends: m of n readings above, then calm for a while, so that nothing flaps."""

from dataclasses import dataclass
from typing import Literal

from loadzone.monitor.watch.kept import Kept, but
from loadzone.monitor.watch.reading import DAY_US

Change = Literal["raised", "returned"]


@dataclass(frozen=True)
class Delay:
    """How slowly a condition begins and ends.

    It begins when ``over`` of the last ``among`` readings are above, and ends after ``calm`` readings in a row that are
    clear, at least ``least_active_us`` after its beginning.
    """

    over: int = 1
    among: int = 1
    calm: int = 3
    least_active_us: int = DAY_US


@dataclass(frozen=True)
class Condition(Kept):
    """Whether something is the case now: since when, the last readings (newest last), and the calm ones in a row."""

    is_active: bool = False
    since_us: int = 0
    recent: tuple[bool, ...] = ()
    calm: int = 0


def follow(
    condition: Condition, delay: Delay, at_us: int, *, is_over: bool, is_clear: bool
) -> tuple[Condition, Change | None]:
    """The condition after one more reading.

    Parameters
    ----------
    is_over : the reading is above the limit
    is_clear : it is below the lower level at which the condition may end; between the two neither is true

    >>> condition, delay = Condition(), Delay(over=2, among=3, calm=1, least_active_us=0)
    >>> changes = []
    >>> for at_us, value in enumerate([5.0, 5.0, 3.5, 2.0]):
    ...     condition, change = follow(condition, delay, at_us, is_over=value > 4, is_clear=value < 3)
    ...     changes.append(change)
    >>> changes
    [None, 'raised', None, 'returned']
    """
    recent = (*condition.recent, is_over)[-delay.among :]
    calm = min(condition.calm + 1, delay.calm) if is_clear else 0
    if not condition.is_active and sum(recent) >= delay.over:
        return Condition(is_active=True, since_us=at_us, recent=recent), "raised"
    is_over_long = at_us - condition.since_us >= delay.least_active_us
    if condition.is_active and calm >= delay.calm and is_over_long:
        return Condition(since_us=at_us), "returned"
    return but(condition, recent=recent, calm=calm), None
