"""The demonstration: everything is said to be simulated, and it leads to pages that open."""

import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from loadzone.flows.demo_files import FLEET, demonstrate, simulated
from loadzone.formats.reading import read
from loadzone.words.errors import UnreadableFile

SOME = tuple(each for each in FLEET if each.name in {"motor-7-drive-end", "conveyor-9-drum", "axle-box-3-right"})


def test_a_demonstration_writes_recordings_reports_and_indexes_that_lead_to_them(tmp_path: Path) -> None:
    made = demonstrate(tmp_path / "demo", generated_on="2026-11-24", fleet=SOME, jobs=1)
    assert [each.verdict for each in made.diagnoses] == ["healthy", "confirmed", "undetermined"]
    assert all(each.channel == "simulated" for each in made.diagnoses)
    for index in made.indexes.values():
        links = re.findall(r'href="(reports/[^"]+)"', index.read_text(encoding="utf-8"))
        assert len(set(links)) == len(SOME)
        assert all((index.parent / unquote(link)).is_file() for link in links)


def test_the_same_position_is_the_same_recording_every_time() -> None:
    assert np.array_equal(simulated(SOME[0], 0).samples, simulated(SOME[0], 0).samples)


def test_the_table_beside_a_demonstration_speaks_of_its_recordings(tmp_path: Path) -> None:
    from loadzone.formats.labels import read_labels

    made = demonstrate(tmp_path, fleet=SOME[:1], jobs=1)
    (label,) = read_labels(made.labels)
    assert read(label.path)[0].channel == label.channel == "simulated"


def test_a_fleet_of_several_trades_and_states_is_shown() -> None:
    assert len(FLEET) == 12
    assert {each.fault for each in FLEET} >= {"none", "outer", "inner", "ball"}
    assert {each.ending for each in FLEET} == {".wav", ".flac", ".npz"}


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="cannot be made"):
        demonstrate(tmp_path / "file", fleet=SOME[:1], jobs=1)
