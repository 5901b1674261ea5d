"""Analytic gradients against central differences of the same rating, over random cases: how many, how far off."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.bench.runner import stream
from loadzone.design.capability import capability
from loadzone.design.duty import Conditions, evaluate, modification_at
from loadzone.design.gradients import Gradients, gradients
from loadzone.design.inside import BallInside, Load, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import Case, load_distribution
from loadzone.design.rating import Grooves
from loadzone.design.tangents import LOADS

Array = NDArray[np.float64]

STEPS = (4e-5, 1e-5, 2.5e-6, 6e-7)
"""Of an input's size: the differences of two neighbours that agree best are taken, whatever the derivative says; where
an element is about to part or to touch only short steps stay on one side."""
CLEARANCE_SIZE_MM = 0.02
LEAST_SLOPE = 1e-3
"""Elasticity below which an error counts against this: differences cannot tell such a slope to five digits."""
PROMISED = 1e-5
AGREED = 1e-7
"""Relative difference of two steps at which no shorter one is tried."""
WEIGHTS = np.array((1.0, -8.0, 8.0, -1.0)) / 12.0
FILM = Conditions(2000.0, oil_from_option("68"), 70.0, cleanliness_from_option("grease:normal"))


def sweep(seed: int, count: int) -> dict[str, dict[str, Any]]:
    """Count random cases of several bearings and the worst relative error of any slope.

    Returns
    -------
    bearing -> cases, excluded (an element within 1e-4 of lift-off; a ring that nothing holds), compared, within 1e-5,
    worst_relative_error of L_10r, L_nmr and p_max
    """
    return {name: _counted(name, seed, index, count) for index, name in enumerate(BEARINGS)}


def worst_errors(case: Case, grooves: Grooves = "standard") -> dict[str, float]:
    """The greatest relative error of the slopes of ``l10r``, ``lnmr`` and ``p_max`` of one case, over its inputs.

    Each slope is taken over the size of its input (loads: of the whole load), so that errors compare. Where several
    elements share the greatest load the pressure has a kink and is left out.
    """
    here = gradients(case, grooves)
    worst = {"l10r": 0.0, "lnmr": 0.0, "p_max": 0.0}
    is_tied = any(each.code == "pressure_tie" for each in here.notices)
    for name in here.l10r:
        size = _size(case, name)
        wanted = _differences(case, name, size, grooves)
        for key, found, difference in zip(worst, _slopes(here, name, size), wanted, strict=True):
            if not (key == "p_max" and is_tied):
                worst[key] = max(worst[key], float(abs(found - difference) / max(abs(difference), LEAST_SLOPE)))
    return worst


def _differences(case: Case, name: str, size: float, grooves: Grooves) -> Array:
    """Slopes of ln L_10r, ln L_nmr and ln p_max over the size of an input, by central differences of the rating."""
    tried: list[Array] = []
    gap = np.inf
    for step in STEPS:
        around = [_logarithms(_moved(case, name, k * step * size), grooves) for k in (-2, -1, 1, 2)]
        tried.append(WEIGHTS @ np.array(around) / step)
        if len(tried) == 1:
            continue
        new_gap = float((np.abs(tried[-1] - tried[-2]) / np.maximum(np.abs(tried[-1]), LEAST_SLOPE)).max())
        if new_gap < gap:
            gap, best = new_gap, tried[-2]
        if gap < AGREED:
            break
    return best


def _counted(name: str, seed: int, index: int, count: int) -> dict[str, Any]:
    excluded, errors = {"near_lift_off": 0, "free_movement": 0}, []
    for number in range(count):
        case = BEARINGS[name](stream(seed, 7, index, number))
        found = {each.code for each in gradients(case).notices}
        for key in excluded.keys() & found:
            excluded[key] += 1
        if not excluded.keys() & found:
            errors.append(worst_errors(case))
    worst = {key: max((each[key] for each in errors), default=0.0) for key in ("l10r", "lnmr", "p_max")}
    within = sum(int(max(each.values()) <= PROMISED) for each in errors)
    return {
        "cases": count,
        "excluded": excluded,
        "compared": len(errors),
        "within_1e-5": within,
        "worst_relative_error": worst,
    }


def _size(case: Case, name: str) -> float:
    whole = math.hypot(case.load.fx_n, case.load.fy_n, case.load.fz_n)
    if name in LOADS:
        return whole * (case.inside.pitch_diameter_mm / 2.0 if name.endswith("nmm") else 1.0)
    return CLEARANCE_SIZE_MM if name == "clearance_mm" else float(getattr(case.inside, name))


def _moved(case: Case, name: str, shift: float) -> Case:
    if name in LOADS:
        return replace(case, load=replace(case.load, **{name: getattr(case.load, name) + shift}))
    return replace(case, inside=replace(case.inside, **{name: getattr(case.inside, name) + shift}))


def _logarithms(case: Case, grooves: Grooves) -> tuple[float, float, float]:
    """Of L_10r, L_nmr (1 where there is none) and p_max, the way a rating computes them."""
    bearing = capability(case.inside, case.type_key, case.maker, grooves, are_grooves_known=case.are_grooves_known)
    spread = load_distribution(case.inside, case.load, bearing, case.mode)
    if spread.l10r_mrev is None or spread.p_ref_n is None or spread.p_max_mpa is None:
        return math.nan, math.nan, math.nan
    duty = evaluate(bearing, math.hypot(case.load.fx_n, case.load.fy_n), abs(case.load.fz_n), case.conditions)
    factor = modification_at(bearing, duty, spread.p_ref_n, case.conditions)
    life = math.log(spread.l10r_mrev)
    return life, 0.0 if factor is None else life + math.log(float(factor)), math.log(spread.p_max_mpa)


def _slopes(found: Gradients, name: str, size: float) -> tuple[float, float, float]:
    modified = found.lnmr[name].derivative if found.lnmr is not None else 0.0
    pressure = found.p_max[name].derivative / found.p_max_mpa
    return size * found.l10r[name].derivative, size * modified, size * pressure


def _load(rng: np.random.Generator, size_n: float, arm_mm: float, shares: Mapping[str, float]) -> Load:
    """A random load of three decades; each component is absent in a third of the cases, never all forces."""
    kept = rng.random(5) < 2.0 / 3.0
    kept[int(rng.integers(2))] = True
    values = size_n * 10.0 ** rng.uniform(-2.0, 0.0) * rng.uniform(-1.0, 1.0, 5) * kept
    arms = (1.0, 1.0, 1.0, arm_mm, arm_mm)
    return Load(
        *(float(each * arm * shares.get(name, 1.0)) for name, each, arm in zip(LOADS, values, arms, strict=True))
    )


def _deep(rng: np.random.Generator) -> Case:
    inside = BallInside(
        9,
        7.938,
        38.5,
        0.0,
        float(rng.uniform(0.51, 0.519)),
        float(rng.uniform(0.51, 0.529)),
        clearance_mm=float(rng.uniform(-0.01, 0.04)),
    )
    return Case(inside, "deep_groove_ball", _load(rng, 5e3, 19.25, {}), FILM)


def _angular(rng: np.random.Generator) -> Case:
    angle = float(rng.uniform(15.0, 40.0))
    inside = BallInside(16, 22.23, 125.3, angle, float(rng.uniform(0.521, 0.53)), 0.5332)
    load = _load(rng, 5e4, 62.65, {"mx_nmm": 0.2, "my_nmm": 0.2})
    thrust = abs(load.fz_n) + math.hypot(load.fx_n, load.fy_n)
    return Case(inside, "angular_contact_ball", replace(load, fz_n=thrust), FILM)


def _rollers(rng: np.random.Generator) -> Case:
    inside = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=float(rng.uniform(-0.005, 0.04)))
    return Case(
        inside, "cylindrical_roller", _load(rng, 8e3, 19.5, {"fz_n": 0.0, "mx_nmm": 0.05, "my_nmm": 0.05}), FILM
    )


BEARINGS = {
    "deep groove Z=9, clearance -10 to 40 um": _deep,
    "angular contact 15 to 40 deg Z=16": _angular,
    "cylindrical roller Z=13, 30 laminae": _rollers,
}
