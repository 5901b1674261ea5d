"""Basic dynamic and static load ratings from the inside of a bearing: the closed forms behind the standards' tables.

All functions of numbers take arrays as well. Editions: ISO 281:2007 and ISO 76:2006; wording, range and mark of each
formula stand in data/formulas_rating.csv.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import Ring, compliance, point_contact, race_curvature
from loadzone.design.formulas import ROOM, mark_of, step
from loadzone.design.inside import BallInside, Material, RollerInside
from loadzone.design.step import Mark, Notice, Step
from loadzone.words.errors import MissingInput, OutOfScope
from loadzone.words.tables import number, read_table
from loadzone.words.texts import text

EDITION = "ISO 281:2007, ISO 76:2006"
LARGE_BALL_MM = 25.4
GROOVE_INNER, GROOVE_OUTER, GROOVE_THRUST = 0.52, 0.53, 0.535
"""Largest groove radii over ball diameter for which the tables of f_c hold."""
STATIC_MATERIAL = Material(207_000.0, 0.3)
STATIC_PRESSURE_MPA = 4200.0
"""Steel and pressure of ISO 76's definition of f_0."""

Family = Literal[
    "radial_ball", "thrust_ball", "radial_roller", "thrust_roller", "self_aligning_ball", "toroidal_roller"
]
Arranged = Literal["parallel", "opposed", "four_point", "aligning", "crossed"]
"""How the rows of a type stand: side by side, against each other, two diagonals of one row, on a sphere, by turns."""
Grooves = Literal["standard", "real"]
Inside = BallInside | RollerInside
Number = TypeVar("Number", float, NDArray[np.float64])
GrooveRadii = tuple[float, float]


@dataclass(frozen=True)
class TypeRule:
    """How a type of bearing is rated; ``b_m`` is None where no public source gives it."""

    key: str
    family: Family
    b_m: float | None
    b_m_mark: Mark
    factors: str
    p0: str
    cu: str
    arrangement: Arranged
    source: str


@dataclass(frozen=True)
class Rating:
    """A load rating in N with the steps that led to it and the limits that were met."""

    value_n: float
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...] = ()


def dynamic_rating(inside: Inside, type_key: str, grooves: Grooves = "standard") -> Rating:
    """Basic dynamic load rating C of ISO 281:2007 from the inside.

    Parameters
    ----------
    inside : the element that is given stands for the whole bearing; ``rows`` counts
    type_key : a key of `loadzone.bearings.series.bearing_types`, as "deep_groove_ball"
    grooves : "standard" uses the radii of the table (f_i = f_e = 0.52; thrust 0.535) while the real ones are within its
        limits, and the closed form with the real ones beyond; "real" always uses the real ones, for design studies

    Raises
    ------
    OutOfScope : the type has no public f_c, or the contact angle belongs to the other formula
    MissingInput : the length of the rollers is not known (0)

    Source: data/formulas_rating.csv, rows f_c_* and c_*.
    """
    rule = type_rule(type_key)
    _check_angle(inside, rule)
    if rule.b_m is None:
        raise _no_public_rating(rule)
    if isinstance(inside, RollerInside):
        return _roller_rating(inside, rule, rule.b_m)
    return _ball_rating(inside, rule, rule.b_m, grooves)


def static_rating(inside: Inside, type_key: str) -> Rating:
    """Basic static load rating C_0 of ISO 76:2006 from the inside.

    Raises
    ------
    OutOfScope, MissingInput : as `dynamic_rating`

    Source: data/formulas_rating.csv, rows f_0_* and c0_*.
    """
    rule = type_rule(type_key)
    _check_angle(inside, rule)
    if rule.b_m is None:
        raise _no_public_rating(rule)
    angle = math.radians(inside.contact_angle_deg)
    z, gamma = inside.n_elements, inside.gamma
    if isinstance(inside, RollerInside):
        _check_length(inside)
        area = z * inside.length_mm * inside.roller_diameter_mm * (1.0 - gamma)
        if rule.family == "thrust_roller":
            value = 220.0 * area * math.sin(angle)
            return Rating(value, (step("c0_thrust_roller", value),))
        value = 44.0 * area * inside.rows * math.cos(angle)
        return Rating(value, (step("c0_radial_roller", value),))
    area = z * inside.ball_diameter_mm**2
    if rule.family == "thrust_ball":
        factor = f_0_thrust_ball(gamma)
        value = factor * area * math.sin(angle)
        return Rating(value, (step("f_0_thrust_ball", factor), step("c0_thrust_ball", value)))
    factor = f_0_radial_ball(gamma)
    value = factor * inside.rows * area * math.cos(angle)
    return Rating(value, (step("f_0_radial_ball", factor), step("c0_radial_ball", value)))


def rows_together(ratings_n: NDArray[np.float64], elements: NDArray[np.float64], is_ball: bool) -> float:
    """C of a thrust bearing with unequal rows in one direction, from those of its rows.

    Parameters
    ----------
    ratings_n : (rows,), N
    elements : (rows,), the number of balls, or the number of rollers times their effective length

    Source: ISO 281:2007 as read in public code.

    >>> round(rows_together(np.array([1000.0, 1000.0]), np.array([10.0, 10.0]), is_ball=True), 1)
    1624.5
    """
    power = 10.0 / 3.0 if is_ball else 4.5
    return float(elements.sum() * ((elements / ratings_n) ** power).sum() ** (-1.0 / power))


def f_c_radial_ball(
    gamma: Number, f_i: Number | float = 0.52, f_e: Number | float = 0.52, reduction: float = 0.95
) -> Number:
    """f_c of radial and angular contact ball bearings, without b_m; ``reduction`` is λ.

    Source: data/formulas_rating.csv, row f_c_radial_ball.

    >>> round(f_c_radial_ball(0.2), 1)
    59.9
    """
    return 0.41 * reduction * _ball_core(gamma, f_i, f_e, 1.04)


def f_c_thrust_ball(
    gamma: Number, angle_deg: float, f_i: float = 0.535, f_e: float = 0.535, reduction: float = 0.9
) -> Number:
    """f_c of thrust ball bearings; at 90° ``gamma`` is D_w/D_pw.

    Source: data/formulas_rating.csv, rows f_c_thrust_ball and f_c_thrust_ball_90.
    """
    eta = 1.0 - math.sin(math.radians(angle_deg)) / 3.0
    if angle_deg < 90.0:
        return reduction * eta * _ball_core(gamma, f_i, f_e, 1.0)
    ratio = _groove_ratio(f_i, f_e) ** (0.41 * 10.0 / 3.0)
    inner = (2.0 * f_i / (2.0 * f_i - 1.0)) ** 0.41
    value: Number = 98.0665 * reduction * eta * inner * gamma**0.3 * (1.0 + ratio) ** -0.3
    return value


def f_c_radial_roller(gamma: Number, reduction: float = 0.83) -> Number:
    """f_c of radial roller bearings, without b_m; ``reduction`` is λν.

    Source: data/formulas_rating.csv, row f_c_radial_roller.
    """
    return 0.377 * reduction * _roller_core(gamma, 1.04)


def f_c_thrust_roller(gamma: Number, angle_deg: float, reduction: float = 0.73) -> Number:
    """f_c of thrust roller bearings; at 90° ``gamma`` is D_we/D_pw.

    Source: data/formulas_rating.csv, rows f_c_thrust_roller and f_c_thrust_roller_90.
    """
    eta = 1.0 - 0.15 * math.sin(math.radians(angle_deg))
    if angle_deg < 90.0:
        return reduction * eta * _roller_core(gamma, 1.0)
    value: Number = 472.45388 * reduction * eta * gamma ** (2.0 / 9.0)
    return value


def size_factor(ball_diameter_mm: float) -> float:
    """D_w^1.8, above 25.4 mm 3.647 D_w^1.4: what the ball's size gives to the rating."""
    small = ball_diameter_mm <= LARGE_BALL_MM
    return float(ball_diameter_mm**1.8 if small else 3.647 * ball_diameter_mm**1.4)


def f_0_radial_ball(gamma: Number) -> Number:
    """f_0 of radial ball bearings with grooves of 0.52 and 0.53 D_w: the fifth part of a ball's load at that pressure.

    Source: definition in ISO 76:2006; data/formulas_rating.csv, row f_0_radial_ball.
    """
    return weaker_load(1.0, gamma, (GROOVE_INNER, GROOVE_OUTER), STATIC_PRESSURE_MPA, STATIC_MATERIAL) / 5.0


def f_0_thrust_ball(gamma: Number) -> Number:
    """f_0 of thrust ball bearings with grooves of 0.54 D_w.

    Source: definition in ISO 76:2006; data/formulas_rating.csv, row f_0_thrust_ball.
    """
    return weaker_load(1.0, gamma, (0.54, 0.54), STATIC_PRESSURE_MPA, STATIC_MATERIAL)


def weaker_load(
    ball_diameter_mm: float, gamma: Number, grooves: GrooveRadii, pressure_mpa: float, steel: Material
) -> Number:
    """Load of a ball in N at which the first of its two contacts reaches a maximum pressure.

    Parameters
    ----------
    grooves : groove radii of the inner and of the outer ring over the ball diameter
    steel : of ball and rings

    Source: Hertz; the pressure grows with the cube root of the load.
    """
    rings: tuple[Ring, Ring] = ("inner", "outer")
    inner, outer = (
        point_contact(1.0, race_curvature(ball_diameter_mm, gamma, groove, ring), compliance(steel, steel)).p_max_mpa
        for ring, groove in zip(rings, grooves, strict=True)
    )
    load: Number = ((pressure_mpa / np.maximum(inner, outer)) ** 3)[()]  # type: ignore[assignment]  # as gamma's shape
    return load


def type_rule(type_key: str) -> TypeRule:
    """How a type is rated.

    Raises
    ------
    OutOfScope : the table has no such type
    """
    found = type_rules().get(type_key)
    if found is None:
        raise OutOfScope(text("type «{type}» has no rating here; known: {known}", type=type_key, known=_known()))
    return found


@cache
def type_rules() -> Mapping[str, TypeRule]:
    """The rules of data/types.csv by type."""
    columns = ("type", "family", "b_m", "b_m_mark", "factors", "p0", "cu", "arrangement")
    return {
        row["type"]: TypeRule(
            row["type"],
            cast("Family", row["family"]),
            number(row["b_m"]),
            mark_of(row["b_m_mark"], "types.csv"),
            row["factors"],
            row["p0"],
            row["cu"],
            cast("Arranged", row["arrangement"]),
            row["source"],
        )
        for row in read_table(ROOM, "types.csv", columns)
    }


def _known() -> str:
    return ", ".join(type_rules())


def _ball_rating(inside: BallInside, rule: TypeRule, b_m: float, grooves: Grooves) -> Rating:
    angle_deg, gamma = inside.contact_angle_deg, inside.gamma
    angle = math.radians(angle_deg)
    f_i, f_e, notices = _grooves(inside, rule, grooves)
    z, size = inside.n_elements, size_factor(inside.ball_diameter_mm)
    if inside.ball_diameter_mm > LARGE_BALL_MM:
        sentence = text("D_w {mm:g} mm > 25.4 mm: 3.647 D_w^1.4 replaces D_w^1.8 in C", mm=inside.ball_diameter_mm)
        notices.append(Notice("large_ball", sentence))
    if rule.family == "thrust_ball":
        is_flat = angle_deg == 90.0
        gamma = inside.ball_diameter_mm / inside.pitch_diameter_mm if is_flat else gamma
        f_c = f_c_thrust_ball(gamma, angle_deg, f_i, f_e)
        slant = 1.0 if is_flat else math.cos(angle) ** 0.7 * math.tan(angle)
        keys = ("f_c_thrust_ball_90" if is_flat else "f_c_thrust_ball", "c_thrust_ball")
    else:
        f_c, slant = f_c_radial_ball(gamma, f_i, f_e), (inside.rows * math.cos(angle)) ** 0.7
        keys = ("f_c_radial_ball", "c_radial_ball")
    notices += _outside_table(gamma, angle_deg, rule.family)
    value = float(b_m * f_c * slant * z ** (2.0 / 3.0) * size)
    return Rating(value, _rating_steps(keys, gamma, f_c, b_m, rule, value), tuple(notices))


def _roller_rating(inside: RollerInside, rule: TypeRule, b_m: float) -> Rating:
    _check_length(inside)
    angle_deg, gamma = inside.contact_angle_deg, inside.gamma
    angle = math.radians(angle_deg)
    if rule.family == "thrust_roller":
        is_flat = angle_deg == 90.0
        gamma = inside.roller_diameter_mm / inside.pitch_diameter_mm if is_flat else gamma
        f_c = f_c_thrust_roller(gamma, angle_deg)
        length = inside.length_mm if is_flat else inside.length_mm * math.cos(angle)
        slant = length ** (7.0 / 9.0) * (1.0 if is_flat else math.tan(angle))
        keys = ("f_c_thrust_roller_90" if is_flat else "f_c_thrust_roller", "c_thrust_roller")
    else:
        f_c = f_c_radial_roller(gamma)
        slant = (inside.rows * inside.length_mm * math.cos(angle)) ** (7.0 / 9.0)
        keys = ("f_c_radial_roller", "c_radial_roller")
    value = float(b_m * f_c * slant * inside.n_elements**0.75 * inside.roller_diameter_mm ** (29.0 / 27.0))
    notices = _outside_table(gamma, angle_deg, rule.family)
    return Rating(value, _rating_steps(keys, gamma, f_c, b_m, rule, value), tuple(notices))


def _rating_steps(
    keys: tuple[str, str], gamma: float, f_c: float, b_m: float, rule: TypeRule, value: float
) -> tuple[Step, ...]:
    """A rating is known no better than its f_c and its b_m."""
    first = step(keys[0], f_c)
    doubtful: Mark | None = "not verified" if "not verified" in {first.mark, rule.b_m_mark} else None
    factor = Step("b_m", b_m, "", "ISO 281:2007, rating factor of the type", rule.b_m_mark)
    return (step("gamma", gamma), first, factor, step(keys[1], value, doubtful))


def _grooves(inside: BallInside, rule: TypeRule, grooves: Grooves) -> tuple[float, float, list[Notice]]:
    """The groove radii to compute with, and the notice where they are not those of the table."""
    limit_i, limit_e = _limits_of_grooves(rule)
    if grooves == "real":
        return inside.groove_inner, inside.groove_outer, []
    if not has_own_grooves(inside, rule.key, grooves):
        standard = GROOVE_THRUST if rule.family == "thrust_ball" else GROOVE_INNER
        return standard, standard, []
    sentence = text(
        "groove radii {f_i:g} and {f_e:g} D_w exceed {limit_i:g} and {limit_e:g} D_w, for which the table of f_c holds:"
        " closed form with the real radii, C is lower",
        f_i=inside.groove_inner,
        f_e=inside.groove_outer,
        limit_i=limit_i,
        limit_e=limit_e,
    )
    return inside.groove_inner, inside.groove_outer, [Notice("grooves_outside_table", sentence)]


def has_own_grooves(inside: BallInside, type_key: str, grooves: Grooves = "standard") -> bool:
    """Whether C of `dynamic_rating` follows the real groove radii, not those of the table."""
    limit_i, limit_e = _limits_of_grooves(type_rule(type_key))
    return grooves == "real" or not (inside.groove_inner <= limit_i and inside.groove_outer <= limit_e)


def _limits_of_grooves(rule: TypeRule) -> GrooveRadii:
    return (GROOVE_THRUST, GROOVE_THRUST) if rule.family == "thrust_ball" else (GROOVE_INNER, GROOVE_OUTER)


def _outside_table(gamma: float, angle_deg: float, family: Family) -> list[Notice]:
    """The notice where γ lies outside the published table; the closed form goes on."""
    highest = {"radial_ball": 0.40, "radial_roller": 0.30}.get(family, 0.30)
    if family == "thrust_ball" and angle_deg < 90.0:
        highest = float(np.interp(angle_deg, (45.0, 60.0, 75.0), (0.30, 0.20, 0.10)))
    if 0.01 <= gamma <= highest:
        return []
    sentence = text(
        "γ {gamma:.3f} is outside the table of f_c (0.01 to {highest:g}): closed form, outside the table",
        gamma=gamma,
        highest=highest,
    )
    return [Notice("gamma_outside_table", sentence)]


def _check_angle(inside: Inside, rule: TypeRule) -> None:
    is_thrust = rule.family in {"thrust_ball", "thrust_roller"}
    angle_deg = inside.contact_angle_deg
    if is_thrust and angle_deg < 45.0:
        raise OutOfScope(
            text(
                "contact angle {angle:g} deg: thrust formulas hold from 45 deg on; choose a radial type",
                angle=angle_deg,
            )
        )
    if not is_thrust and angle_deg > 45.0:
        raise OutOfScope(
            text(
                "contact angle {angle:g} deg: radial formulas hold up to 45 deg; choose a thrust type", angle=angle_deg
            )
        )


def _check_length(inside: RollerInside) -> None:
    if not inside.length_mm > 0.0:
        raise MissingInput(
            text("the effective roller length L_we is not known: give --length in mm, or the maker's --c and --c0")
        )


def _no_public_rating(rule: TypeRule) -> OutOfScope:
    return OutOfScope(
        text(
            "type {type}: no public source here gives its f_c or b_m; give the maker's ratings with --c and --c0",
            type=rule.key,
        )
    )


def _ball_core(gamma: Number, f_i: Number | float, f_e: Number | float, outer: float) -> Number:
    """What the f_c of radial and thrust balls share; ``outer`` is 1.04 or 1."""
    shape = (1.0 - gamma) ** 1.39 / (1.0 + gamma) ** (1.0 / 3.0)
    inner = (2.0 * f_i / (2.0 * f_i - 1.0)) ** 0.41
    ratio = outer * ((1.0 - gamma) / (1.0 + gamma)) ** 1.72 * _groove_ratio(f_i, f_e) ** 0.41
    value: Number = 98.0665 * inner * gamma**0.3 * shape * (1.0 + ratio ** (10.0 / 3.0)) ** -0.3
    return value


def _roller_core(gamma: Number, outer: float) -> Number:
    """What the f_c of radial and thrust rollers share; ``outer`` is 1.04 or 1."""
    shape = gamma ** (2.0 / 9.0) * (1.0 - gamma) ** (29.0 / 27.0) / (1.0 + gamma) ** 0.25
    ratio = outer * ((1.0 - gamma) / (1.0 + gamma)) ** (143.0 / 108.0)
    value: Number = 551.13373 * shape * (1.0 + ratio**4.5) ** (-2.0 / 9.0)
    return value


def _groove_ratio(f_i: Number | float, f_e: Number | float) -> Number | float:
    return f_i / f_e * (2.0 * f_e - 1.0) / (2.0 * f_i - 1.0)
