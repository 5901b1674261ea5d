"""Sums that a class of readings leaves behind: enough for means, slopes, spread and correlation, and of fixed size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Sums over readings v = (covariates..., value), each less ``origin``, the first one.

    ``products``: upper triangle of Σ v v'. Of neighbours in time (v, w): ``neighbours`` = Σ (v + w), ``lagged`` = upper
    triangle of the symmetric part of Σ v w'. ``latest`` is the last v, ``at_us`` its time.
    """

    count: int
    pairs: int
    origin: tuple[float, ...]
    sums: tuple[float, ...]
    products: tuple[float, ...]
    neighbours: tuple[float, ...]
    lagged: tuple[float, ...]
    latest: tuple[float, ...]
    at_us: int

    @classmethod
    def first(cls, vector: tuple[float, ...], at_us: int) -> "Moments":
        """The sums of one reading."""
        size = len(vector)
        nothing, triangle = (0.0,) * size, (0.0,) * (size * (size + 1) // 2)
        return cls(1, 0, vector, nothing, triangle, nothing, triangle, nothing, at_us)

    def plus(self, vector: tuple[float, ...], at_us: int, *, follows: bool) -> "Moments":
        """The sums with one more reading; ``follows``: it is the neighbour in time of the last one."""
        v = tuple(value - origin for value, origin in zip(vector, self.origin, strict=True))
        w = self.latest
        size = range(len(v))
        neighbours, lagged = self.neighbours, self.lagged
        if follows:
            neighbours = tuple(total + a + b for total, a, b in zip(neighbours, v, w, strict=True))
            terms = [(v[i] * w[j] + v[j] * w[i]) / 2.0 for i in size for j in size if j >= i]
            lagged = tuple(total + term for total, term in zip(lagged, terms, strict=True))
        terms = [v[i] * v[j] for i in size for j in size if j >= i]
        return Moments(
            self.count + 1,
            self.pairs + int(follows),
            self.origin,
            tuple(total + value for total, value in zip(self.sums, v, strict=True)),
            tuple(total + term for total, term in zip(self.products, terms, strict=True)),
            neighbours,
            lagged,
            v,
            at_us,
        )

    @property
    def means(self) -> Array:
        """Means of the covariates and of the value, (size,)."""
        return np.array(self.origin) + np.array(self.sums) / self.count

    def deviation(self) -> tuple[float, float]:
        """Mean and standard deviation of the value alone."""
        mean = self.sums[-1] / self.count
        variance = max(self.products[-1] / self.count - mean * mean, 0.0)
        return self.origin[-1] + mean, float(variance**0.5)

    def centred(self) -> Array:
        """Σ (v - mean)(v - mean)', (size, size)."""
        sums = np.array(self.sums)
        return _square(self.products, len(sums)) - np.outer(sums, sums) / self.count

    def centred_lagged(self) -> Array:
        """Symmetric part of Σ (v - mean)(w - mean)' over neighbours, (size, size)."""
        mean = np.array(self.sums) / self.count
        cross = np.outer(np.array(self.neighbours), mean)
        return _square(self.lagged, len(mean)) - (cross + cross.T) / 2.0 + self.pairs * np.outer(mean, mean)


def _square(triangle: tuple[float, ...], size: int) -> Array:
    full = np.zeros((size, size))
    full[np.triu_indices(size)] = triangle
    return full + np.triu(full, 1).T
