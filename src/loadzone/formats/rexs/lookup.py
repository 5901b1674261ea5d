"""One number or word of a model: under any name that it had over the versions, in the unit that is asked for."""

from loadzone.formats.rexs.model import LoadCase, RexsModel
from loadzone.formats.rexs.schema import UNSTATED, definition, family, in_unit
from loadzone.words.errors import OutOfScope


def quantity(
    model: RexsModel, case: LoadCase | None, component_id: int, attribute_id: str, unit: str = "none"
) -> float | None:
    """A number of a component in ``unit``: what the load case says before what the model says.

    The attribute is found under any of its names over the versions. None where there is no such number.
    """
    known = definition(attribute_id, model.version)
    for part in (case.component(component_id) if case else None, model.component(component_id)):
        found = part.get(*(family(attribute_id) or (attribute_id,))) if part else None
        if found is None or isinstance(found.value, bool) or not isinstance(found.value, int | float):
            continue
        stated = found.unit if found.unit not in UNSTATED else known.unit if known else unit
        try:
            return in_unit(float(found.value), stated or unit, unit)
        except OutOfScope:
            return None
    return None


def word(model: RexsModel, component_id: int, attribute_id: str) -> str | None:
    """A text of a component."""
    part = model.component(component_id)
    found = part.get(*(family(attribute_id) or (attribute_id,))) if part else None
    return found.value.strip() or None if found is not None and isinstance(found.value, str) else None
