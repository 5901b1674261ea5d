"""Named arrays become recordings: what MATLAB, NumPy and HDF5 files have in common.

A file is a flat mapping of dotted names (``bearing.gs``) to arrays. Rates, speeds and units are looked for beside an
array, from its own attributes up to the file's: ``bearing.gs.fs``, ``bearing.fs``, ``fs``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.formats.format import as_samples, named
from loadzone.formats.rates import is_running, rate_of_times, resolution_of, time_scale_s
from loadzone.formats.units import LABELS, parse_unit
from loadzone.signals.recording import Recording, Unit
from loadzone.words.errors import BadRecord
from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text, text

Variables = Mapping[str, NDArray[Any]]

FS_NAMES = ("fs_hz", "fs", "sr", "sampling_rate", "sample_rate", "samplingrate", "samplerate", "sampling_frequency")
SPEED_NAMES = ("speed_rpm", "rpm", "shaft_speed_rpm", "rotational_speed_rpm")
UNIT_NAMES = ("unit", "units", "unit_string")
START_NAMES = ("started_at", "start_time")
SCALE_NAMES = {"scale_g": "g"}
SAMPLES = "samples"
"""Name of the samples in a group that `groups_of` wrote; a channel whatever its length."""

_CWRU_CHANNEL = re.compile(r"^X(?P<number>\d+)_(?P<place>DE|FE|BA)_time$")
MAX_CHANNELS = 256
"""A matrix with more columns than this is a picture or a map, not the channels of a recorder."""


def recordings_of(variables: Variables, path: Path) -> list[Recording]:
    """The channels among named arrays, each with the rate, speed and unit that stand beside it.

    Raises
    ------
    BadRecord : the only candidates hold complex numbers
    """
    if any(_CWRU_CHANNEL.match(name) for name in variables):
        return _bearing_data_center(variables)
    left_out: list[Text] = []
    recordings: list[Recording] = []
    times = {name: array for name, array in variables.items() if _is_time(name, array)}
    if all(name in times or array.size <= 1 for name, array in variables.items()):
        times = {}  # one array that happens to be called t.npy
    for name, array in variables.items():
        if name in times or not _may_be_channel(name, array):
            continue
        reason = _reason_against(array)
        if reason is not None:
            left_out.append(text("{name} was left out: {reason}", name=name, reason=reason))
            continue
        beside = _Beside(variables, name, times)
        recordings.extend(beside.described(column) for column in _columns(name, array, variables))
    if not recordings and left_out:
        raise BadRecord(
            text("{file}: no channel of real samples: {reason}", file=str(path), reason=left_out[0]),
        )
    return [each.but(notes=(*each.notes, *left_out)) for each in recordings]


def groups_of(recordings: Sequence[Recording]) -> dict[str, dict[str, Any]]:
    """Recordings as groups ``recording1 {samples, channel, fs_hz, ...}``, as our writers of named arrays keep them."""
    return {f"recording{number}": _group(each) for number, each in enumerate(recordings, start=1)}


def _group(recording: Recording) -> dict[str, Any]:
    group: dict[str, Any] = {SAMPLES: recording.samples, "channel": recording.channel}
    if recording.fs_hz is not None:
        group["fs_hz"] = recording.fs_hz.value
    if recording.speed_rpm is not None:
        group["speed_rpm"] = recording.speed_rpm.value
    if recording.unit is not None:
        group["unit"] = LABELS[recording.unit.value]
    if recording.started_at is not None:
        group["started_at"] = recording.started_at
    return group


def _bearing_data_center(variables: Variables) -> list[Recording]:
    """CWRU layout: X097_DE_time with X097RPM. The file name says nothing about the number, and no rate is stored."""
    matches = [match for match in map(_CWRU_CHANNEL.match, variables) if match]
    several_runs = len({match["number"] for match in matches}) > 1
    others = [name for name in variables if not _CWRU_CHANNEL.match(name) and variables[name].size > 1]
    notes = tuple(text("{name} was left out: {reason}", name=name, reason=_NOT_OF_THE_LAYOUT) for name in others)
    recordings = []
    for match in matches:
        rpm_name = f"X{match['number']}RPM"
        speed = _number(variables.get(rpm_name))
        recordings.append(
            Recording(
                samples=as_samples(variables[match.string].reshape(-1)),
                channel=f"{match['place']} X{match['number']}" if several_runs else match["place"],
                speed_rpm=Sourced(speed, "file", rpm_name) if speed else None,
                notes=(named(match.string), *([named(match["place"])] if several_runs else []), *notes),
            )
        )
    return recordings


_NOT_OF_THE_LAYOUT = text("the channels of this layout are called X…_DE_time, X…_FE_time and X…_BA_time")


@dataclass(frozen=True)
class _Column:
    """One channel of an array: its samples and the names that tell it apart."""

    samples: NDArray[Any]
    channel: str
    variables: tuple[str, ...]


class _Beside:
    """What stands beside one array: its own attributes first, then those of its group, then the file's."""

    def __init__(self, variables: Variables, name: str, times: Variables) -> None:
        parts = name.split(".")
        self.prefixes = [".".join(parts[:count]) for count in range(len(parts), -1, -1)]
        self.folded = {each.casefold(): each for each in variables}
        self.variables = variables
        self.name = name
        self.times = times

    def find(self, names: Sequence[str]) -> tuple[str, NDArray[Any]] | None:
        for prefix in self.prefixes:
            for name in names:
                full = self.folded.get(f"{prefix}.{name}".strip(".").casefold())
                if full is not None and self.variables[full].size == 1:
                    return full, self.variables[full]
        return None

    def number(self, names: Sequence[str]) -> Sourced[float] | None:
        found = self.find(names)
        value = _number(found[1]) if found else None
        return Sourced(value, "file", found[0]) if found and value is not None and value > 0 else None

    def word(self, names: Sequence[str]) -> tuple[str, str] | None:
        found = self.find(names)
        return (found[0], str(found[1].reshape(-1)[0])) if found and found[1].dtype.kind == "U" else None

    def described(self, column: _Column) -> Recording:
        scale = self.find(tuple(SCALE_NAMES))
        samples = as_samples(column.samples)
        if scale is not None:
            samples = as_samples(samples * samples.dtype.type(scale[1].reshape(-1)[0]))
        start = self.word(START_NAMES)
        return Recording(
            samples=samples,
            channel=column.channel,
            fs_hz=self.number(FS_NAMES) or self._rate_of_times(len(samples)),
            unit=self._unit(scale[0] if scale else None),
            speed_rpm=self.number(SPEED_NAMES) or self._speed_of_rate(),
            started_at=start[1] if start else None,
            notes=tuple(named(name) for name in column.variables),
        )

    def _unit(self, scale_name: str | None) -> Sourced[Unit] | None:
        if scale_name is not None:
            return Sourced("g", "file", scale_name)
        said = self.word(UNIT_NAMES)
        unit = parse_unit(said[1]) if said else None
        if said and unit:
            return Sourced(unit, "file", said[0])
        return Sourced("g", "file", self.name) if self._is_mfpt() else None

    def _is_mfpt(self) -> bool:
        """Whether the array is `gs` of a struct with `sr` and `rate`: the layout of the MFPT fault data sets."""
        group = self.name.rpartition(".")[0]
        return self.name.endswith(".gs") and all(f"{group}.{field}" in self.variables for field in ("sr", "rate"))

    def _speed_of_rate(self) -> Sourced[float] | None:
        if not self._is_mfpt():
            return None
        rate_name = f"{self.name.rpartition('.')[0]}.rate"
        rate_hz = _number(self.variables[rate_name])
        return Sourced(60.0 * rate_hz, "file", f"{rate_name} ({rate_hz:g} Hz)") if rate_hz else None

    def _rate_of_times(self, count: int) -> Sourced[float] | None:
        for name, times in self.times.items():
            if times.size == count:
                scaled = times.reshape(-1).astype(np.float64) * (time_scale_s(name.rpartition(".")[2]) or 1.0)
                fine = resolution_of(scaled) if times.dtype.itemsize >= np.dtype(np.float64).itemsize else 0.0
                coarse = 4 * float(np.finfo(np.float32).eps) * float(np.abs(scaled).max())
                rate = rate_of_times(scaled, fine or coarse)
                return Sourced(rate, "file", name) if rate else None
        return None


def _columns(name: str, array: NDArray[Any], variables: Variables) -> Iterator[_Column]:
    group, _, last = name.rpartition(".")
    if last == SAMPLES and f"{group}.channel" in variables:
        channel = str(variables[f"{group}.channel"].reshape(-1)[0])
        yield _Column(array.reshape(-1), channel, (name,))
        return
    own_name = variables.get(f"{name}.channel")
    channel = str(own_name.reshape(-1)[0]) if own_name is not None and own_name.size == 1 else last
    numbers = variables.get("snapshot")
    squeezed = np.squeeze(array)
    if squeezed.ndim <= 1:
        yield _Column(squeezed.reshape(-1), channel, (name,))
    elif numbers is not None and numbers.size == len(squeezed):
        for row in np.argsort(numbers.reshape(-1), kind="stable"):
            number = int(numbers.reshape(-1)[row])
            yield _Column(squeezed[row], f"{channel} {number}", (name, f"{name}[{number}]"))
    else:
        upright = squeezed if squeezed.shape[0] >= squeezed.shape[1] else squeezed.T
        for place in range(upright.shape[1]):
            yield _Column(upright[:, place], f"{channel}[{place}]", (f"{name}[{place}]", f"column {place + 1}"))


def _is_time(name: str, array: NDArray[Any]) -> bool:
    named_so = array.dtype.kind in "fiu" and time_scale_s(name.rpartition(".")[2]) is not None
    return named_so and is_running(array.reshape(-1))


def _may_be_channel(name: str, array: NDArray[Any]) -> bool:
    if array.dtype.kind not in "fiuc" or name == "snapshot":
        return False
    return array.size > 1 or (array.size == 1 and name.rpartition(".")[2] == SAMPLES)


def _reason_against(array: NDArray[Any]) -> Text | None:
    if array.dtype.kind == "c":
        return text("it holds complex numbers, and a recording has real samples: store the time signal")
    squeezed = np.squeeze(array)
    if squeezed.ndim > 2 or (squeezed.ndim == 2 and min(squeezed.shape) > MAX_CHANNELS):
        return text("its shape is {shape}, and a recording is a vector or a few columns", shape=str(array.shape))
    return None


def _number(array: NDArray[Any] | None) -> float | None:
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return None
    value = float(array.reshape(-1)[0])
    return value if np.isfinite(value) else None
