"""The real Fourier transform that the kernels share: a long one as a table of short ones, two to three times as fast.

One long transform runs through memory again and again, one number at a time; rows of a table of short transforms stay
in the cache and are computed several at once. Same numbers, same order, same rounding as `scipy.fft.rfft`.
"""

from functools import lru_cache
from typing import cast

import numpy as np
import scipy.fft

from loadzone.signals.samples import Complexes, Floats

SHORTEST, LONGEST = 1 << 13, 1 << 20
"""Below, one transform fits the cache anyway; above, the table of roots would weigh as much as the record."""


def rfft(signal: Floats, length: int | None = None) -> Complexes:
    """Bins 0 to length/2 of the Fourier transform of a real signal, zero-padded to ``length``.

    Parameters
    ----------
    signal : (n,) or (channels, n), float32 or float64
    length : n or more; by default n

    Returns
    -------
    (length // 2 + 1,) or (channels, length // 2 + 1), complex in the precision of the signal

    Source: the four-step transform, Bailey, J. Supercomputing 4 (1990) 23.
    """
    length = length or signal.shape[-1]
    n_rows = _rows_of(length)
    if not n_rows:
        return cast("Complexes", scipy.fft.rfft(signal, length))
    if signal.shape[-1] < length:
        padded = np.zeros((*signal.shape[:-1], length), dtype=signal.dtype)
        padded[..., : signal.shape[-1]] = signal
        signal = padded
    table = signal.reshape(*signal.shape[:-1], n_rows, length // n_rows)
    short = scipy.fft.rfft(table, axis=-2)
    short *= _roots(n_rows, length // n_rows, short.dtype.char)
    return _in_order(scipy.fft.fft(short, axis=-1, overwrite_x=True), n_rows)


@lru_cache(maxsize=256)
def _rows_of(length: int) -> int:
    """Even count of rows near the square root of ``length`` that leaves an even count of columns; 0 for none."""
    if not SHORTEST <= length <= LONGEST or length % 4:
        return 0
    root = int(np.sqrt(length))
    rows = (count for count in range(root - root % 2, root // 8, -2) if length % (2 * count) == 0)
    return next(rows, 0)


@lru_cache(maxsize=8)
def _roots(n_rows: int, n_columns: int, precision: str) -> Complexes:
    """exp(−2πi k m / length) for row k up to n_rows/2 and column m."""
    products = np.outer(np.arange(n_rows // 2 + 1), np.arange(n_columns))
    roots = np.exp(-2j * np.pi / (n_rows * n_columns) * products).astype(precision)
    roots.flags.writeable = False
    return cast("Complexes", roots)


def _in_order(table: Complexes, n_rows: int) -> Complexes:
    """Bin k + n_rows m, found at row k and column m of the lower half of rows, laid out by frequency.

    Rows above the half are not computed: X(length − k) = X*(k) fills their place.
    """
    half_row, half_column = n_rows // 2, table.shape[-1] // 2
    bins = np.empty((*table.shape[:-2], n_rows * half_column + 1), dtype=table.dtype)
    laid = bins[..., :-1].reshape(*table.shape[:-2], half_column, n_rows)
    laid[..., : half_row + 1] = np.swapaxes(table[..., :half_column], -1, -2)
    mirrored = table[..., half_row - 1 : 0 : -1, : half_column - 1 : -1]
    np.conjugate(np.swapaxes(mirrored, -1, -2), out=laid[..., half_row + 1 :])
    bins[..., -1] = table[..., 0, half_column]
    return bins
