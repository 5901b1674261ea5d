"""The life of an alarm as IEC 62682 and ISA-18.2 describe it: a pure machine that evidence, people and time move.

Evidence says that a cause is there or gone; a person acknowledges, shelves, takes out of service, resets; time ends a
shelf; the design of the plant suppresses. Every move yields an event (who, when, why); a move that the state does not
allow is an error with a sentence, and nothing changes.

Source: states and moves of IEC 62682:2014 and ISA-18.2-2016 as public descriptions have them; the standards' text was
not read.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from loadzone.monitor.watch.kept import Kept
from loadzone.monitor.watch.reading import DAY_US, HOUR_US
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import Text, text

AlarmState = Literal[
    "normal",
    "unacknowledged",
    "acknowledged",
    "returned unacknowledged",
    "latched unacknowledged",
    "latched acknowledged",
    "shelved",
    "suppressed by design",
    "out of service",
]
Verb = Literal["acknowledge", "reset", "shelve", "unshelve", "suppress", "unsuppress", "take out", "return"]
"""What a person does; suppress and unsuppress are done by the plant's design (a rule), not by an operator."""
Priority = Literal["low", "medium", "high"]
STATES: tuple[AlarmState, ...] = get_args(AlarmState)
VERBS: tuple[Verb, ...] = get_args(Verb)

LONGEST_SHELF_US = DAY_US
CHATTER_RAISES, CHATTER_US = 3, DAY_US
"""Three raises within a day, since monitoring reads every hour or so; for control it is three within a minute."""
RAISES_KEPT = 8

STATE_WORDS: dict[AlarmState, Text] = {
    "normal": text("normal"),
    "unacknowledged": text("raised"),
    "acknowledged": text("acknowledged"),
    "returned unacknowledged": text("returned, not acknowledged"),
    "latched unacknowledged": text("latched, not acknowledged"),
    "latched acknowledged": text("latched, acknowledged"),
    "shelved": text("shelved"),
    "suppressed by design": text("suppressed by design"),
    "out of service": text("out of service"),
}
_IN_PLAY: tuple[AlarmState, ...] = STATES[:6]
_FROM: dict[Verb, tuple[AlarmState, ...]] = {
    "acknowledge": ("unacknowledged", "returned unacknowledged", "latched unacknowledged"),
    "reset": ("latched acknowledged",),
    "shelve": _IN_PLAY,
    "unshelve": ("shelved",),
    "suppress": _IN_PLAY,
    "unsuppress": ("suppressed by design",),
    "take out": (*_IN_PLAY, "shelved", "suppressed by design"),
    "return": ("out of service",),
}
_REFUSED: dict[Verb, Text] = {
    "acknowledge": text("an alarm that is «{state}» has nothing to acknowledge"),
    "reset": text("an alarm that is «{state}» cannot be reset: its cause must be gone and it must be acknowledged"),
    "shelve": text("an alarm that is «{state}» cannot be shelved: end that first"),
    "unshelve": text("an alarm that is «{state}» is on no shelf"),
    "suppress": text("an alarm that is «{state}» cannot be suppressed: end that first"),
    "unsuppress": text("an alarm that is «{state}» is not suppressed"),
    "take out": text("an alarm that is «{state}» cannot be taken out of service again"),
    "return": text("an alarm that is «{state}» cannot be returned to service: it was not taken out"),
}


class WrongState(LoadzoneError):
    """An alarm's state does not allow what was asked."""

    code = "wrong_state"
    status = 409


@dataclass(frozen=True)
class Alarm(Kept):
    """One cause at one position. ``is_active``: the cause is there now, whatever is hidden from people.

    ``latches``: stays after the cause has gone, until a person resets it. ``raised_us`` is the last raise, ``raises``
    the last few, ``spans_us`` how long the cause lasted at the last few returns; ``moves`` counts the events.
    """

    position: str
    cause: str
    priority: Priority = "low"
    latches: bool = False
    state: AlarmState = "normal"
    is_active: bool = False
    is_latched: bool = False
    raised_us: int | None = None
    changed_us: int | None = None
    shelved_until_us: int | None = None
    reason: str | None = None
    moves: int = 0
    raises: tuple[int, ...] = ()
    spans_us: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is anything but normal."""
        return self.state != "normal"

    @property
    def is_annunciated(self) -> bool:
        """Whether it asks for a person now."""
        return self.state in {"unacknowledged", "returned unacknowledged", "latched unacknowledged"}


@dataclass(frozen=True)
class AlarmEvent:
    """One move in an alarm's life: the ``number``-th; ``by`` a person, or «evidence», «time»; ``why`` in words."""

    position: str
    cause: str
    number: int
    before: AlarmState
    after: AlarmState
    at_us: int
    by: str
    why: str | None = None


@dataclass(frozen=True)
class Action:
    """What a person (or, for suppression, a rule of the design) does to the alarm of a cause."""

    cause: str
    verb: Verb
    at_us: int
    by: str
    reason: str | None = None
    until_us: int | None = None


Moved = tuple[Alarm, tuple[AlarmEvent, ...]]


def observe(alarm: Alarm, at_us: int, *, is_active: bool) -> Moved:
    """The alarm after evidence that its cause is there, or gone.

    >>> alarm, raised = observe(Alarm("p", "change"), 0, is_active=True)
    >>> alarm, returned = observe(alarm, 5, is_active=False)
    >>> [event.after for event in raised + returned]
    ['unacknowledged', 'returned unacknowledged']
    """
    if alarm.is_active == is_active:
        return alarm, ()
    if is_active:
        began = replace(alarm, is_active=True, raised_us=at_us, raises=(*alarm.raises, at_us)[-RAISES_KEPT:])
        return _move(began, "unacknowledged", at_us, "evidence") if alarm.state in _IN_PLAY else (began, ())
    span_us = at_us - (at_us if alarm.raised_us is None else alarm.raised_us)
    latched = alarm.is_latched or alarm.latches
    gone = replace(alarm, is_active=False, is_latched=latched, spans_us=(*alarm.spans_us, span_us)[-RAISES_KEPT:])
    if alarm.state == "unacknowledged":
        return _move(gone, "latched unacknowledged" if latched else "returned unacknowledged", at_us, "evidence")
    if alarm.state == "acknowledged":
        return _move(gone, "latched acknowledged" if latched else "normal", at_us, "evidence")
    return gone, ()


def act(alarm: Alarm, action: Action) -> Moved:
    """The alarm after what a person did.

    Raises
    ------
    WrongState : the state does not allow it
    BadInput : no name of who does it, no reason where one is obligatory, or a shelf that does not end within 24 h
    """
    if not action.by.strip():
        raise BadInput(text("an action on an alarm needs the name of who does it"))
    if alarm.state not in _FROM[action.verb]:
        raise WrongState(Text(_REFUSED[action.verb].msgid, {"state": STATE_WORDS[alarm.state]}))
    if action.verb in {"shelve", "suppress", "take out"} and not (action.reason or "").strip():
        raise BadInput(text("an alarm is not hidden without a reason: say why"))
    if action.verb == "acknowledge":
        return _move(alarm, _acknowledged(alarm), action.at_us, action.by, action.reason)
    if action.verb == "reset":
        return _move(replace(alarm, is_latched=False), "normal", action.at_us, action.by, action.reason)
    if action.verb == "shelve":
        return _shelved(alarm, action)
    if action.verb == "suppress":
        return _move(alarm, "suppressed by design", action.at_us, action.by, action.reason)
    if action.verb == "take out":
        out = replace(alarm, shelved_until_us=None)
        return _move(out, "out of service", action.at_us, action.by, action.reason)
    return _shown_again(alarm, action.at_us, action.by, action.reason)


def release(alarm: Alarm, at_us: int, by: str, why: str) -> Moved:
    """The alarm after a recorded action (an exchange) that removed its cause: neither active nor latched any more."""
    latches = alarm.latches
    alarm, gone = observe(replace(alarm, latches=False, is_latched=False), at_us, is_active=False)
    alarm = replace(alarm, latches=latches)
    if alarm.state == "latched acknowledged":
        alarm, freed = _move(alarm, "normal", at_us, by, why)
    elif alarm.state == "latched unacknowledged":
        alarm, freed = _move(alarm, "returned unacknowledged", at_us, by, why)
    else:
        freed = ()
    return alarm, gone + freed


def elapse(alarm: Alarm, now_us: int) -> Moved:
    """The alarm at ``now_us``: a shelf ends at its end, also where nobody looked until later."""
    end_us = alarm.shelved_until_us
    if alarm.state != "shelved" or end_us is None or now_us < end_us:
        return alarm, ()
    return _shown_again(alarm, end_us, "time", None)


def is_chattering(alarm: Alarm, now_us: int) -> bool:
    """Whether it was raised three times within the last day."""
    return sum(now_us - CHATTER_US < at_us <= now_us for at_us in alarm.raises) >= CHATTER_RAISES


def proposed_delay_us(alarm: Alarm) -> int:
    """The delay, in whole hours, that would have kept the short raises of a chattering alarm away; 0 without any."""
    short = [span for span in alarm.spans_us if span < CHATTER_US]
    return -(-max(short) // HOUR_US) * HOUR_US if short else 0


def _acknowledged(alarm: Alarm) -> AlarmState:
    if alarm.state == "returned unacknowledged":
        return "normal"
    return "acknowledged" if alarm.state == "unacknowledged" else "latched acknowledged"


def _shelved(alarm: Alarm, action: Action) -> Moved:
    end_us = action.until_us
    if end_us is None or not 0 < end_us - action.at_us <= LONGEST_SHELF_US:
        hours = "?" if end_us is None else f"{(end_us - action.at_us) / HOUR_US:.1f}"
        raise BadInput(
            text("a shelf of {hours} h: give an end in the future and at most {most} h away", hours=hours, most=24)
        )
    return _move(replace(alarm, shelved_until_us=end_us), "shelved", action.at_us, action.by, action.reason)


def _shown_again(alarm: Alarm, at_us: int, by: str, why: str | None) -> Moved:
    """What was hidden comes back: a cause that is there is raised anew, one that latched is still to be seen to."""
    state: AlarmState = "normal"
    if alarm.is_active:
        state = "unacknowledged"
    elif alarm.is_latched:
        state = "latched unacknowledged"
    return _move(replace(alarm, shelved_until_us=None), state, at_us, by, why)


def _move(alarm: Alarm, after: AlarmState, at_us: int, by: str, why: str | None = None) -> Moved:
    if after == alarm.state:
        return alarm, ()
    number = alarm.moves + 1
    event = AlarmEvent(alarm.position, alarm.cause, number, alarm.state, after, at_us, by, why)
    return replace(alarm, state=after, changed_us=at_us, moves=number, reason=why), (event,)
