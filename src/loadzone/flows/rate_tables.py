"""Ratings of tables of cases: one row of results each. And how a table is read and written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.formats.whole import write_whole
from loadzone.words.errors import BadInput, LoadzoneError, MissingInput, UnreadableFile
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    import pyarrow as pa

CASE_NAMES = {"fr_n": "radial_n", "fa_n": "axial_n"}
RESULT_COLUMNS = (
    *("c_n", "c0_n", "cu_n", "p_n", "p0_n", "s0", "l10_h", "l10r_h", "lnm_h", "lnmr_h", "a1", "a_iso", "kappa", "e_c"),
    *("p_max_mpa", "warnings", "error"),
)


def rate_cases(path: Path, defaults: RateOptions) -> Iterator[dict[str, object]]:
    """One row of results for each case of a CSV or Parquet file; a case that is refused says why and holds up no other.

    Parameters
    ----------
    path : a column ``designation`` and any of fr_n, fa_n, moment_nmm, speed_rpm, oil, temperature_degc, cleanliness,
        clearance_um, fit, reliability_percent, c_n, c0_n, cu_n, length_mm, row_distance_mm, arrangement; what is absent
        or empty comes from ``defaults``

    Raises
    ------
    UnreadableFile, MissingInput : the file, or its column of designations
    """
    table = read_table(path)
    columns = {str(name).strip().casefold(): table[name].to_pylist() for name in table.column_names}
    if "designation" not in columns:
        raise MissingInput(text("{file}: a table of cases needs the column designation", file=str(path)))
    for row in zip(*columns.values(), strict=True):
        yield _rated(dict(zip(columns, row, strict=True)), defaults)


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows of results as CSV, or as Parquet where the name ends so; whole or not at all.

    Raises
    ------
    UnreadableFile : the file cannot be written
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    table = pa.Table.from_pylist([dict(row) for row in rows])
    write = parquet.write_table if path.suffix == ".parquet" else csv.write_csv
    write_whole(path, lambda beside: write(table, str(beside)))


def read_table(path: Path) -> "pa.Table":
    """The table of a CSV or Parquet file.

    Raises
    ------
    UnreadableFile : absent, no table, or without rows
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        table = parquet.read_table(path) if path.suffix == ".parquet" else csv.read_csv(path)
    except (OSError, pa.ArrowInvalid) as error:
        reason = " ".join(str(error).split())[:120]
        raise UnreadableFile(
            text("{file}: no table can be read there ({reason})", file=str(path), reason=reason)
        ) from error
    if not table.num_rows:
        raise UnreadableFile(text("{file}: the table has no rows", file=str(path)))
    return table


def _rated(row: Mapping[str, Any], defaults: RateOptions) -> dict[str, object]:
    """The case and its results; of a refused one only the sentence."""
    empty = dict.fromkeys(RESULT_COLUMNS)
    try:
        answer = rate_bearing(str(row["designation"]), _options(row, defaults)).to_dict()
    except LoadzoneError as refusal:
        return dict(row) | empty | {"error": refusal.render()}
    parts = [answer[name] for name in ("ratings", "load", "life", "stress")]
    numbers = {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    warnings = answer["warnings"]
    codes = ";".join(each["code"] for each in warnings) if isinstance(warnings, list) else ""
    told = {name: numbers.get(name) for name in RESULT_COLUMNS} | {"warnings": codes, "error": None}
    return dict(row) | told


def _options(row: Mapping[str, Any], defaults: RateOptions) -> RateOptions:
    known = {each.name for each in fields(RateOptions)} - {"geometry", "grooves", "mode"}
    said: dict[str, Any] = {}
    for column, value in row.items():
        name = CASE_NAMES.get(column, column)
        if name in known and value is not None and value != "":
            said[name] = _cell(name, value)
    return replace(defaults, **said)


def _cell(name: str, value: object) -> object:
    if name in {"oil", "cleanliness", "type_key", "fit", "arrangement"}:
        return str(value)
    try:
        return float(str(value))
    except ValueError:
        raise BadInput(_no_number(name, value)) from None


def _no_number(name: str, value: object) -> Text:
    return text("{name} «{value}» is no number", name=name, value=str(value))
