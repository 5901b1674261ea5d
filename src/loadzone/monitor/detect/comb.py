"""The comb: how well the lines of a record fit 1, 2, 3, 4 times a fundamental, for every fundamental at once.

The score of a fundamental is the best of: two to four harmonics; a sharp line or one that slip has broadened with the
square of the harmonic; any band. On the fine axis of quarter bins the h-th harmonic of step m lies in bin h m / 4,
so that four strided additions score all fundamentals together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.detect.scores import exponent, soft_cap
from loadzone.monitor.manipulate import MASK_BINS, MASK_ORDER, EnvelopeLines

HARMONICS = 4
FINE = 4
"""Steps of the fundamental per bin: a quarter of a bin is one bin of the fourth harmonic."""

BROAD_WIDTHS = tuple(1 + 2 * round(h * h / 2) for h in range(1, HARMONICS + 1))
"""Bins summed at each harmonic of a broadened comb: 1, 5, 9, 17."""


@dataclass(frozen=True, eq=False)
class CombCurve:
    """``scores`` (steps,) of the fundamentals first, first + 1, ... in quarter bins."""

    scores: NDArray[np.float32]
    first: int
    bins_per_order: float

    def window(self, order: float, half_width: float) -> tuple[float, float]:
        """Best score within ``order`` (1 ± ``half_width``), less what its many steps give away, and where it lies."""
        low, stop = self._steps(order, half_width)
        best = int(self.scores[low:stop].argmax())
        score = float(self.scores[low + best]) - float(np.log(stop - low))
        return score, (low + best + self.first) / (FINE * self.bins_per_order)

    def windows(self, orders: NDArray[np.float64], half_width: float) -> NDArray[np.float64]:
        """The scores of many windows (m,)."""
        bounds = [self._steps(order, half_width) for order in orders]
        return np.array([self.scores[low:stop].max() - np.log(stop - low) for low, stop in bounds], dtype=np.float64)

    def _steps(self, order: float, half_width: float) -> tuple[int, int]:
        scale = FINE * self.bins_per_order
        low = int(np.ceil(order * (1 - half_width) * scale)) - self.first
        stop = int(np.floor(order * (1 + half_width) * scale)) + 1 - self.first
        low = min(max(low, 0), len(self.scores) - 2)
        return low, min(max(stop, low + 2), len(self.scores))


@dataclass(frozen=True, eq=False)
class CombScores:
    """Scores of single lines, sharp and broadened: ``sharp`` and ``broad[h - 1]``, each (bands, bins)."""

    sharp: NDArray[np.float32]
    broad: tuple[NDArray[np.float32], ...]
    bins_per_order: float

    @property
    def highest_order(self) -> float:
        """End of the axis."""
        return float(self.sharp.shape[1]) / self.bins_per_order

    def without_orders(self, orders: NDArray[np.float64]) -> "CombScores":
        """The same scores with the lines at ``orders`` taken out, and what they lend to broad neighbours."""
        half = max(MASK_BINS, MASK_ORDER * self.bins_per_order)
        centres = orders * self.bins_per_order
        sharp = _without(self.sharp, centres, half)
        broad = [sharp]
        for scores, width in zip(self.broad[1:], BROAD_WIDTHS[1:], strict=True):
            broad.append(_without(scores, centres, half + width // 2))
        return CombScores(sharp, tuple(broad), self.bins_per_order)

    def curve(self, max_order: float) -> CombCurve:
        """Scores of all fundamentals from 0 to ``max_order``."""
        rows = self.sharp.shape[1]
        n = min(int(max_order * self.bins_per_order) + 2, rows // HARMONICS - 1)
        best = np.zeros(n * FINE, dtype=np.float32)
        for scores in (None, self.broad):
            total = np.zeros((FINE, self.sharp.shape[0], n), dtype=np.float32)
            for h in range(1, HARMONICS + 1):
                _add_harmonic(total, self.sharp if scores is None else scores[h - 1], h)
                if h > 1:
                    np.maximum(best, exponent(total.max(axis=1).T.reshape(-1), h), out=best)
        return CombCurve(best, 0, self.bins_per_order)

    def at(self, order: float) -> NDArray[np.float32]:
        """Best score (bands,) of one fundamental in each band."""
        step = order * FINE * self.bins_per_order
        best = np.zeros(self.sharp.shape[0], dtype=np.float32)
        for scores in ((self.sharp,) * HARMONICS, self.broad):
            total = np.zeros_like(best)
            for h in range(1, HARMONICS + 1):
                total += scores[h - 1][:, min(round(h * step / FINE), scores[h - 1].shape[1] - 1)]
                if h > 1:
                    np.maximum(best, exponent(total, h), out=best)
        return best


def comb_scores(lines: EnvelopeLines) -> CombScores:
    """Score the unmasked lines of a record, each harmonic as far as the fundamentals need it."""
    over_floor = lines.over_floor.copy()
    over_floor[:, lines.masked] = 0.0
    sharp = soft_cap(over_floor)
    sums = np.cumsum(over_floor, axis=1)
    broad = [sharp]
    for h, width in enumerate(BROAD_WIDTHS[1:], start=2):
        reach = width // 2
        # the h-th harmonic of the highest fundamental lies in the h-th quarter of the axis
        stop = min(over_floor.shape[1] * h // HARMONICS + FINE * h, over_floor.shape[1])
        total = np.zeros((over_floor.shape[0], stop), dtype=np.float32)
        total[:, reach + 1 : stop - reach] = sums[:, width:stop] - sums[:, : stop - width]
        broad.append(soft_cap(exponent(np.maximum(total, 0.0), width)))
    return CombScores(sharp, tuple(broad), lines.bins_per_order)


def _without(scores: NDArray[np.float32], centres: NDArray[np.float64], half: float) -> NDArray[np.float32]:
    n = scores.shape[1]
    edges = np.zeros(n + 1, dtype=np.int32)
    np.add.at(edges, np.clip(np.ceil(centres - half).astype(int), 0, n), 1)
    np.add.at(edges, np.clip(np.floor(centres + half).astype(int) + 1, 0, n), -1)
    kept = scores.copy()
    kept[:, np.cumsum(edges[:-1]) > 0] = 0.0
    return kept


def _add_harmonic(total: NDArray[np.float32], scores: NDArray[np.float32], h: int) -> None:
    """Add the scores of bin h (4 a + r) / 4 to step r of fundamental a."""
    n = total.shape[2]
    for r in range(FINE):
        offset = (h * r + FINE // 2) // FINE
        total[r] += scores[:, offset : offset + h * n : h][:, :n]
