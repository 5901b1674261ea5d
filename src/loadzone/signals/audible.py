"""A record made audible: a band of it, at a rate that every player knows, as loud as it can be without clipping."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.samples import Band, Floats, bins_of, centred, positive_rate
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

RATE_HZ = 44_100
HEADROOM = 0.89
"""Largest sample, of full scale: 1 dB below."""
LOWEST_HZ = 20.0


@dataclass(frozen=True, eq=False)
class Audible:
    """Samples (n,) int16 at `RATE_HZ`, and the band (Hz) that is heard."""

    samples: NDArray[np.int16]
    band_hz: Band


def audible(signal: Floats, fs_hz: float, band: Band | None = None) -> Audible:
    """The signal as a loudspeaker can play it, as long as it was.

    Parameters
    ----------
    signal : (n,), any unit
    fs_hz : sampling rate, Hz
    band : what is heard, Hz; all from 20 Hz to the lower of both Nyquist frequencies where None

    Returns
    -------
    Audible; the largest sample lies 1 dB below full scale

    Raises
    ------
    BadRecord : fewer than 64 samples, constant or not finite
    BadInput, OutOfScope : a band that is empty, outside the record, or above what can be heard

    Source: the discrete Fourier transform as an ideal filter and change of rate; the edges of the band are faded over a
    sixteenth of its width by a raised cosine, so that they do not ring.
    """
    rest = centred(signal, 64)
    highest = min(positive_rate(fs_hz), RATE_HZ) / 2
    low, high = band or (min(LOWEST_HZ, highest / 4), highest)
    if low >= highest:
        raise OutOfScope(
            text(
                "the band from {low_hz:.0f} Hz on lies above the {limit_hz:.0f} Hz that can be heard: listen to all",
                low_hz=low,
                limit_hz=highest,
            )
        )
    bins = scipy.fft.rfft(rest)
    step = fs_hz / len(rest)
    first, stop = bins_of((low, high), step, len(bins))
    count = max(1, round(len(rest) * RATE_HZ / fs_hz))
    kept = np.zeros(count // 2 + 1, dtype=bins.dtype)
    stop = min(stop, len(kept))
    kept[first:stop] = bins[first:stop] * _gate(stop - first)
    heard = scipy.fft.irfft(kept, count)
    peak = float(np.abs(heard).max()) or 1.0
    return Audible((heard * (HEADROOM * 32767 / peak)).round().astype(np.int16), (low, min(high, highest)))


def _gate(count: int) -> NDArray[np.float32]:
    """Ones that rise and fall over a sixteenth each."""
    gate = np.ones(count, dtype=np.float32)
    edge = max(1, count // 16)
    rise = (0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)).astype(np.float32)
    gate[:edge] = rise
    gate[-edge:] = rise[::-1]
    return gate
