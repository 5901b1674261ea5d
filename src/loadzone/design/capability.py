"""What a bearing can carry: C, C_0 and C_u, from its inside or as the maker states them, kept apart and compared."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from loadzone.design.fatigue_limit import fatigue_limit_exact, fatigue_limit_simple
from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.life import LifeKind
from loadzone.design.rating import (
    Grooves,
    Rating,
    dynamic_rating,
    f_0_radial_ball,
    static_rating,
    type_rule,
)
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput, MissingInput, OutOfScope
from loadzone.words.texts import text

RatingKind = Literal["computed", "maker"]
MAKERS_DIFFER = 0.05
"""Share by which a catalogue rating may differ from the computed one before it is said."""


@dataclass(frozen=True)
class MakerRatings:
    """Ratings that a maker states, N; what is not stated is None."""

    c_n: float | None = None
    c0_n: float | None = None
    cu_n: float | None = None

    def __post_init__(self) -> None:
        for symbol, value in (("C", self.c_n), ("C_0", self.c0_n), ("C_u", self.cu_n)):
            if value is not None and not 0.0 < value < math.inf:
                raise BadInput(text("{symbol} {value:g} N: a rating is a positive number", symbol=symbol, value=value))


@dataclass(frozen=True)
class Capability:
    """Ratings with the numbers that the equivalent loads need.

    ``kind`` says where C comes from; ``f_0`` is None for rollers and thrust bearings.
    """

    type_key: str
    life_kind: LifeKind
    angle_deg: float
    rows: int
    pitch_diameter_mm: float
    f_0: float | None
    c_n: float
    c0_n: float
    cu_n: float
    kind: RatingKind
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]

    @property
    def is_ball(self) -> bool:
        """Balls, not rollers."""
        return self.life_kind in {"ball", "thrust_ball"}


def capability(
    inside: BallInside | RollerInside,
    type_key: str,
    maker: MakerRatings | None = None,
    grooves: Grooves = "standard",
    *,
    are_grooves_known: bool = False,
) -> Capability:
    """Ratings of a bearing, the maker's before the computed ones.

    Parameters
    ----------
    are_grooves_known : C_u is exact where the groove radii are known, else the simple one from C_0

    Raises
    ------
    BadInput : the elements overlap
    OutOfScope, MissingInput : a rating is neither stated nor computable
    """
    _check_room(inside)
    stated = maker or MakerRatings()
    dynamic = _computed(lambda: dynamic_rating(inside, type_key, grooves), is_needed=stated.c_n is None)
    static = _computed(lambda: static_rating(inside, type_key), is_needed=stated.c0_n is None)
    c = _chosen(stated.c_n, dynamic, "c_maker")
    c0 = _chosen(stated.c0_n, static, "c0_maker")
    cu = _fatigue_limit(inside, type_key, stated.cu_n, c0.value_n, are_grooves_known=are_grooves_known)
    family = type_rule(type_key).family
    is_radial_ball = family == "radial_ball"
    return Capability(
        type_key=type_key,
        life_kind=_life_kind(inside, family),
        angle_deg=inside.contact_angle_deg,
        rows=inside.rows,
        pitch_diameter_mm=inside.pitch_diameter_mm,
        f_0=float(f_0_radial_ball(inside.gamma)) if is_radial_ball else None,
        c_n=c.value_n,
        c0_n=c0.value_n,
        cu_n=cu.value_n,
        kind="computed" if stated.c_n is None else "maker",
        steps=(*c.steps, *c0.steps, *cu.steps),
        notices=(*c.notices, *c0.notices, *_contradictions(stated, dynamic, static)),
    )


def _life_kind(inside: BallInside | RollerInside, family: str) -> LifeKind:
    if isinstance(inside, BallInside):
        return "thrust_ball" if family == "thrust_ball" else "ball"
    return "thrust_roller" if family == "thrust_roller" else "roller"


def _check_room(inside: BallInside | RollerInside) -> None:
    """Elements on their pitch circle may touch, not overlap."""
    is_ball = isinstance(inside, BallInside)
    size_mm = inside.ball_diameter_mm if isinstance(inside, BallInside) else inside.roller_diameter_mm
    if not 0.0 < size_mm < inside.pitch_diameter_mm or inside.n_elements < 3:
        raise BadInput(
            text(
                "{n} elements of {size:g} mm on {pitch:g} mm are no bearing: give at least 3, smaller than the pitch "
                "diameter",
                n=inside.n_elements,
                size=size_mm,
                pitch=inside.pitch_diameter_mm,
            )
        )
    most = math.pi / math.asin(size_mm / inside.pitch_diameter_mm)
    if inside.n_elements > most * (1.0 if is_ball else 1.02):
        raise BadInput(
            text(
                "{n} elements of {size:g} mm overlap on {pitch:g} mm: at most {most} find room; check Z, D_w and D_pw",
                n=inside.n_elements,
                size=size_mm,
                pitch=inside.pitch_diameter_mm,
                most=int(most),
            )
        )


def _computed(rate: Callable[[], Rating], *, is_needed: bool) -> Rating | None:
    """The computed rating; where the maker states one, its absence is no error."""
    try:
        return rate()
    except (OutOfScope, MissingInput):
        if is_needed:
            raise
        return None


def _chosen(stated_n: float | None, computed: Rating | None, key: str) -> Rating:
    if stated_n is not None:
        return Rating(stated_n, (step(key, stated_n),))
    if computed is None:
        raise OutOfScope(text("no rating is stated and none can be computed: give the maker's --c and --c0"))
    return computed


def _fatigue_limit(
    inside: BallInside | RollerInside, type_key: str, stated_n: float | None, c0_n: float, *, are_grooves_known: bool
) -> Rating:
    if stated_n is not None:
        return Rating(stated_n, (step("cu_maker", stated_n),))
    is_exact = are_grooves_known and isinstance(inside, BallInside) and type_rule(type_key).cu == "exact"
    if is_exact:
        return fatigue_limit_exact(inside, type_key)
    return fatigue_limit_simple(c0_n, inside.pitch_diameter_mm, is_ball=isinstance(inside, BallInside))


def _contradictions(stated: MakerRatings, dynamic: Rating | None, static: Rating | None) -> tuple[Notice, ...]:
    """A maker's rating far from the computed one: makers uprate and derate, so both are shown."""
    found = []
    for symbol, said, computed in (("C", stated.c_n, dynamic), ("C_0", stated.c0_n, static)):
        if said is None or computed is None:
            continue
        share = said / computed.value_n - 1.0
        if abs(share) > MAKERS_DIFFER:
            sentence = text(
                "{symbol} of the maker {said_kn:.2f} kN, by the standard's formula {computed_kn:.2f} kN "
                "({percent:+.0f} %): the maker's is used, no groove radius is inferred from it",
                symbol=symbol,
                said_kn=said / 1e3,
                computed_kn=computed.value_n / 1e3,
                percent=100.0 * share,
            )
            found.append(Notice("rating_contradicts_geometry", sentence))
    return tuple(found)
