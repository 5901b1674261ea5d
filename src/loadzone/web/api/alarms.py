"""Alarms: what is open, every move in an alarm's life, and what people do to it."""

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from loadzone.flows import alarms_desk
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.parameters import After, Item, Limit, Organisation, Within, WithinPosition, by_time, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.idempotency import written
from loadzone.web.shown import Identifier, Instant, Moment, Note, Page, Shown, Taken, micros

routes = router("alarms")
Status = Annotated[Literal["open", "ended", "all"], Query(description="Which ones")]
IS_OPEN = {"open": True, "ended": False, "all": None}


class AlarmShown(Shown):
    """An alarm as it is now; states as in IEC 62682."""

    organisation: Identifier
    id: str
    position: Identifier
    cause: str
    priority: str
    state: str
    raised_at: Moment = Field(validation_alias="raised_us")
    changed_at: Moment = Field(validation_alias="changed_us")
    moves: int
    shelved_until: Moment | None = Field(validation_alias="shelved_until_us")
    ended_at: Moment | None = Field(validation_alias="ended_us")
    facts: dict[str, Any]


class MoveShown(Shown):
    """One step in an alarm's life."""

    number: int
    before: str
    after: str
    at: Moment = Field(validation_alias="at_us")
    by: str
    reason: str | None


class Deed(Taken):
    """What somebody does to an alarm; hiding one needs a reason, a shelf an end within 24 h."""

    verb: alarms_desk.Verb
    reason: Note | None = None
    until: Instant | None = None


@route(routes, "GET", "/alarms", name="listAlarms", needs="viewer", shows=Page[AlarmShown])
def list_alarms(
    visit: Visiting,
    organisation: Within = None,
    position: WithinPosition = None,
    status: Status = "open",
    priority: Annotated[Literal["low", "medium", "high"] | None, Query()] = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Alarms of all organisations that one sees, or of one, the newest first."""
    behind = cursor.read(after, (int, str, str))
    found = visit.platform.read(
        visit.known.organisations(),
        lambda work: alarms_desk.alarms_seen(
            work,
            organisation=organisation,
            position=position,
            is_open=IS_OPEN[status],
            priority=priority,
            after=by_time(behind),
            limit=limit + 1,
        ),
    )
    items = [AlarmShown.model_validate(each) for each in found]
    return shown(page(AlarmShown, items, limit, lambda last: (micros(last.raised_at), last.organisation, last.id)))


@route(
    routes,
    "GET",
    "/organisations/{organisation}/alarms/{alarm}",
    name="getAlarm",
    needs="viewer",
    shows=AlarmShown,
)
def get_alarm(visit: Visiting, organisation: Organisation, alarm: Item) -> Response:
    """One alarm."""
    found = visit.platform.read(organisation, lambda work: alarms_desk.alarm(work, organisation, alarm))
    return shown(AlarmShown.model_validate(found))


@route(
    routes,
    "GET",
    "/organisations/{organisation}/alarms/{alarm}/moves",
    name="listAlarmMoves",
    needs="viewer",
    shows=Page[MoveShown],
)
def list_alarm_moves(visit: Visiting, organisation: Organisation, alarm: Item) -> Response:
    """Every move in the alarm's life, the first one first."""
    found = visit.platform.read(organisation, lambda work: alarms_desk.moves_of(work, organisation, alarm))
    return shown(Page[MoveShown](items=[MoveShown.model_validate(each) for each in found]))


@route(
    routes,
    "POST",
    "/organisations/{organisation}/alarms/{alarm}/moves",
    name="moveAlarm",
    needs="analyst",
    shows=AlarmShown,
)
def move_alarm(request: Request, visit: Visiting, organisation: Organisation, alarm: Item, body: Deed) -> Response:
    """Acknowledge, shelve, unshelve, reset, take out of service, return; 409 where its state does not allow that."""

    def job(work: Work) -> AlarmShown:
        moved = alarms_desk.act_on_alarm(
            work,
            visit.act,
            organisation,
            alarm,
            body.verb,
            reason=body.reason,
            until_us=None if body.until is None else micros(body.until),
        )
        return AlarmShown.model_validate(moved)

    return written(request, organisation, job)
