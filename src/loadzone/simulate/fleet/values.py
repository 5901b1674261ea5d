"""What the sensors of a position send: speed, load, temperature, and three descriptors that follow all of them.

The logarithm of a descriptor is its level at the operating point, what damage adds, and an AR(1) process that goes on
through all points. Damage adds blows of the power ratio s to Gaussian vibration: rms grows with (1 + s)^½, kurtosis as
that of the sum, which rises and falls again when the blows become all there is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.simulate.fleet.chance import HOUR_S, Floats, drawn, wandering
from loadzone.simulate.fleet.fates import energy_ratio, is_cut, is_sending
from loadzone.simulate.fleet.profiles import DAY_S, operating
from loadzone.simulate.fleet.roster import SEED, FleetMachine, FleetPosition

QUANTITIES = {
    "speed": "r/min",
    "load": "%",
    "temperature": "degC",
    "rms": "ms2",
    "kurtosis": "",
    "velocity": "mms",
}
"""Quantities in the order in which they are sent, with their units."""
PHI = 0.6
SPREADS = {"rms": 0.07, "kurtosis": 0.04, "velocity": 0.07}
"""Standard deviation of the logarithm."""
SPEED_EXPONENT, LOAD_SLOPE, TEMPERATURE_SLOPE = 1.3, 0.003, 0.004
BLOW_KURTOSIS = 25.0
"""Of the blows alone, which fill a part of the time (assumed)."""
VELOCITY_SHARE = 0.15
"""Of the blows' power that lies in the velocity's band (assumed)."""
FRICTION_DEGC = 3.0
"""What damage whose blows have the power of all else adds; the same again each time that sum doubles (assumed)."""
STANDING = {"rms": 0.01, "kurtosis": 3.0, "velocity": 0.02}
CUT = 0.002
"""What a cable that transmits nothing leaves of the level."""


@dataclass(frozen=True, eq=False)
class Observed:
    """What a position sends: ``times_us`` (n,) and (n,) values of each quantity; it sends nothing at other times."""

    times_us: NDArray[np.int64]
    values: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.times_us)


def observed(
    machine: FleetMachine, position: FleetPosition, *, origin_s: float, span_s: float, times_s: Floats
) -> Observed:
    """What the sensors of a position send at ``times_s`` (since 1970, UTC).

    Parameters
    ----------
    origin_s, span_s : begin and length of the history in which the position's fate lies
    """
    shares = (times_s - origin_s) / span_s
    times_s = times_s[is_sending(position.fate, shares)]
    shares = (times_s - origin_s) / span_s
    hours = (times_s - origin_s) / HOUR_S
    runs_at = operating(machine, origin_s, times_s)
    speeds, loads = runs_at.speeds_rpm * machine.ratio(position), runs_at.loads
    ratio = energy_ratio(position.fate, shares)
    warmth = _temperature(position, times_s, hours, loads, ratio)
    columns = _descriptors(machine, position, hours, speeds, loads, warmth, ratio)
    for name, column in columns.items():
        column[speeds < 1.0] = STANDING[name] * np.exp(0.05 * wandering(_key(position, 8), 0.3, hours[speeds < 1.0]))
        cut = is_cut(position.fate, shares)
        column[cut] = 3.0 if name == "kurtosis" else CUT * column[cut]
    told = {"speed": speeds, "load": loads} if position.has_speed else {}
    values = {**told, "temperature": warmth, **columns}
    return Observed(np.round(times_s * 1e6).astype(np.int64), {name: _rounded(each) for name, each in values.items()})


def mean_rms_ms2(position: FleetPosition, machine: FleetMachine, speed_rpm: float, load: float) -> float:
    """Level of a sound bearing at an operating point, m/s²."""
    share = speed_rpm / (machine.trade.top_rpm * machine.ratio(position))
    own = 0.8 + 0.4 * float(drawn(SEED + 23, np.array([position.number]))[0])
    return float(own * position.seat.rms_ms2 * share**SPEED_EXPONENT * np.exp(LOAD_SLOPE * (load - 60.0)))


def _descriptors(
    machine: FleetMachine,
    position: FleetPosition,
    hours: Floats,
    speeds: Floats,
    loads: Floats,
    warmth: Floats,
    ratio: Floats,
) -> dict[str, Floats]:
    top = machine.trade.top_rpm * machine.ratio(position)
    share = np.maximum(speeds, 1.0) / top
    own = 0.8 + 0.4 * float(drawn(SEED + 23, np.array([position.number]))[0])
    point = share**SPEED_EXPONENT * np.exp(LOAD_SLOPE * (loads - 60.0))
    point *= np.exp(TEMPERATURE_SLOPE * (warmth - position.seat.warm_degc))
    noise = {
        name: spread * wandering(_key(position, number), PHI, hours)
        for number, (name, spread) in enumerate(SPREADS.items())
    }
    blows = (3.0 + 6.0 * ratio + BLOW_KURTOSIS * ratio**2) / (1.0 + ratio) ** 2
    return {
        "rms": own * position.seat.rms_ms2 * point * np.sqrt(1.0 + ratio) * np.exp(noise["rms"]),
        "kurtosis": blows * np.exp(noise["kurtosis"]),
        "velocity": own * position.seat.velocity_mms * share * np.sqrt(1.0 + VELOCITY_SHARE * ratio)
        * np.exp(noise["velocity"]),
    }  # fmt: skip


def _temperature(position: FleetPosition, times_s: Floats, hours: Floats, loads: Floats, ratio: Floats) -> Floats:
    """Surroundings of season, day and weather, and what load and damage add."""
    season = 6.0 * np.cos(2 * np.pi * (times_s / (365.25 * DAY_S) - 0.55))
    day = 2.0 * np.sin(2 * np.pi * (times_s / DAY_S - 0.4))
    weather = 2.0 * wandering(_key(position, 7), 0.98, hours)
    friction = FRICTION_DEGC * np.log2(1.0 + ratio)
    return np.asarray(position.seat.warm_degc + season + day + weather + 0.10 * (loads - 60.0) + friction)


def _key(position: FleetPosition, kind: int) -> tuple[int, ...]:
    return (SEED, 3, position.number, kind)


def _rounded(values: Floats) -> Floats:
    """Four significant digits, as a sensor sends them."""
    with np.errstate(divide="ignore"):
        digits = np.power(10.0, 3 - np.floor(np.log10(np.maximum(np.abs(values), 1e-9))))
    return np.asarray(np.round(values * digits) / digits)
