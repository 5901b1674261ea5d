"""The path of ISO 13374: acquire, manipulate, detect, assess, advise; one recording in, one diagnosis out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders, RingSpeeds, defect_orders
from loadzone.monitor.acquire import LEAST_REVOLUTIONS, Acquired, acquire
from loadzone.monitor.advise import advise
from loadzone.monitor.assess import Assessment, assess, doubted
from loadzone.monitor.detect.families import Detection, detect
from loadzone.monitor.detect.lattice import gear_lines
from loadzone.monitor.diagnosis import Diagnosis, FaultName, Problem, Severity, Zone
from loadzone.monitor.doubt import other_bearing, two_readings
from loadzone.monitor.evidence import evidence, exhibits
from loadzone.monitor.manipulate import EnvelopeLines, envelope_lines
from loadzone.monitor.settings import Gear, Machine
from loadzone.monitor.shaft import Reading, Shaft, shaft_of, speed_readings
from loadzone.monitor.zones import velocity_zone
from loadzone.signals.envelope_bank import EnvelopeBank, log_envelope_bank
from loadzone.signals.recording import Recording
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import text

RULES = "detect 2026.11"
HIGHEST_ORDER = 12.0
HARMONICS = 4
BANDWIDTH = 3.0
"""A band must be this many times as wide as the highest defect frequency."""
SEGMENT_REVOLUTIONS = 600.0
"""Longer records are averaged in segments: slip and drift broaden a line beyond a finer resolution."""
SAME_LINE = 0.004
"""Relative distance within which a ring's line and a shaft's harmonic are one line."""
LOWEST = 8.0
"""Bands start at this multiple of the highest defect frequency, or at a quarter of the range if that is lower: below,
waviness and varying compliance move the rings of a healthy bearing in step with its orders."""
LOWEST_SHARE = 0.25
MAINS_HZ = (50.0, 60.0, 100.0, 120.0)


@dataclass(frozen=True)
class Subject:
    """The bearing under test: what it is called, its inside, where that comes from, and how its rings turn."""

    geometry: Geometry
    orders: DefectOrders
    bearing: str
    geometry_source: str


def diagnose(
    recording: Recording,
    geometry: Geometry | None,
    *,
    bearing: str = "",
    geometry_source: str = "",
    turning: RingSpeeds | None = None,
    gears: Sequence[Gear] = (),
    machine: Machine | None = None,
    false_alarm_rate: float = 0.01,
    neighbours: Sequence[tuple[str, Geometry]] = (),
) -> Diagnosis:
    """Is the bearing damaged, where, how sure, how bad, what to do, and why.

    Parameters
    ----------
    recording : one channel with its rate and speed (or tacho, or speed profile); its unit only matters for zones
    geometry : inside of the bearing; None gives «undetermined»
    bearing, geometry_source : as they shall be shown
    turning : speeds of both rings in multiples of the shaft speed; by default the inner ring turns
    gears : wheels near the bearing; their lines are no evidence of a bearing
    machine : group and support for velocity zones
    false_alarm_rate : share of healthy records that may show a significant line of the bearing
    neighbours : other bearings, asked whether they explain the lines better

    Returns
    -------
    Diagnosis; what cannot be judged is «undetermined» with its reason, never an exception
    """
    base = Diagnosis(
        record=recording.path,
        channel=recording.channel,
        verdict="undetermined",
        fs_hz=recording.fs_hz.value if recording.fs_hz else None,
        bearing=bearing,
        geometry=geometry,
        geometry_source=geometry_source,
        false_alarm_rate=false_alarm_rate,
        rules=RULES,
        record_hash=_hash(recording),
        ranking=tuple((name, 0.0) for name in ("outer", "inner", "ball", "cage")),
    )
    try:
        speeds = turning or RingSpeeds(1.0, 0.0)
        missing = _missing(recording, geometry)
        shaft = shaft_of(recording) if not missing else None
        if missing or shaft is None or geometry is None or recording.fs_hz is None:
            return _undetermined(base, [missing] if missing else [])
        base = replace(base, speed_rpm=60 * shaft.mean_hz, speed_source=shaft.source)
        subject = Subject(geometry, defect_orders(geometry, speeds.inner, speeds.outer), bearing, geometry_source)
        base = replace(base, orders=subject.orders)
        acquired = acquire(recording.samples, recording.fs_hz.value)
        zone, zone_problem = _zone(recording, shaft, machine) if acquired.is_fit else (None, [])
        problems = [*acquired.problems, *zone_problem]
        unfit = _unfit(acquired, recording.fs_hz.value, shaft, subject.orders)
        if unfit or not acquired.is_fit:
            return _undetermined(base, [*unfit, *problems])
        return _judge(replace(base, zone=zone), recording, acquired, shaft, subject, gears, neighbours, problems)
    except LoadzoneError as error:
        return _undetermined(base, [Problem(error.code, error.message)])


def _judge(
    base: Diagnosis,
    recording: Recording,
    acquired: Acquired,
    shaft: Shaft,
    subject: Subject,
    gears: Sequence[Gear],
    neighbours: Sequence[tuple[str, Geometry]],
    problems: list[Problem],
) -> Diagnosis:
    """Detect, assess and advise on a record that is fit for it."""
    orders = subject.orders
    fs_hz = base.fs_hz or 0.0
    highest = max(HIGHEST_ORDER, 1.3 * max(orders.inner, orders.outer, orders.ball))
    defect_hz = max(orders.inner, orders.outer, orders.ball) * shaft.highest_hz
    bank = log_envelope_bank(
        acquired.samples,
        fs_hz,
        1.12 * HARMONICS * highest * shaft.mean_hz,
        min_bandwidth_hz=BANDWIDTH * defect_hz,
        segment_s=SEGMENT_REVOLUTIONS / shaft.mean_hz,
        lowest_hz=min(LOWEST * defect_hz, LOWEST_SHARE * fs_hz / 2),
        phase=shaft.phase,
    )
    lines = envelope_lines(bank, shaft.mean_hz)
    reading, detection = _detected(bank, lines, shaft, subject, gears)
    shaft = reading.shaft
    nominal: dict[FaultName, float] = {
        "outer": orders.outer,
        "inner": orders.inner,
        "ball": orders.ball,
        "cage": orders.cage,
    }
    assessment = assess(detection, nominal, base.false_alarm_rate)
    if any(problem.code == "speed_doubt" for problem in reading.problems):
        assessment = doubted(assessment)
    assessment, doubts = _doubts(assessment, detection, subject, shaft, neighbours)
    result = replace(
        base,
        verdict=assessment.verdict,
        speed_rpm=60 * shaft.mean_hz,
        speed_source=shaft.source,
        faults=assessment.faults,
        ranking=assessment.ranking,
        p_value=assessment.p_value,
        beaten_by_decoy=assessment.is_beaten,
        unexplained_order=assessment.unexplained_order,
        severity=assessment.faults[0].severity if assessment.faults else _mild(detection),
        problems=(*doubts, *reading.problems, *problems),
        exhibits=exhibits(detection, assessment, orders, base.false_alarm_rate),
    )
    result = replace(result, evidence=evidence(result, recording, detection, assessment, shaft))
    return replace(result, advice=advise(result))


def _detected(
    bank: EnvelopeBank, lines: EnvelopeLines, shaft: Shaft, subject: Subject, gears: Sequence[Gear]
) -> tuple[Reading, Detection]:
    """The search at each reading of the speed.

    Shaft and bearing lines together choose, unless the other shaft is made of the bearing's own line: a ring's order
    near k with its sidebands looks like a shaft whose k-th harmonic it is.
    """
    found = []
    for reading in speed_readings(shaft, lines):
        at_speed = lines if reading.shaft.mean_hz == lines.shaft_hz else envelope_lines(bank, reading.shaft.mean_hz)
        window = reading.shaft.window(subject.geometry)
        found.append((reading, detect(_masked(at_speed, gears), subject.orders, window)))
    stated, *others = found
    own = stated[1].best
    real = [
        other
        for other in others
        if own is None or not _is_harmonic(own.order, other[0].shaft.mean_hz / stated[0].shaft.mean_hz)
    ]
    return max([stated, *real], key=lambda each: each[0].score + each[1].best_standing)


def _is_harmonic(order: float, speed_ratio: float) -> bool:
    """Whether an order is a whole multiple of a shaft that turns at ``speed_ratio`` times the stated speed."""
    multiple = order / speed_ratio
    return round(multiple) >= 1 and abs(multiple - round(multiple)) < SAME_LINE * multiple


def _doubts(
    assessment: Assessment,
    detection: Detection,
    subject: Subject,
    shaft: Shaft,
    neighbours: Sequence[tuple[str, Geometry]],
) -> tuple[Assessment, list[Problem]]:
    """Where a wrong speed or another bearing explains the lines as well, say so instead of deciding."""
    reading = two_readings(detection, subject.orders, shaft)
    if reading is not None:
        return replace(assessment, verdict="undetermined", faults=()), [reading]
    return other_bearing(detection, assessment, subject.orders, neighbours)


def _masked(lines: EnvelopeLines, gears: Sequence[Gear]) -> EnvelopeLines:
    """Mask gears and mains."""
    highest = lines.n_bins / lines.bins_per_order
    for gear in gears:
        lines = lines.masking(gear_lines(gear.teeth, gear.shaft_order, highest))
    mains = [frequency / lines.shaft_hz for frequency in MAINS_HZ]
    return lines.masking(mains, 1.5 / lines.bins_per_order)


def _missing(recording: Recording, geometry: Geometry | None) -> Problem | None:
    """The input without which there is no answer."""
    if recording.fs_hz is None:
        return Problem("no_rate", text("The sampling rate is not known; give --fs"))
    if not (np.isfinite(recording.fs_hz.value) and recording.fs_hz.value > 0):
        fs_hz = recording.fs_hz.value
        return Problem("bad_rate", text("A sampling rate of {fs_hz:g} Hz is not possible", fs_hz=fs_hz))
    if recording.unit is not None and recording.unit.value == "degc":
        return Problem("no_vibration", text("The channel holds temperatures: choose one that holds vibration"))
    has_speed = recording.speed_rpm or recording.profile or recording.tacho_times_s is not None
    if not has_speed:
        return Problem("no_speed", text("The speed is not known; give --speed, --tacho or --profile"))
    if geometry is None:
        return Problem("no_geometry", text("The bearing is not known; give --bearing or --geometry Z,DW,DPW,ANGLE"))
    return None


def _unfit(acquired: Acquired, fs_hz: float, shaft: Shaft, orders: DefectOrders) -> list[Problem]:
    """Too few revolutions, or a rate too low for the bearing's lines."""
    revolutions = len(acquired.samples) / fs_hz * shaft.mean_hz if acquired.is_fit else LEAST_REVOLUTIONS
    if revolutions < LEAST_REVOLUTIONS:
        return [
            Problem(
                "too_short",
                text(
                    "the record holds {revolutions:.1f} revolutions: at least {least:.0f} are needed",
                    revolutions=revolutions,
                    least=LEAST_REVOLUTIONS,
                ),
            )
        ]
    highest_hz = max(orders.inner, orders.outer, orders.ball) * shaft.highest_hz
    if (1 - LOWEST_SHARE) * fs_hz / 2 < BANDWIDTH * highest_hz:
        return [
            Problem(
                "too_slow",
                text(
                    "a sampling rate of {fs_hz:.0f} Hz is too low for a defect frequency of {highest_hz:.0f} Hz: "
                    "at least {least_hz:.0f} Hz are needed",
                    fs_hz=fs_hz,
                    highest_hz=highest_hz,
                    least_hz=2 * BANDWIDTH * highest_hz / (1 - LOWEST_SHARE),
                ),
            )
        ]
    return []


def _zone(recording: Recording, shaft: Shaft, machine: Machine | None) -> tuple[Zone | None, list[Problem]]:
    """Velocity zone where a machine class was given; without a unit it is refused, the diagnosis is not."""
    if machine is None or recording.fs_hz is None:
        return None, []
    unit = recording.unit.value if recording.unit else None
    try:
        zone = velocity_zone(recording.samples, recording.fs_hz.value, unit, 60 * shaft.mean_hz, machine)
    except LoadzoneError as error:
        return None, [Problem("no_zone", error.message)]
    return zone, []


def _mild(detection: Detection) -> Severity:
    """Severity of the best candidate where nothing was found: for the record, not for alarm."""
    leader = detection.leader
    return Severity("none", leader.depth.nepers, leader.depth.line_db)


def _undetermined(base: Diagnosis, problems: list[Problem]) -> Diagnosis:
    result = replace(base, problems=tuple(problems))
    return replace(result, advice=advise(result))


def _hash(recording: Recording) -> str:
    samples: NDArray[np.generic] = np.ascontiguousarray(recording.samples)
    return hashlib.sha256(samples.data).hexdigest() if samples.size else hashlib.sha256(b"").hexdigest()
