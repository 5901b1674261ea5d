"""The fleet's own load zone: every position a spoke, worst at the bottom, as long as it is urgent."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from loadzone.flows.standing import Fleet, Health, Stand
from loadzone.reports.svg import tag

SIDE = 340.0
INNER, OUTER = 0.30, 0.49
"""Radii of severity 0 and 1, in sides."""
SHARES: Mapping[Health, float] = {"act": 7.4, "plan": 5.0, "watch": 3.1}
"""Angle of a spoke against the others; every other state has 0.6."""
OTHER_SHARE, STROKE = 0.6, 0.64
LEAST_LENGTH = 0.06
THRESHOLDS: Sequence[tuple[Health, float]] = (("watch", 0.2), ("plan", 0.4), ("act", 0.8))
MOST_SPOKES = 1500
"""Above that many positions good ones share spokes."""


@dataclass(frozen=True)
class Spoke:
    """A position, or several good ones, in a share of the circle."""

    stand: Stand
    count: int = 1

    @property
    def share(self) -> float:
        """Its part of the circle, before the parts are brought to 360 degrees."""
        return SHARES.get(self.stand.state, OTHER_SHARE)


def load_zone(
    fleet: Fleet, label: str, name_of: Callable[[Stand], str], path_of: Callable[[Stand], str], words: Mapping[str, str]
) -> Markup:
    """The picture; spokes are links that carry the name of their position.

    Parameters
    ----------
    label : what it shows, in one sentence
    name_of, path_of : of a position, for hover and focus, and where its link leads
    words : of the states, and «no data» with its count, in the reader's language
    """
    spokes = _spokes(fleet.stands)
    silent = fleet.counts["none"]
    parts = [
        *(_threshold(state, at, words.get(state, "")) for state, at in THRESHOLDS),
        tag("circle", cx=SIDE / 2, cy=SIDE / 2, r=INNER * SIDE - 2.4, class_="ring"),
        tag("circle", cx=SIDE / 2, cy=SIDE / 2, r=INNER * SIDE - 7.0, class_="ring thin"),
        *_drawn(spokes, name_of, path_of),
        *(_silent(silent, words.get("none", "")) if silent else ()),
    ]
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {SIDE:g} {SIDE:g}",
        width=SIDE,
        height=SIDE,
        role="group",
        aria_label=label,
    )


def _spokes(stands: Sequence[Stand]) -> list[Spoke]:
    """Worst first; positions without data have no spoke, they stand as dots at the top."""
    shown = [each for each in stands if each.state != "none"]
    good = [each for each in shown if each.state == "good"]
    merged = max(1, math.ceil(len(shown) / MOST_SPOKES))
    if merged == 1:
        return [Spoke(each) for each in shown]
    urgent = [Spoke(each) for each in shown if each.state != "good"]
    return urgent + [Spoke(good[at], min(merged, len(good) - at)) for at in range(0, len(good), merged)]


def _drawn(
    spokes: Sequence[Spoke], name_of: Callable[[Stand], str], path_of: Callable[[Stand], str]
) -> Iterator[Markup]:
    whole = sum(each.share for each in spokes)
    left = right = 0.0
    for number, spoke in enumerate(spokes):
        share_deg = 360.0 * spoke.share / whole
        if number == 0:
            angle_deg = 0.0
            left = right = share_deg / 2.0
        elif number % 2:
            angle_deg = -(left + share_deg / 2.0)
            left += share_deg
        else:
            angle_deg = right + share_deg / 2.0
            right += share_deg
        shape = tag(
            "path", d=_wedge(angle_deg, min(share_deg * STROKE, 9.0), spoke.stand.standing.severity), class_="spoke"
        )
        name = name_of(spoke.stand)
        yield tag(
            "a",
            shape,
            href=path_of(spoke.stand),
            class_=f"state-{spoke.stand.state}",
            data_name=name,
            aria_label=name.replace("\n", ", "),
        )


def _wedge(angle_deg: float, width_deg: float, severity: float) -> str:
    """A spoke of that angle from 6 o'clock; its sides are parallel to the eye, so it keeps its width outwards."""
    low, high = INNER * SIDE, (INNER + (OUTER - INNER) * max(severity, LEAST_LENGTH)) * SIDE
    half = math.radians(width_deg) / 2.0 * low
    direction = math.radians(90.0 - angle_deg)
    along, across = (math.cos(direction), math.sin(direction)), (-math.sin(direction), math.cos(direction))
    corners = [(low, -half), (high, -half), (high, half), (low, half)]
    points = [(SIDE / 2 + r * along[0] + w * across[0], SIDE / 2 + r * along[1] + w * across[1]) for r, w in corners]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _threshold(state: Health, severity: float, word: str) -> Markup:
    radius = (INNER + (OUTER - INNER) * severity) * SIDE
    ring = tag("circle", cx=SIDE / 2, cy=SIDE / 2, r=radius, class_=f"threshold state-{state}")
    if state == "watch":
        return ring
    angle = math.radians(-64.0 if state == "act" else -38.0)
    x, y = SIDE / 2 + radius * math.cos(angle), SIDE / 2 + radius * math.sin(angle)
    return ring + tag("text", word, x=x, y=y + 4.0, text_anchor="middle", class_=f"threshold-name state-{state}")


def _silent(count: int, word: str) -> Iterator[Markup]:
    """Dots at the top, as many as there is room for, and the count in words."""
    radius = INNER * SIDE + 6.0
    half = math.radians(min(40.0, 0.6 * count + 2.0))
    x, y = radius * math.sin(half), radius * math.cos(half)
    d = f"M{SIDE / 2 - x:.1f} {SIDE / 2 - y:.1f}A{radius:.1f} {radius:.1f} 0 0 1 {SIDE / 2 + x:.1f} {SIDE / 2 - y:.1f}"
    yield tag("path", d=d, class_="silent")
    yield tag("text", word, x=SIDE / 2, y=SIDE / 2 - radius - 9.0, text_anchor="middle", class_="axis")
