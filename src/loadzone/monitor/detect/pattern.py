"""Does the pattern around a comb fit the fault it is taken for? Harmonics, sidebands and subharmonics tell.

An inner ring carries its damage through the load zone once a revolution: its lines have shaft sidebands. An element
carries it once a cage revolution: cage sidebands. Where lines stand at fractions of the fundamental as high as at its
multiples, the fundamental is lower than it was taken for; where only every second, third or fourth multiple is seen,
it is higher (a wrong sampling rate or speed, or another part's line).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.manipulate import EnvelopeLines

HARMONICS = 4
SIDEBANDED = 3
SIDEBANDS = (-2, -1, 1, 2)
FRACTIONS = (2, 3, 4)
VISIBLE = 6.0
"""Level over the floor from which the best of three bins counts as seen (noise: 1.8)."""
VISIBLE_SIDEBANDS = 4.0
"""The same for the median of several sidebands."""
AS_HIGH = 0.5
"""Share of the harmonics' median at which subharmonics are as high as they."""


@dataclass(frozen=True)
class Pattern:
    """What stands around a comb in its band.

    ``harmonics``, ``shaft_sidebands``, ``cage_sidebands``: median levels over the floor. ``fraction``: the part of the
    fundamental at whose multiples lines stand as high, or None. ``step``: every how many multiples are seen (1: all),
    0 where fewer than two are.
    """

    harmonics: float
    shaft_sidebands: float
    cage_sidebands: float
    fraction: int | None
    step: int


def contradiction(fault: str, around: Pattern) -> str | None:
    """Why the surroundings speak against a comb being this fault's, as a code, or None."""
    if around.fraction is not None:
        return "subharmonic"
    if around.step != 1:
        return "harmonics"
    if fault == "ball" and around.cage_sidebands < max(VISIBLE_SIDEBANDS, around.shaft_sidebands):
        return "no_cage_sidebands"
    if fault == "inner" and around.cage_sidebands > max(VISIBLE_SIDEBANDS, 2 * around.shaft_sidebands):
        return "cage_sidebands"
    return None


def pattern(lines: EnvelopeLines, band: int, order: float, cage: float, spin: float | None) -> Pattern:
    """Look around the harmonics of ``order`` in one band.

    ``spin`` is given for an element: multiples of its spin are its own lines (one or both races hit), so that a comb
    of even multiples of the spin is one of twice the spin.
    """
    row = lines.over_floor[band]
    step = _step(lines, row, order)
    if spin is not None and step == 2 and order < 1.5 * spin:
        return pattern(lines, band, 2 * order, cage, order)
    multiples = np.arange(1, SIDEBANDED + 1, dtype=np.float64) * order
    level = _median(lines, row, multiples)
    shaft, around_cage = (
        _median(lines, row, (multiples[:, None] + np.array(SIDEBANDS, dtype=np.float64) * spacing).ravel())
        for spacing in (1.0, cage)
    )
    return Pattern(level, shaft, around_cage, _fraction(lines, row, order, level, spin), step)


def _step(lines: EnvelopeLines, row: NDArray[np.float32], order: float) -> int:
    """Greatest common divisor of the multiples that are seen; masked ones may or may not be there."""
    seen = []
    for h in range(1, HARMONICS + 1):
        centre = lines.bin_of(h * order)
        reach = max(1, round(h * h / 2))
        part = slice(max(centre - reach, 1), centre + reach + 1)
        hidden = lines.masked[part]
        if centre + reach >= lines.n_bins:
            break
        threshold = VISIBLE + math.log((2 * reach + 1) / 3)
        if hidden[len(hidden) // 2] or float(row[part].max()) >= threshold:
            seen.append(h)
    return math.gcd(*seen) if len(seen) > 1 else 0


def _fraction(
    lines: EnvelopeLines, row: NDArray[np.float32], order: float, level: float, spin: float | None
) -> int | None:
    """The q of the first fraction 1/q at whose multiples (those that are not the comb's own) lines stand as high."""
    is_twice_the_spin = spin is not None and order > 1.5 * spin
    for q in FRACTIONS:
        steps = [k for k in range(1, 2 * q) if k % q and not (is_twice_the_spin and 2 * k % q == 0)]
        if steps and _median(lines, row, np.array(steps, dtype=np.float64) / q * order) >= max(
            VISIBLE, AS_HIGH * level
        ):
            return q
    return None


def _median(lines: EnvelopeLines, row: NDArray[np.float32], orders: NDArray[np.float64]) -> float:
    """Median over unmasked orders of the best of three bins; 0 where all are masked."""
    bins = np.rint(orders * lines.bins_per_order).astype(int)
    bins = bins[(bins > 0) & (bins < lines.n_bins - 1)]
    bins = bins[~lines.masked[bins]]
    if not len(bins):
        return 0.0
    return float(np.median(np.maximum(np.maximum(row[bins - 1], row[bins]), row[bins + 1])))
