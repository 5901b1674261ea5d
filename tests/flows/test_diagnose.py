"""The journey from files to answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.flows.diagnose import Answer, DiagnoseOptions, diagnose_files
from loadzone.formats.reading import write
from loadzone.monitor import diagnose as door
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.words.errors import BadInput, UnknownBearing
from loadzone.words.sourced import Sourced

BEARING = "6205-2RS JEM"
HEAD = "path,variable,channel,fs_hz,speed_rpm,speed_source,bearing,fault\n"


def diagnosed(paths: list[Path], jobs: int = 1, labels: Path | None = None, **options: Any) -> list[Answer]:
    _, found = diagnose_files([str(path) for path in paths], DiagnoseOptions(**options), labels=labels, jobs=jobs)
    return [answer for answers in found for answer in answers]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What reaches the diagnosis, which answers «healthy» to everything."""
    calls: list[dict[str, Any]] = []

    def diagnose(recording: Recording, geometry: object, **more: Any) -> Diagnosis:
        calls.append({"recording": recording, "geometry": geometry, **more})
        return Diagnosis(record=recording.path, channel=recording.channel, verdict="healthy")

    monkeypatch.setattr(door, "diagnose", diagnose)
    return calls


def test_an_outer_ring_fault_is_confirmed_and_a_sound_bearing_is_not(fleet: Path) -> None:
    damaged, sound = diagnosed([fleet], bearing=BEARING)
    assert (damaged.diagnosis.verdict, damaged.diagnosis.fault) == ("confirmed", "outer")
    assert sound.diagnosis.verdict == "healthy"


def test_processes_give_the_same_answers_in_the_same_order(fleet: Path) -> None:
    paths = [fleet / "sound.npz", fleet / "absent.wav", fleet / "damaged.wav"]
    here = diagnosed(paths, bearing=BEARING)
    there = diagnosed(paths, jobs=2, bearing=BEARING)
    assert [each.diagnosis.to_dict() for each in there] == [each.diagnosis.to_dict() for each in here]


def test_a_file_that_cannot_be_read_is_answered_for_and_stops_no_other(fleet: Path) -> None:
    absent, damaged = diagnosed([fleet / "absent.wav", fleet / "damaged.wav"], bearing=BEARING)
    assert absent.error is not None
    assert absent.diagnosis.verdict == "undetermined"
    assert [problem.code for problem in absent.diagnosis.problems] == ["unreadable_file"]
    assert damaged.error is None


def test_a_fault_of_ours_over_one_file_stops_no_other(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sincere = door.diagnose

    def stumble(recording: Recording, *given: Any, **more: Any) -> Diagnosis:
        if recording.path.endswith("sound.npz"):
            raise ZeroDivisionError
        return sincere(recording, *given, **more)

    monkeypatch.setattr(door, "diagnose", stumble)
    damaged, sound = diagnosed([fleet], bearing=BEARING)
    assert damaged.error is None
    assert sound.error is not None
    assert sound.error.exit_code == 3
    assert "ZeroDivisionError" in str(sound.error)


def test_the_column_fault_of_a_table_changes_no_answer(fleet: Path, tmp_path: Path) -> None:
    answers = []
    for fault in ("inner", "healthy", ""):
        table = tmp_path / f"labels-{fault}.csv"
        lines = [f"{fleet / 'damaged.wav'},,,,1500,display,{BEARING},{fault}"]
        table.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
        answers.append([each.diagnosis.to_dict() for each in diagnosed([], labels=table)])
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0]["fault"] == "outer"


def test_a_table_brings_rate_speed_and_bearing_and_the_call_wins_over_it(
    tmp_path: Path, asked: list[dict[str, Any]]
) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(1).standard_normal(4000))
    table = tmp_path / "labels.csv"
    table.write_text(f"{HEAD}a.npy,,,12000,1500,nominal,6205,\n", encoding="utf-8")
    diagnosed([tmp_path / "a.npy"], labels=table)
    diagnosed([tmp_path / "a.npy"], labels=table, speed_rpm=1470.0, bearing="6203")
    first, second = asked
    assert first["recording"].fs_hz == Sourced(12000.0, "label", "fs_hz")
    assert first["recording"].speed_rpm == Sourced(1500.0, "label", "nominal")
    assert first["bearing"] == "6205"
    assert second["recording"].speed_rpm == Sourced(1470.0, "user")
    assert second["bearing"] == "6203"


def test_the_other_bearings_of_the_catalogue_are_held_against_the_stated_one(
    fleet: Path, asked: list[dict[str, Any]]
) -> None:
    diagnosed([fleet / "sound.npz"], bearing=BEARING)
    (call,) = asked
    assert "NICE (MFPT rig)" in dict(call["neighbours"])
    assert call["geometry"] not in dict(call["neighbours"]).values()


def test_a_tacho_channel_gives_the_pulses_and_is_no_channel_to_diagnose(
    tmp_path: Path, asked: list[dict[str, Any]]
) -> None:
    times_s = np.arange(36000) / 12000
    pulses = (times_s * 25 % 1 < 0.1).astype(np.float32)
    noise = np.random.default_rng(3).standard_normal(36000).astype(np.float32)
    fs_hz = Sourced(12000.0, "file")
    write(tmp_path / "two.npz", [Recording(noise, "DE", fs_hz=fs_hz), Recording(pulses, "key", fs_hz=fs_hz)])
    (answer,) = diagnosed([tmp_path / "two.npz"], bearing=BEARING, tacho="key")
    assert answer.diagnosis.channel == "DE"
    assert np.diff(asked[0]["recording"].tacho_times_s) == pytest.approx(1 / 25, abs=1e-4)


def test_a_profile_replaces_the_speed_of_the_file(fleet: Path, asked: list[dict[str, Any]]) -> None:
    profile = SpeedProfile(np.array([0.0, 6.0]), np.array([1400.0, 1600.0]))
    diagnosed([fleet / "sound.npz"], bearing=BEARING, profile=profile)
    assert asked[0]["recording"].profile is profile


def test_one_sensor_recorded_twice_is_no_second_opinion(tmp_path: Path, asked: list[dict[str, Any]]) -> None:
    del asked
    noise = np.random.default_rng(4).standard_normal(4000).astype(np.float32)
    other = np.random.default_rng(5).standard_normal(4000).astype(np.float32)
    fs_hz = Sourced(12000.0, "file")
    channels = {"a": noise, "b": other, "c": 2 * noise}
    write(tmp_path / "x.npz", [Recording(each, name, fs_hz=fs_hz) for name, each in channels.items()])
    found = diagnosed([tmp_path / "x.npz"], bearing=BEARING)
    assert [[problem.code for problem in each.diagnosis.problems] for each in found] == [
        ["duplicated"],
        [],
        ["duplicated"],
    ]


def test_reports_are_made_where_the_samples_are(fleet: Path) -> None:
    options = DiagnoseOptions(bearing=BEARING)
    paths = [str(fleet / "damaged.wav"), str(fleet / "absent.wav")]
    _, found = diagnose_files(paths, options, languages=("en", "zh"), generated_on="2026-11-24", jobs=1)
    for answers in found:
        for answer in answers:
            assert [lang for lang, _ in answer.reports] == ["en", "zh"]
            assert all(page.startswith("<!doctype html>") for _, page in answer.reports)


def test_a_call_that_cannot_be_meant_is_refused_before_a_file_is_opened(tmp_path: Path) -> None:
    for options in (
        {"speed_rpm": 0.0},
        {"speed_rpm": -1500.0},
        {"speed_rpm": float("nan")},
        {"speed_rpm": 1500.0, "tacho": "key"},
        {"false_alarm_rate": 0.0},
        {"false_alarm_rate": 0.5},
    ):
        with pytest.raises(BadInput):
            DiagnoseOptions(**options)  # type: ignore[arg-type]  # what a careless caller passes
    with pytest.raises(UnknownBearing, match="6205"):
        diagnosed([tmp_path / "absent.wav"], bearing="62xyz05")
