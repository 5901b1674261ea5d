"""The watch of the room monitor as a fold: one state a channel, told what arrived and what people did to its alarms.

People act on the alarms in the catalog; the watch takes up what they did before its next step. Who acts in the very
moment of a step wins: the batch is read again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from loadzone.flows.watch.fold import AdviceCall, AlarmCall, Finding, Reading, Step
from loadzone.flows.watch.known import Watched
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.monitor.watch import position as watch
from loadzone.monitor.watch.alarms import Alarm as LivingAlarm
from loadzone.monitor.watch.devices import device_status
from loadzone.monitor.watch.due import DuePolicy
from loadzone.monitor.watch.finding import Finding as Fact
from loadzone.monitor.watch.limits import Target
from loadzone.monitor.watch.reading import SECOND_US, Diagnosed, Mark, Tick
from loadzone.monitor.watch.reading import Reading as Evidence
from loadzone.monitor.watch.settings import WatchSettings
from loadzone.monitor.watch.silence import silence_us
from loadzone.monitor.watch.state import PositionState
from loadzone.store.catalog.alarms import Alarm
from loadzone.store.catalog.states import BlockState
from loadzone.words.errors import LoadzoneError

NAMES = {"velocity": "velocity_rms_mms"}
"""Quantities that the room monitor calls otherwise."""
CONDITIONS = {
    "speed": ("speed_rpm", "r/min"),
    "load": ("load", "%"),
    "temperature": ("temperature_degc", "degC"),
}
"""Values that say under which conditions the other values of their moment were measured, with the unit they need."""
LONGEST_CAUSE = 64
NEVER = 1 << 62
LEAD_US = 28 * 86_400 * SECOND_US
"""Damage that is confirmed is looked at within four weeks, unless its advice says sooner."""
SOON_US = 3 * 86_400 * SECOND_US


class PositionFold:
    """Baselines, limits, devices, due diagnoses and alarms of `loadzone.monitor.watch`."""

    block = "watch"
    version = PositionState.FORM

    def wants_values(self, watched: Watched) -> bool:
        """Values are held against limits that a person gave."""
        return bool(watched.limits)

    def begin(self, state: bytes | None, watched: Watched) -> bytes | None:
        """Take up what people did to the alarms since the last step."""
        open_alarms = {each.cause: each for each in watched.alarms}
        channels = _channels(state)
        taken = {channel: _taken_up(each, channel, open_alarms) for channel, each in channels.items()}
        return state if taken == channels else _bytes(taken)

    def read(self, state: bytes | None, reading: Reading) -> Step:
        """One step for a recording; for values one for each moment."""
        channels = _channels(state)
        now = channels.get(reading.channel) or PositionState(reading.watched.position.id)
        settings = settings_of(reading.watched, reading.channel, reading.time_us)
        if not reading.is_recording:  # a temperature in steps of a tenth stays the same for hours
            settings = replace(settings, repeats_frozen=NEVER)
        facts: list[Fact] = []
        for evidence in _evidence(reading):
            marks: list[Mark | Evidence] = [*_exchanges(now, reading.watched, evidence)]
            for told in (*marks, evidence):
                now, found = watch.step(now, told, settings)
                facts += found
        is_due = any(fact.kind == "due" for fact in facts)
        finding = Finding(
            _status(now, reading), tuple(_calls(now, facts, reading.channel, _about(reading))), is_due=is_due
        )
        return _bytes({**channels, reading.channel: now}), finding

    def diagnosed(self, state: bytes | None, reading: Reading, diagnosis: Diagnosis, result: str) -> Step:
        """A verdict moves the alarms of the bearing; advice is given with damage that is confirmed."""
        channels = _channels(state)
        now = channels.get(reading.channel) or PositionState(reading.watched.position.id)
        confirmed = tuple(each.fault for each in diagnosis.faults if each.verdict == "confirmed")
        told = Diagnosed(reading.time_us, reading.sequence, diagnosis.verdict, confirmed)
        now, facts = watch.step(now, told, settings_of(reading.watched, reading.channel, reading.time_us))
        about = {
            "verdict": diagnosis.verdict,
            "p_value": diagnosis.p_value,
            "channel": reading.channel,
            "source": reading.source,
            "result": result,
            "time_us": reading.time_us,
        }
        calls = tuple(_calls(now, facts, reading.channel, about))
        advice = tuple(_advice(diagnosis, name, reading, about) for name in confirmed[:1])
        return _bytes({**channels, reading.channel: now}), Finding(alarms=calls, advice=advice)

    def ticked(self, state: bytes | None, watched: Watched, tick: Tick, others: Sequence[str] | None) -> Step:
        """Time moves the alarm of a position's silence: of all that it sends, so it is in the state without a channel.

        ``others``: positions that fell silent with it, for which it speaks; None where it only may be heard again.
        """
        channels = _channels(self.begin(state, watched))
        now = channels.get("") or PositionState(watched.position.id)
        now, facts = watch.step(now, tick, settings_of(watched, "", tick.at_us))
        about: dict[str, object] = {"time_us": tick.at_us, "channel": ""}
        if others is not None:
            about |= {"heard_us": tick.heard_us, "others": list(others)}
        calls = tuple(_calls(now, facts, "", about))
        return _bytes({**channels, "": now}), Finding(alarms=calls)


def _exchanges(state: PositionState, watched: Watched, evidence: Evidence) -> Iterator[Mark]:
    """Units that were mounted since the newest reading: what was learnt of the one before ends there."""
    if state.last is not None:
        for each in watched.mountings:
            if state.last[0] < each.mounted_us <= evidence.at_us:
                yield Mark(each.mounted_us, evidence.sequence, "exchanged", each.mounted_by)


def settings_of(watched: Watched, channel: str, at_us: int) -> WatchSettings:
    """Settings of a channel: the position's facts, its machine's class, and the limits that hold at that time.

    Facts that count: false_alarms_per_month, interval_s (between readings), diagnose_every_s; those of the channel's
    sensor win over the position's.

    Raises
    ------
    BadInput : a fact that cannot be
    """
    sensor = watched.sensor(channel) if channel else None
    facts = {
        **(watched.machine.facts if watched.machine else {}),
        **watched.position.facts,
        **(sensor.facts if sensor else {}),
    }
    plain, policy = Target(), DuePolicy()
    try:
        machine = watched.options.machine
    except LoadzoneError:
        machine = None
    every_s = float(facts.get("diagnose_every_s", policy.interval_us / SECOND_US))
    silent_us = silence_us(None if facts.get("interval_s") is None else float(facts["interval_s"]))
    rate, interval_s = facts.get("false_alarms_per_month", plain.per_month), facts.get("interval_s", plain.interval_s)
    return WatchSettings(
        target=Target(float(rate), float(interval_s)),
        due=replace(policy, interval_us=round(every_s * SECOND_US)),
        machine=machine,
        given=_given(watched, channel, at_us),
        silent_us=silent_us,
    )


def _given(watched: Watched, channel: str, at_us: int) -> dict[str, dict[str, float]]:
    """Limits that hold then: those of the channel's quantities («rms:DE»), and those that name no channel."""
    found: dict[str, dict[str, float]] = {}
    for limit in sorted(watched.limits, key=lambda each: each.since_us):
        base, _, where = limit.quantity.partition(":")
        if limit.since_us <= at_us and where in {"", channel}:
            levels = found.setdefault(NAMES.get(base, base), {})
            levels.pop(limit.level, None)
            if limit.value is not None:
                levels[limit.level] = limit.value
    return {name: levels for name, levels in found.items() if levels}


def _evidence(reading: Reading) -> Iterator[Evidence]:
    """What the room monitor is told: a recording's descriptors, or the values of each moment."""
    moments: dict[int, dict[str, float]] = {}
    for name, series in reading.series.items():
        base = name.partition(":")[0] if reading.is_recording else name
        for at_us, value in zip(series.times_us.tolist(), series.values.tolist(), strict=True):
            moments.setdefault(at_us, {})[NAMES.get(base, base)] = value
    if reading.is_recording:
        moments = {reading.time_us: moments.get(reading.time_us, {})}
    conditions = {} if reading.is_recording else _conditions(reading)
    for at_us, values in sorted(moments.items()):
        under = {field: values[name] for name, field in conditions.items() if name in values}
        yield Evidence(
            at_us,
            reading.sequence,
            values,
            **{"speed_rpm": reading.speed_rpm, **under},
            problems=tuple(each.code for each in reading.problems),
            has_recording=reading.is_recording,
            received_us=reading.received_us,
        )


def _conditions(reading: Reading) -> dict[str, str]:
    """Quantities among the values that are conditions, and the field of a reading that each becomes."""
    return {
        name: field
        for name, (field, unit) in CONDITIONS.items()
        if name in reading.series and reading.series[name].unit == unit
    }


def _calls(
    state: PositionState, facts: Iterable[Fact], channel: str, about: Mapping[str, object]
) -> Iterator[AlarmCall]:
    """Each move of an alarm, with the fact that moved it, and ``about`` what."""
    because: dict[str, Fact] = {}
    for fact in facts:
        event = fact.event
        if event is None:
            because[fact.cause] = fact
            continue
        why = because.get(event.cause)
        alarm = state.alarms[event.cause]
        yield AlarmCall(
            _cause(event.cause, channel),
            event.before,
            event.after,
            event.at_us,
            by=event.by,
            why=event.why,
            priority=alarm.priority,
            facts={**about, **_told(why)},
        )


def _about(reading: Reading) -> dict[str, object]:
    return {"source": reading.source, "time_us": reading.time_us, "channel": reading.channel}


def _told(fact: Fact | None) -> dict[str, object]:
    found: dict[str, object] = {}
    if fact is not None and fact.change != "returned":  # what is told of an alarm is why it was raised
        found["sentence"] = {lang: fact.sentence.render(lang) for lang in ("en", "zh")}
        if fact.limit is not None:
            limit = fact.limit
            found |= {"quantity": fact.quantity, "value": fact.value, "limit": limit.value, "level": limit.severity}
            found["limit_source"] = {lang: limit.source.render(lang) for lang in ("en", "zh")}
    return found


def _advice(diagnosis: Diagnosis, fault: str, reading: Reading, about: Mapping[str, object]) -> AdviceCall:
    advised = diagnosis.advice
    state = advised.state if advised else "plan"
    sentences = {lang: advised.to_dict(lang) for lang in ("en", "zh")} if advised else {}
    due_us = reading.time_us + (SOON_US if state == "act" else LEAD_US)
    priority = "high" if state == "act" else "medium"
    facts = {**about, "fault": fault, "sentences": sentences}
    return AdviceCall(_cause(f"bearing-{fault}", reading.channel), state, priority, due_us, facts)


def _status(state: PositionState, reading: Reading) -> dict[str, str]:
    """Of each quantity: whether a limit of it is passed now, or the chain that measures it has failed."""
    if not device_status(each.code for each in reading.problems).is_judged:
        return dict.fromkeys(reading.series, "sensor fault")
    active = {cause for cause, condition in state.conditions.items() if condition.is_active}
    found: dict[str, str] = {}
    for name in reading.series:
        base = name.partition(":")[0] if reading.is_recording else name
        for level in ("alert", "danger"):
            causes = {f"limit-{level}-{NAMES.get(base, base)}"} | ({f"zone-{level}"} if base == "velocity" else set())
            if causes & active:
                found[name] = level
    return found


def living(states: Iterable[BlockState], found: Alarm) -> LivingAlarm:
    """An alarm of the catalog as the watch knows it: whether its cause is there now is in the state of the position.

    Where no watch has judged the cause (an alarm that was entered otherwise), what the alarm's state says counts, and a
    hidden one counts as there.
    """
    for state in states:
        if state.block != PositionFold.block:
            continue
        for channel, known in _channels(state.value).items():
            for cause, alarm in known.alarms.items():
                if _cause(cause, channel) == found.cause:
                    return replace(alarm, state=found.state, shelved_until_us=found.shelved_until_us)
    is_gone = found.state.startswith(("returned", "latched"))
    return LivingAlarm(
        found.position,
        found.cause,
        state=found.state,
        is_active=not is_gone,
        is_latched=found.state.startswith("latched"),
        shelved_until_us=found.shelved_until_us,
    )


def _taken_up(state: PositionState, channel: str, there: Mapping[str, Alarm]) -> PositionState:
    alarms = dict(state.alarms)
    for cause, alarm in state.alarms.items():
        row = there.get(_cause(cause, channel))
        now, until_us = (row.state, row.shelved_until_us) if row else ("normal", None)
        if (now, until_us) != (alarm.state, alarm.shelved_until_us):
            is_latched = alarm.is_latched and now != "normal"
            alarms[cause] = replace(alarm, state=now, shelved_until_us=until_us, is_latched=is_latched)
    return state if alarms == state.alarms else replace(state, alarms=alarms)


def _cause(cause: str, channel: str) -> str:
    return f"{cause}:{channel}"[:LONGEST_CAUSE] if channel else cause[:LONGEST_CAUSE]


def _channels(state: bytes | None) -> dict[str, PositionState]:
    told = msgspec.msgpack.decode(state, type=dict[str, bytes]) if state else {}
    return {channel: PositionState.from_bytes(each) for channel, each in told.items()}


def _bytes(channels: Mapping[str, PositionState]) -> bytes:
    return msgspec.msgpack.encode({channel: each.to_bytes() for channel, each in sorted(channels.items())})
