"""When a position is silent, and which silences are one: by time alone, from when each position was heard last.

A position that sends regularly and of which nothing came for three intervals is silent. Where several of a site fall
silent at once there is one cause (gateway, network, power), so one of them speaks for all: an alarm is worth having
where it asks for an answer of its own, and ten in ten minutes are a flood (ISA-18.2, IEC 62682).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from loadzone.monitor.watch.reading import DAY_US, SECOND_US

SILENT_INTERVALS = 3.0
SILENT_US = DAY_US
"""A position of which nothing was heard for so long is not watched, where no interval is stated."""
LATE_SHARE = 0.5
"""Of the time after which it is silent: who has missed so much already counts with a silence that is told."""
REGULAR_SPANS = 5
"""A position sends regularly that was heard in each of so many spans before its last word, each as long as that time:
one whose pauses are as long as what we would call silence has promised nothing."""
SINGLY = 2
"""So many positions of a site that fall silent at once are told one by one; more have one cause."""


@dataclass(frozen=True)
class Listened:
    """A position that sends regularly: its key, the site whose way out it shares (None: nobody's), its last word.

    ``silent_us``: after so long without a word it is silent.
    """

    key: tuple[str, str]
    site: tuple[str, str] | None
    heard_us: int
    silent_us: int


@dataclass(frozen=True)
class Silence:
    """A silence that is told: of one position, which speaks for ``others`` that fell silent or late with it."""

    leader: Listened
    others: tuple[Listened, ...] = ()


def silence_us(interval_s: float | None) -> int:
    """After how long without a word a position is silent: three intervals where one is stated, else a day."""
    return SILENT_US if interval_s is None else round(SILENT_INTERVALS * interval_s * SECOND_US)


def is_silent(heard_us: int | None, now_us: int, after_us: int = SILENT_US) -> bool:
    """Whether nothing came for longer than that; None: nothing ever did.

    >>> is_silent(0, 3, 3), is_silent(0, 4, 3), is_silent(None, 0)
    (False, True, True)
    """
    return heard_us is None or now_us - heard_us > after_us


def is_late(listened: Listened, now_us: int, since_us: int = 0) -> bool:
    """Whether half of the time after which it is silent has gone by; ``since_us``: since when anybody listens."""
    return is_silent(max(listened.heard_us, since_us), now_us, round(LATE_SHARE * listened.silent_us))


def is_regular(times_us: Iterable[int], heard_us: int, silent_us: int) -> bool:
    """Whether the position was sending regularly before its last word.

    Parameters
    ----------
    times_us : when it was heard; at least those within `REGULAR_SPANS` times ``silent_us`` before the last

    >>> is_regular(range(0, 60, 10), 50, 10), is_regular((0, 10, 40, 50), 50, 10)
    (True, False)
    """
    spans = {(heard_us - at_us) // silent_us for at_us in times_us}
    return spans.issuperset(range(REGULAR_SPANS))


def silences(listened: Iterable[Listened], now_us: int, since_us: int = 0) -> tuple[Silence, ...]:
    """The silences that are told at ``now_us``: each silent position speaks for itself, or another does for it.

    Positions of one site whose last words follow each other within the time after which they are silent fell silent at
    once. Of more than `SINGLY` the one that was heard first among the silent speaks for all.

    Parameters
    ----------
    listened : positions that send regularly, each once, in any order
    since_us : since when anybody listens; a platform that was off has heard nothing, which is no one's silence
    """
    late = [each for each in listened if is_late(each, now_us, since_us)]
    late.sort(key=lambda each: (each.site or ("", ""), each.site is None, each.heard_us, each.key))
    found: list[Silence] = []
    for site, members in groupby(late, key=lambda each: each.site):
        for spell in _spells(tuple(members), is_shared=site is not None):
            silent = [each for each in spell if is_silent(max(each.heard_us, since_us), now_us, each.silent_us)]
            if len(spell) <= SINGLY:
                found += [Silence(each) for each in silent]
            elif silent:
                found.append(Silence(silent[0], tuple(each for each in spell if each is not silent[0])))
    return tuple(found)


def _spells(members: Sequence[Listened], *, is_shared: bool) -> list[tuple[Listened, ...]]:
    """Members in the order of their last words, parted where a pause is longer than a silence."""
    spells: list[list[Listened]] = []
    for each in members:
        last = spells[-1][-1] if spells else None
        if last is None or not is_shared or each.heard_us - last.heard_us > max(each.silent_us, last.silent_us):
            spells.append([each])
        else:
            spells[-1].append(each)
    return [tuple(spell) for spell in spells]
