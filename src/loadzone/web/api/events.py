"""The ledger: who did what to which thing, when, where and why."""

from typing import Annotated, Any

from fastapi import Query, Response

from loadzone.flows import reading
from loadzone.web import cursor
from loadzone.web.api.parameters import After, Limit, Organisation, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.shown import Moment, Page, Shown, moment

routes = router("events")
Thing = Annotated[
    str | None, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", description="A serial, position:ID ...")
]


class EventShown(Shown):
    """An entry of the ledger, in the words of EPCIS 2.0; ``hash`` seals all before it."""

    number: int
    recorded_at: Moment
    at: Moment
    kind: str
    action: str
    step: str
    who: str
    things: list[str]
    where: str | None
    disposition: str | None
    documents: list[str]
    corrects: int | None
    facts: dict[str, Any]
    hash: str


@route(
    routes,
    "GET",
    "/organisations/{organisation}/events",
    name="listEvents",
    needs="analyst",
    shows=Page[EventShown],
)
def list_events(
    visit: Visiting, organisation: Organisation, thing: Thing = None, limit: Limit = 100, after: After = None
) -> Response:
    """Entries about a thing, or all, in the order in which they were entered."""
    behind = cursor.read(after, (int,))
    found = visit.platform.read(
        organisation,
        lambda work: reading.events(
            work, organisation, thing=thing, after=int(behind[0]) if behind else 0, limit=limit + 1
        ),
    )
    items = [_shown(each) for each in found]
    return shown(page(EventShown, items, limit, lambda last: (last.number,)))


def _shown(entry: reading.Entry) -> EventShown:
    event = entry.event
    return EventShown(
        number=entry.number,
        recorded_at=moment(entry.recorded_us),
        at=moment(event.at_us),
        kind=event.kind,
        action=event.action,
        step=event.step,
        who=event.who,
        things=list(event.things),
        where=event.where,
        disposition=event.disposition,
        documents=list(event.documents),
        corrects=event.corrects,
        facts=dict(event.facts),
        hash=entry.hash,
    )
