"""A connector: a way of ours to a customer's system, which hands over what comes from there, or shows states to it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.connect.opcua import DeviceFinding

LOG = logging.getLogger(__name__)
Kind = Literal["bridge", "sparkplug", "opcua", "opcua_server"]
AGAIN_S = 30.0
"""After which a connector that ended is started again."""


@dataclass(frozen=True)
class State:
    """How a connector stands: whether it hears (or serves), what it took and refused since the start, its last trouble.

    ``messages`` is None where none are taken. ``faults``: devices of the other side that do not measure now.
    """

    is_connected: bool
    messages: int | None = None
    refused: int = 0
    trouble: Text | None = None
    faults: "tuple[DeviceFinding, ...]" = ()


@dataclass(eq=False)
class Connector:
    """One connector of one organisation; ``door`` is what the arrivals that it brings carry as theirs.

    ``work`` runs until it is cancelled; ``state`` may be asked at any time, from any thread.
    """

    kind: Kind
    name: str
    organisation: str
    address: str
    door: str
    work: Callable[[], Coroutine[Any, Any, None]]
    look: Callable[[], State]
    _ended_by: Text | None = field(default=None, init=False)

    @property
    def state(self) -> State:
        """How it stands now."""
        return self.look() if self._ended_by is None else State(is_connected=False, trouble=self._ended_by)

    async def run(self) -> None:
        """Work until cancelled; whatever ends the work ends no other connector, and it begins again."""
        while True:
            try:
                self._ended_by = None
                await self.work()
            except LoadzoneError as error:
                self._ended_by = error.message
                LOG.warning("%s %s: %s", self.kind, self.name, error)
            except Exception as error:
                reason = str(error) or type(error).__name__
                self._ended_by = text("ended by a fault of ours: {reason}", reason=reason)
                LOG.exception("%s %s ended; again in %.0f s", self.kind, self.name, AGAIN_S)
            await asyncio.sleep(AGAIN_S)
