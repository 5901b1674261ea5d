"""What users of a machine know of its duty, turned into what a rating needs: km/h, kilometres, seconds a revolution.

And back: a life as a distance, a maker's life of a strain wave gear. Each formula stands in data/formulas_families.csv.
"""

import math
from dataclasses import dataclass

from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

STANDARD_GRAVITY_M_S2 = 9.80665
MEDIAN_OVER_L10 = 5.0
"""L_50 over L_10 as the maker of strain wave gears states it."""


def axle_speed_rpm(train_kmh: float, wheel_m: float) -> float:
    """Speed of an axle whose wheels roll without slip, r/min.

    Raises
    ------
    BadInput : speed or wheel diameter is not positive

    >>> round(axle_speed_rpm(350.0, 0.92)), round(axle_speed_rpm(350.0, 0.86))
    (2018, 2159)
    """
    _positive(text("train speed"), train_kmh, "km/h")
    _positive(text("wheel diameter"), wheel_m, "m")
    return 1000.0 * train_kmh / (60.0 * math.pi * wheel_m)


def distance_turns_mrev(distance_km: float, wheel_m: float) -> float:
    """Revolutions of the wheel over a distance, in millions.

    >>> round(distance_turns_mrev(1.2e6, 0.86)), round(distance_turns_mrev(1.2e6, 0.92))
    (444, 415)
    """
    _positive(text("distance"), distance_km, "km")
    _positive(text("wheel diameter"), wheel_m, "m")
    return distance_km / (1000.0 * math.pi * wheel_m)


def life_km(l10_mrev: float, wheel_m: float) -> float:
    """A life in millions of revolutions as a distance in km; the inverse of `distance_turns_mrev`."""
    _positive(text("wheel diameter"), wheel_m, "m")
    return 1000.0 * math.pi * wheel_m * l10_mrev


def rotor_speed_rpm(seconds_a_revolution: float) -> float:
    """Speed of a rotor that needs so long for one revolution, r/min.

    >>> round(rotor_speed_rpm(0.275))
    218
    """
    _positive(text("time of a revolution"), seconds_a_revolution, "s")
    return 60.0 / seconds_a_revolution


def rotor_radius_m(acceleration_g: float, seconds_a_revolution: float) -> float:
    """Radius at which a rotor gives an acceleration, m.

    >>> round(rotor_radius_m(48.5, 0.275), 3)
    0.911
    """
    _positive(text("acceleration"), acceleration_g, "g")
    _positive(text("time of a revolution"), seconds_a_revolution, "s")
    return acceleration_g * STANDARD_GRAVITY_M_S2 * (seconds_a_revolution / (2.0 * math.pi)) ** 2


@dataclass(frozen=True)
class StrainWaveLife:
    """Life of the wave generator's bearing of a strain wave gear, h: of half and of 90 % of the gears."""

    l50_h: float
    l10_h: float


def strain_wave_life(
    life_constant_h: float, rated_speed_rpm: float, speed_rpm: float, rated_torque_nm: float, torque_nm: float
) -> StrainWaveLife:
    """Life of a strain wave gear by its maker: L_50 = L_n (n_N/n_av) (T_N/T_av)^3 and L_10 = L_50/5.

    Parameters
    ----------
    life_constant_h : L_n of the series, h
    rated_speed_rpm, rated_torque_nm : of the wave generator and of the gear's output, from the maker's table
    speed_rpm, torque_nm : average speed of the wave generator and average torque at the output

    Raises
    ------
    BadInput : a value is not positive

    Source: data/formulas_families.csv, rows strain_wave_*.

    >>> strain_wave_life(35_000.0, 2000.0, 2000.0, 100.0, 50.0)
    StrainWaveLife(l50_h=280000.0, l10_h=56000.0)
    """
    for name, value, unit in (
        (text("life constant"), life_constant_h, "h"),
        (text("rated speed"), rated_speed_rpm, "r/min"),
        (text("average speed"), speed_rpm, "r/min"),
        (text("rated torque"), rated_torque_nm, "N m"),
        (text("average torque"), torque_nm, "N m"),
    ):
        _positive(name, value, unit)
    l50_h = life_constant_h * (rated_speed_rpm / speed_rpm) * (rated_torque_nm / torque_nm) ** 3
    return StrainWaveLife(l50_h, l50_h / MEDIAN_OVER_L10)


def _positive(name: Text, value: float, unit: str) -> None:
    if not 0.0 < value < math.inf:
        raise BadInput(text("{name} {value:g} {unit}: give a positive number", name=name, value=value, unit=unit))
