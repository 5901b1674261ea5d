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
CLIP_SYMMETRY = 0.02
"""This many equal samples in a row at the largest value are a converter at its end, not a signal."""
SMALLEST, LARGEST = 1e-9, 1e9
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
    samples : (n,), any unit; peaks beyond 1e-9 or 1e9 come back on a scale of their own
    fs_hz : sampling rate, Hz
    """
    if not np.issubdtype(samples.dtype, np.floating):
        samples = samples.astype(np.float64)
    blocking = _blocking(samples)
    if blocking:
        return Acquired(np.zeros(0, np.float32), (blocking,), is_fit=False)
    mean = float(samples.mean(dtype=np.float64))
    # in the record's own precision first: a small signal on a large offset would drown in float32
    rest = samples - samples.dtype.type(mean)
    peak = float(np.abs(rest).max())
    if not SMALLEST < peak < LARGEST:
        # no verdict depends on the unit: squares of such counts would leave the range of float32
        rest = rest / rest.dtype.type(peak)
    single = rest.astype(np.float32, copy=False)
    spread = float(np.sqrt(np.mean(np.square(single), dtype=np.float64))) * (peak / float(np.abs(single).max()))
    problems = [*_clipping(samples), *_stillness(samples, fs_hz)]
    is_fit = not any(problem.code == "dropouts" for problem in problems)
    if abs(mean) > 3 * spread:
        problems.append(
            Problem(
                "offset",
                text("a constant offset of {times:.0f} times the rms value was taken out", times=abs(mean) / spread),
            )
        )
    return Acquired(single, tuple(problems), is_fit)


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


def _clipping(samples: Samples) -> list[Problem]:
    """A converter at its end: runs of equal samples at one end, or both ends equally far out and each met again."""
    lowest, highest = float(samples.min()), float(samples.max())
    at_ends = [samples == samples.dtype.type(end) for end in (lowest, highest)]
    met = [int(np.count_nonzero(each)) for each in at_ends]
    has_run = any(
        count >= CLIP_RUN and bool((each[2:] & each[1:-1] & each[:-2]).any())
        for each, count in zip(at_ends, met, strict=True)
    )
    is_symmetric = abs(highest + lowest) <= CLIP_SYMMETRY * (highest - lowest) / 2
    if not has_run and not (is_symmetric and min(met) >= 2):
        return []
    return [
        Problem(
            "clipped",
            text(
                "the signal is clipped at {peak:.4g}: widen the range; the verdict leans on what is left",
                peak=max(highest, -lowest),
            ),
        )
    ]


def _stillness(samples: Samples, fs_hz: float) -> list[Problem]:
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
