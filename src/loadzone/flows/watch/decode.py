"""From the body of an arrival to values or recordings: messages of ours, and files of every format that we read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from loadzone.connect.intake import Arrival
from loadzone.connect.messages import File, Values, Waveform, decode
from loadzone.flows.bodies import Bodies
from loadzone.flows.diagnose import DiagnoseOptions, channels_of, told_recording
from loadzone.flows.watch.waves import started_us, wave_of
from loadzone.formats.isolated import in_own_process
from loadzone.signals.recording import Recording
from loadzone.store.waveforms import Wave

SAYS_NOTHING = DiagnoseOptions()
PREFIX = "loadzone-file-"
"""Start of the name of the folder in which a file lies while it is read."""


@dataclass(frozen=True, eq=False)
class Taken:
    """One channel as it is kept: the recording in float32, its waveform, and how it is diagnosed."""

    recording: Recording
    wave: Wave
    options: DiagnoseOptions


@dataclass(frozen=True)
class Decoder:
    """Reads bodies; ``bodies`` holds the large ones.

    ``is_isolated``: files come from strangers, and a parser that crashes over one must take nothing else with it.
    ``said``: what the caller says about recordings, which wins over the file; what the position says fills the gaps.
    """

    bodies: Bodies
    is_isolated: bool = True
    said: DiagnoseOptions = SAYS_NOTHING

    def decoded(self, arrival: Arrival, options: DiagnoseOptions) -> Values | list[Taken]:
        """What the arrival says.

        Raises
        ------
        LoadzoneError : it says nothing that can be kept, and why
        """
        if arrival.kind == "file":
            return self._of_file(arrival, options)
        message = decode(arrival.kind, self.bodies.read(arrival.reference) if arrival.reference else arrival.body)
        if isinstance(message, Waveform):
            return [_of_waveform(message, options)]
        assert isinstance(message, Values)  # noqa: S101  the kind said so
        return message

    def _of_file(self, arrival: Arrival, options: DiagnoseOptions) -> list[Taken]:
        with self._file(arrival) as path:
            task = partial(channels_of, str(path), self.said)
            found = in_own_process(task, path.name) if self.is_isolated else task()
        return [self._taken(each.but(path=path.name), arrival.received_us, options) for each in found]

    def _taken(self, recording: Recording, otherwise_us: int, options: DiagnoseOptions) -> Taken:
        merged = _filling(recording, self.said, options)
        told = told_recording(recording, merged)
        wave = wave_of(told, started_us(told, otherwise_us))
        return Taken(told.but(samples=wave.samples), wave, _without_told(merged))

    @contextmanager
    def _file(self, arrival: Arrival) -> Iterator[Path]:
        """The file under its own name in a folder that goes away."""
        with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
            if arrival.reference:
                with self.bodies.local(arrival.reference) as path:
                    message = decode("file", path.read_bytes())
            else:
                message = decode("file", arrival.body)
            assert isinstance(message, File)  # noqa: S101  as above
            target = Path(folder) / (message.name or "file")
            target.write_bytes(message.content)
            yield target


def _of_waveform(message: Waveform, options: DiagnoseOptions) -> Taken:
    recording = message.recording()
    merged = _filling(recording, SAYS_NOTHING, options)
    told = told_recording(recording, merged)
    return Taken(told, wave_of(told, message.time_us, message.samples, message.scale), _without_told(merged))


def _filling(recording: Recording, said: DiagnoseOptions, known: DiagnoseOptions) -> DiagnoseOptions:
    """What the caller says, and what the position says where neither caller nor recording does."""
    has_speed = recording.speed_rpm or recording.profile is not None or recording.tacho_times_s is not None
    says_speed = any(each is not None for each in (said.speed_rpm, said.speed_range_rpm, said.tacho, said.profile))
    is_named = said.bearing is not None or said.geometry is not None
    return replace(
        known,
        bearing=said.bearing if is_named else known.bearing,
        geometry=said.geometry if is_named else known.geometry,
        speed_rpm=said.speed_rpm if says_speed or has_speed else known.speed_rpm,
        speed_range_rpm=said.speed_range_rpm,
        profile=said.profile,
        tacho=None,
        fs_hz=said.fs_hz if said.fs_hz is not None or recording.fs_hz else known.fs_hz,
        unit=said.unit if said.unit is not None or recording.unit else known.unit,
        channel=None,
        machine=said.machine or known.machine,
        gears=said.gears or known.gears,
    )


def _without_told(options: DiagnoseOptions) -> DiagnoseOptions:
    """What is left to be said once the recording itself carries rate, unit and speed."""
    return replace(options, fs_hz=None, unit=None, speed_rpm=None, speed_range_rpm=None, profile=None)
