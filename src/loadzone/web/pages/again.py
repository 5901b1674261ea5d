"""A form that could not be taken: what was entered is kept on the page that says why, and sent again when it can be."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from loadzone.flows import access
from loadzone.flows.access import User
from loadzone.web.auth import secret_of
from loadzone.web.pages.gone import last_of, missing, onward
from loadzone.web.pages.reader import AUTHOR, Reader, came_from, inside, reader_of, show
from loadzone.web.pages.signed_picture import signed_picture
from loadzone.web.problems import TITLES
from loadzone.words.errors import LoadzoneError, UnknownThing
from loadzone.words.texts import Text, text

SECRET_FIELDS = {"password", "old", "new", "secret"}
"""Fields that are never written into a page: a form that has one is entered again."""
MOST_BYTES = 256 << 10
"""Of a form that is kept on a page."""
MOST_FIELDS = 500
UNSAID = {AUTHOR, "read", "before", "next", "form", "do", "verb"}
"""Fields that nobody typed."""
ONCE_MORE = {429, 500, 503}
"""What may go well a moment later."""


@dataclass(frozen=True)
class Kept:
    """A form: where it was sent, from which page, what was entered, and by which login where that is known."""

    path: str
    fields: tuple[tuple[str, str], ...]
    goal: str
    who: str = ""

    @property
    def packed(self) -> str:
        """All fields in one."""
        return urlencode(self.fields)

    @property
    def entered(self) -> list[tuple[str, str]]:
        """What a person may want to read again."""
        return [(name, value) for name, value in self.fields if value.strip() and name not in UNSAID]


async def kept_of(request: Request) -> Kept | None:
    """The form of a request; None where it is no form, is too large, or holds a secret."""
    body = await request.body()
    if len(body) > MOST_BYTES or "form-urlencoded" not in request.headers.get("content-type", ""):
        return None
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    if not fields or any(name in SECRET_FIELDS for name, _ in fields):
        return None
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    who = dict(fields).get(AUTHOR, "")
    if not who:
        who = await run_in_threadpool(_former_login, request)
    return Kept(path, tuple(fields), came_from(request), who)


def kept_in(form: Mapping[str, str]) -> Kept | None:
    """What the page that asked to sign in has kept; None where it kept nothing."""
    path, packed = form.get("again", ""), form.get("kept", "")
    if inside(path, "") == "" or not packed:
        return None
    fields = parse_qsl(packed, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return Kept(path, tuple(fields), inside(form.get("next", "/")), form.get("who", ""))


def ask_to_sign_in(
    reader: Reader,
    kept: Kept | None,
    *,
    goal: str = "/",
    login: str = "",
    refusal: Text | None = None,
    status: int = 200,
) -> Response:
    """The form to sign in, with what was entered before beside it."""
    return show(
        reader,
        "sign_in.html.j2",
        title=text("Sign in"),
        status=status,
        heading=reader.say("Sign in"),
        picture=signed_picture(reader.say("A bearing whose lower elements carry the load")),
        next=kept.goal if kept else goal,
        login=login or (kept.who if kept else ""),
        kept=kept,
        refusal=refusal.render(reader.lang) if refusal else "",
    )


def sent_again(reader: Reader, kept: Kept, user: User) -> Response:
    """The page that sends what was entered, where who signed in is who entered it; else it says so."""
    return show(
        reader,
        "again.html.j2",
        title=text("Signed in"),
        heading=reader.say("Signed in"),
        picture=signed_picture(reader.say("A bearing whose lower elements carry the load")),
        kept=kept,
        user=user,
        is_same=kept.who == user.login,
        is_other=kept.who not in {"", user.login},
        number=secrets.token_hex(8),
        refusal="",
    )


async def explain(request: Request, error: LoadzoneError) -> Response:
    """The page that says what went wrong, with what was entered: nobody types it twice."""
    reader = reader_of(request, getattr(request.state, "visit", None))
    kept = await kept_of(request) if request.method == "POST" else None
    if kept and kept.who and reader.is_known and kept.who != reader.seen.user.login:
        kept = None
    is_gone = isinstance(error, UnknownThing)
    where = {**(dict(parse_qsl(urlsplit(kept.goal).query)) if kept else {}), **request.path_params}
    told = await run_in_threadpool(last_of, reader, where) if is_gone else None
    lost = missing(where) if is_gone else None
    return _said(
        reader,
        error.status,
        lost or error.message,
        more=error.message if lost else None,
        told=told,
        kept=kept,
        onward=onward(reader, where) if is_gone else (),
    )


def refused(request: HTTPConnection, status: int, detail: Text) -> Response:
    """The page that says what went wrong where nothing was entered."""
    return _said(reader_of(request, getattr(request.state, "visit", None)), status, detail)


def _said(
    reader: Reader,
    status: int,
    detail: Text,
    *,
    more: Text | None = None,
    told: Text | None = None,
    kept: Kept | None = None,
    onward: Sequence[tuple[str, str]] = (),
) -> Response:
    heading = TITLES.get(status, TITLES[400])
    return show(
        reader,
        "error.html.j2",
        title=heading,
        status=status,
        heading=heading,
        detail=detail,
        more=more,
        told=told,
        kept=kept,
        may_repeat=kept is not None and status in ONCE_MORE,
        onward=onward,
    )


def _former_login(request: Request) -> str:
    """Whose session the cookie opened before it ended, by a browser without scripts."""
    door = request.app.state.door
    secret, is_cookie = secret_of(request, door.guards)
    user = access.former_user(door.platform.catalog, secret) if secret and is_cookie else None
    return user.login if user else ""
