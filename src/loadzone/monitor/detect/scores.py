"""Scores of lines on one scale: minus the logarithm of the chance that noise alone does as well.

In Gaussian noise a line over its floor is exponential with mean 1, a sum of ``shape`` of them follows a gamma law;
`exponent` turns a sum back into the exponential scale, so that sums of different length can be compared.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_STEPS = 16
_LARGEST = 2000


def exponent(sums: NDArray[np.float32], shape: int) -> NDArray[np.float32]:
    """-log P(Gamma(shape) > sum), sums of any form, read from a table in steps of 1/16.

    Source: the survival function of the Erlang law, exp(-s) times the sum of s^j / j! for j below ``shape``.
    """
    steps = np.minimum(sums * np.float32(_STEPS), np.float32(_LARGEST * _STEPS)).astype(np.int32)
    scores: NDArray[np.float32] = _table(shape)[steps]
    return scores


def soft_cap(scores: NDArray[np.float32], cap: float = 10.0) -> NDArray[np.float32]:
    """Scores above ``cap`` grow with their logarithm only: one strong foreign line cannot decide alone."""
    capped = np.minimum(scores, np.float32(cap))
    high = scores > cap
    capped[high] += np.float32(cap / 2) * np.log(scores[high] / np.float32(cap))
    return capped


@cache
def _table(shape: int) -> NDArray[np.float32]:
    sums = np.arange(_LARGEST * _STEPS + 1) / _STEPS
    with np.errstate(divide="ignore"):
        log_sums = np.log(sums)
    term = np.zeros_like(sums)
    total = np.zeros_like(sums)
    for j in range(1, shape):
        term = term + log_sums - np.log(j)
        total = np.logaddexp(total, term)
    return (sums - total).astype(np.float32)
