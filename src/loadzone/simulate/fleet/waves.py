"""The few recordings of a position: one now and then, more of them while something changes, by the room's physics."""

import math

import numpy as np

from loadzone.monitor.settings import Gear as Meshing
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import Surroundings, recording
from loadzone.simulate.fleet.chance import HOUR_S, Floats
from loadzone.simulate.fleet.fates import HIDDEN_DB, energy_ratio, is_cut
from loadzone.simulate.fleet.profiles import measured_at_s, operating
from loadzone.simulate.fleet.roster import SEED, FleetMachine, FleetPosition
from loadzone.simulate.fleet.values import mean_rms_ms2
from loadzone.simulate.impacts import Setting
from loadzone.simulate.machine import Gear
from loadzone.simulate.transfer import Resonance
from loadzone.words.sourced import Sourced

CHANNEL = "simulated"
"""Name of every channel, so that every page and table says it."""
ONCE = 0.30
"""Share of the history at which each position sends its first recording, a little spread."""
GROWING = (0.55, 0.70, 0.80, 0.88, 0.94, 1.0)
"""Recordings on the way from the beginning of damage to its exchange, or to now."""
AFTER = (0.012, 0.03, 0.05, 0.075)
"""Recordings behind an exchange or a failure of the cable, as shares of the history."""
FAILED = (0.005, 0.02, 0.035, 0.05)
QUALITY = 12.0
"""Of the modes of a seat that are told (assumed)."""
LATEST_H = 96
"""A recording waits so long for the machine to run fast."""
TURNS = 24.0
"""Revolutions that a recording holds at least, however long they take: a sensor at a slow shaft measures for minutes,
where the diagnosis asks for 20."""
FAST = 0.75
"""Share of the highest speed from which on a recording is worth while."""


def wave_hours(machine: FleetMachine, position: FleetPosition, origin_s: float, span_s: float) -> tuple[int, ...]:
    """Hours since ``origin_s`` at which the position sends a recording, rising; the machine runs at each of them."""
    fate = position.fate
    if fate.chain == "never sent":
        return ()
    wanted = {ONCE * (0.9 + 0.2 * (position.number % 11) / 10)}
    if fate.fault != "none":
        ends = fate.exchanged if fate.exchanged is not None else 1.0
        wanted |= {fate.begins + step * (ends - fate.begins) - 0.002 for step in GROWING}
        wanted |= {ends + each for each in AFTER} if fate.exchanged is not None else set()
    if fate.chain == "cable fails":
        wanted |= {fate.chain_from + each for each in FAILED}
    found = {_running_hour(machine, origin_s, int(each * span_s / HOUR_S)) for each in wanted}
    last = int(span_s / HOUR_S)
    return tuple(sorted(each for each in found if each is not None and 0 <= each < last))


def samples_at(
    machine: FleetMachine, position: FleetPosition, *, origin_s: float, span_s: float, time_s: float
) -> Recording:
    """The recording that begins at ``time_s`` (since 1970, UTC), the same every time; m/s².

    Raises
    ------
    BadInput : the machine stands
    """
    share = np.array([(time_s - origin_s) / span_s])
    runs_at = operating(machine, origin_s, np.array([time_s]))
    speed_rpm = float(runs_at.speeds_rpm[0]) * machine.ratio(position)
    ratio_db = _decibels(float(energy_ratio(position.fate, share)[0]))
    seat = position.seat
    fault = position.fate.fault if ratio_db > HIDDEN_DB else "none"
    made, _ = recording(
        position.geometry,
        fault,
        speed_rpm=speed_rpm,
        fs_hz=seat.fs_hz,
        duration_s=max(seat.duration_s, 60.0 * TURNS / speed_rpm),
        rng=np.random.default_rng([SEED, 4, position.number, int(time_s // 60)]),
        snr_db=ratio_db if fault != "none" else None,
        slip=-0.002,
        setting=Setting(jitter=0.004),
        surroundings=Surroundings(
            noise_rms_ms2=mean_rms_ms2(position, machine, speed_rpm, float(runs_at.loads[0])), gears=_gears(position)
        ),
        resonances=tuple(Resonance(each, QUALITY) for each in seat.modes_hz) or None,
    )
    samples = made.samples * np.float32(0.0) if is_cut(position.fate, share)[0] else made.samples
    told = Sourced(speed_rpm, "file", "simulated") if position.has_speed else None
    return made.but(samples=samples, channel=CHANNEL, speed_rpm=told)


def _running_hour(machine: FleetMachine, origin_s: float, hour: int) -> int | None:
    """The first hour from this one on in which the machine runs fast when it measures; None: not soon."""
    hours = np.arange(hour, hour + LATEST_H, dtype=np.float64)
    times_s: Floats = origin_s + hours * HOUR_S + measured_at_s(machine)
    speeds = operating(machine, origin_s, times_s).speeds_rpm
    running = np.flatnonzero(speeds > FAST * machine.trade.top_rpm)
    return int(hours[running[0]]) if len(running) else None


def _gears(position: FleetPosition) -> tuple[Gear, ...]:
    told = [Meshing.parse(each) for each in position.seat.gears]
    return (Gear(told[0].teeth, told[1].teeth),) if len(told) == 2 else ()


def _decibels(ratio: float) -> float:
    return 10.0 * math.log10(ratio) if ratio > 0.0 else -math.inf
