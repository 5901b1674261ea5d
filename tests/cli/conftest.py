"""One damaged bearing in a file, and the command line run in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from loadzone.bearings.catalogue import find
from loadzone.cli.main import main
from loadzone.formats.reading import write
from loadzone.simulate.faults import recording


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def sentences(self) -> list[str]:
        return self.err.splitlines()


Command = Callable[..., Said]


@pytest.fixture
def loadzone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """``loadzone(*words)`` runs a command line as an English reader would."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


@pytest.fixture(scope="session")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of a 6205 with an outer-ring fault."""
    made, _ = recording(
        find("6205-2RS JEM").geometry,
        "outer",
        speed_rpm=1500.0,
        fs_hz=12000.0,
        duration_s=6.0,
        rng=np.random.default_rng(3),
        snr_db=-6.0,
    )
    return write(tmp_path_factory.mktemp("cli") / "damaged.wav", [made])
