"""Boundary dimensions: bore, outside diameter and width by dimension series, from a table, never invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from loadzone.bearings.series import ROOM, Series
from loadzone.words.tables import read_table


@dataclass(frozen=True)
class Boundary:
    """Outline of a bearing, mm; what the tables do not hold is None, and ``source`` then says so.

    ``width_mm`` is B of radial, T of tapered and thrust, the inner ring's width of insert bearings.
    ``is_checked``: a second source was read and agrees with all three figures.
    """

    bore_mm: float | None
    outer_mm: float | None = None
    width_mm: float | None = None
    source: str = ""
    is_checked: bool = False

    @property
    def is_complete(self) -> bool:
        """Bore and outside diameter are both known."""
        return self.bore_mm is not None and self.outer_mm is not None


def boundary(series: Series, bore_mm: float | None) -> Boundary | None:
    """Outline of the bearing of ``series`` with that bore; None where the tables do not hold it."""
    if bore_mm is None or not series.dimension_series:
        return None
    return boundaries().get((series.plan, series.dimension_series), {}).get(bore_mm)


@cache
def boundaries() -> Mapping[tuple[str, str], Mapping[float, Boundary]]:
    """All outlines by (plan, dimension series) and bore in mm."""
    found: dict[tuple[str, str], dict[float, Boundary]] = {}
    columns = ("plan", "dimension_series", "bore_mm", "outer_mm", "width_mm", "is_checked")
    for row in read_table(ROOM, "boundary.csv", columns):
        outline = Boundary(
            bore_mm=float(row["bore_mm"]),
            outer_mm=float(row["outer_mm"]),
            width_mm=float(row["width_mm"]),
            source=row["source"],
            is_checked=row["is_checked"] == "yes",
        )
        found.setdefault((row["plan"], row["dimension_series"]), {})[float(row["bore_mm"])] = outline
    return found
