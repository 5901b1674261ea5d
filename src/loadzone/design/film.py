"""Lubricant film between element and raceway: Hamrock-Dowson for points, Dowson for lines, and the film parameter.

Isothermal, fully flooded, smooth surfaces; viscosity at the temperature of the inlet. All formulas come from memory
and are marked «not verified». Every function takes arrays.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, Material, RollerInside
from loadzone.design.step import Step

Real = float | npt.NDArray[np.float64]
Ring = Literal["inner", "outer"]


@dataclass(frozen=True)
class Film:
    """Film of a contact in µm; ``speed``, ``material`` and ``load`` are the dimensionless U, G and W."""

    minimum_um: Real
    central_um: Real
    entrainment_m_s: Real
    speed: Real
    material: Real
    load: Real
    ellipticity: Real

    def parameter(self, roughness_element_um: float, roughness_race_um: float) -> Real:
        """Λ: the minimum film over the root of the summed squares of both roughnesses (rms, µm)."""
        return film_parameter(self.minimum_um, roughness_element_um, roughness_race_um)

    def steps(self) -> tuple[Step, ...]:
        """The numbers of a single case with their clauses."""
        is_line = not np.isfinite(np.asarray(self.ellipticity)).all()
        last = (
            (step("film_line", float(self.minimum_um)),)
            if is_line
            else (step("film_central", float(self.central_um)), step("film_minimum", float(self.minimum_um)))
        )
        return (step("entrainment_speed", float(self.entrainment_m_s)), *last)


def ball_film(
    inside: BallInside,
    ring: Ring,
    load_n: Real,
    speed_rpm: Real,
    viscosity_pa_s: Real,
    pressure_viscosity_1_pa: Real = 2e-8,
) -> Film:
    """Film between a ball and a raceway whose ring turns at ``speed_rpm`` against the other.

    Parameters
    ----------
    load_n : load of one contact, N
    viscosity_pa_s : dynamic viscosity at the inlet, Pa s
    pressure_viscosity_1_pa : coefficient of the Barus law, 1/Pa; mineral oils about 2e-8

    Source: Hamrock and Dowson; ellipticity of Brewe and Hamrock 1.0339 (R_y/R_x)^0.636; design reference 2.7.
    """
    sign = 1 if ring == "inner" else -1
    groove = inside.groove_inner if ring == "inner" else inside.groove_outer
    along_mm = inside.ball_diameter_mm / 2 * (1 - sign * inside.gamma)
    across_mm = inside.ball_diameter_mm * groove / (2 * groove - 1)
    modulus_pa = 1e6 * effective_modulus_mpa(inside.races, inside.balls)
    speed = entrainment_m_s(inside.pitch_diameter_mm, inside.gamma, speed_rpm)
    return point_film(
        along_mm / 1000, across_mm / 1000, load_n, speed, viscosity_pa_s, pressure_viscosity_1_pa, modulus_pa
    )


def roller_film(
    inside: RollerInside,
    ring: Ring,
    load_n: Real,
    speed_rpm: Real,
    viscosity_pa_s: Real,
    pressure_viscosity_1_pa: Real = 2e-8,
) -> Film:
    """Film between a roller and a raceway, the load spread over the effective length.

    Source: Dowson, line contact, H_min = 2.65 U^0.7 G^0.54 W^-0.13 with the load per length; design reference 2.7.
    """
    sign = 1 if ring == "inner" else -1
    radius_m = inside.roller_diameter_mm / 2000 * (1 - sign * inside.gamma)
    modulus_pa = 1e6 * effective_modulus_mpa(inside.races, inside.rollers)
    speed = entrainment_m_s(inside.pitch_diameter_mm, inside.gamma, speed_rpm)
    u, g = viscosity_pa_s * speed / (modulus_pa * radius_m), np.asarray(pressure_viscosity_1_pa * modulus_pa)
    w = np.asarray(load_n) / (inside.length_mm / 1000) / (modulus_pa * radius_m)
    minimum = 2.65 * np.asarray(u) ** 0.7 * g**0.54 * w**-0.13 * radius_m * 1e6
    return Film(minimum, np.full_like(minimum, np.nan), speed, u, g, w, np.inf)


def point_film(
    along_m: Real,
    across_m: Real,
    load_n: Real,
    entrainment: Real,
    viscosity_pa_s: Real,
    pressure_viscosity_1_pa: Real,
    modulus_pa: Real,
) -> Film:
    """Film of an elliptic contact.

    Parameters
    ----------
    along_m, across_m : reduced radii in the direction of rolling (R_x) and across it (R_y), m
    entrainment : mean speed of the surfaces, m/s
    modulus_pa : E' = E/(1 - nu^2) for equal materials, Pa

    Source: Hamrock and Dowson, H_min = 3.63 U^0.68 G^0.49 W^-0.073 (1 - e^-0.68k), H_c = 2.69 U^0.67 G^0.53 W^-0.067
    (1 - 0.61 e^-0.73k). Not verified.
    """
    k = 1.0339 * np.asarray(across_m / along_m) ** 0.636
    u = np.asarray(viscosity_pa_s * entrainment / (modulus_pa * along_m))
    g = np.asarray(pressure_viscosity_1_pa * modulus_pa)
    w = np.asarray(load_n / (modulus_pa * along_m**2))
    scale_um = along_m * 1e6
    minimum = 3.63 * u**0.68 * g**0.49 * w**-0.073 * (1 - np.exp(-0.68 * k)) * scale_um
    central = 2.69 * u**0.67 * g**0.53 * w**-0.067 * (1 - 0.61 * np.exp(-0.73 * k)) * scale_um
    return Film(minimum, central, entrainment, u, g, w, k)


def film_parameter(minimum_um: Real, roughness_element_um: float, roughness_race_um: float) -> Real:
    """Λ of a film and two rms roughnesses; below 1 the surfaces touch, above 3 they hardly do."""
    return minimum_um / float(np.hypot(roughness_element_um, roughness_race_um))


def entrainment_m_s(pitch_mm: Real, gamma: Real, speed_rpm: Real) -> Real:
    """Mean speed of the surfaces in either contact, m/s: D_pw omega (1 - gamma^2)/4, one ring turns, no skidding."""
    return pitch_mm / 4000 * (speed_rpm * np.pi / 30) * (1 - gamma**2)


def effective_modulus_mpa(one: Material, other: Material) -> float:
    """E' with 2/E' = (1 - nu_1^2)/E_1 + (1 - nu_2^2)/E_2, so that E' = E/(1 - nu^2) for equal materials."""
    compliance = sum((1 - part.poisson_ratio**2) / part.youngs_modulus_mpa for part in (one, other))
    return 2 / compliance
