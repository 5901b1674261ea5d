"""How many alarms people are asked to bear: per hour, in floods, stale ones, and how priorities are shared out.

Targets of ISA-18.2-2016 / IEC 62682 for one operator, read second-hand: about 6 an hour acceptable, 12 manageable; a
flood begins with 10 in 10 minutes, less than 1 % of the time; priorities 80 % low, 15 % medium, 5 % high; an alarm is
stale after 24 h. That a flood ends with fewer than 5 in 10 minutes is from memory.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loadzone.monitor.watch.alarms import Alarm, AlarmEvent, Priority, is_chattering
from loadzone.monitor.watch.reading import DAY_US, HOUR_US, SECOND_US
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

ACCEPTABLE_PER_HOUR, MANAGEABLE_PER_HOUR = 6.0, 12.0
FLOOD_US = 600 * SECOND_US
FLOOD_BEGINS, FLOOD_ENDS = 10, 5
FLOOD_SHARE_TARGET = 0.01
STALE_US = DAY_US
PRIORITY_TARGETS: dict[Priority, float] = {"low": 0.80, "medium": 0.15, "high": 0.05}


@dataclass(frozen=True)
class AlarmLoad:
    """Figures of a span of time: raises, their rate, the worst ten minutes, floods, and what is open at the end."""

    raises: int
    per_hour: float
    most_in_ten_minutes: int
    floods: int
    flood_share: float
    stale: int
    chattering: int
    priorities: dict[Priority, float]
    frequent: tuple[tuple[str, str, int], ...]

    @property
    def is_acceptable(self) -> bool:
        """Whether rate and floods are within the targets."""
        return self.per_hour <= ACCEPTABLE_PER_HOUR and self.flood_share < FLOOD_SHARE_TARGET


def alarm_load(
    events: Iterable[AlarmEvent], alarms: Iterable[Alarm], start_us: int, end_us: int, most: int = 10
) -> AlarmLoad:
    """Figures of the events from ``start_us`` until ``end_us``.

    Parameters
    ----------
    events : of all alarms that these people see; moves to «unacknowledged» are raises
    alarms : as they are at the end
    most : so many of the most frequent (position, cause, raises) are named

    Raises
    ------
    BadInput : the span is empty
    """
    if end_us <= start_us:
        raise BadInput(text("the load of alarms needs a span of time: the end is not after the start"))
    raised = [event for event in events if event.after == "unacknowledged" and start_us <= event.at_us < end_us]
    times = sorted(event.at_us for event in raised)
    counts = [number + 1 - bisect_left(times, at_us - FLOOD_US + 1) for number, at_us in enumerate(times)]
    floods, flooded_us = _floods(times, counts, end_us)
    standing = [alarm for alarm in alarms if alarm.is_open]
    active = [alarm for alarm in standing if alarm.is_active and alarm.state in {"unacknowledged", "acknowledged"}]
    shares = Counter(alarm.priority for alarm in standing)
    frequent = Counter((event.position, event.cause) for event in raised).most_common(most)
    return AlarmLoad(
        raises=len(raised),
        per_hour=len(raised) * HOUR_US / (end_us - start_us),
        most_in_ten_minutes=max(counts, default=0),
        floods=floods,
        flood_share=flooded_us / (end_us - start_us),
        stale=sum(alarm.raised_us is not None and end_us - alarm.raised_us > STALE_US for alarm in active),
        chattering=sum(is_chattering(alarm, end_us) for alarm in standing),
        priorities={name: shares[name] / len(standing) for name in PRIORITY_TARGETS} if standing else {},
        frequent=tuple((position, cause, count) for (position, cause), count in frequent),
    )


def _floods(times: Sequence[int], counts: Sequence[int], end_us: int) -> tuple[int, int]:
    """How many floods, and how long they lasted: from the tenth alarm in ten minutes until fewer than five are left."""
    floods = lasted_us = 0
    began_us: int | None = None
    for number, (at_us, count) in enumerate(zip(times, counts, strict=True)):
        if began_us is not None:
            # the window before this alarm may have emptied: when the fifth last one left it
            ended_us = _calm_again(times[:number])
            if ended_us <= at_us:
                lasted_us += ended_us - began_us
                began_us = None
        if began_us is None and count >= FLOOD_BEGINS:
            floods += 1
            began_us = at_us
    if began_us is not None:
        lasted_us += max(min(_calm_again(times), end_us) - began_us, 0)
    return floods, lasted_us


def _calm_again(times: Sequence[int]) -> int:
    """When fewer than five of these are within the last ten minutes."""
    return times[-FLOOD_ENDS] + FLOOD_US if len(times) >= FLOOD_ENDS else times[-1]
