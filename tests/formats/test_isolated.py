"""A file that crashes its parser is one sentence, and the process that asked lives on."""

import os
from pathlib import Path

import numpy as np
import pytest

from loadzone.formats.isolated import in_own_process, read_isolated
from loadzone.words.errors import NoSuchChannel, UnreadableFile


def test_an_isolated_reading_equals_a_direct_one_with_notes_and_errors(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(100, dtype=np.float32))
    (recording,) = read_isolated(tmp_path / "x.npy", fs_hz=1000)
    assert recording.samples.tolist() == list(range(100))
    assert recording.duration_s == 0.1
    with pytest.raises(NoSuchChannel, match="it has x"):
        read_isolated(tmp_path / "x.npy", channel="y")


def test_a_parser_that_aborts_is_one_sentence() -> None:
    with pytest.raises(UnreadableFile, match=r"evil\.h5.*crashed"):
        in_own_process(os.abort, "evil.h5")
