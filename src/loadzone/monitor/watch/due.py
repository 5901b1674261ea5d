"""When a full diagnosis is due: often enough to see damage, seldom enough that the load stays bounded."""

from dataclasses import dataclass
from typing import Literal

from loadzone.monitor.watch.kept import Kept
from loadzone.monitor.watch.reading import DAY_US, HOUR_US
from loadzone.words.texts import Text, text

Reason = Literal["asked", "exchanged", "change", "interval"]
REASONS: dict[Reason, Text] = {
    "asked": text("a person asked for it"),
    "exchanged": text("first recording after an exchange"),
    "change": text("a descriptor has moved from its baseline"),
    "interval": text("the interval is over"),
}


@dataclass(frozen=True)
class DuePolicy:
    """How often, and what for.

    At least every ``interval_us``; on a change not sooner than ``spacing_us`` after the last; ``most_a_day`` bounds
    what changes and intervals cause. What people ask for and first recordings come on top, once each.

    A change is a ratio of excess to limit at least ``change``, and by that much above what the last diagnosis saw.
    """

    interval_us: int = DAY_US
    spacing_us: int = 4 * HOUR_US
    most_a_day: int = 4
    change: float = 0.7
    growth: float = 0.3


@dataclass(frozen=True)
class DueState(Kept):
    """Last diagnosis, the ratio that it saw, how many there were on its day, and what waits for the next recording."""

    last_us: int | None = None
    seen_ratio: float = 0.0
    day: int = -1
    today: int = 0
    is_asked: bool = False
    is_first: bool = True


def due(
    state: DueState, policy: DuePolicy, at_us: int, *, has_recording: bool, ratio: float = 0.0
) -> tuple[DueState, Reason | None]:
    """Whether this reading's recording shall be diagnosed in full, and why.

    Parameters
    ----------
    at_us : time of the reading
    has_recording : without samples nothing can be diagnosed; what waits goes on waiting
    ratio : largest excess over its limit, 0 where nothing is known

    >>> state, reason = due(DueState(), DuePolicy(), 0, has_recording=True)
    >>> reason
    'exchanged'
    >>> due(state, DuePolicy(), DAY_US // 2, has_recording=True)[1]
    >>> due(state, DuePolicy(), DAY_US, has_recording=True)[1]
    'interval'
    """
    if not has_recording:
        return state, None
    reason = _reason(state, policy, at_us, ratio)
    if reason is None:
        return state, None
    day = at_us // DAY_US
    before = state.today if state.day == day else 0
    counts = reason in {"change", "interval"}
    return DueState(at_us, ratio, day, before + counts, is_asked=False, is_first=False), reason


def _reason(state: DueState, policy: DuePolicy, at_us: int, ratio: float) -> Reason | None:
    if state.is_first or state.last_us is None:
        return "exchanged"
    if state.is_asked:
        return "asked"
    if state.day == at_us // DAY_US and state.today >= policy.most_a_day:
        return None
    waited_us = at_us - state.last_us
    is_changed = ratio >= policy.change and ratio >= state.seen_ratio + policy.growth
    if is_changed and waited_us >= policy.spacing_us:
        return "change"
    return "interval" if waited_us >= policy.interval_us else None
