"""What became of files that people sent: the verdict whether it was due or not, and why one was not taken."""

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="the platform needs the extra platform")
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "web"))

from handling import handling
from watching import furnished

from loadzone.flows import uploads
from loadzone.flows.audit import Act
from loadzone.flows.platform import PAGE, Platform
from loadzone.flows.upload_desk import Sent, sent
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.words.errors import UnknownFormat
from loadzone.words.sourced import Sourced


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return handling(furnished(tmp_path / "data"))


def noise(path: Path, seed: int) -> bytes:
    samples = np.random.default_rng(seed).normal(size=24_000).astype(np.float32)
    write(path, [Recording(samples, channel="DE", fs_hz=Sourced(12_000.0, "file", ""), unit=Sourced("g", "file", ""))])
    return path.read_bytes()


def send(platform: Platform, name: str, content: bytes, door: str = PAGE) -> uploads.Upload:
    act = Act("acme/ann", platform.clock())
    begun = uploads.begin(
        platform, act, "acme", "drive", file_name=name, size_bytes=len(content), most_bytes=1 << 30, door=door
    )
    with uploads.appending(platform, begun, 0) as part:
        part.write(content)
    return uploads.finish(platform, act, uploads.find(platform, "acme", "drive", begun.id))


def became(platform: Platform, upload: uploads.Upload) -> Sent:
    return next(each for each in sent(platform, {"acme"}) if each.upload.id == upload.id)


def test_what_a_person_sends_is_diagnosed_though_no_diagnosis_is_due(platform: Platform, tmp_path: Path) -> None:
    send(platform, "first.wav", noise(tmp_path / "a.wav", 1), "http")  # the first recording is always diagnosed
    by_program = became(platform, send(platform, "second.wav", noise(tmp_path / "b.wav", 2), "http"))
    by_person = became(platform, send(platform, "third.wav", noise(tmp_path / "c.wav", 3)))
    assert (by_program.stage, by_program.judged) == ("kept", ())
    assert by_person.stage == "judged"
    assert by_person.worst is not None
    assert by_person.worst.recording == by_person.recordings[0]
    assert by_person.worst.headline["zh"] != by_person.worst.headline["en"]


def test_a_file_that_cannot_be_read_says_line_value_and_repair_in_both_languages(platform: Platform) -> None:
    table = "level_g\n" + "1.41\n" * 600 + "1,44\n" + "1.40\n" * 600
    found = became(platform, send(platform, "pump7.csv", table.encode()))
    assert found.stage == "refused"
    assert found.reason == {
        "en": "pump7.csv, line 602: «1,44» has another decimal sign than the numbers before it; write it as 1.44",
        "zh": "pump7.csv，第 602 行：「1,44」的小数点与前文不一致；写作 1.44",
    }


def test_a_file_that_no_reader_knows_is_refused_at_the_door_and_stays_told(platform: Platform) -> None:
    with pytest.raises(UnknownFormat):
        send(platform, "noise.wav", b"\x07" * 10_000)
    (found,) = sent(platform, {"acme"})
    assert (found.stage, found.upload.is_whole) == ("refused", True)
    assert found.reason
    assert "no reader recognises" in found.reason["en"]
    assert not [*platform.folder.glob("uploads/*/*.part")]


def test_an_upload_that_broke_off_stands_where_it_is(platform: Platform) -> None:
    act = Act("acme/ann", platform.clock())
    begun = uploads.begin(
        platform, act, "acme", "drive", file_name="run.wav", size_bytes=1000, most_bytes=1 << 30, door=PAGE
    )
    with uploads.appending(platform, begun, 0) as part:
        part.write(b"\x00" * 400)
    (found,) = sent(platform, {"acme"})
    assert (found.stage, found.upload.offset_bytes) == ("coming", 400)
    assert sent(platform, {"bolt"}) == []
