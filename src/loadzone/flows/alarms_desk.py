"""The desk of alarms and advice: what is open, what a person does to it, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import and_, or_

from loadzone.flows.audit import Act, enter
from loadzone.monitor.watch.alarms import Action
from loadzone.monitor.watch.outcomes import mode_named, precision_of
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import OUTCOMES, Advice, Outcome, advice, advice_table, close
from loadzone.store.catalog.advice import precision as counted
from loadzone.store.catalog.alarms import (
    Alarm,
    AlarmState,
    Move,
    alarms,
    alarms_table,
    move,
    moves,
    moves_table,
)
from loadzone.store.catalog.states import states_of
from loadzone.words.errors import Overtaken
from loadzone.words.texts import Text, text

__all__ = [
    "OUTCOMES",
    "VERBS",
    "Advice",
    "Alarm",
    "Move",
    "Outcome",
    "Precision",
    "Verb",
    "act_on_alarm",
    "advice_seen",
    "alarm",
    "alarms_seen",
    "close_advice",
    "moves_of",
    "one_advice",
    "precision",
    "sharpened_us",
]

Verb = Literal["acknowledge", "reset", "shelve", "unshelve", "take out", "return"]
"""What a person does to an alarm; suppression by design is no person's."""
VERBS: tuple[Verb, ...] = get_args(Verb)
Behind = tuple[int, str, str]
"""Time, organisation and identifier of the last one shown."""


@dataclass(frozen=True)
class Precision:
    """Of the advice that was checked on the bearing: how much was right; the rest was not checked or is open.

    ``share`` with its exact 95 % interval; None where too few were checked.
    """

    right: int
    wrong: int
    not_checked: int
    open: int
    share: float | None
    low95: float | None
    high95: float | None

    @property
    def sentence(self) -> Text:
        """Precision in words."""
        return precision_of(self.right, self.wrong, self.not_checked).sentence


def alarms_seen(
    work: Work,
    *,
    organisation: str | None = None,
    position: str | None = None,
    is_open: bool | None = True,
    priority: str | None = None,
    after: Behind | None = None,
    limit: int = 100,
) -> tuple[Alarm, ...]:
    """Alarms of all organisations that are seen, the newest first, behind the one ``after``."""
    c = alarms_table.c
    where: list[Any] = []
    where += [c.organisation == organisation] if organisation is not None else []
    where += [c.position == position] if position is not None else []
    where += [c.priority == priority] if priority is not None else []
    where += [] if is_open is None else [c.ended_us.is_(None) if is_open else c.ended_us.is_not(None)]
    where += _behind(c.raised_us, c, after)
    return alarms.all(work, *where, order=[c.raised_us.desc()], limit=limit)


def alarm(work: Work, organisation: str, identifier: str) -> Alarm:
    """One alarm; `UnknownThing` where there is none."""
    return alarms.get(work, organisation, identifier)


def moves_of(work: Work, organisation: str, identifier: str) -> tuple[Move, ...]:
    """Every move in an alarm's life, the first one first."""
    alarms.get(work, organisation, identifier)
    c = moves_table.c
    return moves.all(work, c.organisation == organisation, c.alarm == identifier, order=[c.number])


def act_on_alarm(
    work: Work,
    act: Act,
    organisation: str,
    identifier: str,
    verb: Verb,
    *,
    reason: str | None = None,
    until_us: int | None = None,
) -> Alarm:
    """What a person does to an alarm; its move and an entry of the ledger tell who, when and why.

    Raises
    ------
    WrongState, Overtaken : its state does not allow that, or it has ended
    BadInput : hidden without a reason, or on a shelf without an end within a day
    """
    found = alarms.get(work, organisation, identifier)
    after = _after(work, found, Action(found.cause, verb, act.at_us, act.who, reason, until_us))
    moved = move(work, found, after, at_us=act.at_us, by=act.who, reason=reason, until_us=until_us)
    facts = {"cause": found.cause, "before": found.state, "after": moved.state, "reason": reason}
    enter(work, organisation, act, f"alarm: {verb}", f"alarm:{identifier}", where=found.position, facts=facts)
    return moved


def advice_seen(
    work: Work,
    *,
    organisation: str | None = None,
    position: str | None = None,
    is_open: bool | None = True,
    after: Behind | None = None,
    limit: int = 100,
) -> tuple[Advice, ...]:
    """Advice to all organisations that are seen, the newest first, behind the one ``after``."""
    c = advice_table.c
    where: list[Any] = []
    where += [c.organisation == organisation] if organisation is not None else []
    where += [c.position == position] if position is not None else []
    where += [] if is_open is None else [c.closed_us.is_(None) if is_open else c.closed_us.is_not(None)]
    where += _behind(c.issued_us, c, after)
    return advice.all(work, *where, order=[c.issued_us.desc()], limit=limit)


def one_advice(work: Work, organisation: str, identifier: str) -> Advice:
    """One advice; `UnknownThing` where there is none."""
    return advice.get(work, organisation, identifier)


def close_advice(
    work: Work,
    act: Act,
    organisation: str,
    identifier: str,
    outcome: Outcome,
    *,
    found: str | None = None,
    note: str | None = None,
) -> Advice:
    """Enter what came of an advice: was it right, and which damage was found (a mode of ISO 15243).

    Raises
    ------
    Overtaken : an outcome was entered before
    BadInput : no such outcome, or no such mode
    """
    if found is not None:
        mode_named(found)
    given = advice.get(work, organisation, identifier)
    closed = close(work, given, outcome, at_us=act.at_us, by=act.who, found=found, note=note)
    things = (f"advice:{identifier}", *([given.serial] if given.serial else []))
    facts = {"outcome": outcome, "found": found}
    enter(work, organisation, act, "advice closed", *things, where=given.position, facts=facts)
    return closed


def sharpened_us(given: Advice) -> int | None:
    """When open advice became more urgent, because its bearing did; None: it is as it was given."""
    before = given.facts.get("before")
    return int(before["until_us"]) if isinstance(before, Mapping) else None


def precision(work: Work) -> Precision:
    """How often advice was right, over all that is seen."""
    counts = counted(work)
    told = precision_of(counts.right, counts.wrong, counts.not_checked)
    return Precision(**vars(counts), share=told.share, low95=told.low95, high95=told.high95)


def _after(work: Work, found: Alarm, action: Action) -> AlarmState:
    """The state after what a person does, by the life of an alarm in the room monitor; one that has ended stays so."""
    from loadzone.flows.watch.position import living
    from loadzone.monitor.watch.alarms import act as after_action

    if found.state == "normal":
        raise Overtaken(text("alarm {alarm} has ended: nothing can be done to it any more", alarm=found.id))
    states = states_of(work, found.organisation, [found.position])
    moved, _ = after_action(living(states, found), action)
    return moved.state


def _behind(time: Any, columns: Any, after: Behind | None) -> list[Any]:  # noqa: ANN401  columns of a table
    """The newest first and then by key: what comes behind the one that was shown last."""
    if after is None:
        return []
    at_us, organisation, identifier = after
    by_key = or_(
        columns.organisation > organisation, and_(columns.organisation == organisation, columns.id > identifier)
    )
    return [or_(time < at_us, and_(time == at_us, by_key))]
