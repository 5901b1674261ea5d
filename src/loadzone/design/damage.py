"""Miner's rule on a history: one life from the damage of all steps, and which of them do it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.history import History

Array = NDArray[np.float64]

LEVELS = 8
WORST = 0.01
"""Share of the steps that are called the worst."""


@dataclass(frozen=True)
class Level:
    """A range of load, N, with its shares of all time and of all damage."""

    low_n: float
    high_n: float
    time: float
    damage: float


@dataclass(frozen=True)
class DamageSummary:
    """Where the damage comes from.

    ``worst_step``, ``worst_share``: the step that does most, and its share; ``worst_percent_share``: that of the worst
    1 % of the steps; ``levels``: ranges of load from 0 to the greatest.
    """

    worst_step: int
    worst_share: float
    worst_percent_share: float
    levels: tuple[Level, ...]


def damage(lives_h: Array, history: History) -> Array:
    """What each step takes from the bearing, (n,): its duration over its life, 0 at rest; NaN without a life.

    Parameters
    ----------
    lives_h : (n,) of each step at its own speed
    """
    return np.divide(history.durations, lives_h, out=np.zeros_like(lives_h), where=history.turns > 0.0)


def life_by_damage(lives_h: Array | None, history: History) -> float | None:
    """The life of a history: all time over all damage; None where a step that turns has no life, or none does damage.

    Source: Miner's rule; a step at rest takes time and does no damage.
    """
    if lives_h is None:
        return None
    total = float(damage(lives_h, history).sum())
    return float(history.durations.sum()) / total if total > 0.0 else None


def summary(done: Array, loads_n: Array, history: History) -> DamageSummary | None:
    """Where the damage comes from; None where there is none, or a step has no life.

    Parameters
    ----------
    done : (n,) damage of each step
    loads_n : (n,) equivalent load of each step, for the levels
    """
    total = float(done.sum())
    if not total > 0.0:
        return None
    n, worst = len(done), int(done.argmax())
    few = max(round(WORST * n), 1)
    edges = np.linspace(0.0, max(float(loads_n.max()), np.finfo(float).tiny), LEVELS + 1)
    time, harm = (np.histogram(loads_n, edges, weights=each)[0] for each in (history.durations, done))
    levels = zip(edges[:-1], edges[1:], time / history.durations.sum(), harm / total, strict=True)
    return DamageSummary(
        worst,
        float(done[worst]) / total,
        float(np.partition(done, n - few)[n - few :].sum()) / total,
        tuple(Level(*map(float, each)) for each in levels),
    )
