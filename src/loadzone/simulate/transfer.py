"""The path from a contact to the sensor: a bank of resonances, and impulses placed at their exact times.

A resonance (f0, Q) rings as exp(-pi f0 t / Q) cos(2 pi f0 t): the velocity response of one mode to an impulse of force.
Impulses on the sampling grid would create combs of their own, so they are never rounded to samples: each is spread by a
Kaiser-Bessel kernel on a grid twice as fine and the kernel is divided out of the spectrum (the non-uniform FFT
of type 1; Fessler and Sutton, IEEE Trans. Signal Processing 51 (2003) 560). It equals the Fourier sum over the exact
times to 2e-5 of its maximum, the precision of float32 transforms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Singles = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

KERNEL_WIDTH = 8
KERNEL_BETA = 2.3 * KERNEL_WIDTH


@dataclass(frozen=True)
class Resonance:
    """A mode at ``f0_hz`` with quality factor ``q``; ``gain`` scales its share."""

    f0_hz: float
    q: float
    gain: float = 1.0


def ring(
    times_s: NDArray[np.float64], strengths: NDArray[np.float64], resonances: Sequence[Resonance], n: int, fs_hz: float
) -> Singles:
    """Bursts that start exactly at ``times_s``: the resonances' answer to impulses.

    Parameters
    ----------
    times_s, strengths : (k,), times relative to the first sample; those a little before it still ring into the record
    resonances : a burst of strength 1 starts with amplitude ``gain`` in each
    n, fs_hz : samples and sampling rate of the record

    Returns
    -------
    (n,) float32, in the unit of ``strengths``

    Frequencies above half the sampling rate do not enter, as behind an ideal anti-aliasing filter.
    """
    lead = lead_samples(resonances, fs_hz)
    total = int(fft.next_fast_len(n + lead, real=True))
    positions = times_s * fs_hz + (total - n)
    spectrum = impulse_spectrum(positions, strengths, total)
    amplitudes = [Resonance(r.f0_hz, r.q, r.gain * fs_hz * r.q / (2 * np.pi * r.f0_hz)) for r in resonances]
    spectrum *= transfer(amplitudes, total, fs_hz)
    return np.asarray(fft.irfft(spectrum, total)[total - n :], dtype=np.float32)


def shape(spectrum: Spectrum, resonances: Sequence[Resonance], n: int, fs_hz: float, floor: float = 0.0) -> Singles:
    """The signal whose half spectrum is ``spectrum`` (n // 2 + 1,), sent through the resonances; ``floor`` bypasses."""
    return np.asarray(fft.irfft(spectrum * (transfer(resonances, n, fs_hz) + np.float32(floor)), n), dtype=np.float32)


def transfer(resonances: Sequence[Resonance], n: int, fs_hz: float) -> Spectrum:
    """Sum of gain / (1 + j Q (x - 1/x)), x = f/f0, at the bins of a real FFT of ``n`` samples; (n // 2 + 1,)."""
    frequencies = (fs_hz / n) * np.arange(n // 2 + 1, dtype=np.float32)
    frequencies[0] = 1.0
    path = np.zeros(n // 2 + 1, dtype=np.complex64)
    for mode in resonances:
        ratio = frequencies / np.float32(mode.f0_hz)
        detuning = np.float32(mode.q) * (ratio - 1 / ratio)
        share = np.float32(mode.gain) / (1 + detuning**2)
        path.real += share
        path.imag -= share * detuning
    path[0] = 0.0
    return path


def lead_samples(resonances: Sequence[Resonance], fs_hz: float) -> int:
    """Samples after which the slowest resonance has decayed by 60 dB: ln(1000) Q / (pi f0)."""
    return int(np.ceil(fs_hz * max((2.2 * mode.q / mode.f0_hz for mode in resonances), default=0.0))) + KERNEL_WIDTH


def impulse_spectrum(positions: NDArray[np.float64], strengths: NDArray[np.float64], n: int) -> Spectrum:
    """Half spectrum, (n // 2 + 1,), of impulses at fractional sample ``positions`` in [0, n); others are left out."""
    inside = (positions >= 0.0) & (positions < n)
    grid = 2 * positions[inside]
    first = np.floor(grid).astype(np.int64) - (KERNEL_WIDTH // 2 - 1)
    cells = first[:, None] + np.arange(KERNEL_WIDTH)
    distances = (cells - grid[:, None]) * (2.0 / KERNEL_WIDTH)
    weights = np.i0(KERNEL_BETA * np.sqrt(np.maximum(1.0 - distances**2, 0.0))) * strengths[inside][:, None]
    fine = np.bincount((cells % (2 * n)).ravel(), weights.ravel(), minlength=2 * n)
    half = n // 2 + 1
    return np.asarray(fft.rfft(fine.astype(np.float32))[:half] / _kernel_transform(half, n), dtype=np.complex64)


def _kernel_transform(half: int, n: int) -> Singles:
    """Fourier transform of the Kaiser-Bessel kernel at the bins 0..half-1 of a grid of 2 n."""
    root = np.sqrt(KERNEL_BETA**2 - (np.pi * KERNEL_WIDTH * np.arange(half) / (2 * n)) ** 2)
    return (KERNEL_WIDTH * np.sinh(root) / root).astype(np.float32)
