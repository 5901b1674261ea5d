"""From loads, speed and lubrication to life, for one case or a whole history in one call of arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.design.capability import Capability
from loadzone.design.equivalent import (
    Factors,
    StaticFactors,
    equivalent_load,
    factors,
    static_equivalent_load,
    static_factors,
)
from loadzone.design.life import (
    HIGHEST_KAPPA,
    basic_life_mrev,
    hours,
    life_modification,
    reliability_factor,
    with_additives,
)
from loadzone.design.lubrication import Cleanliness, Oil, contamination_raw, reference_viscosity, viscosity
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]

MOST_LOAD = 0.5
"""Largest P/C for which ISO 281 holds; beyond, the contacts yield locally."""
USUAL_TEMPERATURE_DEGC = 70.0
"""Reference temperature of a bearing in ISO 15312; assumed where none is stated."""
LOWEST_DEGC, HIGHEST_DEGC = -60.0, 350.0
"""Between which bearings of steel run."""


@dataclass(frozen=True)
class Conditions:
    """How a bearing runs; without oil or cleanliness there is no modified life.

    ``has_additives``: the lubricant's EP additives are proven effective.
    """

    speed_rpm: float
    oil: Oil | None = None
    temperature_degc: float | None = None
    cleanliness: Cleanliness | None = None
    reliability_percent: float = 90.0
    has_additives: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.speed_rpm < np.inf:
            raise BadInput(
                text(
                    "speed {speed:g} r/min: a life in hours needs a positive speed; a bearing at rest has C_0 and S_0",
                    speed=self.speed_rpm,
                )
            )
        if self.temperature_degc is not None and not LOWEST_DEGC <= self.temperature_degc <= HIGHEST_DEGC:
            raise BadInput(
                text(
                    "temperature {temperature:g} °C: bearings of steel run between -60 and 350 °C; give --temperature "
                    "in degrees Celsius",
                    temperature=self.temperature_degc,
                )
            )
        reliability_factor(self.reliability_percent)

    @property
    def temperature_used_degc(self) -> float:
        """The stated temperature, else the usual one."""
        return USUAL_TEMPERATURE_DEGC if self.temperature_degc is None else self.temperature_degc


@dataclass(frozen=True)
class Duty:
    """Loads and lives of one case (0-dimensional arrays) or of many (n,).

    NaN stands where a value is not defined: a life beyond 0.5 C or C_0, a modified life without lubricant data or at
    κ < 0.1. ``e_c`` is None without cleanliness, ``kappa`` and ``nu_mm2_s`` without oil.
    """

    factors: Factors
    is_beyond_e: NDArray[np.bool_]
    static_factors: StaticFactors
    p_n: Array
    p0_n: Array
    l10_mrev: Array
    l10_h: Array
    nu_mm2_s: Array | None
    nu1_mm2_s: Array
    kappa: Array | None
    e_c_raw: Array | None
    e_c: Array | None
    a_iso: Array | None
    a1: float
    lnm_h: Array | None


def evaluate(
    bearing: Capability,
    radial_n: ArrayLike,
    axial_n: ArrayLike,
    conditions: Conditions,
    speed_rpm: ArrayLike | None = None,
    temperature_degc: ArrayLike | None = None,
) -> Duty:
    """Equivalent loads and rating lives.

    Parameters
    ----------
    radial_n, axial_n : N, scalars or (n,)
    speed_rpm, temperature_degc : of each case where they differ from the conditions'

    Source: ISO 281:2007 and ISO 76:2006; formulas and marks in data/formulas_rating.csv.
    """
    radial, axial = np.abs(np.asarray(radial_n, dtype=float)), np.abs(np.asarray(axial_n, dtype=float))
    speed = np.asarray(conditions.speed_rpm if speed_rpm is None else speed_rpm, dtype=float)
    warmth = np.asarray(conditions.temperature_used_degc if temperature_degc is None else temperature_degc, dtype=float)
    found = factors(bearing.type_key, bearing.angle_deg, _relative_load(bearing, axial))
    p_n = equivalent_load(found, radial, axial)
    l10_mrev = np.where(p_n > most_load_n(bearing), np.nan, basic_life_mrev(bearing.c_n, p_n, bearing.life_kind))
    l10_h = hours(l10_mrev, speed)
    still = static_factors(bearing.type_key, bearing.angle_deg)
    nu1 = reference_viscosity(speed, bearing.pitch_diameter_mm)
    nu = viscosity(conditions.oil, warmth) if conditions.oil else None
    kappa = None if nu is None else np.asarray(nu / nu1)
    e_c_raw = _contamination(bearing, kappa, conditions.cleanliness)
    e_c = None if e_c_raw is None else np.maximum(e_c_raw, 0.0)
    a1 = reliability_factor(conditions.reliability_percent)
    a_iso = None if kappa is None or e_c is None else _modification(bearing, kappa, e_c, p_n, conditions)
    return Duty(
        factors=found,
        is_beyond_e=np.asarray(axial > found.e * radial),
        static_factors=still,
        p_n=p_n,
        p0_n=static_equivalent_load(still, radial, axial),
        l10_mrev=l10_mrev,
        l10_h=l10_h,
        nu_mm2_s=nu,
        nu1_mm2_s=nu1,
        kappa=kappa,
        e_c_raw=e_c_raw,
        e_c=e_c,
        a_iso=a_iso,
        a1=a1,
        lnm_h=None if a_iso is None else a1 * a_iso * l10_h,
    )


def most_load_n(bearing: Capability) -> float:
    """Largest equivalent load for which the rating life is defined."""
    return min(MOST_LOAD * bearing.c_n, bearing.c0_n)


def modification_at(bearing: Capability, duty: Duty, load_n: ArrayLike, conditions: Conditions) -> Array | None:
    """a_ISO of the same lubrication at another load, as the reference load of ISO/TS 16281."""
    if duty.kappa is None or duty.e_c is None:
        return None
    return _modification(bearing, duty.kappa, duty.e_c, np.asarray(load_n, dtype=float), conditions)


def _relative_load(bearing: Capability, axial_n: Array) -> Array:
    """f_0 F_a/C_0r of deep groove, f_0 i F_a/C_0r of angular contact bearings; 0 where it plays no part."""
    if bearing.f_0 is None:
        return np.zeros_like(axial_n)
    rows = 1 if bearing.angle_deg == 0.0 else bearing.rows
    return np.asarray(bearing.f_0 * rows * axial_n / bearing.c0_n)


def _contamination(bearing: Capability, kappa: Array | None, clean: Cleanliness | None) -> Array | None:
    if kappa is None or clean is None:
        return None
    return contamination_raw(clean, np.minimum(kappa, HIGHEST_KAPPA), bearing.pitch_diameter_mm)


def _modification(bearing: Capability, kappa: Array, e_c: Array, load_n: Array, conditions: Conditions) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = bearing.cu_n / load_n
        if conditions.has_additives:
            return with_additives(kappa, e_c, ratio, bearing.life_kind)
        return life_modification(kappa, e_c * ratio, bearing.life_kind)
