"""Envelope spectra of the recordings of a position over time, in decibels over their own floor, by order of the shaft.

They are computed from the stored samples when they are asked for and remembered, since a waveform never changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.flows.platform import Platform
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import LoadzoneError

END_ORDER = 20.0
"""Where the axis of orders ends."""
BINS = 240
"""Cells over the orders: each holds the strongest line in it."""
FLOOR_CELLS = 31
"""The floor is the median over so many cells, about two and a half orders."""
LEAST_BAND_HZ = 400.0
"""Narrower bands carry no envelope of the orders that are shown."""
LEAST_TURNS = 8.0
LONGEST_S = 4.0
"""Longer records are cut, and the powers of the pieces averaged."""
MOST_SAMPLES = 1 << 17
"""Of a recording so many are read: more change no cell that one can see."""
MOST = 36
"""Recordings of one picture; of more, so many are taken evenly, the newest among them."""


@dataclass(frozen=True, eq=False)
class Column:
    """The spectrum of one recording: (`BINS`,) decibels over the floor, from order 0 to `END_ORDER`."""

    recording: str
    at_us: int
    speed_rpm: float
    levels_db: NDArray[np.float32]


def spectra(platform: Platform, organisation: str, position: str, start_us: int, end_us: int) -> Sequence[Column]:
    """Spectra of the recordings between two times, the earliest first; what has no speed has none."""
    rows = platform.lake.documents("recordings", organisation, position, start_us=start_us, end_us=end_us, limit=1000)
    usable = [each for each in reversed(rows) if each["speed"] and each["speed"] > 0.0 and each["object"]]
    found = []
    for row in _evenly(usable):
        levels = _levels(platform.waveforms, organisation, row["object"], float(row["speed"]))
        if levels is not None:
            found.append(Column(row["id"], row["time"], float(row["speed"]), levels))
    return found


def _evenly(rows: Sequence[Any]) -> list[Any]:
    if len(rows) <= MOST:
        return list(rows)
    places = np.unique(np.linspace(0, len(rows) - 1, MOST).round().astype(int))
    return [rows[at] for at in places.tolist()]


@lru_cache(maxsize=4096)
def _levels(waveforms: Waveforms, organisation: str, name: str, speed_rpm: float) -> NDArray[np.float32] | None:
    """The spectrum of a waveform; None where it is damaged, too short or too slow for one."""
    from loadzone.signals.envelope_bank import log_envelope_bank

    try:
        header = waveforms.header(organisation, name)
        samples = np.asarray(waveforms.read(organisation, name, 0, min(header.count, MOST_SAMPLES)), dtype=np.float32)
    except LoadzoneError:
        return None
    shaft_hz = speed_rpm / 60.0
    longest_s = max(LONGEST_S, 20.0 / shaft_hz)
    if (
        len(samples) / header.fs_hz * shaft_hz < LEAST_TURNS
        or not np.isfinite(samples).all()
        or not samples.std() > 0.0
    ):
        return None
    least_hz = max(LEAST_BAND_HZ, 2.0 * END_ORDER * shaft_hz)
    with np.errstate(all="ignore"):
        bank = log_envelope_bank(samples, header.fs_hz, END_ORDER * shaft_hz, least_hz, longest_s)
    if not len(bank.powers):
        return None
    powers = np.nan_to_num(bank.powers).mean(axis=0)
    return _over_floor(powers, bank.resolution_hz / shaft_hz)


def _over_floor(powers: NDArray[np.floating], step: float) -> NDArray[np.float32] | None:
    """Decibels over a running median, the strongest line of each cell; below 0.3 orders nothing is told."""
    orders = step * np.arange(len(powers))
    cells = np.clip((orders / END_ORDER * BINS).astype(int), 0, BINS)
    inside = (orders >= 0.3) & (cells < BINS) & (powers > 0.0)
    if np.count_nonzero(inside) < BINS // 8:
        return None
    power_db = 10.0 * np.log10(powers[inside])
    reach = max(5, round(FLOOR_CELLS * END_ORDER / BINS / step) | 1)
    floor_db = _running_median(power_db, reach)
    levels = np.full(BINS, -np.inf, dtype=np.float32)
    np.maximum.at(levels, cells[inside], (power_db - floor_db).astype(np.float32))
    known = np.isfinite(levels)
    levels[~known] = np.interp(np.flatnonzero(~known), np.flatnonzero(known), levels[known])
    return np.maximum(levels, 0.0)


def _running_median(values: NDArray[np.floating], reach: int) -> NDArray[np.float64]:
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(values.astype(np.float64), size=reach, mode="nearest"))
