"""Problems for the optimiser: deep groove ball bearings in an outline, and the published benchmark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from loadzone.design.inside import BallInside
from loadzone.design.optimise import Box, Constraint, Floor, Problem
from loadzone.design.rating import f_0_radial_ball, f_c_radial_ball, size_factor
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = npt.NDArray[np.float64]
Objective = Literal["life", "static"]
RATING_FACTOR = 1.3
"""b_m of deep groove bearings without a filling slot, ISO 281:2007."""
PUBLISHED_CONSTANT = 37.91
"""Factor of f_c in the published benchmark (older wording of the same closed form)."""


@dataclass(frozen=True)
class Outline:
    """Bore, outside diameter and width, mm."""

    bore_mm: float
    outer_mm: float
    width_mm: float

    def __post_init__(self) -> None:
        if not (0 < self.bore_mm < self.outer_mm and self.width_mm > 0):
            raise BadInput(
                text(
                    "envelope of bore {bore:g}, outside {outer:g} and width {width:g} mm: give OUTERxBORExWIDTH, "
                    "each positive, the bore smaller",
                    bore=self.bore_mm,
                    outer=self.outer_mm,
                    width=self.width_mm,
                )
            )


@dataclass(frozen=True)
class Rules:
    """Conditions of a design study, all of them assumptions that a maker replaces by the own.

    ``wall``: least ring thickness at the groove's bottom over the ball diameter; ``gap``: least space between balls
    over the ball diameter (the cage's bar); ``filling_deg``: arc that balls may take where there is no filling slot;
    ``width_share``: greatest ball diameter over the width; grooves over the ball diameter; ``least``: smallest values
    of other objectives, N.
    """

    wall: float = 0.3
    gap: float = 0.2
    filling_deg: float = 195.0
    width_share: float = 0.75
    groove_inner: float = 0.52
    groove_outer: float = 0.52
    least: Mapping[Objective, float] | None = None


def outline_from_option(option: str) -> Outline:
    """The outline typed as OUTERxBORExWIDTH (or BORExOUTERxWIDTH), mm.

    Raises
    ------
    BadInput : not three numbers, or no outline

    >>> outline_from_option("160x90x30")
    Outline(bore_mm=90.0, outer_mm=160.0, width_mm=30.0)
    """
    cells = option.lower().replace("×", "x").replace("*", "x").split("x")
    try:
        first, second, width = (float(cell) for cell in cells)
    except ValueError as error:
        raise BadInput(
            text("envelope «{option}»: write OUTERxBORExWIDTH in mm, as in 52x25x15", option=option)
        ) from error
    return Outline(min(first, second), max(first, second), width)


def deep_groove_study(outline: Outline, objective: Objective = "life", rules: Rules | None = None) -> Problem:
    """The problem of the best deep groove bearing of one row in an outline.

    ``life`` maximises C of ISO 281:2007 (so the life under any given load), ``static`` C_0 of ISO 76:2006. Both fall
    with wider grooves, so the narrowest that the rules allow are optimal and no variable is needed for them.
    """
    rules = rules or Rules()
    span = outline.outer_mm - outline.bore_mm
    values = {"life": _life(rules), "static": _static()}
    lengths = (
        Constraint(
            text("wall of the outer ring"),
            lambda box: (outline.outer_mm - box.pitch_low - box.ball_low) / 2 - rules.wall * box.ball_low,
        ),
        Constraint(
            text("wall of the inner ring"),
            lambda box: (box.pitch_high - box.ball_low - outline.bore_mm) / 2 - rules.wall * box.ball_low,
        ),
        Constraint(text("width of the rings"), lambda box: rules.width_share * outline.width_mm - box.ball_low),
    )
    counts = (
        Constraint(
            text("filling angle"), lambda box: 1 + np.radians(rules.filling_deg) / (2 * np.arcsin(box.gamma_low))
        ),
        Constraint(
            text("gap between balls"), lambda box: np.pi / np.arcsin(np.minimum(box.gamma_low * (1 + rules.gap), 1.0))
        ),
    )
    floors = tuple(
        Floor(text("least value of another objective"), _floor(values[name], least))
        for name, least in (rules.least or {}).items()
    )
    return Problem(
        text(
            "deep groove bearing {bore:g} x {outer:g} x {width:g}",
            bore=outline.bore_mm,
            outer=outline.outer_mm,
            width=outline.width_mm,
        ),
        (outline.bore_mm + 0.2 * span, outline.outer_mm - 0.2 * span),
        (0.05 * span, 0.5 * span),
        (3, 80),
        values[objective],
        lengths,
        counts,
        floors,
    )


def published_problem(outline: Outline, groove: float = 0.515) -> Problem:
    """The benchmark of the literature on rolling bearing design by genetic algorithms (10 variables).

    The variables for limits (K_Dmin, K_Dmax, epsilon, e, zeta) enter no objective, so each stands at its most generous
    bound: 0.4, 0.7, 0.3, 0.1, 0.85. C falls with both groove radii, so they stand at their lower bound.

    Source: Gupta, Tiwari and Nair, Mechanism and Machine Theory 42 (2007) 1418, constraints from memory; the optimum of
    160x90x30 is that of the reference case, found by differential evolution too.
    """
    outer, bore, width = outline.outer_mm, outline.bore_mm, outline.width_mm
    span, total = outer - bore, outer + bore
    lengths = (
        Constraint(text("ring thickness"), lambda box: (outer - box.pitch_low - box.ball_low) / 2 - 0.3 * box.ball_low),
        Constraint(text("width of the rings"), lambda box: 0.85 * width - box.ball_low),
    )

    def filling(box: Box) -> Array:
        share = (1.5 * box.ball_high - span / 4) / (total / 2 - box.ball_high)
        arc = 2 * np.pi - 2 * np.arccos(np.clip(share, -1, 1))
        return np.asarray(1 + arc / (2 * np.arcsin(box.gamma_low)))

    scale = PUBLISHED_CONSTANT / (98.0665 * 0.41 * 0.95)
    return Problem(
        text("published benchmark {bore:g} x {outer:g} x {width:g}", bore=bore, outer=outer, width=width),
        (0.5 * total, 0.6 * total),
        (0.2 * span, 0.35 * span),
        (4, 50),
        _dynamic(scale, groove, groove),
        lengths,
        (Constraint(text("filling angle"), filling),),
    )


def spread(
    inside: BallInside,
    deviations: Mapping[Literal["ball_diameter_mm", "pitch_diameter_mm", "groove"], float],
    rng: np.random.Generator,
    n: int = 10_000,
) -> Array:
    """C of ``n`` bearings whose lengths scatter normally about a design, N.

    Parameters
    ----------
    deviations : standard deviations; ``groove`` is of both groove radii over the ball diameter

    Returns
    -------
    (n,) ratings by the closed form of ISO 281:2007 with the real grooves
    """
    ball = rng.normal(inside.ball_diameter_mm, deviations.get("ball_diameter_mm", 0.0), n)
    pitch = rng.normal(inside.pitch_diameter_mm, deviations.get("pitch_diameter_mm", 0.0), n)
    wide = deviations.get("groove", 0.0)
    inner = np.maximum(rng.normal(inside.groove_inner, wide, n), 0.505)
    outer = np.maximum(rng.normal(inside.groove_outer, wide, n), 0.505)
    return dynamic_ratings(inside.n_elements, ball, pitch, inside.contact_angle_deg, inner, outer)


def dynamic_ratings(
    n_elements: Array | float,
    ball_mm: Array,
    pitch_mm: Array,
    contact_angle_deg: float = 0.0,
    groove_inner: Array | float = 0.52,
    groove_outer: Array | float = 0.52,
) -> Array:
    """C in N of many radial ball bearings of one row; the single case with its steps is `rating.dynamic_rating`.

    Source: ISO 281:2007, b_m f_c (cos alpha)^0.7 Z^(2/3) times the size of the ball.
    """
    cosine = float(np.cos(np.radians(contact_angle_deg)))
    factor: Callable[..., Array] = f_c_radial_ball
    found: Array = RATING_FACTOR * factor(ball_mm * cosine / pitch_mm, groove_inner, groove_outer) * cosine**0.7
    return np.asarray(found * n_elements ** (2 / 3) * _size(ball_mm))


def static_ratings(n_elements: Array | float, ball_mm: Array, pitch_mm: Array, contact_angle_deg: float = 0.0) -> Array:
    """C_0 in N of many radial ball bearings of one row. Source: ISO 76:2006, f_0 Z D_w^2 cos alpha."""
    cosine = float(np.cos(np.radians(contact_angle_deg)))
    return np.asarray(f_0_radial_ball(ball_mm * cosine / pitch_mm) * n_elements * ball_mm**2 * cosine)


def _life(rules: Rules) -> Callable[[Box, Array], Array]:
    return _dynamic(RATING_FACTOR, rules.groove_inner, rules.groove_outer)


def _dynamic(scale: float, groove_inner: float, groove_outer: float) -> Callable[[Box, Array], Array]:
    """Greatest ``scale`` f_c Z^(2/3) D_w^1.8 in a box; ln f_c is concave in gamma, so f_c has one summit."""
    summit = _summit(lambda gamma: f_c_radial_ball(gamma, groove_inner, groove_outer))

    def greatest(box: Box, z: Array) -> Array:
        factor = f_c_radial_ball(np.clip(summit, box.gamma_low, box.gamma_high), groove_inner, groove_outer)
        return np.asarray(scale * factor * z ** (2 / 3) * _size(box.ball_high))

    return greatest


def _static() -> Callable[[Box, Array], Array]:
    """Greatest f_0 Z D_w^2 in a box; f_0 rises to where the inner contact takes over and falls from there."""
    summit = _summit(f_0_radial_ball)

    def greatest(box: Box, z: Array) -> Array:
        factor = f_0_radial_ball(np.clip(summit, box.gamma_low, box.gamma_high))
        return np.asarray(factor * z * box.ball_high**2)

    return greatest


def _floor(value: Callable[[Box, Array], Array], least: float) -> Callable[[Box, Array], Array]:
    """Slack of another objective over its least value."""
    return lambda box, z: value(box, z) / least - 1


def _size(ball_mm: Array) -> Array:
    """What the ball's size gives to C; it rises throughout, 3.647 being a little more than 25.4^0.4."""
    return np.asarray(np.vectorize(size_factor, otypes=[float])(ball_mm))


def _summit(curve: Callable[[Array], Array]) -> float:
    """Where a curve with one summit in 0.005 to 0.6 is highest."""
    low, high = 0.005, 0.6
    for _ in range(12):
        grid = np.linspace(low, high, 21)
        place = int(np.argmax(curve(grid)))
        low, high = grid[max(place - 1, 0)], grid[min(place + 1, 20)]
    return float((low + high) / 2)
