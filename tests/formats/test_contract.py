"""Every registered format keeps the contract, and the contract is able to say no."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from loadzone.formats.format import HEAD_BYTES, ReadOptions
from loadzone.formats.registry import registry
from loadzone.signals.recording import Recording
from loadzone.testing.formats import BrokenLaw, check_format, sample_recordings
from loadzone.words.sourced import Sourced

NAMES = ("arrow", "csv", "flac", "hdf5", "mat5", "mat73", "npy", "npz", "parquet", "tdms", "uff", "wav")
FLAC_ROUNDING = 2.0**-23
"""FLAC holds 24 bits with sign: half a step of the largest value, and float32 rounds once more."""


def test_all_formats_are_found_by_their_entry_points() -> None:
    assert tuple(registry().formats) == NAMES
    assert registry().missing == {}


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # readers of others leave a damaged file open
@pytest.mark.parametrize("name", NAMES)
def test_a_format_keeps_the_contract(name: str, tmp_path: Path, samples: dict[str, Path]) -> None:
    error = FLAC_ROUNDING if name == "flac" else 0.0
    folder = tmp_path / "contract"
    folder.mkdir()
    check_format(registry().formats[name], sample_recordings(), folder, samples=[samples[name]], relative_error=error)


def test_every_file_is_claimed_by_exactly_one_format_whatever_its_name(samples: dict[str, Path]) -> None:
    claims = {}
    for name, path in samples.items():
        head = path.read_bytes()[:HEAD_BYTES]
        for disguise in ("recording", "recording.csv", "recording.mat", path.name):
            claims[name, disguise] = [each for each, kind in registry().formats.items() if kind.sniff(head, disguise)]
    assert {key: value for key, value in claims.items() if value != [key[0]]} == {}


class Honest:
    """A plug-in of a third party in ten lines: float32 behind a magic word and the number of samples."""

    name = "honest"
    suffixes = (".hon",)

    def sniff(self, head: bytes, name: str) -> bool:
        return head.startswith(b"HONEST") and "." in name

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        content = path.read_bytes()[: options.max_bytes]
        count = int.from_bytes(content[6:14], "little")
        if len(content) != 14 + 4 * count:
            message = "wrong length"
            raise ValueError(message)
        rate = Sourced(25600.0, "file", "the format's only rate")
        return [Recording(np.frombuffer(content[14:], dtype="<f4").copy(), "drive end", fs_hz=rate)]

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        samples = recordings[0].samples
        path.write_bytes(b"HONEST" + len(samples).to_bytes(8, "little") + samples.tobytes())


class Forgetful(Honest):
    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        whole = super().read(path, options)[0]
        return [whole.but(samples=whole.samples[1:])]


class Careless(Honest):
    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        content = path.read_bytes()[14 : options.max_bytes]
        samples = np.frombuffer(content[: len(content) // 4 * 4], dtype="<f4").copy()
        return [Recording(samples, "drive end", fs_hz=Sourced(25600.0, "file"))]


class Nosy(Honest):
    def sniff(self, head: bytes, name: str) -> bool:
        if not head.startswith(b"HONEST"):
            return False
        with open(name, "rb") as file:  # noqa: PTH123  what a nosy sniffer does
            return file.read(6) == b"HONEST"


class Greedy(Honest):
    def sniff(self, head: bytes, name: str) -> bool:
        return isinstance(head, bytes) and bool(name)


def own_recordings() -> list[Recording]:
    return [sample_recordings()[0].but(unit=None, speed_rpm=None)]


def test_a_plug_in_that_keeps_the_laws_passes(tmp_path: Path) -> None:
    check_format(Honest(), own_recordings(), tmp_path)


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (Forgetful(), "changed on the way"),
        (Careless(), "silently"),
        (Greedy(), "claims a head that is none"),
    ],
)
def test_the_contract_refuses_a_plug_in_that_breaks_a_law(kind: Honest, law: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenLaw, match=law):
        check_format(kind, own_recordings(), tmp_path)


def test_the_contract_refuses_a_sniffer_that_opens_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BrokenLaw, match="opened"):
        check_format(Nosy(), own_recordings(), tmp_path)


def test_the_contract_refuses_a_format_that_loses_the_unit(tmp_path: Path) -> None:
    with pytest.raises(BrokenLaw, match="unit"):
        check_format(Honest(), [sample_recordings()[0]], tmp_path)
