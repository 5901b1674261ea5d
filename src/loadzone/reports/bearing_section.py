"""The section of a bearing, elements and pitch circle to scale, with the damaged part marked."""

import math
from dataclasses import dataclass

from markupsafe import Markup

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.geometry import Geometry
from loadzone.monitor.diagnosis import FaultName
from loadzone.reports.numbers import significant
from loadzone.reports.svg import picture, tag
from loadzone.words.texts import text

_HEIGHT = 168.0
_MIDDLE = 108.0
_WALL = 0.3
"""Thickness of a ring behind its groove in element diameters where the outline is not known: drawn, not known."""
_HALF_WIDTH = 0.85
"""Of a ring in element diameters, likewise."""


@dataclass(frozen=True)
class _Shape:
    """Sizes in pixels: pitch circle and element, rings outward and inward of the element, half the width."""

    pitch: float
    ball: float
    outer_wall: float
    inner_wall: float
    half: float


def bearing_section(
    geometry: Geometry,
    damaged: FaultName | None,
    damage_name: str,
    lang: str,
    width: int = 320,
    outline: Boundary | None = None,
) -> Markup:
    """Axial section through both sides of the shaft, D_w and D_pw to scale.

    Rings are to scale where ``outline`` is complete, else only drawn. ``damaged`` is marked at the lower element and
    named ``damage_name``.
    """
    shape = _shape(geometry, outline)
    centre = _HEIGHT / 2
    parts = [
        _shaft(centre, shape),
        _side(centre, -shape.pitch / 2, shape, geometry, None),
        _side(centre, shape.pitch / 2, shape, geometry, damaged),
        _dimensions(centre, shape.pitch, shape.ball, shape.half, geometry),
    ]
    if damaged:
        parts.append(_damage_name(centre, shape.pitch, shape.ball, damaged, geometry, damage_name))
    label = text(
        "Section: {count} elements of {element} mm on {pitch} mm",
        count=geometry.n_elements,
        element=significant(geometry.element_diameter_mm, 5),
        pitch=significant(geometry.pitch_diameter_mm, 5),
    )
    return picture(width, _HEIGHT, label.render(lang), *parts)


def _shape(geometry: Geometry, outline: Boundary | None) -> _Shape:
    ball, pitch = geometry.element_diameter_mm, geometry.pitch_diameter_mm
    outer_wall = inner_wall = _WALL * ball
    half = _HALF_WIDTH * ball
    if outline is not None and outline.bore_mm and outline.outer_mm and outline.width_mm:
        walls = (outline.outer_mm - pitch - ball) / 2.0, (pitch - ball - outline.bore_mm) / 2.0
        if min(walls) > 0.0:
            (outer_wall, inner_wall), half = walls, outline.width_mm / 2.0
    scale = min((_HEIGHT - 24.0) / (pitch + ball + 2.0 * outer_wall), (_MIDDLE - 44.0) / half)
    return _Shape(pitch * scale, ball * scale, outer_wall * scale, inner_wall * scale, half * scale)


def _shaft(centre: float, shape: _Shape) -> Markup:
    """The shaft between the inner rings, and its centre line."""
    bore = shape.pitch / 2 - shape.ball / 2 - shape.inner_wall
    half = shape.half + 14
    body = tag(
        "rect",
        x=round(_MIDDLE - half, 1),
        y=round(centre - bore, 1),
        width=round(2 * half, 1),
        height=round(2 * bore, 1),
        class_="shaft",
    )
    return body + tag(
        "path", d=f"M{_MIDDLE - half - 16:.1f} {centre:g}H{_MIDDLE + half + 16:.1f}", class_="centre-line"
    )


def _side(centre: float, offset: float, shape: _Shape, geometry: Geometry, damaged: FaultName | None) -> Markup:
    """One element between its rings; ``offset`` is that of its middle from the shaft's axis."""
    sign = math.copysign(1.0, offset)
    y, ball, half = centre + offset, shape.ball, shape.half
    rings = []
    for name, outward, wall in (("outer", sign, shape.outer_wall), ("inner", -sign, shape.inner_wall)):
        shoulder = y + outward * 0.24 * ball
        back = y + outward * (0.5 * ball + wall)
        groove = math.sqrt(0.25 - 0.24**2) * ball
        sweep = 1 if outward > 0 else 0
        d = (
            f"M{_MIDDLE - half:.1f} {back:.1f}V{shoulder:.1f}H{_MIDDLE - groove:.1f}"
            f"A{ball / 2:.1f} {ball / 2:.1f} 0 0 {1 - sweep} {_MIDDLE + groove:.1f} {shoulder:.1f}"
            f"H{_MIDDLE + half:.1f}V{back:.1f}Z"
        )
        rings.append(tag("path", d=d, class_="part damaged" if damaged == name else "part"))
    circle = tag(
        "circle",
        cx=_MIDDLE,
        cy=round(y, 1),
        r=round(ball / 2, 1),
        class_="part damaged" if damaged == "ball" else "part",
    )
    width, height = 0.22 * ball, 0.24 * ball
    bars = "".join(
        f"M{_MIDDLE + way * ball / 2:.1f} {y - height / 2:.1f}h{way * width:.1f}v{height:.1f}h{-way * width:.1f}"
        for way in (-1, 1)
    )
    cage = tag("path", d=bars, class_="cage damaged" if damaged == "cage" else "cage")
    angle = math.radians(geometry.contact_angle_deg)
    reach = 0.72 * ball
    dx, dy = reach * math.sin(angle), reach * math.cos(angle)
    contact = tag(
        "path", d=f"M{_MIDDLE - dx:.1f} {y - sign * dy:.1f}L{_MIDDLE + dx:.1f} {y + sign * dy:.1f}", class_="contact"
    )
    return Markup("").join([*rings, circle, cage, contact])


def _dimensions(centre: float, pitch: float, ball: float, half: float, geometry: Geometry) -> Markup:
    """D_pw at the left between the elements' middles, D_w at the right of the upper element."""
    left = 30.0
    top, foot = centre - pitch / 2, centre + pitch / 2
    edge = _MIDDLE - half - 4
    pw = f"M{left - 4:g} {top:.1f}H{edge:.1f}M{left - 4:g} {foot:.1f}H{edge:.1f}M{left:g} {top:.1f}V{foot:.1f}"
    right = _MIDDLE + half + 30
    up, down = top - ball / 2, top + ball / 2
    inside = _MIDDLE + 0.2 * ball
    end = right + 4
    w = f"M{inside:.1f} {up:.1f}H{end:.1f}M{inside:.1f} {down:.1f}H{end:.1f}M{right:.1f} {up:.1f}V{down:.1f}"
    ends = ((left, top, 1), (left, foot, -1), (right, up, 1), (right, down, -1))
    heads = "".join(_arrow(x, y, way) for x, y, way in ends)
    name = significant(geometry.pitch_diameter_mm, 5)
    words = [
        tag(
            "text",
            "D",
            tag("tspan", "pw", dy=3, class_="sub"),
            tag("tspan", f" {name}", dy=-3),
            transform=f"translate({left - 8:g} {centre + 34:.1f}) rotate(-90)",
            class_="axis",
        ),
        tag(
            "text",
            "D",
            tag("tspan", "w", dy=3, class_="sub"),
            tag("tspan", f" {significant(geometry.element_diameter_mm, 5)}", dy=-3),
            x=right + 9,
            y=round(top + 4, 1),
            class_="axis",
        ),
    ]
    return tag("path", d=pw + w, class_="dimension") + tag("path", d=heads, class_="arrow") + Markup("").join(words)


def _arrow(x: float, y: float, way: int) -> str:
    return f"M{x:.1f} {y:.1f}l-2.5 {7 * way}h5Z"


def _damage_name(centre: float, pitch: float, ball: float, damaged: FaultName, geometry: Geometry, name: str) -> Markup:
    """A ring at the damaged contact of the lower element and its name on a leader."""
    y = centre + pitch / 2
    angle = math.radians(geometry.contact_angle_deg)
    toward = {"outer": 0.5, "inner": -0.5, "ball": 0.0, "cage": 0.0}[damaged]
    x = _MIDDLE + toward * ball * math.sin(angle) + (0.6 * ball if damaged == "cage" else 0.0)
    y += toward * ball * math.cos(angle)
    out = _MIDDLE + 0.85 * ball + 22
    level = min(max(y, 14.0), _HEIGHT - 20.0)
    spot = tag("circle", cx=round(x, 1), cy=round(y, 1), r=5, class_="state-line")
    leader = tag("path", d=f"M{x + 5:.1f} {y:.1f}L{out:.1f} {level:.1f}H{out + 8:.1f}", class_="state-line")
    return spot + leader + tag("text", name, x=round(out + 12, 1), y=round(level + 4, 1), class_="state-name")
