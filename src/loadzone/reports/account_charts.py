"""Charts of the accounts of a month: positions in a state over its days, and how much was watched."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup

from loadzone.reports.marks import MarkName, state_mark, state_word
from loadzone.reports.numbers import fixed
from loadzone.reports.svg import Frame, picture, round_up, tag
from loadzone.words.texts import text

_HEIGHT = 190.0
_APART = 15.0
"""Pixels between two names at the right end, at least."""
_LETTER = 5.8
"""Pixels of a letter of an axis; a Chinese character takes two."""


def states_chart(names: Sequence[str], states: Mapping[MarkName, Sequence[int]], lang: str, width: int) -> Markup:
    """A step line for each state over the days; mark, word and the last count at its right end.

    Parameters
    ----------
    names : of the days, at least one
    states : counts of positions, one a day
    """
    count = len(names)
    most = max((max(line) for line in states.values()), default=0)
    frame = Frame(width, _HEIGHT, (0.0, float(count)), (0.0, round_up(max(most, 4) * 1.05)), right=110.0, top=24.0)
    width_px = max(_LETTER * sum(1 + (ord(sign) > 0x2E80) for sign in name) for name in names) + 12.0
    every = max(1, round(count / 4.5), math.ceil(count * width_px / (frame.x_end - frame.left)))
    shown = list(range(0, count, every))
    feet = "".join(f"M{frame.x(place + 0.5):.1f} {frame.y_end:g}v4" for place in shown)
    parts = [
        frame.head(text("Positions in a state, at midnight").render(lang)),
        frame.axes(x_ticks=[]),
        tag("path", d=feet or "M0 0", class_="rule"),
        *(_word(frame.x(place + 0.5), frame.y_end + 15.0, names[place], "axis", "middle") for place in shown),
    ]
    ends = _spread([(state, frame.y(float(line[-1]))) for state, line in states.items()], frame.y_end)
    for state, line in states.items():
        edges = np.repeat(np.arange(count + 1, dtype=np.float64), 2)[1:-1]
        steps = np.repeat(np.asarray(line, dtype=np.float64), 2)
        parts.append(tag("g", frame.line(edges, steps, "state-step"), class_=f"state-{state}"))
        parts.append(_end(frame.x_end + 8.0, ends[state], state, line[-1], lang))
    told = ", ".join(f"{state_word(state).render(lang)} {line[-1]}" for state, line in states.items())
    return picture(
        width, frame.height, text("Positions in a state over the days; at last: {told}", told=told).render(lang), *parts
    )


def share_bar(share: float | None, width: int = 168) -> Markup:
    """A bar of a share from 0 to 1 on its trough."""
    trough = tag("rect", x=0, y=2, width=width, height=10, class_="trough")
    full = tag("rect", x=0, y=2, width=round((share or 0.0) * width, 1), height=10, class_="share")
    return tag("svg", trough, full, viewBox=f"0 0 {width} 14", width=width, height=14, aria_hidden="true")


def _spread(ends: Sequence[tuple[MarkName, float]], foot: float) -> dict[MarkName, float]:
    """Heights of the names, moved upward where they would touch."""
    found: dict[MarkName, float] = {}
    limit = foot + 4.0
    for state, y in sorted(ends, key=lambda each: -each[1]):
        limit = min(y, limit - _APART) if found else min(y, limit)
        found[state] = limit
    return found


def _end(x: float, y: float, state: MarkName, count: int, lang: str) -> Markup:
    words = f"{state_word(state).render(lang)} {fixed(count)}"
    mark = tag("g", state_mark(state, 12), transform=f"translate({x:.1f} {y - 6:.1f})", class_=f"state-{state}")
    name = tag("text", words, x=round(x + 17.0, 1), y=round(y + 4.0, 1), class_="state-name")
    return mark + tag("g", name, class_=f"state-{state}")


def _word(x: float, y: float, words: str, class_: str, anchor: str) -> Markup:
    return tag("text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, class_=class_)
