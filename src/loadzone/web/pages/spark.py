"""A spark line: thirty days in a hundred pixels, with the limit that it is held against."""

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from loadzone.reports.svg import Frame, tag

WIDTH, HEIGHT = 104.0, 22.0


def spark(
    times_us: NDArray[np.int64],
    values: NDArray[np.float64],
    span_us: tuple[int, int],
    state: str,
    limit: float | None = None,
) -> Markup:
    """The line of (n,) values over the span, a dot in the state's colour at its end, the limit dashed.

    An empty picture where nothing was measured.
    """
    known = np.isfinite(values)
    if not known.any():
        return Markup()
    low, high = float(values[known].min()), float(values[known].max())
    if limit is not None:
        low, high = min(low, limit), max(high, limit)
    pad = 0.08 * (high - low) or abs(high) * 0.1 or 1.0
    frame = Frame(
        WIDTH, HEIGHT, (float(span_us[0]), float(span_us[1])), (low - pad, high + pad), left=0, right=4, top=2, bottom=2
    )
    parts = [frame.line(times_us.astype(np.float64), values, "line")]
    if limit is not None:
        parts.append(tag("path", d=f"M0 {frame.y(limit):.1f}H{frame.x_end:g}", class_="limit"))
    last = int(np.flatnonzero(known)[-1])
    parts.append(tag("circle", cx=frame.x(float(times_us[last])), cy=frame.y(float(values[last])), r=2.6, class_="now"))
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", width=WIDTH, height=HEIGHT, class_=f"spark state-{state}",
        aria_hidden="true",
    )  # fmt: skip
