"""What a fold calls for becomes alarms and advice of the catalog: one alarm a cause, one advice an open alarm."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from loadzone.connect.address import Address
from loadzone.flows.watch.fold import AdviceCall, AlarmCall
from loadzone.flows.watch.harvest import Called
from loadzone.flows.watch.plain import plain
from loadzone.monitor.watch.standing import HEALTHS
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice, advice_table
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table, move
from loadzone.words.errors import Overtaken
from loadzone.words.texts import text


@dataclass(frozen=True)
class Told:
    """An alarm that was raised or moved, or advice that was given: news for pages and notifications."""

    address: Address
    event: dict[str, Any]


def call_alarm(work: Work, source: str, called: Called) -> list[Told]:
    """Make the move in the catalog.

    Raises
    ------
    Overtaken : a person moved the alarm since it was read
    """
    call = called.call
    assert isinstance(call, AlarmCall)  # noqa: S101  the caller looked
    there = open_alarm(work, called.address, call.cause)
    if (there.state if there else "normal") != call.before:
        raise Overtaken(text("alarm {alarm} was changed meanwhile: look at it again", alarm=call.cause))
    if there is None:
        return [_raised(work, source, called, call)]
    alarms.change(
        work, there.organisation, there.id, facts=plain({**there.facts, **call.facts}), priority=call.priority
    )
    moved = move(work, there, call.after, at_us=call.at_us, by=call.by, reason=call.why)
    return [Told(called.address, _event("alarm", moved.id, moved.cause, moved.state, moved.priority))]


def call_advice(work: Work, source: str, called: Called) -> list[Told]:
    """Give the advice, unless the alarm has some that is open: that becomes more urgent where the new one is."""
    call = called.call
    assert isinstance(call, AdviceCall)  # noqa: S101  as above
    alarm = open_alarm(work, called.address, call.cause)
    c = advice_table.c
    organisation, position = called.address.organisation, called.address.position
    where = [c.organisation == organisation, c.position == position, c.closed_us.is_(None)]
    where.append(c.alarm == alarm.id if alarm else c.action == call.action)
    for there in advice.all(work, *where, limit=1):
        return _more_urgent(work, there, called, call)
    given = Advice(
        organisation=organisation,
        id=identity("advice", source, called.sequence, call.cause),
        position=position,
        action=call.action,
        priority=call.priority,
        issued_us=called.time_us,
        serial=called.serial,
        alarm=alarm.id if alarm else None,
        due_us=call.due_us,
        facts=plain(call.facts),
    )
    advice.add(work, given)
    return [Told(called.address, _event("advice", given.id, call.cause, given.action, given.priority))]


def open_alarm(work: Work, address: Address, cause: str) -> Alarm | None:
    """The alarm of that cause that has not ended."""
    c = alarms_table.c
    found = alarms.all(
        work,
        c.organisation == address.organisation,
        c.position == address.position,
        c.cause == cause,
        c.ended_us.is_(None),
        limit=1,
    )
    return found[0] if found else None


def identity(kind: str, source: str, sequence: int, cause: str) -> str:
    """An identifier that the same message makes again."""
    return blake2b(f"{kind}/{source}/{sequence}/{cause}".encode(), digest_size=10).hexdigest()


def _raised(work: Work, source: str, called: Called, call: AlarmCall) -> Told:
    alarm = Alarm(
        organisation=called.address.organisation,
        id=identity("alarm", source, called.sequence, f"{call.cause}/{call.at_us}"),
        position=called.address.position,
        cause=call.cause,
        priority=call.priority,
        state=call.after,
        raised_us=call.at_us,
        changed_us=call.at_us,
        facts=plain({**call.facts, "serial": called.serial}),
    )
    alarms.add(work, alarm)
    return Told(called.address, _event("alarm", alarm.id, alarm.cause, alarm.state, alarm.priority))


def _more_urgent(work: Work, there: Advice, called: Called, call: AdviceCall) -> list[Told]:
    """The open advice, sharpened where the bearing has become worse: what people would answer is still one thing.

    It keeps its identifier and when it was given; ``before`` says what it was until then.
    """
    if HEALTHS.index(call.action) >= HEALTHS.index(there.action):
        return []
    due_us = min((each for each in (there.due_us, call.due_us) if each is not None), default=None)
    before = {"action": there.action, "until_us": called.time_us, "result": there.facts.get("result")}
    sharpened = replace(
        there,
        action=call.action,
        priority=call.priority,
        due_us=due_us,
        facts=plain({**there.facts, **call.facts, "before": before}),
    )
    changed = {name: getattr(sharpened, name) for name in ("action", "priority", "due_us", "facts")}
    advice.change(work, there.organisation, there.id, **changed)
    return [Told(called.address, _event("advice", there.id, call.cause, sharpened.action, sharpened.priority))]


def _event(kind: str, identifier: str, cause: str, state: str, priority: str) -> dict[str, Any]:
    return {"event": kind, "id": identifier, "cause": cause, "state": state, "priority": priority}
