"""From one version of the schema to another: attributes are renamed, units written as that version writes them."""

from collections.abc import Iterable
from dataclasses import replace

from loadzone.formats.rexs.model import Attribute, Component, LoadSpectrum, RexsModel
from loadzone.formats.rexs.schema import UNSTATED, VERSIONS, WRITTEN, definition, in_unit, is_plain, name_in, number_of
from loadzone.formats.rexs.units import converted_value
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text


def converted(model: RexsModel, version: str) -> RexsModel:
    """The model in another version of the schema.

    Renamed attributes take their name of that version, forward and backward; attributes that it does not have, and
    those whose unit no plain factor leads to, stay as they are, and a note says so. Attributes that the tables do not
    know stay as they are.

    Parameters
    ----------
    version : one of 1.4, 1.5, 1.6, 1.7, 2.0

    Raises
    ------
    BadInput : another version

    Source: changelogs and schemas published by FVA; data/attributes.csv.
    """
    chosen = next((each for each in VERSIONS if number_of(each) == number_of(version)), None)
    if chosen is None:
        raise BadInput(
            text("version «{version}»: choose one of {versions}", version=version, versions=", ".join(VERSIONS))
        )
    kept: dict[str, Text] = {}

    def each(parts: Iterable[Component]) -> tuple[Component, ...]:
        return tuple(_component(part, model.version, chosen, kept) for part in parts)

    spectra = tuple(
        LoadSpectrum(
            one.id,
            tuple(replace(case, components=each(case.components)) for case in one.cases),
            None if one.accumulation is None else each(one.accumulation),
            one.extra,
        )
        for one in model.spectra
    )
    components = each(model.components)
    return replace(
        model,
        version=WRITTEN.get(chosen, chosen),
        components=components,
        spectra=spectra,
        notes=(*model.notes, *kept.values()),
    )


def _component(part: Component, old: str, new: str, kept: dict[str, Text]) -> Component:
    taken = {each.id for each in part.attributes}
    attributes = []
    for each in part.attributes:
        moved = _attribute(each, old, new, kept)
        if moved.id != each.id and moved.id in taken:
            kept[each.id] = text(
                "attribute {attribute} keeps its name: component {id} has {name} as well",
                attribute=each.id,
                id=part.id,
                name=moved.id,
            )
            moved = each
        attributes.append(moved)
    return part if tuple(attributes) == part.attributes else replace(part, attributes=tuple(attributes))


def _attribute(one: Attribute, old: str, new: str, kept: dict[str, Text]) -> Attribute:
    before = definition(one.id, old)
    if before is None:
        return one
    name = name_in(one.id, new)
    if name is None:
        kept[one.id] = text("attribute {attribute} is not in the schema of {version}", attribute=one.id, version=new)
        return one
    after = definition(name, new)
    unit = one.unit
    if after is None or unit is None or unit in UNSTATED or unit == after.unit or unit != before.unit:
        if after is not None and after.unit not in {unit, before.unit}:
            kept[one.id] = _unit_kept(one, after.unit, new)
        return replace(one, id=name)
    if not is_plain(unit, after.unit):
        kept[one.id] = _unit_kept(one, after.unit, new)
        return replace(one, id=name)
    value = one.value if in_unit(1.0, unit, after.unit) == 1.0 else converted_value(one.value, unit, after.unit)
    return replace(one, id=name, unit=after.unit, value=value)


def _unit_kept(one: Attribute, unit: str, version: str) -> Text:
    return text(
        "attribute {attribute} keeps its value and unit «{unit}»; the schema of {version} has {schema}, and no plain "
        "factor leads there",
        attribute=one.id,
        unit=one.unit or "",
        version=version,
        schema=unit,
    )
