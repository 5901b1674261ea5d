"""Many loads on one row of rollers, compiled: arrays of equilibria out."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.batch import five_columns, is_settled, solve
from loadzone.design.equilibrium.kernel import press_rollers
from loadzone.design.equilibrium.roller import (
    Laminae,
    cap_mm,
    guess,
    load_floor_n,
    pressure,
    reference_stiffness,
    refuse_impossible,
    scaled_forces,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RollerBatch:
    """Equilibria of n loads on one row of rollers.

    ``displacements`` (n, 5) mm and rad; ``q_max_n`` (n,) greatest roller load; ``mean_rotating_n``,
    ``mean_stationary_n`` (n, n_s) means of the lamina loads with exponents 4 and 4.5; ``p_max_inner_mpa``,
    ``p_max_outer_mpa`` (n,); ``lamina_loads_n`` (n, Z, n_s) or None; ``converged``, ``iterations``, ``residuals_n``.
    """

    laminae: Laminae
    displacements: Array
    q_max_n: Array
    mean_rotating_n: Array
    mean_stationary_n: Array
    p_max_inner_mpa: Array
    p_max_outer_mpa: Array
    lamina_loads_n: Array | None
    converged: NDArray[np.bool_]
    iterations: NDArray[np.int64]
    residuals_n: Array


def solve_laminae(sliced: Laminae, loads: Array, *, is_history: bool = False, is_quiet: bool = False) -> RollerBatch:
    """Equilibria under loads (n, 5); see `loadzone.design.equilibrium.roller.solve_batch`."""
    forces = np.ascontiguousarray(scaled_forces(sliced.inside, five_columns(loads)))
    axial = forces[:, 2][np.isfinite(forces).all(axis=1)]
    for extreme in (axial.min(), axial.max()) if axial.size else ():
        refuse_impossible(sliced.inside, float(extreme))
    count, laminae, n = len(forces), len(sliced.gaps_mm), sliced.inside.n_elements
    angle = math.radians(sliced.inside.contact_angle_deg)
    azimuths = 2.0 * np.pi * np.arange(n) / n
    least, greatest_lever = sliced.gaps_mm.min(), np.abs(sliced.levers).max()
    rows = np.array([[sliced.constant, math.cos(angle), math.sin(angle), least, greatest_lever, 0.0, 0.0, 0.0]])
    circle = np.array((np.cos(azimuths), np.sin(azimuths), np.ones(n)))[:, None]
    slices = np.ascontiguousarray(np.stack((sliced.levers, sliced.gaps_mm), axis=1))
    floor = load_floor_n(sliced.inside)
    limits = np.array((floor, reference_stiffness(sliced), cap_mm(sliced)))
    starts = guess(sliced, np.nan_to_num(forces[:1] if is_history else forces, posinf=0.0, neginf=0.0))
    q, iterations, residuals = solve(forces, starts, rows, circle, slices, limits, is_history=is_history)
    greatest, sums = np.zeros((count, 2)), np.zeros((count, laminae, 2))
    lamina_loads = np.zeros((0 if is_quiet else count, n, laminae))
    press_rollers(q, rows, circle, slices, greatest, sums, lamina_loads)
    for each in (greatest, sums, lamina_loads):
        each[np.isnan(q[: len(each), 0])] = np.nan
    return RollerBatch(
        sliced,
        q / np.array((1.0, 1.0, 1.0, sliced.scale_mm, sliced.scale_mm)),
        greatest[:, 0],
        (sums[..., 0] / n) ** 0.25,
        (sums[..., 1] / n) ** (2.0 / 9.0),
        pressure(sliced.inside, laminae, greatest[:, 1], "inner"),
        pressure(sliced.inside, laminae, greatest[:, 1], "outer"),
        None if is_quiet else lamina_loads,
        is_settled(forces, residuals, floor),
        iterations,
        residuals,
    )
