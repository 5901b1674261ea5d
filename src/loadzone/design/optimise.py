"""The best inside for an outline, exactly: whole numbers are tried one by one, lengths by branch and bound.

Each constraint and the objective are functions of a box of pitch and ball diameters that return the greatest value they
can take in it; a box without width is a point. What no box can exceed is the proven bound.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loadzone.words.errors import OutOfScope
from loadzone.words.texts import Text, text

Array = npt.NDArray[np.float64]
ROUNDING = 1e-12
"""Relative allowance for rounding that every bound is raised by."""
GREATEST_LEVELS = 200
MOST_BOXES = 400_000


@dataclass(frozen=True)
class Box:
    """Boxes of pitch diameter and ball diameter, mm; arrays of one shape."""

    pitch_low: Array
    pitch_high: Array
    ball_low: Array
    ball_high: Array

    @property
    def gamma_low(self) -> Array:
        """Least D_w/D_pw."""
        return self.ball_low / self.pitch_high

    @property
    def gamma_high(self) -> Array:
        """Greatest D_w/D_pw."""
        return self.ball_high / self.pitch_low


Greatest = Callable[[Box], Array]
"""Greatest value in a box; it must not fall when the box grows, and be exact at a point."""


@dataclass(frozen=True)
class Constraint:
    """A condition by its name: ``greatest`` is the slack (not negative where it is kept), or the elements it allows."""

    name: Text
    greatest: Greatest


@dataclass(frozen=True)
class Floor:
    """A condition on another objective by its name: ``greatest(box, z)`` is the slack with ``z`` elements."""

    name: Text
    greatest: Callable[[Box, Array], Array]


@dataclass(frozen=True)
class Problem:
    """What is to be greatest, between which bounds, under which conditions.

    ``objective(box, z)``: greatest value in the box for ``z`` elements; it must grow with ``z``. ``lengths``: slacks;
    ``counts``: most elements (not whole) that a condition allows; ``floors``: least values of other objectives.
    """

    name: Text
    pitch_mm: tuple[float, float]
    ball_mm: tuple[float, float]
    elements: tuple[int, int]
    objective: Callable[[Box, Array], Array]
    lengths: tuple[Constraint, ...]
    counts: tuple[Constraint, ...]
    floors: tuple[Floor, ...] = ()


@dataclass(frozen=True)
class Optimum:
    """The best of one number of elements: no design of it exceeds ``bound``, which is above ``value`` by the gap."""

    n_elements: float
    pitch_mm: float
    ball_mm: float
    value: float
    bound: float
    active: tuple[Text, ...]
    boxes: int

    @property
    def gap(self) -> float:
        """Relative distance between the design and what is proven to be the limit."""
        return self.bound / self.value - 1


@dataclass(frozen=True)
class Answer:
    """The best design, the best of each other number of elements, and the bounds that prove it.

    ``rival_bound``: what no other number of elements can exceed. ``relaxed``: the optimum with a fractional number of
    elements, an upper bound by another way.
    """

    best: Optimum
    by_elements: tuple[Optimum, ...]
    rival_bound: float
    relaxed: Optimum

    @property
    def is_proven(self) -> bool:
        """No other number of elements can reach the best one."""
        return self.rival_bound < self.best.value


def optimise(problem: Problem, gap: float = 1e-11) -> Answer:
    """The exact optimum over whole numbers of elements with the lengths as the inner problem.

    Parameters
    ----------
    gap : relative distance of bound and value at which the search ends

    Raises
    ------
    OutOfScope : no design keeps all conditions
    """
    counts = np.array([*range(problem.elements[0], problem.elements[1] + 1), np.inf])
    found, bounds = _search(problem, counts, gap)
    relaxed = found[-1]
    kept = tuple(sorted((each for each in found[:-1] if each), key=lambda each: -each.value))
    if not kept or relaxed is None:
        raise OutOfScope(
            text(
                "{name}: no design keeps all conditions; widen the outline or relax wall, filling or gap",
                name=problem.name,
            )
        )
    rivals = bounds[:-1][counts[:-1] != kept[0].n_elements]
    return Answer(kept[0], kept, float(rivals.max(initial=-np.inf)), relaxed)


def _search(problem: Problem, counts: Array, gap: float) -> tuple[list[Optimum | None], Array]:
    """Branch and bound for all numbers of elements at once; an infinite one takes as many as the conditions allow."""
    box, index = _root(problem, counts.size), np.arange(counts.size)
    best, bound = np.full(counts.size, -np.inf), np.full(counts.size, -np.inf)
    points, boxes = np.zeros((counts.size, 2)), np.zeros(counts.size, dtype=int)
    is_open = np.ones(counts.size, dtype=bool)
    for _ in range(GREATEST_LEVELS):
        limits = _bounds(problem, box, counts[index]) * (1 + ROUNDING)
        _improve(best, points, index, _middle(box), problem, counts)
        reached = np.full(counts.size, -np.inf)
        np.maximum.at(reached, index, limits)
        bound = np.where(is_open, np.maximum(reached, best), bound)
        boxes += np.bincount(index, minlength=counts.size)
        is_open &= reached > best * (1 + gap)
        keep = is_open[index] & (limits > best[index])
        if not keep.any() or keep.sum() > MOST_BOXES:
            break
        box, index = _halved(_pick(box, keep), problem), np.tile(index[keep], 2)
    found = [
        _optimum(problem, counts[place], points[place], best[place], bound[place], int(boxes[place]))
        for place in range(counts.size)
    ]
    return found, bound


def _improve(
    best: Array, points: Array, index: npt.NDArray[np.intp], middle: Box, problem: Problem, counts: Array
) -> None:
    """Take the best midpoint of each number of elements where it is better than what was known."""
    values = _bounds(problem, middle, counts[index])
    for place in np.argsort(values)[::-1]:
        z = index[place]
        if not np.isfinite(values[place]):
            break
        if values[place] > best[z]:
            best[z], points[z] = values[place], (middle.pitch_low[place], middle.ball_low[place])


def _optimum(problem: Problem, z: float, point: Array, value: float, bound: float, boxes: int) -> Optimum | None:
    if not np.isfinite(value):
        return None
    here = _point(float(point[0]), float(point[1]))
    elements = float(z) if np.isfinite(z) else float(_most(problem, here)[0])
    active = _active(problem, here, elements)
    return Optimum(elements, float(point[0]), float(point[1]), float(value), float(bound), active, boxes)


def _bounds(problem: Problem, box: Box, z: Array) -> Array:
    """Greatest objective in each box; minus infinity where a condition cannot be kept."""
    most = _most(problem, box)
    possible = most >= np.where(np.isfinite(z), z, problem.elements[0])
    for each in problem.lengths:
        possible &= each.greatest(box) >= 0
    elements = np.where(np.isfinite(z), z, most)
    for floor in problem.floors:
        possible &= floor.greatest(box, elements) >= 0
    found = np.full(most.shape, -np.inf)
    if possible.any():
        found[possible] = problem.objective(_pick(box, possible), elements[possible])
    return found


def _most(problem: Problem, box: Box) -> Array:
    most = np.full_like(box.pitch_low, float(problem.elements[1]))
    for each in problem.counts:
        most = np.minimum(most, each.greatest(box))
    return most


def _active(problem: Problem, here: Box, z: float) -> tuple[Text, ...]:
    """Conditions that are met with nothing to spare (1e-6)."""
    names = [each.name for each in problem.lengths if abs(float(each.greatest(here)[0])) < 1e-6]
    names += [each.name for each in problem.counts if abs(float(each.greatest(here)[0]) - z) < 1e-6]
    names += [each.name for each in problem.floors if abs(float(each.greatest(here, np.array([z]))[0])) < 1e-6]
    edges = (
        (text("least pitch diameter"), here.pitch_low[0] - problem.pitch_mm[0]),
        (text("greatest pitch diameter"), problem.pitch_mm[1] - here.pitch_low[0]),
        (text("least ball diameter"), here.ball_low[0] - problem.ball_mm[0]),
        (text("greatest ball diameter"), problem.ball_mm[1] - here.ball_low[0]),
    )
    return (*names, *(name for name, slack in edges if abs(slack) < 1e-6))


def _root(problem: Problem, n: int) -> Box:
    return Box(*(np.full(n, edge) for edge in (*problem.pitch_mm, *problem.ball_mm)))


def _point(pitch_mm: float, ball_mm: float) -> Box:
    pitch, ball = np.array([pitch_mm]), np.array([ball_mm])
    return Box(pitch, pitch, ball, ball)


def _middle(box: Box) -> Box:
    pitch, ball = (box.pitch_low + box.pitch_high) / 2, (box.ball_low + box.ball_high) / 2
    return Box(pitch, pitch, ball, ball)


def _pick(box: Box, which: npt.NDArray[np.bool_]) -> Box:
    return Box(box.pitch_low[which], box.pitch_high[which], box.ball_low[which], box.ball_high[which])


def _halved(box: Box, problem: Problem) -> Box:
    """Each box cut in two across its relatively wider side."""
    pitch = (box.pitch_low + box.pitch_high) / 2
    ball = (box.ball_low + box.ball_high) / 2
    widths = (problem.pitch_mm[1] - problem.pitch_mm[0], problem.ball_mm[1] - problem.ball_mm[0])
    is_pitch = (box.pitch_high - box.pitch_low) / widths[0] >= (box.ball_high - box.ball_low) / widths[1]
    low = (
        box.pitch_low,
        np.where(is_pitch, pitch, box.pitch_high),
        box.ball_low,
        np.where(is_pitch, box.ball_high, ball),
    )
    high = (
        np.where(is_pitch, pitch, box.pitch_low),
        box.pitch_high,
        np.where(is_pitch, box.ball_low, ball),
        box.ball_high,
    )
    return Box(*(np.concatenate(pair) for pair in zip(low, high, strict=True)))
