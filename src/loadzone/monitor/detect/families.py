"""The test of the four families against decoys: which element's lines stand out, and how often chance does as well."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.orders import DefectOrders
from loadzone.monitor.detect.comb import CombCurve, CombScores, comb_scores
from loadzone.monitor.detect.decoys import HIGHEST_ORDER, Calibration, calibrate, decoy_orders
from loadzone.monitor.detect.depth import Depth, comb_depth
from loadzone.monitor.detect.hump import has_hump, hump_levels, hump_test
from loadzone.monitor.detect.lattice import are_related, is_shaft_cage, lattice, own_lattice
from loadzone.monitor.detect.pattern import Pattern, contradiction, pattern
from loadzone.monitor.diagnosis import FAULTS, FaultName
from loadzone.monitor.manipulate import MASK_BINS, EnvelopeLines

FOREIGN_CHANCE = 1e-3
"""A decoy rarer than this is no chance: its lattice is masked and the search repeated, at most four times."""
MOST_FOREIGN = 4
REFINE_BELOW = 0.1
"""Candidates less likely than this get decoys of their own, free of the candidate's lattice."""
COMB_SCALE = 1.0
"""Scores are on an exponential scale, so a Gumbel law of theirs is no narrower than 1."""
HUMP_SCALE = 0.5


@dataclass(frozen=True)
class Candidate:
    """Best fit of one family: its score and order, the law of its decoys, the chance, depth, and how it was found.

    ``is_beaten``: a decoy that shares no line with it scores as high. ``is_hump``: found as a hump, not as a comb.
    """

    fault: FaultName
    score: float
    order: float
    calibration: Calibration
    p_value: float
    is_beaten: bool
    depth: Depth
    pattern: Pattern | None = None
    is_hump: bool = False

    @property
    def is_credible(self) -> bool:
        """Whether no decoy beats it and its surroundings fit the fault."""
        contradicted = self.pattern is not None and contradiction(self.fault, self.pattern) is not None
        return not self.is_beaten and not contradicted

    @property
    def standing(self) -> float:
        """Score in units of its decoys' law."""
        return self.calibration.standardised(self.score)


@dataclass(frozen=True, eq=False)
class Detection:
    """What the search found: a candidate for each family, the decoys, and periodicities of foreign origin."""

    candidates: dict[FaultName, Candidate]
    lines: EnvelopeLines
    open_lines: EnvelopeLines
    open_scores: CombScores
    highest_order: float
    decoy_orders: NDArray[np.float64]
    decoy_scores: NDArray[np.float64]
    calibration: Calibration
    foreign_orders: tuple[float, ...]
    strongest_decoy: tuple[float, float]
    half_width: float

    @property
    def p_value(self) -> float:
        """Family-wise chance of the best of the three families that can be confirmed."""
        return family_wise(min(self.candidates[fault].p_value for fault in FAULTS if fault != "cage"))

    @property
    def best(self) -> Candidate | None:
        """The credible candidate that stands highest, a cage aside."""
        credible = [c for f, c in self.candidates.items() if f != "cage" and c.is_credible]
        return max(credible, key=lambda c: c.standing, default=None)

    @property
    def best_standing(self) -> float:
        """Its standing, 0 where there is none."""
        best = self.best
        return best.standing if best else 0.0

    @property
    def leader(self) -> Candidate:
        """The candidate with the smallest chance among those that can be confirmed."""
        return min((self.candidates[f] for f in FAULTS if f != "cage"), key=lambda c: (c.p_value, -c.standing))


def family_wise(p_value: float) -> float:
    """Chance that the best of three families does as well."""
    return float(-np.expm1(3 * np.log1p(-min(p_value, 1 - 1e-12))))


def detect(lines: EnvelopeLines, orders: DefectOrders, half_width: float) -> Detection:
    """Search the four families and their decoys.

    Parameters
    ----------
    lines : of one record, shafts and listed gears masked
    orders : nominal defect orders
    half_width : relative half width of the search window (slip, geometry, speed)
    """
    highest = max(HIGHEST_ORDER, 1.3 * max(orders.inner, orders.outer, orders.ball))
    decoys = decoy_orders(orders, half_width, MASK_BINS / lines.bins_per_order)
    open_lines, open_scores = lines, comb_scores(lines)
    lines, scores, curve, foreign = _mask_foreign(open_scores, lines, orders, decoys, half_width, highest)
    base = curve.windows(decoys, half_width)
    law = calibrate(base, COMB_SCALE)
    unclaimed = lines
    candidates: dict[FaultName, Candidate] = {}
    waiting = list(FAULTS)
    while waiting:
        found = [_best_window(curve, orders, fault, half_width) for fault in waiting]
        fault, score, order = max(found, key=lambda each: each[1])
        waiting.remove(fault)
        depth = comb_depth(lines, scores, order, 1.0 if fault == "inner" else None)
        candidate = Candidate(fault, score, order, law, law.p_value(score), bool(base.max() >= score), depth)
        if candidate.p_value < REFINE_BELOW:
            candidate = _with_own_decoys(candidate, scores, orders, decoys, half_width, highest)
            around = pattern(lines, depth.band, order, orders.cage, orders.spin if fault == "ball" else None)
            candidate = replace(candidate, pattern=around)
        candidates[fault] = candidate
        if fault != "cage" and candidate.p_value < FOREIGN_CHANCE and candidate.is_credible:
            # a claimed lattice must not help the next family, nor hide behind its decoys
            own = own_lattice(fault, candidate.order, orders.cage, orders.spin, scores.highest_order)
            scores = scores.without_orders(own)
            lines = lines.masking(own)
            curve = scores.curve(highest)
            base = curve.windows(decoys, half_width)
            law = calibrate(base, COMB_SCALE)
    if has_hump(orders):
        candidates["ball"] = _better_of(candidates["ball"], _hump(unclaimed, orders))
    top = int(base.argmax())
    return Detection(
        candidates=candidates,
        lines=unclaimed,
        open_lines=open_lines,
        open_scores=open_scores,
        highest_order=highest,
        decoy_orders=decoys,
        decoy_scores=base,
        calibration=law,
        foreign_orders=foreign,
        strongest_decoy=(float(base[top]), curve.window(decoys[top], half_width)[1]),
        half_width=half_width,
    )


def _best_window(
    curve: CombCurve, orders: DefectOrders, fault: FaultName, half_width: float
) -> tuple[FaultName, float, float]:
    """Score and order of a family: an element strikes once or twice a spin, the other faults have one order."""
    if fault == "ball":
        score, order = max(curve.window(orders.spin, half_width), curve.window(orders.ball, half_width))
    else:
        nominal = {"outer": orders.outer, "inner": orders.inner, "cage": orders.cage}[fault]
        score, order = curve.window(nominal, half_width)
    return fault, score, order


def _with_own_decoys(
    candidate: Candidate,
    scores: CombScores,
    orders: DefectOrders,
    decoys: NDArray[np.float64],
    half_width: float,
    highest: float,
) -> Candidate:
    """The candidate against decoys that do not share its lattice."""
    own = own_lattice(candidate.fault, candidate.order, orders.cage, orders.spin, scores.highest_order)
    others = scores.without_orders(own).curve(highest).windows(decoys, half_width)
    law = calibrate(others, COMB_SCALE)
    # a shaft-cage pattern belongs to the bearing: it may accompany a fault, it does not refute one
    rivals = [
        score
        for order, score in zip(decoys, others, strict=True)
        if score >= candidate.score and not is_shaft_cage(order, orders.cage, half_width)
    ]
    return replace(candidate, calibration=law, p_value=law.p_value(candidate.score), is_beaten=bool(rivals))


def _mask_foreign(
    scores: CombScores,
    lines: EnvelopeLines,
    orders: DefectOrders,
    decoys: NDArray[np.float64],
    half_width: float,
    highest: float,
) -> tuple[EnvelopeLines, CombScores, CombCurve, tuple[float, ...]]:
    """Mask the lattices of periodicities that are too strong for chance and unrelated to the bearing's candidates."""
    foreign: list[float] = []
    curve = scores.curve(highest)
    for _ in range(MOST_FOREIGN):
        order = _foreign_order(curve, orders, decoys, half_width)
        if order is None:
            break
        foreign.append(order)
        lines = lines.masking(lattice(order, 1.0, lines.n_bins / lines.bins_per_order))
        scores = comb_scores(lines)
        curve = scores.curve(highest)
    return lines, scores, curve, tuple(foreign)


def _foreign_order(
    curve: CombCurve, orders: DefectOrders, decoys: NDArray[np.float64], half_width: float
) -> float | None:
    scores = curve.windows(decoys, half_width)
    law = calibrate(scores, COMB_SCALE)
    candidates = [_best_window(curve, orders, fault, half_width) for fault in FAULTS]
    known = [order for _, score, order in candidates if law.p_value(score) < 0.01]
    tolerance = 3.0 / curve.bins_per_order
    for i in np.argsort(scores)[::-1][:MOST_FOREIGN]:
        if law.p_value(float(scores[i])) >= FOREIGN_CHANCE:
            return None
        order = curve.window(decoys[i], half_width)[1]
        is_ours = any(are_related(order, other, tolerance) for other in known)
        if not is_ours and not is_shaft_cage(order, orders.cage, half_width):
            return order
    return None


def _hump(lines: EnvelopeLines, orders: DefectOrders) -> Candidate:
    """The element's hump at twice its spin against humps elsewhere."""
    levels = hump_levels(lines, orders, lines.n_bins / lines.bins_per_order)
    score, order, is_shoulder, decoys = hump_test(levels, orders)
    law = calibrate(decoys, HUMP_SCALE, support=0.4 * len(decoys))
    depth = levels.depth(order, lines)
    return Candidate(
        "ball", score, order, law, law.p_value(score), is_shoulder or bool(decoys.max() >= score), depth, is_hump=True
    )


def _better_of(comb: Candidate, hump: Candidate) -> Candidate:
    """The likelier of two ways to see an element, each paying for the other."""
    better = min(comb, hump, key=lambda each: each.p_value)
    return replace(better, p_value=float(-np.expm1(2 * np.log1p(-min(better.p_value, 1 - 1e-12)))))
