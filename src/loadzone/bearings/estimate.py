"""The inside of a bearing by rule from its outline, for types on which a rule was tested against sourced bearings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from loadzone.bearings.designation import Designation
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.series import ROOM
from loadzone.words.errors import UnknownBearing
from loadzone.words.tables import read_table
from loadzone.words.texts import Text, text


@dataclass(frozen=True)
class EstimateRule:
    """D_pw = (d + D)/2, D_w = ``element_share`` (D - d), Z = round(``first`` + ``filling_deg``/(2 asin(D_w/D_pw))).

    ``relative_uncertainty`` is the rms error of BPFO over the ``n_tested`` sourced bearings, of which ``n_right`` got
    the right Z; ``uncertainty_right_z`` is the same over these alone. ``tested_bores_mm`` is the range tested.
    """

    element_share: float
    first: float
    filling_deg: float
    relative_uncertainty: float
    uncertainty_right_z: float
    n_right: int
    n_tested: int
    tested_bores_mm: tuple[float, float]
    source: str


def estimate(designation: Designation) -> tuple[Geometry, Geometry]:
    """The likely inside and the one with the next likely number of elements.

    Raises
    ------
    UnknownBearing : the outline or the contact angle is not known, or no rule was tested on this type

    Source: data/estimate.csv; every figure there is recomputed by a test from the sourced bearings.
    """
    outline, angle_deg = designation.boundary, designation.contact_angle_deg
    rule = rules().get(designation.type.key)
    if rule is None or outline is None or outline.bore_mm is None or outline.outer_mm is None or angle_deg is None:
        raise UnknownBearing(_refusal(designation, rule))
    z, element_mm, pitch_mm = by_rule(rule, outline.bore_mm, outline.outer_mm)
    likely = Geometry(
        n_elements=round(z),
        element_diameter_mm=element_mm,
        pitch_diameter_mm=pitch_mm,
        contact_angle_deg=angle_deg,
        provenance="estimate",
        source=f"by rule from {outline.bore_mm:g} x {outline.outer_mm:g} mm; {rule.source}",
        relative_uncertainty=rule.relative_uncertainty,
    )
    return likely, replace(likely, n_elements=likely.n_elements + (1 if z > round(z) else -1))


def by_rule(rule: EstimateRule, bore_mm: float, outer_mm: float) -> tuple[float, float, float]:
    """Z before rounding, D_w in mm (hundredths) and D_pw in mm."""
    pitch_mm = (bore_mm + outer_mm) / 2
    element_mm = round(rule.element_share * (outer_mm - bore_mm), 2)
    step_deg = 2 * math.degrees(math.asin(element_mm / pitch_mm))
    return rule.first + rule.filling_deg / step_deg, element_mm, pitch_mm


@cache
def rules() -> Mapping[str, EstimateRule]:
    """The tested rules by type."""
    columns = ("type", "element_share", "first", "filling_deg", "relative_uncertainty", "uncertainty_right_z")
    return {
        row["type"]: EstimateRule(
            element_share=float(row["element_share"]),
            first=float(row["first"]),
            filling_deg=float(row["filling_deg"]),
            relative_uncertainty=float(row["relative_uncertainty"]),
            uncertainty_right_z=float(row["uncertainty_right_z"]),
            n_right=int(row["n_right"]),
            n_tested=int(row["n_tested"]),
            tested_bores_mm=(float(row["bore_min_mm"]), float(row["bore_max_mm"])),
            source=row["source"],
        )
        for row in read_table(ROOM, "estimate.csv", (*columns, "n_right", "n_tested", "bore_min_mm", "bore_max_mm"))
    }


def _refusal(designation: Designation, rule: EstimateRule | None) -> Text:
    fields = {"designation": designation.raw, "type": designation.type.name}
    if rule is None:
        return text(
            "{designation}: a {type} whose inside no source here gives, and no rule was tested on this type; "
            "give --geometry Z,DW,DPW,ANGLE from the maker",
            **fields,
        )
    if designation.contact_angle_deg is None:
        return text(
            "{designation}: the contact angle is not in the designation and makers differ; add the suffix "
            "(C 15, AC 25, B 40 deg) or give --geometry Z,DW,DPW,ANGLE",
            **fields,
        )
    return text(
        "{designation}: the outside diameter is in no table here, so its inside cannot be estimated; "
        "give --geometry Z,DW,DPW,ANGLE",
        **fields,
    )
