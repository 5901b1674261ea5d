"""The journey of a REXS model of a drive: each of its shafts in each load case becomes a shaft of ours, and is rated.

Our frame lies in the standard's: z is u, x is v, y is w. What the model does not say is a notice where it can be
supposed and a refusal where it cannot, both with component and attribute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import arrange
from loadzone.design.duty import Conditions
from loadzone.design.inside import Material, RollerInside
from loadzone.design.rating import type_rule
from loadzone.design.shaft.contacts import Rows
from loadzone.design.shaft.parts import Location, PointLoad, Section, Spring
from loadzone.design.step import Notice
from loadzone.flows.rate import inside_of
from loadzone.flows.rexs import RexsBearing, RexsDuty, bearings_of
from loadzone.flows.rexs_shafts import RexsForce, RexsShaft, RexsSupport, shafts_of
from loadzone.flows.shaft import BearingPlace, ShaftAnswer, ShaftModel, SpringPlace, rate_shaft
from loadzone.formats.rexs import LoadCase, RexsModel, quantity
from loadzone.words.errors import LoadzoneError, MissingInput
from loadzone.words.texts import Text, text

RIGID_N_MM = 1e7
"""Stiffness of a concept bearing that states none: a hundred times that of rolling bearings."""
WAYS = {"positive": 1, "negative": -1}
"""Thrust on the shaft along u that a bearing takes (not verified: the published files name the words alone)."""
STEEL = Material()
GAP_MM = 1e-6


@dataclass(frozen=True, eq=False)
class DriveShaft:
    """A shaft in one load case: rated, or why not.

    ``spectrum_id`` and ``case_id`` are None where the file has no load cases; ``share`` is the part of the time, 0 to
    1. ``notices`` say what was supposed where the model is silent.
    """

    shaft_id: int
    name: str
    spectrum_id: int | None
    case_id: int | None
    share: float | None
    answer: ShaftAnswer | None
    refusals: tuple[Text, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every loaded bearing has a life."""
        return self.answer is not None and self.answer.is_whole

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """One entry of the JSON of ``loadzone shaft`` for a REXS model; sentences in ``lang``."""
        return {
            "shaft": self.shaft_id,
            "name": self.name,
            "spectrum": self.spectrum_id,
            "case": self.case_id,
            "share": self.share,
            "answer": self.answer.to_dict(lang) if self.answer else None,
            "errors": [each.render(lang) for each in self.refusals],
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
        }


def rate_drive(model: RexsModel) -> tuple[DriveShaft, ...]:
    """Rate the bearings of every shaft of a model in every load case.

    Returns
    -------
    DriveShaft, case by case in the order of the file; a shaft that cannot be rated holds up no other

    Raises
    ------
    MissingInput : the model has no shaft
    """
    if not any(model.of_type("shaft")):
        raise MissingInput(text("the model has no shaft: loadzone rexs FILE --rate rates its bearings one by one"))
    bearings = bearings_of(model)
    cases: list[tuple[int | None, LoadCase | None]]
    cases = [(spectrum.id, case) for spectrum in model.spectra for case in spectrum.cases]
    return tuple(
        _rated(model, case, spectrum_id, shaft, bearings)
        for spectrum_id, case in cases or [(None, None)]
        for shaft in shafts_of(model, case)
    )


@dataclass
class _Draft:
    """What a shaft of ours is made of, while it is collected."""

    model: RexsModel
    case: LoadCase | None
    shaft: RexsShaft
    start_mm: float
    thrust_n: float
    bearings: list[BearingPlace] = field(default_factory=list)
    springs: list[SpringPlace] = field(default_factory=list)
    refusals: list[Text] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def refuse(self, component_id: int, name: str, attribute: str, reason: Text) -> None:
        """Say what keeps the shaft from being rated."""
        self.refusals.append(_about(component_id, name, attribute, reason))

    def suppose(self, component_id: int, name: str, attribute: str, reason: Text) -> None:
        """Say what is supposed where the model is silent."""
        self.notices.append(Notice("supposed", _about(component_id, name, attribute, reason)))


def _about(component_id: int, name: str, attribute: str, reason: Text) -> Text:
    return text(
        "component {id} ({name}), {attribute}: {reason}", id=component_id, name=name, attribute=attribute, reason=reason
    )


def _rated(
    model: RexsModel,
    case: LoadCase | None,
    spectrum_id: int | None,
    shaft: RexsShaft,
    bearings: Sequence[RexsBearing],
) -> DriveShaft:
    case_id = None if case is None else case.id
    known = {each.id: (each, _duty_of(each, spectrum_id, case_id)) for each in bearings}
    shares = (duty.share for _, duty in known.values())
    loads = tuple(_loads(shaft))
    start_mm = min((each.u_mm for each in shaft.sections), default=0.0)
    draft = _Draft(model, case, shaft, start_mm, sum(each.fz_n for each in loads))
    _check_gears(draft)
    sections = tuple(_sections(draft))
    for each in shaft.supports:
        if each.bearing_id in known:
            _place_bearing(draft, each, *known[each.bearing_id])
        else:
            _place_concept(draft, each)
    if shaft.speed_rpm is None or not shaft.speed_rpm:
        draft.refuse(shaft.id, shaft.name, "rotational_speed", text("no speed is stated or follows from the stages"))
    found: ShaftAnswer | None = None
    if not draft.refusals:
        own = next((each.conditions for each in draft.bearings if each.conditions), None)
        conditions = replace(own or Conditions(1.0), speed_rpm=abs(shaft.speed_rpm or 0.0))
        moved = tuple(replace(each, position_mm=each.position_mm - start_mm) for each in loads)
        ours = ShaftModel(sections, tuple(draft.bearings), (), moved, tuple(draft.springs), name=shaft.name)
        try:
            found = rate_shaft(ours, conditions)
        except LoadzoneError as refusal:
            draft.refusals.append(refusal.message)
    return DriveShaft(
        shaft.id,
        shaft.name,
        spectrum_id,
        case_id,
        next(shares, None),
        found,
        tuple(draft.refusals),
        tuple(draft.notices),
    )


def _duty_of(bearing: RexsBearing, spectrum_id: int | None, case_id: int | None) -> RexsDuty:
    return next(each for each in bearing.duties if (each.spectrum_id, each.case_id) == (spectrum_id, case_id))


def _loads(shaft: RexsShaft) -> Iterator[PointLoad]:
    """Forces of gears and external loads in our frame, at u."""
    yield from (_point(each.force, each.name) for each in shaft.gears if each.force is not None)
    yield from (_point(each, each.name) for each in shaft.loads)


def _point(force: RexsForce, name: str) -> PointLoad:
    (fz, fx, fy), (mz, mx, my) = force.force_n, force.moment_nmm
    return PointLoad(force.u_mm, fx, fy, fz, mx, my, mz, name)


def _check_gears(draft: _Draft) -> None:
    """Refuse a shaft on which a gear acts with forces that nobody knows."""
    for each in draft.shaft.gears:
        if each.force is None:
            draft.refuse(
                each.id,
                each.name,
                "force_acting_on_shaft_v",
                text("it is not stated, and no torque of the load case gives it"),
            )
    for relation in draft.model.related("assembly", "assembly", draft.shaft.id):
        part = draft.model.component(relation.of("part"))
        if part is not None and part.type.endswith("_gear") and part.type != "cylindrical_gear":
            draft.refuse(
                part.id, part.name or "–", part.type, text("forces of this kind of gear are not computed here")
            )


def _sections(draft: _Draft) -> Iterator[Section]:
    """Sections from left to right, which must meet."""
    shaft = draft.shaft
    young, poisson, density = shaft.material
    if young is None or poisson is None:
        draft.suppose(shaft.id, shaft.name, "elastic_modulus", text("no material is stated: steel is supposed"))
    material = Material(
        STEEL.youngs_modulus_mpa if young is None else young,
        STEEL.poisson_ratio if poisson is None else poisson,
        STEEL.density_kg_m3 if density is None else density,
    )
    for one, other in pairwise(shaft.sections):
        end_mm = one.u_mm + one.length_mm
        if abs(end_mm - other.u_mm) > GAP_MM:
            draft.refuse(
                shaft.id,
                shaft.name,
                "u_coordinate_on_shaft",
                text(
                    "one section ends at {end_mm:g} mm and the next begins at {begin_mm:g} mm: they must meet",
                    end_mm=end_mm,
                    begin_mm=other.u_mm,
                ),
            )
    for each in shaft.sections:
        outer, inner = (each.outer_begin_mm, each.outer_end_mm), (each.inner_begin_mm, each.inner_end_mm)
        try:
            yield Section(each.length_mm, outer[0], inner[0], outer[1], inner[1], material)
        except LoadzoneError as refusal:
            draft.refuse(shaft.id, shaft.name, "outer_diameter_begin", refusal.message)


def _place_bearing(draft: _Draft, support: RexsSupport, bearing: RexsBearing, duty: RexsDuty) -> None:
    """A rolling bearing in its place, or all that keeps it from one."""
    before = len(draft.refusals)
    _check_seat(draft, support)
    draft.refusals.extend(text("component {id}: {reason}", id=bearing.id, reason=each) for each in bearing.missing)
    subject, options = bearing.subject, duty.options
    if subject is None or options is None:
        if options is None:
            draft.refuse(bearing.id, bearing.name, "speed_inner_ring", text("no speed of its rings or shafts"))
        return
    try:
        inside = inside_of(subject, options)
        if isinstance(inside, RollerInside) and not inside.length_mm > 0.0:
            reason = text("not stated: the stiffness of rollers needs it")
            draft.refuse(bearing.id, bearing.name, "length_of_rolling_element", reason)
            return
        rows, conditions = arrange(inside, subject.type_key, options.layout), options.conditions
    except LoadzoneError as refusal:
        draft.refusals.append(text("component {id}: {reason}", id=bearing.id, reason=refusal.message))
        return
    _suppose_layout(draft, bearing)
    thrust = Rows(rows, options.mode).thrust
    location, side = _location(draft, support, thrust)
    preload_n = quantity(draft.model, None, bearing.id, "preload_force", "N")
    if len(thrust) == 1 and preload_n is None:
        draft.suppose(bearing.id, bearing.name, "preload_force", text("not stated: its rings just touch"))
    if len(draft.refusals) > before:
        return
    draft.bearings.append(
        BearingPlace(
            _name(draft, support),
            subject.designation,
            support.u_mm - draft.start_mm,
            location,
            side,
            options.row_distance_mm,
            preload_n=preload_n if len(thrust) == 1 else None,
            clearance_um=options.clearance_um,
            grooves=options.grooves,
            length_mm=options.length_mm,
            c_n=options.c_n,
            c0_n=options.c0_n,
            cu_n=options.cu_n,
            subject=subject,
            conditions=conditions,
        )
    )


def _name(draft: _Draft, support: RexsSupport) -> str:
    """The name of a support, with its id where another has the same."""
    is_alone = [each.name for each in draft.shaft.supports].count(support.name) == 1
    return support.name if is_alone else f"{support.name} {support.bearing_id}"


def _check_seat(draft: _Draft, support: RexsSupport) -> None:
    other = draft.model.component(support.other)
    if not support.is_inner:
        reason = text("the shaft is in its outer ring: only shafts in the bore of their bearings are computed")
        draft.refuse(support.bearing_id, support.name, "outer_part", reason)
    elif other is not None and other.type == "shaft":
        reason = text("it stands between two shafts: only bearings in a casing are computed")
        draft.refuse(support.bearing_id, support.name, "outer_part", reason)
    if not support.is_radial:
        reason = text("a bearing that carries thrust alone is not computed on a shaft")
        draft.refuse(support.bearing_id, support.name, "radial_force_absorption", reason)


def _suppose_layout(draft: _Draft, bearing: RexsBearing) -> None:
    """How two rows stand against each other is not read from the file."""
    if bearing.type_key and type_rule(bearing.type_key).arrangement == "opposed" and bearing.rows > 1:
        draft.suppose(
            bearing.id, bearing.name, "axial_force_absorption_of_row", text("not read: rows back to back are supposed")
        )


def _location(
    draft: _Draft, support: RexsSupport, thrust: frozenset[int]
) -> tuple[Location | None, Literal[1, -1] | None]:
    """Where a bearing is held along the shaft, and the thrust that it takes."""
    said, way = support.axial, WAYS.get(support.axial or "")
    about = (support.bearing_id, support.name, "axial_force_absorption")
    if len(thrust) == 1:
        if way is None:
            reason = text("{value}: a bearing that takes thrust one way needs positive or negative", value=said or "–")
            draft.refuse(*about, reason)
            return None, None
        return "fixed", 1 if way > 0 else -1
    if not thrust:
        if said not in {None, "no_direction"}:
            draft.suppose(*about, text("{value}: ribs of rollers are not modelled, it floats", value=said))
        return "floating", None
    if said is None:
        draft.suppose(*about, text("not stated: it is held along the shaft"))
        return "fixed", None
    if way is not None:
        reason = text("{value}: it is held where the loads of the case push that way, else it floats", value=said)
        draft.suppose(*about, reason)
    return ("fixed" if _holds(draft, said) else "floating"), None


def _holds(draft: _Draft, said: str | None) -> bool:
    """Whether a stop along the shaft meets the thrust of this load case."""
    return said == "both_directions" or (said in WAYS and WAYS[said] * draft.thrust_n >= 0.0)


def _place_concept(draft: _Draft, support: RexsSupport) -> None:
    """A concept bearing as a spring."""
    before = len(draft.refusals)
    _check_seat(draft, support)
    found: list[float] = []
    for name, is_held in (("radial_stiffness", True), ("axial_stiffness", _holds(draft, support.axial))):
        stated = quantity(draft.model, draft.case, support.bearing_id, name, "N / m")
        if stated is None and is_held:
            draft.suppose(support.bearing_id, support.name, name, text("not stated: rigid, 1e7 N/mm"))
        found.append((RIGID_N_MM if stated is None else stated / 1e3) if is_held else 0.0)
    bending = quantity(draft.model, draft.case, support.bearing_id, "bending_stiffness", "N mm / rad") or 0.0
    if len(draft.refusals) > before:
        return
    matrix: NDArray[np.float64] = np.diag((found[0], found[0], found[1], bending, bending))
    try:
        spring = Spring(matrix)
    except LoadzoneError as refusal:
        draft.refuse(support.bearing_id, support.name, "radial_stiffness", refusal.message)
        return
    draft.springs.append(SpringPlace(_name(draft, support), support.u_mm - draft.start_mm, spring))
