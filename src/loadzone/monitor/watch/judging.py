"""One reading against its baseline: class, learn or judge, excess. A reading is never judged by what it taught."""

import math
from typing import Literal

from loadzone.monitor.watch.baseline import Baseline, deviation, is_beyond, learn
from loadzone.monitor.watch.classes import classify
from loadzone.monitor.watch.conditions import Cause, Seen, Step, settled
from loadzone.monitor.watch.excess import Excess, is_clear, moved
from loadzone.monitor.watch.finding import Finding
from loadzone.monitor.watch.hysteresis import Delay
from loadzone.monitor.watch.kept import but
from loadzone.monitor.watch.limits import decided, excess_limit, reading_limit
from loadzone.monitor.watch.reading import SECOND_US, Reading
from loadzone.monitor.watch.settings import Quantity, WatchSettings
from loadzone.monitor.watch.state import PositionState
from loadzone.monitor.watch.trend import Trend, followed
from loadzone.words.texts import Text, text

TOO_SOON, TOO_LATE = 0.7, 1.6
"""In intervals: a reading sooner after the last judged one is not judged, so that a faster sensor does not alarm more
often than stated; one later is no neighbour in time."""
CHANGE = Cause("change", "excess", "low", Delay(calm=3))

Unjudged = Literal["standing", "too_many_classes", "outside_bins", "beyond", "lacking"]
REASONS: dict[str, Text] = {
    "standing": text("the machine stands still"),
    "too_many_classes": text("more operating classes than are kept: give bins of speed and load"),
    "outside_bins": text("speed or load is outside the given bins"),
    "beyond": text("temperature, speed or load is far outside what was learnt"),
    "lacking": text("temperature, speed or load is missing, which the baseline needs"),
}


def judge(state: PositionState, reading: Reading, settings: WatchSettings) -> Step:
    """Class, baselines and excesses after one reading of a good measuring chain; at most one an interval counts."""
    interval_us = settings.target.interval_s * SECOND_US
    waited_us = math.inf if state.judged_us is None else reading.at_us - state.judged_us
    if waited_us < TOO_SOON * interval_us:
        return state, ()
    covariates, reason = _covariates(state, reading)
    classes, number = classify(state.classes, settings.classes, reading.speed_rpm, reading.load)
    if classes is not state.classes:
        state = but(state, classes=classes)
    if isinstance(number, str) or covariates is None:
        return _not_judged(state, reading.at_us, number if isinstance(number, str) else reason)
    if state.brings is None:
        state = but(state, brings=_brought(reading))
    follows = state.judged_class == number and waited_us <= TOO_LATE * interval_us
    baselines, excesses = dict(state.baselines), dict(state.excesses)
    trends, found, judged, learnt, is_far = dict(state.excess_trends), [], 0, 0, False
    for quantity in settings.quantities:
        value = quantity.scaled(reading.values.get(quantity.name, math.nan))
        if value is None:
            continue
        vector = (*covariates, value)
        baseline = _decided(baselines.get(quantity.name, Baseline()), settings)
        if number not in baseline.levels:
            baseline, is_new = learn(baseline, settings.learning, number, vector, reading.at_us, follows=follows)
            baseline = _decided(baseline, settings)
            learnt += 1
            if is_new:
                found.append(_learnt(reading.at_us, quantity, baseline))
        elif is_beyond(baseline, vector):
            is_far = True
        else:
            excesses[quantity.name], excess = _judged(baseline, number, vector, excesses.get(quantity.name, Excess()))
            trends[quantity.name] = followed(trends.get(quantity.name, Trend()), reading.at_us, excess)
            judged += 1
        baselines[quantity.name] = baseline
    counts = state.counts
    counts = but(
        counts,
        judged=counts.judged + (judged > 0),
        learnt=counts.learnt + (learnt > 0 and not judged),
        unjudged=counts.unjudged + (is_far and not judged),
    )
    state = but(
        state,
        baselines=baselines,
        excesses=excesses,
        excess_trends=trends,
        judged_us=reading.at_us,
        judged_class=number,
        counts=counts,
    )
    state, covered = _coverage(state, reading.at_us, "beyond" if is_far and not judged else "")
    state, changed = _changed(state, settings, reading.at_us) if judged else (state, ())
    return state, (*found, *covered, *changed)


def _covariates(state: PositionState, reading: Reading) -> tuple[tuple[float, float, float] | None, Unjudged]:
    """Temperature, ln speed, load; 0 for what the position never brings, None where it lacks what it usually brings."""
    brings, brought = state.brings or _brought(reading), _brought(reading)
    if any(usual and not now for usual, now in zip(brings, brought, strict=True)):
        return None, "lacking"
    speed = abs(reading.speed_rpm or 0.0)
    values = (reading.temperature_degc or 0.0, math.log(speed) if speed > 0.0 else 0.0, reading.load or 0.0)
    temperature, log_speed, load = (value if usual else 0.0 for value, usual in zip(values, brings, strict=True))
    return (temperature, log_speed, load), "lacking"


def _brought(reading: Reading) -> tuple[bool, bool, bool]:
    return reading.temperature_degc is not None, reading.speed_rpm is not None, reading.load is not None


def _decided(baseline: Baseline, settings: WatchSettings) -> Baseline:
    return decided(baseline, settings.target.share(len(settings.quantities))) if baseline.levels else baseline


def _judged(baseline: Baseline, number: int, vector: tuple[float, ...], excess: Excess) -> tuple[Excess, float]:
    found, level = deviation(baseline, number, vector), baseline.levels[number]
    assert baseline.reference is not None  # noqa: S101  a level exists only beside a reference
    fast, slow = (reading_limit(baseline.reference, level, found, place) for place in (0, 1))
    return moved(excess, found.z, (fast, slow)), found.excess


def _learnt(at_us: int, quantity: Quantity, baseline: Baseline) -> Finding:
    reference = baseline.reference
    assert reference is not None  # noqa: S101  something became known
    sentence = text(
        "baseline of {quantity}: {classes} operating classes known, {readings} readings worth {effective:.0f} "
        "independent ones (lag-1 correlation {phi:.2f})",
        quantity=quantity.name,
        classes=len(baseline.levels),
        readings=reference.readings,
        effective=reference.effective,
        phi=reference.phi,
    )
    return Finding(at_us, "baseline", "noted", "", sentence, quantity.name)


def _not_judged(state: PositionState, at_us: int, reason: str) -> Step:
    counts = but(state.counts, unjudged=state.counts.unjudged + 1)
    return _coverage(but(state, counts=counts, judged_class=None), at_us, reason)


def _coverage(state: PositionState, at_us: int, reason: str) -> Step:
    """A finding where the reason for not judging begins, changes or ends."""
    if reason == state.unjudged:
        return state, ()
    state = but(state, unjudged=reason)
    if not reason:
        return state, (Finding(at_us, "coverage", "returned", "", text("judged again")),)
    return state, (Finding(at_us, "coverage", "raised", "", text("not judged: {why}", why=REASONS[reason])),)


def _changed(state: PositionState, settings: WatchSettings, at_us: int) -> Step:
    """The largest excess of all quantities against its limit: one alarm, however many quantities rise together."""
    name, excess = max(state.excesses.items(), key=lambda item: item[1].ratio)
    place = excess.leading
    limit = excess_limit(name, place, excess.limits[place], settings.target, len(settings.quantities))
    sentence = text(
        "{quantity} is {value:.2f} standard deviations above its baseline on average; the limit is {limit:.2f}",
        quantity=name,
        value=excess.means[place],
        limit=limit.value,
    )
    calm = all(is_clear(each) for each in state.excesses.values())
    seen = Seen(excess.ratio > 1.0, calm, sentence, name, excess.means[place], limit)
    return settled(state, CHANGE, seen, at_us)
