"""What stands between shaft and seat at one support: rows of balls, of rollers, a self-aligning bearing, or a spring.

Each kind takes the displacement q of the inner ring against the outer, (dx, dy, dz, R thx, R thy) in mm with one R for
the whole system, to a convex energy, and says which movements it can resist at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import ball_constant, pressure_constant
from loadzone.design.equilibrium import ball, roller, roller_rows
from loadzone.design.equilibrium.profiles import iso
from loadzone.design.equilibrium.roller_state import RINGS
from loadzone.design.equilibrium.rows import Row, elastic, row, row_state
from loadzone.design.equilibrium.state import load_floor_n, reference_stiffness
from loadzone.design.inside import BallInside, Load, Mode, RollerInside
from loadzone.design.shaft.beam import rigid
from loadzone.design.shaft.parts import Spring, Support
from loadzone.words.errors import BadInput, MissingInput, OutOfScope
from loadzone.words.texts import text

Array = NDArray[np.float64]
MIRROR = np.diag((1.0, 1.0, -1.0, -1.0, -1.0))
"""A row that takes thrust towards -z seen as one that takes it towards +z."""


@dataclass(frozen=True)
class ContactState:
    """What the elements carry: ``loads_n`` (rows, Z), greatest pressures on the races; None for a spring."""

    loads_n: Array
    p_max_inner_mpa: float | None
    p_max_outer_mpa: float | None

    @property
    def p_max_mpa(self) -> float | None:
        """The greatest pressure on either ring."""
        pair = self.p_max_inner_mpa, self.p_max_outer_mpa
        return None if pair[0] is None or pair[1] is None else max(pair[0], pair[1])


class Contact(Protocol):
    """A bearing as a spring.

    ``cap_mm``: longest step of a search; ``floor_n``: a load too small to matter; ``stiffness_n_mm``: its order of
    magnitude; ``thrust``: the directions, 1 and -1, in which it can hold the shaft; ``resists``: (5, 5) projection on
    the movements that it resists.
    """

    @property
    def cap_mm(self) -> float: ...  # noqa: D102  as above
    @property
    def floor_n(self) -> float: ...  # noqa: D102
    @property
    def stiffness_n_mm(self) -> float: ...  # noqa: D102
    @property
    def thrust(self) -> frozenset[int]: ...  # noqa: D102
    @property
    def resists(self) -> Array: ...  # noqa: D102

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """Energy N mm, gradient (5,) N and Hessian (5, 5) N/mm."""
        ...

    def state(self, q_mm: Array, scale_mm: float) -> ContactState:
        """Loads of the elements and pressures."""
        ...


@dataclass(frozen=True)
class Balls:
    """One or more rows of balls in grooves."""

    rows: tuple[Row, ...]
    thrust: frozenset[int]

    @property
    def cap_mm(self) -> float:
        """Twice the distance of the groove centres."""
        return 2.0 * max(each.distance_mm for each in self.rows)

    @property
    def floor_n(self) -> float:
        """About 1e-6 C_0."""
        return load_floor_n(self.rows)

    @property
    def stiffness_n_mm(self) -> float:
        """Of all balls pressed in a little."""
        return reference_stiffness(self.rows)

    @property
    def resists(self) -> Array:
        """Everything."""
        return np.eye(5)

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """As `loadzone.design.equilibrium.rows.elastic`."""
        return elastic(self.rows, q_mm, scale_mm)

    def state(self, q_mm: Array, scale_mm: float) -> ContactState:
        """Ball loads and Hertzian pressures."""
        loads = [row_state(each, q_mm, scale_mm).loads_n for each in self.rows]
        return _ball_state([each.inside for each in self.rows], loads)


@dataclass(frozen=True)
class Rollers:
    """One or more rows of rollers in slices, each with the matrix and shift (mm) that take q to it."""

    rows: tuple[roller_rows.Laminae, ...]
    sides: tuple[Literal[1, -1], ...]
    positions_mm: tuple[float, ...]
    offset_mm: float
    thrust: frozenset[int]

    @property
    def cap_mm(self) -> float:
        """A tenth of a roller, or the clearance."""
        return roller_rows.cap_mm(self.rows)

    @property
    def floor_n(self) -> float:
        """About 1e-6 C_0."""
        return roller_rows.load_floor_n(*(each.inside for each in self.rows))

    @property
    def stiffness_n_mm(self) -> float:
        """Of all rollers pressed in a little."""
        return roller_rows.reference_stiffness(self.rows)

    @property
    def resists(self) -> Array:
        """Everything; without a contact angle no movement along the axis."""
        return np.diag((1.0, 1.0, float(bool(self.rows[0].inside.contact_angle_deg)), 1.0, 1.0))

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """As `loadzone.design.equilibrium.roller_rows.Laminae.elastic`, rows in their places."""
        energy, gradient, hessian = 0.0, np.zeros(5), np.zeros((5, 5))
        for one, taken, own in self._placed(q_mm, scale_mm):
            work, slope, bend = one.elastic(own)
            energy += work
            gradient += taken.T @ slope
            hessian += taken.T @ bend @ taken
        return energy, gradient, hessian

    def state(self, q_mm: Array, scale_mm: float) -> ContactState:
        """Roller loads and the pressures of the heaviest lamina."""
        loads, pressures = [], []
        for one, _, own in self._placed(q_mm, scale_mm):
            laminae = one.constant * one.penetrations(own) ** (10.0 / 9.0)
            loads.append(laminae.sum(axis=1))
            count = len(one.gaps_mm)
            pressures.append([float(roller_rows.pressure(one.inside, count, laminae.max(), ring)) for ring in RINGS])
        return ContactState(_padded(loads), max(each[0] for each in pressures), max(each[1] for each in pressures))

    def _placed(self, q_mm: Array, scale_mm: float) -> "list[tuple[roller_rows.Laminae, Array, Array]]":
        """Each row, the matrix that takes q to its own displacement, and that displacement."""
        found = []
        shifted = q_mm - self.offset_mm * np.eye(5)[2]
        for one, side, position in zip(self.rows, self.sides, self.positions_mm, strict=True):
            units = np.array((1.0, 1.0, 1.0, one.scale_mm, one.scale_mm))
            taken = units[:, None] * rigid(position) / np.array((1.0, 1.0, 1.0, scale_mm, scale_mm))
            taken = MIRROR @ taken if side < 0 else taken
            found.append((one, taken, taken @ shifted))
        return found


@dataclass(frozen=True)
class Aligning:
    """Elements whose contact normals all pass through the bearing's centre: tilting costs nothing.

    ``normals`` (n, 3) of all elements; an element at depth d carries ``constant`` d^``exponent``; ``gap_mm``: clearance
    along the normal.
    """

    inside: BallInside | RollerInside
    normals: Array
    constant: float
    exponent: float
    gap_mm: float
    offset_mm: float
    thrust: frozenset[int]

    @property
    def cap_mm(self) -> float:
        """A tenth of an element, or the clearance."""
        return 0.1 * _size_mm(self.inside) + abs(self.gap_mm)

    @property
    def floor_n(self) -> float:
        """About 1e-6 C_0."""
        return 12e-6 * len(self.normals) * _size_mm(self.inside) ** 2

    @property
    def stiffness_n_mm(self) -> float:
        """Of all elements pressed in by a thousandth of their diameter."""
        depth = 1e-3 * _size_mm(self.inside)
        return float(len(self.normals) * self.exponent * self.constant * depth ** (self.exponent - 1.0))

    @property
    def resists(self) -> Array:
        """Movements, no tilt."""
        return np.diag((1.0, 1.0, float(bool(np.abs(self.normals[:, 2]).max())), 0.0, 0.0))

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """Energy of depths that are linear in the displacement."""
        del scale_mm
        depths = self._depths(q_mm)
        root = self.constant * depths ** (self.exponent - 1.0) * (depths > 0.0)
        loads = root * depths
        gradient, hessian = np.zeros(5), np.zeros((5, 5))
        gradient[:3] = loads @ self.normals
        hessian[:3, :3] = np.einsum("n,nk,nl->kl", self.exponent * root, self.normals, self.normals)
        return float(loads @ depths) / (self.exponent + 1.0), gradient, hessian

    def state(self, q_mm: Array, scale_mm: float) -> ContactState:
        """Loads and pressures of the elements."""
        del scale_mm
        loads = (self.constant * self._depths(q_mm) ** self.exponent).reshape(-1, self.inside.n_elements)
        inside = self.inside
        if isinstance(inside, BallInside):
            return _ball_state([inside], list(loads))
        pressures = [float(roller_rows.pressure(inside, 1, loads.max(), ring)) for ring in RINGS]
        return ContactState(loads, pressures[0], pressures[1])

    def _depths(self, q_mm: Array) -> Array:
        moved = q_mm[:3] - (0.0, 0.0, self.offset_mm)
        depths: Array = np.maximum(self.normals @ moved - self.gap_mm, 0.0)
        return depths


@dataclass(frozen=True, eq=False)
class Linear:
    """A spring matrix in N, mm and rad."""

    stiffness: Array

    @property
    def cap_mm(self) -> float:
        """No limit."""
        return math.inf

    @property
    def floor_n(self) -> float:
        """Nothing."""
        return 0.0

    @property
    def stiffness_n_mm(self) -> float:
        """The greatest."""
        return float(np.diag(self.stiffness)[:3].max())

    @property
    def thrust(self) -> frozenset[int]:
        """Both, if it resists along the axis."""
        return frozenset({1, -1}) if self.stiffness[2, 2] > 0.0 else frozenset()

    @property
    def resists(self) -> Array:
        """The matrix over its own diagonal."""
        weights = np.sqrt(np.maximum(np.diag(self.stiffness), 1e-300))
        found: Array = self.stiffness / np.outer(weights, weights)
        return found

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """Half q K q."""
        units = np.array((1.0, 1.0, 1.0, scale_mm, scale_mm))
        matrix = self.stiffness / np.outer(units, units)
        gradient = matrix @ q_mm
        return float(q_mm @ gradient) / 2.0, gradient, matrix

    def state(self, q_mm: Array, scale_mm: float) -> ContactState:
        """No elements."""
        del q_mm, scale_mm
        return ContactState(np.zeros((0, 0)), None, None)


def contact_of(support: Support, mode: Mode) -> Contact:
    """The energy of one support.

    Raises
    ------
    OutOfScope : mode ``iso``, whose moment has another lever than its movement
    MissingInput : rollers of unknown length, two rows at an unknown distance
    BadInput : a rest position that the clearance does not allow
    """
    if mode == "iso":
        raise OutOfScope(text("mode iso on a shaft: the standard states one bearing alone; take consistent or pitch"))
    inside = support.bearing
    if isinstance(inside, Spring):
        return Linear(np.asarray(inside.stiffness, dtype=float))
    if isinstance(inside, RollerInside) and not inside.length_mm > 0.0:
        raise MissingInput(
            text("rollers of unknown length in {name}: their stiffness needs it; give length_mm", name=support.name)
        )
    if support.form == "aligning":
        return _aligning(inside, support)
    return _balls(inside, support, mode) if isinstance(inside, BallInside) else _rollers(inside, support)


def preload_offset_mm(support: Support, preload_n: float) -> float:
    """Offset of the outer ring at which the bearing alone, between rigid rings, carries an axial preload.

    A shaft and a housing that give way take a part of it back.

    Raises
    ------
    BadInput : a preload that is negative, or a bearing that takes thrust both ways or not at all
    """
    inside = support.bearing
    can = not isinstance(inside, Spring) and inside.contact_angle_deg > 0.0 and support.form == "plain"
    if isinstance(inside, Spring) or not can or inside.rows != 1 or not 0.0 <= preload_n < math.inf:
        raise BadInput(
            text(
                "preload {preload_n:g} N of {name}: it is 0 N or more, on one row with a contact angle that presses "
                "against another bearing",
                preload_n=preload_n,
                name=support.name,
            )
        )
    if not preload_n:
        return 0.0
    pressed = Load(fz_n=preload_n)
    rest = ball.solve(inside, pressed) if isinstance(inside, BallInside) else roller.solve(inside, pressed)
    return -support.side * float(rest.displacements[2])


def _balls(inside: BallInside, support: Support, mode: Mode) -> Balls:
    if support.form == "four_point":
        sides, positions = [1, -1], [0.0, 0.0]
    else:
        sides, positions = _rows_of(support, inside.rows, inside.contact_angle_deg)
    rows = []
    for side, position in zip(sides, positions, strict=True):
        bare = row(replace(inside, rows=1), mode, "exact", side)
        # a bearing without contact angle is placed by its centre, not by the touch of one side
        rest = bare.axial_mm if inside.contact_angle_deg else 0.0
        rows.append(replace(bare, inside=inside, axial_mm=rest - support.offset_mm, position_mm=position))
    return Balls(tuple(rows), frozenset(sides) if inside.contact_angle_deg else frozenset({1, -1}))


def _rollers(inside: RollerInside, support: Support) -> Rollers:
    sides, positions = _rows_of(support, inside.rows, inside.contact_angle_deg)
    sliced = roller.slice_rollers(replace(inside, rows=1), roller_rows.LAMINAE, iso)
    return Rollers(
        (sliced,) * len(sides),
        tuple(1 if side > 0 else -1 for side in sides),
        tuple(positions),
        support.offset_mm if inside.contact_angle_deg else 0.0,
        frozenset(sides) if inside.contact_angle_deg else frozenset(),
    )


def _rows_of(support: Support, rows: int, angle_deg: float) -> tuple[list[int], list[float]]:
    """Side and position of each row of one bearing."""
    if rows == 1:
        return [support.side], [0.0]
    distance = support.row_distance_mm
    if rows != 2 or distance is None or not 0.0 <= distance < math.inf:
        raise MissingInput(
            text(
                "{rows} rows in {name} at distance {distance} mm: two rows are computed, and row_distance_mm says how "
                "far their centres are apart",
                rows=rows,
                name=support.name,
                distance=distance,
            )
        )
    outward = {"back_to_back": 1, "face_to_face": -1, "tandem": 0}[support.arrangement]
    # the row on the left takes thrust towards +z where contact lines meet the axis outside of the rows
    places = [-distance / 2.0, distance / 2.0]
    return ([outward, -outward] if outward and angle_deg else [support.side, support.side]), places


def _aligning(inside: BallInside | RollerInside, support: Support) -> Aligning:
    """Rows inclined by the contact angle on either side of the centre; one row without angle for a toroidal bearing."""
    n, angle = inside.n_elements, math.radians(inside.contact_angle_deg)
    azimuths = 2.0 * np.pi * np.arange(n) / n
    sides = (1, -1) if inside.rows > 1 or angle else (1,)
    normals = np.concatenate(
        [
            np.stack(
                (
                    math.cos(angle) * np.cos(azimuths),
                    math.cos(angle) * np.sin(azimuths),
                    np.full(n, side * math.sin(angle)),
                ),
                axis=1,
            )
            for side in sides
        ]
    )
    if isinstance(inside, BallInside):
        sphere = inside.pitch_diameter_mm / 2.0 / math.cos(angle) / inside.ball_diameter_mm + 0.5
        inside = replace(inside, groove_outer=sphere)
        constant, exponent = ball_constant(inside), 1.5
    else:
        constant, exponent = roller_rows.LINE_CONSTANT * inside.length_mm ** (8.0 / 9.0), 10.0 / 9.0
    gap = inside.clearance_mm / 2.0 * math.cos(angle)
    thrust = frozenset({1, -1}) if angle else frozenset[int]()
    return Aligning(inside, normals, constant, exponent, gap, support.offset_mm if angle else 0.0, thrust)


def _ball_state(insides: Sequence[BallInside], loads: Sequence[Array]) -> ContactState:
    """Pressures of rows; one inside stands for all rows where they are alike."""
    each = list(insides) if len(insides) == len(loads) else [insides[0]] * len(loads)
    inner, outer = (
        max(pressure_constant(one, ring) * float(np.cbrt(row_n.max())) for one, row_n in zip(each, loads, strict=True))
        for ring in RINGS
    )
    return ContactState(_padded(loads), inner, outer)


def _padded(loads: Sequence[Array]) -> Array:
    """(rows, Z), shorter rows filled with zeros."""
    found = np.zeros((len(loads), max(len(each) for each in loads)))
    for index, each in enumerate(loads):
        found[index, : len(each)] = each
    return found


def _size_mm(inside: BallInside | RollerInside) -> float:
    return inside.ball_diameter_mm if isinstance(inside, BallInside) else inside.roller_diameter_mm
