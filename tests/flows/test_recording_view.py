"""A recording looked at again: the same finding from the same samples, another one as it is corrected, nothing kept."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import DRIVE, FREE, furnished

from loadzone.bearings.catalogue import find
from loadzone.connect.address import Address
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.ingest import ingest
from loadzone.flows.platform import Platform
from loadzone.flows.recording_curves import curves
from loadzone.flows.recording_view import Correction, Looked, entries, find_record, look_at, place_of
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording
from loadzone.words.errors import UnknownThing

SPEED_RPM = 1500.0
BEARING = "6205-2RS JEM"
SAID = DiagnoseOptions(bearing=BEARING)
SPAN = {"start_us": 0, "end_us": 4 * 10**15}


def made(seed: int) -> Recording:
    geometry = find(BEARING).geometry
    assert geometry is not None
    found, _ = recording(
        geometry,
        "outer",
        speed_rpm=SPEED_RPM,
        fs_hz=12_000.0,
        duration_s=6.0,
        rng=np.random.default_rng(seed),
        snr_db=-6.0,
    )
    return found


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    folder = tmp_path_factory.mktemp("view")
    made_platform = furnished(folder / "data")
    write(folder / "outer.wav", [made(3)])
    write(folder / "silent.wav", [made(4).but(speed_rpm=None)])
    list(ingest(made_platform, FREE, [str(folder / "outer.wav")], SAID))
    list(ingest(made_platform, DRIVE, [str(folder / "silent.wav")]))
    return made_platform


def looked(platform: Platform, at: Address, **said: str) -> Looked:
    newest = entries(platform, at.organisation, at.position)[0]
    record = find_record(platform, at.organisation, at.position, newest.id)
    return look_at(platform, record, place_of(platform, record), Correction(**said))


def results(platform: Platform) -> list[object]:
    return list(platform.lake.documents("results", FREE.organisation, FREE.position, **SPAN))


def test_the_same_samples_and_settings_give_the_stored_finding(platform: Platform) -> None:
    again = looked(platform, FREE)
    assert again.standing == "same"
    assert again.diagnosis.p_value == pytest.approx(again.stored["p_value"])
    assert again.diagnosis.record_hash == again.stored["record_hash"]


def test_a_recording_without_speed_is_judged_by_the_speed_of_its_position(platform: Platform) -> None:
    assert looked(platform, DRIVE).diagnosis.speed_rpm == pytest.approx(1797.0, rel=0.03)


def test_a_correction_moves_the_finding_and_leaves_no_trace(platform: Platform) -> None:
    before = results(platform)
    slower = looked(platform, FREE, speed=f"{SPEED_RPM * 0.8:g}")
    assert slower.diagnosis.speed_rpm == pytest.approx(SPEED_RPM * 0.8, rel=0.05)
    assert looked(platform, FREE, rate="0.05").diagnosis.false_alarm_rate == 0.05
    assert looked(platform, FREE, gears="23:0.4").options.gears[0].teeth == 23
    assert results(platform) == before


def test_a_correction_that_is_not_understood_is_refused_and_the_stored_finding_stands(platform: Platform) -> None:
    refused = looked(platform, FREE, bearing="no such bearing")
    assert refused.refusal is not None
    assert refused.standing == "same"


def test_curves_reach_from_nothing_to_the_last_order_and_to_half_the_rate(platform: Platform) -> None:
    found = looked(platform, FREE)
    drawn = curves(found)
    assert drawn.envelope is not None
    assert drawn.spectrum is not None
    assert drawn.coherence is not None
    shaft_hz = found.diagnosis.speed_rpm / 60.0  # type: ignore[operator]  # it is known
    assert (len(drawn.envelope.levels) - 1) * drawn.envelope.step_hz == pytest.approx(24.0 * shaft_hz, rel=0.01)
    assert (len(drawn.spectrum.levels) - 1) * drawn.spectrum.step_hz == pytest.approx(found.record.fs_hz / 2)
    assert drawn.coherence.carrier_end_hz == pytest.approx(found.record.fs_hz / 2, rel=0.01)
    assert drawn.coherence.shares[:, 0].tolist() == [255] * len(drawn.coherence.shares)


def test_what_is_not_at_the_position_is_unknown(platform: Platform) -> None:
    with pytest.raises(UnknownThing):
        find_record(platform, "acme", "free", "nothing")
    with pytest.raises(UnknownThing):
        find_record(platform, "acme", "nowhere", "nothing")
