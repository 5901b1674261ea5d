"""The tables of the lake, stated once: columns with type, unit and meaning, and the order in which rows are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from arro3.core import Array, DataType, Schema, Table

TableName = Literal["points", "descriptors", "results", "recordings"]
Type = Literal["text", "time", "number", "count"]


@dataclass(frozen=True)
class Column:
    """A column: texts, times (µs UTC), numbers (64 bit floating), counts (64 bit whole)."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class LakeTable:
    """A table; ``order`` is that of its compacted rows: what is asked for together lies together."""

    name: TableName
    meaning: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    @property
    def series(self) -> tuple[str, ...]:
        """What names one line of values over time."""
        return tuple(name for name in self.order if name in {"organisation", "position", "quantity"})

    @property
    def has_values(self) -> bool:
        """Whether rows are values over time (and not documents)."""
        return "quantity" in self.order


_WHOSE = Column("organisation", "text", "whose row this is", is_required=True)
_WHERE = Column("position", "text", "position in the catalog", is_required=True)
_WHEN = Column("time", "time", "when it was measured", unit="µs UTC", is_required=True)
_WHAT = Column("quantity", "text", "what was measured or computed", is_required=True)
_VALUE = Column("value", "number", "the value; missing where only the status is known", unit="as column unit says")
_UNIT = Column("unit", "text", "unit of the value")
_ID = Column(
    "id", "text", "identifier; a function of the message, so that a repeated one has the same", is_required=True
)
_RECORDING = Column("recording", "text", "id of the recording that it was computed from")

LAST_US = 253_370_764_800_000_000
"""1 January 9999: what comes later no calendar can show."""

TABLES: Mapping[TableName, LakeTable] = {
    table.name: table
    for table in (
        LakeTable(
            "points",
            "values that arrive: temperatures, loads, speeds, counters",
            (
                _WHOSE,
                _WHERE,
                _WHAT,
                _WHEN,
                _VALUE,
                _UNIT,
                Column("status", "text", "as the sender said: good, doubtful, bad"),
                Column("received", "time", "when it arrived here", unit="µs UTC"),
            ),
            ("organisation", "position", "quantity", "time"),
        ),
        LakeTable(
            "descriptors",
            "values computed from recordings: levels, kurtosis, fault lines",
            (
                _WHOSE,
                _WHERE,
                _WHAT,
                _WHEN,
                _VALUE,
                _UNIT,
                _RECORDING,
                Column("class", "text", "operating class (speed, load) in which it was measured"),
            ),
            ("organisation", "position", "quantity", "time"),
        ),
        LakeTable(
            "results",
            "what blocks found: diagnoses, assessments, forecasts",
            (
                _WHOSE,
                _WHERE,
                _WHEN,
                _ID,
                Column("block", "text", "which block of ISO 13374 said so", is_required=True),
                _RECORDING,
                Column("verdict", "text", "its answer as a code"),
                Column("p_value", "number", "chance of so clear a finding on a healthy bearing"),
                Column("version", "text", "version of loadzone that computed it"),
                Column("document", "text", "all of it as JSON: inputs, parameters, evidence"),
            ),
            ("organisation", "position", "time"),
        ),
        LakeTable(
            "recordings",
            "index of waveforms",
            (
                _WHOSE,
                _WHERE,
                _WHEN,
                _ID,
                Column("sensor", "text", "sensor in the catalog"),
                Column("channel", "text", "channel as the sender named it"),
                Column("serial", "text", "unit that was mounted then"),
                Column("object", "text", "name of the waveform object"),
                Column("rate", "number", "sampling rate", unit="Hz"),
                Column("samples", "count", "number of samples"),
                Column("unit", "text", "unit of the samples"),
                Column("speed", "number", "shaft speed", unit="r/min"),
                Column("door", "text", "how it came: mqtt, http, folder"),
                Column("received", "time", "when it arrived here", unit="µs UTC"),
            ),
            ("organisation", "position", "time"),
        ),
    )
}


def table_of(name: str) -> LakeTable:
    """The table of that name; `BadInput` where there is none."""
    for known in get_args(TableName):
        if name == known:
            return TABLES[known]
    raise BadInput(text("the lake has no table {table}; it has {known}", table=name, known=", ".join(TABLES)))


def arrow_schema(table: LakeTable) -> "Schema":
    """The columns as an Arrow schema."""
    from arro3.core import Field, Schema

    return Schema([Field(each.name, _arrow_type(each.type), nullable=not each.is_required) for each in table.columns])


def arrow_table(table: LakeTable, columns: Mapping[str, Any]) -> "Table":
    """Rows of the table as Arrow.

    Parameters
    ----------
    columns : by name, each a list, a NumPy array or an Arrow array of the same length; times are whole numbers of µs.
        What is not required may be left out

    Raises
    ------
    BadInput : a column is unknown, missing, of another length or of another type
    """
    from arro3.core import Table

    known = {each.name: each for each in table.columns}
    lengths = {name: len(values) for name, values in columns.items()}
    missing = [each.name for each in table.columns if each.is_required and each.name not in columns]
    if missing or not lengths.keys() <= known.keys() or len(set(lengths.values())) != 1:
        raise BadInput(
            text(
                "table {table} takes columns of one length among {known}; it got {got}",
                table=table.name,
                known=", ".join(known),
                got=", ".join(f"{name} ({length})" for name, length in lengths.items()) or "–",
            )
        )
    count = next(iter(lengths.values()))
    arrays = [_arrow_array(each, columns.get(each.name), count) for each in table.columns]
    return Table.from_arrays(arrays, schema=arrow_schema(table))


def spread(values: Sequence[str | None], counts: Sequence[int] | NDArray[np.int64]) -> "Array":
    """A column in which each text stands as many times as its count says, without a Python text for every row."""
    from arro3.core import Array, DataType

    places = np.repeat(np.arange(len(values), dtype=np.int32), np.asarray(counts, dtype=np.int64))
    return Array(list(values), type=DataType.utf8()).take(Array.from_numpy(places))


def _arrow_array(column: Column, values: Any, count: int) -> "Array":  # noqa: ANN401  list, NumPy or Arrow
    try:
        array = _converted(column, values, count)
    except Exception as error:  # the core of arro3 raises bare Exceptions
        raise BadInput(
            text("column {column} cannot hold these values ({reason})", column=column.name, reason=str(error)[:120])
        ) from error
    if column.is_required and array.null_count:
        raise BadInput(text("column {column} needs a value in every row", column=column.name))
    if column.type == "time" and column.is_required:
        _check_times(array)
    return array


def _check_times(times: "Array") -> None:
    from arro3.core import DataType

    micros = np.asarray(times.cast(DataType.int64()).to_numpy())
    if len(micros) and (micros.min() < 0 or micros.max() >= LAST_US):
        wrong = int(micros.min() if micros.min() < 0 else micros.max())
        raise BadInput(text("{time} µs is no time of a measurement: check the clock of the sender", time=wrong))


def _converted(column: Column, values: Any, count: int) -> "Array":  # noqa: ANN401  as above
    from arro3.core import Array

    wanted = _arrow_type(column.type)
    if values is None:
        return Array([None] * count, type=_plain_type(column.type)).cast(wanted)
    if hasattr(values, "__arrow_c_array__"):
        return Array.from_arrow(values).cast(wanted)
    if column.type == "text":
        return Array(values.tolist() if isinstance(values, np.ndarray) else list(values), type=wanted)
    if not isinstance(values, np.ndarray):
        return Array(list(values), type=_plain_type(column.type)).cast(wanted)
    plain = np.ascontiguousarray(values, dtype=np.float64 if column.type == "number" else np.int64)
    return Array.from_numpy(plain).cast(wanted)


def _arrow_type(kind: Type) -> "DataType":
    from arro3.core import DataType

    return DataType.timestamp("us", tz="UTC") if kind == "time" else _plain_type(kind)


def _plain_type(kind: Type) -> "DataType":
    from arro3.core import DataType

    return {"text": DataType.utf8, "number": DataType.float64}.get(kind, DataType.int64)()
