"""One channel of samples with what is known about it, in a head of 48 bytes.

Little-endian: ``LZWF``, version u8, type of the samples u8, unit u8, source of the speed u8, bytes of the channel's
name u16, 0 u16, samples u32, time of the first sample i64 (µs), rate f64 (Hz), scale f64, speed f64 (r/min); then the
name, zeros up to a multiple of 4, and the samples. A value is scale times sample, in the unit.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.connect.messages.parts import VERSION, check_length, check_time, read_name, unpack
from loadzone.signals.recording import Recording, Unit
from loadzone.words.errors import BadMessage
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

MAGIC = b"LZWF"
MOST_CHANNEL = 255
MOST_RATE_HZ = 1e8
SpeedSource = Literal["measured", "set", "estimated"]
"""Where the speed comes from: a pulse or an encoder, the set-point of a drive, or an estimate of the sender."""

_HEAD = struct.Struct("<4sBBBBHHIqddd")
_TYPES: dict[int, np.dtype[Any]] = {1: np.dtype("<f4"), 2: np.dtype("<i2")}
_UNITS: dict[int, Unit] = {1: "g", 2: "ms2", 3: "mms", 4: "um", 5: "v", 6: "degc", 7: "pa"}
_SPEEDS: dict[int, SpeedSource | None] = {0: None, 1: "measured", 2: "set", 3: "estimated"}


@dataclass(frozen=True, eq=False)
class Waveform:
    """Samples of one channel, ``samples`` (n,) float32 or int16 as they were sent: in ``unit`` once times ``scale``.

    ``time_us``: time of the first sample, µs since 1970 UTC. ``speed_rpm`` is None where nobody said it.
    """

    samples: NDArray[np.float32] | NDArray[np.int16]
    fs_hz: float
    unit: Unit
    time_us: int
    channel: str
    scale: float = 1.0
    speed_rpm: float | None = None
    speed_source: SpeedSource | None = None

    def recording(self) -> Recording:
        """The noun that every kernel reads; samples in float32, scaled."""
        samples = np.asarray(self.samples, dtype=np.float32)
        detail = f"message: {self.speed_source}"
        kind: Literal["file", "estimated"] = "estimated" if self.speed_source == "estimated" else "file"
        return Recording(
            samples=samples if self.scale == 1 else samples * np.float32(self.scale),
            channel=self.channel,
            fs_hz=Sourced(self.fs_hz, "file", "message"),
            unit=Sourced(self.unit, "file", "message"),
            speed_rpm=None if self.speed_rpm is None else Sourced(self.speed_rpm, kind, detail),
            started_at=datetime.fromtimestamp(self.time_us / 1e6, UTC).isoformat(),
        )


def decode_waveform(body: bytes) -> Waveform:
    """A waveform whose samples are a view into ``body``; nothing is allocated for what the head only promises.

    Raises
    ------
    BadMessage : another length than promised, an unknown code, a rate, scale or speed that cannot be
    """
    head = unpack(_HEAD, body, MAGIC)
    kind, unit, source, name_bytes, _, n_samples, time_us = map(int, head[:7])
    fs_hz, scale, speed_rpm = head[7:]
    dtype = _TYPES[_known(kind, _TYPES, "type of samples")]
    start = _start(name_bytes)
    check_length(start + n_samples * dtype.itemsize, len(body))
    if not n_samples:
        raise BadMessage(text("the waveform has no samples"))
    spoken = _SPEEDS[_known(source, _SPEEDS, "source of the speed")]
    return Waveform(
        samples=np.frombuffer(body, dtype, n_samples, start),
        fs_hz=_within(fs_hz, "rate", "Hz", 1e-6, MOST_RATE_HZ),
        unit=_UNITS[_known(unit, _UNITS, "unit")],
        time_us=check_time(time_us),
        channel=read_name(body[_HEAD.size : _HEAD.size + name_bytes], "channel", MOST_CHANNEL),
        scale=_within(scale, "scale", "", 1e-30, 1e30),
        speed_rpm=None if spoken is None else _within(speed_rpm, "speed", "rpm", 0, 1e7),
        speed_source=spoken,
    )


def encode_waveform(waveform: Waveform) -> bytes:
    """The message; what it says can be read back.

    Raises
    ------
    BadMessage : samples of another type than float32 and int16, or what `decode_waveform` would refuse
    """
    codes = {dtype: code for code, dtype in _TYPES.items()}
    samples = np.ascontiguousarray(waveform.samples)
    samples = samples.astype(samples.dtype.newbyteorder("<"), copy=False)
    if samples.dtype not in codes or samples.ndim != 1:
        raise BadMessage(text("samples are float32 or int16 in one row, here {dtype}", dtype=str(samples.dtype)))
    name = waveform.channel.encode()
    head = _HEAD.pack(
        MAGIC,
        VERSION,
        codes[samples.dtype],
        {unit: code for code, unit in _UNITS.items()}[waveform.unit],
        {source: code for code, source in _SPEEDS.items()}[waveform.speed_source],
        len(name),
        0,
        len(samples),
        waveform.time_us,
        waveform.fs_hz,
        waveform.scale,
        waveform.speed_rpm or 0.0,
    )
    body = (head + name).ljust(_start(len(name)), b"\0") + samples.tobytes()
    decode_waveform(body)
    return body


def _start(name_bytes: int) -> int:
    """Where the samples begin: the next multiple of 4, so that they can be read in place."""
    return (_HEAD.size + name_bytes + 3) // 4 * 4


def _known(code: int, known: Mapping[int, object], what: str) -> int:
    if code in known:
        return code
    raise BadMessage(
        text("{what} {code} is not known; known are {known}", what=what, code=code, known=", ".join(map(str, known)))
    )


def _within(value: float, what: str, unit: str, low: float, high: float) -> float:
    if math.isfinite(value) and low <= value <= high:
        return value
    raise BadMessage(
        text(
            "{what} {value} {unit} is not possible: it lies in {low} .. {high}",
            what=what,
            value=value,
            unit=unit,
            low=low,
            high=high,
        )
    )
