"""Readable twins of the fast kernels: loops over the definitions, float64, no care for speed.

`test_twins.py` compares each with its kernel; a kernel of ``KERNELS`` without a twin fails there.
"""

from typing import Any

import numpy as np
import scipy.signal
from numpy.typing import NDArray

Samples = NDArray[Any]
Array = NDArray[Any]


def descriptors(samples: Samples) -> dict[str, float]:
    """Moments by powers, one channel."""
    x = np.asarray(samples, dtype=np.float64)
    rest = x - x.mean()
    rms = np.sqrt((rest**2).mean())
    size, peak = np.abs(rest), np.abs(rest).max()
    return {
        "mean": x.mean(),
        "rms": rms,
        "peak": peak,
        "crest": peak / rms,
        "kurtosis": (rest**4).mean() / rms**4,
        "skewness": (rest**3).mean() / rms**3,
        "shape": rms / size.mean(),
        "impulse": peak / size.mean(),
        "clearance": peak / np.sqrt(size).mean() ** 2,
    }


def one_sided_power(rest: Samples) -> Array:
    """Mean square of each frequency of a real series."""
    n = len(rest)
    power = np.abs(np.fft.rfft(rest)) ** 2 / n**2
    power[1 : (n + 1) // 2] *= 2
    return power


def squared_envelope_spectrum(samples: Samples) -> Array:
    """Hilbert transform of scipy, squared modulus, spectrum."""
    x = np.asarray(samples, dtype=np.float64)
    envelope = np.abs(scipy.signal.hilbert(x - x.mean())) ** 2
    return one_sided_power(envelope - envelope.mean())


def band_envelope_spectrum(samples: Samples, first: int, stop: int) -> Array:
    """The same at the full rate after all bins but ``first`` to ``stop`` of the analytic signal are zeroed."""
    x = np.asarray(samples, dtype=np.float64)
    bins = np.fft.fft(x - x.mean())
    kept = np.zeros_like(bins)
    kept[first:stop] = 2 * bins[first:stop]
    envelope = np.abs(np.fft.ifft(kept)) ** 2
    return one_sided_power(envelope - envelope.mean())


def kurtogram_row(samples: Samples, n_bands: int, seam: int, fade: int) -> Array:
    """Kurtosis of each of ``n_bands`` bands: demodulate the full-rate analytic band, take every m-th sample."""
    x = np.asarray(samples, dtype=np.float64)
    weights = np.ones(len(x))
    for k in range(fade):
        weights[k] = weights[-1 - k] = np.sin(np.pi * (k + 0.5) / fade / 2) ** 2
    bins = np.fft.fft((x - x.mean()) * weights)
    half = len(x) // 2
    size = half // n_bands
    found = []
    for band in range(n_bands):
        kept = np.zeros_like(bins)
        kept[band * size : (band + 1) * size] = bins[band * size : (band + 1) * size]
        power = (np.abs(np.fft.ifft(kept)) ** 2)[:: len(x) // size][seam : size - seam]
        found.append((power**2).mean() / power.mean() ** 2 - 2)
    return np.array(found)


def spectral_kurtosis(samples: Samples, window_length: int) -> Array:
    """Kurtosis over half-overlapping Hann frames, one at a time."""
    x = np.asarray(samples, dtype=np.float64)
    rest = x - x.mean()
    window = np.hanning(window_length + 2)[1:-1]
    starts = range(0, len(x) - window_length + 1, window_length // 2)
    power = np.array([np.abs(np.fft.rfft(rest[start : start + window_length] * window)) ** 2 for start in starts])
    return (power**2).mean(axis=0) / power.mean(axis=0) ** 2 - 2


def power_density(samples: Samples, fs_hz: float, segment: int) -> Array:
    """Welch's estimate by scipy."""
    x = np.asarray(samples, dtype=np.float64)
    return scipy.signal.welch(x - x.mean(), fs_hz, nperseg=segment, detrend=False)[1]


def spectral_correlation(samples: Samples, fs_hz: float, window_length: int, alpha_hz: float, carrier: int) -> complex:
    """S(α, f) of one α and one carrier bin: sums over frames, the two nearest shifts, each written out."""
    x = np.asarray(samples, dtype=np.float64)
    rest = x - x.mean()
    hop = window_length // 4
    n = np.arange(window_length)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / window_length)
    starts = np.arange(0, len(x) - window_length + 1, hop)
    frames = np.array([rest[start : start + window_length] * window for start in starts])

    def stft(bin_number: int) -> Array:
        return frames @ np.exp(-2j * np.pi * bin_number * n / window_length)

    def overlap(offset: float) -> float:
        return (window**2 @ np.exp(-2j * np.pi * offset * (n - window_length / 2) / window_length)).real

    bin_hz = fs_hz / window_length
    nearest = int(np.floor(alpha_hz / bin_hz))
    total = 0.0
    for shift in (nearest, nearest + 1):
        offset = alpha_hz / bin_hz - shift
        cyclic = (stft(carrier) * stft(carrier - shift).conj()) @ np.exp(-2j * np.pi * alpha_hz * starts / fs_hz)
        total += (1 - abs(offset)) * cyclic * np.exp(1j * np.pi * offset) / overlap(offset)
    return total * overlap(0.0) / len(starts) / fs_hz / (window**2).sum()


def whitened(spectrum: Any, size: int, clip: float) -> Array:
    """Each bin over the median magnitude of its block of ``size``, at most ``clip``."""
    made = np.empty(len(spectrum), dtype=np.complex128)
    blocks = len(spectrum) // size
    for k, value in enumerate(spectrum):
        block = min(k // size, blocks - 1)
        ratio = abs(value) / np.median(np.abs(spectrum[block * size : (block + 1) * size]))
        made[k] = value / abs(value) * min(ratio, clip)
    return made


def order_samples(samples: Samples, positions: Any) -> Array:
    """Band-limited interpolation at fractional positions: the whole sinc series."""
    x = np.asarray(samples, dtype=np.float64)
    return np.array([(x * np.sinc(position - np.arange(len(x)))).sum() for position in positions])


def tacho_times(samples: Samples, fs_hz: float) -> Array:
    """A state machine: armed below 30 % of the height, fires above 70 %, dated where it last crossed half height."""
    x = np.asarray(samples, dtype=np.float64)
    low, high = np.percentile(x, (0.1, 99.9))
    middle, guard = (low + high) / 2, 0.2 * (high - low)
    times, is_armed, below = [], False, 0
    for k, value in enumerate(x):
        if value < middle - guard:
            is_armed = True
        if value > middle + guard and is_armed:
            times.append((below + (middle - x[below]) / (x[below + 1] - x[below])) / fs_hz)
            is_armed = False
        if value <= middle:
            below = k
    return np.array(times)


def velocity_rms_mms(accelerations_ms2: Samples, fs_hz: float, band: tuple[float, float]) -> float:
    """Sum over the sines of the record, each integrated by hand; for records of whole periods."""
    x = np.asarray(accelerations_ms2, dtype=np.float64)
    total = 0.0
    for k, value in enumerate(np.fft.rfft(x - x.mean())):
        frequency = k * fs_hz / len(x)
        if band[0] <= frequency <= band[1]:
            amplitude_mms = 2 * abs(value) / len(x) / (2 * np.pi * frequency) * 1000
            total += amplitude_mms**2 / 2
    return np.sqrt(total)
