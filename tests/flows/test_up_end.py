"""The end of the platform's parts: also one whose library swallows the first sign."""

import asyncio
import contextlib

import pytest

pytest.importorskip("nats", reason="the platform needs its extra")

from loadzone.flows import up


def test_a_part_that_swallows_the_first_sign_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "PATIENCE_S", 0.01)
    told = []

    async def deaf_once() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        told.append("once")
        await asyncio.sleep(3600)

    async def whole() -> None:
        parts = [asyncio.create_task(deaf_once()), asyncio.create_task(asyncio.sleep(3600))]
        await asyncio.sleep(0)
        await up._end(parts)
        assert all(part.cancelled() for part in parts)

    asyncio.run(whole())
    assert told == ["once"]
