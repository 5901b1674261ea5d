"""Envelopes of a band and their spectra, by bins of one Fourier transform: no filter to design, no transient."""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import scipy.fft

from loadzone.signals.samples import Band, Complexes, Floats, bins_of, centred, positive_rate, power_of
from loadzone.signals.spectrum import Spectrum
from loadzone.signals.transforms import rfft

EnvelopeKind = Literal["squared", "amplitude", "log"]
"""abs(a)²; abs(a); log(abs(a)²/mean + 1e-3), the last one hardly moved by shocks."""

LOG_FLOOR = 1e-3
"""Keeps the logarithm finite where the envelope touches zero."""


@dataclass(frozen=True, eq=False)
class AnalyticBand:
    """Complex base-band signal of a band: ``samples`` (n,) or (channels, n) at its own, lower rate ``fs_hz``.

    The modulus is the envelope of the band; the phase is that of the band shifted down to 0 Hz by ``shift_hz``.
    """

    samples: Complexes
    fs_hz: float
    shift_hz: float


@dataclass(frozen=True, eq=False)
class Envelope:
    """Envelope of a band: ``levels`` (n,) or (channels, n) at ``fs_hz``."""

    levels: Floats
    fs_hz: float
    kind: EnvelopeKind


def analytic_band(signal: Floats, fs_hz: float, band: Band) -> AnalyticBand:
    """Analytic signal of one band, shifted to base band and sampled just densely enough for its squared envelope.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit u
    fs_hz : sampling rate, Hz
    band : lower and upper frequency, Hz

    Returns
    -------
    AnalyticBand in u; its rate is at least twice the width of the band, so that abs(a)² is not aliased

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite
    BadInput, OutOfScope : the band is empty, too narrow or above fs/2
    """
    rest = centred(signal)
    length = scipy.fft.next_fast_len(rest.shape[-1], real=True)
    spectrum = rfft(rest, length)
    resolution = positive_rate(fs_hz) / length
    first, stop = bins_of(band, resolution, spectrum.shape[-1])
    short = min(scipy.fft.next_fast_len(2 * (stop - first), real=True), length)
    bins = np.zeros((*spectrum.shape[:-1], short), dtype=spectrum.dtype)
    # twice the bins of a real signal, and the share of the shorter transform: a sine of amplitude A becomes A
    np.multiply(spectrum[..., first:stop], spectrum.real.dtype.type(2 * short / length), out=bins[..., : stop - first])
    samples = scipy.fft.ifft(bins, overwrite_x=True)
    keep = -(-rest.shape[-1] * short // length)
    return AnalyticBand(samples[..., :keep], resolution * short, first * resolution)


def band_envelope(signal: Floats, fs_hz: float, band: Band, kind: EnvelopeKind = "squared") -> Envelope:
    """Envelope of one band; parameters and errors as of `analytic_band`.

    Returns
    -------
    Envelope in u² (``squared``), u (``amplitude``) or nepers of power about the mean (``log``)
    """
    analytic = analytic_band(signal, fs_hz, band)
    power = power_of(np.ascontiguousarray(analytic.samples))
    return Envelope(_of_kind(power, kind), analytic.fs_hz, kind)


def _of_kind(power: Floats, kind: EnvelopeKind) -> Floats:
    if kind == "squared":
        return power
    if kind == "amplitude":
        return cast("Floats", np.sqrt(power, out=power))
    mean = power.mean(axis=-1, keepdims=True)
    power /= np.where(mean > 0, mean, 1)
    power += power.dtype.type(LOG_FLOOR)
    return cast("Floats", np.log(power, out=power))


def band_envelope_spectrum(signal: Floats, fs_hz: float, band: Band, kind: EnvelopeKind = "squared") -> Spectrum:
    """Power of each frequency in the envelope of one band; parameters and errors as of `analytic_band`.

    Returns
    -------
    Spectrum from 0 Hz to at least the width of the band; the square of the envelope's unit
    """
    return envelope_spectrum(band_envelope(signal, fs_hz, band, kind))


def envelope_spectrum(envelope: Envelope) -> Spectrum:
    """Power of each frequency in an envelope less its mean: the sum over all bins is the envelope's variance."""
    levels = envelope.levels
    rest = levels - levels.mean(axis=-1, keepdims=True)
    return _one_sided_power(rest, envelope.fs_hz)


def squared_envelope_spectrum(signal: Floats, fs_hz: float) -> Spectrum:
    """Power of each frequency in the squared envelope of the whole signal.

    Parameters
    ----------
    signal : (n,) or (channels, n), any unit u
    fs_hz : sampling rate, Hz

    Returns
    -------
    Spectrum over 0..fs/2, in u**4, one row a channel; the sum over all bins is the variance of the squared envelope

    Raises
    ------
    BadRecord : fewer than 16 samples, constant or not finite

    Source: Antoni, The infogram, MSSP 74 (2016), eq. 8; the mean is removed first.
    """
    rest = centred(signal)
    n = rest.shape[-1]
    length = scipy.fft.next_fast_len(n, real=True)
    spectrum = rfft(rest, length)
    # abs(a)² = x² + H(x)², and x is known: a real inverse transform serves, not a complex one of twice the size
    spectrum *= spectrum.dtype.type(1j)
    spectrum[..., 0] = 0
    if length % 2 == 0:
        spectrum[..., -1] = 0
    quadrature = scipy.fft.irfft(spectrum, length, overwrite_x=True)[..., :n]
    quadrature *= quadrature
    rest *= rest
    quadrature += rest
    quadrature -= quadrature.mean(axis=-1, keepdims=True)
    return _one_sided_power(quadrature, positive_rate(fs_hz))


def _one_sided_power(rest: Floats, fs_hz: float) -> Spectrum:
    """Mean square of each frequency of ``rest``, whose length is padded to a fast one."""
    n = rest.shape[-1]
    length = scipy.fft.next_fast_len(n, real=True)
    levels = power_of(rfft(rest, length))
    levels *= levels.dtype.type(2 / n / length)
    levels[..., 0] /= 2
    if length % 2 == 0:
        levels[..., -1] /= 2
    return Spectrum(levels, fs_hz / length, "power")
