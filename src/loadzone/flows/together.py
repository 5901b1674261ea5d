"""What costs the same for one as for many: whatever waits is done in one go, and alone where together fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """``await Together(do, at_once, gather_s).done(thing)``: ``do`` is given all things that wait, as a list.

    ``at_once`` calls run side by side; each waits ``gather_s`` for company first. An error of one thing is not that of
    the others: where a call fails, each of its things is done alone, and gets its own answer.
    """

    def __init__(self, do: Callable[[Sequence[T]], Awaitable[None]], at_once: int, gather_s: float) -> None:
        self._do, self._at_once, self._gather_s = do, at_once, gather_s
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._turns: set[asyncio.Task[None]] = set()

    async def done(self, thing: T) -> None:
        """Return when the thing is done, or raise what stood in its way."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, future))
        if len(self._turns) < self._at_once:
            turn = asyncio.create_task(self._turn())
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
        await future

    async def end(self) -> None:
        """Give up what is in hand and what waits."""
        turns = list(self._turns)
        for each in turns:
            each.cancel()
        await asyncio.gather(*turns, return_exceptions=True)
        for _, future in self._waiting:
            future.cancel()

    async def _turn(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._gather_s)
            taken = [each for each in self._waiting if not each[1].done()]
            self._waiting.clear()
            try:
                await self._group(taken)
            finally:
                for _, future in taken:
                    future.cancel()  # those without an answer; the others do not mind

    async def _group(self, taken: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        if not taken:
            return
        try:
            await self._do([thing for thing, _ in taken])
        except Exception as error:  # noqa: BLE001  it is the answer of whoever waits
            if len(taken) > 1:
                for each in taken:
                    await self._group([each])
                return
            _, future = taken[0]
            if not future.done():
                future.set_exception(error)
            return
        for _, future in taken:
            if not future.done():
                future.set_result(None)
