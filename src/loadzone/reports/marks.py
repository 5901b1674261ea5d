"""The marks: shape, colour and word of each health state, and the load crescent of the name."""

import math
from typing import Literal

from markupsafe import Markup

from loadzone.monitor.diagnosis import State
from loadzone.reports.svg import tag
from loadzone.reports.tokens import tokens
from loadzone.words.texts import Text

MarkName = State | Literal["none"]

_CRESCENT_DEGREES = 78.0


def state_mark(state: MarkName, size: int = 16) -> Markup:
    """The shape of a state as inline SVG in its colour; the word belongs beside it, so it is hidden from readers."""
    shape = {
        "act": _triangle,
        "plan": _diamond,
        "watch": _half_disc,
        "cant": _dashed_ring,
        "none": _thin_ring,
        "good": _load_crescent,
        "sensor": _square,
    }[state]
    return tag(
        "svg",
        shape(),
        viewBox="0 0 16 16",
        width=size,
        height=size,
        aria_hidden="true",
        class_=f"mark state-{state}",
    )


def state_word(state: MarkName) -> Text:
    """«Act now», «Plan», «Watch», «Can't tell», «No data», «Good», «Sensor» (translated in the catalogue)."""
    return Text(tokens().states[state].word)


def state_rank(state: MarkName) -> int:
    """1 is worst."""
    return tokens().states[state].rank


def name_mark(size: int = 18) -> Markup:
    """The mark of the name: ring, bore and the crescent of the load zone."""
    return tag(
        "svg",
        tag("circle", cx=12, cy=12, r=10.4, fill="none", stroke="var(--ink)", stroke_width=1.6),
        tag("path", d=crescent(12.0, 12.0, 10.4, 5.6, 84.0), fill="var(--accent)"),
        tag("circle", cx=12, cy=12, r=3.2, fill="none", stroke="var(--ink)", stroke_width=1.6),
        viewBox="0 0 24 24",
        width=size,
        height=size,
        aria_hidden="true",
    )


def crescent(x: float, y: float, radius: float, depth: float, half_angle_deg: float) -> str:
    """Outline of the load zone inside a ring: r(u) = R − depth cos(u π/2)^1.5, u from −1 to 1, centred at 6 o'clock."""
    inner: list[str] = []
    outer: list[str] = []
    for step in range(-16, 17):
        u = step / 16
        angle = math.radians(90.0 + u * half_angle_deg)
        r = radius - depth * max(math.cos(u * math.pi / 2), 0.0) ** 1.5
        inner.append(f"{x + r * math.cos(angle):.2f} {y + r * math.sin(angle):.2f}")
        outer.append(f"{x + radius * math.cos(angle):.2f} {y + radius * math.sin(angle):.2f}")
    return "M" + "L".join(inner + outer[::-1]) + "Z"


def _triangle() -> Markup:
    outline = "M8,.8L15.8,14.6H.2Z"
    stem = "M7.15,5.4H8.85V9.8H7.15Z"
    dot = "M7.15,11.3H8.85V12.9H7.15Z"
    return tag("path", d=outline + stem + dot, fill="currentColor", fill_rule="evenodd")


def _diamond() -> Markup:
    return tag("path", d="M8,.8L15.2,8L8,15.2L.8,8Z", fill="currentColor")


def _half_disc() -> Markup:
    ring = tag("circle", cx=8, cy=8, r=6, fill="none", stroke="currentColor", stroke_width=1.6)
    return ring + tag("path", d="M2 8A6 6 0 0 0 14 8Z", fill="currentColor")


def _dashed_ring() -> Markup:
    ring = tag(
        "circle", cx=8, cy=8, r=6.2, fill="none", stroke="currentColor", stroke_width=1.4, stroke_dasharray="2.6 2.2"
    )
    query = "M6.2 6.5C6.2 4.3 9.8 4.3 9.8 6.5C9.8 7.7 8 7.8 8 9.2M8 10.6V11.9"
    return ring + tag("path", d=query, fill="none", stroke="currentColor", stroke_width=1.3)


def _thin_ring() -> Markup:
    ring = tag("circle", cx=8, cy=8, r=6.2, fill="none", stroke="currentColor", stroke_width=1.2)
    return ring + tag("path", d="M4.8 8H11.2", stroke="currentColor", stroke_width=1.2)


def _load_crescent() -> Markup:
    ring = tag("circle", cx=8, cy=8, r=6, fill="none", stroke="currentColor", stroke_width=1.4)
    return ring + tag("path", d=crescent(8.0, 8.0, 6.0, 2.6, _CRESCENT_DEGREES), fill="currentColor")


def _square() -> Markup:
    box = tag("rect", x=2, y=2, width=12, height=12, rx=1, fill="none", stroke="currentColor", stroke_width=1.4)
    return box + tag("path", d="M5 11L11 5", stroke="currentColor", stroke_width=1.4)
