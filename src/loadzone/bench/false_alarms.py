"""False alarms: records of pure noise of ten kinds, and how often the search alarms at each level."""

from collections.abc import Sequence
from typing import NamedTuple

from loadzone.bearings.catalogue import find
from loadzone.bench.runner import DEFAULT_SEED, Progress, Result, made_by, spread, stream
from loadzone.bench.subject import Outcome, examine
from loadzone.reliability.proportions import upper_bound
from loadzone.signals.recording import Recording
from loadzone.simulate.noises import NOISE_KINDS, NoiseKind, noise
from loadzone.words.sourced import Sourced

BEARING = "6205-2RS JEM SKF"
FS_HZ = 12_000.0
DURATION_S = 5.0
SHAFT_HZ = (15.0, 40.0)
LEVELS = (0.05, 0.01, 0.001)


class Trial(NamedTuple):
    """One record of noise; its chance is child (place of the kind, ``number``) of ``seed``."""

    kind: NoiseKind
    number: int
    seed: int
    loosest_level: float


def run(
    *,
    trials: int = 2000,
    seed: int = DEFAULT_SEED,
    kinds: Sequence[NoiseKind] = NOISE_KINDS,
    levels: Sequence[float] = LEVELS,
    jobs: int | None = None,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> Result:
    """Alarm rates on noise: bearing 6205, shaft at 15 to 40 Hz, 5 s at 12 kHz, gears listed where the kind says so.

    Parameters
    ----------
    trials : records a kind; the same ones serve every level. They are diagnosed at the loosest level, and a finding
        counts at a level when its p value reaches it (p values do not depend on the level).
    seed, kinds, levels : what is drawn and what is asked
    jobs, progress, made_on : see `loadzone.bench.runner`

    Returns
    -------
    ``levels`` -> level -> ``noises`` -> kind and ``pooled``: trials, alarms (family-wise p <= level and no stronger
    decoy, before the severity gate), confirmed (after it), rate of alarms, upper95 (its exact one-sided bound)
    """
    tasks = [Trial(kind, number, seed, max(levels)) for kind in kinds for number in range(trials)]
    outcomes = spread(alarm_trial, tasks, jobs, progress)
    by_kind = {kind: outcomes[place * trials : (place + 1) * trials] for place, kind in enumerate(kinds)}
    return {
        "levels": {
            f"{level:g}": {
                "noises": {kind: counts(of_kind, level) for kind, of_kind in by_kind.items()},
                "pooled": counts(outcomes, level),
            }
            for level in levels
        },
        "made_by": made_by(
            f"loadzone bench false-alarms --trials {trials} --seed {seed}", seed=seed, trials=trials, made_on=made_on
        ),
    }


def alarm_trial(trial: Trial) -> Outcome:
    """Diagnose one record of noise as if a 6205 ran in it."""
    rng = stream(trial.seed, NOISE_KINDS.index(trial.kind), trial.number)
    shaft_hz = float(rng.uniform(*SHAFT_HZ))
    record = noise(trial.kind, round(FS_HZ * DURATION_S), FS_HZ, shaft_hz, rng)
    recording = Recording(
        samples=record.samples,
        channel="noise",
        fs_hz=Sourced(FS_HZ, "file", "simulated"),
        unit=Sourced("ms2", "file", "simulated"),
        speed_rpm=Sourced(60.0 * shaft_hz, "file", "simulated"),
    )
    return examine(recording, find(BEARING).geometry, record.listed_gears, trial.loosest_level)


def counts(outcomes: Sequence[Outcome], level: float) -> Result:
    """Alarms of a set of outcomes at ``level``."""
    trials = len(outcomes)
    alarms = sum(each.is_alarm(level) for each in outcomes)
    return {
        "trials": trials,
        "alarms": alarms,
        "confirmed": sum(each.is_confirmed(level) for each in outcomes),
        "rate": round(alarms / trials, 6) if trials else None,
        "upper95": round(upper_bound(alarms, trials), 6),
    }
