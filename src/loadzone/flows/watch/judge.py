"""From arrivals to a harvest: decode, measure, diagnose where it is due, and let the blocks that remember step on.

Nothing is written here: whatever dies here, dies without a trace, and the same arrivals give the same harvest again.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from loadzone.connect.address import Address
from loadzone.connect.intake import Arrival
from loadzone.connect.messages import Values
from loadzone.flows.diagnose import DiagnoseOptions, Inside, OurFault, diagnose_recording, inside_of
from loadzone.flows.platform import PAGE
from loadzone.flows.watch.decode import PREFIX, Decoder, Taken
from loadzone.flows.watch.fold import AdviceCall, AlarmCall, Finding, Fold, Reading, Series, Step
from loadzone.flows.watch.harvest import Called, Harvest
from loadzone.flows.watch.known import Known, Watched
from loadzone.flows.watch.measure import Measured, measured, quantity
from loadzone.flows.watch.plain import plain_json
from loadzone.flows.watch.values import LONGEST_QUANTITY, LONGEST_UNIT, reap_values, series_of
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording
from loadzone.store.catalog.latest import Latest
from loadzone.store.catalog.states import BlockState
from loadzone.store.lake import Rows
from loadzone.words.errors import DamagedObject, LoadzoneError
from loadzone.words.texts import Text, text

LOG = logging.getLogger(__name__)
VERDICT = "verdict"
"""Quantity under which the catalog keeps the newest verdict."""


@dataclass(frozen=True, eq=False)
class Recorded:
    """A recording on its way: the arrival that brought it, its channel, and what was computed of it."""

    arrival: Arrival
    watched: Watched
    taken: Taken
    measured: Measured
    id: str


def judge(
    arrivals: Sequence[Arrival],
    known: Known,
    fold: Fold,
    decoder: Decoder,
    *,
    source: str,
    workers: Executor | None = None,
    diagnoses_all: bool = False,
) -> Harvest:
    """What comes of the arrivals that are not in the catalog yet.

    Parameters
    ----------
    arrivals : of one stream, sequences rising
    fold : the blocks that remember
    source : name of the stream in lake and catalog
    workers : threads in which recordings are measured; None measures here
    diagnoses_all : the full diagnosis for every recording, due or not

    Raises
    ------
    LoadzoneError : with exit code 3: something that is needed does not answer; the same arrivals are tried again
    """
    done = known.done.get(source, -1)
    new = [each for each in arrivals if each.sequence > done]
    organisations = frozenset(each.address.organisation for each in arrivals) & known.organisations
    last = arrivals[-1]
    harvest = Harvest(source, last.sequence, last.received_us, organisations)
    values, files = _decoded(new, known, decoder, harvest)
    reap_values(harvest, values)
    recorded = _recorded(files, workers)
    _reap_recordings(harvest, recorded)
    _remember(harvest, known, fold, values, recorded, diagnoses_all=diagnoses_all)
    _tell(harvest, [*(each.address for each, _ in values), *(each.watched.address for each in recorded)])
    return harvest


def _decoded(
    arrivals: Sequence[Arrival], known: Known, decoder: Decoder, harvest: Harvest
) -> tuple[list[tuple[Arrival, Values]], list[tuple[Arrival, Watched, list[Taken]]]]:
    """Values and recordings of positions that are watched; what cannot be read goes with its reason."""
    values: list[tuple[Arrival, Values]] = []
    files: list[tuple[Arrival, Watched, list[Taken]]] = []
    for arrival in arrivals:
        watched = known.watched.get(arrival.address)
        if watched is None:
            harvest.strangers.append(arrival)
            continue
        try:
            found = decoder.decoded(arrival, _options(watched))
        except Exception as error:  # noqa: BLE001  one message must not hold up its shard: it is put aside, not dropped
            harvest.dead.append((arrival, _reason(arrival, error)))
            continue
        if isinstance(found, Values):
            values.append((arrival, found))
        else:
            files.append((arrival, watched, found))
    return values, files


def _options(watched: Watched) -> DiagnoseOptions:
    """What the catalog says; a fact that is not understood is told with the diagnosis and loses no recording."""
    try:
        return watched.options
    except LoadzoneError:
        return DiagnoseOptions(bearing=watched.position.bearing)


def _reason(arrival: Arrival, error: Exception) -> Text:
    """Why a message can never be handled; what is no fault of the message is raised."""
    if isinstance(error, LoadzoneError):
        if error.exit_code != 2 and not isinstance(error, DamagedObject):  # what is damaged will not heal
            raise error
        return _without_folder(error.message)
    if isinstance(error, MemoryError | OSError):
        raise error
    LOG.error("message %s of %s is put aside", arrival.sequence, arrival.address, exc_info=error)
    return text(
        "loadzone failed over this message ({kind}: {reason}); the fault is ours: send it with a report",
        kind=type(error).__name__,
        reason=" ".join(str(error).split())[:200],
    )


def _without_folder(said: Text) -> Text:
    """A file lies in a folder of its own while it is read, which is no business of who sent it."""
    fields = {
        name: Path(value).name if isinstance(value, str) and PREFIX in value else value
        for name, value in said.fields.items()
    }
    return Text(said.msgid, fields)


def _recorded(files: Sequence[tuple[Arrival, Watched, list[Taken]]], workers: Executor | None) -> list[Recorded]:
    flat = [(arrival, watched, taken, n) for arrival, watched, found in files for n, taken in enumerate(found)]
    each_taken = [taken for _, _, taken, _ in flat]
    run: Any = workers.map if workers is not None and len(flat) > 1 else map
    computed = run(measured, each_taken)
    return [
        Recorded(arrival, watched, taken, computed_of_it, f"{arrival.id}-{n}")
        for (arrival, watched, taken, n), computed_of_it in zip(flat, computed, strict=True)
    ]


def _reap_recordings(harvest: Harvest, recorded: Sequence[Recorded]) -> None:
    """Waveforms, their index and their descriptors, and the newest value of each descriptor."""
    rows: list[tuple[Recorded, str, float, str]] = []
    for each in recorded:
        wave, address = each.taken.wave, each.watched.address
        sensor = each.watched.sensor(wave.channel)
        harvest.waves.append((address.organisation, wave))
        harvest.recordings.append(
            {
                "organisation": address.organisation,
                "position": address.position,
                "time": wave.started_us,
                "id": each.id,
                "sensor": sensor.id if sensor else None,
                "channel": wave.channel,
                "serial": each.watched.serial(wave.started_us),
                "rate": wave.fs_hz,
                "samples": len(wave.samples),
                "unit": wave.unit,
                "speed": wave.speed_rpm,
                "door": each.arrival.door,
                "received": each.arrival.received_us,
                "sequence": each.arrival.sequence,
            }
        )
        for name, value, unit in each.measured.quantities:
            rows.append((each, name, value, unit))
            if len(name) <= LONGEST_QUANTITY and len(unit) <= LONGEST_UNIT:
                found = Latest(address.organisation, address.position, name, wave.started_us, value, unit, "good")
                harvest.note_latest(found)
    if rows:
        harvest.rows["descriptors"] = Rows(
            {
                "organisation": [each.watched.address.organisation for each, *_ in rows],
                "position": [each.watched.address.position for each, *_ in rows],
                "quantity": [name for _, name, _, _ in rows],
                "time": [each.taken.wave.started_us for each, *_ in rows],
                "value": np.array([value for _, _, value, _ in rows]),
                "unit": [unit for *_, unit in rows],
                "recording": [each.id for each, *_ in rows],
            },
            harvest.source,
            np.array([each.arrival.sequence for each, *_ in rows], dtype=np.int64),
        )


def _remember(
    harvest: Harvest,
    known: Known,
    fold: Fold,
    values: Sequence[tuple[Arrival, Values]],
    recorded: Sequence[Recorded],
    *,
    diagnoses_all: bool,
) -> None:
    """Let the fold step through each position's arrivals in their order, and take in what it found."""
    by_address: dict[Address, list[tuple[int, Any]]] = defaultdict(list)
    for arrival, found in values:
        if fold.wants_values(known.watched[arrival.address]):
            by_address[arrival.address].append((arrival.sequence, (arrival, found)))
    for each in recorded:
        by_address[each.watched.address].append((each.arrival.sequence, each))
    results: list[dict[str, Any]] = []
    for address in sorted(by_address):
        steps = sorted(by_address[address], key=lambda step: step[0])
        _Memory(harvest, known.watched[address], fold, results, diagnoses_all).through(steps)
    if results:
        results.sort(key=lambda row: row["sequence"])
        sequences = np.array([row.pop("sequence") for row in results], dtype=np.int64)
        columns = {name: [row[name] for row in results] for name in results[0]}
        harvest.rows["results"] = Rows(columns, harvest.source, sequences)


class _Memory:
    """One position's way through its arrivals."""

    def __init__(
        self, harvest: Harvest, watched: Watched, fold: Fold, results: list[dict[str, Any]], diagnoses_all: bool
    ) -> None:
        self._harvest, self._watched, self._fold = harvest, watched, fold
        self._results, self._diagnoses_all = results, diagnoses_all
        self._before = watched.states.get(fold.block)
        is_known = self._before is not None and self._before.version == fold.version
        remembered = self._before.value if is_known and self._before else None
        self._state = fold.begin(remembered, watched)
        self._changed_by: Reading | None = None

    def through(self, steps: Sequence[tuple[int, Any]]) -> None:
        """All steps; values that follow each other are one reading."""
        run: list[tuple[Arrival, Values]] = []
        for _, step in steps:
            if isinstance(step, Recorded):
                self._values(run)
                run = []
                self._recording(step)
            else:
                run.append(step)
        self._values(run)
        self._keep()

    def _values(self, run: Sequence[tuple[Arrival, Values]]) -> None:
        if not run:
            return
        last, values = run[-1]
        time_us = int(values.times_us.max())
        reading = Reading(self._watched, time_us, last.sequence, last.received_us, last.id, series_of(run))
        self._take_in(lambda state: self._fold.read(state, reading), reading)

    def _recording(self, recorded: Recorded) -> None:
        wave, recording = recorded.taken.wave, recorded.taken.recording
        time = np.array([wave.started_us], dtype=np.int64)
        series = {name: Series(time, np.array([value]), unit) for name, value, unit in recorded.measured.quantities}
        reading = Reading(
            self._watched,
            wave.started_us,
            recorded.arrival.sequence,
            recorded.arrival.received_us,
            recorded.id,
            series,
            is_recording=True,
            channel=wave.channel,
            speed_rpm=recording.speed_rpm.value if recording.speed_rpm else None,
            zone=recorded.measured.zone,
            problems=recorded.measured.problems,
        )
        finding = self._take_in(lambda state: self._fold.read(state, reading), reading)
        if finding.is_due or self._diagnoses_all or recorded.arrival.door == PAGE:
            diagnosis = diagnosed(recorded.taken, self._watched)
            result = f"{recorded.id}-d"
            self._results.append(_row(recorded, diagnosis, result))
            self._harvest.note_latest(_verdict(recorded, diagnosis))
            self._take_in(lambda state: self._fold.diagnosed(state, reading, diagnosis, result), reading)

    def _take_in(self, step: Callable[[bytes | None], Step], reading: Reading) -> Finding:
        """Step on; where that fails the state stays: what arrived is kept, and can be folded again."""
        try:
            state, finding = step(self._state)
        except Exception:
            LOG.exception("block %s failed at %s over %s", self._fold.block, self._watched.address, reading.source)
            return Finding()
        if state != self._state:
            self._state, self._changed_by = state, reading
        address = self._watched.address
        for name, status in finding.status.items():
            key = (address.organisation, address.position, name)
            there = self._harvest.latest.get(key)
            if there is not None and there.at_us <= reading.time_us:
                self._harvest.latest[key] = Latest(**{**vars(there), "status": status})
        serial = self._watched.serial(reading.time_us)
        calls: tuple[AlarmCall | AdviceCall, ...] = (*finding.alarms, *finding.advice)
        for call in calls:
            self._harvest.called.append(Called(address, reading.sequence, reading.time_us, serial, call))
        return finding

    def _keep(self) -> None:
        if self._state is None or self._changed_by is None:
            return
        address, fold = self._watched.address, self._fold
        self._harvest.before.append(self._before)
        self._harvest.after.append(
            BlockState(
                address.organisation,
                address.position,
                fold.block,
                fold.version,
                self._state,
                self._harvest.source,
                self._changed_by.sequence,
                self._changed_by.received_us,
            )
        )


def diagnosed(taken: Taken, watched: Watched) -> Diagnosis:
    """The full diagnosis; what stands in its way is its answer, never an error."""
    try:
        watched.options  # noqa: B018  a fact that is not understood is said here
    except LoadzoneError as error:
        return Diagnosis.failed(taken.recording.path, taken.recording.channel, error)
    return answered(taken.recording, taken.options)


def answered(recording: Recording, options: DiagnoseOptions) -> Diagnosis:
    """The diagnosis of a recording that says all by itself, or the reason why there is none."""
    try:
        with np.errstate(all="ignore"):
            return diagnose_recording(recording, options, _inside(options))
    except LoadzoneError as error:
        return Diagnosis.failed(recording.path, recording.channel, error)
    except Exception as error:
        LOG.exception("a diagnosis failed over channel %s", recording.channel)
        reason = " ".join(str(error).split())[:200]
        fault = OurFault(
            text(
                "{file}: loadzone failed over it ({kind}: {reason}); the fault is ours, CONTRIBUTING.md says where to "
                "report it",
                file=recording.path or recording.channel,
                kind=type(error).__name__,
                reason=reason,
            )
        )
        return Diagnosis.failed(recording.path, recording.channel, fault)


@lru_cache(maxsize=1024)
def _inside(options: DiagnoseOptions) -> Inside:
    return inside_of(options)


@cache
def software() -> str:
    """Version that computed a result."""
    return version("loadzone")


def _row(recorded: Recorded, diagnosis: Diagnosis, result: str) -> dict[str, Any]:
    """A row of results: the answer as codes, and all of it as a document from which it can be computed again."""
    address, wave = recorded.watched.address, recorded.taken.wave
    return {
        "organisation": address.organisation,
        "position": address.position,
        "time": wave.started_us,
        "id": result,
        "block": "diagnose",
        "recording": recorded.id,
        "verdict": diagnosis.verdict,
        "p_value": diagnosis.p_value,
        "version": software(),
        "document": plain_json(document(diagnosis, recorded.taken.options)),
        "sequence": recorded.arrival.sequence,
    }


def _verdict(recorded: Recorded, diagnosis: Diagnosis) -> Latest:
    """The newest verdict of a channel stands beside its newest values: its p value, and as status the verdict."""
    address, wave = recorded.watched.address, recorded.taken.wave
    name = quantity(VERDICT, wave.channel)
    return Latest(
        address.organisation, address.position, name, wave.started_us, diagnosis.p_value, "", diagnosis.verdict
    )


def document(diagnosis: Diagnosis, options: DiagnoseOptions) -> dict[str, Any]:
    """What was said about the recording, and what was found, with its sentences in both languages."""
    chinese = diagnosis.to_dict("zh")
    return {
        "settings": settings(options),
        "found": diagnosis.to_dict("en"),
        "zh": {name: chinese[name] for name in ("advice", "evidence", "problems")},
    }


def settings(options: DiagnoseOptions) -> dict[str, Any]:
    """The options that shaped a diagnosis, as JSON."""
    return asdict(options)


def _tell(harvest: Harvest, addresses: Iterable[Address]) -> None:
    """One piece of news a position: its newest values; alarms and advice are added when they are kept."""
    newest: dict[Address, dict[str, Any]] = {each: {} for each in addresses}
    for latest in harvest.latest.values():
        told = newest.get(Address(latest.organisation, latest.position))
        if told is not None:
            told[latest.quantity] = [latest.at_us, latest.value, latest.unit, latest.status]
    recordings: dict[Address, list[str]] = defaultdict(list)
    for row in harvest.recordings:
        recordings[Address(row["organisation"], row["position"])].append(row["id"])
    for address, values in newest.items():
        event: dict[str, Any] = {"event": "values", "latest": values}
        if address in recordings:
            event = {"event": "recordings", "recordings": recordings[address], "latest": values}
        harvest.events.append((address, event))
