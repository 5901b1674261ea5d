"""Equilibrium of one row of rollers cut into laminae: cylindrical and needle; tapered with its normal force alone.

A lamina k of the roller at azimuth phi is pressed in by

    d = cos(alpha) (dx cos phi + dy sin phi) + sin(alpha) dz + h_k (R thy cos phi - R thx sin phi) - gap_k,
    h_k = (x_k - sin(alpha) D_pw/2)/R,   gap_k = s cos(alpha)/2 + 2 P(x_k),

linear in the displacements, so its energy 9/19 c_s d^(19/9) is convex and the least energy is the equilibrium.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.design.contact import Ring, compliance, line_contact
from loadzone.design.equilibrium.newton import minimise
from loadzone.design.equilibrium.profiles import Profile, iso
from loadzone.design.inside import Load, RollerInside
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.batch_roller import RollerBatch

Array = NDArray[np.float64]

LAMINAE = 30
LINE_CONSTANT = 35948.0
"""c_L/L_we^(8/9) of steel rollers between steel races, N/mm^(10/9) and mm (ISO/TS 16281:2008, read in public code)."""
STRIBECK = 4.08
"""Greatest over mean radial roller load at no clearance (Sjovall integral 1/0.2448)."""
STATIC_LIMIT_MPA = 4000.0


@dataclass(frozen=True)
class Laminae:
    """A row of rollers in slices: ``levers`` h_k and ``gaps_mm`` (n_s,), ``constant`` c_s, N/mm^(10/9)."""

    inside: RollerInside
    positions_mm: Array
    levers: Array
    gaps_mm: Array
    constant: float
    scale_mm: float

    @cached_property
    def directions(self) -> tuple[Array, Array]:
        """Derivatives (Z, 5) of a roller's approach and of its tilt by q."""
        n = self.inside.n_elements
        azimuths = 2.0 * np.pi * np.arange(n) / n
        c, s, nothing = np.cos(azimuths), np.sin(azimuths), np.zeros(n)
        angle = math.radians(self.inside.contact_angle_deg)
        press = np.stack(
            (math.cos(angle) * c, math.cos(angle) * s, nothing + math.sin(angle), nothing, nothing), axis=1
        )
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


@dataclass(frozen=True)
class RollerEquilibrium:
    """Rest position of the inner ring and what the rollers carry there.

    ``displacements``: (5,) in mm and rad (dz stays 0 at contact angle 0); ``lamina_loads_n``: (Z, n_s); ``stiffness``:
    (5, 5) in N/mm, N/rad, N mm/rad; ``residual_n``: of forces, and of moments over D_pw/2.
    """

    load: Load
    laminae: Laminae
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
    def loads_n(self) -> Array:
        """Load of each roller, (1, Z)."""
        loads: Array = self.lamina_loads_n.sum(axis=1)[None]
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
            Step("p_i", self.p_max_inner_mpa, "MPa", "Hertz, line, without edge stress", "computed"),
            Step("p_e", self.p_max_outer_mpa, "MPa", "Hertz, line, without edge stress", "computed"),
        )


def solve(inside: RollerInside, load: Load, *, laminae: int = LAMINAE, profile: Profile = iso) -> RollerEquilibrium:
    """Displacements, lamina loads, pressures and stiffness of one row of rollers between rigid rings.

    Parameters
    ----------
    inside : one row, radial (contact angle up to 45 deg); clearance is diametral, negative is interference
    load : on the inner ring; at contact angle 0 no axial force
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
    sliced = slice_rollers(inside, laminae, profile)
    forces = scaled_forces(inside, np.array([[load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm]]))[0]
    refuse_impossible(inside, forces[2])
    if not np.isfinite(forces).all():
        raise BadInput(
            text("load {load}: forces in N and moments in N mm must be finite numbers", load=forces.tolist())
        )
    minimum = minimise(
        sliced.elastic,
        forces,
        guess(sliced, forces[None])[0],
        cap_mm=cap_mm(sliced),
        floor_n=load_floor_n(inside),
        stiffness_n_mm=reference_stiffness(sliced),
    )
    units = np.array((1.0, 1.0, 1.0, sliced.scale_mm, sliced.scale_mm))
    loads = sliced.constant * sliced.penetrations(minimum.displacements_mm) ** (10.0 / 9.0)
    pressures = [float(pressure(inside, laminae, loads.max(), ring)) for ring in RINGS]
    return RollerEquilibrium(
        load,
        sliced,
        minimum.displacements_mm / units,
        loads,
        pressures[0],
        pressures[1],
        minimum.hessian * np.outer(units, units),
        minimum.converged,
        minimum.iterations,
        minimum.residual_n,
        _notices(inside, max(pressures), minimum.residual_n, minimum.iterations, is_settled=minimum.converged),
    )


RINGS: tuple[Ring, Ring] = ("inner", "outer")


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
    return solve_laminae(sliced, table, is_history=is_history, is_quiet=is_quiet)


def slice_rollers(inside: RollerInside, laminae: int, profile: Profile) -> Laminae:
    """The row in slices of equal width."""
    if laminae < 3:
        raise BadInput(text("{count} laminae: take 3 or more, 30 for the reference life", count=laminae))
    if inside.rows != 1:
        raise OutOfScope(text("{rows} rows of rollers: their distance decides; solve each row alone", rows=inside.rows))
    if not 0.0 <= inside.contact_angle_deg <= 45.0:
        raise OutOfScope(
            text(
                "contact angle {angle_deg:g} deg: the laminae of radial roller bearings hold for 0 to 45 deg",
                angle_deg=inside.contact_angle_deg,
            )
        )
    angle, scale = math.radians(inside.contact_angle_deg), inside.pitch_diameter_mm / 2.0
    positions = (np.arange(1, laminae + 1) - (laminae + 1) / 2.0) * inside.length_mm / laminae
    gaps = inside.clearance_mm / 2.0 * math.cos(angle) + 2.0 * profile(inside, positions)
    constant = LINE_CONSTANT * inside.length_mm ** (8.0 / 9.0) / laminae
    return Laminae(inside, positions, positions / scale - math.sin(angle), gaps, constant, scale)


def scaled_forces(inside: RollerInside, loads: Array) -> Array:
    """(n, 5) in N, moments over D_pw/2."""
    scaled: Array = loads / np.array((1.0, 1.0, 1.0, inside.pitch_diameter_mm / 2.0, inside.pitch_diameter_mm / 2.0))
    return scaled


def refuse_impossible(inside: RollerInside, fz_n: float) -> None:
    """Refuse a load that no normal force of the rollers can balance."""
    if not inside.contact_angle_deg and fz_n:
        raise OutOfScope(
            text(
                "axial force {fz_n:g} N on rollers without contact angle: the ribs would carry it, which is not "
                "modelled; give 0 N or a bearing with a contact angle",
                fz_n=fz_n,
            )
        )
    if inside.contact_angle_deg and not fz_n > 0.0:
        raise OutOfScope(
            text(
                "axial force {fz_n:g} N on a row of tapered rollers: it must press the inner ring into the outer one "
                "(above 0 N); a single row needs a second one against it",
                fz_n=fz_n,
            )
        )


def guess(sliced: Laminae, forces_n: Array) -> Array:
    """Start (n, 5) in mm: Stribeck's greatest load plus the gap, the tilt at which the ends begin to carry."""
    inside = sliced.inside
    angle, n = math.radians(inside.contact_angle_deg), inside.n_elements
    line = sliced.constant * len(sliced.gaps_mm)
    gap = float(sliced.gaps_mm.min())
    q = np.zeros_like(forces_n)
    force, moment = (np.hypot(forces_n[:, k], forces_n[:, k + 1]) for k in (0, 3))
    reach = gap + (STRIBECK * force / (n * math.cos(angle) * line)) ** 0.9
    q[:, :2] = forces_n[:, :2] * np.divide(reach, force, out=np.zeros_like(force), where=force > 0)[:, None]
    if angle:
        q[:, 2] = (gap + (np.maximum(forces_n[:, 2], 0.0) / (n * math.sin(angle) * line)) ** 0.9) / math.sin(angle)
        return q
    arm = inside.length_mm / 4.0 / sliced.scale_mm
    swing = (max(gap, 0.0) + (4.0 * moment / (n * arm * line)) ** 0.9) / (1.6 * arm)
    share = np.divide(moment, force + moment, out=np.zeros_like(moment), where=moment > 0)
    swing = swing * np.where(force > 0, np.minimum(2.0 * share, 1.0), 1.0)
    q[:, 3:] = forces_n[:, 3:] * np.divide(swing, moment, out=np.zeros_like(moment), where=moment > 0)[:, None]
    return q


def cap_mm(sliced: Laminae) -> float:
    """Longest step of the search: a tenth of a roller, or the clearance."""
    return 0.1 * sliced.inside.roller_diameter_mm + abs(sliced.inside.clearance_mm)


def load_floor_n(inside: RollerInside) -> float:
    """About 1e-6 C_0: below, a load is solved to a fixed residual."""
    return 30e-6 * inside.n_elements * inside.length_mm * inside.roller_diameter_mm


def reference_stiffness(sliced: Laminae) -> float:
    """Of all rollers pressed in by a thousandth of their diameter, N/mm."""
    depth = 1e-3 * sliced.inside.roller_diameter_mm
    return float(sliced.constant * len(sliced.gaps_mm) * depth ** (1.0 / 9.0) * sliced.inside.n_elements)


def pressure(inside: RollerInside, laminae: int, lamina_loads_n: ArrayLike, ring: Ring) -> Array:
    """Hertzian pressure of laminae on the race of a ring, MPa."""
    gamma = inside.gamma if ring == "inner" else -inside.gamma
    per_mm = np.asarray(lamina_loads_n, dtype=float) * laminae / inside.length_mm
    radius = inside.roller_diameter_mm * (1.0 - gamma) / 2.0
    return line_contact(per_mm, radius, compliance(inside.races, inside.rollers)).p_max_mpa


def _notices(
    inside: RollerInside, p_max_mpa: float, residual_n: float, iterations: int, *, is_settled: bool
) -> tuple[Notice, ...]:
    found = []
    if not is_settled:
        found.append(
            Notice(
                "not_converged",
                text(
                    "equilibrium: residual {residual_n:.3g} N after {count} iterations; the load may be far beyond "
                    "what the bearing carries",
                    residual_n=residual_n,
                    count=iterations,
                ),
            )
        )
    if p_max_mpa > STATIC_LIMIT_MPA:
        found.append(
            Notice(
                "static_pressure",
                text(
                    "pressure {p_mpa:.0f} MPa: above {limit_mpa:.0f} MPa rollers leave permanent dents (ISO 76); "
                    "lower the load or take a larger bearing",
                    p_mpa=p_max_mpa,
                    limit_mpa=STATIC_LIMIT_MPA,
                ),
            )
        )
    if inside.contact_angle_deg:
        found.append(
            Notice(
                "not_verified",
                text("rollers with a contact angle: projection on the contact normal without the rib, not verified"),
            )
        )
    return tuple(found)
