"""What is asked of the lake: a trend, the same in buckets, the latest values, rows of documents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.store.lake.delta import Delta
from loadzone.store.lake.engine import ROWS, ask, floats
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Trend:
    """Values of one quantity at one position: ``times_us`` and ``values`` of shape (n,), times rising."""

    times_us: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Buckets:
    """A trend in equal parts of time: start of each that has values, their number, least, greatest and mean; (n,)."""

    starts_us: NDArray[np.int64]
    counts: NDArray[np.int64]
    minima: NDArray[np.float64]
    maxima: NDArray[np.float64]
    means: NDArray[np.float64]


def trend(delta: Delta, organisation: str, position: str, quantity: str, start_us: int, end_us: int) -> Trend:
    """The values from ``start_us`` up to and without ``end_us``."""
    found = ask(
        delta,
        f"SELECT epoch_us(time) AS at, value FROM {ROWS} WHERE {_SERIES} ORDER BY time",  # noqa: S608  words of ours
        _series(organisation, position, quantity, start_us, end_us),
        _filters(organisation, position, quantity, start_us, end_us),
    )
    return Trend(found["at"].astype(np.int64), floats(found["value"]))


def buckets(
    delta: Delta, organisation: str, position: str, quantity: str, start_us: int, end_us: int, width_us: int
) -> Buckets:
    """The same span in parts of ``width_us``; values that are missing or not a number do not count.

    Raises
    ------
    BadInput : a width of zero or less
    """
    if width_us <= 0:
        raise BadInput(text("a bucket of {width} µs holds nothing: give a width above 0", width=width_us))
    found = ask(
        delta,
        "SELECT (epoch_us(time) - $start) // $width AS bucket, count(*) AS n, min(value) AS low, "  # noqa: S608  ours
        f"max(value) AS high, avg(value) AS mean FROM {ROWS} WHERE {_SERIES} AND isfinite(value) "
        "GROUP BY bucket ORDER BY bucket",
        {**_series(organisation, position, quantity, start_us, end_us), "width": width_us},
        _filters(organisation, position, quantity, start_us, end_us),
    )
    starts = start_us + found["bucket"].astype(np.int64) * width_us
    low, high, mean = (floats(found[name]) for name in ("low", "high", "mean"))
    return Buckets(starts, found["n"].astype(np.int64), low, high, mean)


def outlines(
    delta: Delta,
    organisations: Collection[str],
    positions: Collection[str],
    quantities: Collection[str],
    start_us: int,
    end_us: int,
    width_us: int,
) -> Mapping[tuple[str, str, str], Buckets]:
    """Buckets of several positions and quantities in one question, by (organisation, position, quantity)."""
    if width_us <= 0:
        raise BadInput(text("a bucket of {width} µs holds nothing: give a width above 0", width=width_us))
    found = ask(
        delta,
        "SELECT organisation, position, quantity, (epoch_us(time) - $start) // $width AS bucket, "  # noqa: S608  ours
        f"count(*) AS n, min(value) AS low, max(value) AS high, avg(value) AS mean FROM {ROWS} "
        "WHERE list_contains($organisations, organisation) AND list_contains($positions, position) "
        "AND list_contains($quantities, quantity) AND time >= make_timestamptz($start) "
        "AND time < make_timestamptz($end) AND isfinite(value) "
        "GROUP BY organisation, position, quantity, bucket ORDER BY organisation, position, quantity, bucket",
        {
            "organisations": sorted(organisations),
            "positions": sorted(positions),
            "quantities": sorted(quantities),
            "start": start_us,
            "end": end_us,
            "width": width_us,
        },
        [("time", ">=", _time(start_us)), ("time", "<", _time(end_us))],
    )
    keys = [found[name].tolist() for name in ("organisation", "position", "quantity")]
    starts = start_us + found["bucket"].astype(np.int64) * width_us
    counts = found["n"].astype(np.int64)
    low, high, mean = (floats(found[name]) for name in ("low", "high", "mean"))
    spans: dict[tuple[str, str, str], list[int]] = {}
    for row, key in enumerate(zip(*keys, strict=True)):
        spans.setdefault(key, [row, row])[1] = row + 1
    return {key: Buckets(starts[a:b], counts[a:b], low[a:b], high[a:b], mean[a:b]) for key, (a, b) in spans.items()}


def latest(
    delta: Delta, organisations: Collection[str], quantity: str, since_us: int
) -> Mapping[tuple[str, str], tuple[int, float]]:
    """Time and value of the newest row of each position since then (for all positions at once ask the catalog)."""
    found = ask(
        delta,
        "SELECT organisation, position, max(epoch_us(time)) AS at, arg_max(value, time) AS value "  # noqa: S608  ours
        f"FROM {ROWS} WHERE list_contains($organisations, organisation) AND quantity = $quantity "
        "AND time >= make_timestamptz($since) "
        "GROUP BY organisation, position",
        {"organisations": sorted(organisations), "quantity": quantity, "since": since_us},
        [("time", ">=", _time(since_us))],
    )
    keys = zip(found["organisation"].tolist(), found["position"].tolist(), strict=True)
    return dict(zip(keys, zip(found["at"].tolist(), floats(found["value"]).tolist(), strict=True), strict=True))


def documents(
    delta: Delta, organisation: str, position: str, start_us: int, end_us: int, *, limit: int
) -> list[dict[str, Any]]:
    """Whole rows of a position in a span, the newest first; times in µs."""
    times = {each.name for each in delta.table.columns if each.type == "time"}
    chosen = ", ".join(
        f'epoch_us("{each.name}") AS "{each.name}"' if each.name in times else f'"{each.name}"'
        for each in delta.table.columns
    )
    found = ask(
        delta,
        f"SELECT {chosen} FROM (SELECT * FROM {ROWS} WHERE {_SPAN} "  # noqa: S608  words of ours
        "ORDER BY time DESC, id LIMIT $limit) ORDER BY time DESC, id",
        {**_span(organisation, position, start_us, end_us), "limit": limit},
        _filters(organisation, position, None, start_us, end_us),
    )
    columns = {name: _plain(values) for name, values in found.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


_SPAN = (
    "organisation = $organisation AND position = $position "
    "AND time >= make_timestamptz($start) AND time < make_timestamptz($end)"
)
_SERIES = f"{_SPAN} AND quantity = $quantity"


def _span(organisation: str, position: str, start_us: int, end_us: int) -> dict[str, Any]:
    return {"organisation": organisation, "position": position, "start": start_us, "end": end_us}


def _series(organisation: str, position: str, quantity: str, start_us: int, end_us: int) -> dict[str, Any]:
    return {**_span(organisation, position, start_us, end_us), "quantity": quantity}


def _filters(
    organisation: str, position: str, quantity: str | None, start_us: int, end_us: int
) -> list[tuple[str, str, Any]]:
    named = [("organisation", organisation), ("position", position), ("quantity", quantity)]
    equal = [(name, "=", value) for name, value in named if value is not None]
    return [*equal, ("time", ">=", _time(start_us)), ("time", "<", _time(end_us))]


def _time(micros: int) -> datetime:
    """As a date of the years 1 to 9999, which is what a filter takes."""
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError as error:
        raise BadInput(text("{time} µs is no time between the years 1 and 9999", time=micros)) from error


def _plain(values: NDArray[Any]) -> list[Any]:
    if isinstance(values, np.ma.MaskedArray):
        return [
            None if gone else value
            for value, gone in zip(values.data.tolist(), np.ma.getmaskarray(values), strict=True)
        ]
    return list(values.tolist())
