"""Defect orders: how often each part of a bearing meets a load, in multiples of a reference shaft speed."""

import math
from dataclasses import dataclass

from loadzone.bearings.geometry import Geometry
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

INTEGER_TRAP = 0.025
"""Relative slip; found on public recordings of 6203 bearings (SFDA study, supplement S5)."""


@dataclass(frozen=True)
class RingSpeeds:
    """Signed speeds of the rings in multiples of the reference speed, ``speed_rpm`` where that was given."""

    inner: float
    outer: float
    speed_rpm: float | None = None


@dataclass(frozen=True)
class DefectOrders:
    """Orders of the reference speed, all positive.

    ``cage``: cage seen from the ground; ``outer``, ``inner``: element passing a point of that ring; ``spin``: rotation
    of an element about its own axis; an element's defect meets both races, so its line is ``ball`` = 2 ``spin``.
    """

    cage: float
    outer: float
    inner: float
    spin: float
    n_elements: int

    @property
    def ball(self) -> float:
        """Order of an element's defect, which hits both races: twice the spin."""
        return 2.0 * self.spin

    def frequencies_hz(self, speed_rpm: float) -> dict[str, float]:
        """The lines in Hz at the reference speed, by symbol."""
        return {symbol: order * speed_rpm / 60.0 for symbol, order in self.by_symbol.items()}

    @property
    def by_symbol(self) -> dict[str, float]:
        """The orders by the symbol under which they are shown."""
        return {
            "FTF": self.cage,
            "BPFO": self.outer,
            "BPFI": self.inner,
            "BSF": self.spin,
            "2×BSF": self.ball,
        }

    @property
    def integer_distance(self) -> float:
        """Relative slip that puts BPFO (and with it BPFI) on a shaft harmonic; trouble below 0.025."""
        return (self.outer - round(self.outer)) / self.outer

    @property
    def is_integer_trap(self) -> bool:
        """A slip of less than 2.5 % puts both race lines on shaft harmonics, where anything else can make them."""
        return abs(self.integer_distance) < INTEGER_TRAP


def defect_orders(geometry: Geometry, inner_speed: float = 1.0, outer_speed: float = 0.0) -> DefectOrders:
    """Kinematic orders of a bearing whose rings turn at ``inner_speed`` and ``outer_speed``.

    Parameters
    ----------
    geometry : one row
    inner_speed, outer_speed : signed ring speeds in multiples of the reference speed

    Raises
    ------
    BadInput : both rings turn at the same speed, so no element rolls

    Source: contact-point speeds without sliding; Norton and Karczub, Fundamentals of Noise and Vibration Analysis,
    2nd ed., section 8.4.

    >>> orders = defect_orders(Geometry(9, 7.94, 39.04))
    >>> round(orders.outer, 4), round(orders.inner, 4), round(orders.spin, 4), round(orders.cage, 4)
    (3.5848, 5.4152, 2.3567, 0.3983)
    """
    relative = abs(inner_speed - outer_speed)
    if relative == 0.0:
        raise BadInput(text("both rings turn at {speed} times the reference speed: nothing rolls", speed=inner_speed))
    gamma = geometry.gamma
    return DefectOrders(
        cage=abs(inner_speed * (1 - gamma) + outer_speed * (1 + gamma)) / 2,
        outer=geometry.n_elements * relative * (1 - gamma) / 2,
        inner=geometry.n_elements * relative * (1 + gamma) / 2,
        spin=relative * geometry.pitch_diameter_mm / (2 * geometry.element_diameter_mm) * (1 - gamma**2),
        n_elements=geometry.n_elements,
    )


def search_window(geometry: Geometry, is_speed_measured: bool, is_speed_estimated: bool = False) -> float:
    """Half width, relative, of the range around a nominal order in which its line is looked for.

    1 % for a known geometry (drawing, or typed by the user) at a measured speed, 4 % when geometry or speed is
    estimated, else 2 %. The wider the window, the weaker the test.

    Parameters
    ----------
    geometry : its provenance counts
    is_speed_measured : by a tacho or from the record's own harmonics checked twice
    is_speed_estimated : guessed by one method; neither measured nor estimated means nominal

    Source: slip of 1 to 2 % in the literature (Randall and Antoni, MSSP 25 (2011) 485); fitted on four public rigs
    -0.41 to +0.22 %; makers of one designation differ by 0.6 %.

    >>> search_window(Geometry(9, 7.94, 39.04), is_speed_measured=True)
    0.01
    """
    if geometry.provenance == "estimate" or is_speed_estimated:
        return 0.04
    return 0.01 if geometry.provenance in {"drawing", "user"} and is_speed_measured else 0.02


def ring_speeds_from_option(option: str) -> RingSpeeds:
    """Which ring turns, as a user types it: ``inner``, ``outer``, or ``both:NI,NO`` in signed r/min.

    With both, the inner ring is the reference, or the outer one where the inner stands still.

    Raises
    ------
    BadInput : none of the three forms, or both rings at the same speed

    >>> ring_speeds_from_option("both:1500,-500")
    RingSpeeds(inner=1.0, outer=-0.3333333333333333, speed_rpm=1500.0)
    """
    simple = {"inner": RingSpeeds(1.0, 0.0), "outer": RingSpeeds(0.0, 1.0)}
    if option in simple:
        return simple[option]
    try:
        inner_rpm, outer_rpm = (float(cell) for cell in option.removeprefix("both:").split(","))
    except ValueError:
        inner_rpm = outer_rpm = math.nan
    if not option.startswith("both:") or not (math.isfinite(inner_rpm) and math.isfinite(outer_rpm)):
        raise BadInput(text("turning «{option}»: write inner, outer or both:NI,NO with speeds in r/min", option=option))
    if inner_rpm == outer_rpm:
        raise BadInput(text("both rings turn at {speed} r/min: nothing rolls", speed=inner_rpm))
    reference = abs(inner_rpm) or abs(outer_rpm)
    return RingSpeeds(inner_rpm / reference, outer_rpm / reference, reference)
