"""The course of a position: its quantities over a span, with what they are held against, and the gaps between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from loadzone.flows.dossier import Band, Dossier, Limit
from loadzone.flows.platform import Platform
from loadzone.flows.standing import VALUES
from loadzone.monitor.watch.reading import DAY_US
from loadzone.store.lake import Buckets

__all__ = ["BASES", "Buckets", "Course", "Lane", "Span", "course"]

BASES = ("velocity", "rms", "kurtosis", "temperature", "speed", "load", "crest", "peak")
"""Quantities in the order in which they are shown; a channel may stand behind a name, as in «rms:DE»."""
PARTS = 420
"""Parts of a span: about as many as a chart has pairs of pixels."""
SMALLEST_GAP_US = DAY_US
LEAD = 0.2
"""An axis that may be cut is cut where more than this share of it comes before the first value."""
Span = tuple[int, int]
"""From, and up to and without, in µs."""


@dataclass(frozen=True, eq=False)
class Lane:
    """One quantity: ``base`` is its name without the channel; the limits hold now, the band was learnt."""

    base: str
    name: str
    unit: str
    line: Buckets
    band: Band | None
    limits: tuple[Limit, ...]


@dataclass(frozen=True, eq=False)
class Course:
    """All lanes of a span, and the spans in which nothing came of any of them."""

    span: Span
    lanes: tuple[Lane, ...]
    gaps: tuple[Span, ...]


def course(
    platform: Platform, found: Dossier, span: Span, bases: Sequence[str] = BASES, *, is_cut: bool = False
) -> Course:
    """What a position measured between two times.

    Of each of ``bases`` the line that holds most is taken: what arrived, or what was computed of recordings, be it of
    one of several channels. ``is_cut``: where nothing was measured in the first part, the span begins later.
    """
    measured = _course(platform, found, span, bases)
    starts = [int(each.line.starts_us[0]) for each in measured.lanes]
    if is_cut and starts and min(starts) - span[0] > LEAD * (span[1] - span[0]):
        lead_us = max(DAY_US // 2, round(0.02 * (span[1] - min(starts))))
        return _course(platform, found, (min(starts) - lead_us, span[1]), bases)
    return measured


def _course(platform: Platform, found: Dossier, span: Span, bases: Sequence[str]) -> Course:
    position = found.position
    named = {each.quantity: each.unit for each in found.latest}
    wanted = [name for name in named if name.partition(":")[0] in bases]
    lines: dict[str, Buckets] = {}
    for table in VALUES if wanted else ():
        told = platform.lake.outlines(
            table,
            {position.organisation},
            {position.id},
            set(wanted),
            start_us=span[0],
            end_us=span[1],
            width_us=max(1, -(-(span[1] - span[0]) // PARTS)),
        )
        for (_, _, name), line in told.items():
            if name not in lines or len(line.starts_us) > len(lines[name].starts_us):
                lines[name] = line
    chosen = [_lane(base, lines, named, found) for base in bases]
    lanes = tuple(each for each in chosen if each is not None)
    return Course(span, lanes, gaps([each.line for each in lanes], span))


def gaps(lines: Sequence[Buckets], span: Span) -> tuple[Span, ...]:
    """Spans of a day and more between two values of any line, and from the last one to the end.

    What lies before the first value is no gap: the position was not watched yet.
    """
    times = np.unique(np.concatenate([each.starts_us for each in lines])) if lines else np.zeros(0, dtype=np.int64)
    if not len(times):
        return ()
    width_us = -(-(span[1] - span[0]) // PARTS)
    least_us = max(SMALLEST_GAP_US, 4 * width_us)
    edges = np.append(times, span[1])
    wide = np.flatnonzero(np.diff(edges) > least_us)
    return tuple((int(edges[at]) + width_us, int(edges[at + 1])) for at in wide)


def _lane(base: str, lines: Mapping[str, Buckets], units: Mapping[str, str], found: Dossier) -> Lane | None:
    names = [name for name in lines if name.partition(":")[0] == base]
    if not names:
        return None
    name = max(sorted(names), key=lambda each: len(lines[each].starts_us))
    limits = tuple(each for each in found.limits if each.quantity in {name, base})
    band = found.bands.get(name)
    return Lane(base, name, units.get(name, ""), lines[name], band, limits)
