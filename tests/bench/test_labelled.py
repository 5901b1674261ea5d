from collections.abc import Callable
from pathlib import Path

import pytest

from loadzone.bench.labelled import data_sha256, load, read_cases, truth_of
from loadzone.words.errors import MissingInput, UnreadableFile


def test_the_shared_table_has_47_faulty_and_14_healthy_channels_of_three_rigs(real_data: Path) -> None:
    cases = read_cases(real_data / "labels.csv")

    assert sum(case.is_faulty for case in cases) == 47
    assert sum(case.is_healthy for case in cases) == 14
    assert {case.rig for case in cases} == {"CWRU", "MFPT", "IMS"}


def test_no_question_carries_its_answer(table: Callable[..., Path]) -> None:
    cases = read_cases(table([{"path": "a.npy", "fault": "outer"}, {"path": "b.npy", "fault": "healthy"}]))

    assert [case.question.fault for case in cases] == [None, None]
    assert [case.label for case in cases] == ["outer", "healthy"]


@pytest.mark.parametrize(
    ("label", "truth"),
    [
        ("outer", {"outer"}),
        ("Inner race", {"inner"}),
        ("roller", {"ball"}),
        ("inner+ball", {"inner", "ball"}),
        ("healthy", set()),
        ("Normal", set()),
        (None, set()),
        ("misalignment", {"misalignment"}),
    ],
)
def test_words_of_other_tables_are_understood(label: str | None, truth: set[str]) -> None:
    assert truth_of(label) == truth


def test_a_blank_label_counts_neither_as_faulty_nor_as_healthy(table: Callable[..., Path]) -> None:
    (case,) = read_cases(table([{"path": "a.npy"}]))

    assert not case.is_faulty
    assert not case.is_healthy


def test_without_a_column_rig_the_folder_names_it(tmp_path: Path) -> None:
    labels = tmp_path / "l.csv"
    labels.write_text("path,variable,channel,fs_hz,speed_rpm,bearing,fault\nrig7/a.npy,,,1,1,6205,outer\n")

    assert [case.rig for case in read_cases(labels)] == ["rig7"]


def test_a_recording_comes_with_the_rate_and_speed_of_its_label(table: Callable[..., Path]) -> None:
    (case,) = read_cases(table([{"path": "a.npy", "fault": "outer"}]))

    recording, bearing = load(case.question)

    assert recording.fs_hz is not None
    assert recording.speed_rpm is not None
    assert (recording.fs_hz.value, recording.speed_rpm.value) == (12_000.0, 1500.0)
    assert bearing.geometry.n_elements == 9


def test_paths_may_be_absolute(table: Callable[..., Path], tmp_path: Path) -> None:
    (relative,) = read_cases(table([{"path": "a.npy"}]))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    copied = elsewhere / "copy.csv"
    copied.write_text((tmp_path / "labels.csv").read_text().replace("a.npy", str(tmp_path / "a.npy")))
    (absolute,) = read_cases(copied)

    assert load(absolute.question)[0].samples.tobytes() == load(relative.question)[0].samples.tobytes()
    assert absolute.record == str(tmp_path / "a.npy")


def test_a_line_without_a_bearing_is_refused_by_its_number(table: Callable[..., Path]) -> None:
    (case,) = read_cases(table([{"path": "a.npy", "bearing": ""}]))

    with pytest.raises(MissingInput, match="line 2"):
        load(case.question)


def test_a_missing_table_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="table of labels"):
        read_cases(tmp_path / "nothing.csv")


def test_the_hash_follows_the_samples(table: Callable[..., Path]) -> None:
    labels = table([{"path": "a.npy"}])
    before = data_sha256(labels, read_cases(labels))
    (labels.parent / "a.npy").write_bytes(b"other")

    assert data_sha256(labels, read_cases(labels)) != before
