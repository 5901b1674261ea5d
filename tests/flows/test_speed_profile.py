"""A speed profile is read from CSV, and what is none is refused with a sentence."""

from pathlib import Path

import pytest

from loadzone.flows.speed_profile import read_profile
from loadzone.words.errors import BadInput, UnreadableFile


@pytest.mark.parametrize(
    "content",
    [
        "time_s,speed_rpm\n0,600\n10,1800\n",
        "# run-up\nrpm;t\n600;0\n1800;10\n",
        "0 600\n10 1800\n",
        "\ufefftime_s\tload\tspeed_rpm\n0\t1\t600\n10\t1\t1800\n",
    ],
)
def test_layouts_of_a_profile_give_the_same_profile(tmp_path: Path, content: str) -> None:
    (tmp_path / "p.csv").write_text(content, encoding="utf-8")
    profile = read_profile(tmp_path / "p.csv")
    assert profile.times_s.tolist() == [0.0, 10.0]
    assert profile.speeds_rpm.tolist() == [600.0, 1800.0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "columns"),
        ("time_s,speed_rpm\n0,600\n", "two or more"),
        ("time_s,speed_rpm\n0,600\n0,700\n", "rising"),
        ("time_s,speed_rpm\n0,600\n1,0\n", "positive"),
        ("time_s,speed_rpm\n0,600\n1,nan\n", "no number"),
        ("time_s,speed_rpm\n0,600\n1\n", "line 3"),
        ("a,b,c\n1,2,3\n", "columns"),
    ],
)
def test_what_is_no_profile_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "p.csv").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_profile(tmp_path / "p.csv")


def test_a_profile_that_is_absent_or_no_text_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b"\xff\xfe\x00\x81")
    for name, said in (("p.csv", "speed profile cannot be read"), ("absent.csv", "there is no such file")):
        with pytest.raises(UnreadableFile, match=said):
            read_profile(tmp_path / name)
