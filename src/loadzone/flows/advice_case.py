"""The case of an advice: its place, the finding it rests on, what is unchecked, and how such advice did before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import msgspec

from loadzone.flows.audit import Act, enter
from loadzone.flows.diagnose import diagnose_recording
from loadzone.flows.platform import Platform
from loadzone.flows.watch.waves import recording_of
from loadzone.flows.why import options_from
from loadzone.monitor.diagnosis import FAULTS, Diagnosis
from loadzone.monitor.watch.outcomes import MODE_WORDS, MODES, Mode, Precision, precision_of
from loadzone.monitor.watch.reading import DAY_US
from loadzone.monitor.watch.standing import HEALTHS, Health
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice, advice_table, reopen
from loadzone.store.catalog.alarms import Alarm, alarms, alarms_table
from loadzone.store.catalog.latest import Latest, latest, latest_table
from loadzone.store.catalog.limits import Limit, limits_at
from loadzone.store.catalog.machines import Machine, Site, machines, machines_table, sites
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.store.catalog.units import Mounting, Unit, mountings, mountings_table, units
from loadzone.store.lake import Buckets, TableName
from loadzone.words.errors import LoadzoneError, NotAllowed, Overtaken
from loadzone.words.texts import Text, text

__all__ = [
    "MODES",
    "MODE_WORDS",
    "Case",
    "Check",
    "Course",
    "Diagnosis",
    "Item",
    "Learnt",
    "Precision",
    "case",
    "closed",
    "course",
    "drawn_again",
    "learnt",
    "may_take_back",
    "one",
    "reopen_advice",
    "waiting",
]

MOST_CLOSED = 200
MOST_RESULTS = 60
BEFORE_US = 14 * DAY_US
"""Results of so long before an advice are looked through for the same finding."""
TAKE_BACK_US = 10 * 60 * 1_000_000
"""So long who entered an outcome may take it back; later a correction is an event of the ledger."""
COURSE_DAYS, COURSE_PARTS, LEAST_COURSE_DAYS = 90, 360, 14
MAIN_QUANTITIES = ("velocity", "velocity_rms_mms", "rms")
"""Of these the first that a position has is its course."""
VALUES: tuple[TableName, ...] = ("points", "descriptors")


@dataclass(frozen=True, eq=False)
class Item:
    """An advice in its place."""

    advice: Advice
    position: Position
    machine: Machine | None
    site: Site | None

    @property
    def state(self) -> Health:
        """Health state that it asks for."""
        return next((state for state in HEALTHS if state == self.advice.action), "watch")

    @property
    def fault(self) -> str:
        """Element that it names; empty where it names none."""
        return str(self.advice.facts.get("fault", ""))


@dataclass(frozen=True)
class Check:
    """Something that would make an advice surer: whether it was done, and what it gave or what is missing."""

    name: Text
    is_done: bool
    value: Text | str


@dataclass(frozen=True, eq=False)
class Case:
    """All that stands behind an advice.

    ``document`` is the stored result (settings, found, zh), ``recording`` its row of the index; both are empty where
    the advice rests on no stored result. ``like`` counts the outcomes of advice that named the same element;
    ``days_to_finding`` is the median from such an advice to the finding that proved it right.
    """

    item: Item
    alarm: Alarm | None
    raised: tuple[Alarm, ...]
    mounted: tuple[Mounting, ...]
    limits: tuple[Limit, ...]
    unit: Unit | None
    document: Mapping[str, Any]
    recording: Mapping[str, Any]
    checks: tuple[Check, ...]
    like: Precision
    all_advice: Precision
    days_to_finding: float | None

    @property
    def found(self) -> Mapping[str, Any]:
        """What was found, as codes, numbers and English sentences."""
        told: Mapping[str, Any] = self.document.get("found", {})
        return told

    def evidence(self, lang: str) -> Sequence[Mapping[str, Any]]:
        """The numbers that speak for and against, with their sentences in the language."""
        told: Sequence[Mapping[str, Any]] = (
            self.document.get("zh", {}).get("evidence") if lang == "zh" else self.found.get("evidence")
        ) or ()
        return told


@dataclass(frozen=True, eq=False)
class Course:
    """A quantity of a position over a span, in equal parts of ``width_us``."""

    quantity: str
    unit: str
    start_us: int
    end_us: int
    width_us: int
    parts: Buckets


@dataclass(frozen=True, eq=False)
class Learnt:
    """What outcomes taught: how often advice was right, over all and by element; modes found; calls that were wrong."""

    whole: Precision
    by_fault: Mapping[str, Precision]
    modes: Mapping[Mode, int]
    wrong: tuple[Item, ...] = field(default=())


def waiting(work: Work) -> list[Item]:
    """Advice without an outcome: the most urgent first, then the earliest due, then the oldest."""
    found = _items(work, advice.all(work, advice_table.c.closed_us.is_(None)))
    return sorted(found, key=_urgency)


def closed(work: Work) -> list[Item]:
    """Advice with an outcome, the last entered first."""
    c = advice_table.c
    return _items(work, advice.all(work, c.closed_us.is_not(None), order=[c.closed_us.desc()], limit=MOST_CLOSED))


def learnt(work: Work) -> Learnt:
    """What all outcomes that are seen taught."""
    c = advice_table.c
    given = advice.all(work, c.closed_us.is_not(None), order=[c.closed_us.desc()])
    named = {name: [each for each in given if each.facts.get("fault") == name] for name in FAULTS}
    found = {mode: sum(each.found == mode for each in given) for mode in MODES}
    return Learnt(
        whole=_counted(given),
        by_fault={name: _counted(those) for name, those in named.items() if those},
        modes=dict(sorted(((mode, n) for mode, n in found.items() if n), key=lambda each: -each[1])),
        wrong=tuple(_items(work, [each for each in given if each.outcome == "wrong"][:MOST_CLOSED])),
    )


def one(work: Work, organisation: str, identifier: str) -> Item:
    """One advice in its place; `UnknownThing` where there is none."""
    given = advice.get(work, organisation, identifier)
    return _items(work, [given])[0]


def case(platform: Platform, organisation: str, seen: frozenset[str], identifier: str, at_us: int) -> Case:
    """The case of an advice.

    Parameters
    ----------
    seen : organisations whose outcomes count for how often such advice was right

    Raises
    ------
    UnknownThing : there is no such advice
    """
    with platform.catalog.read(organisation) as work:
        item = one(work, organisation, identifier)
        given, place = item.advice, item.position
        a, m = alarms_table.c, mountings_table.c
        here = alarms.all(work, a.organisation == organisation, a.position == place.id, order=[a.raised_us])
        mounted = mountings.all(work, m.organisation == organisation, m.position == place.id, order=[m.mounted_us])
        limits = limits_at(work, organisation, place.id, at_us)
        unit = units.find(work, organisation, given.serial) if given.serial else None
    result, others = _results(platform, given, at_us)
    document = msgspec.json.decode(result["document"], type=dict[str, Any]) if result else {}
    like, whole, days = platform.read(seen, lambda work: _like(work, item.fault))
    return Case(
        item=item,
        alarm=next((each for each in here if each.id == given.alarm), None),
        raised=here,
        mounted=mounted,
        limits=limits,
        unit=unit,
        document=document,
        recording=_recording(platform, result) if result else {},
        checks=_checks(item.fault, unit, document, others),
        like=like,
        all_advice=whole,
        days_to_finding=days,
    )


def drawn_again(platform: Platform, of: Case) -> Diagnosis | None:
    """The diagnosis computed again from the samples that are kept, with its curves; None where they give none."""
    if not of.recording:
        return None
    organisation, name = of.item.advice.organisation, str(of.recording["object"])
    try:
        header = platform.waveforms.header(organisation, name)
        recording = recording_of(header, platform.waveforms.read(organisation, name))
        return diagnose_recording(recording, options_from(of.document["settings"]))
    except LoadzoneError:
        return None


def course(platform: Platform, of: Case, at_us: int) -> Course | None:
    """The main quantity of the position over the last 90 days, or since it has values; None where it has none."""
    place = of.item.position
    c = latest_table.c
    with platform.catalog.read(place.organisation) as work:
        there = latest.all(work, c.organisation == place.organisation, c.position == place.id)
    start_us = at_us - COURSE_DAYS * DAY_US
    width_us = -(-(at_us - start_us) // COURSE_PARTS)
    span = {"start_us": start_us, "end_us": at_us, "width_us": width_us}
    lines = [
        (each, platform.lake.buckets(table, place.organisation, place.id, each.quantity, **span))
        for each in _main(there)
        for table in VALUES
    ]
    if not lines:
        return None
    chosen, longest = max(lines, key=lambda line: len(line[1].starts_us))
    if not len(longest.starts_us):
        return None
    first_us = min(int(longest.starts_us[0]), at_us - LEAST_COURSE_DAYS * DAY_US)
    return Course(chosen.quantity, chosen.unit, max(start_us, first_us), at_us, width_us, longest)


def reopen_advice(work: Work, act: Act, organisation: str, identifier: str) -> Advice:
    """Take an outcome back that one has entered a moment ago; the ledger tells that it was entered and taken back.

    Raises
    ------
    Overtaken : it has no outcome
    NotAllowed : somebody else has entered it, or longer than ten minutes ago
    """
    given = advice.get(work, organisation, identifier)
    if given.closed_us is None:
        raise Overtaken(text("advice {advice} has no outcome that could be taken back", advice=identifier))
    if not may_take_back(given, act):
        raise NotAllowed(
            text("an outcome is taken back by who entered it, within {minutes} min", minutes=TAKE_BACK_US // 60_000_000)
        )
    again = reopen(work, given)
    things = (f"advice:{identifier}", *([given.serial] if given.serial else []))
    facts = {"outcome": given.outcome, "found": given.found, "note": given.note}
    enter(work, organisation, act, "advice opened again", *things, where=given.position, facts=facts)
    return again


def may_take_back(given: Advice, act: Act) -> bool:
    """Whether the outcome is fresh and of who asks."""
    return given.closed_us is not None and given.closed_by == act.who and act.at_us - given.closed_us <= TAKE_BACK_US


def _items(work: Work, given: Sequence[Advice]) -> list[Item]:
    if not given:
        return []
    p, m = positions_table.c, machines_table.c
    there = positions.all(work, p.id.in_({each.position for each in given}))
    places = {(each.organisation, each.id): each for each in there}
    above = machines.all(work, m.id.in_({each.machine for each in there if each.machine}))
    by_machine = {(each.organisation, each.id): each for each in above}
    by_site = {(each.organisation, each.id): each for each in sites.all(work)}
    found = []
    for each in given:
        place = places[each.organisation, each.position]
        machine = by_machine.get((each.organisation, place.machine or ""))
        found.append(Item(each, place, machine, by_site.get((each.organisation, machine.site)) if machine else None))
    return found


def _urgency(item: Item) -> tuple[int, int, int, str, str]:
    given = item.advice
    due_us = given.due_us if given.due_us is not None else 1 << 62
    return HEALTHS.index(item.state), due_us, given.issued_us, given.organisation, given.id


def _counted(given: Sequence[Advice]) -> Precision:
    came = [each.outcome for each in given]
    return precision_of(came.count("right"), came.count("wrong"), came.count("not checked"))


def _main(there: Sequence[Latest]) -> list[Latest]:
    """The first main quantity that the position has, of each channel."""
    for name in MAIN_QUANTITIES:
        named = [each for each in there if each.quantity.partition(":")[0] == name]
        if named:
            return named
    return []


def _like(work: Work, fault: str) -> tuple[Precision, Precision, float | None]:
    c = advice_table.c
    given = advice.all(work, c.closed_us.is_not(None))
    same = [each for each in given if str(each.facts.get("fault", "")) == fault]
    days = [((each.closed_us or 0) - each.issued_us) / DAY_US for each in same if each.outcome == "right"]
    return _counted(same), _counted(given), median(days) if days else None


def _results(
    platform: Platform, given: Advice, at_us: int
) -> tuple[Mapping[str, Any] | None, Sequence[Mapping[str, Any]]]:
    """The stored result that the advice rests on, and the others of its position around and since."""
    wanted = given.facts.get("result")
    start_us = given.issued_us - BEFORE_US
    rows = platform.lake.documents(
        "results", given.organisation, given.position, start_us=start_us, end_us=at_us + 1, limit=MOST_RESULTS
    )
    found = next((row for row in rows if row["id"] == wanted), None)
    told_us = given.facts.get("time_us")
    if found is None and isinstance(wanted, str) and isinstance(told_us, int):
        there = platform.lake.documents(
            "results", given.organisation, given.position, start_us=told_us, end_us=told_us + 1, limit=MOST_RESULTS
        )
        found = next((row for row in there if row["id"] == wanted), None)
    return found, [row for row in rows if row["id"] != wanted]


def _recording(platform: Platform, result: Mapping[str, Any]) -> Mapping[str, Any]:
    at_us = int(result["time"])
    rows = platform.lake.documents(
        "recordings",
        str(result["organisation"]),
        str(result["position"]),
        start_us=at_us,
        end_us=at_us + 1,
        limit=MOST_RESULTS,
    )
    return next((row for row in rows if row["id"] == result["recording"]), {})


def _checks(
    fault: str, unit: Unit | None, document: Mapping[str, Any], others: Sequence[Mapping[str, Any]]
) -> tuple[Check, ...]:
    """What was checked beside the finding itself, and what was not."""
    found: Mapping[str, Any] = document.get("found", {})
    if not found:
        return ()
    told = [msgspec.json.decode(row["document"], type=dict[str, Any])["found"] for row in others]
    same = [each for each in told if each["verdict"] == "confirmed" and each["fault"] == fault]
    channel = found.get("channel", "")
    repeated = [each for each in told if each.get("channel", "") == channel]
    again = [each for each in same if each.get("channel", "") == channel]
    elsewhere = sorted({each.get("channel", "") for each in told} - {channel})
    agreeing = sorted({each.get("channel", "") for each in same} - {channel})
    return (
        _speed(found),
        _geometry(found, unit),
        Check(
            text("Another recording shows the same"),
            bool(again),
            text("{count} of {all}", count=len(again), all=len(repeated)) if repeated else text("no other yet"),
        ),
        Check(
            text("Another direction shows the same"),
            bool(agreeing),
            ", ".join(agreeing or elsewhere) or text("one channel only"),
        ),
    )


def _speed(found: Mapping[str, Any]) -> Check:
    agrees = text("the shaft's own lines agree").msgid
    speeds = [each for each in found.get("evidence", ()) if each["unit"] == "r/min"]
    is_measured = any(each["source"] == agrees for each in speeds)
    rpm = found.get("speed_rpm")
    value = text("{speed:.1f} r/min", speed=rpm) if isinstance(rpm, int | float) else text("not known")
    return Check(text("Speed agrees with the lines"), is_measured, value)


def _geometry(found: Mapping[str, Any], unit: Unit | None) -> Check:
    bearing = str(found.get("bearing") or "")
    name = text("Geometry is the mounted one")
    if unit is None:
        return Check(name, is_done=False, value=text("no unit entered"))
    return Check(name, is_done=unit.bearing == bearing, value=unit.bearing)
