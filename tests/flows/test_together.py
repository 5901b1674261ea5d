"""What waits is done in one go, and what is wrong with one is not wrong with the others."""

import asyncio
from collections.abc import Sequence

from loadzone.flows.together import Together
from loadzone.words.errors import BadInput
from loadzone.words.texts import text


def test_what_waits_is_done_in_one_go() -> None:
    calls: list[list[int]] = []

    async def do(things: Sequence[int]) -> None:
        calls.append(sorted(things))
        await asyncio.sleep(0)

    async def whole() -> None:
        together = Together(do, at_once=1, gather_s=0.01)
        await asyncio.gather(*(together.done(n) for n in range(5)))
        await together.done(9)

    asyncio.run(whole())
    assert calls == [[0, 1, 2, 3, 4], [9]]


def test_where_together_fails_each_is_done_alone_and_gets_its_own_answer() -> None:
    done: list[int] = []

    async def do(things: Sequence[int]) -> None:
        await asyncio.sleep(0)
        if 3 in things:
            raise BadInput(text("{value} cannot be", value=3))
        done.extend(things)

    async def whole() -> list[BaseException | None]:
        together = Together(do, at_once=2, gather_s=0.01)
        return await asyncio.gather(*(together.done(n) for n in range(5)), return_exceptions=True)

    answers = asyncio.run(whole())
    assert [type(each) for each in answers] == [type(None)] * 3 + [BadInput, type(None)]
    assert sorted(done) == [0, 1, 2, 4]


def test_who_stops_waiting_stops_nobody_else_and_the_end_leaves_nobody_waiting() -> None:
    async def whole() -> None:
        began, go = asyncio.Event(), asyncio.Event()

        async def do(things: Sequence[int]) -> None:
            began.set()
            await (asyncio.Event() if 3 in things else go).wait()

        together = Together(do, at_once=1, gather_s=0.0)
        first, second = (asyncio.create_task(together.done(n)) for n in (1, 2))
        await began.wait()
        second.cancel()
        late = asyncio.create_task(together.done(3))
        go.set()
        await first
        await together.end()
        answers = await asyncio.gather(second, late, return_exceptions=True)
        assert [type(each) for each in answers] == [asyncio.CancelledError] * 2

    asyncio.run(whole())
