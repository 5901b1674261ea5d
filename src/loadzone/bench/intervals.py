"""A count with its rate and exact bounds, ready for JSON."""

from typing import TypedDict

from loadzone.reliability.proportions import clopper_pearson


class Share(TypedDict):
    """A count with its rate and the exact two-sided 95 % interval; rate and bounds are None where nothing was tried."""

    count: int
    share: float | None
    low95: float | None
    high95: float | None


def share(count: int, trials: int) -> Share:
    """The rate of ``count`` in ``trials`` with its interval, ready for JSON.

    >>> share(0, 0)["share"] is None
    True
    """
    if trials == 0:
        return {"count": count, "share": None, "low95": None, "high95": None}
    low, high = clopper_pearson(count, trials)
    return {"count": count, "share": round(count / trials, 6), "low95": round(low, 6), "high95": round(high, 6)}
