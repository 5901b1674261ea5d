"""Elastic contact of rolling elements and races: exact Hertz point, line, the constants that follow, stress below.

Complete elliptic integrals come from the arithmetic-geometric mean and the ellipse ratio from Newton's method in its
logarithm, so that one contact costs no import and many cost one array. Brewe and Hamrock's fit is the start only.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.design.inside import BallInside, Material
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
Ring = Literal["inner", "outer"]
RINGS: tuple[Ring, Ring] = ("inner", "outer")
Hertz = Literal["exact", "rounded"]
"""``exact``: sqrt(2) pi/3 = 1.48096 in the contact constant; ``rounded``: 1.48 as ISO/TS 16281 prints it."""

EXACT_FACTOR = math.sqrt(2.0) * math.pi / 3.0
ROUNDED_FACTOR = 1.48
MEAN_STEPS = 9
"""Of the arithmetic-geometric mean; the last correction is below 1e-16 for ellipse ratios up to 1e12."""
NEWTON_STEPS = 6
"""Of ln(1 - F) over ln(a/b), nearly a straight line: from a start within 2 % three are enough for bearings."""


@dataclass(frozen=True)
class Curvature:
    """Sum of the principal curvatures, 1/mm, and their relative difference F(rho) in 0..1."""

    sum_per_mm: Array
    difference: Array


@dataclass(frozen=True)
class Ellipse:
    """Ratio a/b of the contact ellipse and its complete elliptic integrals of first and second kind."""

    ratio: Array
    first: Array
    second: Array


@dataclass(frozen=True)
class PointContact:
    """Half axes across and along rolling, greatest pressure, approach of the bodies."""

    semi_major_mm: Array
    semi_minor_mm: Array
    p_max_mpa: Array
    approach_mm: Array


@dataclass(frozen=True)
class LineContact:
    """Half width along rolling and greatest pressure."""

    half_width_mm: Array
    p_max_mpa: Array


@dataclass(frozen=True)
class ShearPeak:
    """Greatest shear stress below a contact over its greatest pressure, and its depth over the half width b."""

    over_pressure: Array
    depth_over_half_width: Array


def point_contact(load_n: ArrayLike, curvature: Curvature, compliance_per_mpa: ArrayLike) -> PointContact:
    """Ellipse, pressure and approach of two bodies pressed together at a point.

    Parameters
    ----------
    load_n : normal load, N, any shape that broadcasts with the curvature; a negative load counts as none
    curvature : of the pair, see `race_curvature`
    compliance_per_mpa : see `compliance`

    Source: Hertz; design reference 2.3 (computed twice, 30 digits).
    """
    shape = ellipse(curvature.difference)
    load = np.maximum(np.asarray(load_n, dtype=float), 0.0)
    size = np.cbrt(1.5 * load * np.asarray(compliance_per_mpa, dtype=float) / curvature.sum_per_mm)
    major = np.cbrt(2.0 * shape.ratio**2 * shape.second / np.pi) * size
    minor = major / shape.ratio
    area = np.pi * major * minor
    pressure = np.divide(1.5 * load, area, out=np.zeros(np.broadcast(load, area).shape), where=area > 0)
    return PointContact(major, minor, pressure, _approach(shape) * size**2 * curvature.sum_per_mm / 2.0)


def race_curvature(ball_diameter_mm: ArrayLike, gamma: ArrayLike, groove: ArrayLike, ring: Ring) -> Curvature:
    """Curvature sum and difference of a ball in the groove of a ring.

    Parameters
    ----------
    ball_diameter_mm : D_w, mm
    gamma : D_w cos(alpha) / D_pw
    groove : groove radius over ball diameter
    ring : whose race

    Source: ISO/TS 16281:2008 in the form of design reference 2.3 (derived, 30-digit check).
    """
    gamma = np.asarray(gamma, dtype=float)
    along = gamma / (1.0 - gamma) if ring == "inner" else -gamma / (1.0 + gamma)
    across = 1.0 / (2.0 * np.asarray(groove, dtype=float))
    total = 2.0 + along - across
    return Curvature(2.0 / np.asarray(ball_diameter_mm, dtype=float) * total, np.abs((along + across) / total))


def ellipse(difference: ArrayLike) -> Ellipse:
    """The contact ellipse whose curvature difference F(rho) is given: F = ((x² + 1)E - 2K)/((x² - 1)E), x = a/b.

    Parameters
    ----------
    difference : in 0 (circle) to below 1 (line), any shape

    Raises
    ------
    BadInput : a difference outside of that

    >>> round(float(ellipse(0.940746169).ratio), 6)
    9.361159
    """
    wanted = np.asarray(difference, dtype=float)
    if not np.all((wanted >= 0.0) & (wanted < 1.0)):
        raise BadInput(
            text(
                "curvature difference {value:g}: a point contact has 0 (circle) to below 1 (line); check groove radii",
                value=float(wanted.max(initial=0.0)),
            )
        )
    log_ratio = np.maximum(np.log(1.0339) + 0.636 * np.log((1.0 + wanted) / (1.0 - wanted)), 0.0)
    for _ in range(NEWTON_STEPS):
        found, slope, _, _ = _difference(log_ratio)
        log_ratio = np.maximum(log_ratio + (1.0 - found) / slope * np.log((1.0 - found) / (1.0 - wanted)), 0.0)
    _, _, first, second = _difference(log_ratio)
    return Ellipse(np.exp(log_ratio), first, second)


@dataclass(frozen=True)
class EllipseSlopes:
    """Derivatives by F(rho) of the logarithms of the ratio a/b and of the integrals K and E."""

    ratio: Array
    first: Array
    second: Array


def ellipse_slopes(shape: Ellipse) -> EllipseSlopes:
    """How a contact ellipse moves with its curvature difference, in closed form.

    Parameters
    ----------
    shape : of `ellipse`, away from the circle (a/b above 1.001), where the forms lose digits

    Source: dK/dm = (E - (1-m) K)/(2m(1-m)), dE/dm = (E - K)/(2m), m = 1 - (b/a)²; the ratio by the implicit function
    theorem (derived, checked by differences).
    """
    log_ratio = np.log(shape.ratio)
    _, slope, _, _ = _difference(log_ratio)
    m = -np.expm1(-2.0 * log_ratio)
    first = (shape.second / shape.first - (1.0 - m)) / m
    second = (1.0 - shape.first / shape.second) * (1.0 - m) / m
    return EllipseSlopes(1.0 / slope, first / slope, second / slope)


def _difference(log_ratio: Array) -> tuple[Array, Array, Array, Array]:
    """F(rho), its derivative by ln(a/b), K and E; written without the cancellation of the quotient near a circle."""
    b = np.exp(-log_ratio)
    m = np.maximum(-np.expm1(-2.0 * log_ratio), 1e-300)
    a, total, weight = np.ones_like(b), np.zeros_like(b), 0.5
    low = b
    c = -np.expm1(-log_ratio) / 2.0
    for _ in range(MEAN_STEPS):
        weight *= 2.0
        total = total + weight * (c / m) * c
        a, low = (a + low) / 2.0, np.sqrt(a * low)
        c = (a - low) / 2.0
    first = np.pi / (2.0 * a)
    lack = first * (0.5 + total)
    second = first - m * lack
    value = first * (m / 2.0 + m * total - 2.0 * total) / second
    by_m = (-second - (1.0 - m / 2.0) * lack + 2.0 * first - (first - lack) - value * second) / (m * second)
    slope = np.where(m > 1e-6, (by_m + value * lack / (2.0 * second)) * 2.0 * (1.0 - m), 0.75)
    return value, slope, first, second


def _approach(shape: Ellipse) -> Array:
    """delta* of Hertz: (2K/pi) (pi/(2 x² E))^(1/3)."""
    return 2.0 * shape.first / np.pi * np.cbrt(np.pi / (2.0 * shape.ratio**2 * shape.second))


def compliance(first: Material, second: Material) -> float:
    """E* = (1 - nu1²)/E1 + (1 - nu2²)/E2, 1/MPa: 2 (1 - nu²)/E of equal materials (Hertz)."""
    return sum((1.0 - part.poisson_ratio**2) / part.youngs_modulus_mpa for part in (first, second))


def inside_curvature(inside: BallInside, ring: Ring) -> Curvature:
    """Curvature of one of the two contacts of a ball, at the nominal contact angle."""
    groove = inside.groove_inner if ring == "inner" else inside.groove_outer
    return race_curvature(inside.ball_diameter_mm, inside.gamma, groove, ring)


def ball_constant(inside: BallInside, hertz: Hertz = "exact") -> float:
    """c_P in Q = c_P delta^1.5 of a ball between both races, N/mm^1.5.

    Source: ISO/TS 16281:2008 in the form of design reference 2.3; ``rounded`` keeps its printed 1.48 (6.5e-4 lower).
    """
    inner, outer = (inside_curvature(inside, ring) for ring in RINGS)
    return float(pair_constant(inner, outer, compliance(inside.races, inside.balls), hertz))


def pair_constant(inner: Curvature, outer: Curvature, compliance_per_mpa: float, hertz: Hertz = "exact") -> Array:
    """c_P of balls between two races, N/mm^1.5, in the shape of the curvatures; source as `ball_constant`."""
    give = one_give(inner) + one_give(outer)
    factor = EXACT_FACTOR if hertz == "exact" else ROUNDED_FACTOR
    return np.asarray(factor * 2.0 / compliance_per_mpa * give**-1.5)


def one_give(curvature: Curvature) -> Array:
    """What one contact adds to the give of a ball between two races: K (S/(x² E))^(1/3), x = a/b, mm^(-1/3)."""
    shape = ellipse(curvature.difference)
    return np.asarray(shape.first * np.cbrt(curvature.sum_per_mm / (shape.ratio**2 * shape.second)))


def pressure_constant(inside: BallInside, ring: Ring) -> float:
    """p_max/Q^(1/3) of a ball on a race, MPa/N^(1/3)."""
    return float(point_pressure(inside_curvature(inside, ring), compliance(inside.races, inside.balls)))


def point_pressure(curvature: Curvature, compliance_per_mpa: float) -> Array:
    """p_max/Q^(1/3), MPa/N^(1/3), in the shape of the curvature."""
    return point_contact(1.0, curvature, compliance_per_mpa).p_max_mpa


def line_contact(load_n_per_mm: ArrayLike, radius_mm: ArrayLike, compliance_per_mpa: ArrayLike) -> LineContact:
    """Half width and pressure of two parallel cylinders, the load given per length.

    Parameters
    ----------
    load_n_per_mm : q, N/mm
    radius_mm : R with 1/R = 1/R1 + 1/R2 (outer race negative), mm
    compliance_per_mpa : E*, see `compliance`

    Source: Hertz; b = sqrt(4 q R E*/pi), p = 2 q/(pi b).
    """
    load = np.maximum(np.asarray(load_n_per_mm, dtype=float), 0.0)
    width = np.sqrt(4.0 * load * np.asarray(radius_mm, dtype=float) * np.asarray(compliance_per_mpa, dtype=float))
    width = width / math.sqrt(math.pi)
    pressure = np.divide(2.0 * load, math.pi * width, out=np.zeros_like(width), where=width > 0)
    return LineContact(width, pressure)


def orthogonal_shear(ratio: ArrayLike) -> ShearPeak:
    """Greatest shear parallel to the surface in the plane of rolling (Lundberg and Palmgren's tau_0 and z_0).

    Parameters
    ----------
    ratio : a/b of the ellipse, 1 or more; infinity is a line

    Source: tau_0/p = sqrt(2t - 1)/(2t(t + 1)), z_0/b = 1/((t + 1) sqrt(2t - 1)), b/a = sqrt((t² - 1)(2t - 1));
    from memory, not verified in Lundberg and Palmgren 1947; limits 1/4 and 1/2 of a line, 0.2144 of a circle.

    >>> float(orthogonal_shear(np.inf).over_pressure), float(orthogonal_shear(np.inf).depth_over_half_width)
    (0.25, 0.5)
    """
    inverse = 1.0 / np.asarray(ratio, dtype=float)
    t = 1.0 + inverse**2 / 4.0
    for _ in range(12):
        t = t - ((t * t - 1.0) * (2.0 * t - 1.0) - inverse**2) / (6.0 * t * t - 2.0 * t - 2.0)
    root = np.sqrt(2.0 * t - 1.0)
    return ShearPeak(root / (2.0 * t * (t + 1.0)), 1.0 / ((t + 1.0) * root))


def main_shear(ratio: float, poisson_ratio: float = 0.3) -> ShearPeak:
    """Greatest main shear stress on the axis below a point contact, which decides about yielding.

    Parameters
    ----------
    ratio : a/b of the ellipse, above 1

    Source: stresses on the axis by Thomas and Hoersch as printed in Johnson, Contact Mechanics, eqs. 3.64 to 3.69 (from
    memory; checked at the surface, at the limits of a line, 0.300 at 0.786 b, and of a circle, 0.310 at 0.48 b).
    """
    depths = np.linspace(0.05, 1.2, 2301)
    along, across, normal = axis_stresses(depths, ratio, poisson_ratio)
    shear = (np.maximum(np.maximum(along, across), normal) - np.minimum(np.minimum(along, across), normal)) / 2.0
    peak = int(shear.argmax())
    return ShearPeak(shear[peak], depths[peak])


def axis_stresses(depth_over_b: ArrayLike, ratio: float, poisson_ratio: float = 0.3) -> tuple[Array, Array, Array]:
    """Normal stresses on the axis over the greatest pressure: across rolling (x, major axis), along it, vertical.

    Source: as `main_shear`.
    """
    from scipy.special import ellipeinc, ellipkinc  # costs an import that ratings need not pay

    zeta = np.asarray(depth_over_b, dtype=float) / ratio
    b2 = ratio**-2.0
    m = 1.0 - b2
    t = np.sqrt((b2 + zeta**2) / (1.0 + zeta**2))
    angle = np.arctan2(1.0, zeta)
    first, second = ellipkinc(angle, m), ellipeinc(angle, m)
    x0 = -(1.0 - t) / 2.0 + zeta * (first - second)
    x1 = 1.0 - t / b2 + zeta * (second / b2 - first)
    y0 = 0.5 + 0.5 / t - t / b2 + zeta * (second / b2 - first)
    y1 = -1.0 + t + zeta * (first - second)
    scale = 2.0 / (ratio * m)
    return (
        scale * (x0 + poisson_ratio * x1),
        scale * (y0 + poisson_ratio * y1),
        -(1.0 - t * t) / t / (ratio * m),
    )
