"""Rows and waveforms for tests: what they hold tells where it came from, so that a lost or doubled one shows."""

from typing import Any

import numpy as np

from loadzone.store.catalog import Catalog, Work
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.lake import Lake
from loadzone.store.waveforms import Wave

START_US = 1_790_000_000_000_000
DAY_US = 86_400_000_000
END_US = START_US + 4000 * DAY_US


def message(number: int, rows: int = 3, step_us: int = 1_000_000) -> dict[str, Any]:
    """Rows of one message: they tell the message's number, so that a doubled or lost one shows."""
    return {
        "organisation": ["acme"] * rows,
        "position": ["drive"] * rows,
        "quantity": ["rms"] * rows,
        "time": START_US + number * step_us + np.arange(rows),
        "value": np.full(rows, float(number)),
    }


def joined(numbers: list[int], **more: Any) -> tuple[dict[str, Any], list[int]]:
    """Several messages as one batch, and the number of the message of each row."""
    parts = [message(number, **more) for number in numbers]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return columns, [number for number, part in zip(numbers, parts, strict=True) for _ in part["value"]]


def kept(lake: Lake, position: str = "drive", organisation: str = "acme") -> list[float]:
    return lake.trend("points", organisation, position, "rms", start_us=0, end_us=END_US).values.tolist()


def once(count: int, rows: int = 3) -> list[float]:
    return [float(number) for number in range(count) for _ in range(rows)]


RNG = np.random.default_rng(5)


def wave(samples: Any, **more: Any) -> Wave:
    return Wave(samples, fs_hz=25_600.0, unit="g", started_us=1_790_000_000_000_000, **more)


def noise(count: int, dtype: Any = np.float32) -> Any:
    return (RNG.normal(size=count) * 1000).astype(dtype)


def furnish(database: str) -> None:
    """Enter two customers with positions of the same names."""
    opened = Catalog.open(database)
    for name in ("acme", "bolt"):
        opened.write(name, lambda work, name=name: _furnish(work, name))
    opened.close()


def _furnish(work: Work, name: str) -> None:
    organisations.add(work, Organisation(name, f"{name} 公司", created_us=1))
    sites.add(work, Site(name, "plant", "Plant"))
    machines.add(work, Machine(name, "fan", "plant", "Fan", "fan", created_us=1))
    positions.add(work, *(Position(name, each, each, created_us=1, machine="fan") for each in ("drive", "free")))
