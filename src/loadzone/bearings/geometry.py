"""The inside of a bearing as far as kinematics needs it, and how far each number can be trusted."""

import math
from dataclasses import dataclass
from typing import Literal

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

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
