"""Lattices: the orders that a periodicity fills together with the shaft, p c + m f."""

import numpy as np
from numpy.typing import NDArray

REACH = 4
"""Sidebands |m| up to 4 around every harmonic of the carrier."""


GEAR_HARMONICS = 10
GEAR_SIDEBANDS = 2


def lattice(carrier: float, spacing: float, highest: float) -> NDArray[np.float64]:
    """Orders p ``carrier`` + m ``spacing`` above 0.1 and up to ``highest``, p from 1, |m| <= 4."""
    harmonics = np.arange(1, int(highest / carrier) + REACH + 2)[:, None] * carrier
    orders = (harmonics + np.arange(-REACH, REACH + 1) * spacing).ravel()
    return orders[(orders > 0.1) & (orders < highest)]


def own_lattice(fault: str, order: float, cage: float, spin: float, highest: float) -> NDArray[np.float64]:
    """Lines that a fault at ``order`` may fill: rings with the shaft, elements (from the spin on) with the cage."""
    if fault == "ball":
        base = order if order < 1.5 * spin else order / 2
        return lattice(base, cage, highest)
    return lattice(order, 1.0, highest)


def are_related(one: float, other: float, tolerance: float) -> bool:
    """Whether two orders are harmonics, fractions (up to 4) or shaft sidebands (up to 4) of each other."""
    for p in range(1, 5):
        for q in range(1, 5):
            if abs(one * p - other * q) < tolerance * max(p, q):
                return True
    difference = abs(one - other)
    return difference < REACH + 0.5 and abs(difference - round(difference)) < tolerance


def is_shaft_cage(order: float, cage: float, half_width: float) -> bool:
    """Whether an order is i shaft + j cage with small i and j: a pattern of unequal elements, not a foreign shaft."""
    for j in range(1, REACH + 1):
        for sign in (-1, 1):
            rest = order - sign * j * cage
            if abs(round(rest)) <= REACH and abs(rest - round(rest)) < j * cage * half_width:
                return True
    return False


def gear_lines(teeth: int, shaft_order: float, highest: float) -> NDArray[np.float64]:
    """Lines that a listed wheel leaves: its shaft's harmonics with shaft sidebands, its mesh with sidebands of both.

    Ten harmonics and two sidebands: a longer lattice would cover the axis and hide the bearing behind the gear.
    """
    harmonics = np.arange(1, GEAR_HARMONICS + 1)[:, None] * shaft_order
    shaft = (harmonics + np.arange(-GEAR_SIDEBANDS, GEAR_SIDEBANDS + 1)).ravel()
    mesh = np.arange(1, int(highest / (teeth * shaft_order)) + 1)[:, None] * (teeth * shaft_order)
    around = np.arange(-GEAR_SIDEBANDS, GEAR_SIDEBANDS + 1)
    orders = np.concatenate([shaft, (mesh + around).ravel(), (mesh + around * shaft_order).ravel()])
    return orders[(orders > 0.1 * min(1.0, shaft_order)) & (orders < highest)]
