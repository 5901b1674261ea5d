"""Many loads in few bins: boxes that are small where the loads do damage.

The box in which the damage is spread widest is cut in two, again and again, at the mean of the component of the load
that spreads it.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

LOADS = 5
LEAST_SIZE = 1e-3
"""Of the greatest load: less counts as this, for an interference loads a bearing by itself."""
LEAST_TURNS = 1e-6
"""Of the most: a step at rest counts as this, so that every step has a bin."""
LEAST_SPREAD = 1e-18
"""Of all damage: loads that differ by less are alike."""


@dataclass(frozen=True)
class Bins:
    """``loads``: (bins, 5) the mean load of each bin by damage; ``bin_of_step``: (n,) the bin of each step."""

    loads: Array
    bin_of_step: Index


def bins_of(loads: Array, turns: Array, count: int, arm_mm: float, exponent: float) -> Bins:
    """Put loads in bins.

    Parameters
    ----------
    loads, turns : (n, 5) and (n,) of the steps of a history
    count : bins at most; fewer where loads are alike
    arm_mm : lever that makes a moment comparable with a force, D_pw/2
    exponent : p of the life, 3 for balls, 10/3 for rollers

    Source: time-at-level counting; where to cut is ours (greatest Σ damage · variance of a k-d tree).
    """
    size = sizes(loads, arm_mm)
    size = np.maximum(size, least_size(size))
    weights = np.maximum(turns, LEAST_TURNS * float(turns.max())) * size**exponent
    coordinates = np.column_stack((loads / _units(arm_mm), size))
    boxes = _boxes(coordinates, weights / weights.sum(), count)
    bin_of_step = np.empty(len(loads), dtype=np.int64)
    for number, rows in enumerate(boxes):
        bin_of_step[rows] = number
    total = np.bincount(bin_of_step, weights)
    means = [np.bincount(bin_of_step, weights * column) / total for column in loads.T]
    return Bins(np.stack(means, axis=1), bin_of_step)


def sizes(loads: Array, arm_mm: float) -> Array:
    """Length of each load (n, 5), N, its moments over ``arm_mm``."""
    lengths: Array = np.linalg.norm(loads / _units(arm_mm), axis=1)
    return lengths


def least_size(size: Array) -> float:
    """What the length of a load at least counts as; 1 N where there is no load at all."""
    return LEAST_SIZE * float(size.max()) or 1.0


@dataclass(frozen=True)
class _Box:
    """Rows of a box with their coordinates (m, 6), the last the size, and weights (m,); where it is best cut."""

    rows: Index
    coordinates: Array
    weights: Array
    axis: int
    at: float
    spread: float


def _boxes(coordinates: Array, weights: Array, count: int) -> list[Index]:
    """Rows of each box after the cuts: always the box of the widest damage next."""
    whole = _box(np.arange(len(weights)), coordinates, weights)
    heap = [(-whole.spread, 0, whole)]
    serial = 0
    while len(heap) < count and heap[0][2].spread > LEAST_SPREAD:
        box = heapq.heappop(heap)[2]
        below = box.coordinates[:, box.axis] <= box.at
        for side in (below, ~below):
            serial += 1
            half = _box(box.rows[side], box.coordinates[side], box.weights[side])
            heapq.heappush(heap, (-half.spread, serial, half))
    return [box.rows for _, _, box in heap]


def _box(rows: Index, coordinates: Array, weights: Array) -> _Box:
    """A box and its best cut: at the mean of the component along which its damage is spread widest."""
    means = weights @ coordinates / weights.sum()
    spreads = weights @ (coordinates[:, :LOADS] - means[:LOADS]) ** 2 / means[-1] ** 2
    axis = int(spreads.argmax())
    at = float(means[axis])
    below = coordinates[:, axis] <= at
    is_alike = below.all() or not below.any()
    return _Box(rows, coordinates, weights, axis, at, 0.0 if is_alike else float(spreads[axis]))


def _units(arm_mm: float) -> Array:
    return np.array((1.0, 1.0, 1.0, arm_mm, arm_mm))
