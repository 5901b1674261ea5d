"""How a page is declared and shown: guarded like a route of the interface, in the reader's language, zone and theme."""

import os
from asyncio import Semaphore
from collections.abc import Callable, Coroutine, Mapping
from contextlib import nullcontext
from inspect import isawaitable
from typing import Annotated, Any
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from loadzone.web.api.route import NEEDS
from loadzone.web.auth import Need, Visit, admitted
from loadzone.web.pages.again import ask_to_sign_in, explain, kept_of, refused
from loadzone.web.pages.reader import AUTHOR, Reader, came_from, inside, reader_of
from loadzone.web.problems import of_error
from loadzone.words.errors import LoadzoneError, NotAllowed, NotSignedIn
from loadzone.words.texts import text

WAITS = "x-waits"
ISLAND = "x-loadzone-island"
"""Header of what scripts of a page read."""


READERS = (os.cpu_count() or 1) + 1
"""Pages that are written at once; more would only share the same processors, and each would come later."""


class Paged(APIRoute):
    """A route that answers people: who is not signed in is led there, and what goes wrong is said on a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()
        extra = self.openapi_extra or {}
        need: Need = extra[NEEDS]
        is_read = self.methods == {"GET"} and not extra.get(WAITS)

        async def guarded(request: Request) -> Response:
            try:
                visit = await admitted(request, need)
                request.state.visit, request.state.reader = visit, reader_of(request, visit)
                request.state.body = await request.body()
                _check_author(visit, _form(request))
                async with request.app.state.readers if is_read else nullcontext():
                    return await answer(request)
            except LoadzoneError as error:
                if is_island(request):
                    return of_error(error, reader_of(request, getattr(request.state, "visit", None)).lang)
                if isinstance(error, NotSignedIn):
                    return await _to_sign_in(request)
                return await explain(request, error)
            except RequestValidationError:
                return refused(request, 404, text("there is nothing at {path}", path=request.url.path[:200]))

        return guarded


def _check_author(visit: Visit, form: Mapping[str, str]) -> None:
    """Refuse what one person entered and another one sends, who has signed in meanwhile in another tab."""
    author = form.get(AUTHOR)
    if author and visit.seen is not None and author != visit.seen.user.login:
        raise NotAllowed(
            text("{who} entered this, and you are {login}: it was not sent.", who=author, login=visit.seen.user.login)
        )


def _reader(request: Request) -> Reader:
    reader: Reader = request.state.reader
    return reader


def _form(request: Request) -> Mapping[str, str]:
    """Fields of a form that a page has sent; of a repeated one the last."""
    sent = parse_qs(request.state.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500)
    return {name: values[-1] for name, values in sent.items()}


Reading = Annotated[Reader, Depends(_reader)]
"""The reader, as an argument of a page."""
Form = Annotated[Mapping[str, str], Depends(_form)]
"""What a form holds, as an argument of a page."""


def pages() -> APIRouter:
    """An empty set of pages."""
    return APIRouter(route_class=Paged, include_in_schema=False)


def page(
    routes: APIRouter, path: str, *, needs: Need = "viewer", method: str = "GET", waits: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a page, or what takes its form (``method`` POST; answer with `to`).

    ``waits``: most of its time it waits for another process, so it takes no turn from pages that are written here.
    """
    extra = {NEEDS: needs, WAITS: waits}
    return routes.api_route(path, methods=[method], response_class=HTMLResponse, openapi_extra=extra)


def to(path: str) -> Response:
    """Lead on after a form was taken."""
    return RedirectResponse(path, 303)


def wants_page(request: HTTPConnection) -> bool:
    """Whether a person's browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def install(app: FastAPI) -> None:
    """Answer people on a page where programs get a problem document, a few at once and the others in their turn."""
    app.state.readers = Semaphore(READERS)
    told = app.exception_handlers[HTTPException], app.exception_handlers[Exception]

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  what it is installed for
        if wants_page(request):
            return refused(request, error.status_code, text("there is nothing at {path}", path=request.url.path[:200]))
        return await _awaited(told[0](request, error))

    async def fault(request: Request, error: Exception) -> Response:
        document = await _awaited(told[1](request, error))
        if wants_page(request):
            return refused(request, 500, text("this is a fault of ours; it was logged"))
        return document

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, fault)


def is_island(request: HTTPConnection) -> bool:
    """Whether a script of a page reads: it gets a problem document, and tells the reader on the page that is open."""
    return "hx-request" in request.headers or ISLAND in request.headers


async def _awaited(answer: Any) -> Response:  # noqa: ANN401  what a handler gives: an answer, or what becomes one
    given: Response = await answer if isawaitable(answer) else answer
    return given


async def _to_sign_in(request: Request) -> Response:
    """Lead to the form and back; a form that was sent is kept on the way."""
    if request.method == "POST":
        kept = await kept_of(request)
        if kept is not None:
            return ask_to_sign_in(reader_of(request, None), kept, status=401)
        return _lead_to_sign_in(came_from(request))
    return _lead_to_sign_in("/" + str(request.url).split("://", 1)[-1].partition("/")[2])


def _lead_to_sign_in(path: str) -> Response:
    return to("/sign-in" if path in {"/", ""} else f"/sign-in?next={quote(inside(path), safe='')}")
