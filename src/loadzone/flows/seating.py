"""A bearing in its fit: from designation, fit and speed to the clearance in operation and what took it."""

from dataclasses import dataclass

from loadzone.bearings.designation import parse
from loadzone.bearings.geometry import Geometry
from loadzone.design.fits import Band, FitParts, Mounting, clearance_band, fit_parts
from loadzone.design.step import Mark, Notice, Step
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

FITTED_TYPE = "deep_groove_ball"
"""Clearance groups of other types are not in the tables."""


@dataclass(frozen=True)
class Seating:
    """Clearance in operation over the tolerances of a fit, and the mark of the least known table behind it."""

    fit: str
    clearance_class: str
    band: Band
    mark: Mark

    @property
    def clearance_um(self) -> float:
        """Diametral, of the middle of all tolerances."""
        return 1000.0 * float(self.band.mean.clearance_mm)

    def steps(self) -> tuple[Step, ...]:
        """The chain of the middle of all tolerances."""
        return self.band.mean.steps()

    def notice(self) -> Notice:
        """What was computed, between which limits, and what it supposes."""
        return Notice(
            "clearance_of_fit",
            text(
                "operating clearance {mean:.1f} µm is the middle of {least:.1f} to {greatest:.1f} µm in {fit} with "
                "{group} (tables: {mark}); solid steel shaft, stiff housing, all parts equally warm",
                mean=self.clearance_um,
                least=1000.0 * float(self.band.min.clearance_mm),
                greatest=1000.0 * float(self.band.max.clearance_mm),
                fit=self.fit,
                group=self.clearance_class,
                mark=text("read") if self.mark == "read" else text("not verified"),
            ),
        )


def seating(designation: str, geometry: Geometry, type_key: str, fit: str, speed_rpm: float) -> Seating:
    """The clearance in operation of a deep groove bearing on a solid steel shaft and in a stiff housing.

    Parameters
    ----------
    designation : its outline gives the seats; a mark C1 to C5 gives the clearance group, else it is normal
    fit : shaft and housing as "k5/H7"
    speed_rpm : of the inner ring

    Raises
    ------
    OutOfScope : another type, or no outline or table gives what is needed
    UnknownBearing, BadInput : the designation or the fit cannot be read

    Source: ISO 286-1, ISO 492, ISO 5753-1, Lamé; see `loadzone.design.fits`.

    >>> from loadzone.bearings.catalogue import find
    >>> found = seating("6205 C3", find("6205").geometry, "deep_groove_ball", "k5/H7", 3000.0)
    >>> round(found.clearance_um)
    11
    """
    found = seats(designation, geometry, type_key, fit, speed_rpm)
    band = clearance_band(found.mounting, found.parts.limits_mm)
    return Seating(fit, found.clearance_class, band, found.parts.mark)


@dataclass(frozen=True)
class Seats:
    """A bearing on its seats before its tolerances are met: `Mounting`, limits of the parts, clearance group."""

    mounting: Mounting
    parts: FitParts
    clearance_class: str


def seats(designation: str, geometry: Geometry, type_key: str, fit: str, speed_rpm: float) -> Seats:
    """What `seating` computes from: the same bearing, fit and refusals."""
    read = parse(designation)
    outline = read.boundary
    if type_key != FITTED_TYPE or outline is None or outline.bore_mm is None or outline.outer_mm is None:
        raise OutOfScope(
            text(
                "{designation}: a fit becomes a clearance for deep groove ball bearings of known outline only; give "
                "the operating clearance with --clearance",
                designation=designation,
            )
        )
    group = next((mark.code for mark in read.marks if mark.kind == "clearance"), "CN")
    mounting = Mounting(
        outline.bore_mm,
        outline.outer_mm,
        geometry.pitch_diameter_mm - geometry.element_diameter_mm,
        geometry.pitch_diameter_mm + geometry.element_diameter_mm,
        element_mm=geometry.element_diameter_mm,
        speed_rpm=speed_rpm,
    )
    return Seats(mounting, fit_parts(outline.bore_mm, outline.outer_mm, fit, group), group)
