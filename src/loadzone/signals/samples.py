"""What every kernel asks of its samples: enough of them, finite, real, and not constant."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from loadzone.words.errors import BadInput, BadRecord, OutOfScope
from loadzone.words.texts import text

Floats = NDArray[np.floating[Any]]
"""Real samples, spectra or levels in the precision of the signal."""
Complexes = NDArray[np.complexfloating[Any, Any]]
"""Complex spectra or analytic signals in the precision of the signal."""

Band = tuple[float, float]
"""Lower and upper frequency, Hz."""


def as_signal(samples: object, least: int = 16) -> Floats:
    """Samples as float32 or float64 of shape (n,) or (channels, n); other number types become float64.

    Raises
    ------
    BadRecord : fewer than ``least`` samples, or more than two axes
    """
    signal = np.asarray(samples)
    if signal.dtype != np.float32:
        signal = signal.astype(np.float64, copy=False)
    if signal.ndim not in {1, 2}:
        raise BadRecord(text("samples have {axes} axes: give (n,) or (channels, n)", axes=signal.ndim))
    if signal.shape[-1] < least:
        raise BadRecord(
            text(
                "{count} samples are too few: this calculation needs {least}; give a longer record",
                count=signal.shape[-1],
                least=least,
            )
        )
    return cast("Floats", signal)


def centred(samples: object, least: int = 16) -> Floats:
    """Samples less their mean, a copy of shape (n,) or (channels, n).

    Raises
    ------
    BadRecord : fewer than ``least`` samples, NaN or infinity among them, or all of them equal
    """
    signal = as_signal(samples, least)
    mean = finite_mean(signal)
    rest = signal - mean
    refuse_constant(np.vecdot(rest, rest) / signal.shape[-1], mean)
    return rest


def finite_mean(signal: Floats) -> Floats:
    """Mean of each channel, shape (1,) or (channels, 1); one NaN or infinite sample makes it so and is refused.

    Raises
    ------
    BadRecord : NaN or infinity among the samples
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mean = cast("Floats", signal.mean(axis=-1, keepdims=True))
    if not np.isfinite(mean).all():
        bad = int(signal.size - np.isfinite(signal).sum())
        raise BadRecord(
            text("{count} samples are not finite numbers: repair the record or cut them out", count=bad or signal.size)
        )
    return mean


def refuse_constant(variance: Floats, mean: Floats) -> None:
    """Refuse channels whose ``variance`` (any shape) is nothing but the rounding of their ``mean`` (same size).

    Raises
    ------
    BadRecord : a channel is constant
    """
    rounding = 4.0 * np.finfo(variance.dtype).eps * np.abs(mean).reshape(np.shape(variance))
    if (variance <= rounding * rounding).any():
        raise BadRecord(text("all samples are equal: check the cable, the sensor and the channel"))


def positive_rate(fs_hz: float) -> float:
    """The sampling rate itself.

    Raises
    ------
    BadInput : not a positive finite number
    """
    if not (np.isfinite(fs_hz) and fs_hz > 0):
        raise BadInput(text("sampling rate {fs_hz:g} Hz is not possible: give a positive one", fs_hz=fs_hz))
    return float(fs_hz)


def bins_of(band: Band, resolution_hz: float, n_bins: int) -> tuple[int, int]:
    """First bin of ``band`` and the first bin above it, among ``n_bins`` bins from 0 Hz on.

    Raises
    ------
    BadInput : the band is empty or upside down
    OutOfScope : the band reaches above the Nyquist frequency, or holds fewer than 4 bins
    """
    low, high = band
    if not (np.isfinite(low) and np.isfinite(high) and 0 <= low < high):
        raise BadInput(
            text("band {low_hz:g} to {high_hz:g} Hz is not possible: give low < high", low_hz=low, high_hz=high)
        )
    nyquist = (n_bins - 1) * resolution_hz
    if high > nyquist + resolution_hz:
        raise OutOfScope(
            text(
                "band up to {high_hz:g} Hz: the record reaches {nyquist_hz:g} Hz only; choose a lower band",
                high_hz=high,
                nyquist_hz=nyquist,
            )
        )
    first = int(np.ceil(low / resolution_hz - 1e-9))
    stop = min(int(np.floor(high / resolution_hz + 1e-9)) + 1, n_bins)
    if stop - first < 4:
        raise OutOfScope(
            text(
                "band {low_hz:g} to {high_hz:g} Hz holds {count} spectral bins, 4 are needed; give a longer record",
                low_hz=low,
                high_hz=high,
                count=max(stop - first, 0),
            )
        )
    return first, stop


def power_of(values: Complexes) -> Floats:
    """Squared modulus as a sum of products: no square root and no power function."""
    parts = values.view(values.real.dtype)
    squares = parts * parts
    return cast("Floats", squares[..., 0::2] + squares[..., 1::2])
