"""Small SVG: elements as strings that are safe to put into a page, and the frame of a plot with its axes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from loadzone.reports.numbers import fixed


def tag(name: str, *children: str, **attributes: object) -> Markup:
    """One element; ``stroke_width`` becomes ``stroke-width``, ``class_`` becomes ``class``; None leaves it out.

    >>> tag("text", "2 < 3", x=4.0, class_="axis")
    Markup('<text x="4" class="axis">2 &lt; 3</text>')
    """
    written = "".join(
        [f' {_written(key)}="{escape(_value(value))}"' for key, value in attributes.items() if value is not None]
    )
    inside = "".join([escape(each) for each in children])
    return Markup(f"<{name}{written}>{inside}</{name}>") if children else Markup(f"<{name}{written}/>")  # noqa: S704  # name is ours, values are escaped above


def picture(width: float, height: float, label: str, *children: str, class_: str | None = None) -> Markup:
    """An ``svg`` of that size in pixels whose name for a screen reader is ``label``."""
    return tag(
        "svg",
        *children,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
        class_=class_,
    )


def path(x: NDArray[np.floating], y: NDArray[np.floating]) -> str:
    """The ``d`` of a line through (n,) points in pixels; a point that is not finite leaves a gap."""
    parts: list[str] = []
    pen_is_down = False
    for right, down in zip(x.tolist(), y.tolist(), strict=True):
        if not (math.isfinite(right) and math.isfinite(down)):
            pen_is_down = False
            continue
        parts.append(f"{'L' if pen_is_down else 'M'}{right:.1f} {down:.1f}")
        pen_is_down = True
    return "".join(parts)


@dataclass(frozen=True)
class Frame:
    """A plot in pixels: outer size, margins, and the ranges of its two axes."""

    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    left: float = 40.0
    right: float = 8.0
    top: float = 20.0
    bottom: float = 20.0

    @property
    def x_end(self) -> float:
        """Right edge of the plot."""
        return self.width - self.right

    @property
    def y_end(self) -> float:
        """Foot of the plot."""
        return self.height - self.bottom

    def x(self, value: float) -> float:
        """Pixel of a value on the x axis."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.x_end - self.left)

    def y(self, value: float) -> float:
        """Pixel of a value on the y axis."""
        low, high = self.y_range
        return self.y_end - (value - low) / (high - low) * (self.y_end - self.top)

    def line(self, x: NDArray[np.floating], y: NDArray[np.floating], class_: str) -> Markup:
        """A line through values."""
        low_x, high_x = self.x_range
        low_y, high_y = self.y_range
        right = self.left + (x - low_x) / (high_x - low_x) * (self.x_end - self.left)
        down = self.y_end - (y - low_y) / (high_y - low_y) * (self.y_end - self.top)
        return tag("path", d=path(right, down), class_=class_)

    def axes(
        self,
        x_digits: int | None = None,
        y_count: int = 4,
        x_count: int = 8,
        x_ticks: Sequence[float] | None = None,
    ) -> Markup:
        """Grid (horizontal only), numbers at both axes, the x axis with ``x_ticks`` or about ``x_count`` round ones."""
        y_ticks = ticks(*self.y_range, y_count)
        x_ticks = ticks(*self.x_range, x_count) if x_ticks is None else x_ticks
        grid = [
            tag("path", d=f"M{self.left:g} {self.y(value):.1f}H{self.x_end:g}", class_="grid")
            for value in y_ticks
            if value > self.y_range[0] + 1e-12 or self.y_range[0] < 0.0
        ]
        y_names = [
            tag("text", number, x=self.left - 7, y=round(self.y(value) + 4, 1), text_anchor="end", class_="axis")
            for value, number in zip(y_ticks, _numbers(y_ticks), strict=True)
        ]
        feet = "".join(f"M{self.x(value):.1f} {self.y_end:g}v4" for value in x_ticks)
        x_names = [
            tag("text", number, x=round(self.x(value), 1), y=self.y_end + 15, text_anchor="middle", class_="axis")
            for value, number in zip(x_ticks, _numbers(x_ticks, x_digits), strict=True)
        ]
        axis = tag("path", d=f"M{self.left:g} {self.y_end:g}H{self.x_end:g}{feet}", class_="rule")
        return Markup("").join([*grid, axis, *y_names, *x_names])

    def head(self, name: str) -> Markup:
        """Name and unit of the plot, top left above it."""
        return tag("text", name, x=0, y=11, class_="axis")


_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def ticks(low: float, high: float, count: int) -> list[float]:
    """About ``count`` round values from ``low`` to ``high``.

    >>> ticks(0.0, 16.0, 8)
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]
    """
    span = high - low
    if not (math.isfinite(span) and span > 0.0):
        return [low] if math.isfinite(low) else []
    raw = span / max(count, 1)
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * factor for factor in (1.0, 2.0, 5.0, 10.0) if unit * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def round_up(value: float) -> float:
    """The next round number at or above ``value``, for the end of an axis; 1 where there is nothing to show.

    >>> round_up(0.72), round_up(13.0), round_up(float("nan"))
    (0.8, 15.0, 1.0)
    """
    if not (math.isfinite(value) and value > 0.0):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(round(unit * factor, 12) for factor in _ROUND if unit * factor >= value)


@cache
def _written(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)


def _numbers(values: Iterable[float], digits: int | None = None) -> list[str]:
    listed = list(values)
    if digits is None:
        digits = max((len(f"{value:.6f}".rstrip("0").split(".")[1]) for value in listed), default=0)
    return [fixed(value, 0 if value == 0.0 else digits) for value in listed]
