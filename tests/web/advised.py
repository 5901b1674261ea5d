"""An advice that rests on a simulated recording of a damaged outer ring, and rows of alarms and advice beside it."""

from pathlib import Path
from typing import Any

import numpy as np
from world import World

from loadzone.bearings.catalogue import find
from loadzone.connect.address import Address
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.ingest import ingest
from loadzone.formats import write
from loadzone.simulate.faults import recording
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms
from loadzone.store.catalog.positions import positions
from loadzone.store.catalog.units import Unit, mount, units

DAY_US = 86_400 * 10**6
TOLD = {
    "en": {"headline": "Exchange it", "action": "Exchange 6205.", "against": ["no line at order 3.58"]},
    "zh": {"headline": "更换轴承", "action": "更换 6205。", "against": ["3.58 阶处无谱线"]},
}


def advise(world: World, folder: Path) -> str:
    """Bring a recording in at acme/drive, where a 6205 is mounted, and give the identifier of the advice that comes."""

    def furnish(work: Any) -> None:
        positions.change(work, "acme", "drive", bearing="6205")
        units.add(work, Unit("acme", "S-1", "6205"))
        mount(work, "acme", "drive", "S-1", at_us=1, by="test")

    world.do("acme", furnish)
    made, _ = recording(
        find("6205").geometry,
        "outer",
        speed_rpm=1500.0,
        fs_hz=12_000.0,
        duration_s=6.0,
        rng=np.random.default_rng(3),
        snr_db=-6.0,
    )
    path = write(folder / "outer.wav", [made])
    list(ingest(world.platform, Address("acme", "drive"), [str(path)], DiagnoseOptions(speed_rpm=1500.0)))
    (given,) = world.platform.read("acme", lambda work: [each for each in advice.all(work) if "result" in each.facts])
    return given.id


def give(world: World, name: str = "ad-1", alarm: str | None = None, *, due_days: float = 9.0, **facts: Any) -> Advice:
    """An advice that rests on nothing that is kept."""
    now_us = world.clock()
    told = {"fault": "outer", "p_value": 1e-6, "sentences": TOLD} | facts
    given = Advice(
        "acme", name, "drive", "plan", "medium", now_us, alarm=alarm, due_us=now_us + int(due_days * DAY_US), facts=told
    )
    world.do("acme", lambda work: advice.add(work, given))
    return given


def ring(world: World, name: str = "al-1", state: Any = "unacknowledged", cause: str = "", **facts: Any) -> Alarm:
    """An alarm as it stands in the catalog."""
    now_us = world.clock()
    made = Alarm("acme", name, "drive", cause or f"limit-alert-{name}", "medium", state, now_us, now_us, facts=facts)
    world.do("acme", lambda work: alarms.add(work, made))
    return made
