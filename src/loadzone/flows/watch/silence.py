"""Time as evidence: who sent regularly and is silent raises an alarm, which ends when something comes again.

A tick looks at all positions at once, for those of a site lie in several shards, and of a site silences at once are
one. It reads what is committed and takes its time as an argument: the same tick again changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select

from loadzone.connect.address import Address
from loadzone.flows.watch.harvest import Called, Harvest
from loadzone.flows.watch.keep import keep_catalog
from loadzone.flows.watch.known import Watched, look
from loadzone.flows.watch.position import PositionFold
from loadzone.monitor.watch.position import SILENCE
from loadzone.monitor.watch.reading import Tick
from loadzone.monitor.watch.silence import (
    REGULAR_SPANS,
    Listened,
    Silence,
    is_late,
    is_regular,
    silence_us,
    silences,
)
from loadzone.store.catalog import EVERYONE, Work
from loadzone.store.catalog.alarms import alarms, alarms_table
from loadzone.store.catalog.latest import latest_table
from loadzone.store.catalog.machines import machines, sites
from loadzone.store.catalog.positions import positions, positions_table
from loadzone.store.catalog.states import BlockState
from loadzone.store.lake import TableName

if TYPE_CHECKING:
    from loadzone.flows.platform import Platform

SOURCE = "silence"
"""Name of the stream of ticks in the catalog's progress."""
FINER = 8
"""Parts of a span in which the lake is asked whether a position was heard."""
TABLES: tuple[TableName, ...] = ("points", "descriptors")
MOST_NAMED = 200
"""Positions that an alarm names beside its own."""

Key = tuple[str, str]


@dataclass(frozen=True)
class _Place:
    """A position that was heard, with the names of what it belongs to; whether its silence is an open alarm."""

    listened: Listened
    machine: str
    site_name: str
    is_alarmed: bool


@dataclass(eq=False)
class Silences:
    """``Silences(platform).tick(at_us)``: news of the alarms that silence raised and ended.

    ``since_us``: since when somebody listens; a platform that was off has heard nothing. ``source``: name of the
    stream; several that tick side by side, each over positions of its own, have names of their own.
    """

    platform: "Platform"
    since_us: int = 0
    source: str = SOURCE
    _regular: dict[Key, tuple[int, bool]] = field(default_factory=dict)

    def tick(self, at_us: int, only: Collection[Address] | None = None) -> list[tuple[Address, Mapping[str, Any]]]:
        """Let time go on to ``at_us`` for all positions that are watched, or ``only`` some.

        Raises
        ------
        Overtaken : somebody wrote the state of one of them meanwhile; the next tick sees to it
        StoreUnavailable : catalog or lake do not answer
        """
        with self.platform.catalog.read(EVERYONE) as work:
            places = _places(work, only)
        late = [each.listened for each in places.values() if is_late(each.listened, at_us, self.since_us)]
        told = silences(self._sending_regularly(late), at_us, self.since_us)
        ticks = {Address(*key): Tick(at_us, each.listened.heard_us) for key, each in places.items() if each.is_alarmed}
        others: dict[Address, Sequence[Listened]] = {}
        for silence in told:
            address = Address(*silence.leader.key)
            ticks[address] = _tick(silence, places, at_us)
            others[address] = silence.others
        if not ticks:
            return []
        harvest = self._harvest(ticks, others, at_us)
        return [(each.address, each.event) for each in keep_catalog(self.platform, [harvest])] if harvest.after else []

    def _sending_regularly(self, late: Sequence[Listened]) -> list[Listened]:
        """Those of which the lake says so; asked once for each last word."""
        unknown = [each for each in late if self._regular.get(each.key, (None,))[0] != each.heard_us]
        asked: dict[tuple[str, int, int], list[Listened]] = defaultdict(list)
        for each in unknown:
            asked[each.key[0], each.silent_us, each.heard_us // each.silent_us].append(each)
        for (organisation, silent_us, _), group in asked.items():
            heard = self._heard(organisation, silent_us, group)
            for each in group:
                times_us = (*heard.get(each.key[1], ()), each.heard_us)
                self._regular[each.key] = (each.heard_us, is_regular(times_us, each.heard_us, silent_us))
        return [each for each in late if self._regular[each.key][1]]

    def _heard(self, organisation: str, silent_us: int, group: Sequence[Listened]) -> Mapping[str, list[int]]:
        """When positions were heard before their last words, to a part of a span."""
        ids = {each.key[1] for each in group}
        last_us = max(each.heard_us for each in group)
        first_us = min(each.heard_us for each in group) - REGULAR_SPANS * silent_us
        with self.platform.catalog.read(organisation) as work:
            c = latest_table.c
            chosen = select(c.quantity).where(c.organisation == organisation, c.position.in_(sorted(ids))).distinct()
            names = {row.quantity for row in work.rows(chosen)}
        found: dict[str, list[int]] = defaultdict(list)
        for table in TABLES:
            lines = self.platform.lake.outlines(
                table,
                {organisation},
                ids,
                names,
                start_us=first_us,
                end_us=last_us + 1,
                width_us=max(silent_us // FINER, 1),
            )
            for (_, position, _), line in lines.items():
                found[position] += np.asarray(line.starts_us).tolist()
        return found

    def _harvest(
        self, ticks: Mapping[Address, Tick], others: Mapping[Address, Sequence[Listened]], at_us: int
    ) -> Harvest:
        """What comes of the ticks, in the form in which it is kept; messages are numbered by time and place."""
        known = look(self.platform.catalog, [self.source], ticks)
        organisations = frozenset(each.organisation for each in ticks) & known.organisations
        harvest = Harvest(self.source, at_us, at_us, organisations)
        if known.done.get(self.source, -1) >= at_us:
            return harvest
        for number, address in enumerate(sorted(known.watched)):
            named = [each.key[1] for each in others[address]][:MOST_NAMED] if address in others else None
            _stepped(harvest, known.watched[address], ticks[address], at_us + number, named)
        return harvest


def _places(work: Work, only: Collection[Address] | None) -> dict[Key, _Place]:
    """Positions in use on machines in use that were heard once."""
    c, a = latest_table.c, alarms_table.c
    newest = select(c.organisation, c.position, func.max(c.at_us).label("at_us")).group_by(c.organisation, c.position)
    heard = {(row.organisation, row.position): row.at_us for row in work.rows(newest)}
    alarmed = {
        (each.organisation, each.position) for each in alarms.all(work, a.ended_us.is_(None), a.cause == SILENCE.key)
    }
    by_machine = {(each.organisation, each.id): each for each in machines.all(work)}
    names = {(each.organisation, each.id): each.name for each in sites.all(work)}
    wanted = None if only is None else {(each.organisation, each.position) for each in only}
    found: dict[Key, _Place] = {}
    for place in positions.all(work, positions_table.c.retired_us.is_(None)):
        key = (place.organisation, place.id)
        machine = by_machine.get((place.organisation, place.machine or ""))
        is_out = machine is not None and machine.retired_us is not None
        if key not in heard or is_out or (wanted is not None and key not in wanted):
            continue
        facts = {**(machine.facts if machine else {}), **place.facts}
        site = (place.organisation, machine.site) if machine and machine.site else None
        listened = Listened(key, site, heard[key], silence_us(stated_interval_s(facts)))
        site_name = names.get(site, "") if site else ""
        found[key] = _Place(listened, machine.name if machine else "", site_name, key in alarmed)
    return found


def stated_interval_s(facts: Mapping[str, Any]) -> float | None:
    """Seconds between readings as the facts of a position and its machine state them; None where they do not."""
    told = facts.get("interval_s")
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) and told > 0 else None


def _tick(silence: Silence, places: Mapping[Key, _Place], at_us: int) -> Tick:
    """The tick of who speaks: for itself, for its machine, or for its site."""
    leader = places[silence.leader.key]
    those = {places[each.key].machine for each in silence.others}
    place = leader.machine if those == {leader.machine} else leader.site_name
    return Tick(at_us, silence.leader.heard_us, len(silence.others), place)


def _stepped(harvest: Harvest, watched: Watched, tick: Tick, sequence: int, others: Sequence[str] | None) -> None:
    """The position's state after the tick, and the moves of its alarm."""
    fold, address = PositionFold(), watched.address
    before = watched.states.get(fold.block)
    is_known = before is not None and before.version == fold.version
    state, finding = fold.ticked(before.value if is_known and before else None, watched, tick, others)
    if not finding.alarms:
        return
    assert state is not None  # noqa: S101  something moved
    serial = watched.serial(tick.at_us)
    harvest.called += [Called(address, sequence, tick.at_us, serial, call) for call in finding.alarms]
    harvest.before.append(before)
    harvest.after.append(
        BlockState(
            address.organisation,
            address.position,
            fold.block,
            fold.version,
            state,
            harvest.source,
            sequence,
            tick.at_us,
        )
    )
