"""Slewing and pitch bearings: the greatest ball load of a four-point row exactly and by the handbook, DG03's loads.

Rings are rigid here; large flexible rings share the load otherwise: import ball loads from a finite element model then.
What swinging does to C: `life.oscillation_ratio`.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from loadzone.design.equilibrium.rows import row
from loadzone.design.equilibrium.state import Equilibrium, settle
from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, Load, Mode
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

FULL_HARDNESS_HV = 750.0


@dataclass(frozen=True)
class SlewingLoad:
    """Greatest ball load of a four-point row with rigid rings, N; ``equilibrium`` holds both diagonals' loads (2, Z).

    ``handbook_n`` is the sum that handbooks give; it may lie on either side of the exact value.
    """

    greatest_n: float
    handbook_n: float
    equilibrium: Equilibrium
    notices: tuple[Notice, ...]

    def steps(self) -> tuple[Step, ...]:
        """Both loads with their clauses."""
        return (step("slewing_exact", self.greatest_n), step("slewing_handbook", self.handbook_n))


def four_point(inside: BallInside, load: Load, mode: Mode = "consistent") -> SlewingLoad:
    """Loads of a single-row four-point bearing: every ball may touch on both diagonals, at plus and minus its angle.

    Parameters
    ----------
    inside : one row; ``clearance_mm`` counts (diametral, negative is preload), the angle is that of the groove
    load : on the inner ring against the outer

    Raises
    ------
    BadInput : the contact angle is not between 0 and 90 deg
    OutOfScope : no equilibrium was found

    Source: least energy of two diagonals a ball, rigid rings; design reference 3.4 (computed twice).
    """
    if not 0 < inside.contact_angle_deg < 90:
        raise BadInput(
            text(
                "contact angle {angle:g} deg: a four-point bearing has one between 0 and 90",
                angle=inside.contact_angle_deg,
            )
        )
    diagonals = tuple(row(inside, mode, side=side) for side in (1, -1))
    diagonals = tuple(replace(each, radial_mm=each.radial_mm - inside.clearance_mm / 2) for each in diagonals)
    found = settle(diagonals, load, mode, "exact", np.zeros(5), diagonals[0].lever_mm)
    if not found.converged:
        raise OutOfScope(text("the four-point row finds no equilibrium under this load: check load and clearance"))
    handbook = handbook_load(inside, load)
    greatest = float(found.loads_n.max())
    return SlewingLoad(greatest, handbook, found, (*found.notices, *_notices(greatest, handbook)))


def handbook_load(inside: BallInside, load: Load) -> float:
    """Greatest ball load by the handbook's sum 2F_r/(Z cos a) + F_a/(Z sin a) + 4M/(D_pw Z sin a), N.

    Source: from memory, not verified; under a pure moment it is below the exact value.
    """
    z, angle = inside.n_elements, math.radians(inside.contact_angle_deg)
    radial, moment = math.hypot(load.fx_n, load.fy_n), math.hypot(load.mx_nmm, load.my_nmm)
    thrust = abs(load.fz_n) + 4 * moment / inside.pitch_diameter_mm
    return 2 * radial / (z * math.cos(angle)) + thrust / (z * math.sin(angle))


@dataclass(frozen=True)
class ThreeRow:
    """Three-row roller slewing bearing: two axial rows that carry thrust and moment, one radial row.

    Numbers of rollers and mean diameters (mm) of the main axial and of the radial row.
    """

    axial_elements: int
    axial_pitch_mm: float
    radial_elements: int


def three_row_loads(bearing: ThreeRow, load: Load) -> tuple[float, float]:
    """Greatest roller load of the axial and of the radial row, N, by the handbook's sums for line contact.

    Source: F_a/Z + 4M/(D Z) and 4F_r/Z; from memory, not verified.
    """
    radial, moment = math.hypot(load.fx_n, load.fy_n), math.hypot(load.mx_nmm, load.my_nmm)
    axial = (abs(load.fz_n) + 4 * moment / bearing.axial_pitch_mm) / bearing.axial_elements
    return axial, 4 * radial / bearing.radial_elements


def equivalent_axial_load(load: Load, pitch_mm: float) -> float:
    """P_ea = 0.75 F_r + F_a + 2M/D_pw, N. Source: NREL DG03 as read in a public implementation."""
    radial, moment = math.hypot(load.fx_n, load.fy_n), math.hypot(load.mx_nmm, load.my_nmm)
    return 0.75 * radial + abs(load.fz_n) + 2 * moment / pitch_mm


def hardness_factor(hardness_hv: float) -> float:
    """What a soft race leaves of C_0: (HV/750)^2, at most 1. Source: from memory, not verified."""
    return min((hardness_hv / FULL_HARDNESS_HV) ** 2, 1.0)


def _notices(greatest_n: float, handbook_n: float) -> tuple[Notice, ...]:
    if handbook_n >= greatest_n:
        return ()
    low = text(
        "handbook sum {handbook_n:.0f} N is {percent:.1f} % below the exact {greatest_n:.0f} N: not on the safe side",
        handbook_n=handbook_n,
        greatest_n=greatest_n,
        percent=100 * (1 - handbook_n / greatest_n),
    )
    return (Notice("handbook_too_low", low),)
