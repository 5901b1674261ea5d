"""Rows of point contacts as nonlinear springs between two rigid rings: elastic energy, its gradient and its Hessian.

Unknowns are the displacements of the inner ring against the outer, q = (dx, dy, dz, R thx, R thy) in mm, z the axis,
 ball 1 on the x axis and R a length of the bearing that makes the rotations comparable. A ball at azimuth phi moves

    u = (dx + L thy) cos phi + (dy - L thx) sin phi        (radially)
    v = dz + r (thx sin phi - thy cos phi)                 (axially)

from the vector (x0, y0) between its groove centres. Its penetration hypot(x0 + u, y0 + v) - A is convex in q, so the
energy 2/5 c_P d^2.5 is convex and the equilibrium is its only minimum.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import Hertz, ball_constant
from loadzone.design.inside import BallInside, Mode
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
Real = float | Array


@dataclass(frozen=True)
class Row:
    """One row of balls, or one of the two contact diagonals of a four-point row.

    ``radial_mm``, ``axial_mm``: (x0, y0), vector between the groove centres at q = 0; ``distance_mm``: A, the distance
    at which the ball just touches both races; ``constant``: c_P, N/mm^1.5; ``lever_mm``: r of the kinematics, 0 where
    the ring aligns freely; ``moment_lever_mm``: that of the moment (differs in mode ``iso`` alone); ``position_mm``: L,
    of the row's centre on the axis; ``side``: whether the nominal contact angle points to +z (1) or -z (-1).
    """

    inside: BallInside
    radial_mm: float
    axial_mm: float
    distance_mm: float
    constant: float
    lever_mm: float
    moment_lever_mm: float
    position_mm: float = 0.0
    side: int = 1

    @property
    def n_elements(self) -> int:
        """Z."""
        return self.inside.n_elements

    @property
    def moment_ratio(self) -> float:
        """Lever of the kinematics over that of the moment: 1 except in mode ``iso``."""
        return 1.0 if self.lever_mm == self.moment_lever_mm else self.lever_mm / self.moment_lever_mm

    @property
    def excess_mm2(self) -> float:
        """x0² + y0² - A²: positive where the row is preloaded at q = 0; zero, not rounding, where it just touches."""
        excess = math.fsum((self.radial_mm**2, self.axial_mm**2, -(self.distance_mm**2)))
        return excess if abs(excess) > 1e-13 * self.distance_mm**2 else 0.0

    @cached_property
    def directions(self) -> Array:
        """Cosine and sine of the balls' azimuths, (2, Z)."""
        azimuths = 2.0 * np.pi * np.arange(self.n_elements) / self.n_elements
        return np.array((np.cos(azimuths), np.sin(azimuths)))

    def map(self, scale_mm: float) -> Array:
        """Matrix (Z, 2, 5) that takes q to (u, v) of each ball; ``scale_mm`` is R."""
        c, s = self.directions
        nothing, one = np.zeros_like(c), np.ones_like(c)
        offset, lever = self.position_mm / scale_mm, self.lever_mm / scale_mm
        radial = np.stack((c, s, nothing, -offset * s, offset * c), axis=-1)
        axial = np.stack((nothing, nothing, one, lever * s, -lever * c), axis=-1)
        return np.stack((radial, axial), axis=1)


@dataclass(frozen=True)
class RowState:
    """What one row does at a displacement: penetration mm, load N and contact angle rad of each ball, (Z,) each."""

    penetrations_mm: Array
    loads_n: Array
    angles_rad: Array


def row(inside: BallInside, mode: Mode = "consistent", hertz: Hertz = "exact", side: int = 1) -> Row:
    """The row at rest: nominal contact angle, or the free angle that a radial clearance leaves.

    Parameters
    ----------
    inside : of one row. A bearing of contact angle 0 takes its free angle from cos(alpha_0) = 1 - s/(2A); negative
        clearance is interference. With a contact angle that angle counts and the clearance does not
    mode, hertz : see `loadzone.design.inside.Mode`, `loadzone.design.contact.Hertz`
    side : 1 when it carries thrust on the inner ring towards +z, -1 when towards -z

    Raises
    ------
    BadInput : a clearance of 2A or more: the rings fall apart, or as much interference

    Source: ISO/TS 16281:2008 core, design reference 2.5.
    """
    centres = groove_centres(inside, inside.groove_inner, inside.groove_outer, inside.clearance_mm)
    radial, axial, distance, race = (float(each) for each in centres)
    pitch = inside.pitch_diameter_mm / 2.0
    return Row(
        inside,
        radial,
        side * axial,
        distance,
        ball_constant(inside, hertz),
        lever_mm=pitch if mode == "pitch" else race,
        moment_lever_mm=race if mode == "consistent" else pitch,
        side=side,
    )


def groove_centres(inside: BallInside, groove_inner: Real, groove_outer: Real, clearance_mm: Real) -> tuple[Array, ...]:
    """x0, y0 to +z, A, and the radius of the inner race at rest, mm, in the shape of grooves and clearance.

    Raises
    ------
    BadInput : as `row`
    """
    f_i, gap = np.asarray(groove_inner, dtype=float), np.asarray(clearance_mm, dtype=float)
    distance = (f_i + groove_outer - 1.0) * inside.ball_diameter_mm
    if inside.contact_angle_deg:
        angle = math.radians(inside.contact_angle_deg)
        radial, axial = distance * math.cos(angle), distance * math.sin(angle)
    else:
        if not np.all(np.abs(gap) < 2.0 * distance):
            raise BadInput(
                text(
                    "clearance {clearance_mm:g} mm: between these races it lies within {limit_mm:.3g} mm; "
                    "check its unit and the groove radii",
                    clearance_mm=float(gap.flat[np.argmax(np.abs(gap))]),
                    limit_mm=2.0 * float(np.min(distance)),
                )
            )
        radial = distance - gap / 2.0
        axial = np.sqrt(np.maximum(distance**2 - radial**2, 0.0))
    race = inside.pitch_diameter_mm / 2.0 + (f_i - 0.5) * inside.ball_diameter_mm * np.minimum(radial / distance, 1.0)
    return radial, axial, distance, race


def row_state(one: Row, displacements_mm: Array, scale_mm: float) -> RowState:
    """Penetrations, loads and angles of one row at q; see `elastic`."""
    u, v = np.moveaxis(one.map(scale_mm) @ displacements_mm, -1, 0)
    x, y = one.radial_mm + u, one.axial_mm + v
    stretched = np.hypot(x, y)
    growth = one.excess_mm2 + u * (2.0 * one.radial_mm + u) + v * (2.0 * one.axial_mm + v)
    penetrations = np.maximum(growth / (stretched + one.distance_mm), 0.0)
    return RowState(penetrations, one.constant * penetrations**1.5, np.arctan2(y, x))


def elastic(rows: Sequence[Row], displacements_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
    """Elastic energy N mm, its gradient (5,) N and Hessian (5, 5) N/mm at q.

    The penetration is (n² - A²)/(n + A), which keeps full relative precision where a ball barely touches.
    Source: design reference 2.5.
    """
    energy, gradient, hessian = 0.0, np.zeros(5), np.zeros((5, 5))
    for one in rows:
        state = row_state(one, displacements_mm, scale_mm)
        maps = one.map(scale_mm)
        normal = np.stack((np.cos(state.angles_rad), np.sin(state.angles_rad)), axis=-1)
        stretched = one.distance_mm + state.penetrations_mm
        along = 1.5 * one.constant * np.sqrt(state.penetrations_mm)
        turning = state.loads_n / stretched
        pulled = np.einsum("zi,zik->zk", normal, maps)
        energy += 0.4 * float(state.loads_n @ state.penetrations_mm)
        gradient += state.loads_n @ pulled
        hessian += np.einsum("z,zk,zl->kl", along - turning, pulled, pulled)
        hessian += np.einsum("z,zik,zil->kl", turning, maps, maps)
    return energy, gradient, hessian
