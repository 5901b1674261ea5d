"""Many loads on one bearing, compiled: tables in, arrays of equilibria out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import Ring, pressure_constant
from loadzone.design.equilibrium.kernel import press_balls, solve_many
from loadzone.design.equilibrium.newton import RECIPE
from loadzone.design.equilibrium.rows import Row
from loadzone.design.equilibrium.start import guess
from loadzone.design.equilibrium.state import load_floor_n, reference_stiffness
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
RINGS: tuple[Ring, Ring] = ("inner", "outer")
LANES = 4
"""Balls are padded to whole vector registers with balls of no weight."""


@dataclass(frozen=True)
class BatchEquilibrium:
    """Equilibria of n loads on one set of rows.

    ``displacements`` (n, 5) mm and rad; ``q_max_n`` (n, rows) greatest ball load; ``mean_rotating_n``,
    ``mean_stationary_n`` (n, rows) cube mean and 10/3 mean of the ball loads; ``p_max_inner_mpa``, ``p_max_outer_mpa``
    (n,); ``loads_n`` (n, rows, Z) or None; ``converged``, ``iterations``, ``residuals_n`` (n,).
    """

    rows: tuple[Row, ...]
    displacements: Array
    q_max_n: Array
    mean_rotating_n: Array
    mean_stationary_n: Array
    p_max_inner_mpa: Array
    p_max_outer_mpa: Array
    loads_n: Array | None
    converged: NDArray[np.bool_]
    iterations: NDArray[np.int64]
    residuals_n: Array


def solve_rows(
    rows: Sequence[Row],
    loads: Array,
    scale_mm: float,
    *,
    is_history: bool = False,
    is_quiet: bool = False,
) -> BatchEquilibrium:
    """Equilibria of rows that share rigid rings under loads (n, 5); see `loadzone.design.equilibrium.ball.solve_batch`.

    Raises
    ------
    BadInput : the loads have no five columns
    """
    table, circle = _tables(rows, scale_mm)
    turn = rows[0].moment_ratio / scale_mm
    forces = np.ascontiguousarray(five_columns(loads) * np.array((1.0, 1.0, 1.0, turn, turn)))
    floor = load_floor_n(rows)
    limits = np.array((floor, reference_stiffness(rows), 2.0 * table[:, 3].max()))
    first = np.nan_to_num(forces[:1] if is_history else forces, posinf=0.0, neginf=0.0)
    starts = guess(rows[0], first) if len(rows) == 1 else np.zeros((1, 5))
    q, iterations, residuals = solve(forces, starts, table, circle, np.empty((0, 0, 2)), limits, is_history=is_history)
    deepest, sums = np.zeros((len(q), len(rows))), np.zeros((len(q), len(rows), 2))
    pressed = np.zeros((0 if is_quiet else len(q), *circle.shape[1:]))
    press_balls(q, table, circle, deepest, sums, pressed)
    deepest[np.isnan(q[:, 0])] = np.nan
    sums[np.isnan(q[:, 0])] = np.nan
    constants = table[:, 4]
    balls = table[:, 7]
    q_max = constants * deepest**1.5
    root = np.cbrt(q_max)
    pressures = [(root * [pressure_constant(each.inside, ring) for each in rows]).max(axis=1) for ring in RINGS]
    most = int(balls.max())
    return BatchEquilibrium(
        tuple(rows),
        q / np.array((1.0, 1.0, 1.0, scale_mm, scale_mm)),
        q_max,
        constants * np.cbrt(sums[..., 0] / balls),
        constants * (sums[..., 1] / balls) ** 0.3,
        pressures[0],
        pressures[1],
        None if is_quiet else constants[:, None] * pressed[..., :most] ** 1.5,
        is_settled(forces, residuals, floor),
        iterations,
        residuals,
    )


def five_columns(loads: Array) -> Array:
    """The loads, refused unless they are (n, 5)."""
    if loads.ndim != 2 or loads.shape[1] != 5:
        raise BadInput(
            text(
                "loads of shape {shape}: a batch takes five columns, Fx, Fy, Fz in N and Mx, My in N mm",
                shape=loads.shape,
            )
        )
    return loads


def solve(
    forces: Array,
    starts: Array,
    rows: Array,
    circle: Array,
    laminae: Array,
    limits: Array,
    *,
    is_history: bool,
) -> tuple[Array, NDArray[np.int64], Array]:
    """Displacements (n, 5) in mm, iterations and residuals of the tables of `loadzone.design.equilibrium.kernel`."""
    q, iterations, residuals = np.zeros_like(forces), np.zeros(len(forces), dtype=np.int64), np.zeros(len(forces))
    solve_many(forces, starts, rows, circle, laminae, limits, RECIPE, is_history, q, iterations, residuals)
    return q, iterations, residuals


def is_settled(forces: Array, residuals: Array, floor_n: float) -> NDArray[np.bool_]:
    """Whether each residual suffices."""
    settled: NDArray[np.bool_] = residuals <= RECIPE.residual * np.maximum(np.linalg.norm(forces, axis=1), floor_n)
    return settled


def _tables(rows: Sequence[Row], scale_mm: float) -> tuple[Array, Array]:
    """Row table and circle of the kernel."""
    most = max(each.n_elements for each in rows)
    width = -(-most // LANES) * LANES
    table = np.array(
        [
            (
                each.radial_mm,
                each.axial_mm,
                each.excess_mm2,
                each.distance_mm,
                each.constant,
                each.lever_mm / scale_mm,
                each.position_mm / scale_mm,
                each.n_elements,
            )
            for each in rows
        ]
    )
    padded = np.zeros((3, len(rows), width))
    for index, each in enumerate(rows):
        padded[:2, index, : each.n_elements] = each.directions
        padded[2, index, : each.n_elements] = 1.0
    return table, padded
