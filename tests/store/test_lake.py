"""The contract of the lake: each message's rows are in once, in order, readable while everything else goes on."""

import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from contents import DAY_US, END_US, START_US, joined, kept, message, once
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import dies, finish, start

from loadzone.store.lake import TABLES, Kept, Lake, Rows, Span, spread
from loadzone.store.lake import delta as delta_module
from loadzone.store.lake import engine as engine_module
from loadzone.store.lake.compaction import TAIL, _written, compact
from loadzone.store.lake.engine import cursor
from loadzone.store.place import Place
from loadzone.words.errors import BadInput, StoreUnavailable


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(str(tmp_path / "lake"))


@pytest.fixture
def any_lake(place: Place) -> Lake:
    """A lake in a folder, and one in an object storage."""
    return Lake(place.under("lake"))


# in once


def test_rows_come_back_in_the_order_of_time(any_lake: Lake) -> None:
    for number in (0, 1, 2):
        assert any_lake.append("points", message(number), source="s", sequences=number) == 3
    assert kept(any_lake) == once(3)
    assert kept(any_lake, "free") == kept(any_lake, organisation="bolt") == []
    assert any_lake.progress("points", "s") == 2
    assert any_lake.progress("points", "other") is any_lake.progress("results", "s") is None


def test_a_message_that_comes_again_changes_nothing(any_lake: Lake) -> None:
    for number in (0, 1, 1, 0, 2, 2):
        any_lake.append("points", message(number), source="s", sequences=number)
    assert kept(any_lake) == once(3)


def test_batches_cut_elsewhere_after_a_crash_are_recognised_message_by_message(any_lake: Lake) -> None:
    """A worker appended 0 to 4 and died before its acknowledgement; the next gets 0 to 2, then 3 to 6."""
    for numbers, new in (([0, 1, 2, 3, 4], 15), ([0, 1, 2], 0), ([3, 4, 5, 6], 6)):
        columns, sequences = joined(numbers)
        assert any_lake.append("points", columns, source="s", sequences=sequences) == new
    assert kept(any_lake) == once(7)


STEPS = st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(0, 1), st.booleans())


@settings(max_examples=30)
@given(st.lists(STEPS, min_size=1, max_size=12))
def test_whatever_is_repeated_and_however_it_is_cut_each_message_is_in_once(
    steps: list[tuple[int, int, int, bool]],
) -> None:
    """The intake may go back to any message that was not acknowledged, and cut batches anew; two handles take turns."""
    with tempfile.TemporaryDirectory() as root:
        lakes = [Lake.open(root), Lake.open(root)]
        done = 0
        for back, length, which, compacts in steps:
            begin = max(0, done - back)
            columns, sequences = joined(list(range(begin, begin + length)))
            added = lakes[which].append("points", columns, source="s", sequences=sequences)
            assert added == 3 * max(0, begin + length - done)
            done = max(done, begin + length)
            if compacts:
                lakes[0].compact(at_least=1)
        assert kept(lakes[1]) == once(done)


WRITER = """
import sys
import numpy as np
from loadzone.store.lake import Lake
lake = Lake.open(sys.argv[1])
for number in range(int(sys.argv[3]), int(sys.argv[4])):
    columns = {
        "organisation": ["acme"] * 3, "position": ["drive"] * 3, "quantity": ["rms"] * 3,
        "time": 1_790_000_000_000_000 + number * 1_000_000 + np.arange(3), "value": np.full(3, float(number)),
    }
    print(lake.append("points", columns, source=sys.argv[2], sequences=number))
"""


def test_two_workers_with_the_same_messages_write_them_once(any_lake: Lake) -> None:
    address = any_lake.place.url
    told = [finish(process).split() for process in [start(WRITER, address, "s", "0", "40") for _ in range(2)]]
    assert kept(any_lake) == once(40)
    assert sorted(int(a) + int(b) for a, b in zip(*told, strict=True)) == [3] * 40


def test_those_who_open_a_new_lake_at_once_all_find_it(any_lake: Lake) -> None:
    processes = [start(WRITER, any_lake.place.url, f"s{i}", str(i), str(i + 1)) for i in range(3)]
    threads = [threading.Thread(target=any_lake.table, args=("points",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        finish(process)
    assert kept(any_lake) == once(3)


def test_two_workers_of_two_streams_do_not_disturb_each_other_or_a_compaction(any_lake: Lake) -> None:
    processes = [
        start(WRITER, any_lake.place.url, source, first, last)
        for source, first, last in (("a", "0", "40"), ("b", "40", "80"))
    ]
    while any(process.poll() is None for process in processes):
        any_lake.compact(at_least=2)
        assert any_lake.table("points").tail() <= TAIL
    for process in processes:
        finish(process)
    assert kept(any_lake) == once(80)


@pytest.mark.parametrize("point", ["lake: before commit", "lake: after commit"])
def test_a_worker_killed_around_its_commit_is_followed_without_loss_or_doubling(any_lake: Lake, point: Any) -> None:
    any_lake.append("points", message(0), source="s", sequences=0)
    dies(point, WRITER, any_lake.place.url, "s", "1", "3")
    finish(start(WRITER, any_lake.place.url, "s", "0", "4"))
    assert kept(any_lake) == once(4)


COMPACTOR = """
import sys
from loadzone.store.lake import Lake
Lake.open(sys.argv[1]).compact(at_least=1)
"""


@pytest.mark.parametrize("point", ["lake: rewritten, before commit", "lake: rewritten, after commit"])
def test_a_compaction_killed_around_its_commit_leaves_the_rows_as_they_were(any_lake: Lake, point: Any) -> None:
    for number in range(5):
        any_lake.append("points", message(number), source="s", sequences=number)
    dies(point, COMPACTOR, any_lake.place.url)
    assert kept(any_lake) == once(5)
    any_lake.compact(at_least=1)
    assert kept(any_lake) == once(5)
    assert any_lake.append("points", message(4), source="s", sequences=4) == 0


def test_an_orphan_of_a_killed_writer_is_swept_but_not_before_its_time(lake: Lake) -> None:
    lake.append("points", message(0), source="s", sequences=0)
    dies("lake: rewritten, before commit", COMPACTOR, lake.place.url)
    orphans = list(Path(lake.place.url).rglob("L1-*.parquet"))
    assert len(orphans) == 1
    lake.vacuum()
    assert orphans[0].exists()
    lake.table("points").vacuum(0)
    assert not orphans[0].exists()
    assert kept(lake) == once(1)


# in order


def test_compaction_puts_months_in_order_and_changes_no_row(lake: Lake) -> None:
    columns, sequences = joined(list(range(90)), step_us=DAY_US)
    order = np.random.default_rng(7).permutation(len(sequences))
    for number, part in enumerate(np.array_split(order, 9)):
        lake.append("points", {k: v[part] for k, v in columns.items()}, source=f"s{number}", sequences=0)
    before = kept(lake)
    assert lake.compact(at_least=1) >= 1
    files = lake.table("points").listing().files
    assert lake.table("points").tail() == 0
    assert sorted(file.month for file in files) == ["2026-09", "2026-10", "2026-11", "2026-12"]
    assert kept(lake) == before == once(90)
    with cursor() as engine:
        for file in files:
            rows = engine.execute(
                "SELECT epoch_us(time) FROM read_parquet(?)", [lake.table("points").uri(file)]
            ).fetchall()
            assert rows == sorted(rows)
            assert (rows[0][0], rows[-1][0]) == (file.first_us, file.last_us)


def test_a_month_that_is_over_becomes_one_file(any_lake: Lake) -> None:
    for number in range(12):
        any_lake.append("points", message(number), source="s", sequences=number)
        any_lake.compact(at_least=1)
    assert 1 < len(any_lake.table("points").listing().files) < 12
    any_lake.compact(closed_us=START_US + 60 * DAY_US)
    assert len(any_lake.table("points").listing().files) == 1
    assert kept(any_lake) == once(12)


def test_a_clock_that_jumped_by_centuries_costs_the_months_that_have_rows(lake: Lake) -> None:
    columns = message(0) | {"time": [0, START_US, 250_000_000_000_000_000]}
    lake.append("points", columns, source="s", sequences=0)
    lake.compact(at_least=1)
    assert sorted(file.month for file in lake.table("points").listing().files) == ["1970-01", "2026-09", "9892-03"]


def test_late_rows_of_a_closed_month_are_read_and_merged_like_others(lake: Lake) -> None:
    for number in (5, 0):
        lake.append("points", message(number), source=f"s{number}", sequences=0)
        lake.compact(at_least=1, closed_us=START_US + 60 * DAY_US)
    assert kept(lake) == [0.0] * 3 + [5.0] * 3
    assert len(lake.table("points").listing().files) == 1


def test_of_two_compactions_at_once_one_is_done(any_lake: Lake) -> None:
    """Delta alone would take both and double every row."""
    for number in range(6):
        any_lake.append("points", message(number), source="s", sequences=number)
    first, second = any_lake.table("points"), Lake.open(any_lake.place.url).table("points")
    seen = second.listing()
    made = [file for file, _ in _written(second, seen.files, 1, "", {})]
    assert compact(first, at_least=1) == 1
    assert second.exchange(seen.files, made, is_same_rows=True) is False
    assert kept(any_lake) == once(6)


def test_a_large_merge_is_not_in_vain_when_fresh_files_are_exchanged_meanwhile(any_lake: Lake) -> None:
    """A large merge takes a minute, in which the fresh files of a busy table are exchanged many times."""
    for number in range(3):
        any_lake.append("points", message(number), source="s", sequences=number)
    large, other = any_lake.table("points"), Lake.open(any_lake.place.url).table("points")
    old = large.listing().files
    made = [file for file, _ in _written(large, old, 1, "", {})]
    for number in range(3, 6):
        any_lake.append("points", message(number), source="s", sequences=number)
    fresh = [file for file in other.listing().files if file.path not in {each.path for each in old}]
    assert other.exchange(fresh, [file for file, _ in _written(other, fresh, 1, "", {})], is_same_rows=True)
    assert large.exchange(old, made, is_same_rows=True)
    assert large.exchange(old, made, is_same_rows=True) is False
    assert kept(any_lake) == once(6)


def test_who_writes_leaves_large_merges_alone(lake: Lake) -> None:
    count = 14 * 9  # a writer exchanges 14 fresh files, and eight of what comes of them would be merged
    for number in range(count):
        lake.append("points", message(number), source="s", sequences=number)
    assert {file.level for file in lake.table("points").listing().files} == {0, 1}
    assert lake.compact() > 0
    assert kept(lake) == once(count)


def test_threads_that_compact_and_append_through_one_lake_double_nothing(lake: Lake) -> None:
    stop = threading.Event()

    def compacts() -> None:
        while not stop.is_set():
            lake.compact(at_least=2)

    threads = [threading.Thread(target=compacts) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(40):
        lake.append("points", message(number), source="s", sequences=number)
    stop.set()
    for thread in threads:
        thread.join()
    assert kept(lake) == once(40)


def test_the_tail_stays_short_when_nobody_compacts(lake: Lake) -> None:
    tails = []
    for number in range(60):
        lake.append("points", message(number), source="s", sequences=number)
        tails.append(lake.table("points").tail())
    assert max(tails) <= TAIL
    assert kept(lake) == once(60)


def test_the_tail_stays_short_when_several_write_at_once_and_one_compacts(tmp_path: Path) -> None:
    lakes = [Lake.open(str(tmp_path / "lake")) for _ in range(5)]
    for each in lakes:
        each.table("points")
    stop, tails = threading.Event(), [0]

    def writes(which: int) -> None:
        for number in range(12):
            lakes[which].append("points", message(12 * which + number), source=f"s{which}", sequences=number)
            tails.append(lakes[which].table("points").tail())

    def compacts() -> None:
        while not stop.is_set():
            lakes[4].compact()
            time.sleep(0.05)

    keeper = threading.Thread(target=compacts)
    keeper.start()
    writers = [threading.Thread(target=writes, args=(which,)) for which in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    keeper.join()
    assert max(tails) <= TAIL
    assert kept(lakes[4]) == once(48)


def test_rows_of_several_streams_are_one_commit_and_each_is_in_once(any_lake: Lake) -> None:
    def rows(*numbers: int) -> list[Rows]:
        return [Rows(message(number), f"s{number}", number) for number in numbers]

    assert any_lake.append_all("points", rows(0, 1, 2)) == 9
    assert any_lake.table("points").tail() == 1
    assert any_lake.append_all("points", rows(1, 2, 3)) == 3
    assert any_lake.append_all("points", rows(0, 3)) == 0
    assert [any_lake.progress("points", f"s{n}") for n in range(4)] == [0, 1, 2, 3]
    assert kept(any_lake) == once(4)


READER = """
import sys
from loadzone.store.lake import Lake
lake = Lake.open(sys.argv[1])
seen = 0
for _ in range(40):
    values = lake.trend("points", "acme", "drive", "rms", start_us=0, end_us=2**52).values
    assert len(values) % 3 == 0 and len(values) >= seen, (len(values), seen)
    assert values.tolist() == [float(i) for i in range(len(values) // 3) for _ in range(3)]
    seen = len(values)
print(seen)
"""


def test_readers_see_whole_messages_and_no_gap_while_rows_come_and_files_are_exchanged(lake: Lake) -> None:
    lake.append("points", message(0), source="s", sequences=0)
    reader, writer = start(READER, lake.place.url), start(WRITER, lake.place.url, "s", "1", "120")
    while reader.poll() is None or writer.poll() is None:
        lake.compact(at_least=2)
    finish(writer)
    assert 3 <= int(finish(reader)) <= 360
    assert kept(lake) == once(120)


def test_a_query_whose_files_were_swept_meanwhile_asks_for_the_new_ones(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        lake.append("points", message(number), source="s", sequences=number)
    stale = lake.table("points").uris()
    lake.compact(at_least=1)
    lake.table("points").vacuum(0)
    fresh = lake.table("points").uris
    answers = iter([stale])
    monkeypatch.setattr(lake.table("points"), "uris", lambda filters=(): next(answers, None) or fresh(filters))
    assert kept(lake) == once(4)


def test_files_are_not_swept_while_a_query_may_read_them(lake: Lake) -> None:
    for number in range(4):
        lake.append("points", message(number), source="s", sequences=number)
    stale = lake.table("points").uris()
    lake.compact(at_least=1)
    lake.vacuum()
    assert all(Path(uri).exists() for uri in stale)
    with pytest.raises(BadInput, match="1 h or longer"):
        lake.vacuum(keep_hours=0)


def test_other_engines_read_the_same_table(lake: Lake) -> None:
    for number in range(10):
        lake.append("points", message(number), source="s", sequences=number)
    lake.compact(at_least=1)
    lake.append("points", message(10), source="s", sequences=10)
    table = DeltaTable(f"{lake.place.url}/points")
    assert table.count() == 33
    assert table.file_uris(file_pruning_predicate=[("position", "=", "zzz")]) == []
    assert {field.name for field in table.schema().fields} == {column.name for column in TABLES["points"].columns}


# what is asked


def test_buckets_hold_least_greatest_and_mean_of_what_is_a_number(lake: Lake) -> None:
    columns = message(0, rows=6)
    columns["time"] = START_US + np.array([0, 1, 9, 10, 11, 30])
    columns["value"] = np.array([1.0, np.nan, 3.0, -5.0, 7.0, np.inf])
    lake.append("points", columns, source="s", sequences=0)
    found = lake.buckets("points", "acme", "drive", "rms", start_us=START_US, end_us=START_US + 40, width_us=10)
    assert found.starts_us.tolist() == [START_US, START_US + 10]
    assert found.counts.tolist() == [2, 2]
    assert (found.minima.tolist(), found.maxima.tolist(), found.means.tolist()) == ([1, -5], [3, 7], [2, 1])
    with pytest.raises(BadInput, match="width"):
        lake.buckets("points", "acme", "drive", "rms", start_us=0, end_us=1, width_us=0)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 99), st.floats(-1e6, 1e6)), min_size=1, max_size=40), st.integers(1, 50))
def test_buckets_are_what_numpy_says(rows: list[tuple[int, float]], width: int) -> None:
    times, values = np.array([t for t, _ in rows]), np.array([v for _, v in rows])
    with tempfile.TemporaryDirectory() as root:
        made = Lake.open(root)
        columns = message(0, rows=len(rows)) | {"time": START_US + times, "value": values}
        made.append("points", columns, source="s", sequences=0)
        found = made.buckets("points", "acme", "drive", "rms", start_us=START_US, end_us=START_US + 100, width_us=width)
    for i, begin in enumerate(found.starts_us - START_US):
        part = values[(times >= begin) & (times < begin + width)]
        assert (found.counts[i], found.minima[i], found.maxima[i]) == (len(part), part.min(), part.max())
        np.testing.assert_allclose(found.means[i], part.mean(), rtol=1e-9, atol=1e-9)
    assert found.counts.sum() == len(rows)


def test_the_latest_of_each_position_is_found_over_tail_and_months(any_lake: Lake) -> None:
    for number, (organisation, position) in enumerate([("acme", "a"), ("acme", "b"), ("bolt", "a"), ("acme", "a")]):
        columns = message(number) | {"organisation": [organisation] * 3, "position": [position] * 3}
        any_lake.append("points", columns, source="s", sequences=number)
        if number == 1:
            any_lake.compact(at_least=1)
    found = any_lake.latest("points", ["acme"], "rms", since_us=START_US)
    assert found == {("acme", "a"): (START_US + 3_000_002, 3.0), ("acme", "b"): (START_US + 1_000_002, 1.0)}


def test_documents_come_newest_first_with_what_is_missing_as_none(any_lake: Lake) -> None:
    columns = {
        "organisation": ["acme"] * 3,
        "position": ["drive"] * 3,
        "time": [START_US, START_US + 1, START_US + 2],
        "id": ["a", "b", "c"],
        "object": ["x", None, "y"],
        "rate": [25600, None, 1.5],
        "samples": [4096, 1, None],
    }
    any_lake.append("recordings", columns, source="s", sequences=0)
    found = any_lake.documents("recordings", "acme", "drive", start_us=START_US, end_us=START_US + 9, limit=2)
    assert [(row["id"], row["object"], row["rate"], row["samples"]) for row in found] == [
        ("c", "y", 1.5, None),
        ("b", None, None, 1),
    ]
    assert (found[0]["time"], found[0]["received"]) == (START_US + 2, None)


def test_names_with_quotes_are_values_and_no_sql(lake: Lake) -> None:
    columns = message(0) | {"quantity": ["x' OR '1'='1"] * 3}
    lake.append("points", columns, source="s", sequences=0)
    asked = {"start_us": 0, "end_us": END_US}
    assert len(lake.trend("points", "acme", "drive", "x' OR '1'='1", **asked).values) == 3
    assert len(lake.trend("points", "acme' OR '1'='1", "drive", "rms", **asked).values) == 0
    assert len(lake.latest("points", ["acme"], "x' OR '1'='1", since_us=0)) == 1


def test_a_text_for_many_rows_is_spread_without_a_python_object_for_each() -> None:
    assert spread(["a", None, "轴承"], [2, 0, 1]).to_pylist() == ["a", "a", "轴承"]


@pytest.mark.parametrize(
    "bad",
    [
        {"value": np.zeros(2)},
        {"nonsense": [1, 2, 3]},
        {"time": ["now"] * 3},
        {"organisation": [None] * 3},
        {"value": ["high"] * 3},
        {"position": [1, 2, 3]},
        {"time": [-1, 0, 1]},
        {"time": [0, 1, 2**62]},
    ],
)
def test_columns_that_the_table_does_not_have_are_refused(lake: Lake, bad: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        lake.append("points", message(0) | bad, source="s", sequences=0)
    assert kept(lake) == []


def test_what_the_lake_does_not_have_is_said_in_a_sentence(lake: Lake) -> None:
    with pytest.raises(BadInput, match="points, descriptors, results, recordings"):
        lake.table("secrets")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="documents"):
        lake.trend("results", "acme", "drive", "rms", start_us=0, end_us=1)
    with pytest.raises(BadInput, match="values"):
        lake.documents("points", "acme", "drive", start_us=0, end_us=1)
    with pytest.raises(BadInput, match="-1"):
        lake.append("points", message(0), source="s", sequences=-1)
    with pytest.raises(BadInput, match="years"):
        lake.trend("points", "acme", "drive", "rms", start_us=-(2**62), end_us=1)
    with pytest.raises(BadInput, match="s3://"):
        Place("ftp://host/lake")


# retention


def test_thinning_keeps_first_least_and_greatest_and_what_is_referred_to(any_lake: Lake) -> None:
    values = np.array([5.0, 9.0, 1.0, 4.0, 3.0, 2.0, 8.0, 7.0])
    for position in ("drive", "free"):
        columns = message(0, rows=8) | {
            "position": [position] * 8,
            "value": values,
            "time": START_US + 10 * np.arange(8),
        }
        any_lake.append("points", columns, source=position, sequences=0)
    any_lake.compact(at_least=1)
    referred = Kept(spans=(Span("acme", "free", START_US + 30, START_US + 60), Span("bolt", "drive", 0, END_US)))
    thinned = [any_lake.thin("points", before_us=END_US, every_us=DAY_US, kept=referred) for _ in range(2)]
    assert thinned == [5 + 2, 0]
    assert kept(any_lake) == [5.0, 9.0, 1.0]
    assert kept(any_lake, "free") == [5.0, 9.0, 1.0, 4.0, 3.0, 2.0]


def test_thinning_leaves_what_is_young(lake: Lake) -> None:
    for number in range(6):
        lake.append("points", message(number, step_us=20 * DAY_US), source="s", sequences=number)
    lake.compact(at_least=1)
    lake.thin("points", before_us=START_US + 30 * DAY_US, every_us=1000 * DAY_US, kept=Kept())
    assert kept(lake)[-12:] == once(6)[-12:]


def test_documents_that_are_referred_to_survive(lake: Lake) -> None:
    columns = {
        "organisation": ["acme"] * 6,
        "position": ["drive"] * 6,
        "time": START_US + np.arange(6),
        "id": list("abcdef"),
        "block": ["assess"] * 6,
    }
    lake.append("results", columns, source="s", sequences=0)
    lake.compact(at_least=1)
    assert lake.thin("results", before_us=END_US, every_us=DAY_US, kept=Kept(ids=frozenset("ce"))) == 3
    found = lake.documents("results", "acme", "drive", start_us=0, end_us=END_US)
    assert [row["id"] for row in found] == ["e", "c", "a"]


# full


def test_a_full_disk_is_told_and_nothing_half_written_is_read(tiny_disk: Path) -> None:
    lake = Lake.open(str(tiny_disk / "lake"))
    noise = np.random.default_rng(3)
    done = 0

    def fill() -> None:
        nonlocal done
        for number in range(500):
            columns = message(number, rows=2000) | {"value": noise.normal(size=2000)}
            lake.append("points", columns, source="s", sequences=number)
            done = number + 1

    with pytest.raises(StoreUnavailable, match="room"):
        fill()
    assert 0 < done < 500
    assert len(kept(lake)) == 2000 * done
    assert lake.progress("points", "s") == done - 1


@pytest.mark.parametrize("act", ["append", "compact"])
@pytest.mark.parametrize("later", [0, 5])
def test_a_writer_that_stood_still_while_the_log_went_on_and_was_cleaned_loses_and_doubles_nothing(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, act: str, later: int
) -> None:
    for number in range(8):
        lake.append("points", message(number), source="s", sequences=number)
    log = Path(lake.place.url) / "points" / "_delta_log"
    stood: list[str] = []

    def others_go_on(point: str) -> None:
        if stood or not point.endswith("before commit"):
            return
        stood.append(point)
        other = Lake(lake.place)
        for number in range(8, 16):
            other.append("points", message(number), source="other", sequences=number)
        table = DeltaTable(str(log.parent))
        table.create_checkpoint()
        for entry in log.glob("*.json"):
            os.utime(entry, (0, 0))
        table.cleanup_metadata()
        assert not (log / f"{9:020}.json").exists()
        for number in range(16, 16 + later):
            other.append("points", message(number), source="other", sequences=number)

    def go_on() -> None:
        if act == "append":
            lake.append("points", message(99), source="s", sequences=99)
        else:
            lake.compact()

    monkeypatch.setattr(delta_module, "passed", others_go_on)
    try:
        go_on()
    except StoreUnavailable:  # what is not kept comes again
        go_on()
    assert stood
    assert kept(Lake(lake.place)) == once(16 + later) + ([99.0] * 3 if act == "append" else [])


def test_an_engine_that_met_many_files_gives_way_to_another_and_answers_stay(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "MOST_FOOTERS", 3)
    monkeypatch.setattr(engine_module, "_engine", None)
    made = []
    for number in range(12):
        lake.append("points", message(number), source="s", sequences=number)
        lake.compact(at_least=4)
        assert kept(lake) == once(number + 1)
        made.append(engine_module._engine)
    assert 2 < len(set(map(id, made))) < 12
    assert kept(lake) == once(12)
    assert engine_module._engine is made[-1]


def test_what_a_merge_took_is_given_back_and_what_needs_more_goes_where_nobody_else_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_module, "_engine", None)
    monkeypatch.setattr(engine_module, "MEMORY", "100MB")
    with cursor() as engine:
        asked = "SELECT current_setting('allocator_background_threads'), current_setting('temp_directory')"
        gives_back, folder = engine.execute(asked).fetchone() or ()
        assert gives_back
        assert Path(folder).parent.stat().st_mode & 0o077 == 0
        rows = engine.execute("SELECT hash(i) AS h, i FROM range(8000000) t(i) ORDER BY h")
        assert rows.fetchone() is not None
        assert list(Path(folder).iterdir())
    monkeypatch.setattr(engine_module, "_engine", None)
    with cursor() as engine:
        assert engine.execute(asked).fetchone() != (gives_back, folder)


def test_the_engine_reads_times_in_utc() -> None:
    with cursor() as engine:
        assert engine.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
    assert duckdb.__version__
