"""The population that healthy and damaged recordings are drawn from: bearings, machines, their imperfections."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from loadzone.bearings.geometry import Geometry
from loadzone.simulate.contacts import Form
from loadzone.simulate.machine import Floats, Gear, draw_gear
from loadzone.simulate.transfer import Resonance
from loadzone.words.tables import read_table

SAMPLING_RATES_HZ = (12000.0, 12800.0, 20000.0, 25600.0, 48000.0, 50000.0)
HIGHEST_WAVINESS = 60
HIGHEST_SHARE = 0.46
PER_MODE = ("resonance_hz", "resonance_q")
PART_PROBABILITY = 0.3
"""Chance that a machine has a gear stage, and that mains hum is heard: assumed."""


@dataclass(frozen=True)
class Level:
    """Range of one quantity: ``scale`` log or linear (uniform between ``low`` and ``high``) or choice."""

    low: float
    high: float
    scale: str
    unit: str
    source: str


@dataclass(frozen=True, eq=False)
class Case:
    """One machine with one mounted bearing: everything about it but the chance inside its noise.

    ``levels`` holds the drawn value of each key of data/healthy_levels.csv. ``path`` leads from the bearing to the
    sensor, ``foreign_path`` from the rest of the machine. ``sensor_rad`` is the sensor's angle from the load.
    """

    designation: str
    geometry: Geometry
    is_roller: bool
    levels: Mapping[str, float]
    form: Form
    load_n: float
    path: tuple[Resonance, ...]
    foreign_path: tuple[Resonance, ...]
    sensor_rad: float
    gear: Gear | None
    mains_hz: float | None

    @property
    def unbalance_n(self) -> float:
        """Rotating load, N."""
        return self.load_n * self.levels["unbalance_ratio"]


def draw_case(rng: np.random.Generator) -> Case:
    """One machine of the population."""
    rows = _bearings()
    designation, geometry, is_roller, rating_n = rows[int(rng.integers(len(rows)))]
    levels = {key: _draw(level, rng) for key, level in healthy_levels().items() if key not in PER_MODE}
    levels["fs_hz"] = float(rng.choice(SAMPLING_RATES_HZ))
    levels["duration_s"] = round(levels["duration_s"], 1)
    return Case(
        designation=designation,
        geometry=geometry,
        is_roller=is_roller,
        levels=levels,
        form=_draw_form(levels, geometry.n_elements, rng),
        load_n=rating_n / levels["load_ratio"],
        path=_draw_path(levels["fs_hz"], rng),
        foreign_path=_draw_path(levels["fs_hz"], rng),
        sensor_rad=float(rng.uniform(-np.pi / 2, np.pi / 2)),
        gear=draw_gear(rng) if rng.random() < PART_PROBABILITY else None,
        mains_hz=float(rng.choice([50.0, 60.0])) if rng.random() < PART_PROBABILITY else None,
    )


@cache
def healthy_levels() -> Mapping[str, Level]:
    """Ranges of everything that varies between sound bearings, each with its source, by key."""
    rows = read_table("loadzone.simulate", "healthy_levels.csv", ("key", "low", "high", "scale", "unit"))
    return {
        row["key"]: Level(float(row["low"]), float(row["high"]), row["scale"], row["unit"], row["source"])
        for row in rows
    }


@cache
def _bearings() -> tuple[tuple[str, Geometry, bool, float], ...]:
    rows = read_table("loadzone.simulate", "population.csv", ("designation", "dynamic_load_rating_n"))
    return tuple(
        (
            row["designation"],
            Geometry(
                int(row["n_elements"]),
                float(row["element_diameter_mm"]),
                float(row["pitch_diameter_mm"]),
                float(row["contact_angle_deg"]),
                source=row["source"],
            ),
            row["is_roller"] == "1",
            float(row["dynamic_load_rating_n"]),
        )
        for row in rows
    )


def _draw(level: Level, rng: np.random.Generator) -> float:
    if level.scale == "log":
        return float(np.exp(rng.uniform(np.log(level.low), np.log(level.high))))
    return float(rng.uniform(level.low, level.high))


def _draw_path(fs_hz: float, rng: np.random.Generator, count: int = 3) -> tuple[Resonance, ...]:
    """Modes of a housing, gains within a factor of 3."""
    ranges = healthy_levels()
    highest = replace(ranges["resonance_hz"], high=min(ranges["resonance_hz"].high, HIGHEST_SHARE * fs_hz))
    gain = Level(3**-0.5, 3**0.5, "log", "1", "assumed")
    return tuple(
        Resonance(_draw(highest, rng), _draw(ranges["resonance_q"], rng), _draw(gain, rng)) for _ in range(count)
    )


def _draw_form(levels: Mapping[str, float], n_elements: int, rng: np.random.Generator) -> Form:
    inner = _waviness(levels["inner_roundness_um"], levels["waviness_decay"], rng)
    outer = _waviness(levels["outer_roundness_um"], levels["waviness_decay"], rng)
    inner[1] = _phasor(levels["runout_um"], rng)
    inner[2] += _phasor(levels["mounting_oval_inner_um"], rng)
    outer[2] += _phasor(levels["mounting_oval_outer_um"], rng)
    (inner if rng.random() < 1 / 2 else outer)[3] += _phasor(levels["mounting_trilobe_um"], rng)
    elements = rng.normal(0.0, levels["element_difference_um"], n_elements)
    return Form(inner, outer, elements, levels["clearance_um"])


def _waviness(
    two_lobe_um: float, decay: float, rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.complex128]]:
    """Fourier coefficients 0..60 of a ground and honed raceway: Rayleigh amplitudes round a power law, any phase."""
    orders: Floats = np.arange(2, HIGHEST_WAVINESS + 1, dtype=np.float64)
    mean_um = two_lobe_um * (orders / 2) ** -decay
    coefficients = np.zeros(HIGHEST_WAVINESS + 1, dtype=np.complex128)
    noise = rng.standard_normal(len(orders)) + 1j * rng.standard_normal(len(orders))
    coefficients[2:] = mean_um * noise / np.sqrt(2)
    return coefficients


def _phasor(amplitude: float, rng: np.random.Generator) -> complex:
    return complex(amplitude * np.exp(2j * np.pi * rng.random()))
