"""NI TDMS files through npTDMS: groups of channels, the step `wf_increment`, the unit `unit_string`."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from loadzone.formats.format import ReadOptions, as_samples, check_claim, named, torn
from loadzone.formats.rates import rounded_rate
from loadzone.formats.table import positive
from loadzone.formats.units import LABELS, parse_unit
from loadzone.signals.recording import Recording
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

MAGIC = b"TDSm"
LEAD_IN = struct.Struct("<4sIIQQ")
"""Tag, table of contents, version, offset of the next segment, offset of the raw data (NI, TDMS internal structure)."""
UNFINISHED = 0xFFFFFFFFFFFFFFFF
BIG_ENDIAN_FLAG = 1 << 6
UNIT_PROPERTIES = ("unit_string", "NI_UnitDescription", "unit")
STEP = "wf_increment"
START = "wf_start_time"
STEP_ERROR = 1e-12
"""A step is a float64: the rate is the number of fewest digits within its rounding."""


class Tdms:
    """Every numeric channel; scaling of the driver is applied by npTDMS."""

    name = "tdms"
    suffixes = (".tdms",)

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the tag is enough
        """Whether it begins with the tag of a segment."""
        return head.startswith(MAGIC)

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Channels in the order of the file; their name is «group/channel» where two groups share a name."""
        from nptdms import TdmsFile

        _check_segments(path)
        with path.open("rb") as source, TdmsFile.open(source) as file:
            channels = [each for group in file.groups() for each in group.channels() if _is_numeric(each)]
            count = sum(len(each) for each in channels)
            check_claim(path, count, path.stat().st_size, options)
            check_claim(path, count * 8, count * 8, options)
            names = [each.name for each in channels]
            return [_described(each, names.count(each.name) > 1, file.properties) for each in channels]

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """One group and channel a recording, so that channels may share a name."""
        from nptdms import ChannelObject, TdmsWriter

        channels = [
            ChannelObject(f"recording{number}", each.channel, each.samples, _properties(each))
            for number, each in enumerate(recordings, start=1)
        ]
        with TdmsWriter(str(path)) as writer:
            writer.write_segment(channels)  # one segment: a file cut between two would look whole


FORMAT = Tdms()


def _is_numeric(channel: Any) -> bool:  # noqa: ANN401  npTDMS ships no types
    return len(channel) > 0 and np.dtype(channel.dtype).kind in "fiu"


def _described(channel: Any, is_shared: bool, file_properties: Any) -> Recording:  # noqa: ANN401  npTDMS ships no types
    properties = channel.properties
    full_name = f"{channel.group_name}/{channel.name}"
    step = properties.get(STEP)
    said_rate = positive(str(properties.get("fs_hz", "")))
    rate = said_rate or (rounded_rate(1.0 / step, STEP_ERROR) if step and step > 0 else None)
    unit_name = next((name for name in UNIT_PROPERTIES if properties.get(name)), None)
    unit = parse_unit(str(properties[unit_name])) if unit_name else None
    speed = positive(str(properties.get("speed_rpm", file_properties.get("speed_rpm", ""))))
    start = properties.get("started_at") or properties.get(START)
    return Recording(
        samples=as_samples(channel[:]),
        channel=str(properties.get("channel") or (full_name if is_shared else channel.name)),
        fs_hz=Sourced(rate, "file", "fs_hz" if said_rate else STEP) if rate else None,
        unit=Sourced(unit, "file", str(unit_name)) if unit else None,
        speed_rpm=Sourced(speed, "file", "speed_rpm") if speed else None,
        started_at=str(start) if start is not None else None,
        notes=(named(full_name),),
    )


def _properties(recording: Recording) -> dict[str, object]:
    properties: dict[str, object] = {"channel": recording.channel}
    if recording.fs_hz is not None:
        properties |= {STEP: 1.0 / recording.fs_hz.value, "fs_hz": float(recording.fs_hz.value)}
    if recording.unit is not None:
        properties["unit_string"] = LABELS[recording.unit.value]
    if recording.speed_rpm is not None:
        properties["speed_rpm"] = float(recording.speed_rpm.value)
    if recording.started_at is not None:
        properties["started_at"] = recording.started_at
    return properties


def _check_segments(path: Path) -> None:
    """Walk the segments: each must lie inside the file, but for one that its recorder never finished."""
    size = path.stat().st_size
    position = 0
    with path.open("rb") as file:
        while position < size:
            file.seek(position)
            lead = file.read(LEAD_IN.size)
            if len(lead) < LEAD_IN.size or not lead.startswith(MAGIC):
                raise torn(path, text("a segment at byte {position} does not begin as one", position=position))
            _, contents, _, length, raw = LEAD_IN.unpack(lead)
            if contents & BIG_ENDIAN_FLAG:  # the table of contents itself is always little endian
                length, raw = struct.unpack(">QQ", lead[12:])
            if length == UNFINISHED:
                return
            position += LEAD_IN.size + length
            if position > size or raw > length:
                what = text("a segment claims to end at byte {end} of {size}", end=position, size=size)
                raise torn(path, what)
