"""Detection curves: the chance to find a fault over its strength, beside the textbook way, in three noises."""

from collections.abc import Sequence
from typing import NamedTuple

from loadzone.bearings.catalogue import find
from loadzone.bearings.orders import search_window
from loadzone.bench.intervals import share
from loadzone.bench.rival import kurtogram_detection
from loadzone.bench.runner import DEFAULT_SEED, Progress, Result, made_by, spread, stream
from loadzone.bench.subject import examine
from loadzone.simulate.faults import Surroundings, recording
from loadzone.simulate.noises import NOISE_KINDS, NoiseKind
from loadzone.simulate.truth import FaultKind, Simulated

BEARING = "6205-2RS JEM SKF"
FS_HZ = 12_000.0
DURATION_S = 5.0
SHAFT_HZ = (15.0, 40.0)
LARGEST_SLIP = 0.015
NOISES: tuple[NoiseKind, ...] = ("coloured", "poisson_shocks", "gear_unlisted")
SNRS_DB = (-24.0, -22.0, -20.0, -18.0, -16.0, -14.0, -12.0, -10.0, -8.0)
DAMAGED: tuple[FaultKind, ...] = ("outer", "inner")
LEVEL = 0.01
METHODS = ("confirmed", "test", "kurtogram")
"""``confirmed``: our verdict, severity gate included; ``test``: our search alone; ``kurtogram``: the rival's band and
squared envelope under the same search."""


class Trial(NamedTuple):
    """One record; its chance is child (place of the noise, ``number``) of ``seed``, whatever the strength.

    ``snr_db`` None: no fault.
    """

    kind: NoiseKind
    snr_db: float | None
    number: int
    seed: int


class Answer(NamedTuple):
    """Whether each method found the right fault; without a fault, whether it alarmed."""

    confirmed: bool
    test: bool
    kurtogram: bool


def run(
    *,
    trials: int = 200,
    seed: int = DEFAULT_SEED,
    noises: Sequence[NoiseKind] = NOISES,
    snrs_db: Sequence[float] = SNRS_DB,
    jobs: int | None = None,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> Result:
    """Detection at 1 % over the power of the bursts to that of the noise (whole band).

    Parameters
    ----------
    trials : records a point; the same machines serve every strength, and each record serves all methods
    seed, noises, snrs_db : what is drawn. Bearing 6205, outer and inner ring in turn, shaft at 15 to 40 Hz, 5 s at
        12 kHz, passages jitter by 0.5 %, the cage runs up to 1.5 % off pure rolling, three random resonances
    jobs, progress, made_on : see `loadzone.bench.runner`

    Returns
    -------
    ``noises`` -> kind: ``false_alarms`` (no fault) and ``curve``, one point a strength; each with trials and, for each
    of `METHODS`, count, share and exact 95 % interval
    """
    strengths = (None, *snrs_db)
    tasks = [Trial(kind, snr_db, number, seed) for kind in noises for snr_db in strengths for number in range(trials)]
    answers = iter(spread(detection_trial, tasks, jobs, progress))
    points = {kind: [_point(snr_db, [next(answers) for _ in range(trials)]) for snr_db in strengths] for kind in noises}
    return {
        "noises": {kind: {"false_alarms": found[0], "curve": found[1:]} for kind, found in points.items()},
        "made_by": made_by(
            f"loadzone bench detection --trials {trials} --seed {seed}", seed=seed, trials=trials, made_on=made_on
        ),
    }


def detection_trial(trial: Trial) -> Answer:
    """Let every method look at one record."""
    made = _record(trial)
    truth = made.truth.fault
    geometry = find(BEARING).geometry
    ours = examine(made.recording, geometry, made.truth.listed_gears)
    theirs = kurtogram_detection(
        made.recording.samples,
        FS_HZ,
        made.truth.mean_speed_rpm / 60.0,
        find(BEARING).orders,
        search_window(geometry, is_speed_measured=False),
    )
    has_alarm = ours.is_alarm(LEVEL)
    their_alarm = theirs.p_value <= LEVEL and not theirs.leader.is_beaten
    if truth == "none":
        return Answer(bool(ours.confirmed), has_alarm, their_alarm)
    return Answer(
        confirmed=ours.confirmed == {truth},
        test=has_alarm and ours.first == truth,
        kurtogram=their_alarm and theirs.leader.fault == truth,
    )


def _record(trial: Trial) -> Simulated:
    rng = stream(trial.seed, NOISE_KINDS.index(trial.kind), trial.number)
    return recording(
        find(BEARING).geometry,
        "none" if trial.snr_db is None else DAMAGED[trial.number % len(DAMAGED)],
        speed_rpm=60.0 * float(rng.uniform(*SHAFT_HZ)),
        fs_hz=FS_HZ,
        duration_s=DURATION_S,
        rng=rng,
        snr_db=trial.snr_db,
        slip=float(rng.uniform(-LARGEST_SLIP, LARGEST_SLIP)),
        surroundings=Surroundings(noise=trial.kind),
    )


def _point(snr_db: float | None, answers: Sequence[Answer]) -> Result:
    counted = {name: share(sum(getattr(each, name) for each in answers), len(answers)) for name in METHODS}
    strength = {} if snr_db is None else {"snr_db": snr_db}
    return strength | {"trials": len(answers)} | counted
