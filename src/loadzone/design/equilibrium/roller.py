"""Equilibrium of one row of rollers cut into laminae: cylindrical and needle; tapered with its normal force alone."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from loadzone.design.equilibrium.profiles import Profile, iso
from loadzone.design.equilibrium.roller_rows import LAMINAE, Laminae, PlacedRollers, load_floor_n, slice_row
from loadzone.design.equilibrium.roller_state import RollerEquilibrium, settle
from loadzone.design.inside import Load, RollerInside
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.batch_roller import RollerBatch

__all__ = ["RollerEquilibrium", "load_floor_n", "slice_rollers", "solve", "solve_batch"]


def solve(inside: RollerInside, load: Load, *, laminae: int = LAMINAE, profile: Profile = iso) -> RollerEquilibrium:
    """Displacements, lamina loads, pressures and stiffness of one row of rollers between rigid rings.

    Parameters
    ----------
    inside : one row; clearance is diametral, negative is interference
    load : on the inner ring; at contact angle 0 no axial force, at 90 deg no radial one
    laminae : n_s, 30 or more for the standard's life
    profile : drop of the roller surface, see `loadzone.design.equilibrium.profiles`

    Raises
    ------
    OutOfScope : axial force without a contact angle; a contact angle without the axial force that seats the rollers;
        more than one row
    BadInput : a load that is not finite, fewer than 3 laminae

    Source: ISO/TS 16281:2008, design reference 2.6. With a contact angle the load is projected on the contact normal
    and the rib's force left out (from memory, not verified): a notice says so.
    """
    return settle((slice_rollers(inside, laminae, profile),), load)


def solve_batch(
    inside: RollerInside,
    loads: ArrayLike,
    *,
    laminae: int = LAMINAE,
    profile: Profile = iso,
    is_history: bool = False,
    is_quiet: bool = False,
) -> "RollerBatch":
    """Equilibria of loads (n, 5) on one row of rollers, compiled; parameters as `solve` and the balls' `solve_batch`.

    Raises
    ------
    OutOfScope, BadInput : as `solve`; rows that are not finite are marked as not converged and hold NaN
    """
    from loadzone.design.equilibrium.batch_roller import solve_laminae  # brings the compiler

    sliced = slice_rollers(inside, laminae, profile)
    table = np.asarray(loads, dtype=float)
    return solve_laminae((sliced,), table, is_history=is_history, is_quiet=is_quiet)


def slice_rollers(inside: RollerInside, laminae: int, profile: Profile) -> Laminae:
    """The row in slices of equal width, R = D_pw/2."""
    if inside.rows != 1:
        raise OutOfScope(
            text(
                "{rows} rows of rollers: their distance and arrangement decide; use equilibrium.roller_sets and place "
                "each row",
                rows=inside.rows,
            )
        )
    return slice_row(PlacedRollers(inside), laminae, profile, inside.pitch_diameter_mm / 2.0)
