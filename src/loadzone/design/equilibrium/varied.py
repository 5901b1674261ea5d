"""Many bearings that differ in clearance and grooves, each under its own load, compiled: one case a draw."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import Hertz, compliance, pair_constant, point_pressure, race_curvature
from loadzone.design.equilibrium.ball import default_hertz, only_one_row
from loadzone.design.equilibrium.batch import LANES, five_columns, is_settled
from loadzone.design.equilibrium.batch_roller import refuse_any, tables
from loadzone.design.equilibrium.kernel import press_varied_balls, press_varied_rollers, solve_varied
from loadzone.design.equilibrium.newton import RECIPE
from loadzone.design.equilibrium.profiles import Profile, iso
from loadzone.design.equilibrium.roller import slice_rollers
from loadzone.design.equilibrium.roller_rows import LAMINAE, cap_mm, pressure
from loadzone.design.equilibrium.roller_rows import guess as guess_rollers
from loadzone.design.equilibrium.roller_rows import load_floor_n as roller_floor_n
from loadzone.design.equilibrium.roller_rows import reference_stiffness as roller_stiffness
from loadzone.design.equilibrium.roller_state import scaled_forces
from loadzone.design.equilibrium.rows import groove_centres, row
from loadzone.design.equilibrium.start import guess
from loadzone.design.equilibrium.state import load_floor_n
from loadzone.design.equilibrium.state import reference_stiffness as ball_stiffness
from loadzone.design.inside import BallInside, Mode, RollerInside

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Varied:
    """What the elements of n cases carry.

    ``mean_rotating_n``, ``mean_stationary_n``: (n, 1) means of the ball loads, (n, n_s) of the lamina loads, with the
    exponents of the reference life; ``pressure_constants`` (n,): of balls p_max/Q^(1/3) of the harder pressed race.
    """

    mean_rotating_n: Array
    mean_stationary_n: Array
    p_max_mpa: Array
    pressure_constants: Array
    converged: NDArray[np.bool_]
    iterations: NDArray[np.int64]


def solve_varied_balls(
    inside: BallInside,
    loads: Array,
    clearances_mm: Array,
    grooves_inner: Array,
    grooves_outer: Array,
    mode: Mode = "consistent",
    hertz: Hertz | None = None,
) -> Varied:
    """Equilibria of one row of balls whose clearance and groove radii change from case to case.

    Parameters
    ----------
    inside : what all cases share; its clearance and grooves only place the start of the search
    loads : (n, 5) Fx, Fy, Fz in N and Mx, My in N mm
    clearances_mm, grooves_inner, grooves_outer : (n,); the clearance counts at contact angle 0
    mode, hertz : as `loadzone.design.equilibrium.ball.solve`

    Raises
    ------
    OutOfScope, BadInput : as `loadzone.design.equilibrium.ball.solve`
    """
    only_one_row(inside)
    kind = hertz or default_hertz(mode)
    typical = row(inside, mode, kind)
    radial, axial, distance, race = groove_centres(inside, grooves_inner, grooves_outer, clearances_mm)
    steel = compliance(inside.races, inside.balls)
    size, gamma = inside.ball_diameter_mm, inside.gamma
    inner, outer = (
        race_curvature(size, gamma, grooves_inner, "inner"),
        race_curvature(size, gamma, grooves_outer, "outer"),
    )
    constants = pair_constant(inner, outer, steel, kind)
    pitch, scale = inside.pitch_diameter_mm / 2.0, typical.lever_mm
    lever = np.full_like(race, pitch) if mode == "pitch" else race
    moment_lever = race if mode == "consistent" else np.full_like(race, pitch)
    n, z = len(loads), inside.n_elements
    # a row that just touches has no excess, and rounding must not give it one
    excess = np.where(radial > distance, (radial - distance) * (radial + distance), 0.0)
    rows = np.zeros((n, 1, 8))
    for column, values in enumerate((radial, axial, excess, distance, constants, lever / scale)):
        rows[:, 0, column] = values
    rows[:, 0, 7] = z
    circle = np.zeros((3, 1, -(-z // LANES) * LANES))
    circle[:2, 0, :z] = typical.directions
    circle[2, 0, :z] = 1.0
    forces = np.array(five_columns(loads))
    forces[:, 3:] *= (lever / moment_lever / scale)[:, None]
    limits = np.array((load_floor_n((typical,)), ball_stiffness((typical,)), 2.0 * float(np.max(distance))))
    starts = guess(typical, np.nan_to_num(forces, posinf=0.0, neginf=0.0))
    starts[:, 2] += typical.axial_mm - axial
    away = np.hypot(starts[:, 0], starts[:, 1])
    reach = np.divide(typical.radial_mm - radial, away, out=np.zeros(n), where=away > 0.0)
    starts[:, :2] *= np.maximum(1.0 + reach, 0.0)[:, None]
    q, converged, iterations = _solved(forces, starts, rows, circle, np.empty((n, 0, 0, 2)), limits)
    deepest, sums = np.zeros((n, 1)), np.zeros((n, 1, 2))
    press_varied_balls(q, rows, circle, deepest, sums)
    deepest[np.isnan(q[:, 0])] = sums[np.isnan(q[:, 0])] = np.nan
    pressures = np.maximum(point_pressure(inner, steel), point_pressure(outer, steel))
    return Varied(
        constants[:, None] * np.cbrt(sums[..., 0] / z),
        constants[:, None] * (sums[..., 1] / z) ** 0.3,
        pressures * np.cbrt(constants * deepest[:, 0] ** 1.5),
        pressures,
        converged,
        iterations,
    )


def solve_varied_rollers(
    inside: RollerInside, loads: Array, clearances_mm: Array, *, laminae: int = LAMINAE, profile: Profile = iso
) -> Varied:
    """Equilibria of one row of rollers whose clearance changes from case to case; parameters as for balls.

    Raises
    ------
    OutOfScope, BadInput : as `loadzone.design.equilibrium.roller.solve`
    """
    row_of = (slice_rollers(inside, laminae, profile),)
    forces = np.ascontiguousarray(scaled_forces(row_of, five_columns(loads)))
    refuse_any(row_of, forces)
    table, circle, slices = tables(row_of)
    n, z, angle = len(loads), inside.n_elements, math.radians(inside.contact_angle_deg)
    varied = np.repeat(slices[None], n, axis=0)
    varied[..., 1] += ((clearances_mm - inside.clearance_mm) / 2.0 * math.cos(angle))[:, None, None]
    rows = np.repeat(table[None], n, axis=0)
    rows[..., 3] = varied[..., 1].min(axis=2)
    limits = np.array((roller_floor_n(inside), roller_stiffness(row_of), cap_mm(row_of)))
    starts = guess_rollers(row_of, np.nan_to_num(forces, posinf=0.0, neginf=0.0))
    q, converged, iterations = _solved(forces, starts, rows, circle, varied, limits)
    greatest, sums = np.zeros((n, 1, 2)), np.zeros((n, 1, laminae, 2))
    press_varied_rollers(q, rows, circle, varied, greatest, sums)
    greatest, sums = greatest[:, 0], sums[:, 0]
    greatest[np.isnan(q[:, 0])] = sums[np.isnan(q[:, 0])] = np.nan
    pressures = np.maximum(*(pressure(inside, laminae, greatest[:, 1], ring) for ring in ("inner", "outer")))
    return Varied(
        (sums[..., 0] / z) ** 0.25,
        (sums[..., 1] / z) ** (2.0 / 9.0),
        pressures,
        np.ones(n),
        converged,
        iterations,
    )


def _solved(
    forces: Array, starts: Array, rows: Array, circle: Array, laminae: Array, limits: Array
) -> tuple[Array, NDArray[np.bool_], NDArray[np.int64]]:
    """The equilibria q (n, 5), NaN where a load is not finite; whether each was found, and its iterations."""
    n = len(forces)
    q, iterations, residuals = np.zeros((n, 5)), np.zeros(n, dtype=np.int64), np.zeros(n)
    solve_varied(forces, starts, rows, circle, laminae, limits, RECIPE, q, iterations, residuals)
    return q, is_settled(forces, residuals, float(limits[0])), iterations
