"""The contract of the catalog, the same on SQLite and PostgreSQL."""

import ast
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import column, create_engine, exists, func, literal_column, select
from sqlalchemy import table as light_table
from sqlalchemy import text as sql

from loadzone.store import catalog as catalog_package
from loadzone.store.catalog import EVERYONE, Catalog, Work
from loadzone.store.catalog.engine import make_engine
from loadzone.store.catalog.latest import Latest, latest, latest_of, latest_table, put_latest
from loadzone.store.catalog.machines import machines_table
from loadzone.store.catalog.migrate import HEAD, KNOWN, configuration, revision
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, move, positions, positions_table, subtree
from loadzone.store.catalog.progress import advance, progress, progress_table
from loadzone.store.catalog.schema import metadata
from loadzone.store.catalog.tables import Json
from loadzone.words.errors import (
    AlreadyThere,
    BadInput,
    NotAllowed,
    StoreUnavailable,
    UnknownThing,
)
from loadzone.words.texts import text


def test_every_table_carries_its_organisation_in_the_key_or_says_why_not() -> None:
    for table in metadata.sorted_tables:
        if "shared" in table.info:
            assert len(table.info["shared"]) > 20, table.name
        else:
            assert next(iter(table.primary_key)).name == "organisation", table.name


def test_every_reference_stays_within_its_organisation() -> None:
    for table in metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            referred = constraint.referred_table.name
            if referred != "organisations" and table.name != "roles":  # a role may be given to a guest
                assert "organisation" in constraint.column_keys, (table.name, referred)


def test_every_column_says_what_it_holds() -> None:
    assert [str(c) for table in metadata.sorted_tables for c in table.columns if not c.doc] == []


def test_the_migrations_make_the_tables_that_the_code_states(database: str) -> None:
    Catalog.open(database).close()
    engine = make_engine(database)
    with engine.connect() as connection, connection.begin():
        command.check(configuration(connection))
        assert revision(connection) == HEAD == ScriptDirectory.from_config(configuration(connection)).get_current_head()
    engine.dispose()
    assert KNOWN[-1] == HEAD


def test_a_catalog_of_a_later_version_is_left_alone(database: str) -> None:
    Catalog.open(database).close()
    engine = make_engine(database)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="9999"):
        Catalog.open(database)


@pytest.mark.parametrize("address", ["mysql://h/d", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_no_catalog_is_refused_in_one_sentence(address: str) -> None:
    with pytest.raises(BadInput, match="sqlite:///FILE"):
        Catalog.open(address)


def test_a_database_that_does_not_answer_is_said_to_be_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        Catalog.open("postgresql://nobody@127.0.0.1:1/nothing")


def test_processes_that_open_a_new_catalog_at_once_all_find_it(tmp_path: Path, database: str) -> None:
    if database.startswith("sqlite"):
        database = f"sqlite:///{tmp_path}/fresh.sqlite"
    script = (
        "import sys; from loadzone.store.catalog import EVERYONE, Catalog\n"
        "from loadzone.store.catalog.positions import positions\n"
        "opened = Catalog.open(sys.argv[1])\n"
        "with opened.read(EVERYONE) as work: print(len(positions.all(work)))"
    )
    openers = [
        subprocess.Popen(  # noqa: S603  ours
            [sys.executable, "-c", script, database], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [opener.communicate(timeout=60)[0].strip() for opener in openers] == ["0", "0"]


def test_many_that_open_a_new_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    script = (
        "import sys, time; from loadzone.store.catalog.engine import make_engine\n"
        "for number in range(100):\n"
        "    engine = make_engine(f'sqlite:///{sys.argv[1]}/{number}.sqlite')\n"
        "    time.sleep(max(float(sys.argv[2]) + 0.02 * number - time.time(), 0))\n"
        "    engine.connect().close(); engine.dispose()"
    )
    openers = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(time.time() + 3)])  # noqa: S603  ours
        for _ in range(4)
    ]
    assert [opener.wait(timeout=60) for opener in openers] == [0] * 4


# isolation


def test_each_organisation_sees_its_own_rows_only(catalog: Catalog) -> None:
    with catalog.read("acme") as work:
        assert {each.organisation for each in positions.all(work)} == {"acme"}
        assert positions.find(work, "bolt", "drive") is None
        with pytest.raises(UnknownThing):
            positions.get(work, "bolt", "drive")
    with catalog.read([]) as work:
        assert positions.all(work) == ()
    with catalog.read(EVERYONE) as work:
        assert {each.organisation for each in positions.all(work)} == {"acme", "bolt"}
    with catalog.read(["acme", "bolt"]) as work:
        assert len(positions.all(work)) == 4


def test_a_query_whose_author_forgot_the_organisation_is_filtered_all_the_same(catalog: Catalog) -> None:
    with catalog.read("acme") as work:
        assert {row.organisation for row in work.rows(select(positions_table))} == {"acme"}
        assert work.rows(select(func.count()).select_from(positions_table))[0][0] == 2
        joined = select(positions_table.c.id, machines_table.c.organisation).join_from(
            positions_table, machines_table, positions_table.c.machine == machines_table.c.id
        )
        assert {row.organisation for row in work.rows(joined)} == {"acme"}
        assert len(work.rows(joined)) == 2
        crossed = select(positions_table.c.organisation, machines_table.c.organisation.label("theirs")).where(
            positions_table.c.machine != machines_table.c.site
        )
        assert {tuple(row) for row in work.rows(crossed)} == {("acme", "acme")}
        of_others = machines_table.c.id == positions_table.c.machine, machines_table.c.organisation != "acme"
        asked = select(func.count()).select_from(positions_table).where(*of_others)  # a table that a condition names
        assert work.rows(asked)[0][0] == 0


def test_a_query_that_cannot_be_filtered_is_refused(catalog: Catalog) -> None:
    subquery = select(positions_table.c.id).subquery()
    of_others = select(positions_table.c.id).where(exists().where(machines_table.c.id == "fan"))
    outer = select(positions_table.c.id).select_from(
        positions_table.outerjoin(machines_table, positions_table.c.machine == machines_table.c.id)
    )
    scalar = select(positions_table.c.id, select(machines_table.c.name).limit(1).scalar_subquery())
    in_words = (
        select(positions_table.c.id).select_from(sql("users")),
        select(positions_table.c.id).where(sql("1 = 1 OR organisation = 'other'")),
        select(sql("* FROM users")),
        select(literal_column("(SELECT password FROM users)")),
        select(column("password")).select_from(light_table("users", column("password"))),
    )
    for statement in (select(subquery), of_others, outer, scalar, select(positions_table.alias()), *in_words):
        with catalog.read("acme") as work, pytest.raises(TypeError):
            work.rows(statement)
    with catalog.read("acme") as work, pytest.raises((TypeError, AttributeError)):
        work.rows("SELECT * FROM positions")  # type: ignore[arg-type]


def test_many_organisations_are_seen_at_once(catalog: Catalog) -> None:
    with catalog.read(["acme", *(f"customer-{i}" for i in range(5000))]) as work:
        assert len(positions.all(work)) == 2


def test_changes_reach_rows_of_the_own_organisation_only(catalog: Catalog) -> None:
    def rename_all(work: Work) -> int:
        return work.change(positions_table.update().values(name="taken"))

    assert catalog.write("acme", rename_all) == 2
    with catalog.read("bolt") as work:
        assert {each.name for each in positions.all(work)} == {"drive", "free"}
    assert catalog.write("acme", lambda work: work.change(latest_table.delete())) == 0


def test_rows_for_another_organisation_are_not_written(catalog: Catalog) -> None:
    with pytest.raises(NotAllowed, match="bolt"):
        catalog.write("acme", lambda work: positions.add(work, Position("bolt", "new", "new", 1)))
    with pytest.raises(NotAllowed, match="bolt"):
        catalog.write("acme", lambda work: positions.put(work, Position("bolt", "drive", "mine", 1)))
    with catalog.read(EVERYONE) as work:
        assert len(positions.all(work)) == 4


def test_a_reading_transaction_does_not_write(catalog: Catalog) -> None:
    with catalog.read("acme") as work, pytest.raises(TypeError, match=r"Catalog\.write"):
        positions.add(work, Position("acme", "new", "new", 1))


def test_no_module_but_the_transaction_executes_statements() -> None:
    folder = Path(catalog_package.__file__).parent
    may = {"work.py", "engine.py", "migrate.py", "catalog.py", "env.py"}
    for path in folder.parent.rglob("*.py"):
        if path.name not in may and "versions" not in path.parts and "lake" not in path.parts:
            names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
            assert not names & {"execute", "exec_driver_sql", "connect", "_connection"}, path.name


# rows


def test_names_of_any_script_come_back_as_they_were(catalog: Catalog) -> None:
    names = ["3号线 <电机>", "Robert'); DROP TABLE positions;--", "<script>alert(1)</script>", "עברית", "6205-2RS/C3"]
    new = [Position("acme", f"p{i}", each, 1, facts={"说明": [1, 2.5, None]}) for i, each in enumerate(names)]
    catalog.write("acme", lambda work: positions.add(work, *new))
    with catalog.read("acme") as work:
        assert [positions.get(work, "acme", each.id) for each in new] == new


@pytest.mark.parametrize("bad", ["", "a.b", "a b", "a/b", "#", "电机", "x" * 65, "a\n", "in/../x"])
def test_identifiers_that_would_break_an_address_are_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="identifier"):
        Position("acme", bad, "name", 1)


@pytest.mark.parametrize("bad", ["", "  ", "a\x00b", "line\nbreak", "x" * 201, "\ud800"])
def test_names_that_cannot_be_shown_are_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="name"):
        Position("acme", "p", bad, 1)


def test_a_second_row_of_a_key_and_a_reference_to_nothing_are_told_apart(catalog: Catalog) -> None:
    with pytest.raises(AlreadyThere, match="positions"):
        catalog.write("acme", lambda work: positions.add(work, Position("acme", "drive", "again", 1)))
    with pytest.raises(UnknownThing, match="positions"):
        catalog.write("acme", lambda work: positions.add(work, Position("acme", "new", "new", 1, machine="none")))
    with pytest.raises(UnknownThing):
        catalog.write("acme", lambda work: positions.change(work, "acme", "none", name="x"))


def test_pages_follow_each_other_without_gap_or_repetition(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: positions.add(work, *(Position("acme", f"q{i:03d}", "q", 1) for i in range(25))))
    seen: list[tuple[str, str]] = []
    with catalog.read(EVERYONE) as work:
        while page := positions.page(work, after=seen[-1] if seen else (), limit=7):
            seen += [(each.organisation, each.id) for each in page]
        assert seen == [(each.organisation, each.id) for each in positions.all(work)]
    assert len(seen) == len(set(seen)) == 29


def test_a_position_moves_with_what_hangs_below_it_and_never_below_itself(catalog: Catalog) -> None:
    def build(work: Work) -> None:
        positions.add(work, Position("acme", "box", "gearbox", 1), Position("acme", "shaft", "shaft", 1, parent="box"))
        positions.add(work, Position("acme", "row", "row", 1, parent="shaft"))
        move(work, "acme", "box", "drive")

    catalog.write("acme", build)
    with catalog.read("acme") as work:
        assert [each.id for each in subtree(work, "acme", "drive")] == ["drive", "box", "shaft", "row"]
    for below in ("row", "box"):
        with pytest.raises(BadInput, match="part of it"):
            catalog.write("acme", lambda work, below=below: move(work, "acme", "box", below))


def test_a_value_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(BadInput, match="JSON"):
        Json().process_bind_param({"x": float("nan")}, make_engine("sqlite:///x").dialect)


# transactions


def test_a_job_that_raises_leaves_nothing(catalog: Catalog) -> None:
    def half(work: Work) -> None:
        positions.add(work, Position("acme", "new", "new", 1))
        raise BadInput(text("half way"))

    with pytest.raises(BadInput, match="half way"):
        catalog.write("acme", half)
    with catalog.read("acme") as work:
        assert positions.find(work, "acme", "new") is None


def test_a_reader_sees_one_state_while_others_write(catalog: Catalog) -> None:
    with catalog.read("acme") as work:
        before = positions.all(work)
        catalog.write("acme", lambda other: positions.add(other, Position("acme", "new", "new", 1)))
        assert positions.all(work) == before
    with catalog.read("acme") as work:
        assert len(positions.all(work)) == 3


def test_two_batches_that_meet_the_same_rows_in_opposite_order_both_arrive(catalog: Catalog) -> None:
    names = [f"q{i:03d}" for i in range(60)]
    catalog.write("acme", lambda work: positions.add(work, *(Position("acme", name, name, 1) for name in names)))

    def batches(order: list[str], start: int) -> None:
        for turn in range(15):
            rows = [Latest("acme", name, "rms", start + turn, 1.0, "m/s²", "good") for name in order]
            catalog.write("acme", lambda work, rows=rows: put_latest(work, rows))

    threads = [threading.Thread(target=batches, args=(order, 10)) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.read("acme") as work:
        assert {each.at_us for each in latest_of(work)} == {24}


def test_a_deadlock_runs_the_job_again(catalog: Catalog) -> None:
    """Two transactions that take two rows crosswise: each job takes them one statement at a time."""
    arrived = threading.Barrier(2, timeout=10)
    tries: list[str] = []

    def crosswise(first: str, second: str) -> None:
        def job(work: Work) -> None:
            tries.append(first)
            positions.change(work, "acme", first, name=first)
            if len(tries) <= 2 and catalog.kind == "postgresql":
                arrived.wait()
            positions.change(work, "acme", second, name=first)

        catalog.write("acme", job)

    threads = [threading.Thread(target=crosswise, args=pair) for pair in (("drive", "free"), ("free", "drive"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.read("acme") as work:
        assert {each.name for each in positions.all(work)} in ({"drive"}, {"free"})
    assert len(tries) >= (3 if catalog.kind == "postgresql" else 2)


def test_progress_counts_each_message_once_whoever_brings_it(catalog: Catalog) -> None:
    assert catalog.write([], lambda work: advance(work, "shard-0", 5, 1))
    assert not catalog.write([], lambda work: advance(work, "shard-0", 5, 2))
    assert not catalog.write([], lambda work: advance(work, "shard-0", 4, 3))
    assert catalog.write([], lambda work: advance(work, "shard-0", 9, 4))
    with catalog.read([]) as work:
        assert (progress(work, "shard-0"), progress(work, "shard-1")) == (9, None)


def test_two_workers_with_the_same_messages_have_each_effect_once(catalog: Catalog) -> None:
    effects: list[int] = []

    def worker() -> None:
        effects.extend(
            sequence
            for sequence in range(1, 31)
            if catalog.write("acme", lambda work, sequence=sequence: _effect(work, sequence))
        )

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(effects) == list(range(1, 31))
    with catalog.read("acme") as work:
        assert len(work.rows(select(latest_table))) == 30


def _effect(work: Work, sequence: int) -> bool:
    if not advance(work, "shard-0", sequence, sequence):
        return False
    latest.add(work, Latest("acme", "drive", f"q{sequence}", sequence, None, "", "good"))
    return True


def test_latest_values_never_go_back_in_time(catalog: Catalog) -> None:
    def value(at_us: int, number: float) -> Latest:
        return Latest("acme", "drive", "rms", at_us, number, "m/s²", "good")

    for batch in ([value(5, 0.5)], [value(3, 0.3)], [value(9, 0.9), value(7, 0.7)], [value(9, 1.9)]):
        catalog.write("acme", lambda work, batch=batch: put_latest(work, batch))
    with catalog.read("acme") as work:
        assert latest_of(work, positions=["drive"], quantity="rms") == (value(9, 1.9),)
    assert catalog.write("acme", lambda work: put_latest(work, [])) is None


def test_a_full_database_is_said_to_be_so(tmp_path: Path) -> None:
    opened = Catalog.open(f"sqlite:///{tmp_path}/small.sqlite")
    pool = opened._engine
    with pool.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [Organisation(f"o{i}", "x" * 200, 1) for i in range(2000)]
    with pytest.raises(StoreUnavailable, match="full"):
        opened.write(EVERYONE, lambda work: organisations.add(work, *many))
    with opened.read(EVERYONE) as work:
        assert organisations.all(work) == ()
    opened.close()


def test_the_tables_have_names_for_all_their_constraints() -> None:
    engine = create_engine("sqlite://")
    assert engine.dialect.name == "sqlite"
    for table in metadata.sorted_tables:
        assert all(each.name for each in table.constraints), table.name
    assert {"shared"} & set(progress_table.info)
