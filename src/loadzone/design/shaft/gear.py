"""What a gear does to its shaft: spur, helical, straight and spiral bevel by one vector sum.

At the mesh, in the directions t (about +z), n (out of the pitch cone) and g (along the cone, away from its apex):

    F = F_t t - |F_t| tan(alpha_n)/cos(beta) n + h a F_t tan(beta) g,   F_t = T/r

h is 1 for a right-hand gear and -1 for a left-hand one, a is 1 when the apex lies towards +z and -1 towards -z. The
teeth always push apart, whence -n. A cylinder is a cone of angle 0, and its answer does not depend on a.
"""

import math
from dataclasses import dataclass
from typing import Literal

from loadzone.design.shaft.parts import PointLoad
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Hand = Literal["right", "left"]


@dataclass(frozen=True)
class Gear:
    """A gear on the shaft and the mesh it stands in.

    ``pitch_diameter_mm``: operating pitch diameter; of a bevel gear that at the middle of its face.
    ``torque_nmm``: about +z, which the mate exerts on this gear: positive when a shaft that turns about +z is driven
    through it. ``pressure_angle_deg``: normal; ``helix_angle_deg``: at the pitch diameter, of a bevel gear the mean
    spiral angle; ``hand``: of a bevel gear right where the outer half of a tooth, seen from the apex, leans clockwise.
    ``mesh_azimuth_deg``: direction from the gear's centre to the mesh, from x towards y. ``cone_angle_deg``: pitch cone
    of a bevel gear; ``apex_side``: 1 when its apex lies towards +z.

    >>> spur = Gear(0.0, 100.0, torque_nmm=50_000.0).load
    >>> round(spur.fx_n), round(spur.fy_n), round(spur.mz_nmm)
    (-364, 1000, 50000)
    """

    position_mm: float
    pitch_diameter_mm: float
    torque_nmm: float
    pressure_angle_deg: float = 20.0
    helix_angle_deg: float = 0.0
    hand: Hand = "right"
    mesh_azimuth_deg: float = 0.0
    cone_angle_deg: float = 0.0
    apex_side: Literal[1, -1] = 1
    name: str = ""

    def __post_init__(self) -> None:
        if not 0.0 < self.pitch_diameter_mm < math.inf:
            raise BadInput(
                text("pitch diameter {value:g} mm of a gear: it must be positive", value=self.pitch_diameter_mm)
            )
        if not (math.isfinite(self.torque_nmm) and math.isfinite(self.mesh_azimuth_deg)):
            raise BadInput(
                text(
                    "torque {torque} N mm at {azimuth} deg of a gear: give finite numbers",
                    torque=self.torque_nmm,
                    azimuth=self.mesh_azimuth_deg,
                )
            )
        for name, angle, most in (
            (text("pressure angle"), self.pressure_angle_deg, 45.0),
            (text("helix angle"), self.helix_angle_deg, 60.0),
            (text("cone angle"), self.cone_angle_deg, 90.0),
        ):
            if not 0.0 <= angle <= most:
                raise BadInput(
                    text(
                        "{name} {angle:g} deg of a gear: it lies between 0 and {most:g} deg; the hand says the sign",
                        name=name,
                        angle=angle,
                        most=most,
                    )
                )

    @property
    def tangential_n(self) -> float:
        """F_t about +z."""
        return 2.0 * self.torque_nmm / self.pitch_diameter_mm

    @property
    def load(self) -> PointLoad:
        """The force at the mesh as it acts on the shaft's axis, with its moments.

        Source: equilibrium of the tooth force; right-hand and clockwise as ANSI/AGMA 1012, from memory, not verified.
        """
        alpha, beta, cone, azimuth = (
            math.radians(each)
            for each in (self.pressure_angle_deg, self.helix_angle_deg, self.cone_angle_deg, self.mesh_azimuth_deg)
        )
        hand, apex = 1.0 if self.hand == "right" else -1.0, float(self.apex_side)
        apart = abs(self.tangential_n) * math.tan(alpha) / math.cos(beta)
        along = hand * apex * self.tangential_n * math.tan(beta)
        radial = -apart * math.cos(cone) + along * math.sin(cone)
        axial = -apex * (apart * math.sin(cone) + along * math.cos(cone))
        c, s, radius = math.cos(azimuth), math.sin(azimuth), self.pitch_diameter_mm / 2.0
        return PointLoad(
            self.position_mm,
            fx_n=radial * c - self.tangential_n * s,
            fy_n=radial * s + self.tangential_n * c,
            fz_n=axial,
            mx_nmm=radius * axial * s,
            my_nmm=-radius * axial * c,
            mz_nmm=self.torque_nmm,
            name=self.name,
        )


def torque_of_power(power_kw: float, speed_rpm: float) -> float:
    """Torque about +z in N mm by which a gear brings power into a shaft; negative power leaves it.

    Parameters
    ----------
    speed_rpm : positive when the shaft turns about +z

    Raises
    ------
    BadInput : the shaft stands still

    >>> round(torque_of_power(10.0, 1000.0))
    95493
    """
    if not (math.isfinite(power_kw) and speed_rpm and math.isfinite(speed_rpm)):
        raise BadInput(
            text(
                "power {power} kW at {speed} r/min: a torque needs finite numbers and a shaft that turns",
                power=power_kw,
                speed=speed_rpm,
            )
        )
    return 1e6 * power_kw / (speed_rpm * math.pi / 30.0)
