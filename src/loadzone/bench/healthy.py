"""Sound and spalled bearings of one simulated population: what is said of the first, and which of the second show."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, get_args

import numpy as np

from loadzone.bench.intervals import share
from loadzone.bench.runner import DEFAULT_SEED, Progress, Result, made_by, spread, stream
from loadzone.bench.subject import Outcome, examine
from loadzone.monitor.diagnosis import Verdict
from loadzone.simulate.healthy import SPALLED, healthy, spalled
from loadzone.simulate.truth import FaultKind

SIZE_EDGES_MM = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0)
"""From a dent to a spall nearly as long as the smallest element of the population is wide (6.75 mm)."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
HEALTHY, SPALL, SIZES = 0, 1, 2


class Trial(NamedTuple):
    """One machine; its chance is child (``population``, ``number``) of ``seed``; a sound one has no fault, no size."""

    number: int
    seed: int
    population: int = HEALTHY
    fault: FaultKind = "none"
    size_mm: float = 0.0


class Answer(NamedTuple):
    """A trial with what was said of it."""

    trial: Trial
    outcome: Outcome


def run(
    *,
    trials: int = 1000,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> Result:
    """Verdicts on ``trials`` sound bearings and on as many spalled ones.

    Parameters
    ----------
    trials : machines of each of the two; spall sizes are log-uniform over `SIZE_EDGES_MM`, on outer ring, inner ring
        and element in turn
    seed, jobs, progress, made_on : see `loadzone.bench.runner`

    Returns
    -------
    ``healthy``: trials and each verdict's count and share with its exact 95 % interval.
    ``spalled``: the same by ``sizes`` (the detection curve), by ``faults``, and ``all``: confirmed_right (the confirmed
    set is the true one), suspected_right, wrong (any other confirmed set), missed (the rest)
    """
    tasks = [Trial(number, seed) for number in range(trials)] + [_spall(number, seed) for number in range(trials)]
    answers = spread(bearing_trial, tasks, jobs, progress)
    damaged = answers[trials:]
    return {
        "healthy": verdict_shares([each.outcome for each in answers[:trials]]),
        "spalled": {
            "sizes": [
                {"size_mm": [low, high]} | detection([each for each in damaged if low <= each.trial.size_mm < high])
                for low, high in pairwise(SIZE_EDGES_MM)
            ],
            "faults": {fault: detection([each for each in damaged if each.trial.fault == fault]) for fault in SPALLED},
            "all": detection(damaged),
        },
        "made_by": made_by(
            f"loadzone bench healthy --trials {trials} --seed {seed}", seed=seed, trials=trials, made_on=made_on
        ),
    }


def bearing_trial(trial: Trial) -> Answer:
    """Draw one machine and diagnose it with what its plant knows."""
    rng = stream(trial.seed, trial.population, trial.number)
    made = healthy(rng) if trial.fault == "none" else spalled(trial.size_mm, rng, trial.fault)
    return Answer(trial, examine(made.recording, made.truth.geometry, made.truth.listed_gears))


def verdict_shares(outcomes: Sequence[Outcome]) -> Result:
    """How often each verdict was given."""
    given = Counter(each.verdict for each in outcomes)
    return {"trials": len(outcomes)} | {verdict: share(given[verdict], len(outcomes)) for verdict in VERDICTS}


def detection(answers: Sequence[Answer]) -> Result:
    """How often a spall was found, suspected, taken for another, or missed."""
    given = Counter(_judge(each) for each in answers)
    names = ("confirmed_right", "suspected_right", "wrong", "missed")
    return {"trials": len(answers)} | {name: share(given[name], len(answers)) for name in names}


def _spall(number: int, seed: int) -> Trial:
    low, high = np.log(SIZE_EDGES_MM[0]), np.log(SIZE_EDGES_MM[-1])
    size_mm = float(np.exp(stream(seed, SIZES, number).uniform(low, high)))
    return Trial(number, seed, SPALL, SPALLED[number % len(SPALLED)], size_mm)


def _judge(answer: Answer) -> str:
    said, truth = answer.outcome, answer.trial.fault
    if said.confirmed:
        return "confirmed_right" if said.confirmed == {truth} else "wrong"
    return "suspected_right" if said.verdict == "suspected" and said.fault == truth else "missed"
