"""Data acquisition: whether the record can carry an answer, and what about it must be said."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.diagnosis import Problem
from loadzone.signals.recording import Samples
from loadzone.words.texts import text

LEAST_SAMPLES = 1024
LEAST_REVOLUTIONS = 20.0
"""Below this a window of 2 % around a race order is narrower than one line."""
CLIP_RUN = 3
"""This many equal samples in a row at the largest value are a converter at its end, not a signal."""
STILL_S = 0.002
STILL_SHARE = 0.2
LEAST_LEVELS = 16


@dataclass(frozen=True, eq=False)
class Acquired:
    """Samples fit for analysis (n,) float32 without their mean; ``blocking`` problems leave them unfit."""

    samples: NDArray[np.float32]
    problems: tuple[Problem, ...]
    is_fit: bool


def acquire(samples: Samples, fs_hz: float) -> Acquired:
    """Check one channel: length, finite values, life, clipping, dropouts, offset.

    Parameters
    ----------
    samples : (n,), any unit
    fs_hz : sampling rate, Hz
    """
    blocking = _blocking(samples)
    if blocking:
        return Acquired(np.zeros(0, np.float32), (blocking,), is_fit=False)
    single = samples.astype(np.float32, copy=False)
    mean = float(single.mean(dtype=np.float64))
    problems = [*_clipping(single), *_stillness(single, fs_hz)]
    is_fit = not any(problem.code == "dropouts" for problem in problems)
    spread = float(np.sqrt(np.vdot(single, single) / len(single) - mean * mean)) if is_fit else 1.0
    if abs(mean) > 3 * spread:
        problems.append(
            Problem(
                "offset",
                text("a constant offset of {times:.0f} times the rms value was taken out", times=abs(mean) / spread),
            )
        )
    return Acquired(single - np.float32(mean), tuple(problems), is_fit)


def duplicated(one: Samples, other: Samples) -> bool:
    """Whether two channels are the same samples up to a factor: one sensor recorded twice, no second opinion."""
    if len(one) != len(other) or len(one) < LEAST_SAMPLES:
        return False
    a = one[: 1 << 16].astype(np.float64)
    b = other[: 1 << 16].astype(np.float64)
    a -= a.mean()
    b -= b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return norm > 0.0 and abs(float(a @ b)) / norm > 1 - 1e-6


def _blocking(samples: Samples) -> Problem | None:
    n = len(samples)
    if n < LEAST_SAMPLES:
        return Problem(
            "too_short",
            text("{n} samples are too few: at least {least} are needed", n=n, least=LEAST_SAMPLES),
        )
    lowest, highest = float(samples.min()), float(samples.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        return Problem(
            "not_finite",
            text(
                "{count} of {n} samples are not numbers: record again or cut them out",
                count=int(np.count_nonzero(~np.isfinite(samples))),
                n=n,
            ),
        )
    if highest == lowest:
        return Problem(
            "constant", text("all {n} samples are {value:g}: no signal arrives; check the sensor", n=n, value=lowest)
        )
    if len(np.unique(samples[: 1 << 16])) < LEAST_LEVELS:
        return Problem(
            "stuck",
            text("fewer than {levels} different values: the sensor or its converter is stuck", levels=LEAST_LEVELS),
        )
    return None


def _clipping(samples: NDArray[np.float32]) -> list[Problem]:
    """Runs of equal samples at the positive or negative end."""
    count = 0
    for end in (samples.max(), samples.min()):
        at_end = samples == end
        if np.count_nonzero(at_end) >= CLIP_RUN:
            runs = at_end[2:] & at_end[1:-1] & at_end[:-2]
            count += int(np.count_nonzero(runs))
    if not count:
        return []
    peak = float(max(samples.max(), -samples.min()))
    return [
        Problem(
            "clipped",
            text("the signal is clipped at {peak:.4g}: widen the range; the verdict leans on what is left", peak=peak),
        )
    ]


def _stillness(samples: NDArray[np.float32], fs_hz: float) -> list[Problem]:
    """Stretches in which nothing changes for two milliseconds and sixteen samples."""
    least = max(16, int(STILL_S * fs_hz))
    still = np.concatenate([[False], samples[1:] == samples[:-1], [False]])
    if np.count_nonzero(still) < least:
        return []
    edges = np.flatnonzero(np.diff(still.astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    share = float(lengths[lengths >= least].sum()) / len(samples)
    if not share:
        return []
    code = "dropouts" if share > STILL_SHARE else "gaps"
    return [
        Problem(
            code,
            text("in {share:.1f} % of the record nothing moves: cable or transmission lost data", share=100 * share),
        )
    ]
