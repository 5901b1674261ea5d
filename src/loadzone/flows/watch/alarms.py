"""What a fold calls for becomes alarms and advice of the catalog: one alarm a cause, one advice an open alarm."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from loadzone.connect.address import Address
from loadzone.flows.watch.fold import AdviceCall, AlarmCall
from loadzone.flows.watch.harvest import Called
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice, advice_table
from loadzone.store.catalog.alarms import Alarm, AlarmState, alarms, alarms_table, move

BY = "watch"
RETURNED: dict[AlarmState, AlarmState] = {"unacknowledged": "returned unacknowledged", "acknowledged": "normal"}
"""Where the states of IEC 62682 lead when the condition goes; the others stay as they are."""
AGAIN: dict[AlarmState, AlarmState] = {"returned unacknowledged": "unacknowledged"}


@dataclass(frozen=True)
class Told:
    """An alarm that was raised or moved, or advice that was given: news for pages and notifications."""

    address: Address
    event: dict[str, Any]


def call_alarm(work: Work, source: str, called: Called) -> list[Told]:
    """Raise the alarm of the cause, bring it up to date, or let it return."""
    call = called.call
    assert isinstance(call, AlarmCall)  # noqa: S101  the caller looked
    there = open_alarm(work, called.address, call.cause)
    if there is None:
        return [_raised(work, source, called, call)] if call.is_active else []
    if call.is_active and (there.facts != call.facts or there.priority != call.priority):
        alarms.change(work, there.organisation, there.id, facts=call.facts, priority=call.priority)
    after = (AGAIN if call.is_active else RETURNED).get(there.state)
    if after is None:
        return []
    reason = f"message {source}/{called.sequence}"
    moved = move(work, there, after, at_us=max(called.time_us, there.changed_us), by=BY, reason=reason)
    return [Told(called.address, _event("alarm", moved.id, moved.cause, moved.state, moved.priority))]


def call_advice(work: Work, source: str, called: Called) -> list[Told]:
    """Give the advice, unless the alarm has some that is open."""
    call = called.call
    assert isinstance(call, AdviceCall)  # noqa: S101  as above
    alarm = open_alarm(work, called.address, call.cause)
    c = advice_table.c
    organisation, position = called.address.organisation, called.address.position
    where = [c.organisation == organisation, c.position == position, c.closed_us.is_(None)]
    where.append(c.alarm == alarm.id if alarm else c.action == call.action)
    if advice.all(work, *where, limit=1):
        return []
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
        facts=call.facts,
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
        id=identity("alarm", source, called.sequence, call.cause),
        position=called.address.position,
        cause=call.cause,
        priority=call.priority,
        state="unacknowledged",
        raised_us=called.time_us,
        changed_us=called.time_us,
        facts={**call.facts, "serial": called.serial},
    )
    alarms.add(work, alarm)
    return Told(called.address, _event("alarm", alarm.id, alarm.cause, alarm.state, alarm.priority))


def _event(kind: str, identifier: str, cause: str, state: str, priority: str) -> dict[str, Any]:
    return {"event": kind, "id": identifier, "cause": cause, "state": state, "priority": priority}
