"""The text layouts of the PRONOSTIA rig (FEMTO, IEEE PHM 2012 challenge): clock columns, then values without a header.

Acceleration: hour, minute, second, microsecond, horizontal, vertical (g). Temperature: hour, minute, second, tenth,
temperature (°C). The clock is no time axis: microseconds carry five digits and wrap inside a snapshot, and the clock
of run 1_1 jumps back by six hours. Order snapshots by the number in their name.
Source: Nectoux et al., PRONOSTIA, IEEE PHM 2012; the file descriptions of the challenge.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loadzone.formats.format import as_samples, named
from loadzone.formats.rates import MIN_TIMES, rate_of_times, rounded_rate
from loadzone.formats.table import Column
from loadzone.signals.recording import Recording
from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text, text

ACCELERATION_COLUMNS = 6
TEMPERATURE_COLUMNS = 5
CLOCK_LIMITS = (24, 60, 60)
MICROSECONDS = 1e6
RESOLUTION_S = 10e-6
"""Five digits of six: the clock of a snapshot is good to 10 µs."""
_NUMBER = re.compile(r"(?:acc|temp)_(\d+)", re.IGNORECASE)


def recordings_of_pronostia(columns: Sequence[Column], name: str) -> list[Recording] | None:
    """The channels of a PRONOSTIA file called ``name``, or None where the columns are not of its layouts."""
    values = [np.asarray(each.values, dtype=np.float64) for each in columns]
    if len(values) not in (TEMPERATURE_COLUMNS, ACCELERATION_COLUMNS) or not _are_clock(values[:3]):
        return None
    clock = ":".join(f"{int(column[0]):02d}" for column in values[:3])
    number = _NUMBER.search(name)
    notes = (
        text(
            "snapshot {number}; its clock says {clock} without a date and is no time axis: order by number",
            number=number[1] if number else "?",
            clock=clock,
        ),
    )
    if len(values) == ACCELERATION_COLUMNS:
        return _acceleration(columns, values[3], notes)
    if not _whole_numbers(values[3], 10) or "temp" not in name.casefold():
        return None
    return _temperature(columns, values, notes)


def _acceleration(
    columns: Sequence[Column], microseconds: NDArray[np.float64], notes: tuple[Text, ...]
) -> list[Recording] | None:
    rate = _rate_of_microseconds(microseconds)
    if rate is None:
        return None
    return [
        Recording(
            samples=as_samples(columns[place].values),
            channel=channel,
            fs_hz=Sourced(rate, "estimated", "mean step of the microsecond column, unwrapped"),
            unit=Sourced("g", "estimated", "layout of PRONOSTIA acceleration files"),
            notes=(named(f"column {place + 1}"), *notes),
        )
        for place, channel in ((4, "horizontal"), (5, "vertical"))
    ]


def _temperature(
    columns: Sequence[Column], values: Sequence[NDArray[np.float64]], notes: tuple[Text, ...]
) -> list[Recording]:
    times_s = values[0] * 3600 + values[1] * 60 + values[2] + values[3] / 10
    temperature_rate = rate_of_times(times_s, 0.1)
    return [
        Recording(
            samples=as_samples(columns[4].values),
            channel="temperature",
            fs_hz=Sourced(temperature_rate, "estimated", "clock columns") if temperature_rate else None,
            unit=Sourced("degc", "estimated", "layout of PRONOSTIA temperature files"),
            notes=(named("column 5"), *notes),
        )
    ]


def _rate_of_microseconds(microseconds: NDArray[np.float64]) -> float | None:
    if len(microseconds) < MIN_TIMES or not _whole_numbers(microseconds, MICROSECONDS + 1):  # 999,996 is written 1e+06
        return None
    steps_s = np.mod(np.diff(microseconds), MICROSECONDS) / MICROSECONDS
    span_s = float(steps_s.sum())
    if span_s <= 0 or float(np.abs(steps_s - np.median(steps_s)).max()) > 2 * RESOLUTION_S:
        return None
    return rounded_rate(len(steps_s) / span_s, 2 * RESOLUTION_S / span_s)


def _are_clock(columns: Sequence[NDArray[np.float64]]) -> bool:
    return all(_whole_numbers(column, limit) for column, limit in zip(columns, CLOCK_LIMITS, strict=True))


def _whole_numbers(column: NDArray[np.float64], limit: float) -> bool:
    return bool(column.size) and bool(((column >= 0) & (column < limit) & (column == np.floor(column))).all())
