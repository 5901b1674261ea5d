"""The XML form of REXS (.rexs): tree to model, model to text.

Beside what the standard has, an element may carry attributes of other programs; they are kept. Two attributes of ours
stand on ``attribute`` only where a value would otherwise be misread: ``loadzoneKind`` names a kind that neither schema
nor text tell, ``loadzoneEmpty`` an empty text that is not an absent one.
"""

import json
import re
from collections.abc import Iterator

from loadzone.formats.rexs.model import (
    Attribute,
    Coded,
    Component,
    Extra,
    LoadCase,
    LoadSpectrum,
    Reference,
    Relation,
    RexsModel,
    Value,
)
from loadzone.formats.rexs.places import Places
from loadzone.formats.rexs.values import (
    CODED,
    KINDS,
    STRINGS,
    Shape,
    agree,
    assumed_kind,
    cell_of,
    checked,
    parsed,
    rectangular,
    shape_of,
    shortened,
    written,
)
from loadzone.formats.rexs.xml_tree import Node, escaped, opening, parse
from loadzone.words.errors import BadInput, LoadzoneError, UnknownFormat
from loadzone.words.texts import Text, text

KIND, EMPTY = "loadzoneKind", "loadzoneEmpty"
JSON_MARK = "json:"
STEP = "  "
KNOWN_CHILDREN = {
    "model": {"relations", "components", "load_spectrum"},
    "relations": {"relation"},
    "relation": {"ref"},
    "components": {"component"},
    "component": {"attribute"},
    "load_spectrum": {"load_case", "accumulation"},
    "load_case": {"component"},
    "accumulation": {"component"},
    "attribute": {"array", "matrix", "array_of_arrays"},
}
_NAME = re.compile(r"[A-Za-z_][\w.\-]*(:[A-Za-z_][\w.\-]*)?", re.ASCII)


def from_xml(content: bytes) -> tuple[RexsModel, Places]:
    """A model as it stands, and the line of each of its parts.

    Raises
    ------
    UnreadableFile, UnknownFormat, BadInput : broken, no REXS, or a value that is not what it says
    """
    root = parse(content)
    if root.tag != "model":
        raise UnknownFormat(text("the root element is <{tag}>, in REXS it is <model>", tag=root.tag))
    places, notes = Places(), _left_out(root)
    head = dict(root.attributes)
    version = head.pop("version", "")
    application, application_version, date = (
        head.pop(name, "") for name in ("applicationId", "applicationVersion", "date")
    )
    language = head.pop("applicationLanguage", None)
    relations = tuple(_relation(each, places) for part in root.all("relations") for each in part.all("relation"))
    components = tuple(
        _component(each, version, places, "component")
        for part in root.all("components")
        for each in part.all("component")
    )
    model = RexsModel(
        version,
        application,
        application_version,
        date,
        relations=relations,
        components=components,
        spectra=tuple(_spectrum(each, version, places) for each in root.all("load_spectrum")),
        language=language,
        extra=_extra(head),
        notes=notes,
    )
    return model, places


def to_xml(model: RexsModel) -> str:
    """The text of a .rexs file.

    Raises
    ------
    BadInput : a name of another program's member is none in XML
    """
    return '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + "\n".join(_model_lines(model)) + "\n"


def _left_out(root: Node) -> tuple[Text, ...]:
    """Elements that REXS does not know; they are told and left out."""
    found = []
    path = [root]
    while path:
        node = path.pop()
        known = KNOWN_CHILDREN.get(node.tag)
        for each in node.children:
            if known is None or each.tag in known:
                path.append(each)
            else:
                found.append(
                    text("line {line}: element <{tag}> is unknown to REXS and left out", line=each.line, tag=each.tag)
                )
    return tuple(found)


def _relation(node: Node, places: Places) -> Relation:
    rest = dict(node.attributes)
    places.add("relation", _line(node))
    return Relation(
        _id(rest, node),
        rest.pop("type", ""),
        tuple(_reference(each) for each in node.all("ref")),
        _whole(rest.pop("order"), node) if "order" in rest else None,
        _extra(rest),
    )


def _reference(node: Node) -> Reference:
    rest = dict(node.attributes)
    return Reference(_id(rest, node), rest.pop("role", ""), rest.pop("hint", None), _extra(rest))


def _component(node: Node, version: str, places: Places, list_name: str) -> Component:
    rest = dict(node.attributes)
    places.add(list_name, _line(node))
    found, kind, name = _id(rest, node), rest.pop("type", ""), rest.pop("name", None)
    attributes = tuple(_attribute(each, found, version) for each in node.all("attribute"))
    return Component(found, kind, name, attributes, _extra(rest))


def _spectrum(node: Node, version: str, places: Places) -> LoadSpectrum:
    rest = dict(node.attributes)
    places.add("spectrum", _line(node))
    accumulation = node.first("accumulation")
    return LoadSpectrum(
        _id(rest, node),
        tuple(_case(each, version, places) for each in node.all("load_case")),
        None
        if accumulation is None
        else tuple(_component(each, version, places, "said") for each in accumulation.all("component")),
        _extra(rest),
    )


def _case(node: Node, version: str, places: Places) -> LoadCase:
    rest = dict(node.attributes)
    places.add("case", _line(node))
    found = _id(rest, node)
    return LoadCase(
        found, tuple(_component(each, version, places, "said") for each in node.all("component")), _extra(rest)
    )


def _attribute(node: Node, component_id: int, version: str) -> Attribute:
    rest = dict(node.attributes)
    name, unit, told = rest.pop("id", ""), rest.pop("unit", None), rest.pop(KIND, None)
    is_empty_text = rest.pop(EMPTY, None) is not None
    try:
        value, kind = _value(node, name, unit, told, version)
        agree(name, version, kind)
    except LoadzoneError as refusal:
        raise BadInput(
            text(
                "line {line}: component {id}, attribute {attribute}: {reason}",
                line=node.line,
                id=component_id,
                attribute=name,
                reason=refusal.message,
            )
        ) from refusal
    return Attribute(name, "" if is_empty_text and kind in STRINGS else value, unit, kind, _extra(rest))


def _value(node: Node, name: str, unit: str | None, told: str | None, version: str) -> tuple[Value, str]:
    """The value of an attribute and its kind."""
    if told is not None and told not in KINDS:
        raise BadInput(text("«{value}» is no kind of value", value=shortened(told)))
    for tag, read in (("array", _array), ("matrix", _matrix), ("array_of_arrays", _arrays)):
        child = node.first(tag)
        if child is not None:
            return read(child, name, unit, told, version)
    words = node.text
    if not words.strip():
        kind = told or assumed_kind(name, version, "text", (), unit)
        return (words if words and kind in STRINGS else None), kind
    kind = told or assumed_kind(name, version, "text", (words.strip(),), unit)
    if shape_of(kind) != "text":
        raise BadInput(text("{kind} needs a list", kind=kind))
    return parsed(words, kind), kind


def _array(child: Node, name: str, unit: str | None, told: str | None, version: str) -> tuple[Value, str]:
    code = child.attributes.get("code")
    if code is not None:
        kind = told or f"{CODED.get(code, 'floating_point')}_array"
        return checked(Coded(code, "".join(child.text.split())), kind), kind
    cells = [each.text for each in child.all("c")]
    kind = told or assumed_kind(name, version, "array", cells, unit)
    return tuple(parsed(each, cell_of(kind)) for each in cells), kind


def _matrix(child: Node, name: str, unit: str | None, told: str | None, version: str) -> tuple[Value, str]:
    code = child.attributes.get("code")
    if code is not None:
        kind = told or f"{CODED.get(code, 'floating_point')}_matrix"
        rows, columns = (_whole(child.attributes.get(size, ""), child) for size in ("rows", "columns"))
        return checked(Coded(code, "".join(child.text.split()), rows, columns), kind), kind
    return _rows([[c.text for c in row.all("c")] for row in child.all("r")], "matrix", name, unit, told, version)


def _arrays(child: Node, name: str, unit: str | None, told: str | None, version: str) -> tuple[Value, str]:
    return _rows([[c.text for c in row.all("c")] for row in child.all("array")], "arrays", name, unit, told, version)


def _rows(
    rows: list[list[str]], shape: Shape, name: str, unit: str | None, told: str | None, version: str
) -> tuple[Value, str]:
    cells = [cell for row in rows for cell in row]
    kind = told or assumed_kind(name, version, shape, cells, unit)
    return rectangular(tuple(tuple(parsed(cell, cell_of(kind)) for cell in row) for row in rows), kind), kind


def _id(rest: dict[str, str], node: Node) -> int:
    if "id" not in rest:
        raise BadInput(text("line {line}: <{tag}> has no id", line=node.line, tag=node.tag))
    return _whole(rest.pop("id"), node)


def _whole(words: str, node: Node) -> int:
    try:
        found = int(parsed(words, "integer"))
    except LoadzoneError as refusal:
        raise BadInput(
            text("line {line}: <{tag}>: {reason}", line=node.line, tag=node.tag, reason=refusal.message)
        ) from refusal
    if found < 0:
        raise BadInput(text("line {line}: <{tag}>: {value} is negative", line=node.line, tag=node.tag, value=found))
    return found


def _line(node: Node) -> Text:
    return text("line {line}", line=node.line)


def _extra(rest: dict[str, str]) -> Extra:
    return tuple((name, _unpacked(value)) for name, value in rest.items())


def _unpacked(value: str) -> object:
    if value.startswith(JSON_MARK):
        try:
            return json.loads(value.removeprefix(JSON_MARK))
        except ValueError:
            return value
    return value


def is_name(name: str) -> bool:
    """Whether a member of this name can stand in XML."""
    return _NAME.fullmatch(name) is not None


def _packed(extra: Extra) -> dict[str, str | None]:
    for name, _ in extra:
        if not is_name(name):
            raise BadInput(text("«{name}»: a member of this name cannot stand in XML", name=shortened(name)))
    return {
        name: value
        if isinstance(value, str) and not value.startswith(JSON_MARK)
        else JSON_MARK + json.dumps(value, ensure_ascii=False)
        for name, value in extra
    }


def _model_lines(model: RexsModel) -> Iterator[str]:
    head: dict[str, str | None] = {
        "applicationId": model.application,
        "applicationVersion": model.application_version,
        "date": model.date,
        "version": model.version,
        "applicationLanguage": model.language,
    }
    yield opening("model", head | _packed(model.extra))
    yield f"{STEP}<relations>"
    for relation in model.relations:
        yield from _relation_lines(relation, 2 * STEP)
    yield f"{STEP}</relations>"
    yield f"{STEP}<components>"
    for component in model.components:
        yield from _component_lines(component, model.version, 2 * STEP)
    yield f"{STEP}</components>"
    for spectrum in model.spectra:
        yield from _spectrum_lines(spectrum, model.version)
    yield "</model>"


def _relation_lines(relation: Relation, indent: str) -> Iterator[str]:
    order = None if relation.order is None else str(relation.order)
    told: dict[str, str | None] = {"id": str(relation.id), "order": order, "type": relation.type}
    yield indent + opening("relation", told | _packed(relation.extra))
    for each in relation.references:
        ref: dict[str, str | None] = {"hint": each.hint, "id": str(each.id), "role": each.role}
        yield indent + STEP + opening("ref", ref | _packed(each.extra), is_empty=True)
    yield f"{indent}</relation>"


def _component_lines(component: Component, version: str, indent: str) -> Iterator[str]:
    told: dict[str, str | None] = {"id": str(component.id), "name": component.name, "type": component.type}
    tag = told | _packed(component.extra)
    if not component.attributes:
        yield indent + opening("component", tag, is_empty=True)
        return
    yield indent + opening("component", tag)
    for each in component.attributes:
        yield from _attribute_lines(each, version, indent + STEP)
    yield f"{indent}</component>"


def _spectrum_lines(spectrum: LoadSpectrum, version: str) -> Iterator[str]:
    yield STEP + opening("load_spectrum", _packed((("id", str(spectrum.id)), *spectrum.extra)))
    for case in spectrum.cases:
        yield 2 * STEP + opening("load_case", _packed((("id", str(case.id)), *case.extra)))
        for each in case.components:
            yield from _component_lines(each, version, 3 * STEP)
        yield f"{2 * STEP}</load_case>"
    if spectrum.accumulation is not None:
        yield f"{2 * STEP}<accumulation>"
        for each in spectrum.accumulation:
            yield from _component_lines(each, version, 3 * STEP)
        yield f"{2 * STEP}</accumulation>"
    yield f"{STEP}</load_spectrum>"


def _attribute_lines(one: Attribute, version: str, indent: str) -> Iterator[str]:
    shape = shape_of(one.kind)
    cells = _cells(one.value)
    told: dict[str, str | None] = {"id": one.id, "unit": one.unit}
    if _read_back(one, version, cells) != one.kind:
        told[KIND] = one.kind
    if one.value == "":
        told[EMPTY] = "true"
    tag = opening("attribute", told | _packed(one.extra), is_empty=one.value is None or one.value == "")
    if one.value is None or one.value == "":
        yield indent + tag
    elif shape == "text":
        yield f"{indent}{tag}{escaped(cells[0])}</attribute>"
    else:
        yield indent + tag
        yield from _list_lines(one.value, shape, indent + STEP)
        yield f"{indent}</attribute>"


def _read_back(one: Attribute, version: str, cells: list[str]) -> str:
    """The kind that our reader, told nothing, would take."""
    if isinstance(one.value, Coded):
        return f"{CODED[one.value.code]}_{shape_of(one.kind)}"
    if one.value is None or shape_of(one.kind) == "text":
        seen = [cell.strip() for cell in cells if cell.strip()]
        return assumed_kind(one.id, version, "text", seen, one.unit)
    return assumed_kind(one.id, version, shape_of(one.kind), cells, one.unit)


def _cells(value: Value) -> list[str]:
    if value is None or isinstance(value, Coded):
        return []
    if isinstance(value, tuple):
        return [cell for each in value for cell in _cells(each)]
    return [written(value)]


def _list_lines(value: Value, shape: str, indent: str) -> Iterator[str]:
    tag = {"array": "array", "matrix": "matrix", "arrays": "array_of_arrays"}[shape]
    if isinstance(value, Coded):
        told: dict[str, str | None] = {"code": value.code}
        if value.rows is not None:
            told |= {"rows": str(value.rows), "columns": str(value.columns)}
        yield f"{indent}{opening(tag, told)}{value.packed}</{tag}>"
        return
    if not isinstance(value, tuple) or not value:
        yield f"{indent}<{tag}/>"
        return
    yield f"{indent}<{tag}>"
    inner = {"matrix": "r", "arrays": "array"}.get(shape)
    for each in value:
        cells = "".join(f"<c>{escaped(cell)}</c>" for cell in _cells(each))
        yield indent + STEP + (cells if inner is None else f"<{inner}>{cells}</{inner}>")
    yield f"{indent}</{tag}>"
