"""Compaction while writing goes on: fresh files become months in order, these are merged, and old rows are thinned.

A compacted file lies in the folder of its month, ``2026-11/L1-….parquet``; its level says how often its rows were
merged. `FANOUT` files of one level become one of the next, so that each row is written few times and a month has
few files; a month that is over becomes one file (or as many as `MOST_ROWS` asks for).
Each exchange is one Delta commit with the same rows: readers of any engine see them before or after, never twice.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from loadzone.store.canonical import canonical
from loadzone.store.lake.delta import DataFile, Delta, Listing, NewFile
from loadzone.store.lake.engine import cursor
from loadzone.words.errors import StoreUnavailable
from loadzone.words.texts import text

TAIL = 20
"""Fresh files that a reader may meet at most."""
SOON = 8
"""Fresh files from which on `compact` has work to do."""
FANOUT = 8
MOST_ROWS = 8_000_000
"""Rows of a file that is not merged any more."""
ROW_GROUP = 131_072
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """A part of a position's history that is referred to: from ``start_us`` up to and without ``end_us``."""

    organisation: str
    position: str
    start_us: int
    end_us: int


@dataclass(frozen=True)
class Kept:
    """What retention must keep: rows by their id, and all rows of spans (alarms, advice, certificates, ledger)."""

    ids: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()


def compact(delta: Delta, *, at_least: int = SOON, closed_us: int | None = None, is_fresh_only: bool = False) -> int:
    """Bring fresh files into their months and merge what has become many; how many exchanges were made.

    Parameters
    ----------
    at_least : fresh files below which the tail is left as it is
    closed_us : months that ended before this time get no more rows in their order: each becomes one file
    is_fresh_only : large merges are left to whoever has time and memory for them
    """
    exchanges = 0
    while (chosen := _due(delta.listing(), at_least, closed_us, is_fresh_only)) is not None:
        level, files = chosen
        if not _merge(delta, files, level):
            return exchanges  # somebody else exchanged these
        exchanges += 1
    return exchanges


def thin(delta: Delta, *, before_us: int, every_us: int, kept: Kept) -> int:
    """Thin the rows before a time, and how many fell away.

    Of each line of values, and of the documents of each position, the first row of every ``every_us`` stays, of
    values also the least and the greatest; what ``kept`` names stays whole. What stays are rows as they were
    written, no averages, so that a result can be computed from them again. Twice is as once.
    """
    months: dict[str, list[str]] = defaultdict(list)
    for file in delta.listing().files:
        if file.level and file.last_us < before_us:
            months[file.month].append(file.path)
    return sum(_thin_files(delta, set(paths), every_us, kept) for _, paths in sorted(months.items()))


def _due(seen: Listing, at_least: int, closed_us: int | None, is_fresh_only: bool) -> tuple[int, list[DataFile]] | None:
    """The files to be merged next, and the level that they reach."""
    fresh = [file for file in seen.files if not file.level]
    if fresh and len(fresh) >= at_least:
        return 1, fresh
    if is_fresh_only:
        return None
    months: dict[tuple[str, int], list[DataFile]] = defaultdict(list)
    for file in seen.files:
        if file.level and file.rows < MOST_ROWS:
            is_closed = closed_us is not None and file.last_us < closed_us and file.month < _month(closed_us)
            months[file.month, 0 if is_closed else file.level].append(file)
    for (_, level), some in sorted(months.items()):
        if len(some) >= (FANOUT if level else 2):
            return max(file.level for file in some) + 1, some
    return None


def _merge(delta: Delta, files: Sequence[DataFile], level: int) -> bool:
    """The same rows in order, one file a month; False where somebody else exchanged one of the files meanwhile."""
    made = list(_written(delta, files, level, "", {}))
    if sum(rows for _, rows in made) != sum(file.rows for file in files):
        raise StoreUnavailable(
            text(
                "compaction of table {table} would change the number of rows: nothing was done", table=delta.table.name
            )
        )
    return delta.exchange(files, [file for file, _ in made], is_same_rows=True)


def _thin_files(delta: Delta, paths: set[str], every_us: int, kept: Kept) -> int:
    files = [file for file in delta.listing().files if file.path in paths]
    if len(files) < len(paths):
        return 0  # merged meanwhile: the next time
    condition, values = _stays(delta, every_us, kept)
    made = list(_written(delta, files, max(file.level for file in files), condition, values))
    lost = sum(file.rows for file in files) - sum(rows for _, rows in made)
    if not lost or not delta.exchange(files, [file for file, _ in made], is_same_rows=False):
        return 0
    return lost


def _stays(delta: Delta, every_us: int, kept: Kept) -> tuple[str, dict[str, Any]]:
    """The clause under which a row stays, and its values."""
    table = delta.table
    parts = ", ".join([*table.series, f"epoch_us(time) // {int(every_us)}"])
    orders = ["time"] + (["value, time", "value DESC NULLS LAST, time"] if table.has_values else [])
    firsts = [f"row_number() OVER (PARTITION BY {parts} ORDER BY {order}) = 1" for order in orders]
    spans = canonical([vars(span) for span in kept.spans]).decode()
    in_span = (
        'list_contains(list_transform(from_json($spans::JSON, \'[{"organisation":"VARCHAR","position":"VARCHAR",'
        '"start_us":"BIGINT","end_us":"BIGINT"}]\'), lambda s: s.organisation = organisation AND s.position = position '
        "AND epoch_us(time) >= s.start_us AND epoch_us(time) < s.end_us), true)"
    )
    named = [] if table.has_values else ["list_contains($ids, id)"]
    values: dict[str, Any] = {"spans": spans} | ({} if table.has_values else {"ids": sorted(kept.ids)})
    return "QUALIFY " + " OR ".join([*firsts, in_span, *named]), values


def _written(
    delta: Delta, files: Sequence[DataFile], level: int, stays: str, values: dict[str, Any]
) -> Iterator[tuple[NewFile, int]]:
    """Write the rows of the files, as far as they stay, in order, one new file a month; with its number of rows."""
    uris = delta.place.on_this_machine([delta.uri(file) for file in files])
    within = "time >= make_timestamptz($start) AND time < make_timestamptz($end)"
    rows = f"SELECT * FROM (SELECT * FROM read_parquet($uris) {stays}) WHERE {within}"  # noqa: S608  ours
    for start, end in _months(uris):
        span = {"start": _micros(start), "end": _micros(end)}
        made, count = month_file(delta, start, level, rows, {**values, **span, "uris": uris})
        if count:
            yield made, count


def month_file(
    delta: Delta, month: datetime, level: int, rows: str, values: dict[str, Any] | None = None
) -> tuple[NewFile, int]:
    """A file of one month with the rows of a query, in the table's order, and their number; none is kept without rows.

    Parameters
    ----------
    month : its start
    level : how often the rows were merged
    rows : SQL that gives the table's columns in their order; ``values`` are those that it names
    """
    name = f"{month:%Y-%m}/L{level}-{uuid.uuid4().hex}.parquet"
    path = delta.place.new_path(name)
    order = ", ".join(delta.table.order)
    with cursor() as engine:
        engine.execute(
            f"COPY (SELECT * FROM ({rows}) ORDER BY {order}) TO '{_quoted(str(path))}' "  # noqa: S608  ours
            f"(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE {ROW_GROUP})",
            values or {},
        )
    count, statistics = _statistics(delta, str(path))
    size = path.stat().st_size
    if count and delta.place.folder is None:
        delta.place.put_file(path, name)
    if not count or delta.place.folder is None:
        path.unlink()
    return NewFile(name, size, statistics), count


def _statistics(delta: Delta, path: str) -> tuple[int, str]:
    """Number of rows, and what Delta writes of a file so that readers can leave it out."""
    shown = [
        (name, f"epoch_us({kind}({name}))" if name == "time" else f"{kind}({name})", kind)
        for name in delta.table.order
        for kind in ("min", "max")
    ]
    asked = ", ".join(expression for _, expression, _ in shown)
    with cursor() as engine:
        found = engine.execute(f"SELECT count(*), {asked} FROM read_parquet(?)", [[path]]).fetchone()  # noqa: S608  ours
    assert found is not None  # noqa: S101  an aggregate has one row
    bounds: dict[str, dict[str, Any]] = {"min": {}, "max": {}}
    for (name, _, kind), value in zip(shown, found[1:], strict=True):
        bounds[kind][name] = _written_time(value) if name == "time" and value is not None else value
    nulls = dict.fromkeys(delta.table.order, 0)
    told = {"numRecords": found[0], "minValues": bounds["min"], "maxValues": bounds["max"], "nullCount": nulls}
    return int(found[0]), canonical(told).decode()


def _months(uris: Sequence[str]) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of each month that has rows; a clock that jumped may have left decades between them."""
    with cursor() as engine:
        found = engine.execute(
            "SELECT DISTINCT epoch_us(date_trunc('month', time)) AS month FROM read_parquet(?) ORDER BY month", [uris]
        ).fetchall()
    for (month,) in found:
        start = EPOCH + timedelta(microseconds=month)
        yield start, (start + timedelta(days=32)).replace(day=1)


def _month(micros: int) -> str:
    return f"{EPOCH + timedelta(microseconds=micros):%Y-%m}"


def _micros(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)


def _written_time(micros: int) -> str:
    return f"{EPOCH + timedelta(microseconds=micros):%Y-%m-%dT%H:%M:%S.%fZ}"


def _quoted(path: str) -> str:
    return path.replace("'", "''")
