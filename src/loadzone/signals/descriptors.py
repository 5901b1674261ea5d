"""Descriptors of the waveform: how large, how peaked, how lopsided, once the mean is taken away."""

from dataclasses import asdict, dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from loadzone.signals.samples import Floats, as_signal, finite_mean, refuse_constant

BLOCK = 1 << 15
"""Samples taken at a time: the products of one block stay in the cache, whatever the length of the record."""


@dataclass(frozen=True, eq=False)
class Descriptors:
    """One number a channel, shape () or (channels,); ``mean``, ``rms`` and ``peak`` in the unit of the samples.

    Of the samples less their mean x: ``rms``; ``peak`` = max abs(x); ``crest`` = peak/rms; ``kurtosis`` = m4/m2²
    (3 for Gaussian noise); ``skewness`` = m3/m2^1.5; ``shape`` = rms/mean abs(x); ``impulse`` = peak/mean abs(x);
    ``clearance`` = peak/(mean sqrt abs(x))².
    """

    mean: NDArray[np.float64]
    rms: NDArray[np.float64]
    peak: NDArray[np.float64]
    crest: NDArray[np.float64]
    kurtosis: NDArray[np.float64]
    skewness: NDArray[np.float64]
    shape: NDArray[np.float64]
    impulse: NDArray[np.float64]
    clearance: NDArray[np.float64]

    def to_dict(self) -> dict[str, float | list[float]]:
        """Name to number (one channel) or to a list with one number a channel."""
        return {name: values.tolist() for name, values in asdict(self).items()}


def descriptors(signal: Floats) -> Descriptors:
    """Descriptors of each channel.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit

    Returns
    -------
    Descriptors, one number a channel

    Raises
    ------
    BadRecord : fewer than 16 samples, NaN or infinity among them, or a constant channel

    Source: the definitions in common use, with population moments (divided by n).

    >>> sine = np.sin(2 * np.pi * np.arange(1000) / 100)
    >>> found = descriptors(sine)
    >>> round(float(found.kurtosis), 3), round(float(found.crest), 3)
    (1.5, 1.414)
    """
    signal = as_signal(signal)
    mean = finite_mean(signal)
    scale = np.maximum(np.abs(signal).max(axis=-1, keepdims=True), np.finfo(signal.dtype).tiny)
    sums, peak = _sums(signal, mean, scale)
    absolute, root, second, third, fourth = sums / signal.shape[-1]
    refuse_constant(second.astype(signal.dtype), mean / scale)
    rms = np.sqrt(second)
    unit = scale[..., 0].astype(np.float64)
    return Descriptors(
        mean=np.asarray(mean[..., 0], dtype=np.float64),
        rms=np.asarray(rms * unit),
        peak=np.asarray(peak * unit),
        crest=np.asarray(peak / rms),
        kurtosis=np.asarray(fourth / (second * second)),
        skewness=np.asarray(third / (second * rms)),
        shape=np.asarray(rms / absolute),
        impulse=np.asarray(peak / absolute),
        clearance=np.asarray(peak / (root * root)),
    )


def _sums(signal: Floats, mean: Floats, scale: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of abs(x), sqrt abs(x), x², x³, x⁴, shape (5, ...), and the largest abs(x), over blocks of samples.

    x is in units of ``scale``: fourth powers of a 32-bit converter's counts would leave the range of float32.
    """
    factor = (1 / scale).astype(signal.dtype)
    sums = np.zeros((5, *signal.shape[:-1]))
    peak = np.zeros(signal.shape[:-1])
    for start in range(0, signal.shape[-1], BLOCK):
        rest = (signal[..., start : start + BLOCK] - mean) * factor
        squares = rest * rest
        sums[2] += squares.sum(axis=-1)
        sums[3] += np.vecdot(squares, rest)
        sums[4] += np.vecdot(squares, squares)
        np.abs(rest, out=rest)
        sums[0] += rest.sum(axis=-1)
        peak = np.maximum(peak, rest.max(axis=-1))
        sums[1] += np.sqrt(rest, out=rest).sum(axis=-1)
    return sums, cast("NDArray[np.float64]", peak)
