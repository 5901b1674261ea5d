"""A load history in a CSV or Parquet file: its columns as numbers, what is wrong with it told by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loadzone.design.duty import HIGHEST_DEGC, LOWEST_DEGC, USUAL_TEMPERATURE_DEGC
from loadzone.design.history import History
from loadzone.flows.rate import RateOptions
from loadzone.flows.rate_tables import read_table
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]

SECONDS = {"duration_s": 1.0, "duration_h": 3600.0}
LENGTHS = ("time_s", *SECONDS, "share")
"""One of these says how long a step lasts."""
LOADS = ("fr_n", "fa_n", "fx_n", "fy_n", "moment_nmm", "mx_nmm", "my_nmm")
COLUMNS = (*LENGTHS, *LOADS, "speed_rpm", "temperature_degc")
QUANTITIES = frozenset({each.partition("_")[0] for each in COLUMNS} - {"share"} | {"load"})
TWO_WAYS = (("fr_n", ("fx_n", "fy_n")), ("moment_nmm", ("mx_nmm", "my_nmm")))
"""The same quantity in the plane of the load, or along x and y."""
LONGEST_GAP = 10.0
"""A step between two times longer than this many usual ones is a gap."""


@dataclass(frozen=True)
class HistoryFile:
    """A history, whether its durations are a time in s (or shares), and whether it says its temperatures."""

    history: History
    is_time: bool
    has_temperatures: bool


def read_history(path: Path, options: RateOptions) -> HistoryFile:
    """The history of a file.

    Parameters
    ----------
    path : columns of loads and one of `LENGTHS`; what is not a column comes from ``options``

    Raises
    ------
    UnreadableFile : absent or no table
    MissingInput : no load, or nothing that says how long a step lasts
    BadInput : a known quantity in another unit, an empty cell, a word where a number belongs, a gap
    """
    table = read_columns(path)
    durations, is_time = _durations(table, path)
    loads = _loads(table, options, path)
    speeds = table.get("speed_rpm", np.full_like(durations, options.speed_rpm))
    if not (np.abs(speeds) * durations).any():
        raise BadInput(
            text("{file}: the bearing turns in no step that lasts: no life in hours, only C_0 and S_0", file=str(path))
        )
    history = History(loads, speeds, _temperatures(table, options, len(durations), path), durations)
    return HistoryFile(history, is_time, "temperature_degc" in table)


def read_columns(path: Path) -> dict[str, Array]:
    """The known columns of a history as numbers, (steps,) each.

    Raises
    ------
    UnreadableFile : absent or no table
    BadInput : a known quantity in another unit, an empty cell, a word where a number belongs
    """
    table = read_table(path)
    names = {str(name).strip().casefold(): name for name in table.column_names}
    for name in names:
        quantity = name.partition("_")[0]
        if name not in COLUMNS and quantity in QUANTITIES:
            known = ", ".join(each for each in COLUMNS if each.startswith(quantity)) or "fr_n, fa_n"
            raise BadInput(
                text(
                    "{file}: column {name} is in no unit known here; give {known}",
                    file=str(path),
                    name=name,
                    known=known,
                )
            )
    return {name: _numbers(table[column], name, path) for name, column in names.items() if name in COLUMNS}


def _numbers(column: "pa.ChunkedArray", name: str, path: Path) -> Array:
    import pyarrow as pa

    try:
        found = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadInput(text("{file}: column {name} holds a word, not a number", file=str(path), name=name)) from error
    bad = np.flatnonzero(~np.isfinite(found))
    if bad.size:
        raise BadInput(
            text(
                "{file}, row {row}: {name} is empty or no number; a history with gaps has no life: fill the row",
                file=str(path),
                row=int(bad[0]) + 1,
                name=name,
            )
        )
    return found


def _durations(table: Mapping[str, Array], path: Path) -> tuple[Array, bool]:
    """How long each step lasts, in s or as a share, and whether it is a time."""
    if "time_s" in table:
        return _between(table["time_s"], path), True
    for name in LENGTHS[1:]:
        if name not in table:
            continue
        lasts = table[name] * SECONDS.get(name, 1.0)
        if not (lasts >= 0.0).all() or not lasts.sum() > 0.0:
            raise BadInput(
                text("{file}: {name} must not be negative, and not zero throughout", file=str(path), name=name)
            )
        return lasts, name != "share"
    raise MissingInput(text("{file}: a history needs a column time_s, duration_s, duration_h or share", file=str(path)))


def _between(times_s: Array, path: Path) -> Array:
    steps = np.diff(times_s)
    if not len(steps) or not (steps > 0.0).all():
        raise BadInput(text("{file}: time_s must rise from row to row", file=str(path)))
    usual = float(np.median(steps))
    longest = int(steps.argmax())
    if steps[longest] > LONGEST_GAP * usual:
        raise BadInput(
            text(
                "{file}: a gap of {gap:g} s after row {row}, where {usual:g} s are usual; give duration_s instead",
                file=str(path),
                gap=float(steps[longest]),
                row=longest + 1,
                usual=usual,
            )
        )
    return np.append(steps, usual)


def _loads(table: Mapping[str, Array], options: RateOptions, path: Path) -> Array:
    """(steps, 5): a radial load that is not given along x and y acts along x, its moment about y."""
    for whole, parts in TWO_WAYS:
        beside = [each for each in parts if each in table]
        if whole in table and beside:
            raise BadInput(
                text(
                    "{file}: {name} and {other} say the same; give one of them",
                    file=str(path),
                    name=whole,
                    other=beside[0],
                )
            )
    given = [table[name] for name in LOADS if name in table]
    if not given:
        raise MissingInput(
            text("{file}: a history needs fr_n or fa_n in N, or fx_n, fy_n, or a moment in N mm", file=str(path))
        )
    loads = np.zeros((len(given[0]), 5))
    has_axes = "fx_n" in table or "fy_n" in table
    if has_axes:
        loads[:, 0], loads[:, 1] = table.get("fx_n", 0.0), table.get("fy_n", 0.0)
    else:
        loads[:, 0] = table.get("fr_n", options.radial_n)
    loads[:, 2] = table.get("fa_n", options.axial_n)
    if "mx_nmm" in table or "my_nmm" in table:
        loads[:, 3], loads[:, 4] = table.get("mx_nmm", 0.0), table.get("my_nmm", 0.0)
        return loads
    moment = table.get("moment_nmm", options.moment_nmm)
    azimuth = np.arctan2(loads[:, 1], loads[:, 0]) if has_axes else 0.0
    loads[:, 3], loads[:, 4] = -np.sin(azimuth) * moment, np.cos(azimuth) * moment
    return loads


def _temperatures(table: Mapping[str, Array], options: RateOptions, count: int, path: Path) -> Array:
    usual = USUAL_TEMPERATURE_DEGC if options.temperature_degc is None else options.temperature_degc
    if "temperature_degc" not in table:
        return np.full(count, usual)
    found = table["temperature_degc"]
    strange = np.flatnonzero((found < LOWEST_DEGC) | (found > HIGHEST_DEGC))
    if strange.size:
        raise BadInput(
            text(
                "{file}, row {row}: temperature {temperature:g} °C; bearings of steel run between {low:g} and "
                "{high:g} °C",
                file=str(path),
                row=int(strange[0]) + 1,
                temperature=float(found[strange[0]]),
                low=LOWEST_DEGC,
                high=HIGHEST_DEGC,
            )
        )
    return found
