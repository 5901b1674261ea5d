"""First-order Sobol shares from plain draws: how much of a quantity's variance one input alone explains.

No design of experiments is needed: draws of one input are put into bins of equal count (its values, where it has few),
and the variance of the bins' means is the share. Kelley's correction takes out what chance alone would put there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_BINS, LEAST_BINS = 50, 4
GROUPS = 20
"""Of the jackknife; each is left out once."""


@dataclass(frozen=True)
class Share:
    """A share of variance or of draws, with its standard error."""

    value: float
    standard_error: float


def first_order_share(inputs: Array, outputs: Array) -> Share:
    """Var(E[y|x])/Var(y), estimated from draws of x and y.

    Parameters
    ----------
    inputs, outputs : (n,) of independent draws, finite; n of 100 or more

    Returns
    -------
    Near 0 it may come out slightly negative, as an unbiased estimate must; interactions are in no first-order share

    Source: correlation ratio with Kelley's correction (1935); as given-data estimator Plischke, Borgonovo and Smith,
    EJOR 226 (2013), both from memory; checked on a linear function and on Ishigami's. Standard error by a jackknife
    over 20 groups of draws. What varies within a bin is lost: at 10,000 draws (50 bins) 0.04 % of the share of a
    uniform input, 0.5 % of that of a normal one, whose end bins are wide.
    """
    bins = _bins(inputs)
    count, groups = int(bins.max()) + 1, np.arange(len(outputs)) % GROUPS
    cells = bins * GROUPS + groups
    centred = outputs - outputs.mean()
    shape = (count, GROUPS)
    sizes = np.bincount(cells, minlength=count * GROUPS).reshape(shape).astype(float)
    sums = np.bincount(cells, centred, count * GROUPS).reshape(shape)
    squares = np.bincount(groups, centred**2, GROUPS)
    whole = _ratio(sizes.sum(axis=1), sums.sum(axis=1), squares.sum())
    left = np.array(
        [
            _ratio(sizes.sum(axis=1) - sizes[:, k], sums.sum(axis=1) - sums[:, k], squares.sum() - squares[k])
            for k in range(GROUPS)
        ]
    )
    error = float(np.sqrt((GROUPS - 1) / GROUPS * ((left - left.mean()) ** 2).sum()))
    return Share(whole, error)


def _ratio(sizes: Array, sums: Array, squares: float) -> float:
    """Kelley's ε² of the bins' counts and sums and the sum of all squares."""
    n, kept = sizes.sum(), sizes > 0.0
    level = sums.sum() ** 2 / n
    total = squares - level
    if not total > 0.0:
        return 0.0
    between = float((sums[kept] ** 2 / sizes[kept]).sum() - level)
    return float(1.0 - (total - between) / (n - kept.sum()) * (n - 1.0) / total)


def _bins(inputs: Array) -> NDArray[np.int64]:
    """The bin of each draw: its value among a few, else its rank among bins of equal count."""
    n = len(inputs)
    wanted = int(np.clip(np.sqrt(n) / 2.0, LEAST_BINS, MOST_BINS))
    values, places = np.unique(inputs, return_inverse=True)
    if len(values) <= wanted:
        return np.asarray(places, dtype=np.int64)
    ranks = np.empty(n, dtype=np.int64)
    ranks[np.argsort(inputs, kind="stable")] = np.arange(n)
    return ranks * wanted // n
