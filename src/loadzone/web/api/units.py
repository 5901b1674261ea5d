"""Units: single bearings by serial number; and mountings, where each was from when to when."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field

from loadzone.flows import assets
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.assets import Noun, asset_routes
from loadzone.web.api.parameters import IDENTIFIER, After, Item, Limit, Organisation, page
from loadzone.web.api.positions import Designation
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.idempotency import written
from loadzone.web.shown import Facts, Identifier, Instant, Moment, Name, Note, Page, Shown, Taken, micros


class UnitShown(Shown):
    """One bearing with its serial number."""

    serial: str
    bearing: str
    maker: str | None
    made_at: Moment | None = Field(validation_alias="made_us")
    facts: dict[str, Any]


class NewUnit(Taken):
    """A unit to be entered."""

    serial: Name
    bearing: Designation
    maker: Name | None = None
    made_at: Instant | None = None
    facts: Facts


class ChangedUnit(Taken):
    """What shall be otherwise."""

    bearing: Designation = ""
    maker: Name | None = None
    facts: Facts


class MountingShown(Shown):
    """A unit at a position from a time up to and without another."""

    position: Identifier
    serial: str
    mounted_at: Moment = Field(validation_alias="mounted_us")
    mounted_by: str
    removed_at: Moment | None = Field(validation_alias="removed_us")
    removed_by: str | None
    reason: str | None


class NewMounting(Taken):
    """A unit comes to a position, now or at the time given."""

    position: Identifier
    serial: Name
    at: Instant | None = None


class Removal(Taken):
    """The unit leaves, now or at the time given."""

    at: Instant | None = None
    reason: Note | None = None


def _made(body: NewUnit, organisation: str, at_us: int) -> assets.Unit:
    del at_us
    made_us = None if body.made_at is None else micros(body.made_at)
    return assets.Unit(organisation, body.serial, body.bearing, body.maker, made_us, body.facts)


routes = asset_routes(Noun("unit", "units", UnitShown, NewUnit, ChangedUnit, _made, key="serial"))
mountings = router("units", "/organisations/{organisation}")


@route(mountings, "GET", "/mountings", name="listMountings", needs="viewer", shows=Page[MountingShown])
def list_mountings(
    visit: Visiting,
    organisation: Organisation,
    position: Annotated[str | None, Query(pattern=IDENTIFIER)] = None,
    serial: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Which unit was where from when to when, by position and time."""
    behind = cursor.read(after, (str, int))
    found = visit.platform.read(
        organisation,
        lambda work: assets.mountings_of(
            work,
            organisation,
            position=position,
            serial=serial,
            after=(str(behind[0]), int(behind[1])) if behind else None,
            limit=limit + 1,
        ),
    )
    items = [MountingShown.model_validate(each) for each in found]
    return shown(page(MountingShown, items, limit, lambda last: (last.position, micros(last.mounted_at))))


@route(mountings, "POST", "/mountings", name="addMounting", needs="engineer", shows=MountingShown, status=201)
def add_mounting(request: Request, visit: Visiting, organisation: Organisation, body: NewMounting) -> Response:
    """A unit is mounted; the position must be empty."""

    def job(work: Work) -> MountingShown:
        at_us = None if body.at is None else micros(body.at)
        made = assets.mount(work, visit.act, organisation, body.position, body.serial, at_us=at_us)
        return MountingShown.model_validate(made)

    return written(request, organisation, job, status=201)


@route(
    mountings,
    "POST",
    "/positions/{position}/removals",
    name="addRemoval",
    needs="engineer",
    shows=MountingShown,
    status=201,
)
def add_removal(
    request: Request, visit: Visiting, organisation: Organisation, position: Item, body: Removal
) -> Response:
    """The unit that is at the position is removed."""

    def job(work: Work) -> MountingShown:
        at_us = None if body.at is None else micros(body.at)
        gone = assets.remove(work, visit.act, organisation, position, at_us=at_us, reason=body.reason)
        return MountingShown.model_validate(gone)

    return written(request, organisation, job, status=201)
