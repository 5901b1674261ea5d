"""`loadzone info` and `loadzone convert`."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from loadzone.cli.convert import convert
from loadzone.cli.info import info
from loadzone.formats import read
from loadzone.words.columns import width
from loadzone.words.errors import UnreadableFile

app = typer.Typer()
app.command()(info)
app.command()(convert)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_info_fits_a_terminal_and_says_where_facts_come_from(samples: dict[str, Path], lang: str) -> None:
    shown = run("info", *samples.values(), "--lang", lang)
    assert max(map(width, shown.splitlines())) <= 78
    assert shown.count("\n drive end") == len([name for name in samples if name not in ("npy", "mat73")])
    assert "1796" in shown


def test_info_of_a_real_snapshot_states_an_estimated_rate(real_data: Path) -> None:
    shown = run("info", real_data / "femto" / "csv" / "Bearing3_2_acc_00001.csv", "--lang", "en")
    assert "estimated (mean step of the microsecond column, unwrapped)" in shown


def test_info_as_json_has_value_source_and_detail_of_each_fact(real_data: Path) -> None:
    facts = json.loads(run("info", real_data / "cwru" / "97.mat", "--json"))
    (file,) = facts["files"]
    drive_end = file["channels"][0]
    assert drive_end["speed_rpm"] == {"value": 1796.0, "source": "file", "detail": "X097RPM"}
    assert (drive_end["fs_hz"], drive_end["samples"], drive_end["variables"]) == (None, 243938, ["X097_DE_time"])


def test_one_bad_file_among_good_ones_does_not_hide_them(samples: dict[str, Path]) -> None:
    result = CliRunner().invoke(app, ["info", str(samples["wav"]), "absent.wav"])
    assert result.exit_code == 2
    assert "drive end" in result.output
    assert "no such file" in result.output


def test_a_single_bad_file_is_the_caller_s_error() -> None:
    with pytest.raises(UnreadableFile):
        run("info", "absent.wav")


def test_convert_carries_what_is_given_into_the_new_file(samples: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "x.flac"
    run("convert", samples["npy"], out, "--fs", "48000", "--unit", "g", "--speed", "1797")
    (recording,) = read(out)
    assert recording.fs_hz is not None
    assert recording.unit is not None
    assert recording.speed_rpm is not None
    assert (recording.fs_hz.value, recording.unit.value, recording.speed_rpm.value) == (48000.0, "g", 1797.0)
    assert np.allclose(recording.samples, read(samples["npy"])[0].samples, atol=1e-6)


def test_convert_of_one_channel_writes_only_that(samples: dict[str, Path], tmp_path: Path) -> None:
    run("convert", samples["hdf5"], tmp_path / "x.csv", "--channel", "fan end")
    assert [each.channel for each in read(tmp_path / "x.csv")] == ["fan end"]


def test_the_room_and_its_commands_import_nothing_heavy() -> None:
    heavy = "{'scipy', 'h5py', 'pyarrow', 'soundfile', 'nptdms', 'pyuff', 'numba'}"
    code = (
        "import sys; import loadzone.formats, loadzone.formats.labels, loadzone.cli.info, loadzone.cli.convert;"
        "from loadzone.formats.registry import registry; registry();"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  our own interpreter
    assert done.stdout.strip() == "[]"
