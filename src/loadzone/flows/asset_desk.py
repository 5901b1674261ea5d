"""The desk of assets: facts as people write them, a machine copied with its positions, a unit exchanged at one time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from loadzone.flows.assets import Asset, Machine, Position, Unit, enter_asset, find, mount, remove
from loadzone.flows.audit import Act
from loadzone.flows.platform import Work
from loadzone.store.catalog.positions import positions, positions_table
from loadzone.store.catalog.units import Mounting, mounted, units
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

__all__ = [
    "FACTS",
    "Fact",
    "changed_since",
    "copy_machine",
    "exchange",
    "facts_of",
    "mounted",
    "other_facts",
    "written",
    "written_facts",
]

FactKind = Literal["number", "words", "list"]


@dataclass(frozen=True)
class Fact:
    """A fact of a machine or position that the watch or a diagnosis reads; ``unit`` as it is written, or empty."""

    name: str
    kind: FactKind = "words"
    unit: str = ""
    example: str = ""


FACTS = (
    Fact("speed_rpm", "number", "r/min", "1487"),
    Fact("machine_class", "words", "", "1:rigid"),
    Fact("geometry", "words", "", "9,7.94,39.04,0"),
    Fact("turning", "words", "", "inner"),
    Fact("gears", "list", "", "23:1, 96:0.24"),
    Fact("fs_hz", "number", "Hz", "25600"),
    Fact("unit", "words", "", "ms2"),
    Fact("false_alarms_per_month", "number", "", "0.02"),
    Fact("interval_s", "number", "s", "3600"),
    Fact("diagnose_every_s", "number", "s", "86400"),
)
"""The facts that count, as `flows.watch.known.options_of` and `flows.watch.position.settings_of` read them."""
_KNOWN = {each.name for each in FACTS}
OTHER = "other"
"""Field of a form that holds all other facts as a JSON object."""


def written_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts as they stand in the fields of a form."""
    found = {}
    for fact in FACTS:
        value = facts.get(fact.name)
        if isinstance(value, list):
            found[fact.name] = ", ".join(str(each) for each in value)
        else:
            is_whole = isinstance(value, float) and value.is_integer()
            found[fact.name] = "" if value is None else str(int(value) if is_whole else value)
    return found | {OTHER: other_facts(facts)}


def written(asset: Asset) -> dict[str, str]:
    """An asset as it stands in the fields of its form."""
    columns = {name: getattr(asset, name, None) or "" for name in ("name", "kind", "bearing", "time_zone")}
    is_retired = "yes" if getattr(asset, "retired_us", None) else "no"
    return {**columns, "is_retired": is_retired, **written_facts(getattr(asset, "facts", {}))}


def changed_since(read: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Fields that somebody else has changed since they were read: what they were, and what they are."""
    return {name: (was, now[name]) for name, was in read.items() if name in now and now[name] != was}


def other_facts(facts: Mapping[str, Any]) -> str:
    """The facts without a field of their own, as JSON; empty where there are none."""
    others = {name: value for name, value in facts.items() if name not in _KNOWN}
    return json.dumps(others, ensure_ascii=False, indent=1, sort_keys=True) if others else ""


def facts_of(told: Mapping[str, str], bearing: str | None = None) -> dict[str, Any]:
    """Facts from the fields of a form, held against what a diagnosis makes of them.

    Raises
    ------
    BadInput : a field is no number where one is wanted, the rest is no JSON object, or a fact is not understood
    """
    from loadzone.flows.watch.known import options_of

    facts: dict[str, Any] = _others(told.get(OTHER, ""))
    for fact in FACTS:
        written = told.get(fact.name, "").strip()
        if written:
            facts[fact.name] = _value(fact, written)
    options_of(bearing, facts)
    return facts


def copy_machine(
    work: Work, act: Act, organisation: str, machine: str, *, identifier: str, name: str, site: str | None = None
) -> tuple[Machine, tuple[Position, ...]]:
    """A machine like another one: its facts and its positions with theirs, under new identifiers, without any history.

    A position of ``machine`` called «fan-1-de» becomes «fan-2-de» in a machine «fan-2»; one whose identifier does not
    begin with that of its machine is put behind the new one.

    Raises
    ------
    UnknownThing : no such machine or site
    AlreadyThere : an identifier is taken
    """
    original = find(work, "machine", organisation, machine)
    assert isinstance(original, Machine)  # noqa: S101  the kind said so
    made = replace(original, id=identifier, name=name, site=site or original.site, created_us=act.at_us)
    enter_asset(work, act, made)
    c = positions_table.c
    here = positions.all(work, c.organisation == organisation, c.machine == machine, c.retired_us.is_(None))
    renamed = {each.id: _renamed(each.id, machine, identifier) for each in here}
    copies = []
    for each in _outer_first(here):
        copy = replace(
            each,
            id=renamed[each.id],
            machine=identifier,
            parent=renamed.get(each.parent or ""),
            created_us=act.at_us,
        )
        enter_asset(work, act, copy)
        copies.append(copy)
    return made, tuple(copies)


def exchange(
    work: Work,
    act: Act,
    organisation: str,
    position: str,
    *,
    removed_us: int | None = None,
    reason: str | None = None,
    serial: str | None = None,
    bearing: str | None = None,
    maker: str | None = None,
    mounted_us: int | None = None,
) -> Mounting | None:
    """The unit at the position leaves it, and another one comes: both, or neither.

    Parameters
    ----------
    reason : why it was removed; needed where a unit is there
    serial : of the unit that comes; None leaves the position empty. One that nobody has entered is entered
    bearing : type of a unit that is new; that of the position, where none is told

    Raises
    ------
    BadInput : nothing to do, no reason, mounted before the other one left, or a time to come
    AlreadyThere : the unit is somewhere else
    """
    there = mounted(work, organisation, position)
    if there is None and serial is None:
        raise BadInput(text("position {position} is empty: name the unit that comes", position=position))
    if there is not None:
        if not reason:
            raise BadInput(
                text("say why unit {serial} came off: it teaches the rule that called it", serial=there.serial)
            )
        remove(work, act, organisation, position, at_us=removed_us, reason=reason)
        if serial is not None and (mounted_us or act.at_us) < (removed_us or act.at_us):
            raise BadInput(text("unit {serial} cannot be mounted before the other one left", serial=serial))
    if serial is None:
        return None
    if units.find(work, organisation, serial) is None:
        place = find(work, "position", organisation, position)
        kind = bearing or (place.bearing if isinstance(place, Position) else None)
        if not kind:
            raise BadInput(text("unit {serial} is new: give its bearing", serial=serial))
        enter_asset(work, act, Unit(organisation, serial, kind, maker))
    return mount(work, act, organisation, position, serial, at_us=mounted_us)


def _others(written: str) -> dict[str, Any]:
    if not written.strip():
        return {}
    try:
        facts: Any = json.loads(written)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise BadInput(text("{cell} is no JSON object", cell=repr(written[:80])))
    return facts


def _value(fact: Fact, written: str) -> Any:  # noqa: ANN401  JSON
    if fact.kind == "list":
        return [each.strip() for each in written.replace("，", ",").split(",") if each.strip()]
    if fact.kind == "number":
        try:
            return float(written.replace("\u202f", "").replace(" ", ""))
        except ValueError as error:
            raise BadInput(
                text(
                    "{name}: {written} is no number; write it as {example}",
                    name=fact.name,
                    written=repr(written[:40]),
                    example=fact.example,
                )
            ) from error
    return written


def _renamed(position: str, before: str, after: str) -> str:
    rest = position.removeprefix(before) if position.startswith(before) else f"-{position}"
    return f"{after}{rest}"


def _outer_first(places: Sequence[Position]) -> list[Position]:
    """Positions behind those that they are part of."""
    inside = {each.id: each.parent for each in places}

    def depth(position: Position) -> int:
        steps, parent = 0, position.parent
        while parent in inside and steps < len(inside):
            steps, parent = steps + 1, inside[parent]
        return steps

    return sorted(places, key=depth)
