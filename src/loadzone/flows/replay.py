"""Replay: recordings that are kept are diagnosed again by the same pure code, and held against what is stored.

A process pool, or a Dask cluster whose machines reach the same storage. A task is some identifiers of one position;
it reads, computes and compares where it runs, writes nothing, and returns a line a result.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any, Literal

import msgspec

from loadzone.connect.address import Address
from loadzone.flows.cluster import in_cluster
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.platform import Platform
from loadzone.flows.pool import in_order
from loadzone.flows.watch.judge import software
from loadzone.flows.watch.known import look
from loadzone.flows.why import Difference, differences, found_again, options_from
from loadzone.store.catalog.positions import positions
from loadzone.store.catalog.work import Visible, visible_set
from loadzone.store.lake import Lake
from loadzone.store.lake.engine import ROWS, ask
from loadzone.store.place import Place
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import LoadzoneError, UnknownThing
from loadzone.words.texts import Text, text

AT_ONCE = 32
"""Results of a task: it lasts seconds, so that what a task costs beside them does not count."""
MOST_DIFFERENCES = 8
FOREVER_US = 1 << 62

Why = Literal["version", "settings", "version and settings", "unexplained", "not computed"]
"""Why a finding is another one: the program is, the settings are, both; neither; or nothing could be computed."""
Source = Literal["stored", "now"]
"""Which settings: those that are stored with the result, or what the position says now."""


@dataclass(frozen=True)
class Batch:
    """Results of one position to be computed again; ``now``: what the position says today, None for what is stored."""

    lake: Place
    waveforms: Place
    address: Address
    ids: tuple[str, ...]
    now: DiagnoseOptions | None = None


@dataclass(frozen=True)
class Replayed:
    """A result that was computed again.

    ``is_same``: every place of the finding is; ``is_exact``: to the last digit. ``differences``: the first few of
    ``count``; ``problem``: why nothing could be computed.
    """

    id: str
    address: Address
    at_us: int
    verdict: str
    again: str | None
    stored_version: str
    version: str
    is_exact: bool = False
    count: int = 0
    differences: tuple[Difference, ...] = ()
    why: Why | None = None
    problem: Text | None = None

    @property
    def is_same(self) -> bool:
        """Whether the finding is the stored one."""
        return self.why is None


def replay(
    platform: Platform,
    visible: Visible,
    wanted: Sequence[str] = (),
    *,
    since_us: int = 0,
    until_us: int = FOREVER_US,
    settings: Source = "stored",
    cluster: str | None = None,
    jobs: int | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Iterator[Replayed]:
    """Compute stored results again and compare, in the order of organisation, position and time.

    Parameters
    ----------
    wanted : identifiers of positions; all, where none is named
    since_us, until_us : of the recordings, the end not included
    settings : as they are stored with each result, or as the position says now where it says anything
    cluster : address of a Dask scheduler, or «local»; None for processes of this machine
    told : is told how many of how many are done

    Raises
    ------
    UnknownThing : no such position
    MissingInput, BadInput, Unreachable : no such cluster
    """
    known = _listed(platform, visible, wanted, since_us, until_us)
    batches = list(_batches(platform, known, settings))
    total, done = len(known), 0
    run: Callable[[Sequence[Batch]], Iterator[list[Replayed] | None]] = partial(in_order, _again, lost=_lost, jobs=jobs)
    if cluster is not None:
        run = partial(in_cluster, _again, lost=_lost, address=cluster, jobs=jobs)
    for answers in _through(run, batches):
        done += len(answers)
        if told is not None:
            told(done, total)
        yield from answers


def _through(
    run: Callable[[Sequence[Batch]], Iterator[list[Replayed] | None]], batches: Sequence[Batch]
) -> Iterator[list[Replayed]]:
    """Of a batch that killed its process each result is tried alone, so that only the guilty one is lost."""
    for batch, answers in zip(batches, run(batches), strict=True):
        if answers is not None:
            yield answers
        elif len(batch.ids) == 1:
            yield [_killed(batch)]
        else:
            yield from _through(run, [replace(batch, ids=(each,)) for each in batch.ids])


def _listed(
    platform: Platform, visible: Visible, wanted: Sequence[str], since_us: int, until_us: int
) -> list[tuple[Address, str]]:
    """Address and identifier of each result."""
    with platform.catalog.read(visible) as work:
        there = {(each.organisation, each.id) for each in positions.all(work)}
    for each in wanted:
        if each not in {name for _, name in there}:
            raise UnknownThing(text("there is no position {position}", position=each[:80]))
    found = ask(
        platform.lake.table("results"),
        f"SELECT organisation, position, id FROM {ROWS} WHERE block = 'diagnose' "  # noqa: S608  words of ours
        "AND epoch_us(time) >= $since AND epoch_us(time) < $until ORDER BY organisation, position, time, id",
        {"since": since_us, "until": until_us},
        (),
    )
    organisations = visible_set(visible)
    rows = zip(*(found[name].tolist() for name in ("organisation", "position", "id")), strict=True)
    return [
        (Address(organisation, position), identifier)
        for organisation, position, identifier in rows
        if (organisations is None or organisation in organisations) and (not wanted or position in wanted)
    ]


def _batches(platform: Platform, known: Sequence[tuple[Address, str]], settings: Source) -> Iterator[Batch]:
    lake, waveforms = platform.lake.place, platform.waveforms.place
    for address, group in groupby(known, key=lambda each: each[0]):
        ids = [identifier for _, identifier in group]
        watched = look(platform.catalog, "", [address]).watched.get(address) if settings == "now" else None
        now = watched.options if watched else None
        for start in range(0, len(ids), AT_ONCE):
            yield Batch(lake, waveforms, address, tuple(ids[start : start + AT_ONCE]), now)


def _again(batch: Batch) -> list[Replayed] | None:
    """All of a batch; runs in a process of its own and writes nothing."""
    lake, waveforms = Lake(batch.lake), Waveforms(batch.waveforms)
    stored = _rows(lake, "results", batch.address, batch.ids)
    wanted = tuple(row["recording"] for row in stored.values())
    objects = {name: row["object"] for name, row in _rows(lake, "recordings", batch.address, wanted).items()}
    return [
        _compared(stored[each], objects.get(stored[each]["recording"]), waveforms, batch.address, batch.now)
        for each in batch.ids
    ]


def _rows(
    lake: Lake, table: Literal["results", "recordings"], address: Address, ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    columns = {"results": "id, recording, verdict, version, document", "recordings": "id, object"}[table]
    found = ask(
        lake.table(table),
        f"SELECT {columns}, epoch_us(time) AS at FROM {ROWS} WHERE organisation = $organisation "  # noqa: S608  ours
        "AND position = $position AND list_contains($ids, id)",
        {"organisation": address.organisation, "position": address.position, "ids": list(ids)},
        [("organisation", "=", address.organisation), ("position", "=", address.position)],
    )
    rows = zip(*(values.tolist() for values in found.values()), strict=True)
    return {row["id"]: row for row in (dict(zip(found, each, strict=True)) for each in rows)}


def _compared(
    row: dict[str, Any], name: str | None, waveforms: Waveforms, address: Address, now: DiagnoseOptions | None
) -> Replayed:
    plain = Replayed(row["id"], address, row["at"], row["verdict"], None, row["version"], software())
    if name is None:
        return replace(plain, why="not computed", problem=text("its recording is not kept any more"))
    kept = msgspec.json.decode(row["document"], type=dict[str, Any])
    stored = options_from(kept["settings"])
    options = stored if now is None else _with(stored, now)
    try:
        found = found_again(waveforms, address.organisation, name, options)
    except LoadzoneError as error:
        return replace(plain, why="not computed", problem=error.message)
    other = tuple(differences(kept["found"], found))
    why = _why(plain, has_other_settings=options != stored) if other else None
    return replace(
        plain,
        again=found["verdict"],
        is_exact=found == kept["found"],
        count=len(other),
        differences=other[:MOST_DIFFERENCES],
        why=why,
    )


def _with(stored: DiagnoseOptions, now: DiagnoseOptions) -> DiagnoseOptions:
    """What the position says now, and what is stored where it says nothing."""
    is_named = now.bearing is not None or now.geometry is not None
    return replace(
        stored,
        bearing=now.bearing if is_named else stored.bearing,
        geometry=now.geometry if is_named else stored.geometry,
        turning=now.turning,
        gears=now.gears,
        machine=now.machine or stored.machine,
        false_alarm_rate=now.false_alarm_rate,
    )


def _why(told: Replayed, *, has_other_settings: bool) -> Why:
    has_other_version = told.stored_version != told.version
    if has_other_settings:
        return "version and settings" if has_other_version else "settings"
    return "version" if has_other_version else "unexplained"


def _lost(batch: Batch) -> None:
    """No answers: the process of the batch died."""
    del batch


def _killed(batch: Batch) -> Replayed:
    problem = text("the process that computed it died: a crash, or no memory left")
    return Replayed(batch.ids[0], batch.address, 0, "", None, "", software(), why="not computed", problem=problem)
