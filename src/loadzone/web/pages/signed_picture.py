"""The picture beside the sign-in: a bearing, and around it the load that its lower elements carry."""

import math

from markupsafe import Markup

from loadzone.reports.svg import picture, tag

SIZE, CENTRE = 640.0, 300.0
OUTER_MM, INNER_MM, PITCH_MM, ELEMENT_MM = 240.0, 120.0, 180.0, 41.0
"""Radii on paper, and of one element; the picture means no bearing that is made."""
N_ELEMENTS, N_SPOKES, LONGEST = 11, 144, 138.0


def signed_picture(label: str) -> Markup:
    """The picture, whose name for a screen reader is ``label``."""
    rings = [
        _ring(OUTER_MM, 1.6),
        _ring(OUTER_MM - 13.0, 1.0),
        _ring(INNER_MM, 1.6),
        _ring(INNER_MM - 13.0, 1.0),
    ]
    return picture(SIZE, SIZE + 90.0, label, *_spokes(), *rings, *_elements(), class_="signed")


def _ring(radius: float, width: float) -> Markup:
    return tag("circle", cx=SIZE / 2, cy=CENTRE, r=radius, class_="outline", stroke_width=width)


def _elements() -> list[Markup]:
    found = []
    for number in range(N_ELEMENTS):
        angle = math.radians(90.0 + 360.0 * number / N_ELEMENTS)
        x, y = SIZE / 2 + PITCH_MM * math.cos(angle), CENTRE + PITCH_MM * math.sin(angle)
        found.append(tag("circle", cx=x, cy=y, r=ELEMENT_MM, class_="element"))
    return found


def _spokes() -> list[Markup]:
    """One line an angle, as long as the load there; where nothing is carried a dot."""
    found = []
    for number in range(N_SPOKES):
        from_bottom = _signed(math.radians(360.0 * number / N_SPOKES))
        load = max(math.cos(0.95 * from_bottom), 0.0) ** 1.5 if abs(from_bottom) < math.pi / 1.9 else 0.0
        angle = math.pi / 2 + from_bottom
        (x, y), (right, down) = _point(OUTER_MM + 7.0, angle), _point(OUTER_MM + 10.0 + LONGEST * load, angle)
        d = f"M{x:.1f} {y:.1f}L{right:.1f} {down:.1f}"
        found.append(tag("path", d=d, class_="spoke", opacity=round(0.3 + 0.7 * min(1.0, 2.2 * load), 2)))
    return found


def _point(radius: float, angle: float) -> tuple[float, float]:
    return SIZE / 2 + radius * math.cos(angle), CENTRE + radius * math.sin(angle)


def _signed(angle: float) -> float:
    return (angle + math.pi) % (2.0 * math.pi) - math.pi
