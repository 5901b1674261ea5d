"""How deep a comb modulates the envelope: its strength in the machine's own terms, whatever the record's length.

The depth is the amplitude, in nepers of power, of the cosine that would carry the energy of four harmonics. A depth of
ln(2)/2 = 0.347 lets the power in the band double between the trough and the crest of each passage.
"""

from dataclasses import dataclass

import numpy as np

from loadzone.monitor.detect.comb import HARMONICS, CombScores
from loadzone.monitor.manipulate import HANN_BANDWIDTH, EnvelopeLines

NEAR_BEST = 0.7
"""Bands whose comb scores at least this share of the best one's are asked for the depth."""


@dataclass(frozen=True)
class Depth:
    """``nepers``: modulation depth; ``line_db``: strongest harmonic over its floor; ``band``: where."""

    nepers: float
    line_db: float
    band: int


def comb_depth(lines: EnvelopeLines, scores: CombScores, order: float) -> Depth:
    """Depth of the comb at ``order`` in the band, among those where the comb stands out, in which it is deepest."""
    by_band = scores.at(order)
    energy = np.zeros_like(by_band)
    peak = np.zeros_like(by_band)
    for h in range(1, HARMONICS + 1):
        centre = lines.bin_of(h * order)
        reach = 2 + round(h * h / 2)
        part = slice(max(centre - reach, 0), centre + reach + 1)
        over = np.where(lines.masked[part], 0.0, lines.over_floor[:, part])
        if centre >= lines.n_bins or lines.masked[part].all():
            continue
        ratio = np.where(lines.masked[part], 0.0, lines.ratio[:, part])
        excess = np.where(ratio > 0, ratio - 1, 0.0) * lines.floor[:, part]
        energy += np.maximum(excess.sum(axis=1), 0.0) / HANN_BANDWIDTH
        peak = np.maximum(peak, over.max(axis=1))
    energy[by_band < NEAR_BEST * by_band.max()] = 0.0
    band = int(energy.argmax())
    return Depth(float(np.sqrt(energy[band])), float(10 * np.log10(max(peak[band], 1e-3))), band)
