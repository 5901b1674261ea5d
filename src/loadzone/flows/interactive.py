"""What a person calls from Python: `loadzone.diagnose`, `loadzone.bearing`, `loadzone.report`."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from loadzone.bearings.bearing import Bearing
from loadzone.bearings.catalogue import find
from loadzone.bearings.geometry import Geometry, geometry_from_option
from loadzone.bearings.orders import RingSpeeds, ring_speeds_from_option
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_recording
from loadzone.flows.speed_profile import read_profile
from loadzone.formats.reading import read
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.monitor.settings import Gear, Machine
from loadzone.reports import diagnosis_report
from loadzone.signals.recording import Recording, Samples, SpeedProfile, Unit
from loadzone.words.errors import BadInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text


def diagnose(
    recording: Recording | Samples | str | os.PathLike[str],
    *,
    bearing: str | None = None,
    geometry: Geometry | str | None = None,
    speed_rpm: float | None = None,
    profile: SpeedProfile | str | os.PathLike[str] | None = None,
    turning: RingSpeeds | str = "inner",
    fs_hz: float | None = None,
    unit: Unit | None = None,
    channel: str | int | None = None,
    machine: Machine | str | None = None,
    gears: Sequence[Gear | str] = (),
    false_alarm_rate: float = 0.01,
) -> Diagnosis:
    """Diagnose one channel: is the bearing damaged, where, how sure, how bad, and what should be done.

    Parameters
    ----------
    recording : a `Recording` (as `loadzone.read` gives), an array of samples (n,), or the path of a file
    bearing, geometry : a designation («6205-2RS/C3»), or the inside itself, also as ``"Z,DW,DPW,ANGLE"`` in mm and
        degrees; the geometry wins
    speed_rpm, profile : shaft speed in r/min, or over time (a CSV file with the columns time_s and speed_rpm); what the
        recording itself says is used where neither is given
    turning : which ring turns: ``"inner"``, ``"outer"`` or ``"both:NI,NO"`` in r/min
    fs_hz, unit : rate in Hz and unit of the samples where the recording does not say them, or says them wrong
    channel : the channel of a file with several
    machine : group and support for velocity zones, as ``"2:rigid"``
    gears : wheels near the bearing, as ``"23:0.4"`` (teeth and shaft order)
    false_alarm_rate : share of healthy records that may show a significant line, up to 0.2

    Returns
    -------
    Diagnosis; what cannot be judged is «undetermined» with its reason

    Raises
    ------
    UnreadableFile, NoSuchChannel : the file or its channel is not there
    UnknownBearing : no source and no rule knows the designation
    BadInput : a value that is not possible, or a file with several channels and none chosen
    """
    options = DiagnoseOptions(
        bearing=bearing,
        geometry=geometry_from_option(geometry) if isinstance(geometry, str) else geometry,
        speed_rpm=speed_rpm,
        profile=profile if profile is None or isinstance(profile, SpeedProfile) else read_profile(Path(profile)),
        turning=ring_speeds_from_option(turning) if isinstance(turning, str) else turning,
        fs_hz=fs_hz,
        unit=unit,
        machine=Machine.parse(machine) if isinstance(machine, str) else machine,
        gears=tuple(Gear.parse(each) if isinstance(each, str) else each for each in gears),
        false_alarm_rate=false_alarm_rate,
    )
    return diagnose_recording(_one(recording, channel, fs_hz), options)


def bearing(designation: str) -> Bearing:
    """What is known of a bearing: its designation read, its inside with sources, its defect orders.

    Raises
    ------
    UnknownBearing : no rule reads the designation; the message names the nearest ones

    >>> round(bearing("6205-2RS JEM").orders.outer, 3)
    3.585
    """
    return find(designation)


def report(diagnosis: Diagnosis, recording: Recording | None = None, lang: str = "en", generated_on: str = "") -> str:
    """The report of a diagnosis: one HTML page that needs nothing else.

    Parameters
    ----------
    recording : the record itself, for waveform, spectrum and coherence map; they are left out without it
    lang : "en" or "zh"
    generated_on : date of the report as YYYY-MM-DD
    """
    return diagnosis_report.report(diagnosis, recording, lang, generated_on)


def _one(
    recording: Recording | Samples | str | os.PathLike[str], channel: str | int | None, fs_hz: float | None
) -> Recording:
    """One channel from whatever was given."""
    if isinstance(recording, Recording):
        return recording
    if isinstance(recording, np.ndarray):
        return Recording(recording, "samples", fs_hz=None if fs_hz is None else Sourced(float(fs_hz), "user"))
    if isinstance(recording, (str, os.PathLike)):
        found = read(recording, channel=channel)
        if len(found) == 1:
            return found[0]
        names = ", ".join(dict.fromkeys(each.channel for each in found))
        raise BadInput(
            text(
                "{file} has {count} channels: choose one of {names}", file=str(recording), count=len(found), names=names
            )
        )
    raise BadInput(
        text(
            "{kind} is no recording: give one of those that loadzone.read returns, an array of samples, or a path",
            kind=type(recording).__name__,
        )
    )
