"""The made-up diagnoses as a fixture: tests are no package, so their helper is loaded by path."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording

_SPEC = importlib.util.spec_from_file_location("report_samples", Path(__file__).with_name("samples.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_SAMPLES = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SAMPLES)


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
