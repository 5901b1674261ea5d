"""Measured numbers: one schema, written as JSON or in half the bytes as columns.

Binary, little-endian: ``LZVL``, version u8, 0 u8, series u16, points u32; for each series its quantity and its unit
(each a length u8 and UTF-8); then three columns: times (i64, µs), values (f64), series of each point (u16).
"""

import struct
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from loadzone.connect.messages.parts import EARLIEST_US, LATEST_US, check_length, check_name, check_time, unpack
from loadzone.words.errors import BadMessage
from loadzone.words.texts import text

MAGIC = b"LZVL"
MOST_POINTS = 100_000
MOST_QUANTITY, MOST_UNIT = 128, 32
_HEAD = struct.Struct("<4sBxHI")
_POINT_BYTES = 8 + 8 + 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Values(msgspec.Struct, frozen=True, eq=False):
    """Points in the order in which they were sent.

    ``times_us`` (n,) int64, µs since 1970 UTC; ``values`` (n,) float64, finite; ``quantities`` and ``units`` n texts,
    the unit is empty for a pure number.
    """

    times_us: NDArray[np.int64]
    values: NDArray[np.float64]
    quantities: tuple[str, ...]
    units: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.quantities)


class _Point(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    time: int | Annotated[datetime, msgspec.Meta(tz=True)]
    quantity: str
    value: float
    unit: str = ""


class _Points(msgspec.Struct, forbid_unknown_fields=True):
    points: Annotated[list[_Point], msgspec.Meta(min_length=1, max_length=MOST_POINTS)]


_JSON = msgspec.json.Decoder(_Points)


def decode_values(body: bytes) -> Values:
    """Values of a message in either form: binary begins with its magic, everything else is JSON.

    Raises
    ------
    BadMessage : it follows neither form, a time lies outside 1990 .. 2100, a value is not finite
    """
    return _from_binary(body) if body.startswith(MAGIC) else _from_json(body)


def _from_json(body: bytes) -> Values:
    try:
        points = _JSON.decode(body).points
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise BadMessage(
            text(
                "values are JSON as {example}; here {reason}",
                example='{"points": [{"time": "2026-11-24T08:00:00Z", "quantity": "temperature", "value": 61.2,'
                ' "unit": "degC"}]}',
                reason=" ".join(str(error).split())[:200] or type(error).__name__,
            )
        ) from error
    times = [point.time if isinstance(point.time, int) else _microseconds(point.time) for point in points]
    for time_us in (min(times), max(times)):
        check_time(time_us)
    for point in points:
        _check_series(point.quantity, point.unit)
    return Values(
        times_us=np.array(times, dtype=np.int64),
        values=_finite(np.array([point.value for point in points], dtype=np.float64)),
        quantities=tuple([point.quantity for point in points]),
        units=tuple([point.unit for point in points]),
    )


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=16_384)
def _check_series(quantity: str, unit: str) -> None:
    check_name(quantity, "quantity", MOST_QUANTITY)
    check_name(unit, "unit", MOST_UNIT, least=0)


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise BadMessage(
            text(
                "point {index} has the value {value}: leave out what was not measured",
                index=int(wrong[0]),
                value=float(values[wrong[0]]),
            )
        )
    return values


def _from_binary(body: bytes) -> Values:
    n_series, n_points = map(int, unpack(_HEAD, body, MAGIC))
    if not 0 < n_points <= MOST_POINTS:
        raise BadMessage(
            text("{count} points: a message carries 1 to {limit}; send several", count=n_points, limit=MOST_POINTS)
        )
    columns = len(body) - n_points * _POINT_BYTES
    if columns < _HEAD.size:
        check_length(_HEAD.size + n_points * _POINT_BYTES, len(body))
    series = _read_series(body[_HEAD.size : columns], n_series)
    times_us = np.frombuffer(body, np.dtype("<i8"), n_points, columns)
    values = np.frombuffer(body, np.dtype("<f8"), n_points, columns + 8 * n_points)
    places = np.frombuffer(body, np.dtype("<u2"), n_points, columns + 16 * n_points)
    for time_us in (times_us.min(), times_us.max()):
        check_time(int(time_us))
    if int(places.max()) >= n_series:
        raise BadMessage(
            text("a point names series {index} of {count}", index=int(places.max()), count=n_series),
        )
    names = [series[place] for place in places.tolist()]
    return Values(
        times_us=times_us,
        values=_finite(values),
        quantities=tuple([quantity for quantity, _ in names]),
        units=tuple([unit for _, unit in names]),
    )


def _read_series(table: bytes, count: int) -> list[tuple[str, str]]:
    """Quantity and unit of each series; stops at the end of the table, whatever the count promises."""
    texts: list[str] = []
    start = 0
    try:
        while len(texts) < 2 * count and start < len(table):
            end = start + 1 + table[start]
            texts.append(table[start + 1 : end].decode())
            start = end
    except UnicodeDecodeError as error:
        raise BadMessage(text("quantity {value} is not UTF-8", value=repr(table[start : start + 40]))) from error
    if len(texts) < 2 * count or start != len(table):
        raise BadMessage(
            text(
                "the head promises {count} series and the names of {found} are there",
                count=count,
                found=len(texts) // 2,
            )
        )
    series = list(zip(texts[::2], texts[1::2], strict=True))
    for quantity, unit in series:
        _check_series(quantity, unit)
    return series


def encode_values(values: Values) -> bytes:
    """The binary form.

    Raises
    ------
    BadMessage : what could not be read back: no point, a name too long, a time or a value outside its range
    """
    names = list(zip(values.quantities, values.units, strict=True))
    places = {each: index for index, each in enumerate(dict.fromkeys(names))}
    _check(values, len(places))
    table = [part.encode() for each in places for part in each]
    return b"".join(
        (
            _HEAD.pack(MAGIC, 1, len(places), len(values)),
            *(bytes([len(each)]) + each for each in table),
            np.ascontiguousarray(values.times_us, "<i8").tobytes(),
            np.ascontiguousarray(values.values, "<f8").tobytes(),
            np.array([places[each] for each in names], "<u2").tobytes(),
        )
    )


def encode_values_json(values: Values) -> bytes:
    """The JSON form, times as whole microseconds.

    Raises
    ------
    BadMessage : as `encode_values`
    """
    _check(values, 0)
    columns = zip(values.times_us.tolist(), values.quantities, values.values.tolist(), values.units, strict=True)
    return msgspec.json.encode(_Points([_Point(*each) for each in columns]))


def _check(values: Values, n_series: int) -> None:
    if not 0 < len(values) <= MOST_POINTS or n_series > 0xFFFF:
        raise BadMessage(
            text("{count} points: a message carries 1 to {limit}; send several", count=len(values), limit=MOST_POINTS)
        )
    if values.times_us.min() < EARLIEST_US or values.times_us.max() >= LATEST_US:
        check_time(int(values.times_us.min()))
        check_time(int(values.times_us.max()))
    _finite(values.values)
    for quantity, unit in zip(values.quantities, values.units, strict=True):
        _check_series(quantity, unit)
        for what, name in (("quantity", quantity), ("unit", unit)):
            if len(name.encode()) > 0xFF:
                raise BadMessage(text("{what} {value}: at most 255 bytes of UTF-8", what=what, value=name))
