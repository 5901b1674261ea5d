"""`loadzone simulate` writes the recording and the truth beside it."""

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from loadzone.cli.main import main
from loadzone.cli.simulate import Fault, Noise, simulate
from loadzone.flows.speed_profile import read_profile
from loadzone.formats import read
from loadzone.simulate.noises import NoiseKind
from loadzone.simulate.truth import FAULT_KINDS
from loadzone.words.errors import BadInput, UnknownFormat


def test_the_command_writes_a_recording_that_reads_back_and_its_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "inner.npz"
    simulate(out, fault="inner", size=0.5, seconds=1.0, seed=4)
    truth = json.loads((tmp_path / "inner.npz.truth.json").read_text(encoding="utf-8"))
    assert truth["fault"] == "inner"
    assert truth["seed"] == 4
    assert len(read(out)[0].samples) == 12800
    printed = capsys.readouterr().out
    assert "BPFI" in printed
    assert max(map(len, printed.replace(str(tmp_path), "").splitlines())) <= 78


def test_the_same_seed_writes_the_same_samples(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        simulate(tmp_path / name, size=0.5, seconds=1.0, seed=9)
    assert np.array_equal(read(tmp_path / "a.npz")[0].samples, read(tmp_path / "b.npz")[0].samples)


def test_json_tells_the_seed_that_was_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    simulate(tmp_path / "run.npz", fault="none", seconds=1.0, to_speed=3000.0, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told["seed"], int)
    assert told["mean_speed_rpm"] == pytest.approx(2250.0)


def test_a_suffix_that_no_format_writes_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        simulate(tmp_path / "x.unknown", size=0.5, seconds=1.0)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_noise_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the kinds are"):
        simulate(tmp_path / "x.npz", size=0.5, seconds=1.0, noise="pink")


def test_a_run_up_brings_its_profile_and_claims_no_steady_speed(tmp_path: Path) -> None:
    out = tmp_path / "run-up.npz"
    assert main(["simulate", str(out), "--speed", "600", "--to-speed", "1800", "--snr", "-3", "--seconds", "4"]) == 0
    assert read(out)[0].speed_rpm is None
    profile = read_profile(tmp_path / "run-up.npz.profile.csv")
    assert profile.speeds_rpm.tolist() == [600.0, 1800.0]
    assert profile.times_s.tolist() == [0.0, 4.0]


def test_the_lists_of_the_command_are_those_of_the_kernels() -> None:
    assert get_args(Fault) == FAULT_KINDS
    assert get_args(Noise) == get_args(NoiseKind)
