"""From what is so to an alarm: a condition with its delay, the alarm of its cause, and a finding for each change."""

from collections.abc import Iterable
from dataclasses import dataclass

from loadzone.monitor.watch.alarms import STATE_WORDS, Alarm, Moved, Priority, elapse, observe
from loadzone.monitor.watch.finding import Finding, FindingKind
from loadzone.monitor.watch.hysteresis import Condition, Delay, follow
from loadzone.monitor.watch.kept import but
from loadzone.monitor.watch.limits import Limit
from loadzone.monitor.watch.state import PositionState
from loadzone.words.texts import Text, text

Step = tuple[PositionState, tuple[Finding, ...]]


@dataclass(frozen=True)
class Cause:
    """What an alarm is about: its key, what kind of finding it is, how urgent, whether it latches, its delay."""

    key: str
    kind: FindingKind
    priority: Priority
    delay: Delay
    latches: bool = False


@dataclass(frozen=True)
class Seen:
    """What one reading says of a cause, and the numbers to tell when it changes."""

    is_over: bool
    is_clear: bool
    sentence: Text
    quantity: str = ""
    value: float | None = None
    limit: Limit | None = None


def settled(state: PositionState, cause: Cause, seen: Seen, at_us: int) -> Step:
    """The state after what one reading says of a cause; nothing is kept of a cause that was never over."""
    before = state.conditions.get(cause.key)
    if before is None and not seen.is_over:
        return state, ()
    after, change = follow(before or Condition(), cause.delay, at_us, is_over=seen.is_over, is_clear=seen.is_clear)
    if after != before:
        state = but(state, conditions={**state.conditions, cause.key: after})
    if change is None:
        return state, ()
    alarm = state.alarms.get(cause.key) or Alarm(state.position, cause.key, cause.priority, cause.latches)
    sentence = seen.sentence if change == "raised" else text("«{cause}» is over", cause=cause.key)
    finding = Finding(at_us, cause.kind, change, cause.key, sentence, seen.quantity, seen.value, seen.limit)
    state, moved = alarm_moved(state, observe(alarm, at_us, is_active=change == "raised"))
    return state, (finding, *moved)


def alarm_moved(state: PositionState, moved: Moved) -> Step:
    """The state with an alarm as it now is, and a finding for each of its events."""
    alarm, events = moved
    findings = tuple(
        Finding(
            event.at_us,
            "alarm",
            "noted",
            event.cause,
            text(
                "alarm «{cause}»: {before} becomes {after}",
                cause=event.cause,
                before=STATE_WORDS[event.before],
                after=STATE_WORDS[event.after],
            ),
            event=event,
        )
        for event in events
    )
    return but(state, alarms={**state.alarms, alarm.cause: alarm}), findings


def shelves_ended(state: PositionState, now_us: int) -> Step:
    """The state after the shelves whose time is over by now."""
    return _all_moved(state, (elapse(alarm, now_us) for alarm in state.alarms.values() if alarm.state == "shelved"))


def _all_moved(state: PositionState, moves: Iterable[Moved]) -> Step:
    found: tuple[Finding, ...] = ()
    for moved in tuple(moves):
        if moved[1]:
            state, more = alarm_moved(state, moved)
            found += more
    return state, found
