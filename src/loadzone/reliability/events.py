"""Exact bounds of a rate of events: how many there were in how much time, and what that says of the rate."""


def poisson_bounds(count: int, exposure: float, coverage: float = 0.95) -> tuple[float, float]:
    """Two-sided bounds of the rate behind ``count`` events in ``exposure`` (say position-months).

    Source: F. Garwood, Biometrika 28 (1936) 437; by quantiles of the gamma law.

    >>> [round(bound, 3) for bound in poisson_bounds(4, 10.0)]
    [0.109, 1.024]
    """
    tail = (1.0 - coverage) / 2.0
    return poisson_lower(count, exposure, 1.0 - tail), poisson_upper(count, exposure, 1.0 - tail)


def poisson_upper(count: int, exposure: float, confidence: float = 0.95) -> float:
    """One-sided upper bound of the rate; with no event it is 3/exposure.

    >>> round(poisson_upper(0, 100.0), 4)
    0.03
    """
    from scipy.special import gammaincinv

    return float(gammaincinv(count + 1, confidence)) / exposure if exposure > 0 else float("inf")


def poisson_lower(count: int, exposure: float, confidence: float = 0.95) -> float:
    """One-sided lower bound of the rate."""
    from scipy.special import gammaincinv

    return float(gammaincinv(count, 1.0 - confidence)) / exposure if count and exposure > 0 else 0.0
