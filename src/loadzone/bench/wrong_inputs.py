"""Wrong inputs: what becomes of records that are confirmed rightly when speed, rate or geometry is not true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from loadzone.bearings.catalogue import find
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.bench.intervals import share
from loadzone.bench.labelled import Case, data_sha256, load, read_cases
from loadzone.bench.runner import Progress, Result, made_by, spread
from loadzone.bench.subject import Outcome, examine
from loadzone.formats.labels import Label
from loadzone.signals.recording import Recording
from loadzone.words.errors import LoadzoneError

SPEED_ERRORS_PERCENT = (-8.0, -4.0, -2.0, -1.0, 1.0, 2.0, 4.0, 8.0)
RATE_FACTORS = (0.25, 4.0)
SAME_SPEED = 0.005
"""A speed counts as found when it is this near to the one stated with right inputs: half of the smallest error."""
ALIKE = 0.02
"""Two insides whose race orders differ by less than this cannot be told apart in a usual search window."""
STRANGERS = ("6007", "6008", "6010", "6012", "61906")
"""Deep groove bearings with 11 (6007, 6008) and 13 elements; their insides follow from the outlines by the tested rule
(`loadzone.bearings.estimate`), and are handed over as if a user had typed them from a drawing."""


@dataclass(frozen=True)
class Change:
    """One thing that is wrong: the factors on speed and rate, or the bearing that is taken for the true one."""

    kind: str
    name: str
    speed: float = 1.0
    rate: float = 1.0
    geometry: Geometry | None = None


class Trial(NamedTuple):
    """A channel, what was wrong, what was said, and what had been said with the right inputs."""

    change: Change
    case: Case
    said: Outcome
    said_before: Outcome


class Task(NamedTuple):
    """A channel and all that shall be wrong with it, so that its file is read once."""

    question: Label
    changes: tuple[Change, ...]


def run(
    labels: Path, *, jobs: int | None = None, progress: Progress | None = None, made_on: str | None = None
) -> Result:
    """Repeat the diagnoses that are right, each time with one wrong input.

    Parameters
    ----------
    labels : table of labels; only channels whose confirmed set is the labelled one with right inputs go on
    jobs, progress, made_on : see `loadzone.bench.runner`

    Returns
    -------
    ``records``: how many go on. ``speed`` by error in percent and pooled: trials; two_readings (undetermined because
    two speeds explain the lines; counted neither way); right_confirmed and wrong_confirmed of the rest; speed_found
    (the stated speed is within 0.5 % of that with right inputs, which may itself be better than the label).
    ``rate`` by factor and pooled, ``geometry`` by bearing and pooled: trials, and confirmed (any fault).
    ``geometries``: what was handed over

    Raises
    ------
    UnreadableFile, BadInput : the table cannot be read
    """
    cases = [case for case in read_cases(labels) if case.is_faulty]
    unchanged = Change("none", "right")
    plain = spread(wrong_trial, [Task(case.question, (unchanged,)) for case in cases], jobs, progress)
    right = [(case, said) for case, (said,) in zip(cases, plain, strict=True) if said.confirmed == case.truth]
    others = foreign_geometries([case for case, _ in right])
    tasks = [Task(case.question, changes(case, others[case.rig])) for case, _ in right]
    said = spread(wrong_trial, tasks, jobs, progress)
    trials = [
        Trial(change, case, answer, before)
        for (case, before), task, answers in zip(right, tasks, said, strict=True)
        for change, answer in zip(task.changes, answers, strict=True)
    ]
    handed_over = {change.name: change.geometry for task in tasks for change in task.changes if change.geometry}
    command = f"loadzone bench wrong-inputs --labels {labels.name}"
    return {
        "records": len(right),
        "speed": by_name(trials, "speed", speed_counts),
        "rate": by_name(trials, "rate", confirmed_counts),
        "geometry": by_name(trials, "geometry", confirmed_counts),
        "geometries": {name: asdict(geometry) for name, geometry in handed_over.items()},
        "made_by": made_by(command, data_sha256=data_sha256(labels, cases), made_on=made_on),
    }


def wrong_trial(task: Task) -> list[Outcome]:
    """What is said of a channel under each change; nothing where the file or its bearing cannot be read."""
    try:
        recording, bearing = load(task.question)
    except LoadzoneError:
        return [Outcome("undetermined") for _ in task.changes]
    return [examine(applied(change, recording), change.geometry or bearing.geometry) for change in task.changes]


def applied(change: Change, recording: Recording) -> Recording:
    """The recording with a wrong speed or rate, as if the same source had stated it."""
    speed, rate = recording.speed_rpm, recording.fs_hz
    return recording.but(
        speed_rpm=replace(speed, value=speed.value * change.speed) if speed else None,
        fs_hz=replace(rate, value=rate.value * change.rate) if rate else None,
    )


def changes(case: Case, others: Mapping[str, Geometry]) -> tuple[Change, ...]:
    """Everything that is made wrong with a case; ``others`` are bearings of other rigs."""
    speeds = [Change("speed", f"{percent:+g} %", speed=1.0 + percent / 100.0) for percent in SPEED_ERRORS_PERCENT]
    rates = [Change("rate", f"x{factor:g}", rate=factor) for factor in RATE_FACTORS]
    true = find(case.question.bearing or "").geometry
    wrong = {name: each for name, each in {**strangers(), **others}.items() if not _are_alike(each, true)}
    return (*speeds, *rates, *(Change("geometry", name, geometry=each) for name, each in wrong.items()))


def strangers() -> dict[str, Geometry]:
    """The 11- and 13-element bearings of `STRANGERS` as typed by a user who is sure of them."""
    inside = {name: find(name).geometry for name in STRANGERS}
    return {
        f"{name}, Z {each.n_elements}": replace(each, provenance="user", relative_uncertainty=0.003)
        for name, each in inside.items()
    }


def foreign_geometries(cases: Sequence[Case]) -> dict[str, dict[str, Geometry]]:
    """For each rig the bearings of the other rigs, each inside once."""
    found: dict[str, dict[str, Geometry]] = {case.rig: {} for case in cases}
    for case in cases:
        name = case.question.bearing or ""
        geometry = find(name).geometry
        for rig, known in found.items():
            if rig != case.rig and not any(_are_alike(geometry, each) for each in known.values()):
                known[f"{name} on {rig}"] = geometry
    return found


def by_name(trials: Sequence[Trial], kind: str, count: Callable[[Sequence[Trial]], Result]) -> Result:
    """Counts of one kind of change, for each change and pooled."""
    chosen = [trial for trial in trials if trial.change.kind == kind]
    names = dict.fromkeys(trial.change.name for trial in chosen)
    of_name = {name: count([trial for trial in chosen if trial.change.name == name]) for name in names}
    return of_name | {"pooled": count(chosen)}


def speed_counts(trials: Sequence[Trial]) -> Result:
    """How the diagnoses with a wrong speed ended."""
    decided = [trial for trial in trials if not trial.said.has_two_readings]
    right = sum(trial.said.confirmed == trial.case.truth for trial in decided)
    confirmed = sum(bool(trial.said.confirmed) for trial in decided)
    return {
        "trials": len(trials),
        "two_readings": share(len(trials) - len(decided), len(trials)),
        "right_confirmed": share(right, len(decided)),
        "wrong_confirmed": share(confirmed - right, len(decided)),
        "speed_found": share(sum(_finds_speed(trial) for trial in trials), len(trials)),
    }


def confirmed_counts(trials: Sequence[Trial]) -> Result:
    """How many diagnoses confirmed anything."""
    return {"trials": len(trials), "confirmed": share(sum(bool(trial.said.confirmed) for trial in trials), len(trials))}


def _are_alike(one: Geometry, other: Geometry) -> bool:
    """Whether no search could tell two insides apart, so that neither is wrong for the other."""
    first, second = defect_orders(one), defect_orders(other)
    return max(abs(first.outer / second.outer - 1.0), abs(first.inner / second.inner - 1.0)) < ALIKE


def _finds_speed(trial: Trial) -> bool:
    stated, before = trial.said.speed_rpm, trial.said_before.speed_rpm
    return bool(stated and before and abs(stated / before - 1.0) < SAME_SPEED)
