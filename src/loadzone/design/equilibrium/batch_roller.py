"""Many loads on rows of rollers, compiled: arrays of equilibria out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.batch import five_columns, is_settled, solve
from loadzone.design.equilibrium.kernel import press_rollers
from loadzone.design.equilibrium.roller_rows import (
    Laminae,
    cap_mm,
    guess,
    load_floor_n,
    pressure,
    reference_stiffness,
    refuse_impossible,
)
from loadzone.design.equilibrium.roller_state import RINGS, scaled_forces

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RollerBatch:
    """Equilibria of n loads on rows of rollers; the axis of the rows is left out where there is one alone.

    ``displacements`` (n, 5) mm and rad; ``q_max_n`` (n, rows) greatest roller load; ``mean_rotating_n``,
    ``mean_stationary_n`` (n, rows, n_s) means of the lamina loads with exponents 4 and 4.5; ``p_max_inner_mpa``,
    ``p_max_outer_mpa`` (n,); ``lamina_loads_n`` (n, rows, Z, n_s) or None; ``converged``, ``iterations``,
    ``residuals_n`` (n,).
    """

    rows: tuple[Laminae, ...]
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


def solve_laminae(
    rows: Sequence[Laminae], loads: Array, *, is_history: bool = False, is_quiet: bool = False
) -> RollerBatch:
    """Equilibria of rows with one R under loads (n, 5); see `roller_sets.solve_set_batch`."""
    forces = np.ascontiguousarray(scaled_forces(rows, five_columns(loads)))
    refuse_any(rows, forces)
    table, circle, slices = tables(rows)
    floor = load_floor_n(*(each.inside for each in rows))
    limits = np.array((floor, reference_stiffness(rows), cap_mm(rows)))
    starts = guess(rows, np.nan_to_num(forces[:1] if is_history else forces, posinf=0.0, neginf=0.0))
    q, iterations, residuals = solve(forces, starts, table, circle, slices, limits, is_history=is_history)
    count, shape = len(forces), slices.shape[:2]
    greatest, sums = np.zeros((count, len(rows), 2)), np.zeros((count, *shape, 2))
    lamina_loads = np.zeros((0 if is_quiet else count, len(rows), circle.shape[2], shape[1]))
    press_rollers(q, table, circle, slices, greatest, sums, lamina_loads)
    for each in (greatest, sums, lamina_loads):
        each[np.isnan(q[: len(each), 0])] = np.nan
    elements = table[:, 6, None]
    pressures = [
        np.max([pressure(one.inside, shape[1], greatest[:, k, 1], ring) for k, one in enumerate(rows)], axis=0)
        for ring in RINGS
    ]
    alone = 0 if len(rows) == 1 else slice(None)
    scale = rows[0].scale_mm
    return RollerBatch(
        tuple(rows),
        q / np.array((1.0, 1.0, 1.0, scale, scale)),
        greatest[:, alone, 0],
        ((sums[..., 0] / elements) ** 0.25)[:, alone],
        ((sums[..., 1] / elements) ** (2.0 / 9.0))[:, alone],
        pressures[0],
        pressures[1],
        None if is_quiet else lamina_loads[:, alone],
        is_settled(forces, residuals, floor),
        iterations,
        residuals,
    )


def tables(rows: Sequence[Laminae]) -> tuple[Array, Array, Array]:
    """Row table, circle and laminae of the kernel."""
    table = np.array(
        [
            (
                each.constant,
                *each.slant,
                each.gaps_mm.min(),
                each.levers.min(),
                each.levers.max(),
                each.inside.n_elements,
                0.0,
            )
            for each in rows
        ]
    )
    circle = np.zeros((3, len(rows), max(each.inside.n_elements for each in rows)))
    for index, each in enumerate(rows):
        circle[:2, index, : each.inside.n_elements] = each.azimuths
        circle[2, index, : each.inside.n_elements] = 1.0
    slices = np.ascontiguousarray([np.stack((each.levers, each.gaps_mm), axis=1) for each in rows])
    return table, circle, slices


def refuse_any(rows: Sequence[Laminae], forces: Array) -> None:
    """Refuse the batch where one of its finite loads is impossible; each axis at its extremes tells."""
    known = forces[np.isfinite(forces).all(axis=1)]
    if not len(known):
        return
    across, turned = (known[np.hypot(known[:, k], known[:, k + 1]).argmax()] for k in (0, 3))
    for extreme in (known[known[:, 2].argmin()], known[known[:, 2].argmax()], across, turned):
        refuse_impossible(rows, extreme)
