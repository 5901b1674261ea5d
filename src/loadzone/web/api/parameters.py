"""Parameters that many routes take, and how a page of a list is made of one item more than it shows."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Path, Query

from loadzone.web import cursor
from loadzone.web.shown import Page, Shown

T = TypeVar("T", bound=Shown)

IDENTIFIER = r"^[A-Za-z0-9_-]{1,64}$"
Organisation = Annotated[str, Path(description="Identifier of the organisation", pattern=IDENTIFIER)]
Item = Annotated[str, Path(description="Identifier", pattern=IDENTIFIER)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items of a page")]
After = Annotated[str | None, Query(max_length=1000, description="next_cursor of the page before")]


def page(kind: type[T], found: Sequence[T], limit: int, key: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """The first ``limit`` of up to ``limit + 1`` items, and the cursor behind them where there are more."""
    items = found[:limit]
    goes_on = len(found) > limit
    return Page[kind](items=items, next_cursor=cursor.written(key(items[-1])) if goes_on else None)  # type: ignore[valid-type]
