"""Alarms with the life cycle of IEC 62682: what state each is in, and who or what moved it there, when and why.

Which transition is allowed when is decided by the room monitor; here the state is kept and every move recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import Index, column, update

from loadzone.store.catalog.names import name
from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, instant, key, number_key, owned, whole, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import BadInput, Overtaken
from loadzone.words.texts import text

AlarmState = Literal[
    "unacknowledged",
    "acknowledged",
    "returned unacknowledged",
    "latched unacknowledged",
    "latched acknowledged",
    "shelved",
    "suppressed by design",
    "out of service",
    "normal",
]
STATES: tuple[AlarmState, ...] = get_args(AlarmState)
"""States of IEC 62682:2014 (names as in ISA-18.2-2016; text of the standard not read). Normal: it has ended."""

_IS_OPEN = column("ended_us").is_(None)

alarms_table = owned(
    "alarms",
    key("id", "identifier"),
    words("position", "where", length=64),
    words("cause", "what it is about, as a code: a second one of the same cause is the same alarm", length=64),
    words("priority", "as low, medium, high", length=16),
    words("state", "state of IEC 62682", length=32),
    whole("moves", "number of moves so far"),
    instant("raised_us", "when it began"),
    instant("changed_us", "last move"),
    instant("shelved_until_us", "end of the shelf time", nullable=True),
    instant("ended_us", "when it came back to normal", nullable=True),
    facts("facts", "evidence, value, limit, recording, serial number"),
    belongs("position=id", to="positions"),
    Index(
        "uq_alarms_one_of_a_cause",
        "organisation",
        "position",
        "cause",
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
    Index(None, "organisation", "ended_us", "raised_us"),
)

moves_table = owned(
    "alarm_moves",
    key("alarm", "which alarm"),
    number_key("number", "first, second ... move"),
    words("before", "state left", length=32),
    words("after", "state reached", length=32),
    instant("at_us", "when"),
    words("by", "user or block"),
    words("reason", "why; a shelf and a suppression need one", length=1000, nullable=True),
    belongs("alarm=id", to="alarms"),
    append_only=True,
)


@dataclass(frozen=True)
class Alarm:
    """An alarm of a position, as it is now."""

    organisation: str
    id: str
    position: str
    cause: str
    priority: str
    state: AlarmState
    raised_us: int
    changed_us: int
    moves: int = 0
    shelved_until_us: int | None = None
    ended_us: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        name(self.cause)
        _check(self.state)


@dataclass(frozen=True)
class Move:
    """One step in an alarm's life."""

    organisation: str
    alarm: str
    number: int
    before: AlarmState
    after: AlarmState
    at_us: int
    by: str
    reason: str | None = None


alarms = Shelf(Alarm, alarms_table)
moves = Shelf(Move, moves_table)


def move(
    work: Work,
    alarm: Alarm,
    after: AlarmState,
    *,
    at_us: int,
    by: str,
    reason: str | None = None,
    until_us: int | None = None,
) -> Alarm:
    """Bring the alarm, as it was read, into another state and record it.

    Parameters
    ----------
    until_us : end of the shelf time, for the state «shelved»

    Raises
    ------
    Overtaken : somebody moved it meanwhile
    BadInput : no such state, or a shelf without end or reason
    """
    _check(after)
    if after == "shelved" and (until_us is None or until_us <= at_us or not reason):
        raise BadInput(text("an alarm is shelved with a reason and until a time to come: give both"))
    c = alarms_table.c
    statement = (
        update(alarms_table)
        .where(c.organisation == alarm.organisation, c.id == alarm.id, c.moves == alarm.moves)
        .values(
            state=after,
            moves=alarm.moves + 1,
            changed_us=at_us,
            shelved_until_us=until_us if after == "shelved" else None,
            ended_us=at_us if after == "normal" else None,
        )
    )
    if not work.change(statement):
        raise Overtaken(text("alarm {alarm} was changed meanwhile: look at it again", alarm=alarm.id))
    moves.add(work, Move(alarm.organisation, alarm.id, alarm.moves + 1, alarm.state, after, at_us, by, reason))
    return alarms.get(work, alarm.organisation, alarm.id)


def open_alarms(work: Work, *, position: str | None = None, limit: int | None = None) -> tuple[Alarm, ...]:
    """Alarms that have not ended, the newest first."""
    c = alarms_table.c
    where = [c.ended_us.is_(None)] + ([] if position is None else [c.position == position])
    return alarms.all(work, *where, order=[c.raised_us.desc()], limit=limit)


def _check(state: str) -> None:
    if state not in STATES:
        raise BadInput(
            text("{state} is no state of an alarm: the life cycle knows {known}", state=state, known=", ".join(STATES))
        )
