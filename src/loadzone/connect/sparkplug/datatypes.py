"""The data types of Sparkplug B and how a value of each stands in its field.

Peers write negative integers in two ways (masked to the width of the type, or to 32 bits), so a reader masks to the
width and takes the sign. We mask to the width, which every reader tried understands; one refuses the other way.
"""

import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np

from loadzone.words.errors import BadMessage
from loadzone.words.texts import text


class DataType(IntEnum):
    """Numbers of the specification, chapter 6."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATE_TIME = 13
    TEXT = 14
    UUID = 15
    DATA_SET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19
    PROPERTY_SET = 20
    PROPERTY_SET_LIST = 21
    INT8_ARRAY = 22
    INT16_ARRAY = 23
    INT32_ARRAY = 24
    INT64_ARRAY = 25
    UINT8_ARRAY = 26
    UINT16_ARRAY = 27
    UINT32_ARRAY = 28
    UINT64_ARRAY = 29
    FLOAT_ARRAY = 30
    DOUBLE_ARRAY = 31
    BOOLEAN_ARRAY = 32
    STRING_ARRAY = 33
    DATE_TIME_ARRAY = 34


SIGNED = {DataType.INT8: 8, DataType.INT16: 16, DataType.INT32: 32, DataType.INT64: 64}
UNSIGNED = {
    DataType.UINT8: 8,
    DataType.UINT16: 16,
    DataType.UINT32: 32,
    DataType.UINT64: 64,
    DataType.DATE_TIME: 64,
}
WIDTHS = SIGNED | UNSIGNED
BASIC = frozenset(DataType(number) for number in range(1, 16))
_TEXTS = frozenset({DataType.STRING, DataType.TEXT, DataType.UUID})
_ARRAYS: dict[DataType, str] = {
    DataType.INT8_ARRAY: "<i1",
    DataType.INT16_ARRAY: "<i2",
    DataType.INT32_ARRAY: "<i4",
    DataType.INT64_ARRAY: "<i8",
    DataType.UINT8_ARRAY: "<u1",
    DataType.UINT16_ARRAY: "<u2",
    DataType.UINT32_ARRAY: "<u4",
    DataType.UINT64_ARRAY: "<u8",
    DataType.FLOAT_ARRAY: "<f4",
    DataType.DOUBLE_ARRAY: "<f8",
    DataType.DATE_TIME_ARRAY: "<u8",
}
_NUMBERS = frozenset({"int_value", "long_value", "float_value", "double_value", "boolean_value"})
_COUNT = struct.Struct("<I")


def datatype(number: int) -> DataType:
    """The data type of a number.

    Raises
    ------
    BadMessage : the specification has none of that number
    """
    try:
        return DataType(number)
    except ValueError as error:
        raise BadMessage(text("data type {number} is none of Sparkplug B (0 to 34)", number=number)) from error


def put_scalar(target: Any, kind: DataType, value: Any) -> None:
    """Write a value of a basic type, of bytes or of an array into the right field of a protobuf message.

    Raises
    ------
    BadMessage : the value does not fit the type
    """
    try:
        if kind in WIDTHS:
            _put_integer(target, kind, value)
        elif kind is DataType.FLOAT:
            target.float_value = float(value)
        elif kind is DataType.DOUBLE:
            target.double_value = float(value)
        elif kind is DataType.BOOLEAN:
            target.boolean_value = _boolean(value)
        elif kind in _TEXTS:
            target.string_value = value
        elif kind in {DataType.BYTES, DataType.FILE}:
            target.bytes_value = bytes(value)
        else:
            target.bytes_value = pack_array(kind, value)
    except (TypeError, ValueError, OverflowError, UnicodeEncodeError) as error:
        raise _misfit(kind, value) from error


def _put_integer(target: Any, kind: DataType, value: Any) -> None:
    width = WIDTHS[kind]
    low, high = (-(1 << width - 1), (1 << width - 1) - 1) if kind in SIGNED else (0, (1 << width) - 1)
    if isinstance(value, bool) or int(value) != value or not low <= value <= high:
        raise _misfit(kind, value)
    setattr(target, "long_value" if width == 64 else "int_value", int(value) & (1 << width) - 1)


def _boolean(value: Any) -> bool:
    if value in (0, 1):
        return bool(value)
    raise ValueError(value)


def _misfit(kind: DataType, value: Any) -> BadMessage:
    return BadMessage(text("{value} is no value of type {kind}", value=repr(value)[:80], kind=kind.name))


def take_scalar(kind: DataType, field: str, raw: Any) -> Any:
    """The value of type ``kind`` that stands in ``field``; a number in another numeric field is taken where it fits.

    Raises
    ------
    BadMessage : field and type do not go together, or an array is torn
    """
    if kind in WIDTHS and field in _NUMBERS:
        return _integer(kind, raw)
    if kind in {DataType.FLOAT, DataType.DOUBLE} and field in _NUMBERS:
        return float(raw)
    if kind is DataType.BOOLEAN and field in _NUMBERS:
        return bool(raw)
    if kind in _TEXTS and field == "string_value":
        return raw
    if field == "bytes_value":
        return raw if kind in {DataType.BYTES, DataType.FILE} else unpack_array(kind, raw)
    raise BadMessage(text("a value in {field} is none of type {kind}", field=field, kind=kind.name))


def _integer(kind: DataType, raw: Any) -> int:
    if isinstance(raw, float) and raw != int(raw if abs(raw) < 1e18 else 0):
        raise _misfit(kind, raw)
    width = WIDTHS[kind]
    masked = int(raw) & (1 << width) - 1
    return masked - (1 << width) if kind in SIGNED and masked >> width - 1 else masked


def pack_array(kind: DataType, values: Any) -> bytes:
    """Bytes of an array: little-endian numbers; a count and bits, highest first; texts that end in a zero byte.

    Raises
    ------
    BadMessage : the type is no array, or a value does not fit
    """
    if kind in _ARRAYS:
        return _numbers(kind, np.dtype(_ARRAYS[kind]), values).tobytes()
    if kind is DataType.BOOLEAN_ARRAY:
        return _COUNT.pack(len(values)) + np.packbits(np.asarray(values, dtype=bool)).tobytes()
    if kind is DataType.STRING_ARRAY and not any("\0" in each for each in values):
        return b"".join(each.encode() + b"\0" for each in values)
    raise _misfit(kind, values)


def _numbers(kind: DataType, dtype: np.dtype[Any], values: Any) -> np.ndarray:
    if dtype.kind == "f":
        with np.errstate(invalid="ignore"):  # a NaN that signals becomes one that does not
            return np.asarray(values).astype(dtype)
    try:  # straight to the type: int64 and uint64 together would pass through float64 and lose digits
        whole = [int(value) for value in values]
        if whole == list(values):
            return np.array(whole, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise _misfit(kind, values) from error
    raise _misfit(kind, values)


def unpack_array(kind: DataType, raw: bytes) -> tuple[Any, ...]:
    """The values of an array.

    Raises
    ------
    BadMessage : the type is no array, or the length is no multiple of its item
    """
    readers: dict[DataType, Callable[[bytes], tuple[Any, ...] | None]] = {
        DataType.BOOLEAN_ARRAY: _bits,
        DataType.STRING_ARRAY: _strings,
    }
    found = None
    if kind in _ARRAYS:
        dtype = np.dtype(_ARRAYS[kind])
        found = tuple(np.frombuffer(raw, dtype).tolist()) if len(raw) % dtype.itemsize == 0 else None
    elif kind in readers:
        found = readers[kind](raw)
    if found is None:
        raise BadMessage(text("{size} bytes are no array of type {kind}", size=len(raw), kind=kind.name))
    return found


def _bits(raw: bytes) -> tuple[Any, ...] | None:
    if len(raw) < _COUNT.size:
        return None
    (count,) = _COUNT.unpack_from(raw)
    if (count + 7) // 8 != len(raw) - _COUNT.size:
        return None
    bits = np.unpackbits(np.frombuffer(raw, np.uint8, offset=_COUNT.size))[:count]
    return tuple(bits.astype(bool).tolist())


def _strings(raw: bytes) -> tuple[Any, ...] | None:
    if not raw:
        return ()
    if not raw.endswith(b"\0"):
        return None
    try:
        return tuple(part.decode() for part in raw[:-1].split(b"\0"))
    except UnicodeDecodeError:
        return None
