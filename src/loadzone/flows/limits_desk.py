"""Limits that people give: what holds where, since when and by whom; a new one is entered, none is changed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from loadzone.flows.audit import Act, enter
from loadzone.flows.platform import Work
from loadzone.store.catalog.limits import Limit, limits, limits_table
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

__all__ = ["LEVELS", "Limit", "Limited", "limited", "put_limit"]

LEVELS = ("alert", "danger")
GIVEN = "given by a person"
LONGEST_QUANTITY = 64


@dataclass(frozen=True)
class Limited:
    """Limits of one quantity at a position that hold now; None: none of that level."""

    position: Position
    quantity: str
    alert: Limit | None
    danger: Limit | None


def limited(work: Work, organisation: str, at_us: int) -> list[Limited]:
    """What holds at the positions of an organisation, by position and quantity."""
    c, p = limits_table.c, positions_table.c
    rows = limits.all(work, c.organisation == organisation, c.since_us <= at_us, order=[c.since_us])
    last = {(row.position, row.quantity, row.level): row for row in rows}
    held = {key: row for key, row in last.items() if row.value is not None}
    there = {each.id: each for each in positions.all(work, p.organisation == organisation, p.retired_us.is_(None))}
    keys = sorted({(position, quantity) for position, quantity, _ in held if position in there})
    return [
        Limited(there[place], name, held.get((place, name, "alert")), held.get((place, name, "danger")))
        for place, name in keys
    ]


def put_limit(
    work: Work, act: Act, organisation: str, position: str, quantity: str, level: str, value: float | None
) -> Limit:
    """The limit of a quantity from now on; None takes it away.

    Parameters
    ----------
    quantity : as «velocity», of every channel, or «velocity:DE», of one; the value in its unit

    Raises
    ------
    UnknownThing : no such position
    BadInput : no such level, no name of a quantity, a value that is no number, or an alert at or above the danger
    """
    place = positions.get(work, organisation, position)
    name = quantity.strip()
    if not 1 <= len(name) <= LONGEST_QUANTITY or not name.isprintable():
        raise BadInput(text("a limit is of a quantity, in 1 to {limit} signs, as velocity", limit=LONGEST_QUANTITY))
    if level not in LEVELS:
        raise BadInput(text("{level} is no level of a limit: choose {known}", level=level, known=", ".join(LEVELS)))
    if value is not None and not (math.isfinite(value) and value > 0.0):
        raise BadInput(text("a limit of {value} holds nothing: give a number above 0", value=value))
    _check_order(limited(work, organisation, act.at_us), place, name, level, value)
    limit = Limit(organisation, place.id, name, level, act.at_us, value, GIVEN, act.who, {})
    limits.put(work, limit)
    facts = {"quantity": name, "level": level, "value": value}
    enter(work, organisation, act, "limit set", f"position:{position}", where=position, facts=facts)
    return limit


def _check_order(held: Iterable[Limited], place: Position, quantity: str, level: str, value: float | None) -> None:
    """An alert comes before the danger."""
    now = next((each for each in held if (each.position.id, each.quantity) == (place.id, quantity)), None)
    other = None if now is None else now.danger if level == "alert" else now.alert
    if value is None or other is None or other.value is None:
        return
    alert, danger = (value, other.value) if level == "alert" else (other.value, value)
    if alert >= danger:
        raise BadInput(
            text(
                "an alert at {alert:g} does not come before the danger at {danger:g}: give a lower one",
                alert=alert,
                danger=danger,
            )
        )
