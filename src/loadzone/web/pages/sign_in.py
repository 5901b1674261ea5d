"""Signing in and out, links of one use, and what a reader prefers."""

from fastapi import Request, Response

from loadzone.flows import access
from loadzone.flows.access import Session
from loadzone.flows.platform import Work
from loadzone.web.auth import give_cookie, take_cookie
from loadzone.web.pages.again import ask_to_sign_in, kept_in, sent_again
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.reader import LANGUAGE, THEME, THEMES, Reader, inside, show
from loadzone.web.pages.signed_picture import signed_picture
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import LANGUAGES, Text, text

routes = pages()
A_YEAR_S = 365 * 86_400
MOST_SECRET = 200
"""Characters of a password or a secret."""


@page(routes, "/sign-in", needs="public")
def get_sign_in(reader: Reading, next: str = "/") -> Response:  # noqa: A002  the name in the address
    """The form."""
    return ask_to_sign_in(reader, None, goal=inside(next))


@page(routes, "/sign-in", needs="public", method="POST")
def post_sign_in(request: Request, reader: Reading, form: Form) -> Response:
    """Sign in with login and password; a refusal says why and keeps the login, and what was entered before."""
    visit, goal, kept = reader.visit, inside(form.get("next", "/")), kept_in(form)
    login, password = form.get("login", "")[:MOST_SECRET], form.get("password", "")[:MOST_SECRET]
    try:
        visit.door.sign_ins.take(visit.address, visit.at_us)
        session = access.open_session(visit.platform.catalog, login, password, visit.at_us)
    except LoadzoneError as error:
        return ask_to_sign_in(reader, kept, goal=goal, login=login, refusal=error.message, status=error.status)
    if kept is None:
        return _entered(request, reader, session, goal)
    return _let_in(request, reader, session, sent_again(reader, kept, session.user))


@page(routes, "/welcome", needs="public")
def get_welcome(reader: Reading) -> Response:
    """Where a link leads; its secret stands behind the # and is sent when the reader goes on."""
    return _welcome(reader)


@page(routes, "/welcome", needs="public", method="POST")
def post_welcome(request: Request, reader: Reading, form: Form) -> Response:
    """Sign in with a link that is for that, or set a password with one that is for that, and go in."""
    visit, catalog = reader.visit, reader.visit.platform.catalog
    secret, password = form.get("secret", "").strip()[:MOST_SECRET], form.get("password", "")[:MOST_SECRET]
    try:
        visit.door.sign_ins.take(visit.address, visit.at_us)
        link, user = access.link_of(catalog, secret, visit.at_us)
        if link.purpose == access.SIGN_IN:
            return _entered(request, reader, access.enter_by_link(catalog, secret, visit.at_us), "/")
        if not password:
            return _welcome(reader, secret=secret, login=user.login)
        try:
            access.redeem(catalog, secret, password, visit.at_us)
        except BadInput as error:
            return _welcome(reader, secret=secret, login=user.login, refusal=error.message, status=error.status)
        return _entered(request, reader, access.open_session(catalog, user.login, password, visit.at_us), "/")
    except LoadzoneError as error:
        return _welcome(reader, refusal=error.message, status=error.status)


@page(routes, "/sign-out", needs="signed in", method="POST")
def post_sign_out(request: Request, reader: Reading) -> Response:
    """Sign out."""
    seen, visit = reader.seen, reader.visit

    def job(work: Work) -> None:
        access.close_session(work, seen, visit.at_us)

    visit.platform.catalog.write(seen.token.organisation, job)
    response = to("/sign-in")
    take_cookie(request, response, visit.door.guards)
    return response


@page(routes, "/preferences", needs="public", method="POST")
def post_preferences(request: Request, form: Form) -> Response:
    """Keep language or theme for a year, and lead back to the page."""
    response = to(inside(form.get("next", "/")))
    for cookie, field, known in ((LANGUAGE, "lang", LANGUAGES), (THEME, "theme", THEMES)):
        if form.get(field) in known:
            is_secure = request.url.scheme == "https"
            response.set_cookie(
                cookie, form[field], max_age=A_YEAR_S, path="/", samesite="lax", secure=is_secure, httponly=True
            )
    return response


def _welcome(
    reader: Reader, *, secret: str = "", login: str = "", refusal: Text | None = None, status: int = 200
) -> Response:
    return show(
        reader,
        "welcome.html.j2",
        title=text("Welcome"),
        status=status,
        heading=reader.say("Welcome"),
        picture=signed_picture(reader.say("A bearing whose lower elements carry the load")),
        is_new_password=bool(secret),
        secret=secret,
        login=login,
        refusal=refusal.render(reader.lang) if refusal else "",
    )


def _entered(request: Request, reader: Reader, session: Session, goal: str) -> Response:
    return _let_in(request, reader, session, to(goal))


def _let_in(request: Request, reader: Reader, session: Session, answer: Response) -> Response:
    give_cookie(request, answer, session, reader.visit.door.guards, reader.visit.at_us)
    return answer
