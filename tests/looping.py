"""Asynchronous tests: run to their end, and waiting for what must come true."""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

LIMIT_S = 120


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test to its end; one that hangs fails instead of holding everything up."""

    @functools.wraps(test)
    def limited(*args: Any, **kwargs: Any) -> None:
        async def whole() -> None:
            async with asyncio.timeout(LIMIT_S):
                await test(*args, **kwargs)

        asyncio.run(whole())

    return limited


async def until(condition: Callable[[], Any] | Callable[[], Awaitable[Any]], limit_s: float = 60.0) -> None:
    """Wait for a condition; the limit is there for a test that hangs, not to time anything."""
    end = time.monotonic() + limit_s
    while True:
        found = condition()
        if await found if isinstance(found, Awaitable) else found:
            return
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)
