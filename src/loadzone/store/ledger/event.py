"""An event: what, when, where, why and who, with the dimensions and words of EPCIS 2.0 (GS1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from loadzone.store.canonical import canonical
from loadzone.store.catalog.names import name
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Kind = Literal["object", "aggregation", "transformation", "transaction", "association"]
Action = Literal["add", "observe", "delete"]


@dataclass(frozen=True)
class Event:
    """Something that happened to things.

    ``what``: identifiers of the things (serial numbers, lots, heats, positions, documents).
    ``parents`` and ``children``: what was made or assembled from what; «delete» takes such a tie back.
    ``corrects``: number of the event that this one puts right. ``facts``: whatever else belongs to it, as JSON.
    """

    kind: Kind
    what: tuple[str, ...]
    at_us: int
    step: str
    who: str
    action: Action = "observe"
    where: str | None = None
    disposition: str | None = None
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    corrects: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value, known in ((self.kind, get_args(Kind)), (self.action, get_args(Action))):
            if value not in known:
                raise BadInput(
                    text("{value} is no word of an event: choose {known}", value=value, known=", ".join(known))
                )
        for each in ("what", "parents", "children", "documents"):
            object.__setattr__(self, each, tuple(name(thing) for thing in getattr(self, each)))
        if not self.things:
            raise BadInput(text("an event is about something: name at least one thing"))
        if bool(self.parents) != bool(self.children):
            raise BadInput(text("what was made from what needs both: parents and children"))
        for told in (self.step, self.who, *filter(None, (self.where, self.disposition))):
            name(told)
        canonical(self.facts)

    @property
    def things(self) -> tuple[str, ...]:
        """All things that the event is about, each once."""
        return tuple(dict.fromkeys((*self.what, *self.parents, *self.children)))
