"""Keeping harvests of several streams together, in one order: waveforms, tables of the lake, the catalog last.

Readers trust the catalog.

Each step may be repeated: an object is named by its content, a table knows the last message of each stream, and the
catalog's progress is written with all that the message changed there.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from loadzone.flows.audit import Act, enter
from loadzone.flows.platform import PAGE
from loadzone.flows.watch.alarms import Told, call_advice, call_alarm
from loadzone.flows.watch.fold import AlarmCall
from loadzone.flows.watch.harvest import ORDER, Harvest
from loadzone.flows.watch.points import Point, passed
from loadzone.store.catalog import Work
from loadzone.store.catalog.latest import put_latest
from loadzone.store.catalog.progress import advance
from loadzone.store.catalog.quarantine import note_stranger
from loadzone.store.catalog.states import exchange
from loadzone.store.lake import Rows
from loadzone.words.texts import LANGUAGES

if TYPE_CHECKING:
    from loadzone.flows.platform import Platform

REFUSED = "file refused"
"""Step of the ledger that tells why a file was not taken."""
_KEPT: Mapping[str, Point] = {each.partition(" ")[0]: each for each in get_args(Point) if each.endswith(" kept")}


def keep_evidence(platform: "Platform", harvests: Sequence[Harvest], workers: Executor | None = None) -> None:
    """Waveforms and rows of the lake; what nothing refers to yet.

    Raises
    ------
    StoreUnavailable : storage does not answer, or is full; call again with the same arrivals
    """
    waves = [wave for harvest in harvests for wave in harvest.waves]
    if waves:
        run: Callable[..., Any] = workers.map if workers is not None and len(waves) > 1 else map
        names = iter(list(run(lambda each: platform.waveforms.put(*each), waves)))
        passed("waveforms kept")
        for harvest in harvests:
            if harvest.waves:
                harvest.rows["recordings"] = _index(harvest, list(itertools.islice(names, len(harvest.waves))))
    for name in ORDER:
        streams = [harvest.rows[name] for harvest in harvests if name in harvest.rows]
        if streams:
            platform.lake.append_all(name, streams)
            passed(_KEPT[name])


def keep_catalog(platform: "Platform", harvests: Sequence[Harvest]) -> list[Told]:
    """Progress and all that the catalog shows, in one transaction; the alarms and advice that are new or moved.

    Nothing is written of a stream, and nothing is told, where the catalog has its last message already.

    Raises
    ------
    Overtaken : another worker wrote a state meanwhile
    StoreUnavailable : the database does not answer
    """
    ordered = sorted(harvests, key=lambda each: each.source)  # as everyone who locks several streams

    def job(work: Work) -> list[Told]:
        new = [each for each in ordered if advance(work, each.source, each.last, each.received_us)]
        put_latest(work, [latest for each in new for latest in each.latest.values()])
        exchange(
            work, [before for each in new for before in each.before], [after for each in new for after in each.after]
        )
        return [told for each in new for told in _told(work, each)]

    told: list[Told] = platform.catalog.write(frozenset().union(*(each.organisations for each in harvests)), job)
    passed("catalog kept")
    return told


def _told(work: Work, harvest: Harvest) -> Iterator[Told]:
    for each in harvest.called:
        call = call_alarm if isinstance(each.call, AlarmCall) else call_advice
        yield from call(work, harvest.source, each)
    for stranger in harvest.strangers:
        if work.sees(stranger.address.organisation):
            note_stranger(
                work,
                stranger.address.organisation,
                stranger.address.position,
                door=stranger.door,
                sample=stranger.body,
                at_us=stranger.received_us,
            )
    _enter_refused(work, harvest)


def _enter_refused(work: Work, harvest: Harvest) -> None:
    """A file that a person sent and that cannot be read: its sentence stays where that person looks for the verdict."""
    for arrival, reason in harvest.dead:
        if arrival.door == PAGE and work.sees(arrival.address.organisation):
            enter(
                work,
                arrival.address.organisation,
                Act("watch", arrival.received_us),
                REFUSED,
                f"file:{arrival.id}",
                where=arrival.address.position,
                facts={lang: reason.render(lang) for lang in LANGUAGES},
            )


def _index(harvest: Harvest, names: list[str]) -> Rows:
    sequences = np.array([row["sequence"] for row in harvest.recordings], dtype=np.int64)
    names_of = [name for name in harvest.recordings[0] if name != "sequence"]
    columns: dict[str, Any] = {name: [row[name] for row in harvest.recordings] for name in names_of}
    for name in ("time", "received", "samples"):
        columns[name] = np.array(columns[name], dtype=np.int64)
    return Rows({**columns, "object": names}, harvest.source, sequences)
