"""Why: the chain from an advice, an alarm or a result back to samples, settings and version, computed again."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import RingSpeeds
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.platform import Platform
from loadzone.flows.watch.judge import answered, document, software
from loadzone.flows.watch.plain import plain
from loadzone.flows.watch.waves import recording_of
from loadzone.monitor.settings import Gear, Machine
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import advice, advice_table
from loadzone.store.catalog.alarms import alarms, alarms_table, moves, moves_table
from loadzone.store.catalog.work import Visible
from loadzone.store.lake import TableName
from loadzone.store.lake.engine import ROWS, ask
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import UnknownThing
from loadzone.words.texts import text

SAME = 1e-9
"""Relative difference of two numbers that are one number, computed on two machines."""


@dataclass(frozen=True)
class Difference:
    """A place in the finding at which stored and computed again are not the same."""

    place: str
    stored: Any
    again: Any


@dataclass(frozen=True)
class Chain:
    """From what was told to what it rests on; a link is empty where the chain begins further down.

    ``again``: the finding as it is computed now from the stored samples and settings. ``differences`` is empty where
    it is the same; ``broken`` says which link is missing.
    """

    id: str
    advice: Mapping[str, Any] = field(default_factory=dict)
    alarm: Mapping[str, Any] = field(default_factory=dict)
    moves: tuple[Mapping[str, Any], ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    recording: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    stored_version: str = ""
    version: str = ""
    again: Mapping[str, Any] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    broken: str = ""

    @property
    def is_same(self) -> bool:
        """Whether the finding was computed again and is the same."""
        return bool(self.again) and not self.differences

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain JSON."""
        told: dict[str, Any] = plain({**vars(self), "differences": [vars(each) for each in self.differences]})
        return told | {"is_same": self.is_same}


def why(platform: Platform, visible: Visible, identifier: str) -> Chain:
    """The chain behind an identifier of an advice, an alarm, a result or a recording.

    Parameters
    ----------
    visible : organisations whose things may be seen

    Raises
    ------
    UnknownThing : nothing that is seen has that identifier
    DamagedObject : the samples are not those that were kept
    """
    with platform.catalog.read(visible) as work:
        told = _of_the_catalog(work, identifier)
        sees = work.sees
    result_id = _result_of(told) if told else identifier
    if result_id is None:
        return Chain(identifier, **told, broken="result")
    result = _row(platform, "results", "id", result_id) or _row(platform, "results", "recording", result_id)
    recording = _row(platform, "recordings", "id", result["recording"] if result else result_id)
    if any(row and not sees(row["organisation"]) for row in (result, recording)) or not (told or result or recording):
        raise UnknownThing(text("nothing that is kept has the identifier {identifier}", identifier=identifier))
    if result is None or recording is None:
        return Chain(identifier, **told, result=result or {}, recording=recording or {}, broken="result")
    return _computed_again(platform, identifier, told, result, recording)


def _of_the_catalog(work: Work, identifier: str) -> dict[str, Any]:
    """Advice, alarm and its moves, as far as the identifier leads to them."""
    given = next(iter(advice.all(work, advice_table.c.id == identifier, limit=1)), None)
    wanted = given.alarm if given else identifier
    alarm = next(iter(alarms.all(work, alarms_table.c.id == wanted, limit=1)), None) if wanted else None
    made = moves.all(work, moves_table.c.alarm == alarm.id, order=[moves_table.c.number]) if alarm else ()
    told: dict[str, Any] = {"advice": vars(given)} if given else {}
    return told | ({"alarm": vars(alarm), "moves": tuple(vars(each) for each in made)} if alarm else {})


def _result_of(told: Mapping[str, Any]) -> str | None:
    """The result that advice or alarm rests on; of an alarm from descriptors alone its recording."""
    for link in ("advice", "alarm"):
        facts = told.get(link, {}).get("facts", {})
        found = facts.get("result") or facts.get("source")
        if found:
            return str(found)
    return None


def _row(platform: Platform, table: TableName, column: str, value: str) -> dict[str, Any] | None:
    """The last row with that value, times in µs."""
    delta = platform.lake.table(table)
    found = ask(
        delta,
        f"SELECT organisation, position, id, epoch_us(time) AS at FROM {ROWS} "  # noqa: S608  words of ours
        f"WHERE {column} = $value ORDER BY time DESC LIMIT 1",
        {"value": value},
        (),
    )
    if not len(found["id"]):
        return None
    organisation, position, known, at = (found[name][0] for name in ("organisation", "position", "id", "at"))
    rows = platform.lake.documents(table, organisation, position, start_us=int(at), end_us=int(at) + 1, limit=10_000)
    return next(row for row in rows if row["id"] == known)


def _computed_again(
    platform: Platform, identifier: str, told: dict[str, Any], result: dict[str, Any], recording: dict[str, Any]
) -> Chain:
    kept = msgspec.json.decode(result["document"], type=dict[str, Any])
    organisation, name = recording["organisation"], recording["object"]
    header = platform.waveforms.header(organisation, name)
    found = found_again(platform.waveforms, organisation, name, options_from(kept["settings"]))
    return Chain(
        identifier,
        **told,
        result={
            **{each: value for each, value in result.items() if each != "document"},
            "found": kept["found"],
            "zh": kept.get("zh", {}),
        },
        recording=recording,
        samples={
            "object": name,
            "count": header.count,
            "fs_hz": header.fs_hz,
            "unit": header.unit,
            "speed_rpm": header.speed_rpm,
            "started_us": header.started_us,
            **{each: value for each, value in header.facts.items() if each.endswith("_source")},
        },
        settings=kept["settings"],
        stored_version=result["version"],
        version=software(),
        again=found,
        differences=tuple(differences(kept["found"], found)),
    )


def found_again(waveforms: Waveforms, organisation: str, name: str, options: DiagnoseOptions) -> dict[str, Any]:
    """What the samples that are kept give with these options, as it stands in a document; nothing is written.

    Raises
    ------
    UnknownThing, DamagedObject : the samples are not there, or not those that were kept
    """
    header = waveforms.header(organisation, name)
    recording = recording_of(header, waveforms.read(organisation, name))
    found: dict[str, Any] = plain(document(answered(recording, options), options))["found"]
    return found


def differences(stored: Any, again: Any) -> Iterator[Difference]:  # noqa: ANN401  JSON
    """The places at which two findings are not the same."""
    yield from _differences("", stored, again)


def options_from(settings: Mapping[str, Any]) -> DiagnoseOptions:
    """The options that `judge.settings` wrote."""
    told = dict(settings)
    for name, kind in (("geometry", Geometry), ("machine", Machine)):
        told[name] = kind(**told[name]) if told[name] else None
    told["turning"] = RingSpeeds(**told["turning"])
    told["gears"] = tuple(Gear(**each) for each in told["gears"])
    return DiagnoseOptions(**told)


def _differences(place: str, stored: Any, again: Any) -> Iterator[Difference]:  # noqa: ANN401  JSON
    if isinstance(stored, dict) and isinstance(again, dict):
        for name in sorted({*stored, *again}):
            yield from _differences(f"{place}.{name}" if place else name, stored.get(name), again.get(name))
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        for number, (one, other) in enumerate(zip(stored, again, strict=True)):
            yield from _differences(f"{place}[{number}]", one, other)
    elif not _is_same(stored, again):
        yield Difference(place, stored, again)


def _is_same(stored: Any, again: Any) -> bool:  # noqa: ANN401  JSON
    if isinstance(stored, int | float) and isinstance(again, int | float):
        return math.isclose(stored, again, rel_tol=SAME, abs_tol=1e-300)
    return bool(stored == again)
