"""Rating lives of ISO 281:2007: L_10, a_1, a_ISO and L_nm, load spectra by damage, oscillation, several bearings.

Everything takes arrays; what the standard refuses (κ < 0.1) is NaN, so that one bad step of a history harms no other.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
LifeKind = Literal["ball", "roller", "thrust_ball", "thrust_roller"]

HIGHEST_A_ISO = 50.0
LOWEST_KAPPA, HIGHEST_KAPPA = 0.1, 4.0
LEAST_RELIABILITY, MOST_RELIABILITY = 90.0, 99.95
WEIBULL_SLOPE = {"ball": 10.0 / 9.0, "roller": 9.0 / 8.0}


def life_exponent(kind: LifeKind) -> float:
    """The exponent p of L_10 = (C/P)^p: 3 for balls, 10/3 for rollers."""
    return 3.0 if kind in {"ball", "thrust_ball"} else 10.0 / 3.0


def basic_life_mrev(rating_n: float, load_n: ArrayLike, kind: LifeKind) -> Array:
    """L_10 in millions of revolutions; infinite without load.

    >>> float(basic_life_mrev(14000.0, 2800.0, "ball"))
    125.0
    """
    with np.errstate(divide="ignore"):
        return np.asarray((rating_n / np.asarray(load_n, dtype=np.float64)) ** life_exponent(kind))


def hours(life_mrev: ArrayLike, speed_rpm: ArrayLike) -> Array:
    """Millions of revolutions as hours at a speed in r/min."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.asarray(life_mrev, dtype=np.float64) * 1e6 / (60.0 * np.abs(speed_rpm)))


def reliability_factor(reliability_percent: float) -> float:
    """a_1 by the closed form, which rounds to each row of the standard's table.

    Raises
    ------
    BadInput : outside 90 to 99.95 %

    Source: data/formulas_rating.csv, row a1; rows in data/reliability.csv.

    >>> round(reliability_factor(99.0), 2)
    0.25
    """
    if not LEAST_RELIABILITY <= reliability_percent <= MOST_RELIABILITY:
        raise BadInput(
            text(
                "reliability {percent:g} %: a_1 is defined from {low:g} to {high:g} %",
                percent=reliability_percent,
                low=LEAST_RELIABILITY,
                high=MOST_RELIABILITY,
            )
        )
    ratio = math.log(100.0 / reliability_percent) / math.log(100.0 / LEAST_RELIABILITY)
    return float(0.05 + 0.95 * ratio ** (2.0 / 3.0))


def life_modification(kappa: ArrayLike, contamination_load: ArrayLike, kind: LifeKind) -> Array:
    """a_ISO of ISO 281:2007.

    Parameters
    ----------
    kappa : viscosity ratio; above 4 counted as 4, below 0.1 the answer is NaN
    contamination_load : x = e_C C_u/P, both shapes broadcast

    Source: data/formulas_rating.csv, rows a_iso_*; the factor jumps by 4e-4 at κ = 0.4, as in the standard.

    >>> round(float(life_modification(1.0, 0.1, "ball")), 3)
    2.431
    """
    k = np.minimum(np.asarray(kappa, dtype=np.float64), HIGHEST_KAPPA)
    is_refused = ~(k >= LOWEST_KAPPA)
    bracket, _ = _bracket(np.where(is_refused, 1.0, k), np.asarray(contamination_load, dtype=np.float64), kind)
    power, _, _ = _powers(kind)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        factor = np.where(bracket > 0.0, 0.1 * np.abs(bracket) ** -power, HIGHEST_A_ISO)
    return np.where(is_refused, np.nan, np.minimum(factor, HIGHEST_A_ISO))


def modification_slopes(kappa: float, contamination_load: float, kind: LifeKind) -> tuple[float, float]:
    """Derivatives of ln a_ISO by ln κ and by ln x; 0 where a limit holds it.

    Parameters
    ----------
    kappa, contamination_load : as `life_modification`, one case

    Source: closed derivative of `life_modification` (derived, checked by differences).
    """
    k, power = min(kappa, HIGHEST_KAPPA), _powers(kind)
    bracket, wear_slope = (float(each) for each in _bracket(np.asarray(k), np.asarray(contamination_load), kind))
    if not (k >= LOWEST_KAPPA and bracket > 0.0 and 0.1 * bracket ** -power[0] < HIGHEST_A_ISO):
        return 0.0, 0.0
    steepness = power[0] * (1.0 - bracket) / bracket
    return 0.0 if kappa >= HIGHEST_KAPPA else steepness * power[2] * wear_slope, steepness * power[1]


def _powers(kind: LifeKind) -> tuple[float, float, float]:
    """Of the bracket of a_ISO (negative), of x and of the term in κ."""
    return (9.3, 1.0 / 3.0, 0.83) if kind in {"ball", "thrust_ball"} else (9.185, 0.4, 1.0)


def _bracket(kappa: Array, x: Array, kind: LifeKind) -> tuple[Array, Array]:
    """The bracket of a_ISO, and the derivative of the logarithm of its term in κ by ln κ."""
    _, by_x, by_wear = _powers(kind)
    share = {"thrust_ball": 3.0, "thrust_roller": 2.5}.get(kind, 1.0)
    if kind in {"ball", "thrust_ball"}:
        least, factors = 2.5671, (2.2649, 1.9987, 1.9987)
    else:
        least, factors = 1.5859, (1.3993, 1.2348, 1.2348)
    term, exponent = _by_kappa(kappa, *factors)
    wear = least - term
    return 1.0 - wear**by_wear * (x / share) ** by_x, exponent * term / wear


def with_additives(kappa: ArrayLike, contamination: ArrayLike, load_ratio: ArrayLike, kind: LifeKind) -> Array:
    """a_ISO with proven EP additives: κ below 1 may count as 1 where e_C ≥ 0.2, and a_ISO then stays within 3.

    Parameters
    ----------
    load_ratio : C_u/P

    Source: ISO 281:2007, read in part.
    """
    k, e_c = np.asarray(kappa, dtype=np.float64), np.asarray(contamination, dtype=np.float64)
    x = e_c * np.asarray(load_ratio, dtype=np.float64)
    plain = life_modification(k, x, kind)
    helped = np.maximum(np.minimum(life_modification(1.0, x, kind), 3.0), np.nan_to_num(plain))
    return np.where((k < 1.0) & (e_c >= 0.2), helped, plain)


def life_of_spectrum(lives: ArrayLike, durations: ArrayLike) -> float:
    """Life of a load spectrum in the unit of ``lives`` by adding damage (Miner): Σt / Σ(t/L).

    Parameters
    ----------
    lives, durations : (steps,); each life with its own a_ISO, durations in any unit of time (lives in hours) or in
        revolutions (lives in revolutions)

    >>> life_of_spectrum([1000.0, 100.0], [9.0, 1.0])
    526.3157894736843
    """
    t = np.asarray(durations, dtype=np.float64)
    damage = float(np.sum(t / np.asarray(lives, dtype=np.float64)))
    return float(t.sum() / damage) if damage else math.inf


def load_of_spectrum(loads_n: ArrayLike, speeds_rpm: ArrayLike, durations: ArrayLike, kind: LifeKind) -> float:
    """The constant load in N that gives the basic life of a spectrum: (Σ P^p n t / Σ n t)^(1/p).

    Parameters
    ----------
    loads_n, speeds_rpm, durations : (steps,)
    """
    p = life_exponent(kind)
    turns = np.asarray(speeds_rpm, dtype=np.float64) * np.asarray(durations, dtype=np.float64)
    return float((np.sum(np.asarray(loads_n, dtype=np.float64) ** p * turns) / turns.sum()) ** (1.0 / p))


def critical_arc_deg(n_elements: int, gamma: float) -> float:
    """Arc below which the loaded zones of neighbouring elements no longer overlap: 720°/(Z (1 + γ)), the smaller one.

    Source: NREL DG03, from memory, not verified.
    """
    return 720.0 / (n_elements * (1.0 + gamma))


def oscillation_ratio(amplitude_deg: ArrayLike, n_elements: int, kind: LifeKind, critical_deg: float) -> Array:
    """How much C grows when a bearing oscillates instead of turning, lives counted in oscillations.

    Parameters
    ----------
    amplitude_deg : θ of NREL DG03 in degrees
    critical_deg : see `critical_arc_deg`; beyond, the formula of wide oscillation holds

    Source: NREL DG03 as read in a public implementation, wide oscillation from memory; data/formulas_rating.csv.
    """
    theta = np.asarray(amplitude_deg, dtype=np.float64)
    is_ball = kind in {"ball", "thrust_ball"}
    wide = (180.0 / theta) ** (1.0 / life_exponent(kind))
    narrow = (180.0 / theta) ** (0.3 if is_ball else 2.0 / 9.0) * n_elements ** (0.033 if is_ball else 0.028)
    return np.where(theta < critical_deg, narrow, wide)


def system_life(lives: ArrayLike, slope: float = WEIBULL_SLOPE["ball"]) -> float:
    """Life of bearings that must all survive, at the reliability and in the unit of their lives (n,).

    Parameters
    ----------
    slope : Weibull slope common to all: 10/9 for balls, 9/8 for rollers (ISO 1281-1)

    Source: product of survival probabilities; data/formulas_rating.csv, row system_life.

    >>> round(system_life([1000.0, 1000.0], 1.0), 6)
    500.0
    """
    each = np.asarray(lives, dtype=np.float64)
    return float(np.sum(each**-slope) ** (-1.0 / slope))


def _by_kappa(kappa: Array, low: float, middle: float, high: float) -> tuple[Array, Array]:
    """The term c κ^-q of the three ranges of κ, and q."""
    exponent = np.where(kappa < 0.4, 0.054381, np.where(kappa < 1.0, 0.19087, 0.071739))
    factor = np.where(kappa < 0.4, low, np.where(kappa < 1.0, middle, high))
    return factor / kappa**exponent, exponent
