"""What an equilibrium of rollers says: displacements, lamina loads, pressures, stiffness, and how each is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import Ring
from loadzone.design.equilibrium.limits import search_limits
from loadzone.design.equilibrium.newton import Minimum, minimise
from loadzone.design.equilibrium.roller_rows import (
    Laminae,
    cap_mm,
    elastic_rollers,
    guess,
    load_floor_n,
    pressure,
    reference_stiffness,
    refuse_impossible,
)
from loadzone.design.inside import Load
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]

RINGS: tuple[Ring, Ring] = ("inner", "outer")


@dataclass(frozen=True)
class RollerEquilibrium:
    """Rest position of the inner ring and what the rollers carry there.

    ``displacements``: (5,) in mm and rad (what no roller resists stays 0, as dz at contact angle 0);
    ``lamina_loads_n``: (Z, n_s) of one row, (rows, Z, n_s) of several, rows with fewer rollers filled with zeros;
    ``stiffness``: (5, 5) in N/mm, N/rad, N mm/rad; ``residual_n``: of forces, and of moments over R of the rows.
    """

    load: Load
    rows: tuple[Laminae, ...]
    displacements: Array
    lamina_loads_n: Array
    p_max_inner_mpa: float
    p_max_outer_mpa: float
    stiffness: Array
    converged: bool
    iterations: int
    residual_n: float
    notices: tuple[Notice, ...] = ()

    @property
    def laminae(self) -> Laminae:
        """The slices of the first row."""
        return self.rows[0]

    @property
    def row_lamina_loads_n(self) -> Array:
        """(rows, Z, n_s), also of one row."""
        return self.lamina_loads_n.reshape(len(self.rows), -1, self.lamina_loads_n.shape[-1])

    @property
    def loads_n(self) -> Array:
        """Load of each roller, (rows, Z)."""
        loads: Array = self.row_lamina_loads_n.sum(axis=2)
        return loads

    @property
    def p_max_mpa(self) -> float:
        """The greatest pressure of any lamina, without what a half-space adds at the edges."""
        return max(self.p_max_inner_mpa, self.p_max_outer_mpa)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The numbers behind the answer with their clauses."""
        clause = "ISO/TS 16281:2008, roller bearing"
        return (
            Step("c_s", self.laminae.constant, "N/mm^(10/9)", f"{clause}, c_L/n_s, steel", "read"),
            Step("n_s", len(self.laminae.gaps_mm), "", clause, "read"),
            Step("Q_max", float(self.loads_n.max()), "N", "least energy of the displacements", "computed"),
            Step("p_i", self.p_max_inner_mpa, "MPa", "Hertz, line contact, without edge stress", "computed"),
            Step("p_e", self.p_max_outer_mpa, "MPa", "Hertz, line contact, without edge stress", "computed"),
        )


def settle(rows: Sequence[Laminae], load: Load) -> RollerEquilibrium:
    """The equilibrium of rows of rollers that share rigid rings, sliced with one R and one number of laminae.

    Parameters
    ----------
    load : on the inner ring at axial position 0

    Raises
    ------
    BadInput : a load that is not finite
    OutOfScope : a load that no normal force can balance
    """
    forces = scaled_forces(rows, np.array([[load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm]]))[0]
    if not np.isfinite(forces).all():
        raise BadInput(
            text("load {load}: forces in N and moments in N mm must be finite numbers", load=forces.tolist())
        )
    refuse_impossible(rows, forces)
    minimum = minimise(
        lambda q: elastic_rollers(rows, q),
        forces,
        guess(rows, forces[None])[0],
        cap_mm=cap_mm(rows),
        floor_n=load_floor_n(*(each.inside for each in rows)),
        stiffness_n_mm=reference_stiffness(rows),
    )
    scale = rows[0].scale_mm
    units = np.array((1.0, 1.0, 1.0, scale, scale))
    loads = [each.constant * each.penetrations(minimum.displacements_mm) ** (10.0 / 9.0) for each in rows]
    inner, outer = (
        max(
            float(pressure(each.inside, len(each.gaps_mm), own.max(), ring))
            for each, own in zip(rows, loads, strict=True)
        )
        for ring in RINGS
    )
    return RollerEquilibrium(
        load,
        tuple(rows),
        minimum.displacements_mm / units,
        _together(loads),
        inner,
        outer,
        minimum.hessian * np.outer(units, units),
        minimum.converged,
        minimum.iterations,
        minimum.residual_n,
        _notices(rows, max(inner, outer), minimum),
    )


def scaled_forces(rows: Sequence[Laminae], loads: Array) -> Array:
    """(n, 5) in N, moments over R."""
    scale = rows[0].scale_mm
    scaled: Array = loads / np.array((1.0, 1.0, 1.0, scale, scale))
    return scaled


def _together(loads: Sequence[Array]) -> Array:
    if len(loads) == 1:
        return loads[0]
    found = np.zeros((len(loads), max(len(each) for each in loads), loads[0].shape[1]))
    for index, each in enumerate(loads):
        found[index, : len(each)] = each
    return found


def _notices(rows: Sequence[Laminae], p_max_mpa: float, minimum: Minimum) -> tuple[Notice, ...]:
    found = list(search_limits(minimum, p_max_mpa, "roller"))
    if any(0.0 < each.inside.contact_angle_deg < 90.0 for each in rows):
        found.append(
            Notice(
                "not_verified",
                text("rollers with a contact angle: projection on the contact normal without the rib, not verified"),
            )
        )
    return tuple(found)
