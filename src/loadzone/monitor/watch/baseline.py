"""What healthy looks like: a mean for each operating class, common slopes on temperature, speed and load, a spread.

A quantity learns first and is judged only afterwards; what was learnt is frozen until a stated event ends it, so that a
fault that grows slowly is not learnt along. Spread, slopes and correlation come from all classes together (deviations
from each class's own mean), so that a class met for the first time needs its mean alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from loadzone.monitor.watch.kept import Kept, but
from loadzone.monitor.watch.moments import Array, Moments
from loadzone.monitor.watch.rates import HIGHEST_PHI, Knowledge, inflation
from loadzone.monitor.watch.reading import DAY_US

LEAST_SPREADS = (0.5, 0.005, 0.5)
"""Covariates (degC, ln speed, load) that vary less than this in training have no slope: it would be noise."""
OUTLIER = 8.0
OUTLIER_FROM = 30
"""From the thirtieth reading of a class on, one farther than this many standard deviations is not learnt ..."""
OUTLIER_SHARE = 0.1
"""... and a class in which more than this share was left out starts anew: its level has changed while it was learnt."""
CHECK_EVERY = 8
TINY = 1e-300


@dataclass(frozen=True)
class LearningRules:
    """When enough was learnt: of all classes together, and of one class for its mean.

    ``most`` readings without ``least_effective`` independent ones among them end a training: it starts anew.
    """

    least_readings: int = 100
    least_effective: float = 30.0
    least_days: float = 14.0
    class_readings: int = 20
    class_effective: float = 4.0
    most: int = 6000


@dataclass(frozen=True)
class Reference:
    """What all classes share: correlation, slopes, and from when to when it was learnt.

    ``inverse``: covariance of the slopes in units of the spread squared, row by row. The error of a slope grows with
    the correlation of the deviations and of its own covariate, (1+φφ_c)/(1-φφ_c): a load that jitters teaches more
    than a season.
    """

    since_us: int
    until_us: int
    readings: int
    pairs: int
    effective: float
    phi: float
    spread: float
    slopes: tuple[float, ...]
    inverse: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]


@dataclass(frozen=True)
class Level:
    """One class: means of covariates and value, from how many readings, spread, and the limits that were decided.

    ``limits`` of the fast and of the slow weighted mean, in spreads: where a reading is at the class's mean covariates,
    and where its expectation is less and less certain (see `loadzone.monitor.watch.limits`).
    """

    readings: int
    means: tuple[float, ...]
    spread: float
    until_us: int
    limits: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Baseline(Kept):
    """One quantity of one position: what is being learnt (by class), and what is known.

    ``lows`` and ``highs`` of the covariates while it learns; ``left_out`` outliers by class; ``decided_for``: the rate
    of false alarms (a reading and weighted mean) for which the limits of all levels were decided.
    """

    since_us: int | None = None
    learning: Mapping[int, Moments] = field(default_factory=dict)
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    left_out: Mapping[int, int] = field(default_factory=dict)
    reference: Reference | None = None
    levels: Mapping[int, Level] = field(default_factory=dict)
    decided_for: float = 0.0

    def knowledge(self, level: Level) -> Knowledge:
        """What the limits of a class rest on."""
        assert self.reference is not None  # noqa: S101  a level exists only beside a reference
        return Knowledge(self.reference.phi, self.reference.pairs, level.readings).rounded()


@dataclass(frozen=True)
class Deviation:
    """How far a reading is from its class: ``z`` in spreads, ``excess`` in the quantity's own (log) scale.

    ``uncertainty`` is the standard error of what was expected, in spreads, for this reading's covariates.
    """

    z: float
    excess: float
    uncertainty: float


def learn(
    baseline: Baseline, rules: LearningRules, number: int, vector: tuple[float, ...], at_us: int, *, follows: bool
) -> tuple[Baseline, bool]:
    """The baseline after a reading of a class that is not known yet, and whether something became known.

    Parameters
    ----------
    number : the class
    vector : covariates (temperature in degC, ln speed, load; 0 what the position never brings), then the value
    follows : the reading is the neighbour in time of the last one of the same class
    """
    moments = baseline.learning.get(number)
    if moments is not None and _is_outlier(moments, vector[-1]):
        left_out = baseline.left_out.get(number, 0) + 1
        kept, out = dict(baseline.learning), {**baseline.left_out, number: left_out}
        if left_out > max(5.0, OUTLIER_SHARE * moments.count):
            del kept[number], out[number]
        return but(baseline, learning=kept, left_out=out), False
    grown = moments.plus(vector, at_us, follows=follows) if moments else Moments.first(vector, at_us)
    outer = vector[:-1]
    baseline = but(
        baseline,
        since_us=at_us if baseline.since_us is None else baseline.since_us,
        learning={**baseline.learning, number: grown},
        lows=tuple(map(min, baseline.lows or outer, outer)),
        highs=tuple(map(max, baseline.highs or outer, outer)),
    )
    if baseline.reference is not None:
        return _with_level(baseline, rules, number, at_us)
    total = sum(each.count for each in baseline.learning.values())
    if total % CHECK_EVERY or total < rules.least_readings:
        return baseline, False
    return _with_reference(baseline, rules, at_us, total)


def deviation(baseline: Baseline, number: int, vector: tuple[float, ...]) -> Deviation:
    """How far a reading of a known class is from what was learnt."""
    reference, level = baseline.reference, baseline.levels[number]
    assert reference is not None  # noqa: S101  a level exists only beside a reference
    moved = [value - mean for value, mean in zip(vector, level.means, strict=True)]
    excess = moved[-1] - sum(slope * each for slope, each in zip(reference.slopes, moved, strict=False))
    size = len(reference.slopes)
    variance = inflation(reference.phi) / level.readings + sum(
        reference.inverse[row * size + column] * moved[row] * moved[column]
        for row in range(size)
        for column in range(size)
    )
    return Deviation(excess / level.spread, excess, math.sqrt(max(variance, 0.0)))


def is_beyond(baseline: Baseline, vector: tuple[float, ...]) -> bool:
    """Whether a covariate is farther outside what was learnt than what was learnt is wide (at least 10 K)."""
    reference = baseline.reference
    if reference is None:
        return False
    widths = [max(high - low, 20.0 * least) for low, high, least in _ranges(reference)]
    return any(
        not low - width <= value <= high + width
        for value, low, high, width in zip(vector, reference.lows, reference.highs, widths, strict=False)
    )


def restarted() -> Baseline:
    """A baseline that begins anew: what was known before does not count any more."""
    return Baseline()


def _ranges(reference: Reference) -> list[tuple[float, float, float]]:
    return list(zip(reference.lows, reference.highs, LEAST_SPREADS, strict=False))


def _is_outlier(moments: Moments, value: float) -> bool:
    if moments.count < OUTLIER_FROM:
        return False
    mean, spread = moments.deviation()
    return abs(value - mean) > OUTLIER * spread > 0.0


def _with_reference(baseline: Baseline, rules: LearningRules, at_us: int, total: int) -> tuple[Baseline, bool]:
    """Close the training if it holds enough independent readings over enough days."""
    since_us = baseline.since_us or 0
    if at_us - since_us < rules.least_days * DAY_US:
        return baseline, False
    reference = _reference(baseline, since_us, at_us)
    if reference is None or _surely_effective(reference) < rules.least_effective:
        return (restarted() if total >= rules.most else baseline), False
    baseline = but(baseline, reference=reference)
    for number in baseline.learning:
        baseline, _ = _with_level(baseline, rules, number, at_us)
    return baseline, True


def _reference(baseline: Baseline, since_us: int, until_us: int) -> Reference | None:
    """Slopes within classes, and spread and correlation of what they leave.

    The lag-1 correlation of residuals is biased downwards by about (1+3φ)/n for each mean (Marriott and Pope 1954,
    Kendall 1954: from memory, checked by simulation) and is corrected for it; the spread follows from the innovations.
    """
    classes = [each for each in baseline.learning.values() if each.count > 2]
    pairs = sum(each.pairs for each in classes)
    readings = sum(each.count for each in classes)
    if pairs < readings / 4:
        return None
    within = np.sum([each.centred() for each in classes], axis=0)
    lagged = np.sum([each.centred_lagged() for each in classes], axis=0)
    slopes, inverse = _slopes(within, readings)
    weights = np.append(-slopes, 1.0)
    memories = np.diag(lagged)[:-1] / pairs * readings / np.maximum(np.diag(within)[:-1], TINY)
    power = float(weights @ within @ weights) / readings
    if not power > 0.0:
        return None
    seen = float(weights @ lagged @ weights) / pairs / power
    freedom = len(classes) + int(np.count_nonzero(slopes))
    phi = min(max(seen + (1.0 + 3.0 * seen) * freedom / readings, 0.0), HIGHEST_PHI)
    variance = power * (1.0 + phi**2 - 2.0 * phi * min(seen, phi)) / (1.0 - phi**2)
    variance *= readings / max(readings - freedom, 1)
    worth = np.sqrt(inflation(np.clip(phi * memories, 0.0, HIGHEST_PHI)))
    return Reference(
        since_us,
        until_us,
        readings,
        pairs,
        readings / inflation(phi),
        phi,
        math.sqrt(variance),
        tuple(slopes.tolist()),
        tuple((inverse * np.outer(worth, worth)).ravel().tolist()),
        baseline.lows,
        baseline.highs,
    )


def _surely_effective(reference: Reference) -> float:
    """Independent readings if the correlation is one standard error higher.

    Without that a training would end where its correlation happened to look low.
    """
    error = math.sqrt((1.0 - reference.phi**2) / reference.pairs)
    return reference.readings / inflation(min(reference.phi + error, HIGHEST_PHI))


def _slopes(within: Array, readings: int) -> tuple[Array, Array]:
    """Slopes of the value on its covariates, and the inverse of their sums of squares; 0 where nothing varied."""
    size = len(within) - 1
    slopes, inverse = np.zeros(size), np.zeros((size, size))
    spreads = np.sqrt(np.maximum(np.diag(within)[:size], 0.0) / readings)
    used = np.flatnonzero(spreads >= np.array(LEAST_SPREADS)[:size])
    if len(used):
        scale = spreads[used]
        scaled = within[np.ix_(used, used)] / np.outer(scale, scale)
        inverse[np.ix_(used, used)] = np.linalg.pinv(scaled, rcond=1e-6, hermitian=True) / np.outer(scale, scale)
        slopes = inverse @ within[:size, size]
    return slopes, inverse


def _with_level(baseline: Baseline, rules: LearningRules, number: int, at_us: int) -> tuple[Baseline, bool]:
    """Make a class known if its mean rests on enough readings."""
    reference, moments = baseline.reference, baseline.learning[number]
    assert reference is not None  # noqa: S101  callers have one
    effective = moments.count / inflation(reference.phi)
    if moments.count < rules.class_readings or effective < rules.class_effective:
        return baseline, False
    weights = np.append(-np.array(reference.slopes), 1.0)
    power = max(float(weights @ moments.centred() @ weights), 0.0) / moments.count
    own = math.sqrt(power / max(1.0 - 1.0 / effective, 0.5))
    spread = own if effective >= rules.least_effective else max(own, reference.spread)
    rest = {key: value for key, value in baseline.learning.items() if key != number}
    level = Level(moments.count, tuple(moments.means.tolist()), spread, at_us)
    return but(baseline, learning=rest, levels={**baseline.levels, number: level}), True
