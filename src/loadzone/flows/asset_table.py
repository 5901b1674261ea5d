"""Assets as one table for people, a row a position with its machine, site and bearing; and as a tree.

What was exported and is imported (`asset_import`) into an empty organisation gives the same assets, and into the same
organisation changes nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from loadzone.flows.asset_columns import COLUMNS, HEADINGS
from loadzone.flows.assets import Asset, Kind, Machine, Mounting, Position, Site, Unit, assets, mountings_of
from loadzone.flows.sheets import write_csv
from loadzone.flows.workbook import write_workbook
from loadzone.store.catalog import Work
from loadzone.words.texts import text

TableKind = Literal["csv", "xlsx"]
TABLES: Mapping[TableKind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Kinds of file that a table goes out as, and their media types."""
_PART = 1000


def export_table(work: Work, organisation: str, kind: TableKind = "csv", lang: str | None = None) -> bytes:
    """All assets of the organisation as a table, headed in a language, or in the words of programs where none is given.

    Text that a spreadsheet would take for a formula stays text in both kinds.
    """
    head = [name if lang is None else HEADINGS[name].render(lang) for name in COLUMNS]
    rows = [head, *([row.get(name, "") for name in COLUMNS] for row in _rows(work, organisation))]
    if kind == "csv":
        return write_csv(rows)
    return write_workbook(text("Assets").render(lang or "en"), rows)


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
