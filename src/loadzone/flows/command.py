"""The command line that computes a diagnosis again: what the call said, as a person types it."""

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import RingSpeeds
from loadzone.signals.recording import Recording

if TYPE_CHECKING:
    from loadzone.flows.diagnose import DiagnoseOptions

FEW_DIGITS = ".10g"


def check_command(
    path: str, options: "DiagnoseOptions", recording: Recording | None = None, *, bearing: str = "", is_one: bool = True
) -> str:
    """The command for one channel of one file; a profile's file is not known here and stands as ``PROFILE.csv``.

    Parameters
    ----------
    recording : where it is given, rate and speed that came from a table of labels are said, too
    bearing : designation that the channel was judged by, "" where a geometry or nothing was given
    is_one : the file has this channel alone, so that it need not be named
    """
    words = ["loadzone", "diagnose", PurePath(path).name or path]
    for option, value in (*_inside(options, bearing), *_speed(options, recording), *_rest(options, recording, is_one)):
        words += [option, value]
    return shlex.join(words)


def _inside(options: "DiagnoseOptions", bearing: str) -> list[tuple[str, str]]:
    named = [("--bearing", bearing)] if bearing else []
    return [*named, ("--geometry", _typed(options.geometry))] if options.geometry is not None else named


def _typed(geometry: Geometry) -> str:
    lengths = (geometry.element_diameter_mm, geometry.pitch_diameter_mm, geometry.contact_angle_deg)
    return ",".join((str(geometry.n_elements), *(f"{each:{FEW_DIGITS}}" for each in lengths)))


def _speed(options: "DiagnoseOptions", recording: Recording | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if options.tacho is not None:
        found.append(("--tacho", options.tacho))
    elif options.profile is not None:
        found.append(("--profile", "PROFILE.csv"))
    elif options.speed_range_rpm is not None:
        found.append(("--speed", "..".join(f"{each:{FEW_DIGITS}}" for each in options.speed_range_rpm)))
    elif options.speed_rpm is not None:
        found.append(("--speed", f"{options.speed_rpm:{FEW_DIGITS}}"))
    elif recording and recording.speed_rpm and recording.speed_rpm.kind == "label":
        found.append(("--speed", f"{recording.speed_rpm.value:{FEW_DIGITS}}"))
    turning = _turning(options.turning)
    return [*found, ("--turning", turning)] if turning else found


def _turning(rings: RingSpeeds) -> str:
    """Which ring turns; nothing for the inner ring, which turns where nothing is said."""
    if (rings.inner, rings.outer) == (1.0, 0.0):
        return ""
    if (rings.inner, rings.outer) == (0.0, 1.0) or rings.speed_rpm is None:
        return "outer"
    speeds = (rings.inner * rings.speed_rpm, rings.outer * rings.speed_rpm)
    return "both:" + ",".join(f"{each:{FEW_DIGITS}}" for each in speeds)


def _rest(options: "DiagnoseOptions", recording: Recording | None, is_one: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    rate = recording.fs_hz if recording else None
    if options.fs_hz is not None:
        found.append(("--fs", f"{options.fs_hz:{FEW_DIGITS}}"))
    elif rate is not None and rate.kind == "label":
        found.append(("--fs", f"{rate.value:{FEW_DIGITS}}"))
    if options.unit is not None:
        found.append(("--unit", options.unit))
    if options.channel is not None:
        found.append(("--channel", str(options.channel)))
    elif recording is not None and not is_one:
        found.append(("--channel", recording.channel))
    if options.machine is not None:
        found.append(("--machine", f"{options.machine.group}:{options.machine.support}"))
    found += [("--gear", f"{each.teeth}:{each.shaft_order:{FEW_DIGITS}}") for each in options.gears]
    if options.false_alarm_rate != 0.01:
        found.append(("--false-alarm-rate", f"{options.false_alarm_rate:g}"))
    return found
