"""The contract of the ledger: it only grows, every change shows, one chain for all who append."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from processes import finish, start
from sqlalchemy import text

from loadzone.store.catalog import Catalog, Work
from loadzone.store.ledger import (
    Entry,
    Event,
    Flaw,
    Head,
    Kin,
    ancestors,
    append,
    corrections_of,
    descendants,
    events_at,
    events_of,
    flaws,
    head,
    verify,
)
from loadzone.store.ledger.chain import GENESIS, sealed
from loadzone.store.ledger.genealogy import kept, rebuilt
from loadzone.store.ledger.tables import events_table, things_table
from loadzone.words.errors import BadInput, NotAllowed, UnknownThing


def mounting(serial: str = "SN-1", at_us: int = 10, **more: Any) -> Event:
    return Event("object", (serial, "drive"), at_us, "mounting", "李", where="drive", **more)


def made(parents: Iterable[str], children: Iterable[str], *, action: Any = "add") -> Event:
    return Event("transformation", (), 1, "grinding", "ann", action, parents=tuple(parents), children=tuple(children))


def chain(count: int) -> tuple[list[Entry], Head]:
    entries: list[Entry] = []
    last = Head("acme", 0, GENESIS)
    for i in range(count):
        entries.append(sealed(last, mounting(f"SN-{i}", i), recorded_us=i))
        last = Head("acme", i + 1, entries[-1].hash)
    return entries, last


# the chain, without a database


def test_a_whole_chain_has_no_flaw() -> None:
    assert list(flaws(*chain(20))) == []
    assert list(flaws([], Head("acme", 0, GENESIS))) == []


@given(st.data())
def test_an_entry_that_was_changed_in_any_of_its_words_is_named(data: st.DataObject) -> None:
    entries, last = chain(8)
    i = data.draw(st.integers(0, 7))
    entry = entries[i]
    changed = data.draw(
        st.sampled_from(
            [
                replace(entry, recorded_us=entry.recorded_us + 1),
                replace(entry, organisation="bolt"),
                replace(entry, hash="f" * 64),
                *(
                    replace(entry, event=replace(entry.event, **{name: value}))
                    for name, value in {
                        "who": "mallory",
                        "at_us": 99,
                        "what": ("SN-1",),
                        "facts": {"x": 1},
                        "step": "removing",
                        "where": None,
                        "documents": ("order 7",),
                        "action": "delete",
                        "kind": "association",
                        "disposition": "damaged",
                    }.items()
                ),
            ]
        )
    )
    found = list(flaws([*entries[:i], changed, *entries[i + 1 :]], last))
    assert Flaw("acme", i + 1, "changed") in found


@given(st.integers(0, 7))
def test_an_entry_whose_hash_was_made_to_fit_breaks_the_next_link(i: int) -> None:
    entries, last = chain(8)
    before = Head("acme", i, entries[i - 1].hash if i else GENESIS)
    entries[i] = sealed(before, mounting("forged", 5), recorded_us=i)
    assert list(flaws(entries, last)) == [Flaw("acme", min(i + 2, 8), "broken link")]


@given(st.sets(st.integers(1, 8), min_size=1))
def test_entries_that_are_missing_are_named_also_the_last_ones(lost: set[int]) -> None:
    entries, last = chain(8)
    found = list(flaws([entry for entry in entries if entry.number not in lost], last))
    assert {flaw.number for flaw in found if flaw.kind == "missing"} == lost


@given(st.permutations(range(6)))
def test_a_chain_in_another_order_has_flaws(order: list[int]) -> None:
    entries, last = chain(6)
    assert bool(list(flaws([entries[i] for i in order], last))) == (order != sorted(order))
    swapped = [replace(entries[i], number=place + 1) for place, i in enumerate(order)]
    assert bool(list(flaws(swapped, last))) == (order != sorted(order))


# on the databases


def test_events_come_back_by_thing_and_number(catalog: Catalog) -> None:
    told = [
        mounting("SN-1", 10, facts={"力矩": 12.5}),
        mounting("SN-2", 20),
        mounting("SN-1", 30, documents=("order 7",)),
    ]
    entries = catalog.write("acme", lambda work: append(work, "acme", *told, at_us=99))
    with catalog.read("acme") as work:
        assert events_of(work, "acme") == entries
        assert [entry.event for entry in events_of(work, "acme", "SN-1")] == [told[0], told[2]]
        assert [entry.number for entry in events_of(work, "acme", "drive", after=1, limit=1)] == [2]
        assert head(work, "acme") == Head("acme", 3, entries[-1].hash)
        assert verify(work, "acme", noted=Head("acme", 2, entries[1].hash)) == ()
    with catalog.read("bolt") as work:
        assert events_of(work, "acme") == ()
        assert head(work, "bolt").number == 0


def test_what_happened_at_a_place_or_to_its_units_is_told_once_the_newest_first(catalog: Catalog) -> None:
    told = (
        Event("object", ("position:drive",), 1, "position entered", "ann"),
        mounting("SN-1"),
        Event("object", ("alarm:1",), 3, "alarm: reset", "ann", where="drive"),
        Event("object", ("alarm:2",), 4, "alarm: reset", "ann", where="free"),
        Event("object", ("SN-1",), 5, "unit changed", "ann"),
    )
    catalog.write("acme", lambda work: append(work, "acme", *told, at_us=5))
    with catalog.read("acme") as work:
        numbers = [each.number for each in events_at(work, "acme", "drive", ("position:drive", "SN-1"))]
        assert numbers == [5, 3, 2, 1]
        assert [each.number for each in events_at(work, "acme", "drive", before=3)] == [2]
        assert [each.number for each in events_at(work, "acme", "drive", ("SN-1",), limit=2)] == [5, 3]
        assert events_at(work, "acme", "nowhere") == ()


def test_an_event_is_kept_with_what_it_tells_about_or_not_at_all(catalog: Catalog) -> None:
    def fails(work: Work) -> None:
        append(work, "acme", mounting(), at_us=1)
        append(work, "acme", mounting(corrects=7), at_us=1)

    with pytest.raises(UnknownThing, match="7"):
        catalog.write("acme", fails)
    with catalog.read("acme") as work:
        assert (events_of(work, "acme"), verify(work, "acme")) == ((), ())


def test_a_correction_is_a_new_event(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: append(work, "acme", mounting("SN-1"), at_us=1))
    (right,) = catalog.write("acme", lambda work: append(work, "acme", mounting("SN-2", corrects=1), at_us=2))
    with catalog.read("acme") as work:
        assert corrections_of(work, "acme", 1) == (right,)
        assert [entry.event.what[0] for entry in events_of(work, "acme")] == ["SN-1", "SN-2"]


def test_nothing_in_the_ledger_is_changed_or_taken_away_by_the_program(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: append(work, "acme", mounting(), at_us=1))
    for table in (events_table, things_table):
        for statement in (table.delete(), table.update().values(organisation="bolt")):
            with pytest.raises(NotAllowed, match="only grows"):
                catalog.write("acme", lambda work, statement=statement: work.change(statement))
        with pytest.raises(NotAllowed, match="only grows"):
            catalog.write("acme", lambda work, table=table: work.put(table, []))


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("UPDATE events SET who = 'mallory' WHERE number = 3", Flaw("acme", 3, "changed")),
        ("UPDATE events SET at_us = at_us - 1 WHERE number = 6", Flaw("acme", 6, "changed")),
        ("UPDATE events SET what = '[]' WHERE number = 1", Flaw("acme", 1, "changed")),
        ("DELETE FROM events WHERE number = 3", Flaw("acme", 3, "missing")),
        ("DELETE FROM events WHERE number = 6", Flaw("acme", 6, "missing")),
        ("DELETE FROM event_things WHERE number = 2", Flaw("acme", 2, "side table")),
        ("DELETE FROM genealogy", Flaw("acme", 0, "side table")),
        ("UPDATE ledger_heads SET number = 5", Flaw("acme", 6, "out of order")),
    ],
)
def test_what_is_done_to_the_rows_behind_the_program_is_found(catalog: Catalog, statement: str, flaw: Flaw) -> None:
    told = [mounting(f"SN-{i}", i) for i in range(5)]
    catalog.write("acme", lambda work: append(work, "acme", *told, made(["heat"], ["SN-1"]), at_us=1))
    with catalog._engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        connection.execute(text(statement))
    with catalog.read("acme") as work:
        assert flaw in verify(work, "acme")


def test_who_rewrote_the_whole_chain_is_found_by_a_head_that_was_noted(catalog: Catalog) -> None:
    (entry,) = catalog.write("acme", lambda work: append(work, "acme", mounting("SN-1"), at_us=1))
    forged = sealed(Head("acme", 0, GENESIS), mounting("SN-9"), recorded_us=1)
    things = ["SN-9", "drive"]
    with catalog._engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        for table in ("events", "event_things"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  of a test
        row = vars(forged.event) | {"organisation": "acme", "number": 1, "recorded_us": 1}
        connection.execute(events_table.insert(), [row | {"previous": forged.previous, "hash": forged.hash}])
        connection.execute(things_table.insert(), [{"organisation": "acme", "thing": t, "number": 1} for t in things])
        connection.execute(text("UPDATE ledger_heads SET hash = :hash"), {"hash": forged.hash})
    with catalog.read("acme") as work:
        assert verify(work, "acme") == ()
        assert verify(work, "acme", noted=Head("acme", 1, entry.hash)) == (Flaw("acme", 1, "changed"),)


APPENDER = """
import sys
from loadzone.store.catalog import Catalog
from loadzone.store.ledger import Event, append
catalog = Catalog.open(sys.argv[1])
for i in range(25):
    events = [Event("object", (f"{sys.argv[2]}-{i}-{k}",), i, "inspecting", sys.argv[2]) for k in range(2)]
    catalog.write("acme", lambda work: append(work, "acme", *events, at_us=i))
"""


def test_two_processes_that_append_at_once_keep_one_chain(catalog: Catalog, database: str) -> None:
    for process in [start(APPENDER, database, name) for name in ("a", "b")]:
        finish(process)
    with catalog.read("acme") as work:
        entries = events_of(work, "acme")
        assert verify(work, "acme") == ()
    assert [entry.number for entry in entries] == list(range(1, 101))
    for name in ("a", "b"):
        told = [entry.event.what[0] for entry in entries if entry.event.who == name]
        assert told == [f"{name}-{i}-{k}" for i in range(25) for k in range(2)]


# genealogy


def test_a_bearing_leads_back_to_its_heats_and_a_heat_to_its_bearings(catalog: Catalog) -> None:
    ties = [
        made(["heat 7"], ["inner 1", "outer 1", "inner 2"]),
        made(["inner 1", "outer 1", "balls L3"], ["SN-1"]),
        made(["inner 2", "balls L3"], ["SN-2"]),
        made(["SN-1", "SN-2"], ["gearbox 5"]),
    ]
    catalog.write("acme", lambda work: append(work, "acme", *ties, at_us=1))
    with catalog.read("acme") as work:
        assert ancestors(work, "acme", "SN-1") == (
            Kin("balls L3", 1),
            Kin("inner 1", 1),
            Kin("outer 1", 1),
            Kin("heat 7", 2),
        )
        assert [kin.thing for kin in descendants(work, "acme", "heat 7") if kin.depth > 1] == [
            "SN-1",
            "SN-2",
            "gearbox 5",
        ]
        assert ancestors(work, "acme", "heat 7") == ()
    with catalog.read("bolt") as work:
        assert descendants(work, "acme", "heat 7") == ()


def test_a_wrong_tie_is_taken_back_and_the_other_ways_stay(catalog: Catalog) -> None:
    ties = [made(["heat"], ["inner", "outer"]), made(["inner", "outer"], ["SN-1"])]
    catalog.write("acme", lambda work: append(work, "acme", *ties, at_us=1))
    catalog.write("acme", lambda work: append(work, "acme", made(["inner"], ["SN-1"], action="delete"), at_us=2))
    with catalog.read("acme") as work:
        assert ancestors(work, "acme", "SN-1") == (Kin("outer", 1), Kin("heat", 2))
    with pytest.raises(BadInput, match="SN-1 was not made from inner"):
        catalog.write("acme", lambda work: append(work, "acme", made(["inner"], ["SN-1"], action="delete"), at_us=3))


def test_nothing_descends_from_itself(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: append(work, "acme", made(["a"], ["b"]), made(["b"], ["c"]), at_us=1))
    for parents, children in ((["c"], ["a"]), (["b"], ["b"]), (["x", "c"], ["y", "b"])):
        with pytest.raises(BadInput, match="descend from itself"):
            catalog.write("acme", lambda work, p=parents, c=children: append(work, "acme", made(p, c), at_us=2))
    with catalog.read("acme") as work:
        assert verify(work, "acme") == ()


THINGS = st.sampled_from("abcdefg")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sets(THINGS, min_size=1, max_size=3), st.sets(THINGS, min_size=1, max_size=3), st.booleans()),
        max_size=12,
    )
)
def test_the_closure_is_what_the_events_mean(catalog: Catalog, steps: list[tuple[set[str], set[str], bool]]) -> None:
    """Any history of ties made and taken back, those that are refused left out, on one ledger that grows."""
    for parents, children, is_delete in steps:
        event = made(sorted(parents), sorted(children), action="delete" if is_delete else "add")
        try:
            catalog.write("acme", lambda work, event=event: append(work, "acme", event, at_us=1))
        except BadInput:
            continue
    with catalog.read("acme") as work:
        events = [entry.event for entry in events_of(work, "acme", limit=10_000)]
        closure = kept(work, "acme")
        assert closure == rebuilt(events)
        assert {kin.thing for kin in descendants(work, "acme", "a")} == _below(events, "a")


def _below(events: list[Event], thing: str) -> set[str]:
    """Walks the ties as they stand after all events."""
    ties: Counter[tuple[str, str]] = Counter()
    for event in events:
        for parent in event.parents:
            for child in event.children:
                ties[parent, child] += -1 if event.action == "delete" else 1
    found: set[str] = set()
    left = {thing}
    while left:
        left = {child for (parent, child), n in ties.items() if n > 0 and parent in left} - found
        found |= left
    return found


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "miracle"},
        {"action": "change"},
        {"what": ()},
        {"what": ("a\x00b",)},
        {"who": ""},
        {"parents": ("a",)},
        {"facts": {"x": float("inf")}},
        {"facts": {"x": object()}},
        {"step": "x" * 300},
    ],
)
def test_an_event_that_says_nothing_that_can_be_kept_is_refused(bad: dict[str, Any]) -> None:
    good: dict[str, Any] = {"kind": "object", "what": ("SN-1",), "at_us": 1, "step": "mounting", "who": "li"}
    with pytest.raises(BadInput):
        Event(**(good | bad))
    assert json.dumps(Event(**good).what) == '["SN-1"]'
