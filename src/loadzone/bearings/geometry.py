"""The inside of a bearing as far as kinematics needs it, and how far each number can be trusted."""

import math
from dataclasses import dataclass
from typing import Literal

from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

Provenance = Literal["drawing", "catalogue", "estimate", "user"]
"""Where a geometry comes from, best first; ``user`` is what was typed with the call and ranks as a drawing."""


@dataclass(frozen=True)
class Geometry:
    """Elements, their diameter, pitch diameter and contact angle of one row.

    ``relative_uncertainty`` is the standard uncertainty of a race order that follows from the provenance (0.01 = 1 %).
    """

    n_elements: int
    element_diameter_mm: float
    pitch_diameter_mm: float
    contact_angle_deg: float = 0.0
    provenance: Provenance = "user"
    source: str = ""
    relative_uncertainty: float = 0.003

    def __post_init__(self) -> None:
        if not (math.isfinite(self.pitch_diameter_mm) and math.isfinite(self.contact_angle_deg)):
            raise BadInput(
                text(
                    "a geometry needs finite numbers: pitch diameter {mm} mm, contact angle {deg} deg",
                    mm=self.pitch_diameter_mm,
                    deg=self.contact_angle_deg,
                )
            )
        if self.n_elements < 3:
            raise BadInput(text("{n} rolling elements: a bearing has at least 3", n=self.n_elements))
        if not 0.0 < self.element_diameter_mm < self.pitch_diameter_mm:
            raise BadInput(
                text(
                    "element diameter {element_mm} mm and pitch diameter {pitch_mm} mm: "
                    "the element must be positive and smaller than the pitch diameter",
                    element_mm=self.element_diameter_mm,
                    pitch_mm=self.pitch_diameter_mm,
                )
            )
        if not 0.0 <= self.contact_angle_deg <= 90.0:
            raise BadInput(
                text("contact angle {angle_deg} deg: it lies between 0 and 90 deg", angle_deg=self.contact_angle_deg)
            )

    @property
    def gamma(self) -> float:
        """D_w cos(alpha) / D_pw."""
        return self.element_diameter_mm * math.cos(math.radians(self.contact_angle_deg)) / self.pitch_diameter_mm


def geometry_from_option(option: str) -> Geometry:
    """The geometry that a user typed as ``Z,DW,DPW,ANGLE``: lengths in mm, the angle in degrees (0 when left out).

    It ranks as a drawing (`Provenance`).

    Raises
    ------
    BadInput : not three or four numbers, Z is no whole number, or the numbers make no bearing

    >>> geometry_from_option("9,7.94,39.04,0").n_elements
    9
    """
    cells = [cell.strip() for cell in option.replace("，", ",").replace(";", ",").split(",")]
    if len(cells) not in {3, 4}:
        raise BadInput(
            text(
                "geometry «{option}» has {count} values: write Z,DW,DPW,ANGLE as in 9,7.94,39.04,0 (decimal points)",
                option=option,
                count=len(cells),
            )
        )
    names = (
        text("number of elements Z"),
        text("element diameter DW in mm"),
        text("pitch diameter DPW in mm"),
        text("contact angle in deg"),
    )
    z, element, pitch, *angle = (_number(cell, name, option) for cell, name in zip(cells, names, strict=False))
    if z != int(z):
        raise BadInput(text("geometry «{option}»: {z} elements, Z is a whole number", option=option, z=z))
    degrees = angle[0] if angle else 0.0
    told = f"Z {z:g}, Dw {element:g} mm, Dpw {pitch:g} mm, α {degrees:g}°"
    return Geometry(int(z), element, pitch, degrees, provenance="user", source=told)


def _number(cell: str, name: Text, option: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(
            text(
                "geometry «{option}»: {name} is «{cell}», not a number; write Z,DW,DPW,ANGLE as in 9,7.94,39.04,0",
                option=option,
                name=name,
                cell=cell,
            )
        )
    return value
