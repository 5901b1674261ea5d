"""A restored store equals the original, on whatever database and storage; a damaged backup is not restored."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from contents import END_US, kept, message, noise, once, wave

from loadzone.store.backup import Manifest, backup, check, restore
from loadzone.store.catalog import EVERYONE, Catalog, Work
from loadzone.store.catalog.alarms import Alarm, alarms, move, moves
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.progress import advance, progress
from loadzone.store.catalog.schema import metadata
from loadzone.store.catalog.states import BlockState, exchange
from loadzone.store.lake import Lake
from loadzone.store.ledger import Event, Head, append, descendants, verify
from loadzone.store.place import Place
from loadzone.store.store import Store
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import AlreadyThere, DamagedObject, StoreUnavailable, UnknownThing


@pytest.fixture
def store(catalog: Catalog, place: Place) -> Store:
    """A store that holds something of everything."""
    made = Store(catalog, Lake(place.under("lake")), Waveforms(place.under("waveforms")))
    for number in range(12):
        made.lake.append("points", message(number), source="shard-0", sequences=number)
    made.lake.compact()
    made.lake.append("points", message(12), source="shard-0", sequences=12)
    for organisation in ("acme", "bolt"):
        made.waveforms.put(organisation, wave(noise(70_000)))

    def furnish(work: Work) -> None:
        positions.add(work, Position("acme", "a-child", "child", 1, parent="free"))
        positions.add(work, Position("acme", "z", "z", 1, parent="a-child", facts={"说明": 1.5}))
        positions.change(work, "acme", "drive", parent="z")
        alarms.add(work, Alarm("acme", "a1", "drive", "bpfo", "high", "unacknowledged", 1, 1))
        move(work, alarms.get(work, "acme", "a1"), "acknowledged", at_us=5, by="li")
        exchange(work, [None], [BlockState("acme", "drive", "trend", 1, bytes(range(256)), "shard-0", 12, 5)])
        tie = Event("transformation", (), 1, "assembling", "li", "add", parents=("ring",), children=("SN-1",))
        append(work, "acme", tie, Event("object", ("SN-1",), 2, "mounting", "li"), at_us=3)
        advance(work, "shard-0", 12, 5)

    catalog.write(EVERYONE, furnish)
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "restored")
    yield opened
    opened.close()


def files_of(manifest: Manifest) -> dict[str, str]:
    """What must be equal: the catalog line by line, waveforms and data files bit by bit."""
    return {name: seal for name, seal in manifest.files.items() if "_delta_log" not in name}


def test_a_restored_store_equals_the_original(store: Store, empty: Store, tmp_path: Path) -> None:
    first = backup(store, tmp_path / "first", at_us=9)
    assert restore(tmp_path / "first", empty) == first == check(tmp_path / "first")
    again = backup(empty, tmp_path / "again", at_us=9)
    assert files_of(again) == files_of(first)
    assert again.heads == first.heads
    assert {name for name in first.files if name.startswith("catalog/")} == {
        f"catalog/{table.name}.jsonl" for table in metadata.sorted_tables
    }
    assert kept(empty.lake) == once(13)
    (name,) = empty.waveforms.names("acme")
    np.testing.assert_array_equal(empty.waveforms.read("acme", name), store.waveforms.read("acme", name))
    with empty.catalog.read(EVERYONE) as work:
        assert verify(work, "acme", noted=Head("acme", *first.heads["acme"])) == ()
        assert [kin.thing for kin in descendants(work, "acme", "ring")] == ["SN-1"]
        assert len(moves.all(work)) == 1
        assert progress(work, "shard-0") == 12


def test_a_restored_store_goes_on_where_the_original_was(store: Store, empty: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "first", at_us=9)
    restore(tmp_path / "first", empty)
    for number in (11, 12, 13):
        empty.lake.append("points", message(number), source="shard-0", sequences=number)
    empty.lake.compact(at_least=1, closed_us=END_US)
    assert kept(empty.lake) == once(14)
    next_event = Event("object", ("SN-1",), 9, "removing", "li")
    empty.catalog.write("acme", lambda work: append(work, "acme", next_event, at_us=9))
    with empty.catalog.read("acme") as work:
        assert verify(work, "acme") == ()


def test_an_installation_outgrows_its_file_and_moves_into_the_other_database(
    store: Store, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not database.startswith("sqlite"):
        pytest.skip("the way back is the test above: its target is a SQLite file")
    first = backup(store, tmp_path / "first", at_us=9)
    moved = Store.open(tmp_path / "moved", database=request.getfixturevalue("postgresql_database"))
    restore(tmp_path / "first", moved)
    assert files_of(backup(moved, tmp_path / "again", at_us=9)) == files_of(first)
    moved.close()


def test_a_backup_is_whole_while_others_write(store: Store, empty: Store, tmp_path: Path) -> None:
    """The catalog of the backup never speaks of a message whose rows are not in its lake."""
    stop = threading.Event()

    def writes() -> None:
        number = 13
        while not stop.is_set():
            store.lake.append("points", message(number), source="shard-0", sequences=number)
            store.catalog.write([], lambda work, number=number: advance(work, "shard-0", number, number))
            if number % 5 == 0:
                store.lake.compact(at_least=2)
            number += 1

    writer = threading.Thread(target=writes)
    writer.start()
    try:
        backup(store, tmp_path / "first", at_us=9)
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "first", empty)
    with empty.catalog.read([]) as work:
        reached = progress(work, "shard-0")
    assert reached is not None
    values = kept(empty.lake)
    assert values == once(len(values) // 3)
    assert len(values) // 3 > reached


def test_a_backup_that_was_touched_is_not_restored(store: Store, empty: Store, tmp_path: Path) -> None:
    manifest = backup(store, tmp_path / "first", at_us=9)
    for name in (next(n for n in manifest.files if "waveforms/" in n), "catalog/events.jsonl", "manifest.json"):
        path = tmp_path / "first" / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-2] + b"xx")
        with pytest.raises(DamagedObject, match="backup"):
            restore(tmp_path / "first", empty)
        path.unlink()
        with pytest.raises((DamagedObject, UnknownThing)):
            check(tmp_path / "first")
        path.write_bytes(whole)
    (tmp_path / "first" / "extra").write_bytes(b"")
    with pytest.raises(DamagedObject, match="extra"):
        check(tmp_path / "first")


def test_nothing_is_overwritten(store: Store, empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(store, tmp_path / "first", at_us=9)
    with pytest.raises(AlreadyThere, match="first"):
        backup(store, tmp_path / "first", at_us=9)
    with pytest.raises(AlreadyThere, match="new data folder"):
        restore(tmp_path / "first", store)
    monkeypatch.setattr("loadzone.store.backup.HEAD", "9999")
    with pytest.raises(StoreUnavailable, match="9999"):
        restore(tmp_path / "first", empty)
    with pytest.raises(UnknownThing, match=r"manifest\.json"):
        restore(tmp_path / "none", empty)


def test_a_full_disk_leaves_no_half_backup(store: Store, tiny_disk: Path) -> None:
    for _ in range(8):
        store.waveforms.put("acme", wave(noise(70_000)))
    with pytest.raises(StoreUnavailable, match="room"):
        backup(store, tiny_disk / "first", at_us=9)
    assert list(tiny_disk.iterdir()) == []
