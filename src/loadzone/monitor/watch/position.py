"""One position, one fold: every piece of evidence moves the state on and tells what it found.

Order inside a reading: order of arrival, devices, trend, operating class, baseline (score, then learn), limits, due;
an alarm moves with its condition. The rule of order: readings count in the order of (time, sequence). One that is not
after the newest is «late»: it is kept by whoever stores it, is counted here, and changes neither baseline nor limits
nor alarms that were decided; the same one delivered again changes nothing at all. A reading from the future of its
receiver is a clock fault and does not move the order on. So live, replayed and computed again are one fold over the
same arrivals.
"""

import math
from collections.abc import Iterable, Mapping

from loadzone.monitor.diagnosis import FAULTS
from loadzone.monitor.watch.alarms import Action, Alarm, act, release
from loadzone.monitor.watch.conditions import Cause, Seen, Step, alarm_moved, settled, shelves_ended
from loadzone.monitor.watch.devices import DEVICES, device_status, each_device
from loadzone.monitor.watch.due import REASONS, DueState, due
from loadzone.monitor.watch.finding import Finding
from loadzone.monitor.watch.hysteresis import Delay
from loadzone.monitor.watch.judging import judge
from loadzone.monitor.watch.kept import but
from loadzone.monitor.watch.limits import RETURN_SHARE, ZONE_DELAY, Limit, given_limits, machine_limits
from loadzone.monitor.watch.reading import HOUR_US, SECOND_US, Asked, Diagnosed, Mark, Reading, Tick
from loadzone.monitor.watch.settings import WatchSettings
from loadzone.monitor.watch.silence import is_silent
from loadzone.monitor.watch.state import KEYS_KEPT, PositionState
from loadzone.monitor.watch.trend import Trend, followed
from loadzone.words.texts import Text, text

Watched = Reading | Diagnosed | Mark | Asked | Action | Tick
"""What a watch can be told."""

SILENCE = Cause("device-silent", "device", "low", Delay(calm=1, least_active_us=0))
DEVICE_DELAY = Delay(over=2, among=3, calm=2, least_active_us=0)
BEARINGS = {name: Cause(f"bearing-{name}", "bearing", "medium", Delay(calm=3), latches=True) for name in FAULTS}
_DEVICES = {device: Cause(f"device-{device}", "device", "low", DEVICE_DELAY) for device in DEVICES}
_ENDED: Mapping[str, Text] = {
    "exchanged": text("the bearing was exchanged: what was learnt ends and is learnt anew"),
    "moved": text("the sensor was moved: what was learnt ends and is learnt anew"),
    "overhauled": text("the machine was overhauled: what was learnt ends and is learnt anew"),
    "relearn": text("a person calls the present behaviour healthy: it is learnt anew"),
}
_DAMAGED: Mapping[str, Text] = {
    "outer": text("a full diagnosis confirms damage of the outer ring"),
    "inner": text("a full diagnosis confirms damage of the inner ring"),
    "ball": text("a full diagnosis confirms damage of a rolling element"),
    "cage": text("a full diagnosis confirms damage of the cage"),
}


def step(state: PositionState, evidence: Watched, settings: WatchSettings) -> Step:
    """The state after one piece of evidence, and what was found.

    Parameters
    ----------
    state : ``PositionState(position)`` at first, later what the last step gave
    evidence : in the order of arrival
    settings : of this position

    Returns
    -------
    The new state and the findings in the order in which they were made; each move of an alarm is one of them

    Raises
    ------
    WrongState, BadInput : an action on an alarm that its state does not allow, or that lacks a reason, an end, a name
    """
    if isinstance(evidence, Reading):
        return _read(state, evidence, settings)
    state, ended = shelves_ended(state, evidence.at_us)
    if isinstance(evidence, Action):
        alarm = state.alarms.get(evidence.cause) or Alarm(state.position, evidence.cause)
        state, found = alarm_moved(state, act(alarm, evidence))
    elif isinstance(evidence, Tick):
        state, found = _silence(state, evidence, settings)
    else:
        state, found = _told(state, evidence)
    return state, ended + found


def fold(state: PositionState, stream: Iterable[Watched], settings: WatchSettings) -> Step:
    """The state after a whole stream, and all findings."""
    found: list[Finding] = []
    for evidence in stream:
        state, more = step(state, evidence, settings)
        found += more
    return state, tuple(found)


def _read(state: PositionState, reading: Reading, settings: WatchSettings) -> Step:
    key = ("reading", reading.at_us, reading.sequence)
    if key in state.recent:
        return state, ()
    state = _remembered(state, key)
    if reading.received_us is not None and _is_ahead(reading.at_us, reading.received_us, settings):
        return _device_conditions(state, reading.received_us, ("clock_jump", *reading.problems))
    if state.last is not None and key[1:] <= state.last:
        late = text("a reading came after a later one: it is kept, and changes nothing that was decided")
        state = but(state, counts=but(state.counts, late=state.counts.late + 1))
        return state, (Finding(reading.at_us, "late", "noted", "", late),)
    state, ended = shelves_ended(state, reading.at_us)
    values = {name: float(value) for name, value in reading.values.items()}
    repeats = state.repeats + 1 if values and values == state.values else 1
    state = but(state, last=(reading.at_us, reading.sequence), repeats=repeats, values=values)
    state, heard = settled(state, SILENCE, _HEARD, reading.at_us)
    problems = (*reading.problems, "frozen") if repeats >= settings.repeats_frozen else reading.problems
    state, devices = _device_conditions(state, reading.at_us, problems)
    found = ended + heard + devices
    if not device_status(problems).is_judged:
        counts = but(state.counts, unjudged=state.counts.unjudged + 1)
        return but(state, counts=counts, judged_class=None), found
    state = but(state, trends=_trends(state.trends, reading))
    for part in (judge, _values_against_limits, _due):
        state, more = part(state, reading, settings)
        found += more
    return state, found


_HEARD = Seen(is_over=False, is_clear=True, sentence=text("something came again"))


def _silence(state: PositionState, tick: Tick, settings: WatchSettings) -> Step:
    """Raised by time alone; a gap that is over when somebody looks is no alarm."""
    words = [at_us for at_us in (tick.heard_us, state.last and state.last[0]) if at_us is not None]
    if not words:
        return state, ()
    heard_us = max(words)
    if not is_silent(heard_us, tick.at_us, settings.silent_us):
        return settled(state, SILENCE, _HEARD, tick.at_us)
    seen = Seen(is_over=True, is_clear=False, sentence=_silent(tick, tick.at_us - heard_us))
    return settled(state, SILENCE, seen, tick.at_us)


def _silent(tick: Tick, waited_us: int) -> Text:
    hours = waited_us / HOUR_US
    if not tick.others:
        return text("nothing has come for {hours:.3g} h: look at unit, network and power", hours=hours)
    return text(
        "nothing has come from {count} positions of {place} for {hours:.3g} h, all at once: look at gateway, network "
        "and power",
        count=1 + tick.others,
        place=tick.place,
        hours=hours,
    )


def _device_conditions(state: PositionState, at_us: int, problems: tuple[str, ...]) -> Step:
    found: tuple[Finding, ...] = ()
    if not problems and not any(cause.key in state.conditions for cause in _DEVICES.values()):
        return state, found
    for device, status in each_device(problems).items():
        is_good = status.status == "good"
        seen = Seen(not is_good, is_good, status.sentence)
        state, more = settled(state, _DEVICES[device], seen, at_us)
        found += more
    return state, found


def _trends(trends: Mapping[str, Trend], reading: Reading) -> dict[str, Trend]:
    usable = {name: float(value) for name, value in reading.values.items() if math.isfinite(value)}
    return dict(trends) | {
        name: followed(trends.get(name, Trend()), reading.at_us, value) for name, value in usable.items()
    }


def _values_against_limits(state: PositionState, reading: Reading, settings: WatchSettings) -> Step:
    """Zones of the machine, and limits that a person gave, with their delay; a machine that stands has none."""
    if state.unjudged == "standing":
        return state, ()
    limits: list[Limit] = []
    if settings.machine is not None and settings.velocity in reading.values:
        baseline = state.baselines.get(settings.velocity)
        limits += machine_limits(settings.velocity, settings.machine, baseline, settings.target)
    for name, given in settings.given.items():
        limits += given_limits(given, name)
    found: tuple[Finding, ...] = ()
    for limit in limits:
        value = reading.values.get(limit.quantity, math.nan)
        if math.isfinite(value):
            state, more = _against(state, limit, value, reading.at_us)
            found += more
    return state, found


def _against(state: PositionState, limit: Limit, value: float, at_us: int) -> Step:
    is_zone = limit.mark != "given"
    key = f"zone-{limit.severity}" if is_zone else f"limit-{limit.severity}-{limit.quantity}"
    cause = Cause(key, "limit", "high" if limit.severity == "danger" else "medium", ZONE_DELAY)
    sentence = text(
        "{quantity} {value:.4g} is above {limit:.4g} ({source})",
        quantity=limit.quantity,
        value=value,
        limit=limit.value,
        source=limit.source,
    )
    is_clear = value < RETURN_SHARE * limit.value
    return settled(state, cause, Seen(value > limit.value, is_clear, sentence, limit.quantity, value, limit), at_us)


def _due(state: PositionState, reading: Reading, settings: WatchSettings) -> Step:
    after, reason = due(state.due, settings.due, reading.at_us, has_recording=reading.has_recording, ratio=state.ratio)
    if reason is None:
        return state, ()
    state = but(state, due=after)
    sentence = text("a full diagnosis is due: {why}", why=REASONS[reason])
    return state, (Finding(reading.at_us, "due", "noted", reason, sentence),)


def _told(state: PositionState, evidence: Diagnosed | Mark | Asked) -> Step:
    key = (type(evidence).__name__.lower(), evidence.at_us, evidence.sequence)
    if key in state.recent:
        return state, ()
    state = _remembered(state, key)
    if isinstance(evidence, Diagnosed):
        return _diagnosed(state, evidence)
    if isinstance(evidence, Mark):
        return _marked(state, evidence)
    return but(state, due=but(state.due, is_asked=True)), ()


def _diagnosed(state: PositionState, diagnosis: Diagnosed) -> Step:
    found: tuple[Finding, ...] = ()
    for name in FAULTS:
        is_confirmed = name in diagnosis.confirmed
        is_clear = not is_confirmed and diagnosis.verdict != "undetermined"
        seen = Seen(is_confirmed, is_clear, _DAMAGED[name])
        state, more = settled(state, BEARINGS[name], seen, diagnosis.at_us)
        found += more
    return state, found


def _marked(state: PositionState, mark: Mark) -> Step:
    """Close what was learnt. After an exchange the bearing's findings belong to the bearing that has gone."""
    is_new = mark.kind == "exchanged"
    ended = [
        cause
        for cause in state.conditions
        if cause == "change" or (is_new and cause.startswith("bearing-")) or cause.startswith("zone-")
    ]
    why = _ENDED[mark.kind]
    found: tuple[Finding, ...] = (Finding(mark.at_us, "baseline", "noted", mark.kind, why),)
    for cause in ended:
        alarm = state.alarms.get(cause)
        if alarm is not None:
            state, more = alarm_moved(state, release(alarm, mark.at_us, mark.by, why.msgid))
            found += more
    state = but(
        state,
        baselines={},
        excesses={},
        excess_trends={},
        trends={} if is_new or mark.kind == "moved" else state.trends,
        conditions={cause: each for cause, each in state.conditions.items() if cause not in ended},
        due=DueState(is_asked=state.due.is_asked) if is_new else state.due,
        judged_class=None,
    )
    return state, found


def _is_ahead(at_us: int, received_us: int, settings: WatchSettings) -> bool:
    return at_us - received_us > settings.clock_ahead_s * SECOND_US


def _remembered(state: PositionState, key: tuple[str, int, int]) -> PositionState:
    return but(state, recent=(*state.recent, key)[-KEYS_KEPT:])
