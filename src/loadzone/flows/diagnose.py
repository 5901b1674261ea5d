"""The journey of a diagnosis: from files and what is said about them to answers, one a channel.

The command, the facade ``loadzone.diagnose`` and the demo all come this way.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from loadzone.bearings.catalogue import all_bearings, find
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import RingSpeeds
from loadzone.flows.command import check_command
from loadzone.flows.files import Wanted, wanted_files
from loadzone.flows.pool import in_order
from loadzone.formats.labels import Label, read_labelled
from loadzone.formats.reading import prefer, read, select
from loadzone.monitor import diagnose as door
from loadzone.monitor.acquire import duplicated
from loadzone.monitor.diagnosis import Diagnosis, Problem
from loadzone.monitor.settings import Gear, Machine
from loadzone.reports.diagnosis_report import report
from loadzone.signals.orders import tacho_times
from loadzone.signals.recording import Recording, SpeedProfile, Unit
from loadzone.signals.speed_path import follow_speed, follow_speed_in_envelope
from loadzone.words.errors import BadInput, BadRecord, LoadzoneError, MissingInput, UnreadableFile
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

LEAST_CONFIDENCE = 0.5
"""A followed speed is used where two lines tell the same over at least this share of the record."""
LOOSEST_RATE = 0.2
"""More false alarms than one in five make no test."""


MOST_TWINS = 16
"""Files with more channels than this hold snapshots of few sensors, not sensors."""


class OurFault(LoadzoneError):
    """A fault of loadzone itself met one file; the others go on."""

    code = "our_fault"
    exit_code = 3
    status = 500


@dataclass(frozen=True)
class DiagnoseOptions:
    """What a call says about its recordings; None means that the file, a label or nobody says it.

    ``bearing`` is a designation, ``geometry`` an inside that wins over it. At most one of ``speed_rpm``,
    ``speed_range_rpm`` (the speed varies between two limits and is followed by the shaft's own lines), ``tacho``
    (the channel of one pulse a revolution) and ``profile`` (speed over time) may be given. Lengths in mm, rates in Hz.
    """

    bearing: str | None = None
    geometry: Geometry | None = None
    speed_rpm: float | None = None
    speed_range_rpm: tuple[float, float] | None = None
    tacho: str | None = None
    profile: SpeedProfile | None = None
    turning: RingSpeeds = field(default_factory=lambda: RingSpeeds(1.0, 0.0))
    fs_hz: float | None = None
    unit: Unit | None = None
    channel: str | int | None = None
    machine: Machine | None = None
    gears: tuple[Gear, ...] = ()
    false_alarm_rate: float = 0.01

    def __post_init__(self) -> None:
        if self.speed_rpm is not None and not 0.0 < self.speed_rpm < np.inf:
            raise BadInput(
                text(
                    "speed {speed_rpm:g} rpm: a bearing that stands still has no defect frequencies; "
                    "give --speed or a tacho channel",
                    speed_rpm=self.speed_rpm,
                )
            )
        ways = (self.speed_rpm, self.speed_range_rpm, self.tacho, self.profile)
        if sum(each is not None for each in ways) > 1:
            raise BadInput(text("the speed is given twice: say one of --speed, --tacho and --profile"))
        if not 0.0 < self.false_alarm_rate <= LOOSEST_RATE:
            raise BadInput(
                text(
                    "false-alarm rate {rate:g}: it lies above 0 and up to {highest:g}",
                    rate=self.false_alarm_rate,
                    highest=LOOSEST_RATE,
                )
            )


class Answer(NamedTuple):
    """What became of one channel: ``error`` says why there is no diagnosis, ``reports`` are HTML pages by language."""

    diagnosis: Diagnosis
    error: LoadzoneError | None = None
    reports: tuple[tuple[str, str], ...] = ()


class Inside(NamedTuple):
    """The bearing that a channel is judged by."""

    bearing: str = ""
    geometry: Geometry | None = None


@dataclass(frozen=True)
class Task:
    """One file, what is said about it, and the languages in which its reports are wanted."""

    wanted: Wanted
    options: DiagnoseOptions
    inside: Inside
    languages: tuple[str, ...] = ()
    generated_on: str = ""


def diagnose_files(
    paths: Sequence[str],
    options: DiagnoseOptions,
    *,
    labels: Path | None = None,
    languages: Sequence[str] = (),
    generated_on: str = "",
    jobs: int | None = None,
) -> tuple[int, Iterator[list[Answer]]]:
    """Diagnose files and folders; a file that cannot be read is answered for and holds up no other.

    Parameters
    ----------
    paths : files and folders; none means all files of ``labels``
    labels : CSV with the columns of `loadzone.formats.labels`: rate, speed and bearing a channel. Its column ``fault``
        is dropped before anything else happens. What ``options`` say wins
    languages, generated_on : make a report of each answer in these languages, with this date (YYYY-MM-DD)
    jobs : processes; 1 works in this one; None means the cores that this process may use

    Returns
    -------
    How many files there are, and the answers to each of them in their order

    Raises
    ------
    LoadzoneError : what concerns the whole call: no file, a table that cannot be read, an unknown bearing
    """
    files = wanted_files(paths, labels)
    inside = inside_of(options)
    tasks = [Task(each, options, inside, tuple(languages), generated_on) for each in files]
    return len(tasks), answer_tasks(tasks, jobs)


def answer_tasks(tasks: Sequence[Task], jobs: int | None = None) -> Iterator[list[Answer]]:
    """The answers to files about which different things are said, in their order."""
    return in_order(answers, tasks, _lost, jobs)


def inside_of(options: DiagnoseOptions) -> Inside:
    """The bearing that the call names.

    Raises
    ------
    UnknownBearing : no source and no rule knows the designation
    """
    if options.geometry is not None:
        return Inside(options.bearing or "", options.geometry)
    return _inside(options.bearing) if options.bearing is not None else Inside()


def answers(task: Task) -> list[Answer]:
    """The answers to one file, one a channel."""
    try:
        found = _labelled(task) if task.wanted.labels else _unlabelled(task)
        return [_answer(task, each, is_one=len(found) == 1) for each in _telling_twins(found)]
    except LoadzoneError as error:
        return [_failed(task, "", error)]
    except Exception as error:  # noqa: BLE001  one file must not stop the others; the fault is told, not hidden
        return [_failed(task, "", _our_fault(task, error))]


def diagnose_recording(recording: Recording, options: DiagnoseOptions, inside: Inside | None = None) -> Diagnosis:
    """Diagnose one channel with what the call says about it.

    Raises
    ------
    UnknownBearing : no source and no rule knows the designation
    """
    chosen = inside or inside_of(options)
    return door.diagnose(
        told_recording(recording, options),
        chosen.geometry,
        bearing=chosen.bearing,
        geometry_source=chosen.geometry.source if chosen.geometry else "",
        turning=options.turning,
        gears=options.gears,
        machine=options.machine,
        false_alarm_rate=options.false_alarm_rate,
        neighbours=_neighbours(chosen.geometry),
    )


class _Found(NamedTuple):
    """A channel on its way to an answer."""

    diagnosis: Diagnosis
    recording: Recording | None = None
    error: LoadzoneError | None = None


def _unlabelled(task: Task) -> list[_Found]:
    recordings = channels_of(task.wanted.path, task.options)
    return [_guarded(task, each.channel, partial(_with, each, task.inside)) for each in recordings]


def _labelled(task: Task) -> list[_Found]:
    """One answer a line of the table; rate, speed and bearing are the table's where the call says nothing."""
    wanted = task.options.channel
    labels = [each for each in task.wanted.labels if wanted is None or str(wanted) in {each.channel, each.variable}]
    return [_guarded(task, each.channel or each.variable or "", partial(_of_label, task, each)) for each in labels]


def _guarded(task: Task, channel: str, prepare: Callable[[], tuple[Recording, Inside]]) -> _Found:
    try:
        recording, inside = prepare()
        return _Found(diagnose_recording(recording, task.options, inside), told_recording(recording, task.options))
    except LoadzoneError as error:
        return _Found(Diagnosis.failed(task.wanted.path, channel, error), error=error)
    except Exception as error:  # noqa: BLE001  as in `answers`
        fault = _our_fault(task, error)
        return _Found(Diagnosis.failed(task.wanted.path, channel, fault), error=fault)


def _with(recording: Recording, inside: Inside) -> tuple[Recording, Inside]:
    return recording, inside


def _of_label(task: Task, label: Label) -> tuple[Recording, Inside]:
    recording = read_labelled(label).but(path=task.wanted.path)
    is_open = task.inside.geometry is None and label.bearing
    return recording, _inside(label.bearing) if is_open and label.bearing else task.inside


def channels_of(path: str, options: DiagnoseOptions) -> Sequence[Recording]:
    """The channels of a file; the tacho channel becomes the pulse times of the others.

    Raises
    ------
    LoadzoneError : as `loadzone.formats.read`; no rate for the pulses, nothing beside them
    """
    more = partial(read, path, fs_hz=options.fs_hz, speed_rpm=options.speed_rpm, unit=options.unit)
    if options.tacho is None:
        return more(channel=options.channel)
    everything = more()
    tacho = select(everything, options.tacho, Path(path))[0]
    if tacho.fs_hz is None:
        raise MissingInput(text("{file}: pulses need a rate to become times; give --fs", file=path))
    times_s = tacho_times(tacho.samples, tacho.fs_hz.value)
    chosen = select(everything, options.channel, Path(path))
    found = [each.but(tacho_times_s=times_s) for each in chosen if each.index != tacho.index]
    if not found:
        raise BadInput(
            text("{file}: beside the tacho {channel} there is no channel to diagnose", file=path, channel=tacho.channel)
        )
    return found


def told_recording(recording: Recording, options: DiagnoseOptions) -> Recording:
    """The recording with what the call says about rate, speed and unit, which wins over file and table.

    Raises
    ------
    LoadzoneError : a speed that should be followed and cannot
    """
    speed_rpm = options.speed_rpm
    if speed_rpm is None and recording.speed_rpm is None:
        speed_rpm = options.turning.speed_rpm
    told = prefer(
        recording,
        (
            None if options.fs_hz is None else Sourced(options.fs_hz, "user"),
            None if speed_rpm is None else Sourced(speed_rpm, "user"),
            None if options.unit is None else Sourced(options.unit, "user"),
        ),
    )
    if options.speed_range_rpm is not None:
        return _followed(told, options.speed_range_rpm)
    if options.profile is not None:
        return told.but(profile=options.profile, tacho_times_s=None)
    return told.but(profile=None, tacho_times_s=None) if options.speed_rpm is not None else told


def _followed(recording: Recording, between_rpm: tuple[float, float]) -> Recording:
    """The recording with the speed profile that its own shaft lines tell.

    Raises
    ------
    MissingInput : no sampling rate
    BadRecord : no two shaft lines agree over half of the record
    """
    if recording.fs_hz is None:
        raise MissingInput(text("{file}: a speed is followed at a known rate; give --fs", file=recording.path))
    path = follow_speed(recording.samples, recording.fs_hz.value, *between_rpm)
    if path.confidence < LEAST_CONFIDENCE:
        path = follow_speed_in_envelope(recording.samples, recording.fs_hz.value, *between_rpm)
    if path.confidence < LEAST_CONFIDENCE:
        raise BadRecord(
            text(
                "no shaft speed between {lowest:g} and {highest:g} r/min can be followed: its lines agree over "
                "{share:.0f} % of the record; give a tacho channel or a profile",
                lowest=between_rpm[0],
                highest=between_rpm[1],
                share=100 * path.confidence,
            )
        )
    return recording.but(profile=path.profile(), tacho_times_s=None)


def _inside(designation: str) -> Inside:
    return Inside(designation, find(designation).geometry)


@cache
def _neighbours(geometry: Geometry | None) -> tuple[tuple[str, Geometry], ...]:
    """The catalogue's other bearings, which may explain the lines better."""
    return tuple((each.name, each.geometry) for each in all_bearings() if each.geometry != geometry)


def _telling_twins(found: Sequence[_Found]) -> list[_Found]:
    """The same, where two channels hold the same samples with a problem that says so: that is no second opinion."""
    if len(found) > MOST_TWINS:
        return list(found)
    told = list(found)
    for (one, first), (other, second) in itertools.combinations(enumerate(found), 2):
        if first.recording and second.recording and duplicated(first.recording.samples, second.recording.samples):
            for place, twin in ((one, second), (other, first)):
                told[place] = _with_twin(told[place], twin.diagnosis.channel)
    return told


def _with_twin(found: _Found, channel: str) -> _Found:
    problem = Problem(
        "duplicated",
        text("channel {channel} holds the same samples: one sensor was recorded twice", channel=channel),
    )
    diagnosis = replace(found.diagnosis, problems=(*found.diagnosis.problems, problem))
    return found._replace(diagnosis=diagnosis)


def _answer(task: Task, found: _Found, *, is_one: bool) -> Answer:
    """The answer without the samples: reports are made where the samples are."""
    diagnosis, recording, error = found
    check = check_command(task.wanted.path, task.options, recording, bearing=diagnosis.bearing, is_one=is_one)
    pages = tuple((lang, report(diagnosis, recording, lang, task.generated_on, check)) for lang in task.languages)
    return Answer(diagnosis, error, pages)


def _failed(task: Task, channel: str, error: LoadzoneError) -> Answer:
    diagnosis = Diagnosis.failed(task.wanted.path, channel, error)
    return _answer(task, _Found(diagnosis, error=error), is_one=True)


def _our_fault(task: Task, error: Exception) -> OurFault:
    reason = " ".join(str(error).split())[:200]
    return OurFault(
        text(
            "{file}: loadzone failed over it ({kind}: {reason}); the fault is ours, CONTRIBUTING.md says where to "
            "report it",
            file=task.wanted.path,
            kind=type(error).__name__,
            reason=reason,
        )
    )


def _lost(task: Task) -> list[Answer]:
    error = UnreadableFile(
        text(
            "{file}: the process that read it died (a damaged file, or no memory left); copy it again from its source",
            file=task.wanted.path,
        )
    )
    return [_failed(task, "", error)]
