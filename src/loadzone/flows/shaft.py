"""The journey of a shaft: from sections, bearings and gears to the rating of each bearing and the life of all.

No file stands in it: `loadzone.flows.shaft_file` reads ours, and whoever reads another format builds the same model.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.design.arrangement import arrange
from loadzone.design.duty import Conditions
from loadzone.design.inside import Facing, Load, Mode, RollerInside
from loadzone.design.life import WEIBULL_SLOPE, system_life
from loadzone.design.rating import type_rule
from loadzone.design.shaft.contacts import contact_of, preload_offset_mm
from loadzone.design.shaft.gear import Gear
from loadzone.design.shaft.parts import Housing, Location, PointLoad, Section, Shaft, Spring, Support
from loadzone.design.shaft.system import ShaftEquilibrium, SupportState, solve_shaft
from loadzone.design.step import Notice
from loadzone.flows.rate import RateAnswer, RateOptions, Subject, inside_of, rate_subject, seat_of, subject_of
from loadzone.flows.seating import Seating
from loadzone.words.errors import BadInput, LoadzoneError, MissingInput
from loadzone.words.texts import Text, text

Array = NDArray[np.float64]
Objective = Literal["lnm_h", "l10_h"]

IDLE_SHARE = 1e-8
"""Of the greatest force on any bearing: one that carries less carries the rounding of the others."""


@dataclass(frozen=True, eq=False)
class BearingPlace:
    """A bearing, where it sits, and what is known of it; None means that nobody says it.

    ``location``: by default fixed where the type can carry along the axis; ``side``: direction of the thrust on its
    inner ring that it takes, needed where it takes one only; ``offset_mm`` or ``preload_n``: see
    `loadzone.design.shaft.parts.Support` and `loadzone.design.shaft.contacts.preload_offset_mm`; ``housing`` (5, 5):
    stiffness of its seat; ``subject``: the bearing where it is known already; ``conditions``: its own where they are
    not the shaft's. The rest is as in `loadzone.flows.rate.RateOptions`.
    """

    name: str
    designation: str
    position_mm: float
    location: Location | None = None
    side: Literal[1, -1] | None = None
    row_distance_mm: float | None = None
    arrangement: Facing | None = None
    offset_mm: float | None = None
    preload_n: float | None = None
    housing: Array | None = None
    clearance_um: float | None = None
    fit: str | None = None
    grooves: tuple[float, float] | None = None
    geometry: Geometry | None = None
    type_key: str | None = None
    length_mm: float | None = None
    c_n: float | None = None
    c0_n: float | None = None
    cu_n: float | None = None
    subject: Subject | None = None
    conditions: Conditions | None = None


@dataclass(frozen=True, eq=False)
class SpringPlace:
    """A linear support, as a coupling or a plain bearing whose stiffness is known."""

    name: str
    position_mm: float
    spring: Spring


@dataclass(frozen=True, eq=False)
class ShaftModel:
    """A shaft as its drawing shows it; see `loadzone.design.shaft.parts` for the frame and the signs."""

    sections: tuple[Section, ...]
    bearings: tuple[BearingPlace, ...]
    gears: tuple[Gear, ...] = ()
    loads: tuple[PointLoad, ...] = ()
    springs: tuple[SpringPlace, ...] = ()
    housing: Housing | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class BearingAnswer:
    """A bearing of the shaft: its state in the system, and its rating there.

    ``rating`` is None where the bearing idles or a rating is refused; ``refusal`` then says why.
    """

    subject: Subject
    state: SupportState
    rating: RateAnswer | None
    refusal: Text | None = None
    is_idle: bool = False

    @property
    def name(self) -> str:
        """As the model calls it."""
        return self.state.support.name

    @property
    def p_max_mpa(self) -> float | None:
        """Highest contact pressure in the equilibrium of the system."""
        return self.state.elements.p_max_mpa if self.state.elements else None

    def life_h(self, objective: Objective) -> float | None:
        """One of its lives; None where it is not defined."""
        if self.rating is None:
            return None
        life = self.rating.result.life
        return life.lnm_h if objective == "lnm_h" else life.l10_h


@dataclass(frozen=True, eq=False)
class ShaftAnswer:
    """What a shaft does to its bearings, its gears and itself.

    ``objective``: the modified life where every bearing has one, else the basic life. Lives of the system are None
    where one bearing that is loaded has none.
    """

    model: ShaftModel
    conditions: Conditions
    mode: Mode
    equilibrium: ShaftEquilibrium
    bearings: tuple[BearingAnswer, ...]
    objective: Objective
    l10_h: float | None
    lnm_h: float | None
    notices: tuple[Notice, ...]
    inputs_hash: str

    @property
    def decisive(self) -> BearingAnswer | None:
        """The bearing with the shortest life; None where a loaded bearing has none."""
        lived = [each for each in self.bearings if not each.is_idle]
        if not lived or any(each.life_h(self.objective) is None for each in lived):
            return None
        return min(lived, key=lambda each: each.life_h(self.objective) or 0.0)

    @property
    def is_whole(self) -> bool:
        """Whether every loaded bearing has a life."""
        return all(each.is_idle or each.life_h("l10_h") is not None for each in self.bearings)

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone shaft``; sentences in ``lang``."""
        decisive = self.decisive
        return {
            "name": self.model.name,
            "speed_rpm": self.conditions.speed_rpm,
            "mode": self.mode,
            "decisive": decisive.name if decisive else None,
            "objective": self.objective,
            "system_life": {
                "l10_h": self.l10_h,
                "lnm_h": self.lnm_h,
                "reliability_percent": self.conditions.reliability_percent,
            },
            "bearings": [_bearing_dict(each, lang) for each in self.bearings],
            "springs": [_support_dict(each) for each in self.equilibrium.supports[len(self.bearings) :]],
            "gears": [self._load_dict(each.load) | {"torque_nmm": each.torque_nmm} for each in self.model.gears],
            "loads": [self._load_dict(each) for each in self.model.loads],
            "curves": _curves_dict(self.equilibrium),
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
            "iterations": self.equilibrium.iterations,
            "residual_n": self.equilibrium.residual_n,
            "hash": self.inputs_hash,
        }

    def _load_dict(self, load: PointLoad) -> dict[str, object]:
        moved = self.equilibrium.curves.at(load.position_mm)
        return {
            "name": load.name,
            "position_mm": load.position_mm,
            "force_n": list(load.forces_n),
            "moment_nmm": list(load.moments_nmm),
            **_moved_dict(moved),
        }


def rate_shaft(model: ShaftModel, conditions: Conditions, mode: Mode = "consistent") -> ShaftAnswer:
    """Rate all bearings of a shaft under the forces that shaft, bearings and housing settle among themselves.

    Parameters
    ----------
    model : the shaft; names of bearings, gears and loads are free
    conditions : speed and lubrication of all bearings that have none of their own
    mode : lever of the tilt in ball bearings, "consistent" or "pitch"

    Returns
    -------
    ShaftAnswer; a bearing whose rating is refused holds up no other

    Raises
    ------
    UnknownBearing, BadInput, MissingInput : as `loadzone.flows.rate.rate`, the sentence led by the bearing's name;
        a bearing that takes thrust one way without a side
    OutOfScope : a shaft that nothing holds, as `loadzone.design.shaft.system.solve_shaft`
    """
    placed = [_placed(each, each.conditions or conditions, mode) for each in model.bearings]
    springs = tuple(Support(each.name, each.position_mm, each.spring) for each in model.springs)
    loads = (*(each.load for each in model.gears), *model.loads)
    shaft = Shaft(model.sections, (*(each.support for each in placed), *springs), loads, model.housing)
    found = solve_shaft(shaft, mode)
    states = found.supports[: len(placed)]
    idle_n = IDLE_SHARE * max((_force_n(each) for each in found.supports), default=0.0)
    bearings = tuple(_rated(each, state, idle_n) for each, state in zip(placed, states, strict=True))
    lived = [each for each in bearings if not each.is_idle]
    percents = sorted({each.rating.result.reliability_percent for each in lived if each.rating})
    lnm_h = _system_life(lived, "lnm_h") if len(percents) == 1 else None
    return ShaftAnswer(
        model,
        conditions,
        mode,
        found,
        bearings,
        "l10_h" if lnm_h is None else "lnm_h",
        _system_life(lived, "l10_h"),
        lnm_h,
        _notices(loads, bearings, percents),
        _inputs_hash(model, conditions, mode),
    )


@dataclass(frozen=True, eq=False)
class _Placed:
    """A bearing that was found, with the clearance of its fit, and the support that it makes."""

    subject: Subject
    options: RateOptions
    conditions: Conditions
    seat: Seating | None
    support: Support


def _placed(place: BearingPlace, conditions: Conditions, mode: Mode) -> _Placed:
    try:
        options = RateOptions(
            speed_rpm=conditions.speed_rpm,
            clearance_um=place.clearance_um,
            fit=place.fit,
            grooves=place.grooves,
            geometry=place.geometry,
            type_key=place.type_key,
            length_mm=place.length_mm,
            c_n=place.c_n,
            c0_n=place.c0_n,
            cu_n=place.cu_n,
            mode=mode,
            row_distance_mm=place.row_distance_mm,
            arrangement=place.arrangement,
        )
        subject = place.subject or subject_of(place.designation, options)
        seat = seat_of(subject, options)
        if seat is not None:
            options = replace(options, clearance_um=seat.clearance_um)
        return _Placed(subject, options, conditions, seat, _support(place, subject, options))
    except LoadzoneError as refusal:
        raise type(refusal)(text("bearing {name}: {reason}", name=place.name, reason=refusal.message)) from refusal


def _support(place: BearingPlace, subject: Subject, options: RateOptions) -> Support:
    inside = inside_of(subject, options)
    if isinstance(inside, RollerInside) and not inside.length_mm > 0.0:
        raise MissingInput(text("rollers of unknown length: their stiffness needs it; give roller_length_mm"))
    rows = arrange(inside, subject.type_key, options.layout)
    bare = Support(
        place.name, place.position_mm, rows, place.side or 1, offset_mm=place.offset_mm or 0.0, housing=place.housing
    )
    thrust = contact_of(bare, options.mode).thrust
    if len(thrust) == 1 and place.side is None:
        raise MissingInput(
            text("{designation} takes thrust one way: say side, +z or -z", designation=subject.designation)
        )
    if place.offset_mm is not None and place.preload_n is not None:
        raise BadInput(text("an offset and a preload: the offset follows from the preload, give one of them"))
    held = replace(bare, location=place.location or ("fixed" if thrust else "floating"))
    if place.preload_n is None:
        return held
    return replace(held, offset_mm=preload_offset_mm(held, place.preload_n))


def _rated(placed: _Placed, state: SupportState, idle_n: float) -> BearingAnswer:
    """The rating under the load on the inner ring, seen so that the bearing takes thrust towards +z.

    A bearing rests where its load holds it, so its rating finds the elements' loads of the system once more.
    """
    if _force_n(state) <= idle_n:
        return BearingAnswer(placed.subject, state, None, text("it carries nothing"), is_idle=True)
    load = state.load
    if placed.support.side < 0:
        load = Load(load.fx_n, load.fy_n, -load.fz_n, -load.mx_nmm, -load.my_nmm)
    try:
        rated = rate_subject(placed.subject, placed.options, load, placed.conditions, placed.seat)
    except LoadzoneError as refusal:
        return BearingAnswer(placed.subject, state, None, refusal.message)
    return BearingAnswer(placed.subject, state, rated)


def _system_life(bearings: Sequence[BearingAnswer], objective: Objective) -> float | None:
    """Life of all together; with rollers among balls the lower slope, which is the safer one."""
    lives = [each.life_h(objective) for each in bearings]
    if not lives or any(each is None for each in lives):
        return None
    kinds = {"roller" if type_rule(each.subject.type_key).family.endswith("roller") else "ball" for each in bearings}
    return system_life([each for each in lives if each is not None], min(WEIBULL_SLOPE[kind] for kind in kinds))


def _notices(
    loads: Sequence[PointLoad], bearings: Sequence[BearingAnswer], percents: Sequence[float]
) -> tuple[Notice, ...]:
    found = []
    torques = [each.mz_nmm for each in loads]
    if abs(sum(torques)) > 1e-6 * sum(abs(each) for each in torques):
        found.append(
            Notice(
                "torque_left",
                text(
                    "torques about z leave {torque:.4g} N mm: what takes them is not in the model; they bend nothing, "
                    "but a gear or belt there would",
                    torque=sum(torques),
                ),
            )
        )
    if len(percents) > 1:
        found.append(
            Notice(
                "reliabilities_differ",
                text(
                    "bearings at {least:g} to {most:g} % reliability: their modified lives make none of the shaft",
                    least=percents[0],
                    most=percents[-1],
                ),
            )
        )
    found += [
        Notice("not_rated", text("{name}: {reason}", name=each.name, reason=each.refusal))
        for each in bearings
        if each.refusal is not None
    ]
    return tuple(found)


def _inputs_hash(model: ShaftModel, conditions: Conditions, mode: Mode) -> str:
    """SHA-256 of everything that the numbers follow from."""
    inputs = {"model": asdict(model), "conditions": asdict(conditions), "mode": mode}
    told = json.dumps(inputs, sort_keys=True, default=lambda each: np.asarray(each).tolist())
    return hashlib.sha256(told.encode()).hexdigest()


def _force_n(state: SupportState) -> float:
    return math.hypot(state.load.fx_n, state.load.fy_n, state.load.fz_n)


def _bearing_dict(bearing: BearingAnswer, lang: str) -> dict[str, object]:
    elements = bearing.state.elements
    return {
        **_support_dict(bearing.state),
        "designation": bearing.subject.designation,
        "location": bearing.state.support.location,
        "side": {1: "+z", -1: "-z"}[bearing.state.support.side],
        "offset_mm": bearing.state.support.offset_mm,
        "p_max_mpa": bearing.p_max_mpa,
        "element_loads_n": elements.loads_n.tolist() if elements else [],
        "rating": bearing.rating.to_dict(lang) if bearing.rating else None,
        "refusal": bearing.refusal.render(lang) if bearing.refusal else None,
    }


def _support_dict(state: SupportState) -> dict[str, object]:
    load = state.load
    return {
        "name": state.support.name,
        "position_mm": state.support.position_mm,
        "force_n": [load.fx_n, load.fy_n, load.fz_n],
        "moment_nmm": [load.mx_nmm, load.my_nmm],
        **_moved_dict(state.shaft_displacements),
        "ring_displacement": _moved_dict(state.displacements),
        "seat_displacement": _moved_dict(state.seat_displacements),
        "stiffness": state.stiffness.tolist(),
        "seated_stiffness": state.seated_stiffness.tolist(),
    }


def _moved_dict(moved: Array) -> dict[str, object]:
    return {"displacement_mm": moved[:3].tolist(), "rotation_rad": moved[3:].tolist()}


def _curves_dict(found: ShaftEquilibrium) -> dict[str, object]:
    curves = found.curves
    return {
        "z_mm": curves.z_mm.tolist(),
        "displacement_mm": curves.displacements[:, :3].tolist(),
        "rotation_rad": curves.displacements[:, 3:].tolist(),
        "force_n": curves.forces_n.tolist(),
        "moment_nmm": curves.moments_nmm.tolist(),
        "bending_stress_mpa": curves.bending_stress_mpa.tolist(),
    }
