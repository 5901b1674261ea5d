"""Friction moment of a bearing: Palmgren as in ISO/TR 14179-2, and a maker's model for deep groove ball bearings.

Seals, churning in a high oil level and the drag of a cage are not contained. Every function takes arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from loadzone.design.formulas import step
from loadzone.design.step import Mark, Step
from loadzone.words.errors import OutOfScope
from loadzone.words.tables import read_table
from loadzone.words.texts import text

Real = float | npt.NDArray[np.float64]
Lubrication = Literal["oil_bath", "grease"]
STARVATION = {"oil_bath": 3e-8, "grease": 6e-8}
"""K_rs of the maker's model."""
GEOMETRY_K_Z = 3.1
"""K_Z of deep groove ball bearings."""


@dataclass(frozen=True)
class PalmgrenFactors:
    """f_0 and f_1 of a bearing type with what is known of them."""

    viscous: float
    load: float
    mark: Mark = "not verified"
    source: str = ""


@dataclass(frozen=True)
class Friction:
    """Moments in N mm: ``first`` is the load-free (Palmgren) or rolling (maker's) part, ``second`` the other."""

    moment_nmm: Real
    first_nmm: Real
    second_nmm: Real
    model: Literal["palmgren", "maker"]

    def power_w(self, speed_rpm: Real) -> Real:
        """Heat in W at that speed."""
        return self.moment_nmm / 1000 * (speed_rpm * np.pi / 30)

    def steps(self) -> tuple[Step, ...]:
        """The moments of a single case with their clauses."""
        keys = ("palmgren_viscous", "palmgren_load") if self.model == "palmgren" else ("maker_rolling", "maker_sliding")
        parts = (float(self.first_nmm), float(self.second_nmm))
        return (*map(step, keys, parts), step("friction_total", float(self.moment_nmm)))


@dataclass(frozen=True)
class MakerFriction(Friction):
    """The maker's model with its inner quantities."""

    rolling_variable: Real
    sliding_variable: Real
    inlet_heating: Real
    starvation: Real
    sliding_coefficient: Real


def palmgren_factors(bearing_type: str, lubrication: Lubrication = "oil_bath") -> PalmgrenFactors:
    """Mean f_0 and f_1 of a type (keys of the table of bearing types).

    Raises
    ------
    OutOfScope : the table has no such type; give the factors of the maker

    >>> palmgren_factors("deep_groove_ball").viscous
    2.0
    """
    row = _factors().get(bearing_type)
    if row is None:
        raise OutOfScope(
            text(
                "type {type} has no friction factors f_0 and f_1 in our table: give the maker's, or one of {known}",
                type=bearing_type,
                known=", ".join(_factors()),
            )
        )
    return PalmgrenFactors(float(row[f"viscous_{lubrication}"]), float(row["load_factor"]), "read", row["source"])


def palmgren(
    factors: PalmgrenFactors, pitch_mm: Real, speed_rpm: Real, viscosity_mm2_s: Real, load_n: Real
) -> Friction:
    """Friction moment after Palmgren.

    Parameters
    ----------
    pitch_mm : mean diameter d_m, mm
    viscosity_mm2_s : kinematic viscosity in operation
    load_n : load P_1 that the friction follows; at least the radial load

    Source: ISO/TR 14179-2: M_0 = 1e-7 f_0 (nu n)^(2/3) d_m^3 from nu n = 2000, 160e-7 f_0 d_m^3 below; M_1 = f_1 P_1
    d_m. From memory, not verified.
    """
    product = np.asarray(viscosity_mm2_s) * speed_rpm
    thick = np.where(product >= 2000, np.maximum(product, 1e-300) ** (2 / 3), 160.0)
    viscous = 1e-7 * factors.viscous * thick * np.asarray(pitch_mm) ** 3
    loaded = factors.load * np.asarray(load_n) * pitch_mm
    return Friction(viscous + loaded, viscous, loaded, "palmgren")


def maker_friction(
    series: str,
    bore_mm: Real,
    outer_mm: Real,
    speed_rpm: Real,
    viscosity_mm2_s: Real,
    radial_n: Real,
    axial_n: Real = 0.0,
    static_rating_n: Real = np.inf,
    lubrication: Lubrication = "grease",
    ehl_coefficient: float = 0.05,
) -> MakerFriction:
    """Friction moment of a deep groove ball bearing by a maker's model (SKF), without seals and drag.

    Parameters
    ----------
    series : 60, 62, 63, 64, 160, 618 or 619
    static_rating_n : C_0, needed where ``axial_n`` is not zero
    ehl_coefficient : 0.05 mineral, 0.04 synthetic oil (from memory)

    Raises
    ------
    OutOfScope : another series, or axial load without C_0

    Source: constants read in public code; forces in N give N mm. Not compared with a maker's example.
    """
    constants = _series(series)
    radial, axial = np.asarray(radial_n, dtype=float), np.asarray(axial_n, dtype=float)
    if np.any(axial > 0) and not np.all(np.isfinite(static_rating_n)):
        raise OutOfScope(
            text("axial load {axial_n:g} N needs the static rating C_0: give it", axial_n=float(np.max(axial)))
        )
    mean = (np.asarray(bore_mm) + outer_mm) / 2
    sine = np.sin(np.radians(24.6 * (np.maximum(axial, 1e-12) / static_rating_n) ** 0.24)) if axial.any() else 1.0
    rolling = constants["rolling_1"] * mean**1.96 * (radial + constants["rolling_2"] * axial / sine) ** 0.54
    both = mean**-0.145 * (radial**5 + constants["sliding_2"] * mean**1.5 * axial**4 / sine) ** (1 / 3)
    sliding = constants["sliding_1"] * np.where(axial > 0, both, mean**-0.26 * radial ** (5 / 3))
    nu, n = np.asarray(viscosity_mm2_s), np.asarray(speed_rpm, dtype=float)
    heating = 1 / (1 + 1.84e-9 * (n * mean) ** 1.28 * nu**0.64)
    span = (np.asarray(bore_mm) + outer_mm) * np.sqrt(GEOMETRY_K_Z / (2 * (np.asarray(outer_mm) - bore_mm)))
    starved = np.exp(-STARVATION[lubrication] * nu * n * span)
    boundary = np.exp(-2.6e-8 * (n * nu) ** 1.4 * mean)
    coefficient = boundary * np.where(n > 0, 0.12, 0.15) + (1 - boundary) * ehl_coefficient
    first, second = heating * starved * rolling * (nu * n) ** 0.6, coefficient * sliding
    return MakerFriction(first + second, first, second, "maker", rolling, sliding, heating, starved, coefficient)


def _series(series: str) -> Mapping[str, float]:
    rows = {row["series"]: row for row in _maker_rows()}
    if series not in rows:
        raise OutOfScope(
            text(
                "the maker's friction model has no constants for series {series}: it knows {known}; use Palmgren's",
                series=series,
                known=", ".join(rows),
            )
        )
    row = rows[series]
    return {name: float(row[name]) for name in ("rolling_1", "rolling_2", "sliding_1", "sliding_2")}


@cache
def _factors() -> Mapping[str, Mapping[str, str]]:
    columns = ("type", "viscous_oil_bath", "viscous_grease", "load_factor", "mark")
    return {row["type"]: row for row in read_table("loadzone.design", "friction_factors.csv", columns)}


@cache
def _maker_rows() -> tuple[Mapping[str, str], ...]:
    columns = ("series", "rolling_1", "rolling_2", "sliding_1", "sliding_2", "mark")
    return read_table("loadzone.design", "maker_friction.csv", columns)
