"""Operating clearance: what seat, housing, temperature and speed leave of a bearing's clearance.

Lengths in mm, temperatures as rises over the state in which the clearance was measured. Every function takes arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from loadzone.bearings.tolerances import Limits, fit_classes, limit_deviations, radial_clearance, ring_deviations
from loadzone.design.distributions import Truncated
from loadzone.design.formulas import step
from loadzone.design.inside import Material
from loadzone.design.step import Mark, Step
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Real = float | npt.NDArray[np.float64]
STEEL_EXPANSION = 12e-6
"""1/K, bearing steel."""


@dataclass(frozen=True)
class Mounting:
    """A radial bearing on its shaft and in its housing; each number may be an array of cases.

    ``shaft_interference_mm`` and ``housing_interference_mm`` are diametral, negative where the fit is loose;
    ``smoothing_mm`` is lost of either when surfaces are pressed together. ``housing_outer_mm`` infinite: a stiff
    housing; ``shaft_bore_mm`` 0: a solid shaft. ``raceway_*``: diameters of the raceways, ring sections as rectangles.
    Temperatures are rises in K; ``speed_rpm`` is that of the inner ring and its shaft.
    """

    bore_mm: Real
    outer_mm: Real
    raceway_inner_mm: Real
    raceway_outer_mm: Real
    clearance_mm: Real = 0.0
    shaft_interference_mm: Real = 0.0
    housing_interference_mm: Real = 0.0
    smoothing_mm: Real = 0.0
    shaft_bore_mm: Real = 0.0
    housing_outer_mm: Real = np.inf
    element_mm: Real = 0.0
    inner_rise_k: Real = 0.0
    outer_rise_k: Real = 0.0
    element_rise_k: Real = 0.0
    shaft_rise_k: Real = 0.0
    housing_rise_k: Real = 0.0
    speed_rpm: Real = 0.0
    rings: Material = field(default_factory=Material)
    shaft: Material = field(default_factory=Material)
    housing: Material = field(default_factory=Material)
    ring_expansion: float = STEEL_EXPANSION
    element_expansion: float = STEEL_EXPANSION
    shaft_expansion: float = STEEL_EXPANSION
    housing_expansion: float = STEEL_EXPANSION

    def __post_init__(self) -> None:
        diameters = (self.shaft_bore_mm, self.bore_mm, self.raceway_inner_mm, self.raceway_outer_mm)
        for smaller, larger in zip(diameters, (*diameters[1:], self.outer_mm), strict=True):
            if not np.all(np.asarray(smaller) < np.asarray(larger)):
                raise BadInput(
                    text(
                        "diameters must grow from the shaft's bore over bore and raceways to the outside: "
                        "{smaller} mm is not below {larger} mm",
                        smaller=_shown(smaller),
                        larger=_shown(larger),
                    )
                )
        if not np.all(np.asarray(self.housing_outer_mm) > np.asarray(self.outer_mm)):
            raise BadInput(
                text(
                    "housing of {housing_mm} mm outside diameter: it must exceed the bearing's {outer_mm} mm",
                    housing_mm=_shown(self.housing_outer_mm),
                    outer_mm=_shown(self.outer_mm),
                )
            )


@dataclass(frozen=True)
class OperatingClearance:
    """Clearance in operation with what took it, mm on the diameter; pressures of the seats in MPa.

    ``clearance_mm`` below zero is preload. `steps` explains a single case.
    """

    clearance_mm: Real
    inner_growth_mm: Real
    outer_shrink_mm: Real
    thermal_mm: Real
    centrifugal_mm: Real
    shaft_pressure_mpa: Real
    housing_pressure_mpa: Real

    def steps(self) -> tuple[Step, ...]:
        """The chain of a single case; lengths in µm."""
        return (
            step("fit_pressure", float(self.shaft_pressure_mpa)),
            step("raceway_growth", 1000 * float(self.inner_growth_mm)),
            step("fit_pressure", float(self.housing_pressure_mpa)),
            step("raceway_growth", -1000 * float(self.outer_shrink_mm)),
            step("thermal", 1000 * float(self.thermal_mm)),
            step("centrifugal", 1000 * float(self.centrifugal_mm)),
            step("operating_clearance", 1000 * float(self.clearance_mm)),
        )


def operating_clearance(mounting: Mounting) -> OperatingClearance:
    """Clearance that is left in operation: s_op = s_0 - growth of the inner - shrink of the outer + thermal - speed.

    Temperature and speed act twice: on the raceways, and on the interference of the seats. Source: design reference
    2.8, Lamé; plane stress.
    """
    m = mounting
    inner = _seat_interference(
        m.shaft_interference_mm, m.bore_mm, m.shaft_expansion, m.shaft_rise_k, m.ring_expansion, m.inner_rise_k
    )
    grown_bore, grown_race, grown_shaft = _spinning(m)
    inner = np.maximum(inner - m.smoothing_mm - 2 * (grown_bore - grown_shaft), 0.0)
    outer = _seat_interference(
        m.housing_interference_mm, m.outer_mm, m.ring_expansion, m.outer_rise_k, m.housing_expansion, m.housing_rise_k
    )
    outer = np.maximum(outer - m.smoothing_mm, 0.0)
    shaft_pressure = seat_pressure(inner, m.bore_mm, m.shaft_bore_mm, m.raceway_inner_mm, m.shaft, m.rings)
    housing_pressure = seat_pressure(outer, m.outer_mm, m.raceway_outer_mm, m.housing_outer_mm, m.rings, m.housing)
    growth = growth_of_inner_raceway(shaft_pressure, m.bore_mm, m.raceway_inner_mm, m.rings)
    shrink = shrink_of_outer_raceway(housing_pressure, m.outer_mm, m.raceway_outer_mm, m.rings)
    thermal = (
        m.ring_expansion
        * (np.asarray(m.outer_rise_k) * m.raceway_outer_mm - np.asarray(m.inner_rise_k) * m.raceway_inner_mm)
        - 2 * m.element_expansion * np.asarray(m.element_rise_k) * m.element_mm
    )
    spun = 2 * grown_race
    left = np.asarray(m.clearance_mm) - growth - shrink + thermal - spun
    return OperatingClearance(left, growth, shrink, thermal, spun, shaft_pressure, housing_pressure)


def seat_pressure(
    interference_mm: Real, seat_mm: Real, inside_mm: Real, outside_mm: Real, inner: Material, outer: Material
) -> Real:
    """Pressure in MPa between two rings pressed together; 0 where there is no interference.

    Parameters
    ----------
    interference_mm : diametral, mm
    seat_mm, inside_mm, outside_mm : diameters of the seat, of the inner part's bore (0 solid), of the outer part
        (infinite for a stiff body)

    Source: Lamé, plane stress; design reference 2.8 (computed, checked by the balance at the interface).

    >>> steel = Material(206_000.0)
    >>> round(float(seat_pressure(0.02, 25.0, 0.0, 31.0, steel, steel)), 7)
    28.8099896
    """
    bored = (np.asarray(inside_mm) / seat_mm) ** 2
    thick = (np.asarray(seat_mm) / outside_mm) ** 2
    give = ((1 + bored) / (1 - bored) - inner.poisson_ratio) / inner.youngs_modulus_mpa
    give = give + ((1 + thick) / (1 - thick) + outer.poisson_ratio) / outer.youngs_modulus_mpa
    pressure: Real = np.maximum(interference_mm, 0.0) / (np.asarray(seat_mm) * give)
    return pressure


def growth_of_inner_raceway(pressure_mpa: Real, bore_mm: Real, raceway_mm: Real, ring: Material) -> Real:
    """Diametral growth of the inner raceway, mm, under pressure in the bore (Lamé)."""
    bore, raceway = np.asarray(bore_mm), np.asarray(raceway_mm)
    growth: Real = 2 * pressure_mpa * bore**2 * raceway / (ring.youngs_modulus_mpa * (raceway**2 - bore**2))
    return growth


def shrink_of_outer_raceway(pressure_mpa: Real, outer_mm: Real, raceway_mm: Real, ring: Material) -> Real:
    """Diametral shrink of the outer raceway, mm, under pressure on the outside (Lamé)."""
    outer, raceway = np.asarray(outer_mm), np.asarray(raceway_mm)
    shrink: Real = 2 * pressure_mpa * outer**2 * raceway / (ring.youngs_modulus_mpa * (outer**2 - raceway**2))
    return shrink


def centrifugal_growth(radius_mm: Real, bore_mm: Real, outside_mm: Real, speed_rpm: Real, ring: Material) -> Real:
    """Radial growth in mm at ``radius_mm`` of a free ring that turns; ``bore_mm`` 0 for a solid disc.

    Source: rotating annulus, plane stress; design reference 2.8 (derived, checked with the differential equation).

    >>> ring = Material(206_000.0, density_kg_m3=7800.0)
    >>> round(1000 * float(centrifugal_growth(15.5, 25.0, 31.0, 20_000.0, ring)), 9)
    0.440093965
    """
    a, b, r = np.asarray(bore_mm) / 2, np.asarray(outside_mm) / 2, np.asarray(radius_mm)
    nu, omega = ring.poisson_ratio, np.asarray(speed_rpm) * (np.pi / 30)
    loading = ring.density_kg_m3 * 1e-12 * omega**2 * r / (8 * ring.youngs_modulus_mpa)
    shape = (3 + nu) * (1 - nu) * (a**2 + b**2) + (3 + nu) * (1 + nu) * a**2 * b**2 / r**2 - (1 - nu**2) * r**2
    growth: Real = loading * shape
    return growth


Tolerance = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """Operating clearance at the two worst corners of the tolerances and in the middle, mm."""

    min: OperatingClearance
    mean: OperatingClearance
    max: OperatingClearance


def clearance_band(mounting: Mounting, tolerances: Mapping[str, Tolerance]) -> Band:
    """The least, middle and greatest clearance when inputs lie between two limits.

    Parameters
    ----------
    tolerances : least and greatest value by field of `Mounting`, as {"clearance_mm": (0.005, 0.020),
        "shaft_interference_mm": (0.002, 0.021)}

    Raises
    ------
    BadInput : the field is unknown or the limits are in the wrong order

    More clearance, less interference and less smoothing give more clearance: each is monotone, so the corners of the
    box are the extremes.
    """
    _check(tolerances)
    eases = ("clearance_mm", "smoothing_mm")
    tight = {name: limits[name not in eases] for name, limits in tolerances.items()}
    loose = {name: limits[name in eases] for name, limits in tolerances.items()}
    middle = {name: sum(limits) / 2 for name, limits in tolerances.items()}
    return Band(
        operating_clearance(_with(mounting, tight)),
        operating_clearance(_with(mounting, middle)),
        operating_clearance(_with(mounting, loose)),
    )


@dataclass(frozen=True)
class FitTolerances:
    """Limits in mm for `clearance_band`, and the mark of the least known of the tables they come from."""

    limits_mm: Mapping[str, Tolerance]
    mark: Mark


def fit_tolerances(bore_mm: float, outer_mm: float, fit: str, clearance_class: str = "CN") -> FitTolerances:
    """Interferences and clearance of a deep groove bearing of normal class in a fit such as ``k5/H7``.

    Raises
    ------
    BadInput, OutOfScope : as the tables of `bearings.tolerances`

    Source: ISO 286-1:2010, ISO 492 (normal class), ISO 5753-1.

    >>> limits = fit_tolerances(25.0, 52.0, "k5/H7").limits_mm
    >>> [round(1000 * limit) for limit in limits["shaft_interference_mm"]]
    [2, 21]
    """
    parts = fit_parts(bore_mm, outer_mm, fit, clearance_class)
    return FitTolerances(parts.limits_mm, parts.mark)


@dataclass(frozen=True)
class FitParts:
    """Limits of what meets in a fit: deviations from the nominal seats, and the clearance before mounting, mm."""

    shaft: Limits
    bore: Limits
    housing: Limits
    outside: Limits
    clearance: Limits

    @property
    def limits_mm(self) -> Mapping[str, Tolerance]:
        """Interferences and clearance by field of `Mounting`, as `clearance_band` takes them."""
        return {
            "shaft_interference_mm": (
                self.shaft.lower_mm - self.bore.upper_mm,
                self.shaft.upper_mm - self.bore.lower_mm,
            ),
            "housing_interference_mm": (
                self.outside.lower_mm - self.housing.upper_mm,
                self.outside.upper_mm - self.housing.lower_mm,
            ),
            "clearance_mm": (self.clearance.lower_mm, self.clearance.upper_mm),
        }

    @property
    def mark(self) -> Mark:
        """Of the least known table."""
        parts = (self.shaft, self.bore, self.housing, self.outside, self.clearance)
        return "read" if all(each.mark == "read" for each in parts) else "not verified"


def fit_parts(bore_mm: float, outer_mm: float, fit: str, clearance_class: str = "CN") -> FitParts:
    """The parts of `fit_tolerances`, each with its own limits; raises and source as there."""
    shaft_class, housing_class = fit_classes(fit)
    return FitParts(
        limit_deviations(shaft_class, bore_mm),
        ring_deviations("inner", bore_mm),
        limit_deviations(housing_class, outer_mm),
        ring_deviations("outer", outer_mm),
        radial_clearance(bore_mm, clearance_class),
    )


def sample_clearance(
    mounting: Mounting, tolerances: Mapping[str, Tolerance], rng: np.random.Generator, n: int, capability: float = 1.0
) -> OperatingClearance:
    """Operating clearance of ``n`` assemblies whose parts scatter normally about the middle of their tolerance.

    The tolerance spans six ``capability`` standard deviations (C_p); parts outside are sorted out (drawn again).

    Returns
    -------
    OperatingClearance with arrays of shape (n,)
    """
    _check(tolerances)
    drawn = {name: Truncated.within(*limits, capability).draw(rng, n) for name, limits in tolerances.items()}
    return operating_clearance(_with(mounting, drawn))


TOLERATED = frozenset({"clearance_mm", "smoothing_mm", "shaft_interference_mm", "housing_interference_mm"})


def _with(mounting: Mounting, values: Mapping[str, Real]) -> Mounting:
    return replace(
        mounting,
        clearance_mm=values.get("clearance_mm", mounting.clearance_mm),
        smoothing_mm=values.get("smoothing_mm", mounting.smoothing_mm),
        shaft_interference_mm=values.get("shaft_interference_mm", mounting.shaft_interference_mm),
        housing_interference_mm=values.get("housing_interference_mm", mounting.housing_interference_mm),
    )


def _check(tolerances: Mapping[str, Tolerance]) -> None:
    for name, (least, greatest) in tolerances.items():
        if name not in TOLERATED or not least <= greatest:
            raise BadInput(
                text(
                    "tolerance of «{name}» from {least:g} to {greatest:g} mm: give two limits in order, for one of "
                    "{names}",
                    name=name,
                    least=least,
                    greatest=greatest,
                    names=", ".join(sorted(TOLERATED)),
                )
            )


def _seat_interference(
    cold_mm: Real, seat_mm: Real, inside_expansion: float, inside_k: Real, outside_expansion: float, outside_k: Real
) -> Real:
    """Interference when the inner and the outer part of a seat are warm."""
    return cold_mm + np.asarray(seat_mm) * (
        inside_expansion * np.asarray(inside_k) - outside_expansion * np.asarray(outside_k)
    )


def _spinning(m: Mounting) -> tuple[Real, Real, Real]:
    """Free radial growth of the inner ring at bore and raceway and of the shaft at its surface."""
    bore, race = np.asarray(m.bore_mm) / 2, np.asarray(m.raceway_inner_mm) / 2
    return (
        centrifugal_growth(bore, m.bore_mm, m.raceway_inner_mm, m.speed_rpm, m.rings),
        centrifugal_growth(race, m.bore_mm, m.raceway_inner_mm, m.speed_rpm, m.rings),
        centrifugal_growth(bore, m.shaft_bore_mm, m.bore_mm, m.speed_rpm, m.shaft),
    )


def _shown(value: Real) -> str:
    return f"{float(np.min(value)):g}"
