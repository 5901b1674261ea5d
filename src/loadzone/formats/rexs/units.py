"""Units of a file against the schema's: the same, a plain factor away, unstated, or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from loadzone.formats.rexs.model import Attribute, Cell, Coded, Component, Value
from loadzone.formats.rexs.schema import UNSTATED, Definition, definition, in_unit, is_plain
from loadzone.formats.rexs.values import MATRICES
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import Text, text


@dataclass
class UnitReport:
    """What was done to units, counted by attribute."""

    converted: dict[tuple[str, str, str], int] = field(default_factory=dict)
    supposed: dict[tuple[str, str], int] = field(default_factory=dict)

    def notes(self) -> list[Text]:
        """One sentence for each attribute and pair of units."""
        changed = [
            text("{attribute}: {count} values converted from {unit} to {other}", attribute=a, unit=u, other=o, count=n)
            for (a, u, o), n in self.converted.items()
        ]
        taken = [
            text(
                "{attribute}: {count} values state no unit, the schema's {unit} is taken", attribute=a, unit=u, count=n
            )
            for (a, u), n in self.supposed.items()
        ]
        return changed + taken


def in_schema_units(
    components: Iterable[Component], version: str, report: UnitReport, places: Sequence[Text] = ()
) -> tuple[Component, ...]:
    """Components whose known attributes have the schema's unit of a version.

    Parameters
    ----------
    report : what is done is written there
    places : where each component stands in the file, for a refusal

    Raises
    ------
    BadInput : a unit measures another thing than the schema's, or is none that the tables know
    """
    found = []
    for n, each in enumerate(components):
        try:
            attributes = tuple(_attribute(one, version, report) for one in each.attributes)
        except LoadzoneError as refusal:
            reason = text("component {id}, {reason}", id=each.id, reason=refusal.message)
            told = text("{place}: {reason}", place=places[n], reason=reason) if places else reason
            raise BadInput(told) from refusal
        found.append(each if attributes == each.attributes else replace(each, attributes=attributes))
    return tuple(found)


def _attribute(one: Attribute, version: str, report: UnitReport) -> Attribute:
    known = definition(one.id, version)
    if known is None or one.unit == known.unit or (known.unit in UNSTATED and one.unit in UNSTATED):
        return one
    if one.unit is None or one.unit in UNSTATED:
        report.supposed[one.id, known.unit] = report.supposed.get((one.id, known.unit), 0) + 1
        return replace(one, unit=known.unit)
    if not is_plain(one.unit, known.unit):
        return _refused(one, known)
    if in_unit(1.0, one.unit, known.unit) == 1.0:
        return one
    key = (one.id, one.unit, known.unit)
    report.converted[key] = report.converted.get(key, 0) + 1
    return replace(
        one, unit=known.unit, value=converted_value(one.value, one.unit, known.unit), kind=_floating(one.kind)
    )


def converted_value(value: Value, unit: str, other: str) -> Value:
    """A number, array or matrix in another unit; other values as they are."""
    if isinstance(value, Coded):
        return Coded.of([in_unit(each, unit, other) for each in value.numbers], "float64", value.rows)
    if isinstance(value, tuple):
        rows = [each for each in value if isinstance(each, tuple)]
        if rows:
            return tuple(tuple(_cell(cell, unit, other) for cell in row) for row in rows)
        return tuple(_cell(each, unit, other) for each in value if not isinstance(each, tuple))
    return None if value is None else _cell(value, unit, other)


def _cell(cell: Cell, unit: str, other: str) -> Cell:
    return cell if isinstance(cell, str | bool) else in_unit(float(cell), unit, other)


def _floating(kind: str) -> str:
    """Whole numbers become floating ones by a factor."""
    cell = "floating_point"
    return {"integer": cell, "integer_array": f"{cell}_array"}.get(kind, f"{cell}_matrix" if kind in MATRICES else kind)


def _refused(one: Attribute, known: Definition) -> Attribute:
    if not known.is_verified:
        return one
    raise BadInput(
        text(
            "attribute {attribute} is in «{unit}» where the schema has {schema}: no plain factor leads from one to the "
            "other; write it in {schema}",
            attribute=one.id,
            unit=one.unit or "",
            schema=known.unit,
        )
    )
