"""Attributes and relations that we write: in the names and units of a version of the schema."""

import math
from collections.abc import Iterable, Iterator

from loadzone.formats.rexs import Attribute, Reference, Relation, Value
from loadzone.formats.rexs.schema import definition, in_unit, is_plain, name_in

Named = tuple[str, Value, str]
"""An attribute by its newest name, its value, and the unit that the value has."""


def attributes_of(named: Iterable[Named], version: str) -> Iterator[Attribute]:
    """Attributes in the names and units of a version; what it does not have, or in no unit of the kind, is left out."""
    for newest, value, unit in named:
        name = name_in(newest, version)
        known = definition(name, version) if name else None
        if name is None or known is None:
            continue
        if not isinstance(value, float):
            yield Attribute(name, value, known.unit, known.kind)
        elif math.isfinite(value) and (unit == known.unit or is_plain(unit, known.unit)):
            yield Attribute(name, float(in_unit(value, unit, known.unit)), known.unit, known.kind)


def assembly(relation_id: int, whole: tuple[int, str], part: tuple[int, str], order: int | None = None) -> Relation:
    """A part of a whole, each by id and type; with an order among others of its kind."""
    references = (Reference(whole[0], "assembly", whole[1]), Reference(part[0], "part", part[1]))
    return Relation(relation_id, "assembly" if order is None else "ordered_assembly", references, order)
