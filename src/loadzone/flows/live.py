"""Live events: what happened just now, for those who may see it; who was away for a moment gets what was missed."""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

KEPT = 10_000
"""Events that are remembered for those who come back."""


@dataclass(frozen=True)
class LiveEvent:
    """Something that happened at a position; ``number`` rises by one from event to event of a hub."""

    number: int
    organisation: str
    position: str
    kind: str
    at_us: int
    facts: Mapping[str, Any] = field(default_factory=dict)


Listener = Callable[[LiveEvent], None]


class Live:
    """A hub within one process. ``origin`` changes when it starts anew: numbers of another one mean nothing here.

    Workers of other processes reach it over the intake's subject of events: who runs the platform subscribes there
    and calls `tell`.
    """

    def __init__(self, origin: str | None = None) -> None:
        import secrets

        self.origin = origin or secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._last = 0
        self._kept: deque[LiveEvent] = deque(maxlen=KEPT)
        self._listeners: dict[int, tuple[frozenset[str], Listener]] = {}
        self._keys = itertools.count()
        self._lock = threading.Lock()

    def tell(
        self, organisation: str, position: str, kind: str, at_us: int, facts: Mapping[str, Any] | None = None
    ) -> LiveEvent:
        """Tell everyone who sees the organisation; listeners must not block."""
        with self._lock:
            event = LiveEvent(next(self._numbers), organisation, position, kind, at_us, facts or {})
            self._last = event.number
            self._kept.append(event)
            for organisations, listener in self._listeners.values():
                if organisation in organisations:
                    listener(event)
        return event

    def subscribe(
        self, organisations: Collection[str], listener: Listener, *, after: int | None = None
    ) -> tuple[Callable[[], None], bool]:
        """Hear of the organisations from now on, or from behind the event ``after`` on.

        Returns
        -------
        what ends it, and whether everything since ``after`` was still known: where not, read again what you show
        """
        seen = frozenset(organisations)
        with self._lock:
            is_whole = after is None or self._knows(after)
            if after is not None and is_whole:
                for event in self._kept:
                    if event.number > after and event.organisation in seen:
                        listener(event)
            key = next(self._keys)
            self._listeners[key] = (seen, listener)

        def end() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return end, is_whole

    @property
    def last(self) -> int:
        """Number of the last event."""
        return self._last

    @property
    def count(self) -> int:
        """Number of listeners."""
        return len(self._listeners)

    def _knows(self, after: int) -> bool:
        first = self._kept[0].number if self._kept else self._last + 1
        return first - 1 <= after <= self._last
