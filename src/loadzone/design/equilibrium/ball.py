"""Equilibrium of one row of balls under five loads: deep groove and angular contact, with clearance or interference."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from loadzone.design.contact import Hertz
from loadzone.design.equilibrium.rows import row
from loadzone.design.equilibrium.start import guess
from loadzone.design.equilibrium.state import Equilibrium, scaled_forces, settle
from loadzone.design.inside import BallInside, Load, Mode
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.batch import BatchEquilibrium


def solve(inside: BallInside, load: Load, mode: Mode = "consistent", *, hertz: Hertz | None = None) -> Equilibrium:
    """Displacements, ball loads, pressures and stiffness of one row of balls between rigid rings.

    Parameters
    ----------
    inside : one row; clearance counts where the contact angle is 0, negative is interference
    load : on the inner ring against the outer
    mode : lever of the tilt
    hertz : contact constant; by default the printed 1.48 in mode ``iso``, exact otherwise

    Raises
    ------
    OutOfScope : more than one row: their distance and arrangement matter
    BadInput : clearance or load impossible

    Source: ISO/TS 16281:2008 core in general azimuth, as least energy; design reference 2.5.

    >>> inside = BallInside(9, 7.938, 38.5, groove_inner=0.515, groove_outer=0.525, clearance_mm=0.01)
    >>> round(float(solve(inside, Load(fx_n=2000.0)).loads_n.max()))
    1038
    """
    only_one_row(inside)
    chosen = hertz or default_hertz(mode)
    one = row(inside, mode, chosen)
    forces = scaled_forces(load, one, one.lever_mm)
    return settle((one,), load, mode, chosen, guess(one, forces[None])[0], one.lever_mm)


def solve_batch(
    inside: BallInside,
    loads: ArrayLike,
    mode: Mode = "consistent",
    *,
    hertz: Hertz | None = None,
    is_history: bool = False,
    is_quiet: bool = False,
) -> "BatchEquilibrium":
    """Equilibria of many loads on one bearing, compiled.

    Parameters
    ----------
    inside, mode, hertz : as `solve`
    loads : (n, 5) Fx, Fy, Fz in N and Mx, My in N mm
    is_history : neighbours in time are neighbours in load: each solve starts from the one before
    is_quiet : leave out the ball loads and angles of every case, which take memory

    Returns
    -------
    displacements (n, 5), greatest ball load, iterations, residuals, and on demand loads (n, Z); see `BatchEquilibrium`

    Raises
    ------
    OutOfScope, BadInput : as `solve`; rows that are not finite are marked as not converged and hold NaN
    """
    from loadzone.design.equilibrium.batch import solve_rows  # brings the compiler

    only_one_row(inside)
    one = row(inside, mode, hertz or default_hertz(mode))
    table = np.asarray(loads, dtype=float)
    return solve_rows((one,), table, one.lever_mm, is_history=is_history, is_quiet=is_quiet)


def default_hertz(mode: Mode) -> Hertz:
    """The contact constant that belongs to a mode."""
    return "rounded" if mode == "iso" else "exact"


def only_one_row(inside: BallInside) -> None:
    """Refuse a bearing of several rows where one is meant."""
    if inside.rows != 1:
        raise OutOfScope(
            text(
                "{rows} rows of balls: their distance and arrangement decide; use equilibrium.sets and place each row",
                rows=inside.rows,
            )
        )
