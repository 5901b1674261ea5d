"""How a bearing runs: film in the hardest contact, friction, heat, and the speed that heat allows."""

from dataclasses import dataclass

import numpy as np

from loadzone.bearings.boundary import Boundary
from loadzone.design.capability import Capability
from loadzone.design.duty import Conditions, Duty
from loadzone.design.film import Film, ball_film, roller_film
from loadzone.design.friction import Friction, Lubrication, palmgren, palmgren_factors
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.step import Notice, Step
from loadzone.design.thermal import thermal_speed
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

OIL_DENSITY_KG_M3 = 870.0
"""Of a mineral oil, assumed; the film goes with its power 0.68."""
PRESSURE_VISCOSITY_1_PA = 2e-8
"""Of a mineral oil, assumed; the film goes with its power 0.49."""


@dataclass(frozen=True)
class Running:
    """What is known of the running bearing; None where oil, load distribution, factors or outline are missing.

    ``film`` is that of the ring where it is thinner; ``thermal_rpm`` the thermal speed rating of ISO 15312.
    """

    film: Film | None = None
    friction: Friction | None = None
    power_w: float | None = None
    thermal_rpm: float | None = None
    steps: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = ()

    def to_dict(self) -> dict[str, float | None]:
        """The numbers with the names of the JSON interface."""
        film, friction = self.film, self.friction
        return {
            "film_min_um": None if film is None else float(film.minimum_um),
            "friction_nmm": None if friction is None else float(friction.moment_nmm),
            "power_w": self.power_w,
            "thermal_speed_rpm": self.thermal_rpm,
        }


def running(
    inside: BallInside | RollerInside,
    bearing: Capability,
    duty: Duty,
    conditions: Conditions,
    hardest_n: float | None,
    outline: Boundary | None = None,
) -> Running:
    """Film, friction and heat of one case.

    Parameters
    ----------
    hardest_n : load of the most loaded element, N; None leaves the film out
    outline : gives the thermal speed rating

    Source: `loadzone.design.film`, `loadzone.design.friction`, `loadzone.design.thermal`.
    """
    steps: list[Step] = []
    notices: list[Notice] = []
    film = _film(inside, duty, conditions, hardest_n)
    friction = _friction(bearing, duty, conditions)
    power = None if friction is None else float(friction.power_w(conditions.speed_rpm))
    if film is not None:
        steps += film.steps()
        notices.append(_assumed_oil())
    if friction is not None:
        steps += friction.steps()
    thermal = _thermal(bearing, outline)
    if thermal is not None:
        steps.append(thermal)
        notices += _too_fast(conditions.speed_rpm, thermal.value)
    return Running(film, friction, power, thermal.value if thermal else None, tuple(steps), tuple(notices))


def _film(
    inside: BallInside | RollerInside, duty: Duty, conditions: Conditions, hardest_n: float | None
) -> Film | None:
    """The thinner of both films; a film after Hamrock and Dowson needs rolling of radial contacts."""
    if duty.nu_mm2_s is None or not hardest_n or inside.contact_angle_deg > 45.0:
        return None
    viscosity = float(duty.nu_mm2_s) * 1e-6 * OIL_DENSITY_KG_M3
    if isinstance(inside, BallInside):
        pair = [
            ball_film(inside, ring, hardest_n, conditions.speed_rpm, viscosity, PRESSURE_VISCOSITY_1_PA)
            for ring in ("inner", "outer")
        ]
    elif inside.length_mm > 0.0:
        pair = [
            roller_film(inside, ring, hardest_n, conditions.speed_rpm, viscosity, PRESSURE_VISCOSITY_1_PA)
            for ring in ("inner", "outer")
        ]
    else:
        return None
    return min(pair, key=lambda each: float(each.minimum_um))


def _friction(bearing: Capability, duty: Duty, conditions: Conditions) -> Friction | None:
    """Palmgren's moment under P, at least F_r."""
    if duty.nu_mm2_s is None:
        return None
    clean = conditions.cleanliness
    kind: Lubrication = "grease" if clean is not None and clean.code.startswith("grease") else "oil_bath"
    try:
        factors = palmgren_factors(bearing.type_key, kind)
    except OutOfScope:
        return None
    return palmgren(factors, bearing.pitch_diameter_mm, conditions.speed_rpm, duty.nu_mm2_s, duty.p_n)


def _thermal(bearing: Capability, outline: Boundary | None) -> Step | None:
    if outline is None or outline.bore_mm is None or outline.outer_mm is None or outline.width_mm is None:
        return None
    is_thrust = bearing.life_kind in {"thrust_ball", "thrust_roller"}
    try:
        factors = palmgren_factors(bearing.type_key)
        found = thermal_speed(
            factors,
            outline.bore_mm,
            outline.outer_mm,
            outline.width_mm,
            bearing.c0_n,
            "radial" if not is_thrust else "thrust_ball" if bearing.is_ball else "thrust_roller",
        )
    except OutOfScope:
        return None
    return found.steps()[-1] if np.isfinite(found.speed_rpm) else None


def _assumed_oil() -> Notice:
    return Notice(
        "film_assumed",
        text(
            "film: density {density:.0f} kg/m³ and pressure-viscosity coefficient {alpha:.0f} 1/GPa of a mineral oil "
            "are assumed; fully flooded, smooth surfaces",
            density=OIL_DENSITY_KG_M3,
            alpha=PRESSURE_VISCOSITY_1_PA * 1e9,
        ),
    )


def _too_fast(speed_rpm: float, limit_rpm: float) -> list[Notice]:
    if speed_rpm <= limit_rpm:
        return []
    sentence = text(
        "speed {speed:.0f} r/min is above the thermal speed rating {limit:.0f} r/min (ISO 15312, f_0 and f_1 of "
        "another source): cool it, lubricate with less or thinner oil, or take a bearing of lower friction",
        speed=speed_rpm,
        limit=limit_rpm,
    )
    return [Notice("above_thermal_speed", sentence)]
