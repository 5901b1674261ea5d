"""The hump of a damaged rolling element: a broad, low rise of the envelope spectrum a little below twice its spin.

A ring's defect strikes in step with the kinematics; an element's does not: its axis of rotation wanders and it slows
outside the load zone, so the strikes of one passage through the zone have no phase with those of the next. What is left
of the line 2 x spin is a hump about one cage order wide (the sidebands m x cage merge in it), seldom above the nominal
order. A comb of sharp lines cannot see it; the mean level over one cage order can. Strong sharp lines count no more
than a little noise here, so that the lines of rings and shafts make no hump.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.orders import DefectOrders
from loadzone.monitor.detect.depth import Depth
from loadzone.monitor.manipulate import HANN_BANDWIDTH, EnvelopeLines

LINE_CAP = 5.0
TEN_TIMES = np.float32(10.0)
STEP_ORDER = 0.03
NEIGHBOURHOOD_ORDERS = 2.0
LEAST_SHARE = 0.35
"""A mean over fewer than this share of unmasked bins is no mean."""
SLIP = 0.02
"""The crest lies between one cage order below (the lower sideband may lead) and twice the spin, 2 % either way."""
HARMONICS = 2
LOWEST_DECOY = 1.3
LEAST_ROOM = 0.5
N_DECOYS = 120


@dataclass(frozen=True, eq=False)
class HumpLevels:
    """Level over its neighbourhood, (bands, steps), in steps of 0.03 orders; 1 where nothing rises or nothing is known.

    ``base`` is that neighbourhood, in units of the floor. ``width`` is the averaging width in orders, ``n_averaged``
    the number of bins in it.
    """

    rise: NDArray[np.float32]
    base: NDArray[np.float32]
    width: float
    n_averaged: float

    @property
    def highest_order(self) -> float:
        """End of the axis."""
        return float(self.rise.shape[1]) * STEP_ORDER

    def window(self, order: float, slip: float) -> tuple[float, float]:
        """Best score of a hump whose line would be ``order``, ``slip`` in orders, and the order of its crest.

        The score is the log-likelihood ratio of a changed level, r - 1 - ln r, summed over two harmonics.
        """
        low, high = self.span(order, slip)
        centres = np.linspace(low, high, max(2, round((high - low) / STEP_ORDER) + 1))
        best = self._scores(centres)
        crest = int(best.argmax())
        return float(best[crest]) * self.n_averaged, float(centres[crest])

    def is_shoulder(self, order: float, slip: float) -> bool:
        """Whether the rise goes on beyond the window: then it is the flank of another hump."""
        low, high = self.span(order, slip)
        score = self.window(order, slip)[0] / self.n_averaged
        outside = np.linspace(STEP_ORDER, self.width / 2, max(2, round(self.width / 2 / STEP_ORDER)))
        return float(self._scores(np.concatenate([low - outside, high + outside])).max()) > score

    def _scores(self, centres: NDArray[np.float64]) -> NDArray[np.float32]:
        total = np.zeros((self.rise.shape[0], len(centres)), dtype=np.float32)
        for h in range(1, HARMONICS + 1):
            steps = np.clip(np.rint(h * centres / STEP_ORDER).astype(int), 0, self.rise.shape[1] - 1)
            rise = np.maximum(self.rise[:, steps], np.float32(1.0))
            total += rise - 1 - np.log(rise)
        best: NDArray[np.float32] = total.max(axis=0)
        return best

    def depth(self, order: float, lines: EnvelopeLines) -> Depth:
        """Modulation depth of the hump whose crest is ``order`` and its second harmonic, where it is deepest."""
        energy = np.zeros(self.rise.shape[0])
        for h in range(1, HARMONICS + 1):
            step = min(round(h * order / STEP_ORDER), self.rise.shape[1] - 1)
            centre = min(lines.bin_of(h * order), lines.n_bins - 1)
            part = slice(max(centre - int(self.n_averaged) // 2, 0), centre + int(self.n_averaged) // 2 + 1)
            # a line ten times over the hump's own level is a line, not the hump
            most = TEN_TIMES * (self.rise[:, step] * self.base[:, step])[:, None]
            level = np.where(lines.masked[part], 0.0, np.minimum(lines.ratio[:, part], most)).sum(axis=1)
            level /= max(1, int(np.count_nonzero(~lines.masked[part])))
            energy += np.maximum(level - self.base[:, step], 0.0) * lines.floor[:, centre] * self.n_averaged
        band = int(energy.argmax())
        step = min(round(order / STEP_ORDER), self.rise.shape[1] - 1)
        rise_db = 10 * np.log10(max(float(self.rise[band, step]), 1.0))
        return Depth(float(np.sqrt(energy[band] / HANN_BANDWIDTH)), float(rise_db), band)

    def span(self, order: float, slip: float) -> tuple[float, float]:
        """Orders between which the crest may lie."""
        return order - self.width - slip, order + slip


def hump_levels(lines: EnvelopeLines, orders: DefectOrders, highest: float) -> HumpLevels:
    """Average the lines over one cage order and compare with the median of two orders on either side."""
    per_order = lines.bins_per_order
    width = max(3, round(orders.cage * per_order) | 1)
    free = (~lines.masked).astype(np.float32)
    capped = np.minimum(lines.ratio, np.float32(LINE_CAP))
    capped *= free
    sums = np.concatenate([np.zeros((capped.shape[0], 1), np.float32), np.cumsum(capped, axis=1)], axis=1)
    counts = np.concatenate([[0.0], np.cumsum(free)])
    centres = np.rint(np.arange(0.0, highest, STEP_ORDER) * per_order).astype(int)
    low = np.clip(centres - width // 2, 0, lines.n_bins)
    stop = np.clip(centres + width // 2 + 1, 0, lines.n_bins)
    n_free = counts[stop] - counts[low]
    means = (sums[:, stop] - sums[:, low]) / np.maximum(n_free, 1.0).astype(np.float32)
    means[:, n_free < LEAST_SHARE * width] = np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        base = _neighbourhood(means)
        rise = means / base
    rise[~np.isfinite(rise)] = 1.0
    return HumpLevels(rise.astype(np.float32), base, width / per_order, float(width))


def has_hump(orders: DefectOrders) -> bool:
    """Whether there is room for a hump: where the rings turn nearly together, the cage is as fast as the elements."""
    return orders.cage < LEAST_ROOM * orders.ball


def hump_test(levels: HumpLevels, orders: DefectOrders) -> tuple[float, float, bool, NDArray[np.float64]]:
    """Score and crest order of the element's hump, whether it is another one's shoulder, and the scores of decoys.

    A decoy's window is as wide and touches no multiple of the spin and no low shaft-cage combination. Lines of the
    rings are left in: capped, they raise the decoys a little, which errs on the safe side.
    """
    slip = SLIP * orders.ball
    reach = levels.width / 2
    own = [levels.span(k * orders.spin, slip) for k in range(1, 9)]
    own += [(order, order) for order in (2 * orders.cage, 3 * orders.cage, 1 - orders.cage)]
    decoys = []
    for centre in np.geomspace(LOWEST_DECOY + levels.width, levels.highest_order / HARMONICS - slip - reach, N_DECOYS):
        low, high = levels.span(centre, slip)
        if not any(low - reach < last and first < high + reach for first, last in own):
            decoys.append(levels.window(float(centre), slip)[0])
    score, crest = levels.window(orders.ball, slip)
    return score, crest, levels.is_shoulder(orders.ball, slip), np.array(decoys)


def _neighbourhood(means: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median of each band within two orders, taken every half order on every third step, straight lines between."""
    n = means.shape[1]
    reach = round(NEIGHBOURHOOD_ORDERS / STEP_ORDER)
    first = round(0.7 / STEP_ORDER)
    knots = np.arange(0, n, round(0.5 / STEP_ORDER))
    levels = np.empty((means.shape[0], len(knots)), dtype=np.float32)
    for i, knot in enumerate(knots.tolist()):
        low, stop = max(first, knot - reach), max(knot, first + reach) + reach
        part = means[:, low:stop:3]
        levels[:, i] = _median_of_known(part)
    position = np.clip(np.arange(n) / (knots[1] - knots[0]), 0, len(knots) - 1)
    left = np.minimum(position.astype(int), len(knots) - 2)
    share = (position - left).astype(np.float32)
    between: NDArray[np.float32] = levels[:, left] * (1 - share) + levels[:, left + 1] * share
    return between


def _median_of_known(part: NDArray[np.float32]) -> NDArray[np.float32]:
    known = np.isfinite(part[0])
    if not known.any():
        return np.ones(part.shape[0], dtype=np.float32)
    middle = int(known.sum()) // 2
    median: NDArray[np.float32] = np.partition(part[:, known], middle, axis=1)[:, middle]
    return median
