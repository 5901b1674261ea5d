"""Heat of a bearing: the speed at which it keeps its temperature, and the temperature it takes at a speed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from loadzone.design.formulas import step
from loadzone.design.friction import PalmgrenFactors, palmgren
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

Real = float | npt.NDArray[np.float64]
REFERENCE_BEARING_DEGC = 70.0
REFERENCE_AMBIENT_DEGC = 20.0
HALVINGS = 200
"""Steps of a bisection: the interval then is one double."""


@dataclass(frozen=True)
class ReferenceConditions:
    """Load as a share of C_0 and viscosity at 70 °C of ISO 15312."""

    load_share: float
    viscosity_mm2_s: float


RADIAL = ReferenceConditions(0.05, 12.0)
THRUST_ROLLER = ReferenceConditions(0.02, 24.0)


@dataclass(frozen=True)
class ThermalSpeed:
    """Thermal speed rating in r/min and the balance it stands on."""

    speed_rpm: Real
    surface_mm2: Real
    heat_flow_w_mm2: Real

    def steps(self) -> tuple[Step, ...]:
        """The balance of a single case."""
        return (
            step("reference_surface", float(self.surface_mm2)),
            step("reference_heat_flow", float(self.heat_flow_w_mm2)),
            step("thermal_speed", float(self.speed_rpm)),
        )


def thermal_speed(
    factors: PalmgrenFactors,
    bore_mm: Real,
    outer_mm: Real,
    width_mm: Real,
    static_rating_n: Real,
    kind: Literal["radial", "thrust_roller", "thrust_ball"] = "radial",
) -> ThermalSpeed:
    """Speed at which a bearing at 70 °C gives to 20 °C just what its friction makes.

    ``factors`` should be f_0r and f_1r of the standard; ours are means of another source, so the result is marked
    «not verified». The friction grows with speed, so there is one solution.

    Raises
    ------
    OutOfScope : thrust ball bearings, which the standard excludes

    Source: ISO 15312:2018; reference conditions read on a maker's page; the coefficients of the heat flow from memory.
    """
    if kind == "thrust_ball":
        raise OutOfScope(
            text(
                "thrust ball bearings have no thermal speed rating: ISO 15312:2018 excludes them, "
                "take the limiting speed of the maker"
            )
        )
    reference = RADIAL if kind == "radial" else THRUST_ROLLER
    pitch = (np.asarray(bore_mm) + outer_mm) / 2
    surface = np.pi * np.asarray(width_mm) * (np.asarray(outer_mm) + bore_mm)
    if kind == "thrust_roller":
        surface = np.pi / 2 * (np.asarray(outer_mm) ** 2 - np.asarray(bore_mm) ** 2)
    flow = 0.016 * np.maximum(surface / 50_000, 1.0) ** -0.34
    load = reference.load_share * np.asarray(static_rating_n)

    def excess(speed_rpm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        moment = palmgren(factors, pitch, speed_rpm, reference.viscosity_mm2_s, load)
        return np.asarray(moment.power_w(speed_rpm) - flow * surface)

    return ThermalSpeed(_root(excess, np.broadcast(surface, load).shape, 1.0, 1e7), surface, flow)


@dataclass(frozen=True)
class HeatBalance:
    """Steady temperature in °C, heat in W and viscosity in mm²/s there."""

    temperature_degc: float
    power_w: float
    viscosity_mm2_s: float
    notices: tuple[Notice, ...]


def steady_temperature(
    power_w: Callable[[float], float],
    viscosity_mm2_s: Callable[[float], float],
    conductance_w_k: float,
    ambient_degc: float = 20.0,
    limit_degc: float = 120.0,
) -> HeatBalance:
    """Temperature at which a bearing gives off what its friction makes.

    Parameters
    ----------
    power_w : heat for a viscosity in mm²/s
    viscosity_mm2_s : kinematic viscosity at a temperature in °C
    conductance_w_k : heat given off per kelvin over the ambient, W/K; for the reference surface of ISO 15312 the heat
        flow q_r A_s over 50 K

    Raises
    ------
    BadInput : the conductance is not positive
    OutOfScope : no balance below 300 °C
    """
    if not conductance_w_k > 0:
        raise BadInput(text("conductance {value} W/K: give a positive number", value=conductance_w_k))

    def excess(degc: float) -> float:
        return power_w(viscosity_mm2_s(degc)) - conductance_w_k * (degc - ambient_degc)

    low, high = ambient_degc, 300.0
    if excess(high) > 0:
        raise OutOfScope(
            text(
                "{power_w:.0f} W at {conductance:g} W/K: no balance below 300 °C; cool it or turn slower",
                power_w=power_w(viscosity_mm2_s(high)),
                conductance=conductance_w_k,
            )
        )
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    viscosity = viscosity_mm2_s(low)
    return HeatBalance(low, power_w(viscosity), viscosity, _notices(low, limit_degc))


def _notices(temperature_degc: float, limit_degc: float) -> tuple[Notice, ...]:
    if temperature_degc <= limit_degc:
        return ()
    hot = text(
        "bearing at {temperature_degc:.0f} °C: above {limit_degc:g} °C rings change their size unless stabilised",
        temperature_degc=temperature_degc,
        limit_degc=limit_degc,
    )
    return (Notice("hot_bearing", hot),)


def _root(
    excess: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]],
    shape: tuple[int, ...],
    low: float,
    high: float,
) -> npt.NDArray[np.float64]:
    """Where a rising function of many cases crosses zero, by bisection of the logarithm."""
    below, above = np.full(shape, np.log(low)), np.full(shape, np.log(high))
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        is_over = excess(np.exp(middle)) > 0
        below, above = np.where(is_over, below, middle), np.where(is_over, middle, above)
        if np.all(above - below < 1e-14):
            break
    crossing: npt.NDArray[np.float64] = np.exp((below + above) / 2)
    return crossing
