"""The four routes that every kind of asset has: list, look at, enter, change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from loadzone.flows import assets
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.parameters import IDENTIFIER, After, Limit, Organisation, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.idempotency import written
from loadzone.web.shown import Page, Shown, Taken


@dataclass(frozen=True)
class Noun:
    """A kind of asset at the door.

    ``shows``, ``new``, ``changed``: models of an answer and of the bodies; ``make``: an asset from a body, its
    organisation and the time; ``within``: by which field a list is narrowed; ``key``: the name of its identifier.
    """

    kind: assets.Kind
    plural: str
    shows: type[Shown]
    new: type[Taken]
    changed: type[Taken]
    make: Callable[[Any, str, int], assets.Asset]
    within: str | None = None
    key: str = "id"


def asset_routes(noun: Noun) -> APIRouter:
    """The routes of a kind of asset below its organisation."""
    routes = router(noun.plural, f"/organisations/{{organisation}}/{noun.plural}")
    one, many = noun.kind.title(), noun.plural.title()
    shows: Any = noun.shows
    new: Any = noun.new
    changed: Any = noun.changed
    is_plain = noun.key == "id"
    item = f"/{{{noun.key}}}" if is_plain else f"/{{{noun.key}:path}}"
    key = Annotated[
        str,
        Path(alias=noun.key, min_length=1, max_length=200, pattern=IDENTIFIER if is_plain else r"^[^\x00-\x1f\x7f]+$"),
    ]
    narrowed = Annotated[
        str | None,
        Query(alias=noun.within, pattern=IDENTIFIER, include_in_schema=noun.within is not None),
    ]

    def listed(
        visit: Visiting,
        organisation: Organisation,
        limit: Limit = 100,
        after: After = None,
        within: narrowed = None,
    ) -> Response:
        behind = cursor.read(after, (str,))
        where = {noun.within: within} if noun.within and within else None
        found = visit.platform.read(
            organisation,
            lambda work: assets.assets(
                work,
                noun.kind,
                organisation,
                after=str(behind[0]) if behind else None,
                limit=limit + 1,
                where=where,
            ),
        )
        items = [shows.model_validate(each) for each in found]
        return shown(page(shows, items, limit, lambda last: (getattr(last, noun.key),)))

    def looked_at(visit: Visiting, organisation: Organisation, name: key) -> Response:
        found = visit.platform.read(organisation, lambda work: assets.find(work, noun.kind, organisation, name))
        return shown(shows.model_validate(found))

    def entered(request: Request, visit: Visiting, organisation: Organisation, body: new) -> Response:
        def job(work: Work) -> Shown:
            made = noun.make(body, organisation, visit.at_us)
            answer: Shown = shows.model_validate(assets.enter_asset(work, visit.act, made))
            return answer

        return written(request, organisation, job, status=201)

    def put_right(
        request: Request,
        visit: Visiting,
        organisation: Organisation,
        name: key,
        body: changed,
    ) -> Response:
        def job(work: Work) -> Shown:
            after = assets.change(work, visit.act, noun.kind, organisation, name, body.given())
            answer: Shown = shows.model_validate(after)
            return answer

        return written(request, organisation, job)

    listed.__doc__ = f"The {noun.plural} of an organisation, by identifier."
    looked_at.__doc__ = f"One {noun.kind}."
    entered.__doc__ = f"Enter a {noun.kind}."
    put_right.__doc__ = f"Change a {noun.kind}: what is not named stays."
    route(routes, "GET", "", name=f"list{many}", needs="viewer", shows=Page[shows])(listed)
    route(routes, "POST", "", name=f"add{one}", needs="engineer", shows=shows, status=201)(entered)
    route(routes, "GET", item, name=f"get{one}", needs="viewer", shows=shows)(looked_at)
    route(routes, "PATCH", item, name=f"change{one}", needs="engineer", shows=shows)(put_right)
    return routes
