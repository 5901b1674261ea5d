"""How often a limit is crossed by chance: the expected false alarms of an exponentially weighted mean above a limit.

A healthy position's standardised deviation z is taken as a Gaussian AR(1) process. Its exponentially weighted mean E
(weight λ) is Gaussian too, with variance V and lag-1 correlation ρ; a step from below u standard deviations to above
has the probability 2 T(u, sqrt((1-ρ)/(1+ρ))), T being Owen's function. What a finite baseline does not know (mean,
spread, correlation) is averaged over, so that the rate holds over positions, not only where the baseline is right.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Scalar = TypeVar("Scalar", float, Array)

HIGHEST_PHI = 0.99
"""Beyond this a year of readings holds too few independent ones."""
HORIZON = 1000
"""A position whose baseline is so wrong that it is always above gives one alarm in so many readings, not none."""
PHI_NODES, SPREAD_NODES, MEAN_NODES = 11, 3, 61
LEAST_LIMIT, LARGEST_LIMIT = 0.02, 40.0

FIRST, ROOT_STEPS, CLOSE = 4.3, 9, 5e-4
"""Where the search for a limit begins (standard deviations), its most steps, and how near to it they end (relative)."""
TINY = 1e-300


@dataclass(frozen=True)
class Knowledge:
    """What a baseline rests on: correlation ``phi`` and spread from ``pairs`` neighbours, a mean from ``readings``."""

    phi: float
    pairs: int
    readings: float

    def rounded(self) -> "Knowledge":
        """The same with a coarser, never better knowledge, so that like baselines share one limit."""
        phi = min(math.ceil(self.phi * 100.0) / 100.0, HIGHEST_PHI)
        return Knowledge(phi, int(_lower_step(self.pairs)), _lower_step(self.readings))

    def diluted(self, factor: float) -> "Knowledge":
        """The same where the mean is known ``factor`` times less well (in variance)."""
        return Knowledge(self.phi, self.pairs, self.readings / factor)


def inflation(phi: Scalar) -> Scalar:
    """Readings that are worth one independent one, (1+φ)/(1-φ), for a mean; a number or an array."""
    return (1.0 + phi) / (1.0 - phi)


def smoothed_variance(weight: float, phi: float) -> float:
    """Variance of the exponentially weighted mean of an AR(1) process of variance 1.

    >>> round(smoothed_variance(0.2, 0.0), 4)
    0.1111
    """
    rest = 1.0 - weight
    return weight / (2.0 - weight) * (1.0 + phi * rest) / (1.0 - phi * rest)


@lru_cache(maxsize=16_384)
def crossing_rate(limit: float, weight: float, known: Knowledge) -> float:
    """Expected false alarms a reading: upward crossings, and being above from the start, once in `HORIZON` readings.

    Parameters
    ----------
    limit : of the weighted mean, in standard deviations as the baseline knows them
    weight : λ of the weighted mean; 1 judges single readings
    known : what the baseline rests on

    Returns
    -------
    Alarms a reading, averaged over what the baseline may have got wrong
    """
    from scipy.special import ndtr, owens_t  # heavy; only where a limit is set

    at, shares = _phi_nodes(known)
    mean_error = np.sqrt(inflation(at) / known.readings)
    rest = 1.0 - weight
    variance = weight / (2.0 - weight) * (1.0 + at * rest) / (1.0 - at * rest)
    correlation = np.minimum(rest + weight * at * (weight / (1.0 - at * rest)) / variance, 1.0 - 1e-12)
    spread = np.sqrt((1.0 - at**2) / (1.0 - known.phi**2)) * _spread_nodes(known.pairs)
    u = (limit * spread - mean_error * _even_nodes()[0]) / np.sqrt(variance)
    crossings = 2.0 * owens_t(u, np.sqrt((1.0 - correlation) / (1.0 + correlation)))
    return float((shares * (crossings + ndtr(-u) / HORIZON)).sum())


@lru_cache(maxsize=16_384)
def limit_for(rate: float, weight: float, known: Knowledge) -> float:
    """The limit that is crossed ``rate`` times a reading (the inverse of `crossing_rate`, to a thousandth above).

    Halved on a logarithmic scale, so that like cases give the very same limit; what a few steps towards the root have
    shown already is not asked again.
    """
    low, high = LEAST_LIMIT, LARGEST_LIMIT
    below, above = _near_root(rate, weight, known)
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        if middle <= below:
            is_over = True
        elif middle >= above:
            is_over = False
        else:
            is_over = crossing_rate(middle, weight, known) > rate
        low, high = (middle, high) if is_over else (low, middle)
    return high


def _near_root(rate: float, weight: float, known: Knowledge) -> tuple[float, float]:
    """Two limits close to each other, the lower crossed more often than ``rate``, the upper not; or wider ones.

    The logarithm of the rate is nearly straight over the square of the limit: a secant there needs few steps.
    """
    below, above = LEAST_LIMIT, LARGEST_LIMIT
    points: list[tuple[float, float]] = []
    limit = FIRST * math.sqrt(smoothed_variance(weight, known.phi) + inflation(known.phi) / known.readings)
    limit = min(max(limit, LEAST_LIMIT), LARGEST_LIMIT)
    for _ in range(ROOT_STEPS):
        found = crossing_rate(limit, weight, known)
        below, above = (max(below, limit), above) if found > rate else (below, min(above, limit))
        points = [*points, (limit**2, math.log(max(found, TINY) / rate))][-2:]
        (x0, y0), (x1, y1) = points[0], points[-1]
        if len(points) == 1:
            square = x1 * 1.3 if y1 > 0.0 else x1 / 1.3
        elif y1 == y0 or x1 == x0:
            break
        else:
            square = x1 - y1 * (x1 - x0) / (y1 - y0)
        wanted = math.sqrt(min(max(square, LEAST_LIMIT**2), LARGEST_LIMIT**2))
        if abs(wanted / limit - 1.0) < CLOSE:
            wanted = limit * (1.0 + 2.0 * CLOSE if found > rate else 1.0 - 2.0 * CLOSE)
        limit = wanted
        if above / below < 1.0 + 3.0 * CLOSE:
            break
    return below, above


def _phi_nodes(known: Knowledge) -> tuple[Array, Array]:
    """Correlations that the estimate may stand for, (11, 1, 1), and the weights of all nodes, (11, 3, 61).

    Fisher's transform: artanh φ has the standard error 1/sqrt(n (1-φ²)).
    """
    nodes, shares = _normal_nodes(PHI_NODES)
    at = np.tanh(math.atanh(known.phi) + nodes / math.sqrt(known.pairs * (1.0 - known.phi**2)))
    weights = shares[:, None, None] * _normal_nodes(SPREAD_NODES)[1][:, None] * _even_nodes()[1]
    return np.clip(at, -0.5, 0.999)[:, None, None], weights


def _spread_nodes(pairs: int) -> Array:
    """Estimated over true spread of the innovations, (3, 1): chi-squared by Wilson and Hilferty, PNAS 17 (1931) 684."""
    nodes = _normal_nodes(SPREAD_NODES)[0][:, None]
    freedom = max(pairs - 2, 2)
    cubes: Array = np.maximum(1.0 - 2.0 / (9.0 * freedom) + math.sqrt(2.0 / (9.0 * freedom)) * nodes, 0.1)
    return cubes**1.5


@cache
def _normal_nodes(count: int) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


@cache
def _even_nodes() -> tuple[Array, Array]:
    """Evenly spaced nodes of a normal law: fine enough where its width exceeds that of what is averaged over it."""
    nodes = np.linspace(-6.0, 6.0, MEAN_NODES)
    weights = np.exp(-(nodes**2) / 2.0)
    return nodes, weights / weights.sum()


def _lower_step(count: float) -> float:
    """The next lower of twenty steps a decade."""
    return float(10.0 ** (math.floor(math.log10(count) * 20.0 + 1e-9) / 20.0))
