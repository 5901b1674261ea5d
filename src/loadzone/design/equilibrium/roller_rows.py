"""Rows of rollers cut into laminae, as nonlinear springs between two rigid rings: what `rows` is to balls.

Unknowns as there, q = (dx, dy, dz, R thx, R thy) in mm. A lamina k of the roller at azimuth phi is pressed in by

    d = cos(alpha) (dx cos phi + dy sin phi) + side sin(alpha) dz + h_k (R thy cos phi - R thx sin phi) - gap_k,
    h_k = (x_k + L cos(alpha) - side sin(alpha) D_pw/2)/R,   gap_k = s cos(alpha)/2 + 2 P(x_k),

linear in the displacements, so its energy 9/19 c_s d^(19/9) is convex. h_k is the moment arm of the contact normal; the
normals of a race that is a sphere all meet in its centre, so there h_k = 0: the ring aligns freely.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.design.contact import Ring, compliance, line_contact
from loadzone.design.equilibrium.profiles import Profile
from loadzone.design.inside import RollerInside
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

Array = NDArray[np.float64]

LAMINAE = 30
LINE_CONSTANT = 35948.0
"""c_L/L_we^(8/9) of steel rollers between steel races, N/mm^(10/9) and mm (ISO/TS 16281:2008, read in public code)."""
STRIBECK = 4.08
"""Greatest over mean radial roller load at no clearance (Sjovall integral 1/0.2448)."""


@dataclass(frozen=True)
class PlacedRollers:
    """One row of rollers in its place.

    ``position_mm``: of the row's centre on the axis, from the point where the load is given; ``side``: 1 when it takes
    thrust on the inner ring towards +z, -1 towards -z; ``phase_deg``: azimuth of its first roller; ``is_aligning``: one
    race is a sphere about that point. ``inside`` keeps the bearing's number of rows, for its rating.
    """

    inside: RollerInside
    position_mm: float = 0.0
    side: Literal[1, -1] = 1
    phase_deg: float = 0.0
    is_aligning: bool = False


@dataclass(frozen=True)
class Laminae:
    """A row of rollers in slices: ``levers`` h_k and ``gaps_mm`` (n_s,), ``constant`` c_s, N/mm^(10/9)."""

    inside: RollerInside
    positions_mm: Array
    levers: Array
    gaps_mm: Array
    constant: float
    scale_mm: float
    side: int = 1
    phase_rad: float = 0.0

    @property
    def slant(self) -> tuple[float, float]:
        """Radial and axial part of the contact normal, the latter with its side; 0 and 1 exactly at 90 deg."""
        return slant(self.inside.contact_angle_deg, self.side)

    @property
    def line_constant(self) -> float:
        """Of a whole roller pressed in evenly, N/mm^(10/9)."""
        return self.constant * len(self.gaps_mm)

    @cached_property
    def azimuths(self) -> tuple[Array, Array]:
        """Cosine and sine of the rollers' azimuths, (Z,) each."""
        n = self.inside.n_elements
        angles = self.phase_rad + 2.0 * np.pi * np.arange(n) / n
        return np.cos(angles), np.sin(angles)

    @cached_property
    def directions(self) -> tuple[Array, Array]:
        """Derivatives (Z, 5) of a roller's approach and of its tilt by q."""
        c, s = self.azimuths
        nothing = np.zeros_like(c)
        radial, axial = self.slant
        press = np.stack((radial * c, radial * s, nothing + axial, nothing, nothing), axis=1)
        return press, np.stack((nothing, nothing, nothing, -s, c), axis=1)

    def penetrations(self, q: Array) -> Array:
        """(Z, n_s) in mm at q (5,)."""
        press, tilt = self.directions
        depths: Array = np.maximum((press @ q)[:, None] + np.outer(tilt @ q, self.levers) - self.gaps_mm, 0.0)
        return depths

    def elastic(self, q: Array) -> tuple[float, Array, Array]:
        """Energy N mm, gradient (5,) N and Hessian (5, 5) N/mm at q."""
        press, tilt = self.directions
        depths = self.penetrations(q)
        root = self.constant * depths ** (1.0 / 9.0)
        loads, slopes = root * depths, 10.0 / 9.0 * root * (depths > 0.0)
        gradient = loads.sum(axis=1) @ press + (loads @ self.levers) @ tilt
        both = np.einsum("z,zk,zl->kl", slopes @ self.levers, press, tilt)
        hessian = np.einsum("z,zk,zl->kl", slopes.sum(axis=1), press, press) + both + both.T
        hessian += np.einsum("z,zk,zl->kl", slopes @ self.levers**2, tilt, tilt)
        return 9.0 / 19.0 * float((loads * depths).sum()), gradient, hessian


def slice_row(placed: PlacedRollers, laminae: int, profile: Profile, scale_mm: float) -> Laminae:
    """A row in slices of equal width.

    Parameters
    ----------
    laminae : n_s, 3 or more
    scale_mm : R, the same for all rows between the same rings

    Raises
    ------
    BadInput : fewer than 3 laminae
    OutOfScope : contact angle outside 0 to 90 deg
    """
    if laminae < 3:
        raise BadInput(text("{count} laminae: take 3 or more, 30 for the reference life", count=laminae))
    inside = placed.inside
    if not 0.0 <= inside.contact_angle_deg <= 90.0:
        raise OutOfScope(
            text("contact angle {angle_deg:g} deg: it lies between 0 and 90 deg", angle_deg=inside.contact_angle_deg)
        )
    radial, axial = slant(inside.contact_angle_deg, placed.side)
    positions = (np.arange(1, laminae + 1) - (laminae + 1) / 2.0) * inside.length_mm / laminae
    gaps = inside.clearance_mm / 2.0 * radial + 2.0 * profile(inside, positions)
    levers = (positions + placed.position_mm * radial - axial * inside.pitch_diameter_mm / 2.0) / scale_mm
    return Laminae(
        inside,
        positions,
        np.zeros_like(levers) if placed.is_aligning else levers,
        gaps,
        LINE_CONSTANT * inside.length_mm ** (8.0 / 9.0) / laminae,
        scale_mm,
        placed.side,
        math.radians(placed.phase_deg),
    )


def slant(angle_deg: float, side: int) -> tuple[float, float]:
    """Cosine and sine of a contact angle, the sine with its side."""
    if angle_deg == 90.0:
        return 0.0, float(side)
    angle = math.radians(angle_deg)
    return math.cos(angle), side * math.sin(angle)


def elastic_rollers(rows: Sequence[Laminae], q: Array) -> tuple[float, Array, Array]:
    """Energy, gradient and Hessian of rows that share rigid rings; see `Laminae.elastic`."""
    parts = [each.elastic(q) for each in rows]
    return (
        sum(each[0] for each in parts),
        np.sum([each[1] for each in parts], 0),
        np.sum([each[2] for each in parts], 0),
    )


def refuse_impossible(rows: Sequence[Laminae], forces: Array) -> None:
    """Refuse loads (5,) that no normal force of the rollers can balance.

    Raises
    ------
    OutOfScope : axial force without a contact angle or away from the rollers, radial force on 90 deg, moment on a
        bearing that aligns itself
    """
    slants = [each.slant for each in rows]
    fz_n = float(forces[2])
    ways = {math.copysign(1.0, axial) for _, axial in slants if axial}
    if fz_n and not ways:
        raise OutOfScope(
            text(
                "axial force {fz_n:g} N on rollers without contact angle: the ribs would carry it, which is not "
                "modelled; give 0 N or a bearing with a contact angle",
                fz_n=fz_n,
            )
        )
    needs_thrust = all(axial for _, axial in slants)
    if len(ways) == 1 and (fz_n * min(ways) < 0.0 or (needs_thrust and not fz_n)):
        raise OutOfScope(
            text(
                "axial force {fz_n:g} N on rollers that take thrust one way: it must press the inner ring into the "
                "outer one (above 0 N); a single row needs a second one against it",
                fz_n=fz_n,
            )
        )
    radial_n = math.hypot(forces[0], forces[1])
    if radial_n and not any(radial for radial, _ in slants):
        raise OutOfScope(
            text("radial force {radial_n:g} N on a contact angle of 90 deg: it carries none", radial_n=radial_n)
        )
    if forces[3:].any() and not any(each.levers.any() for each in rows):
        raise OutOfScope(
            text("a moment on a bearing that aligns itself: its rings turn freely until something else holds")
        )


def guess(rows: Sequence[Laminae], forces_n: Array) -> Array:
    """Start (n, 5) in mm: Stribeck's greatest load plus the gap, the thrust, the tilt at which the ends begin to carry.

    Parameters
    ----------
    forces_n : (n, 5), moments over R
    """
    q = np.zeros_like(forces_n)
    gap = min(float(each.gaps_mm.min()) for each in rows)
    parts = [(each.inside.n_elements * each.line_constant, *each.slant) for each in rows]
    force, moment = (np.hypot(forces_n[:, k], forces_n[:, k + 1]) for k in (0, 3))
    across = sum(constant * radial for constant, radial, _ in parts)
    if across:
        reach = gap + (STRIBECK * force / across) ** 0.9
        q[:, :2] = forces_n[:, :2] * np.divide(reach, force, out=np.zeros_like(force), where=force > 0)[:, None]
    for way in (1.0, -1.0):
        along = [(constant, abs(axial)) for constant, _, axial in parts if axial * way > 0.0]
        if along:
            sine = min(axial for _, axial in along)
            thrust = np.maximum(way * forces_n[:, 2], 0.0)
            pressed = (gap + (thrust / sum(constant * axial for constant, axial in along)) ** 0.9) / sine
            q[:, 2] = np.where(thrust > 0.0, way * pressed, q[:, 2])
    arm = float(np.mean([np.abs(each.levers).mean() for each in rows]))
    if arm:
        held = np.hypot(force, forces_n[:, 2])
        swing = (max(gap, 0.0) + (4.0 * moment / (arm * sum(part[0] for part in parts))) ** 0.9) / (1.6 * arm)
        share = np.divide(moment, held + moment, out=np.zeros_like(moment), where=moment > 0)
        swing = swing * np.where(held > 0, np.minimum(2.0 * share, 1.0), 1.0)
        q[:, 3:] = forces_n[:, 3:] * np.divide(swing, moment, out=np.zeros_like(moment), where=moment > 0)[:, None]
    return q


def cap_mm(rows: Sequence[Laminae]) -> float:
    """Longest step of the search: a tenth of a roller, or the clearance."""
    return max(0.1 * each.inside.roller_diameter_mm + abs(each.inside.clearance_mm) for each in rows)


def load_floor_n(*insides: RollerInside) -> float:
    """About 1e-6 C_0 of rows: below, a load is solved to a fixed residual."""
    return 30e-6 * sum(each.n_elements * each.length_mm * each.roller_diameter_mm for each in insides)


def reference_stiffness(rows: Sequence[Laminae]) -> float:
    """Of all rollers pressed in by a thousandth of their diameter, N/mm."""
    return float(
        sum(
            each.line_constant * (1e-3 * each.inside.roller_diameter_mm) ** (1.0 / 9.0) * each.inside.n_elements
            for each in rows
        )
    )


def pressure(inside: RollerInside, laminae: int, lamina_loads_n: ArrayLike, ring: Ring) -> Array:
    """Hertzian pressure of laminae on the race of a ring, MPa."""
    gamma = inside.gamma if ring == "inner" else -inside.gamma
    per_mm = np.asarray(lamina_loads_n, dtype=float) * laminae / inside.length_mm
    radius = inside.roller_diameter_mm * (1.0 - gamma) / 2.0
    return line_contact(per_mm, radius, compliance(inside.races, inside.rollers)).p_max_mpa
