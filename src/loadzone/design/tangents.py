"""How an equilibrium and the life of its elements move with each input: closed derivatives, no differences.

The equilibrium g(q, p) = 0 defines the displacements, so K dq = -dg/dp (implicit function theorem; K is the stiffness).
Every `Array` named ``by_...`` or ``..._slopes`` here has the inputs on its last axis, in the order of ``names``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import RINGS, Ring, ellipse, ellipse_slopes, inside_curvature, one_give
from loadzone.design.equilibrium.ball import solve as solve_ball
from loadzone.design.equilibrium.profiles import iso_slopes
from loadzone.design.equilibrium.roller import RollerEquilibrium
from loadzone.design.equilibrium.roller import solve as solve_roller
from loadzone.design.equilibrium.rows import Row, elastic, row_state
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import BallInside, Load, Mode, RollerInside
from loadzone.design.reference_life import ball_lives, ball_ratings, edge_factors, rating_ratio, roller_ratings

Array = NDArray[np.float64]
Unit = Mapping[str, Array]
"""The derivative of each input by all of them: rows of the unit matrix."""

LOADS = ("fx_n", "fy_n", "fz_n", "mx_nmm", "my_nmm")
NEAR_LIFT_OFF = 1e-4
"""Of the deepest penetration: with an element as near to touching or parting differences miss the derivatives."""
SAME_LOAD = 1e-4
"""Of the greatest load: elements or laminae as near to it take turns in giving the greatest pressure."""
SINGULAR = 1e-12
"""Eigenvalues of the stiffness below this share of the greatest are those of a free movement."""


@dataclass(frozen=True)
class Tangents:
    """Slopes of ln L_10r, C held, and of ln p_max by each input; NaN where nothing holds the ring against an input.

    ``by_c``: derivative of ln L_10r by ln C. ``is_near_lift_off``, ``is_tie``: an element nearly parts or touches; two
    elements carry the greatest load.
    """

    names: tuple[str, ...]
    life_mrev: float
    p_max_mpa: float
    life_slopes: Array
    pressure_slopes: Array
    by_c: float
    exponent: float
    is_near_lift_off: bool
    is_tie: bool


def unit(inside: BallInside | RollerInside) -> Unit:
    """The inputs of a kind of inside with their unit vectors: loads, clearance or contact angle, dimensions."""
    if isinstance(inside, RollerInside):
        own: tuple[str, ...] = ("clearance_mm", "roller_diameter_mm", "length_mm", "pitch_diameter_mm")
        loads = LOADS if inside.contact_angle_deg else tuple(name for name in LOADS if name != "fz_n")
    else:
        play = "contact_angle_deg" if inside.contact_angle_deg else "clearance_mm"
        own = (play, "groove_inner", "groove_outer", "ball_diameter_mm", "pitch_diameter_mm")
        loads = LOADS
    names = (*loads, *own)
    return dict(zip(names, np.eye(len(names)), strict=True))


def gamma_slopes(inside: BallInside | RollerInside, by: Unit) -> Array:
    """γ = D_w cos α/D_pw by the inputs."""
    size, size_mm = _size(inside)
    angle = math.radians(inside.contact_angle_deg)
    slopes = inside.gamma * (by[size] / size_mm - by["pitch_diameter_mm"] / inside.pitch_diameter_mm)
    return np.asarray(slopes - size_mm / inside.pitch_diameter_mm * math.sin(angle) * angle_slopes(by))


def angle_slopes(by: Unit) -> Array:
    """The nominal contact angle in rad by the inputs."""
    return np.radians(by["contact_angle_deg"]) if "contact_angle_deg" in by else np.zeros(len(by))


def contact_slopes(inside: BallInside, ring: Ring, by: Unit) -> tuple[Array, Array]:
    """Slopes of ln of `one_give` and ln of the pressure p_max/Q^(1/3) of one contact of a ball, by the inputs."""
    sign = 1.0 if ring == "inner" else -1.0
    groove, name = (inside.groove_inner, "groove_inner") if ring == "inner" else (inside.groove_outer, "groove_outer")
    gamma, curvature = inside.gamma, inside_curvature(inside, ring)
    total = curvature.sum_per_mm * inside.ball_diameter_mm / 2.0
    along = sign * gamma_slopes(inside, by) / (1.0 - sign * gamma) ** 2
    across = -by[name] / (2.0 * groove**2)
    by_total = (along - across) / total
    shape = ellipse(curvature.difference)
    moved, difference = ellipse_slopes(shape), (along + across) / total - curvature.difference * by_total
    ratio, first, second = moved.ratio * difference, moved.first * difference, moved.second * difference
    total_slopes = by_total - by["ball_diameter_mm"] / inside.ball_diameter_mm
    give = first + (total_slopes - 2.0 * ratio - second) / 3.0
    return give, (2.0 * (total_slopes - second) - ratio) / 3.0


def ball_tangents(inside: BallInside, load: Load, mode: Mode, c_n: float) -> Tangents:
    """Life and pressure of one row of balls; C is held, see `Tangents.by_c`."""
    by = unit(inside)
    found = solve_ball(inside, load, mode)
    one = found.rows[0]
    loads, load_slopes, depths = _ball_loads(found, inside, by)
    cube, tenth = np.mean(loads**3), np.mean(loads ** (10.0 / 3.0))
    inner = np.mean(loads[:, None] ** 2 * load_slopes, axis=0) / cube
    outer = np.mean(loads[:, None] ** (7.0 / 3.0) * load_slopes, axis=0) / tenth
    means = np.array((np.cbrt(cube), tenth**0.3))
    shares = (means / ball_ratings(inside, c_n)) ** (10.0 / 3.0)
    shares /= shares.sum()
    ratings = _ball_rating_slopes(inside, by)
    life = -3.0 * (shares[0] * (inner - ratings[0]) + shares[1] * (outer - ratings[1]))
    most = int(loads.argmax())
    ring: Ring = RINGS[int(found.p_max_outer_mpa > found.p_max_inner_mpa)]
    _, pressure = contact_slopes(inside, ring, by)
    return Tangents(
        tuple(by),
        float(ball_lives((one,), means[:1], means[1:], c_n)),
        found.p_max_mpa,
        life,
        pressure + load_slopes[most] / loads[most] / 3.0,
        3.0,
        3.0,
        _is_near(depths),
        _is_tie(loads),
    )


def roller_tangents(inside: RollerInside, load: Load, c_n: float) -> Tangents:
    """Life and pressure of one row of rollers with the standard's profile; C is held, see `Tangents.by_c`."""
    by = unit(inside)
    found = solve_roller(inside, load)
    loads, load_slopes, depths = _lamina_loads(found, inside, by)
    count = loads.shape[1]
    fourth, ninth = np.mean(loads**4, axis=0), np.mean(loads**4.5, axis=0)
    inner = np.mean(loads[..., None] ** 3 * load_slopes, axis=0) / np.where(fourth > 0.0, fourth, 1.0)[:, None]
    outer = np.mean(loads[..., None] ** 3.5 * load_slopes, axis=0) / np.where(ninth > 0.0, ninth, 1.0)[:, None]
    means = np.array((fourth**0.25, ninth ** (2.0 / 9.0)))
    rated = np.array(roller_ratings(inside, c_n))[:, None] * count ** (-7.0 / 9.0)
    damage = (edge_factors(count) * means / rated) ** 4.5
    shares = damage / damage.sum()
    ratings = _roller_rating_slopes(inside, by)
    life = -4.0 * sum(
        share @ (mean - rating) for share, mean, rating in zip(shares, (inner, outer), ratings, strict=True)
    )
    most = np.unravel_index(loads.argmax(), loads.shape)
    sign = 1.0 if found.p_max_inner_mpa >= found.p_max_outer_mpa else -1.0
    radius = by["roller_diameter_mm"] / inside.roller_diameter_mm
    radius = radius - sign * gamma_slopes(inside, by) / (1.0 - sign * inside.gamma)
    pressure = (load_slopes[most] / loads[most] - by["length_mm"] / inside.length_mm - radius) / 2.0
    return Tangents(
        tuple(by),
        float(damage.sum() ** (-8.0 / 9.0)),
        found.p_max_mpa,
        np.asarray(life),
        pressure,
        4.0,
        10.0 / 3.0,
        _is_near(depths),
        _is_tie(loads),
    )


def _size(inside: BallInside | RollerInside) -> tuple[str, float]:
    if isinstance(inside, RollerInside):
        return "roller_diameter_mm", inside.roller_diameter_mm
    return "ball_diameter_mm", inside.ball_diameter_mm


def _ball_loads(found: Equilibrium, inside: BallInside, by: Unit) -> tuple[Array, Array, Array]:
    """Ball loads (Z,), their slopes (Z, inputs), and how far each ball is in (Z,), negative where it hangs free."""
    one, q = found.rows[0], found.displacements
    radial, distance, lever, factor = _row_slopes(one, inside, by)
    constant = -1.5 * sum(
        float(one_give(inside_curvature(inside, ring))) * contact_slopes(inside, ring, by)[0] for ring in RINGS
    )
    constant = constant / sum(float(one_give(inside_curvature(inside, ring))) for ring in RINGS)
    state, maps = row_state(one, q, 1.0), one.map(1.0)
    u, v = np.moveaxis(maps @ q, -1, 0)
    away = np.hypot(one.radial_mm + u, one.axial_mm + v)
    normal = np.stack((np.cos(state.angles_rad), np.sin(state.angles_rad)), axis=-1)
    along = 1.5 * one.constant * np.sqrt(state.penetrations_mm)
    c, s = one.directions
    turn = q[3] * s - q[4] * c
    # the axial distance at rest moves with the inputs too, but a shift along the axis only renames dz
    direct = np.stack((np.broadcast_to(radial, (len(c), len(by))), turn[:, None] * lever), axis=1)

    def moved(shift: Array) -> Array:
        pressed: Array = np.einsum("zi,zip->zp", normal, shift) - distance
        return along[:, None] * pressed + state.loads_n[:, None] * constant

    pushed = np.einsum("zi,zip->zp", normal, direct)
    forces = normal[:, :, None] * moved(direct)[:, None, :]
    forces += (state.loads_n / away)[:, None, None] * (direct - normal[:, :, None] * pushed[:, None, :])
    gradient = np.einsum("zik,zip->kp", maps, forces)
    axial = state.loads_n * normal[:, 1]
    gradient[3] += (axial @ s) * lever
    gradient[4] -= (axial @ c) * lever
    units = np.array((1.0, 1.0, 1.0, one.lever_mm, one.lever_mm))
    stiffness = elastic((one,), q * units, one.lever_mm)[2]
    forces = _load_slopes(found.load, by, factor, one.lever_mm / one.moment_lever_mm) - gradient
    shift = _response(stiffness, forces, units)
    return state.loads_n, moved(direct + np.einsum("zik,kp->zip", maps, shift)), away - one.distance_mm


def _row_slopes(one: Row, inside: BallInside, by: Unit) -> tuple[Array, Array, Array, Array]:
    """x_0, A, lever of the kinematics, and ratio of both levers, by the inputs.

    Exactly at clearance 0 the lever has a kink (its race stays where the grooves touch under interference): the mean of
    both sides is given, as a central difference would.
    """
    size, angle = inside.ball_diameter_mm, math.radians(inside.contact_angle_deg)
    over = inside.groove_inner + inside.groove_outer - 1.0
    distance = size * (by["groove_inner"] + by["groove_outer"]) + over * by["ball_diameter_mm"]
    cosine = min(one.radial_mm / one.distance_mm, 1.0)
    if angle:
        cosine_slopes = -math.sin(angle) * angle_slopes(by)
        radial = cosine * distance + one.distance_mm * cosine_slopes
    else:
        radial = distance - by["clearance_mm"] / 2.0
        share = 0.5 * (1.0 + np.sign(inside.clearance_mm))
        cosine_slopes = share * (radial - cosine * distance) / one.distance_mm
    pitch = by["pitch_diameter_mm"] / 2.0
    offset = inside.groove_inner - 0.5
    race = (
        pitch + size * cosine * by["groove_inner"] + offset * (by["ball_diameter_mm"] * cosine + size * cosine_slopes)
    )
    lever = pitch if one.lever_mm == inside.pitch_diameter_mm / 2.0 else race
    other = pitch if one.moment_lever_mm == inside.pitch_diameter_mm / 2.0 else race
    factor = (lever - one.lever_mm / one.moment_lever_mm * other) / one.moment_lever_mm
    return radial, distance, lever, factor


def _load_slopes(load: Load, by: Unit, factor: Array, levers: float) -> Array:
    """The load (5, inputs) by the inputs, its moments over the ratio of the levers."""
    slopes = np.array([by.get(name, np.zeros(len(by))) for name in LOADS])
    slopes[3:] *= levers
    slopes[3] += load.mx_nmm * factor
    slopes[4] += load.my_nmm * factor
    return slopes


def _response(stiffness_n_mm: Array, forces: Array, units: Array) -> Array:
    """Displacements (5, inputs) in mm and rad that answer forces; NaN for an input that moves what nothing holds.

    ``stiffness_n_mm`` takes rotations times a length, ``units`` is (1, 1, 1, length, length).
    """
    values, vectors = np.linalg.eigh(stiffness_n_mm)
    held = values > SINGULAR * values.max()
    parts = vectors.T @ (forces / units[:, None])
    is_lost = np.linalg.norm(parts[~held], axis=0) > 1e-9 * np.linalg.norm(parts, axis=0)
    shift = vectors[:, held] @ (parts[held] / values[held, None]) / units[:, None]
    shift[:, is_lost] = np.nan
    return np.asarray(shift)


def _ball_rating_slopes(inside: BallInside, by: Unit) -> tuple[Array, Array]:
    """Slopes of ln Q_ci and ln Q_ce by the inputs, C held."""
    f_i, f_e, gamma = inside.groove_inner, inside.groove_outer, inside.gamma
    angle = math.radians(inside.contact_angle_deg)
    grooves = by["groove_inner"] * (1.0 / f_i - 2.0 / (2.0 * f_i - 1.0))
    grooves = grooves - by["groove_outer"] * (1.0 / f_e - 2.0 / (2.0 * f_e - 1.0))
    ratio = 0.41 * grooves - 1.72 * 2.0 / (1.0 - gamma**2) * gamma_slopes(inside, by)
    power = float(rating_ratio(inside, np.asarray(f_i / f_e * (2 * f_e - 1) / (2 * f_i - 1)))) ** (10.0 / 3.0)
    is_thrust = inside.contact_angle_deg > 45.0
    base = (-1.0 / math.tan(angle) if is_thrust else math.tan(angle)) * angle_slopes(by)
    return base + power / (1.0 + power) * ratio, base - ratio / (1.0 + power)


def _lamina_loads(found: RollerEquilibrium, inside: RollerInside, by: Unit) -> tuple[Array, Array, Array]:
    """Lamina loads (Z, n_s), their slopes (Z, n_s, inputs), and how far each is in (Z, n_s), negative where free."""
    sliced, q = found.laminae, found.displacements
    angle, scale = math.radians(inside.contact_angle_deg), sliced.scale_mm
    units = np.array((1.0, 1.0, 1.0, scale, scale))
    press, tilt = sliced.directions
    depths = (press @ q)[:, None] + np.outer(tilt @ q, sliced.levers * scale) - sliced.gaps_mm
    root = sliced.constant * np.maximum(depths, 0.0) ** (1.0 / 9.0)
    loads = root * np.maximum(depths, 0.0)
    by_diameter, by_length = iso_slopes(inside, sliced.positions_mm)
    levers = np.outer(sliced.positions_mm, by["length_mm"] / inside.length_mm)
    levers = levers - math.sin(angle) / 2.0 * by["pitch_diameter_mm"]
    gaps = math.cos(angle) / 2.0 * by["clearance_mm"] + 2.0 * np.outer(by_diameter, by["roller_diameter_mm"])
    gaps = gaps + 2.0 * np.outer(by_length, by["length_mm"])
    direct = (tilt @ q)[:, None, None] * levers - gaps
    constant = 8.0 / 9.0 * by["length_mm"] / inside.length_mm

    def moved(shift: Array) -> Array:
        return 10.0 / 9.0 * root[..., None] * shift + loads[..., None] * constant

    carried = moved(direct)
    gradient = np.einsum("zk,znp->kp", press, carried)
    gradient += np.einsum("zk,zp->kp", tilt, np.einsum("znp,n->zp", carried, sliced.levers * scale))
    gradient += np.einsum("zk,zp->kp", tilt, np.einsum("zn,np->zp", loads, levers))
    forces = _load_slopes(found.load, by, np.zeros(len(by)), 1.0) - gradient
    shift = _response(sliced.elastic(q * units)[2], forces, units)
    ways = press[:, None, :] + tilt[:, None, :] * (sliced.levers * scale)[None, :, None]
    return loads, moved(direct + np.einsum("znk,kp->znp", ways, shift)), depths


def _roller_rating_slopes(inside: RollerInside, by: Unit) -> tuple[Array, Array]:
    """Slopes of ln Q_ci and ln Q_ce by the inputs, C held."""
    gamma = inside.gamma
    ratio = -143.0 / 108.0 * 2.0 / (1.0 - gamma**2) * gamma_slopes(inside, by)
    power = (1.038 * ((1.0 - gamma) / (1.0 + gamma)) ** (143.0 / 108.0)) ** 4.5
    return power / (1.0 + power) * ratio, -ratio / (1.0 + power)


def _is_near(depths: Array) -> bool:
    return bool((np.abs(depths) < NEAR_LIFT_OFF * depths.max()).any())


def _is_tie(loads: Array) -> bool:
    return int((loads > (1.0 - SAME_LOAD) * loads.max()).sum()) > 1
