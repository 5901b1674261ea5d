"""The textbook rival: the band that the kurtogram picks and its squared envelope, judged by our own test.

Only the view of the record differs from ours (one band of largest kurtosis instead of all, squared envelope instead of
its logarithm); search, harmonics and decoys are the same, so that a difference in detection is one of the view and not
of a threshold.
"""

import math

import numpy as np

from loadzone.bearings.orders import DefectOrders
from loadzone.monitor.detect.comb import HARMONICS
from loadzone.monitor.detect.decoys import HIGHEST_ORDER
from loadzone.monitor.detect.families import Detection, detect
from loadzone.monitor.manipulate import envelope_lines
from loadzone.signals.envelope_bank import EnvelopeBank
from loadzone.signals.envelopes import band_envelope
from loadzone.signals.kurtogram import Kurtogram, fast_kurtogram
from loadzone.signals.samples import Band, Floats, power_of

NARROWEST = 3.0
"""Least width of a band over the largest fault frequency: its envelope must carry more than the fundamental."""
DEEPEST = 7


def kurtogram_detection(
    signal: Floats, fs_hz: float, shaft_hz: float, orders: DefectOrders, half_width: float
) -> Detection:
    """Search the families of a bearing in the squared envelope of the most impulsive band.

    Parameters
    ----------
    signal : (n,), any unit
    fs_hz, shaft_hz : sampling rate and shaft speed
    orders, half_width : nominal defect orders and relative half width of the search window

    Source: Antoni, Randall, MSSP 20 (2006) 308: the kurtogram chooses the band, the squared envelope spectrum of that
    band is searched.
    """
    widest_order = max(orders.outer, orders.inner, orders.ball)
    band = impulsive_band(signal, fs_hz, NARROWEST * widest_order * shaft_hz)
    highest_hz = (HARMONICS * max(HIGHEST_ORDER, 1.3 * widest_order) + 1.0) * shaft_hz
    return detect(envelope_lines(squared_envelope_bank(signal, fs_hz, band, highest_hz), shaft_hz), orders, half_width)


def impulsive_band(signal: Floats, fs_hz: float, least_hz: float) -> Band:
    """The band of the largest kurtosis among those at least ``least_hz`` wide; the whole band where none is."""
    levels = min(max(int(math.log2(max(fs_hz / 2.0 / least_hz, 2.0))), 1), DEEPEST)
    rows = fast_kurtogram(signal, fs_hz, levels).rows
    wide = tuple(row for row in rows if fs_hz / 2.0 / row.n_bands >= least_hz) or rows[:1]
    return Kurtogram(wide, fs_hz).best().band_hz


def squared_envelope_bank(signal: Floats, fs_hz: float, band: Band, highest_hz: float) -> EnvelopeBank:
    """Hann-windowed squared envelope spectrum of one band, in the form that the test reads."""
    envelope = band_envelope(signal, fs_hz, band)
    levels = envelope.levels / envelope.levels.mean() - 1.0
    n = len(levels)
    resolution_hz = envelope.fs_hz / n
    found = power_of(np.fft.rfft(levels * np.hanning(n)).astype(np.complex64)) * np.float32((4.0 / n) ** 2)
    powers = np.full((1, int(highest_hz / resolution_hz) + 2), np.nan, dtype=np.float32)
    # the squared envelope of a band reaches as high as the band is wide; above it there is nothing, not noise
    kept = min(powers.shape[1], len(found), int((band[1] - band[0]) / resolution_hz))
    powers[0, :kept] = found[:kept]
    nothing = np.zeros(kept, dtype=np.float32)
    return EnvelopeBank(powers, nothing, np.array([band], dtype=np.float64), resolution_hz, 1)
