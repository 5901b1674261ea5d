"""A worker killed at every named point: the next one goes on, and the whole store is as if nothing had happened."""

from pathlib import Path
from typing import Any

import pytest
from contents import furnish
from processes import dies, finish, start
from sqlalchemy import select

from loadzone.store.catalog import EVERYONE, Catalog
from loadzone.store.catalog.latest import latest
from loadzone.store.catalog.progress import progress
from loadzone.store.catalog.states import states
from loadzone.store.ledger import events_of, verify
from loadzone.store.ledger.tables import events_table
from loadzone.store.points import POINTS, Point
from loadzone.store.store import Store

WORKER = """
import sys
from pathlib import Path
import numpy as np
from loadzone.store.catalog.latest import Latest, put_latest
from loadzone.store.catalog.progress import advance
from loadzone.store.catalog.states import BlockState, exchange, states_of
from loadzone.store.ledger import Event, append
from loadzone.store.store import Store
from loadzone.store.waveforms import Wave

store = Store.open(Path(sys.argv[1]), database=sys.argv[2])

def keep(work, number, name):
    if not advance(work, "shard-0", number, number):
        return
    before = next(iter(states_of(work, "acme", ["drive"])), None)
    remembered = (before.value if before else b"") + bytes([number])
    exchange(work, [before], [BlockState("acme", "drive", "trend", 1, remembered, "shard-0", number, number)])
    put_latest(work, [Latest("acme", "drive", "rms", number, float(number), "g", "good")])
    append(work, "acme", Event("object", ("drive", name), number, "measuring", "worker"), at_us=number)

for number in range(6):  # at least once: each run begins at the first message
    samples = np.random.default_rng(number).normal(size=70_000).astype(np.float32)
    name = store.waveforms.put("acme", Wave(samples, 25600.0, "g", number))
    whose = {"organisation": ["acme"], "position": ["drive"], "time": [1_790_000_000_000_000 + number]}
    token = {"source": "shard-0", "sequences": number}
    store.lake.append("points", whose | {"quantity": ["rms"], "value": [float(number)]}, **token)
    store.lake.append("recordings", whose | {"id": [f"r{number}"], "object": [name]}, **token)
    if number in (2, 4):
        store.lake.compact(at_least=1)
    store.catalog.write("acme", lambda work: keep(work, number, name))
"""


def all_of(store: Store) -> dict[str, Any]:
    """Everything that a message leaves, as far as it does not tell how its files are cut."""
    with store.catalog.read(EVERYONE) as work:
        assert verify(work, "acme") == ()
        rows = {
            "ledger": [entry.hash for entry in events_of(work, "acme")],
            "latest": latest.all(work),
            "states": states.all(work),
            "progress": progress(work, "shard-0"),
            "events": len(work.rows(select(events_table))),
        }
    trend = store.lake.trend("points", "acme", "drive", "rms", start_us=0, end_us=2**52)
    documents = store.lake.documents("recordings", "acme", "drive", start_us=0, end_us=2**52)
    names = set(store.waveforms.names("acme"))
    assert names == {row["object"] for row in documents}
    for name in names:
        store.waveforms.read("acme", name)
    return rows | {"points": trend.values.tolist(), "recordings": documents}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    database = f"sqlite:///{folder}/catalog.sqlite"
    furnish(database)
    finish(start(WORKER, str(folder), database))
    store = Store.open(folder, database=database)
    found = all_of(store)
    store.close()
    return found


OF_CATALOG = [point for point in POINTS if point.startswith("catalog")]
CASES = [(point, "sqlite") for point in POINTS] + [(point, "postgresql") for point in OF_CATALOG]


@pytest.mark.parametrize(("point", "database"), CASES, indirect=["database"])
def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(
    point: Point, catalog: Catalog, database: str, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    dies(point, WORKER, str(tmp_path), database, nth=1 if "rewritten" in point else 3)
    finish(start(WORKER, str(tmp_path), database))
    store = Store.open(tmp_path, database=database)
    assert all_of(store) == undisturbed
    store.close()
    assert catalog.kind in database
