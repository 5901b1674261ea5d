"""Decoys: the same search at orders where no bearing line can be, inside the same record.

What noise, gears, shocks and shafts do to the search, they do to the decoys as well. A Gumbel law (the law of a largest
value) fitted to the decoys' scores extrapolates to rarer chances than their number reaches; the uncertainty of the fit
is part of the p value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.orders import DefectOrders

LOWEST_ORDER = 0.3
HIGHEST_ORDER = 12.0
LOW_SHARE, HIGH_SHARE = 0.05, 0.8
"""Order statistics used for the slope: the upper fifth is left out, where foreign lines sit."""


@dataclass(frozen=True)
class Calibration:
    """Gumbel law of the decoys' scores: ``location``, ``scale``, and how many independent decoys support them."""

    location: float
    scale: float
    support: float

    def standardised(self, score: float) -> float:
        """Score in units of the law: minus the natural logarithm of the tail, where that is small."""
        return (score - self.location) / self.scale

    def p_value(self, score: float) -> float:
        """Chance that a decoy window reaches ``score``.

        The tail exp(-u) of a law known for certain becomes (1 + u/n)^-n when its scale was estimated from n values
        (the predictive law of an exponential tail).
        """
        u = self.standardised(score)
        if u <= 0.0:
            return float(-np.expm1(-np.exp(min(-u, 50.0))))
        return float(-np.expm1(-((1.0 + u / self.support) ** -self.support)))

    def score_at(self, p_value: float) -> float:
        """The score whose `p_value` it is."""
        tail = -np.log1p(-p_value)
        return self.location + self.scale * self.support * float(tail ** (-1.0 / self.support) - 1.0)


def calibrate(scores: NDArray[np.float64], least_scale: float, support: float | None = None) -> Calibration:
    """Fit a Gumbel law to decoy scores (m,): slope by the 5 to 80 % order statistics, location by the median.

    ``least_scale`` keeps a chance clustering of the decoys from making rare what is not.
    """
    ordered = np.sort(scores)
    shares = (np.arange(len(ordered)) + 0.5) / len(ordered)
    reduced = -np.log(-np.log(shares))
    used = (shares > LOW_SHARE) & (shares < HIGH_SHARE)
    centred = reduced[used] - reduced[used].mean()
    scale = max(least_scale, float(centred @ ordered[used] / (centred @ centred)))
    location = float(np.median(ordered)) - scale * -float(np.log(np.log(2.0)))
    return Calibration(location, scale, support or 0.75 * len(ordered))


def decoy_orders(orders: DefectOrders, half_width: float, line_width: float = 0.0) -> NDArray[np.float64]:
    """Centres of windows of relative ``half_width`` that tile the order axis and touch no family of the bearing.

    ``line_width``: how far, in orders, a strong line reaches beyond its place (a few bins of the record).
    """
    highest = max(HIGHEST_ORDER, 1.3 * max(orders.inner, orders.outer, orders.ball))
    ratio = (1 + half_width) / (1 - half_width)
    count = int(np.log(highest / LOWEST_ORDER) / np.log(ratio))
    centres = LOWEST_ORDER * ratio ** np.arange(count)
    families = np.array([orders.outer, orders.inner, orders.spin, orders.ball, orders.cage])
    touching = np.abs(centres[:, None] - families) < 2 * half_width * families + line_width
    free: NDArray[np.float64] = centres[~touching.any(axis=1)]
    return free
