"""What speed changes in a row of balls: centrifugal force beside the loads, and the reference life of Jones' rest."""

import math
from dataclasses import dataclass

import numpy as np

from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, Mode
from loadzone.design.reference_life import ball_lives
from loadzone.design.speed_effects import solve_at_speed
from loadzone.design.step import Notice, Step
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text

NOTABLE_SHARE = 0.1
"""Centrifugal force over the greatest ball load from which the static load distribution no longer holds."""


@dataclass(frozen=True)
class AtSpeed:
    """Centrifugal force on a ball in N; L_10r in million revolutions where speed matters and the model finds a rest."""

    centrifugal_n: float | None = None
    l10r_mrev: float | None = None
    steps: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = ()


def at_speed(
    inside: object, found: Equilibrium | RollerEquilibrium | None, c_n: float, mode: Mode, speed_rpm: float
) -> AtSpeed:
    """Centrifugal force, and from a tenth of the greatest ball load on the rest position and life at speed.

    Parameters
    ----------
    inside : of the bearing; one row of balls is looked at, everything else gives nothing
    found : its static rest
    c_n : rating C, N

    Source: Jones' quasi-static model, see `loadzone.design.speed_effects`; the life is that of ISO/TS 16281 with the
    loads of both contacts (derived: the standard states static loads).
    """
    if not isinstance(inside, BallInside) or not isinstance(found, Equilibrium) or len(found.rows) != 1:
        return AtSpeed()
    force = centrifugal_n(inside, speed_rpm)
    if force < NOTABLE_SHARE * float(found.loads_n.max()):
        return AtSpeed(force)
    steps = (step("centrifugal", force),)
    try:
        spun = solve_at_speed(inside, found.load, speed_rpm, "consistent" if mode == "iso" else mode)
    except LoadzoneError as refusal:
        return AtSpeed(force, None, steps, (_notable(force, found, refusal.message),))
    inner, outer = spun.inner_loads_n, spun.outer_loads_n
    cube = np.array([np.cbrt(np.mean(inner**3))])
    fixed = np.array([np.mean(outer ** (10.0 / 3.0)) ** 0.3])
    life = float(ball_lives(found.rows, cube, fixed, c_n))
    told = text(
        "at speed outer contacts carry up to {outer:.0f} N, inner ones {inner:.0f} N at {low:.1f} to {high:.1f} deg",
        outer=float(outer.max()),
        inner=float(inner.max()),
        low=float(spun.inner_angles_deg.min()),
        high=float(spun.inner_angles_deg.max()),
    )
    more = (*spun.steps(), step("l_10r_speed", life))
    return AtSpeed(force, life, (*steps, *more), (_notable(force, found, told), *spun.notices))


def centrifugal_n(inside: BallInside, speed_rpm: float) -> float:
    """Force on a ball, N, of the orbit without skidding, one ring turning: m D_pw ω_m²/2 with ω_m = ω (1 - γ)/2.

    >>> round(centrifugal_n(BallInside(16, 22.23, 125.3, 40.0), 10_000.0))
    579
    """
    mass_kg = inside.balls.density_kg_m3 * math.pi / 6.0 * (inside.ball_diameter_mm / 1000.0) ** 3
    orbit = speed_rpm * math.pi / 30.0 * (1.0 - inside.gamma) / 2.0
    return mass_kg * inside.pitch_diameter_mm / 2000.0 * orbit**2


def _notable(force_n: float, found: Equilibrium, told: Text) -> Notice:
    sentence = text(
        "centrifugal force {force:.0f} N is {share:.0f} % of the greatest ball load: the static load distribution no "
        "longer holds; {told}",
        force=force_n,
        share=100.0 * force_n / float(found.loads_n.max()),
        told=told,
    )
    return Notice("centrifugal", sentence)
