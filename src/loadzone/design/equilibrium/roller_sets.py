"""Several rows of rollers between the same two rings: double rows, crossed rollers, slewing rings of three rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from loadzone.design.equilibrium.profiles import Profile, iso
from loadzone.design.equilibrium.roller_rows import LAMINAE, Laminae, PlacedRollers, slice_row
from loadzone.design.equilibrium.roller_state import RollerEquilibrium, settle
from loadzone.design.equilibrium.sets import Arrangement, pair_of_sides
from loadzone.design.inside import Load, RollerInside
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.batch_roller import RollerBatch

__all__ = ["aligning", "crossed", "pair", "parallel", "solve_set", "solve_set_batch", "three_row"]


def parallel(inside: RollerInside, distance_mm: float, side: Literal[1, -1] = 1) -> tuple[PlacedRollers, ...]:
    """``inside.rows`` like rows side by side, their middle at axial position 0: double-row cylindrical, or one row."""
    places = (np.arange(inside.rows) - (inside.rows - 1) / 2.0) * distance_mm
    return tuple(PlacedRollers(inside, float(place), side) for place in places)


def pair(inside: RollerInside, arrangement: Arrangement, distance_mm: float) -> tuple[PlacedRollers, ...]:
    """Two like rows with their middle at axial position 0: a double-row tapered bearing.

    Parameters
    ----------
    inside : with a contact angle and ``rows`` of the bearing that its rating C means
    arrangement : contact lines meet the axis outside (``back_to_back``, TDO) or inside (``face_to_face``, TDI)
    distance_mm : between the middles of the rollers on the axis, 0 or more

    Raises
    ------
    BadInput : distance negative
    """
    return tuple(PlacedRollers(inside, place, side) for place, side in pair_of_sides(arrangement, distance_mm))


def aligning(inside: RollerInside) -> tuple[PlacedRollers, ...]:
    """One or two rows on a race that is a sphere: spherical, toroidal and spherical thrust roller bearings.

    Raises
    ------
    OutOfScope : two rows without a contact angle would be one
    """
    if inside.rows == 1:
        return (PlacedRollers(inside, is_aligning=True),)
    if not inside.contact_angle_deg:
        raise OutOfScope(
            text("contact angle 0 deg of rows on one sphere: give it as the fourth number of --geometry Z,DW,DPW,ANGLE")
        )
    return PlacedRollers(inside, side=1, is_aligning=True), PlacedRollers(inside, side=-1, is_aligning=True)


def crossed(inside: RollerInside) -> tuple[PlacedRollers, PlacedRollers]:
    """Crossed rollers: neighbours take thrust in opposite directions, two half rows in one groove.

    Parameters
    ----------
    inside : of one row with all its rollers, contact angle usually 45 deg

    Raises
    ------
    BadInput : an odd number of rollers, or fewer than 6
    """
    n = inside.n_elements
    if n % 2 or n < 6:
        raise BadInput(text("{count} crossed rollers: neighbours alternate, give an even number of 6 or more", count=n))
    half = replace(inside, n_elements=n // 2, rows=2)
    return PlacedRollers(half, side=1), PlacedRollers(half, side=-1, phase_deg=360.0 / n)


def three_row(support: RollerInside, radial: RollerInside, retaining: RollerInside) -> tuple[PlacedRollers, ...]:
    """A slewing ring: a supporting and a retaining row at 90 deg, and a radial row between them at axial position 0.

    Parameters
    ----------
    support : takes thrust on the inner ring towards +z; ``retaining`` towards -z; each with its own pitch diameter

    Raises
    ------
    BadInput : a row with the contact angle of another
    """
    for inside, wanted in ((support, 90.0), (radial, 0.0), (retaining, 90.0)):
        if inside.contact_angle_deg != wanted:
            raise BadInput(
                text(
                    "contact angle {angle:g} deg in a three-row ring: its rows have 90, 0 and 90 deg",
                    angle=inside.contact_angle_deg,
                )
            )
    return PlacedRollers(support, side=1), PlacedRollers(radial), PlacedRollers(retaining, side=-1)


def solve_set(
    placed: Sequence[PlacedRollers], load: Load, *, laminae: int = LAMINAE, profile: Profile = iso
) -> RollerEquilibrium:
    """The equilibrium of rows of rollers that share rigid rings.

    Parameters
    ----------
    placed : the rows; `parallel`, `pair`, `aligning`, `crossed` and `three_row` make the usual ones
    load : on the inner ring, at axial position 0
    laminae, profile : as `loadzone.design.equilibrium.roller.solve`

    Raises
    ------
    BadInput : no row, a load that is not finite
    OutOfScope : a load that no normal force of the rollers can balance
    """
    return settle(slice_set(placed, laminae, profile), load)


def solve_set_batch(
    placed: Sequence[PlacedRollers],
    loads: ArrayLike,
    *,
    laminae: int = LAMINAE,
    profile: Profile = iso,
    is_history: bool = False,
    is_quiet: bool = False,
) -> "RollerBatch":
    """Equilibria of loads (n, 5) on rows of rollers between rigid rings, compiled; see `solve_set`, `ball.solve_batch`.

    Raises
    ------
    OutOfScope, BadInput : as `solve_set`; rows that are not finite are marked as not converged and hold NaN
    """
    from loadzone.design.equilibrium.batch_roller import solve_laminae  # brings the compiler

    rows = slice_set(placed, laminae, profile)
    return solve_laminae(rows, np.asarray(loads, dtype=float), is_history=is_history, is_quiet=is_quiet)


def slice_set(placed: Sequence[PlacedRollers], laminae: int = LAMINAE, profile: Profile = iso) -> tuple[Laminae, ...]:
    """The rows in slices, rotations scaled with one R."""
    if not placed:
        raise BadInput(text("a set of 0 rows: give at least one"))
    scale = max(max(each.inside.pitch_diameter_mm / 2.0, abs(each.position_mm)) for each in placed)
    return tuple(slice_row(each, laminae, profile, scale) for each in placed)
