"""A machine: what decides its next stop, where, what stands between now and then."""

from collections.abc import Sequence

from fastapi import Response
from markupsafe import Markup

from loadzone.flows.places import MachineStand, machine_stand
from loadzone.flows.standing import HEALTHS, Stand
from loadzone.reports.marks import state_word
from loadzone.reports.numbers import fixed, significant
from loadzone.web.pages import findings
from loadzone.web.pages.drive_train import laid_out, read_train, speeds
from loadzone.web.pages.drive_train_picture import Label, drive_train_picture
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import assets_path, machine_path, position_path, report_path, site_path
from loadzone.web.pages.reader import Reader, show
from loadzone.web.pages.time_lanes import Due, lanes
from loadzone.words.texts import text

routes = pages()
URGENT = ("act", "plan", "watch")
STANDS_RPM = 0.01


@page(routes, "/machines/{organisation}/{machine}", needs="viewer")
def get_machine(reader: Reading, organisation: str, machine: str) -> Response:
    """The machine now."""
    at_us = reader.visit.at_us
    found = reader.visit.platform.read(
        reader.seen.organisations(), lambda work: machine_stand(work, organisation, machine, at_us)
    )
    dues = _dues(found.stands, reader)
    picture = _picture(found, reader)
    return show(
        reader,
        "machine.html.j2",
        title=text("{name}", name=found.machine.name),
        room="fleet",
        found=found,
        steps=[(found.site.name, site_path(found.site))] if found.site else [],
        previous=machine_path(found.previous) if found.previous else "",
        following=machine_path(found.following) if found.following else "",
        heading=heading(found.machine.name, found.stands, reader),
        lead=lead(found.stands, reader),
        picture=picture,
        lanes=lanes(dues, reader.when, reader.say("Dates of this machine"), reader.say("now")) if dues else "",
        rows=[(each, *findings.finding(each, reader), findings.to_do(each, reader)) for each in found.stands],
        position_path=position_path,
        assets_path=assets_path,
        report_path=report_path,
        cells=[
            (reader.say("Data to"), reader.when.full(found.heard_us)),
            (reader.say("Structure"), reader.say("as entered, not to scale") if picture else reader.say("not entered")),
            (reader.say("Speeds"), _speed_source(found, reader)),
        ],
    )


def heading(name: str, stands: Sequence[Stand], reader: Reader) -> str:
    """The verdict on a machine or site, by its worst positions."""
    act = [each for each in stands if each.state == "act"]
    planned = [each for each in stands if each.state == "plan"]
    if len(act) == 1:
        return reader.say("{name} needs you now: one position decides", name=name)
    if act:
        return reader.say("{name} needs you now: {count} positions", name=name, count=len(act))
    return _planned(name, planned, reader) if planned else _quiet(name, stands, reader)


def _planned(name: str, planned: Sequence[Stand], reader: Reader) -> str:
    dates = [each.due_us for stand in planned for each in stand.advice if each.due_us is not None]
    if not dates:
        return reader.say("{name}: {count} to plan at the next stop", name=name, count=len(planned))
    day = reader.when.short_day(min(dates))
    if len(planned) == 1:
        return reader.say("{name}: plan a stop by {day}, one position decides", name=name, day=day)
    return reader.say("{name}: plan a stop by {day}, {count} positions", name=name, day=day, count=len(planned))


def _quiet(name: str, stands: Sequence[Stand], reader: Reader) -> str:
    if not stands:
        return reader.say("{name} has no positions yet", name=name)
    if any(each.state == "watch" for each in stands):
        return reader.say("{name}: nothing is urgent, look again", name=name)
    if all(each.state == "none" for each in stands):
        return reader.say("{name}: no data", name=name)
    return reader.say("{name}: nothing needs you", name=name)


def lead(stands: Sequence[Stand], reader: Reader) -> str:
    """«10 positions: 1 act now, 8 good», the states that occur, worst first."""
    counts = [(state, sum(each.state == state for each in stands)) for state in HEALTHS]
    told = [
        reader.say("{count} {state}", count=count, state=_lower(state_word(state).render(reader.lang)))
        for state, count in counts
        if count
    ]
    listed = ("，" if reader.lang == "zh" else ", ").join(told)
    return reader.say("{count} positions: {states}", count=len(stands), states=listed)


def _lower(word: str) -> str:
    return word[:1].lower() + word[1:]


def _picture(found: MachineStand, reader: Reader) -> Markup:
    """The section drawn from the structure; empty where none was entered."""
    train = read_train(found.machine.facts, reader.lang)
    if train is None:
        return Markup()
    labels = {each.position.id: _label(each, reader) for each in found.stands}
    now = dict(speeds(train, found.first_rpm if found.first_rpm is not None else train.top_rpm))
    told = {each.id: _speed(each.name, now[each.id], reader) for each in train.shafts if each.id in now}
    if found.first_rpm is None and train.top_rpm is not None:
        told = {key: reader.say("{words}, highest", words=words) for key, words in told.items()}
    teeth = reader.say("teeth {ratios}", ratios=train.ratios) + "\n" if train.ratios else ""
    note = teeth + reader.say("drawn from the structure, not to scale")
    summary = reader.say("Drive train: {lead}", lead=lead(found.stands, reader))
    return drive_train_picture(laid_out(train), labels, told, (summary, note))


def _speed(name: str, rpm: float, reader: Reader) -> str:
    """«high speed: 1 329 r/min», «motor stands»."""
    if rpm < STANDS_RPM:
        return reader.say("{name} stands", name=name)
    return reader.say("{name}: {rpm} r/min", name=name, rpm=significant(rpm, 3) if rpm < 100 else fixed(rpm, 0))


def _label(stand: Stand, reader: Reader) -> Label:
    is_urgent = stand.state in URGENT
    under = findings.finding(stand, reader)[0] if stand.state != "good" else stand.position.bearing or ""
    bearing = stand.position.bearing or ""
    name = stand.position.name
    return Label(
        stand.state,
        name,
        under if is_urgent or stand.state != "good" else bearing,
        position_path(stand.position),
        bearing,
    )


def _speed_source(found: MachineStand, reader: Reader) -> str:
    if found.first_rpm is None:
        return reader.say("no position tells its speed now")
    return reader.say("as {position} tells, {time}", position=found.speed_from, time=reader.when.recent(found.speed_us))


def _dues(stands: Sequence[Stand], reader: Reader) -> list[Due]:
    """What is urgent, with its date where it has one."""
    found = []
    for each in stands:
        if each.state not in URGENT:
            continue
        due_us = min((given.due_us for given in each.advice if given.due_us is not None), default=None)
        told, _ = findings.finding(each, reader)
        words = (
            told
            if due_us is None
            else reader.say("{finding}, by {day}", finding=told, day=reader.when.short_day(due_us))
        )
        found.append(
            Due(
                each.position.name, each.state, each.standing.since_us or 0, due_us, words, position_path(each.position)
            )
        )
    return found
