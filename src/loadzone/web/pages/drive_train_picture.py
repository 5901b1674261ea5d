"""The drive train of a machine as a section: housings, shafts, wheels, and a mark for each position on its leader."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from loadzone.reports.marks import state_mark
from loadzone.reports.svg import tag
from loadzone.web.pages.drive_train import AXES, WIDTH, WIDTHS, Drawn, Layout, Mesh, Thing

REACH = 104.0
"""From the base axis to the outside of the tallest part."""
LEADER, LABEL = 28.0, 58.0
LETTER_PX = 6.4
NEAR = 110.0
"""Stages and seats so near to each other have one housing."""
BOX = 20.0
ROLLERS = ("N", "2", "3", "axle")
"""How designations of roller bearings begin; the others are drawn with balls."""


@dataclass(frozen=True)
class Label:
    """What stands at the end of a leader: the position's state, two lines, its page, the bearing of its place."""

    state: str
    name: str
    under: str
    path: str
    bearing: str

    @property
    def is_urgent(self) -> bool:
        """Whether it is drawn in its colour, with a frame round its bearing."""
        return self.state in {"act", "plan", "watch"}


def drive_train_picture(
    layout: Layout, labels: Mapping[str, Label], speeds: Mapping[str, str], words: tuple[str, str]
) -> Markup:
    """The section; ``speeds``: of each shaft in words; ``words``: the label of the picture and what stands top left."""
    has_upper = any(drawn.y < 0 for drawn in layout.shafts.values())
    upper = [(thing, x) for thing, x in layout.seats if layout.shafts[thing.shaft].y < 0]
    lower = [(thing, x) for thing, x in layout.seats if layout.shafts[thing.shaft].y >= 0]
    base = (AXES if has_upper else 0.0) + REACH + (LABEL + LEADER if upper else 26.0)
    foot = base + REACH
    parts: list[Markup] = [_hatch()]
    parts += [_housing(layout, base), *_pedestals(layout, base)]
    for thing, x in layout.parts:
        parts += _behind(thing, x, layout.shafts[thing.shaft], base)
    parts += [_shaft(drawn, base) for drawn in layout.shafts.values()]
    for mesh in layout.meshes:
        parts += _mesh(mesh, layout, base)
    for thing, x in layout.parts:
        parts += _part(thing, x, layout.shafts[thing.shaft], base)
    parts += [_axis(drawn, base) for drawn in layout.shafts.values()]
    for thing, x in layout.seats:
        parts += _bearing(
            x, layout.shafts[thing.shaft], base, labels.get(thing.name), is_up=layout.shafts[thing.shaft].y < 0
        )
    parts += _labels(lower, layout, labels, base, end=foot + LEADER, is_up=False)
    parts += _labels(upper, layout, labels, base, end=LABEL + 6.0, is_up=True)
    rows, dimensions = _dimensions(layout, speeds, foot + LEADER + LABEL)
    parts += dimensions
    parts += [
        tag("text", line, x=0, y=11 + 14 * number, class_="axis") for number, line in enumerate(words[1].split("\n"))
    ]
    height = foot + LEADER + LABEL + 18.0 * rows + 4.0
    return linked(WIDTH, height, words[0], "train", *parts)


def linked(width: float, height: float, label: str, class_: str, *children: str) -> Markup:
    """A picture that holds links: a group with a name, whose links a screen reader finds one by one."""
    return tag(
        "svg", *children, viewBox=f"0 0 {width:g} {height:g}", width=width, height=height, role="group",
        aria_label=label, class_=class_,
    )  # fmt: skip


def _hatch() -> Markup:
    line = tag("path", d="M0 7L7 0", class_="hatch-line")
    return tag("defs", tag("pattern", line, id="hatch", width=7, height=7, patternUnits="userSpaceOnUse"))


def _rect(x: float, y: float, width: float, height: float, class_: str) -> Markup:
    return tag("rect", x=round(x, 1), y=round(y, 1), width=round(width, 1), height=round(height, 1), class_=class_)


def _housing(layout: Layout, base: float) -> Markup:
    return Markup("").join(
        _rect(left, base + top - 14.0, right - left, REACH - top, "housing") for left, right, top in _held(layout)
    )


def _held(layout: Layout) -> list[list[float]]:
    """Housings (left, right, top) round wheels that mesh and the seats beside them: one for stages that are near."""
    spans: list[list[float]] = []
    for mesh in sorted(layout.meshes, key=lambda each: each.x):
        half = WIDTHS["planet stage"] / 2 if mesh.stage.kind == "planetary" else 30.0
        left, right = mesh.x - half, mesh.x + half
        wheels = zip((mesh.stage.driver, mesh.stage.driven), mesh.radii, strict=True)
        top = min(layout.shafts[each].y - max(radius, 40.0) for each, radius in wheels)
        top = -78.0 if mesh.stage.kind == "planetary" else top
        if spans and left - spans[-1][1] < NEAR:
            spans[-1][1], spans[-1][2] = max(right, spans[-1][1]), min(top, spans[-1][2])
        else:
            spans.append([left, right, top])
    parallel = [each.stage for each in layout.meshes if each.stage.kind != "planetary"]
    joined = {shaft for stage in parallel for shaft in (stage.driver, stage.driven)}
    for thing, x in layout.seats:
        for span in spans if thing.shaft in joined else ():
            if span[1] < x < span[1] + NEAR and not _is_between(layout, span[1], x):
                span[1] = x + 20.0
            if span[0] - NEAR < x < span[0] and layout.shafts[thing.shaft].y < 0:
                span[0] = x - 20.0
    return spans


def _is_between(layout: Layout, left: float, right: float) -> bool:
    return any(left < x < right for thing, x in layout.parts if thing.kind in {"generator", "motor", "coupling"})


def _pedestals(layout: Layout, base: float) -> Iterator[Markup]:
    """Behind a bearing that no housing holds."""
    machines = [(x, WIDTHS.get(thing.kind, 0.0)) for thing, x in layout.parts if thing.kind in {"generator", "motor"}]
    held = [(left, right) for left, right, _ in _held(layout)]
    held += [(x - width / 2 - 40, x + width / 2 + 40) for x, width in machines]
    for thing, x in layout.seats:
        drawn = layout.shafts[thing.shaft]
        half = drawn.half + BOX + 10.0
        if not any(left < x < right for left, right in held):
            yield _rect(x - 22, base + drawn.y - half, 44, 2 * half, "housing")


def _behind(thing: Thing, x: float, drawn: Drawn, base: float) -> Iterator[Markup]:
    """Housing and stator of electric machines, up to the seats beside them."""
    if thing.kind not in {"generator", "motor"}:
        return
    width, y = WIDTHS[thing.kind], base + drawn.y
    half = 74.0 if drawn.y >= 0 else 56.0
    yield _rect(x - width / 2, y - half, width, 2 * half, "housing")
    for way in (-1, 1):
        yield _rect(x - width * 0.34, y + way * (half - 19) - 9, width * 0.68, 18, "stator")


def _shaft(drawn: Drawn, base: float) -> Markup:
    return _rect(drawn.left, base + drawn.y - drawn.half, drawn.right - drawn.left, 2 * drawn.half, "shaft")


def _axis(drawn: Drawn, base: float) -> Markup:
    return tag("path", d=f"M{drawn.left - 14:.1f} {base + drawn.y:.1f}H{drawn.right + 14:.1f}", class_="centre-line")


def _mesh(mesh: Mesh, layout: Layout, base: float) -> Iterator[Markup]:
    driver, driven = layout.shafts[mesh.stage.driver], layout.shafts[mesh.stage.driven]
    if mesh.stage.kind == "planetary":
        yield from _planets(mesh.x, base + driver.y)
        return
    for drawn, radius in ((driver, mesh.radii[0]), (driven, mesh.radii[1])):
        yield _rect(mesh.x - 18, base + drawn.y - radius, 36, 2 * radius, "wheel")


def _planets(x: float, y: float) -> Iterator[Markup]:
    """Ring, two planets on pins between the plates of the carrier, sun."""
    for way in (-1, 1):
        yield _rect(x - 32, y + way * 78 - 9, 64, 18, "stator")
        yield _rect(x - 32, y + way * 45 - 23, 64, 46, "wheel")
        yield _rect(x - 44, y + way * 45 - 6, 88, 12, "shaft")
    for edge in (-50, 40):
        yield _rect(x + edge, y - 66, 10, 132, "wheel")
    yield _rect(x - 32, y - 21, 64, 42, "wheel")


def _part(thing: Thing, x: float, drawn: Drawn, base: float) -> Iterator[Markup]:
    """What sits on a shaft, in the way of its kind; a kind that has none is a plain disc."""
    if thing.kind in {"motor", "generator"}:
        width, reach = WIDTHS[thing.kind] * 0.6, 44.0 if drawn.y >= 0 else 26.0
        yield _rect(x - width / 2, base + drawn.y - reach, width, 2 * reach, "wheel")
    elif thing.kind != "shaft":
        yield from _PARTS.get(thing.kind, _disc)(x, base + drawn.y, drawn.half)


def _rotor(x: float, y: float, half: float) -> Iterator[Markup]:
    """Hub and the roots of two blades, broken off."""
    outline = (
        f"M{x + 34:.1f} {y - half - 12:.1f}L{x + 12:.1f} {y - 54:.1f}V{y - 92:.1f}q-14 -6 -24 2t-24 -2"
        f"V{y - 54:.1f}Q{x - 52:.1f} {y:.1f} {x - 36:.1f} {y + 54:.1f}V{y + 92:.1f}q14 6 24 -2t24 2"
        f"V{y + 54:.1f}L{x + 34:.1f} {y + half + 12:.1f}Z"
    )
    yield tag("path", d=outline, class_="wheel")
    yield _rect(x + 34, y - half - 16, 10, 2 * half + 32, "wheel")


def _coupling(x: float, y: float, half: float) -> Iterator[Markup]:
    for at in (-16, 4):
        yield _rect(x + at, y - half - 16, 12, 2 * half + 32, "wheel")


def _brake(x: float, y: float, half: float) -> Iterator[Markup]:
    yield _rect(x - 4, y - half - 38, 8, 2 * half + 76, "wheel")


def _compressor(x: float, y: float, half: float) -> Iterator[Markup]:
    yield from _blades(x, y, half, (REACH - 20, half + 22), WIDTHS["compressor"] / 2)


def _turbine(x: float, y: float, half: float) -> Iterator[Markup]:
    yield from _blades(x, y, half, (half + 34, REACH - 24), WIDTHS["turbine"] / 2)


def _blades(x: float, y: float, half: float, heights: tuple[float, float], wide: float) -> Iterator[Markup]:
    """Rows of blades between two heights, on either side of the shaft."""
    left, right = heights
    for way in (-1, 1):
        edge = y + way * (half + 1)
        outline = f"M{x - wide:.1f} {edge:.1f}V{y + way * left:.1f}L{x + wide:.1f} {y + way * right:.1f}V{edge:.1f}Z"
        yield tag("path", d=outline, class_="wheel")
        for step in range(1, 5):
            at, end = x - wide + 2 * wide * step / 5, left + (right - left) * step / 5
            yield tag("path", d=f"M{at:.1f} {edge:.1f}V{y + way * end:.1f}", class_="blade")


def _cutterhead(x: float, y: float, half: float) -> Iterator[Markup]:
    del half
    yield _rect(x - 20, y - REACH + 10, 34, 2 * REACH - 20, "wheel")
    for number in range(7):
        yield _rect(x - 28, y - REACH + 22 + 26 * number, 8, 12, "stator")


def _gantry(x: float, y: float, half: float) -> Iterator[Markup]:
    del half
    yield _rect(x - 26, y - REACH + 10, 52, 2 * REACH - 20, "wheel")


def _tool(x: float, y: float, half: float) -> Iterator[Markup]:
    outline = (
        f"M{x - 25:.1f} {y - 5:.1f}H{x:.1f}L{x + 14:.1f} {y - half:.1f}V{y + half:.1f}"
        f"L{x:.1f} {y + 5:.1f}H{x - 25:.1f}Z"
    )
    yield tag("path", d=outline, class_="wheel")


def _gear_unit(x: float, y: float, half: float) -> Iterator[Markup]:
    del half
    yield _rect(x - 42, y - 46, 84, 92, "housing")


def _wheel(x: float, y: float, half: float) -> Iterator[Markup]:
    del half
    yield _rect(x - 15, y - 78, 30, 156, "wheel")


def _disc(x: float, y: float, half: float) -> Iterator[Markup]:
    yield _rect(x - 18, y - half - 24, 36, 2 * half + 48, "wheel")


_PARTS: Mapping[str, Callable[[float, float, float], Iterator[Markup]]] = {
    "rotor": _rotor,
    "coupling": _coupling,
    "brake": _brake,
    "compressor": _compressor,
    "turbine": _turbine,
    "cutterhead": _cutterhead,
    "gantry": _gantry,
    "tool": _tool,
    "gear unit": _gear_unit,
    "wheel": _wheel,
}


def _bearing(x: float, drawn: Drawn, base: float, label: Label | None, *, is_up: bool) -> Iterator[Markup]:
    """A box with its element on either side of the shaft; framed in its state's colour where there is work."""
    has_rollers = label is not None and (label.bearing.startswith(ROLLERS) or "roller" in label.bearing)
    for way in (-1, 1):
        middle = base + drawn.y + way * (drawn.half + BOX / 2)
        yield _rect(x - BOX / 2, middle - BOX / 2, BOX, BOX, "part")
        if has_rollers:
            yield _rect(x - 5, middle - 5, 10, 10, "part")
        else:
            yield tag("circle", cx=round(x, 1), cy=round(middle, 1), r=5.5, class_="part")
    if label is not None and label.is_urgent:
        way = -1 if is_up else 1
        middle = base + drawn.y + way * (drawn.half + BOX / 2)
        yield tag(
            "rect", x=round(x - BOX / 2 - 3, 1), y=round(middle - BOX / 2 - 3, 1), width=BOX + 6, height=BOX + 6, rx=3,
            class_=f"framed state-{label.state}",
        )  # fmt: skip


def _labels(
    seats: Sequence[tuple[Thing, float]],
    layout: Layout,
    labels: Mapping[str, Label],
    base: float,
    *,
    end: float,
    is_up: bool,
) -> Iterator[Markup]:
    """Leaders to marks in a row, moved apart so that no name covers another."""
    known = [(layout.shafts[thing.shaft], x, labels[thing.name]) for thing, x in seats if thing.name in labels]
    shown = sorted(known, key=lambda each: each[1])
    places = _apart([x for _, x, _ in shown], [_width(label) for *_, label in shown])
    way = -1 if is_up else 1
    for (drawn, x, label), place in zip(shown, places, strict=True):
        start = base + drawn.y + way * (drawn.half + BOX + 4)
        d = f"M{x:.1f} {start:.1f}V{end - way * 14:.1f}L{place:.1f} {end - way * 2:.1f}"
        yield tag("path", d=d, class_=f"leader state-{label.state}" if label.is_urgent else "leader")
        yield _label(label, place, end, is_up=is_up)


def _label(label: Label, x: float, end: float, *, is_up: bool) -> Markup:
    """Mark and two lines, a link to the position."""
    size = 20 if label.is_urgent else 16
    top = (end - 12 if is_up else end + 10) - size / 2
    first = end - 44 if is_up else end + 34
    mark = tag(
        "svg", _shape(label.state), x=round(x - size / 2, 1), y=round(top, 1), width=size, height=size,
        viewBox="0 0 16 16", class_=f"mark state-{label.state}",
    )  # fmt: skip
    name = f"seat-name urgent state-{label.state}" if label.is_urgent else "seat-name"
    under = f"state-name light state-{label.state}" if label.is_urgent else "axis"
    words = [
        tag("text", told, x=round(x, 1), y=first + 15 * number, text_anchor="middle", class_=class_)
        for number, (told, class_) in enumerate(((label.name, name), (label.under, under)))
    ]
    return tag("a", mark, *words, href=label.path)


def _shape(state: str) -> Markup:
    """The inside of the mark of a state."""
    whole = str(state_mark(state))  # type: ignore[arg-type]  # one of the states
    return Markup(whole[whole.index(">") + 1 : whole.rindex("</svg>")])  # noqa: S704  our own drawing


def _width(label: Label) -> float:
    return (
        max(
            60.0,
            *(LETTER_PX * sum(2 if ord(sign) > 0x2E80 else 1 for sign in each) for each in (label.name, label.under)),
        )
        + 18.0
    )


def _apart(places: Sequence[float], widths: Sequence[float]) -> list[float]:
    """The places moved as little as a walk from left to right and one back need."""
    found = list(places)
    for at in range(len(found)):
        least = widths[at] / 2 if at == 0 else found[at - 1] + (widths[at - 1] + widths[at]) / 2
        found[at] = max(found[at], least)
    limit = WIDTH
    for at in reversed(range(len(found))):
        found[at] = min(found[at], limit - widths[at] / 2)
        limit = found[at] - widths[at] / 2
    return found


def _dimensions(layout: Layout, speeds: Mapping[str, str], top: float) -> tuple[int, list[Markup]]:
    """Speeds as dimension lines at the foot, a shaft each, in as many rows as they need."""
    rows: list[float] = []
    found: list[Markup] = []
    for drawn in sorted(layout.shafts.values(), key=lambda each: each.left):
        words = speeds.get(drawn.shaft.id)
        if not words:
            continue
        size = 5.7 * sum(2 if ord(sign) > 0x2E80 else 1 for sign in words) + 12
        left, right = drawn.left, drawn.right
        if right - left < size + 24:
            middle = (left + right) / 2
            left, right = middle - size / 2 - 12, middle + size / 2 + 12
        row = next((number for number, end in enumerate(rows) if left > end + 4), len(rows))
        rows[row : row + 1] = [right]
        y = top + 12 + 18.0 * row
        middle = (left + right) / 2
        ends = "".join(f"M{end:.1f} {y - 5:g}v10" for end in (left, right))
        d = f"{ends}M{left:.1f} {y:g}H{middle - size / 2:.1f}M{middle + size / 2:.1f} {y:g}H{right:.1f}"
        found.append(tag("path", d=d, class_="dimension"))
        found.append(tag("text", words, x=round(middle, 1), y=y + 4, text_anchor="middle", class_="axis"))
    return len(rows), found
