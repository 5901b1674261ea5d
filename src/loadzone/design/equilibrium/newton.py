"""Newton's method for the convex energy of a bearing: it can lose no element and find no wrong minimum.

Cholesky with a small shift (the Hessian is singular while elements hang in the air), a capped step, and a line search
that accepts a step along which the energy still falls at its end (for a convex function that proves the decrease), or
that lowers the energy enough.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Energy = Callable[[Array], tuple[float, Array, Array]]
"""Takes q to the elastic energy, its gradient and its Hessian."""


class Recipe(NamedTuple):
    """Numbers of the search.

    ``residual``: of the load, below the promised 1e-9 because moments are promised over D_pw/2 and solved over the
    race's radius; ``polish``: of that, above which one more step makes the digits the same whoever computes them;
    ``shift``: of the Hessian's diagonal over its trace, so that a ring which hangs on one ball can still
    move freely, and least trace over a reference stiffness; ``rounding``: relative change of the work below which the
    energy cannot tell; ``patience``: iterations after which the load is brought down from ``high`` times the floor of
    the load in factors of ``descent``, because a ring that leans over under a tiny load follows a valley that is wide
    under a large one; ``rough``: residual of the steps on that way.
    """

    residual: float = 0.4e-9
    polish: float = 1e-3
    shift: float = 1e-10
    armijo: float = 1e-4
    rounding: float = 1e-12
    iterations: int = 300
    halvings: int = 60
    patience: int = 60
    high: float = 1e4
    descent: float = 8.0
    rough: float = 1e-2


RECIPE = Recipe()


@dataclass(frozen=True)
class Minimum:
    """Where the search ended: q, Hessian there, greatest residual in N, iterations, whether the residual sufficed."""

    displacements_mm: Array
    hessian: Array
    residual_n: float
    iterations: int
    converged: bool


def minimise(
    elastic: Energy, forces_n: Array, start_mm: Array, cap_mm: float, floor_n: float, stiffness_n_mm: float
) -> Minimum:
    """The displacement at which elastic energy minus work of the forces is least.

    Parameters
    ----------
    elastic : convex energy of n unknowns in mm
    forces_n : (n,), moments over the same length as the rotations, N
    start_mm : (n,)
    cap_mm : longest step
    floor_n : load below which the residual is no longer relative
    stiffness_n_mm : reference of the shift, N/mm

    Source: design reference, section 4 (recipe, 720 000 cases without failure); the descent from a larger load is ours.
    """
    load = float(np.linalg.norm(forces_n))
    tolerance = RECIPE.residual * max(load, floor_n)
    found = _search(elastic, forces_n, start_mm, cap_mm, tolerance, stiffness_n_mm, RECIPE.patience)
    if found.converged:
        return found
    q, count, factor = found.displacements_mm, found.iterations, RECIPE.high * floor_n / max(load, floor_n * 1e-9)
    while factor > RECIPE.descent:
        rough = RECIPE.rough * load * factor
        found = _search(elastic, factor * forces_n, q, cap_mm, rough, stiffness_n_mm, RECIPE.patience)
        q, count, factor = found.displacements_mm, count + found.iterations, factor / RECIPE.descent
    found = _search(elastic, forces_n, q, cap_mm, tolerance, stiffness_n_mm, RECIPE.iterations)
    return replace(found, iterations=count + found.iterations)


def _search(
    elastic: Energy,
    forces_n: Array,
    start_mm: Array,
    cap_mm: float,
    tolerance_n: float,
    stiffness_n_mm: float,
    limit: int,
) -> Minimum:
    """Newton's method from a start, at most ``limit`` steps."""
    q, shift = np.array(start_mm, dtype=float), RECIPE.shift
    energy, gradient, hessian = elastic(q)
    energy, gradient = energy - float(forces_n @ q), gradient - forces_n
    residual, iterations, is_last = float(np.linalg.norm(gradient)), 0, False
    while residual > RECIPE.polish * tolerance_n and iterations < limit and not is_last:
        iterations += 1
        is_last = residual <= tolerance_n
        size = max(float(np.trace(hessian)), RECIPE.shift * stiffness_n_mm)
        direction, shift = _step(hessian, gradient, shift, size)
        step = direction * min(1.0, cap_mm / max(float(np.abs(direction).max()), 1e-300))
        slope = float(gradient @ step)
        for _ in range(RECIPE.halvings):
            new = q + step
            elastic_energy, elastic_gradient, elastic_hessian = elastic(new)
            new_energy, new_gradient = elastic_energy - float(forces_n @ new), elastic_gradient - forces_n
            if _is_accepted(new_energy - energy, elastic_energy - new_energy, float(new_gradient @ step), slope):
                break
            step, slope = step / 2.0, slope / 2.0
        new_residual = float(np.linalg.norm(new_gradient))
        if is_last and new_residual > residual:
            break
        q, energy, gradient, hessian, residual = new, new_energy, new_gradient, elastic_hessian, new_residual
    return Minimum(q, hessian, residual, iterations, residual <= tolerance_n)


def _step(hessian: Array, gradient: Array, shift: float, size_n_mm: float) -> tuple[Array, float]:
    """Newton step of the shifted Hessian and the shift for the next one."""
    while True:
        try:
            lower = np.linalg.cholesky(hessian + shift * size_n_mm * np.eye(len(gradient)))
        except np.linalg.LinAlgError:
            shift *= 10.0
            continue
        step = -np.linalg.solve(lower.T, np.linalg.solve(lower, gradient))
        return step, max(shift / 10.0, RECIPE.shift)


def _is_accepted(change: float, work: float, new_slope: float, slope: float) -> bool:
    """Whether a step may be taken; where the change drowns in the rounding of the work the shrinking slope decides."""
    if new_slope <= 0.0 or change <= RECIPE.armijo * slope:
        return True
    return abs(change) <= RECIPE.rounding * abs(work) and new_slope <= -0.9 * slope
