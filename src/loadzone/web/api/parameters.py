"""Parameters that many routes take, and how a page of a list is made of one item more than it shows."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Annotated, TypeVar

from fastapi import Path, Query

from loadzone.web import cursor
from loadzone.web.auth import Visit
from loadzone.web.shown import Instant, Page, Shown, micros

T = TypeVar("T", bound=Shown)

IDENTIFIER = r"^[A-Za-z0-9_-]{1,64}$"
SPAN_US = timedelta(days=30) // timedelta(microseconds=1)
Organisation = Annotated[str, Path(description="Identifier of the organisation", pattern=IDENTIFIER)]
Item = Annotated[str, Path(description="Identifier", pattern=IDENTIFIER)]
Within = Annotated[str | None, Query(description="Only of this organisation", pattern=IDENTIFIER)]
WithinPosition = Annotated[str | None, Query(description="Only at this position", pattern=IDENTIFIER)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items of a page")]
After = Annotated[str | None, Query(max_length=1000, description="next_cursor of the page before")]
Start = Annotated[Instant | None, Query(description="From this time on; 30 days before the end, where none is given")]
End = Annotated[Instant | None, Query(description="Up to and without this time; now, where none is given")]


def page(kind: type[T], found: Sequence[T], limit: int, key: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """The first ``limit`` of up to ``limit + 1`` items, and the cursor behind them where there are more."""
    items = found[:limit]
    goes_on = len(found) > limit
    return Page[kind](items=items, next_cursor=cursor.written(key(items[-1])) if goes_on else None)  # type: ignore[valid-type]  # a page of a kind that is known at run time


def by_time(key: cursor.Key) -> tuple[int, str, str] | None:
    """The key (time, organisation, identifier) of a cursor; None without one."""
    return (int(key[0]), str(key[1]), str(key[2])) if key else None


def span(visit: Visit, start: Instant | None, end: Instant | None) -> tuple[int, int]:
    """Both ends in µs."""
    end_us = visit.at_us + 1 if end is None else micros(end)
    return end_us - SPAN_US if start is None else micros(start), end_us
