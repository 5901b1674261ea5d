"""The curves of a recording for a page: envelope spectrum and floor, spectrum, coherence map, as rows of numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.flows.recording_view import Looked
from loadzone.reports import record_views
from loadzone.reports.heat_map import pooled
from loadzone.signals.envelopes import squared_envelope_spectrum
from loadzone.words.errors import LoadzoneError

MOST_BINS = 1 << 18
"""Bins of a spectrum that is drawn: of more the largest of each few is sent."""
MOST_COLUMNS = 2048
MOST_CARRIERS = 160
PLAIN_END_HZ = 1000.0
"""Where no shaft speed is known the envelope spectrum ends here: above lie no rates of passage that one looks for."""
LEAST_TOP = 0.2
NO_DATA = 255


@dataclass(frozen=True, eq=False)
class Row:
    """Levels (n,) float32 from 0 on in steps of ``step_hz``."""

    levels: NDArray[np.float32]
    step_hz: float


@dataclass(frozen=True, eq=False)
class Map:
    """Squared coherence (carriers, columns) in 254 steps of ``top``, 255 where nothing is known; from 0 on."""

    shares: NDArray[np.uint8]
    top: float
    end_hz: float
    carrier_end_hz: float


@dataclass(frozen=True, eq=False)
class Curves:
    """``envelope``: amplitude of the log envelope (Np), or of the squared one (u²) where ``floor`` is None."""

    envelope: Row | None
    floor: Row | None
    spectrum: Row | None
    coherence: Map | None


def curves(looked: Looked) -> Curves:
    """What a page draws beside the samples; a curve that the record does not carry is None."""
    diagnosis, recording = looked.diagnosis, looked.recording
    exhibits = diagnosis.exhibits
    spectrum = record_views.amplitudes(recording)
    drawn = None if spectrum is None else _thinned(spectrum.levels, spectrum.resolution_hz)
    if exhibits is None or diagnosis.speed_rpm is None or len(exhibits.orders) < 2:
        return Curves(_plain_envelope(looked), None, drawn, None)
    shaft_hz = diagnosis.speed_rpm / 60.0
    step_hz = float(exhibits.orders[1]) * shaft_hz
    coherence = record_views.coherence(recording, diagnosis.speed_rpm, float(exhibits.orders[-1]))
    return Curves(
        Row(exhibits.levels, step_hz),
        Row(exhibits.floor, step_hz),
        drawn,
        None if coherence is None else _map(coherence, shaft_hz),
    )


def _plain_envelope(looked: Looked) -> Row | None:
    """Of the squared envelope of the whole band, where no bearing was looked for."""
    recording = looked.recording
    if recording.fs_hz is None:
        return None
    try:
        found = squared_envelope_spectrum(recording.samples, recording.fs_hz.value)
    except LoadzoneError:
        return None
    stop = max(2, min(len(found.levels), int(PLAIN_END_HZ / found.resolution_hz) + 1))
    levels = np.sqrt(found.levels[:stop])
    levels[: min(3, stop)] = 0.0
    return Row(levels.astype(np.float32), found.resolution_hz)


def _thinned(levels: NDArray[np.floating], step_hz: float) -> Row:
    every = -(-len(levels) // MOST_BINS)
    if every > 1:
        levels = np.maximum.reduceat(levels, np.arange(0, len(levels), every))
    return Row(levels.astype(np.float32), step_hz * every)


def _map(coherence: record_views.Coherence, shaft_hz: float) -> Map:
    levels = pooled(coherence.levels, MOST_CARRIERS, MOST_COLUMNS)
    known = np.isfinite(levels)
    top = min(max(float(levels[known].max()) if known.any() else 0.0, LEAST_TOP), 1.0)
    steps = np.clip(np.where(known, levels, 0.0) / top, 0.0, 1.0) * (NO_DATA - 1)
    shares = np.where(known, steps.round(), NO_DATA).astype(np.uint8)
    return Map(shares, top, coherence.order_end * shaft_hz, 1000.0 * coherence.carrier_end_khz)
