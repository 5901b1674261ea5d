"""Log-envelope spectra of many bands at once: the view of a record in which the fault test works.

One Fourier transform, locally whitened, is cut above its lowest part into 1, 2, 3, 4, 6 and 8 equal bands; each band's
bins, zero-padded to twice their number, give its complex envelope at its own low rate by one short inverse transform:
no filter to design, no edge transient, cost in proportion to bandwidth. The logarithm keeps single shocks from owning
the spectrum.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.envelopes import LOG_FLOOR
from loadzone.signals.orders import ShaftPhase
from loadzone.signals.samples import Complexes, Floats, power_of
from loadzone.signals.spectra import whitened
from loadzone.signals.transforms import rfft

DIVISIONS = (1, 2, 3, 4, 6, 8)
"""Numbers of equal bands into which 0..fs/2 is cut; together 24 bands of six widths."""

OVERSAMPLING = 3.0
"""Envelope samples kept per cycle of the highest frequency asked for; what lies above is averaged away."""


@dataclass(frozen=True, eq=False)
class EnvelopeBank:
    """Power of the log envelope of each band.

    ``powers`` (bands, bins) float32 over 0, 1, 2 ... times ``resolution_hz``, in nepers², scaled so that a modulation
    ``a cos`` of the log power has the power a²; NaN above half the envelope's own rate. ``bands_hz`` (bands, 2).
    ``raw_powers`` (bins,): Hann-windowed power of the signal itself over the same frequencies, u².
    ``n_averages``: segments whose powers were averaged.
    """

    powers: NDArray[np.float32]
    raw_powers: NDArray[np.float32]
    bands_hz: NDArray[np.float64]
    resolution_hz: float
    n_averages: int


def log_envelope_bank(
    signal: Floats,
    fs_hz: float,
    max_hz: float,
    min_bandwidth_hz: float,
    segment_s: float = np.inf,
    lowest_hz: float = 0.0,
    phase: ShaftPhase | None = None,
) -> EnvelopeBank:
    """Log-envelope power spectra of a bank of bands.

    Parameters
    ----------
    signal : (n,), any unit; its mean is taken out
    fs_hz : sampling rate, Hz
    max_hz : highest envelope frequency wanted, Hz
    min_bandwidth_hz : narrower bands are left out, Hz
    segment_s : longer records are cut into equal segments of at most this length and their powers averaged, s
    lowest_hz : what lies below is left out of every band: there a healthy bearing's rings move in step with its orders
    phase : shaft phase over the whole record, where the speed varies; the envelopes are then taken at equal angles
        (the resonances stay where they are, in time), and ``resolution_hz`` stands for one cycle in the record

    Returns
    -------
    EnvelopeBank; without any band where ``fs_hz`` is below twice ``min_bandwidth_hz``
    """
    n_segments = 1 if phase else max(1, int(np.ceil(len(signal) / fs_hz / segment_s)))
    length = _longest_fast_length(len(signal) // n_segments)
    resolution_hz = fs_hz / length
    angles = _equal_angles(phase, length / fs_hz) if phase else None
    bottom = int(lowest_hz / resolution_hz)
    span_hz = fs_hz / 2 - bottom * resolution_hz
    divisions = [k for k in DIVISIONS if span_hz / k >= min_bandwidth_hz]
    n_bins = int(max_hz / resolution_hz) + 2
    powers = np.zeros((sum(divisions), n_bins), dtype=np.float32)
    raw_powers = np.zeros(min(n_bins, length // 2), dtype=np.float32)
    for start in range(n_segments):
        piece = signal[start * length : (start + 1) * length].astype(np.float32, copy=False)
        piece = piece - piece.mean(dtype=np.float64).astype(np.float32)
        raw = rfft(piece)[: length // 2]
        raw_powers += _hann_powers(raw[: len(raw_powers) + 1], length)[: len(raw_powers)]
        spectrum = whitened(raw, resolution_hz)[bottom:]
        first = 0
        for k in divisions:
            powers[first : first + k] += _level(spectrum, k, n_bins, max_hz / resolution_hz, angles)
            first += k
    powers /= n_segments
    raw_powers /= n_segments
    edges = [(i / k, (i + 1) / k) for k in divisions for i in range(k)]
    bands_hz = bottom * resolution_hz + span_hz * np.array(edges).reshape(-1, 2)
    return EnvelopeBank(powers, raw_powers, bands_hz, resolution_hz, n_segments)


def _level(
    spectrum: Complexes, k: int, n_bins: int, max_bin: float, angles: NDArray[np.float64] | None
) -> NDArray[np.float32]:
    """Log-envelope powers (k, n_bins) of the ``k`` equal bands of a whitened spectrum."""
    per_band = len(spectrum) // k
    # the fastest part of a record with varying speed needs all of the envelope's rate
    thinning = max(1, int(2 * per_band / (OVERSAMPLING * max_bin))) if angles is None else 1
    kept = scipy.fft.next_fast_len(-(-2 * per_band // thinning), real=True)
    bins = np.zeros((k, kept * thinning), dtype=np.complex64)
    bins[:, :per_band] = spectrum[: per_band * k].reshape(k, per_band)
    envelope = power_of(scipy.fft.ifft(bins, overwrite_x=True))
    envelope *= 1 / envelope.mean(axis=1, keepdims=True)
    envelope += np.float32(LOG_FLOOR)
    np.log(envelope, out=envelope)
    if thinning > 1:
        envelope = envelope.reshape(k, kept, thinning).mean(axis=2)
    if angles is not None:
        envelope = _at_angles(envelope, angles)
    envelope -= envelope.mean(axis=1, keepdims=True)
    envelope *= _hann(kept)
    transform = scipy.fft.rfft(envelope, overwrite_x=True)[:, :n_bins]
    powers = np.full((k, n_bins), np.nan, dtype=np.float32)
    powers[:, : transform.shape[1]] = power_of(transform)
    powers *= np.float32((4 / kept) ** 2)
    return powers


@lru_cache(maxsize=16)
def _hann(n: int) -> NDArray[np.float32]:
    return np.hanning(n).astype(np.float32)


def _equal_angles(phase: ShaftPhase, duration_s: float) -> NDArray[np.float64]:
    """Where equal steps of shaft angle lie in the record, as shares of its length (a fine table from 0 to 1)."""
    knots = np.linspace(0.0, duration_s, 4096)
    turns = phase.revolutions_at(knots)
    steps = np.linspace(turns[0], turns[-1], 4096)
    return np.interp(steps, turns, knots / duration_s)


def _at_angles(envelope: Floats, angles: NDArray[np.float64]) -> Floats:
    """Each row at as many equal steps of angle as it has samples, by straight lines between samples."""
    n = envelope.shape[1]
    shares = np.interp(np.arange(n) / n, np.linspace(0.0, 1.0, len(angles)), angles)
    position = np.clip(shares * n, 0, n - 1.001)
    left = position.astype(np.int64)
    right = (position - left).astype(np.float32)
    turned: Floats = envelope[:, left] * (1 - right) + envelope[:, left + 1] * right
    return turned


def _hann_powers(raw: Complexes, length: int) -> NDArray[np.float32]:
    """Amplitude² of each bin behind a Hann window, which is a three-point sum of the bins without one."""
    windowed = 2 * raw
    windowed[1:] -= raw[:-1]
    windowed[:-1] -= raw[1:]
    return power_of(windowed) * np.float32(1 / length**2)


def _longest_fast_length(n: int) -> int:
    """Longest even transform length with small factors that is not longer than ``n``."""
    return int(scipy.fft.prev_fast_len(n - n % 2, real=True)) if n > 1 else n
