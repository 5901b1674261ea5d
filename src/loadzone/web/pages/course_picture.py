"""The course of a position: lanes of its quantities and a map of its envelope spectra on one time axis."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from loadzone.flows.course import Course, Lane, Span
from loadzone.flows.spectra import BINS, END_ORDER, Column
from loadzone.reports.heat_map import png
from loadzone.reports.numbers import significant
from loadzone.reports.svg import Frame, picture, round_up, tag, ticks
from loadzone.reports.tokens import Theme
from loadzone.web.pages.when import DAY_US, When

LEFT, RIGHT = 40.0, 84.0
NARROW, NARROW_RIGHT = 560.0, 62.0
HEAD, BETWEEN, TOP = 18.0, 8.0, 34.0
TALL, LOW, MAP = 148.0, 58.0, 148.0
SPARSE = 80
"""A line of fewer values shows each of them as a dot."""
MOST_DB = 20.0
COLUMN_PX = (5.0, 16.0)
"""A recording is drawn so wide, at least and at most."""
NEAR = 1.3
"""A limit so many times above all values is told in the head, where drawing it would flatten the line."""
LETTER_PX = 6.2
STEPS_D = (1, 2, 5, 7, 14, 30, 61, 92, 184, 365)


@dataclass(frozen=True)
class Mark:
    """Something that happened: a line through all lanes with its name above; in a state's colour where it has one."""

    at_us: int
    name: str
    state: str = ""


@dataclass(frozen=True)
class Level:
    """A limit of a lane: the state that begins there, its name, its value."""

    state: str
    name: str
    value: float


@dataclass(frozen=True)
class Words:
    """What the picture says: heads of lanes and the rest, in the reader's language."""

    heads: Mapping[str, str]
    units: Mapping[str, str]
    baseline: str
    no_data: str
    map_head: str
    map_short: str
    floor: str
    label: str


@dataclass(frozen=True, eq=False)
class Scene:
    """All that is drawn."""

    course: Course
    levels: Mapping[str, Sequence[Level]]
    marks: Sequence[Mark]
    columns: Sequence[Column]
    lines: Sequence[tuple[str, float, bool]]
    """Of the map: name, order, whether it was found."""


def course_picture(scene: Scene, words: Words, when: When, width: float) -> tuple[Markup, str]:
    """The picture, and what a cursor over it has to know as JSON."""
    right = NARROW_RIGHT if width < NARROW else RIGHT
    span = scene.course.span
    frames, y, map_top = [], TOP, 0.0
    for number, _ in enumerate(scene.course.lanes):
        height = TALL if number == 0 else LOW
        frames.append((y + HEAD, y + HEAD + height))
        y += HEAD + height + BETWEEN
        if number == 0 and scene.columns:
            map_top, y = y + HEAD, y + HEAD + MAP + BETWEEN
    if scene.columns and not frames:
        map_top, y = y + HEAD, y + HEAD + MAP + BETWEEN
    total = y + 16.0
    foot = total - 24.0
    axis = Frame(width, total, (float(span[0]), float(span[1])), (0.0, 1.0), left=LEFT, right=right)
    parts = [*_gaps(axis, scene.course.gaps, foot, words.no_data)]
    told = []
    for lane, (top, end) in zip(scene.course.lanes, frames, strict=True):
        frame = _frame(lane, scene.levels.get(lane.base, ()), axis, (top, end), total)
        parts += _lane(lane, scene.levels.get(lane.base, ()), frame, words, is_wide=width >= NARROW)
        told.append(_told(lane, frame, span, words))
    if scene.columns:
        parts += _map(
            scene,
            Frame(width, total, axis.x_range, (0.0, END_ORDER), LEFT, right, map_top, total - map_top - MAP),
            words,
        )
    parts += [*_marks(axis, scene.marks, foot), *_times(axis, foot, when)]
    parts.append(tag("g", class_="cursor", data_cursor=""))
    data = {
        "start": span[0] // 1_000_000,
        "end": span[1] // 1_000_000,
        "left": LEFT,
        "right": width - right,
        "top": TOP,
        "foot": foot,
        "width": width,
        "zone": str(when.zone),
        "lang": when.lang,
        "lanes": told,
        "recordings": [[each.at_us // 1_000_000, each.recording] for each in scene.columns],
    }
    return picture(width, total, words.label, *parts, class_="course"), json.dumps(data, separators=(",", ":"))


def _frame(lane: Lane, levels: Sequence[Level], axis: Frame, ends: tuple[float, float], total: float) -> Frame:
    """Levels from zero, temperatures from the lowest; limits that are near are inside."""
    low, high = _reach(lane.line.minima), _reach(lane.line.maxima, is_high=True)
    shown = [each.value for each in levels if each.value <= NEAR * max(high, 1e-12)]
    if lane.band is not None and lane.band.high <= NEAR * max(high, 1e-12):
        shown.append(lane.band.high)
    high = max([high, *shown])
    if lane.base == "temperature":
        pad = 0.1 * (high - low) or 1.0
        y_range = (low - pad, high + pad)
    else:
        y_range = (min(0.0, low), round_up(high * 1.02) if high > 0.0 else 1.0)
    return Frame(axis.width, total, axis.x_range, y_range, axis.left, axis.right, ends[0], total - ends[1])


def _reach(values: NDArray[np.float64], *, is_high: bool = False) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max() if is_high else finite.min()) if finite.size else 0.0


def _lane(lane: Lane, levels: Sequence[Level], frame: Frame, words: Words, *, is_wide: bool) -> Iterator[Markup]:
    head = ", ".join(part for part in (words.heads.get(lane.base, lane.base), words.units[lane.base]) if part)
    far = [each for each in levels if each.value > frame.y_range[1]]
    far_words = "".join(f", {each.name} {significant(each.value)}" for each in far)
    yield tag("text", head + far_words, x=0, y=frame.top - 7, class_="axis")
    yield _y_axis(frame, 5 if frame.y_end - frame.top > 100 else 2)
    if lane.band is not None and lane.band.low < frame.y_range[1]:
        high, low = frame.y(min(lane.band.high, frame.y_range[1])), frame.y(max(lane.band.low, frame.y_range[0]))
        yield tag(
            "rect", x=frame.left, y=round(high, 1), width=frame.x_end - frame.left, height=round(low - high, 1),
            class_="baseline",
        )  # fmt: skip
    taken: list[float] = []
    for each in levels:
        if each.value <= frame.y_range[1]:
            y = frame.y(each.value)
            taken.append(y)
            name = f"{each.name} {significant(each.value)}" if is_wide else significant(each.value)
            yield tag("path", d=f"M{frame.left:g} {y:.1f}H{frame.x_end:g}", class_=f"limit state-{each.state}")
            yield tag(
                "text", name, x=frame.x_end + 6, y=round(y + 4, 1), class_=f"state-name state-{each.state}"
            )  # fmt: skip
    if lane.band is not None and lane.band.low < frame.y_range[1] and is_wide:
        y = frame.y((max(lane.band.low, frame.y_range[0]) + min(lane.band.high, frame.y_range[1])) / 2.0)
        if all(abs(y - other) > 12.0 for other in taken):
            yield tag(
                "text", words.baseline, x=frame.x_end + 6, y=round(y + 4, 1), class_="state-name light state-good"
            )
    yield from _line(lane, frame)


def _y_axis(frame: Frame, count: int) -> Markup:
    values = ticks(*frame.y_range, count)
    grid = [
        tag("path", d=f"M{frame.left:g} {frame.y(value):.1f}H{frame.x_end:g}", class_="grid")
        for value in values
        if value > frame.y_range[0]
    ]
    names = [
        tag(
            "text", significant(value, 3), x=frame.left - 7, y=round(frame.y(value) + 4, 1), text_anchor="end",
            class_="axis",
        )
        for value in values
    ]  # fmt: skip
    foot = tag("path", d=f"M{frame.left:g} {frame.y_end:g}H{frame.x_end:g}", class_="rule")
    return Markup("").join([*grid, foot, *names])


def _line(lane: Lane, frame: Frame) -> Iterator[Markup]:
    """Least and greatest of each part, so that no peak is lost; what is missing is a gap."""
    line = lane.line
    width_us = (frame.x_range[1] - frame.x_range[0]) / 420.0
    middles = line.starts_us + width_us / 2.0
    times, values = np.repeat(middles, 2), np.stack([line.minima, line.maxima], axis=1).ravel()
    breaks = np.flatnonzero(np.diff(line.starts_us) > max(DAY_US, 4.0 * width_us))
    at = 2 * (breaks + 1)
    times, values = np.insert(times, at, np.nan), np.insert(values, at, np.nan)
    yield frame.line(times, values, "data dense")
    if len(line.starts_us) <= SPARSE:
        for x, mean in zip(middles.tolist(), line.means.tolist(), strict=True):
            yield tag("circle", cx=round(frame.x(x), 1), cy=round(frame.y(mean), 1), r=2.2, class_="dot")


def _told(lane: Lane, frame: Frame, span: Span, words: Words) -> dict[str, object]:
    line = lane.line
    width_s = (span[1] - span[0]) / 420e6
    return {
        "name": lane.name,
        "head": words.heads.get(lane.base, lane.base),
        "unit": words.units[lane.base],
        "low": frame.y_range[0],
        "high": frame.y_range[1],
        "top": frame.top,
        "foot": frame.y_end,
        "times": [round(each / 1e6 + width_s / 2) for each in line.starts_us.tolist()],
        "values": [float(f"{each:.4g}") if np.isfinite(each) else None for each in line.means.tolist()],
    }


def _gaps(axis: Frame, gaps: Sequence[Span], foot: float, word: str) -> Iterator[Markup]:
    for start_us, end_us in gaps:
        left, right = axis.x(max(float(start_us), axis.x_range[0])), axis.x(float(end_us))
        if right - left < 1.0:
            continue
        yield tag(
            "rect", x=round(left, 1), y=TOP, width=round(right - left, 1), height=round(foot - TOP, 1), class_="well"
        )
        if right - left > LETTER_PX * len(word) + 6:
            yield tag("text", word, x=round((left + right) / 2, 1), y=foot - 6, text_anchor="middle", class_="axis")


def _marks(axis: Frame, marks: Sequence[Mark], foot: float) -> Iterator[Markup]:
    """Lines of what happened; names above in two rows, one that would cover another is left to the list beside."""
    ends = [-1e9, -1e9]
    for mark in sorted(marks, key=lambda each: each.at_us):
        if not axis.x_range[0] <= mark.at_us <= axis.x_range[1]:
            continue
        x = axis.x(float(mark.at_us))
        colour = f" state-{mark.state}" if mark.state else ""
        yield tag("path", d=f"M{x:.1f} {TOP - 4:g}V{foot:.1f}", class_=f"event{colour}")
        size = LETTER_PX * sum(2 if ord(sign) > 0x2E80 else 1 for sign in mark.name)
        start = min(x + 3, axis.width - size)
        row = next((each for each in (1, 0) if start > ends[each] + 8), None)
        if row is not None:
            ends[row] = start + size
            y = (11.0, 25.0)[row]
            yield tag(
                "text", mark.name, x=round(start, 1), y=y, class_=f"state-name light{colour}" if colour else "axis"
            )


def _times(axis: Frame, foot: float, when: When) -> Iterator[Markup]:
    """Ticks at midnights of the reader's clock."""
    days = (axis.x_range[1] - axis.x_range[0]) / DAY_US
    room = max(2.0, (axis.x_end - axis.left) / 84.0)
    step = next((each for each in STEPS_D if days / each <= room), STEPS_D[-1])
    first = when.midnight_us(int(axis.x_range[0]))
    for number in range(int(days) + 3):
        at_us = when.midnight_us(first + number * DAY_US + DAY_US // 2)
        if when.day_number(at_us) % step or not axis.x_range[0] <= at_us <= axis.x_range[1]:
            continue
        x = axis.x(float(at_us))
        yield tag("path", d=f"M{x:.1f} {foot:.1f}v4", class_="rule")
        yield tag("text", when.short_day(at_us), x=round(x, 1), y=foot + 17, text_anchor="middle", class_="axis")


def _map(scene: Scene, frame: Frame, words: Words) -> Iterator[Markup]:
    head = words.map_head if frame.width >= NARROW else words.map_short
    yield tag("text", head, x=0, y=frame.top - 7, class_="axis")
    yield from _key(frame, words.floor)
    shares = _cells(scene.columns, frame) / MOST_DB
    for theme in ("light", "dark"):
        yield _image(shares, theme, frame.left, frame.top, frame.x_end - frame.left, frame.y_end - frame.top)
    yield _y_axis(frame, 4)
    ends: list[float] = []
    for name, order, is_found in scene.lines:
        if order < END_ORDER:
            y = frame.y(order)
            level = y if all(abs(y - other) > 11.0 for other in ends) else None
            yield tag("path", d=f"M{frame.x_end:g} {y:.1f}h8", class_="state-line" if is_found else "rule")
            if level is not None:
                ends.append(level)
                yield tag(
                    "text", name, x=frame.x_end + 12, y=round(level + 4, 1), class_="state-name" if is_found else "axis"
                )


def _cells(columns: Sequence[Column], frame: Frame) -> NDArray[np.float64]:
    """(orders, time) in cells of two pixels; a recording is as wide as the way to the next one, within limits."""
    count = max(2, int((frame.x_end - frame.left) / 2.0))
    grid = np.full((BINS, count), np.nan)
    places = [(frame.x(float(each.at_us)) - frame.left) / 2.0 for each in columns]
    for number, (column, place) in enumerate(zip(columns, places, strict=True)):
        after = places[number + 1] - place if number + 1 < len(places) else COLUMN_PX[1]
        wide = int(min(max(after, COLUMN_PX[0] / 2.0), COLUMN_PX[1] / 2.0))
        first = min(max(0, int(place) - wide // 2), count - wide)
        grid[:, first : first + max(1, wide)] = column.levels_db[:, None]
    return grid


def _key(frame: Frame, floor: str) -> Iterator[Markup]:
    """Eight pixels high, top right, with both end values."""
    long, end = 64.0, frame.x_end
    ramp = np.linspace(0.0, 1.0, 64)[None, :]
    left = end - long - 40
    yield tag("text", floor, x=left - 6, y=frame.top - 7, text_anchor="end", class_="axis")
    for theme in ("light", "dark"):
        yield _image(ramp, theme, left, frame.top - 14, long, 8.0)
    yield tag("rect", x=left, y=frame.top - 14, width=long, height=8, class_="frame")
    yield tag("text", f"{MOST_DB:g} dB", x=end, y=frame.top - 7, text_anchor="end", class_="axis")


def _image(shares: NDArray[np.float64], theme: Theme, x: float, y: float, width: float, height: float) -> Markup:
    data = base64.b64encode(png(shares, theme)).decode()
    return tag(
        "image",
        href=f"data:image/png;base64,{data}",
        x=x,
        y=y,
        width=width,
        height=height,
        preserveAspectRatio="none",
        class_=f"map only-{theme}",
    )
