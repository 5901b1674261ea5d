"""Alarms of a live watch: false ones of healthy positions against the rate that is stated, and how soon faults alarm.

Every reading goes through the same fold as live ones. Healthy positions live for 18 months, the first of which they
spend learning; their descriptors are autocorrelated, follow a season, and step between operating points.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from loadzone.bench.intervals import share
from loadzone.bench.runner import DEFAULT_SEED, Progress, Result, made_by, spread, stream
from loadzone.monitor.watch.limits import Target
from loadzone.monitor.watch.position import step
from loadzone.monitor.watch.reading import DAY_US
from loadzone.monitor.watch.settings import WatchSettings
from loadzone.monitor.watch.state import PositionState
from loadzone.reliability.events import poisson_bounds
from loadzone.simulate.readings import DAY_S, YEAR_S, Growth, Life, readings

TARGET_PER_MONTH = 0.02
PHIS = (0.0, 0.5, 0.8, 0.9, 0.95)
INTERVAL_S = 4 * 3600.0
HEALTHY_DAYS, FAULT_DAYS, FAULT_DAY = 548, 480, 300
HEALTHY, FAULTY = 0, 1
LIVES: dict[str, Life] = {f"phi_{phi:g}": Life(phi, INTERVAL_S) for phi in PHIS}
STRANGE: dict[str, Life] = {
    "phi_0.8_no_season": Life(0.8, INTERVAL_S, season_k=0.0),
    "phi_0.8_one_operating_point": Life(0.8, INTERVAL_S, points=1),
    "phi_0.5_heavy_tails": Life(0.5, INTERVAL_S, noise="heavy"),
    "phi_0.95_hourly": Life(0.95, 3600.0),
}
FAULTS: dict[str, Growth] = {
    "step_3_sd": Growth(FAULT_DAY * DAY_S, step=3.0),
    "step_5_sd": Growth(FAULT_DAY * DAY_S, step=5.0),
    "step_10_sd": Growth(FAULT_DAY * DAY_S, step=10.0),
    "drift_1_sd_a_month": Growth(FAULT_DAY * DAY_S, per_month=1.0),
    "drift_3_sd_a_month": Growth(FAULT_DAY * DAY_S, per_month=3.0),
}
FAULT_PHIS = (0.0, 0.5, 0.8, 0.95)


class Trial(NamedTuple):
    """One position; its chance is child (``population``, ``key``, ``number``) of ``seed``."""

    number: int
    seed: int
    key: int
    life: Life
    population: int = HEALTHY
    growth: Growth | None = None


class Lived(NamedTuple):
    """What became of a position: alarms by day, readings judged, taught and lost, and when judging began."""

    alarm_days: tuple[float, ...]
    judged: int
    learnt: int
    unjudged: int
    first_day: float | None


def run(
    *,
    trials: int = 100,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> Result:
    """False alarms of ``trials`` healthy positions a kind of life; delays of a tenth as many with each fault.

    Parameters
    ----------
    trials : positions a kind of life; strange kinds have half of them
    seed, jobs, progress, made_on : see `loadzone.bench.runner`

    Returns
    -------
    target_per_month, expected_per_month (of the limits, if the model holds); ``healthy``: by kind of life, alarms,
    position_months (judged), per_month with its exact 95 % interval if alarms are independent, positions_with_alarm,
    coverage (share of readings judged or taught), days_to_judging; ``faults``: by fault and phi, found (share within
    180 days) and days (median and 90 % quantile over all, None where not reached)
    """
    kinds = [(name, life, trials) for name, life in LIVES.items()]
    kinds += [(name, life, max(trials // 2, 1)) for name, life in STRANGE.items()]
    tasks = [Trial(n, seed, key, life) for key, (_, life, count) in enumerate(kinds) for n in range(count)]
    faulty = [(name, phi) for name in FAULTS for phi in FAULT_PHIS]
    few = max(trials // 10, 1)
    tasks += [
        Trial(n, seed, FAULT_PHIS.index(phi), Life(phi, INTERVAL_S), FAULTY, FAULTS[name])
        for name, phi in faulty
        for n in range(few)
    ]
    lived = iter(spread(live, tasks, jobs, progress))
    healthy = {name: false_alarms([next(lived) for _ in range(count)], life) for name, life, count in kinds}
    delays = {f"{name}_phi_{phi:g}": detection([next(lived) for _ in range(few)]) for name, phi in faulty}
    settings = settings_of(LIVES["phi_0"])
    target = settings.target
    limits = 2 * len(settings.quantities)
    return {
        "target_per_month": target.per_month,
        "expected_per_month": limits * target.share(len(settings.quantities)) * target.readings_per_month,
        "healthy": healthy,
        "faults": delays,
        "made_by": made_by(
            f"loadzone bench alarms --trials {trials} --seed {seed}", seed=seed, trials=trials, made_on=made_on
        ),
    }


def live(trial: Trial) -> Lived:
    """Let one position live through its readings."""
    rng = stream(trial.seed, trial.population, trial.key, trial.number)
    days = HEALTHY_DAYS if trial.growth is None else FAULT_DAYS
    settings = settings_of(trial.life)
    state, alarm_days, first_day = PositionState("position"), [], None
    for reading in readings(trial.life, round(days * DAY_S / trial.life.interval_s), rng, trial.growth):
        state, findings = step(state, reading, settings)
        alarm_days += [each.at_us / DAY_US for each in findings if (each.kind, each.change) == ("excess", "raised")]
        if first_day is None and state.counts.judged:
            first_day = reading.at_us / DAY_US
    counts = state.counts
    return Lived(tuple(alarm_days), counts.judged, counts.learnt, counts.unjudged, first_day)


def settings_of(life: Life) -> WatchSettings:
    """What is set by default, at this interval and the stated rate."""
    return replace(WatchSettings(), target=Target(TARGET_PER_MONTH, life.interval_s))


def false_alarms(lived: Sequence[Lived], life: Life) -> Result:
    """Alarms of healthy positions over the months in which they were judged."""
    months = sum(each.judged for each in lived) * life.interval_s / (YEAR_S / 12.0)
    alarms = sum(len(each.alarm_days) for each in lived)
    low, high = poisson_bounds(alarms, months) if months else (0.0, float("inf"))
    known = sum(each.judged + each.learnt for each in lived)
    begun = [each.first_day for each in lived if each.first_day is not None]
    return {
        "positions": len(lived),
        "position_months": round(months, 1),
        "alarms": alarms,
        "per_month": round(alarms / months, 5) if months else None,
        "low95": round(low, 5),
        "high95": round(high, 5),
        "positions_with_alarm": share(sum(bool(each.alarm_days) for each in lived), len(lived)),
        "judged_or_taught": round(known / (known + sum(each.unjudged for each in lived)), 4),
        "judged": round(sum(each.judged for each in lived) / (known + sum(each.unjudged for each in lived)), 4),
        "days_to_judging": float(np.median(begun)) if begun else None,
    }


def detection(lived: Sequence[Lived]) -> Result:
    """Delays from a fault's beginning to its alarm; a position that alarmed falsely in the month before is left out."""
    counted = [each for each in lived if not any(0 < FAULT_DAY - day < 30 for day in each.alarm_days)]
    delays = [next((day - FAULT_DAY for day in each.alarm_days if day >= FAULT_DAY), np.inf) for each in counted]
    found = share(int(np.isfinite(delays).sum()), len(delays))
    return {"found": found, "days_median": _told(delays, 0.5), "days_p90": _told(delays, 0.9)}


def _told(delays: Sequence[float], part: float) -> float | None:
    value = float(np.quantile(delays, part, method="higher")) if delays else np.inf
    return round(value, 2) if np.isfinite(value) else None
