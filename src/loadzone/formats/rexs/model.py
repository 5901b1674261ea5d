"""What a REXS file holds: components with attributes, relations between them, and load cases."""

import base64
import binascii
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

CODES = {"float32": "f", "float64": "d", "int32": "i"}
"""Codes of packed numbers and their type in `array`: little endian, a matrix column by column."""

Extra = tuple[tuple[str, object], ...]
"""What other programs added beside the standard's members; kept as it is."""


@dataclass(frozen=True)
class Coded:
    """An array or matrix as base64, kept as it stands in the file; ``rows`` and ``columns`` are None for an array."""

    code: str
    packed: str
    rows: int | None = None
    columns: int | None = None

    @property
    def numbers(self) -> tuple[float, ...]:
        """All numbers in the order of the file: those of a matrix column by column.

        Raises
        ------
        BadInput : the code is unknown, or the text holds no whole count of such numbers

        >>> Coded("float64", "AAAAAAAAHEAAAAAAAAAgQAAAAAAAACJA").numbers
        (7.0, 8.0, 9.0)
        """
        if self.code not in CODES:
            raise BadInput(
                text("code «{code}»: packed numbers are {codes}", code=self.code, codes=", ".join(sorted(CODES)))
            )
        numbers = array(CODES[self.code])
        try:
            numbers.frombytes(base64.b64decode(self.packed, validate=True))
        except (ValueError, binascii.Error):
            raise BadInput(
                text("the packed numbers are not base64 of whole {code} numbers: they are torn", code=self.code)
            ) from None
        if sys.byteorder == "big":
            numbers.byteswap()
        return tuple(numbers)

    @property
    def matrix(self) -> tuple[tuple[float, ...], ...]:
        """The rows of a matrix."""
        rows = self.rows or 0
        return tuple(self.numbers[row::rows] for row in range(rows))

    @classmethod
    def of(cls, numbers: Iterable[float], code: str = "float64", rows: int | None = None) -> "Coded":
        """Pack numbers; those of a matrix of ``rows`` come column by column.

        >>> Coded.of([1, 2], "int32").packed
        'AQAAAAIAAAA='
        """
        values = [int(each) for each in numbers] if code == "int32" else list(numbers)
        packed = array(CODES[code], values)
        if sys.byteorder == "big":
            packed.byteswap()
        columns = None if rows is None else len(packed) // max(rows, 1)
        return cls(code, base64.b64encode(packed.tobytes()).decode(), rows, columns)


Cell = float | int | bool | str
Value = Cell | tuple[Cell, ...] | tuple[tuple[Cell, ...], ...] | Coded | None


@dataclass(frozen=True)
class Attribute:
    """A value with its unit, as the file has it; ``kind`` is one of the standard's value types, as "floating_point".

    ``unit`` is None where the file states none.
    """

    id: str
    value: Value
    unit: str | None = None
    kind: str = "floating_point"
    extra: Extra = ()


@dataclass(frozen=True)
class Component:
    """A part of the model, or in a load case what is said of that part there; then ``type`` may be empty."""

    id: int
    type: str
    name: str | None = None
    attributes: tuple[Attribute, ...] = ()
    extra: Extra = ()

    @cached_property
    def _by_id(self) -> Mapping[str, Attribute]:
        return {each.id: each for each in self.attributes}

    def get(self, *ids: str) -> Attribute | None:
        """The first of these attributes that is there and has a value."""
        found = (self._by_id.get(each) for each in ids)
        return next((each for each in found if each is not None and each.value is not None), None)

    def with_attributes(self, changed: Iterable[Attribute]) -> "Component":
        """The component with these attributes in the place of those of the same id, new ones at the end."""
        merged = {each.id: each for each in self.attributes} | {each.id: each for each in changed}
        return replace(self, attributes=tuple(merged.values()))


@dataclass(frozen=True)
class Reference:
    """A component in its role of a relation."""

    id: int
    role: str
    hint: str | None = None
    extra: Extra = ()


@dataclass(frozen=True)
class Relation:
    """Which components belong together, and how: "assembly", "side", "stage", ..."""

    id: int
    type: str
    references: tuple[Reference, ...]
    order: int | None = None
    extra: Extra = ()

    def of(self, role: str) -> int | None:
        """Id of the component in a role."""
        return next((each.id for each in self.references if each.role == role), None)


@dataclass(frozen=True)
class LoadCase:
    """What holds in one load case."""

    id: int
    components: tuple[Component, ...] = ()
    extra: Extra = ()

    def component(self, component_id: int) -> Component | None:
        """What the load case says of a component."""
        return next((each for each in self.components if each.id == component_id), None)


@dataclass(frozen=True)
class LoadSpectrum:
    """Load cases and what follows from all of them together; ``accumulation`` is None where the file has none."""

    id: int
    cases: tuple[LoadCase, ...] = ()
    accumulation: tuple[Component, ...] | None = None
    extra: Extra = ()


@dataclass(frozen=True)
class RexsModel:
    """A REXS file.

    ``notes`` say what reading it supposed, converted or left out; they are no part of the model and do not compare.
    """

    version: str
    application: str
    application_version: str
    date: str
    relations: tuple[Relation, ...] = ()
    components: tuple[Component, ...] = ()
    spectra: tuple[LoadSpectrum, ...] = ()
    language: str | None = None
    extra: Extra = ()
    notes: tuple[Text, ...] = field(default=(), compare=False)

    @cached_property
    def _by_id(self) -> Mapping[int, Component]:
        return {each.id: each for each in self.components}

    def component(self, component_id: int | None) -> Component | None:
        """The component of an id."""
        return None if component_id is None else self._by_id.get(component_id)

    def of_type(self, *types: str) -> Iterator[Component]:
        """The components of these types in the order of the file."""
        return (each for each in self.components if each.type in types)

    def parts(self, component_id: int, part_type: str) -> tuple[Component, ...]:
        """Parts of one type that are assembled to a component, in their order."""
        found = []
        for each in self.relations:
            if each.type in {"assembly", "ordered_assembly"} and each.of("assembly") == component_id:
                part = self.component(each.of("part"))
                if part is not None and part.type == part_type:
                    found.append((each.order or 0, part))
        return tuple(part for _, part in sorted(found, key=lambda pair: pair[0]))

    def related(self, relation_type: str, role: str, component_id: int) -> tuple[Relation, ...]:
        """Relations of a type in which a component has a role."""
        return tuple(each for each in self.relations if each.type == relation_type and each.of(role) == component_id)

    def everywhere(self) -> Iterator[Component]:
        """All components: those of the model, then those of the load cases and accumulations."""
        yield from self.components
        for spectrum in self.spectra:
            for case in spectrum.cases:
                yield from case.components
            yield from spectrum.accumulation or ()
