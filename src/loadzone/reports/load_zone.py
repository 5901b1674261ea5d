"""The load zone as a polar plot on the bearing drawn to scale: the picture that the name comes from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.geometry import Geometry
from loadzone.reports.numbers import fixed, significant
from loadzone.reports.svg import path, picture, tag, ticks
from loadzone.words.texts import text

Array = NDArray[np.float64]

WALL = 0.3
"""Thickness of a ring behind its groove in element diameters where the outline is not known."""
_RING, _DEPTH = 0.28, 0.14
"""Radius of the outer ring and depth of the largest load, in widths of the picture."""
_DEPTH_BELOW = 0.18
"""The same where load is below only."""
_SIDE = 96.0
"""Half angle of the grid where load is below only, deg."""
_ROOM = 7.0
"""Pixels of an element's diameter that a sign of its number needs."""


@dataclass(frozen=True)
class Curve:
    """Load over azimuth, (n,) each, 0 deg below; ``style`` is a class of the style sheet."""

    azimuths_deg: Array
    loads_n: Array
    style: str


@dataclass(frozen=True)
class Scene:
    """What the picture shows: the bearing, its elements' azimuths and loads (Z,), the curves, the radial load."""

    geometry: Geometry
    outline: Boundary | None
    azimuths_deg: Array
    loads_n: Array
    curves: Sequence[Curve]
    radial_n: float


def load_zone_picture(scene: Scene, lang: str, width: int) -> Markup:
    """Rings and elements to scale, loads outward from the outer ring, 0 deg below; the first curve is filled."""
    highest = max(float(curve.loads_n.max()) for curve in scene.curves)
    reach = max((abs(float(a)) for c in scene.curves for a in c.azimuths_deg[c.loads_n > 0.0]), default=0.0)
    is_round = reach > _SIDE
    ring, depth = _RING * width, (_DEPTH if is_round else _DEPTH_BELOW) * width
    unit, scale = ("kN", 1e-3) if highest >= 1000.0 else ("N", 1.0)
    levels = [level for level in ticks(0.0, highest * scale, 3) if level > 0.0] or [1.0]
    full = max(levels[-1], highest * scale)
    disc = _Disc(width / 2.0, (ring + depth + 26.0) if is_round else ring + 8.0, ring, depth / full * scale)
    height = disc.y + ring + depth + 24.0
    parts = [
        _grid(disc, [level / scale for level in levels], highest, unit, scale, is_round),
        *(_curve(disc, curve, is_filled=not place) for place, curve in enumerate(scene.curves)),
        *_bearing(disc, scene, highest, scale),
    ]
    label = text(
        "Load zone: {count} of {all} elements carry, at most {most} {unit}",
        count=int((scene.loads_n > 0.0).sum()),
        all=len(scene.loads_n),
        most=significant(float(scene.loads_n.max()) * scale),
        unit=unit,
    )
    return picture(width, height, label.render(lang), *parts)


@dataclass(frozen=True)
class _Disc:
    """Middle and radius of the outer ring in pixels, and pixels for a newton."""

    x: float
    y: float
    radius: float
    per_n: float

    def point(self, azimuth_deg: float, radius: float) -> tuple[float, float]:
        """Pixels at an azimuth: 0 deg is below, positive to the left."""
        angle = math.radians(azimuth_deg)
        return self.x - radius * math.sin(angle), self.y + radius * math.cos(angle)

    def points(self, azimuths_deg: Array, loads_n: Array) -> tuple[Array, Array]:
        """Pixels of loads drawn outward from the ring."""
        angles, radii = np.radians(azimuths_deg), self.radius + self.per_n * loads_n
        return self.x - radii * np.sin(angles), self.y + radii * np.cos(angles)


def _grid(disc: _Disc, levels_n: Sequence[float], highest_n: float, unit: str, scale: float, is_round: bool) -> Markup:
    """A ring for each level and a spoke for each 30 deg, only where load can be; angles outside of what is drawn."""
    half = 180.0 if is_round else _SIDE
    angles = np.linspace(-half, half, 121)
    parts: list[Markup] = []
    for place, level in enumerate(levels_n):
        x, y = disc.points(angles, np.full_like(angles, level))
        parts.append(tag("path", d=path(x, y), class_="grid"))
        is_last = place == len(levels_n) - 1
        name = f"{significant(level * scale, 2)} {unit}" if is_last else significant(level * scale, 2)
        at_x, at_y = disc.point(-135.0 if is_round else -half, disc.radius + disc.per_n * level)
        parts.append(
            _word(at_x + (2.0 if is_last else 0.0), at_y - 5.0, name, "axis", "start" if is_last else "middle")
        )
    far = disc.radius + disc.per_n * levels_n[-1]
    beyond = disc.radius + disc.per_n * (max(levels_n[-1], highest_n) if is_round else levels_n[-1])
    spokes = range(-150, 181, 30) if is_round else range(-90, 91, 30)
    for angle in spokes:
        (x1, y1), (x2, y2) = disc.point(angle, disc.radius), disc.point(angle, far)
        parts.append(tag("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", class_="grid"))
        if angle and (is_round or abs(angle) > 20):
            at_x, at_y = disc.point(angle, beyond + 11.0)
            anchor = "middle" if abs(angle) in {0, 180} else "end" if 0 < angle < 180 else "start"
            parts.append(_word(at_x, at_y + 4.0, f"{fixed(angle)}°", "axis", anchor))
    return Markup("").join(parts)


def _curve(disc: _Disc, curve: Curve, *, is_filled: bool) -> Markup:
    """The loads as a line where there are any; the first one with the crescent between it and the ring."""
    angles, loads = curve.azimuths_deg, curve.loads_n
    carries = loads > 0.0
    if not carries.any():
        return Markup("")
    near = carries | np.roll(carries, 1) | np.roll(carries, -1)
    if near.all():
        angles, loads = np.append(angles, angles[0] + 360.0), np.append(loads, loads[0])
        near = np.ones(len(angles), dtype=bool)
    x, y = disc.points(angles, np.where(near, loads, np.nan))
    line = tag("path", d=path(x, y), class_=curve.style)
    if not is_filled:
        return line
    inside = near & np.isfinite(loads)
    out_x, out_y = disc.points(angles[inside], loads[inside])
    back_x, back_y = disc.points(angles[inside][::-1], np.zeros(int(inside.sum())))
    outline = path(np.append(out_x, back_x), np.append(out_y, back_y)) + "Z"
    return tag("path", d=outline, class_="zone") + line


def _bearing(disc: _Disc, scene: Scene, highest_n: float, scale: float) -> list[Markup]:
    """Both rings, the elements filled by their load, the load as an arrow from the middle."""
    geometry, outline = scene.geometry, scene.outline
    size, pitch = geometry.element_diameter_mm, geometry.pitch_diameter_mm
    outer = pitch + size * (1.0 + 2.0 * WALL)
    bore = max(pitch - size * (1.0 + 2.0 * WALL), 0.2 * pitch)
    if outline is not None and outline.outer_mm is not None and outline.outer_mm > pitch + size:
        outer = outline.outer_mm
    if outline is not None and outline.bore_mm is not None and outline.bore_mm < pitch - size:
        bore = outline.bore_mm
    per_mm = disc.radius / (outer / 2.0)
    cosine = math.cos(math.radians(geometry.contact_angle_deg))
    race_out, race_in = (pitch + size * cosine) / 2.0 * per_mm, (pitch - size * cosine) / 2.0 * per_mm
    rings = [
        _circle(disc, disc.radius, "part"),
        _circle(disc, race_out, "part"),
        _circle(disc, race_in, "part"),
        _circle(disc, bore / 2.0 * per_mm, "shaft"),
    ]
    elements = [
        _element(disc, azimuth, pitch / 2.0 * per_mm, size * per_mm, load, highest_n, scale)
        for azimuth, load in zip(scene.azimuths_deg.tolist(), scene.loads_n.tolist(), strict=True)
    ]
    return [*rings, *elements, _arrow(disc, bore / 2.0 * per_mm, scene.radial_n, scale)]


def _circle(disc: _Disc, radius: float, class_: str) -> Markup:
    return tag("circle", cx=round(disc.x, 1), cy=round(disc.y, 1), r=round(radius, 1), class_=class_)


def _element(
    disc: _Disc, azimuth: float, radius: float, size: float, load_n: float, highest_n: float, scale: float
) -> Markup:
    x, y = disc.point(azimuth, radius)
    ball = {"cx": round(x, 1), "cy": round(y, 1), "r": round(size / 2.0 - 0.4, 1)}
    if not load_n > 0.0:
        return tag("circle", class_="part", **ball)
    share = load_n / highest_n
    parts = [
        tag("circle", class_="part", **ball),
        tag("circle", class_="carries", fill_opacity=round(0.15 + 0.85 * share, 2), **ball),
    ]
    told = load_n * scale
    number = significant(told, 1) if scale < 1.0 and told < 0.05 else fixed(told, 1 if scale < 1.0 else 0)
    if size >= _ROOM * len(number):
        parts.append(_word(x, y + 4.0, number, "element-name on" if share > 0.5 else "element-name", "middle"))
    return Markup("").join(parts)


def _arrow(disc: _Disc, bore: float, radial_n: float, scale: float) -> Markup:
    """From the middle towards the load, as long as the bore allows."""
    if not radial_n > 0.0:
        return tag("path", d=f"M{disc.x - 5:.1f} {disc.y:.1f}h10m-5 -5v10", class_="rule")
    long = 0.62 * bore
    foot = disc.y + long
    line = tag("path", d=f"M{disc.x:.1f} {disc.y - long:.1f}V{foot - 6:.1f}", class_="force")
    head = tag("path", d=f"M{disc.x - 4.5:.1f} {foot - 9:.1f}h9L{disc.x:.1f} {foot:.1f}Z", class_="force-head")
    if bore < 34.0:
        return line + head
    name = f"{significant(radial_n * scale)} {'kN' if scale < 1.0 else 'N'}"
    return line + head + _word(disc.x + 7.0, disc.y - 4.0, name, "axis strong", "start")


def _word(x: float, y: float, words: str, class_: str, anchor: str) -> Markup:
    return tag("text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, class_=class_)
