"""Does the pattern around a comb fit the fault it is taken for? Sidebands and subharmonics tell readings apart.

An inner ring carries its damage through the load zone once a revolution: its lines have shaft sidebands. An element
carries it once a cage revolution: cage sidebands. And where lines stand at fractions of the fundamental as high as at
its multiples, the fundamental is lower than it was taken for (a wrong sampling rate or speed).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.manipulate import EnvelopeLines

HARMONICS = 3
SIDEBANDS = (-2, -1, 1, 2)
FRACTIONS = (2, 3, 4)
VISIBLE = 6.0
"""Median over the floor from which a set of lines counts as seen (noise: 1.8 for the best of three bins)."""
AS_HIGH = 0.5
"""Share of the harmonics' median at which subharmonics are as high as they."""


@dataclass(frozen=True)
class Pattern:
    """Median levels over the floor in the comb's band: its harmonics, their sidebands, and the fraction, if any."""

    harmonics: float
    shaft_sidebands: float
    cage_sidebands: float
    fraction: int | None


def pattern(lines: EnvelopeLines, band: int, order: float, cage: float, *, is_element: bool) -> Pattern:
    """Look around the harmonics of ``order`` in one band; half the fundamental is an element's own (one race hit)."""
    row = lines.over_floor[band]
    multiples = np.arange(1, HARMONICS + 1, dtype=np.float64) * order
    level = _median(lines, row, multiples)
    shaft, around_cage = (
        _median(lines, row, (multiples[:, None] + np.array(SIDEBANDS, dtype=np.float64) * spacing).ravel())
        for spacing in (1.0, cage)
    )
    fraction = None
    for q in FRACTIONS:
        # a multiple of the spin is an element's own line
        steps = [k for k in range(1, 2 * q) if k % q and not (is_element and 2 * k % q == 0)]
        between = np.array(steps, dtype=np.float64) / q * order
        seen = _median(lines, row, between)
        if seen >= max(VISIBLE, AS_HIGH * level):
            fraction = q
            break
    return Pattern(level, shaft, around_cage, fraction)


def _median(lines: EnvelopeLines, row: NDArray[np.float32], orders: NDArray[np.float64]) -> float:
    """Median over unmasked orders of the best of three bins; 0 where all are masked."""
    bins = np.rint(orders * lines.bins_per_order).astype(int)
    bins = bins[(bins > 0) & (bins < lines.n_bins - 1)]
    bins = bins[~lines.masked[bins]]
    if not len(bins):
        return 0.0
    return float(np.median(np.maximum(np.maximum(row[bins - 1], row[bins]), row[bins + 1])))
