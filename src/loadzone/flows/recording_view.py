"""A recording looked at: found in the index, diagnosed again from its samples, as it was said or as a reader corrects.

Nothing is kept: what is computed here answers a page, and a finding that is to stay comes by the way that all goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import msgspec
import numpy as np

from loadzone.bearings.geometry import geometry_from_option
from loadzone.connect.address import Address
from loadzone.flows.assets import Machine, Position, Sensor, Site, Unit
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_recording, told_recording
from loadzone.flows.platform import Platform
from loadzone.flows.speed_profile import speed_from_option
from loadzone.flows.watch.known import Watched, look
from loadzone.flows.watch.waves import recording_of
from loadzone.flows.why import options_from
from loadzone.monitor.diagnosis import Diagnosis, FaultName
from loadzone.monitor.settings import Gear
from loadzone.signals.recording import Recording
from loadzone.store.catalog import Work
from loadzone.store.catalog.machines import sites
from loadzone.store.catalog.positions import positions
from loadzone.store.catalog.sensors import sensors
from loadzone.store.catalog.units import units
from loadzone.store.lake import TableName
from loadzone.store.lake.engine import ROWS, ask
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import BadInput, LoadzoneError, UnknownThing
from loadzone.words.texts import Text, text

__all__ = [
    "Correction",
    "Diagnosis",
    "Entry",
    "FaultName",
    "Looked",
    "Place",
    "Record",
    "entries",
    "find_record",
    "look_at",
    "place_of",
]

MOST_REMEMBERED = 6
"""Diagnoses kept for the requests that follow each other: page, curves, sound, and the one that is compared."""
LARGEST_REMEMBERED = 4_000_000
"""Samples of a recording that is remembered at most."""


@dataclass(frozen=True)
class Entry:
    """A recording in the index of its position; ``verdict`` is "" where no diagnosis was due."""

    id: str
    time_us: int
    channel: str
    verdict: str


@dataclass(frozen=True)
class Record:
    """A recording as the index knows it; ``object`` names its waveform."""

    organisation: str
    position: str
    id: str
    time_us: int
    channel: str
    sensor: str | None
    serial: str | None
    fs_hz: float
    count: int
    unit: str
    speed_rpm: float | None
    object: str
    door: str | None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.count / self.fs_hz


@dataclass(frozen=True, eq=False)
class Place:
    """Where a recording was taken: its position in machine and site, the sensor, the unit that was mounted then."""

    position: Position
    machine: Machine | None
    site: Site | None
    sensor: Sensor | None
    unit: Unit | None
    watched: Watched | None


@dataclass(frozen=True)
class Correction:
    """What a reader says otherwise, in the words of ``loadzone diagnose``; "" where the recording's own word holds.

    ``speed`` in r/min or as a range, ``bearing`` a designation, ``geometry`` as Z,DW,DPW,ANGLE, ``gears`` as Z:ORDER
    apart by blanks, ``rate`` the share of healthy records that may be called damaged.
    """

    speed: str = ""
    bearing: str = ""
    geometry: str = ""
    gears: str = ""
    rate: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said otherwise."""
        return not any((self.speed, self.bearing, self.geometry, self.gears, self.rate))

    def of(self, options: DiagnoseOptions) -> DiagnoseOptions:
        """The options with what is said otherwise.

        Raises
        ------
        BadInput : one of the words is not understood
        """
        changes: dict[str, Any] = {}
        if self.speed:
            steady, between = speed_from_option(self.speed)
            changes |= {"speed_rpm": steady, "speed_range_rpm": between, "profile": None, "tacho": None}
        if self.bearing:
            changes |= {"bearing": self.bearing, "geometry": None}
        if self.geometry:
            changes["geometry"] = geometry_from_option(self.geometry)
        if self.gears:
            changes["gears"] = tuple(Gear.parse(each) for each in self.gears.split())
        if self.rate:
            changes["false_alarm_rate"] = _share(self.rate)
        return replace(options, **changes)


@dataclass(frozen=True, eq=False)
class Looked:
    """A recording with its diagnosis as computed now; ``stored``: the finding that was kept, {} where none was.

    ``refusal`` says why a correction was not followed; the diagnosis is then the one without it.
    """

    record: Record
    recording: Recording
    options: DiagnoseOptions
    diagnosis: Diagnosis
    stored: Mapping[str, Any]
    version: str = ""
    result: str = ""
    refusal: Text | None = None

    @property
    def standing(self) -> Literal["same", "other", "none"]:
        """How the finding that was kept and the one computed now agree."""
        if not self.stored:
            return "none"
        kept = (self.stored.get("verdict"), self.stored.get("fault"))
        return "same" if kept == (self.diagnosis.verdict, self.diagnosis.fault) else "other"


def entries(platform: Platform, organisation: str, position: str) -> list[Entry]:
    """Recordings of a position with their verdicts, the newest first."""
    found = _asked(platform, "recordings", "id, epoch_us(time) AS at, channel", organisation, position)
    told = _asked(platform, "results", "recording, verdict", organisation, position)
    verdicts = {row["recording"]: row["verdict"] or "" for row in told}
    rows = sorted(found, key=lambda row: (-int(row["at"]), row["id"]))
    return [Entry(row["id"], int(row["at"]), row["channel"] or "", verdicts.get(row["id"], "")) for row in rows]


def find_record(platform: Platform, organisation: str, position: str, identifier: str) -> Record:
    """One recording of a position.

    Raises
    ------
    UnknownThing : no such position, or it has no such recording
    """
    with platform.catalog.read(organisation) as work:
        positions.get(work, organisation, position)
    wanted = {"identifier": identifier}
    row = _row(platform, "recordings", organisation, position, "id = $identifier", wanted)
    if row is None or not row["object"]:
        raise UnknownThing(
            text("position {position} has no recording {recording}", position=position, recording=identifier[:80])
        )
    return Record(
        organisation=organisation,
        position=position,
        id=row["id"],
        time_us=int(row["time"]),
        channel=row["channel"] or "",
        sensor=row["sensor"],
        serial=row["serial"],
        fs_hz=float(row["rate"]),
        count=int(row["samples"]),
        unit=row["unit"] or "",
        speed_rpm=row["speed"],
        object=row["object"],
        door=row["door"],
    )


def place_of(platform: Platform, record: Record) -> Place:
    """Where it was taken."""
    address = Address(record.organisation, record.position)

    def job(work: Work) -> tuple[Position, Site | None, Sensor | None, Unit | None]:
        position = positions.get(work, record.organisation, record.position)
        machine = watched.machine if watched else None
        site = sites.find(work, record.organisation, machine.site) if machine and machine.site else None
        sensor = sensors.find(work, record.organisation, record.sensor) if record.sensor else None
        unit = units.find(work, record.organisation, record.serial) if record.serial else None
        return position, site, sensor, unit

    watched = look(platform.catalog, "", [address]).watched.get(address)
    position, site, sensor, unit = platform.read(record.organisation, job)
    return Place(position, watched.machine if watched else None, site, sensor, unit, watched)


def look_at(platform: Platform, record: Record, place: Place, correction: Correction | None = None) -> Looked:
    """The recording and its diagnosis, computed now by the settings that were kept with it, or as corrected.

    Raises
    ------
    DamagedObject : the samples are not those that were kept
    """
    kept, version, result = _stored(platform, record)
    header = platform.waveforms.header(record.organisation, record.object)
    said = options_from(kept["settings"]) if kept else _said(place, recording_of(header, np.empty(0, np.float32)))
    refusal = None
    compute = _computed if record.count <= LARGEST_REMEMBERED else _computed.__wrapped__
    chosen, wanted = said, correction or Correction()
    try:
        chosen = wanted.of(said)
        recording, diagnosis = compute(platform.waveforms, record.organisation, record.object, chosen)
    except LoadzoneError as error:
        if wanted.is_empty:
            recording = compute(platform.waveforms, record.organisation, record.object, None)[0]
            diagnosis = Diagnosis.failed(recording.path, recording.channel, error)
        else:
            refusal, chosen = error.message, said
            recording, diagnosis = compute(platform.waveforms, record.organisation, record.object, said)
    found = kept["found"] if kept else {}
    return Looked(record, recording, chosen, diagnosis, found, version, result, refusal)


@lru_cache(maxsize=MOST_REMEMBERED)
def _computed(
    waveforms: Waveforms, organisation: str, name: str, options: DiagnoseOptions | None
) -> tuple[Recording, Diagnosis]:
    """The recording as it is told, and its diagnosis; without options only read."""
    kept = recording_of(waveforms.header(organisation, name), waveforms.read(organisation, name))
    if options is None:
        return kept, Diagnosis(kept.path, kept.channel, "undetermined")
    told = told_recording(kept, options)
    with np.errstate(all="ignore"):
        return told, diagnose_recording(kept, options)


def _said(place: Place, recording: Recording) -> DiagnoseOptions:
    """What the catalog says where no result was kept, as far as the recording does not say it itself."""
    try:
        known = place.watched.options if place.watched else DiagnoseOptions(bearing=place.position.bearing)
    except LoadzoneError:
        known = DiagnoseOptions(bearing=place.position.bearing)
    has_speed = recording.speed_rpm or recording.profile is not None or recording.tacho_times_s is not None
    return replace(
        known,
        bearing=known.bearing or (place.unit.bearing if place.unit else None),
        speed_rpm=None if has_speed else known.speed_rpm,
        fs_hz=None,
        unit=None if recording.unit else known.unit,
        tacho=None,
    )


def _stored(platform: Platform, record: Record) -> tuple[dict[str, Any], str, str]:
    """The document of the newest result, the version that computed it, and its identifier."""
    wanted = {"identifier": record.id}
    row = _row(platform, "results", record.organisation, record.position, "recording = $identifier", wanted)
    if row is None or not row["document"]:
        return {}, "", ""
    return msgspec.json.decode(row["document"], type=dict[str, Any]), row["version"] or "", row["id"]


def _row(
    platform: Platform, table: TableName, organisation: str, position: str, where: str, values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The newest whole row of a position for which ``where`` holds, times in µs."""
    found = _asked(platform, table, "id, epoch_us(time) AS at", organisation, position, where, values)
    if not found:
        return None
    last = max(found, key=lambda row: int(row["at"]))
    at_us = int(last["at"])
    rows = platform.lake.documents(table, organisation, position, start_us=at_us, end_us=at_us + 1, limit=10_000)
    return next(row for row in rows if row["id"] == last["id"])


def _asked(
    platform: Platform,
    table: TableName,
    columns: str,
    organisation: str,
    position: str,
    where: str = "true",
    values: Mapping[str, Any] | None = None,
) -> Sequence[dict[str, Any]]:
    """Columns of the rows of a position."""
    found = ask(
        platform.lake.table(table),
        f"SELECT {columns} FROM {ROWS} "  # noqa: S608  words of ours
        f"WHERE organisation = $organisation AND position = $position AND {where}",
        {"organisation": organisation, "position": position, **(values or {})},
        [("organisation", "=", organisation), ("position", "=", position)],
    )
    listed = [column.tolist() for column in found.values()]
    return [dict(zip(found, row, strict=True)) for row in zip(*listed, strict=True)]


def _share(words: str) -> float:
    try:
        return float(words)
    except ValueError as error:
        raise BadInput(
            text("false-alarm rate «{words}» is no number: write 0.01 for one in a hundred", words=words)
        ) from error
