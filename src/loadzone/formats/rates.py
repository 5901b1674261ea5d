"""The sampling rate that a file implies: from a step or a column of times, no finer than it was written."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TIME_NAME = re.compile(
    r"^(t|x_?time|time|times|zeit|timestamp|datetime|date|时间|时刻)"
    r"[\s_\[(（]*(?P<unit>s|sec|seconds|ms|us|µs|μs|秒|毫秒|微秒)?[\])）]*$",
    re.IGNORECASE,
)
_SECONDS = {"ms": 1e-3, "毫秒": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "微秒": 1e-6}
MAX_DIGITS = 15
MIN_TIMES = 3


def time_scale_s(name: str) -> float | None:
    """Seconds a unit of a column that is called like a time, or None where the name says something else.

    >>> time_scale_s("Time (ms)"), time_scale_s("t"), time_scale_s("torque")
    (0.001, 1.0, None)
    """
    match = _TIME_NAME.match(name.strip())
    if match is None:
        return None
    return _SECONDS.get((match["unit"] or "s").casefold(), 1.0)


def rounded_rate(rate_hz: float, relative_error: float) -> float:
    """The number of fewest digits within the error of an estimate: what the writer meant.

    >>> rounded_rate(25599.2, 1e-4), rounded_rate(1 / (1 / 12000), 1e-12)
    (25600.0, 12000.0)
    """
    for digits in range(1, MAX_DIGITS + 1):
        candidate = float(f"{rate_hz:.{digits}g}")
        if abs(candidate - rate_hz) <= relative_error * rate_hz:
            return candidate
    return rate_hz


def is_running(values: NDArray[Any]) -> bool:
    """Whether values of shape (n,) never fall and do rise: times do, and a temperature called T does not."""
    if len(values) < MIN_TIMES or not np.isfinite(values).all():
        return False
    return bool((values[1:] >= values[:-1]).all()) and bool(values[-1] > values[0])


def rate_of_times(times_s: NDArray[np.float64], resolution_s: float) -> float | None:
    """Rate of evenly spaced times of shape (n,), or None where they are not (missing, repeated, going back).

    ``resolution_s`` is the last digit that the file carries: a step may differ from the median step by half a step
    and that digit, and the rate is rounded within its error.
    """
    if len(times_s) < MIN_TIMES or not np.isfinite(times_s).all():
        return None
    steps = np.diff(times_s)
    step = float(np.median(steps))
    span = float(times_s[-1] - times_s[0])
    if step <= 0 or span <= 0 or float(np.abs(steps - step).max()) > 0.5 * step + resolution_s:
        return None
    return rounded_rate((len(times_s) - 1) / span, max(resolution_s / span, 1e-12))


def resolution_of(times_s: NDArray[np.float64]) -> float:
    """Rounding of binary times of shape (n,): four units in the last place of the largest."""
    finite = np.abs(times_s[np.isfinite(times_s)])
    return float(4 * np.spacing(finite.max())) if finite.size else 0.0
