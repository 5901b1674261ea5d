"""An envelope spectrum in 64 columns of block characters, orders 0 to 16, four columns a step."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.diagnosis import Exhibits
from loadzone.reports.ink import Ink
from loadzone.reports.numbers import fixed, significant
from loadzone.reports.sentences import Flag
from loadzone.words.texts import text

COLUMNS = 64
ROWS = 5
PER_ORDER = 4
_LEFT = 8
_BLOCKS = " ▁▂▃▄▅▆▇█"
_ASCII = " ..::||##"


def picture(exhibits: Exhibits, flags: Sequence[Flag], ink: Ink, lang: str, ascii_only: bool) -> list[str]:
    """The rows from the head with name and band to the names of the found lines under the axis.

    The columns of ``flags`` take the state's colour.
    """
    columns = column_maxima(exhibits.orders, exhibits.levels)
    top = float(np.max(columns))
    eighths = _eighths(columns, top)
    places = {place for flag in flags if (place := column(flag.order)) is not None}
    low, high = (fixed(hertz / 1000.0, 1) for hertz in exhibits.band_hz)
    head = text(
        "Envelope spectrum, {low}–{high} kHz, {resolution} Hz",
        low=low,
        high=high,
        resolution=significant(exhibits.resolution_hz, 2),
    ).render(lang)
    rows = [ink.paint(f"   ln    {head}", "caption")]
    rows += [_row(row, top, eighths, places, ink, ascii_only) for row in range(ROWS)]
    axis = _axis(text("order").render(lang), ascii_only)
    rows += [ink.paint(line, "caption") for line in axis]
    names = _names(flags, ascii_only)
    return [*rows, ink.paint(names, "state_word")] if names.strip() else rows


def column(order: float) -> int | None:
    """Column of an order, bin centred; None outside the picture.

    >>> column(4.58), column(16.2)
    (18, None)
    """
    if not math.isfinite(order):
        return None
    place = math.floor(order * PER_ORDER + 0.5)
    return place if 0 <= place < COLUMNS else None


def column_maxima(orders: NDArray[np.floating], levels: NDArray[np.floating]) -> NDArray[np.float64]:
    """Maximum level of each column, shape (64,); 0 where nothing finite falls into it."""
    good = np.isfinite(orders) & np.isfinite(levels)
    places = np.floor(np.asarray(orders, dtype=float)[good] * PER_ORDER + 0.5).astype(int)
    inside = (places >= 0) & (places < COLUMNS)
    columns = np.zeros(COLUMNS)
    np.maximum.at(columns, places[inside], np.asarray(levels, dtype=float)[good][inside])
    return columns


def _eighths(columns: NDArray[np.float64], top: float) -> NDArray[np.int_]:
    if top <= 0.0:
        return np.zeros(COLUMNS, dtype=int)
    heights = np.rint(columns / top * ROWS * 8).astype(int)
    return np.where((columns > 0.0) & (heights == 0), 1, heights)


def _row(row: int, top: float, eighths: NDArray[np.int_], places: set[int], ink: Ink, ascii_only: bool) -> str:
    base = (ROWS - 1 - row) * 8
    blocks = _ASCII if ascii_only else _BLOCKS
    cells = [blocks[min(max(int(height) - base, 0), 8)] for height in eighths]
    name = {0: fixed(top, 2 if top >= 0.1 else 3), ROWS - 1: "0"}.get(row, "")
    corner = ("+" if name else "|") if ascii_only else ("┤" if name else "│")
    length = len("".join(cells).rstrip())
    body: list[str] = []
    start = 0
    for end in range(1, length + 1):
        if end == length or (end in places) != (start in places):
            body.append(ink.paint("".join(cells[start:end]), "state" if start in places else "data"))
            start = end
    return ink.paint(f"{name:>6} {corner}", "caption") + "".join(body)


def _axis(name: str, ascii_only: bool) -> list[str]:
    step = 2 * PER_ORDER
    corner, tick, dash = ("+", "+", "-") if ascii_only else ("└", "┬", "─")
    line = " " * (_LEFT - 1) + corner + (tick + dash * (step - 1)) * (COLUMNS // step)
    numbers = " " * _LEFT + "".join(f"{2 * k:<{step}}" for k in range(COLUMNS // step))
    return [line, (numbers[: _LEFT + COLUMNS] + " " + name).rstrip()]


def _names(flags: Sequence[Flag], ascii_only: bool) -> str:
    pointer = "^" if ascii_only else "▲"
    written = ""
    for flag in flags:
        place = column(flag.order)
        if flag.is_sideband or place is None or len(written) > _LEFT + place - (1 if written else 0):
            continue
        name = f"{pointer} {flag.label} {fixed(flag.order, 2)}"
        if _LEFT + place + len(name) > _LEFT + COLUMNS:
            name = f"{pointer} {flag.label}"
        written = written.ljust(_LEFT + place) + name
    return written
