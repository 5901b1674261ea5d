"""A heat map in the colours of «temper»: a small PNG made here, framed by the axes of the chart grammar."""

import base64
import struct
import zlib
from functools import lru_cache

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from loadzone.reports.numbers import fixed
from loadzone.reports.svg import Frame, picture, tag
from loadzone.reports.tokens import Theme, rgb, temper, tokens
from loadzone.words.texts import text

_NO_DATA = 255
_LEAST_TOP = 0.2
"""End of the scale at least: the coherence of noise, 1 over the averages, must stay pale."""


def coherence_chart(
    levels: NDArray[np.floating],
    order_end: float,
    carrier_end_khz: float,
    band_khz: tuple[float, float] | None,
    flag_orders: list[float],
    lang: str,
    width: int,
) -> Markup:
    """Squared coherence (carriers, orders), both from 0 on, as a map with its key, the band used and the flags."""
    top = _top(levels)
    frame = Frame(width, 128.0, (0.0, order_end), (0.0, carrier_end_khz), right=8.0, top=26.0)
    parts = [frame.head(text("Carrier, kHz; order of shaft speed").render(lang))]
    shares = pooled(levels, int((frame.y_end - frame.top) / 2), int((frame.x_end - frame.left) / 2)) / top
    parts += [*_images(frame, shares), frame.axes(y_count=4), _key(top, width)]
    if band_khz:
        parts.append(_band(frame, band_khz))
    for order in flag_orders:
        if order < order_end:
            x = frame.x(order)
            parts.append(tag("path", d=f"M{x - 4:.1f} {frame.top - 8:g}h8l-4 6Z", class_="state-fill"))
    label = text("Coherence map, up to {top}", top=fixed(top, 2)).render(lang)
    return picture(width, frame.height, label, *parts)


def pooled(levels: NDArray[np.floating], rows: int, columns: int) -> NDArray[np.float64]:
    """Maximum of each cell of a coarser grid, so that no line is lost; shape at most (rows, columns)."""
    values = np.where(np.isfinite(levels), levels, -np.inf).astype(float)
    for axis, count in ((0, rows), (1, columns)):
        if values.shape[axis] > count:
            edges = np.linspace(0, values.shape[axis], count + 1).astype(int)[:-1]
            values = np.maximum.reduceat(values, edges, axis=axis)
    return np.where(np.isfinite(values), values, np.nan)


def png(shares: NDArray[np.floating], theme: Theme) -> bytes:
    """Palette PNG of values 0..1, shape (rows, columns), first row at the foot; NaN is the colour of no data."""
    palette = temper(theme).copy()
    palette[_NO_DATA] = rgb(tokens().colour[theme]["well"])
    index = (
        np.where(np.isfinite(shares), np.clip(np.nan_to_num(shares), 0.0, 1.0) * 254, _NO_DATA).round().astype(np.uint8)
    )
    rows, columns = index.shape
    lines = np.zeros((rows, columns + 1), dtype=np.uint8)
    lines[:, 1:] = index[::-1]
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", _packed(lines.tobytes())),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


@lru_cache(maxsize=64)
def _packed(lines: bytes) -> bytes:
    """Both themes, and who looks again, need the same."""
    return zlib.compress(lines, 9)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _top(levels: NDArray[np.floating]) -> float:
    finite = levels[np.isfinite(levels)]
    return min(max(float(finite.max()) if finite.size else 0.0, _LEAST_TOP), 1.0)


def _images(frame: Frame, shares: NDArray[np.floating]) -> list[Markup]:
    """The same map for both themes; the style sheet shows one."""
    return [_image(frame, shares, "light"), _image(frame, shares, "dark")]


def _image(frame: Frame, shares: NDArray[np.floating], theme: Theme) -> Markup:
    data = base64.b64encode(png(shares, theme)).decode()
    return tag(
        "image",
        href=f"data:image/png;base64,{data}",
        x=frame.left,
        y=frame.top,
        width=frame.x_end - frame.left,
        height=frame.y_end - frame.top,
        preserveAspectRatio="none",
        class_=f"map only-{theme}",
    )


def _key(top: float, width: int) -> Markup:
    """Eight pixels high, top right, with both end values."""
    long = 64.0
    left = width - long - 34
    parts = [tag("text", "0", x=left - 5, y=11, text_anchor="end", class_="axis")]
    ramp = np.linspace(0.0, 1.0, 64)[None, :]
    parts += _images(Frame(width, 12.0, (0.0, 1.0), (0.0, 1.0), left=left, right=34.0, top=3.0, bottom=1.0), ramp)
    parts.append(tag("rect", x=left, y=3, width=long, height=8, class_="frame"))
    parts.append(tag("text", fixed(top, 2), x=width, y=11, text_anchor="end", class_="axis"))
    return Markup("").join(parts)


def _band(frame: Frame, band_khz: tuple[float, float]) -> Markup:
    low, high = (min(max(edge, 0.0), frame.y_range[1]) for edge in band_khz)
    return tag(
        "rect",
        x=frame.left + 0.5,
        y=round(frame.y(high), 1),
        width=frame.x_end - frame.left - 1,
        height=round(max(frame.y(low) - frame.y(high), 1.0), 1),
        class_="band",
    )
