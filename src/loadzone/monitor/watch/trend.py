"""Where a quantity stands and where it goes: latest value, robust level, slope with its interval.

Values are gathered by day, so that a year fits in a small state and a fast sensor weighs no more than a slow one. The
slope is the median of the slopes between all days (Theil and Sen); its interval follows Sen (J. Am. Stat. Assoc. 63
(1968) 1379) with the variance of Kendall's score inflated for autocorrelation, n/n_eff, as in a modified Mann-Kendall
test (Hamed and Rao, J. Hydrol. 204 (1998) 182: here by the lag-1 correlation of what the slope leaves).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.watch.kept import Kept
from loadzone.monitor.watch.rates import inflation
from loadzone.monitor.watch.reading import DAY_US

MOST_DAYS = 120
LEVEL_DAYS = 7
LEAST_DAYS = 6
"""With fewer days no slope is told."""
NORMAL_95 = 1.959964
HIGHEST_PHI = 0.95


@dataclass(frozen=True)
class Trend(Kept):
    """``days``: (days since 1970, mean) of closed days, oldest first; of the open day number, count and sum."""

    latest: float = 0.0
    latest_us: int = 0
    open_day: int = -1
    count: int = 0
    total: float = 0.0
    days: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class TrendFigures:
    """Where a quantity stands, in its own unit; ``slope`` a day with its 95 % interval; None where days are too few."""

    latest: float
    level: float
    days: int
    n_eff: float
    slope: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_rising(self) -> bool:
        """Whether the interval of the slope lies above zero."""
        return self.low is not None and self.low > 0.0


def followed(trend: Trend, at_us: int, value: float) -> Trend:
    """The trend after one more value, in the order of time."""
    day = at_us // DAY_US
    if day == trend.open_day:
        return Trend(value, at_us, day, trend.count + 1, trend.total + value, trend.days)
    days = trend.days
    if trend.count:
        days = (*days, (trend.open_day, trend.total / trend.count))[-MOST_DAYS:]
    return Trend(value, at_us, day, 1, value, days)


def figures(trend: Trend) -> TrendFigures:
    """Level over the last seven days, slope over all days that are kept.

    >>> trend = Trend()
    >>> for day in range(10):
    ...     trend = followed(trend, day * DAY_US, 1.0 + 0.5 * day)
    >>> told = figures(trend)
    >>> told.latest, told.level, told.slope, told.days
    (5.5, 4.0, 0.5, 10)
    """
    days = trend.days
    if trend.count:
        days = (*days, (trend.open_day, trend.total / trend.count))
    at = np.array([day for day, _ in days], dtype=np.float64)
    values = np.array([value for _, value in days])
    level = float(np.median(values[-LEVEL_DAYS:])) if len(values) else math.nan
    if len(values) < LEAST_DAYS:
        return TrendFigures(trend.latest, level, len(values), float(len(values)))
    earlier, later = np.triu_indices(len(at), 1)
    slopes = np.sort((values[later] - values[earlier]) / (at[later] - at[earlier]))
    slope = float(np.median(slopes))
    n_eff = _effective(at, values - slope * at)
    low, high = _interval(slopes, len(values), n_eff)
    return TrendFigures(trend.latest, level, len(values), n_eff, slope, low, high)


def _effective(at: NDArray[np.float64], rest: NDArray[np.float64]) -> float:
    """Independent days among these, by the lag-1 correlation of neighbouring days, corrected for its bias."""
    rest = rest - rest.mean()
    is_next = np.diff(at) == 1.0
    power = float(np.mean(rest**2))
    if not power or is_next.sum() < LEAST_DAYS - 1:
        return float(len(rest))
    seen = float(np.mean(rest[1:][is_next] * rest[:-1][is_next])) / power
    phi = min(max(seen + (2.0 + 4.0 * seen) / len(rest), 0.0), HIGHEST_PHI)
    return len(rest) / inflation(phi)


def _interval(slopes: NDArray[np.float64], n: int, n_eff: float) -> tuple[float | None, float | None]:
    """Bounds of the slope: order statistics half a width of Kendall's score away from the median."""
    width = NORMAL_95 * math.sqrt(n * (n - 1) * (2 * n + 5) / 18.0 * n / n_eff)
    first = math.floor((len(slopes) - width) / 2.0)
    last = math.ceil((len(slopes) + width) / 2.0)
    if first < 0 or last >= len(slopes):
        return None, None
    return float(slopes[first]), float(slopes[last])
