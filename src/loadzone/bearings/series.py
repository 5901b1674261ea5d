"""Bearing series: what the letters and figures before the bore code say about type and dimension series."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from loadzone.words.tables import Name, number, read_table

ROOM = "loadzone.bearings"
BoreRule = Literal["code", "bore_width", "bore/width", "none"]
"""How the bore follows: ``code`` the common bore code, ``bore_width`` as in HK 2020, ``bore/width`` as in NKI 20/20."""


@dataclass(frozen=True)
class BearingType:
    """A type of bearing; ``contact_angle_deg`` is None where neither type nor series states it."""

    key: str
    name: Name
    is_ball: bool
    rows: int
    contact_angle_deg: float | None


@dataclass(frozen=True)
class Series:
    """A series: its code as it stands in a designation (without blanks), its type, its place in a boundary plan.

    ``plan`` and ``dimension_series`` are empty where the series has no place in our tables of dimensions.
    """

    code: str
    type: BearingType
    plan: str
    dimension_series: str
    bore_rule: BoreRule
    note: Name | None
    source: str


@cache
def bearing_types() -> Mapping[str, BearingType]:
    """All types by key."""
    columns = ("key", "name_en", "name_zh", "is_ball", "rows", "contact_angle_deg")
    return {
        row["key"]: BearingType(
            key=row["key"],
            name=Name(row["name_en"], zh=row["name_zh"]),
            is_ball=row["is_ball"] == "yes",
            rows=int(row["rows"]),
            contact_angle_deg=number(row["contact_angle_deg"]),
        )
        for row in read_table(ROOM, "types.csv", columns)
    }


@cache
def all_series() -> Mapping[str, Series]:
    """All series by code."""
    columns = ("code", "type", "plan", "dimension_series", "bore_rule", "note_en", "note_zh")
    return {
        row["code"]: Series(
            code=row["code"],
            type=bearing_types()[row["type"]],
            plan=row["plan"],
            dimension_series=row["dimension_series"],
            bore_rule=cast("BoreRule", row["bore_rule"]),
            note=Name(row["note_en"], zh=row["note_zh"]) if row["note_en"] else None,
            source=row["source"],
        )
        for row in read_table(ROOM, "series.csv", columns)
    }


def bore_of_code(code: str) -> float | None:
    """Bore in mm that a bore code states; None where the rule has no such code.

    00, 01, 02, 03 are 10, 12, 15, 17 mm; 04 to 96 count fives; one figure is millimetres; a slash leads millimetres.

    Source: bore-code rule of ISO and GB/T designations, checked on 2640 designations of an angular contact range
    without a conflict; one figure for miniature ball bearings as printed in makers' catalogues.

    >>> bore_of_code("05"), bore_of_code("/22"), bore_of_code("8"), bore_of_code("99")
    (25.0, 22.0, 8.0, None)
    """
    if code.startswith("/"):
        return float(code[1:])
    if len(code) == 1:
        return float(code) if code != "0" else None
    special = {"00": 10.0, "01": 12.0, "02": 15.0, "03": 17.0}
    return special.get(code) or (5.0 * int(code) if 4 <= int(code) <= 96 else None)


def code_of_bore(bore_mm: float) -> str:
    """The bore code of a bore, with the slash where there is no two-figure one.

    >>> code_of_bore(25), code_of_bore(17), code_of_bore(22), code_of_bore(500), code_of_bore(8)
    ('05', '03', '/22', '/500', '8')
    """
    special = {10.0: "00", 12.0: "01", 15.0: "02", 17.0: "03"}
    if bore_mm in special:
        return special[bore_mm]
    if bore_mm % 5 == 0 and 20 <= bore_mm <= 480:
        return f"{int(bore_mm // 5):02d}"
    return f"{bore_mm:g}" if bore_mm < 10 else f"/{bore_mm:g}"
