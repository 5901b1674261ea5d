"""Gradients of life and pressure by load, clearance and geometry: where to turn the screw, and how far it counts.

What `loadzone.design.rate.rate` computes is differentiated, not another model: ratings that the maker states are held,
computed ones follow the geometry.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import refuse_several_rows
from loadzone.design.capability import Capability, MakerRatings, capability
from loadzone.design.contact import RINGS, Ring, point_pressure, race_curvature
from loadzone.design.duty import Duty, evaluate, modification_at
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.life import HIGHEST_KAPPA, life_modification, modification_slopes
from loadzone.design.lubrication import contamination_slopes
from loadzone.design.rate import Case
from loadzone.design.rating import (
    GROOVE_INNER,
    GROOVE_OUTER,
    LARGE_BALL_MM,
    Grooves,
    has_own_grooves,
    type_rule,
)
from loadzone.design.reference_life import reference_load
from loadzone.design.step import Notice
from loadzone.design.tangents import (
    Tangents,
    Unit,
    angle_slopes,
    ball_tangents,
    contact_slopes,
    gamma_slopes,
    roller_tangents,
    unit,
)
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]

LARGE_PITCH_MM = 100.0
"""Above this pitch diameter C_u falls with it."""


@dataclass(frozen=True)
class Slope:
    """How one quantity answers one input.

    ``derivative``: of ln life (or of the pressure in MPa) by the input in its unit; ``elasticity``: per cent of the
    quantity for one per cent of the input, 0 at an input of 0. NaN where nothing holds the ring against the input.
    """

    derivative: float
    elasticity: float


Slopes = Mapping[str, Slope]
"""By input: fx_n ... my_nmm, clearance_mm or contact_angle_deg, and the fields of the inside."""


@dataclass(frozen=True)
class Gradients:
    """Life and pressure with their slopes; those of ``lnmr`` are None where there is no modified reference life.

    A notice names what makes a slope one-sided or undefined here: an element within 1e-4 of the deepest penetration
    from lift-off, loads that tie, a clearance of 0, grooves at the limit of their table, a ring that nothing holds.
    """

    l10r_mrev: float
    p_max_mpa: float
    lnmr_h: float | None
    l10r: Slopes
    lnmr: Slopes | None
    p_max: Slopes
    notices: tuple[Notice, ...]

    @property
    def is_near_lift_off(self) -> bool:
        """Whether an element is about to part or to touch."""
        return any(each.code == "near_lift_off" for each in self.notices)


def gradients(case: Case, grooves: Grooves = "standard") -> Gradients:
    """Derivatives of L_10r, L_nmr and p_max of one row of radial balls or rollers by all that is continuous in it.

    Parameters
    ----------
    case : as it would be rated
    grooves : radii that a computed C follows: "standard" is constant while the real ones are within the table of f_c
        (and falls where they leave it), "real" is the closed form with the real ones, for design studies

    Returns
    -------
    Gradients; the number of elements is no input (an integer)

    Raises
    ------
    OutOfScope : no load distribution is computed for this type (several rows, four points of contact, thrust)
    BadInput : no load; OutOfScope, MissingInput : as `rate`

    Source: implicit function theorem at the equilibrium, ISO/TS 16281:2008, ISO 281:2007 (derived, checked by
    differences; `loadzone bench scatter` counts).
    """
    inside = case.inside
    refuse_several_rows(case.inside, case.type_key, is_held=case.is_held)
    if not any(asdict(case.load).values()):
        raise BadInput(text("no load: an unloaded bearing has no life that could change; give --fr or --fa in N"))
    bearing = capability(inside, case.type_key, case.maker, grooves, are_grooves_known=case.are_grooves_known)
    found = _tangents(case, bearing.c_n)
    by = unit(inside)
    c, cu = _c_slopes(case, by, grooves), _cu_slopes(case, by)
    life = found.life_slopes + found.by_c * c
    p_ref = float(reference_load(np.asarray(found.life_mrev), bearing.c_n, found.exponent))
    duty = evaluate(bearing, math.hypot(case.load.fx_n, case.load.fy_n), abs(case.load.fz_n), case.conditions)
    factor = modification_at(bearing, duty, p_ref, case.conditions)
    lnmr_h = None
    modified = None
    if factor is not None and np.isfinite(factor):
        lnmr_h = float(duty.a1 * factor * found.life_mrev * 1e6 / 60.0 / case.conditions.speed_rpm)
        load = cu - c + life / found.exponent
        modified = life + _modification_slopes(case, bearing, duty, p_ref, by, load)
    values = _values(case)
    return Gradients(
        found.life_mrev,
        found.p_max_mpa,
        lnmr_h,
        _named(values, life, 1.0),
        None if modified is None else _named(values, modified, 1.0),
        _named(values, found.pressure_slopes, found.p_max_mpa),
        tuple(_kinks(case, found, grooves)),
    )


def _tangents(case: Case, c_n: float) -> Tangents:
    if isinstance(case.inside, RollerInside):
        return roller_tangents(case.inside, case.load, c_n)
    return ball_tangents(case.inside, case.load, case.mode, c_n)


def _values(case: Case) -> Mapping[str, float]:
    both = asdict(case.load) | asdict(case.inside)
    return {name: float(both[name]) for name in unit(case.inside)}


def _named(values: Mapping[str, float], slopes: Array, size: float) -> Slopes:
    """Slopes of a logarithm by name; ``size`` turns them into those of the quantity."""
    return {
        name: Slope(size * float(slope), value * float(slope) if value else 0.0)
        for (name, value), slope in zip(values.items(), slopes, strict=True)
    }


def _c_slopes(case: Case, by: Unit, grooves: Grooves) -> Array:
    """Slopes of ln C by the inputs; none of a maker's."""
    if (case.maker or MakerRatings()).c_n is not None:
        return np.zeros(len(by))
    inside, gamma, by_gamma = case.inside, case.inside.gamma, gamma_slopes(case.inside, by)
    slant = -math.tan(math.radians(inside.contact_angle_deg)) * angle_slopes(by)
    if isinstance(inside, RollerInside):
        power = (1.04 * ((1.0 - gamma) / (1.0 + gamma)) ** (143.0 / 108.0)) ** 4.5
        shape = 2.0 / 9.0 / gamma - 29.0 / 27.0 / (1.0 - gamma) - 0.25 / (1.0 + gamma)
        shape += power / (1.0 + power) * 143.0 / 108.0 * 2.0 / (1.0 - gamma**2)
        length = by["length_mm"] / inside.length_mm
        size = 29.0 / 27.0 * by["roller_diameter_mm"] / inside.roller_diameter_mm
        return np.asarray(shape * by_gamma + 7.0 / 9.0 * (length + slant) + size)
    f_i = f_e = GROOVE_INNER
    inner, ratio = np.zeros(len(by)), np.zeros(len(by))
    if has_own_grooves(inside, case.type_key, grooves):
        f_i, f_e = inside.groove_inner, inside.groove_outer
        inner = by["groove_inner"] * (1.0 / f_i - 2.0 / (2.0 * f_i - 1.0))
        ratio = inner - by["groove_outer"] * (1.0 / f_e - 2.0 / (2.0 * f_e - 1.0))
    radii = (f_i / f_e * (2.0 * f_e - 1.0) / (2.0 * f_i - 1.0)) ** 0.41
    power = (1.04 * ((1.0 - gamma) / (1.0 + gamma)) ** 1.72 * radii) ** (10.0 / 3.0)
    share = power / (1.0 + power)
    shape = 0.3 / gamma - 1.39 / (1.0 - gamma) - 1.0 / (3.0 * (1.0 + gamma)) + share * 1.72 * 2.0 / (1.0 - gamma**2)
    growth = 1.8 if inside.ball_diameter_mm <= LARGE_BALL_MM else 1.4
    size = growth * by["ball_diameter_mm"] / inside.ball_diameter_mm
    return np.asarray(shape * by_gamma + 0.7 * slant + size + 0.41 * (inner - share * ratio))


def _c0_slopes(case: Case, by: Unit) -> Array:
    """Slopes of ln C_0 by the inputs; none of a maker's."""
    if (case.maker or MakerRatings()).c0_n is not None:
        return np.zeros(len(by))
    inside, by_gamma = case.inside, gamma_slopes(case.inside, by)
    slant = -math.tan(math.radians(inside.contact_angle_deg)) * angle_slopes(by)
    if isinstance(inside, RollerInside):
        area = by["length_mm"] / inside.length_mm + by["roller_diameter_mm"] / inside.roller_diameter_mm
        return np.asarray(area - by_gamma / (1.0 - inside.gamma) + slant)
    standard = BallInside(
        inside.n_elements,
        inside.ball_diameter_mm,
        inside.pitch_diameter_mm,
        inside.contact_angle_deg,
        GROOVE_INNER,
        GROOVE_OUTER,
    )
    fixed = dict(by) | {"groove_inner": np.zeros(len(by)), "groove_outer": np.zeros(len(by))}
    return np.asarray(_weaker_slopes(standard, fixed) + slant)


def _cu_slopes(case: Case, by: Unit) -> Array:
    """Slopes of ln C_u by the inputs; none of a maker's."""
    if (case.maker or MakerRatings()).cu_n is not None:
        return np.zeros(len(by))
    inside, rule = case.inside, type_rule(case.type_key)
    is_ball = isinstance(inside, BallInside)
    large = (0.5 if is_ball else 0.3) * (inside.pitch_diameter_mm > LARGE_PITCH_MM)
    size = -large * by["pitch_diameter_mm"] / inside.pitch_diameter_mm
    if isinstance(inside, BallInside) and case.are_grooves_known and rule.cu == "exact":
        slant = -math.tan(math.radians(inside.contact_angle_deg)) * angle_slopes(by)
        return np.asarray(_weaker_slopes(inside, by) + slant + size)
    return np.asarray(_c0_slopes(case, by) + size)


def _weaker_slopes(inside: BallInside, by: Unit) -> Array:
    """Slopes of ln of the ball load at which the first of both contacts reaches a given pressure, by the inputs."""
    pressures = {
        ring: float(point_pressure(race_curvature(inside.ball_diameter_mm, inside.gamma, groove, ring), 1.0))
        for ring, groove in zip(RINGS, (inside.groove_inner, inside.groove_outer), strict=True)
    }
    weaker: Ring = "inner" if pressures["inner"] >= pressures["outer"] else "outer"
    return -3.0 * contact_slopes(inside, weaker, by)[1]


def _modification_slopes(case: Case, bearing: Capability, duty: Duty, p_ref_n: float, by: Unit, load: Array) -> Array:
    """Slopes of ln a_ISO at the reference load by the inputs; ``load``: slopes of ln C_u/P_ref."""
    conditions, clean = case.conditions, case.conditions.cleanliness
    if duty.kappa is None or duty.e_c is None or clean is None:
        return np.zeros(len(by))
    kappa, e_c = float(duty.kappa), float(duty.e_c)
    if e_c <= 0.0:
        return np.zeros(len(by))
    x = e_c * bearing.cu_n / p_ref_n
    by_kappa, by_x = modification_slopes(kappa, x, bearing.life_kind)
    if conditions.has_additives and kappa < 1.0 and e_c >= 0.2:
        helped = float(life_modification(1.0, x, bearing.life_kind))
        if min(helped, 3.0) > float(np.nan_to_num(life_modification(kappa, x, bearing.life_kind))):
            by_kappa, by_x = 0.0, modification_slopes(1.0, x, bearing.life_kind)[1] if helped < 3.0 else 0.0
    pitch = by["pitch_diameter_mm"] / bearing.pitch_diameter_mm
    film = 0.5 * pitch
    held = film * (kappa < HIGHEST_KAPPA)
    clean_kappa, clean_pitch = contamination_slopes(clean, min(kappa, HIGHEST_KAPPA), bearing.pitch_diameter_mm)
    return np.asarray(by_kappa * film + by_x * (load + clean_kappa * held + clean_pitch * pitch))


def _kinks(case: Case, found: Tangents, grooves: Grooves) -> Iterator[Notice]:
    """What makes a derivative one-sided here."""
    inside = case.inside
    if found.is_near_lift_off:
        yield Notice(
            "near_lift_off",
            text(
                "an element is about to touch or to part: within 1e-4 of the deepest penetration the slopes change fast"
            ),
        )
    if found.is_tie:
        yield Notice(
            "pressure_tie", text("several elements carry the greatest load: the slopes of the pressure are one's alone")
        )
    if np.isnan(found.life_slopes).any():
        yield Notice(
            "free_movement",
            text("so few elements carry that nothing holds the ring against some inputs: their slopes are not defined"),
        )
    if isinstance(inside, BallInside):
        if not inside.contact_angle_deg and inside.clearance_mm == 0.0:
            yield Notice(
                "clearance_zero",
                text("clearance 0: the lever of the tilt has a kink there, the slope is the mean of both sides"),
            )
        at_limit = inside.groove_inner == GROOVE_INNER or inside.groove_outer == GROOVE_OUTER
        is_held = grooves == "real" or (case.maker or MakerRatings()).c_n is not None
        if at_limit and not is_held and not has_own_grooves(inside, case.type_key):
            yield Notice(
                "grooves_at_limit",
                text(
                    "groove radii at the limit of the table of f_c: C falls where they grow; its slope is that of the "
                    "side where it is constant"
                ),
            )
