"""The made-up diagnoses as a fixture, the reader of pages as a module: tests are no package, so both load by path."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording


def _load(name: str, file: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(file))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_SAMPLES = _load("report_samples", "samples.py")
if "page_words" not in sys.modules:
    _load("page_words", "page_words.py")


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """Functions that make one diagnosis of each verdict."""
    return _SAMPLES


@pytest.fixture(scope="session", params=sorted(_SAMPLES.ALL))
def case(request: pytest.FixtureRequest) -> tuple[Diagnosis, Recording | None]:
    """Every made-up diagnosis with its record, None for the file that could not be read."""
    diagnosis = _SAMPLES.ALL[request.param]()
    if request.param == "failed":
        return diagnosis, None
    recording = _SAMPLES.recording(diagnosis.faults[0].order if diagnosis.faults else 4.578)
    return diagnosis, recording
