"""What a report draws straight from the samples: a stretch of the waveform, the spectrum, the coherence map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.signals.recording import Recording, Unit
from loadzone.words.errors import LoadzoneError

UNIT_NAMES: dict[Unit, str] = {
    "g": "g", "ms2": "m/s²", "mms": "mm/s", "um": "µm", "v": "V", "degc": "°C", "pa": "Pa",
}  # fmt: skip
_REVOLUTIONS = 6.0
_WITHOUT_SPEED_S = 0.2
_MOST_FOR_MAP = 1 << 20
"""Samples that a coherence map is made of at most: more would cost seconds and change no pixel that one can see."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Samples (n,) from ``start_s`` on."""

    samples: NDArray[np.floating]
    fs_hz: float
    start_s: float


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """Amplitude spectrum (k,) in steps of ``resolution_hz`` from 0 on."""

    levels: NDArray[np.floating]
    resolution_hz: float


@dataclass(frozen=True, eq=False)
class Coherence:
    """Squared coherence (carriers, orders), both from 0 on up to ``carrier_end_khz`` and ``order_end``."""

    levels: NDArray[np.floating]
    order_end: float
    carrier_end_khz: float


def stretch(recording: Recording, speed_rpm: float | None) -> Stretch | None:
    """Six revolutions from the middle of the record (0.2 s where the speed is not known); None without a rate."""
    if recording.fs_hz is None or len(recording.samples) < 16:
        return None
    fs_hz = recording.fs_hz.value
    seconds = _REVOLUTIONS * 60.0 / speed_rpm if speed_rpm else _WITHOUT_SPEED_S
    count = min(max(16, round(seconds * fs_hz)), len(recording.samples))
    first = (len(recording.samples) - count) // 2
    return Stretch(recording.samples[first : first + count], fs_hz, first / fs_hz)


def amplitudes(recording: Recording) -> Amplitudes | None:
    """Amplitude spectrum of the whole record; None where it cannot be computed (no rate, constant, not finite)."""
    from loadzone.signals.spectra import amplitude_spectrum  # keeps this room light to import

    if recording.fs_hz is None:
        return None
    try:
        found = amplitude_spectrum(recording.samples, recording.fs_hz.value)
    except LoadzoneError:
        return None
    return Amplitudes(found.levels, found.resolution_hz)


def coherence(recording: Recording, speed_rpm: float | None, order_end: float) -> Coherence | None:
    """Coherence over order of shaft speed; None where rate or speed are missing or the record cannot carry it.

    Orders below 0.2 are left empty: there each carrier is coherent with itself.
    """
    from loadzone.signals.cyclostationary import coherence_map  # keeps this room light to import

    if recording.fs_hz is None or not speed_rpm:
        return None
    shaft_hz = speed_rpm / 60.0
    try:
        found = coherence_map(recording.samples[:_MOST_FOR_MAP], recording.fs_hz.value, order_end * shaft_hz)
    except LoadzoneError:
        return None
    levels = np.array(found.levels.T, dtype=np.float32)
    step = found.alpha_resolution_hz / shaft_hz
    levels[:, : max(3, int(0.2 / step))] = np.nan
    return Coherence(levels, step * levels.shape[1], found.resolution_hz * levels.shape[0] / 1000.0)


def unit_name(recording: Recording) -> str | None:
    """«g», «m/s²» and so on, None where the unit is not known."""
    return UNIT_NAMES[recording.unit.value] if recording.unit else None
