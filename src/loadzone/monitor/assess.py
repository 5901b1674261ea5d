"""Health assessment: from lines that stand out to faults, their severity, the ranking and one verdict.

A significant line is not yet damage: waviness and mounting modulate every healthy bearing a little. So a fault is
confirmed only where its lines are significant, nothing else in the record explains them better, and they modulate the
envelope so deeply that the power in the band at least doubles between trough and crest.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from loadzone.monitor.detect.families import Candidate, Detection, family_wise
from loadzone.monitor.detect.lattice import is_shaft_cage
from loadzone.monitor.detect.pattern import contradiction
from loadzone.monitor.diagnosis import FAULTS, Fault, FaultName, Grade, Severity, Verdict

CONFIRM_DEPTH = math.log(2) / 2
"""Nepers: the power doubles (3 dB) between trough and crest of each passage. Simulated healthy bearings with waviness,
run-out and ovality at sourced levels stay below 0.2."""
SUSPECT_DEPTH = CONFIRM_DEPTH / 2
"""Half of it in decibels (1.5 dB): more than mounting and waviness do, less than a defect that must be seen to."""
SEVERE_DEPTH = 3 * CONFIRM_DEPTH
"""Nine decibels between trough and crest: impacts own the band."""
SUSPECT_CHANCE = 5.0
"""A line whose chance is up to five times the stated rate may be suspected if it is deep, never confirmed."""
BOTH_RINGS_RATIO = 0.5
"""Both rings within 6 dB of each other, neither deep: what both share, the elements, is the likelier reading."""
SECOND_RATIO = 0.5
"""A second fault is confirmed beside a first one only within 6 dB of it."""
CAGE_PRIOR = math.log(10)
"""A cage rate speaks for an element that meets the load zone once a cage turn ten times as readily as for a cage that
fails alone (assumed)."""


@dataclass(frozen=True)
class Assessment:
    """What the lines mean together."""

    verdict: Verdict
    faults: tuple[Fault, ...]
    ranking: tuple[tuple[FaultName, float], ...]
    p_value: float
    is_beaten: bool
    unexplained_order: float | None
    contradictions: dict[FaultName, str]


def assess(detection: Detection, nominal: dict[FaultName, float], rate: float) -> Assessment:
    """Judge a detection at the stated family-wise false-alarm ``rate``.

    Parameters
    ----------
    detection : candidates of all four families with their decoys
    nominal : nominal order of each family (``ball``: twice the spin)
    rate : share of healthy records that may be called significant
    """
    contradictions = _contradictions(detection, rate)
    faults = [
        fault
        for name in FAULTS
        if (fault := _fault(name, detection, nominal[name], rate, name in contradictions)) is not None
    ]
    weight = {"confirmed": 0, "suspected": 1}
    faults.sort(key=lambda fault: (weight[fault.verdict], -fault.severity.depth))
    faults = [_beside(faults[0], fault) for fault in faults]
    faults.sort(key=lambda fault: (weight[fault.verdict], -fault.severity.depth))
    unexplained = _unexplained(detection, faults, contradictions, rate)
    leader = detection.leader
    verdict: Verdict = faults[0].verdict if faults else "unexplained" if unexplained is not None else "healthy"
    return Assessment(
        verdict=verdict,
        faults=tuple(faults),
        ranking=_ranking(detection, rate),
        p_value=detection.p_value,
        is_beaten=leader.is_beaten,
        unexplained_order=None if verdict == "confirmed" else unexplained,
        contradictions=contradictions,
    )


def unconfirmed(assessment: Assessment) -> Assessment:
    """The same, with nothing more than suspected: an input is in doubt."""
    faults = tuple(
        replace(fault, verdict="suspected") if fault.verdict == "confirmed" else fault for fault in assessment.faults
    )
    return replace(assessment, faults=faults, verdict=faults[0].verdict if faults else assessment.verdict)


def doubted(assessment: Assessment) -> Assessment:
    """The same with an input in doubt: nothing is confirmed, and nothing is said to be well."""
    weaker = unconfirmed(assessment)
    return replace(weaker, verdict="undetermined") if weaker.verdict == "healthy" else weaker


def grade(depth: float) -> Grade:
    """Severity in words, by how far the power swings: 1.5, 3 and 9 dB are the steps."""
    if depth < SUSPECT_DEPTH:
        return "none"
    if depth < CONFIRM_DEPTH:
        return "slight"
    return "moderate" if depth < SEVERE_DEPTH else "severe"


def fault_depth(name: FaultName, detection: Detection, rate: float) -> float:
    """Modulation depth of a fault; an element's includes the cage-rate swell that carries its strikes."""
    candidate = detection.candidates[name]
    cage = detection.candidates["cage"]
    if name == "ball" and family_wise(cage.p_value) <= rate and not cage.is_beaten:
        return math.hypot(candidate.depth.nepers, cage.depth.nepers)
    return candidate.depth.nepers


def _fault(name: FaultName, detection: Detection, nominal: float, rate: float, is_contradicted: bool) -> Fault | None:
    """The fault's verdict, or None where nothing speaks for it. A cage is never more than a remark on an element."""
    candidate = detection.candidates[name]
    chance = family_wise(candidate.p_value)
    depth = fault_depth(name, detection, rate)
    if name == "cage" or candidate.is_beaten or depth < SUSPECT_DEPTH or chance > SUSPECT_CHANCE * rate:
        return None
    is_significant = chance <= rate
    if is_significant and depth >= CONFIRM_DEPTH and not is_contradicted:
        verdict: Verdict = "confirmed"
    elif is_contradicted or not (is_significant or depth >= CONFIRM_DEPTH):
        return None
    else:
        verdict = "suspected"
    severity = Severity(grade(depth), depth, candidate.depth.line_db)
    # an element found at its spin is told at the order that it is named by, twice the spin
    order = 2 * candidate.order if name == "ball" and candidate.order < 0.75 * nominal else candidate.order
    return Fault(name, order, nominal, chance, severity, verdict)


def _beside(first: Fault, fault: Fault) -> Fault:
    """A second fault much shallower than the first is only suspected: a strong lattice leaks into other orders."""
    is_shallow = fault.severity.depth < SECOND_RATIO * first.severity.depth
    return replace(fault, verdict="suspected") if is_shallow and fault.verdict == "confirmed" else fault


def _contradictions(detection: Detection, rate: float) -> dict[FaultName, str]:
    """Families that stand out but whose surroundings speak against them, with the reason's code."""
    found: dict[FaultName, str] = {}
    for name, candidate in detection.candidates.items():
        around = candidate.pattern
        if around is None or name == "cage" or family_wise(candidate.p_value) > SUSPECT_CHANCE * rate:
            continue
        code = contradiction(name, around)
        if code is not None:
            found[name] = code
    return found


def _unexplained(
    detection: Detection, faults: list[Fault], contradicted: Iterable[FaultName], rate: float
) -> float | None:
    """Order of a periodicity that no bearing line explains.

    A foreign lattice, a decoy beyond chance, a family's line whose surroundings contradict it, a lone cage.
    """
    if detection.foreign_orders:
        return detection.foreign_orders[0]
    if faults:
        return None
    score, order = detection.strongest_decoy
    cage = detection.candidates["cage"]
    is_cage_seen = family_wise(cage.p_value) <= rate and cage.depth.nepers >= SUSPECT_DEPTH
    if is_cage_seen and (not cage.is_beaten or is_shaft_cage(order, cage.order, 2 * detection.half_width)):
        return cage.order
    for name in contradicted:
        candidate = detection.candidates[name]
        is_seen = family_wise(candidate.p_value) <= rate and candidate.depth.nepers >= SUSPECT_DEPTH
        if is_seen and not candidate.is_beaten:
            return candidate.order
    chance = -math.expm1(len(detection.decoy_scores) * math.log1p(-min(detection.calibration.p_value(score), 0.999)))
    return order if chance <= rate else None


def _ranking(detection: Detection, rate: float) -> tuple[tuple[FaultName, float], ...]:
    """All four, likelier first, in nepers of chance.

    A cage rate counts for the elements; and where both rings show lines of like depth, neither of them deep, the
    elements that both rings share are ranked before either ring.
    """
    scores = {name: candidate.standing for name, candidate in detection.candidates.items()}
    outer, inner, cage = (detection.candidates[name] for name in ("outer", "inner", "cage"))
    if family_wise(cage.p_value) <= rate:
        scores["ball"] = max(scores["ball"], cage.standing)
    scores["cage"] -= CAGE_PRIOR
    if _both_rings(outer, inner, rate):
        scores["ball"] = max(scores["ball"], outer.standing, inner.standing) + 1.0
    ordered = sorted(scores.items(), key=lambda item: -item[1])
    return tuple((name, round(score, 3)) for name, score in ordered)


def _both_rings(outer: Candidate, inner: Candidate, rate: float) -> bool:
    depths = sorted((outer.depth.nepers, inner.depth.nepers))
    are_seen = max(family_wise(outer.p_value), family_wise(inner.p_value)) <= SUSPECT_CHANCE * rate
    return are_seen and depths[1] < SEVERE_DEPTH / 2 and depths[0] >= BOTH_RINGS_RATIO * depths[1]
