"""Values and their kinds: from the text of an XML file or the member of a JSON file to Python, and back.

JSON names the kind of every value. XML does not: there the schema says it, and for what the tables do not know the
text is read as what it would be written as again.
"""

import math
import re
from collections.abc import Sequence
from typing import Literal

from loadzone.formats.rexs.model import Cell, Coded, Value
from loadzone.formats.rexs.schema import UNSTATED, definition
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Shape = Literal["text", "array", "matrix", "arrays"]

STRINGS = frozenset({"string", "enum", "file_reference", "date_time"})
NUMBERS = frozenset({"integer", "floating_point", "reference_component"})
SCALARS = STRINGS | NUMBERS | {"boolean"}
OF_INTEGER_ARRAYS = "array_of_integer_arrays"
ARRAYS = frozenset({f"{cell}_array" for cell in ("floating_point", "integer", "boolean", "string", "enum")})
MATRICES = frozenset({f"{cell}_matrix" for cell in ("floating_point", "integer", "boolean", "string")})
KINDS = SCALARS | ARRAYS | MATRICES | {OF_INTEGER_ARRAYS}
CODED = {"float32": "floating_point", "float64": "floating_point", "int32": "integer"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,300}", re.ASCII)
"""More digits than Python reads at once are no number of a model."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that no XML file can hold."""


def shape_of(kind: str) -> Shape:
    """The form in which values of a kind stand in XML."""
    if kind == OF_INTEGER_ARRAYS:
        return "arrays"
    if kind in ARRAYS:
        return "array"
    return "matrix" if kind in MATRICES else "text"


def cell_of(kind: str) -> str:
    """The kind of one cell: "floating_point" for a floating_point_matrix."""
    if kind == OF_INTEGER_ARRAYS:
        return "integer"
    return kind.removesuffix("_array").removesuffix("_matrix")


def assumed_kind(attribute_id: str, version: str, shape: Shape, cells: Sequence[str], unit: str | None) -> str:
    """The kind that a value in XML has without a word about it: the schema's, else what its cells look like.

    Reader and writer ask the same question, so that a value which would be misread is marked by the writer.
    """
    known = definition(attribute_id, version)
    if (
        known is not None
        and (shape_of(known.kind) == shape or (shape == "text" and not cells))
        and (known.is_verified or all(_fits(cell, cell_of(known.kind)) for cell in cells))
    ):
        return known.kind
    if shape == "arrays":
        return OF_INTEGER_ARRAYS
    cell = _common(cells, has_unit=unit not in UNSTATED)
    return cell if shape == "text" else f"{cell}_{shape}"


def agree(attribute_id: str, version: str, kind: str) -> None:
    """Refuse a kind of value that the schema does not have for an attribute.

    Raises
    ------
    BadInput : say a text where the schema has a number
    """
    known = definition(attribute_id, version)
    if known is not None and known.is_verified and _group(known.kind) != _group(kind):
        raise BadInput(text("the value is {kind}, in the schema it is {schema}", kind=kind, schema=known.kind))


def parsed(cell: str, kind: str) -> Cell:
    """One cell of text as a value of a scalar kind.

    Raises
    ------
    BadInput : it is no such value
    """
    if kind in STRINGS:
        return cell
    stripped = cell.strip()
    if kind == "boolean":
        return _boolean(stripped)
    if kind == "floating_point":
        if _NUMBER.fullmatch(stripped) and math.isfinite(float(stripped)):
            return float(stripped)
        raise BadInput(text("«{value}» is no finite number", value=shortened(stripped)))
    if not _INTEGER.fullmatch(stripped):
        raise BadInput(text("«{value}» is no whole number", value=shortened(stripped)))
    return int(stripped)


def written(value: Cell) -> str:
    """One cell as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else repr(float(value))


def from_json(kind: str, found: object) -> Value:
    """A value of JSON whose kind is told.

    Raises
    ------
    BadInput : it is not of that kind
    """
    if found is None:
        return None
    if kind in SCALARS:
        return _cell(kind, found)
    if isinstance(found, dict):
        return checked(_coded(found), kind)
    if not isinstance(found, list):
        raise BadInput(text("{kind} needs a list", kind=kind))
    if kind in ARRAYS:
        return tuple(_cell(cell_of(kind), each) for each in found)
    if not all(isinstance(row, list) for row in found):
        raise BadInput(text("{kind} needs a list of lists", kind=kind))
    rows = tuple(tuple(_cell(cell_of(kind), each) for each in row) for row in found)
    return rectangular(rows, kind)


def to_json(value: Value) -> object:
    """A value as JSON holds it."""
    if isinstance(value, Coded):
        size = {} if value.rows is None else {"rows": value.rows, "columns": value.columns}
        return {"code": value.code, **size, "value": value.packed}
    if isinstance(value, tuple):
        return [list(each) if isinstance(each, tuple) else each for each in value]
    return value


def rectangular(rows: tuple[tuple[Cell, ...], ...], kind: str) -> Value:
    """The rows of a matrix; those of an array of arrays may differ in length.

    Raises
    ------
    BadInput : the rows of a matrix differ in length
    """
    if kind != OF_INTEGER_ARRAYS and len({len(row) for row in rows}) > 1:
        raise BadInput(text("the rows of a matrix differ in length"))
    return rows


def checked(value: Coded, kind: str) -> Coded:
    """Packed numbers that can be unpacked and have the stated size.

    Raises
    ------
    BadInput : they cannot, or are of another kind
    """
    numbers = value.numbers
    if CODED[value.code] != cell_of(kind):
        raise BadInput(text("code {code} packs no {kind}", code=value.code, kind=kind))
    if (kind in MATRICES) != (value.rows is not None and value.columns is not None):
        raise BadInput(text("a packed matrix needs rows and columns, a packed array has none"))
    if value.rows is not None and value.columns is not None and value.rows * value.columns != len(numbers):
        raise BadInput(
            text(
                "{rows} rows and {columns} columns are stated, and {count} numbers are packed",
                rows=value.rows,
                columns=value.columns,
                count=len(numbers),
            )
        )
    return value


def clean(words: str) -> str:
    """A text that both forms of REXS can hold.

    Raises
    ------
    BadInput : it has a control sign or half a surrogate pair
    """
    found = _FORBIDDEN.search(words)
    if found:
        raise BadInput(text("the text holds the sign U+{sign}, which XML cannot carry", sign=f"{ord(found[0]):04X}"))
    return words


def shortened(words: str) -> str:
    """A text as it is shown in a sentence."""
    return words if len(words) <= 40 else words[:39] + "…"


def _group(kind: str) -> tuple[str, str]:
    """Form and sort of cells: a whole number is a number, a word of a list is a text."""
    cell = cell_of(kind)
    sort = "number" if cell in NUMBERS else "text" if cell in STRINGS else cell
    return shape_of(kind), sort


def _boolean(stripped: str) -> bool:
    found = {"true": True, "1": True, "false": False, "0": False}.get(stripped.casefold())
    if found is None:
        raise BadInput(text("«{value}» is neither true nor false", value=shortened(stripped)))
    return found


def _cell(kind: str, found: object) -> Cell:
    """One cell of JSON."""
    if kind in STRINGS and isinstance(found, str):
        return clean(found)
    if kind == "boolean" and isinstance(found, bool):
        return found
    if not isinstance(found, bool):
        if kind == "floating_point" and isinstance(found, int | float):
            return _finite(found)
        if kind in NUMBERS and isinstance(found, int):
            return found
    raise BadInput(text("«{value}» is no {kind}", value=shortened(str(found)), kind=kind))


def _finite(found: float) -> float:
    try:
        value = float(found)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise BadInput(text("«{value}» is no finite number", value=shortened(str(found))))
    return value


def _coded(found: dict[str, object]) -> Coded:
    code, packed = found.get("code"), found.get("value")
    if not (isinstance(code, str) and isinstance(packed, str)):
        raise BadInput(text("packed numbers need a code and a value"))
    return Coded(code, "".join(packed.split()), _count(found.get("rows")), _count(found.get("columns")))


def _count(found: object) -> int | None:
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise BadInput(text("«{value}» is no whole number", value=shortened(str(found))))
    return found


def _common(cells: Sequence[str], *, has_unit: bool) -> str:
    """The narrowest kind that gives every cell back as it stands."""
    if not cells:
        return "floating_point" if has_unit else "string"
    if has_unit and all(_fits(cell, "floating_point") for cell in cells):
        return "floating_point"
    for kind in ("boolean", "integer", "floating_point"):
        if all(_fits(cell, kind) and written(parsed(cell, kind)) == cell for cell in cells):
            return kind
    return "string"


def _fits(cell: str, kind: str) -> bool:
    try:
        parsed(cell, kind)
    except BadInput:
        return False
    return True
