"""Assets: is the structure right, what is mounted where; entered, changed, copied, exchanged, in and out as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Response

from loadzone.flows import asset_desk, assets
from loadzone.flows.asset_desk import FACTS
from loadzone.flows.assets import Kind, Machine, Mounting, Position, Site, Stranger
from loadzone.flows.platform import Work
from loadzone.flows.standing import HEALTHS, Fleet, Health, Stand, fleet
from loadzone.web.api.parameters import IDENTIFIER
from loadzone.web.pages import meanwhile
from loadzone.web.pages.organisations import chosen
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.paths import assets_path, machine_path, position_path, site_path
from loadzone.web.pages.reader import Reader, show
from loadzone.web.shown import micros
from loadzone.words.errors import BadInput, LoadzoneError, Overtaken, UnknownThing
from loadzone.words.texts import Text, text

routes = pages()
MOST = 100_000
MOST_HISTORY = 20
Organisation = Annotated[str, Path(pattern=IDENTIFIER)]
REASONS: Mapping[str, Text] = {
    "damaged": text("damaged"),
    "planned": text("planned"),
    "other work": text("other work"),
}
SEEN: Mapping[str, Text] = {
    "outer ring": text("outer ring"),
    "inner ring": text("inner ring"),
    "rolling elements": text("rolling elements"),
    "cage": text("cage"),
    "sound": text("nothing found"),
}
HELD: Mapping[str, Kind] = {"site": "site", "machine": "machine", "position": "position"}
"""Forms of which two people may have the same one open."""
LABELS: Mapping[str, Text] = {
    "speed_rpm": text("Speed"),
    "machine_class": text("Class of ISO 10816-3"),
    "geometry": text("Inside: Z, Dw, Dpw, α"),
    "turning": text("Turning ring"),
    "gears": text("Gears, teeth:order"),
    "fs_hz": text("Sampling rate"),
    "unit": text("Unit of samples"),
    "false_alarms_per_month": text("False alarms a month"),
    "interval_s": text("Between readings"),
    "diagnose_every_s": text("Between diagnoses"),
}


@dataclass(frozen=True)
class Place:
    """What is chosen in the tree, and what stands in a form that was refused."""

    organisation: str
    site: str = ""
    machine: str = ""
    position: str = ""
    adopt: str = ""
    form: str = ""
    entered: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    changes: Sequence[meanwhile.Change] = ()

    @property
    def path(self) -> str:
        """Its address."""
        return assets_path(self.organisation, site=self.site, machine=self.machine, position=self.position)


@dataclass(frozen=True, eq=False)
class Branch:
    """A node of the tree: a site, machine or position, its worst state, how many positions hang below it."""

    asset: Site | Machine | Position
    state: Health
    count: int
    below: tuple["Branch", ...] = ()


@page(routes, "/assets", needs="viewer")
def get_assets(
    reader: Reading, organisation: str = "", site: str = "", machine: str = "", position: str = "", adopt: str = ""
) -> Response:
    """The tree, and what is chosen in it."""
    mine, _ = chosen(reader, organisation, has_sites=True)
    return _shown(reader, Place(mine, site, machine, position, adopt))


@page(routes, "/assets/{organisation}/sites", needs="engineer", method="POST")
def post_site(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Enter a site, or change the one that ``before`` names."""
    values = {"name": form.get("name", "").strip(), "time_zone": form.get("time_zone", "").strip() or "UTC"}
    key = form.get("before") or form.get("id", "").strip()

    def job(work: Work) -> None:
        if form.get("before"):
            meanwhile.hold(work, "site", organisation, key, form)
            assets.change(work, reader.visit.act, "site", organisation, key, values)
        else:
            new = Site(organisation, key, values["name"] or key, values["time_zone"], {})
            assets.enter_asset(work, reader.visit.act, new)

    place = Place(organisation, site=form.get("before", ""), form="site", entered=form)
    return _done(reader, place, job, assets_path(organisation, site=key))


@page(routes, "/assets/{organisation}/machines", needs="engineer", method="POST")
def post_machine(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Enter a machine, or change the one that ``before`` names."""
    key = form.get("before") or form.get("id", "").strip()

    def job(work: Work) -> None:
        facts = asset_desk.facts_of(form)
        values = {"name": form.get("name", "").strip() or key, "kind": form.get("kind", "").strip() or "machine"}
        if form.get("before"):
            meanwhile.hold(work, "machine", organisation, key, form)
            assets.change(work, reader.visit.act, "machine", organisation, key, values | {"facts": facts})
        else:
            new = Machine(
                organisation, key, form.get("site", ""), values["name"], values["kind"], reader.visit.at_us, facts
            )
            assets.enter_asset(work, reader.visit.act, new)

    place = Place(organisation, site=form.get("site", ""), machine=form.get("before", ""), form="machine", entered=form)
    return _done(reader, place, job, assets_path(organisation, machine=key))


@page(routes, "/assets/{organisation}/positions", needs="engineer", method="POST")
def post_position(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Enter a position, adopt one that sends already, or change the one that ``before`` names."""
    key = form.get("before") or form.get("id", "").strip()
    bearing = form.get("bearing", "").strip() or None
    name = form.get("name", "").strip() or key
    machine = form.get("machine", "") or None

    def job(work: Work) -> None:
        facts = asset_desk.facts_of(form, bearing)
        if form.get("before"):
            changes: dict[str, Any] = {"name": name, "bearing": bearing, "facts": facts}
            changes |= {"is_retired": form["is_retired"] == "yes"} if "is_retired" in form else {}
            meanwhile.hold(work, "position", organisation, key, form)
            assets.change(work, reader.visit.act, "position", organisation, key, changes)
            return
        new = Position(organisation, key, name, reader.visit.at_us, machine, None, bearing, facts)
        if form.get("adopts"):
            assets.adopt(work, reader.visit.act, new)
        else:
            assets.enter_asset(work, reader.visit.act, new)

    place = Place(
        organisation,
        machine=form.get("machine", ""),
        position=form.get("before", ""),
        adopt=form.get("adopts", ""),
        form="position",
        entered=form,
    )
    return _done(reader, place, job, assets_path(organisation, position=key))


@page(routes, "/assets/{organisation}/copies", needs="engineer", method="POST")
def post_copy(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Copy a machine with its positions."""
    machine, key = form.get("machine", ""), form.get("id", "").strip()

    def job(work: Work) -> None:
        asset_desk.copy_machine(
            work,
            reader.visit.act,
            organisation,
            machine,
            identifier=key,
            name=form.get("name", "").strip() or key,
            site=form.get("site") or None,
        )

    place = Place(organisation, machine=machine, form="copy", entered=form)
    return _done(reader, place, job, assets_path(organisation, machine=key))


@page(routes, "/assets/{organisation}/exchanges", needs="engineer", method="POST")
def post_exchange(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Remove the unit that is there, mount another one, or both."""
    position = form.get("position", "")
    place = Place(organisation, position=position, form="exchange", entered=form)

    def job(work: Work) -> None:
        asset_desk.exchange(
            work,
            reader.visit.act,
            organisation,
            position,
            removed_us=_time(form.get("removed_at", ""), reader),
            reason=", ".join(
                part for part in (form.get("reason"), form.get("seen"), form.get("note", "").strip()) if part
            ),
            serial=form.get("serial", "").strip() or None,
            bearing=form.get("bearing", "").strip() or None,
            maker=form.get("maker", "").strip() or None,
            mounted_us=_time(form.get("mounted_at", ""), reader),
        )

    return _done(reader, place, job, place.path)


def _time(written: str, reader: Reader) -> int | None:
    """The time of a field of day and hour, in the reader's zone; None where it is empty."""
    if not written.strip():
        return None
    try:
        return micros(datetime.fromisoformat(written.strip()).replace(tzinfo=reader.when.zone))
    except ValueError as error:
        raise BadInput(text("{time} is no time: write it as 2026-11-24T14:05", time=repr(written[:40]))) from error


def _done(reader: Reader, place: Place, job: Any, path: str) -> Response:  # noqa: ANN401  what is written
    """Do it and lead on; a refusal stands on the form, with what was entered."""
    try:
        reader.visit.platform.catalog.write(place.organisation, job)
    except Overtaken as error:
        if place.form not in HELD:
            raise
        told, changes, both = meanwhile.catch_up(
            reader, HELD[place.form], place.organisation, place.entered["before"], place.entered, LABELS
        )
        refused = replace(place, entered=both, refusal=told, changes=changes)
        return _shown(reader, refused, status=error.status)
    except LoadzoneError as error:
        if isinstance(error, UnknownThing) and _is_gone(reader, place):
            raise
        told = error.message.render(reader.lang)
        refused = replace(place, refusal=told)
        return _shown(reader, refused, status=error.status)
    return to(path)


def _is_gone(reader: Reader, place: Place) -> bool:
    """Whether there is no form any more on which a refusal could stand: what it is about is not there."""
    named: tuple[tuple[Kind, str], ...] = (
        ("site", place.site),
        ("machine", place.machine),
        ("position", place.position),
    )

    def job(work: Work) -> None:
        for kind, key in named:
            if key:
                assets.find(work, kind, place.organisation, key)

    try:
        reader.visit.platform.read(place.organisation, job)
    except UnknownThing:
        return True
    return False


def _shown(reader: Reader, place: Place, *, status: int = 200) -> Response:
    mine = place.organisation
    at_us = reader.visit.at_us
    _, known = chosen(reader, mine)

    def job(work: Work) -> tuple[Fleet, dict[str, list[Any]], dict[str, Mounting], list[Mounting], list[Stranger]]:
        everything = {
            kind: list(assets.assets(work, kind, mine, limit=MOST)) for kind in ("site", "machine", "position")
        }
        history = list(assets.mountings_of(work, mine, position=place.position, limit=MOST)) if place.position else []
        now = {each.position: each for each in assets.mountings_of(work, mine, limit=MOST) if each.removed_us is None}
        return fleet(work, at_us, organisation=mine), everything, now, history, list(assets.strangers(work, mine))

    found, everything, mounted, history, strangers = reader.visit.platform.read(mine, job)
    states = {each.position.id: each for each in found.stands}
    by_key = {(kind, each.id): each for kind, some in everything.items() for each in some}
    position = by_key.get(("position", place.position))
    machine = by_key.get(("machine", position.machine or "" if position else place.machine))
    site = by_key.get(("site", machine.site if machine else place.site))
    return show(
        reader,
        "assets.html.j2",
        title=text("Assets"),
        status=status,
        room="assets",
        organisation=mine,
        organisations=known,
        can_edit=mine in reader.seen.organisations("engineer"),
        tree=_tree(everything, states),
        counts={
            kind: len([each for each in some if not getattr(each, "retired_us", None)])
            for kind, some in everything.items()
        },
        site=site,
        machine=machine,
        position=position,
        place=place,
        sites=everything["site"],
        here=[each for each in everything["position"] if machine is not None and each.machine == machine.id],
        states=states,
        mounted=mounted,
        history=sorted(history, key=lambda each: -each.mounted_us)[:MOST_HISTORY],
        strangers=strangers,
        facts=FACTS,
        labels={name: label.render(reader.lang) for name, label in LABELS.items()},
        stamp=meanwhile.stamp,
        fields=lambda asset, form: _fields(asset, form, place),
        reasons=REASONS,
        seen=SEEN,
        reason_words=lambda reason: _reason_words(reason or "", reader),
        now_local=datetime.fromisoformat(reader.when.iso(at_us))
        .astimezone(reader.when.zone)
        .strftime("%Y-%m-%dT%H:%M"),
        assets_path=lambda **where: assets_path(mine, **where),
        position_path=position_path,
        machine_path=machine_path,
        site_path=site_path,
    )


def _reason_words(reason: str, reader: Reader) -> str:
    """Why a unit came off: the words that were chosen in the reader's language, a note as it was written."""
    known = {**REASONS, **SEEN}
    return ", ".join(known[each].render(reader.lang) if each in known else each for each in reason.split(", "))


def _fields(asset: Any, form: str, place: Place) -> dict[str, str]:  # noqa: ANN401  an asset, or none
    """What stands in the fields of a form: what was entered where it was refused, else what is kept."""
    if place.form == form and place.refusal:
        return {"id": "", "name": "", **place.entered}
    kept = {} if asset is None else {name: "" if value is None else str(value) for name, value in vars(asset).items()}
    written = asset_desk.written_facts(getattr(asset, "facts", {}))
    return {"id": "", "name": "", "kind": "", "bearing": "", "time_zone": "", **kept, **written}


def _tree(everything: Mapping[str, list[Any]], states: Mapping[str, Stand]) -> list[Branch]:
    """Sites with machines, these with positions; positions of no machine stand last."""
    within: dict[tuple[str | None, str | None], list[Position]] = {}
    for each in everything["position"]:
        within.setdefault((None if each.parent else each.machine, each.parent), []).append(each)

    def of_position(each: Position) -> Branch:
        below = tuple(of_position(inner) for inner in within.get((None, each.id), ()))
        own: Health = states[each.id].state if each.id in states else "none"
        return Branch(each, _worst([own, *(inner.state for inner in below)]), 1 + sum(b.count for b in below), below)

    def branch(asset: Site | Machine, below: list[Branch]) -> Branch:
        return Branch(asset, _worst([each.state for each in below]), sum(each.count for each in below), tuple(below))

    by_site: dict[str, list[Branch]] = {}
    for machine in everything["machine"]:
        inside = [of_position(each) for each in within.get((machine.id, None), ())]
        by_site.setdefault(machine.site, []).append(branch(machine, inside))
    trees = [branch(site, by_site.get(site.id, [])) for site in everything["site"]]
    return [*trees, *(of_position(each) for each in within.get((None, None), ()))]


def _worst(states: list[Health]) -> Health:
    return min(states, key=HEALTHS.index, default="none")
