"""Positions: places where bearings come and go; and those that send already though nobody has entered them."""

import base64
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import Field

from loadzone.flows import assets
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.assets import Noun, asset_routes
from loadzone.web.api.parameters import After, Limit, Organisation, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.idempotency import written
from loadzone.web.shown import Facts, Identifier, Moment, Name, Page, Shown, Taken, moment

Designation = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["6205-2RS"])]


class PositionShown(Shown):
    """A place in a machine; its history survives the exchange of its bearing."""

    id: Identifier
    name: str
    machine: Identifier | None
    parent: Identifier | None
    bearing: str | None
    facts: dict[str, Any]
    created_at: Moment = Field(validation_alias="created_us")
    retired_at: Moment | None = Field(validation_alias="retired_us")


class NewPosition(Taken):
    """A position to be entered."""

    id: Identifier
    name: Name
    machine: Identifier | None = None
    parent: Identifier | None = None
    bearing: Designation | None = None
    facts: Facts


class ChangedPosition(Taken):
    """What shall be otherwise; retired takes no more data."""

    name: Name = ""
    machine: Identifier | None = None
    parent: Identifier | None = None
    bearing: Designation | None = None
    facts: Facts
    is_retired: bool = False


class StrangerShown(Shown):
    """A position that sends and that nobody has entered; ``sample_base64``: the first bytes of its last message."""

    position: Identifier
    door: str
    count: int
    first_at: Moment
    last_at: Moment
    sample_base64: str


def _made(body: NewPosition, organisation: str, at_us: int) -> assets.Position:
    return assets.Position(organisation, body.id, body.name, at_us, body.machine, body.parent, body.bearing, body.facts)


routes = asset_routes(
    Noun("position", "positions", PositionShown, NewPosition, ChangedPosition, _made, within="machine")
)
quarantine = router("positions", "/organisations/{organisation}/quarantine")


@route(quarantine, "GET", "", name="listQuarantine", needs="engineer", shows=Page[StrangerShown])
def list_quarantine(visit: Visiting, organisation: Organisation, limit: Limit = 100, after: After = None) -> Response:
    """Positions that send and that nobody has entered."""
    behind = cursor.read(after, (str,))
    found = visit.platform.read(
        organisation,
        lambda work: assets.strangers(work, organisation, after=str(behind[0]) if behind else None, limit=limit + 1),
    )
    items = [
        StrangerShown(
            position=each.position,
            door=each.door,
            count=each.count,
            first_at=moment(each.first_us),
            last_at=moment(each.last_us),
            sample_base64=base64.b64encode(each.sample).decode(),
        )
        for each in found
    ]
    return shown(page(StrangerShown, items, limit, lambda last: (last.position,)))


@route(quarantine, "POST", "", name="adoptPosition", needs="engineer", shows=PositionShown, status=201)
def adopt_position(request: Request, visit: Visiting, organisation: Organisation, body: NewPosition) -> Response:
    """Enter a position that sends already; what it has sent is taken in."""

    def job(work: Work) -> PositionShown:
        made = assets.adopt(work, visit.act, _made(body, organisation, visit.at_us))
        return PositionShown.model_validate(made)

    return written(request, organisation, job, status=201)
