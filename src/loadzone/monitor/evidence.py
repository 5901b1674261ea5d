"""The evidence of a verdict: each number with what was expected of it, and the curves a reader may want to see."""

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.orders import DefectOrders
from loadzone.monitor.assess import CONFIRM_DEPTH, Assessment
from loadzone.monitor.detect.families import Candidate, Detection, family_wise
from loadzone.monitor.diagnosis import FAULTS, SYMBOLS, Diagnosis, Evidence, Exhibits, FaultName, Line
from loadzone.monitor.manipulate import EnvelopeLines
from loadzone.monitor.shaft import Shaft
from loadzone.signals.descriptors import descriptors
from loadzone.signals.recording import Recording
from loadzone.words.texts import Text, text

HIGHEST_DRAWN = 24.0
LINE_HARMONICS = 5
FOUND = 6.0
"""A line counts as found where its best bin stands this many times over the floor."""
SIDEBAND_OF: dict[FaultName, str] = {"inner": "shaft", "ball": "cage"}

_SUPPORT = {"rigid": text("rigid"), "flexible": text("flexible")}
_ELEMENT: dict[FaultName, Text] = {
    "outer": text("outer ring"),
    "inner": text("inner ring"),
    "ball": text("rolling element"),
    "cage": text("cage"),
}


def evidence(
    diagnosis: Diagnosis, recording: Recording, detection: Detection, assessment: Assessment, shaft: Shaft
) -> tuple[Evidence, ...]:
    """What speaks for the verdict, against it, what was checked, and what is missing."""
    found: list[Evidence] = []
    for fault in diagnosis.faults:
        found += _for_fault(detection, fault.fault, fault.severity.depth)
    named = {fault.fault for fault in diagnosis.faults}
    others = [name for name in FAULTS if name not in named]
    found += [_not_found(detection, name, diagnosis.false_alarm_rate) for name in others if name != "cage"]
    found += [_contradiction(name, code) for name, code in assessment.contradictions.items()]
    found.append(_decoys(detection))
    found.append(_speed(shaft))
    found += _waveform(recording)
    if diagnosis.zone:
        found.append(_zone(diagnosis))
    return tuple(found)


def exhibits(detection: Detection, assessment: Assessment, orders: DefectOrders, rate: float) -> Exhibits:
    """The envelope spectrum of the band in which the leading family is deepest, its lines, and the decoys."""
    lines = detection.lines
    leader = _leader(detection, assessment)
    band = leader.depth.band
    stop = min(round(HIGHEST_DRAWN * lines.bins_per_order) + 1, lines.n_bins)
    floor = lines.floor[band, :stop]
    levels = np.sqrt(lines.ratio[band, :stop] * floor)
    # the slow swell below a third of an order belongs to load and speed, not to the bearing
    levels[: max(1, round(0.25 * lines.bins_per_order))] = 0.0
    limit = detection.calibration.score_at(_per_family(rate))
    return Exhibits(
        orders=(np.arange(stop) / lines.bins_per_order).astype(np.float32),
        levels=levels.astype(np.float32),
        floor=np.sqrt(floor).astype(np.float32),
        band_hz=(float(lines.bands_hz[band, 0]), float(lines.bands_hz[band, 1])),
        resolution_hz=lines.resolution_hz,
        decoy_scores=detection.decoy_scores,
        decoy_orders=detection.decoy_orders,
        scores={name: _on_comb_scale(candidate, detection) for name, candidate in detection.candidates.items()},
        limit_score=limit,
        lines=tuple(_family_lines(detection, leader, orders)),
        n_bands=len(lines.bands_hz),
        window=detection.half_width,
    )


def _per_family(rate: float) -> float:
    return float(-np.expm1(np.log1p(-rate) / 3))


def _on_comb_scale(candidate: Candidate, detection: Detection) -> float:
    """A family's standing drawn on the scale of the decoys shown."""
    return detection.calibration.location + detection.calibration.scale * candidate.standing


def _leader(detection: Detection, assessment: Assessment) -> Candidate:
    if assessment.faults:
        return detection.candidates[assessment.faults[0].fault]
    return detection.leader


def _family_lines(detection: Detection, leader: Candidate, orders: DefectOrders) -> list[Line]:
    """Harmonics and sidebands of every family in the band of the leading one."""
    found = []
    nominal: dict[FaultName, float] = {
        "outer": orders.outer,
        "inner": orders.inner,
        "ball": orders.ball,
        "cage": orders.cage,
    }
    for name in FAULTS:
        candidate = detection.candidates[name]
        measured = candidate.order
        if name == "ball" and measured < 1.5 * orders.spin:
            measured *= 2
        for h in range(1, LINE_HARMONICS + 1):
            label = SYMBOLS[name] if h == 1 else f"{h}×"
            found.append(_line(detection.lines, leader.depth.band, name, label, h * nominal[name], h * measured))
        if name in SIDEBAND_OF:
            spacing = 1.0 if SIDEBAND_OF[name] == "shaft" else orders.cage
            found += [
                _line(
                    detection.lines,
                    leader.depth.band,
                    name,
                    label,
                    nominal[name] + sign * spacing,
                    measured + sign * spacing,
                )
                for label, sign in (("−1×", -1), ("+1×", 1))
            ]
    return found


def _line(lines: EnvelopeLines, band: int, fault: FaultName, label: str, nominal: float, expected: float) -> Line:
    """The best bin near where the comb says that the line is."""
    centre = lines.bin_of(expected)
    reach = max(2, round(0.004 * centre))
    first, stop = max(centre - reach, 1), min(centre + reach + 1, lines.n_bins)
    if first >= stop:
        return Line(fault, label, nominal, None, 0.0)
    part: NDArray[np.float32] = lines.over_floor[band, first:stop]
    top = int(part.argmax())
    level = float(part[top])
    is_found = level >= FOUND
    order = (first + top) / lines.bins_per_order if is_found else None
    return Line(fault, label, nominal, order, float(10 * np.log10(max(float(lines.ratio[band, first + top]), 1.0))))


def _for_fault(detection: Detection, name: FaultName, depth: float) -> list[Evidence]:
    candidate = detection.candidates[name]
    chance = family_wise(candidate.p_value)
    if candidate.is_hump:
        lines = text("a hump at order {order:.2f}, the wandering line of an element", order=candidate.order)
    else:
        lines = text("lines at multiples of {symbol}, order {order:.3f}", symbol=SYMBOLS[name], order=candidate.order)
    return [
        Evidence(
            lines,
            chance,
            "p",
            text("chance below the stated rate"),
            text("log envelope, {bands} bands, decoys of the same record", bands=len(detection.lines.bands_hz)),
            "for",
        ),
        Evidence(
            text("modulation depth of the {element}", element=_ELEMENT[name]),
            depth,
            "Np",
            text("{depth:.2f} Np doubles the power at each passage", depth=CONFIRM_DEPTH),
            text("four harmonics, noise taken off"),
            "for" if depth >= CONFIRM_DEPTH else "against",
        ),
    ]


def _not_found(detection: Detection, name: FaultName, rate: float) -> Evidence:
    candidate = detection.candidates[name]
    chance = family_wise(candidate.p_value)
    element = _ELEMENT[name]
    weak, none = (
        text("lines of the {element} too weak for damage", element=element),
        text("no damage to the {element}", element=element),
    )
    return Evidence(
        weak if chance <= rate else none,
        chance,
        "p",
        text("chance above the stated rate, or lines too weak"),
        text("the same search at {symbol}", symbol=SYMBOLS[name]),
        "checked",
    )


def _contradiction(name: FaultName, code: str) -> Evidence:
    sentences = {
        "subharmonic": text("lines stand at fractions of the order as well; speed or sampling rate may be wrong"),
        "harmonics": text("too few multiples are seen; the line may be a multiple of another one"),
        "no_cage_sidebands": text("no sidebands at the cage's rate, which an element passing the load zone would have"),
        "cage_sidebands": text("sidebands at the cage's rate, where an inner ring would have them at shaft speed"),
    }
    return Evidence(sentences[code], SYMBOLS[name], "", None, text("levels around the harmonics"), "against")


def _decoys(detection: Detection) -> Evidence:
    score, order = detection.strongest_decoy
    return Evidence(
        text("strongest foreign order {order:.2f}", order=order),
        detection.calibration.p_value(score),
        "p",
        text("{count} decoys in the same record", count=len(detection.decoy_scores)),
        text("the same search where no bearing line can be"),
        "checked",
    )


def _speed(shaft: Shaft) -> Evidence:
    return Evidence(
        text("speed"),
        60 * shaft.mean_hz,
        "r/min",
        text("stated {speed_rpm:.1f} r/min", speed_rpm=60 * shaft.stated_hz),
        text("the shaft's own lines agree") if shaft.is_measured else text("no shaft line confirms it"),
        "checked",
    )


def _waveform(recording: Recording) -> list[Evidence]:
    values = descriptors(recording.samples)
    unit = (
        {"ms2": "m/s²", "mms": "mm/s", "um": "µm"}.get(recording.unit.value, recording.unit.value)
        if recording.unit
        else ""
    )
    return [
        Evidence(text("rms of the record"), float(values.rms), unit, None, text("mean taken out"), "checked"),
        Evidence(text("kurtosis"), float(values.kurtosis), "", text("3 in noise"), text("whole record"), "checked"),
        Evidence(text("crest factor"), float(values.crest), "", None, text("whole record"), "checked"),
    ]


def _zone(diagnosis: Diagnosis) -> Evidence:
    zone = diagnosis.zone
    assert zone is not None  # noqa: S101  # the caller asked
    group, _, support = zone.machine.partition(":")
    return Evidence(
        text("velocity, zone {zone}", zone=zone.zone),
        zone.velocity_mms,
        "mm/s",
        text("limits {a:g}, {b:g}, {c:g} mm/s", a=zone.limits_mms[0], b=zone.limits_mms[1], c=zone.limits_mms[2]),
        text("{edition}, group {group}, {support}", edition=zone.edition, group=group, support=_SUPPORT[support]),
        "for" if zone.zone in "CD" else "checked",
    )
