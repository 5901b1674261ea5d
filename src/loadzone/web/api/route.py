"""How a route is declared: its name in the OpenAPI document, what it needs and shows; guarded before it is read."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel

from loadzone.web import idempotency, problems
from loadzone.web.auth import Need, Visit, admitted

NEEDS: Final = "x-needs"
"""The name under which the OpenAPI document tells what a route needs."""
STREAMS: Final = "x-streams"
"""Marks a route that reads its body by itself."""
JSON = "application/json"


class Guarded(APIRoute):
    """A route whose visitor is known and judged before anything of the request is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()
        extra = self.openapi_extra or {}
        need: Need = extra[NEEDS]
        does_stream = bool(extra.get(STREAMS))

        async def guarded(request: Request) -> Response:
            request.state.visit = await admitted(request, need)
            request.state.body = b"" if does_stream else await request.body()
            return await answer(request)

        return guarded


def _visit(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


Visiting = Annotated[Visit, Depends(_visit)]
"""The visit, as an argument of a route."""


def router(tag: str, prefix: str = "") -> APIRouter:
    """An empty set of guarded routes of one noun."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Guarded)


def route(
    routes: APIRouter,
    method: str,
    path: str,
    *,
    name: str,
    needs: Need,
    shows: Any = None,  # noqa: ANN401  a model, or a form of one
    status: int = 200,
    content: Mapping[str, Any] | None = None,
    takes: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a route.

    Parameters
    ----------
    name : operation id, as listSites
    shows : model of the answer; None: it has no body, or ``content`` says what
    content, takes : media types of an answer or a body that is not JSON
    """
    extra: dict[str, Any] = {NEEDS: needs}
    responses = _problems(method, needs)
    if content is not None:
        responses[status] = {"description": "As asked", "content": dict(content)}
    if takes is not None:
        extra |= {STREAMS: True, "requestBody": {"required": True, "content": dict(takes)}}
    if needs != "public":
        extra["security"] = [{"token": []}, {"session": []}]
    if method not in {"GET", "HEAD"} and needs != "public" and takes is None:
        extra["parameters"] = [idempotency.PARAMETER]
    return routes.api_route(
        path,
        methods=[method],
        operation_id=name,
        response_model=shows,
        status_code=status,
        response_class=Response if shows is None else JSONResponse,
        responses=responses,
        openapi_extra=extra,
    )


def shown(answer: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer as it goes out."""
    return Response(answer.model_dump_json(), status, dict(headers or {}), JSON)


def _problems(method: str, needs: Need) -> dict[int | str, dict[str, Any]]:
    codes = [400, 404, 413, 422, 429, 500, 503]
    codes += [401, 403] if needs != "public" or method not in {"GET", "HEAD"} else []
    codes += [409, 415] if method not in {"GET", "HEAD"} else []
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        code: {"description": str(problems.TITLES[code]), "content": {problems.MEDIA: {"schema": schema}}}
        for code in sorted(codes)
    }
