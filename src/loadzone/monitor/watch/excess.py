"""How far a quantity has moved from its baseline: two exponentially weighted means, a fast one and a slow one."""

from dataclasses import dataclass

from loadzone.monitor.watch.kept import Kept
from loadzone.monitor.watch.limits import CLEAR_SHARE, LEAST_READINGS, WEIGHTS


@dataclass(frozen=True)
class Excess(Kept):
    """Weighted means of the deviations (in spreads) and of their limits: (fast, slow) each; nothing judged at first.

    The limits are weighted like the deviations: when the class changes, the mean still remembers the old one.
    """

    means: tuple[float, float] = (0.0, 0.0)
    limits: tuple[float, float] = (0.0, 0.0)
    count: int = 0

    @property
    def ratio(self) -> float:
        """The larger of mean over limit: 1 is the limit."""
        return max(mean / limit for mean, limit in zip(self.means, self.limits, strict=True)) if self.count else 0.0

    @property
    def leading(self) -> int:
        """Place of the weighted mean that leads: 0 the fast one, 1 the slow one."""
        fast, slow = (mean / limit if limit else 0.0 for mean, limit in zip(self.means, self.limits, strict=True))
        return int(slow > fast)


def moved(excess: Excess, z: float, limits: tuple[float, float]) -> Excess:
    """The means after one more reading with the deviation ``z``, whose own limits are ``limits``."""
    (fast, fast_limit), (slow, slow_limit) = (
        _step(mean, mean_limit if excess.count else limit, z, limit, weight)
        for mean, mean_limit, limit, weight in zip(excess.means, excess.limits, limits, WEIGHTS, strict=True)
    )
    return Excess((fast, slow), (fast_limit, slow_limit), excess.count + 1)


def is_clear(excess: Excess) -> bool:
    """Whether both means are well below their limits."""
    return excess.ratio < CLEAR_SHARE


def _step(mean: float, mean_limit: float, z: float, limit: float, weight: float) -> tuple[float, float]:
    mean_limit += weight * (limit - mean_limit)
    most = mean_limit / (1.0 - (1.0 - weight) ** (LEAST_READINGS - 1))
    held = min(max(z, -most), most)
    return mean + weight * (held - mean), mean_limit
