"""How named arrays, headers and tables of recorders are understood."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import soundfile as sf
from nptdms import ChannelObject, TdmsWriter

from loadzone.formats import read
from loadzone.formats.format import as_samples

SIGNAL = np.sin(np.arange(600))


def test_two_runs_in_one_bearing_data_center_file_are_channels_of_their_own_speed(tmp_path: Path) -> None:
    names = ("X098_DE_time", "X098_FE_time", "X099_DE_time", "X099_FE_time")  # 99.mat, trap 4
    variables = {name: SIGNAL[:, None] + place for place, name in enumerate(names)}
    scipy.io.savemat(tmp_path / "99.mat", {**variables, "X099RPM": 1750})
    recordings = read(tmp_path / "99.mat")
    assert [each.channel for each in recordings] == ["DE X098", "FE X098", "DE X099", "FE X099"]
    assert [each.speed_rpm and each.speed_rpm.value for each in recordings] == [None, None, 1750.0, 1750.0]
    assert [each.channel for each in read(tmp_path / "99.mat", channel="DE")] == ["DE X098", "DE X099"]
    assert [each.index for each in read(tmp_path / "99.mat", channel="X099_FE_time")] == [3]


def test_a_rate_beside_an_array_wins_over_the_one_above(tmp_path: Path) -> None:
    near = {"x": SIGNAL, "fs": 51200.0, "unit": "m/s^2"}
    scipy.io.savemat(tmp_path / "x.mat", {"near": near, "far": SIGNAL, "Fs": 1000.0, "rpm": 1480.0})
    by_name = {each.channel: each for each in read(tmp_path / "x.mat")}
    rates = {name: each.fs_hz and (each.fs_hz.value, each.fs_hz.detail) for name, each in by_name.items()}
    assert rates == {"x": (51200.0, "near.fs"), "far": (1000.0, "Fs")}
    assert by_name["x"].unit is not None
    assert by_name["x"].unit.value == "ms2"


def test_the_mfpt_struct_is_understood_in_matlab_7_3_too(tmp_path: Path) -> None:
    path = tmp_path / "x.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, value in (("gs", SIGNAL[None]), ("sr", [[48828.0]]), ("rate", [[25.0]]), ("load", [[50.0]])):
            file.create_dataset(f"bearing/{name}", data=value)
    content = bytearray(path.read_bytes())
    content[:128] = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
    path.write_bytes(content)
    (recording,) = read(path, channel="bearing.gs")
    assert recording.fs_hz is not None
    assert recording.speed_rpm is not None
    assert (recording.fs_hz.value, recording.speed_rpm.value) == (48828.0, 1500.0)


def test_a_matrix_holds_channels_along_its_shorter_side_either_way(tmp_path: Path) -> None:
    matrix = np.stack([SIGNAL, 2 * SIGNAL, 3 * SIGNAL]).astype(np.float32)
    for name, stored in (("rows", matrix), ("columns", matrix.T), ("fortran", np.asfortranarray(matrix.T))):
        np.save(tmp_path / f"{name}.npy", stored)
        recordings = read(tmp_path / f"{name}.npy")
        assert len(recordings) == 3
        assert all(np.array_equal(each.samples, row) for each, row in zip(recordings, matrix, strict=True))
    assert np.array_equal(read(tmp_path / "rows.npy", channel="column 2")[0].samples, matrix[1])


def test_a_time_array_beside_others_gives_the_rate(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", t=np.arange(600) / 12800, DE=SIGNAL)
    (recording,) = read(tmp_path / "x.npz")
    assert recording.fs_hz is not None
    assert (recording.channel, recording.fs_hz.value, recording.fs_hz.detail) == ("DE", 12800.0, "t")


def test_integer_audio_is_a_fraction_of_full_scale_and_says_so(tmp_path: Path) -> None:
    for subtype, kind in (("PCM_16", np.float32), ("PCM_24", np.float32), ("PCM_32", np.float64)):
        sf.write(tmp_path / "x.wav", np.stack([SIGNAL / 2, SIGNAL / 4]).T, 44100, subtype=subtype)
        first, second = read(tmp_path / "x.wav")
        assert (first.channel, second.channel, first.unit) == ("ch1", "ch2", None)
        assert first.samples.dtype == kind
        assert any("full scale" in str(note) for note in first.notes)
        assert np.allclose(first.samples, SIGNAL / 2, atol=2.0**-15)


def test_a_labview_channel_brings_step_unit_and_start(tmp_path: Path) -> None:
    properties = {
        "wf_increment": 1 / 51200,
        "unit_string": "g",
        "wf_start_time": np.datetime64("2024-02-29T12:00:00"),
    }
    with TdmsWriter(str(tmp_path / "x.tdms")) as writer:
        channels = [ChannelObject(group, "acc", SIGNAL, properties) for group in ("left", "right")]
        writer.write_segment([*channels, ChannelObject("left", "note", ["a", "b"])])
    recordings = read(tmp_path / "x.tdms")
    assert [each.channel for each in recordings] == ["left/acc", "right/acc"]
    assert recordings[0].fs_hz is not None
    assert recordings[0].unit is not None
    assert (recordings[0].fs_hz.value, recordings[0].unit.value) == (51200.0, "g")
    assert recordings[0].started_at is not None
    assert recordings[0].started_at.startswith("2024-02-29T12:00:00")


def test_a_universal_file_of_another_program_is_read_from_its_text(tmp_path: Path) -> None:
    import pyuff

    functions = {
        "type": 58, "func_type": 1, "rsp_node": 7, "rsp_dir": 3, "ref_node": 0, "ref_dir": 0,
        "abscissa_spacing": 1, "abscissa_spec_data_type": 17, "ordinate_spec_data_type": 12,
        "orddenom_spec_data_type": 0, "z_axis_spec_data_type": 0, "ordinate_axis_units_lab": "m/s^2",
        "x": np.arange(600) / 12000, "data": SIGNAL,
    }  # fmt: skip
    spectrum = {**functions, "func_type": 9, "abscissa_spec_data_type": 18}
    pyuff.UFF(str(tmp_path / "x.unv")).write_sets([spectrum, functions], mode="overwrite")
    (recording,) = read(tmp_path / "x.unv")
    assert recording.fs_hz is not None
    assert recording.unit is not None
    assert (recording.channel, recording.fs_hz.value, recording.unit.value) == ("7:3", 12000.0, "ms2")
    assert np.allclose(recording.samples, SIGNAL, atol=1e-10)


@pytest.mark.parametrize(
    ("stored", "kept"),
    [("i2", "f4"), ("u1", "f4"), ("f2", "f4"), ("f4", "f4"), (">f4", "f4"), ("f8", "f8"), (">f8", "f8"), ("i8", "f4")],
)
def test_samples_become_native_floats_without_changing(stored: str, kept: str) -> None:
    values = np.array([0, 1, 7, 100]).astype(stored)
    assert as_samples(values).dtype == np.dtype(kept)
    assert as_samples(values).tolist() == [0, 1, 7, 100]


def test_integers_beyond_24_bits_become_float64() -> None:
    assert as_samples(np.array([2**24 + 1, 0], np.int32)).tolist() == [2**24 + 1, 0]


@pytest.mark.parametrize("name", ["t.npy", "snapshot.npy", "run.1.npy", "时间.npy"])
def test_the_name_of_an_array_file_never_hides_its_samples(tmp_path: Path, name: str) -> None:
    np.save(tmp_path / name, np.arange(100) / 7)
    assert [len(each.samples) for each in read(tmp_path / name)] == [100]
