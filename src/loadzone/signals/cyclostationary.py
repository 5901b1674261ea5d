"""Cyclic maps: how a signal at f repeats itself at f − α, over cyclic frequency α and carrier f."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.samples import Band, Complexes, Floats, bins_of, centred, positive_rate, power_of
from loadzone.signals.spectrum import Spectrum
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text


@dataclass(frozen=True, eq=False)
class SpectralCorrelation:
    """Fast spectral correlation of one or several channels.

    ``values`` (n_alpha, n_f) or (channels, n_alpha, n_f), complex, u²/Hz: row i at α = i ``alpha_resolution_hz``,
    column k at f = k ``resolution_hz``. ``density`` (n_f,) or (channels, n_f): power density at α = 0, two-sided.
    """

    values: Complexes
    density: Floats
    alpha_resolution_hz: float
    resolution_hz: float

    @property
    def alphas_hz(self) -> NDArray[np.float64]:
        """Cyclic frequency of each row."""
        return np.arange(self.values.shape[-2], dtype=np.float64) * self.alpha_resolution_hz

    @property
    def frequencies_hz(self) -> NDArray[np.float64]:
        """Carrier frequency of each column."""
        return np.arange(self.values.shape[-1], dtype=np.float64) * self.resolution_hz


@dataclass(frozen=True, eq=False)
class CoherenceMap:
    """Squared spectral coherence abs(γ)², about 1/averages in noise, up to 1 where f and f − α move together.

    ``levels`` (n_alpha, n_f) or (channels, n_alpha, n_f), steps as of `SpectralCorrelation`.
    """

    levels: Floats
    alpha_resolution_hz: float
    resolution_hz: float

    @property
    def alphas_hz(self) -> NDArray[np.float64]:
        """Cyclic frequency of each row."""
        return np.arange(self.levels.shape[-2], dtype=np.float64) * self.alpha_resolution_hz

    @property
    def frequencies_hz(self) -> NDArray[np.float64]:
        """Carrier frequency of each column."""
        return np.arange(self.levels.shape[-1], dtype=np.float64) * self.resolution_hz


def spectral_correlation(
    signal: Floats, fs_hz: float, alpha_max_hz: float, window_length: int = 256
) -> SpectralCorrelation:
    """Fast spectral correlation S(α, f) = E[X(f) X*(f − α)] by a short-time Fourier transform.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit u
    fs_hz : sampling rate, Hz
    alpha_max_hz : largest cyclic frequency, below fs/4
    window_length : samples of the Hann window, even; carrier resolution is about 1.5 fs/window_length

    Returns
    -------
    SpectralCorrelation with α in steps of about 1/duration and f in steps of fs/window_length

    Raises
    ------
    BadRecord : fewer than 8 windows, constant or not finite
    BadInput, OutOfScope : ``window_length`` odd or below 16; ``alpha_max_hz`` not in 0..fs/4

    Source: Antoni, Xin, Hamzaoui, Fast computation of the spectral correlation, MSSP 92 (2017) 248. There each shift
    serves every α, so the hop must also stay below fs/(2 α_max). Here a shift of p bins serves only α within one bin
    of p fs/window_length (each α is interpolated between its two neighbours), where a hop of a quarter window is free
    of aliasing for any α: the squared Hann window has nothing left three bins away.
    """
    hop, last_shift = _checked(fs_hz, alpha_max_hz, window_length)
    rest = centred(signal, 8 * window_length)
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)).astype(rest.dtype)
    frames = np.lib.stride_tricks.sliding_window_view(rest, window_length, axis=-1)[..., ::hop, :]
    stft = np.ascontiguousarray(np.swapaxes(scipy.fft.rfft(frames * window), -1, -2))
    # X(−f) = X*(f): the carriers below the largest shift find their partners on the negative side
    negative = stft[..., last_shift:0:-1, :].conj()
    whole = np.concatenate((negative, stft), axis=-2)
    values, density, step = _shifts(whole, last_shift, fs_hz / hop, fs_hz / window_length, alpha_max_hz)
    scale = rest.dtype.type(1 / (frames.shape[-2] * fs_hz * float(np.vecdot(window, window))))
    values *= scale
    return SpectralCorrelation(np.swapaxes(values, -1, -2), density * scale, step, fs_hz / window_length)


def _checked(fs_hz: float, alpha_max_hz: float, window_length: int) -> tuple[int, int]:
    """Hop in samples and the largest shift in bins."""
    if window_length < 16 or window_length % 2:
        raise BadInput(
            text("window of {count} samples is not possible: give an even number >= 16", count=window_length)
        )
    quarter = positive_rate(fs_hz) / 4
    if not 0 < alpha_max_hz <= quarter:
        raise OutOfScope(
            text(
                "cyclic frequency {alpha_hz:g} Hz is outside 0 to fs/4 = {limit_hz:g} Hz; give a value inside",
                alpha_hz=alpha_max_hz,
                limit_hz=quarter,
            )
        )
    return window_length // 4, int(alpha_max_hz / fs_hz * window_length) + 1


def _shifts(
    whole: Complexes, last_shift: int, rate_hz: float, bin_hz: float, alpha_max_hz: float
) -> tuple[Complexes, Floats, float]:
    """Cyclic spectrum of X(f) X*(f − p bins) for p = 0..last_shift, each laid where its α lies.

    Returns values (..., n_f, n_alpha), power at α = 0 (..., n_f) and the step of α.
    """
    stft = whole[..., last_shift:, :]
    n_frames = whole.shape[-1]
    length = scipy.fft.next_fast_len(n_frames)
    step = rate_hz / length
    n_alpha = int(alpha_max_hz / step) + 1
    values = np.zeros((*stft.shape[:-1], n_alpha), dtype=whole.dtype)
    density = power_of(stft).sum(axis=-1)
    for shift in range(last_shift + 1):
        first = max(0, int(np.ceil((shift - 1) * bin_hz / step)))
        stop = min(n_alpha, int((shift + 1) * bin_hz / step) + 1)
        offset = np.arange(first, stop, dtype=np.float64) * step / bin_hz - shift
        # a shift sees its α through the window's overlap; the frame's centre is the time of its phase
        weight = (1 - np.abs(offset)) * _window_overlap(np.zeros(1)) / _window_overlap(offset)
        turn = (weight * np.exp(1j * np.pi * offset)).astype(whole.dtype)
        product = stft * whole[..., last_shift - shift : whole.shape[-2] - shift, :].conj()
        cyclic = scipy.fft.fft(product, length, overwrite_x=True)
        for low, high, source in _unwrapped(first, stop, length):
            values[..., low:high] += cyclic[..., source : source + high - low] * turn[low - first : high - first]
    return values, density, step


def _window_overlap(offset: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fourier transform of the squared Hann window at ``offset`` bins, per sample: how well a shift sees its α.

    w² = 3/8 − cos(2πm/N)/2 + cos(4πm/N)/8, so the transform is the same mix of shifted sinc functions.
    """
    pairs = ((1, 0.25), (2, 0.0625))
    sides = sum(share * (np.sinc(offset - k) + np.sinc(offset + k)) for k, share in pairs)
    return 0.375 * np.sinc(offset) + sides


def _unwrapped(first: int, stop: int, length: int) -> list[tuple[int, int, int]]:
    """Pieces (low, high, place in one period of ``length`` bins) of the bins ``first`` to ``stop``."""
    pieces = []
    low = first
    while low < stop:
        high = min(stop, (low // length + 1) * length)
        pieces.append((low, high, low % length))
        low = high
    return pieces


def coherence_map(signal: Floats, fs_hz: float, alpha_max_hz: float, window_length: int = 256) -> CoherenceMap:
    """Squared spectral coherence abs(S(α, f))²/(S(f) S(f − α)); parameters and errors as of `spectral_correlation`.

    Source: Antoni, Xin, Hamzaoui (2017); S(f − α) is interpolated between bins.
    """
    correlation = spectral_correlation(signal, fs_hz, alpha_max_hz, window_length)
    levels = power_of(np.ascontiguousarray(correlation.values))
    density = correlation.density
    levels *= 1 / _positive(density)[..., None, :]
    shifted = correlation.alphas_hz / correlation.resolution_hz
    whole = shifted.astype(int)
    share = (shifted - whole).astype(density.dtype)[:, None]
    n_f = density.shape[-1]
    # S(−f) = S(f), and S is periodic in fs
    mirrored = np.concatenate((density[..., :0:-1], density), axis=-1)
    for bins in range(int(whole[-1]) + 1):
        rows = slice(*np.searchsorted(whole, (bins, bins + 1)))
        near = mirrored[..., n_f - 1 - bins : 2 * n_f - 1 - bins]
        far = mirrored[..., n_f - 2 - bins : 2 * n_f - 2 - bins]
        levels[..., rows, :] /= (
            _positive(near)[..., None, :] * (1 - share[rows]) + share[rows] * _positive(far)[..., None, :]
        )
    return CoherenceMap(levels, correlation.alpha_resolution_hz, correlation.resolution_hz)


def _positive(density: Floats) -> Floats:
    """The density, raised to a trillionth of its maximum where a filtered record holds nothing."""
    return cast("Floats", np.maximum(density, density.max(axis=-1, keepdims=True) * density.dtype.type(1e-12)))


def enhanced_envelope_spectrum(coherence: CoherenceMap, band: Band | None = None) -> Spectrum:
    """Mean of the squared coherence over the carriers (all, or those in ``band``): one level a cyclic frequency.

    Returns
    -------
    Spectrum of ratios over α; the row α = 0 is 1 by definition

    Raises
    ------
    BadInput, OutOfScope : the band is empty, too narrow or above fs/2

    Source: Antoni, Xin, Hamzaoui (2017), there the enhanced (all carriers) and improved (a band) envelope spectrum.
    """
    first, stop = bins_of(band, coherence.resolution_hz, coherence.levels.shape[-1]) if band else (0, None)
    levels = coherence.levels[..., first:stop].mean(axis=-1)
    return Spectrum(levels, coherence.alpha_resolution_hz, "ratio")
