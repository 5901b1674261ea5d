"""The places where a process may die between two things that are kept: the tests of faults kill it at each of them."""

from typing import Literal, get_args

Point = Literal[
    "catalog: before commit",
    "catalog: after commit",
    "lake: before commit",
    "lake: after commit",
    "lake: rewritten, before commit",
    "lake: rewritten, after commit",
    "waveforms: before put",
    "waveforms: after put",
]

POINTS: tuple[Point, ...] = get_args(Point)


def passed(point: Point) -> None:
    """Does nothing: a name for a place, where the tests put a kill."""
    del point
