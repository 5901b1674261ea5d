"""What life to expect when load, temperature, cleanliness, clearance, fits and groove radii are not known exactly.

One bearing is rated many times with inputs drawn from their distributions; from the same draws come the band of each
result and how much of the life's scatter each input alone explains.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import clearance_counts, refuse_several_rows
from loadzone.design.capability import Capability, MakerRatings, capability
from loadzone.design.contact import RINGS, pressure_constant
from loadzone.design.distributions import Distribution, Steps, Truncated, Uniform
from loadzone.design.duty import evaluate, modification_at, most_load_n
from loadzone.design.fits import FitParts, Mounting, operating_clearance
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.life import HIGHEST_A_ISO, reliability_factor
from loadzone.design.life import hours as hours_of
from loadzone.design.lubrication import dirtier
from loadzone.design.rate import Case
from loadzone.design.rating import f_c_radial_ball, type_rule
from loadzone.design.reference_life import ball_ratings_of, lives_of_rows, reference_load, roller_lives
from loadzone.design.sensitivity import Spans
from loadzone.design.shares import Share, first_order_share
from loadzone.design.step import Notice
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import Text, text

Array = NDArray[np.float64]

Input = Literal[
    "load",
    "speed",
    "temperature",
    "cleanliness",
    "groove_inner",
    "groove_outer",
    "clearance",
    "shaft",
    "bore",
    "housing",
    "outside",
]
"""``load``, ``speed``: factors; ``temperature``: °C; ``cleanliness``: classes dirtier; grooves: radii over D_w;
``clearance``: mm, in operation, or of a fit before mounting; ``shaft`` to ``outside``: deviations of its seats, mm."""

SEATS: tuple[Input, ...] = ("shaft", "bore", "housing", "outside")
INPUTS: tuple[Input, ...] = get_args(Input)
NAMES: Mapping[Input, Text] = {
    "load": text("load"),
    "speed": text("speed"),
    "temperature": text("temperature"),
    "cleanliness": text("cleanliness"),
    "groove_inner": text("groove radius, inner"),
    "groove_outer": text("groove radius, outer"),
    "clearance": text("clearance"),
    "shaft": text("shaft seat"),
    "bore": text("bore"),
    "housing": text("housing seat"),
    "outside": text("outside diameter"),
}

USUAL_SPANS = Spans(speed_percent=0.0)
"""The spans of the tornado, the speed held."""
GROOVE_SPAN = 0.005
"""Of the ball diameter, to either side: an assumption of ours."""
LEAST_GROOVE, LEAST_POSSIBLE_GROOVE = 0.5055, 0.505
"""Over the ball diameter: where the assumed span ends, and what no race goes below."""
CLASS_WEIGHTS = (0.25, 0.5, 0.25)
"""One class cleaner, as stated, one dirtier: an assumption of ours."""
LEAST_DRAWS = 100
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Band:
    """Values that 5, 50 and 95 % of the draws stay below, and the standard error of each."""

    low: float
    median: float
    high: float
    standard_errors: tuple[float, float, float]


@dataclass(frozen=True)
class Scatter:
    """What draws of the inputs say.

    ``l10r_h``, ``lnmr_h``, ``p_max_mpa``, ``clearance_um``: bands; without a modified life or a clearance that counts
    None. ``shares``: first-order Sobol shares of the logarithm of ``life`` by input, the greatest first; what they
    leave of 1 is interaction and error. ``failing``: share of the draws that live shorter than required, or None.
    """

    draws: int
    life: Literal["lnmr_h", "l10r_h"]
    l10r_h: Band
    lnmr_h: Band | None
    p_max_mpa: Band
    clearance_um: Band | None
    shares: Mapping[Input, Share]
    failing: Share | None
    inputs: Mapping[Input, Distribution]
    notices: tuple[Notice, ...]

    @property
    def life_h(self) -> Band:
        """The band of the life that the shares are of."""
        return self.l10r_h if self.lnmr_h is None else self.lnmr_h


def usual_inputs(
    case: Case, parts: FitParts | None = None, spans: Spans = USUAL_SPANS, groove_span: float = GROOVE_SPAN
) -> dict[Input, Distribution]:
    """Distributions where nobody states any: assumptions of ours, as wide as the tornado's spans.

    Parameters
    ----------
    case : its values are the middles
    parts : of a fit; its seats and the clearance before mounting then scatter normally within their tolerances, each of
        which spans six standard deviations, what lies outside sorted out; without it the clearance is uniform
    spans : half widths of load, cleanliness, temperature, speed, clearance; an input with 0 is held
    groove_span : half width of the groove radii over D_w
    """
    inside, conditions = case.inside, case.conditions
    found: dict[Input, Distribution] = {"load": _about(1.0, spans.load_percent / 100.0)}
    found["speed"] = _about(1.0, spans.speed_percent / 100.0)
    if conditions.oil is not None and conditions.cleanliness is not None:
        found["temperature"] = _about(conditions.temperature_used_degc, spans.temperature_k)
        classes = float(spans.cleanliness_classes)
        found["cleanliness"] = Steps((-classes, 0.0, classes), CLASS_WEIGHTS)
    if isinstance(inside, BallInside):
        f_i, f_e = inside.groove_inner, inside.groove_outer
        found["groove_inner"] = Uniform(max(f_i - groove_span, LEAST_GROOVE), f_i + groove_span)
        found["groove_outer"] = Uniform(max(f_e - groove_span, LEAST_GROOVE), f_e + groove_span)
    if parts is not None:
        limits = (parts.clearance, parts.shaft, parts.bore, parts.housing, parts.outside)
        tolerated: tuple[Input, ...] = ("clearance", *SEATS)
        for name, limit in zip(tolerated, limits, strict=True):
            found[name] = Truncated.within(limit.lower_mm, limit.upper_mm)
    elif clearance_counts(inside, case.type_key):
        found["clearance"] = _about(inside.clearance_mm, spans.clearance_um / 1000.0)
    return {name: each for name, each in found.items() if not _is_held(each)}


def scatter(
    case: Case,
    inputs: Mapping[Input, Distribution],
    rng: np.random.Generator,
    draws: int = 10_000,
    *,
    mounting: Mounting | None = None,
    required_h: float | None = None,
) -> Scatter:
    """Rate one bearing with drawn inputs.

    Parameters
    ----------
    case : the middle; what is not drawn stays as it is there
    inputs : distributions by `Input`, as `usual_inputs` gives them
    rng : the same seed gives the same draws
    draws : number of ratings; 100 or more
    mounting : seats of a fit: the clearance of ``inputs`` is then that before mounting, and the deviations of shaft,
        bore, housing and outside diameter give the interferences
    required_h : life that is required, h

    Returns
    -------
    Scatter. A computed C follows the drawn groove radii by the closed form of f_c, a maker's is held; a computed exact
    C_u follows them by Hertz

    Raises
    ------
    OutOfScope : a type without load distribution; a case beyond what ISO 281 rates; grooves of rollers
    BadInput : too few draws, a distribution of a seat without a mounting, groove radii too small

    Source: distributions are assumptions; quantiles by order statistics; shares as `loadzone.design.shares`.
    """
    _check(case, inputs, draws, mounting, required_h)
    bearing = capability(case.inside, case.type_key, case.maker, are_grooves_known=case.are_grooves_known)
    values = {name: inputs[name].draw(rng, draws) for name in INPUTS if name in inputs}
    clearances = _clearances(case, values, draws, mounting)
    l10r_mrev, p_refs, pressures, cu_ratios, is_found = _lives(case, bearing, values, clearances)
    l10r_h, lnmr_h, is_beyond = _hours(case, bearing, values, l10r_mrev, p_refs / cu_ratios)
    has_modified = lnmr_h is not None and bool(np.isfinite(lnmr_h).any())
    lives = lnmr_h if lnmr_h is not None and has_modified else l10r_h
    kept = np.isfinite(lives) & is_found
    if not kept.any():
        raise OutOfScope(text("no draw has a life: the loads carry nothing or exceed what the bearing holds"))
    failing = None if required_h is None else _share_below(lives[kept], required_h)
    logarithms = np.log(lives[kept])
    shares = {name: first_order_share(each[kept], logarithms) for name, each in values.items()}
    return Scatter(
        draws,
        "lnmr_h" if has_modified else "l10r_h",
        _band(l10r_h[kept]),
        _band(lives[kept]) if has_modified else None,
        _band(pressures[kept]),
        _band(1000.0 * clearances[kept]) if clearance_counts(case.inside, case.type_key) else None,
        dict(sorted(shares.items(), key=lambda each: -each[1].value)),
        failing,
        dict(inputs),
        tuple(_notices(case, lnmr_h, l10r_h, kept, is_beyond, has_modified=has_modified)),
    )


Values = Mapping[Input, Array]


def _check(
    case: Case,
    inputs: Mapping[Input, Distribution],
    draws: int,
    mounting: Mounting | None,
    required_h: float | None,
) -> None:
    refuse_several_rows(case.inside, case.type_key, is_held=case.is_held)
    if not draws >= LEAST_DRAWS:
        raise BadInput(text("{draws} draws: a band needs {least} at least", draws=draws, least=LEAST_DRAWS))
    if required_h is not None and not 0.0 < required_h < np.inf:
        raise BadInput(text("required life {hours:g} h: give a positive number of hours", hours=required_h))
    if mounting is None and set(SEATS) & set(inputs):
        raise BadInput(text("seats scatter without a fit: give one, as k5/H7"))
    if isinstance(case.inside, RollerInside) and {"groove_inner", "groove_outer"} & set(inputs):
        raise OutOfScope(text("rollers have no groove radii that could scatter: leave them out"))
    rated = case.rate()
    if rated.life.l10r_h is None:
        raise OutOfScope(
            text(
                "P {p:.0f} N is beyond what ISO 281 rates, or no load distribution is known: lower the load, or give "
                "what is missing, as --length of rollers",
                p=rated.p_n,
            )
        )


def _clearances(case: Case, values: Values, draws: int, mounting: Mounting | None) -> Array:
    """Operating clearance of each draw, mm."""
    if mounting is None:
        return values.get("clearance", np.full(draws, case.inside.clearance_mm))
    nothing = np.zeros(draws)
    speed = case.conditions.speed_rpm * values.get("speed", nothing + 1.0)
    shaft, bore, housing, outside = (values.get(name, nothing) for name in SEATS)
    seated = replace(
        mounting,
        clearance_mm=values.get("clearance", nothing + mounting.clearance_mm),
        shaft_interference_mm=shaft - bore if {"shaft", "bore"} & set(values) else mounting.shaft_interference_mm,
        housing_interference_mm=(
            outside - housing if {"housing", "outside"} & set(values) else mounting.housing_interference_mm
        ),
        speed_rpm=speed,
    )
    return np.asarray(operating_clearance(seated).clearance_mm) + nothing


def _lives(
    case: Case, bearing: Capability, values: Values, clearances_mm: Array
) -> tuple[Array, Array, Array, Array, NDArray[np.bool_]]:
    """L_10r in 10^6 rev, P_ref in N, p_max in MPa, C_u over that of the case, and whether the equilibrium was found."""
    from loadzone.design.equilibrium.varied import solve_varied_balls, solve_varied_rollers  # brings the compiler

    inside, n = case.inside, len(clearances_mm)
    load = case.load
    base = np.array((load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm))
    loads = np.outer(values.get("load", np.ones(n)), base)
    if isinstance(inside, RollerInside):
        rolled = solve_varied_rollers(inside, loads, clearances_mm)
        lives = roller_lives(inside, rolled.mean_rotating_n, rolled.mean_stationary_n, bearing.c_n)
        p_refs = reference_load(lives, bearing.c_n, 10.0 / 3.0)
        return lives, p_refs, rolled.p_max_mpa, np.ones(n), rolled.converged
    f_i = values.get("groove_inner", np.full(n, inside.groove_inner))
    f_e = values.get("groove_outer", np.full(n, inside.groove_outer))
    for grooves in (f_i, f_e):
        if not grooves.min() > LEAST_POSSIBLE_GROOVE:
            raise BadInput(
                text(
                    "groove radii drawn down to {least:.4g} D_w: they must exceed {limit:g} D_w; narrow what they "
                    "scatter by",
                    least=float(grooves.min()),
                    limit=LEAST_POSSIBLE_GROOVE,
                )
            )
    found = solve_varied_balls(inside, loads, clearances_mm, f_i, f_e, case.mode)
    stated = case.maker or MakerRatings()
    c_n = np.full(n, bearing.c_n)
    if stated.c_n is None:
        gamma = np.full(n, inside.gamma)
        own = f_c_radial_ball(gamma, np.full(n, inside.groove_inner), np.full(n, inside.groove_outer))
        c_n = c_n * f_c_radial_ball(gamma, f_i, f_e) / own
    rated_inner, rated_outer = ball_ratings_of(inside, f_i, f_e, c_n)
    means = (found.mean_rotating_n, found.mean_stationary_n)
    lives = lives_of_rows(*means, rated_inner[:, None], rated_outer[:, None])
    cu_ratios = np.ones(n)
    if stated.cu_n is None and case.are_grooves_known and type_rule(case.type_key).cu == "exact":
        own_constant = max(pressure_constant(inside, ring) for ring in RINGS)
        cu_ratios = (own_constant / found.pressure_constants) ** 3
    return lives, c_n * lives ** (-1.0 / 3.0), found.p_max_mpa, cu_ratios, found.converged


def _hours(
    case: Case, bearing: Capability, values: Values, l10r_mrev: Array, loads_n: Array
) -> tuple[Array, Array | None, NDArray[np.bool_]]:
    """L_10r and L_nmr in h, and whether P of ISO 281 exceeds what the standard rates.

    ``loads_n``: reference loads over the ratio of C_u, at which a_ISO is taken.
    """
    n, conditions, load = len(l10r_mrev), case.conditions, case.load
    speed = conditions.speed_rpm * values.get("speed", np.ones(n))
    warmth = values.get("temperature", np.full(n, conditions.temperature_used_degc))
    factor = values.get("load", np.ones(n))
    classes = values.get("cleanliness", np.zeros(n))
    radial, axial = np.hypot(load.fx_n, load.fy_n) * factor, abs(load.fz_n) * factor
    hours = hours_of(l10r_mrev, speed)
    modified, is_beyond = np.full(n, np.nan), np.zeros(n, dtype=bool)
    is_modified = False
    for step in np.unique(classes):
        here = classes == step
        clean = conditions.cleanliness
        moved = conditions if clean is None else replace(conditions, cleanliness=dirtier(clean, float(step)))
        duty = evaluate(bearing, radial[here], axial[here], moved, speed[here], warmth[here])
        is_beyond[here] = duty.p_n > most_load_n(bearing)
        at_reference = modification_at(bearing, duty, loads_n[here], moved)
        if at_reference is not None:
            is_modified = True
            modified[here] = duty.a1 * at_reference * hours[here]
    return hours, modified if is_modified else None, is_beyond


def _band(values: Array) -> Band:
    """Quantiles, each with half the width of the order statistics one standard error of its rank away."""
    n = len(values)
    low, median, high = (float(each) for each in np.quantile(values, LEVELS))
    errors = []
    for level in LEVELS:
        reach = (level * (1.0 - level) / n) ** 0.5
        below, above = np.quantile(values, (max(level - reach, 0.0), min(level + reach, 1.0)))
        errors.append(float(above - below) / 2.0)
    return Band(low, median, high, (errors[0], errors[1], errors[2]))


def _share_below(values: Array, limit: float) -> Share:
    share = float((values < limit).mean())
    return Share(share, (share * (1.0 - share) / len(values)) ** 0.5)


def _notices(
    case: Case,
    lnmr_h: Array | None,
    l10r_h: Array,
    kept: NDArray[np.bool_],
    is_beyond: NDArray[np.bool_],
    *,
    has_modified: bool,
) -> Iterator[Notice]:
    if not kept.all():
        yield Notice(
            "draws_left_out",
            text(
                "{percent:.1f} % of the draws have no life (κ below 0.1, no load, no equilibrium) and are left out",
                percent=100.0 * float(1.0 - kept.mean()),
            ),
        )
    if is_beyond.any():
        yield Notice(
            "draws_beyond_iso_281",
            text(
                "{percent:.1f} % of the draws load the bearing beyond what ISO 281 rates; their lives are counted as "
                "computed",
                percent=100.0 * float(is_beyond.mean()),
            ),
        )
    if not has_modified:
        yield Notice(
            "no_modified_life",
            text("no modified life, the reference life L_10r is shown: give --oil and --cleanliness, κ 0.1 or more"),
        )
    elif lnmr_h is not None:
        at_limit = lnmr_h >= 0.999999 * HIGHEST_A_ISO * l10r_h * reliability_factor(case.conditions.reliability_percent)
        if at_limit.any():
            yield Notice(
                "a_iso_at_limit",
                text(
                    "a_ISO is held at 50 in {percent:.1f} % of the draws: the upper end of the band is the standard's "
                    "limit",
                    percent=100.0 * float(at_limit.mean()),
                ),
            )


def _about(middle: float, half_width: float) -> Uniform:
    return Uniform(middle - half_width, middle + half_width)


def _is_held(distribution: Distribution) -> bool:
    if isinstance(distribution, Steps):
        return len(set(distribution.values)) == 1
    return isinstance(distribution, Uniform) and distribution.low == distribution.high
