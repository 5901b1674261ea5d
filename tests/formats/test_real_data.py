"""Facts about published recordings, each one a trap that a reader fell into (README of the data, trap numbers)."""

from pathlib import Path

import numpy as np
import pytest

from loadzone.formats import read
from loadzone.formats.labels import read_labelled, read_labels
from loadzone.words.errors import NoSuchChannel


def test_every_labelled_channel_can_be_read_with_rate_and_speed(real_data: Path) -> None:
    labels = read_labels(real_data / "labels.csv")
    recordings = [read_labelled(label) for label in labels]
    assert len(recordings) == 61
    assert all(each.fs_hz and each.fs_hz.kind == "label" and each.speed_rpm for each in recordings)
    assert {each.samples.ndim for each in recordings} == {1}
    named = [(label.channel, each.channel) for label, each in zip(labels, recordings, strict=True) if label.channel]
    assert all(asked == found for asked, found in named)


@pytest.mark.parametrize(("file", "variable"), [("174.mat", "X173_DE_time"), ("3008.mat", "X051_DE_time")])
def test_trap_1_the_variable_is_not_derived_from_the_file_name(real_data: Path, file: str, variable: str) -> None:
    by_place = read(real_data / "cwru" / file, channel="DE")
    by_name = read(real_data / "cwru" / file, channel=variable)
    assert len(by_place) == 1
    assert np.array_equal(by_place[0].samples, by_name[0].samples)


def test_trap_2_no_rpm_variable_means_no_speed_and_48_khz_files_have_no_ba(real_data: Path) -> None:
    (alone,) = read(real_data / "cwru" / "3008.mat")
    assert (alone.channel, alone.speed_rpm) == ("DE", None)
    assert [each.channel for each in read(real_data / "cwru" / "97.mat")] == ["DE", "FE"]


def test_trap_3_the_stray_array_of_278_is_no_channel(real_data: Path) -> None:
    recordings = read(real_data / "cwru" / "278.mat")
    assert [each.channel for each in recordings] == ["DE", "FE", "BA"]
    assert any("i was left out" in str(note) for note in recordings[0].notes)
    with pytest.raises(NoSuchChannel, match="DE, FE, BA"):
        read(real_data / "cwru" / "278.mat", channel="i")


def test_trap_5_the_rate_of_a_bearing_data_center_file_is_unknown_until_someone_says_it(real_data: Path) -> None:
    assert {each.fs_hz for each in read(real_data / "cwru" / "97.mat")} == {None}
    (given,) = read(real_data / "cwru" / "97.mat", channel="FE", fs_hz=48000)
    assert given.fs_hz is not None
    assert (given.fs_hz.value, given.fs_hz.kind) == (48000.0, "user")


def test_trap_7_the_rate_field_of_the_mfpt_struct_is_the_shaft_in_hz(real_data: Path) -> None:
    (recording,) = read(real_data / "mfpt" / "InnerRaceFault_vload_1.mat", channel="bearing.gs")
    assert recording.fs_hz is not None
    assert recording.speed_rpm is not None
    assert recording.unit is not None
    assert (recording.fs_hz.value, recording.fs_hz.detail) == (48828.0, "bearing.sr")
    assert (recording.speed_rpm.value, recording.unit.value) == (1500.0, "g")
    assert len(recording.samples) == 146484
    assert recording.samples[0] == pytest.approx(-0.1762558, abs=5e-8)  # README, first value by SciPy


def test_trap_8_fault_frequencies_stored_beside_the_signal_are_no_channels(real_data: Path) -> None:
    assert [each.channel for each in read(real_data / "mfpt" / "OuterRaceFault_vload_1.mat")] == ["gs"]


@pytest.mark.parametrize("file", ["158.mat", "279.mat"])
def test_traps_10_and_11_the_label_s_speed_wins_over_the_file_s_and_a_note_says_so(real_data: Path, file: str) -> None:
    label = next(each for each in read_labels(real_data / "labels.csv") if each.path.name == file)
    recording = read_labelled(label)
    assert recording.speed_rpm is not None
    assert (recording.speed_rpm.value, recording.speed_rpm.kind) == (label.speed_rpm, "label")
    assert any("the file says 17" in str(note) for note in recording.notes)


def test_trap_16_a_stopped_machine_is_read_like_any_other(real_data: Path) -> None:
    recordings = read(real_data / "ims_trend" / "raw" / "2004.02.19.06.22.39")
    assert len(recordings) == 4
    assert max(float(each.samples.std()) for each in recordings) < 0.002


def test_trap_18_the_name_of_an_ims_file_is_its_time_and_the_rate_is_unknown(real_data: Path) -> None:
    recordings = read(real_data / "ims_trend" / "raw" / "2003.10.22.12.06.24")
    assert [each.channel for each in recordings] == [f"ch{number}" for number in range(1, 9)]
    assert {each.started_at for each in recordings} == {"2003-10-22T12:06:24"}
    assert {each.fs_hz for each in recordings} == {None}
    assert recordings[0].samples[:2].tolist() == pytest.approx([-0.022, -0.105], abs=1e-7)


def test_the_first_ims_file_of_run_2_has_the_published_rms(real_data: Path) -> None:
    (first,) = read(real_data / "ims_trend" / "raw" / "2004.02.12.10.32.39", channel="column 1")
    assert float(np.sqrt(np.mean(np.square(first.samples, dtype=np.float64)))) == pytest.approx(0.0742, abs=5e-5)


@pytest.mark.parametrize(
    "file",
    [
        "Bearing1_1_acc_00001.csv",
        "Bearing1_1_acc_02121.csv",
        "Bearing1_4_acc_00001.csv",
        "Bearing1_4_acc_00001_semicolon.csv",
        "Bearing3_2_acc_00001.csv",
    ],
)
def test_traps_20_to_22_acceleration_snapshots_in_all_spellings_run_at_25600_hz(real_data: Path, file: str) -> None:
    recordings = read(real_data / "femto" / "csv" / file)
    assert [each.channel for each in recordings] == ["horizontal", "vertical"]
    for each in recordings:
        assert each.fs_hz is not None
        assert (each.fs_hz.value, each.fs_hz.kind) == (25600.0, "estimated")
        assert len(each.samples) == 2560
        assert each.started_at is None
        assert any("order by number" in str(note) for note in each.notes)


def test_trap_20_comma_and_semicolon_copies_of_a_snapshot_are_equal(real_data: Path) -> None:
    folder = real_data / "femto" / "csv"
    comma, semicolon = read(folder / "Bearing1_4_acc_00001.csv"), read(folder / "Bearing1_4_acc_00001_semicolon.csv")
    assert all(np.array_equal(one.samples, two.samples) for one, two in zip(comma, semicolon, strict=True))


@pytest.mark.parametrize(
    ("file", "rows"),
    [("Bearing1_1_temp_00001.csv", 600), ("Bearing2_1_temp_00001.csv", 600), ("Bearing2_1_temp_00151.csv", 37)],
)
def test_trap_23_temperature_files_in_both_spellings_and_short(real_data: Path, file: str, rows: int) -> None:
    (recording,) = read(real_data / "femto" / "csv" / file)
    assert recording.unit is not None
    assert recording.fs_hz is not None
    assert (recording.channel, recording.unit.value, recording.fs_hz.value) == ("temperature", "degc", 10.0)
    assert len(recording.samples) == rows


def test_trap_25_snapshots_are_scaled_integers_in_the_order_of_their_numbers(real_data: Path) -> None:
    recordings = read(real_data / "femto" / "snapshots" / "Bearing1_1.npz", channel="horizontal")
    numbers = [int(each.channel.split()[-1]) for each in recordings]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 2803
    (text_copy,) = read(real_data / "femto" / "csv" / "Bearing1_1_acc_00001.csv", channel="horizontal")
    assert np.allclose(recordings[0].samples, text_copy.samples, rtol=0, atol=1e-6)
    peak = max(float(np.abs(each.samples).max()) for each in recordings)
    assert 40 < peak < 50  # the sensor ends at 50 g, and int16 thousandths at 32.8 g
    assert recordings[0].fs_hz is not None
    assert recordings[0].fs_hz.value == 25600.0


def test_a_trend_is_read_but_its_uneven_times_give_no_rate(real_data: Path) -> None:
    recordings = read(real_data / "ims_trend" / "test1_features.parquet")
    assert len(recordings) == 96
    assert {each.fs_hz for each in recordings} == {None}
    assert any("not evenly spaced" in str(note) for note in recordings[0].notes)


@pytest.mark.parametrize("file", ["labels.csv", "README.md", "quality_cases.json", "spc/aiag_grr.csv"])
def test_tables_of_words_are_no_recordings(real_data: Path, file: str) -> None:
    from loadzone.words.errors import UnknownFormat

    with pytest.raises(UnknownFormat, match="no reader recognises"):
        read(real_data / file)
