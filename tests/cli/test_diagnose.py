"""``loadzone diagnose``: pages, tables, JSON, reports, exit codes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadzone.cli.diagnose import MOST_PAGES
from loadzone.words.columns import width

BEARING = "6205-2RS JEM"
ITEM = {
    "record", "channel", "fs_hz", "speed_rpm", "speed_source", "bearing", "geometry_source", "verdict", "fault",
    "faults", "ranking", "p_value", "false_alarm_rate", "unexplained_order", "advice", "evidence", "problems",
}  # fmt: skip

Command = Callable[..., Any]


def test_one_record_is_one_page_without_colour_in_a_pipe(loadzone: Command, damaged: Path) -> None:
    said = loadzone("diagnose", damaged, "--bearing", BEARING)
    assert said.code == 0
    assert said.err == ""
    assert "Outer-ring damage, confirmed" in said.out
    assert "BPFO" in said.out
    assert "\x1b" not in said.out
    assert max(width(line) for line in said.out.splitlines()) <= 78


def test_json_is_an_array_with_the_names_of_the_interface(loadzone: Command, damaged: Path) -> None:
    absent = damaged.with_name("absent.wav")
    said = loadzone("diagnose", damaged, absent, "--bearing", BEARING, "--json", "--jobs", 1)
    found, failed = json.loads(said.out)
    assert ITEM <= found.keys() == failed.keys()
    assert (found["record"], found["verdict"], found["fault"]) == (str(damaged), "confirmed", "outer")
    assert found["ranking"][0][0] == "outer"
    assert sorted(name for name, _ in failed["ranking"]) == ["ball", "cage", "inner", "outer"]
    assert (failed["record"], failed["verdict"]) == (str(absent), "undetermined")
    assert failed["problems"][0]["code"] == "unreadable_file"
    assert said.code == 2
    assert len(said.sentences) == 1


def test_json_speaks_the_language_of_the_call(loadzone: Command, damaged: Path) -> None:
    said = loadzone("diagnose", damaged, "--bearing", BEARING, "--json", "--lang", "zh")
    assert "外圈" in json.loads(said.out)[0]["advice"]["headline"]


def test_a_call_that_is_refused_as_a_whole_still_has_an_item_for_each_file(loadzone: Command, damaged: Path) -> None:
    said = loadzone("diagnose", damaged, "--bearing", "62xyz05", "--json")
    (item,) = json.loads(said.out)
    assert (item["record"], item["problems"][0]["code"]) == (str(damaged), "unknown_bearing")
    assert said.code == 2


def test_many_records_are_a_table(loadzone: Command, damaged: Path, tmp_path: Path) -> None:
    for number in range(MOST_PAGES + 1):
        (tmp_path / f"{number}.wav").write_bytes(damaged.read_bytes())
    said = loadzone("diagnose", tmp_path, "--bearing", BEARING, "--jobs", 1)
    assert said.code == 0
    assert said.out.count("Outer-ring damage") == MOST_PAGES + 1
    assert "BPFO" not in said.out


@pytest.mark.parametrize(("asked", "code"), [((), 0), (("--fail-on", "suspected"), 1), (("--fail-on", "confirmed"), 1)])
def test_one_is_answered_only_to_who_asked_to_be_warned(
    loadzone: Command, damaged: Path, asked: tuple[str, ...], code: int
) -> None:
    said = loadzone("diagnose", damaged, "--bearing", BEARING, *asked)
    assert said.code == code


def test_of_several_files_the_highest_code_is_answered(loadzone: Command, damaged: Path) -> None:
    absent = damaged.with_name("absent.wav")
    words = ("diagnose", damaged, absent, "--bearing", BEARING, "--fail-on", "confirmed", "--jobs", 1)
    assert loadzone(*words).code == 2


def test_a_report_is_one_page_and_of_several_records_an_index_beside_them(
    loadzone: Command, damaged: Path, tmp_path: Path
) -> None:
    words = ("diagnose", damaged, "--bearing", BEARING, "--lang", "zh", "--report", tmp_path / "one.html")
    assert loadzone(*words).code == 0
    assert 'lang="zh' in (tmp_path / "one.html").read_text(encoding="utf-8")
    absent = damaged.with_name("absent.wav")
    more = ("diagnose", damaged, absent, "--bearing", BEARING, "--report", tmp_path / "all.html", "--jobs", 1)
    loadzone(*more)
    index = (tmp_path / "all.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="([^"#]+\.html)"', index))
    assert len(links) == 2
    assert all((tmp_path / link).is_file() for link in links)


def test_a_report_that_nobody_could_write_is_refused_before_the_work(
    loadzone: Command, damaged: Path, tmp_path: Path
) -> None:
    said = loadzone("diagnose", damaged, "--bearing", BEARING, "--report", tmp_path / "no" / "one.html")
    assert (said.code, said.out, len(said.sentences)) == (2, "", 1)


def test_ascii_draws_without_block_characters(loadzone: Command, damaged: Path) -> None:
    said = loadzone("diagnose", damaged, "--bearing", BEARING, "--ascii")
    assert not set("▁▂▃▄▅▆▇█◆▲→") & set(said.out)


def test_a_typed_geometry_needs_no_designation(loadzone: Command, damaged: Path) -> None:
    said = loadzone("diagnose", damaged, "--geometry", "9,7.94,39.04,0", "--json")
    (item,) = json.loads(said.out)
    assert (item["verdict"], item["fault"]) == ("confirmed", "outer")


def test_zones_are_refused_without_a_unit_and_the_diagnosis_is_not(
    loadzone: Command, tmp_path: Path, damaged: Path
) -> None:
    import numpy as np

    from loadzone.formats.reading import read

    np.save(tmp_path / "bare.npy", read(damaged)[0].samples)
    words = ("diagnose", tmp_path / "bare.npy", "--fs", 12000, "--speed", 1500, "--bearing", BEARING, "--json")
    (item,) = json.loads(loadzone(*words, "--machine", "2:rigid").out)
    assert item["verdict"] == "confirmed"
    assert item["zone"] is None
    assert "no_zone" in [problem["code"] for problem in item["problems"]]
    (item,) = json.loads(loadzone(*words, "--machine", "2:rigid", "--unit", "ms2").out)
    assert item["zone"]["edition"] == "ISO 10816-3:2009"
