"""Small recordings in files: one damaged bearing, one sound one, and what stands beside them."""

from pathlib import Path

import numpy as np
import pytest

from loadzone.bearings.catalogue import find
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording

SPEED_RPM = 1500.0
BEARING = "6205-2RS JEM"


def made(fault: str, seed: int, channel: str = "housing", snr_db: float | None = -6.0) -> Recording:
    found, _ = recording(
        find(BEARING).geometry,
        fault,  # type: ignore[arg-type]  # tests name kinds that exist
        speed_rpm=SPEED_RPM,
        fs_hz=12000.0,
        duration_s=6.0,
        rng=np.random.default_rng(seed),
        snr_db=snr_db if fault != "none" else None,
    )
    return found.but(channel=channel)


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``damaged.wav``, ``sound.npz`` and notes that are no recording."""
    folder = tmp_path_factory.mktemp("fleet")
    write(folder / "damaged.wav", [made("outer", 3)])
    write(folder / "sound.npz", [made("none", 2)])
    (folder / "notes.md").write_text("# measured on a Tuesday\n", encoding="utf-8")
    return folder
