"""Who does something and when, and the entry of the ledger that tells it, in the transaction of what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from loadzone.store.catalog import Work
from loadzone.store.ledger import Event, append


@dataclass(frozen=True)
class Act:
    """A deed of ``who`` (as acme/ann, or «command line») at a time in µs UTC."""

    who: str
    at_us: int


def enter(
    work: Work,
    organisation: str,
    act: Act,
    step: str,
    *things: str,
    action: Literal["add", "observe", "delete"] = "observe",
    kind: Literal["object", "association"] = "object",
    at_us: int | None = None,
    where: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Enter into the organisation's ledger that something happened to things.

    Parameters
    ----------
    things : a serial number as it is; anything else as ``kind:identifier``
    at_us : when it happened, where that is not when it was told
    """
    event = Event(
        kind,
        things,
        act.at_us if at_us is None else at_us,
        step,
        act.who,
        action,
        where=where,
        facts=facts or {},
    )
    append(work, organisation, event, at_us=act.at_us)
