"""A scatter of 10,000 draws for one bearing: how long it takes, what it says, and whether the gradients are right."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from loadzone.bench.gradient_sweep import sweep
from loadzone.bench.runner import DEFAULT_SEED, Progress, Result, made_by, stream
from loadzone.design.distributions import Distribution
from loadzone.design.duty import Conditions
from loadzone.design.fits import Mounting, fit_parts
from loadzone.design.inside import BallInside, Load
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import Case
from loadzone.design.scatter import Band, Input, Scatter, scatter, usual_inputs

DRAWS, GRADIENT_CASES = 10_000, 200
REPEATS = 5
CASE = Case(
    BallInside(9, 9.525, 46.0, clearance_mm=0.003),
    "deep_groove_ball",
    Load(fx_n=3000.0, fz_n=500.0),
    Conditions(2000.0, oil_from_option("68"), 70.0, cleanliness_from_option("normal")),
)
"""The inside of a 6206."""
MOUNTING = Mounting(30.0, 62.0, 36.475, 55.525, element_mm=9.525, speed_rpm=2000.0)
COLD = "from loadzone.bench.scatter import draw; draw({seed}, {draws})"


def run(
    *,
    seed: int = DEFAULT_SEED,
    trials: int = DRAWS,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> Result:
    """Draw fits, clearance, grooves, load, temperature and cleanliness of a 6206; count gradients against differences.

    Parameters
    ----------
    seed : of draws and random cases
    trials : draws; a fiftieth of them, at most 200, is the number of random cases a bearing for the gradients
    progress : called after each part
    made_on : see `loadzone.bench.runner`

    Returns
    -------
    scatter: draws, warm_s (best of five), cold_s (a process of its own, imports and machine code read included), bands
    with standard errors, shares; repeated: spread of the median over seeds against its standard error; gradients: see
    `loadzone.bench.gradient_sweep.sweep`
    """
    parts: list[tuple[str, Callable[[], Any]]] = [
        ("scatter", lambda: _timed(seed, trials)),
        ("repeated", lambda: _repeated(seed, trials)),
        ("gradients", lambda: sweep(seed, min(max(trials // 50, 2), GRADIENT_CASES))),
    ]
    result: Result = {}
    for done, (name, part) in enumerate(parts, start=1):
        result[name] = part()
        if progress:
            progress(done, len(parts))
    return result | {"made_by": made_by("loadzone bench scatter", seed=seed, trials=trials, made_on=made_on)}


def inputs() -> Mapping[Input, Distribution]:
    """What scatters: everything that `usual_inputs` knows, in the fit k5/H7."""
    return usual_inputs(CASE, fit_parts(30.0, 62.0, "k5/H7"))


def draw(seed: int, draws: int, *key: int) -> Scatter:
    """One scatter."""
    return scatter(CASE, inputs(), stream(seed, *key), draws, mounting=MOUNTING)


def _timed(seed: int, draws: int) -> dict[str, Any]:
    found, best = draw(seed, draws), np.inf
    for _ in range(REPEATS):
        start = time.perf_counter()
        draw(seed, draws)
        best = min(best, time.perf_counter() - start)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD.format(seed=seed, draws=draws)], check=True)  # noqa: S603  ourselves
    return {
        "draws": draws,
        "warm_s": round(float(best), 4),
        "cold_s": round(time.perf_counter() - start, 2),
        "lnmr_h": _told(found.lnmr_h),
        "l10r_h": _told(found.l10r_h),
        "p_max_mpa": _told(found.p_max_mpa),
        "clearance_um": _told(found.clearance_um),
        "shares": {name: asdict(share) for name, share in found.shares.items()},
    }


def _repeated(seed: int, draws: int) -> dict[str, float]:
    """The median life of 20 other seeds: its scatter is what its standard error must say."""
    found = [draw(seed, draws, 1, number).life_h for number in range(20)]
    medians = np.array([each.median for each in found])
    told = np.mean([each.standard_errors[1] for each in found])
    return {"median_deviation_h": float(medians.std(ddof=1)), "standard_error_h": float(told)}


def _told(band: Band | None) -> dict[str, Any] | None:
    if band is None:
        return None
    return {"p05": band.low, "p50": band.median, "p95": band.high, "standard_errors": list(band.standard_errors)}
