"""Writes: one transaction each; with the header Idempotency-Key the same request again gets the same answer."""

import hashlib
import re
from collections.abc import Callable

from fastapi import Request, Response
from pydantic import BaseModel

from loadzone.flows.once import Key, Said, once
from loadzone.flows.platform import Work
from loadzone.web.auth import Visit
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Repeated"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Made up by the client for one write; the same again within a day gets the same answer and has no "
    "second effect. With another request it is refused.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"},
}


def key_of(request: Request, visit: Visit, body: bytes) -> Key | None:
    """The key that the request carries; it belongs to this user, method, address and body.

    Raises
    ------
    BadInput : not 1 to 200 signs of ASCII
    """
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise BadInput(text("{header} is 1 to 200 signs of ASCII without blanks", header=HEADER))
    said = hashlib.sha256()
    address = f"{request.url.path}?{request.url.query}"
    for part in (visit.known.who, request.method, address):
        said.update(part.encode() + b"\x00")
    said.update(body)
    return Key(given, said.hexdigest())


def written(
    request: Request,
    organisation: str,
    job: Callable[[Work], BaseModel | None],
    *,
    status: int = 200,
    kept: Callable[[BaseModel], BaseModel] | None = None,
) -> Response:
    """Run the job in a transaction that sees the organisation, and answer what it returns.

    ``kept`` makes of an answer the one that may be kept and repeated: without its secret.
    """
    visit: Visit = request.state.visit

    def said(work: Work) -> Said:
        answer = job(work)
        if answer is None:
            return Said(204, b"")
        stripped = kept(answer).model_dump_json().encode() if kept else None
        return Said(status, answer.model_dump_json().encode(), stripped)

    key = key_of(request, visit, request.state.body)
    answer = once(visit.platform, organisation, frozenset({organisation}), key, said)
    response = Response(answer.body, answer.status, media_type="application/json" if answer.body else None)
    if answer.is_repeated:
        response.headers[REPEATED] = "true"
    return response
