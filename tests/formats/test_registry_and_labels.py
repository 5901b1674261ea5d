"""Plug-ins that fail, dependencies that are missing, and tables of labels."""

import warnings
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from loadzone.formats import reading
from loadzone.formats.format import ReadOptions
from loadzone.formats.labels import read_labelled, read_labels
from loadzone.formats.reading import read_as
from loadzone.formats.registry import GROUP, FormatWarning, Registry, load
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, UnknownFormat, UnreadableFile


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def plug_in(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> EntryPoint:
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return point(name, f"{name}:FORMAT")


@pytest.mark.parametrize("source", ["raise RuntimeError('broken on import')", "FORMAT = 3", "OTHER = 1"])
def test_a_broken_plug_in_is_one_warning_with_its_name_and_the_others_go_on(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"broken_{abs(hash(source))}"
    broken = plug_in(tmp_path, monkeypatch, name, source)
    with pytest.warns(FormatWarning, match=name) as caught:
        found = load([broken, point("wav", "loadzone.formats.audio:FORMAT")])
    assert len(caught) == 1
    assert list(found.formats) == ["wav"]


def test_a_missing_package_is_told_apart_from_an_unknown_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needy = plug_in(tmp_path, monkeypatch, "needy", "import a_package_that_nobody_has\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = load([needy])
    assert found.missing == {"needy": "a_package_that_nobody_has"}
    monkeypatch.setattr(reading, "registry", lambda: found)
    (tmp_path / "x.bin").write_bytes(b"\x01\x02")
    with pytest.raises(UnknownFormat, match="needy \\(a_package_that_nobody_has\\)"):
        reading.read(tmp_path / "x.bin")


class Needy:
    name = "needy"
    suffixes = (".needy",)

    def sniff(self, head: bytes, name: str) -> bool:
        return head.startswith(b"NEEDY") or name == "needy"

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        raise ModuleNotFoundError(str((path, options)), name="a_package")


def test_a_reader_that_matches_but_misses_its_package_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.needy").write_bytes(b"NEEDY")
    monkeypatch.setattr(reading, "registry", lambda: Registry({"needy": Needy()}, {}))
    with pytest.raises(UnreadableFile, match="pip install a_package"):
        reading.read(tmp_path / "x.needy")
    with pytest.raises(UnreadableFile, match="a_package"):
        read_as(Needy(), tmp_path / "x.needy")


HEADER = "path,variable,channel,fs_hz,speed_rpm,speed_source,bearing,fault,anything\n"


def test_labels_are_read_with_blanks_as_none_and_paths_beside_the_table(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((100, 2), np.float32))
    lines = f"a.npy,a[1],DE,12000,1797,tacho,6205,inner,x\n{tmp_path / 'a.npy'},,,,,,,,\n"
    (tmp_path / "labels.csv").write_text(HEADER + lines, encoding="utf-8-sig")
    first, second = read_labels(tmp_path / "labels.csv")
    assert (first.path, first.fault, first.line) == (tmp_path / "a.npy", "inner", 2)
    assert (second.path, second.variable, second.fs_hz, second.bearing) == (tmp_path / "a.npy", None, None, None)
    recording = read_labelled(first)
    assert recording.index == 1
    assert recording.speed_rpm is not None
    assert (recording.speed_rpm.kind, recording.speed_rpm.detail) == ("label", "tacho")
    assert read_labelled(second).fs_hz is None


def test_a_table_of_labels_without_its_columns_says_which(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("path,fs_hz\n", encoding="utf-8")
    with pytest.raises(BadInput, match="variable, channel, speed_rpm, bearing are missing"):
        read_labels(tmp_path / "labels.csv")
    with pytest.raises(UnreadableFile, match="labels"):
        read_labels(tmp_path / "absent.csv")


@pytest.mark.parametrize("cell", ["0", "-3", "fast", "nan"])
def test_an_impossible_rate_in_a_label_names_the_line(tmp_path: Path, cell: str) -> None:
    (tmp_path / "labels.csv").write_text(f"{HEADER}a.npy,a,,{cell},,,,,\n", encoding="utf-8")
    with pytest.raises(BadInput, match=f"line 2: fs_hz is {cell}"):
        read_labels(tmp_path / "labels.csv")
