"""Who and what stands in the catalog before the first value: organisations, people, assets, units, sensors, limits.

Everything simulated says so in its facts: ``simulated`` is true at each site, machine, position, sensor and unit.
"""

from collections.abc import Mapping
from typing import Any

from loadzone.flows import people
from loadzone.flows.access import put_password
from loadzone.flows.assets import Machine, Position, Sensor, Site, Unit, enter_asset, mount
from loadzone.flows.audit import Act
from loadzone.flows.demo.plan import DAY_S, DESK, ENGINEER, MAKER, MAKER_NAME, Plan
from loadzone.flows.platform import Platform, Work
from loadzone.simulate.fleet import FleetMachine, FleetPosition, FleetSite, Organisation
from loadzone.simulate.fleet.trades import Trade
from loadzone.simulate.fleet.waves import CHANNEL
from loadzone.store.catalog.limits import Limit, limits

WHO = "demonstration"
SIMULATED: Mapping[str, Any] = {"simulated": True}
RECORDING_EVERY_S = 30 * DAY_S
"""A sensor sends samples seldom; what it sends every hour are values."""
LONG_AGO_S = 500 * DAY_S
PLANT_MANAGERS = {
    "helder": "Eva Hendriks",
    "dongyu": "陈海峰",
    "linjiang": "李静",
    "aldermoor": "Tom Ashworth",
    "yunpu": "王颖",
}
"""Invented people; their logins are plant-helder, plant-dongyu ..."""
NAMES = {DESK: "Mara Lindahl", ENGINEER: "Jonas Brandt"}


def furnish(platform: Platform, plan: Plan) -> None:
    """Enter all of it: people long ago, the machines when the watch began, their bearings mounted long before."""
    act = Act(WHO, (plan.origin_s - LONG_AGO_S) * 1_000_000)
    began = Act(WHO, plan.origin_s * 1_000_000)
    platform.catalog.write(MAKER, lambda work: _maker(work, act))
    for number, customer in enumerate(plan.fleet.organisations, start=1):
        later = Act(WHO, act.at_us + number)  # the operator is who was entered first

        def job(work: Work, customer: Organisation = customer, later: Act = later) -> None:
            _customer(work, later, customer)
            for site in customer.sites:
                _site(work, began, customer, site, plan)

        platform.catalog.write({MAKER, customer.id}, job)
    for login in logins(plan):
        put_password(platform.catalog, login, plan.password, act)


def logins(plan: Plan) -> dict[str, str]:
    """Login and name of everyone who can sign in, the reliability engineer first."""
    managers = {f"plant-{each.id}": PLANT_MANAGERS[each.id] for each in plan.fleet.organisations}
    return {ENGINEER: NAMES[ENGINEER], DESK: NAMES[DESK], **managers}


def _maker(work: Work, act: Act) -> None:
    people.add_organisation(work, act, people.Organisation(MAKER, MAKER_NAME, act.at_us), login="norring-admin")
    people.add_user(work, act, MAKER, login=DESK, name=NAMES[DESK], role="admin")
    people.add_user(work, act, MAKER, login=ENGINEER, name=NAMES[ENGINEER], role="engineer")


def _customer(work: Work, act: Act, customer: Organisation) -> None:
    """A customer, its administrator, its plant manager, and what it grants to the maker's service desk."""
    organisation = people.Organisation(customer.id, customer.name, act.at_us)
    people.add_organisation(work, act, organisation, login=f"{customer.id}-admin")
    people.add_user(
        work, act, customer.id, login=f"plant-{customer.id}", name=PLANT_MANAGERS[customer.id], role="analyst",
        language=customer.language,
    )  # fmt: skip
    people.grant(work, act, customer.id, MAKER, "engineer")


def _site(work: Work, act: Act, customer: Organisation, site: FleetSite, plan: Plan) -> None:
    facts = {**SIMULATED, "offshore": site.is_offshore}
    enter_asset(work, act, Site(customer.id, site.id, site.name, site.time_zone, facts))
    for machine in site.machines:
        facts = {**SIMULATED, "trade": machine.trade.key, "drive_train": drive_train(machine)}
        made = Machine(customer.id, machine.id, site.id, machine.name, machine.trade.kind, act.at_us, facts)
        enter_asset(work, act, made)
        for position in machine.positions:
            _position(work, act, customer.id, machine, position, plan)


def _position(
    work: Work, act: Act, organisation: str, machine: FleetMachine, position: FleetPosition, plan: Plan
) -> None:
    seat = position.seat
    facts = {**SIMULATED, **position_facts(machine, position)}
    place = Position(
        organisation, position.id, position.name, act.at_us, machine.id, bearing=seat.bearing, facts=facts
    )  # fmt: skip
    enter_asset(work, act, place)
    for kind, channel, unit, more in (
        ("accelerometer", CHANNEL, "ms2", {"fs_hz": seat.fs_hz, "interval_s": RECORDING_EVERY_S}),
        ("thermometer", None, "degC", {}),
    ):
        sensor = Sensor(
            organisation, f"{position.id}-{kind[:3]}", position.id, kind, kind, act.at_us, channel, unit,
            {**SIMULATED, **more},
        )  # fmt: skip
        enter_asset(work, act, sensor)
    mounted_us = act.at_us - LONG_AGO_S * 1_000_000
    enter_asset(work, act, unit_of(organisation, position, 1, mounted_us))
    mount(work, act, organisation, position.id, serial(position, 1), at_us=mounted_us)
    for level, value in zip(("alert", "danger"), seat.limits_degc, strict=True):
        limits.add(
            work,
            Limit(
                organisation, position.id, "temperature", level, plan.origin_s * 1_000_000, value, "set by the plant",
                WHO, {},
            ),
        )  # fmt: skip


def position_facts(machine: FleetMachine, position: FleetPosition) -> dict[str, Any]:
    """Where the position is in the drive train, and what the diagnosis is told."""
    seat = position.seat
    facts: dict[str, Any] = {
        "shaft": seat.shaft,
        "place": seat.place,
        "speed_ratio": round(machine.ratio(position), 6),
        "interval_s": 3600,
        "load_unit": "%",
    }
    if seat.inside:
        facts["geometry"] = seat.inside
    if seat.gears:
        facts["gears"] = list(seat.gears)
    if seat.machine_class:
        facts["machine_class"] = seat.machine_class
    return facts


def drive_train(machine: FleetMachine) -> dict[str, Any]:
    """Shafts, wheels between them, and what sits where along them, from left to right: enough to draw it."""
    trade: Trade = machine.trade
    return {
        "top_rpm": trade.top_rpm,
        "shafts": [{"id": each.id, "name": dict(each.name), "ratio": round(each.ratio, 6)} for each in trade.shafts],
        "stages": [
            {"kind": each.kind, "driver": each.driver, "driven": each.driven, "teeth": list(each.teeth)}
            for each in trade.stages
        ],
        "parts": [{"kind": each.kind, "shaft": each.shaft, "place": each.place} for each in trade.parts],
        "positions": [
            {"position": each.id, "shaft": each.seat.shaft, "place": each.seat.place} for each in machine.positions
        ],
    }


def serial(position: FleetPosition, number: int) -> str:
    """Serial number of the ``number``-th bearing of a position."""
    return f"NB{23 + number}-{10_000 + 37 * position.number + number:05d}"


def unit_of(organisation: str, position: FleetPosition, number: int, made_us: int) -> Unit:
    """That bearing."""
    facts = {**SIMULATED, "lot": f"L{240 + 10 * number + position.number % 7}"}
    return Unit(organisation, serial(position, number), position.seat.bearing, MAKER_NAME, made_us, facts)
