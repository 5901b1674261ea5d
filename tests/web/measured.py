"""What a position has after some weeks: values with a gap, recordings with damage, a unit, limits, advice, an alarm."""

import numpy as np
from world import World

from loadzone.bearings.geometry import geometry_from_option
from loadzone.flows.assets import Unit, change, enter_asset, mount, remove
from loadzone.flows.audit import Act
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_recording
from loadzone.flows.dossier import Limit
from loadzone.flows.watch.judge import document
from loadzone.flows.watch.plain import plain_json
from loadzone.flows.watch.waves import wave_of
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import Surroundings, recording
from loadzone.simulate.impacts import Setting
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.latest import Latest, put_latest
from loadzone.store.catalog.limits import limits
from loadzone.store.catalog.work import Work

DAY_US = 86_400_000_000
INSIDE = "9,7.94,39.04,0"
TRAIN = {
    "top_rpm": 1500.0,
    "shafts": [
        {"id": "slow", "name": {"en": "rotor", "zh": "转子"}, "ratio": 1.0},
        {"id": "fast", "name": {"en": "pinion", "zh": "小齿轮"}, "ratio": 3.0},
    ],
    "stages": [{"kind": "parallel", "driver": "slow", "driven": "fast", "teeth": [60, 20]}],
    "parts": [{"kind": "motor", "shaft": "fast", "place": 60}],
    "positions": [
        {"position": "drive", "shaft": "slow", "place": 10},
        {"position": "free", "shaft": "fast", "place": 50},
    ],
}


def measure(world: World) -> list[str]:
    """Fill position «drive» of acme; identifiers of its recordings, the earliest first."""
    now_us = world.clock()
    world.do("acme", lambda work: furnish(work, now_us))
    _values(world, now_us)
    wanted = ((20, "none"), (10, "outer"), (2, "outer"))
    return [_recording(world, now_us, number, *each) for number, each in enumerate(wanted, start=1)]


def furnish(work: Work, now_us: int) -> None:
    """Facts, two units of which the first was removed, a limit, advice with a date, an alarm nobody answered."""
    act = Act("acme/test", now_us)
    change(work, act, "machine", "acme", "fan", {"facts": {"drive_train": TRAIN}})
    facts = {"geometry": INSIDE, "speed_ratio": 1.0, "place": 10}
    change(work, act, "position", "acme", "drive", {"facts": facts, "bearing": "6205"})
    for serial in ("S-1", "S-2"):
        enter_asset(work, act, Unit("acme", serial, "6205"))
    mount(work, act, "acme", "drive", "S-1", at_us=now_us - 200 * DAY_US)
    remove(work, act, "acme", "drive", at_us=now_us - 40 * DAY_US, reason="fretting")
    mount(work, act, "acme", "drive", "S-2", at_us=now_us - 40 * DAY_US)
    limits.add(work, Limit("acme", "drive", "velocity", "alert", 1, 2.5, "set by the plant", "test", {}))
    put_latest(
        work,
        [
            Latest("acme", "drive", "velocity", now_us - 60_000_000, 1.3, "mms", "good"),
            Latest("acme", "drive", "speed", now_us - 60_000_000, 1497.0, "rpm", "good"),
        ],
    )
    told = {lang: {"headline": "x", "action": "Exchange 6205 at the next stop."} for lang in ("en", "zh")}
    given = Advice(
        "acme", "v1", "drive", "plan", "medium", now_us - 9 * DAY_US, due_us=now_us + 15 * DAY_US,
        facts={"fault": "outer", "p_value": 8e-12, "sentences": told},
    )  # fmt: skip
    advice.add(work, given)
    since_us = now_us - 3 * DAY_US
    facts = {"quantity": "velocity_rms_mms", "level": "danger", "value": 2.6, "limit": 2.4}
    alarms.add(
        work,
        Alarm("acme", "a1", "drive", "zone-alert", "low", "unacknowledged", since_us, since_us, facts=facts),
    )


def _values(world: World, now_us: int) -> None:
    """Velocity every three hours over a month, with four days in which nothing came."""
    times = np.arange(now_us - 30 * DAY_US, now_us, DAY_US // 8, dtype=np.int64)
    times = times[(times < now_us - 16 * DAY_US) | (times > now_us - 12 * DAY_US)]
    count = len(times)
    rows = {"organisation": ["acme"] * count, "position": ["drive"] * count, "quantity": ["velocity"] * count}
    values = 1.2 + 0.1 * np.sin(np.arange(count))
    world.platform.lake.append(
        "points", {**rows, "time": times, "value": values, "unit": ["mms"] * count}, source="test", sequences=1
    )


def _recording(world: World, now_us: int, number: int, days: int, fault: str) -> str:
    """A simulated recording with its diagnosis, as the watch keeps both."""
    geometry = geometry_from_option(INSIDE)
    made, _ = recording(
        geometry, fault, speed_rpm=1497.0, fs_hz=12_800.0, duration_s=2.0, rng=np.random.default_rng(days),  # type: ignore[arg-type]  # a fault
        snr_db=0.0 if fault != "none" else None, setting=Setting(), surroundings=Surroundings(noise_rms_ms2=3.0),
    )  # fmt: skip
    at_us = now_us - days * DAY_US
    found: Recording = made.but(channel="DE")
    name = world.platform.waveforms.put("acme", wave_of(found, at_us))
    options = DiagnoseOptions(bearing="6205", geometry=geometry)
    diagnosis = diagnose_recording(found, options)
    whose = {"organisation": ["acme"], "position": ["drive"], "time": [at_us]}
    lake, recorded = world.platform.lake, f"r{days}"
    index = {"id": [recorded], "channel": ["DE"], "object": [name], "rate": [12_800.0], "samples": [25_600]}
    lake.append("recordings", {**whose, **index, "speed": [1497.0]}, source="test", sequences=number)
    result = {
        "id": [f"{recorded}-d"], "block": ["diagnose"], "recording": [recorded], "verdict": [diagnosis.verdict],
        "p_value": [diagnosis.p_value], "version": ["0"], "document": [plain_json(document(diagnosis, options))],
    }  # fmt: skip
    lake.append("results", {**whose, **result}, source="test", sequences=number)
    return recorded
