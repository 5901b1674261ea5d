"""Lubrication of ISO 281:2007: ν at temperature, ν_1, κ, contamination e_C by guide, by formula or as stated."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.design.formulas import ROOM, mark_of
from loadzone.design.step import Mark
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.tables import number, read_table
from loadzone.words.texts import text

Array = NDArray[np.float64]

ABSOLUTE_ZERO_DEGC = -273.15
BRANCH_RPM = 1000.0
LARGE_PITCH_MM, LARGE_GREASED_MM = 100.0, 500.0
GREASE_FACTORS = {"deep_groove_ball": 10.0, "cylindrical_roller": 5.0, "needle_roller": 5.0}
GREASE_FACTOR_OTHERS = 1.0


@dataclass(frozen=True)
class Oil:
    """An oil, or the base oil of a grease, by its viscosities in mm²/s; ``source`` says where ν_100 comes from."""

    nu40_mm2_s: float
    nu100_mm2_s: float
    source: str = ""

    def __post_init__(self) -> None:
        if not 0.3 < self.nu100_mm2_s < self.nu40_mm2_s < math.inf:
            raise BadInput(
                text(
                    "oil of {nu40:g} mm2/s at 40 °C and {nu100:g} mm2/s at 100 °C: both are positive and the second is "
                    "smaller",
                    nu40=self.nu40_mm2_s,
                    nu100=self.nu100_mm2_s,
                )
            )


@dataclass(frozen=True)
class Cleanliness:
    """How clean the lubricant is: a row of annex A (``a``, ``b``), a guide band, or e_C as ``stated``."""

    code: str
    mark: Mark
    clause: str
    stated: float | None = None
    a: float = 0.0
    b: float = 0.0
    b_large: float | None = None
    band: tuple[float, float, float, float] | None = None


def reference_viscosity(speed_rpm: ArrayLike, pitch_diameter_mm: ArrayLike) -> Array:
    """ν_1 in mm²/s. At 1000 r/min it falls by 2.3 %, as in the standard.

    Source: ISO 281:2007 as read in public code; data/formulas_rating.csv, rows nu1_*.

    >>> round(float(reference_viscosity(3000.0, 38.5)), 2)
    13.24
    """
    n = np.abs(np.asarray(speed_rpm, dtype=np.float64))
    with np.errstate(divide="ignore"):
        by_speed = np.where(n < BRANCH_RPM, 45_000.0 * n**-0.83, 4500.0 * n**-0.5)
    return np.asarray(by_speed / np.sqrt(pitch_diameter_mm))


def viscosity(oil: Oil, temperature_degc: ArrayLike) -> Array:
    """ν in mm²/s at a temperature in °C.

    Source: ASTM D341 (Ubbelohde and Walther).

    >>> round(float(viscosity(Oil(68.0, 8.5), 70.0)), 1)
    19.8
    """
    slope = _slope(oil.nu40_mm2_s, oil.nu100_mm2_s)
    kelvin = np.asarray(temperature_degc, dtype=np.float64) - ABSOLUTE_ZERO_DEGC
    level = _double_log(oil.nu40_mm2_s) - slope * np.log10(kelvin / (40.0 - ABSOLUTE_ZERO_DEGC))
    return np.asarray(10.0 ** (10.0**level) - 0.7)


def oil_from_option(option: str) -> Oil:
    """The oil that a user typed: an ISO VG as «68», or both viscosities as «68/8.7».

    Between the grades of the table the slope of viscosity over temperature is interpolated.

    Raises
    ------
    BadInput : no number
    OutOfScope : a grade outside the table, whose ν_100 is not known here

    >>> oil_from_option("VG 68"), oil_from_option("68/8.7").nu100_mm2_s
    (Oil(nu40_mm2_s=68.0, nu100_mm2_s=8.5, source='typical mineral oil of ISO VG 68'), 8.7)
    """
    cells = option.upper().removeprefix("ISO").strip().removeprefix("VG").split("/")
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        values = []
    if len(values) not in {1, 2} or not all(math.isfinite(value) for value in values):
        raise BadInput(text("oil «{option}»: give an ISO VG as 68, or ν40/ν100 in mm2/s as 68/8.7", option=option))
    if len(values) == 2:
        return Oil(values[0], values[1], "as typed")
    return _mineral(values[0])


def cleanliness_from_option(option: str) -> Cleanliness:
    """How clean, as typed.

    «0.5» states e_C; «normal» is a guide value; «-/17/14» (or «inline:-/17/14»), «bath:-/17/14» and «grease:normal» are
    rows of annex A.

    Raises
    ------
    BadInput : the tables know no such code

    >>> cleanliness_from_option("17/14").code, cleanliness_from_option("0.5").stated
    ('inline:-/17/14', 0.5)
    """
    try:
        stated = float(option)
    except ValueError:
        return _from_tables(option)
    if not 0.0 <= stated <= 1.0:
        raise BadInput(text("contamination factor e_C {value:g}: it lies between 0 and 1", value=stated))
    return Cleanliness(option, "read", "stated with the call", stated=stated)


def contamination_raw(cleanliness: Cleanliness, kappa: ArrayLike, pitch_diameter_mm: float) -> Array:
    """e_C before it is held at 0 from below: negative for very dirty small bearings.

    Source: ISO 281:2007 annex A; data/contamination.csv and data/contamination_guide.csv, row by row.
    """
    k = np.asarray(kappa, dtype=np.float64)
    if cleanliness.stated is not None:
        return np.full_like(k, cleanliness.stated)
    if cleanliness.band is not None:
        low, high, low_large, high_large = cleanliness.band
        is_small = pitch_diameter_mm < LARGE_PITCH_MM
        return np.full_like(k, (low + high) / 2.0 if is_small else (low_large + high_large) / 2.0)
    is_large = cleanliness.b_large is not None and pitch_diameter_mm >= LARGE_GREASED_MM
    b = cleanliness.b_large if is_large and cleanliness.b_large is not None else cleanliness.b
    reach = np.minimum(cleanliness.a * k**0.68 * pitch_diameter_mm**0.55, 1.0)
    return np.asarray(reach * (1.0 - b / pitch_diameter_mm ** (1.0 / 3.0)))


def contamination(cleanliness: Cleanliness, kappa: ArrayLike, pitch_diameter_mm: float) -> Array:
    """e_C, not below 0.

    >>> round(float(contamination(cleanliness_from_option("grease:normal"), 1.0, 50.0)), 4)
    0.2564
    """
    return np.maximum(contamination_raw(cleanliness, kappa, pitch_diameter_mm), 0.0)


def contamination_slopes(cleanliness: Cleanliness, kappa: float, pitch_diameter_mm: float) -> tuple[float, float]:
    """Derivatives of ln e_C by ln κ and by ln D_pw, where e_C is positive (derived)."""
    if cleanliness.stated is not None or cleanliness.band is not None:
        return 0.0, 0.0
    bare = replace(cleanliness, b=0.0, b_large=None)
    reach = float(contamination_raw(bare, kappa, pitch_diameter_mm))
    rest = float(contamination_raw(cleanliness, kappa, pitch_diameter_mm)) / reach
    is_free = reach < 1.0
    return 0.68 * is_free, 0.55 * is_free + (1.0 - rest) / (3.0 * rest)


def dirtier(cleanliness: Cleanliness, classes: float) -> Cleanliness:
    """The cleanliness some classes dirtier in its own table, cleaner where negative; the tables' ends hold.

    Parameters
    ----------
    classes : whole ones where the table has rows; a stated e_C moves along the middles of the guide values, with 1 two
        classes above the cleanest of them (ours, derived)

    >>> dirtier(cleanliness_from_option("normal"), 1).code, dirtier(cleanliness_from_option("0.55"), -1).stated
    ('slight', 0.7)
    """
    codes = cleanliness_codes()
    if cleanliness.stated is not None:
        middles = [sum(each.band[:2]) / 2.0 for each in codes.values() if each.band is not None]
        places, values = np.array((-2.0, *range(len(middles)))), np.array((1.0, *middles))
        here = float(np.interp(-cleanliness.stated, -values, places))
        moved = round(float(np.interp(here + classes, places, values)), 12)
        return replace(cleanliness, code=f"{moved:.3g}", stated=moved)
    table, _, _ = cleanliness.code.rpartition(":")
    ladder = [each for code, each in codes.items() if code.rpartition(":")[0] == table]
    here = ladder.index(codes[cleanliness.code])
    return ladder[min(max(here + round(classes), 0), len(ladder) - 1)]


def relubrication_interval_h(
    speed_rpm: float, bore_mm: float, type_key: str, temperature_degc: float = 70.0, *, is_vertical: bool = False
) -> float:
    """Relubrication interval in h: an L_01 by a maker's rule of thumb, not the grease life of a capped bearing (L_10).

    Halved for each 15 K above 70 °C, doubled once below, halved on a vertical shaft.

    Raises
    ------
    OutOfScope : the rule gives no positive interval at this speed and size

    Source: a maker's guide (k_f = 10, 5, 1) marked as an approximation; data/formulas_rating.csv, row grease_life_base.

    >>> round(relubrication_interval_h(1500.0, 50.0, "deep_groove_ball"))
    11199
    """
    base = 14e6 / (speed_rpm * math.sqrt(bore_mm)) - 4.0 * bore_mm
    if not base > 0.0:
        raise OutOfScope(
            text(
                "{speed:g} r/min on a bore of {bore:g} mm: the rule gives no grease interval there; take oil, or the "
                "grease maker's diagram",
                speed=speed_rpm,
                bore=bore_mm,
            )
        )
    warmth = 0.5 ** max((temperature_degc - 70.0) / 15.0, -1.0)
    factor = GREASE_FACTORS.get(type_key, GREASE_FACTOR_OTHERS) * (0.5 if is_vertical else 1.0)
    return float(base * factor * warmth)


def _mineral(vg: float) -> Oil:
    grades = _grades()
    known = sorted(grades)
    if not known[0] <= vg <= known[-1]:
        raise OutOfScope(
            text(
                "ISO VG {vg:g}: ν at 100 °C is known here from VG {low:g} to {high:g}; give both viscosities as 68/8.7",
                vg=vg,
                low=known[0],
                high=known[-1],
            )
        )
    slope = float(np.interp(math.log(vg), np.log(known), [_slope(each, grades[each]) for each in known]))
    ratio = math.log10((100.0 - ABSOLUTE_ZERO_DEGC) / (40.0 - ABSOLUTE_ZERO_DEGC))
    nu100 = grades.get(vg, 10.0 ** (10.0 ** (_double_log(vg) - slope * ratio)) - 0.7)
    return Oil(vg, nu100, f"typical mineral oil of ISO VG {vg:g}")


def _slope(nu40: float, nu100: float) -> float:
    ratio = math.log10((100.0 - ABSOLUTE_ZERO_DEGC) / (40.0 - ABSOLUTE_ZERO_DEGC))
    return (_double_log(nu40) - _double_log(nu100)) / ratio


def _double_log(nu_mm2_s: float) -> float:
    return math.log10(math.log10(nu_mm2_s + 0.7))


def _from_tables(option: str) -> Cleanliness:
    wanted = option.strip().lower().replace("_", "-").replace(" ", "-")
    if wanted[:1].isdigit():
        wanted = f"-/{wanted}"
    if wanted.startswith("-/"):
        wanted = f"inline:{wanted}"
    for lead in ("inline:", "bath:"):
        if wanted.startswith(lead) and not wanted.startswith(f"{lead}-/"):
            wanted = f"{lead}-/{wanted.removeprefix(lead)}"
    wanted = {"grease:slight": "grease:typical"}.get(wanted, wanted)
    found = cleanliness_codes().get(wanted)
    if found is None:
        raise BadInput(
            text(
                "cleanliness «{option}» is in no table; known: {known}, or e_C itself as 0.5",
                option=option,
                known=", ".join(cleanliness_codes()),
            )
        )
    return found


@cache
def cleanliness_codes() -> Mapping[str, Cleanliness]:
    """All rows of both tables by the code that chooses them."""
    guide = read_table(ROOM, "contamination_guide.csv", ("code", "low", "high", "low_large", "high_large"))
    found = {
        row["code"]: Cleanliness(
            row["code"],
            "read",
            "ISO 281:2007, contamination, middle of the guide values",
            band=(float(row["low"]), float(row["high"]), float(row["low_large"]), float(row["high_large"])),
        )
        for row in guide
    }
    for row in read_table(ROOM, "contamination.csv", ("lubrication", "code", "a", "b", "b_large", "mark")):
        code = f"{row['lubrication']}:{row['code']}"
        found[code] = Cleanliness(
            code,
            mark_of(row["mark"], "contamination.csv"),
            f"ISO 281:2007, contamination, annex A, {code}",
            a=float(row["a"]),
            b=float(row["b"]),
            b_large=number(row["b_large"]),
        )
    return found


@cache
def _grades() -> Mapping[float, float]:
    rows = read_table(ROOM, "viscosity_grades.csv", ("vg", "nu100_mm2_s"))
    return {float(row["vg"]): float(row["nu100_mm2_s"]) for row in rows}
