"""Which files a call means."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from loadzone.flows.files import labels_by_file, wanted_files
from loadzone.words.errors import BadInput, MissingInput

HEAD = "path,variable,channel,fs_hz,speed_rpm,bearing,fault\n"


def test_a_folder_means_its_recordings_and_passes_over_what_is_beside_them(fleet: Path) -> None:
    assert [Path(each.path).name for each in wanted_files([str(fleet)])] == ["damaged.wav", "sound.npz"]


def test_a_recording_that_is_broken_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "torn.wav").write_bytes(b"")
    (tmp_path / ".hidden.wav").write_bytes(b"")
    (tmp_path / "readme.txt").write_text("nothing to measure here\n", encoding="utf-8")
    assert [Path(each.path).name for each in wanted_files([str(tmp_path)])] == ["torn.wav"]


def test_a_folder_without_recordings_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="known format"):
        wanted_files([str(tmp_path)])
    with pytest.raises(MissingInput, match="file or a folder"):
        wanted_files([])


def test_a_file_that_is_named_twice_is_answered_once_at_its_first_place(fleet: Path) -> None:
    one, other = str(fleet / "sound.npz"), str(fleet / "damaged.wav")
    assert [each.path for each in wanted_files([one, other, one, str(fleet)])] == [one, other]


def test_lines_of_a_table_go_to_their_file_and_files_without_a_line_stay(tmp_path: Path) -> None:
    for name in ("a.npy", "b.npy"):
        np.save(tmp_path / name, np.arange(100.0))
    table = tmp_path / "labels.csv"
    table.write_text(f"{HEAD}a.npy,,DE,12000,1500,6205,\na.npy,,FE,12000,1500,6203,\n", encoding="utf-8")
    both = wanted_files([str(tmp_path / "b.npy"), str(tmp_path / "a.npy")], table)
    assert [len(each.labels) for each in both] == [0, 2]
    assert [Path(each.path).name for each in wanted_files([], table)] == ["a.npy"]


def test_what_a_table_says_about_faults_is_dropped_where_it_is_read(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(f"{HEAD}a.npy,,DE,12000,1500,6205,verysecretword\n", encoding="utf-8")
    assert all(label.fault is None for labels in labels_by_file(table).values() for label in labels)
    assert b"verysecretword" not in pickle.dumps(wanted_files([], table))
