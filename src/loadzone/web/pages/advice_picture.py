"""What an advice was told by: the course of its position, and intervals of how often such advice is right."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from loadzone.flows.advice_case import Course, Precision
from loadzone.reports.numbers import fixed, significant
from loadzone.reports.svg import Frame, picture, round_up, tag
from loadzone.web.pages.reader import Reader
from loadzone.web.pages.when import DAY_US

WIDE, NARROW = 680.0, 350.0
HEIGHT, RIGHT = 214.0, 84.0
NAME_ROWS_PX = (24.0, 36.0)
LETTER_PX = 6.4
BAR_WIDTH, BAR_HEIGHT = 220.0, 18.0


@dataclass(frozen=True)
class Limit:
    """A limit in the colour of the state that it starts."""

    state: str
    name: str
    value: float


@dataclass(frozen=True)
class Mark:
    """Something that happened: named above the plot, solid where it is the finding itself."""

    at_us: int
    name: str
    is_finding: bool = False


def course_picture(
    course: Course, limits: Sequence[Limit], marks: Sequence[Mark], head: str, state: str, reader: Reader, width: float
) -> Markup:
    """The course of a quantity: the greatest of each part over the band of all; limits dashed, events above the plot.

    Parameters
    ----------
    head : name and unit of the quantity
    state : health state in whose colour the finding stands
    """
    parts = course.parts
    top = round_up(float(np.nanmax([parts.maxima.max(), *(each.value for each in limits)])) * 1.04)
    low = min(0.0, float(parts.minima.min()))
    span = (float(course.start_us), float(course.end_us))
    frame = Frame(width, HEIGHT, span, (low, top), right=RIGHT, top=46.0)
    last_x, last_y = frame.x(float(parts.starts_us[-1])), frame.y(float(parts.maxima[-1]))
    drawn = [
        frame.head(head),
        frame.axes(x_ticks=[]),
        *_days(frame, course, reader),
        *(_limit(frame, each) for each in limits),
        *_marks(frame, [each for each in marks if course.start_us <= each.at_us <= course.end_us], state),
        *_line(frame, course),
        tag("circle", cx=last_x, cy=last_y, r=3.0, class_="last"),
    ]
    label = reader.say(
        "{quantity} over {days} days: {value} at last", quantity=head, days=round((span[1] - span[0]) / DAY_US),
        value=significant(float(parts.maxima[-1])),
    )  # fmt: skip
    return picture(width, HEIGHT, label, *drawn)


def interval_bar(precision: Precision) -> Markup:
    """The share that was right as a tick on a bar of its exact interval, from 0 to 100 %; empty where too few tell."""
    axis = tag("path", d=f"M0 {BAR_HEIGHT / 2:g}H{BAR_WIDTH:g}", class_="rule")
    if precision.share is None or precision.low95 is None or precision.high95 is None:
        return _bar(axis)
    low, high = precision.low95 * BAR_WIDTH, precision.high95 * BAR_WIDTH
    band = tag("rect", x=low, y=4.0, width=max(high - low, 1.0), height=BAR_HEIGHT - 8.0, class_="interval")
    tick = tag("path", d=f"M{precision.share * BAR_WIDTH:.1f} 1V{BAR_HEIGHT - 1:g}", class_="share")
    return _bar(axis, band, tick)


def percent(share: float) -> str:
    """A share as whole percents.

    >>> percent(0.888)
    '89'
    """
    return fixed(100.0 * share)


def _bar(*parts: Markup) -> Markup:
    return tag(
        "svg", *parts, viewBox=f"0 0 {BAR_WIDTH:g} {BAR_HEIGHT:g}", width=BAR_WIDTH, height=BAR_HEIGHT,
        class_="bar", aria_hidden="true",
    )  # fmt: skip


def _line(frame: Frame, course: Course) -> Iterator[Markup]:
    """The band from least to greatest and the line of the greatest; where nothing came for a day there is a gap."""
    parts = course.parts
    ends = [*(np.flatnonzero(np.diff(parts.starts_us) > DAY_US) + 1).tolist(), len(parts.starts_us)]
    first = 0
    for end in ends:
        times, low, high = parts.starts_us[first:end], parts.minima[first:end], parts.maxima[first:end]
        first = end
        way = [*zip(times, high, strict=True), *zip(times[::-1], low[::-1], strict=True)]
        corners = "L".join(f"{frame.x(float(at_us)):.1f} {frame.y(float(value)):.1f}" for at_us, value in way)
        yield tag("path", d=f"M{corners}Z", class_="spread")
        yield frame.line(times.astype(np.float64), high, "data dense")


def _days(frame: Frame, course: Course, reader: Reader) -> Iterator[Markup]:
    """Dates at the foot, about one in 90 pixels."""
    days = (course.end_us - course.start_us) / DAY_US
    step = max(1, math.ceil(days / ((frame.x_end - frame.left) / 90.0)))
    for number in range(0, int(days) + 1, step):
        at_us = course.end_us - number * DAY_US
        x = frame.x(float(at_us))
        yield tag("path", d=f"M{x:.1f} {frame.y_end:g}v4", class_="rule")
        name = reader.when.short_day(at_us)
        yield tag("text", name, x=round(x, 1), y=frame.y_end + 15, text_anchor="middle", class_="axis")


def _limit(frame: Frame, limit: Limit) -> Markup:
    y = frame.y(limit.value)
    line = tag("path", d=f"M{frame.left:g} {y:.1f}H{frame.x_end:g}", class_="limit")
    name = tag("text", limit.name, x=frame.x_end + 6, y=round(y + 4, 1), class_="state-name")
    return tag("g", line, name, class_=f"state-{limit.state}")


def _marks(frame: Frame, marks: Sequence[Mark], state: str) -> Iterator[Markup]:
    """Events, their names in two rows so that neighbours do not cover each other."""
    ends = [0.0, 0.0]
    for mark in sorted(marks, key=lambda each: each.at_us):
        x = frame.x(float(mark.at_us))
        class_ = f"state-line state-{state}" if mark.is_finding else "event"
        yield tag("path", d=f"M{x:.1f} {frame.top - 4:g}V{frame.y_end:g}", class_=class_)
        width = LETTER_PX * sum(2 if ord(each) > 0x2E80 else 1 for each in mark.name)
        is_left = x + width > frame.width
        start = x - width if is_left else x
        row = next((row for row, end in enumerate(ends) if start > end), None)
        if mark.name and row is not None:
            ends[row] = start + width + 8
            named = f"state-name state-{state}" if mark.is_finding else "axis"
            anchor = "end" if is_left else "start"
            yield tag("text", mark.name, x=round(x, 1), y=NAME_ROWS_PX[row], text_anchor=anchor, class_=named)
