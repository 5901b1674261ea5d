"""The JSON form of REXS (.rexsj): text to model, model to text. Each value stands under the name of its kind."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

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
)
from loadzone.formats.rexs.places import Places
from loadzone.formats.rexs.values import KINDS, agree, clean, from_json, shortened, to_json
from loadzone.formats.rexs.xml_form import EMPTY, KIND, is_name
from loadzone.words.errors import BadInput, LoadzoneError, UnknownFormat, UnreadableFile
from loadzone.words.texts import Text, text

Members = dict[str, Any]
T = TypeVar("T")
CODED = "_coded"


def from_json_text(content: str) -> tuple[RexsModel, Places]:
    """A model as it stands, and the place of each of its parts.

    Raises
    ------
    UnreadableFile, UnknownFormat, BadInput : broken, no REXS, or a value that is not what it says
    """
    try:
        told = json.loads(content, parse_constant=_no_number, parse_float=_float)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            text("line {line}: broken JSON ({reason})", line=error.lineno, reason=error.msg)
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(text("broken JSON ({reason})", reason=str(error))) from error
    head = told.get("model") if isinstance(told, dict) else None
    if not isinstance(head, dict):
        raise UnknownFormat(text("the file has no object «model», as REXS in JSON has"))
    _look(head)
    places, rest = Places(), dict(head)
    version = str(rest.pop("version", ""))
    relations = tuple(_each(rest, "relations", lambda m, n: _relation(m, n, places)))
    components = tuple(
        _each(rest, "components", lambda m, n: _component(m, text("component {n} of the file", n=n), version, places))
    )
    spectrum, language = rest.pop("load_spectrum", None), rest.pop("applicationLanguage", None)
    spectra = [] if spectrum is None else spectrum if isinstance(spectrum, list) else [spectrum]
    model = RexsModel(
        version,
        str(rest.pop("applicationId", "")),
        str(rest.pop("applicationVersion", "")),
        str(rest.pop("date", "")),
        relations,
        components,
        tuple(_spectrum(_object(each, text("load spectrum")), version, places) for each in spectra),
        None if language is None else str(language),
        _extra(rest),
    )
    return model, places


def to_json_text(model: RexsModel) -> str:
    """The text of a .rexsj file.

    Raises
    ------
    BadInput : several load spectra; the JSON form holds one
    """
    if len(model.spectra) > 1:
        raise BadInput(
            text(
                "{count} load spectra: the JSON form of REXS holds one; write XML (.rexs)",
                count=len(model.spectra),
            )
        )
    head: Members = {
        "version": model.version,
        "applicationId": model.application,
        "applicationVersion": model.application_version,
        "date": model.date,
    }
    if model.language is not None:
        head["applicationLanguage"] = model.language
    head["relations"] = [_told_relation(each) for each in model.relations]
    head["components"] = [_told_component(each) for each in model.components]
    for each in model.spectra:
        head["load_spectrum"] = _told_spectrum(each)
    return json.dumps({"model": _joined(head, model.extra, {"load_spectrum"})}, ensure_ascii=False, indent=2) + "\n"


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is too large")
    return value


def _look(part: object) -> None:
    """Refuse what the XML form could not hold: control signs anywhere, names of members that are none."""
    path = [part]
    while path:
        each = path.pop()
        if isinstance(each, str):
            clean(each)
        elif isinstance(each, dict):
            path.extend(each.keys())
            path.extend(each.values())
        elif isinstance(each, list):
            path.extend(each)


def _each(rest: Members, name: str, make: Callable[[Members, int], T]) -> Iterator[T]:
    found = rest.pop(name, None)
    if found is None:
        return
    if not isinstance(found, list):
        raise BadInput(text("«{name}» is no list", name=name))
    for n, each in enumerate(found, 1):
        yield make(_object(each, text("{name}, entry {n}", name=name, n=n)), n)


def _object(found: object, place: Text) -> Members:
    if not isinstance(found, dict):
        raise BadInput(text("{place} is no object", place=place))
    return dict(found)


def _relation(rest: Members, n: int, places: Places) -> Relation:
    place = text("relation {n} of the file", n=n)
    places.add("relation", place)
    found, kind = _id(rest, place), str(rest.pop("type", ""))
    references = tuple(_each(rest, "refs", lambda m, _: _reference(m, place)))
    order = rest.pop("order", None)
    return Relation(found, kind, references, None if order is None else _whole(order, place), _extra(rest))


def _reference(rest: Members, place: Text) -> Reference:
    found, role, hint = _id(rest, place), str(rest.pop("role", "")), rest.pop("hint", None)
    return Reference(found, role, None if hint is None else str(hint), _extra(rest))


def _component(rest: Members, place: Text, version: str, places: Places, list_name: str = "component") -> Component:
    places.add(list_name, place)
    found, kind, name = _id(rest, place), str(rest.pop("type", "")), rest.pop("name", None)
    attributes = tuple(_each(rest, "attributes", lambda m, _: _attribute(m, found, version)))
    return Component(found, kind, None if name is None else str(name), attributes, _extra(rest))


def _attribute(rest: Members, component_id: int, version: str) -> Attribute:
    name, unit = str(rest.pop("id", "")), rest.pop("unit", None)
    try:
        keys = [key for key in rest if key.removesuffix(CODED) in KINDS]
        if len(keys) != 1:
            raise BadInput(
                text(
                    "it needs one value under the name of its kind, as floating_point; found: {names}",
                    names=", ".join(keys) or "–",
                )
            )
        kind = keys[0].removesuffix(CODED)
        value = from_json(kind, rest.pop(keys[0]))
        agree(name, version, kind)
        return Attribute(name, value, None if unit is None else str(unit), kind, _extra(rest))
    except LoadzoneError as refusal:
        raise BadInput(
            text(
                "component {id}, attribute {attribute}: {reason}",
                id=component_id,
                attribute=name,
                reason=refusal.message,
            )
        ) from refusal


def _spectrum(rest: Members, version: str, places: Places) -> LoadSpectrum:
    place = text("load spectrum")
    places.add("spectrum", place)
    found = _id(rest, place)
    cases = tuple(_each(rest, "load_cases", lambda m, n: _case(m, n, version, places)))
    told = rest.pop("accumulation", None)
    accumulation = None
    if told is not None:
        accumulation = tuple(_said(_object(told, text("accumulation")), text("accumulation"), version, places))
    return LoadSpectrum(found, cases, accumulation, _extra(rest))


def _case(rest: Members, n: int, version: str, places: Places) -> LoadCase:
    place = text("load case {n} of the file", n=n)
    places.add("case", place)
    found = _id(rest, place)
    return LoadCase(found, tuple(_said(rest, place, version, places)), _extra(rest))


def _said(rest: Members, place: Text, version: str, places: Places) -> list[Component]:
    return list(_each(rest, "components", lambda m, _: _component(m, place, version, places, "said")))


def _id(rest: Members, place: Text) -> int:
    if "id" not in rest:
        raise BadInput(text("{place} has no id", place=place))
    return _whole(rest.pop("id"), place)


def _whole(found: object, place: Text) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise BadInput(text("{place}: «{value}» is no whole number from 0", place=place, value=shortened(str(found))))
    return found


def _extra(rest: Mapping[str, object]) -> Extra:
    for name in rest:
        if not is_name(name):
            raise BadInput(text("«{name}»: a member of this name cannot stand in XML", name=shortened(name)))
    return tuple((name, value) for name, value in rest.items() if name not in {KIND, EMPTY})


def _told_relation(each: Relation) -> Members:
    order = {} if each.order is None else {"order": each.order}
    refs = [
        _joined({"id": ref.id, "role": ref.role} | ({} if ref.hint is None else {"hint": ref.hint}), ref.extra)
        for ref in each.references
    ]
    return _joined({"id": each.id, "type": each.type, **order, "refs": refs}, each.extra)


def _told_component(each: Component) -> Members:
    name = {} if each.name is None else {"name": each.name}
    attributes = [_told_attribute(one) for one in each.attributes]
    return _joined({"id": each.id, "type": each.type, **name, "attributes": attributes}, each.extra)


def _told_attribute(one: Attribute) -> Members:
    unit = {} if one.unit is None else {"unit": one.unit}
    kind = one.kind + (CODED if isinstance(one.value, Coded) else "")
    kinds = KINDS | {name + CODED for name in KINDS}
    return _joined({"id": one.id, **unit, kind: to_json(one.value)}, one.extra, kinds)


def _told_spectrum(each: LoadSpectrum) -> Members:
    cases = [
        _joined({"id": case.id, "components": [_told_component(part) for part in case.components]}, case.extra)
        for case in each.cases
    ]
    told: Members = {"id": each.id, "load_cases": cases}
    if each.accumulation is not None:
        told["accumulation"] = {"components": [_told_component(part) for part in each.accumulation]}
    return _joined(told, each.extra, {"accumulation"})


def _joined(told: Members, extra: Extra, reserved: frozenset[str] | set[str] = frozenset()) -> Members:
    """Members of the standard and those of other programs, which may stand in XML under a name that JSON needs."""
    for name, _ in extra:
        if name in told or name in reserved:
            raise BadInput(
                text("«{name}»: JSON needs this name for the standard's own member; write XML (.rexs)", name=name)
            )
    return told | dict(extra)
