"""Problem documents (RFC 9457) in the reader's language: every error that leaves the door is one of these."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from loadzone.words.errors import LoadzoneError, NotSignedIn, StoreUnavailable, TooOften
from loadzone.words.texts import Text, text

MEDIA = "application/problem+json"
TYPE_ROOT = "https://loadzone.invalid/problems/"
"""Types are names, not addresses: nothing is fetched from there (RFC 2606 keeps .invalid free)."""
UNAVAILABLE_S = "5"
_LOG = logging.getLogger("loadzone.web")

TITLES: Mapping[int, Text] = {
    400: text("The request cannot be read"),
    401: text("Not signed in"),
    403: text("Not allowed"),
    404: text("Not found"),
    405: text("No such method here"),
    409: text("Conflict with what is there"),
    413: text("Too large"),
    415: text("No such kind of content here"),
    422: text("The request asks for what is not possible"),
    429: text("Too often"),
    500: text("Fault of ours"),
    503: text("Not available now"),
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457); the sentences are in the language of Accept-Language (en or zh).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "name of the problem, as .../unknown_thing"},
        "title": {"type": "string", "description": "its kind in a few words"},
        "status": {"type": "integer", "description": "the HTTP status"},
        "detail": {"type": "string", "description": "one sentence with quantity, value, limit and way out"},
        "fields": {"type": "object", "description": "the quantities of the sentence by name"},
        "errors": {
            "type": "array",
            "description": "parts of the request that were refused",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(LoadzoneError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _fault)


def language(header: str) -> str:
    """The language that an Accept-Language header prefers among ours.

    >>> language("zh-CN,zh;q=0.9,en;q=0.8"), language("fr, en;q=0.5"), language(""), language("en;q=0.2, zh;q=0.7")
    ('zh', 'en', 'en', 'zh')
    """
    best, best_quality = "en", 0.0
    for part in header.split(",")[:20]:
        name, _, parameter = part.partition(";")
        known = next((each for each in ("en", "zh") if name.strip().lower().split("-")[0] == each), None)
        if known and (quality := _quality(parameter)) > best_quality:
            best, best_quality = known, quality
    return best


def problem(
    status: int,
    code: str,
    detail: Text,
    lang: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """A problem document."""
    document: dict[str, Any] = {
        "type": TYPE_ROOT + code,
        "title": TITLES.get(status, TITLES[400]).render(lang),
        "status": status,
        "detail": detail.render(lang),
    }
    fields = {name: _plain(value, lang) for name, value in detail.fields.items()}
    document |= {"fields": fields} if fields else {}
    document |= {"errors": errors} if errors else {}
    return JSONResponse(
        document, status, media_type=MEDIA, headers={**(headers or {}), "Content-Language": lang, "Vary": VARY}
    )


VARY = "Accept-Language, Authorization, Cookie"


def of_error(error: LoadzoneError, lang: str) -> Response:
    """The problem document of one of our errors."""
    headers = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="loadzone"'
    if isinstance(error, TooOften):
        headers["Retry-After"] = str(error.fields.get("wait_s", 1))
    if isinstance(error, StoreUnavailable):
        headers["Retry-After"] = UNAVAILABLE_S
    return problem(error.status, error.code, error.message, lang, headers=headers)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoadzoneError)  # noqa: S101  what it was installed for
    if error.exit_code == 3:  # ours, not the client's
        _LOG.error("%s %s: %s", request.method, request.url.path, error)
    return of_error(error, language(request.headers.get("accept-language", "")))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  as above
    lang = language(request.headers.get("accept-language", ""))
    code = HTTPStatus(error.status_code).name.lower()
    told = {
        404: text("there is nothing at {path}", path=request.url.path[:200]),
        405: text("{method} does nothing at {path}", method=request.method[:20], path=request.url.path[:200]),
        413: text("the request is larger than what is taken here"),
        415: text("send application/json"),
    }.get(error.status_code, text("the request cannot be read: check its body"))
    return problem(error.status_code, code, told, lang, headers=error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """What was refused and why; never the value, which may be a password."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  as above
    lang = language(request.headers.get("accept-language", ""))
    found = [
        {"pointer": "/".join(str(part) for part in each["loc"])[:200], "detail": str(each["msg"])[:300]}
        for each in error.errors()[:50]
    ]
    first = found[0]["pointer"] if found else ""
    told = text(
        "{count} parts of the request are not possible, the first is {pointer}", count=len(found), pointer=first
    )
    return problem(422, "invalid_request", told, lang, errors=found)


async def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours: told in the log without the request's content; the client learns no more than that."""
    _without_values(error)
    _LOG.error("%s %s: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
    lang = language(request.headers.get("accept-language", ""))
    return problem(500, "fault", text("this is a fault of ours; it was logged"), lang)


def _without_values(error: BaseException | None) -> None:
    """A statement that failed is logged without its values, among which there may be a hash of a password."""
    while error is not None:
        if hasattr(error, "hide_parameters"):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _plain(value: object, lang: str) -> Any:  # noqa: ANN401  what JSON holds
    if isinstance(value, Text):
        return value.render(lang)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
