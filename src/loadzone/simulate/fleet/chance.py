"""Chance that depends on nothing but a seed and a place in time, so that any hour can be asked for alone."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from loadzone.simulate.readings import autoregressive

Floats = NDArray[np.float64]

HOUR_S = 3600.0
_BLOCK = 480


def drawn(seed: int, places: NDArray[np.int64]) -> Floats:
    """Uniform numbers in [0, 1), one for each whole ``place``: the mixer of SplitMix64 (Steele et al., OOPSLA 2014).

    >>> bool(np.all(drawn(1, np.arange(4)) == drawn(1, np.arange(4))))
    True
    """
    with np.errstate(over="ignore"):
        x = places.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64((seed * 0xD1342543DE82EF95) % 2**64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return np.asarray((x >> np.uint64(11)).astype(np.float64) / float(2**53))


def wandering(key: tuple[int, ...], phi: float, hours: Floats) -> Floats:
    """An AR(1) process of variance 1 with correlation ``phi`` from hour to hour, at ``hours`` from its beginning.

    Between whole hours it is interpolated. What was told of an hour stays as it is, however far it is asked later.
    """
    places = np.maximum(hours, 0.0)
    nodes = _nodes(key, phi, (int(places.max(initial=0.0)) // _BLOCK + 1) * _BLOCK + 2)
    return np.asarray(np.interp(places, np.arange(len(nodes)), nodes))


@lru_cache(maxsize=4096)
def _nodes(key: tuple[int, ...], phi: float, count: int) -> Floats:
    return autoregressive(phi, np.random.default_rng(list(key)).standard_normal(count))
