"""Advice: what to do by when and why; and what came of it, which tells how often advice is right."""

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import Field

from loadzone.flows import alarms_desk
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.alarms import IS_OPEN, Status
from loadzone.web.api.parameters import After, Item, Limit, Organisation, Within, WithinPosition, by_time, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.idempotency import written
from loadzone.web.shown import Identifier, Moment, Page, Shown, Taken, micros

routes = router("advice")
Mode = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
Report = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]


class AdviceShown(Shown):
    """What to do at a position; ``found`` is the damage seen, a mode of ISO 15243."""

    organisation: Identifier
    id: str
    position: Identifier
    serial: str | None
    alarm: str | None
    action: str
    priority: str
    issued_at: Moment = Field(validation_alias="issued_us")
    due_at: Moment | None = Field(validation_alias="due_us")
    facts: dict[str, Any]
    outcome: str | None
    found: str | None
    closed_at: Moment | None = Field(validation_alias="closed_us")
    closed_by: str | None
    note: str | None


class NewOutcome(Taken):
    """What came of an advice."""

    outcome: alarms_desk.Outcome
    found: Mode | None = None
    note: Report | None = None


class PrecisionShown(Shown):
    """How much advice was right, of that which was checked on the bearing; ``share`` with its exact 95 % interval.

    Where fewer than five were checked nothing can be told of the share.
    """

    right: int
    wrong: int
    not_checked: int
    open: int
    share: float | None
    low95: float | None
    high95: float | None


@route(routes, "GET", "/advice", name="listAdvice", needs="viewer", shows=Page[AdviceShown])
def list_advice(
    visit: Visiting,
    organisation: Within = None,
    position: WithinPosition = None,
    status: Status = "open",
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Advice to all organisations that one sees, or to one, the newest first."""
    behind = cursor.read(after, (int, str, str))
    found = visit.platform.read(
        visit.known.organisations(),
        lambda work: alarms_desk.advice_seen(
            work,
            organisation=organisation,
            position=position,
            is_open=IS_OPEN[status],
            after=by_time(behind),
            limit=limit + 1,
        ),
    )
    items = [AdviceShown.model_validate(each) for each in found]
    return shown(page(AdviceShown, items, limit, lambda last: (micros(last.issued_at), last.organisation, last.id)))


@route(routes, "GET", "/advice/precision", name="getPrecision", needs="viewer", shows=PrecisionShown)
def get_precision(visit: Visiting) -> Response:
    """Outcomes of all advice that one sees, and the share that was right."""
    found = visit.platform.read(visit.known.organisations(), alarms_desk.precision)
    return shown(PrecisionShown.model_validate(found))


@route(
    routes,
    "GET",
    "/organisations/{organisation}/advice/{advice}",
    name="getAdvice",
    needs="viewer",
    shows=AdviceShown,
)
def get_advice(visit: Visiting, organisation: Organisation, advice: Item) -> Response:
    """One advice."""
    found = visit.platform.read(organisation, lambda work: alarms_desk.one_advice(work, organisation, advice))
    return shown(AdviceShown.model_validate(found))


@route(
    routes,
    "POST",
    "/organisations/{organisation}/advice/{advice}/outcome",
    name="closeAdvice",
    needs="analyst",
    shows=AdviceShown,
)
def close_advice(
    request: Request, visit: Visiting, organisation: Organisation, advice: Item, body: NewOutcome
) -> Response:
    """Enter what came of it, once; a correction is an event of the ledger."""

    def job(work: Work) -> AdviceShown:
        closed = alarms_desk.close_advice(
            work, visit.act, organisation, advice, body.outcome, found=body.found, note=body.note
        )
        return AdviceShown.model_validate(closed)

    return written(request, organisation, job)
