"""Files that are not what they say: one sentence each, with a way out, before memory is taken."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io

from loadzone.formats import ReadOptions, read
from loadzone.formats.registry import registry
from loadzone.words.errors import BadInput, BadRecord, LoadzoneError, NoSuchChannel, UnknownFormat, UnreadableFile

TEN_GB = 10 * 10**9


def test_no_file_a_folder_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        read(tmp_path / "absent.mat")
    with pytest.raises(UnreadableFile, match="folder"):
        read(tmp_path)
    (tmp_path / "empty.wav").write_bytes(b"")
    with pytest.raises(UnreadableFile, match="empty"):
        read(tmp_path / "empty.wav")
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read("nul\x00byte.csv")


def test_words_in_a_binary_s_name_and_noise_are_unknown(tmp_path: Path) -> None:
    for name, content in (
        ("x.wav", b"dear customer,\n"),
        ("x.csv", bytes(range(256)) * 9),
        ("x.mat", b"\x80\x04K\x01."),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnknownFormat, match="parquet"):
            read(tmp_path / name)


def test_a_file_is_read_by_content_whatever_its_name_says(tmp_path: Path, samples: dict[str, Path]) -> None:
    for name, path in samples.items():
        disguised = tmp_path / f"{name}.bin"
        disguised.write_bytes(path.read_bytes())
        assert read(disguised)[0].samples.size == 512


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # readers of others leave a damaged file open
@pytest.mark.parametrize("fraction", [0.05, 0.3, 0.7, 0.95])
def test_a_torn_file_of_any_format_is_one_sentence(samples: dict[str, Path], fraction: float) -> None:
    for name, path in samples.items():
        whole = path.read_bytes()
        path.write_bytes(whole[: int(fraction * len(whole))])
        with pytest.raises(LoadzoneError) as caught:
            read(path)
        assert str(path) in str(caught.value), name
        assert "\n" not in str(caught.value), name


def test_a_value_that_is_given_must_be_possible(samples: dict[str, Path]) -> None:
    path = samples["csv"]
    for arguments in ({"fs_hz": 0.0}, {"fs_hz": float("nan")}, {"speed_rpm": -5.0}, {"unit": "furlong"}):
        with pytest.raises(BadInput):
            read(path, **arguments)  # type: ignore[arg-type]  # what a careless caller passes


def test_given_values_win_and_a_note_says_what_the_file_says(samples: dict[str, Path]) -> None:
    (one, _) = read(samples["wav"], fs_hz=51200, unit="ms2")
    assert one.fs_hz is not None
    assert one.unit is not None
    assert one.speed_rpm is not None
    assert (one.fs_hz.kind, one.unit.value, one.speed_rpm.kind) == ("user", "ms2", "file")
    assert [str(note) for note in one.notes] == [
        "rate 51200.0 Hz is used, the file says 25600.0 Hz",
        "unit ms2 is used, the file says g",
    ]


def test_a_channel_that_is_not_there_lists_those_that_are(samples: dict[str, Path]) -> None:
    for name in ("wav", "tdms", "hdf5", "parquet", "mat5"):
        with pytest.raises(NoSuchChannel, match="drive end, fan end"):
            read(samples[name], channel="north")


def npy_bytes(shape: str, descr: str = "'<f4'", body: bytes = b"") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def test_a_header_that_claims_ten_gigabytes_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(npy_bytes(f"({TEN_GB},)", body=b"\x00" * 64))
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("a.npy", npy_bytes(f"({TEN_GB},)", body=b"\x00" * 64))
    wav = (
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\xbb\x00\x00\x00\x77\x01\x00\x02\x00\x10\x00"
    )
    (tmp_path / "x.wav").write_bytes(wav + b"data\xf0\xff\xff\xff" + b"\x00" * 64)
    (tmp_path / "x.mat").write_bytes(mat_header() + struct.pack("<II", 14, 0xFFFFFF00) + b"\x00" * 64)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("a", shape=(TEN_GB,), dtype="f4", chunks=(1000,))
    for name in ("x.npy", "x.npz", "x.wav", "x.mat", "x.h5"):
        with pytest.raises(UnreadableFile, match="claims"):
            read(tmp_path / name)


def mat_header() -> bytes:
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"


def test_a_zip_bomb_in_a_mat_file_is_stopped_at_the_limit(tmp_path: Path) -> None:
    packed = zlib.compress(bytes(64 << 20), 9)
    (tmp_path / "bomb.mat").write_bytes(mat_header() + struct.pack("<II", 15, len(packed)) + packed)
    with pytest.raises(UnreadableFile, match="when unpacked"):
        read(tmp_path / "bomb.mat", options=ReadOptions(max_bytes=16 << 20))


def test_a_zip_bomb_in_an_npz_file_is_stopped_at_the_limit(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", a=np.zeros(8 << 20, np.float32))
    with pytest.raises(UnreadableFile, match="when unpacked"):
        read(tmp_path / "bomb.npz", options=ReadOptions(max_bytes=16 << 20))


def test_pickled_objects_are_refused_and_not_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.mkdir, (tmp_path / "was_opened",))  # type: ignore[return-value]  # what an attacker writes

    np.save(tmp_path / "x.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "x.npz", a=np.array([Trap()], dtype=object))
    for name in ("x.npy", "x.npz"):
        with pytest.raises(UnreadableFile, match="pickled"):
            read(tmp_path / name)
    assert not (tmp_path / "was_opened").exists()


def test_complex_numbers_and_maps_are_no_recordings(tmp_path: Path) -> None:
    np.save(tmp_path / "c.npy", np.ones(100, np.complex64))
    scipy.io.savemat(tmp_path / "c.mat", {"z": np.ones(100, np.complex128)})
    for name in ("c.npy", "c.mat"):
        with pytest.raises(BadRecord, match="complex"):
            read(tmp_path / name)
    np.save(tmp_path / "m.npy", np.ones((500, 600)))
    with pytest.raises(BadRecord, match="shape"):
        read(tmp_path / "m.npy")


def test_files_without_a_channel_say_so(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "settings.mat", {"fs": 12000.0, "name": "pump"})
    np.savez(tmp_path / "none.npz")
    np.save(tmp_path / "zero.npy", np.zeros(0, np.float32))
    with h5py.File(tmp_path / "none.h5", "w"):
        pass
    for name in ("settings.mat", "none.npz", "none.h5", "zero.npy"):
        with pytest.raises(UnreadableFile, match="without a channel"):
            read(tmp_path / name)


def test_hdf5_links_out_of_the_file_are_not_followed(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file.create_dataset("a", data=np.ones(100))
    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["a"] = h5py.ExternalLink("secret.h5", "a")
        file.create_dataset("raw", shape=(10,), dtype="f8", external=[(str(tmp_path / "secret.h5"), 0, 80)])
        layout = h5py.VirtualLayout(shape=(100,), dtype="f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "a", shape=(100,))
        file.create_virtual_dataset("virtual", layout)
    with pytest.raises(UnreadableFile, match="without a channel"):
        read(tmp_path / "link.h5")


def test_samples_that_are_not_finite_are_kept(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([1.0, np.nan, np.inf], np.float32))
    (recording,) = read(tmp_path / "x.npy")
    assert np.array_equal(recording.samples, [1.0, np.nan, np.inf], equal_nan=True)


def test_sniffers_bear_any_bytes() -> None:
    generator = np.random.default_rng(5)
    starts = [
        b"",
        b"PK\x03\x04",
        b"RIFF",
        b"TDSm",
        b"    -1\n",
        b"MATLAB 5.0",
        b"\xff\xfe",
        b"\x89HDF\r\n\x1a\n",
        b"1,2\n",
    ]
    for start in starts:
        for _ in range(20):
            head = start + generator.bytes(int(generator.integers(0, 300)))
            for kind in registry().formats.values():
                assert kind.sniff(head, "x") in (True, False)


def test_a_pyarrow_stream_is_read_like_a_file(tmp_path: Path) -> None:
    import pyarrow as pa

    table = pa.table({"time": np.arange(100) / 500, "DE": np.ones(100, np.float32)})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    (tmp_path / "x.arrows").write_bytes(sink.getvalue())
    (recording,) = read(tmp_path / "x.arrows")
    assert recording.fs_hz is not None
    assert (recording.channel, recording.fs_hz.value) == ("DE", 500.0)
