"""Limits: from a baseline with a stated rate of false alarms, from a standard's zones, or given by a person.

Each limit says which it is, where it comes from and how many false alarms a position and month are expected of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from loadzone.monitor.settings import Machine
from loadzone.monitor.watch.baseline import Baseline, Deviation, Level, Reference
from loadzone.monitor.watch.hysteresis import Delay
from loadzone.monitor.watch.rates import (
    HIGHEST_PHI,
    crossing_rate,
    inflation,
    limit_for,
)
from loadzone.monitor.watch.reading import MONTH_DAYS
from loadzone.monitor.zones import EDITION, zone_limits
from loadzone.words.texts import Text, text

Severity = Literal["alert", "danger"]

FAST, SLOW = 0.25, 0.02
"""Weights of the latest reading: a mean of about eight readings for steps, of about a hundred for slow growth."""
WEIGHTS = (FAST, SLOW)
LEAST_READINGS = 3
"""No single reading raises an alarm, however wild: a deviation counts so much that from rest it takes three."""
RESERVE = 0.5
"""Of the stated rate, limits from baselines use this much: the rest is kept for what the model does not know."""
DILUTION, DILUTIONS = 4.0, 6
"""Limits are decided for the class's mean and for expectations whose variance is 4, 16, ... 1024 times as large."""
CLEAR_SHARE = 0.75
"""An excess is over when every weighted mean is below this share of its limit: about one of its standard deviations."""
RETURN_SHARE = 0.9
"""The same for limits in the unit of the quantity."""
ZONE_DELAY = Delay(over=3, among=4, calm=3)


@dataclass(frozen=True)
class Target:
    """Stated rate: false alarms of a position in a month, all quantities together, one judged reading an interval."""

    per_month: float = 0.02
    interval_s: float = 3600.0

    @property
    def readings_per_month(self) -> float:
        """Judged readings of an average month."""
        return MONTH_DAYS * 86_400.0 / self.interval_s

    def share(self, quantities: int) -> float:
        """Expected crossings a reading that one weighted mean of one quantity may have."""
        return RESERVE * self.per_month / (self.readings_per_month * quantities * len(WEIGHTS))


@dataclass(frozen=True)
class Limit:
    """What a value is held against.

    ``value`` in the unit of the quantity, or in spreads of the baseline for the weighted means (``statistic`` fast or
    slow). ``expected_per_month``: false alarms of a healthy position; None where no baseline tells. ``mark``: how the
    number is known (read second-hand, computed, given).
    """

    quantity: str
    statistic: Literal["fast", "slow", "value"]
    severity: Severity
    value: float
    source: Text
    mark: Literal["computed", "read second-hand", "given"]
    expected_per_month: float | None = None
    delay: Delay = field(default_factory=Delay)


def decided(baseline: Baseline, rate: float) -> Baseline:
    """The baseline with the limits of every level, for ``rate`` crossings a reading and weighted mean.

    Source: `loadzone.monitor.watch.rates`; a limit stays as it is until the rate is changed.
    """
    is_same = baseline.decided_for == rate
    if is_same and all(level.limits for level in baseline.levels.values()):
        return baseline
    levels = {
        number: level if is_same and level.limits else replace(level, limits=_limits(baseline, level, rate))
        for number, level in baseline.levels.items()
    }
    return replace(baseline, levels=levels, decided_for=rate)


def reading_limit(reference: Reference, level: Level, found: Deviation, place: int) -> float:
    """Limit of a weighted mean for a reading whose covariates are less well known than the class's mean.

    Between the decided limits it is interpolated over the logarithm of the variance of what was expected.
    """
    limits = level.limits[place]
    at_mean = inflation(min(reference.phi, HIGHEST_PHI)) / level.readings
    steps = math.log(max(found.uncertainty**2 / at_mean, 1.0)) / math.log(DILUTION)
    lower = min(int(steps), len(limits) - 2)
    return float(limits[lower] * (limits[lower + 1] / limits[lower]) ** (steps - lower))


def excess_limit(quantity: str, place: int, value: float, target: Target, quantities: int) -> Limit:
    """A weighted mean's limit as it is shown."""
    reference = text(
        "baseline of this position; exponentially weighted mean (weight {weight}), limit for {rate:g} false alarms a "
        "position and month",
        weight=WEIGHTS[place],
        rate=target.per_month,
    )
    expected = target.share(quantities) * target.readings_per_month
    return Limit(quantity, "slow" if place else "fast", "alert", value, reference, "computed", expected)


def machine_limits(quantity: str, machine: Machine, baseline: Baseline | None, target: Target) -> tuple[Limit, ...]:
    """Alert and danger of a machine's velocity by ISO 10816-3: from its baseline where one is known.

    The baseline is that of the loudest known class, so that a change of speed or load neither raises nor returns it.
    ALARM = baseline + 0.25 (B/C), at most 1.25 (B/C); without a baseline the boundary B/C itself. TRIP = the boundary
    C/D, which is below the 1.25 (C/D) that the standard allows.

    Source: ISO 10816-3:2009, 5.3 and 5.4, read second-hand; the standard was replaced by ISO 20816-3:2022, whose limits
    were not verified.
    """
    _, b_c, c_d = zone_limits(machine)
    levels = baseline.levels.values() if baseline else ()
    level = max(levels, key=lambda each: each.means[-1], default=None)
    if level is None:
        alarm, rule = b_c, text("{edition}, boundary B/C (no baseline yet)", edition=EDITION)
    else:
        alarm = min(math.exp(level.means[-1]) + 0.25 * b_c, 1.25 * b_c)
        rule = text("{edition}, 5.3: baseline + 0.25 of the boundary B/C", edition=EDITION)
    danger = text("{edition}, boundary C/D", edition=EDITION)
    steps: tuple[tuple[Severity, float, Text], ...] = (("alert", alarm, rule), ("danger", c_d, danger))
    return tuple(
        Limit(quantity, "value", severity, value, source, "read second-hand", expected, ZONE_DELAY)
        for severity, value, source in steps
        for expected in (_expected(baseline, level, value, target),)
    )


def given_limits(given: Mapping[str, float], quantity: str) -> tuple[Limit, ...]:
    """Limits that a person has set, by severity."""
    steps: tuple[Severity, ...] = ("alert", "danger")
    return tuple(
        Limit(quantity, "value", severity, given[severity], text("given by a person"), "given", None, ZONE_DELAY)
        for severity in steps
        if severity in given
    )


def _limits(baseline: Baseline, level: Level, rate: float) -> tuple[tuple[float, ...], ...]:
    known = baseline.knowledge(level)
    return tuple(
        tuple(limit_for(rate, weight, known.diluted(DILUTION**step)) for step in range(DILUTIONS)) for weight in WEIGHTS
    )


def _expected(baseline: Baseline | None, level: Level | None, value: float, target: Target) -> float | None:
    """Single crossings of a healthy position at its class: an upper bound of what the delay lets through."""
    if baseline is None or level is None or baseline.reference is None or value <= 0.0:
        return None
    distance = round((math.log(value) - level.means[-1]) / level.spread, 2)
    if distance <= 0.0:
        return None
    return crossing_rate(distance, 1.0, baseline.knowledge(level)) * target.readings_per_month
