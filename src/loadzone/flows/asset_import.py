"""A table of assets taken in: all of it or nothing, and before that a look at what it would do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from loadzone.flows.asset_columns import Line, Refusal, facts_of_cell, lines_of, refusal
from loadzone.flows.assets import (
    Asset,
    Kind,
    Machine,
    Position,
    Site,
    Unit,
    change,
    enter_asset,
    find,
    mount,
    mountings_of,
)
from loadzone.flows.audit import Act
from loadzone.flows.sheets import read_sheets
from loadzone.store.catalog import Catalog, Work
from loadzone.words.errors import BadInput, LoadzoneError, UnknownThing
from loadzone.words.texts import Text, text

__all__ = ["Change", "Imported", "Refusal", "import_table", "preview_table"]

MOST_MOUNTINGS = 100_000
_FIELDS: Mapping[Kind, Mapping[str, str]] = {
    "site": {"name": "site_name", "time_zone": "time_zone", "facts": "site_facts"},
    "machine": {"site": "site", "name": "machine_name", "kind": "machine_kind", "facts": "machine_facts"},
    "unit": {"bearing": "unit_bearing", "maker": "maker", "facts": "unit_facts"},
    "position": {
        "name": "position_name",
        "machine": "machine",
        "parent": "parent",
        "bearing": "bearing",
        "facts": "position_facts",
    },
}
"""Which column fills which field."""
_KEYS: Mapping[Kind, str] = {"site": "site", "machine": "machine", "unit": "serial", "position": "position"}


@dataclass(frozen=True)
class Change:
    """What a row does to an asset; ``fields`` as (column, value before, value after)."""

    does: Literal["enter", "change", "mount"]
    kind: Kind
    key: str
    sheet: str
    row: int
    fields: tuple[tuple[str, object, object], ...] = ()


@dataclass
class Imported:
    """How many of each kind a table enters, changes and mounts, and how; what is the same already is none of these.

    ``refusals`` : cells that cannot be, by row. ``left_out`` : sheets that are no table of assets.
    """

    entered: dict[Kind, int] = field(default_factory=dict)
    changed: dict[Kind, int] = field(default_factory=dict)
    mounted: int = 0
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


def import_table(work: Work, act: Act, organisation: str, content: bytes) -> Imported:
    """Enter what a table names, change what is named otherwise, mount what is not mounted: all of it, or nothing.

    Columns may be left out; an empty cell of a known thing leaves it as it is. Nothing is retired or removed.

    Raises
    ------
    BadInput : no such table, or a cell that cannot be; the sentence names row, column, value and what to write instead
    """
    done = _taken(work, act, organisation, content)
    if not done.refusals:
        return done
    first, more = done.refusals[0].told, len(done.refusals) - 1
    raise BadInput(text("{refusal} (and {count} more)", refusal=first, count=more) if more else first)


def preview_table(catalog: Catalog, act: Act, organisation: str, content: bytes) -> Imported:
    """What `import_table` would do, and every cell that it would refuse; nothing is kept.

    Raises
    ------
    BadInput : no such table
    """

    def job(work: Work) -> None:
        raise _SeenError(_taken(work, act, organisation, content))

    try:
        catalog.write(organisation, job)
    except _SeenError as seen:
        return seen.done
    raise AssertionError


class _SeenError(Exception):
    """Ends the transaction of a preview, so that nothing of it is kept, and carries what was seen."""

    def __init__(self, done: Imported) -> None:
        super().__init__()
        self.done = done


def _taken(work: Work, act: Act, organisation: str, content: bytes) -> Imported:
    """Do all of it in this transaction; what cannot be is noted, and leaves nothing."""
    found = lines_of(read_sheets(content))
    taking = _Taking(work, act, organisation, Imported(refusals=list(found.refusals), left_out=found.left_out))
    for line in found.lines:
        taking.take_things(line)
    for line in _outer_first(found.lines):
        taking.take_position(line)
    taking.done.refusals.sort(key=lambda each: (each.sheet, each.row))
    taking.done.changes.sort(key=lambda each: (each.sheet, each.row))
    return taking.done


def _outer_first(lines: Iterable[Line]) -> list[Line]:
    """Positions behind those that they are part of, in whatever order the table has them."""
    parents = {line.get("position"): line.get("parent") for line in lines if line.get("position")}

    def depth(line: Line) -> int:
        steps, place = 0, line.get("parent")
        while place and steps < len(parents):
            steps, place = steps + 1, parents.get(place, "")
        return steps

    return sorted(lines, key=depth)


@dataclass
class _Taking:
    """Takes a table in, row by row."""

    work: Work
    act: Act
    organisation: str
    done: Imported
    seen: dict[tuple[Kind, str], Mapping[str, Any]] = field(default_factory=dict)

    def take_things(self, line: Line) -> None:
        """Site, machine and unit that a row names."""
        self._settle(line, "site", self._site)
        self._settle(line, "machine", self._machine)
        self._settle(line, "unit", self._unit)

    def take_position(self, line: Line) -> None:
        """Position that a row names, and the unit that is mounted there."""
        position, serial = line.get("position"), line.get("serial")
        if (parent := line.get("parent")) and position and not self._is_known("position", parent):
            reason = text("there is no such position, and no row of the table enters it")
            self.done.refusals.append(refusal(line, "parent", reason))
            return
        if not self._settle(line, "position", self._position) or not serial or not self._is_known("unit", serial):
            return
        if not self._is_mounted(position, serial):
            with self._noting(line, "serial"):
                mount(self.work, self.act, self.organisation, position, serial)
                self.done.mounted += 1
                self.done.changes.append(Change("mount", "unit", serial, *line.place, (("position", None, position),)))

    def _settle(self, line: Line, kind: Kind, make: Callable[[Line, Mapping[str, Any]], Asset]) -> bool:
        """Enter the asset that a row names, or change what the row says otherwise; each once for all its rows.

        False where the row names none, or it cannot be.
        """
        key = line.get(_KEYS[kind])
        if not key or line.refused & {_KEYS[kind], *_FIELDS[kind].values()}:
            return False
        values = _given(line, kind)
        if self.seen.get((kind, key)) == values:
            return True
        with self._noting(line, _KEYS[kind]):
            before = self._find(kind, key)
            if before is None:
                new = make(line, values)
                enter_asset(self.work, self.act, new)
                self.done.entered[kind] = self.done.entered.get(kind, 0) + 1
                told = [name for name in _FIELDS[kind] if name in values or name == "bearing"]
                fields = tuple((_FIELDS[kind][name], None, getattr(new, name)) for name in told if getattr(new, name))
                self.done.changes.append(Change("enter", kind, key, *line.place, fields))
            elif otherwise := {name: value for name, value in values.items() if getattr(before, name) != value}:
                change(self.work, self.act, kind, self.organisation, key, otherwise)
                self.done.changed[kind] = self.done.changed.get(kind, 0) + 1
                fields = tuple((_FIELDS[kind][name], getattr(before, name), value) for name, value in otherwise.items())
                self.done.changes.append(Change("change", kind, key, *line.place, fields))
            self.seen[kind, key] = values
        return (kind, key) in self.seen

    @contextmanager
    def _noting(self, line: Line, column: str) -> Iterator[None]:
        """What cannot be is noted at the cell where it stands, and leaves nothing behind."""
        try:
            with self.work.part():
                yield
        except _MissingError as error:
            self.done.refusals.append(refusal(line, error.column, error.reason))
        except LoadzoneError as error:
            self.done.refusals.append(refusal(line, column, error.message))

    def _site(self, line: Line, values: Mapping[str, Any]) -> Site:
        key = line.get("site")
        return Site(
            self.organisation, key, values.get("name", key), values.get("time_zone", "UTC"), values.get("facts", {})
        )

    def _machine(self, line: Line, values: Mapping[str, Any]) -> Machine:
        key = line.get("machine")
        if "site" not in values:
            raise _MissingError("site", text("machine {machine} is new: write the site where it stands", machine=key))
        name, kind = values.get("name", key), values.get("kind", "machine")
        return Machine(self.organisation, key, values["site"], name, kind, self.act.at_us, values.get("facts", {}))

    def _unit(self, line: Line, values: Mapping[str, Any]) -> Unit:
        serial, bearing = line.get("serial"), values.get("bearing") or line.get("bearing")
        if not bearing:
            raise _MissingError("unit_bearing", text("unit {serial} is new: write its bearing", serial=serial))
        return Unit(self.organisation, serial, bearing, values.get("maker"), None, values.get("facts", {}))

    def _position(self, line: Line, values: Mapping[str, Any]) -> Position:
        key = line.get("position")
        return Position(
            self.organisation,
            key,
            values.get("name", key),
            self.act.at_us,
            values.get("machine"),
            values.get("parent"),
            values.get("bearing"),
            values.get("facts", {}),
        )

    def _find(self, kind: Kind, key: str) -> Asset | None:
        try:
            return find(self.work, kind, self.organisation, key)
        except UnknownThing:
            return None

    def _is_known(self, kind: Kind, key: str) -> bool:
        return (kind, key) in self.seen or self._find(kind, key) is not None

    def _is_mounted(self, position: str, serial: str) -> bool:
        history = mountings_of(self.work, self.organisation, position=position, serial=serial, limit=MOST_MOUNTINGS)
        return any(each.removed_us is None for each in history)


class _MissingError(Exception):
    """A cell that must be filled is empty."""

    def __init__(self, column: str, reason: Text) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def _given(line: Line, kind: Kind) -> dict[str, Any]:
    """Fields whose cells are not empty."""
    found: dict[str, Any] = {name: line.get(column) for name, column in _FIELDS[kind].items() if line.get(column)}
    if "facts" in found:
        found["facts"] = facts_of_cell(found["facts"])
    return found
