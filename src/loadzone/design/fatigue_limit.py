"""The fatigue load limit C_u of ISO 281:2007: exact from the contacts, and simple from C_0. They differ: say which."""

import math

from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.rating import Rating, type_rule, weaker_load
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

FATIGUE_PRESSURE_MPA = 1500.0
LARGE_PITCH_MM = 100.0


def fatigue_limit_exact(inside: BallInside | RollerInside, type_key: str) -> Rating:
    """C_u from the pressure of 1500 MPa in the weaker contact, with the real groove radii.

    Raises
    ------
    OutOfScope : rollers, whose profile would have to be computed numerically, and self-aligning bearings

    Source: data/formulas_rating.csv, rows cu_exact_*.
    """
    rule = type_rule(type_key)
    if isinstance(inside, RollerInside) or rule.cu != "exact":
        raise OutOfScope(text("type {type}: C_u has no exact form here; take the simple one from C_0", type=type_key))
    grooves = (inside.groove_inner, inside.groove_outer)
    weaker_n = weaker_load(inside.ball_diameter_mm, inside.gamma, grooves, FATIGUE_PRESSURE_MPA, inside.races)
    angle = math.radians(inside.contact_angle_deg)
    size = min(1.0, (LARGE_PITCH_MM / inside.pitch_diameter_mm) ** 0.5)
    if rule.family == "thrust_ball":
        value = inside.n_elements * weaker_n * math.sin(angle) * size
        return Rating(value, (step("cu_exact_thrust_ball", value),))
    value = 0.2288 * inside.n_elements * weaker_n * inside.rows * math.cos(angle) * size
    return Rating(value, (step("cu_exact_ball", value),))


def fatigue_limit_simple(c0_n: float, pitch_diameter_mm: float, *, is_ball: bool) -> Rating:
    """C_u from C_0 alone.

    Source: data/formulas_rating.csv, rows cu_simple_*.

    >>> round(fatigue_limit_simple(7830.0, 38.5, is_ball=True).value_n)
    356
    """
    share, power = (22.0, 0.5) if is_ball else (8.2, 0.3)
    value = c0_n / share * min(1.0, (LARGE_PITCH_MM / pitch_diameter_mm) ** power)
    return Rating(value, (step("cu_simple_ball" if is_ball else "cu_simple_roller", value),))
