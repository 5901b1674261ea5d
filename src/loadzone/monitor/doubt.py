"""Second thoughts: another speed, or another bearing, may explain the same lines at least as well."""

from collections.abc import Sequence
from dataclasses import replace

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders, defect_orders
from loadzone.monitor.assess import Assessment, unconfirmed
from loadzone.monitor.detect.families import Detection
from loadzone.monitor.detect.pattern import pattern
from loadzone.monitor.diagnosis import Problem
from loadzone.monitor.shaft import Shaft
from loadzone.words.texts import text

FARTHEST = 0.10
"""Speeds up to 10 % off are asked whether they turn an unexplained line into a bearing line."""
MORE_LIKELY = 5.0
"""Nepers of chance by which another bearing must lead before it is named."""


def two_readings(detection: Detection, orders: DefectOrders, shaft: Shaft) -> Problem | None:
    """A strong line beside a ring's window, with a speed that no shaft line supports: two readings, no verdict."""
    if shaft.is_measured or detection.leader.p_value < 1e-3:
        return None
    readings = detection.foreign_orders or (detection.strongest_decoy[1],)
    score = detection.strongest_decoy[0]
    is_strong = bool(detection.foreign_orders) or detection.calibration.p_value(score) < 1e-4
    # a comb may be met at half or twice its fundamental
    for order in (multiple * each for each in readings for multiple in (1.0, 2.0, 0.5)):
        for nominal in (orders.outer, orders.inner):
            shift = order / nominal - 1
            if (
                is_strong
                and _is_fundamental(detection, order, orders.cage)
                and detection.half_width < abs(shift) <= FARTHEST
            ):
                return Problem(
                    "two_readings",
                    text(
                        "A strong line at order {order:.3f} is a ring's line if the shaft turned at "
                        "{speed_rpm:.0f} r/min, else another part's; measure the speed",
                        order=order,
                        speed_rpm=60 * shaft.mean_hz * (1 + shift),
                    ),
                )
    return None


def _is_fundamental(detection: Detection, order: float, cage: float) -> bool:
    """Whether the lines at multiples of an order are all seen, and none between them."""
    band = int(detection.open_scores.at(order).argmax())
    around = pattern(detection.open_lines, band, order, cage, None)
    return around.step == 1 and around.fraction is None


def other_bearing(
    detection: Detection,
    assessment: Assessment,
    orders: DefectOrders,
    neighbours: Sequence[tuple[str, Geometry]],
) -> tuple[Assessment, list[Problem]]:
    """Name a known bearing whose ring lines fit clearly better than the stated one's, and take back a confirmation."""
    own = max(detection.candidates[name].standing for name in ("outer", "inner", "ball"))
    curve = detection.open_scores.curve(detection.highest_order)
    best: tuple[float, str, float] | None = None
    for name, geometry in neighbours:
        theirs = defect_orders(geometry)
        if abs(theirs.outer / orders.outer - 1) < 2 * detection.half_width:
            continue
        score, order = max(curve.window(order, detection.half_width) for order in (theirs.outer, theirs.inner))
        standing = detection.calibration.standardised(score)
        if standing > own + MORE_LIKELY and (best is None or standing > best[0]):
            best = standing, name, order
    if best is None:
        return assessment, []
    problem = Problem(
        "other_bearing",
        text("the lines fit a {bearing} better than the stated bearing: check what is mounted", bearing=best[1]),
    )
    weaker = unconfirmed(assessment)
    if weaker.verdict == "healthy":
        weaker = replace(weaker, verdict="unexplained", unexplained_order=best[2])
    return weaker, [problem]
