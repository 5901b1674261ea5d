"""The inside of a bearing as design needs it: elements, races, material and clearance, each number as it was given."""

import math
from dataclasses import dataclass, field
from typing import Literal

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Mode = Literal["iso", "consistent", "pitch"]
"""Lever arm of the tilt: ``iso`` (R_i in the kinematics, D_pw/2 in the moment), ``consistent`` (R_i in both),
``pitch`` (D_pw/2 in both, as the commercial program whose published values are matched)."""

Facing = Literal["back_to_back", "face_to_face"]


@dataclass(frozen=True)
class Material:
    """Elastic constants and density of a part; by default bearing steel."""

    youngs_modulus_mpa: float = 207_000.0
    poisson_ratio: float = 0.3
    density_kg_m3: float = 7_850.0


@dataclass(frozen=True)
class BallInside:
    """One or more rows of balls.

    ``groove_inner``, ``groove_outer``: groove radius over ball diameter (f_i, f_e). ``clearance_mm``: diametral
    operating clearance; an angular contact bearing takes its angle from ``contact_angle_deg`` instead.
    """

    n_elements: int
    ball_diameter_mm: float
    pitch_diameter_mm: float
    contact_angle_deg: float = 0.0
    groove_inner: float = 0.52
    groove_outer: float = 0.53
    rows: int = 1
    clearance_mm: float = 0.0
    races: Material = field(default_factory=Material)
    balls: Material = field(default_factory=Material)

    def __post_init__(self) -> None:
        for name, ratio in ((text("inner ring"), self.groove_inner), (text("outer ring"), self.groove_outer)):
            if not ratio > 0.505:
                raise BadInput(
                    text("groove radius {ratio:g} D_w of the {ring}: it must exceed 0.505 D_w", ratio=ratio, ring=name)
                )
        if self.n_elements < 3 or not 0 < self.ball_diameter_mm < self.pitch_diameter_mm:
            raise BadInput(
                text(
                    "{n} balls of {ball_mm:g} mm on {pitch_mm:g} mm are no bearing: give at least 3 balls smaller than "
                    "the pitch diameter",
                    n=self.n_elements,
                    ball_mm=self.ball_diameter_mm,
                    pitch_mm=self.pitch_diameter_mm,
                )
            )

    @property
    def gamma(self) -> float:
        """D_w cos(alpha) / D_pw with the nominal contact angle."""
        return self.ball_diameter_mm * math.cos(math.radians(self.contact_angle_deg)) / self.pitch_diameter_mm


@dataclass(frozen=True)
class RollerInside:
    """One or more rows of rollers; ``length_mm`` is the effective length L_we, ``clearance_mm`` the diametral one."""

    n_elements: int
    roller_diameter_mm: float
    length_mm: float
    pitch_diameter_mm: float
    contact_angle_deg: float = 0.0
    rows: int = 1
    clearance_mm: float = 0.0
    races: Material = field(default_factory=Material)
    rollers: Material = field(default_factory=Material)

    @property
    def gamma(self) -> float:
        """D_we cos(alpha) / D_pw with the nominal contact angle."""
        return self.roller_diameter_mm * math.cos(math.radians(self.contact_angle_deg)) / self.pitch_diameter_mm


@dataclass(frozen=True)
class Layout:
    """Where the two rows of a bearing stand; None is assumed, and said.

    ``row_distance_mm``: between the middles of the elements of both rows, along the axis; ``facing``: contact lines
    meet outside (``back_to_back``) or inside (``face_to_face``) of the rows.
    """

    row_distance_mm: float | None = None
    facing: Facing | None = None


@dataclass(frozen=True)
class Load:
    """Load on the inner ring against the outer: forces in N, moments in N mm about x and y; z is the axis."""

    fx_n: float = 0.0
    fy_n: float = 0.0
    fz_n: float = 0.0
    mx_nmm: float = 0.0
    my_nmm: float = 0.0
