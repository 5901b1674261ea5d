"""What the catalog knows about the positions of a batch, read in one snapshot."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from loadzone.connect.address import Address
from loadzone.store.catalog import Catalog, Work
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table
from loadzone.store.catalog.limits import Limit, limits, limits_table
from loadzone.store.catalog.machines import Machine, machines, machines_table
from loadzone.store.catalog.organisations import organisations
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.store.catalog.progress import progresses
from loadzone.store.catalog.sensors import Sensor, sensors, sensors_table
from loadzone.store.catalog.states import BlockState, states_of
from loadzone.store.catalog.units import Mounting, mountings, mountings_table
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.diagnose import DiagnoseOptions

MOST_NAMES = 500
"""Positions asked for in one statement."""


@dataclass(frozen=True, eq=False)
class Watched:
    """A position, its machine, what measures there, units that were mounted when, limits, and alarms that are open."""

    position: Position
    machine: Machine | None = None
    sensors: tuple[Sensor, ...] = ()
    mountings: tuple[Mounting, ...] = ()
    limits: tuple[Limit, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    states: Mapping[str, BlockState] = field(default_factory=dict)

    @property
    def address(self) -> Address:
        """Organisation and identifier."""
        return Address(self.position.organisation, self.position.id)

    def serial(self, at_us: int) -> str | None:
        """The unit that was at the position then."""
        for each in self.mountings:
            if each.mounted_us <= at_us and (each.removed_us is None or at_us < each.removed_us):
                return each.serial
        return None

    def sensor(self, channel: str) -> Sensor | None:
        """The sensor of that channel; the only one of the position where channels have no names."""
        named = [each for each in self.sensors if each.channel == channel]
        alone = self.sensors if len(self.sensors) == 1 and self.sensors[0].channel is None else ()
        return next(iter(named or alone), None)

    @cached_property
    def options(self) -> "DiagnoseOptions":
        """How recordings of this position are diagnosed, as its facts and its machine's say.

        Raises
        ------
        LoadzoneError : a fact that is not understood
        """
        facts = {**(self.machine.facts if self.machine else {}), **self.position.facts}
        return options_of(self.position.bearing, facts)


@dataclass(frozen=True, eq=False)
class Known:
    """All of it for some batches; ``done``: of each stream the last sequence whose effects are in the catalog."""

    done: Mapping[str, int]
    watched: Mapping[Address, Watched]
    organisations: frozenset[str]


def look(catalog: Catalog, sources: Collection[str], addresses: Iterable[Address]) -> Known:
    """What the catalog knows about these positions, and how far the streams ``sources`` are.

    A position that is retired is not watched.
    """
    wanted = sorted(set(addresses))
    with catalog.read({each.organisation for each in wanted}) as work:
        done = progresses(work, sources)
        there = frozenset(each.organisation for each in organisations.all(work))
        found: dict[Address, Watched] = {}
        for organisation in sorted({each.organisation for each in wanted}):
            ids = [each.position for each in wanted if each.organisation == organisation]
            for start in range(0, len(ids), MOST_NAMES):
                found |= _of(work, organisation, ids[start : start + MOST_NAMES])
    return Known(done, found, there)


def _of(work: Work, organisation: str, ids: Sequence[str]) -> dict[Address, Watched]:
    p = positions_table.c
    known = positions.all(work, p.organisation == organisation, p.id.in_(ids), p.retired_us.is_(None))
    names = [each.id for each in known]
    if not names:
        return {}

    def rows(shelf: Any, table: Any, *more: Any) -> dict[str, list[Any]]:  # noqa: ANN401  any shelf of positions
        grouped: dict[str, list[Any]] = {}
        where = [table.c.organisation == organisation, table.c.position.in_(names)]
        for row in shelf.all(work, *where, *more):
            grouped.setdefault(row.position, []).append(row)
        return grouped

    m = machines_table.c
    wanted = sorted({each.machine for each in known if each.machine})
    there = {each.id: each for each in machines.all(work, m.organisation == organisation, m.id.in_(wanted))}
    remembered: dict[str, dict[str, BlockState]] = {}
    for state in states_of(work, organisation, names):
        remembered.setdefault(state.position, {})[state.block] = state
    measured, mounted, limited = (
        rows(sensors, sensors_table),
        rows(mountings, mountings_table),
        rows(limits, limits_table),
    )
    alarmed = rows(alarms, alarms_table, alarms_table.c.ended_us.is_(None))
    return {
        Address(organisation, each.id): Watched(
            each,
            there.get(each.machine or ""),
            tuple(sensor for sensor in measured.get(each.id, ()) if sensor.retired_us is None),
            tuple(mounted.get(each.id, ())),
            tuple(limited.get(each.id, ())),
            tuple(alarmed.get(each.id, ())),
            remembered.get(each.id, {}),
        )
        for each in known
    }


def options_of(bearing: str | None, facts: Mapping[str, Any]) -> "DiagnoseOptions":
    """What is said about recordings in the catalog, in the words of ``loadzone diagnose``.

    Facts that count: speed_rpm, geometry («Z,DW,DPW,ANGLE»), turning, machine_class («2:rigid»), gears (a list of
    «Z:ORDER»), fs_hz, unit, tacho, false_alarm_rate.

    Raises
    ------
    LoadzoneError : one of them is not understood
    """
    from loadzone.bearings.geometry import geometry_from_option
    from loadzone.bearings.orders import ring_speeds_from_option
    from loadzone.flows.diagnose import DiagnoseOptions
    from loadzone.monitor.settings import Gear
    from loadzone.monitor.settings import Machine as MachineClass

    def told(name: str) -> Any:  # noqa: ANN401  JSON
        return facts.get(name)

    try:
        return DiagnoseOptions(
            bearing=bearing or told("bearing"),
            geometry=geometry_from_option(told("geometry")) if told("geometry") else None,
            speed_rpm=None if told("speed_rpm") is None else float(told("speed_rpm")),
            turning=ring_speeds_from_option(told("turning") or "inner"),
            fs_hz=None if told("fs_hz") is None else float(told("fs_hz")),
            unit=told("unit"),
            tacho=told("tacho"),
            machine=MachineClass.parse(told("machine_class")) if told("machine_class") else None,
            gears=tuple(Gear.parse(each) for each in told("gears") or ()),
            false_alarm_rate=float(told("false_alarm_rate") or 0.01),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            text("the facts of the position are not understood ({reason}): correct them", reason=str(error)[:120])
        ) from error
