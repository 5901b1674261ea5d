"""How an input scatters: five shapes, each drawn from a generator that is handed in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Normal:
    """Mean and standard deviation."""

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.deviation < np.inf:
            raise BadInput(text("standard deviation {value:g}: it is a finite number, 0 or more", value=self.deviation))

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """(n,) values."""
        return rng.normal(self.mean, self.deviation, n)


@dataclass(frozen=True)
class Uniform:
    """Anything between two limits alike: what is assumed where only limits are known."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_order(self.low, self.high)

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """(n,) values."""
        return rng.uniform(self.low, self.high, n)


@dataclass(frozen=True)
class Triangular:
    """Between two limits, most often near ``mode``."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _check_order(self.low, self.mode, self.high)

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """(n,) values."""
        if self.low == self.high:
            return np.full(n, self.mode)
        return rng.triangular(self.low, self.mode, self.high, n)


@dataclass(frozen=True)
class Truncated:
    """Normal, what lies outside two limits sorted out: parts that were measured against their tolerance."""

    mean: float
    deviation: float
    low: float
    high: float

    def __post_init__(self) -> None:
        _check_order(self.low, self.mean, self.high)
        if not (0.0 < self.deviation < np.inf or self.low == self.high):
            raise BadInput(
                text("standard deviation {value:g}: between two limits it is a positive number", value=self.deviation)
            )

    @classmethod
    def within(cls, low: float, high: float, capability: float = 1.0) -> "Truncated":
        """About the middle of a tolerance that spans six ``capability`` (C_p) standard deviations."""
        return cls((low + high) / 2.0, (high - low) / (6.0 * capability), low, high)

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """(n,) values; those outside are drawn again."""
        drawn = rng.normal(self.mean, self.deviation, n)
        outside = (drawn < self.low) | (drawn > self.high)
        while outside.any():
            drawn[outside] = rng.normal(self.mean, self.deviation, int(outside.sum()))
            outside = (drawn < self.low) | (drawn > self.high)
        return drawn


@dataclass(frozen=True)
class Steps:
    """Some values with their weights, as classes of cleanliness."""

    values: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(self.weights) or not sum(self.weights) > 0.0 or min(self.weights) < 0.0:
            raise BadInput(
                text(
                    "{values} values with the weights {weights}: give each value a weight of 0 or more",
                    values=len(self.values),
                    weights=", ".join(f"{each:g}" for each in self.weights),
                )
            )

    def draw(self, rng: np.random.Generator, n: int) -> Array:
        """(n,) values."""
        shares = np.array(self.weights) / sum(self.weights)
        return np.asarray(rng.choice(np.array(self.values, dtype=float), n, p=shares))


Distribution = Normal | Uniform | Triangular | Truncated | Steps


def _check_order(*limits: float) -> None:
    if not all(np.isfinite(limits)) or list(limits) != sorted(limits):
        raise BadInput(
            text("limits {limits}: give finite numbers, least first", limits=", ".join(f"{each:g}" for each in limits))
        )
