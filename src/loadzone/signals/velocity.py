"""Vibration velocity and displacement as the zone standards want them, from acceleration, velocity or displacement."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.samples import Band, Complexes, Floats, bins_of, centred, positive_rate, power_of
from loadzone.signals.spectra import window_of
from loadzone.signals.transforms import rfft
from loadzone.words.errors import BadInput, MissingInput, OutOfScope
from loadzone.words.texts import text

STANDARD_GRAVITY_MS2 = 9.80665
"""Exact by definition: 3rd General Conference on Weights and Measures, 1901; ISO 80000-3."""


@dataclass(frozen=True)
class _Motion:
    """A unit of motion: factor to m, m/s or m/s², and how often the displacement was differentiated."""

    si: float
    derivative: int


_MOTIONS = {
    "g": _Motion(STANDARD_GRAVITY_MS2, 2),
    "ms2": _Motion(1.0, 2),
    "mms": _Motion(1e-3, 1),
    "um": _Motion(1e-6, 0),
}


def velocity_band_hz(speed_rpm: float) -> Band:
    """Band of the broad-band velocity: 10 to 1000 Hz, from 2 Hz on below 600 r/min.

    Raises
    ------
    BadInput : the speed is not positive

    Source: ISO 10816-3:2009 (read second-hand in public implementations, not in the standard).
    """
    if not (np.isfinite(speed_rpm) and speed_rpm > 0):
        raise BadInput(
            text(
                "speed {speed_rpm:g} rpm has no velocity band: give the speed of the turning shaft", speed_rpm=speed_rpm
            )
        )
    return (2.0 if speed_rpm < 600 else 10.0, 1000.0)


def velocity_rms(signal: Floats, fs_hz: float, unit: str | None, speed_rpm: float) -> NDArray[np.float64]:
    """Root mean square velocity in the standard's band.

    Parameters
    ----------
    signal : (n,) or (channels, n) in ``unit``
    fs_hz : sampling rate, Hz
    unit : "g", "ms2" (m/s²), "mms" (mm/s) or "um" (µm)
    speed_rpm : decides the lower corner, see `velocity_band_hz`

    Returns
    -------
    mm/s, shape () or (channels,)

    Raises
    ------
    MissingInput : the unit is None
    OutOfScope : the unit is not one of motion, the rate does not cover 1000 Hz, or the record is shorter than
        three periods of the lower corner
    BadRecord : fewer than 16 samples, constant or not finite

    >>> t = np.arange(12000) / 12000
    >>> one_g = np.sin(2 * np.pi * 100 * t)
    >>> round(float(velocity_rms(one_g, 12000, "g", 1800)), 3)  # 9806.65 / (2 pi 100) / sqrt(2)
    11.036
    """
    return motion_rms(signal, fs_hz, unit, velocity_band_hz(speed_rpm), "mms")


def displacement_rms(signal: Floats, fs_hz: float, unit: str | None, speed_rpm: float) -> NDArray[np.float64]:
    """Root mean square displacement in the standard's band, µm; parameters and errors as of `velocity_rms`."""
    return motion_rms(signal, fs_hz, unit, velocity_band_hz(speed_rpm), "um")


def motion_rms(signal: Floats, fs_hz: float, unit: str | None, band: Band, target: str) -> NDArray[np.float64]:
    """Root mean square in ``band`` after integrating or differentiating from ``unit`` to ``target``.

    Parameters
    ----------
    signal : (n,) or (channels, n) in ``unit``
    band : Hz; bins outside it are left out
    unit, target : "g", "ms2", "mms" or "um"

    Returns
    -------
    In ``target``, shape () or (channels,)

    Raises
    ------
    As `velocity_rms`.
    """
    rest, factor, times = _prepared(signal, fs_hz, unit, band, target)
    # a few samples less rather than zeros behind: a sine of whole periods stays on its bin wherever it can
    n = scipy.fft.prev_fast_len(rest.shape[-1], real=True)
    weights = window_of("hann", n, rest.dtype)
    powers = power_of(rfft(rest[..., :n] * weights))
    resolution = fs_hz / n
    first, stop = bins_of(band, resolution, powers.shape[-1])
    gains = _gains(np.arange(first - 1, stop + 1, dtype=np.float64) * resolution, 2 * times)
    # Hann splits a sine over three bins as 1:4:1 in power; this gives the three the gain of the middle one, so that a
    # sine is integrated exactly while a strong line out of band does not leak into the low bins
    middle = gains[1:-1] - (gains[2:] - 2 * gains[1:-1] + gains[:-2]) / 6
    total = (powers[..., first:stop] * middle).sum(axis=-1) * 2 / (n * float(np.vecdot(weights, weights)))
    return cast("NDArray[np.float64]", np.asarray(factor * np.sqrt(np.maximum(total, 0))))


def in_motion_unit(signal: Floats, fs_hz: float, unit: str | None, band: Band, target: str) -> Floats:
    """The waveform itself, band-limited and integrated or differentiated from ``unit`` to ``target``.

    Parameters and errors as of `motion_rms`; same shape as the signal. The record is taken as periodic, so the first
    and last few periods of the lower corner carry the mismatch of its ends.
    """
    rest, factor, times = _prepared(signal, fs_hz, unit, band, target)
    n = rest.shape[-1]
    spectrum = rfft(rest)
    first, stop = bins_of(band, fs_hz / n, spectrum.shape[-1])
    gains = factor * (2j * np.pi * np.arange(first, stop) * fs_hz / n) ** times
    limited: Complexes = np.zeros_like(spectrum)
    limited[..., first:stop] = spectrum[..., first:stop] * gains
    return cast("Floats", scipy.fft.irfft(limited, n, overwrite_x=True))


def _prepared(signal: Floats, fs_hz: float, unit: str | None, band: Band, target: str) -> tuple[Floats, float, int]:
    """Centred signal, factor between the units, and how often to differentiate (negative: integrate)."""
    given, wanted = _motion(unit), _motion(target)
    if positive_rate(fs_hz) < 2 * band[1]:
        raise OutOfScope(
            text(
                "sampling rate {fs_hz:g} Hz does not cover the band up to {high_hz:g} Hz: a value would be too low",
                fs_hz=fs_hz,
                high_hz=band[1],
            )
        )
    rest = centred(signal)
    periods = rest.shape[-1] / fs_hz * band[0]
    if not (band[0] > 0 and periods >= 3):
        raise OutOfScope(
            text(
                "record of {duration_s:g} s holds {periods:.1f} periods of {low_hz:g} Hz, 3 are needed: lengthen it",
                duration_s=rest.shape[-1] / fs_hz,
                periods=periods,
                low_hz=band[0],
            )
        )
    return rest, given.si / wanted.si, wanted.derivative - given.derivative


def _motion(unit: str | None) -> _Motion:
    if unit is None:
        raise MissingInput(text("the unit of the samples is not known: say g, ms2, mms or um"))
    if unit not in _MOTIONS:
        raise OutOfScope(text("unit {unit} is not one of motion: g, ms2, mms or um are", unit=unit))
    return _MOTIONS[unit]


def _gains(frequencies_hz: NDArray[np.float64], power: int) -> NDArray[np.float64]:
    """(2 π f) to a whole, possibly negative ``power``; a bin at 0 Hz, which no band holds, borrows its neighbour."""
    angular = 2 * np.pi * np.abs(frequencies_hz)
    angular[angular == 0] = 2 * np.pi * abs(frequencies_hz[1] - frequencies_hz[0])
    return angular ** float(power)
