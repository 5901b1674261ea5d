"""Simulated recordings of a known bearing at a position of the world: damaged, sound, and one of unknown speed."""

from pathlib import Path

import numpy as np
from world import World

from loadzone.bearings.catalogue import find
from loadzone.bearings.orders import defect_orders
from loadzone.connect.address import Address
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.ingest import ingest
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording

SPEED_RPM = 1500.0
BEARING = "6205-2RS JEM"
SAID = DiagnoseOptions(bearing=BEARING)
ORDERS = defect_orders(find(BEARING).geometry)  # type: ignore[arg-type]  # the catalogue knows its inside
ADDRESS = Address("acme", "free")
DAYS = {"outer": "2027-01-03", "none": "2027-01-02", "inner": "2027-01-01"}


def made(fault: str, seed: int = 3) -> Recording:
    found, _ = recording(
        find(BEARING).geometry,  # type: ignore[arg-type]  # as above
        fault,  # type: ignore[arg-type]  # tests name kinds that exist
        speed_rpm=SPEED_RPM,
        fs_hz=12_000.0,
        duration_s=6.0,
        rng=np.random.default_rng(seed),
        snr_db=None if fault == "none" else -6.0,
    )
    return found.but(channel="A1", started_at=f"{DAYS[fault]}T08:00:00+00:00")


def record(world: World, folder: Path) -> dict[str, str]:
    """Recordings by what is damaged, «silent» for the one whose speed nobody knows; their identifiers."""
    identifiers = {}
    for name in ("outer", "none", "inner", "silent"):
        path = folder / f"{name}.wav"
        one = made("outer" if name == "silent" else name)
        write(path, [one.but(speed_rpm=None, channel="A9") if name == "silent" else one])
        said = DiagnoseOptions() if name == "silent" else SAID
        (found,) = ingest(world.platform, ADDRESS, [str(path)], said)
        identifiers[name] = found.results[0]["recording"]
    return identifiers


def path_of(identifier: str) -> str:
    return f"/positions/{ADDRESS.organisation}/{ADDRESS.position}/recordings/{identifier}"
