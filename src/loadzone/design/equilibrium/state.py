"""What an equilibrium says: displacements, element loads, pressures, stiffness, and how each number is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import Hertz, pressure_constant
from loadzone.design.equilibrium.limits import search_limits
from loadzone.design.equilibrium.newton import Minimum, minimise
from loadzone.design.equilibrium.rows import Row, elastic, row_state
from loadzone.design.inside import Load, Mode
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]

STATIC_FACTOR_MPA = 12.0
"""About f_0 of ISO 76 for the floor of the residual alone: loads below 1e-6 C_0 are solved to 1e-15 C_0."""
LEANING_SHARE = 0.1
"""Of the nominal contact angle: a loaded ball below it means that the ring leans over."""


@dataclass(frozen=True)
class Equilibrium:
    """Rest position of the inner ring under a load, and what the balls carry there.

    ``displacements``: (5,) dx, dy, dz in mm and thx, thy in rad, from the position of `Row`: for a deep groove bearing
    the one-sided contact, so that dz = -A sin(alpha_0) is the centre. ``loads_n``, ``contact_angles_deg``: (rows, Z),
    rows with fewer balls filled with zeros; the angle counts to +z. ``stiffness``: (5, 5) derivative of the load by the
    displacements in N/mm, N/rad, N mm/rad. ``residual_n``: of forces and moments over ``scale_mm``.
    """

    load: Load
    mode: Mode
    hertz: Hertz
    rows: tuple[Row, ...]
    displacements: Array
    loads_n: Array
    contact_angles_deg: Array
    p_max_inner_mpa: float
    p_max_outer_mpa: float
    stiffness: Array
    scale_mm: float
    converged: bool
    iterations: int
    residual_n: float
    notices: tuple[Notice, ...] = ()

    @property
    def p_max_mpa(self) -> float:
        """The greatest Hertzian pressure in the bearing."""
        return max(self.p_max_inner_mpa, self.p_max_outer_mpa)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The numbers behind the answer with their clauses."""
        first = self.rows[0]
        clause = "ISO/TS 16281:2008, ball bearing"
        free_deg = math.degrees(math.atan2(abs(first.axial_mm), first.radial_mm))
        return (
            Step("α_0", free_deg, "deg", f"{clause}, cos α_0 = 1 - s/(2A)", "read"),
            Step("c_P", first.constant, "N/mm^1.5", f"{clause}, Hertz {self.hertz}", "computed"),
            Step("R", first.lever_mm, "mm", f"{clause}, lever of the tilt, mode {self.mode}", "computed"),
            Step("Q_max", float(self.loads_n.max()), "N", "least energy of five displacements", "computed"),
            Step("p_i", self.p_max_inner_mpa, "MPa", "Hertz, exact elliptic integrals", "computed"),
            Step("p_e", self.p_max_outer_mpa, "MPa", "Hertz, exact elliptic integrals", "computed"),
        )


def settle(rows: Sequence[Row], load: Load, mode: Mode, hertz: Hertz, start_mm: Array, scale_mm: float) -> Equilibrium:
    """The equilibrium of rows that share rigid rings.

    Parameters
    ----------
    rows : one or more
    load : on the inner ring at axial position 0
    mode, hertz : what the rows were made with, for the record
    start_mm : (5,) where the search begins, rotations times ``scale_mm``
    scale_mm : R of the scaled rotations

    Raises
    ------
    BadInput : a load that is not finite
    """
    forces = scaled_forces(load, rows[0], scale_mm)
    minimum = minimise(
        lambda q: elastic(rows, q, scale_mm),
        forces,
        start_mm,
        cap_mm=2.0 * max(each.distance_mm for each in rows),
        floor_n=load_floor_n(rows),
        stiffness_n_mm=reference_stiffness(rows),
    )
    return _equilibrium(tuple(rows), load, mode, hertz, minimum, scale_mm)


def scaled_forces(load: Load, first: Row, scale_mm: float) -> Array:
    """(5,) in N: forces, and moments over R. In mode ``iso`` the moment also changes lever.

    ISO/TS 16281 moves a ball by R_i but lets it act at D_pw/2. As only the sum of the moments is scaled by that, its
    answer is the minimum of the same energy under the moment times R_i/(D_pw/2): it stays convex.
    """
    forces = np.array((load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm), dtype=float)
    if not np.isfinite(forces).all():
        raise BadInput(
            text("load {load}: forces in N and moments in N mm must be finite numbers", load=forces.tolist())
        )
    forces[3:] *= first.moment_ratio / scale_mm
    return forces


def load_floor_n(rows: Sequence[Row]) -> float:
    """About 1e-6 C_0: below, a load is solved to a fixed residual."""
    return 1e-6 * STATIC_FACTOR_MPA * sum(each.n_elements * each.inside.ball_diameter_mm**2 for each in rows)


def reference_stiffness(rows: Sequence[Row]) -> float:
    """Of all balls pressed in by 1 % of the groove distance, N/mm."""
    return sum(1.5 * each.constant * math.sqrt(0.01 * each.distance_mm) * each.n_elements for each in rows)


def _equilibrium(
    rows: tuple[Row, ...], load: Load, mode: Mode, hertz: Hertz, minimum: Minimum, scale_mm: float
) -> Equilibrium:
    q = minimum.displacements_mm
    most = max(each.n_elements for each in rows)
    loads, angles = np.zeros((len(rows), most)), np.zeros((len(rows), most))
    for index, one in enumerate(rows):
        state = row_state(one, q, scale_mm)
        loads[index, : one.n_elements] = state.loads_n
        angles[index, : one.n_elements] = np.degrees(state.angles_rad)
    pressures = [_pressures(one, float(loads[index].max())) for index, one in enumerate(rows)]
    units = np.array((1.0, 1.0, 1.0, scale_mm, scale_mm))
    stiffness = minimum.hessian * np.outer(units, units)
    stiffness[3:] /= rows[0].moment_ratio
    found = max(each[0] for each in pressures), max(each[1] for each in pressures)
    return Equilibrium(
        load,
        mode,
        hertz,
        rows,
        q / units,
        loads,
        angles,
        *found,
        stiffness,
        scale_mm,
        minimum.converged,
        minimum.iterations,
        minimum.residual_n,
        _notices(rows, loads, angles, max(found), minimum),
    )


def _pressures(one: Row, load_n: float) -> tuple[float, float]:
    root = load_n ** (1.0 / 3.0)
    return pressure_constant(one.inside, "inner") * root, pressure_constant(one.inside, "outer") * root


def _notices(
    rows: tuple[Row, ...], loads: Array, angles_deg: Array, p_max_mpa: float, minimum: Minimum
) -> tuple[Notice, ...]:
    found = list(search_limits(minimum, p_max_mpa, "ball"))
    if len(rows) == 1 and rows[0].inside.contact_angle_deg:
        low = rows[0].side * angles_deg[0] < LEANING_SHARE * rows[0].inside.contact_angle_deg
        wrong = low & (loads[0] > 0.0)
        if wrong.any():
            found.append(
                Notice(
                    "leaning",
                    text(
                        "{count} balls touch near the bottom of the groove or beyond it: a single angular contact "
                        "bearing leans over under this load; give more axial load, a second bearing, or --no-tilt "
                        "where the shaft holds it",
                        count=int(wrong.sum()),
                    ),
                )
            )
    return tuple(found)
