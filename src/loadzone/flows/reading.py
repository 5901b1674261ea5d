"""Reading what is kept: latest values, trends, results, the index of recordings, and waveforms by part."""

from collections.abc import Mapping
from typing import Any, Literal

from loadzone.flows.platform import Platform
from loadzone.store.catalog import Work
from loadzone.store.catalog.latest import Latest, latest, latest_table
from loadzone.store.catalog.positions import positions
from loadzone.store.lake import Buckets, Trend
from loadzone.store.ledger import Entry, events_of
from loadzone.store.waveforms import Envelope, Header
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

__all__ = [
    "Buckets",
    "Entry",
    "Envelope",
    "Header",
    "Latest",
    "Source",
    "Trend",
    "buckets",
    "documents",
    "envelope",
    "events",
    "header",
    "latest_values",
    "samples",
    "trend",
]

Source = Literal["points", "descriptors"]
"""What arrived, or what was computed from recordings."""

MOST_VALUES = 100_000
"""Values of one answer; longer spans come as buckets."""
MOST_SAMPLES = 4_000_000
MOST_AT_ONE_TIME = 256
"""Documents of one position that may bear the same time (the channels of a recording)."""


def latest_values(
    work: Work,
    *,
    organisation: str | None = None,
    position: str | None = None,
    after: tuple[str, str, str] | None = None,
    limit: int = 1000,
) -> tuple[Latest, ...]:
    """The newest value of each quantity at each position that is seen, by organisation, position, quantity."""
    c = latest_table.c
    where = [] if organisation is None else [c.organisation == organisation]
    where += [] if position is None else [c.position == position]
    return latest.page(work, *where, after=after or (), limit=limit)


def trend(
    platform: Platform, organisation: str, position: str, quantity: str, *, start_us: int, end_us: int, source: Source
) -> Trend:
    """Values of a quantity in a span, of the table ``points`` (what arrived) or ``descriptors`` (what was computed).

    Raises
    ------
    UnknownThing : no such position
    BadInput : an empty span, or one of more values than an answer holds
    """
    _check(platform, organisation, position, start_us, end_us)
    found = platform.store.lake.trend(source, organisation, position, quantity, start_us=start_us, end_us=end_us)
    if len(found.times_us) > MOST_VALUES:
        raise BadInput(
            text(
                "{count} values are more than the {limit} of one answer: ask for buckets, or for a shorter span",
                count=len(found.times_us),
                limit=MOST_VALUES,
            )
        )
    return found


def buckets(
    platform: Platform,
    organisation: str,
    position: str,
    quantity: str,
    *,
    start_us: int,
    end_us: int,
    source: Source,
    count: int,
) -> Buckets:
    """The same as least, greatest and mean of ``count`` equal parts of the span."""
    _check(platform, organisation, position, start_us, end_us)
    width_us = max(1, -(-(end_us - start_us) // count))
    return platform.store.lake.buckets(
        source, organisation, position, quantity, start_us=start_us, end_us=end_us, width_us=width_us
    )


def documents(
    platform: Platform,
    table: str,
    organisation: str,
    position: str,
    *,
    start_us: int,
    end_us: int,
    after: tuple[int, str] | None = None,
    limit: int = 100,
) -> list[Mapping[str, Any]]:
    """Rows of ``recordings`` or ``results`` of a position in a span, the newest first, behind the one ``after``."""
    _check(platform, organisation, position, start_us, end_us)
    last_us = end_us if after is None else min(end_us, after[0] + 1)
    found = platform.store.lake.documents(
        "recordings" if table == "recordings" else "results",
        organisation,
        position,
        start_us=start_us,
        end_us=max(last_us, start_us),
        limit=limit + (0 if after is None else MOST_AT_ONE_TIME),
    )
    if after is not None:
        found = [row for row in found if (-row["time"], row["id"]) > (-after[0], after[1])]
    return list(found[:limit])


def header(platform: Platform, organisation: str, name: str) -> Header:
    """What is known of a waveform; `UnknownThing` where there is none."""
    return platform.store.waveforms.header(organisation, name)


def samples(platform: Platform, organisation: str, name: str, start: int, stop: int) -> Any:  # noqa: ANN401  an array
    """Samples of a span, as they were measured.

    Raises
    ------
    BadInput : more than an answer holds
    """
    if stop - start > MOST_SAMPLES:
        raise BadInput(
            text(
                "{count} samples are more than the {limit} of one answer: ask for pairs, or for a shorter span",
                count=stop - start,
                limit=MOST_SAMPLES,
            )
        )
    return platform.store.waveforms.read(organisation, name, start, stop)


def envelope(platform: Platform, organisation: str, name: str, start: int, stop: int, pairs: int) -> Envelope:
    """Least and greatest sample of about ``pairs`` equal parts of the span, for a drawing."""
    return platform.store.waveforms.envelope(organisation, name, start, stop, pairs)


def events(
    work: Work, organisation: str, *, thing: str | None = None, after: int = 0, limit: int = 100
) -> tuple[Entry, ...]:
    """Entries of the ledger, about a thing or all, in the order in which they were entered."""
    return events_of(work, organisation, thing, after=after, limit=limit)


def _check(platform: Platform, organisation: str, position: str, start_us: int, end_us: int) -> None:
    with platform.catalog.read(organisation) as work:
        positions.get(work, organisation, position)
    if end_us <= start_us:
        raise BadInput(text("an empty span: the end must lie behind the start"))
