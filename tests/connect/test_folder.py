"""A watched folder: each complete file once, whatever writers, kills and links do."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.connect.folder import FolderSettings, FoundFile, Journal, Watch
from loadzone.connect.folder.complete import Settling
from loadzone.connect.folder.inside import Entry, opened
from loadzone.words.errors import BadInput, NotStored, UnreadableFile
from loadzone.words.texts import text

NEVER_S = 3600.0
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open for writing")


class Receiver:
    """Keeps what it is given, unless told otherwise."""

    def __init__(self) -> None:
        self.files: list[FoundFile] = []
        self.answer: Callable[[FoundFile], None] = lambda _: None

    async def __call__(self, found: FoundFile) -> None:
        self.answer(found)
        self.files.append(found)

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.files]


def python(code: str, *args: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", code, *args], stdout=subprocess.PIPE)  # noqa: S603  code of this file


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


def watch(box: Path, receiver: Any, **how: Any) -> Watch:
    settings = FolderSettings(box, **{"settle_s": 0.0, **how})
    return Watch(settings, receiver, Journal(box.parent / "journal.db"))


def look(at: Watch, times: int = 1) -> int:
    async def looks() -> int:
        return sum([await at.look() for _ in range(times)])

    return asyncio.run(looks())


def write(path: Path, content: str, age_s: float = 10.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path


def test_files_are_taken_in_the_order_of_their_time_and_moved(box: Path) -> None:
    receiver = Receiver()
    for name, age_s in (("b.csv", 5), ("a.csv", 1), ("acme/泵/c.csv", 9)):
        write(box / name, name, age_s)
    at = watch(box, receiver)
    assert look(at) == 3
    assert receiver.names == ["acme/泵/c.csv", "b.csv", "a.csv"]
    assert [each.content.decode() for each in receiver.files] == receiver.names
    assert not any(each.may_be_copy for each in receiver.files)
    assert sorted(str(each.relative_to(box)) for each in box.rglob("*.csv")) == [
        "taken/a.csv",
        "taken/acme/泵/c.csv",
        "taken/b.csv",
    ]
    assert look(at) == 0


def test_files_that_are_left_are_taken_once_also_by_the_next_watch(box: Path) -> None:
    receiver = Receiver()
    first = watch(box, receiver, after="leave")
    write(box / "a.csv", "1")
    assert look(first, 3) == 1
    first._journal.close()
    second = watch(box, receiver, after="leave")
    assert look(second) == 0
    os.utime(box / "a.csv")
    assert look(second, 2) == 0
    write(box / "a.csv", "2")
    write(box / "b.csv", "1")
    assert look(second) == 2
    assert [(each.name, each.content) for each in receiver.files] == [("a.csv", b"1"), ("a.csv", b"2"), ("b.csv", b"1")]
    assert len({each.id for each in receiver.files}) == 3


def test_a_file_renamed_into_place_counts_at_once_and_one_that_was_just_written_does_not(box: Path) -> None:
    receiver = Receiver()
    at = watch(box, receiver, settle_s=NEVER_S)
    (box / "a.csv.part").write_text("whole", encoding="utf-8")
    (box / "b.csv").write_text("half", encoding="utf-8")
    assert look(at, 2) == 0
    (box / "a.csv.part").rename(box / "a.csv")
    assert look(at) == 1
    assert receiver.names == ["a.csv"]


@linux
def test_a_file_renamed_from_elsewhere_counts_at_once(box: Path) -> None:
    receiver = Receiver()
    (box.parent / "a.csv").write_text("whole", encoding="utf-8")
    time.sleep(0.02)  # the file system's clock ticks
    (box.parent / "a.csv").rename(box / "a.csv")
    assert look(watch(box, receiver, settle_s=NEVER_S)) == 1


def test_a_marker_counts_at_once_and_alone_where_it_is_asked_for(box: Path) -> None:
    receiver = Receiver()
    write(box / "a.csv", "1")
    write(box / "b.csv", "1")
    at = watch(box, receiver, needs_marker=True)
    assert look(at, 2) == 0
    (box / "b.csv.done").touch()
    assert look(at) == 1
    assert receiver.names == ["b.csv"]
    assert not (box / "b.csv.done").exists()


WRITER = """
import sys, time
with open(sys.argv[1], "w") as file:
    for row in range(1000):
        file.write(f"{row}\\n")
        file.flush()
        if row == 500:
            print("half", flush=True)
            time.sleep(60)
"""


@linux
def test_a_writer_that_pauses_is_waited_for_and_what_a_killed_one_left_is_set_aside_with_a_sentence(box: Path) -> None:
    receiver = Receiver()

    def refuse(found: FoundFile) -> None:
        if found.content.count(b"\n") != 1000:
            raise UnreadableFile(text("the file is empty"))

    receiver.answer = refuse
    at = watch(box, receiver)
    with python(WRITER, box / "a.csv") as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        assert look(at, 5) == 0
        assert (box / "a.csv").exists()
        writer.kill()
    assert look(at) == 0
    assert at.refused == 1
    assert (box / "refused" / "a.csv").read_text().count("\n") == 501
    assert (box / "refused" / "a.csv.txt").read_text(encoding="utf-8") == "文件为空\nthe file is empty\n"
    assert look(at) == 0


RECEIVING = """
import asyncio, json, os, sys
from pathlib import Path
from loadzone.connect.folder import FolderSettings, Journal, Watch

async def keep(found):
    line = json.dumps([found.name, found.id, found.may_be_copy, len(found.content)]) + "\\n"
    os.write(log, line.encode())

box = Path(sys.argv[1])
log = os.open(box.parent / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
watch = Watch(FolderSettings(box, settle_s=0.0, look_s=0.01), keep, Journal(box.parent / "journal.db"))
asyncio.run(watch.run())
"""


def test_a_thousand_files_arrive_once_though_the_watch_is_killed_again_and_again(box: Path) -> None:
    for index in range(1000):
        write(box / f"p{index % 7}" / f"{index:04}.csv", str(index) * 10, age_s=2000 - index)
    log = box.parent / "log"
    log.touch()
    for stop_at in (150, 400, 700, 1000):
        with python(RECEIVING, box) as process:
            end = time.monotonic() + 30
            while len({line.split(b",")[0] for line in log.read_bytes().splitlines()}) < stop_at:
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert {name for name, *_ in rows} == {f"p{index % 7}/{index:04}.csv" for index in range(1000)}
    seen: set[str] = set()
    for name, known, may_be_copy, _ in rows:
        assert may_be_copy or known not in seen, f"{name} came twice and does not say so"
        seen.add(known)
    assert len(seen) == 1000
    assert sum(may_be_copy for _, _, may_be_copy, _ in rows) <= 3
    assert [int(name[-8:-4]) for name in dict.fromkeys(name for name, *_ in rows)] == list(range(1000))


def test_what_the_receiver_cannot_keep_now_stays_and_comes_again(box: Path) -> None:
    receiver = Receiver()
    at = watch(box, receiver)

    def full(_: FoundFile) -> None:
        raise NotStored(text("the file is empty"))

    receiver.answer = full
    write(box / "a.csv", "1")
    write(box / "b.csv", "2", age_s=1)
    assert look(at, 2) == 0
    assert (box / "a.csv").exists()
    assert at.last_error == "the file is empty"
    receiver.answer = lambda _: None
    assert look(at) == 2
    assert [(each.name, each.may_be_copy) for each in receiver.files] == [("a.csv", True), ("b.csv", False)]


def test_a_folder_that_vanishes_and_returns_is_taken_up_again(box: Path) -> None:
    receiver = Receiver()
    at = watch(box, receiver)
    shutil.rmtree(box)
    assert look(at, 2) == 0
    assert not at.is_there
    assert "takes up again when it returns" in at.last_error
    write(box / "a.csv", "1")
    assert look(at, 2) == 1
    assert at.is_there


def test_links_are_refused_and_never_followed(box: Path) -> None:
    receiver = Receiver()
    secret = write(box.parent / "secret" / "key.csv", "secret")
    (box / "a.csv").symlink_to(secret)
    (box / "below").symlink_to(secret.parent)
    (box / "loop").symlink_to(box)
    write(box / "b.csv", "1")
    os.mkfifo(box / "c.csv")
    at = watch(box, receiver)
    assert look(at, 2) == 1
    assert receiver.names == ["b.csv"]
    assert at.refused == 3
    assert "only files that lie in the folder itself" in (box / "refused" / "a.csv.txt").read_text(encoding="utf-8")
    assert secret.read_text() == "secret"


@pytest.mark.parametrize("name", ["../secret", "below/../../secret", "below/key.csv", "link.csv", "", "below", "pipe"])
def test_a_name_that_leads_out_of_the_folder_or_to_no_plain_file_is_not_opened(box: Path, name: str) -> None:
    outside = box.parent / "outside"
    outside.mkdir()
    (outside / "key.csv").write_text("secret")
    (box.parent / "secret").write_text("secret")
    (box / "below").symlink_to(outside)
    (box / "link.csv").symlink_to(outside / "key.csv")
    os.mkfifo(box / "pipe")
    with pytest.raises((UnreadableFile, OSError)), opened(box, name):
        pass


def test_a_link_in_place_of_the_folder_of_taken_files_carries_none_of_them_out(box: Path) -> None:
    receiver = Receiver()
    outside = box.parent / "outside"
    outside.mkdir()
    (box / "taken").symlink_to(outside)
    write(box / "a.csv", "1")
    at = watch(box, receiver)
    assert look(at, 3) == 1
    assert list(outside.iterdir()) == []
    assert at.refused == 1
    assert (box / "taken" / "a.csv").read_text() == "1"
    assert not (box / "taken").is_symlink()


def test_a_file_that_is_replaced_while_the_receiver_works_is_taken_too(box: Path) -> None:
    receiver = Receiver()

    def replace(_: FoundFile) -> None:
        receiver.answer = lambda _: None
        write(box / "a.csv", "new", age_s=3)

    receiver.answer = replace
    write(box / "a.csv", "old")
    assert look(watch(box, receiver), 2) == 2
    assert [each.content for each in receiver.files] == [b"old", b"new"]
    assert len(list((box / "taken").iterdir())) == 1


def test_two_contents_of_one_name_lie_beside_each_other(box: Path) -> None:
    receiver = Receiver()
    at = watch(box, receiver)
    for content in ("1", "2"):
        write(box / "a.csv", content)
        look(at)
    assert sorted(each.read_text() for each in (box / "taken").iterdir()) == ["1", "2"]


def test_empty_and_too_large_files_are_set_aside(box: Path) -> None:
    write(box / "empty.csv", "")
    write(box / "large.csv", "12345")
    at = watch(box, Receiver(), most_bytes=4)
    assert look(at) == 0
    assert at.refused == 2
    assert "5 bytes, the watched folder takes 4" in (box / "refused" / "large.csv.txt").read_text(encoding="utf-8")


def test_a_second_watch_on_the_same_journal_is_told_so(box: Path) -> None:
    first = watch(box, Receiver())
    with pytest.raises(BadInput, match="one watch has it for itself"):
        watch(box, Receiver())
    first._journal.close()


@given(st.lists(st.tuples(st.floats(0.01, 3.0), st.integers(0, 2)), min_size=1, max_size=30))
def test_a_file_is_complete_only_after_it_was_quiet_for_as_long_as_was_asked(steps: list[tuple[float, int]]) -> None:
    settling = Settling(2.0)
    now_s = last_change_s = 0.0
    size = 0
    for wait_s, grown in steps:
        now_s += wait_s
        if grown:
            size += grown
            last_change_s = now_s
        first = size == 0 and last_change_s == 0.0
        last_change_s = now_s if first else last_change_s
        found = settling.observe([Entry("a", 1, size, size, size)], now_s)
        assert bool(found) == (now_s - last_change_s >= 2.0)
