"""How deep a comb modulates the envelope: its strength in the machine's own terms, whatever the record's length.

The depth is the amplitude, in nepers of power, of the cosine that would carry the energy of four harmonics. A depth of
ln(2)/2 = 0.347 lets the power in the band double between the trough and the crest of each passage.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


def comb_depth(lines: EnvelopeLines, scores: CombScores, order: float, sidebands: float | None = None) -> Depth:
    """Depth of the comb at ``order`` in the band, among those where the comb stands out, in which it is deepest.

    ``sidebands``: spacing in orders of sidebands that belong to the fault's own pattern (an inner ring's damage is
    carried through the load zone once a revolution); the first on either side add their energy.
    """
    by_band = scores.at(order)
    energy = np.zeros_like(by_band)
    peak = np.zeros_like(by_band)
    for h in range(1, HARMONICS + 1):
        reach = 2 + round(h * h / 2)
        part = _free(lines, h * order, reach)
        if not part.size:
            continue
        excess = _excess(lines, part)
        if sidebands is not None:
            for side in (-sidebands, sidebands):
                excess += _excess(lines, _free(lines, h * order + side, reach))
        energy += np.maximum(excess, 0.0) / HANN_BANDWIDTH
        peak = np.maximum(peak, lines.over_floor[:, part].max(axis=1))
    energy[by_band < NEAR_BEST * by_band.max()] = 0.0
    band = int(energy.argmax())
    return Depth(float(np.sqrt(energy[band])), float(10 * np.log10(max(peak[band], 1e-3))), band)


def _free(lines: EnvelopeLines, order: float, reach: int) -> NDArray[np.intp]:
    """Unmasked bins within ``reach`` of an order."""
    centre = lines.bin_of(order)
    bins = np.arange(max(centre - reach, 1), min(centre + reach + 1, lines.n_bins))
    return bins[~lines.masked[bins]] if centre < lines.n_bins else bins[:0]


def _excess(lines: EnvelopeLines, bins: NDArray[np.intp]) -> NDArray[np.float32]:
    """Power over the floor (bands,), summed over bins, in nepers²; 0 where there is no data."""
    ratio = lines.ratio[:, bins]
    total: NDArray[np.float32] = (np.where(ratio > 0, ratio - 1, np.float32(0.0)) * lines.floor[:, bins]).sum(axis=1)
    return total
