"""Who reads a page and how it is written for them: language, zone, theme; templates of this room are shown here."""

import gzip
from dataclasses import dataclass
from functools import cache
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import HTTPConnection

from loadzone.flows.access import Visibility
from loadzone.reports import numbers
from loadzone.reports.marks import name_mark, state_mark, state_word
from loadzone.web import static
from loadzone.web.auth import Visit
from loadzone.web.pages.key_words import key_words
from loadzone.web.pages.machine_kinds import kind_word
from loadzone.web.pages.when import When
from loadzone.web.problems import language
from loadzone.words.quantities import quantity
from loadzone.words.texts import LANGUAGES, Text, text

LANGUAGE, THEME, ZONE = "loadzone_lang", "loadzone_theme", "loadzone_zone"
"""Cookies of what a reader prefers; none of them tells who it is."""
THEMES = ("light", "dark", "system")
LEAST_TO_PACK = 1024
AUTHOR = "_by"
"""Field that scripts add to a form: the login for whom the page was written."""
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
        "with_indices": numbers.with_indices,
        "kind_word": kind_word,
        "said": lambda given, lang: cast("Text", given).render("zh" if lang.startswith("zh") else "en"),
    }
    return environment
