"""Columns of equal length become recordings, and back: what text, Parquet and Arrow files have in common."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.formats.format import as_samples, named
from loadzone.formats.rates import is_running, rate_of_times, resolution_of, time_scale_s
from loadzone.formats.units import LABELS, parse_unit, split_unit
from loadzone.formats.variables import FS_NAMES, SPEED_NAMES, START_NAMES, UNIT_NAMES
from loadzone.signals.recording import Recording, Unit
from loadzone.words.errors import BadInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text, text

SPOKEN = {
    "sampling rate": "fs_hz",
    "sample rate": "fs_hz",
    "sampling frequency": "fs_hz",
    "采样率": "fs_hz",
    "采样频率": "fs_hz",
    "转速": "speed_rpm",
    "单位": "unit",
    **dict.fromkeys(FS_NAMES, "fs_hz"),
    **dict.fromkeys(SPEED_NAMES, "speed_rpm"),
    **dict.fromkeys(UNIT_NAMES, "unit"),
    **dict.fromkeys(START_NAMES, "started_at"),
}
"""How tables call what we need to know: folded name to ours."""


@dataclass(frozen=True)
class Column:
    """One column: its heading, place (from 1), values of shape (n,), own remarks, and the last digit of its numbers.

    ``resolution`` is None where the numbers are binary.
    """

    heading: str
    place: int
    values: NDArray[Any]
    remarks: Mapping[str, str] = field(default_factory=dict)
    resolution: float | None = None


def recordings_of_table(columns: Sequence[Column], remarks: Mapping[str, str]) -> list[Recording]:
    """Channels of a table; a column of even times gives the rate, and remarks of a column win over the table's."""
    numeric = [each for each in columns if _is_numeric(each)]
    times = next((each for each in columns if _is_time(each) and [each] != numeric), None)
    rate, start, notes = _clock(times) if times is not None else (None, None, ())
    return [_described(each, remarks, rate, start, notes) for each in numeric if each is not times]


def remarks_of(pairs: Mapping[str, str]) -> dict[str, str]:
    """The remarks among key and value pairs that we understand, under our names."""
    known = {SPOKEN[key.strip().casefold()]: value.strip() for key, value in pairs.items() if _is_spoken(key)}
    return {**{key: value for key, value in pairs.items() if key == "channel"}, **known}


def remarks_about(recording: Recording) -> dict[str, str]:
    """What a file must say about a recording beside its samples, as texts."""
    remarks = {"channel": recording.channel}
    if recording.fs_hz is not None:
        remarks["fs_hz"] = repr(float(recording.fs_hz.value))
    if recording.speed_rpm is not None:
        remarks["speed_rpm"] = repr(float(recording.speed_rpm.value))
    if recording.unit is not None:
        remarks["unit"] = LABELS[recording.unit.value]
    if recording.started_at is not None:
        remarks["started_at"] = recording.started_at
    return remarks


def check_equal(path: Path, recordings: Sequence[Recording], *fields: str) -> None:
    """Refuse channels that one file of this kind cannot hold together.

    Raises
    ------
    BadInput : unequal numbers of samples, or unequal values of one of ``fields``
    """
    lengths = sorted({len(each.samples) for each in recordings})
    if len(lengths) > 1:
        raise BadInput(
            text(
                "{file}: channels of {shortest} to {longest} samples do not fit in one table: write one file a channel,"
                " or HDF5",
                file=path.suffix,
                shortest=lengths[0],
                longest=lengths[-1],
            )
        )
    for name in fields:
        values = {value.value if isinstance(value := getattr(each, name), Sourced) else value for each in recordings}
        if len(values) > 1:
            raise BadInput(
                text(
                    "{file}: this format holds one {field} for all channels, and they differ ({values}): write one file"
                    " a channel, or HDF5",
                    file=path.suffix,
                    field=name,
                    values=", ".join(sorted(map(str, values))),
                )
            )


def positive(remark: str | None) -> float | None:
    """The positive number at the beginning of a remark («12000 Hz»), or None."""
    try:
        value = float((remark or "").split()[0].replace(",", "."))
    except (ValueError, IndexError):
        return None
    return value if math.isfinite(value) and value > 0 else None


def _is_spoken(key: str) -> bool:
    return key.strip().casefold() in SPOKEN


def _is_time(column: Column) -> bool:
    if column.values.dtype.kind == "M":
        return True
    named_so = "channel" not in column.remarks and time_scale_s(column.heading) is not None
    return named_so and _is_numeric(column) and is_running(column.values)


def _is_numeric(column: Column) -> bool:
    return column.values.dtype.kind in "fiu"


def _clock(times: Column) -> tuple[Sourced[float] | None, str | None, tuple[Text, ...]]:
    start = None
    if times.values.dtype.kind == "M":
        if times.values.size and not np.isnat(times.values[0]):
            start = str(times.values[0].astype("datetime64[us]"))
        seconds = (times.values - times.values[:1]).astype("timedelta64[ns]").astype(np.float64) * 1e-9
        resolution = times.resolution or 1e-9
    else:
        scale = time_scale_s(times.heading) or 1.0
        seconds = times.values.astype(np.float64) * scale
        resolution = times.resolution * scale if times.resolution else resolution_of(seconds)
    rate = rate_of_times(seconds, resolution)
    if rate is None:
        note = text("column {name} holds times that are not evenly spaced: it gives no rate", name=times.heading)
        return None, start, (note,)
    return Sourced(rate, "file", times.heading), start, ()


def _described(
    column: Column,
    table_remarks: Mapping[str, str],
    rate: Sourced[float] | None,
    start: str | None,
    notes: tuple[Text, ...],
) -> Recording:
    remarks = {**table_remarks, **column.remarks}
    name, unit = split_unit(column.heading)
    said_rate, said_speed, said_unit = (
        positive(remarks.get("fs_hz")),
        positive(remarks.get("speed_rpm")),
        _unit(remarks),
    )
    named_unit: Sourced[Unit] | None = Sourced(unit, "file", column.heading) if unit else None
    return Recording(
        samples=as_samples(column.values),
        channel=column.remarks.get("channel", name),
        fs_hz=Sourced(said_rate, "file", "fs_hz") if said_rate else rate,
        unit=Sourced(said_unit, "file", "unit") if said_unit else named_unit,
        speed_rpm=Sourced(said_speed, "file", "speed_rpm") if said_speed else None,
        started_at=remarks.get("started_at", start),
        notes=(named(f"column {column.place}"), *notes),
    )


def _unit(remarks: Mapping[str, str]) -> Unit | None:
    return parse_unit(remarks["unit"]) if "unit" in remarks else None
