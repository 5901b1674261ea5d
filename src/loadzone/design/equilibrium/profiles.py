"""Profiles of rollers: how far the surface falls back from a cylinder along its length, at one of two contacts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from loadzone.design.inside import RollerInside
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
Profile = Callable[[RollerInside, Array], Array]
"""Takes the inside and positions (n,) along the roller from its middle in mm; drop (n,) in mm."""


def iso(inside: RollerInside, positions_mm: Array) -> Array:
    """Drop of the reference profile: logarithmic over the whole length up to 2.5 D_we, at the ends of longer rollers.

    Source: ISO/TS 16281:2008 as read in public code (design reference 2.6); the bracket of the long roller is corrected
    and was not verified in the standard. 0.00035 D_we belongs to 3000 MPa; thrust rollers have 0.00045 D_we.
    """
    diameter, length = inside.roller_diameter_mm, inside.length_mm
    if inside.contact_angle_deg > 45.0:
        return logarithmic(0.00045)(inside, positions_mm)
    if length <= 2.5 * diameter:
        return logarithmic(0.00035)(inside, positions_mm)
    inward = np.maximum(2.0 * np.abs(positions_mm) - (length - 2.5 * diameter), 0.0) / (2.5 * diameter)
    return -0.0005 * diameter * np.log1p(-(inward**2))


def straight(inside: RollerInside, positions_mm: Array) -> Array:
    """No drop: a cylinder between cylinders, ends and all."""
    del inside
    return np.zeros_like(positions_mm)


def logarithmic(over_diameter: float) -> Profile:
    """Drop ``over_diameter`` D_we ln(1/(1 - (2x/L)²)): 0.00035 in radial, 0.00045 in thrust bearings (read)."""

    def profile(inside: RollerInside, positions_mm: Array) -> Array:
        return -over_diameter * inside.roller_diameter_mm * np.log1p(-((2.0 * positions_mm / inside.length_mm) ** 2))

    return profile


def crowned(radius_mm: float) -> Profile:
    """Drop of a circular arc of that radius.

    Raises
    ------
    BadInput : no positive radius
    """
    if not radius_mm > 0.0:
        raise BadInput(text("crown radius {radius_mm:g} mm: it must be positive", radius_mm=radius_mm))

    def profile(inside: RollerInside, positions_mm: Array) -> Array:
        del inside
        return positions_mm**2 / (2.0 * radius_mm)

    return profile


def iso_slopes(inside: RollerInside, positions_mm: Array) -> tuple[Array, Array]:
    """Derivatives (n,) of the drop of `iso` by diameter and by length, at positions that stretch with the length."""
    diameter, length = inside.roller_diameter_mm, inside.length_mm
    by_diameter = iso(inside, positions_mm) / diameter
    if length <= 2.5 * diameter:
        return by_diameter, np.zeros_like(positions_mm)
    inward = np.maximum(2.0 * np.abs(positions_mm) - (length - 2.5 * diameter), 0.0) / (2.5 * diameter)
    steep = np.where(inward > 0.0, 0.0005 * diameter * 2.0 * inward / (1.0 - inward**2), 0.0)
    return (
        by_diameter + steep * (1.0 - inward) / diameter,
        steep * (2.0 * np.abs(positions_mm) / length - 1.0) / (2.5 * diameter),
    )
