"""Lives of a long history from the load distributions of a few bins, and by how much they err.

Steps are drawn with the chance that the bins give their damage, and solved themselves: the mean of their damage over
that of their bins is the damage of the whole history over that of the bins, and their scatter gives its interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import BearingRows
from loadzone.design.bins import bins_of, least_size, sizes
from loadzone.design.capability import Capability
from loadzone.design.damage import damage
from loadzone.design.duty import Conditions
from loadzone.design.history import FEW, BasicSteps, History, ReferenceSteps, distributed, step_lives
from loadzone.design.inside import Mode
from loadzone.design.life import life_exponent

Array = NDArray[np.float64]
Index = NDArray[np.int64]

JUDGED = 10_000
"""Steps up to which all are solved to know the error of bins."""
DRAWN, PEAKS = 2_000, 100
"""Steps of a longer history that are solved to judge the bins, and those of the greatest loads, for the pressure."""
COVERED = 1.645
"""Standard errors to each side of an interval that covers 90 %."""


@dataclass(frozen=True)
class BinningError:
    """By which share the life of the bins is longer (below 0: shorter) than that of all steps.

    ``low``, ``high``: 90 % interval of ``error``; a point where all steps were solved.
    """

    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Binned:
    """Lives of a history by its bins, and what is known of their error.

    ``p_ref_n``, ``basic``, ``reference``: (n,) of the steps; ``error``: of the modified reference life, of the basic
    one without lubricant, None where a step has none; ``solved``: (m,) steps that were solved themselves, with
    ``p_max_mpa`` theirs.
    """

    n_bins: int
    basic: BasicSteps
    reference: ReferenceSteps
    error: BinningError | None
    solved: Index
    p_max_mpa: Array


def binned_lives(
    rows: BearingRows,
    bearing: Capability,
    history: History,
    conditions: Conditions,
    mode: Mode,
    count: int,
    rng: np.random.Generator,
    *,
    threads: int = 1,
) -> Binned:
    """Lives of every step of a history by the load distributions of bins, with their error.

    A bin says how large P_ref is over the load; each step has its own load, speed, film and a_ISO.

    Parameters
    ----------
    rows, bearing, history, conditions, mode, threads : as `loadzone.design.history.distributed` and `step_lives`
    count : bins at most
    rng : draws the steps that judge the bins

    Raises
    ------
    OutOfScope, BadInput : as `loadzone.design.history.distributed` and `step_lives`

    Source: time-at-level counting for the bins, importance sampling for their error.
    """
    arm_mm = rows.inside.pitch_diameter_mm / 2.0
    bins = bins_of(history.loads, history.turns, count, arm_mm, life_exponent(bearing.life_kind))
    size, of_bins = sizes(history.loads, arm_mm), sizes(bins.loads, arm_mm)
    least = least_size(size)
    few = 0 if len(size) > FEW else len(size)
    found = distributed(rows, bearing, bins.loads, mode, few=few, threads=threads)
    ratios = found.p_ref_n / np.maximum(of_bins, least)
    p_ref_n = ratios[bins.bin_of_step] * np.maximum(size, least)
    basic, reference = step_lives(bearing, history, conditions, p_ref_n, threads=threads)
    done = damage(reference.strictest_h, history)
    drawn = _drawn(done, rng)
    heaviest = np.argsort(size, kind="stable")[-PEAKS:]
    solved = np.arange(len(done)) if len(done) <= JUDGED else np.unique(np.concatenate((drawn, heaviest)))
    part = history.part(solved)
    true = distributed(rows, bearing, part.loads, mode, few=few, threads=threads)
    truth = damage(step_lives(bearing, part, conditions, true.p_ref_n, threads=threads)[1].strictest_h, part)
    if len(solved) == len(done):
        error = _point(float(truth.sum()), float(done.sum()))
    else:
        error = judged(truth[np.searchsorted(solved, drawn)] / done[drawn])
    return Binned(len(bins.loads), basic, reference, error, solved, true.p_max_mpa)


def judged(ratios: Array) -> BinningError | None:
    """The error of bins from steps that were drawn as their bins do damage; None without a damage.

    Parameters
    ----------
    ratios : (drawn,) true damage of each drawn step over that by its bin
    """
    if len(ratios) < 2 or not np.isfinite(ratios).all():
        return None
    error = float(ratios.mean()) - 1.0
    half = COVERED * float(ratios.std(ddof=1)) / len(ratios) ** 0.5
    return BinningError(error, error - half, error + half)


def _drawn(done: Array, rng: np.random.Generator) -> Index:
    total = done.sum()
    if not (total > 0.0 and np.isfinite(total)):
        return np.empty(0, dtype=np.int64)
    found: Index = rng.choice(len(done), DRAWN, p=done / total)
    return found


def _point(true: float, by_bins: float) -> BinningError | None:
    if not (true > 0.0 and by_bins > 0.0):
        return None
    error = true / by_bins - 1.0
    return BinningError(error, error, error)
