"""One sample file of every format, made here by the library of its field or by our writer.

Makes ``rexs_cases`` importable too: tests are no package, so it is loaded by path, once.
"""

import importlib.util
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from loadzone.formats.registry import registry
from loadzone.testing.formats import WritingFormat, sample_recordings

if "rexs_cases" not in sys.modules:
    _SPEC = importlib.util.spec_from_file_location("rexs_cases", Path(__file__).with_name("rexs_cases.py"))
    assert _SPEC is not None
    assert _SPEC.loader is not None
    _CASES = importlib.util.module_from_spec(_SPEC)
    sys.modules["rexs_cases"] = _CASES
    _SPEC.loader.exec_module(_CASES)


def matlab73(path: Path, **variables: object) -> Path:
    """A file as MATLAB -v7.3 writes it: HDF5 behind a block of 512 bytes, columns stored transposed."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, value in variables.items():
            file.create_dataset(name.replace("__", "/"), data=value)
    content = bytearray(path.read_bytes())
    content[:128] = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM"
    path.write_bytes(content)
    return path


def sample_of(name: str, folder: Path) -> Path:
    """A file of the format called ``name``."""
    kind = registry().formats[name]
    path = folder / f"sample_{name}{kind.suffixes[0]}"
    signal = sample_recordings()[0].samples
    if isinstance(kind, WritingFormat):
        kind.write(path, sample_recordings())
    elif name == "npy":
        np.save(path, signal)
    elif name == "mat73":
        matlab73(path, DE=signal.reshape(1, -1), fs=[[12000.0]])
    else:
        pytest.fail(f"no sample of {name} is made here")
    return path


@pytest.fixture
def samples(tmp_path: Path) -> dict[str, Path]:
    """One file of each registered format by name."""
    folder = tmp_path / "samples"
    folder.mkdir()
    return {name: sample_of(name, folder) for name in registry().formats}
