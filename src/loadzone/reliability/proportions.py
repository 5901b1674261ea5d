"""Exact bounds of a proportion: how far a count of successes lets one trust its rate."""


def clopper_pearson(count: int, trials: int, coverage: float = 0.95) -> tuple[float, float]:
    """Two-sided bounds of the probability behind ``count`` successes in ``trials``.

    Parameters
    ----------
    count, trials : 0 <= count <= trials; without trials anything from 0 to 1 is possible
    coverage : probability, at least, that the bounds enclose the true one

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404; by quantiles of the beta law.

    >>> [round(bound, 4) for bound in clopper_pearson(3, 100)]
    [0.0062, 0.0852]
    """
    tail = (1.0 - coverage) / 2.0
    return lower_bound(count, trials, 1.0 - tail), upper_bound(count, trials, 1.0 - tail)


def upper_bound(count: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided upper bound of the probability behind ``count`` successes in ``trials``.

    >>> round(upper_bound(0, 100), 4)
    0.0295
    """
    from scipy.special import betaincinv

    return 1.0 if count >= trials else float(betaincinv(count + 1, trials - count, confidence))


def lower_bound(count: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided lower bound of the probability behind ``count`` successes in ``trials``.

    >>> round(lower_bound(100, 100), 4)
    0.9705
    """
    return 1.0 - upper_bound(trials - count, trials, confidence)
