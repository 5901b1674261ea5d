"""Shaft speed from the lines: which speed near the stated one has the harmonics that a shaft leaves everywhere.

Harmonics 1 to 10 in the signal's own spectrum and 1 to 6 in the envelope spectra are added for each speed. Mains lines
are left out: they sit beside the harmonics of two- and four-pole motors and would pull every speed to theirs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.detect.scores import exponent
from loadzone.monitor.manipulate import EnvelopeLines

RAW_HARMONICS = 10
ENVELOPE_HARMONICS = 6
LINE_CAP = 10.0
SEARCH = 0.10
"""Relative range that is searched on either side of the stated speed."""
FINE_STEPS = 2
"""Steps per bin of the highest harmonic."""
LEAST_BESIDES = 3
"""A shaft shows at least this many harmonics beside the multiples of any small number."""
SEEN_LEVEL = 6.0
BARE_LEVEL = 2.5
"""Medians of the best of three bins: lines that are there, and noise (1.8)."""
REFINED_BINS = 4
"""How far, in bins of the tenth harmonic, the crest may lie from the best capped score."""
MAINS_HZ = (50.0, 60.0)
MAINS_MULTIPLES = 6


@dataclass(frozen=True, eq=False)
class SpeedCurve:
    """``scores`` (steps,) of the speeds ``shaft_hz`` (steps,), in nepers of chance; ``level``: their median."""

    shaft_hz: NDArray[np.float64]
    scores: NDArray[np.float64]

    def best(self, low_hz: float, high_hz: float) -> tuple[float, float]:
        """The best speed between two limits and its score over the median of the curve."""
        inside = np.flatnonzero((self.shaft_hz >= low_hz) & (self.shaft_hz <= high_hz))
        if not len(inside):
            return (low_hz + high_hz) / 2, 0.0
        top = inside[int(self.scores[inside].argmax())]
        return float(self.shaft_hz[top]), float(self.scores[top] - np.median(self.scores))


def speed_curve(lines: EnvelopeLines, search: float = SEARCH) -> SpeedCurve:
    """Score all speeds within ``search`` of the stated one."""
    stated_bins = lines.bins_per_order
    n = max(8, int(2 * search * stated_bins * RAW_HARMONICS * FINE_STEPS))
    fundamentals = np.linspace(1 - search, 1 + search, n) * stated_bins
    free = ~_mains(lines)
    raw = np.minimum(lines.raw_over_floor, np.float32(LINE_CAP)) * free
    total = _sum_at_harmonics(raw[None, :], fundamentals, RAW_HARMONICS)[0]
    envelope = np.minimum(lines.over_floor, np.float32(LINE_CAP)) * free
    banks = _sum_at_harmonics(envelope, fundamentals, ENVELOPE_HARMONICS).max(axis=0)
    scores = exponent(total, RAW_HARMONICS) + exponent(banks, ENVELOPE_HARMONICS)
    return SpeedCurve(fundamentals * lines.resolution_hz, scores.astype(np.float64))


def refined(lines: EnvelopeLines, shaft_hz: float) -> float:
    """The speed near ``shaft_hz`` at which the logarithms of its lines add up highest.

    Capped scores are flat across strong lines; their logarithms have one crest, which fixes the tenth harmonic to
    half a bin, so that the mask of every harmonic lies where the harmonic is.
    """
    per_order = shaft_hz / lines.resolution_hz
    reach = REFINED_BINS / (RAW_HARMONICS * per_order)
    ratios = np.linspace(1 - reach, 1 + reach, 8 * REFINED_BINS + 1)
    free = ~_mains(lines)
    raw = np.log1p(lines.raw_over_floor * free)
    total = _sum_at_harmonics(raw[None, :], ratios * per_order, RAW_HARMONICS)[0]
    envelope = np.log1p(lines.over_floor * free)
    total += _sum_at_harmonics(envelope, ratios * per_order, ENVELOPE_HARMONICS).max(axis=0)
    best = np.flatnonzero(total >= total.max() - 1e-6)
    return shaft_hz * float(ratios[best].mean())


def is_shaft(lines: EnvelopeLines, shaft_hz: float) -> bool:
    """Whether the harmonics seen at a speed are a shaft's own, not every second to fifth of them another part's.

    A ring's order near 3 or 5 puts its lines on every third or fifth multiple of a speed a little off the true one.
    """
    per_order = shaft_hz / lines.resolution_hz
    free = ~_mains(lines)
    seen = set()
    for h in range(1, RAW_HARMONICS + 1):
        centre = round(h * per_order)
        part = slice(max(centre - 1, 1), centre + 2)
        in_envelope = h <= ENVELOPE_HARMONICS and bool((lines.over_floor[:, part].max(axis=1) >= LINE_CAP).any())
        if (lines.raw_over_floor[part] * free[part]).max(initial=0.0) >= SEEN_LEVEL or in_envelope:
            seen.add(h)
    return all(sum(h % q != 0 for h in seen) >= LEAST_BESIDES for q in (2, 3, 4, 5))


def _sum_at_harmonics(
    levels: NDArray[np.float32], fundamentals: NDArray[np.float64], harmonics: int
) -> NDArray[np.float32]:
    total = np.zeros((levels.shape[0], len(fundamentals)), dtype=np.float32)
    for h in range(1, harmonics + 1):
        bins = np.rint(h * fundamentals).astype(int)
        total += levels[:, np.minimum(bins, levels.shape[1] - 1)]
    return total


def _mains(lines: EnvelopeLines) -> NDArray[np.bool_]:
    frequencies = [mains * k / 2 for mains in MAINS_HZ for k in range(2, 2 * MAINS_MULTIPLES + 1, 2)]
    bare = np.zeros(lines.n_bins, dtype=np.bool_)
    for frequency in frequencies:
        centre = frequency / lines.resolution_hz
        bare[max(0, round(centre - 1.5)) : round(centre + 1.5) + 1] = True
    return bare


def other_multiple(lines: EnvelopeLines) -> float | None:
    """How many times the stated speed the record's own lines suggest, where that is 2, 3, 4 or a half to a quarter.

    A shaft at q times the speed leaves every q-th multiple and none between; one at a q-th of it leaves as much between
    the multiples as on them. Either way speed or sampling rate is wrong, or another shaft is louder than this one.
    """
    raw = lines.raw_over_floor * ~_mains(lines)
    for q in (2, 3, 4):
        multiples = np.arange(1, 7) * q
        shift = _best_shift(lines, raw, multiples)
        between = np.array([i for i in range(1, 4 * q) if i % q])
        if _level(lines, raw, multiples * shift) >= SEEN_LEVEL and _level(lines, raw, between * shift) < BARE_LEVEL:
            return float(q)
    whole = np.arange(1, 7)
    shift = _best_shift(lines, raw, whole)
    on_multiples = _level(lines, raw, whole * shift)
    for q in (2, 3, 4):
        between = np.array([i / q for i in range(1, 4 * q) if i % q])
        if _level(lines, raw, between * shift) >= max(SEEN_LEVEL, on_multiples / 2):
            return 1 / q
    return None


def _best_shift(lines: EnvelopeLines, raw: NDArray[np.float32], orders: NDArray[np.int_]) -> float:
    """Speed ratio within half a percent at which the lines at ``orders`` are highest together.

    Half a percent is what a stated speed may be off; farther out, a ring's order near 3 or 5 would pass for a shaft.
    """
    n = max(3, round(0.01 * float(orders[-1]) * lines.bins_per_order * FINE_STEPS))
    shifts = np.linspace(0.995, 1.005, n)
    bins = np.rint(orders[:, None] * shifts * lines.bins_per_order).astype(int)
    levels = np.minimum(raw[np.minimum(bins, lines.n_bins - 1)], np.float32(LINE_CAP)).sum(axis=0)
    return float(shifts[int(levels.argmax())])


def _level(lines: EnvelopeLines, raw: NDArray[np.float32], orders: NDArray[np.floating]) -> float:
    """Median over ``orders`` of the best of three bins."""
    bins = np.rint(orders * lines.bins_per_order).astype(int)
    bins = bins[(bins > 0) & (bins < lines.n_bins - 1)]
    return float(np.median(np.maximum(np.maximum(raw[bins - 1], raw[bins]), raw[bins + 1]))) if len(bins) else 0.0
