"""The path of a rating: inside, load and conditions in; ratings, loads, lives, limits and every step out."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.boundary import Boundary
from loadzone.design.arrangement import arrange, clearance_counts, contact_notices, refuse_layout
from loadzone.design.at_speed import AtSpeed, at_speed
from loadzone.design.capability import Capability, MakerRatings, RatingKind, capability
from loadzone.design.duty import Conditions, Duty, evaluate, modification_at
from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, Layout, Load, Mode, RollerInside
from loadzone.design.limits import inside_limits, load_limits, lubrication_limits
from loadzone.design.rating import EDITION
from loadzone.design.running import Running, running
from loadzone.design.step import Mark, Notice, Step
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.equilibrium.roller_state import RollerEquilibrium
    from loadzone.design.equilibrium.state import Equilibrium

Inside = BallInside | RollerInside

FATIGUE_PRESSURE_MPA, STATIC_LIMIT_MPA = 3500.0, 4200.0
"""Pressures beyond which lives shorten, and balls leave dents."""


@dataclass(frozen=True)
class Life:
    """Lives in hours and the factors behind them; None where not defined or not asked for.

    ``lnmr_h`` is the modified reference life a_1 a_ISO(P_ref) L_10r.
    """

    l10_mrev: float | None
    l10_h: float | None
    l10r_h: float | None
    lnm_h: float | None
    lnmr_h: float | None
    a1: float
    a_iso: float | None
    kappa: float | None
    e_c: float | None


@dataclass(frozen=True)
class Distribution:
    """What the load distribution adds to a rating; empty where it cannot be computed."""

    equilibrium: "Equilibrium | RollerEquilibrium | None" = None
    l10r_mrev: float | None = None
    p_ref_n: float | None = None
    p_max_mpa: float | None = None
    steps: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = field(default=())


@dataclass(frozen=True)
class RatingResult:
    """A rating that explains itself.

    ``c_n``, ``c0_n``, ``cu_n`` in N with the ``kind`` of C; ``p_n``, ``p0_n`` equivalent loads; ``distribution`` the
    loads of the elements, ``running`` film, friction and heat, ``at_speed`` what speed does to the loads;
    ``inputs_hash`` identifies the inputs together with edition and mode.
    """

    edition: str
    mode: Mode
    kind: RatingKind
    c_n: float
    c0_n: float
    cu_n: float
    fr_n: float
    fa_n: float
    p_n: float
    p0_n: float
    s0: float
    reliability_percent: float
    clearance_um: float | None
    life: Life
    distribution: Distribution
    running: Running
    at_speed: AtSpeed
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]
    inputs_hash: str

    @property
    def p_max_mpa(self) -> float | None:
        """The highest contact pressure, None where the load distribution was not computed."""
        return self.distribution.p_max_mpa

    @property
    def not_verified(self) -> tuple[str, ...]:
        """Symbols of the steps that rest on a source which was not verified."""
        return tuple(dict.fromkeys(each.symbol for each in self.steps if each.mark == "not verified"))

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The result with the names of the JSON interface; sentences in ``lang``."""
        return {
            "edition": self.edition,
            "mode": self.mode,
            "ratings": {"c_n": self.c_n, "c0_n": self.c0_n, "cu_n": self.cu_n, "kind": self.kind},
            "load": {"p_n": self.p_n, "p0_n": self.p0_n, "fr_n": self.fr_n, "fa_n": self.fa_n, "s0": self.s0},
            "clearance_um": self.clearance_um,
            "life": asdict(self.life),
            "stress": {"p_max_mpa": self.p_max_mpa},
            "running": self.running.to_dict()
            | {"centrifugal_n": self.at_speed.centrifugal_n, "l10r_at_speed_mrev": self.at_speed.l10r_mrev},
            "steps": [asdict(each) for each in self.steps],
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
            "not_verified": list(self.not_verified),
            "hash": self.inputs_hash,
        }


@dataclass(frozen=True)
class Case:
    """What a rating takes, as one value that can be varied; see `rate`."""

    inside: Inside
    type_key: str
    load: Load
    conditions: Conditions
    maker: MakerRatings | None = None
    mode: Mode = "consistent"
    outline: Boundary | None = None
    layout: Layout | None = None
    is_held: bool = False
    are_grooves_known: bool = False
    is_clearance_known: bool = False

    def capability(self) -> Capability:
        """What the bearing of this case can carry."""
        return capability(self.inside, self.type_key, self.maker, are_grooves_known=self.are_grooves_known)

    def rate(self) -> RatingResult:
        """The rating of this case."""
        return rate(
            self.inside,
            self.type_key,
            self.load,
            self.conditions,
            maker=self.maker,
            mode=self.mode,
            outline=self.outline,
            layout=self.layout,
            is_held=self.is_held,
            are_grooves_known=self.are_grooves_known,
            is_clearance_known=self.is_clearance_known,
        )


def rate(
    inside: Inside,
    type_key: str,
    load: Load,
    conditions: Conditions,
    *,
    maker: MakerRatings | None = None,
    mode: Mode = "consistent",
    outline: Boundary | None = None,
    layout: Layout | None = None,
    is_held: bool = False,
    are_grooves_known: bool = False,
    is_clearance_known: bool = False,
) -> RatingResult:
    """Rate a bearing under one load.

    Parameters
    ----------
    type_key : as "deep_groove_ball", see data/types.csv
    load : on the inner ring; a moment counts in the load distribution only
    maker : stated ratings, used instead of the computed ones and compared with them
    outline : bore, outside diameter and width, which give the thermal speed rating
    layout : distance and arrangement of two rows, see `loadzone.design.arrangement`
    is_held : the shaft keeps the rings parallel, by whatever moment that takes
    are_grooves_known, is_clearance_known : what is assumed is said

    Raises
    ------
    BadInput : impossible geometry or layout, no load at all, a moment on rings that are held, or a number that is not
        finite
    OutOfScope, MissingInput : a rating is neither stated nor computable

    Source: data/formulas_rating.csv.
    """
    radial_n, axial_n = _forces(load)
    said = layout or Layout()
    refuse_layout(inside, type_key, said)
    if is_held and (load.mx_nmm or load.my_nmm):
        raise BadInput(text("a moment on rings that are held parallel: give the moment, or --no-tilt"))
    bearing = capability(inside, type_key, maker, are_grooves_known=are_grooves_known)
    duty = _duty(bearing, radial_n, axial_n, conditions)
    spread = load_distribution(inside, load, bearing, mode, said, is_held=is_held)
    reference = _reference(bearing, duty, conditions, spread)
    hardest_n = None if spread.equilibrium is None else float(spread.equilibrium.loads_n.max())
    runs = running(inside, bearing, duty, conditions, hardest_n, outline)
    spun = at_speed(inside, spread.equilibrium, bearing.c_n, mode, conditions.speed_rpm)
    has_clearance = clearance_counts(inside, type_key)
    is_settled = is_clearance_known or not has_clearance
    assumed = inside_limits(inside, is_clearance_known=is_settled, are_grooves_known=are_grooves_known)
    met = (*load_limits(bearing, duty, radial_n, axial_n), *moment_limits(load), *lubrication_limits(duty, conditions))
    return RatingResult(
        edition=EDITION if spread.p_max_mpa is None else f"{EDITION}, ISO/TS 16281:2008",
        mode=mode,
        kind=bearing.kind,
        c_n=bearing.c_n,
        c0_n=bearing.c0_n,
        cu_n=bearing.cu_n,
        fr_n=radial_n,
        fa_n=axial_n,
        p_n=float(duty.p_n),
        p0_n=float(duty.p0_n),
        s0=bearing.c0_n / float(duty.p0_n),
        reliability_percent=conditions.reliability_percent,
        clearance_um=1000.0 * inside.clearance_mm if has_clearance else None,
        life=_life(duty, reference),
        distribution=spread,
        running=runs,
        at_speed=spun,
        steps=(*_steps(bearing, duty, conditions, spread, reference), *spun.steps, *runs.steps),
        notices=(*bearing.notices, *met, *assumed, *spread.notices, *spun.notices, *runs.notices),
        inputs_hash=inputs_hash(inside, type_key, load, conditions, maker, mode, said, is_held=is_held),
    )


def life_of(case: Case, bearing: Capability, spread: Distribution) -> Life:
    """Lives alone, where the ratings and the load distribution of the case are known: what studies of one input need.

    Raises
    ------
    BadInput, OutOfScope : as `rate`
    """
    duty = _duty(bearing, *_forces(case.load), case.conditions)
    return _life(duty, _reference(bearing, duty, case.conditions, spread))


def load_distribution(
    inside: Inside,
    load: Load,
    bearing: Capability,
    mode: Mode,
    layout: Layout | None = None,
    *,
    is_held: bool = False,
) -> Distribution:
    """Reference life and highest pressure under ISO/TS 16281; a refusal becomes a notice."""
    try:
        rows = arrange(inside, bearing.type_key, layout)
        found = rows.solve(rows.hold(load, mode) if is_held else load, mode)
        life = rows.life(found, bearing.c_n)
    except LoadzoneError as refusal:
        return Distribution(notices=(Notice("no_load_distribution", refusal.message),))
    notices = (*rows.notices, *found.notices, *contact_notices(rows, found))
    if not found.converged:
        return Distribution(notices=notices)
    p_max_mpa = float(found.p_max_mpa)
    return Distribution(
        found,
        float(life.l10r_mrev),
        float(life.p_ref_n),
        p_max_mpa,
        (*(_held_by(found.load) if is_held else ()), *found.steps, *life.steps),
        (*notices, *pressure_limit(p_max_mpa)),
    )


def inputs_hash(
    inside: Inside,
    type_key: str,
    load: Load,
    conditions: Conditions,
    maker: MakerRatings | None,
    mode: Mode,
    layout: Layout,
    *,
    is_held: bool = False,
) -> str:
    """SHA-256 of everything that the numbers follow from, with editions and mode."""
    inputs = {
        "inside": asdict(inside),
        "type": type_key,
        "load": asdict(load),
        "conditions": asdict(conditions),
        "maker": asdict(maker) if maker else None,
        "mode": mode,
        "layout": asdict(layout),
        "is_held": is_held,
        "edition": EDITION,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _held_by(load: Load) -> tuple[Step, ...]:
    moment_nmm = math.hypot(load.mx_nmm, load.my_nmm)
    return (Step("M_ψ", moment_nmm, "N·mm", "least energy, moment that holds the rings parallel", "computed"),)


def _duty(bearing: Capability, radial_n: float, axial_n: float, conditions: Conditions) -> Duty:
    duty = evaluate(bearing, radial_n, axial_n, conditions)
    if not float(duty.p_n) > 0.0:
        raise BadInput(text("no load: this type carries nothing of what is given; give --fr or --fa in N"))
    return duty


def _forces(load: Load) -> tuple[float, float]:
    values = asdict(load)
    for symbol, value in values.items():
        if not math.isfinite(value):
            raise BadInput(
                text("load {symbol} = {value}: give a finite number in N or N mm", symbol=symbol, value=value)
            )
    return math.hypot(load.fx_n, load.fy_n), float(abs(load.fz_n))


def moment_limits(load: Load) -> Iterator[Notice]:
    """Says what a moment counts in, where there is one."""
    if load.mx_nmm or load.my_nmm:
        yield Notice(
            "moment_not_in_p",
            text("the moment counts in the load distribution only: P of ISO 281 knows none"),
        )


def pressure_limit(p_max_mpa: float) -> Iterator[Notice]:
    """Says where the pressure lies between that of lives by ISO 281 and that of dents."""
    if FATIGUE_PRESSURE_MPA < p_max_mpa <= STATIC_LIMIT_MPA:
        yield Notice(
            "pressure_high",
            text(
                "pressure {pressure:.0f} MPa exceeds about {limit:.0f} MPa, up to which lives follow ISO 281 (from "
                "memory, not verified): the life may be shorter",
                pressure=p_max_mpa,
                limit=FATIGUE_PRESSURE_MPA,
            ),
        )


@dataclass(frozen=True)
class _Reference:
    """Lives of the load distribution in hours and a_ISO at its load; None where not defined or not asked for."""

    l10r_h: float | None = None
    a_iso: float | None = None
    lnmr_h: float | None = None


def _reference(bearing: Capability, duty: Duty, conditions: Conditions, spread: Distribution) -> _Reference:
    """None beyond the loads that ISO 281 rates: the contacts yield there."""
    if not (spread.l10r_mrev and spread.p_ref_n) or np.isnan(duty.l10_mrev):
        return _Reference()
    l10r_h = spread.l10r_mrev * 1e6 / 60.0 / conditions.speed_rpm
    a_iso = _number(modification_at(bearing, duty, spread.p_ref_n, conditions))
    return _Reference(l10r_h, a_iso, None if a_iso is None else duty.a1 * a_iso * l10r_h)


def _life(duty: Duty, reference: _Reference) -> Life:
    return Life(
        l10_mrev=_number(duty.l10_mrev),
        l10_h=_number(duty.l10_h),
        l10r_h=reference.l10r_h,
        lnm_h=_number(duty.lnm_h),
        lnmr_h=reference.lnmr_h,
        a1=duty.a1,
        a_iso=_number(duty.a_iso),
        kappa=_number(duty.kappa),
        e_c=_number(duty.e_c),
    )


def _number(value: NDArray[np.float64] | None) -> float | None:
    """A number, None where it is not defined."""
    return None if value is None or not np.isfinite(value) else float(value)


def _steps(
    bearing: Capability, duty: Duty, conditions: Conditions, spread: Distribution, reference: _Reference
) -> Iterator[Step]:
    """The computation in its order; what was not computed is left out."""
    yield from bearing.steps
    found, still = duty.factors, duty.static_factors
    is_beyond = bool(duty.is_beyond_e)
    yield step(found.key, float(found.e), found.mark)
    yield step("x", float(found.x2 if is_beyond else found.x1), found.mark)
    yield step("y", float(found.y2 if is_beyond else found.y1), found.mark)
    yield step("p", float(duty.p_n), "not verified" if found.mark == "not verified" else None)
    yield step(still.key, float(duty.p0_n), still.mark)
    yield step("s0", bearing.c0_n / float(duty.p0_n))
    if not np.isnan(duty.l10_mrev):
        yield step("l10", float(duty.l10_mrev))
        yield step("l10_h", float(duty.l10_h))
    yield from _lubrication_steps(bearing, duty, conditions)
    yield from spread.steps
    if spread.p_max_mpa is not None:
        yield step("p_max", spread.p_max_mpa)
    known: Mark | None = next((each.mark for each in spread.steps if each.symbol == "L_10r"), None)
    if reference.l10r_h is not None:
        yield step("l_10r_h", reference.l10r_h, known)
    if reference.a_iso is not None and reference.lnmr_h is not None:
        mark = known if bearing.is_ball else "not verified"
        yield step("a_iso_ref", reference.a_iso, mark)
        yield step("l_nmr_h", reference.lnmr_h, mark)


def _lubrication_steps(bearing: Capability, duty: Duty, conditions: Conditions) -> Iterator[Step]:
    yield step("nu1_slow" if conditions.speed_rpm < 1000.0 else "nu1_fast", float(duty.nu1_mm2_s))
    if duty.nu_mm2_s is not None and duty.kappa is not None:
        yield step("nu", float(duty.nu_mm2_s))
        yield step("kappa", float(duty.kappa))
    clean = conditions.cleanliness
    if duty.e_c is not None and clean is not None:
        yield Step("e_C", float(duty.e_c), "", clean.clause, clean.mark)
    if duty.a_iso is not None and np.isfinite(duty.a_iso):
        yield step(f"a_iso_{bearing.life_kind}", float(duty.a_iso))
    yield step("a1", duty.a1)
    if duty.lnm_h is not None and np.isfinite(duty.lnm_h):
        yield step("l_nm_h", float(duty.lnm_h))
