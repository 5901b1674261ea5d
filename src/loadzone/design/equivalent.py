"""Equivalent loads of ISO 281:2007 and ISO 76:2006: X, Y and e as closed form and as table, P and P_0.

Loads may be arrays: a history is one call.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.design.formulas import ROOM, formulas
from loadzone.design.rating import type_rule
from loadzone.design.step import Mark
from loadzone.words.tables import read_table

Loads = NDArray[np.float64]
By = Literal["closed_form", "table"]

DEEP_GROOVE_ANGLE_DEG = 5.0
"""Nominal angle from which the closed form of deep groove bearings starts."""
TABLE_ANGLE_DEG = 20.0
"""From this contact angle on X, Y and e no longer depend on the load."""
_ITERATIONS = 12
"""Newton's iterations from the nominal angle; the function is convex and falls, so none overshoots."""


@dataclass(frozen=True)
class Factors:
    """P = X_1 F_r + Y_1 F_a up to F_a/F_r = e, X_2 F_r + Y_2 F_a beyond; shaped as the load, ``key`` of formulas."""

    e: Loads
    x1: Loads
    y1: Loads
    x2: Loads
    y2: Loads
    key: str
    mark: Mark


@dataclass(frozen=True)
class StaticFactors:
    """P_0 = X_0 F_r + Y_0 F_a, not below F_r of a radial bearing; ``key`` in formulas.csv."""

    x0: float
    y0: float
    is_radial: bool
    key: str
    mark: Mark


def factors(type_key: str, angle_deg: float, relative_load: Loads | float, by: By = "closed_form") -> Factors:
    """X, Y and e of a type.

    Parameters
    ----------
    angle_deg : nominal contact angle
    relative_load : f_0 F_a/C_0r of deep groove, f_0 i F_a/C_0r of angular contact bearings; ignored by other types
    by : "table" takes the standard's table of deep groove bearings, linear between its rows and frozen at its ends

    Raises
    ------
    OutOfScope : the table of types does not know the type

    Source: data/formulas_rating.csv, rows xye_*; data/factors.csv.
    """
    rule = type_rule(type_key)
    x = np.asarray(relative_load, dtype=np.float64)
    kind = rule.factors
    if kind == "deep_groove" and by == "table":
        return _from_table(kind, x, "xye_table")
    if kind == "deep_groove" or (kind == "angular_contact" and angle_deg <= DEEP_GROOVE_ANGLE_DEG):
        return _closed_form(x, DEEP_GROOVE_ANGLE_DEG, 1.05, "xye_closed")
    if kind == "angular_contact" and angle_deg < TABLE_ANGLE_DEG:
        return _closed_form(x, angle_deg, 1.25, "xye_closed_15")
    if kind in {"angular_contact", "double_angular_contact"}:
        return _from_table(kind, np.full_like(x, angle_deg), "xye_table")
    return _by_angle(kind, angle_deg, x.shape)


def equivalent_load(found: Factors, radial_n: Loads | float, axial_n: Loads | float) -> Loads:
    """Dynamic equivalent load P in N; the sign of the axial load does not count.

    >>> deep = factors("deep_groove_ball", 0.0, 0.689)
    >>> float(equivalent_load(deep, 2000.0, 300.0)), round(float(equivalent_load(deep, 2000.0, 1500.0)))
    (2000.0, 3674)
    """
    radial, axial = np.abs(radial_n), np.abs(axial_n)
    is_below = axial <= found.e * radial
    load = np.where(is_below, found.x1 * radial + found.y1 * axial, found.x2 * radial + found.y2 * axial)
    return np.asarray(load, dtype=np.float64)


def static_factors(type_key: str, angle_deg: float) -> StaticFactors:
    """X_0 and Y_0 of a type.

    Raises
    ------
    OutOfScope : the table of types does not know the type

    Source: data/formulas_rating.csv, rows p0_*; data/static_factors.csv.
    """
    kind = type_rule(type_key).p0
    if kind == "deep_groove":
        return _static(0.6, 0.5, "p0_deep_groove")
    if kind in {"angular_contact", "double_angular_contact"}:
        y0 = float(np.interp(angle_deg, *_static_table()))
        x0, y0 = (0.5, y0) if kind == "angular_contact" else (1.0, 2.0 * y0)
        return _static(x0, y0, "p0_other")
    if kind == "thrust":
        x0 = 0.0 if angle_deg == 90.0 else 2.3 * math.tan(math.radians(angle_deg))
        return _static(x0, 1.0, "p0_other", is_radial=False)
    if angle_deg == 0.0:
        return _static(1.0, 0.0, "p0_other")
    cot = 1.0 / math.tan(math.radians(angle_deg))
    is_double = kind in {"double_roller", "self_aligning"}
    return _static(1.0, 0.44 * cot, "p0_other") if is_double else _static(0.5, 0.22 * cot, "p0_other")


def static_equivalent_load(found: StaticFactors, radial_n: Loads | float, axial_n: Loads | float) -> Loads:
    """Static equivalent load P_0 in N."""
    radial, axial = np.abs(radial_n), np.abs(axial_n)
    load = found.x0 * radial + found.y0 * axial
    return np.asarray(np.maximum(load, radial) if found.is_radial else load, dtype=np.float64)


def operating_angle(relative_load: Loads | float, angle_deg: float = DEEP_GROOVE_ANGLE_DEG) -> Loads:
    """Contact angle α′ under load in rad: the root of cos α/cos α′ = 1 + 0.012534 (x/sin α′)^(2/3).

    Source: ISO 1281-1 as read in public code; data/formulas_rating.csv, row xye_closed.

    >>> round(float(np.degrees(operating_angle(0.0))), 9)
    5.0
    """
    start = math.radians(angle_deg)
    stretch = 0.012534 * np.asarray(relative_load, dtype=np.float64) ** (2.0 / 3.0)
    angle = np.full_like(stretch, start)
    for _ in range(_ITERATIONS):
        sine, cosine = np.sin(angle), np.cos(angle)
        give = stretch * sine ** (-2.0 / 3.0)
        gap = cosine * (1.0 + give) - math.cos(start)
        slope = -sine * (1.0 + give) - 2.0 / 3.0 * cosine**2 * give / sine
        angle = angle - gap / slope
    return angle


def _closed_form(relative_load: Loads, angle_deg: float, xi: float, key: str) -> Factors:
    tangent = np.tan(operating_angle(relative_load, angle_deg))
    eta = 1.0 - math.sin(math.radians(angle_deg)) / 2.5
    one = np.ones_like(tangent)
    return Factors(
        e=xi * tangent,
        x1=one,
        y1=0.0 * one,
        x2=(1.0 - 0.4 * xi / eta) * one,
        y2=0.4 / (eta * tangent),
        key=key,
        mark=formulas()[key].mark,
    )


def _from_table(name: str, argument: Loads, key: str) -> Factors:
    """Linear between the rows; known no better than the least known of them."""
    table, mark = _tables()[name]
    e, x1, y1, x2, y2 = (np.asarray(np.interp(argument, table[:, 0], column)) for column in table.T[1:])
    return Factors(e, x1, y1, x2, y2, key, mark)


def _by_angle(kind: str, angle_deg: float, shape: tuple[int, ...]) -> Factors:
    """Types whose factors follow from the contact angle alone: e, X_1, Y_1, X_2, Y_2."""
    if angle_deg in {0.0, 90.0}:
        radial, axial = (1.0, 0.0) if angle_deg == 0.0 else (0.0, 1.0)
        return _constant((0.0, radial, axial, radial, axial), shape, "xye_none")
    tangent, sine = math.tan(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    cot = 1.0 / tangent
    if kind == "thrust_ball":
        x = 1.25 * tangent * (1.0 - 2.0 / 3.0 * sine)
        return _constant((1.25 * tangent, x, 1.0, x, 1.0), shape, "xye_thrust_ball")
    if kind == "thrust_roller":
        return _constant((1.5 * tangent, tangent, 1.0, tangent, 1.0), shape, "xye_thrust_roller")
    if kind == "self_aligning":
        return _constant((1.5 * tangent, 1.0, 0.42 * cot, 0.65, 0.65 * cot), shape, "xye_self_aligning")
    if kind == "double_roller":
        return _constant((1.5 * tangent, 1.0, 0.45 * cot, 0.67, 0.67 * cot), shape, "xye_roller")
    return _constant((1.5 * tangent, 1.0, 0.0, 0.4, 0.4 * cot), shape, "xye_roller")


def _constant(values: tuple[float, ...], shape: tuple[int, ...], key: str) -> Factors:
    e, x1, y1, x2, y2 = (np.full(shape, value) for value in values)
    return Factors(e, x1, y1, x2, y2, key, formulas()[key].mark)


def _static(x0: float, y0: float, key: str, *, is_radial: bool = True) -> StaticFactors:
    return StaticFactors(x0, y0, is_radial, key, formulas()[key].mark)


@cache
def _tables() -> Mapping[str, tuple[NDArray[np.float64], Mark]]:
    columns = ("table", "argument", "e", "x1", "y1", "x2", "y2", "mark")
    rows = read_table(ROOM, "factors.csv", columns)
    found: dict[str, tuple[NDArray[np.float64], Mark]] = {}
    for name in dict.fromkeys(row["table"] for row in rows):
        mine = [row for row in rows if row["table"] == name]
        doubtful: Mark = "not verified" if any(row["mark"] == "not verified" for row in mine) else "read"
        found[name] = (np.array([[float(row[column]) for column in columns[1:7]] for row in mine]), doubtful)
    return found


@cache
def _static_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows = read_table(ROOM, "static_factors.csv", ("angle_deg", "y0", "mark"))
    return np.array([float(row["angle_deg"]) for row in rows]), np.array([float(row["y0"]) for row in rows])
