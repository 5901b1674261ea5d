"""Where the search for the equilibrium of one row begins, for one load or many."""

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.rows import Row

Array = NDArray[np.float64]

STRIBECK = 4.37
"""Greatest over mean radial ball load at no clearance (Sjovall integral 1/0.22883)."""
TILTED = 2.5
"""Thrust on all balls that moves them as far as a moment over the race's radius moves the farthest one."""
DESCENTS = 3
"""Newton steps for the thrust equation; a few per cent are enough."""


def guess(one: Row, forces_n: Array) -> Array:
    """Start q = (dx, dy, dz, R thx, R thy) in mm for each load.

    Parameters
    ----------
    one : the row; R is its lever
    forces_n : (n, 5) forces, and moments over R, N

    Returns
    -------
    (n, 5); the rest position where there is no load

    Source: design reference, section 4, point 2 of the recipe.
    """
    q = np.zeros_like(forces_n)
    q[:, 2] = rest_position(one)
    n, thrust = one.n_elements, np.abs(forces_n[:, 2])
    force = np.hypot(forces_n[:, 0], forces_n[:, 1])
    axial = q[:, 2] + one.axial_mm
    if thrust.any():
        axial = np.where(thrust > 0, np.copysign(thrust_position(one, thrust / n), forces_n[:, 2]), axial)
    if force.any():
        depth = np.cbrt((STRIBECK / (n * one.constant) * force) ** 2)
        inclined = one.distance_mm * forces_n[:, 2] / np.hypot(force, thrust + 1e-300)
        axial = np.where(force > 0, np.copysign(np.minimum(np.abs(axial), np.abs(inclined)), inclined), axial)
        reach = np.sqrt((one.distance_mm + depth) ** 2 - axial**2) - one.radial_mm
        reach = np.divide(reach, force, out=np.zeros_like(force), where=force > 0)
        q[:, :2] = forces_n[:, :2] * reach[:, None]
    q[:, 2] = axial - one.axial_mm
    moment = np.hypot(forces_n[:, 3], forces_n[:, 4])
    if moment.any():
        swing = thrust_position(one, (TILTED * moment + thrust) / n) - np.abs(q[:, 2] + one.axial_mm)
        q[:, 3:] = forces_n[:, 3:] * np.divide(swing, moment, out=np.zeros_like(moment), where=moment > 0)[:, None]
    return q


def rest_position(one: Row) -> float:
    """The axial position of the unloaded inner ring, mm: centred, or at the touch of an angular contact row."""
    return 0.0 if one.inside.contact_angle_deg else -one.axial_mm


def thrust_position(one: Row, load_n: Array) -> Array:
    """Axial distance of the groove centres at which a ball carries the axial load, to a few per cent, mm.

    The thrust is convex in the distance; the start is the lesser of two bounds from above (a ball at its free angle, a
    ball that starts at angle 0), whence Newton's method comes down without overshoot.
    """
    radial, distance, constant = one.radial_mm, one.distance_mm, one.constant
    touch = np.sqrt(max(distance**2 - radial**2, 0.0))
    ratio, sine = load_n / constant, touch / distance
    further = (8.0 * distance**5) ** 0.125 * np.sqrt(np.sqrt(ratio))
    if sine > 0.0:
        further = np.minimum(further, np.cbrt((ratio / sine) ** 2) / sine)
    y = touch + further
    for _ in range(DESCENTS):
        stretched = np.sqrt(radial**2 + y * y)
        penetration = np.maximum(stretched - distance, 0.0)
        sine = y / stretched
        along = constant * np.sqrt(penetration)
        carried = along * penetration
        stiffness = 1.5 * along * sine * sine + carried / stretched * (1.0 - sine * sine)
        y = y + np.divide(load_n - carried * sine, stiffness, out=np.zeros_like(y), where=stiffness > 0)
    found: Array = y
    return found
