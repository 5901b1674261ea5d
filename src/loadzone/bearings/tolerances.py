"""Tolerances of seats and rings: ISO 286 classes, ISO 492 deviations, ISO 5753-1 clearance groups, from tables.

Most rows were typed from memory; each carries its mark, and what is «not verified» says so in the result.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from loadzone.bearings.series import ROOM
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.tables import read_table
from loadzone.words.texts import text

Ring = Literal["inner", "outer"]
_CLASS = re.compile(r"(?P<letter>js|JS|[a-zA-Z])(?P<grade>\d{1,2})")


@dataclass(frozen=True)
class Limits:
    """Two limits in mm; ``mark`` is "read" where a second source was read, else "not verified"."""

    lower_mm: float
    upper_mm: float
    mark: str
    source: str

    @property
    def mean_mm(self) -> float:
        """The middle."""
        return (self.lower_mm + self.upper_mm) / 2

    @property
    def width_mm(self) -> float:
        """The tolerance."""
        return self.upper_mm - self.lower_mm


def limit_deviations(tolerance_class: str, nominal_mm: float) -> Limits:
    """Deviations from the nominal size of a shaft (``k5``) or a hole (``H7``).

    Raises
    ------
    BadInput : not written as letter and grade
    OutOfScope : class or size is not in the tables (up to 500 mm; seats of bearings only)

    Source: ISO 286-1:2010; ISO 286-2:2010.

    >>> seat = limit_deviations("k5", 25)
    >>> round(seat.lower_mm * 1000), round(seat.upper_mm * 1000), seat.mark
    (2, 11, 'not verified')
    """
    found = _CLASS.fullmatch(tolerance_class.strip())
    if found is None:
        raise BadInput(
            text("tolerance class «{name}»: write a letter and a grade, as in k5 or H7", name=tolerance_class)
        )
    letter, grade = found["letter"], int(found["grade"])
    width = _row(_grades(), (str(grade),), tolerance_class, nominal_mm)
    width_um = float(width["width_um"])
    if letter in {"js", "JS"}:
        return _limits(-width_um / 2, width_um / 2, width)
    row = _row(_deviations(), (letter, str(grade)), tolerance_class, nominal_mm)
    start_um = float(row["deviation_um"])
    if row["side"] == "lower":
        return _limits(start_um, start_um + width_um, row)
    return _limits(start_um - width_um, start_um, row)


def fit_classes(fit: str) -> tuple[str, str]:
    """The classes of shaft and housing in ``J5/H7``: the bearing's shaft first, then its housing.

    Raises
    ------
    BadInput : not two classes

    >>> fit_classes("k5/H7"), fit_classes("J5/H7")
    (('k5', 'H7'), ('j5', 'H7'))
    """
    parts = fit.split("/")
    if len(parts) != 2 or not all(_CLASS.fullmatch(part.strip()) for part in parts):
        raise BadInput(text("fit «{fit}»: write the shaft's class and the housing's, as in k5/H7", fit=fit))
    shaft, housing = (part.strip() for part in parts)
    return shaft.lower(), housing[0].upper() + housing[1:].upper()


def ring_deviations(ring: Ring, diameter_mm: float, tolerance_class: str = "normal") -> Limits:
    """Deviation of the mean bore (``inner``) or outside diameter (``outer``) of a radial bearing.

    Source: ISO 492, radial bearings except tapered. Raises `OutOfScope` beyond the table.
    """
    row = _row(_rings(), (ring, tolerance_class), tolerance_class, diameter_mm)
    return _limits(float(row["lower_um"]), float(row["upper_um"]), row)


def radial_clearance(bore_mm: float, clearance_class: str = "CN", bearing_type: str = "deep_groove_ball") -> Limits:
    """Radial internal clearance before mounting, least and greatest.

    Source: ISO 5753-1, cylindrical bore. Raises `OutOfScope` where the table has no row.

    >>> round(1000 * radial_clearance(25, "C3").upper_mm)
    28
    """
    wanted = "CN" if clearance_class.upper() in {"C0", "NORMAL", ""} else clearance_class.upper()
    row = _row(_clearances(), (bearing_type, wanted), wanted, bore_mm)
    return _limits(float(row["least_um"]), float(row["greatest_um"]), row)


Rows = Mapping[tuple[str, ...], list[Mapping[str, str]]]


def _row(rows: Rows, key: tuple[str, ...], name: str, nominal_mm: float) -> Mapping[str, str]:
    """The row whose range (over, up to and including) holds the size."""
    for row in rows.get(key, ()):
        if float(row["over_mm"]) < nominal_mm <= float(row["upto_mm"]):
            return row
    raise OutOfScope(
        text(
            "class {name} at {nominal_mm:g} mm is not in the tables: give the two deviations in micrometres",
            name=name,
            nominal_mm=nominal_mm,
        )
    )


def _limits(lower_um: float, upper_um: float, row: Mapping[str, str]) -> Limits:
    return Limits(lower_um / 1000, upper_um / 1000, row["mark"], row["source"])


@cache
def _grades() -> Rows:
    rows = read_table(ROOM, "it_grades.csv", ("grade", "over_mm", "upto_mm", "width_um", "mark"))
    return _grouped(rows, "grade")


@cache
def _deviations() -> Rows:
    columns = ("letter", "grades", "side", "over_mm", "upto_mm", "deviation_um", "mark")
    found: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in read_table(ROOM, "deviations.csv", columns):
        first, last = map(int, row["grades"].split("-"))
        for grade in range(first, last + 1):
            found.setdefault((row["letter"], str(grade)), []).append(row)
    return found


@cache
def _rings() -> Rows:
    columns = ("ring", "tolerance_class", "over_mm", "upto_mm", "lower_um", "upper_um", "mark")
    return _grouped(read_table(ROOM, "ring_deviations.csv", columns), "ring", "tolerance_class")


@cache
def _clearances() -> Rows:
    columns = ("type", "clearance_class", "over_mm", "upto_mm", "least_um", "greatest_um", "mark")
    return _grouped(read_table(ROOM, "radial_clearance.csv", columns), "type", "clearance_class")


def _grouped(rows: tuple[Mapping[str, str], ...], *columns: str) -> Rows:
    found: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return found
