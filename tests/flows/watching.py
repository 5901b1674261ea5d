"""A platform in a folder with two positions, and arrivals for them, as intake would deliver them."""

from pathlib import Path

import numpy as np

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake import Arrival, message_id
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows.platform import Platform, open_platform
from loadzone.store.catalog import Work
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.units import Unit, mount, units

NOW_US = 1_795_507_200_000_000
DRIVE, FREE = Address("acme", "drive"), Address("acme", "free")
SOURCE = "shard-0"


def furnished(folder: Path, **how: object) -> Platform:
    """A platform with organisation, machine, two positions and a mounted unit."""
    platform = open_platform(folder, **how)  # type: ignore[arg-type]
    platform.catalog.write("acme", furnish)
    return platform


def furnish(work: Work) -> None:
    if organisations.find(work, "acme"):
        return
    organisations.add(work, Organisation("acme", "Acme", NOW_US))
    sites.add(work, Site("acme", "plant", "Plant"))
    machines.add(work, Machine("acme", "fan", "plant", "Fan", "fan", NOW_US, {"machine_class": "2:rigid"}))
    facts = {"speed_rpm": 1797.0}
    positions.add(work, Position("acme", "drive", "Drive end", NOW_US, "fan", bearing="6205", facts=facts))
    positions.add(work, Position("acme", "free", "Free end", NOW_US, "fan"))
    units.add(work, Unit("acme", "S-1", "6205"))
    mount(work, "acme", "drive", "S-1", at_us=NOW_US, by="test")


def arrival(sequence: int, body: bytes, kind: Kind = "values", address: Address = DRIVE, **how: object) -> Arrival:
    told = {"id": message_id(address, kind, body), "door": "test", "shard": 0, "received_us": NOW_US + sequence}
    return Arrival(address, kind, body, sequence=sequence, **{**told, **how})  # type: ignore[arg-type]


def values(index: int, points: int = 2) -> bytes:
    """Values whose numbers tell which message they came with."""
    times = NOW_US + 1_000_000 * index + np.arange(points, dtype=np.int64)
    names = tuple(("temperature", "speed")[n % 2] for n in range(points))
    units = tuple(("degC", "r/min")[n % 2] for n in range(points))
    return encode_values(Values(times, index + np.arange(points) / 100, names, units))


def waveform(index: int, samples: int = 4096, unit: str = "g") -> bytes:
    """Noise with a line, another one for each index."""
    made = np.random.default_rng(index).normal(size=samples).astype(np.float32)
    made += np.sin(2 * np.pi * 200 * np.arange(samples) / 12_000).astype(np.float32)
    return encode_waveform(
        Waveform(made, 12_000.0, unit, NOW_US + 1_000_000 * index, "x")  # type: ignore[arg-type]
    )


def mixed(count: int) -> list[Arrival]:
    """Values of two positions and a waveform now and then, in the order of a stream."""
    found = []
    for n in range(1, count + 1):
        if n % 4 == 0:
            found.append(arrival(n, waveform(n), "waveform"))
        else:
            found.append(arrival(n, values(n), address=(DRIVE, FREE)[n % 2]))
    return found


def kept(platform: Platform) -> dict[str, object]:
    """All that the stores hold, in an order of its own, for comparison."""
    from loadzone.store.catalog.advice import advice
    from loadzone.store.catalog.alarms import alarms, moves
    from loadzone.store.catalog.latest import latest
    from loadzone.store.catalog.quarantine import quarantine
    from loadzone.store.catalog.states import states
    from loadzone.store.lake.engine import ask

    found: dict[str, object] = {}
    for name in ("points", "descriptors", "results", "recordings"):
        delta = platform.lake.table(name)  # type: ignore[arg-type]
        columns = ask(delta, "SELECT * FROM {rows}", {}, ())
        rows = zip(*(values.tolist() for values in columns.values()), strict=True)
        found[name] = sorted(map(repr, rows))
    with platform.catalog.read("acme") as work:
        for shelf in (latest, states, alarms, moves, advice, quarantine):
            found[shelf.table.name] = shelf.all(work)
    found["waveforms"] = sorted(platform.waveforms.names("acme"))
    return found
