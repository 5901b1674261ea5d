"""A recording as it is kept, and back: samples and header of a waveform hold all that a diagnosis was made from."""

import math
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np

from loadzone.connect.messages.parts import EARLIEST_US, LATEST_US
from loadzone.signals.recording import Recording, SpeedProfile, Unit
from loadzone.store.waveforms import Header, Wave
from loadzone.store.waveforms.wave import Samples
from loadzone.words.errors import BadRecord, MissingInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text


def wave_of(recording: Recording, started_us: int, samples: Samples | None = None, scale: float = 1.0) -> Wave:
    """The waveform of a recording; ``samples`` and ``scale`` where they came in another form than float32.

    Raises
    ------
    MissingInput : no sampling rate
    BadRecord : no samples
    """
    if recording.fs_hz is None:
        raise MissingInput(
            text(
                "channel {channel}: the sampling rate is not known; give --fs, or the position a fact fs_hz",
                channel=recording.channel,
            )
        )
    kept = recording.samples.astype(np.float32, copy=False) if samples is None else samples
    if not len(kept) or not (math.isfinite(recording.fs_hz.value) and recording.fs_hz.value > 0):
        raise BadRecord(text("channel {channel} has no samples, or no possible rate", channel=recording.channel))
    facts: dict[str, Any] = {"path": recording.path, "index": recording.index}
    for name in ("fs_hz", "unit", "speed_rpm"):
        told = getattr(recording, name)
        if told is not None:
            facts[f"{name}_source"] = [told.kind, told.detail]
    if recording.tacho_times_s is not None:
        facts["tacho_times_s"] = recording.tacho_times_s.tolist()
    if recording.profile is not None:
        profile = recording.profile
        facts["profile"] = [profile.times_s.tolist(), profile.speeds_rpm.tolist(), profile.source]
    return Wave(
        samples=kept,
        fs_hz=recording.fs_hz.value,
        unit=recording.unit.value if recording.unit else "",
        started_us=started_us,
        scale=scale,
        channel=recording.channel,
        speed_rpm=recording.speed_rpm.value if recording.speed_rpm else None,
        facts=facts,
    )


def recording_of(header: Header, samples: Samples) -> Recording:
    """The recording that was kept."""
    facts = header.facts
    plain = np.asarray(samples, dtype=np.float32)
    profile = facts.get("profile")
    tacho = facts.get("tacho_times_s")

    def sourced(name: str, value: Any) -> Any:  # noqa: ANN401  a float or a unit
        kind, detail = facts.get(f"{name}_source", ("file", ""))
        return None if value in {None, ""} else Sourced(value, kind, detail)

    return Recording(
        samples=plain if header.scale == 1 else plain * np.float32(header.scale),
        channel=header.channel,
        path=str(facts.get("path", "")),
        index=int(facts.get("index", 0)),
        fs_hz=sourced("fs_hz", header.fs_hz),
        unit=sourced("unit", cast("Unit", header.unit)),
        speed_rpm=sourced("speed_rpm", header.speed_rpm),
        profile=None if profile is None else SpeedProfile(np.array(profile[0]), np.array(profile[1]), profile[2]),
        tacho_times_s=None if tacho is None else np.array(tacho),
        started_at=datetime.fromtimestamp(header.started_us / 1e6, UTC).isoformat(),
    )


def started_us(recording: Recording, otherwise_us: int) -> int:
    """Time of the first sample as the recording says it (UTC where it names no zone), if that is possible."""
    try:
        told = datetime.fromisoformat(recording.started_at or "")
    except ValueError:
        return otherwise_us
    known = told if told.tzinfo else told.replace(tzinfo=UTC)
    micros = round(known.timestamp() * 1e6)
    return micros if EARLIEST_US <= micros < LATEST_US else otherwise_us
