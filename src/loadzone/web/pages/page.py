"""How a page is declared and shown: guarded like a route of the interface, in the reader's language, zone and theme."""

import gzip
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import isawaitable
from typing import Annotated, Any, cast
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from loadzone.flows.access import Visibility
from loadzone.reports import numbers
from loadzone.reports.marks import name_mark, state_mark, state_word
from loadzone.web import static
from loadzone.web.api.route import NEEDS
from loadzone.web.auth import Need, Visit, admitted
from loadzone.web.pages.key_words import key_words
from loadzone.web.pages.when import When
from loadzone.web.problems import TITLES, language, of_error
from loadzone.words.errors import LoadzoneError, NotAllowed, NotSignedIn
from loadzone.words.quantities import quantity
from loadzone.words.texts import LANGUAGES, Text, text

LANGUAGE, THEME, ZONE = "loadzone_lang", "loadzone_theme", "loadzone_zone"
"""Cookies of what a reader prefers; none of them tells who it is."""
THEMES = ("light", "dark", "system")
LEAST_TO_PACK = 1024
AUTHOR = "_by"
"""Field that scripts add to a form: the login for whom the page was written."""
ISLAND = "x-loadzone-island"
"""Header of what scripts of a page read."""
_HTML_LANG = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True)
class Reader:
    """Who reads a page, and how it is written for them."""

    visit: Visit
    lang: str
    theme: str
    when: When
    path: str
    accepts_gzip: bool

    @property
    def seen(self) -> Visibility:
        """What the reader may see."""
        return self.visit.known

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in."""
        return self.visit.seen is not None

    def say(self, msgid: str, /, **fields: object) -> str:
        """A sentence in the reader's language."""
        return text(msgid, **fields).render(self.lang)


class Paged(APIRoute):
    """A route that answers people: who is not signed in is led there, and what goes wrong is said on a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()
        need: Need = (self.openapi_extra or {})[NEEDS]

        async def guarded(request: Request) -> Response:
            try:
                visit = await admitted(request, need)
                request.state.visit, request.state.reader = visit, reader_of(request, visit)
                request.state.body = await request.body()
                _check_author(visit, _form(request))
                return await answer(request)
            except LoadzoneError as error:
                if is_island(request):
                    return of_error(error, reader_of(request, getattr(request.state, "visit", None)).lang)
                if isinstance(error, NotSignedIn):
                    return await _to_sign_in(request)
                return await _refused_for_good(request, error)
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
    routes: APIRouter, path: str, *, needs: Need = "viewer", method: str = "GET"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a page, or what takes its form (``method`` POST; answer with `to`)."""
    return routes.api_route(path, methods=[method], response_class=HTMLResponse, openapi_extra={NEEDS: needs})


def show(
    reader: Reader, template: str, *, title: Text, status: int = 200, room: str = "", **values: object
) -> Response:
    """A page of a template of this room.

    Parameters
    ----------
    title : of the browser's window
    room : whose name in the top bar is marked
    values : what the template shows beside `t`, `mark`, `when`, `reader` and the filters of numbers
    """
    body = (
        _environment()
        .get_template(template)
        .render(
            reader=reader,
            t=reader.say,
            lang=_HTML_LANG[reader.lang],
            when=reader.when,
            title=title.render(reader.lang),
            room=room,
            open_advice=_open_advice(reader),
            key_words=key_words(reader.lang),
            version=_version(),
            **values,
        )
    )
    return _sent(body.encode(), status, accepts_gzip=reader.accepts_gzip)


def to(path: str) -> Response:
    """Lead on after a form was taken."""
    return RedirectResponse(path, 303)


def inside(path: str, otherwise: str = "/") -> str:
    r"""A path of ours, and never an address of elsewhere.

    >>> inside("/positions/acme/fan?x=1"), inside("//evil.example"), inside("https://evil.example"), inside("/\\evil")
    ('/positions/acme/fan?x=1', '/', '/', '/')
    """
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else otherwise


def reader_of(request: HTTPConnection, visit: Visit | None) -> Reader:
    """The reader by cookies, by what the user has set, by what the browser tells."""
    door = request.app.state.door
    chosen = request.cookies.get(LANGUAGE, "")
    own = visit.seen.user.language if visit and visit.seen else ""
    asked = language(request.headers.get("accept-language", ""))
    lang = next(each for each in (chosen, own, asked) if each in LANGUAGES)
    theme = request.cookies.get(THEME, "system")
    at_us = visit.at_us if visit else door.platform.clock()
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.scope.get("method") == "POST":  # what takes a form is no page that one can come back to
        path = came_from(request)
    return Reader(
        visit or Visit(door, lang, at_us, ""),
        lang,
        theme if theme in THEMES else "system",
        When(lang, _zone(request.cookies.get(ZONE, "")), at_us),
        path,
        "gzip" in request.headers.get("accept-encoding", ""),
    )


def refused(request: HTTPConnection, status: int, detail: Text) -> Response:
    """The page that says what went wrong, and where to go on."""
    reader = reader_of(request, getattr(request.state, "visit", None))
    heading = TITLES.get(status, TITLES[400])
    return show(
        reader,
        "error.html.j2",
        title=heading,
        status=status,
        heading=heading,
        detail=detail,
        more=None,
        told=None,
        kept=None,
        may_repeat=False,
        onward=(),
    )


def wants_page(request: HTTPConnection) -> bool:
    """Whether a person's browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def install(app: FastAPI) -> None:
    """Answer people on a page where programs get a problem document."""
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
        from loadzone.web.pages.again import ask_to_sign_in, kept_of

        kept = await kept_of(request)
        if kept is not None:
            return ask_to_sign_in(reader_of(request, None), kept, status=401)
        return _lead_to_sign_in(came_from(request))
    return _lead_to_sign_in("/" + str(request.url).split("://", 1)[-1].partition("/")[2])


def _lead_to_sign_in(path: str) -> Response:
    return to("/sign-in" if path in {"/", ""} else f"/sign-in?next={quote(inside(path), safe='')}")


async def _refused_for_good(request: Request, error: LoadzoneError) -> Response:
    """What went wrong, who knows more of it, and what was entered, which can be copied or sent again."""
    from loadzone.web.pages.again import explain

    return await explain(request, error)


def came_from(request: HTTPConnection) -> str:
    """The page of ours on which a form stood."""
    told = urlsplit(request.headers.get("referer", ""))
    if told.netloc != request.headers.get("host", ""):
        return "/"
    return inside(told.path + (f"?{told.query}" if told.query else ""))


def _sent(body: bytes, status: int, *, accepts_gzip: bool) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if accepts_gzip and len(body) >= LEAST_TO_PACK:
        body = gzip.compress(body, 5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return HTMLResponse(body, status, headers)


def _open_advice(reader: Reader) -> int:
    from loadzone.flows.standing import open_advice

    visit = reader.visit
    return 0 if visit.seen is None else visit.platform.read(visit.seen.organisations(), open_advice)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def _version() -> str:
    from loadzone import __version__

    return __version__


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("loadzone.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: numbers.UNKNOWN if value is None else value,
    )
    environment.globals |= {
        "mark": state_mark,
        "state_word": lambda state, lang: state_word(state).render("zh" if lang.startswith("zh") else "en"),
        "name_mark": name_mark,
        "asset": static.address,
        "tokens": static.tokens_address,
        "quantity_of": quantity,
    }
    environment.filters |= {
        "fixed": numbers.fixed,
        "significant": numbers.significant,
        "probability": numbers.probability,
        "indexed": numbers.indexed,
        "said": lambda given, lang: cast("Text", given).render("zh" if lang.startswith("zh") else "en"),
    }
    return environment
