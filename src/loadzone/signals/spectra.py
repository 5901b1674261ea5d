"""Spectra of the signal itself: amplitude, power density, rms in bands, and whitening before an envelope."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.samples import Band, Complexes, Floats, bins_of, centred, positive_rate, power_of
from loadzone.signals.spectrum import Spectrum
from loadzone.signals.transforms import LONGEST, rfft
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

WindowName = Literal["hann", "rectangular"]


def window_of(name: WindowName, n: int, precision: np.dtype[np.floating]) -> Floats:
    """Periodic window of ``n`` samples: its transform is zero at all bins but the middle three (Hann) or one."""
    return _remembered_window(name, n, precision.char) if n <= LONGEST else _window(name, n, precision.char)


@lru_cache(maxsize=8)
def _remembered_window(name: WindowName, n: int, precision: str) -> Floats:
    """Records of a position have one length: its window is not computed anew for each (it costs as much as an FFT)."""
    window = _window(name, n, precision)
    window.flags.writeable = False
    return window


def _window(name: WindowName, n: int, precision: str) -> Floats:
    if name == "rectangular":
        return cast("Floats", np.ones(n, dtype=precision))
    return cast("Floats", (0.5 - 0.5 * np.cos(2 * np.pi / n * np.arange(n))).astype(precision))


def amplitude_spectrum(signal: Floats, fs_hz: float, window: WindowName = "hann") -> Spectrum:
    """Amplitude (peak) of the sine at each frequency, the mean removed.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit u
    fs_hz : sampling rate, Hz
    window : "hann" (a sine between two bins reads at most 15 % low) or "rectangular" (36 %)

    Returns
    -------
    Spectrum over 0..fs/2, in u

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite

    >>> sine = 3 * np.sin(2 * np.pi * 50 * np.arange(1000) / 1000)
    >>> round(float(amplitude_spectrum(sine, 1000.0).at(50)), 6)
    3.0
    """
    rest = centred(signal)
    n = rest.shape[-1]
    weights = window_of(window, n, rest.dtype)
    length = scipy.fft.next_fast_len(n, real=True)
    levels = np.sqrt(power_of(rfft(rest * weights, length)))
    levels *= levels.dtype.type(2 / float(weights.sum(dtype=np.float64)))
    levels[..., 0] /= 2
    if length % 2 == 0:
        levels[..., -1] /= 2
    return Spectrum(levels, positive_rate(fs_hz) / length, "amplitude")


def power_density(signal: Floats, fs_hz: float, segment: int = 4096, window: WindowName = "hann") -> Spectrum:
    """Power density by averaging half-overlapping segments, the mean of the record removed.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit u
    fs_hz : sampling rate, Hz
    segment : samples of a segment, at most n
    window : of each segment

    Returns
    -------
    Spectrum over 0..fs/2 in u²/Hz, one-sided: the sum times the resolution is the variance

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite
    BadInput : a segment below 16 samples

    Source: Welch, IEEE Trans. Audio Electroacoustics 15 (1967) 70.
    """
    if segment < 16:
        raise BadInput(text("segment of {count} samples is not possible: give 16 or more", count=segment))
    rest = centred(signal)
    size = min(segment, rest.shape[-1])
    weights = window_of(window, size, rest.dtype)
    frames = np.lib.stride_tricks.sliding_window_view(rest, size, axis=-1)[..., :: max(size // 2, 1), :]
    levels = cast("Floats", power_of(scipy.fft.rfft(frames * weights)).mean(axis=-2))
    levels *= levels.dtype.type(2 / (positive_rate(fs_hz) * float(np.vecdot(weights, weights))))
    levels[..., 0] /= 2
    if size % 2 == 0:
        levels[..., -1] /= 2
    return Spectrum(levels, fs_hz / size, "density")


def band_rms(signal: Floats, fs_hz: float, bands: Sequence[Band]) -> NDArray[np.float64]:
    """Root mean square of the part of the signal in each band, all from one transform.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit u
    fs_hz : sampling rate, Hz
    bands : lower and upper frequency of each, Hz

    Returns
    -------
    (bands,) or (channels, bands), u; bands that tile 0..fs/2 add up in squares to the variance

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite
    BadInput, OutOfScope : a band is empty, too narrow or above fs/2
    """
    rest = centred(signal)
    n = rest.shape[-1]
    length = scipy.fft.next_fast_len(n, real=True)
    powers = power_of(rfft(rest, length))
    powers *= powers.dtype.type(2 / n / length)
    if length % 2 == 0:
        powers[..., -1] /= 2
    resolution = positive_rate(fs_hz) / length
    sums = []
    for band in bands:
        first, stop = bins_of(band, resolution, powers.shape[-1])
        sums.append(powers[..., first:stop].sum(axis=-1, dtype=np.float64))
    return cast("NDArray[np.float64]", np.sqrt(np.stack(sums, axis=-1)))


def whiten_by_cepstrum(signal: Floats) -> Floats:
    """The signal with all its spectral magnitudes made equal, so that only phases speak; variance 1.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit

    Returns
    -------
    Same shape, no unit; the contrast between bands is lost with the lines

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite

    Source: Borghesani et al., Application of cepstrum pre-whitening, MSSP 36 (2013) 370.
    """
    rest = centred(signal)
    n = rest.shape[-1]
    length = scipy.fft.next_fast_len(n, real=True)
    spectrum = rfft(rest, length)
    magnitudes = np.sqrt(power_of(spectrum))
    spectrum *= 1 / np.maximum(magnitudes, _smallest(magnitudes))
    spectrum[..., 0] = 0
    return _unit_variance(scipy.fft.irfft(spectrum, length, overwrite_x=True)[..., :n])


def whiten_locally(signal: Floats, fs_hz: float, block_hz: float = 60.0, clip: float = 3.0) -> Floats:
    """The signal with a level floor across the spectrum and its lines clipped to ``clip`` times the floor; variance 1.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit
    fs_hz : sampling rate, Hz
    block_hz : width of the blocks whose median magnitude is the floor
    clip : largest magnitude left, in floors: keeps a gear tone from owning its band

    Returns
    -------
    Same shape, no unit

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite
    BadInput : ``block_hz`` or ``clip`` not positive
    """
    rest = centred(signal)
    n = rest.shape[-1]
    length = scipy.fft.next_fast_len(n, real=True)
    spectrum = whitened(rfft(rest, length), positive_rate(fs_hz) / length, block_hz, clip)
    spectrum[..., 0] = 0
    return _unit_variance(scipy.fft.irfft(spectrum, length, overwrite_x=True)[..., :n])


def whitened(spectrum: Complexes, resolution_hz: float, block_hz: float = 60.0, clip: float = 3.0) -> Complexes:
    """A complex spectrum divided by the median magnitude of its block, magnitudes above ``clip`` cut down to it.

    Parameters
    ----------
    spectrum : (bins,) or (channels, bins) from 0 Hz on
    resolution_hz : step between bins
    block_hz, clip : as of `whiten_locally`

    Returns
    -------
    New array of the same shape
    """
    if not (block_hz > 0 and clip > 0):
        raise BadInput(
            text(
                "whitening in blocks of {block_hz:g} Hz clipped at {clip:g} is not possible: give positive values",
                block_hz=block_hz,
                clip=clip,
            )
        )
    n_bins = spectrum.shape[-1]
    magnitudes = np.sqrt(power_of(spectrum))
    size = min(max(round(block_hz / resolution_hz), 3), n_bins)
    whole = n_bins // size * size
    # the rest shorter than a block shares the floor of the last whole one
    floors = np.median(magnitudes[..., :whole].reshape(*magnitudes.shape[:-1], -1, size), axis=-1)
    counts = np.full(floors.shape[-1], size)
    counts[-1] += n_bins - whole
    floor = np.maximum(np.repeat(floors, counts, axis=-1), _smallest(magnitudes))
    # a bin of magnitude m becomes min(m / floor, clip): one factor does both
    factor = 1 / np.maximum(floor, magnitudes * magnitudes.dtype.type(1 / clip))
    return cast("Complexes", spectrum * factor)


def _smallest(magnitudes: Floats) -> Floats:
    """A magnitude below which a bin is rounding: keeps the empty part of a filtered record empty."""
    least = magnitudes.dtype.type(8 * np.finfo(magnitudes.dtype).eps)
    return cast("Floats", magnitudes.max(axis=-1, keepdims=True) * least)


def _unit_variance(rest: Floats) -> Floats:
    rest -= rest.mean(axis=-1, keepdims=True)
    rest /= np.sqrt(np.vecdot(rest, rest) / rest.shape[-1])[..., None]
    return rest
