"""How many equilibria are found and how fast: random loads on several bearings, cold and along histories."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.bench.histories import histories, main_bearing
from loadzone.bench.runner import DEFAULT_SEED, Progress, Result, made_by, stream
from loadzone.design.equilibrium import ball, roller, sets
from loadzone.design.equilibrium.batch import BatchEquilibrium
from loadzone.design.equilibrium.batch_roller import RollerBatch
from loadzone.design.equilibrium.roller_rows import load_floor_n as load_floor_of_rollers
from loadzone.design.equilibrium.rows import Row, elastic, row
from loadzone.design.equilibrium.state import load_floor_n
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.reference_life import ball_lives

Array = NDArray[np.float64]

CONVERGENCE_CASES = 1_000_000
RATE_CASES = 100_000
PEER_CASES = 200
REPEATS = 3
CLEARANCES_MM = (0.0, 0.01, 0.04)
CLASSES = ("radial", "axial", "moment", "all")
C_N = 14_000.0
ROLLER_C_N = 28_600.0
ROLLERS = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02)
SLEWING = BallInside(120, 40.0, 2000.0, 45.0, 0.525, 0.525)
SLEWING_C_N = 800_000.0
ROLLER_SHARES = (1.0, 1.0, 0.0, 0.1, 0.1)
"""Of the loads: without the axial force that the ribs would carry, and a tenth of the moments."""
LEVER_SHARE = 1.1
"""The race's radius over D_pw/2 at most: a residual's moments are promised over the shorter one."""


def run(
    *,
    seed: int = DEFAULT_SEED,
    trials: int = CONVERGENCE_CASES,
    progress: Progress | None = None,
    made_on: str | None = None,
) -> Result:
    """Solve random loads and count what converged; time cold solves, solves with life, histories, and scipy.

    Parameters
    ----------
    seed : of the loads
    trials : random cases in all, over the bearings of `_bearings`; the rates take at most 100,000 a class
    progress : called after each part
    made_on : see `loadzone.bench.runner`

    Returns
    -------
    convergence: bearing -> cases, converged, worst_residual (forces, and moments over D_pw/2, over max(|F|, 1e-6 C_0)),
    iterations_mean, iterations_max; solves_per_s: cold rates by clearance and class, pooled, with life and stress, warm
    history, rollers of 30 laminae, slewing ring pooled and by class; histories: see `loadzone.bench.histories`; peer:
    scipy.optimize.root from the usual start
    """
    parts: list[tuple[str, Callable[[], Any]]] = [
        ("convergence", lambda: _convergence(seed, trials)),
        ("solves_per_s", lambda: _rates(seed, min(trials, RATE_CASES))),
        ("histories", lambda: histories(seed, trials)),
        ("peer", lambda: _peer(seed, min(trials, PEER_CASES))),
    ]
    result: Result = {}
    for done, (name, part) in enumerate(parts, start=1):
        result[name] = part()
        if progress:
            progress(done, len(parts))
    return result | {"made_by": made_by("loadzone bench solves", seed=seed, trials=trials, made_on=made_on)}


def deep_groove(clearance_mm: float) -> BallInside:
    """The bearing of the rates: Z = 9."""
    return BallInside(9, 7.938, 38.5, 0.0, 0.515, 0.525, clearance_mm=clearance_mm)


def loads_of(kind: str, rng: np.random.Generator, count: int, c_n: float, arm_mm: float, decades: float = 3.0) -> Array:
    """Loads (n, 5) of a class (``radial``, ``axial``, ``moment``, ``all``) up to half of C, directions random."""

    def size() -> Array:
        return c_n * 10.0 ** rng.uniform(-decades, np.log10(0.5), count)

    loads = np.zeros((count, 5))
    if kind in {"radial", "all"}:
        azimuth, force = rng.uniform(0.0, 2.0 * np.pi, count), size()
        loads[:, 0], loads[:, 1] = force * np.cos(azimuth), force * np.sin(azimuth)
    if kind in {"axial", "all"}:
        loads[:, 2] = size() * rng.choice((-1.0, 1.0), count)
    if kind in {"moment", "all"}:
        azimuth, moment = rng.uniform(0.0, 2.0 * np.pi, count), size() * arm_mm
        loads[:, 3], loads[:, 4] = moment * np.cos(azimuth), moment * np.sin(azimuth)
    return loads


@dataclass(frozen=True)
class _Subject:
    """A bearing of the convergence count.

    ``share`` of the trials, C, D_pw/2, floor of the load, solver of a table, what is ``carried`` of each load.
    """

    share: float
    c_n: float
    arm_mm: float
    floor_n: float
    solve: Callable[[Array], BatchEquilibrium | RollerBatch]
    carried: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0)


def _bearings() -> dict[str, _Subject]:
    """What is examined; the floors are 1e-6 C_0, rounded down."""

    def single(share: float, c_n: float, inside: BallInside) -> _Subject:
        solve = partial(ball.solve_batch, inside, is_quiet=True)
        return _Subject(share, c_n, inside.pitch_diameter_mm / 2.0, load_floor_n([row(inside)]), solve)

    main = main_bearing()
    spindle = BallInside(25, 6.35, 61.0, 25.0, 0.524, 0.524)
    pair = sets.pair(spindle, "back_to_back", 12.0, 160.0)
    names = {f"deep groove Z=9 clearance {each * 1e3:g} um": each for each in CLEARANCES_MM}
    return {name: single(0.2, C_N, deep_groove(each)) for name, each in names.items()} | {
        "angular contact 40 deg Z=16": single(0.2, 160e3, BallInside(16, 22.23, 125.3, 40.0, 0.5232, 0.5232)),
        "preloaded pair 25 deg 2 x 25": _Subject(
            0.1,
            15e3,
            30.5,
            load_floor_n([row(spindle)] * 2),
            partial(sets.solve_set_batch, pair, is_quiet=True),
        ),
        "slewing ring 45 deg Z=120": single(0.02, SLEWING_C_N, SLEWING),
        "cylindrical roller Z=13, 30 laminae": _Subject(
            0.06,
            ROLLER_C_N,
            19.5,
            load_floor_of_rollers(ROLLERS),
            partial(roller.solve_batch, ROLLERS, is_quiet=True),
            ROLLER_SHARES,
        ),
        "double-row tapered roller 2 x 52, 30 laminae": _Subject(
            0.02,
            main.bearing.c_n,
            main.rows.inside.pitch_diameter_mm / 2.0,
            load_floor_of_rollers(*(each.inside for each in main.rows.rollers)),
            partial(main.rows.solve_batch, is_quiet=True),
        ),
    }


def _convergence(seed: int, trials: int) -> dict[str, dict[str, float]]:
    """Loads of all classes over eight decades, near zero included."""
    figures: dict[str, dict[str, float]] = {}
    for index, (name, subject) in enumerate(_bearings().items()):
        rng = stream(seed, 0, index)
        count = max(int(subject.share * trials) // len(CLASSES), 1)
        loads = np.concatenate([loads_of(kind, rng, count, subject.c_n, subject.arm_mm, 8.0) for kind in CLASSES])
        loads *= subject.carried
        found = subject.solve(loads)
        size = np.linalg.norm(loads / (1.0, 1.0, 1.0, subject.arm_mm, subject.arm_mm), axis=1)
        residuals = LEVER_SHARE * found.residuals_n / np.maximum(size, subject.floor_n)
        figures[name] = {
            "cases": len(loads),
            "converged": int(found.converged.sum()),
            "worst_residual": float(residuals.max()),
            "iterations_mean": round(float(found.iterations.mean()), 2),
            "iterations_max": int(found.iterations.max()),
        }
    told = list(figures.values())
    return figures | {
        "together": {
            "cases": sum(each["cases"] for each in told),
            "converged": sum(each["converged"] for each in told),
            "worst_residual": max(each["worst_residual"] for each in told),
        }
    }


def _rates(seed: int, count: int) -> dict[str, Any]:
    cold, pooled_s, lived_s = {}, 0.0, 0.0
    for index, clearance in enumerate(CLEARANCES_MM):
        inside = deep_groove(clearance)
        ball.solve_batch(inside, np.zeros((1, 5)), is_quiet=True)
        for number, kind in enumerate(CLASSES):
            loads = loads_of(kind, stream(seed, 1, index, number), count, C_N, 19.25)
            seconds = _best_s(lambda: ball.solve_batch(inside, loads, is_quiet=True))  # noqa: B023  called at once
            lived_s += _best_s(lambda: _lives(inside, loads))  # noqa: B023  called at once
            pooled_s += seconds
            cold[f"clearance {clearance * 1e3:g} um, {kind}"] = round(count / seconds)
    cases = len(CLEARANCES_MM) * len(CLASSES) * count
    walk = stream(seed, 2).normal(size=(count, 5)) * (10.0, 10.0, 5.0, 100.0, 100.0)
    history = np.cumsum(walk, axis=0) % (3000.0, 3000.0, 2000.0, 9000.0, 9000.0)
    few = max(count // 10, 1)
    rolling = loads_of("radial", stream(seed, 3), few, ROLLER_C_N, 19.5)
    rolling[:, 3:] = loads_of("moment", stream(seed, 4), few, ROLLER_C_N, 2.0)[:, 3:]
    slewing = {kind: loads_of(kind, stream(seed, 5), few, SLEWING_C_N, 1000.0) for kind in CLASSES}
    slewing_s = {kind: _best_s(lambda: ball.solve_batch(SLEWING, slewing[kind], is_quiet=True)) for kind in CLASSES}  # noqa: B023  called at once
    roller.solve_batch(ROLLERS, rolling[:1], is_quiet=True)
    warm_s = _best_s(lambda: ball.solve_batch(deep_groove(0.01), history, is_history=True, is_quiet=True))
    return {
        "cold": cold,
        "cold_pooled": round(cases / pooled_s),
        "cold_pooled_with_life_and_stress": round(cases / lived_s),
        "warm_history": round(count / warm_s),
        "roller_30_laminae": round(few / _best_s(lambda: roller.solve_batch(ROLLERS, rolling, is_quiet=True))),
        "slewing_z120": round(few * len(CLASSES) / sum(slewing_s.values())),
        "slewing_z120_by_class": {kind: round(few / seconds) for kind, seconds in slewing_s.items()},
    }


def _lives(inside: BallInside, loads: Array) -> Array:
    found = ball.solve_batch(inside, loads, is_quiet=True)
    return ball_lives(found.rows, found.mean_rotating_n, found.mean_stationary_n, C_N)


def _best_s(task: Callable[[], object]) -> float:
    """Least processor time of a few runs, s: what else the machine does only adds."""
    best = np.inf
    for _ in range(REPEATS):
        start = time.process_time()
        task()
        best = min(best, time.process_time() - start)
    return max(float(best), 1e-9)


def _peer(seed: int, count: int) -> dict[str, Any]:
    """`scipy.optimize.root` (hybr) on our residual, one call a case, from 0.01 mm, without Jacobian."""
    from scipy.optimize import root  # only this peer needs it

    one = row(deep_groove(0.01))
    units = np.array((1.0, 1.0, 1.0, one.lever_mm, one.lever_mm))
    figures, spent_s = {}, 0.0
    for number, kind in enumerate(CLASSES):
        forces = loads_of(kind, stream(seed, 6, number), max(count // len(CLASSES), 1), C_N, 19.25) / units
        start, converged = time.process_time(), 0
        for force in forces:
            answer = root(partial(_residual, force, one), np.full(5, 0.01))
            converged += int(np.linalg.norm(answer.fun) < 1e-6 * np.linalg.norm(force))
        seconds = max(time.process_time() - start, 1e-9)
        spent_s += seconds
        figures[kind] = {"solves_per_s": round(len(forces) / seconds), "converged": converged, "cases": len(forces)}
    cases = sum(each["cases"] for each in figures.values())
    return {
        "task": "scipy.optimize.root, hybr, start 0.01 mm, residual < 1e-6 |F|",
        "classes": figures,
        "solves_per_s": round(cases / spent_s),
        "converged_share": sum(each["converged"] for each in figures.values()) / cases,
    }


def _residual(force_n: Array, one: Row, q: Array) -> Array:
    return elastic((one,), q, one.lever_mm)[1] - force_n
