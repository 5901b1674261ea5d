"""Assets as one table for people: a row a position with its machine, site and bearing; out to CSV and in again.

What was exported and is imported into an empty organisation gives the same assets. A cell that a spreadsheet would
take for a formula goes out with an apostrophe before it, which is taken off again.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadzone.flows.assets import (
    Asset,
    Kind,
    Machine,
    Mounting,
    Position,
    Site,
    Unit,
    assets,
    change,
    enter_asset,
    find,
    kind_of,
    mount,
    mountings_of,
)
from loadzone.flows.audit import Act
from loadzone.store.catalog import Work
from loadzone.words.errors import BadInput, LoadzoneError, UnknownThing
from loadzone.words.texts import text

COLUMNS = (
    "site",
    "site_name",
    "time_zone",
    "machine",
    "machine_name",
    "machine_kind",
    "position",
    "position_name",
    "parent",
    "bearing",
    "serial",
    "unit_bearing",
    "maker",
    "site_facts",
    "machine_facts",
    "position_facts",
    "unit_facts",
)
MOST_ROWS = 100_000
MOST_BYTES = 50 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_PART = 1000

Row = Mapping[str, str]


@dataclass
class Imported:
    """How many of each kind an import entered and changed; what was the same is neither."""

    entered: dict[Kind, int] = field(default_factory=dict)
    changed: dict[Kind, int] = field(default_factory=dict)
    mounted: int = 0


def export_table(work: Work, organisation: str) -> str:
    """All assets of the organisation as CSV with a mark of its encoding, which spreadsheets need for Chinese."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(work, organisation):
        writer.writerow({name: _safe(value) for name, value in row.items()})
    return "\ufeff" + out.getvalue()


def import_table(work: Work, act: Act, organisation: str, content: bytes) -> Imported:
    """Enter what a table names, change what is named otherwise, mount what is not mounted: all of it, or nothing.

    Columns may be left out; an empty cell of a known thing leaves it as it is. Nothing is retired or removed.

    Raises
    ------
    BadInput : no such table, or a row that cannot be; the sentence names the row
    """
    done = Imported()
    seen: dict[tuple[Kind, str], Any] = {}
    rows = list(_parsed(content))
    for take, ordered in ((_take_things, rows), (_take_position, _outer_first(rows))):
        for number, row in ordered:
            try:
                take(work, act, organisation, row, done, seen)
            except LoadzoneError as error:
                raise BadInput(text("row {number}: {reason}", number=number, reason=error.message)) from error
    return done


def asset_tree(work: Work, organisation: str) -> list[dict[str, Any]]:
    """Sites with their machines, these with their positions, each with what hangs below it and what is mounted."""
    serials = {each.position: each.serial for each in _all_mountings(work, organisation) if each.removed_us is None}
    places: dict[tuple[str | None, str | None], list[Position]] = {}
    for each in _all(work, "position", organisation):
        if isinstance(each, Position):
            places.setdefault((None if each.parent else each.machine, each.parent), []).append(each)

    def below(machine: str | None, parent: str | None) -> list[dict[str, Any]]:
        return [
            {
                "id": each.id,
                "name": each.name,
                "bearing": each.bearing,
                "serial": serials.get(each.id),
                "is_retired": each.retired_us is not None,
                "positions": below(None, each.id),
            }
            for each in places.get((machine, parent), ())
        ]

    stands = [each for each in _all(work, "machine", organisation) if isinstance(each, Machine)]
    found: list[dict[str, Any]] = []
    for site in _all(work, "site", organisation):
        if isinstance(site, Site):
            here = [each for each in stands if each.site == site.id]
            found.append(
                {
                    "id": site.id,
                    "name": site.name,
                    "machines": [
                        {"id": each.id, "name": each.name, "kind": each.kind, "positions": below(each.id, None)}
                        for each in here
                    ],
                }
            )
    return found


def _outer_first(rows: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
    """Positions behind those that they are part of, in whatever order the table has them."""
    parents = {row["position"]: row.get("parent", "") for _, row in rows if row.get("position")}

    def depth(row: Row) -> int:
        steps, place = 0, row.get("parent", "")
        while place and steps < len(parents):
            steps, place = steps + 1, parents.get(place, "")
        return steps

    return sorted(rows, key=lambda each: depth(each[1]))


def _rows(work: Work, organisation: str) -> Iterator[dict[str, str]]:
    sites = {each.id: each for each in _all(work, "site", organisation) if isinstance(each, Site)}
    machines = {each.id: each for each in _all(work, "machine", organisation) if isinstance(each, Machine)}
    units = {each.serial: each for each in _all(work, "unit", organisation) if isinstance(each, Unit)}
    mounted = {each.position: each.serial for each in _all_mountings(work, organisation) if each.removed_us is None}
    left_sites, left_machines, left_units = set(sites), set(machines), set(units)
    for position in _all(work, "position", organisation):
        if not isinstance(position, Position):
            continue
        machine = machines.get(position.machine or "")
        unit = units.get(mounted.get(position.id, ""))
        left_machines.discard(position.machine or "")
        left_sites.discard(machine.site if machine else "")
        left_units.discard(unit.serial if unit else "")
        yield ((_of_machine(machine, sites[machine.site]) if machine else {}) | _of_position(position) | _of_unit(unit))
    for name in sorted(left_machines):
        left_sites.discard(machines[name].site)
        yield _of_machine(machines[name], sites[machines[name].site])
    yield from (_of_site(sites[name]) for name in sorted(left_sites))
    yield from (_of_unit(units[serial]) for serial in sorted(left_units))


def _of_site(site: Site) -> dict[str, str]:
    return {"site": site.id, "site_name": site.name, "time_zone": site.time_zone, "site_facts": _json(site.facts)}


def _of_machine(machine: Machine, site: Site) -> dict[str, str]:
    return _of_site(site) | {
        "machine": machine.id,
        "machine_name": machine.name,
        "machine_kind": machine.kind,
        "machine_facts": _json(machine.facts),
    }


def _of_position(position: Position) -> dict[str, str]:
    return {
        "position": position.id,
        "position_name": position.name,
        "parent": position.parent or "",
        "bearing": position.bearing or "",
        "position_facts": _json(position.facts),
    }


def _of_unit(unit: Unit | None) -> dict[str, str]:
    if unit is None:
        return {}
    return {
        "serial": unit.serial,
        "unit_bearing": unit.bearing,
        "maker": unit.maker or "",
        "unit_facts": _json(unit.facts),
    }


def _take_things(
    work: Work, act: Act, organisation: str, row: Row, done: Imported, seen: dict[tuple[Kind, str], Any]
) -> None:
    """Site, machine and unit that a row names."""
    if site := row.get("site"):
        values = _given(row, name="site_name", time_zone="time_zone", facts="site_facts")
        new = Site(
            organisation, site, values.get("name", site), values.get("time_zone", "UTC"), values.get("facts", {})
        )
        _settle(work, act, new, values, done, seen)
    if machine := row.get("machine"):
        values = _given(row, site="site", name="machine_name", kind="machine_kind", facts="machine_facts")
        made = Machine(
            organisation,
            machine,
            values.get("site", ""),
            values.get("name", machine),
            values.get("kind", "machine"),
            act.at_us,
            values.get("facts", {}),
        )
        _settle(work, act, made, values, done, seen)
    if serial := row.get("serial"):
        values = _given(row, bearing="unit_bearing", maker="maker", facts="unit_facts")
        bearing = values.get("bearing") or row.get("bearing") or ""
        if not bearing and ("unit", serial) not in seen:
            _must_be_known(work, organisation, serial)
        unit = Unit(organisation, serial, bearing, values.get("maker"), None, values.get("facts", {}))
        _settle(work, act, unit, values, done, seen)


def _take_position(
    work: Work, act: Act, organisation: str, row: Row, done: Imported, seen: dict[tuple[Kind, str], Any]
) -> None:
    """Position that a row names, and the unit that is mounted there."""
    if position := row.get("position"):
        values = _given(
            row, name="position_name", machine="machine", parent="parent", bearing="bearing", facts="position_facts"
        )
        place = Position(
            organisation,
            position,
            values.get("name", position),
            act.at_us,
            values.get("machine"),
            values.get("parent"),
            values.get("bearing"),
            values.get("facts", {}),
        )
        _settle(work, act, place, values, done, seen)
        serial = row.get("serial")
        if serial and not _is_mounted(work, organisation, position, serial):
            mount(work, act, organisation, position, serial)
            done.mounted += 1


def _settle(
    work: Work, act: Act, new: Asset, values: Mapping[str, Any], done: Imported, seen: dict[tuple[Kind, str], Any]
) -> None:
    """Enter the asset, or change what the row says otherwise; each once, however many rows name it."""
    kind = kind_of(new)
    key = new.serial if isinstance(new, Unit) else new.id
    if seen.get((kind, key)) == values:
        return
    try:
        before = find(work, kind, new.organisation, key)
    except UnknownThing:
        enter_asset(work, act, new)
        done.entered[kind] = done.entered.get(kind, 0) + 1
    else:
        otherwise = {name: value for name, value in values.items() if getattr(before, name) != value}
        if otherwise:
            change(work, act, kind, new.organisation, key, otherwise)
            done.changed[kind] = done.changed.get(kind, 0) + 1
    seen[kind, key] = values


def _given(row: Row, **columns: str) -> dict[str, Any]:
    """Fields whose cells are not empty."""
    found = {name: row[column] for name, column in columns.items() if row.get(column)}
    if "facts" in found:
        return found | {"facts": _facts(found["facts"])}
    return found


def _facts(cell: str) -> dict[str, Any]:
    try:
        facts = json.loads(cell)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise BadInput(text("{cell} is no JSON object", cell=repr(cell[:80])))
    return facts


def _must_be_known(work: Work, organisation: str, serial: str) -> None:
    try:
        find(work, "unit", organisation, serial)
    except UnknownThing as error:
        raise BadInput(text("unit {serial} needs its bearing: fill unit_bearing", serial=serial)) from error


def _is_mounted(work: Work, organisation: str, position: str, serial: str) -> bool:
    history = mountings_of(work, organisation, position=position, serial=serial, limit=MOST_ROWS)
    return any(each.removed_us is None for each in history)


def _parsed(content: bytes) -> Iterator[tuple[int, Row]]:
    """Rows with their numbers as a spreadsheet counts them."""
    if len(content) > MOST_BYTES:
        raise BadInput(
            text("a table of {size} bytes is not taken: at most {limit}", size=len(content), limit=MOST_BYTES)
        )
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        if not head or not set(head) <= set(COLUMNS) or len(set(head)) != len(head):
            raise BadInput(text("the first row names columns, each once, among {known}", known=", ".join(COLUMNS)))
        for number, cells in enumerate(reader, start=2):
            if number > MOST_ROWS:
                raise BadInput(text("a table has at most {limit} rows", limit=MOST_ROWS))
            if len(cells) > len(head):
                raise BadInput(text("row {number}: {reason}", number=number, reason=text("more cells than columns")))
            yield number, {name: _plain(cell) for name, cell in zip(head, cells, strict=False)}
    except csv.Error as error:
        raise BadInput(text("the table is no CSV ({reason})", reason=str(error))) from error


def _decoded(content: bytes) -> str:
    """UTF-8, or the encoding of Chinese spreadsheets."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(text("the table is neither UTF-8 nor GB 18030: save it as CSV UTF-8"))


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _plain(cell: str) -> str:
    trimmed = cell.strip()
    return trimmed.removeprefix("'")


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""


def _all(work: Work, kind: Kind, organisation: str) -> Iterable[Asset]:
    after: str | None = None
    while True:
        some = assets(work, kind, organisation, after=after, limit=_PART)
        yield from some
        if len(some) < _PART:
            return
        last = some[-1]
        after = last.serial if isinstance(last, Unit) else last.id


def _all_mountings(work: Work, organisation: str) -> Iterable[Mounting]:
    after: tuple[str, int] | None = None
    while True:
        some = mountings_of(work, organisation, after=after, limit=_PART)
        yield from some
        if len(some) < _PART:
            return
        after = some[-1].position, some[-1].mounted_us
