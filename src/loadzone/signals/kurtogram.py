"""Where a signal is impulsive: spectral kurtosis and the kurtogram over a 1/3-binary tree of bands."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.samples import Band, Floats, as_signal, centred, positive_rate, power_of
from loadzone.signals.spectrum import Spectrum
from loadzone.signals.transforms import rfft
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

LEAST_SAMPLES_OF_A_NODE = 16
SEAM = 2
"""Samples of a node left out at each end: the two ends of a record meet there and look like one shock."""
FADE = 128
"""Most samples that the record fades in and out over (at most 1/64 of it): in a band that holds next to nothing, such
as the last one below fs/2, the step at its ends would ring louder than the signal."""


@dataclass(frozen=True, eq=False)
class Row:
    """One row of the tree: fs/2 cut into ``n_bands`` equal bands; ``kurtosis`` (n_bands,) or (channels, n_bands)."""

    level: float
    n_bands: int
    kurtosis: Floats


@dataclass(frozen=True)
class ImpulsiveBand:
    """The band of the largest kurtosis and the row of the tree where it lies."""

    band_hz: Band
    level: float
    kurtosis: float


@dataclass(frozen=True, eq=False)
class Kurtogram:
    """Kurtosis of each node of the tree (0 for stationary Gaussian noise), coarse rows first."""

    rows: tuple[Row, ...]
    fs_hz: float

    @property
    def n_nodes(self) -> int:
        """Count of bands in all rows."""
        return sum(row.n_bands for row in self.rows)

    def best(self, channel: int = 0) -> ImpulsiveBand:
        """The node of the largest kurtosis; a hint where to look, never a proof (one shock outweighs any fault)."""
        rows = [np.atleast_2d(row.kurtosis)[channel] for row in self.rows]
        chosen = int(np.argmax([row.max() for row in rows]))
        place = int(rows[chosen].argmax())
        width = self.fs_hz / 2 / self.rows[chosen].n_bands
        found = float(rows[chosen][place])
        return ImpulsiveBand((place * width, (place + 1) * width), self.rows[chosen].level, found)


def tree(levels: int) -> tuple[tuple[float, int], ...]:
    """Rows of the 1/3-binary tree as (level, count of bands), coarse first.

    Raises
    ------
    BadInput : fewer than 1 or more than 12 levels

    >>> [sum(count for _, count in tree(levels)) for levels in (1, 2, 3, 7)]
    [3, 10, 24, 444]
    """
    if not 1 <= levels <= 12:
        raise BadInput(text("{levels} levels of the kurtogram are not possible: give 1 to 12", levels=levels))
    rows = [(0.0, 1), (1.0, 2)]
    for level in range(2, levels + 1):
        rows += [(level - 0.4, 3 * 2 ** (level - 2)), (float(level), 2**level)]
    return tuple(rows)


def fast_kurtogram(signal: Floats, fs_hz: float, levels: int = 7) -> Kurtogram:
    """Kurtosis of the envelope in each band of a 1/3-binary tree.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit
    fs_hz : sampling rate, Hz
    levels : depth of the tree; 7 levels are 444 bands

    Returns
    -------
    Kurtogram of K = E abs(z)⁴/(E abs(z)²)² − 2

    Raises
    ------
    BadRecord : too few samples for the deepest row (4,800 for 7 levels), constant or not finite

    Source: Antoni, Fast computation of the kurtogram, MSSP 21 (2007) 108; bands are bins of one Fourier transform
    (rectangular, critically sampled) in place of the filter bank.
    """
    rows = tree(levels)
    finest = max(count for _, count in rows)
    rest = centred(signal, 2 * finest * (LEAST_SAMPLES_OF_A_NODE + 2 * SEAM))
    rest /= np.sqrt(np.vecdot(rest, rest) / rest.shape[-1])[..., None]  # fourth powers of any unit stay in range
    _fade_ends(rest)
    step = 2 * int(np.lcm.reduce([count for _, count in rows]))
    length = step * scipy.fft.next_fast_len(-(-rest.shape[-1] // step))
    bins = rfft(rest, length)[..., : length // 2]
    share = rest.shape[-1] / length
    made = tuple(Row(level, count, _kurtosis(bins, count, share)) for level, count in rows)
    return Kurtogram(made, positive_rate(fs_hz))


def _fade_ends(rest: Floats) -> None:
    """Multiply the ends of each channel, in place, by a rising and a falling half cosine."""
    size = min(FADE, rest.shape[-1] // 64)
    rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(size) + 0.5) / size)).astype(rest.dtype)
    rest[..., :size] *= rise
    rest[..., -size:] *= rise[::-1]


def _kurtosis(bins: NDArray[np.complex64] | NDArray[np.complex128], n_bands: int, share: float) -> Floats:
    """Kurtosis of each of ``n_bands`` equal bands; ``share`` of their samples belongs to the record."""
    size = bins.shape[-1] // n_bands
    nodes = scipy.fft.ifft(bins.reshape(*bins.shape[:-1], n_bands, size))
    power = power_of(nodes)[..., SEAM : int(size * share) - SEAM]
    mean = power.mean(axis=-1)
    fourth = np.vecdot(power, power) / power.shape[-1]
    square = mean * mean
    # a band without any power (a filtered record) has no shape: Gaussian is the answer that claims nothing
    return cast("Floats", np.divide(fourth, square, out=np.full_like(square, 2), where=square > 0) - 2)


def spectral_kurtosis(signal: Floats, fs_hz: float, window_length: int = 256) -> Spectrum:
    """Kurtosis of the short-time spectrum over frequency, 0 for stationary Gaussian noise.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit
    fs_hz : sampling rate, Hz
    window_length : samples of the Hann window; it must be shorter than the spacing of the impacts

    Returns
    -------
    Spectrum of ratios; the bins at 0 and fs/2 are real, not complex, and lie near 1 in Gaussian noise

    Raises
    ------
    BadRecord : fewer than 8 windows, constant or not finite

    Source: Antoni, The spectral kurtosis, MSSP 20 (2006) 282; frames overlap by half.
    """
    rest = centred(as_signal(signal), 8 * window_length)
    rest /= np.sqrt(np.vecdot(rest, rest) / rest.shape[-1])[..., None]
    window = np.hanning(window_length + 2)[1:-1].astype(rest.dtype)
    frames = np.lib.stride_tricks.sliding_window_view(rest, window_length, axis=-1)[..., :: window_length // 2, :]
    power = power_of(scipy.fft.rfft(frames * window))
    mean = power.mean(axis=-2)
    fourth = np.einsum("...ij,...ij->...j", power, power) / power.shape[-2]
    levels = np.divide(fourth, mean * mean, out=np.full_like(mean, 2), where=mean > 0) - 2
    return Spectrum(levels, positive_rate(fs_hz) / window_length, "ratio")
