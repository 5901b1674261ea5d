"""Files of any known format into the store, by the way that everything goes, without a broker in between.

Each position has a stream of its own for what is ingested. Its numbers are noted before anything is kept, so that a
call that was killed, or one that is repeated, puts each file in once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from loadzone.connect.address import Address
from loadzone.connect.intake import Arrival, message_id
from loadzone.connect.messages.file import File, encode_file
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.files import wanted_files
from loadzone.flows.platform import Platform
from loadzone.flows.watch import Decoder, Fold, Harvest, PositionFold, Watch, handle
from loadzone.flows.watch.decode import SAYS_NOTHING
from loadzone.store.catalog import Work
from loadzone.store.catalog.organisations import Organisation, organisations
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.progress import progress
from loadzone.store.catalog.quarantine import adopt
from loadzone.store.catalog.states import BlockState, exchange, states
from loadzone.store.lake import TableName
from loadzone.store.lake.engine import ROWS, ask
from loadzone.words.errors import LoadzoneError, UnknownThing, UnreadableFile
from loadzone.words.texts import Text, text

DOOR = "ingest"
BLOCK = "ingest"
MOST_FILES = 32
MOST_BYTES = 64_000_000
"""A batch is closed at either."""


@dataclass(frozen=True)
class Ingested:
    """What became of one file: results of its channels as rows of the lake; or why it was not taken."""

    path: str
    results: tuple[dict[str, Any], ...] = ()
    refused: Text | None = None
    was_there: bool = False


def ingest(
    platform: Platform,
    address: Address,
    paths: Sequence[str],
    said: DiagnoseOptions = SAYS_NOTHING,
    *,
    fold: Fold | None = None,
) -> Iterator[Ingested]:
    """Keep and diagnose files and folders at a position, each file once.

    Parameters
    ----------
    address : organisation and position, which the catalog knows
    paths : files and folders of recordings
    said : what the caller says about them, which wins over the files; the position's facts fill the gaps

    Raises
    ------
    UnknownThing : no such position
    BadInput, UnreadableFile : no file, or a folder without any
    StoreUnavailable : nothing is lost: the same call again does the rest
    Overtaken : somebody else ingests at this position now
    """
    with platform.catalog.read(address.organisation) as work:
        if positions.find(work, address.organisation, address.position) is None:
            raise UnknownThing(text("position {position} is not known: enter it, or give --new", position=str(address)))
    decoder = Decoder(platform.bodies, is_isolated=False, said=said)
    watch = Watch(platform, fold or PositionFold(), decoder, diagnoses_all=True)
    for batch in _batches(address, [each.path for each in wanted_files(paths, None)]):
        yield from _kept(watch, address, batch)


def enter(platform: Platform, address: Address, bearing: str | None, at_us: int) -> None:
    """Enter the position, and its organisation, where nobody has."""

    def job(work: Work) -> None:
        if organisations.find(work, address.organisation) is None:
            organisations.add(work, Organisation(address.organisation, address.organisation, at_us))
        if positions.find(work, address.organisation, address.position) is None:
            adopt(work, Position(address.organisation, address.position, address.position, at_us, bearing=bearing))

    platform.catalog.write(address.organisation, job)


def _batches(address: Address, paths: Sequence[str]) -> Iterator[list[tuple[str, Arrival | LoadzoneError]]]:
    """Files as arrivals without a number yet, some at a time."""
    batch: list[tuple[str, Arrival | LoadzoneError]] = []
    size = 0
    for path in paths:
        arrival = _arrival(address, Path(path))
        batch.append((path, arrival))
        size += len(arrival.body) if isinstance(arrival, Arrival) else 0
        if len(batch) == MOST_FILES or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _arrival(address: Address, path: Path) -> Arrival | LoadzoneError:
    try:
        body = encode_file(File(path.read_bytes(), path.name))
        # a file that names no time was written when it was measured, as far as anyone knows
        written_us = path.stat().st_mtime_ns // 1000
    except OSError as error:
        reason = error.strerror or str(error)
        return UnreadableFile(text("{file} cannot be read ({reason})", file=str(path), reason=reason))
    except LoadzoneError as error:
        return error
    return Arrival(address, "file", body, message_id(address, "file", body), DOOR, 0, 0, written_us)


def _kept(watch: Watch, address: Address, batch: Sequence[tuple[str, Arrival | LoadzoneError]]) -> Iterator[Ingested]:
    arrivals = {each.id: each for _, each in batch if isinstance(each, Arrival)}
    results: dict[str, list[dict[str, Any]]] = {}
    dead: dict[str, Text] = {}
    left, there = list(arrivals), frozenset[str]()
    while left:
        source, numbered, known = _numbers(watch.platform, address, left)
        there |= known
        left = [each for each in left if each not in numbered and each not in known]
        if numbered:
            harvest = handle(watch, source, [_with_number(arrivals[each], n) for each, n in numbered.items()])
            dead |= {arrival.id: reason for arrival, reason in harvest.dead}
            results |= _results(harvest)
    results |= _stored(watch.platform, address, there)
    for path, arrival in batch:
        if isinstance(arrival, LoadzoneError):
            yield Ingested(path, refused=arrival.message)
        else:
            found = tuple(results.get(arrival.id, ()))
            yield Ingested(path, found, dead.get(arrival.id), was_there=arrival.id in there)


def _numbers(platform: Platform, address: Address, wanted: Sequence[str]) -> tuple[str, dict[str, int], frozenset[str]]:
    """Name of the position's stream, numbers of files that are to be put in next, and the files that are in.

    What a call that was killed had begun comes first, under the numbers that it had.
    """
    source = f"ingest-{blake2b(str(address).encode(), digest_size=16).hexdigest()}"
    there = frozenset(rows_of_files(platform, "recordings", "id", address, wanted))

    def job(work: Work) -> tuple[dict[str, int], frozenset[str]]:
        before = states.find(work, address.organisation, address.position, BLOCK)
        noted: dict[str, int] = json.loads(before.value) if before else {}
        done = progress(work, source) or 0
        begun = {known: number for known, number in noted.items() if number > done}
        known = there - set(begun)
        again = {each: number for each, number in begun.items() if each in wanted}
        if again:
            return again, known
        first = max(done, *noted.values(), 0) + 1
        fresh = [each for each in wanted if each not in known]
        numbers = {each: first + n for n, each in enumerate(fresh)}
        if numbers:
            value = json.dumps(numbers).encode()
            last = first + len(fresh) - 1
            state = BlockState(address.organisation, address.position, BLOCK, 1, value, source, last, 0)
            exchange(work, [before], [state])
        return numbers, known

    numbers, known = platform.catalog.write(address.organisation, job)
    return source, numbers, known


def _stored(platform: Platform, address: Address, files: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of results of files that were in before."""
    return rows_of_files(platform, "results", "recording", address, sorted(files)) if files else {}


def rows_of_files(
    platform: Platform, table: TableName, column: str, address: Address, files: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Rows of the lake by the file (arrival) that they come from; ``column`` holds the identifier of a recording."""
    found = ask(
        platform.lake.table(table),
        f"SELECT *, regexp_replace({column}, '-[0-9]+$', '') AS file FROM {ROWS} "  # noqa: S608  words of ours
        "WHERE organisation = $organisation AND position = $position AND list_contains($files, file) "
        f"ORDER BY {column}",
        {"organisation": address.organisation, "position": address.position, "files": list(files)},
        [("organisation", "=", address.organisation), ("position", "=", address.position)],
    )
    grouped: dict[str, list[dict[str, Any]]] = {}
    columns = [values.tolist() for values in found.values()]
    for row in zip(*columns, strict=True):
        told = dict(zip(found, row, strict=True))
        grouped.setdefault(told["file"], []).append(told)
    return grouped


def _with_number(arrival: Arrival, number: int) -> Arrival:
    return Arrival(**{**vars(arrival), "sequence": number})


def _results(harvest: Harvest) -> dict[str, list[dict[str, Any]]]:
    """Rows of results by the file that they came from."""
    rows = harvest.rows.get("results")
    found: dict[str, list[dict[str, Any]]] = {}
    if rows is not None:
        names = list(rows.columns)
        for row in zip(*rows.columns.values(), strict=True):
            told = dict(zip(names, row, strict=True))
            found.setdefault(told["recording"].rpartition("-")[0], []).append(told)
    return found
