"""The load distribution behind a rating, and its rolling elements as components of a REXS model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.state import Equilibrium
from loadzone.flows.rexs import RexsRating
from loadzone.flows.rexs_attributes import Named, assembly, attributes_of
from loadzone.formats.rexs import Attribute, Component, LoadCase, RexsModel, word

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OperatingPoint:
    """The load distribution of one row, seen in the model's direction of u.

    ``stiffness`` (5, 5) in N/mm, N/rad, N mm/rad; ``loads_n`` and ``angles_deg`` (Z,); pressures in MPa.
    """

    stiffness: Array
    loads_n: Array
    angles_deg: Array
    p_inner_mpa: float
    p_outer_mpa: float
    pressure_exponent: float


def operating_point(rating: RexsRating) -> OperatingPoint | None:
    """The load distribution behind a rating; None where it is not of one row with one contact pair."""
    found = rating.answer.result.distribution.equilibrium if rating.answer is not None else None
    if found is None or len(found.rows) != 1:
        return None
    sign = -1.0 if rating.duty.is_mirrored else 1.0
    turn = np.diag([1.0, 1.0, sign, sign, sign])
    if isinstance(found, Equilibrium):
        angles, exponent = sign * found.contact_angles_deg[0], 1.0 / 3.0
    else:
        inside = found.rows[0].inside
        angles, exponent = np.full(inside.n_elements, sign * inside.contact_angle_deg), 0.5
    stiffness = turn @ found.stiffness @ turn
    return OperatingPoint(stiffness, found.loads_n[0], angles, found.p_max_inner_mpa, found.p_max_outer_mpa, exponent)


def with_elements(model: RexsModel, ratings: Sequence[RexsRating]) -> RexsModel:
    """The model with force, angle and pressure of each element of every rated single row, case by case.

    The file's one element stands for the first; the others and two contacts of each are added. A row whose elements
    are neither one nor all is left as it is.
    """
    points = [(each, point) for each in ratings if (point := operating_point(each)) is not None]
    contacts: dict[int, tuple[tuple[int, int], ...]] = {}
    for each, point in points:
        if each.bearing.id not in contacts:
            model, made = _element_parts(model, each.bearing.id, len(point.loads_n))
            contacts[each.bearing.id] = made
    for each, point in points:
        model = _element_results(model, each, point, contacts[each.bearing.id])
    return model


def _element_parts(model: RexsModel, bearing_id: int, n: int) -> tuple[RexsModel, tuple[tuple[int, int], ...]]:
    """The model with all elements of a row and two contacts of each; ids of (inner, outer) contacts by element."""
    rows = model.parts(bearing_id, "rolling_bearing_row")
    elements = list(model.parts(rows[0].id, "rolling_element")) if rows else []
    if len(rows) != 1 or len(elements) not in {1, n}:
        return model, ()
    like = elements[0]
    pairs = []
    for k in range(n):
        angle = tuple(attributes_of([("angular_position_around_u", 360.0 * k / n, "deg")], model.version))
        if k < len(elements):
            element = elements[k].with_attributes(angle)
            parts = tuple(element if each.id == element.id else each for each in model.components)
            model = replace(model, components=parts)
        else:
            made = replace(like, id=0, name=f"element {k + 1}", extra=()).with_attributes(angle)
            model, element = _added(model, made, rows[0], k + 1)
        model, inner = _contact(model, element, "inner")
        model, outer = _contact(model, element, "outer")
        pairs.append((inner, outer))
    return model, tuple(pairs)


def _contact(model: RexsModel, element: Component, ring: str) -> tuple[RexsModel, int]:
    """The contact of an element with a ring, made where there is none."""
    kind = f"{ring}_raceway_contact"
    for each in model.parts(element.id, "rolling_element_contact"):
        if word(model, each.id, "rolling_element_contact_type") == kind:
            return model, each.id
    attributes = tuple(attributes_of([("rolling_element_contact_type", kind, "none")], model.version))
    made = Component(0, "rolling_element_contact", f"{ring} contact of {element.name or element.id}", attributes)
    model, contact = _added(model, made, element, None)
    return model, contact.id


def _added(model: RexsModel, part: Component, whole: Component, order: int | None) -> tuple[RexsModel, Component]:
    """The model with one more component under a free id, and that component."""
    made = replace(part, id=max(each.id for each in model.components) + 1)
    relation_id = max((each.id for each in model.relations), default=0) + 1
    relation = assembly(relation_id, (whole.id, whole.type), (made.id, made.type), order)
    return replace(model, components=(*model.components, made), relations=(*model.relations, relation)), made


def _element_results(
    model: RexsModel, rating: RexsRating, point: OperatingPoint, contacts: tuple[tuple[int, int], ...]
) -> RexsModel:
    """Force, angle and pressure of each contact, in the load case or in the contact itself."""
    greatest = float(point.loads_n.max()) or 1.0
    said: dict[int, tuple[Attribute, ...]] = {}
    for k, pair in enumerate(contacts):
        load = float(point.loads_n[k])
        share = (load / greatest) ** point.pressure_exponent
        for contact, pressure in zip(pair, (point.p_inner_mpa, point.p_outer_mpa), strict=True):
            named: list[Named] = [
                ("rolling_element_force", load, "N"),
                ("maximum_hertzian_pressure", pressure * share, "MPa"),
                ("operating_pressure_angle", float(point.angles_deg[k]), "deg"),
            ]
            said[contact] = tuple(attributes_of(named, model.version))
    duty = rating.duty
    if duty.case_id is None:
        parts = tuple(each.with_attributes(said.get(each.id, ())) for each in model.components)
        return replace(model, components=parts)
    spectra = tuple(
        replace(spectrum, cases=tuple(_with_contacts(case, said, duty.case_id) for case in spectrum.cases))
        if spectrum.id == duty.spectrum_id
        else spectrum
        for spectrum in model.spectra
    )
    return replace(model, spectra=spectra)


def _with_contacts(case: LoadCase, said: dict[int, tuple[Attribute, ...]], case_id: int) -> LoadCase:
    """The load case with what is said of each contact, in the place of what was said before."""
    if case.id != case_id:
        return case
    there = {each.id for each in case.components}
    old = tuple(each.with_attributes(said.get(each.id, ())) for each in case.components)
    new = (
        Component(each, "rolling_element_contact", None, attributes)
        for each, attributes in said.items()
        if each not in there
    )
    return replace(case, components=(*old, *new))
