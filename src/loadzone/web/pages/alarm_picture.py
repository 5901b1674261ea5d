"""Alarm lines over time by the grammar of alarms: raised full, acknowledged pale, latched dashed, shelved hatched.

Places are percents of the width, so that one drawing serves every width and nothing in it is stretched.
"""

from collections.abc import Iterator

from markupsafe import Markup

from loadzone.flows.alarm_lines import HIDDEN, AlarmLine, Stretch
from loadzone.reports.svg import picture, tag
from loadzone.web.pages.reader import Reader
from loadzone.web.pages.when import DAY_US, HOUR_US

ROW_PX, BAR_PX = 40.0, 16.0
MIDDLE = ROW_PX / 2
AFTER = 1 / 12
"""Room behind now, of the span: ends of shelves lie there."""
STEPS_US = (2 * HOUR_US, 4 * HOUR_US, DAY_US, 5 * DAY_US)
MOST_TICKS = 9
SHARED = Markup(
    '<svg width="0" height="0" class="shared-shapes" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V7" class="hatch"/></pattern>'
    '<marker id="edge-head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 .5L7 4L0 7.500Z" class="edge-head"/></marker></defs></svg>'
)
"""What shelved stretches are filled with, and the head of an arrow; stands once on the page."""


def line_picture(line: AlarmLine, start_us: int, now_us: int) -> Markup:
    """One alarm line over the span and a little behind now; its words stand in the row."""
    span = _Span(start_us, now_us)
    answers = [each.at_us for each in line.moves if each.after in {"acknowledged", "latched acknowledged"}]
    parts = [
        *_grid(span),
        _returned(line, span),
        *(_bar(stretch, span) for stretch in line.stretches),
        *(_tick(span.at(at_us)) for at_us in answers if start_us <= at_us <= now_us),
    ]
    drawn = tag("g", *parts, class_=f"state-{line.health}")
    return tag("svg", drawn, width="100%", height=ROW_PX, class_="alarm-line", aria_hidden="true")


def axis_picture(start_us: int, now_us: int, reader: Reader) -> Markup:
    """Times under the lines, and now."""
    span = _Span(start_us, now_us)
    parts = [
        tag("text", _name(at_us, span, reader), x=span.at(at_us), y=14, text_anchor="middle", class_="axis")
        for at_us in _ticks(span)
        if now_us - at_us > span.length_us / 16
    ]
    parts.append(tag("text", reader.say("now"), x=span.at(now_us), y=14, text_anchor="middle", class_="axis strong"))
    return tag("svg", *parts, width="100%", height=20.0, class_="alarm-line", aria_hidden="true")


def life_picture(reader: Reader) -> Markup:
    """The life of an alarm with the marks of the lines: who or what moves it from state to state."""
    boxes = [
        _box(0, 24, "raised", reader.say("raised")),
        _box(162, 24, "acknowledged", reader.say("acknowledged")),
        _box(324, 24, "returned", reader.say("returned")),
        _box(482, 24, "shelved", reader.say("shelved")),
        _box(162, 90, "latched", reader.say("gone, not seen")),
    ]
    arrows = [
        _arrow("M108 40H156", reader.say("a person"), 132, 34),
        _arrow("M270 40H318", reader.say("gone"), 294, 34),
        _arrow("M54 56V100Q54 106 60 106H156", reader.say("gone, unseen"), 104, 121),
        _arrow("M270 106H372Q378 106 378 100V62", reader.say("a person"), 328, 121),
        _arrow("M216 24V10Q216 4 222 4H530Q536 4 536 10V18", reader.say("with reason and end"), 372, 17),
    ]
    label = reader.say("An alarm is raised, acknowledged by a person, and returns when its cause has gone.")
    return picture(592, 126, label, *boxes, *arrows, class_="life state-plan")


class _Span:
    """The time that is drawn, and where a time stands in it, in percents."""

    def __init__(self, start_us: int, now_us: int) -> None:
        self.start_us, self.now_us = start_us, now_us
        self.length_us = (now_us - start_us) * (1 + AFTER)

    def share(self, at_us: int) -> float:
        return min(max((at_us - self.start_us) / self.length_us, 0.0), 1.0)

    def at(self, at_us: int) -> str:
        return f"{100 * self.share(at_us):.3f}%"

    def width(self, start_us: int, end_us: int) -> str:
        return f"{100 * max(self.share(end_us) - self.share(start_us), 0.002):.3f}%"


def _ticks(span: _Span) -> list[int]:
    length_us = span.now_us - span.start_us
    step = next((each for each in STEPS_US if length_us / each <= MOST_TICKS), STEPS_US[-1])
    return [span.now_us - number * step for number in range(int(length_us // step) + 1)]


def _name(at_us: int, span: _Span, reader: Reader) -> str:
    is_long = span.now_us - span.start_us > 2 * DAY_US
    return reader.when.short_day(at_us) if is_long else reader.when.clock(at_us)


def _grid(span: _Span) -> Iterator[Markup]:
    for at_us in _ticks(span):
        x = span.at(at_us)
        yield tag("line", x1=x, x2=x, y1=-8, y2=ROW_PX + 8, class_="now" if at_us == span.now_us else "grid")


def _returned(line: AlarmLine, span: _Span) -> Markup:
    """A thin line from the first raise until now, on which bars stand and which is left when the cause has gone."""
    first = max(line.stretches[0].start_us if line.stretches else line.alarm.raised_us, span.start_us)
    return tag("line", x1=span.at(first), x2=span.at(span.now_us), y1=MIDDLE, y2=MIDDLE, class_="returned")


def _bar(stretch: Stretch, span: _Span) -> Markup:
    place: dict[str, object] = {
        "x": span.at(stretch.start_us),
        "width": span.width(stretch.start_us, stretch.end_us),
        "y": MIDDLE - BAR_PX / 2,
        "height": BAR_PX,
    }
    if stretch.state in HIDDEN:
        return tag("rect", **place, class_="ground") + tag("rect", **place, fill="url(#hatch)", class_="hidden-stretch")
    kind = {"unacknowledged": "raised", "acknowledged": "acknowledged"}.get(stretch.state, "latched")
    return tag("rect", **place, class_="ground") + tag("rect", **place, class_=kind)


def _tick(x: str) -> Markup:
    """A hook in a disc where a person answered."""
    hook = tag("path", d="M-2.600 .2L-.7 2.100L2.800 -2", class_="hook")
    return tag("svg", tag("g", tag("circle", r=6, class_="answered"), hook), x=x, y=MIDDLE, overflow="visible")


def _box(x: float, y: float, kind: str, name: str) -> Markup:
    place: dict[str, object] = {"x": x, "y": y, "width": 108, "height": 32}
    named = tag("text", name, x=x + 54, y=y + 20, text_anchor="middle", class_=f"box-name on-{kind}")
    if kind == "returned":
        return tag("path", d=f"M{x:g} {y + 32:g}h108", class_="returned") + named
    if kind == "shelved":
        return tag("rect", **place, fill="url(#hatch)", class_="hidden-stretch") + named
    return tag("rect", **place, class_=kind) + named


def _arrow(d: str, name: str, x: float, y: float) -> Markup:
    named = tag("text", name, x=x, y=y, text_anchor="middle", class_="axis")
    return tag("path", d=d, class_="edge", marker_end="url(#edge-head)") + named
