"""Advice: what to do by when and why, and what was found when it was done (was it right?)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import Index, func, select, update

from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, facts, instant, key, owned, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import BadInput, Overtaken
from loadzone.words.texts import text

Outcome = Literal["right", "wrong", "not checked"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

advice_table = owned(
    "advice",
    key("id", "identifier"),
    words("position", "where", length=64),
    words("serial", "unit that was there", nullable=True),
    words("alarm", "alarm that it answers", length=64, nullable=True),
    words("action", "what to do, as a code", length=64),
    words("priority", "as low, medium, high", length=16),
    instant("issued_us", "when it was given"),
    instant("due_us", "by when it should be done", nullable=True),
    facts("facts", "sentence with its fields, evidence, result that it rests on"),
    words("outcome", "right, wrong, not checked", length=16, nullable=True),
    words("found", "damage found, mode of ISO 15243:2017", length=64, nullable=True),
    instant("closed_us", "when the outcome was entered", nullable=True),
    words("closed_by", "user who entered it", nullable=True),
    words("note", "what he saw", length=4000, nullable=True),
    belongs("position=id", to="positions"),
    belongs("alarm=id", to="alarms"),
    Index(None, "organisation", "closed_us", "issued_us"),
)


@dataclass(frozen=True)
class Advice:
    """What to do at a position, and what came of it."""

    organisation: str
    id: str
    position: str
    action: str
    priority: str
    issued_us: int
    serial: str | None = None
    alarm: str | None = None
    due_us: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    found: str | None = None
    closed_us: int | None = None
    closed_by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Precision:
    """Of the advice that was checked on the bearing: how much was right; the rest was not checked or is open."""

    right: int
    wrong: int
    not_checked: int
    open: int


advice = Shelf(Advice, advice_table)


def close(
    work: Work,
    given: Advice,
    outcome: Outcome,
    *,
    at_us: int,
    by: str,
    found: str | None = None,
    note: str | None = None,
) -> Advice:
    """Enter what came of an advice.

    Raises
    ------
    Overtaken : an outcome was entered before; a correction is an event of the ledger
    BadInput : no such outcome
    """
    if outcome not in OUTCOMES:
        raise BadInput(
            text("{outcome} is no outcome of an advice: choose {known}", outcome=outcome, known=", ".join(OUTCOMES))
        )
    c = advice_table.c
    statement = (
        update(advice_table)
        .where(c.organisation == given.organisation, c.id == given.id, c.closed_us.is_(None))
        .values(outcome=outcome, found=found, closed_us=at_us, closed_by=by, note=note)
    )
    if not work.change(statement):
        raise Overtaken(text("advice {advice} has its outcome already: look at it again", advice=given.id))
    return advice.get(work, given.organisation, given.id)


def reopen(work: Work, given: Advice) -> Advice:
    """Take the outcome back, as the advice was read; what was entered stays in the ledger.

    Raises
    ------
    Overtaken : somebody took it back, or entered another one, meanwhile
    """
    c = advice_table.c
    statement = (
        update(advice_table)
        .where(c.organisation == given.organisation, c.id == given.id, c.closed_us == given.closed_us)
        .values(outcome=None, found=None, closed_us=None, closed_by=None, note=None)
    )
    if not work.change(statement):
        raise Overtaken(text("advice {advice} was changed meanwhile: look at it again", advice=given.id))
    return advice.get(work, given.organisation, given.id)


def open_advice(work: Work, *, position: str | None = None) -> tuple[Advice, ...]:
    """Advice without an outcome, the newest first."""
    c = advice_table.c
    where = [c.closed_us.is_(None)] + ([] if position is None else [c.position == position])
    return advice.all(work, *where, order=[c.issued_us.desc()])


def precision(work: Work) -> Precision:
    """Counts over all advice that is seen."""
    c = advice_table.c
    counts = {row.outcome: row.n for row in work.rows(select(c.outcome, func.count().label("n")).group_by(c.outcome))}
    return Precision(counts.get("right", 0), counts.get("wrong", 0), counts.get("not checked", 0), counts.get(None, 0))
