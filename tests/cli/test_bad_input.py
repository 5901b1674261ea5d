"""Every bad input is one sentence and exit code 2, and the other files of the call get their answers."""

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Command = Callable[..., Any]
BEARING = "6205-2RS JEM"
TEN_GB = 10 * 10**9
GIVEN = ("--fs", "12000", "--speed", "1500", "--bearing", BEARING)


def noise(n: int = 24000) -> np.ndarray[Any, Any]:
    return np.random.default_rng(7).standard_normal(n)


def absent(folder: Path) -> Path:
    return folder / "absent.wav"


def empty(folder: Path) -> Path:
    (folder / "empty.wav").write_bytes(b"")
    return folder / "empty.wav"


def text_in_a_binary(folder: Path) -> Path:
    (folder / "letter.mat").write_text("dear customer, the recording follows by post\n", encoding="utf-8")
    return folder / "letter.mat"


def truncated(folder: Path) -> Path:
    np.savez(folder / "torn.npz", a=noise())
    whole = (folder / "torn.npz").read_bytes()
    (folder / "torn.npz").write_bytes(whole[: len(whole) // 2])
    return folder / "torn.npz"


def with_nan(folder: Path) -> Path:
    samples = noise()
    samples[100] = np.nan
    np.save(folder / "nan.npy", samples)
    return folder / "nan.npy"


def infinite(folder: Path) -> Path:
    samples = noise()
    samples[-1] = np.inf
    np.save(folder / "inf.npy", samples)
    return folder / "inf.npy"


def constant(folder: Path) -> Path:
    np.save(folder / "constant.npy", np.full(24000, 0.25))
    return folder / "constant.npy"


def one_sample(folder: Path) -> Path:
    np.save(folder / "one.npy", np.array([1.0]))
    return folder / "one.npy"


def ten_gigabytes_claimed(folder: Path) -> Path:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({TEN_GB},), }}".ljust(117).encode() + b"\n"
    body = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\x00" * 64
    (folder / "claim.npy").write_bytes(body)
    return folder / "claim.npy"


def bomb_in_mat(folder: Path) -> Path:
    """A packed element that claims to hold 4 GB."""
    head = zlib.compress(struct.pack("<II", 14, 0xFFFFFFF0) + bytes(1 << 20), 9)
    header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    (folder / "bomb.mat").write_bytes(header + struct.pack("<II", 15, len(head)) + head)
    return folder / "bomb.mat"


def bomb_in_npz(folder: Path) -> Path:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({TEN_GB},), }}".ljust(117).encode() + b"\n"
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    with zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", start + bytes(1 << 22))
    return folder / "bomb.npz"


def pickled(folder: Path) -> Path:
    np.save(folder / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return folder / "objects.npy"


FILES = (
    absent, empty, text_in_a_binary, truncated, with_nan, infinite, constant, one_sample, ten_gigabytes_claimed,
    bomb_in_mat, bomb_in_npz, pickled,
)  # fmt: skip


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.__name__)
def test_a_bad_file_is_one_sentence_and_the_other_file_is_answered(
    loadzone: Command, damaged: Path, tmp_path: Path, bad: Callable[[Path], Path]
) -> None:
    path = bad(tmp_path)
    said = loadzone("diagnose", path, damaged, *GIVEN, "--json", "--jobs", 1)
    first, *_, last = json.loads(said.out)
    assert said.code == 2
    assert len(said.sentences) == 1
    assert str(path) in said.sentences[0]
    assert (first["record"], first["verdict"]) == (str(path), "undetermined")
    assert first["problems"]
    assert (last["record"], last["verdict"], last["fault"]) == (str(damaged), "confirmed", "outer")


@pytest.mark.parametrize("speed", ["0", "-1500", "nan", "inf"])
def test_a_speed_that_no_shaft_has_is_refused(loadzone: Command, damaged: Path, speed: str) -> None:
    said = loadzone("diagnose", damaged, "--bearing", BEARING, "--speed", speed)
    assert (said.code, said.out, len(said.sentences)) == (2, "", 1)
    assert "speed" in said.err


@pytest.mark.parametrize(
    ("options", "said_about"),
    [
        (("--fs", "12000", "--bearing", BEARING), "--speed"),
        (("--speed", "1500", "--bearing", BEARING), "--fs"),
        (("--fs", "12000", "--speed", "1500"), "--bearing"),
        (("--fs", "300", "--speed", "1500", "--bearing", BEARING), "too low"),
        (("--fs", "-1", "--speed", "1500", "--bearing", BEARING), "rate"),
        ((*GIVEN, "--channel", "north"), "north"),
        ((*GIVEN, "--tacho", "north"), "twice"),
        (("--fs", "12000", "--tacho", "north", "--bearing", BEARING), "north"),
    ],
)
def test_what_is_missing_or_impossible_for_one_file_is_named_and_the_other_is_answered(
    loadzone: Command, tmp_path: Path, options: tuple[str, ...], said_about: str
) -> None:
    np.save(tmp_path / "bare.npy", noise())
    said = loadzone("diagnose", tmp_path / "bare.npy", *options)
    assert said.code == 2
    assert len(said.sentences) == 1
    assert said_about in said.err


def test_a_file_that_says_what_another_lacks_is_answered(loadzone: Command, damaged: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "bare.npy", noise())
    said = loadzone("diagnose", tmp_path / "bare.npy", damaged, "--bearing", BEARING, "--json", "--jobs", 1)
    bare, whole = json.loads(said.out)
    assert (bare["verdict"], whole["verdict"]) == ("undetermined", "confirmed")
    assert bare["problems"][0]["code"] == "no_rate"
    assert said.code == 2


@pytest.mark.parametrize(
    ("options", "said_about"),
    [
        (("--bearing", "62xyz05"), "6205"),
        (("--bearing", ""), "designation"),
        (("--geometry", "9,7.94"), "Z,DW,DPW,ANGLE"),
        (("--geometry", "9,79.4,39.04,0"), "smaller"),
        (("--bearing", BEARING, "--turning", "sideways"), "inner, outer"),
        (("--bearing", BEARING, "--gear", "23"), "23:0.4"),
        (("--bearing", BEARING, "--machine", "9:soft"), "rigid or flexible"),
        (("--bearing", BEARING, "--false-alarm-rate", "0"), "false-alarm rate"),
        (("--bearing", BEARING, "--labels", "absent.csv"), "absent.csv"),
        (("--bearing", BEARING, "--profile", "absent.csv"), "absent.csv"),
    ],
)
def test_an_option_that_cannot_be_meant_is_one_sentence(
    loadzone: Command, damaged: Path, options: tuple[str, ...], said_about: str
) -> None:
    said = loadzone("diagnose", damaged, *options)
    assert (said.code, said.out, len(said.sentences)) == (2, "", 1)
    assert said_about in said.err


def test_a_table_with_a_bearing_that_nobody_knows_costs_only_its_line(
    loadzone: Command, damaged: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(damaged.read_bytes())
    table = tmp_path / "labels.csv"
    table.write_text(
        "path,variable,channel,fs_hz,speed_rpm,bearing\n"
        f"a.wav,,,12000,1500,62xyz05\n{damaged},,,12000,1500,{BEARING}\n",
        encoding="utf-8",
    )
    said = loadzone("diagnose", "--labels", table, "--json", "--jobs", 1)
    unknown, known = json.loads(said.out)
    assert unknown["problems"][0]["code"] == "unknown_bearing"
    assert known["verdict"] == "confirmed"
    assert (said.code, len(said.sentences)) == (2, 1)


@pytest.mark.parametrize("command", [("info",), ("convert",), ("simulate",), ("bench", "diagnosis")])
def test_other_commands_say_one_sentence_too(loadzone: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    words: dict[str, tuple[object, ...]] = {
        "info": (tmp_path / "absent.wav",),
        "convert": (tmp_path / "absent.wav", tmp_path / "out.npz"),
        "simulate": (tmp_path / "out.unknown",),
        "bench": ("--labels", tmp_path / "absent.csv"),
    }
    said = loadzone(*command, *words[command[0]])
    assert (said.code, said.out, len(said.sentences)) == (2, "", 1)


@pytest.mark.parametrize("command", ["convert", "simulate"])
def test_a_target_in_a_folder_that_is_not_there_is_refused_before_the_work(
    loadzone: Command, damaged: Path, tmp_path: Path, command: str
) -> None:
    out = tmp_path / "absent" / "out.wav"
    said = loadzone(command, *([damaged] if command == "convert" else ["--snr", "-3"]), out)
    assert (said.code, len(said.sentences)) == (2, 1)
    assert "make it first" in said.err
