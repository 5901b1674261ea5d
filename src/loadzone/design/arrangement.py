"""From a type to its rows: which springs stand between the rings of a bearing, what was assumed, what each carries."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.design.equilibrium import ball, roller_sets, sets
from loadzone.design.equilibrium.newton import Energy, minimise
from loadzone.design.equilibrium.roller_rows import PlacedRollers, elastic_rollers
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.rows import elastic
from loadzone.design.equilibrium.sets import Placed
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import BallInside, Layout, Load, Mode, RollerInside
from loadzone.design.rating import Arranged, type_rule
from loadzone.design.reference_life import ReferenceLife, ball_lives, reference_life, roller_row_lives
from loadzone.design.step import Notice
from loadzone.words.errors import BadInput, MissingInput, OutOfScope
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.batch import BatchEquilibrium
    from loadzone.design.equilibrium.batch_roller import RollerBatch

Inside = BallInside | RollerInside

BALL_DISTANCE, ROLLER_DISTANCE = 1.0, 1.3
"""Row distance over ball diameter, and over roller length, where nobody states it: rows that stand close together."""
FLOOR_SHARE = 1e-6
"""Of the force, below which its balance is no longer relative where the rings are held parallel."""
FOUR_POINT_THRUST = 1.27
"""Least F_a/F_r that makers ask of four-point bearings, from memory, not verified."""


@dataclass(frozen=True)
class BearingRows:
    """The rows of a bearing between rigid rings; one of ``balls`` and ``rollers`` is empty.

    ``inside`` is that of the whole bearing; ``is_thrust`` says whether its C is an axial rating; ``notices`` what was
    assumed.
    """

    inside: Inside
    kind: Arranged
    balls: tuple[Placed, ...]
    rollers: tuple[PlacedRollers, ...]
    is_thrust: bool
    notices: tuple[Notice, ...]

    def solve(self, load: Load, mode: Mode = "consistent") -> Equilibrium | RollerEquilibrium:
        """The equilibrium under a load on the inner ring at the middle of the bearing.

        Raises
        ------
        OutOfScope, BadInput : a load that these rows cannot balance, or one that is not finite
        """
        if self.rollers:
            return roller_sets.solve_set(self.rollers, load)
        self._refuse(np.array([[load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm]]))
        if isinstance(self.inside, BallInside) and self._is_single_row:
            return ball.solve(self.inside, load, mode)
        return sets.solve_set(self.balls, load, mode)

    def solve_batch(
        self, loads: ArrayLike, mode: Mode = "consistent", *, is_history: bool = False, is_quiet: bool = False
    ) -> "BatchEquilibrium | RollerBatch":
        """As `solve` for loads (n, 5), compiled; see `loadzone.design.equilibrium.ball.solve_batch`."""
        if self.rollers:
            return roller_sets.solve_set_batch(self.rollers, loads, is_history=is_history, is_quiet=is_quiet)
        self._refuse(np.asarray(loads, dtype=float))
        if isinstance(self.inside, BallInside) and self._is_single_row:
            return ball.solve_batch(self.inside, loads, mode, is_history=is_history, is_quiet=is_quiet)
        return sets.solve_set_batch(self.balls, loads, mode, is_history=is_history, is_quiet=is_quiet)

    def hold(self, load: Load, mode: Mode = "consistent") -> Load:
        """The load with the moments that keep the rings parallel, as a stiff shaft on other bearings does.

        Parameters
        ----------
        load : forces; its moments do not count

        Raises
        ------
        OutOfScope : mode ``iso``, or forces that these rows cannot balance
        """
        force = replace(load, mx_nmm=0.0, my_nmm=0.0)
        free = self.solve(force, mode)
        elastic_at, scale_mm = self.energy(mode)
        forces = np.array((load.fx_n, load.fy_n, load.fz_n))
        size_n = float(np.linalg.norm(forces))

        def shifted(q: NDArray[np.float64]) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
            energy, gradient, hessian = elastic_at(np.array((*q, 0.0, 0.0)))
            return energy, gradient[:3], hessian[:3, :3]

        minimum = minimise(
            shifted,
            forces,
            free.displacements[:3],
            cap_mm=0.1 * self._element_mm,
            floor_n=FLOOR_SHARE * size_n,
            stiffness_n_mm=max(float(np.trace(free.stiffness[:3, :3])), 1.0),
        )
        moments = elastic_at(np.array((*minimum.displacements_mm, 0.0, 0.0)))[1][3:] * scale_mm
        return replace(force, mx_nmm=float(moments[0]), my_nmm=float(moments[1]))

    def life(self, found: Equilibrium | RollerEquilibrium, c_n: float) -> ReferenceLife:
        """Reference life of the bearing at its rating C, N."""
        return reference_life(self.inside, found, c_n, is_thrust=self.is_thrust)

    def lives(self, found: "BatchEquilibrium | RollerBatch", c_n: float) -> NDArray[np.float64]:
        """Reference lives (n,) of a batch of these rows in million revolutions, the inner ring turning."""
        from loadzone.design.equilibrium.batch import BatchEquilibrium  # the compiler is there where a batch is

        inner, outer = found.mean_rotating_n, found.mean_stationary_n
        if isinstance(found, BatchEquilibrium):
            return ball_lives(found.rows, inner, outer, c_n, is_thrust=self.is_thrust)
        shape = (len(inner), len(found.rows), -1)
        return roller_row_lives(found.rows, inner.reshape(shape), outer.reshape(shape), c_n, is_thrust=self.is_thrust)

    def energy(self, mode: Mode = "consistent") -> tuple[Energy, float]:
        """Elastic energy with gradient and Hessian as a function of q, and the R of q in mm, for systems of bearings.

        Raises
        ------
        OutOfScope : mode ``iso``
        """
        if self.rollers:
            slices = roller_sets.slice_set(self.rollers)
            return lambda q: elastic_rollers(slices, q), slices[0].scale_mm
        rows = sets.place_rows(self.balls, mode)
        scale_mm = sets.set_scale_mm(rows)
        return lambda q: elastic(rows, q, scale_mm), scale_mm

    @property
    def _element_mm(self) -> float:
        inside = self.inside
        return inside.ball_diameter_mm if isinstance(inside, BallInside) else inside.roller_diameter_mm

    @property
    def _is_single_row(self) -> bool:
        return len(self.balls) == 1

    def _refuse(self, loads: NDArray[np.float64]) -> None:
        """Refuse what balls of this arrangement cannot carry; rollers do so for themselves."""
        known = loads[np.isfinite(loads).all(axis=1)]
        if self.kind == "aligning" and known[:, 3:].any():
            raise OutOfScope(
                text("a moment on a bearing that aligns itself: its rings turn freely until something else holds")
            )
        if not self.is_thrust:
            return
        if known[:, 2].min(initial=np.inf) <= 0.0:
            raise OutOfScope(
                text(
                    "axial force {fz_n:g} N on a thrust bearing: it must press the rings together (above 0 N)",
                    fz_n=float(known[:, 2].min()),
                )
            )
        radial_n = float(np.hypot(known[:, 0], known[:, 1]).max(initial=0.0))
        if self.inside.contact_angle_deg == 90.0 and radial_n:
            raise OutOfScope(
                text("radial force {radial_n:g} N on a contact angle of 90 deg: it carries none", radial_n=radial_n)
            )


def arrange(inside: Inside, type_key: str, layout: Layout | None = None) -> BearingRows:
    """The rows of a bearing of a type.

    Parameters
    ----------
    inside : of the whole bearing, with its number of rows
    type_key : of data/types.csv, whose column ``arrangement`` says how the rows of a type stand
    layout : distance and arrangement of two rows; what is not said is assumed and said in ``notices``

    Raises
    ------
    MissingInput : the length of the rollers is not known
    OutOfScope : a type without a contact angle that needs one; an unknown type
    BadInput : a layout that the type has no use for, an odd number of crossed rollers

    >>> [each.side for each in arrange(RollerInside(17, 11, 16, 62, 14, rows=2), "double_row_tapered_roller").rollers]
    [-1, 1]
    """
    rule = type_rule(type_key)
    said = layout or Layout()
    refuse_layout(inside, type_key, said)
    balls: tuple[Placed, ...] = ()
    rollers: tuple[PlacedRollers, ...] = ()
    if isinstance(inside, BallInside):
        balls = _balls(inside, rule.arrangement, said)
    else:
        if not inside.length_mm > 0.0:
            raise MissingInput(
                text("reference life and contact pressure need the effective roller length L_we: give --length in mm")
            )
        rollers = _rollers(inside, rule.arrangement, said)
    is_thrust = rule.family.startswith("thrust")
    return BearingRows(
        inside, rule.arrangement, balls, rollers, is_thrust, tuple(_assumed(inside, rule.arrangement, said))
    )


def refuse_layout(inside: Inside, type_key: str, said: Layout) -> None:
    """Refuse a row distance or an arrangement that the type has no use for.

    Raises
    ------
    BadInput : given for one row, or for rows whose place follows from their shape; a distance that is negative
    """
    kind = type_rule(type_key).arrangement
    has_distance = inside.rows > 1 and kind in {"parallel", "opposed"}
    if said.row_distance_mm is not None and not has_distance:
        raise BadInput(
            text(
                "row distance {distance_mm:g} mm: the rows of type {type} have none that counts; leave it out",
                distance_mm=said.row_distance_mm,
                type=type_key,
            )
        )
    if said.row_distance_mm is not None and not 0.0 <= said.row_distance_mm < np.inf:
        raise BadInput(text("row distance {distance_mm:g} mm: it must be 0 or more", distance_mm=said.row_distance_mm))
    if said.facing is not None and not (has_distance and kind == "opposed"):
        raise BadInput(
            text(
                "arrangement {facing}: only two rows against each other have one, not type {type}; leave it out",
                facing=said.facing,
                type=type_key,
            )
        )


def clearance_counts(inside: Inside, type_key: str) -> bool:
    """Whether the load distribution depends on the operating clearance: a lone slanted row takes up any."""
    kind = type_rule(type_key).arrangement
    return (
        inside.contact_angle_deg == 0.0
        or kind in {"four_point", "crossed"}
        or (inside.rows > 1 and kind in {"opposed", "aligning"})
    )


def refuse_several_rows(inside: Inside, type_key: str, *, is_held: bool) -> None:
    """Refuse what gradients and scatter do not know.

    Raises
    ------
    OutOfScope : anything but one row of radial balls or rollers that tilts freely and touches each ring once
    """
    rule = type_rule(type_key)
    is_radial = rule.family in {"radial_ball", "radial_roller"} and rule.arrangement not in {"four_point", "crossed"}
    if not is_radial or inside.rows != 1:
        raise OutOfScope(
            text(
                "type {type}: gradients and scatter are computed for one row of radial balls or rollers",
                type=type_key,
            )
        )
    if is_held:
        raise OutOfScope(
            text("gradients and scatter are computed for rings that tilt freely: leave --no-tilt out"),
        )


def contact_notices(rows: BearingRows, found: Equilibrium | RollerEquilibrium) -> Iterator[Notice]:
    """What the elements of these rows do that the model leaves out."""
    if isinstance(found, RollerEquilibrium):
        yield Notice(
            "roller_ends",
            text(
                "pressure rests on the standard's roller profile; stress at the roller ends is not modelled and the "
                "maker's profile not known"
            ),
        )
        return
    radial_n, axial_n = math.hypot(found.load.fx_n, found.load.fy_n), abs(found.load.fz_n)
    if rows.kind == "four_point" and axial_n < FOUR_POINT_THRUST * radial_n:
        yield Notice(
            "four_point_contact",
            text(
                "F_a {axial_n:.0f} N is below {ratio:g} F_r: balls touch on four points and slide there (makers' limit "
                "from memory, not verified)",
                axial_n=axial_n,
                ratio=FOUR_POINT_THRUST,
            ),
        )


def _balls(inside: BallInside, kind: Arranged, said: Layout) -> tuple[Placed, ...]:
    if kind == "four_point":
        return tuple(Placed(inside, side=side, clearance_mm=inside.clearance_mm) for side in sets.SIDES)
    if kind == "aligning":
        return sets.aligning(inside)
    if kind == "opposed" and inside.rows == 2:
        return sets.double_row(inside, said.facing or "back_to_back", _distance_mm(inside, said))
    return sets.parallel(inside, _distance_mm(inside, said))


def _rollers(inside: RollerInside, kind: Arranged, said: Layout) -> tuple[PlacedRollers, ...]:
    if kind == "crossed":
        return roller_sets.crossed(inside)
    if kind == "aligning":
        return roller_sets.aligning(inside)
    if kind == "opposed" and inside.rows == 2:
        return roller_sets.pair(inside, said.facing or "back_to_back", _distance_mm(inside, said))
    return roller_sets.parallel(inside, _distance_mm(inside, said))


def _distance_mm(inside: Inside, said: Layout) -> float:
    if said.row_distance_mm is not None:
        return said.row_distance_mm
    if isinstance(inside, BallInside):
        return BALL_DISTANCE * inside.ball_diameter_mm
    return ROLLER_DISTANCE * inside.length_mm


def _assumed(inside: Inside, kind: Arranged, said: Layout) -> Iterator[Notice]:
    if inside.rows < 2 or kind not in {"parallel", "opposed"}:
        return
    if said.row_distance_mm is None:
        yield Notice(
            "row_distance_assumed",
            text(
                "row distance {distance_mm:.3g} mm is assumed (one ball diameter, or 1.3 roller lengths): tilt depends "
                "on it; give --row-distance",
                distance_mm=_distance_mm(inside, said),
            ),
        )
    if kind == "opposed" and said.facing is None:
        yield Notice(
            "arrangement_assumed",
            text(
                "rows back to back are assumed (contact lines meet outside of them): give --arrangement face_to_face "
                "for the other kind"
            ),
        )
