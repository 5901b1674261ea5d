"""Descriptors of one position over months: healthy or with a fault that begins, with the truth known.

Each descriptor's logarithm is a level of the operating point, a slope on bearing temperature and on speed and load
within the point, and an AR(1) process that goes on through all points. The temperature follows the season, the day, a
weather of some days, and the load. The machine stays at an operating point for a while and then steps to another one.
Sizes are assumptions of ours, of a plain process machine; they are no source's.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.watch.reading import SECOND_US, Reading

Array = NDArray[np.float64]

SPEEDS_RPM = (1480.0, 1480.0, 990.0)
LOADS = (80.0, 45.0, 60.0)
"""Operating points: speed and load (per cent)."""
QUANTITIES = {"rms": (1.2, 0.10, 0.012), "kurtosis": (3.1, 0.06, 0.003), "velocity_rms_mms": (1.0, 0.09, 0.008)}
"""Level, standard deviation of its logarithm, slope of the logarithm on temperature in 1/K."""
CORRELATION = 0.5
SPEED_EXPONENT = 2.0
LOAD_SLOPE = 0.004
SEASON_K, DAY_K, WEATHER_K, LOAD_K = 10.0, 3.0, 3.0, 0.15
YEAR_S, DAY_S = 365.25 * 86_400.0, 86_400.0
DWELL_S = 2.0 * DAY_S


@dataclass(frozen=True)
class Growth:
    """A fault from ``begins_s`` on: a step of ``step`` standard deviations and a growth of ``per_month`` of them."""

    begins_s: float
    step: float = 0.0
    per_month: float = 0.0


@dataclass(frozen=True)
class Life:
    """How a position lives.

    ``phi`` from one reading to the next; ``points`` operating points; noise ``gaussian`` or, with the same variance, of
    Student's t with five degrees of freedom.
    """

    phi: float
    interval_s: float = 4 * 3600.0
    points: int = 3
    season_k: float = SEASON_K
    noise: Literal["gaussian", "heavy"] = "gaussian"


def readings(life: Life, count: int, rng: np.random.Generator, growth: Growth | None = None) -> list[Reading]:
    """``count`` readings of one position, one an interval.

    Parameters
    ----------
    life : correlation, interval, operating points
    count : readings
    rng : chance; the healthy part does not depend on ``growth``
    growth : a fault, or None
    """
    times_s: Array = life.interval_s * np.arange(count, dtype=np.float64)
    point = _operating_points(life, count, rng)
    speeds: Array = np.array(SPEEDS_RPM)[point] * (1.0 + 0.004 * rng.standard_normal(count))
    loads: Array = np.array(LOADS)[point] + 1.5 * rng.standard_normal(count)
    warmth = _temperature(life, times_s, loads, rng)
    moved = np.zeros(count)
    if growth is not None:
        months = np.maximum(times_s - growth.begins_s, 0.0) / (YEAR_S / 12.0)
        moved = (times_s >= growth.begins_s) * (growth.step + growth.per_month * months)
    shared = _walk(life, count, rng)
    columns: dict[str, Array] = {}
    for name, (level, spread, slope) in QUANTITIES.items():
        own = _walk(life, count, rng)
        noise = np.sqrt(CORRELATION) * shared + np.sqrt(1.0 - CORRELATION) * own
        operating = SPEED_EXPONENT * np.log(speeds / SPEEDS_RPM[0]) + LOAD_SLOPE * (loads - LOADS[0])
        columns[name] = level * np.exp(operating + slope * (warmth - 50.0) + spread * (noise + moved))
    return [
        Reading(
            at_us=round(times_s[number] * SECOND_US),
            sequence=number,
            values={name: float(values[number]) for name, values in columns.items()},
            speed_rpm=float(speeds[number]),
            load=float(loads[number]),
            temperature_degc=float(warmth[number]),
        )
        for number in range(count)
    ]


def _operating_points(life: Life, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Index of the operating point at each reading: stays of two days on average."""
    leaves = rng.random(count) < life.interval_s / DWELL_S
    steps = np.where(leaves, rng.integers(1, max(life.points, 2), count), 0)
    return np.asarray(np.cumsum(steps) % life.points, dtype=np.int64)


def _temperature(life: Life, times_s: Array, loads: Array, rng: np.random.Generator) -> Array:
    season = life.season_k * np.sin(2.0 * np.pi * (times_s / YEAR_S + rng.random()))
    day = DAY_K * np.sin(2.0 * np.pi * times_s / DAY_S)
    memory = float(np.exp(-life.interval_s / (3.0 * DAY_S)))
    weather = WEATHER_K * autoregressive(memory, rng.standard_normal(len(times_s)))
    return np.asarray(50.0 + season + day + weather + LOAD_K * (loads - LOADS[0]))


def _walk(life: Life, count: int, rng: np.random.Generator) -> Array:
    heavy = np.sqrt(3.0 / 5.0)
    steps = rng.standard_normal(count) if life.noise == "gaussian" else heavy * rng.standard_t(5, count)
    return autoregressive(life.phi, steps)


def autoregressive(phi: float, steps: Array) -> Array:
    """AR(1) of variance 1 from steps of variance 1, stationary from the first value on."""
    from scipy.signal import lfilter  # seconds to import: only where months are simulated

    innovations = np.sqrt(1.0 - phi**2) * steps
    innovations[0] = steps[0]
    found: Array = lfilter([1.0], [1.0, -phi], innovations)
    return found
