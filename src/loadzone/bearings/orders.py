"""Defect orders: how often each part of a bearing meets a load, in multiples of a reference shaft speed."""

from dataclasses import dataclass

from loadzone.bearings.geometry import Geometry
from loadzone.words.errors import BadInput
from loadzone.words.texts import text


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

    @property
    def integer_distance(self) -> float:
        """Relative slip that puts BPFO (and with it BPFI) on a shaft harmonic; trouble below 0.025."""
        return (self.outer - round(self.outer)) / self.outer


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
