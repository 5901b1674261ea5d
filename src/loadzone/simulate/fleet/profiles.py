"""How each trade runs: wind through the days, trips of a metro, drive cycles, jobs, strokes, scans, test points.

Speeds and loads hold for the first shaft of a machine. A machine runs at operating points for a while, as a sensor
that waits for them sees it; a wind turbine follows the wind of its farm. All figures are assumptions of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from loadzone.simulate.fleet.chance import HOUR_S, Floats, drawn, wandering
from loadzone.simulate.fleet.roster import SEED, FleetMachine

DAY_S = 24 * HOUR_S
CUT_IN_MS, RATED_MS, CUT_OUT_MS = 3.0, 11.5, 25.0
SLOWEST = 0.6
"""Lowest speed of a turbine that runs, over the highest."""
TRIP_S, DWELL_S = 120.0, 30.0
MEASURES_AT_S = 75.0
"""Into its trip, when a train measures."""


@dataclass(frozen=True, eq=False)
class Operating:
    """Speed (r/min) and load (per cent) of a machine's first shaft, each (n,); 0 where it stands."""

    speeds_rpm: Floats
    loads: Floats


def operating(machine: FleetMachine, origin_s: float, times_s: Floats) -> Operating:
    """How the machine runs at ``times_s`` (since 1970, UTC); chance begins at ``origin_s``."""
    share, load = _PROFILES[machine.trade.key](machine, origin_s, times_s)
    runs = share > 0.0
    own = drawn(SEED + 31 * machine.number, (times_s // 10.0).astype(np.int64)) - 0.5
    speeds = machine.trade.top_rpm * share * (1.0 + 0.008 * own)
    return Operating(np.where(runs, speeds, 0.0), np.where(runs, load * (1.0 + 0.04 * own), 0.0))


def measured_at_s(machine: FleetMachine) -> float:
    """Seconds behind the full hour at which the sensors of a machine measure, so that all of its hours are alike."""
    if machine.trade.key == "metro":
        return (MEASURES_AT_S - _trip_offset_s(machine)) % TRIP_S
    return 20.0 * (machine.number % 15)


Profile = Callable[[FleetMachine, float, Floats], tuple[Floats, Floats]]


def _wind(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Share of the rated speed and of the rated power: both follow the wind up to their limits."""
    hours = (times_s - origin_s) / HOUR_S
    farm = sum(machine.site.encode())
    by_day = np.sin(2 * np.pi * ((times_s / DAY_S) % 1.0 - 0.3))
    wind_ms = 8.8 + 2.6 * wandering((SEED, 1, farm), 0.97, hours) + 0.8 * by_day
    wind_ms += 0.5 * wandering((SEED, 2, machine.number), 0.8, hours)
    is_turning = (wind_ms > CUT_IN_MS) & (wind_ms < CUT_OUT_MS)
    share = np.clip(SLOWEST + (1 - SLOWEST) * (wind_ms - CUT_IN_MS) / (9.5 - CUT_IN_MS), SLOWEST, 1.0)
    power = np.clip((wind_ms / RATED_MS) ** 3, 0.03, 1.0)
    return np.where(is_turning, share, 0.0), 100.0 * power


def _metro(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Trips between stations at one of three speeds, an hour each; nobody rides from half past midnight to five."""
    del origin_s
    local = _clock_h(machine, times_s)
    into = times_s + _trip_offset_s(machine)
    share = np.array([0.5, 0.75, 1.0, 1.0, 1.0])[
        (5 * drawn(SEED + machine.number, (into // HOUR_S).astype(np.int64))).astype(np.int64)
    ]
    is_peak = ((local >= 7) & (local < 9.5)) | ((local >= 17) & (local < 19.5))
    rides = (into % TRIP_S >= DWELL_S) & ((local < 0.5) | (local >= 5.0))
    return np.where(rides, share, 0.0), np.where(is_peak, 85.0, 50.0)


def _trip_offset_s(machine: FleetMachine) -> float:
    return 17.0 * machine.number % TRIP_S


def _vehicle(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Blocks of three hours of a durability programme, from seven in the morning to ten at night, with pauses."""
    del origin_s
    block = (times_s // (3 * HOUR_S)).astype(np.int64)
    points = np.array([(0.0, 0.0), (0.25, 20.0), (0.42, 35.0), (0.67, 50.0), (0.67, 70.0), (1.0, 80.0)])
    chosen = points[(6 * drawn(SEED + 7 * machine.number, block)).astype(np.int64)]
    local = _clock_h(machine, times_s)
    return np.where((local >= 7) & (local < 22), chosen[:, 0], 0.0), chosen[:, 1]


def _spindle(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Jobs of two hours in two shifts of six days."""
    del origin_s
    job = (times_s // 7200.0).astype(np.int64)
    points = np.array([(0.5, 60.0), (0.75, 40.0), (1.0, 25.0), (1.0, 45.0)])
    chosen = points[(4 * drawn(SEED + 11 * machine.number, job)).astype(np.int64)]
    works = (_clock_h(machine, times_s) >= 6) & (_clock_h(machine, times_s) < 22) & (_weekday(machine, times_s) < 6)
    return np.where(works, chosen[:, 0], 0.0), chosen[:, 1]


def _tunnel(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Strokes of an hour, then half an hour of ring building; the ground changes about every ten days."""
    ground = drawn(SEED + 13 * machine.number, ((times_s - origin_s) // (10 * DAY_S)).astype(np.int64))
    bores = times_s % 5400.0 < 3600.0
    return np.where(bores, np.where(ground < 0.5, 0.75, 0.92), 0.0), np.where(ground < 0.5, 55.0, 80.0)


def _scanner(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Scans of 1, 0.5 or 0.275 s a turn, from half past seven to eight in the evening."""
    del origin_s
    scan = (times_s // 600.0).astype(np.int64)
    share = np.array([0.275, 0.55, 1.0])[(3 * drawn(SEED + 17 * machine.number, scan)).astype(np.int64)]
    local = _clock_h(machine, times_s)
    return np.where((local >= 7.5) & (local < 20), share, 0.0), np.full(len(times_s), 40.0)


def _engine(machine: FleetMachine, origin_s: float, times_s: Floats) -> tuple[Floats, Floats]:
    """Test points of a quarter of an hour on working days: idle, cruise, take-off."""
    del origin_s
    point = (times_s // 900.0).astype(np.int64)
    points = np.array([(0.56, 15.0), (0.83, 60.0), (0.83, 75.0), (1.0, 100.0)])
    chosen = points[(4 * drawn(SEED + 19 * machine.number, point)).astype(np.int64)]
    local = _clock_h(machine, times_s)
    tests = (local >= 8) & (local < 18) & (_weekday(machine, times_s) < 5)
    return np.where(tests, chosen[:, 0], 0.0), chosen[:, 1]


def _clock_h(machine: FleetMachine, times_s: Floats) -> Floats:
    return np.asarray((times_s / HOUR_S + machine.offset_h) % 24.0)


def _weekday(machine: FleetMachine, times_s: Floats) -> Floats:
    """0 is Monday; the first day of 1970 was a Thursday."""
    return np.asarray((np.floor((times_s + HOUR_S * machine.offset_h) / DAY_S) + 3) % 7)


_PROFILES: Mapping[str, Profile] = {
    "wind": _wind,
    "metro": _metro,
    "vehicle": _vehicle,
    "spindle": _spindle,
    "tunnel": _tunnel,
    "scanner": _scanner,
    "engine": _engine,
}
