"""Recordings with a known answer: simulated damage, noise that a comb modulates, and the labelled records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.bearings.catalogue import find
from loadzone.bearings.geometry import Geometry
from loadzone.formats.labels import Label, read_labelled, read_labels
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording as simulate
from loadzone.simulate.transfer import Resonance
from loadzone.words.sourced import Sourced

FS_HZ = 12_000.0
SPEED_RPM = 1500.0
PATH = (Resonance(2600.0, 20.0), Resonance(4300.0, 30.0))

Make = Callable[..., Recording]


@dataclass(frozen=True, eq=False)
class Labelled:
    """A labelled channel, its recording, the bearing that its label names, and what was found."""

    label: Label
    recording: Recording
    geometry: Geometry
    found: Diagnosis

    @property
    def confirmed(self) -> list[str]:
        return [fault.fault for fault in self.found.faults if fault.verdict == "confirmed"]


@pytest.fixture(scope="session")
def geometry() -> Geometry:
    """6205 as of the CWRU rig: BPFO 3.5848, BPFI 5.4152, 2 x BSF 4.7135, FTF 0.3983."""
    return Geometry(9, 7.94, 39.04)


@pytest.fixture(scope="session")
def made(geometry: Geometry) -> Make:
    """Simulate ``made(fault, seed, snr_db)`` in coloured noise through two fixed modes; each record is made once."""

    @cache
    def make(fault: str, seed: int, snr_db: float | None = -3.0, seconds: float = 6.0, **more: Any) -> Recording:
        return simulate(
            geometry,
            fault,  # type: ignore[arg-type]  # tests name kinds that exist
            **{"speed_rpm": SPEED_RPM, "fs_hz": FS_HZ, "resonances": PATH, **more},
            duration_s=seconds,
            rng=np.random.default_rng(seed),
            snr_db=snr_db if fault != "none" else None,
        ).recording

    return make


@pytest.fixture(scope="session")
def combed() -> Make:
    """White noise whose power swings at four multiples of an order: the truth about depth and order is exact.

    ``combed(order, depth)``: ``depth`` in nepers is the amplitude of the one cosine that would carry the energy of all
    four. The shaft itself leaves no line.
    """

    def make(order: float, depth: float, seconds: float = 6.0, seed: int = 4, hz: float = 25.0) -> Recording:
        turns = hz * np.arange(round(seconds * FS_HZ)) / FS_HZ
        swing = np.sum([np.cos(2 * np.pi * h * order * turns + h) for h in range(1, 5)], axis=0) * depth / 2
        noise = np.random.default_rng(seed).standard_normal(len(turns))
        return recorded(noise * np.exp(swing / 2), speed_rpm=60 * hz)

    return make


@pytest.fixture(scope="session")
def record() -> Make:
    """A recording of given samples: ``record(samples, fs_hz, speed_rpm)``; None stands for what nobody said."""
    return recorded


def recorded(
    samples: Sequence[float] | np.ndarray,
    fs_hz: float | None = FS_HZ,
    speed_rpm: float | None = SPEED_RPM,
    **more: Any,
) -> Recording:
    return Recording(
        np.asarray(samples, dtype=more.pop("dtype", np.float32)),
        "housing",
        fs_hz=None if fs_hz is None else Sourced(fs_hz, "user", "--fs"),
        speed_rpm=None if speed_rpm is None else Sourced(speed_rpm, "user", "--speed"),
        **more,
    )


@pytest.fixture(scope="session")
def labelled(real_data: Path) -> Mapping[tuple[str, str], Labelled]:
    """Every labelled channel with its diagnosis, by file name and variable."""
    return {
        (label.path.name, label.variable or ""): _answered(label) for label in read_labels(real_data / "labels.csv")
    }


@pytest.fixture(scope="session")
def by_file(labelled: Mapping[tuple[str, str], Labelled]) -> Callable[[str], Labelled]:
    """The first labelled channel of a file."""
    return lambda name: next(case for (file, _), case in labelled.items() if file == name)


def _answered(label: Label) -> Labelled:
    recording = read_labelled(label)
    geometry = find(label.bearing or "").geometry
    return Labelled(label, recording, geometry, diagnose(recording, geometry, bearing=label.bearing or ""))
