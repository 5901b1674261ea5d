"""Basic reference rating life: the life of each loaded contact, not of one equivalent load (ISO/TS 16281)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.roller_rows import Laminae
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.rows import Row
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.step import Mark, Step
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
Real = float | Array
Rotating = Literal["inner", "outer"]
"""The ring that turns relative to the load."""

CLAUSE_BALL = "ISO/TS 16281:2008, ball bearing"
CLAUSE_ROLLER = "ISO/TS 16281:2008, roller bearing"
RADIAL_LAMBDA_V, THRUST_LAMBDA_V = 0.83, 0.73
"""Reduction in C of ISO 281 for what happens at roller ends; the laminae know it, so it is taken out again."""


@dataclass(frozen=True)
class ReferenceLife:
    """L_10r in million revolutions and P_ref in N (0 and infinity when unloaded), with the numbers behind them.

    ``rated_inner_n``, ``rated_outer_n``: load of an element for which a contact lives a million revolutions;
    ``equivalent_inner_n``, ``equivalent_outer_n``: mean load that a ring sees of each row (of rollers: of each lamina).
    """

    l10r_mrev: float
    p_ref_n: float
    rated_inner_n: float
    rated_outer_n: float
    equivalent_inner_n: Array
    equivalent_outer_n: Array
    clause: str
    mark: Mark = "read"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The numbers behind the life with their clauses."""
        return (
            Step("Q_ci", self.rated_inner_n, "N", f"{self.clause}, inner race", self.mark),
            Step("Q_ce", self.rated_outer_n, "N", f"{self.clause}, outer race", self.mark),
            Step("Q_ei", float(self.equivalent_inner_n.max()), "N", f"{self.clause}, mean load, inner", self.mark),
            Step("Q_ee", float(self.equivalent_outer_n.max()), "N", f"{self.clause}, mean load, outer", self.mark),
            Step("L_10r", self.l10r_mrev, "10^6 rev", f"{self.clause}, reference life", self.mark),
            Step("P_ref", self.p_ref_n, "N", f"{self.clause}, reference load", self.mark),
        )


def reference_life(
    inside: BallInside | RollerInside,
    equilibrium: Equilibrium | RollerEquilibrium,
    c_n: float,
    rotating: Rotating = "inner",
    *,
    is_thrust: bool | None = None,
) -> ReferenceLife:
    """Reference life of a bearing from the loads of its elements.

    Parameters
    ----------
    inside : of the row, or of one of several like rows
    equilibrium : its rest position under the load
    c_n : basic dynamic load rating C of the ``inside.rows`` rows that ``inside`` describes, N; a set of single bearings
        takes the rating of one
    rotating : ring that turns relative to the load
    is_thrust : whether C is an axial rating; above 45 deg by default

    Raises
    ------
    BadInput : no positive rating
    MissingInput : inside and equilibrium of different kinds

    Source: ISO/TS 16281:2008 as read in two public codes, cos(alpha) to the power 1 (design reference 2.5, 2.6).
    Several rows and the two contact diagonals of a four-point row are summed as independent contacts (derived). Thrust
    rollers: see `roller_ratings`.
    """
    if not (math.isfinite(c_n) and c_n > 0.0):
        raise BadInput(text("rating C = {c_n:g} N: a reference life needs a positive one", c_n=c_n))
    if isinstance(inside, BallInside) and isinstance(equilibrium, Equilibrium):
        return _ball_life(equilibrium, c_n, rotating, is_thrust)
    if isinstance(inside, RollerInside) and isinstance(equilibrium, RollerEquilibrium):
        return _roller_life(equilibrium, c_n, rotating, is_thrust)
    raise MissingInput(text("a reference life needs an inside and an equilibrium of the same kind, balls or rollers"))


def _ball_life(equilibrium: Equilibrium, c_n: float, rotating: Rotating, is_thrust: bool | None) -> ReferenceLife:
    loads = [each[: one.n_elements] for each, one in zip(equilibrium.loads_n, equilibrium.rows, strict=True)]
    cube = np.array([np.cbrt(np.mean(each**3)) for each in loads])
    fixed = np.array([np.mean(each ** (10.0 / 3.0)) ** 0.3 for each in loads])
    inner, outer = (cube, fixed) if rotating == "inner" else (fixed, cube)
    life = ball_lives(equilibrium.rows, inner, outer, c_n, is_thrust=is_thrust)
    rated_inner, rated_outer = ball_ratings(equilibrium.rows[0].inside, c_n, is_thrust=is_thrust)
    mark: Mark = "read" if len(equilibrium.rows) == 1 else "derived"
    return ReferenceLife(
        float(life), float(reference_load(life, c_n, 3.0)), rated_inner, rated_outer, inner, outer, CLAUSE_BALL, mark
    )


def ball_lives(
    rows: Sequence[Row], inner_n: Array, outer_n: Array, c_n: float, *, is_thrust: bool | None = None
) -> Array:
    """L_10r of many cases: mean loads (..., rows) on inner and outer race, N; in million revolutions.

    `loadzone.design.equilibrium.batch.BatchEquilibrium` brings the cube mean of the ring that rotates and the 10/3 mean
    of the one that stands.
    """
    rated = np.array([ball_ratings(each.inside, c_n, is_thrust=is_thrust) for each in rows])
    return lives_of_rows(inner_n, outer_n, rated[:, 0], rated[:, 1])


def lives_of_rows(inner_n: Array, outer_n: Array, rated_inner_n: Array, rated_outer_n: Array) -> Array:
    """L_10r of balls from mean loads and rated loads (..., rows) on both races, N; in million revolutions."""
    damage = ((inner_n / rated_inner_n) ** (10.0 / 3.0) + (outer_n / rated_outer_n) ** (10.0 / 3.0)).sum(axis=-1)
    return _life(damage, 0.9)


def ball_ratings(inside: BallInside, c_n: float, *, is_thrust: bool | None = None) -> tuple[float, float]:
    """Q_ci and Q_ce, N: ball load for which the inner and the outer contact live a million revolutions.

    The thrust form, without 1.044, at 90 deg without the factor in gamma, holds for an axial C, which is assumed above
    45 deg.
    """
    inner, outer = ball_ratings_of(inside, inside.groove_inner, inside.groove_outer, c_n, is_thrust=is_thrust)
    return float(inner), float(outer)


def ball_ratings_of(
    inside: BallInside, groove_inner: Real, groove_outer: Real, c_n: Real, *, is_thrust: bool | None = None
) -> tuple[Array, Array]:
    """`ball_ratings` for groove radii and ratings that vary, in their shape."""
    angle = math.radians(inside.contact_angle_deg)
    f_i, f_e, c = np.asarray(groove_inner), np.asarray(groove_outer), np.asarray(c_n)
    ratio = rating_ratio(inside, f_i / f_e * (2.0 * f_e - 1.0) / (2.0 * f_i - 1.0), is_thrust=is_thrust)
    if _is_axial(inside, is_thrust):
        base = c / (inside.n_elements * math.sin(angle))
        return base * (1.0 + ratio ** (10.0 / 3.0)) ** 0.3, base * (1.0 + ratio ** (-10.0 / 3.0)) ** 0.3
    base = c / (inside.n_elements * math.cos(angle) * inside.rows**0.7)
    return base / 0.407 * (1.0 + ratio ** (10.0 / 3.0)) ** 0.3, base / 0.389 * (1.0 + ratio ** (-10.0 / 3.0)) ** 0.3


def rating_ratio(inside: BallInside, grooves: Array, *, is_thrust: bool | None = None) -> Array:
    """How much the inner contact is weaker than the outer, which shares C out; ``grooves`` is their ratio of radii."""
    factor = 1.0 if _is_axial(inside, is_thrust) else 1.044
    shape = ((1.0 - inside.gamma) / (1.0 + inside.gamma)) ** 1.72
    return np.asarray(factor * shape * grooves**0.41)


def _roller_life(
    equilibrium: RollerEquilibrium, c_n: float, rotating: Rotating, is_thrust: bool | None
) -> ReferenceLife:
    rows = equilibrium.rows
    loads = [each[: row.inside.n_elements] for each, row in zip(equilibrium.row_lamina_loads_n, rows, strict=True)]
    fourth = np.array([np.mean(each**4, axis=0) ** 0.25 for each in loads])
    fixed = np.array([np.mean(each**4.5, axis=0) ** (2.0 / 9.0) for each in loads])
    inner, outer = (fourth, fixed) if rotating == "inner" else (fixed, fourth)
    life = roller_row_lives(rows, inner, outer, c_n, is_thrust=is_thrust)
    rated_inner, rated_outer = roller_ratings(rows[0].inside, c_n, is_thrust=is_thrust)
    factors = edge_factors(inner.shape[-1])
    mark: Mark = "read" if len(rows) == 1 else "derived"
    return ReferenceLife(
        float(life),
        float(reference_load(life, c_n, 10.0 / 3.0)),
        rated_inner,
        rated_outer,
        (factors * inner).reshape(equilibrium.lamina_loads_n.shape[:-2] + inner.shape[-1:]),
        (factors * outer).reshape(equilibrium.lamina_loads_n.shape[:-2] + inner.shape[-1:]),
        CLAUSE_ROLLER,
        "not verified" if rows[0].inside.contact_angle_deg else mark,
    )


def roller_row_lives(
    rows: Sequence[Laminae],
    inner_n: Array,
    outer_n: Array,
    c_n: float | Sequence[float],
    *,
    is_thrust: bool | None = None,
) -> Array:
    """L_10r of many cases of rows of rollers; in million revolutions.

    Parameters
    ----------
    inner_n, outer_n : mean lamina loads (..., rows, n_s) without edge factor on inner and outer race, N; see
        `loadzone.design.equilibrium.batch_roller.RollerBatch`
    c_n : C of the bearing, N, or of each row where rows differ, as in a slewing ring

    Source: ISO/TS 16281:2008; several rows as independent contacts (derived).
    """
    return _lamina_lives([each.inside for each in rows], inner_n, outer_n, c_n, is_thrust)


def roller_lives(inside: RollerInside, inner_n: Array, outer_n: Array, c_n: float) -> Array:
    """L_10r of many cases of one row: mean lamina loads (..., n_s); as `roller_row_lives`."""
    return _lamina_lives((inside,), inner_n[..., None, :], outer_n[..., None, :], c_n, None)


def _lamina_lives(
    insides: Sequence[RollerInside],
    inner_n: Array,
    outer_n: Array,
    c_n: float | Sequence[float],
    is_thrust: bool | None,
) -> Array:
    laminae = inner_n.shape[-1]
    factors = edge_factors(laminae)
    own = np.broadcast_to(np.asarray(c_n, dtype=float), len(insides))
    damage = np.zeros(inner_n.shape[:-2])
    for index, (inside, rated_n) in enumerate(zip(insides, own, strict=True)):
        whole = roller_ratings(inside, float(rated_n), is_thrust=is_thrust)
        rated_inner, rated_outer = (each * laminae ** (-7.0 / 9.0) for each in whole)
        damage += ((factors * inner_n[..., index, :] / rated_inner) ** 4.5).sum(axis=-1)
        damage += ((factors * outer_n[..., index, :] / rated_outer) ** 4.5).sum(axis=-1)
    return _life(damage, 8.0 / 9.0)


def roller_ratings(inside: RollerInside, c_n: float, *, is_thrust: bool | None = None) -> tuple[float, float]:
    """Q_ci and Q_ce of a whole roller, N.

    With an axial C (above 45 deg by default) C_a/(lambda_v Z sin(alpha)) with lambda_v = 0.73 and without 1.038, at 90
    deg without the factor in gamma: as with balls the factor eta of unequal loads stays in C_a (from memory, not
    verified).
    """
    gamma, angle = inside.gamma, math.radians(inside.contact_angle_deg)
    if _is_axial(inside, is_thrust):
        ratio = ((1.0 - gamma) / (1.0 + gamma)) ** (143.0 / 108.0) if inside.contact_angle_deg < 90.0 else 1.0
        base = c_n / (THRUST_LAMBDA_V * inside.n_elements * math.sin(angle))
        return base * (1.0 + ratio**4.5) ** (2.0 / 9.0), base * (1.0 + ratio**-4.5) ** (2.0 / 9.0)
    ratio = 1.038 * ((1.0 - gamma) / (1.0 + gamma)) ** (143.0 / 108.0)
    base = c_n / (RADIAL_LAMBDA_V * inside.n_elements * math.cos(angle) * inside.rows ** (7.0 / 9.0))
    return base / 0.378 * (1.0 + ratio**4.5) ** (2.0 / 9.0), base / 0.364 * (1.0 + ratio**-4.5) ** (2.0 / 9.0)


def _is_axial(inside: BallInside | RollerInside, is_thrust: bool | None) -> bool:
    return inside.contact_angle_deg > 45.0 if is_thrust is None else is_thrust


def edge_factors(laminae: int) -> Array:
    """f_k of each lamina: the edge stress that the laminae do not see; 1 for a lamina in the middle, where ln 0 stands.

    >>> edge_factors(31)[15].item()
    1.0
    """
    k = np.arange(1, laminae + 1)
    away = 1.985 * np.abs(2 * k - laminae - 1) / (2 * laminae - 2)
    return 1.0 - np.divide(0.01, np.log(away, out=np.full(laminae, -np.inf), where=away > 0))


def reference_load(life_mrev: Array, c_n: float, exponent: float) -> Array:
    """P_ref = C/L_10r^(1/p), N; 0 where the life is infinite."""
    return c_n * np.asarray(life_mrev, dtype=float) ** (-1.0 / exponent)


def _life(damage: Array, exponent: float) -> Array:
    lives: Array = np.power(damage, -exponent, out=np.full(np.shape(damage), np.inf), where=np.asarray(damage > 0))
    return lives
