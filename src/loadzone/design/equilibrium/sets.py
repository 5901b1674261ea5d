"""Several rows between the same two rings: pairs, double rows, four-point contact. Their energies add, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from loadzone.design.contact import Hertz
from loadzone.design.equilibrium.ball import default_hertz, solve
from loadzone.design.equilibrium.rows import Row, row
from loadzone.design.equilibrium.state import Equilibrium, settle
from loadzone.design.inside import BallInside, Load, Mode
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.batch import BatchEquilibrium

Arrangement = Literal["back_to_back", "face_to_face", "tandem"]
SIDES: tuple[Literal[1], Literal[-1]] = (1, -1)


@dataclass(frozen=True)
class Placed:
    """One row in its place.

    ``position_mm``: of the row's centre on the axis, from the point where the load is given; ``side``: 1 when it takes
    thrust on the inner ring towards +z, -1 towards -z; ``shift_mm``: axial shift of its inner ring against the touch
    that a clamped set imposes, positive tightens; ``clearance_mm``: diametral clearance of a row with a contact angle,
    whose own says nothing; ``is_aligning``: the outer race is a sphere about that point.
    """

    inside: BallInside
    position_mm: float = 0.0
    side: Literal[1, -1] = 1
    shift_mm: float = 0.0
    clearance_mm: float = 0.0
    is_aligning: bool = False


def pair(
    inside: BallInside, arrangement: Arrangement, distance_mm: float, preload_n: float = 0.0
) -> tuple[Placed, ...]:
    """Two like rows with their middle at axial position 0.

    Parameters
    ----------
    inside : of one row, with a contact angle
    arrangement : contact lines meet the axis outside (``back_to_back``) or inside (``face_to_face``) of the rows; in
        ``tandem`` both take thrust towards +z
    distance_mm : between the rows' centres; bearing width for a set of two, 0 or more
    preload_n : axial load on each row of the unloaded pair

    Raises
    ------
    BadInput : distance or preload negative; a tandem pair with preload: it has nothing to press against
    """
    if not preload_n >= 0.0:
        raise BadInput(text("preload {preload_n:g} N of a pair: it must be 0 or more", preload_n=preload_n))
    if arrangement == "tandem" and preload_n:
        raise BadInput(
            text("preload {preload_n:g} N in tandem: two rows that push the same way need a third", preload_n=preload_n)
        )
    single = replace(inside, rows=1)
    shift = float(solve(single, Load(fz_n=preload_n), "pitch").displacements[2]) if preload_n else 0.0
    return tuple(Placed(inside, place, side, shift) for place, side in pair_of_sides(arrangement, distance_mm))


def pair_of_sides(arrangement: Arrangement, distance_mm: float) -> tuple[tuple[float, Literal[1, -1]], ...]:
    """Axial position and side of the two rows of a pair.

    Raises
    ------
    BadInput : distance negative
    """
    if not distance_mm >= 0.0:
        raise BadInput(text("row distance {distance_mm:g} mm: it must be 0 or more", distance_mm=distance_mm))
    sides: dict[Arrangement, tuple[Literal[1, -1], Literal[1, -1]]]
    sides = {"back_to_back": (-1, 1), "face_to_face": (1, -1), "tandem": (1, 1)}
    first, second = sides[arrangement]
    return (distance_mm / 2.0, first), (-distance_mm / 2.0, second)


def double_row(inside: BallInside, arrangement: Arrangement, distance_mm: float) -> tuple[Placed, ...]:
    """Both rows of a double-row angular contact bearing, whose clearance counts; as `pair`, which has a preload."""
    return tuple(replace(each, clearance_mm=inside.clearance_mm) for each in pair(inside, arrangement, distance_mm))


def parallel(inside: BallInside, distance_mm: float) -> tuple[Placed, ...]:
    """``inside.rows`` like rows side by side, their middle at axial position 0: double-row deep groove, or one row."""
    places = (np.arange(inside.rows) - (inside.rows - 1) / 2.0) * distance_mm
    return tuple(Placed(inside, float(place)) for place in places)


def aligning(inside: BallInside) -> tuple[Placed, Placed]:
    """Both rows of a self-aligning ball bearing; its outer groove becomes the sphere on which the rings turn freely.

    Raises
    ------
    OutOfScope : without a contact angle two rows on one sphere would be one

    Source: the sphere's centre is on the axis, whence r_e = D_pw/(2 cos alpha) + D_w/2 (derived).
    """
    if not inside.contact_angle_deg:
        raise OutOfScope(
            text("contact angle 0 deg of rows on one sphere: give it as the fourth number of --geometry Z,DW,DPW,ANGLE")
        )
    ball = replace(inside, groove_outer=sphere_groove(inside.gamma))
    first, second = (Placed(ball, side=side, clearance_mm=inside.clearance_mm, is_aligning=True) for side in SIDES)
    return first, second


def sphere_groove(gamma: float) -> float:
    """Radius over ball diameter of an outer race that is a sphere about the middle of the bearing; see `aligning`."""
    return (1.0 + gamma) / (2.0 * gamma)


def four_point(inside: BallInside, axial_clearance_mm: float = 0.0, position_mm: float = 0.0) -> tuple[Placed, Placed]:
    """One row whose balls touch each ring on two flanks: both diagonals as rows of their own.

    Parameters
    ----------
    inside : with the nominal contact angle of a diagonal
    axial_clearance_mm : total axial play; negative is preload
    position_mm : of the row

    Source: two springs a ball, design reference 2.5 and 3.4.
    """
    shift = -axial_clearance_mm / 2.0
    return Placed(inside, position_mm, 1, shift), Placed(inside, position_mm, -1, shift)


def solve_set(
    placed: Sequence[Placed], load: Load, mode: Mode = "consistent", *, hertz: Hertz | None = None
) -> Equilibrium:
    """The equilibrium of rows that share rigid rings.

    Parameters
    ----------
    placed : the rows; `pair` and `four_point` make the usual ones
    load : on the inner rings, at axial position 0
    mode : lever of the tilt; ``iso`` is defined for one row alone
    hertz : as `loadzone.design.equilibrium.ball.solve`

    Raises
    ------
    BadInput : no row, or a load that is not finite
    OutOfScope : mode ``iso``
    """
    chosen = hertz or default_hertz(mode)
    rows = place_rows(placed, mode, chosen)
    return settle(rows, load, mode, chosen, np.zeros(5), set_scale_mm(rows))


def solve_set_batch(
    placed: Sequence[Placed],
    loads: ArrayLike,
    mode: Mode = "consistent",
    *,
    hertz: Hertz | None = None,
    is_history: bool = False,
    is_quiet: bool = False,
) -> "BatchEquilibrium":
    """Equilibria of loads (n, 5) on rows that share rigid rings, compiled; see `solve_set`, `ball.solve_batch`."""
    from loadzone.design.equilibrium.batch import solve_rows  # brings the compiler

    rows = place_rows(placed, mode, hertz or default_hertz(mode))
    table = np.asarray(loads, dtype=float)
    return solve_rows(rows, table, set_scale_mm(rows), is_history=is_history, is_quiet=is_quiet)


def lost_preload(equilibrium: Equilibrium) -> bool:
    """Whether any ball of a set hangs in the air: it skids, and the set has lost its stiffness on that side."""
    return any(
        (loads[: one.n_elements] <= 0.0).any() for loads, one in zip(equilibrium.loads_n, equilibrium.rows, strict=True)
    )


def place_rows(placed: Sequence[Placed], mode: Mode = "consistent", hertz: Hertz = "exact") -> tuple[Row, ...]:
    """The rows of a set as springs.

    Raises
    ------
    BadInput : no row
    OutOfScope : mode ``iso``
    """
    if not placed:
        raise BadInput(text("a set of 0 rows: give at least one"))
    if mode == "iso":
        raise OutOfScope(
            text("mode iso of {count} rows: the standard states one row; take consistent or pitch", count=len(placed))
        )
    return tuple(_row(each, mode, hertz) for each in placed)


def set_scale_mm(rows: Sequence[Row]) -> float:
    """R of a set: its longest lever, or half the pitch diameter where tilt moves no ball."""
    longest = max(max(each.lever_mm, abs(each.position_mm)) for each in rows)
    return longest or rows[0].inside.pitch_diameter_mm / 2.0


def _row(placed: Placed, mode: Mode, hertz: Hertz) -> Row:
    bare = row(replace(placed.inside, rows=1), mode, hertz, placed.side)
    found = replace(
        bare,
        inside=placed.inside,
        radial_mm=bare.radial_mm - placed.clearance_mm / 2.0,
        axial_mm=bare.axial_mm + placed.side * placed.shift_mm,
        position_mm=placed.position_mm,
    )
    return replace(found, lever_mm=0.0, moment_lever_mm=0.0) if placed.is_aligning else found
