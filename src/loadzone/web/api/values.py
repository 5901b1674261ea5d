"""Values: the latest of each quantity, trends over time, results of blocks."""

import json
import math
from typing import Annotated, Any

import numpy as np
from fastapi import Query, Response
from pydantic import Field

from loadzone.flows import reading
from loadzone.web import cursor
from loadzone.web.api.parameters import (
    After,
    End,
    Item,
    Limit,
    Organisation,
    Start,
    Within,
    WithinPosition,
    page,
    span,
)
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.shown import Identifier, Moment, Page, Shown, micros, moment, rfc3339

routes = router("values")
AT = "/organisations/{organisation}/positions/{position}"
BINARY = "application/octet-stream"
Quantity = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Source = Annotated[reading.Source, Query(description="points: what arrived; descriptors: what was computed")]


class LatestShown(Shown):
    """The newest value of a quantity at a position, in ``unit``."""

    organisation: Identifier
    position: Identifier
    quantity: str
    at: Moment = Field(validation_alias="at_us")
    value: float | None
    unit: str
    status: str


class TrendShown(Shown):
    """Values over time: ``times`` and ``values`` of one length; null where a value is no number."""

    times: list[str]
    values: list[float | None]


class BucketsShown(Shown):
    """A trend in equal parts of time: start of each that has values, their number, least, greatest and mean."""

    width_s: float
    starts: list[str]
    counts: list[int]
    minima: list[float | None]
    maxima: list[float | None]
    means: list[float | None]


class ResultShown(Shown):
    """What a block of ISO 13374 found; ``document`` holds inputs, parameters and evidence."""

    id: str
    at: Moment = Field(validation_alias="time")
    block: str
    recording: str | None
    verdict: str | None
    p_value: float | None
    version: str | None
    document: Any


@route(routes, "GET", "/latest-values", name="listLatestValues", needs="viewer", shows=Page[LatestShown])
def list_latest_values(
    visit: Visiting,
    organisation: Within = None,
    position: WithinPosition = None,
    limit: Limit = 1000,
    after: After = None,
) -> Response:
    """The newest value of each quantity at every position that one sees."""
    behind = cursor.read(after, (str, str, str))
    found = visit.platform.read(
        visit.known.organisations(),
        lambda work: reading.latest_values(
            work,
            organisation=organisation,
            position=position,
            after=(str(behind[0]), str(behind[1]), str(behind[2])) if behind else None,
            limit=limit + 1,
        ),
    )
    items = [LatestShown.model_validate(each) for each in found]
    return shown(page(LatestShown, items, limit, lambda last: (last.organisation, last.position, last.quantity)))


@route(routes, "GET", f"{AT}/trend", name="getTrend", needs="viewer", shows=TrendShown)
def get_trend(
    visit: Visiting,
    organisation: Organisation,
    position: Item,
    quantity: Quantity,
    source: Source = "descriptors",
    start: Start = None,
    end: End = None,
) -> Response:
    """Every value of a quantity in a span of at most 100,000 values; beyond that ask for buckets."""
    start_us, end_us = span(visit, start, end)
    found = reading.trend(
        visit.platform, organisation, position, quantity, start_us=start_us, end_us=end_us, source=source
    )
    return shown(TrendShown(times=_times(found.times_us), values=_numbers(found.values)))


@route(routes, "GET", f"{AT}/buckets", name="getBuckets", needs="viewer", shows=BucketsShown)
def get_buckets(
    visit: Visiting,
    organisation: Organisation,
    position: Item,
    quantity: Quantity,
    source: Source = "descriptors",
    start: Start = None,
    end: End = None,
    count: Annotated[int, Query(ge=1, le=10_000, description="Parts of the span")] = 500,
) -> Response:
    """Least, greatest and mean of equal parts of a span: what a page as wide as that can show."""
    start_us, end_us = span(visit, start, end)
    found = reading.buckets(
        visit.platform, organisation, position, quantity, start_us=start_us, end_us=end_us, source=source, count=count
    )
    return shown(
        BucketsShown(
            width_s=max(1, -(-(end_us - start_us) // count)) / 1e6,
            starts=_times(found.starts_us),
            counts=found.counts.tolist(),
            minima=_numbers(found.minima),
            maxima=_numbers(found.maxima),
            means=_numbers(found.means),
        )
    )


@route(routes, "GET", f"{AT}/results", name="listResults", needs="viewer", shows=Page[ResultShown])
def list_results(
    visit: Visiting,
    organisation: Organisation,
    position: Item,
    start: Start = None,
    end: End = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """What the blocks found at a position, the newest first."""
    found = documents(visit, "results", organisation, position, span(visit, start, end), limit, after)
    items = [ResultShown(**{**row, "document": _json(row.get("document"))}) for row in found]
    return shown(page(ResultShown, items, limit, lambda last: (micros(last.at), last.id)))


def documents(
    visit: Visiting,
    table: str,
    organisation: str,
    position: str,
    ends_us: tuple[int, int],
    limit: int,
    after: str | None,
) -> list[Any]:
    """One row more than a page shows."""
    behind = cursor.read(after, (int, str))
    return list(
        reading.documents(
            visit.platform,
            table,
            organisation,
            position,
            start_us=ends_us[0],
            end_us=ends_us[1],
            after=(int(behind[0]), str(behind[1])) if behind else None,
            limit=limit + 1,
        )
    )


def _times(micros_of: Any) -> list[str]:  # noqa: ANN401  an array
    return [rfc3339(moment(each)) for each in micros_of.tolist()]


def _numbers(values: Any) -> list[float | None]:  # noqa: ANN401  an array
    return [value if math.isfinite(value) else None for value in np.asarray(values, dtype=float).tolist()]


def _json(document: str | None) -> Any:  # noqa: ANN401  what JSON holds
    try:
        return None if document is None else json.loads(document)
    except ValueError:
        return document
